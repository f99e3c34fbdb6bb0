"""A city's enterprises evaluated by the 22 financial indicators of the pack performance_evaluation, whole process.

    python benchmarks/scorecards.py FOLDER [--entities 1000 3045 10000] [--repeat 5]

A real space, made by commands: N enterprises, 45 of them groups (of 1,000: 15), each with figures of two years from its
statements and its supplementary data (one in fifty is not filed), audited. A book of standard values of 150 classes in
three levels, for all sizes and for three sizes, is entered through its register. Of a third of the groups the
standards are weighted by their members' shares, of another third their members' scores.

Each run is `hengjian assess SPACE financial_2006 2024 --json` as a process of its own, from its start to its end, and
`hengjian score` of one enterprise beside it. With `--profile` one run in this process tells where the time goes.
"""

import argparse
import cProfile
import csv
import io
import itertools
import json
import math
import os
import pstats
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

COMMAND = Path(sys.executable).with_name("hengjian")
PACK = Path(__file__).parents[1] / "src" / "hengjian" / "packs" / "performance_evaluation"
CARD, YEAR = "financial_2006", 2024
#: A city's enterprises, 45 groups with 3,000 below them, and the seconds that they may take.
CITY, LIMIT = 3_045, 10.0
SIZES = ("全行业", "大型", "中型", "小型")
#: Of the statements in 万元, as parts of total assets: around what a figure lies.
LEVELS = {
    "total_assets": 1.0, "total_current_assets": 0.45, "inventories": 0.13, "accounts_receivable": 0.1, "equity": 0.4,
    "equity_as_minority_interest": 0.02, "total_equity": 0.42, "capital": 0.2, "capital_reserve": 0.05,
    "total_liabilities": 0.58, "total_current_liabilities": 0.31, "short_term_borrowing": 0.12,
    "current_portion_of_non_current_liabilities": 0.02, "long_term_borrowing": 0.15, "bonds_payable": 0.01,
    "operating_income": 1.0, "operating_costs": 0.79, "business_taxes_and_surcharges": 0.007, "sales_costs": 0.04,
    "managing_costs": 0.085, "financing_costs": 0.017, "interest_expenses": 0.018, "total_profits": 0.065,
    "net_profit": 0.049, "net_profit_as_parent": 0.047, "net_profit_as_minority_interest": 0.002,
    "net_op_cash_flows": 0.067,
}  # fmt: skip
SUPPLEMENT = {
    "bad_debt_provision": 0.005, "impairment_provisions": 0.019, "unrecognised_losses": 0.004,
    "unsettled_asset_losses": 0.001, "accrued_interest": 0.003, "discounted_acceptances": 0.005,
    "guarantees_given": 0.014, "claims_at_court": 0.001, "other_contingent_liabilities": 0.001,
    "objective_increase": 0.002, "objective_decrease": 0.001, "technology_spending": 0.008,
}  # fmt: skip


def main() -> None:
    """Measure each size and print; ends with 1 where the city is over its bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, nargs="+", default=[1_000, CITY, 10_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="where the time of one run goes, for the first size")
    options = parser.parse_args()
    found: dict[int, float] = {}
    slowest = 0.0
    say(f"load {os.getloadavg()[0]:.1f}\n")
    for entities in sorted(options.entities):
        space = options.folder / f"space-{entities}"
        if not space.exists():
            begun = time.perf_counter()
            fill(options.folder, space, entities)
            say(f"{entities:,} enterprises entered in {time.perf_counter() - begun:.1f} s\n")
        if options.profile:
            profile(space)
            return
        runs = [assess(space) for _ in range(options.repeat + 1)][1:]
        whole, processor = ([run[part] for run in runs] for part in (0, 1))
        found[entities] = statistics.median(processor)
        slowest = max(slowest, statistics.median(whole) if entities <= CITY else 0.0)
        one = statistics.median(timed("score", space, CARD, "E00001", YEAR)[0] for _ in range(options.repeat))
        say(
            f"{entities:,} enterprises: assess {statistics.median(whole):.2f} s ({min(whole):.2f} to {max(whole):.2f}),"
            f" processor {found[entities]:.2f} s; {runs[0][2]:,} scored, {runs[0][3]:,} without a score;"
            f" score of one {one:.2f} s\n"
        )
    for small, large in itertools.pairwise(sorted(found)):
        exponent = math.log(found[large] / found[small]) / math.log(large / small)
        say(f"{small:,} to {large:,}: exponent {exponent:.2f} of the processor's time\n")
    say(f"largest memory of a run {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20:.2f} GB\n")
    sys.exit(int(slowest > LIMIT))


def assess(space: Path) -> tuple[float, float, int, int]:
    """Seconds of a whole run, those of the processor, and how many have a score and have none."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, printed = timed("assess", space, CARD, YEAR, "--json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rows = json.loads(printed)["rows"]
    scored = sum(row["score"] is not None for row in rows)
    return seconds, processor, scored, len(rows) - scored


def timed(*words: object) -> tuple[float, bytes]:
    """The seconds that a command takes, and what it printed."""
    begun = time.perf_counter()
    done = subprocess.run([str(COMMAND), *map(str, words)], check=True, capture_output=True)
    return time.perf_counter() - begun, done.stdout


