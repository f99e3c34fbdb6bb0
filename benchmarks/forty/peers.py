"""The forty indicators by what others would take: one process a peer, one line of JSON on standard output.

    python benchmarks/forty/peers.py PEER FOLDER --repeat 3

PEER: polars, polars_resolved, polars_kept, pandas, duckdb, openfisca, textbook. FOLDER is what `generate.py` made.
Every run begins at the files and ends with one checksum a column; each peer finds the latest figure of every cell by
itself, in the quickest way found for it, except those named `resolved` (and OpenFisca, which has no word for it).
This file needs none of Hengjian, so that an interpreter of its own may run it.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

QUARTERS, MEASURES = 12, 25
RATIO = [(place, place + 1) for place in range(14)]
QOQ = [place + 5 for place in range(6)]
YOY = [place + 8 for place in range(6)]
TTM = [place + 12 for place in range(4)]
AVG = [(place + 16, place + 18) for place in range(4)]
NAMES = [
    *(f"ratio{place}" for place in range(14)), *(f"qoq{place}" for place in range(6)),
    *(f"yoy{place}" for place in range(6)), *(f"ttm{place}" for place in range(4)),
    *(f"avg{place}" for place in range(4)), "pr0", "pr1", "mg0", "mg1", "ru0", "ru1",
]  # fmt: skip
LINES = [f"m{place}" for place in range(MEASURES)]


def polars(folder: Path, *, resolved: bool, kept: bool) -> list[float]:
    """The streaming engine of Polars over its lazy frames."""
    import polars as pl

    def closure(entity: pl.DataFrame) -> pl.DataFrame:
        step = entity.filter(pl.col("parent_id").is_not_null()).select(anc="parent_id", des="entity_id")
        found, now = [step], step
        while now.height:
            now = now.join(step.rename({"anc": "up", "des": "anc"}), on="anc").select(anc="up", des="des")
            found.append(now)
        return pl.concat(found)

    def lines() -> pl.LazyFrame:
        if resolved:
            return pl.scan_parquet(f"{folder}/wide/*.parquet")
        # Lines lie in the order of filing, so the last that states a cell is the latest: no sort is needed. Quarter by
        # quarter, which takes no longer than all at once and a quarter of the memory.
        latest = [pl.col("period").first(), *(pl.col(name).last(ignore_nulls=True) for name in LINES)]
        quarters = [pl.scan_parquet(path) for path in sorted((folder / "filing").iterdir())]
        return pl.concat([
            quarter.group_by("entity_id").agg(*latest).collect(engine="streaming") for quarter in quarters
        ]).lazy()  # fmt: skip

    entity = pl.read_parquet(f"{folder}/entity.parquet")
    wide = lines()
    rows = wide.sort("entity_id", "period")
    m = [pl.col(name) for name in LINES]

    def back(place: int, step: int) -> pl.Expr:
        return pl.when(pl.col("entity_id").shift(step) == pl.col("entity_id")).then(m[place].shift(step))

    def trailing(place: int) -> pl.Expr:
        four = [m[place], *(back(place, step) for step in (1, 2, 3))]
        return pl.when(pl.any_horizontal([one.is_not_null() for one in four])).then(pl.sum_horizontal(four))

    def percentile(x: pl.Expr) -> pl.Expr:
        return (x.rank("min").over(group) - 1) / (pl.len().over(group) - 1)

    group = ["industry", "period"]
    plain = [
        *(m[a] / m[b] for a, b in RATIO), *(m[k] - back(k, 1) for k in QOQ), *(m[k] / back(k, 4) - 1 for k in YOY),
        *(trailing(k) for k in TTM), *(m[a] / ((m[b] + back(b, 1)) / 2) for a, b in AVG),
    ]  # fmt: skip
    named = [one.alias(name) for one, name in zip(plain, NAMES, strict=False)]
    base = rows.select("entity_id", "period", *LINES[:5], *named)
    base = base.join(entity.lazy().select("entity_id", "industry"), on="entity_id")
    below = (
        closure(entity).lazy().join(wide.select("entity_id", "period", "m0", "m1"), left_on="des", right_on="entity_id")
    )
    below = below.group_by("anc", "period").agg(s0=pl.col("m0").sum(), s1=pl.col("m1").sum())
    base = base.with_columns(
        pr0=percentile(m[0] / m[1]), pr1=percentile(m[1] / m[2]),
        mg0=m[2] / m[3] - (m[2] / m[3]).median().over(group), mg1=m[3] / m[4] - (m[3] / m[4]).median().over(group),
    )  # fmt: skip
    base = base.join(below, left_on=["entity_id", "period"], right_on=["anc", "period"], how="left")
    base = base.with_columns(ru0=m[0] + pl.col("s0").fill_null(0), ru1=m[1] + pl.col("s1").fill_null(0))
    if kept:
        answers = base.select("entity_id", "period", *NAMES).collect(engine="streaming")
        return [float(answers[name].sum()) for name in NAMES]
    return list(base.select(*[pl.col(name).sum() for name in NAMES]).collect(engine="streaming").row(0))


def pandas(folder: Path) -> list[float]:
    """Group-wise shifts, rolls and ranks of one frame."""
    import numpy as np
    import pandas as pd

    entity = pd.read_parquet(folder / "entity.parquet")
    filed = pd.concat([pd.read_parquet(path) for path in sorted((folder / "filing").iterdir())], ignore_index=True)
    wide = filed.groupby(["entity_id", "period"])[LINES].last().reset_index()
    by_entity = wide.groupby("entity_id", sort=False)
    m = [wide[name] for name in LINES]
    one_back = by_entity[[f"m{k}" for k in sorted({*QOQ, *(b for _, b in AVG)})]].shift(1)
    year_back = by_entity[[f"m{k}" for k in YOY]].shift(4)
    answers = [m[a] / m[b] for a, b in RATIO]
    answers += [m[k] - one_back[f"m{k}"] for k in QOQ]
    answers += [m[k] / year_back[f"m{k}"] - 1 for k in YOY]
    answers += [by_entity[f"m{k}"].rolling(4, min_periods=1).sum() for k in TTM]
    answers += [m[a] / ((m[b] + one_back[f"m{b}"]) / 2) for a, b in AVG]
    group = [entity.set_index("entity_id").industry.reindex(wide.entity_id).to_numpy(), wide.period.to_numpy()]
    for a, b in ((0, 1), (1, 2)):
        grouped = (m[a] / m[b]).groupby(group)
        answers.append((grouped.rank("min") - 1) / (grouped.transform("count") - 1))
    for a, b in ((2, 3), (3, 4)):
        answers.append(m[a] / m[b] - (m[a] / m[b]).groupby(group).transform("median"))
    step = entity.dropna().astype({"parent_id": "int64"})
    step = step.rename(columns={"parent_id": "anc", "entity_id": "des"})[["anc", "des"]]
    found, now = [step], step
    while len(now):
        now = now.merge(step.rename(columns={"anc": "up", "des": "anc"}), on="anc")[["up", "des"]]
        now = now.rename(columns={"up": "anc"})
        found.append(now)
    below = pd.concat(found).merge(wide[["entity_id", "period", "m0", "m1"]], left_on="des", right_on="entity_id")
    below = below.groupby(["anc", "period"])[["m0", "m1"]].sum()
    joined = wide[["entity_id", "period"]].merge(below, left_on=["entity_id", "period"], right_index=True, how="left")
    answers += [m[0] + joined.m0.fillna(0), m[1] + joined.m1.fillna(0)]
    return [float(np.nansum(one.to_numpy())) for one in answers]


def duckdb(folder: Path) -> list[float]:
    """One query of window functions over DuckDB's own tables."""
    import duckdb as library

    def back(place: int, step: int) -> str:
        return f"lag(m{place}, {step}) OVER w"

    plain = [
        *(f"m{a} / m{b}" for a, b in RATIO), *(f"m{k} - {back(k, 1)}" for k in QOQ),
        *(f"m{k} / {back(k, 4)} - 1" for k in YOY),
        *(f"sum(m{k}) OVER (w ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)" for k in TTM),
        *(f"m{a} / ((m{b} + {back(b, 1)}) / 2)" for a, b in AVG),
    ]  # fmt: skip
    named = ", ".join(f"{text} AS {name}" for text, name in zip(plain, NAMES, strict=False))
    latest = ", ".join(f"max_by({name}, filing_id) AS {name}" for name in LINES)
    query = f"""WITH RECURSIVE
        closure(anc, des) AS (SELECT parent_id, entity_id FROM entity WHERE parent_id IS NOT NULL UNION ALL
            SELECT e.parent_id, c.des FROM closure c JOIN entity e ON e.entity_id = c.anc
            WHERE e.parent_id IS NOT NULL),
        wide AS MATERIALIZED (SELECT entity_id, period, {latest} FROM filing GROUP BY ALL),
        medians AS MATERIALIZED (SELECT industry, period, median(m2 / m3) AS x0, median(m3 / m4) AS x1
            FROM wide JOIN entity USING (entity_id) GROUP BY ALL),
        below AS MATERIALIZED (SELECT c.anc AS entity_id, w.period, sum(m0) AS s0, sum(m1) AS s1
            FROM closure c JOIN wide w ON w.entity_id = c.des GROUP BY ALL),
        base AS (SELECT entity_id, period, m0, m1, m2, m3, m4, {named} FROM wide
            WINDOW w AS (PARTITION BY entity_id ORDER BY period)),
        answers AS (SELECT {", ".join(f"b.{name}" for name in NAMES[:34])},
            percent_rank() OVER (PARTITION BY e.industry, b.period ORDER BY b.m0 / b.m1) AS pr0,
            percent_rank() OVER (PARTITION BY e.industry, b.period ORDER BY b.m1 / b.m2) AS pr1,
            b.m2 / b.m3 - medians.x0 AS mg0, b.m3 / b.m4 - medians.x1 AS mg1,
            b.m0 + coalesce(below.s0, 0) AS ru0, b.m1 + coalesce(below.s1, 0) AS ru1
            FROM base b JOIN entity e USING (entity_id)
            JOIN medians ON medians.industry = e.industry AND medians.period = b.period
            LEFT JOIN below ON below.entity_id = b.entity_id AND below.period = b.period)
        SELECT {", ".join(f"sum({name})" for name in NAMES)} FROM answers"""
    with _connected(library, folder) as connection:
        return list(connection.execute(query).fetchone())


