"""The server's time for the portfolio of 1,000 enterprises: python benchmarks/portfolio.py [RUNS]

The space holds 1,000 enterprises in three layers and their quick reports of 36 months. Measured are whole requests:
through the application in this process, which is the server's time, and over the socket of `hengjian serve`. `cold`
is the first request after a filing: nothing is kept then. Prints medians, and the size of the page as it travels;
ends with 1 when one is over its bar.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from hengjian.app import packs
from hengjian.app.client import ask_space
from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer
from hengjian.web import build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

COMMAND = Path(sys.executable).with_name("hengjian")
ENTERPRISES, GROUPS = 1_000, 20
#: Flows in percent of the year's income so far, balances in percent of assets: sound ones, for checks refuse others.
FLOWS = {
    "quick_operating_income": 100, "quick_operating_costs": 70, "quick_taxes_and_surcharges": 1,
    "quick_selling_expenses": 4, "quick_administrative_expenses": 6, "quick_rd_expenses": 3,
    "quick_finance_expenses": 2, "quick_interest_expenses": 2, "quick_operating_profit": 14,
    "quick_total_profit": 14, "quick_net_profit": 11,
    "quick_net_profit_parent": 10, "quick_sales_cash": 98, "quick_op_cash_flow": 9, "quick_capital_expenditure": 7,
    "quick_rd_input": 4, "quick_labour_cost": 12, "quick_depreciation": 5, "quick_net_production_tax": 3,
    "quick_taxes_paid": 6,
}  # fmt: skip
LEVELS = {
    "quick_cash": 8, "quick_accounts_receivable": 12, "quick_inventories": 15, "quick_current_assets": 45,
    "quick_fixed_assets": 25, "quick_total_assets": 100, "quick_short_term_borrowing": 3, "quick_short_term_debt": 5,
    "quick_interest_bearing_debt": 30, "quick_current_liabilities": 30, "quick_total_liabilities": 55,
    "quick_total_equity": 45, "quick_equity_parent": 40, "quick_guarantee_balance": 5,
}  # fmt: skip
#: What readers ask: the first hundred, sorted, filtered, every one of the thousand on one page, and a file.
REQUESTS = {
    "the page": "/",
    "sorted by a column": "/?sort=-2",
    "filtered": "/?q=7&level=2",
    "all 1,000 on one page": "/?rows=1000",
    "as XLSX": "/?format=xlsx",
}


@dataclass(frozen=True)
class Figure:
    """A request, the milliseconds of each run, and those that it may take."""

    name: str
    times: list[float]
    bar: float | None
    bytes: int = 0

    @property
    def met(self) -> bool:
        return self.bar is None or median(self.times) < self.bar

    def __str__(self) -> str:
        middle, best, worst = median(self.times), min(self.times), max(self.times)
        bar = "" if self.bar is None else f"{self.bar:.0f}  {'met' if self.met else 'MISSED'}"
        size = f"{self.bytes / 1000:.0f}" if self.bytes else ""
        return f"{self.name:<46} {middle:>8.1f} {best:>8.1f} {worst:>8.1f} {size:>8} {bar:>10}"


def entities() -> str:
    """A thousand enterprises with a function each."""
    functions = ("城市开发建设", "重点产业引领", "招商引资服务", "社会民生保障")
    rows = [f"E{number:04},enterprise,示例企业{number},{functions[number % 4]}\n" for number in range(ENTERPRISES)]
    return "entity,type,name,function\n" + "".join(rows)


def links() -> str:
    """Groups, their companies, and the companies of those."""
    rows = []
    for number in range(GROUPS, ENTERPRISES):
        above = number % GROUPS if number < 10 * GROUPS else GROUPS + number % (9 * GROUPS)
        rows.append(f"parent,E{number:04},E{above:04}\n")
    return "link,from,to\n" + "".join(rows)


def reports(year: int) -> str:
    """A year's quick reports of all, as a wide table; a twentieth of the enterprises is late with the last month."""
    rows = [",".join(("entity", "period", *FLOWS, *LEVELS, "quick_average_headcount")) + "\n"]
    for month in range(1, 13):
        for number in range(ENTERPRISES):
            if (year, month) == (2025, 12) and number % 20 == 7:
                continue
            assets = 1_000_000 + 7_000 * number + 3_000 * (12 * (year - 2023) + month)  # in hundreds
            income = month * (50_000 + 300 * number + 2_000 * (year - 2023))
            flows = [str(share * income) for share in FLOWS.values()]
            levels = [str(share * assets) for share in LEVELS.values()]
            rows.append(",".join((f"E{number:04}", f"{year}-{month:02}", *flows, *levels, str(60 + number))) + "\n")
    return "".join(rows)