def profile(space: Path) -> None:
    """One run in this process, by the time within functions."""
    from hengjian.app import main as run

    profiler = cProfile.Profile()
    out, sys.stdout = sys.stdout, io.StringIO()
    profiler.runcall(run, ["assess", str(space), CARD, str(YEAR), "--json"])
    sys.stdout = out
    stats = pstats.Stats(profiler)
    stats.sort_stats("cumulative").print_stats(45)
    stats.sort_stats("tottime").print_stats(30)


def fill(folder: Path, space: Path, entities: int) -> None:
    """A space with enterprises, groups, figures and standard values."""
    files = folder / f"files-{entities}"
    files.mkdir(parents=True)
    draw = random.Random(entities)
    classes = list(tree())
    run("init", space, "--packs", "performance_evaluation")
    ids = [f"E{number:05d}" for number in range(entities)]
    write(files / "entities.csv", ("entity", "type", "name", "standard_class", "standard_size"), (
        (one, "enterprise", f"企业{one}", draw.choice(classes[3:]), draw.choice(SIZES[1:])) for one in ids
    ))  # fmt: skip
    groups, members = ids[: 15 if entities < 3_000 else 45], {}
    for place, one in enumerate(ids[len(groups) :]):
        members.setdefault(groups[place % len(groups)], []).append(one)
    write(files / "owns.csv", ("owner", "owned", "share"), (
        (group, one, draw.choice(("100%", "80%", "51%"))) for group, below in members.items() for one in below
    ))  # fmt: skip
    titles = ("entity", "period", *LEVELS, *SUPPLEMENT)
    write(files / "figures.csv", titles, rows(ids, draw))
    run("submit", space, files / "entities.csv", "--form", "entities")
    run("submit", space, files / "owns.csv", "--form", "ownership")
    run("submit", space, files / "figures.csv", "--form", "wide")
    book(files / "book.csv", classes, draw)
    enter(space, "standard", files / "book.csv")
    choices(files / "choices.csv", members, draw)
    enter(space, "standard_choice", files / "choices.csv")


def tree() -> Iterator[str]:
    """150 classes of an industry tree, as paths."""
    for division in ("工业", "商贸", "建筑"):
        yield division
    for division, branch in itertools.product(("工业", "商贸", "建筑"), range(7)):
        yield f"{division}/{division}{branch}类"
        for kind in range(6):
            yield f"{division}/{division}{branch}类/{division}{branch}类{kind}"


def rows(ids: list[str], draw: random.Random) -> Iterator[tuple[object, ...]]:
    """Two years of each, as rows of a wide file; figures in CNY."""
    for one in ids:
        size = 10 ** draw.uniform(8, 11)
        for back in (1, 0):
            size *= draw.uniform(0.95, 1.15)
            figures = {name: round(size * part * draw.uniform(0.7, 1.3)) for name, part in LEVELS.items()}
            figures["total_equity"] = figures["total_assets"] - figures["total_liabilities"]
            figures["equity"] = figures["total_equity"] - figures["equity_as_minority_interest"]
            more = {name: round(size * part * draw.uniform(0.5, 1.5)) for name, part in SUPPLEMENT.items()}
            if draw.random() < 0.02:
                figures["total_profits"] = ""
            yield (one, f"{YEAR - back}-Q4", *figures.values(), *[""] * len(more))
            yield (one, f"{YEAR - back}", *[""] * len(figures), *more.values())


def book(file: Path, classes: list[str], draw: random.Random) -> None:
    """Standard values of every class and size: the shipped sample's, each class by a factor of its own."""
    with (PACK / "sample" / "standards_2006_industry_medium.csv").open(encoding="utf-8") as source:
        titles, *sample = list(csv.reader(source))
    bands = [titles.index(name) for name in ("优秀", "良好", "平均", "较低", "较差")]

    def made() -> Iterator[list[str]]:
        for path, size in itertools.product(classes, SIZES):
            factor = Decimal(draw.randint(80, 120)) / 100
            for row in sample:
                one = [row[0], str(YEAR), path, size, *row[4:]]
                for band in bands:
                    one[band] = str(Decimal(row[band]) * factor)
                yield one

    write(file, titles, made())


def choices(file: Path, members: dict[str, list[str]], draw: random.Random) -> None:
    """Of a third of the groups the standards are weighted by shares, of another third the members' scores."""
    titles = ("book", "entity", "year", "mode", "member", "measure", "reason")
    found = []
    for place, (group, below) in enumerate(members.items()):
        mode = ("", "weighted_standards", "weighted_scores")[place % 3]
        found += [
            ("performance_2006", group, YEAR, mode, one, "total_assets", "多元经营，无主导产业")
            for one in below
            if mode
        ]
    del draw
    write(file, titles, found)


def write(file: Path, titles: object, lines: object) -> None:
    """A CSV file."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(titles)
        writer.writerows(lines)


def enter(space: Path, kind: str, file: Path) -> None:
    """Rows of a register."""
    run("register", space, kind, file)


def run(*words: object) -> None:
    """A command that must succeed."""
    done = subprocess.run([str(COMMAND), *map(str, words)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
