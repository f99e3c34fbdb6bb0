"""How long whole commands take, from the shell's point of view: python benchmarks/commands.py [RUNS]

Prints medians as a table; ends with 1 when one is over its bar. Bars: `show` under 0.5 s, `--help` under 0.2 s,
10,000 observations submitted and evaluated under 3 s (both commands together).
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

COMMAND = Path(sys.executable).with_name("hengjian")
MEASURES = ("total_assets", "total_liabilities", "operating_income", "net_profit")
YEARS = range(2014, 2019)
ENTERPRISES = 10_000 // (len(MEASURES) * 4 * len(YEARS))


@dataclass(frozen=True)
class Figure:
    """A command, the seconds of each run, and the seconds that it may take."""

    name: str
    seconds: list[float]
    bar: float

    def __str__(self) -> str:
        middle = median(self.seconds)
        met = "met" if middle < self.bar else "MISSED"
        best, worst = min(self.seconds), max(self.seconds)
        return f"{self.name:<46} {middle:>8.3f} {best:>8.3f} {worst:>8.3f} {self.bar:>6.1f}  {met}"


def run(*words: object) -> None:
    """Run the command; it must succeed."""
    subprocess.run([str(COMMAND), *map(str, words)], check=True, capture_output=True)


def seconds(work: Callable[[], None]) -> float:
    """The seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def new_space(folder: Path) -> Path:
    """A space of the finance pack that knows the enterprises."""
    folder.mkdir()
    run("init", folder / "space", "--packs", "finance")
    names = "".join(f"E{number},enterprise,企业{number}\n" for number in range(ENTERPRISES))
    (folder / "enterprises.csv").write_text(f"entity,type,name\n{names}", encoding="utf-8")
    run("submit", folder / "space", folder / "enterprises.csv", "--form", "entities")
    return folder / "space"


def statements(file: Path) -> Path:
    """10,000 observations."""
    rows = [
        f"E{number},{measure},{year}-Q{quarter},{1000 * (number + 1) + 10 * quarter + place}\n"
        for number in range(ENTERPRISES)
        for year in YEARS
        for quarter in (1, 2, 3, 4)
        for place, measure in enumerate(MEASURES)
    ]
    assert len(rows) == 10_000
    file.write_text("entity,measure,period,value\n" + "".join(rows), encoding="utf-8")
    return file


def measure(folder: Path, runs: int) -> list[Figure]:
    """All figures."""
    file = statements(folder / "statements.csv")
    spaces = [new_space(folder / str(number)) for number in range(max(3, runs // 3))]

    def submit_and_evaluate(space: Path) -> None:
        run("submit", space, file)
        run("evaluate", space)

    batch = [seconds(lambda space=space: submit_and_evaluate(space)) for space in spaces]
    show = [seconds(lambda: run("show", spaces[0], "E7", "debt_ratio", "--period", "2018-Q4")) for _ in range(runs)]
    page = [seconds(lambda: run("--help")) for _ in range(runs)]
    return [
        Figure("hengjian show SPACE E7 debt_ratio", show, 0.5),
        Figure("hengjian --help", page, 0.2),
        Figure("10,000 observations: submit, then evaluate", batch, 3.0),
    ]


def main() -> int:
    """Measure, print, compare."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(prefix="hengjian-bench-") as folder:
        figures = measure(Path(folder), runs)
    sys.stdout.write(f"{'command':<46} {'median':>8} {'best':>8} {'worst':>8} {'bar':>6}\n")
    sys.stdout.write("".join(f"{figure}\n" for figure in figures))
    return 0 if all(median(figure.seconds) < figure.bar for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
