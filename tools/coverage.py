"""Write the README's table of systems from docs/coverage.yaml.

    python tools/coverage.py [--check]

The table stands between two marks of the README. With --check nothing is written; exit 1 says that it is not up to
date.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "docs" / "coverage.yaml"
README = ROOT / "README.md"
BEGIN, END = "<!-- coverage: written by tools/coverage.py -->", "<!-- /coverage -->"
STATES = ("works", "part", "planned")
MEANING = {
    "works": "all that the documents ask of it is there, with a page and a test",
    "part": "something of it works, with a page and a test of that",
    "planned": "nothing yet",
}


def read() -> list[dict[str, Any]]:
    """The rows of docs/coverage.yaml, in its order."""
    rows: list[dict[str, Any]] = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """What stands between the marks: how many systems are in each state, and all of them, folded."""
    counts = Counter(row["state"] for row in rows)
    lines = ["| state | systems | means |", "|---|---|---|"]
    lines += [f"| {state} | {counts[state]} | {MEANING[state]} |" for state in STATES]
    lines += ["", f"<details><summary>All {len(rows)} systems</summary>", ""]
    lines += ["| # | system | documents | state | where | page | test |", "|---|---|---|---|---|---|---|"]
    lines += [_line(row) for row in rows]
    lines += ["", "</details>"]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    page = row["page"] or ""
    shown = f"[{page}]({page})" if page.startswith("docs/") else f"`{page}`" if page else ""
    test = f"[{row['test']}]({row['test']})" if row["test"] else ""
    cells = (
        str(row["number"]), f"{row['term']}<br>{row['en']}", ", ".join(row["documents"]), row["state"],
        "; ".join(row["where"]), shown, test,
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def written(readme: str, rows: list[dict[str, Any]]) -> str:
    """The README with its table made anew. ValueError where a mark is missing."""
    before, _, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the README lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n{table(rows)}\n{END}{after}"


def main(*, check: bool) -> int:
    """Write the table, or say whether it is up to date."""
    readme = README.read_text(encoding="utf-8")
    new = written(readme, read())
    if check:
        return 0 if new == readme else 1
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
