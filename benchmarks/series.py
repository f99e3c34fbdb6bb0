"""Seconds from 15-minute readings to monthly sums, beside plain DuckDB SQL over the same stored rows in the same run.

    python benchmarks/series.py [--readings 5000000] [--meters 3000] [--gaps 0.001] [--late 0.01] [--repeat 5]

The rows are written into the store's own tables by SQL, one filing a day of all meters, as they would lie after a year
of days; of each month some readings are then filed anew (`--late`), and some are never filed (`--gaps`). The plain
sums read every stored row and know nothing of corrections, scopes, bases, clocks or gaps: SELECT ordinal, month,
sum(value) GROUP BY, once with the month out of the day, once as one query a month. Where readings were filed anew,
SQL that takes the latest of each cell is timed as well. Runs alternate, so that all see the same machine.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue, EntityType, Label, Measure
from hengjian.model.filing import EntityRow
from hengjian.model.issue import Place
from hengjian.model.period import Period, first_within, last_within, period_of
from hengjian.model.unit import SHIPPED
from hengjian.panel.series import Aggregate, load_aggregate
from hengjian.store import Store
from hengjian.store.database import Database

HERE, LABEL = Place(file="benchmarks/series.py"), Label(zh="基准", en="benchmark")
STARTED = date(2024, 1, 1)
#: A period as the month of its day, counted as `Period` counts months.
MONTH = "(year(day) * 12 + month(day) - 1)"
DAY = "DATE '0001-01-01' + (period // 96 - 1)::INTEGER AS day"
#: Readings that are added up by Python, one by one, to compare with.
CHECKED = 5


def catalogue() -> Catalogue:
    """Meters and what they read."""
    meter = EntityType(name="meter", label=LABEL, attributes={}, place=HERE)
    kwh = Measure(
        name="kwh", label=LABEL, type="meter", unit=SHIPPED["kWh"], period_type="duration", frequency="quarter_hour",
        cumulative=None, source="", pack="benchmark", place=HERE,
    )  # fmt: skip
    return Catalogue(
        packs={}, types={"meter": meter}, links={}, measures={"kwh": kwh}, parameters={}, indicators={}, rules={},
        checks={},
    )  # fmt: skip


def fill(path: Path, meters: int, periods: int, gaps: float, late: float) -> None:
    """Register the meters and write the readings: a day at a time, and what is late after each month."""
    with Store.open(path) as store:
        store.register(catalogue())
        rows = [
            EntityRow(
                entity=f"M{n}", type="meter", name="", valid_from=None, attributes=(), file="e.csv", sheet=None,
                cell="A2",
            )
            for n in range(meters)
        ]  # fmt: skip
        store.stage(0, datetime(2024, 1, 1, tzinfo=UTC), rows)
        store.commit(1)
    first = first_within(period_of(STARTED, "day"), "quarter_hour").index
    write = (
        "INSERT INTO series_1 SELECT ordinal, period, 0, 1, {entry}, TIMESTAMP '2025-01-01', NULL, round({value}, 3)"
        " FROM (SELECT unnest(range({meters}))::INTEGER AS ordinal),"
        " (SELECT unnest(range({start}, {stop}))::INTEGER AS period)"
        " WHERE hash(ordinal * 7 + period::BIGINT * 11) % 1000000 < {share} ORDER BY ordinal, period"
    )
    database = Database.connect(path, read_only=False)
    entry, month = 1, first
    for start in range(first, first + periods, 96):
        stop = min(start + 96, first + periods)
        value, share = "random() * 10", round((1 - gaps) * 1e6)
        database.run(write.format(entry=entry, value=value, meters=meters, start=start, stop=stop, share=share))
        entry += 1
        if late and (Period("quarter_hour", stop).start.day == 1 or stop == first + periods):
            value, share = "random() * 10 + 10", round(late * 1e6)
            database.run(write.format(entry=entry, value=value, meters=meters, start=month, stop=stop, share=share))
            entry, month = entry + 1, stop
    database.run("CHECKPOINT")
    database.close()


def as_filed(database: Database) -> list[tuple[int, int, float]]:
    """The plain sums, in one query."""
    return database.rows(
        f"SELECT ordinal, {MONTH} AS month, sum(m1) FROM (SELECT ordinal, m1, {DAY} FROM series_1) GROUP BY ALL"
    )


def by_month(database: Database, months: list[Period]) -> list[tuple[int, int, float]]:
    """The plain sums, a query a month."""
    found = []
    for month in months:
        first, last = first_within(month, "quarter_hour").index, last_within(month, "quarter_hour").index
        found += database.rows(
            f"SELECT ordinal, {month.index}, sum(m1) FROM series_1 WHERE period BETWEEN {first} AND {last}"
            " GROUP BY ordinal"
        )
    return found


def latest(database: Database, months: list[Period]) -> list[tuple[int, int, float]]:
    """The sums of the latest reading of each cell, a query a month."""
    found = []
    for month in months:
        first, last = first_within(month, "quarter_hour").index, last_within(month, "quarter_hour").index
        found += database.rows(
            f"SELECT ordinal, {month.index}, sum(value) FROM (SELECT ordinal, period, arg_max(m1, entry) AS value"
            f" FROM series_1 WHERE period BETWEEN {first} AND {last} GROUP BY ordinal, period) GROUP BY ordinal"
        )
    return found


def ours(store: Store) -> Aggregate:
    """The store's sums, with how many readings there are and why others are not."""
    return load_aggregate(store, catalogue(), Cut(), "kwh", "sum", "month")


