"""45 rules of the pack early_warning over N enterprises for one quarter, beside the indicators that they read alone.

    python benchmarks/rules.py FOLDER [--entities 10000 100000 1000000] [--repeat 3]

A real space with the shipped pack; its tables are filled by SQL: every figure that the rules read of the second quarter
of 2025, of its months, and of the periods before that the rules look back to. All quarterly rules of enterprises and
eleven monthly ones at its last month (of several levels, k of n periods, unknowns, peers). One figure in fifty
is out of the ordinary, one in fifty is not reported.

Each run is a process of its own, and the three take turns. `indicators`: what the rules' conditions name is evaluated
for everybody, all values with their reasons. `conditions`: the conditions of all levels likewise, as if they were
indicators. `rules`: what each rule says of each enterprise, its level or that it cannot be told. `whole`: from starting
the process to its end, opening the store and reading the figures with it; `computing`: after they are read.
"""

import argparse
import itertools
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from hengjian.app import packs
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.load import assemble, shipped, with_required
from hengjian.model.cut import Cut
from hengjian.model.period import Frequency, Period
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Scene
from hengjian.store import Store
from hengjian.supervise.rules import formulas_of, looked

PACK = "early_warning"
MONTHLY = (
    "accident_happened", "cash_short_of_debt", "debt_burden_above_peers", "debt_overdue", "insolvent",
    "major_hazard_open", "payments_made_twice", "receivables_overdue_high", "restricted_cash_high",
    "treasury_not_connected", "unplanned_payments_high",
)  # fmt: skip
LAST: dict[Frequency, Period] = {"quarter": Period("quarter", 2025 * 4 + 1), "month": Period("month", 2025 * 12 + 5)}
INDUSTRIES = ("工业", "批发", "房地产", "建筑", "科研技术")
#: The usual part of another figure that these are, so that ratios of them are not out of the ordinary.
PART = {"total_liabilities": 0.3, "goodwill": 0.01, "unplanned_payments": 0.01}
KINDS = ("indicators", "conditions", "rules")
Record = dict[str, float]


