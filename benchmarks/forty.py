"""Forty indicators from filed lines, beside Polars, pandas, DuckDB and OpenFisca in the same run.

    python benchmarks/forty.py --peers PYTHON [--entities 100000 1000000] [--repeat 3] [--data FOLDER]

N enterprises, 12 quarters, 25 measures, 5 % of the cells corrected later. Everybody starts from the same filed lines,
finds the latest figure of each cell, computes the forty indicators of `forty/pack` and ends with forty checksums, which
must agree to 1e-9. Hengjian reads its own store (how that is made: `forty/generate.py`), Polars, pandas and OpenFisca
read Parquet files, DuckDB its own tables; none is made inside the measured time, and opening them is inside it. Every
entry is a process of its own, and the processes take turns. Hengjian also says of every figure why it is missing.

PYTHON is an interpreter with the peers: make a virtual environment and `pip install polars pandas pyarrow duckdb
openfisca-core` there. pandas, DuckDB, OpenFisca and the textbook's query run up to 100,000 enterprises only.
"""

import argparse
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "forty"
#: Beyond so many enterprises only the entries below marked `large` run.
LARGE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row: who does what, compared with which entry, in how many runs."""

    name: str
    words: str
    ours: bool = False
    large: bool = False
    against: str = ""


ENTRIES = (
    Entry(name="forty", words="Hengjian, all lines to checksums", ours=True, large=True),
    Entry(name="polars", words="Polars streaming, the same", large=True, against="forty"),
    Entry(name="polars_resolved", words="Polars streaming, rows already resolved", large=True, against="forty"),
    Entry(name="resolved", words="Hengjian, rows already resolved", ours=True, large=True),
    Entry(name="kept", words="Hengjian, all results kept", ours=True),
    Entry(name="polars_kept", words="Polars streaming, all results kept", against="kept"),
    Entry(name="pandas", words="pandas", against="forty"),
    Entry(name="duckdb", words="DuckDB, one query of windows", against="forty"),
    Entry(name="ratios", words="Hengjian, 14 ratios of resolved rows", ours=True),
    Entry(name="openfisca", words="OpenFisca, the same", against="ratios"),
    Entry(name="panel", words="Hengjian, the as-of panel alone", ours=True),
    Entry(name="textbook", words="DuckDB, row_number() and pivot", against="panel"),
)

Record = dict[str, object]


def main() -> None:
    """Make the data, run everybody in turn, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--entities", type=int, nargs="+", default=[100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--data", type=Path, default=None, help="where to make the data, and find it the next time")
    parser.add_argument("--only", nargs="+", choices=[entry.name for entry in ENTRIES], default=None)
    options = parser.parse_args()
    folder = options.data or Path(tempfile.mkdtemp())
    found: dict[int, dict[str, Record]] = {}
    for entities in sorted(options.entities):
        data = folder / str(entities)
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(data), "--entities", str(entities)], check=True)
        wanted = [
            entry
            for entry in ENTRIES
            if (entry.large or entities <= LARGE) and (options.only is None or entry.name in options.only)
        ]
        say(f"\n{entities:,} enterprises, 12 quarters, 25 measures; load {os.getloadavg()[0]:.1f}\n")
        found[entities] = run(wanted, data, options.peers, options.repeat)
        table(wanted, found[entities])
    growth(found)


def run(entries: Sequence[Entry], data: Path, peers: str, repeat: int) -> dict[str, Record]:
    """Each entry in a process of its own, `repeat` times in turn; SystemExit where checksums do not agree."""
    runs: dict[str, list[Record]] = {entry.name: [] for entry in entries}
    for _ in range(repeat):
        for entry in entries:
            script = "ours.py" if entry.ours else "peers.py"
            command = [sys.executable if entry.ours else peers, str(HERE / script), entry.name, str(data)]
            done = subprocess.run([*command, "--repeat", "2"], check=True, stdout=subprocess.PIPE)
            runs[entry.name].append(json.loads(done.stdout))
    records = {name: middle(made) for name, made in runs.items() if made}
    for entry in entries:
        if entry.against in records:
            agree(entry, records[entry.against], records[entry.name])
    return records


def middle(made: Sequence[Record]) -> Record:
    """The run of the median wall time; the highest peak."""
    ordered = sorted(made, key=lambda record: record["wall"])
    chosen = dict(ordered[len(ordered) // 2])
    chosen["peak"] = max(record["peak"] for record in made)
    return chosen


def agree(entry: Entry, ours: Record, theirs: Record) -> None:
    """OpenFisca's figures have 32 bits."""
    tolerance = 1e-6 if entry.name == "openfisca" else 1e-9
    for place, (left, right) in enumerate(zip(ours["sums"], theirs["sums"], strict=True)):
        if not math.isclose(left, right, rel_tol=tolerance):
            raise SystemExit(f"{entry.name}: checksum {place} is {right}, ours {left}")


def table(entries: Sequence[Entry], records: dict[str, Record]) -> None:
    """One line an entry; `times` is how many times as long as Hengjian on the same task."""
    say("| | wall s | CPU s | peak MB | times ours | computing alone, s |\n|---|---|---|---|---|---|\n")
    for entry in entries:
        record = records[entry.name]
        ratio = f"{record['wall'] / records[entry.against]['wall']:.2f}" if entry.against in records else ""
        compute = f"{record['compute']:.2f}" if record["compute"] else ""
        figures = f"{record['wall']:.2f} | {record['cpu']:.2f} | {record['peak']:,.0f} | {ratio} | {compute}"
        say(f"| {entry.words} | {figures} |\n")


def growth(found: dict[int, dict[str, Record]]) -> None:
    """The exponent with which time grows from one size to the next."""
    sizes = sorted(found)
    for small, large in itertools.pairwise(sizes):
        for name in found[large].keys() & found[small].keys():
            times = [found[large][name][kind] / found[small][name][kind] for kind in ("wall", "cpu")]
            exponents = [math.log(time) / math.log(large / small) for time in times]
            say(f"{name}: exponent {small:,} to {large:,}: wall {exponents[0]:.2f}, CPU {exponents[1]:.2f}\n")


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
