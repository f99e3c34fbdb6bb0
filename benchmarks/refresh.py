"""One filing of 25 values among N enterprises: durable, and all that depends on it computed again.

    python benchmarks/refresh.py FOLDER [--entities 100000 1000000] [--filings 40]

FOLDER holds the data of `forty/generate.py` (made where it is not there). The space is a real one, with the pack of the
forty indicators as its first entry; its tables are then filled by SQL with the corrected lines of 12 quarters, as
entries before the ledger's first. Each filing is a CSV of one line with 25 values, submitted as `hengjian submit` does.

`submit`: until it is acknowledged, durable in ledger and tables. `refresh`: the rows read back from the ledger, the hot
arrays brought up to date, the ranks and medians of the whole industry and the totals of all owners computed again.
`figures`: the values of all forty indicators in every cell that may be another now. `all`: one after the other. The
medians of processor time beside them say what a machine of one's own would take, but for the disk.

Measured apart: enterprises of industries of middling size and of the largest one; the latest quarter and older ones.
"""

import argparse
import itertools
import math
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

import duckdb

sys.path.insert(0, str(Path(__file__).parent / "forty"))
from generate import FIRST, MEASURES, QUARTERS, generate

from hengjian.app import packs
from hengjian.app.desk import Desk, open_desk
from hengjian.app.hot import Tier, keep
from hengjian.app.local import METHODS
from hengjian.evaluate.refresh import figures
from hengjian.model.period import Period

T = TypeVar("T")
PACK = Path(__file__).parent / "forty" / "pack"
PARTS = ("submit", "refresh", "figures", "all")


@dataclass(frozen=True)
class Kind:
    """Which enterprises file of which quarters; the milliseconds, of the clock and the processor, of each part."""

    name: str
    entities: Sequence[int]
    quarters: Sequence[int]
    times: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    used: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    cells: list[int] = field(default_factory=list)