def compare(found: Aggregate, rows: list[tuple[int, int, float]]) -> None:
    """The same sums, as near as an order of addition of DuckDB's own choosing comes."""
    sums = found.values
    for ordinal, month, total in rows:
        assert abs(sums[month - found.periods[0].index, ordinal] - total) <= 1e-9 * abs(total)


def check_bits(database: Database, found: Aggregate, months: list[Period]) -> None:
    """Bit for bit the readings of some meters added one at a time, oldest first."""
    for ordinal in np.linspace(0, len(found.entities) - 1, CHECKED).astype(int).tolist():
        cells = dict(database.rows(f"SELECT period, m1 FROM series_1 WHERE ordinal = {ordinal} ORDER BY entry, period"))
        for place, month in enumerate(months):
            first, last = first_within(month, "quarter_hour").index, last_within(month, "quarter_hour").index
            total, count = 0.0, 0
            for period in range(first, last + 1):
                if period in cells:
                    total, count = total + cells[period], count + 1
            assert (found.values[place, ordinal], found.counts[place, ordinal]) == (total, count)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Fill a store, and report on it."""
    parser = argparse.ArgumentParser(description="Readings to monthly sums, beside plain SQL")
    parser.add_argument("--readings", type=int, default=5_000_000)
    parser.add_argument("--meters", type=int, default=3000)
    parser.add_argument("--gaps", type=float, default=0.001)
    parser.add_argument("--late", type=float, default=0.01)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where the store is written")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        path = Path(folder) / "store.duckdb"
        begun = time.perf_counter()
        fill(path, chosen.meters, -(-chosen.readings // chosen.meters), chosen.gaps, chosen.late)
        database = Database.connect(path, read_only=True)
        with Store.open(path, read_only=True) as store:
            ((stored,),) = database.rows("SELECT count(*) FROM series_1")
            size, taken = path.stat().st_size / stored, time.perf_counter() - begun
            say(
                f"{stored:,} rows of {chosen.meters:,} meters, {size:.1f} bytes a row, written in {taken:.0f} s;"
                f" load {os.getloadavg()[0]:.1f}"
            )
            report(store, database, chosen.repeat, corrected=chosen.late > 0)
        database.close()
    return 0


def report(store: Store, database: Database, repeat: int, *, corrected: bool) -> None:
    """Alternating runs, and their medians."""
    first = ours(store)
    months = list(first.periods)
    check_bits(database, first, months)
    sides: Mapping[str, Callable[[], object]] = {
        "plain SQL, one query": lambda: as_filed(database),
        "plain SQL, a query a month": lambda: by_month(database, months),
        **({"SQL of the latest readings": lambda: latest(database, months)} if corrected else {}),
        "aggregate": lambda: ours(store),
    }
    compare(first, latest(database, months))
    taken: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for _ in range(repeat):
        for side, run in sides.items():
            begun, used = time.perf_counter(), time.process_time()
            run()
            taken[side].append((time.perf_counter() - begun, time.process_time() - used))
    wall, cpu = ({side: statistics.median(one[at] for one in runs) for side, runs in taken.items()} for at in (0, 1))
    for side in sides:
        times = [one for one, _ in taken[side]]
        say(
            f"{side:28} {wall[side]:8.3f} s ({min(times):.3f} to {max(times):.3f}), {cpu[side]:.3f} s of both cores;"
            f" ours is {wall['aggregate'] / wall[side]:.2f} of it, and {cpu['aggregate'] / cpu[side]:.2f} of the work"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak of the process {peak:,.0f} MB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
