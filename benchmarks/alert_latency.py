"""From one filing handed in over HTTP to its alert on the page of the owner four layers above, in a running server.

    python benchmarks/alert_latency.py FOLDER [--entities 3000] [--filings 40] [--months 3]

A space with the shipped pack early_warning (its rules and those of finance and ownership), ENTITIES in an ownership
tree that branches by seven, one on top of four layers, and MONTHS of everybody's quick reports. Each filing is one
quick report of an enterprise of the lowest layer, by the form of the page 报送, whose debt ratio is suddenly over the
line. Then the alerts of the owner at the top are asked for. Milliseconds, medians and the 95th of a hundred: `filed`
until the receipt is there, `shown` until the page with the alert is, `both` one after the other; of the processor
beside them, which tells what a machine of one's own would take. The first filing after the start stands apart: it
loads what the others find.
"""

import argparse
import http.client
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from hengjian.app import open_space, packs

BRANCHES = 7
OPERATOR = {"actor": "local:benchmark"}
BOUNDARY = "hengjian-benchmark"
#: A quick report that raises nothing, in yuan; what is left out is not filed.
USUAL = {
    "quick_operating_income": 900e6, "quick_total_profit": 86e6, "quick_net_profit": 66e6, "quick_op_cash_flow": 120e6,
    "quick_cash": 180e6, "quick_accounts_receivable": 70e6, "quick_inventories": 50e6, "quick_current_assets": 400e6,
    "quick_total_assets": 1000e6, "quick_short_term_debt": 90e6, "quick_interest_bearing_debt": 300e6,
    "quick_current_liabilities": 300e6, "quick_total_liabilities": 550e6, "quick_total_equity": 450e6,
    "quick_guarantee_balance": 50e6,
}  # fmt: skip
OWING = {"quick_total_liabilities": 900e6, "quick_total_equity": 100e6}


def main() -> None:
    """Make the space, start the server, file, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, default=3000)
    parser.add_argument("--filings", type=int, default=40)
    parser.add_argument("--months", type=int, default=3)
    options = parser.parse_args()
    months = [f"2025-{month:02}" for month in range(12 - options.months + 1, 13)]
    make(options.folder, options.entities, months)
    lowest = [one for one in range(options.entities) if depth(one) == 4]
    chosen = Random(5).sample(lowest, options.filings + 1)
    with served(options.folder) as server:
        first = one_filing(server, chosen[0])
        rest = [one_filing(server, one) for one in chosen[1:]]
    say(f"{options.entities:,} enterprises, load {os.getloadavg()[0]:.1f}\n")
    say(f"the first filing {1000 * (first.filed + first.shown):.0f} ms\n")
    say("| | p50 | p95 | processor, p50 |\n|---|---|---|---|\n")
    row("filed", [one.filed for one in rest], [one.filing for one in rest])
    row("shown", [one.shown for one in rest], [one.showing for one in rest])
    row("both", [one.filed + one.shown for one in rest], [one.filing + one.showing for one in rest])


def row(name: str, times: Sequence[float], used: Sequence[float]) -> None:
    """One line of the table, in milliseconds."""
    say(f"| {name} | {1000 * statistics.median(times):.0f} ms | {1000 * high(times):.0f} ms")
    say(f" | {1000 * statistics.median(used):.0f} ms |\n")


def entity(place: int) -> str:
    """The id at a place; seven others stand directly below it."""
    return f"N{place:05}"


def depth(place: int) -> int:
    """How many layers of ownership are above."""
    return 0 if place == 0 else 1 + depth((place - 1) // BRANCHES)


def make(folder: Path, entities: int, months: Sequence[str]) -> None:
    """The space, as far as it is there before the server starts."""
    shutil.rmtree(folder, ignore_errors=True)
    packs.init({"space": str(folder), "packs": ["early_warning"], "name": "latency", **OPERATOR})
    settings = folder / "hengjian.toml"
    settings.write_text(f"today = 2026-01-10\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    named = [f"{entity(one)},enterprise,企业{one:05},工业" for one in range(entities)]
    held = [f"owns,{entity((one - 1) // BRANCHES)},{entity(one)},80%" for one in range(1, entities)]
    opened = open_space(folder)
    for form, lines in (
        ("entities", ["entity,type,name,industry", *named]),
        ("links", ["link,from,to,share", *held]),
        ("wide", [
            f"entity,period,{','.join(USUAL)}",
            *(f"{entity(one)},{month},{figures(USUAL)}" for month in months for one in range(entities)),
        ]),
    ):  # fmt: skip
        data = "\n".join([*lines, ""]).encode()
        opened.ask("submit", {"files": [{"name": f"{form}.csv", "data": data}], "form": form, "key": None, **OPERATOR})


def figures(report: dict[str, float]) -> str:
    """The cells of a report."""
    return ",".join(f"{value:.0f}" for value in report.values())


@dataclass(frozen=True)
class Server:
    """A server in a process of its own, and a connection that stays open."""

    process: int
    connection: http.client.HTTPConnection

    def used(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Taken:
    """Seconds until the receipt, and from then until the page; the same of the processor."""

    filed: float
    shown: float
    filing: float
    showing: float


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """The server while it runs."""
    command = [str(Path(sys.executable).with_name("hengjian")), "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
        page(connection, "GET", "/")
        yield Server(process.pid, connection)
        connection.close()
    finally:
        process.terminate()
        process.wait()


def one_filing(server: Server, place: int) -> Taken:
    """A report, until the owner at the top sees its alert."""
    report = {**USUAL, **OWING}
    data = f"entity,period,{','.join(report)}\n{entity(place)},2025-12,{figures(report)}\n"
    start, begun = time.perf_counter(), server.used()
    receipt = page(server.connection, "POST", "/filing", body=sent(data), headers={
        "content-type": f"multipart/form-data; boundary={BOUNDARY}", "sec-fetch-site": "same-origin",
    })  # fmt: skip
    filed, entered = time.perf_counter(), server.used()
    if entity(place) not in receipt:
        raise SystemExit(f"the report of {entity(place)} was not taken:\n{receipt}")
    board = page(server.connection, "GET", f"/alerts?holder={entity(0)}&q={entity(place)}")
    shown, done = time.perf_counter(), server.used()
    if f"企业{place:05}" not in board:
        raise SystemExit(f"the alert of {entity(place)} is not on the board of {entity(0)}:\n{board}")
    return Taken(filed - start, shown - filed, entered - begun, done - entered)


def sent(data: str) -> bytes:
    """The page's form with one file, as browsers send it."""
    fields = {"do": "submit", "form": "wide", "actor": "基准", "entity": "", "period": ""}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append(
        f'Content-Disposition: form-data; name="file"; filename="q.csv"\r\nContent-Type: text/csv\r\n\r\n{data}'
    )
    return "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts).encode() + f"--{BOUNDARY}--\r\n".encode()


def page(connection: http.client.HTTPConnection, method: str, path: str, **more: object) -> str:
    """What the server answers; it must be a page."""
    connection.request(method, path, **more)  # type: ignore[arg-type]
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.status}\n{text}")
    return text


def high(times: Sequence[float]) -> float:
    """What nineteen of twenty stay below."""
    return sorted(times)[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)]


def say(text: str) -> None:
    """Print, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