def main() -> None:
    """Measure each size and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, nargs="+", default=[100_000])
    parser.add_argument("--filings", type=int, default=40)
    options = parser.parse_args()
    found: dict[int, list[Kind]] = {}
    for entities in sorted(options.entities):
        data = options.folder / str(entities)
        generate(data, entities)
        desk = space(data, options.folder / f"space{entities}")
        try:
            found[entities] = measure(desk, data, options.filings)
        finally:
            desk.close()
    growth(found)


def space(data: Path, folder: Path) -> Desk:
    """A new space with the pack and the data."""
    shutil.rmtree(folder, ignore_errors=True)
    packs.init({"space": str(folder), "packs": [str(PACK)], "name": "bench", "actor": "bench"})
    with duckdb.connect(str(folder / "store.duckdb")) as store:
        store.execute("SET threads = 2; SET memory_limit = '6GB'")
        columns = dict(store.execute("SELECT name, 'm' || id FROM measure WHERE statement = 1").fetchall())
        stamp = "0, TIMESTAMP '2022-01-01', NULL"
        source = f"'{data}/entity.parquet'"
        store.execute(
            f"INSERT INTO entity SELECT entity_id, printf('E%07d', entity_id), 'enterprise' FROM {source}"
            ' ORDER BY entity_id; INSERT INTO attribute_fact (ordinal, attribute, text, valid_from, "row", entry,'
            " recorded_at, known_from) SELECT entity_id, 'industry', 'I' || industry, NULL, entity_id,"
            f" {stamp} FROM {source}; INSERT INTO link_fact (link, source, target, valid_from, valid_to, attributes,"
            f" \"row\", entry, recorded_at, known_from) SELECT 'parent', entity_id, parent_id, NULL, NULL, '{{}}',"
            f" entity_id, {stamp} FROM {source} WHERE parent_id IS NOT NULL"
        )
        for quarter in range(QUARTERS):
            store.execute(
                "INSERT INTO statement_1 (ordinal, period, scope, basis, entry, recorded_at, known_from,"
                f" {', '.join(columns.values())}) SELECT entity_id, {FIRST + quarter}, 0, 1, filing_id - 1000000000,"
                f" recorded_at, NULL, {', '.join(columns)} FROM '{data}/filing/p{quarter:02d}.parquet'"
            )
    return open_desk(folder, write=True, append=True)


def measure(desk: Desk, data: Path, filings: int) -> list[Kind]:
    """Load everything once, then file."""
    tier = keep(desk)
    start = time.perf_counter()
    live = tier.load(desk, "enterprise", "quarter")
    if live is None:
        raise SystemExit("nothing is kept")
    entities = len(live.hot.scene.home.entities)
    say(f"\n{entities:,} enterprises; loaded in {time.perf_counter() - start:.1f} s; load {os.getloadavg()[0]:.1f}\n")
    kinds = kinds_of(data, entities)
    random = Random(3)
    for turn in range(filings + 2):
        for kind in kinds:
            one(desk, tier, kind, random, warm=turn >= 2)
    table(kinds)
    return kinds


def kinds_of(data: Path, entities: int) -> list[Kind]:
    """Enterprises of industries of middling size, the largest industry, and members of deep groups."""
    with duckdb.connect() as reader:
        rows = reader.execute(f"SELECT entity_id, industry FROM '{data}/entity.parquet'").fetchall()
    members: dict[int, list[int]] = {}
    for entity, industry in rows:
        members.setdefault(industry, []).append(entity)
    sizes = sorted(members, key=lambda industry: len(members[industry]))
    middling = [one for industry in sizes[90:110] for one in members[industry]]
    largest = members[sizes[-1]]
    say(f"industries of {len(members[sizes[100]]):,} (middle) and {len(largest):,} (largest)\n")
    deep = range(int(0.98 * entities), entities)
    latest, older = [QUARTERS - 1], list(range(QUARTERS - 1))
    return [
        Kind("any, latest quarter", range(entities), latest), Kind("any, older quarter", range(entities), older),
        Kind("middling industry, latest", middling, latest), Kind("middling industry, older", middling, older),
        Kind("largest industry, latest", largest, latest), Kind("largest industry, older", largest, older),
        Kind("three owners above, latest", deep, latest),
    ]  # fmt: skip


def one(desk: Desk, tier: Tier, kind: Kind, random: Random, *, warm: bool) -> None:
    """One filing, from its bytes to all figures that depend on it."""
    entity, quarter = random.choice(kind.entities), random.choice(kind.quarters)
    period = Period("quarter", FIRST + quarter)
    head = ",".join(f"m{place}" for place in range(MEASURES))
    values = ",".join(str(random.randint(1, 10**6)) for _ in range(MEASURES))
    data = f"entity,period,{head}\nE{entity:07d},{period},{values}\n".encode()
    question = {"files": [{"name": "one.csv", "data": data}], "form": "wide", "actor": "bench", "entity": None}
    clock, processor = [time.perf_counter()], [time.process_time()]

    def lap(work: Callable[[], T]) -> T:
        made = work()
        clock.append(time.perf_counter())
        processor.append(time.process_time())
        return made

    lap(lambda: METHODS["submit"](desk, question))
    live = lap(lambda: tier.load(desk, "enterprise", "quarter"))
    if live is None:
        raise SystemExit("the scene was given up")
    made = lap(lambda: figures(live.engine, live.roots))
    if warm:
        for laps, times in ((clock, kind.times), (processor, kind.used)):
            taken = [1000 * (end - begin) for begin, end in itertools.pairwise([*laps, laps[0]])]
            for part, milliseconds in zip(PARTS, [*taken[:-1], -taken[-1]], strict=True):
                times[part].append(milliseconds)
        kind.cells.append(sum(len(one.places) for found in made.values() for one in found))


def table(kinds: Sequence[Kind]) -> None:
    """Medians and the 95th of a hundred, in milliseconds; in parentheses those of the processor."""
    titles = ["filing", *(f"{part} p50" for part in PARTS), "all p95", "cells"]
    say(f"| {' | '.join(titles)} |\n{'|---' * len(titles)}|\n")
    for kind in kinds:
        middles = " | ".join(
            f"{statistics.median(kind.times[part]):.1f} ({statistics.median(kind.used[part]):.1f})" for part in PARTS
        )
        say(f"| {kind.name} | {middles} | {high(kind.times['all']):.1f} | {statistics.median(kind.cells):,.0f} |\n")
    say(f"load {os.getloadavg()[0]:.1f}\n")


def high(times: Sequence[float]) -> float:
    """What nineteen of twenty stay below."""
    return sorted(times)[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)]


def growth(found: dict[int, list[Kind]]) -> None:
    """The exponent with which the median of all grows from the smallest size to the largest."""
    sizes = sorted(found)
    if len(sizes) > 1:
        for small, large in zip(found[sizes[0]], found[sizes[-1]], strict=True):
            for part in PARTS:
                ratios = [
                    statistics.median(times(large)[part]) / statistics.median(times(small)[part])
                    for times in (lambda kind: kind.times, lambda kind: kind.used)
                ]
                clock, used = (math.log(ratio) / math.log(sizes[-1] / sizes[0]) for ratio in ratios)
                say(f"{small.name}, {part}: exponent {clock:.2f}, of processor time {used:.2f}\n")


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
