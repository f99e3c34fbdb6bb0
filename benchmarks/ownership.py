"""Look-through ownership of one owner over all, beside networkx, SciPy and DuckDB in the same run.

    python benchmarks/ownership.py --peers PYTHON [--entities 1000000] [--large 10000000] [--data FOLDER] [--again]

N entities, 1.3 holdings each by a power law, rings among them up to 0.3 % of all (`ownership/generate.py`). The hub is
the owner of most holdings. "Cached": what is made once of a day's holdings is there; "from cold": from arrays in memory
to the answer, building whatever a side builds included; Numba's compilation, which is kept on the disk, is not. All
sides agree on how many are reached and on the sum of all rights. Then: what changes of single links cost until the next
answer, and how time and memory grow to `--large` entities, ours alone.

PYTHON is an interpreter with the peers: make a virtual environment and `pip install networkx scipy duckdb pyarrow`
there. networkx takes minutes; what peers have measured is kept in the folder and used again unless told `--again`.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "ownership"
PEERS = {"networkx": "networkx, pushed", "scipy": "SciPy, Jacobi", "duckdb": "DuckDB, iterated"}
#: At least so many times our time for the hub, cached and from cold.
BARS = {"networkx": (500, 50), "scipy": (50, 3), "duckdb": (50, 3)}

Record = dict[str, float]


def main() -> None:
    """Make the data, run everybody, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--entities", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=0, help="measure ours with so many as well")
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--data", type=Path, default=None, help="where to make the data, and find it the next time")
    parser.add_argument("--again", action="store_true", help="measure the peers again")
    options = parser.parse_args()
    folder = options.data or Path(tempfile.mkdtemp())
    ours(folder, options.entities, 0)  # compiles, and chooses whose ancestors are asked for
    found = ours(folder, options.entities, options.changes)
    load = os.getloadavg()[0]
    say(f"{options.entities:,} entities, {found['links']:,} holdings, {found['rings']:,} rings; load {load:.1f}\n\n")
    theirs = {name: peer(name, folder / str(options.entities), options.peers, again=options.again) for name in PEERS}
    for name, record in theirs.items():
        agree(name, found, record)
    compare(found, theirs)
    changes(found)
    if options.large:
        grown(found, ours(folder, options.large, 0))


def ours(folder: Path, entities: int, changes: int) -> Record:
    """What Hengjian takes, in a process of its own."""
    data = folder / str(entities)
    subprocess.run([sys.executable, str(HERE / "generate.py"), str(data), "--entities", str(entities)], check=True)
    return asked([sys.executable, str(HERE / "ours.py"), str(data), "--changes", str(changes)])


def peer(name: str, data: Path, python: str, *, again: bool) -> Record:
    """What a peer takes, measured now or before."""
    kept = data / f"{name}.json"
    if again or not kept.exists():
        kept.write_text(json.dumps(asked([python, str(HERE / "peers.py"), name, str(data)])), encoding="utf-8")
    found: Record = json.loads(kept.read_text(encoding="utf-8"))
    return found


def asked(command: list[str]) -> Record:
    """The line of JSON that a command prints."""
    found: Record = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def agree(name: str, ours: Record, theirs: Record) -> None:
    """SystemExit where the answers differ by more than what is cut off below 1e-9."""
    for what in ("hub_sum", "middling_sum", "controlled", "ancestors_count"):
        if what in theirs and not math.isclose(theirs[what], ours[what], rel_tol=1e-4):
            raise SystemExit(f"{name}: {what} is {theirs[what]}, ours {ours[what]}")


def compare(found: Record, theirs: dict[str, Record]) -> None:
    """One line a side; `times` is how many times as long as ours."""
    say("| rights of one owner in all | hub cached, s | times ours | hub from cold, s | times ours | middling, ms |\n")
    say("|---|---|---|---|---|---|\n")
    say(f"| Hengjian | {found['hub']:.4f} (processor {found['hub_cpu']:.4f}) | | {found['hub_cold']:.2f} | | ")
    say(f"{found['middling'] * 1e3:.2f} |\n")
    for name, record in theirs.items():
        cold = record["build"] + record["hub"]
        times = record["hub"] / found["hub"], cold / found["hub_cold"]
        words = [f"{time:.0f} (bar {bar})" for time, bar in zip(times, BARS[name], strict=True)]
        say(f"| {PEERS[name]} | {record['hub']:.2f} | {words[0]} | {cold:.2f} | {words[1]} | ")
        say(f"{record['middling'] * 1e3:.2f} |\n")
    say(f"\nsums of one figure for all owners: {found['sums']:.3f} s, from cold {found['sums_cold']:.2f} s (bar 5 s)\n")
    for what, bar in (("control", 5), ("ancestors", 20)):
        other = theirs["networkx"][what]
        say(f"{what}: {found[what] * 1e3:.2f} ms, networkx {other * 1e3:.1f} ms: ")
        say(f"{other / found[what]:.0f} times (bar {bar})\n")
    say(f"first answer of the process, kernels loaded from the disk: {found['first']:.2f} s; ")
    say(f"peak {found['peak']:.2f} GB\n")


def changes(found: Record) -> None:
    """From a stated link to the next answer."""
    taken: dict[str, list[float]] = found["changes"]  # type: ignore[assignment]
    say("\n| a link changes; of processor time in parentheses | p50, ms | p95, ms | bar for p95 |\n|---|---|---|---|\n")
    for who, bar in (("random", 50), ("hub", 250)):
        words = [f"{part(taken[who], where):.1f} ({part(taken[f'{who}_cpu'], where):.1f})" for where in (0.5, 0.95)]
        say(f"| {'the hub' if who == 'hub' else 'any owner'}: next answer | {words[0]} | {words[1]} | {bar} |\n")
    say(f"\nof it the new arrays of shares and votes: {part(taken['arrays'], 0.5):.1f} ms\n")


def part(times: list[float], where: float) -> float:
    """The time, in milliseconds, that so many do not exceed."""
    ordered = sorted(times)
    return ordered[min(int(where * len(ordered)), len(ordered) - 1)] * 1e3


def grown(small: Record, large: Record) -> None:
    """How time grows, and what memory it takes."""
    times = math.log(large["entities"] / small["entities"])
    say(f"\n{large['entities']:,} entities: hub {large['hub']:.3f} s cached (bar 1 s), ")
    say(f"of the processor {large['hub_cpu']:.3f} s, ")
    say(f"{large['hub_cold']:.1f} s from cold, ")
    say(f"sums for all owners {large['sums']:.2f} s, peak {large['peak']:.2f} GB with the hub's answer (bar 2 GB)\n")
    for what in ("hub", "hub_cold", "sums", "control"):
        say(f"{what}: exponent {math.log(large[what] / small[what]) / times:.2f}\n")


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
