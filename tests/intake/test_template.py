"""Templates: what is filled into one comes back as it was filled in, through LibreOffice too."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from forms_of_tests import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import packed, parts

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.intake.template import template
from hengjian.load import find_pack, load_pack
from hengjian.load.catalogue import assemble, with_required
from hengjian.model.filing import ObservationRow, position

CATALOGUE = catalogue()
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def blank(form: str, language: str = "zh") -> bytes:
    return template(CATALOGUE.forms[form], CATALOGUE, language, "E1", "2019-Q4" if form == "statements" else "2019-12")


def filled(data: bytes, sheet: int, cells: dict[str, float | str]) -> bytes:
    """The template with these cells written as spreadsheets do: the style of the cell stays."""
    found = parts(data)
    name = f"xl/worksheets/sheet{sheet}.xml"
    text = found[name].decode()
    for at, value in cells.items():
        inner = f"<v>{value!r}</v></c>" if isinstance(value, float) else f"<is><t>{value}</t></is></c>"
        kind = "" if isinstance(value, float) else ' t="inlineStr"'
        text, count = re.subn(
            rf'<c r="{at}"( s="\d+")?(?: t="s")?(?:/>|><v>\d+</v></c>)', rf'<c r="{at}"\1{kind}>{inner}', text
        )
        if not count:
            text = with_new_cell(text, at, f'<c r="{at}"{kind}>{inner}')
    return packed({**found, name: text.encode()})


def with_new_cell(text: str, at: str, cell: str) -> str:
    """A cell where the template has none: at the end of its row, or in a new last row."""
    row, _ = position(at)
    found = re.search(rf'<row r="{row}"[^>]*>.*?(?=</row>)', text, re.DOTALL)
    if found:
        return text[: found.end()] + cell + text[found.end() :]
    return text.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')


def read(data: bytes, form: str) -> tuple[Any, ...]:
    context = Context(catalogue=CATALOGUE, entity_types={"E1": "enterprise", "E2": "enterprise"})
    return read_table("t.xlsx", data, form, context)


def said(rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    assert all(isinstance(row, ObservationRow) for row in rows)
    return [
        (row.sheet, row.cell, row.entity, row.measure, str(row.period), row.scope, row.text, row.value) for row in rows
    ]


def statements(language: str = "zh") -> bytes:
    data = filled(blank("statements", language), 1, {"B7": 1234.56, "C7": 1e-05, "B8": "#withdrawn"})
    return filled(data, 2, {"B3": -0.1})


@pytest.mark.parametrize(("language", "first", "second"), [
    ("zh", "资产负债表", "利润表"), ("en", "Balance sheet", "Income statement"),
])  # fmt: skip
def test_a_filled_template_comes_back(language: str, first: str, second: str) -> None:
    rows, issues = read(statements(language), "statements")
    assert issues == ()
    assert said(rows) == [
        (first, "B7", "E1", "total_assets", "2019-Q4", "consolidated", "1234.56", 12_345_600.0),
        (first, "C7", "E1", "total_assets", "2018-Q4", "consolidated", "1e-05", 0.1),
        (first, "B8", "E1", "total_liabilities", "2019-Q4", "consolidated", "#withdrawn", None),
        (second, "B3", "E1", "net_profit", "2019-Q4", "consolidated", "-0.1", -1_000.0),
    ]


def quick(language: str = "zh") -> bytes:
    return filled(blank("quick_report", language), 1, {
        "C2": "单体", "D2": 12.5, "E2": 30.0, "A3": "E2", "B3": "2019-11", "D3": 7.0, "F3": 95.5,
    })  # fmt: skip


def test_a_filled_wide_template_comes_back() -> None:
    rows, issues = read(quick(), "quick_report")
    assert issues == ()
    assert said(rows) == [
        ("财务快报", "D2", "E1", "revenue_m", "2019-12", "parent", "12.5", 125_000.0),
        ("财务快报", "E2", "E1", "headcount_m", "2019-12", "parent", "30", 30.0),
        ("财务快报", "D3", "E2", "revenue_m", "2019-11", "consolidated", "7", 70_000.0),
        ("财务快报", "F3", "E2", "occupancy_m", "2019-11", "consolidated", "95.5", 0.955),
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15), min_size=4, max_size=4))
def test_every_figure_comes_back(values: list[float]) -> None:
    data = filled(blank("statements"), 1, dict(zip(("B7", "C7", "B8", "C8"), values, strict=True)))
    rows, issues = read(data, "statements")
    assert issues == ()
    assert [float(row.text) for row in rows] == values


@pytest.mark.parametrize("form", ["statements", "quick_report"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_template_holds_no_figure(form: str, language: str) -> None:
    rows, issues = read(blank(form, language), form)
    assert (rows, [issue.message for issue in issues]) == ((), ["the form holds no figure"])
    assert blank(form, language) == blank(form, language)


def test_titles_units_choices_and_protection() -> None:
    data = blank("statements")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["资产负债表", "利润表", "填报说明"]
    table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert table[4][:3] == ["项目\nItem", "期末余额\nClosing balance", "年初余额\nOpening balance"]
    assert table[6][0] == "资产总计\nTotal assets\n(万元)"
    assert (table[1][:4], table[2][:4]) == (
        ["单位 Entity", "E1", "口径 Scope", "合并"],
        ["期间 Period", "2019-Q4", "金额单位 Unit", "万元"],
    )
    sheet = parts(data)["xl/worksheets/sheet1.xml"].decode()
    assert '<sheetProtection sheet="1"' in sheet
    assert '<formula1>"合并,单体"</formula1>' in sheet
    assert '<formula1>"元,万元,亿元"</formula1>' in sheet
    assert 'type="decimal"' in sheet
    assert 'state="frozen"' in sheet
    advice = "\n".join(str(row[0]) for row in book.get_sheet_by_index(2).to_python())
    assert "撤回" in advice
    assert "#withdrawn" in advice
    assert "校验 Check: 不资不抵债" in advice


def test_a_title_cell_is_locked_and_an_input_is_free() -> None:
    """The protection flag of a cell's style (ECMA-376, 18.8.33): locked unless it says otherwise."""
    found = parts(blank("statements"))
    cells = dict(re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', found["xl/worksheets/sheet1.xml"].decode()))
    styles = found["xl/styles.xml"].decode().partition("<cellXfs")[2].partition("</cellXfs>")[0]
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles, re.DOTALL)
    free = {at for at, style in cells.items() if 'locked="0"' in formats[int(style)]}
    assert free == {"B2", "D2", "B3", "D3", "B7", "C7", "B8", "C8"}