def main() -> None:
    """Measure each size and print; or, as a process of its own, one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--run", choices=KINDS, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run is not None:
        sys.stdout.write(json.dumps(one_run(options.folder, options.run)))
        return
    found: dict[int, dict[str, Record]] = {}
    for entities in sorted(options.entities):
        folder = options.folder / str(entities)
        fill(folder, entities)
        say(f"\n{entities:,} enterprises; load {os.getloadavg()[0]:.1f}\n")
        found[entities] = in_turn(folder, options.repeat)
        table(found[entities])
        shutil.rmtree(folder)
    growth(found)


def programme() -> Programme:
    """The shipped pack, checked."""
    catalogue, issues = assemble(with_required([shipped(PACK)]))
    checked, more = (None, ()) if catalogue is None else check(catalogue)
    if checked is None:
        raise SystemExit("\n".join(str(issue) for issue in (*issues, *more)))
    return checked


def rules(made: Programme, frequency: Frequency) -> list[str]:
    """The rules of enterprises that are looked at."""
    declared = made.catalogue.rules
    of_enterprises = [
        name for name in declared if (declared[name].type, made.rules[name].frequency) == ("enterprise", frequency)
    ]
    return of_enterprises if frequency == "quarter" else [name for name in of_enterprises if name in MONTHLY]


def indicators(made: Programme, names: Sequence[str]) -> list[str]:
    """The indicators that the conditions of rules name."""
    terms = (version.term for name in names for version in made.rules[name].versions)
    named = {part.name: None for term in terms for part in term.walk() if part.name in made.catalogue.indicators}
    return list(named)


def fill(folder: Path, entities: int) -> None:
    """A new space with every figure that the rules read. Figures of statements are large, others small or nought,
    so that most conditions hold of few; one in fifty is out of the ordinary, one in fifty is missing."""
    shutil.rmtree(folder, ignore_errors=True)
    packs.init({"space": str(folder), "packs": [PACK], "name": "bench", "actor": "bench"})
    made = programme()
    seldom = rare(made)
    with duckdb.connect(str(folder / "store.duckdb")) as store:
        store.execute("SET threads = 2; SET memory_limit = '4GB'")
        stamp = "0, TIMESTAMP '2025-07-20', NULL"
        store.execute(f"INSERT INTO entity SELECT i, printf('E%07d', i), 'enterprise' FROM range({entities}) t(i)")
        industry = f"list_value({', '.join(map(repr, INDUSTRIES))})[1 + i % {len(INDUSTRIES)}]"
        for attribute, text in (
            ("industry", industry),
            ("size", "list_value('大型', '中型', '小型')[1 + (i // 5) % 3]"),
        ):
            store.execute(
                'INSERT INTO attribute_fact (ordinal, attribute, text, valid_from, "row", entry, recorded_at,'
                f" known_from) SELECT i, '{attribute}', {text}, NULL, i, {stamp} FROM range({entities}) t(i)"
            )
        at = {name: (number, statement) for number, name, statement in
              store.execute("SELECT id, name, statement FROM measure").fetchall()}  # fmt: skip
        for statement, period, names in read_by_rules(made, {name: statement for name, (_, statement) in at.items()}):
            columns = [f"m{at[name][0]}" for name in names]
            figures = [figure(made, name, name in seldom, at[name][0], period.index) for name in names]
            store.execute(
                f"INSERT INTO statement_{statement} (ordinal, period, scope, basis, entry, recorded_at, known_from,"
                f" {', '.join(columns)}) SELECT i, {period.index}, 0, 1, {stamp}, {', '.join(figures)}"
                f" FROM range({entities}) t(i)"
            )


def figure(made: Programme, name: str, is_rare: bool, number: int, period: int) -> str:
    """A figure as SQL, out of a hash of the enterprise, the measure and the period."""
    measure = made.catalogue.measures[name]
    large = 1e9 if measure.pack == "finance" else 1e6 if measure.unit.factors else 100.0
    digits = f"(hash(i, {number}, {period}) % 10000)"
    usual, outlier = (0, 1) if is_rare else (PART.get(name, 1), 1000)
    times = f"CASE WHEN {digits} % 50 = 1 THEN {outlier} ELSE {usual} END"
    return f"CASE WHEN {digits} % 50 = 0 THEN NULL ELSE round({large} * (0.5 + {digits} / 10000.0)) * {times} END"


def rare(made: Programme) -> frozenset[str]:
    """What is 0 as a rule: what conditions name themselves, and accidents."""
    terms = (version.term for name in made.rules for version in made.rules[name].versions)
    named = {part.name for term in terms for part in term.walk()}
    of_pack = {name for name, one in made.catalogue.measures.items() if one.pack == PACK}
    return frozenset(name for name in of_pack if name in named or name.startswith("accident"))


def read_by_rules(made: Programme, statements: dict[str, int]) -> list[tuple[int, Period, list[str]]]:
    """By statement and period, which measures the rules read."""
    found: dict[tuple[int, Period], dict[str, None]] = {}
    for frequency in LAST:
        wanted = needs(made, formulas_of(made, rules(made, frequency)), everyone=True)
        reads = {
            frequency: wanted.measures,
            **{frame.frequency: read.measures for frame, read in wanted.others.items()},
        }
        for finer, measures in reads.items():
            for back in range(wanted.spans[finer] + 1):
                for name in measures:
                    found.setdefault((statements[name], LAST[finer].shift(-back)), {})[name] = None
    return [(statement, period, sorted(names)) for (statement, period), names in found.items()]


def one_run(folder: Path, kind: str) -> Record:
    """Read and compute, both frequencies; what it took and how much was told."""
    made, told, reading, computing = programme(), 0, 0.0, 0.0
    with Store.open(folder / "store.duckdb") as store:
        for frequency, last in LAST.items():
            names = rules(made, frequency)
            begun = time.perf_counter()
            scene: Scene = load_scene(
                store,
                made.catalogue,
                Cut(),
                needs(made, formulas_of(made, names), everyone=True),
                first=last,
                last=last,
            )
            reading += time.perf_counter() - begun
            begun = time.perf_counter()
            if kind == "rules":
                for found in looked(made, names, scene):
                    told += len(found.places)
            else:
                asked = indicators(made, names) if kind == "indicators" else formulas_of(made, names)
                told += len(evaluate(made, asked, scene).columns)
            computing += time.perf_counter() - begun
            del scene
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "told": told, "reading": reading, "computing": computing, "processor": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 2**20,
    }  # fmt: skip


def in_turn(folder: Path, repeat: int) -> dict[str, Record]:
    """Medians of the runs of each kind, after one of each that does not count."""
    runs: dict[str, list[Record]] = {kind: [] for kind in KINDS}
    for turn in range(repeat + 1):
        for kind, records in runs.items():
            begun = time.perf_counter()
            command = [sys.executable, __file__, str(folder), "--run", kind]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            record = {"whole": time.perf_counter() - begun, **json.loads(done.stdout)}
            if turn:
                records.append(record)
    return {
        kind: {key: statistics.median(one[key] for one in records) for key in records[0]}
        for kind, records in runs.items()
    }


def table(found: dict[str, Record]) -> None:
    """All kinds, and how many times as long the rules took."""
    say("| | whole | processor | reading | computing | peak |\n|---|---|---|---|---|---|\n")
    for kind, one in found.items():
        words = f"{one['told']:,.0f} findings" if kind == "rules" else f"{one['told']:,.0f} of them"
        say(
            f"| {kind}: {words} | {one['whole']:.2f} s | {one['processor']:.2f} s | {one['reading']:.2f} s"
            f" | {one['computing']:.2f} s | {one['peak']:.2f} GB |\n"
        )
    for kind in KINDS[:-1]:
        ratios = [found["rules"][key] / found[kind][key] for key in ("whole", "processor", "computing")]
        say(f"rules over {kind}: whole {ratios[0]:.2f}, processor {ratios[1]:.2f}, computing {ratios[2]:.2f}\n")


def growth(found: dict[int, dict[str, Record]]) -> None:
    """The exponents with which the rules' times grow from one size to the next."""
    sizes = sorted(found)
    for small, large in itertools.pairwise(sizes):
        for key in ("whole", "processor", "computing"):
            ratio = found[large]["rules"][key] / found[small]["rules"][key]
            say(f"rules, {small:,} to {large:,}, {key}: exponent {math.log(ratio) / math.log(large / small):.2f}\n")


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
