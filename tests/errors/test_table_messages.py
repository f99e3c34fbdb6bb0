"""What is left to say of tables: forms whose titles are not found, entities of another type, cells without an end."""

import csv
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from forms_of_tests import catalogue
from intake_desk import Desk
from workbooks import workbook

from hengjian.intake.context import Context
from hengjian.intake.read import read_table

BALANCE: list[list[Any]] = [
    ["财务报表"], ["单位", "E1", "", "合并"], ["期间", "2019-12-31", "金额单位", "万元"], [],
    ["项目", "行次", "期末余额", "年初余额"], ["资产总计", 1, 120, 100],
]  # fmt: skip
INCOME: list[list[Any]] = [[], ["项目", "本期金额", "上年同期"], ["净利润", 8, 7]]


def declared(data: bytes, form: str) -> list[str]:
    context = Context(catalogue=catalogue(), entity_types={"E1": "enterprise", "M": "meter"})
    return [str(issue).replace("\n  hint: ", " | ") for issue in read_table("a.xlsx", data, form, context)[1]]


def statements(balance: list[list[Any]]) -> list[str]:
    return declared(workbook(("资产负债表", balance), ("利润表", INCOME)), "statements")


def test_a_wide_form_without_its_titles() -> None:
    data = "单位,月份,备注\nE1,2019-12,无\n".encode()
    (told,) = declared(data, "quick_report")
    assert "row 1 holds none of the form's titles | take the form's template, and leave its titles" in told


def test_a_form_of_items_without_its_titles() -> None:
    found = statements([*BALANCE[:4], ["行次", "单位负责人"], ["资产总计", 1]])
    assert any("row 5 does not hold the form's titles | " in told for told in found)


def test_a_form_of_another_type() -> None:
    found = statements([BALANCE[0], ["单位", "M", "", "合并"], *BALANCE[2:]])
    assert any("'M' is of type meter, the form is of enterprise | " in told for told in found)


def test_a_workbook_whose_directory_lies() -> None:
    """The size of the list of sheets is not what unpacks."""
    buffer = io.BytesIO(workbook(("表", [["entity", "period", "total_assets"], ["E1", "2019-Q4", 1]])))
    with zipfile.ZipFile(buffer) as archive:
        entry = archive.getinfo("xl/workbook.xml")
    data = bytearray(buffer.getvalue())
    at = data.rindex(b"xl/workbook.xml") - 46
    data[at + 16 : at + 20] = (entry.CRC ^ 1).to_bytes(4, "little")
    _, issues = Desk().read(bytes(data), "wide")
    assert [issue.message for issue in issues] == ["the workbook is damaged"]


def test_a_cell_without_an_end() -> None:
    """A quote that is not closed takes in what follows, up to the limit of the csv module."""
    assert csv.field_size_limit() == 131_072
    long = "x" * 131_073
    _, issues = Desk().read(f'entity,measure,period,value\nE1,"{long}",2019-Q4,1\n', "observations")
    assert str(issues[0]) == (
        "a.csv, row 2: a cell is longer than 131,072 characters\n  hint: is a quote opened here and not closed?"
    )