def test_the_shipped_forms_have_templates() -> None:
    packs = [load_pack(find_pack(name), name)[0] for name in ("finance",)]
    found, _ = assemble(with_required([pack for pack in packs if pack is not None]))
    assert found is not None
    for form in found.forms.values():
        for language in ("zh", "en"):
            data = template(form, found, language, "E1")
            context = Context(catalogue=found, entity_types={"E1": "enterprise"}, entity="E1", period="2019-12")
            _, issues = read_table("t.xlsx", data, form.name, context)
            assert {issue.message for issue in issues} == {"the form holds no figure"}


@pytest.mark.peer
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("make", "form"), [(statements, "statements"), (quick, "quick_report")])
def test_through_libreoffice(make: Any, form: str, tmp_path: Path) -> None:
    """Opened and saved by LibreOffice, the same figures stand in the same cells."""
    assert OFFICE is not None
    (tmp_path / "in.xlsx").write_bytes(make())
    command = [
        OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
        "--convert-to", "xlsx:Calc MS Excel 2007 XML",
        "--outdir", str(tmp_path / "out"), str(tmp_path / "in.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    data = (tmp_path / "out" / "in.xlsx").read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(data))
    rows, issues = read(data, form)
    assert issues == ()
    assert said(rows) == said(read(make(), form)[0])


def test_figures_that_a_program_knows_stand_in_the_template() -> None:
    """As text they come back: a long one keeps its digits, a word stays a word."""
    data = template(
        CATALOGUE.forms["statements"], CATALOGUE, "zh", "E1", "2019-Q4",
        items={"total_assets": ("123456789012.34", "-7"), "total_liabilities": ("撤回",), "net_profit": ("0.10",)},
    )  # fmt: skip
    rows, issues = read(data, "statements")
    assert issues == ()
    assert said(rows) == [
        ("资产负债表", "B7", "E1", "total_assets", "2019-Q4", "consolidated", "123456789012.34", 1_234_567_890_123_400),
        ("资产负债表", "C7", "E1", "total_assets", "2018-Q4", "consolidated", "-7", -70_000.0),
        ("资产负债表", "B8", "E1", "total_liabilities", "2019-Q4", "consolidated", "撤回", None),
        ("利润表", "B3", "E1", "net_profit", "2019-Q4", "consolidated", "0.1", 1_000.0),
    ]  # fmt: skip


def test_rows_that_a_program_knows_stand_in_the_template() -> None:
    lines = [
        {"entity": "E1", "period": "2019-11", "revenue_m": "12.50"},
        {"entity": "E2", "period": "2019-12", "scope": "单体", "revenue_m": "约7"},
    ]
    data = template(CATALOGUE.forms["quick_report"], CATALOGUE, "zh", rows=lines)
    _, issues = read(data, "quick_report")
    assert [issue.message for issue in issues] == ["'约7' is not a number"]
    lines[1]["revenue_m"] = "7"
    rows, issues = read(template(CATALOGUE.forms["quick_report"], CATALOGUE, "zh", rows=lines), "quick_report")
    assert issues == ()
    assert said(rows) == [
        ("财务快报", "D2", "E1", "revenue_m", "2019-11", "consolidated", "12.5", 125_000.0),
        ("财务快报", "D3", "E2", "revenue_m", "2019-12", "parent", "7", 70_000.0),
    ]
