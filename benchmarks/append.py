"""How many entries a second the ledger takes in durably, in groups of 4,096.

    python benchmarks/append.py [--groups 12] [--size 4096] [--folder DIR]

Each group is one transaction of SQLite (write-ahead log, synchronous=FULL) with entries, evidence and a signed head,
then the checkpoint file (fsync, rename, fsync of the folder) and the tiles. Canonical JSON, salts, commitments and
hashes are made inside the measured time. Prints the median and the range over the groups, with the machine's load,
and the rate by processor time, which a busy machine does not change much.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hengjian.ledger.audit import audit
from hengjian.ledger.canonical import canonical
from hengjian.ledger.draft import Draft, Submission
from hengjian.ledger.log import Log

ROW = canonical(
    {
        "entity": "600001", "measure": "total_assets", "period": "2019-Q4", "scope": "consolidated",
        "basis": "audited", "text": "123,456.78", "unit": "万元", "value": 1234567800.0, "file": "f.csv",
        "sheet": None, "cell": "D2",
    }
)  # fmt: skip


def answer(_: object) -> bytes:
    """The stored receipt of a filing."""
    return b"{}"


def event(number: int) -> Draft:
    """A leaf of some 330 bytes whose content is a short record, without rows and without a key."""
    return Draft(kind="event", actor="meter", engine="0.1.0", content=b"%d" % number, rows=(), subject="600001")


def filing(number: int) -> Draft:
    """A leaf of some 450 bytes: one file of one row, under a key of its own."""
    submission = Submission(key=f"key {number}", base="base", latest=None, receipt=answer)
    return Draft(
        kind="filing", actor="local:wang", engine="0.1.0", content=ROW, rows=(ROW,), subject="600001",
        form="observations", file="f.csv", submission=submission,
    )  # fmt: skip


def run(name: str, draft: Callable[[int], Draft], groups: int, size: int, folder: Path) -> None:
    """Append the groups and print the rates."""
    appended, shown, cpu = [], [], 0.0
    with Log.create(folder, "example.org/benchmark") as log:
        for group in range(groups):
            drafts = [draft(group * size + at) for at in range(size)]
            used, start = time.process_time(), time.perf_counter()
            log.append(drafts)
            middle = time.perf_counter()
            log.publish()
            end = time.perf_counter()
            appended.append(size / (middle - start))
            shown.append(size / (end - start))
            cpu += time.process_time() - used
        leaf = len(log.entry(log.size - 1).leaf)
        start = time.perf_counter()
        proofs = [log.inclusion(number) for number in range(0, log.size, log.size // 100)]
        proof_ms = 1000 * (time.perf_counter() - start) / len(proofs)
    start = time.perf_counter()
    with Log.open(folder, write=True):
        opened_ms = 1000 * (time.perf_counter() - start)
    start = time.perf_counter()
    report = audit(folder)
    audited = report.size / (time.perf_counter() - start)
    assert report.ok
    say(
        f"{name:28} {leaf:4} B  append {spread(appended)}  with checkpoint and tiles {spread(shown)}  "
        f"by processor time {groups * size / cpu:,.0f}/s  "
        f"proof {proof_ms:.2f} ms  open {opened_ms:.1f} ms  audit {audited:,.0f}/s"
    )


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def spread(rates: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(rates):,.0f}/s ({min(rates):,.0f} to {max(rates):,.0f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", type=int, default=12)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: the temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    try:
        say(f"{given.groups} groups of {given.size}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        run("events, no rows, no key", event, given.groups, given.size, folder / "events")
        run("filings of one row, with key", filing, given.groups, given.size, folder / "filings")
        run("filings, one at a time", filing, min(300, given.groups * 25), 1, folder / "single")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