def textbook(folder: Path) -> list[float]:
    """The as-of question as a textbook asks it, `row_number()` over one row a cell, then a pivot, by quarter."""
    import duckdb as library

    cells = ", ".join(f"any_value(value) FILTER (measure = {place}) AS m{place}" for place in range(MEASURES))
    sums = [0.0] * MEASURES
    with _connected(library, folder) as connection:
        for quarter in range(QUARTERS):
            found = connection.execute(
                f"SELECT {', '.join(f'sum({name})' for name in LINES)} FROM (SELECT entity_id, {cells} FROM (SELECT *"
                f" FROM narrow WHERE period = {quarter} AND recorded_at <= TIMESTAMP '2030-01-01' QUALIFY row_number()"
                " OVER (PARTITION BY entity_id, measure ORDER BY recorded_at DESC) = 1) GROUP BY entity_id)"
            ).fetchone()
            sums = [before + now for before, now in zip(sums, found, strict=True)]
    return sums


def _connected(library: object, folder: Path) -> object:
    connection = library.connect(str(folder / "peer.duckdb"), read_only=True)
    connection.execute("SET threads = 2; SET memory_limit = '12GB'; SET preserve_insertion_order = false")
    return connection


def openfisca(folder: Path) -> list[float]:
    """The fourteen ratios alone, from rows already resolved; its figures have 32 bits."""
    import numpy as np
    import pyarrow.parquet as pq
    from openfisca_core import entities, periods, taxbenefitsystems, variables
    from openfisca_core.simulations import SimulationBuilder

    month = periods.DateUnit.MONTH
    kind = entities.build_entity(key="enterprise", plural="enterprises", label="E", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([kind])

    def declare(name: str, **more: object) -> None:
        body = {"value_type": float, "entity": kind, "definition_period": month, **more}
        system.add_variable(type(name, (variables.Variable,), body))

    def ratio(upper: int, lower: int) -> Callable[..., object]:
        def formula(entity: Callable[..., object], period: object, _: object) -> object:
            return entity(f"m{upper}", period) / entity(f"m{lower}", period)

        return formula

    for place in range(15):
        declare(f"m{place}")
    for place, pair in enumerate(RATIO):
        declare(f"ratio{place}", formula=ratio(*pair))
    files = sorted((folder / "wide").iterdir())
    tables = [pq.read_table(path, columns=LINES[:15]) for path in files]
    simulation = SimulationBuilder().build_default_simulation(system, count=tables[0].num_rows)
    months = [f"{2022 + quarter // 4}-{quarter % 4 * 3 + 1:02d}" for quarter in range(QUARTERS)]
    for name, table in zip(months, tables, strict=True):
        for place in range(15):
            simulation.set_input(f"m{place}", name, table[f"m{place}"].to_numpy())
    COMPUTE[:] = [time.perf_counter()]
    sums = [0.0] * 14
    with np.errstate(all="ignore"):
        for name in months:
            for place in range(14):
                sums[place] += float(np.nansum(simulation.calculate(f"ratio{place}", name).astype(float)))
    return sums


#: When the computing proper began, where a peer says so.
COMPUTE: list[float] = []

PEERS: dict[str, Callable[[Path], list[float]]] = {
    "polars": partial(polars, resolved=False, kept=False),
    "polars_kept": partial(polars, resolved=False, kept=True),
    "polars_resolved": partial(polars, resolved=True, kept=False),
    "pandas": pandas,
    "duckdb": duckdb,
    "textbook": textbook,
    "openfisca": openfisca,
}


def measure(work: Callable[[Path], list[float]], folder: Path, repeat: int) -> dict[str, object]:
    """Wall and processor seconds of each run, the peak of memory (MB) and the checksums."""
    walls, processor, compute, sums = [], [], [], []
    for _ in range(repeat):
        COMPUTE.clear()
        used, start = time.process_time(), time.perf_counter()
        sums = work(folder)
        end = time.perf_counter()
        walls.append(end - start)
        processor.append(time.process_time() - used)
        compute += [end - begin for begin in COMPUTE]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "wall": statistics.median(walls), "walls": walls, "cpu": statistics.median(processor), "peak": peak / 1000,
        "compute": statistics.median(compute) if compute else None, "sums": sums, "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> None:
    """Run one peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=sorted(PEERS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    sys.stdout.write(json.dumps(measure(PEERS[options.peer], options.folder, options.repeat)) + "\n")


if __name__ == "__main__":
    main()