def submit(space: Path, form: str, name: str, text: str) -> None:
    """File one text through the front door."""
    question = {
        "files": [{"name": name, "data": text.encode()}], "form": form, "entity": None, "key": None, "actor": "bench",
        "known_from": None,
    }  # fmt: skip
    ask_space(space, "submit", question)


def new_space(folder: Path) -> Path:
    """The space."""
    space = folder / "space"
    packs.init({"space": str(space), "packs": ["finance", "state_assets"], "name": "bench", "actor": "bench"})
    submit(space, "entities", "enterprises.csv", entities())
    submit(space, "links", "links.csv", links())
    for year in (2023, 2024, 2025):
        submit(space, "wide", f"{year}.csv", reports(year))
    return space


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Milliseconds, and what came of it."""
    start = time.perf_counter()
    data = work()
    return 1000 * (time.perf_counter() - start), data


def in_process(space: Path, runs: int) -> list[Figure]:
    """Requests through the application: what the server itself takes."""
    desk = open_desk(space, write=True, append=True)
    writer = Writer(desk, METHODS)
    try:
        reader = TestClient(build(writer.ask), base_url="http://127.0.0.1")

        def get(address: str) -> bytes:
            answer = reader.get(address)
            assert answer.status_code == 200, answer.text
            return answer.content

        cold = []
        for run in range(max(3, runs // 5)):
            text = f"entity,measure,period,value\nE0001,quick_cash,2025-12,{run + 1}\n"
            writer.ask("submit", {
                "files": [{"name": "a.csv", "data": text.encode()}], "form": "observations", "entity": None,
                "key": None, "actor": "bench", "known_from": None,
            })  # fmt: skip
            cold.append(timed(lambda: get("/"))[0])
        found = [Figure("in process, cold: the page after a filing", cold, None)]
        for name, address in REQUESTS.items():
            results = [timed(lambda address=address: get(address)) for _ in range(runs)]
            bar = None if "XLSX" in name else 100.0
            size = len(gzip.compress(results[0][1], 6))
            found.append(Figure(f"in process, warm: {name}", [time for time, _ in results], bar, size))
        return found
    finally:
        writer.close()
        desk.close()


def over_the_socket(space: Path, runs: int) -> list[Figure]:
    """Requests to a server of its own."""
    command = [str(COMMAND), "serve", str(space), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()

            def get(path: str) -> bytes:
                asked = urllib.request.Request(address.rstrip("/") + path, headers={"accept-encoding": "gzip"})
                with urllib.request.urlopen(asked) as answer:
                    return bytes(answer.read())

            first = timed(lambda: get("/"))
            found = [Figure("socket, cold: the first page of a new server", [first[0]], None, len(first[1]))]
            for name, path in REQUESTS.items():
                results = [timed(lambda path=path: get(path)) for _ in range(runs)]
                bar = None if "XLSX" in name else 100.0
                found.append(Figure(f"socket, warm: {name}", [one for one, _ in results], bar, len(results[0][1])))
            return found
        finally:
            server.terminate()


def main() -> int:
    """Measure, print, compare."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory(prefix="hengjian-bench-") as folder:
        space = new_space(Path(folder))
        figures = [*in_process(space, runs), *over_the_socket(space, runs)]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    sys.stdout.write(f"{'milliseconds':<46} {'median':>8} {'best':>8} {'worst':>8} {'kB gzip':>8} {'bar':>10}\n")
    sys.stdout.write("".join(f"{figure}\n" for figure in figures))
    sys.stdout.write(f"load of the machine (1, 5, 15 minutes): {load}\n")
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
