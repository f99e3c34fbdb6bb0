"""The template of the register of holdings: what is filled into it is read by the form `ownership`."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from test_ownership import good, said
from workbooks import parts

from hengjian.intake.ownershiptitles import TITLES
from hengjian.intake.registerform import register_template

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def filled(data: bytes, rows: list[list[Any]]) -> bytes:
    """The first sheet of the template with these rows under its titles, written anew as a spreadsheet would."""
    import xlsxwriter

    titles = next(iter(sheets(data).values()))[0]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("持股登记")
        percent = book.add_format({"num_format": "0.00%"})
        page.write_row(0, 0, titles)
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                page.write(number, column, cell, *((percent,) if isinstance(cell, float) else ()))
    return buffer.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_as_it_is_filled(language: Any) -> None:
    data = register_template(language)
    page, how = sheets(data).values()
    assert page[0][:3] == ["持股单位\nOwner", "被投资企业\nOwned", "持股比例\nShare"]
    assert len(page[0]) == 11
    example = how[-1]
    assert example[:3] == ["G01", "E01", "51%"]
    row = ["E1", "E2", 0.51, "", example[4], "", 51000000, 51000000, example[8], "2024-03-01", ""]
    (found,) = good(filled(data, [row]))
    assert dict(found.attributes) == {
        "share": "0.51", "kind": "direct", "subscribed": "51000000", "paid": "51000000", "evidence": example[8],
    }  # fmt: skip
    assert (str(found.valid_from), found.valid_to, found.cell) == ("2024-03-01", None, "A2")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_instructions_stand_in_both_languages(language: Any) -> None:
    _, how = sheets(register_template(language)).values()
    texts = [line[0] for line in how]
    assert sum(text.startswith("1. ") for text in texts) == 2
    assert any("不得超过 100%" in text for text in texts)
    assert any("more than 100 %" in text for text in texts)


@pytest.mark.parametrize(("language", "words"), [("zh", "直接,代持,一致行动"), ("en", "direct,nominee,concert")])
def test_kinds_are_chosen_from_a_list(language: Any, words: str) -> None:
    text = parts(register_template(language))["xl/worksheets/sheet1.xml"].decode()
    assert f'<formula1>"{words}"</formula1>' in text
    assert 'type="list"' in text
    assert 'sqref="E2:E1001"' in text


def test_an_empty_template_holds_no_row() -> None:
    assert "the file has titles and no rows" in said(register_template("zh"))[0]


def test_equal_questions_give_equal_bytes() -> None:
    assert register_template("zh", "E1") == register_template("zh", "E1")
    assert next(iter(sheets(register_template("zh", "E1")).values()))[1][:2] == ["", "E1"]


def test_each_column_has_its_titles() -> None:
    page = next(iter(sheets(register_template("zh")).values()))
    for title in page[0]:
        assert title in {f"{label.zh}\n{label.en}" for label, _ in TITLES.values()}


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_libreoffice_opens_and_keeps_it(tmp_path: Path) -> None:
    source = tmp_path / "register.xlsx"
    source.write_bytes(filled(register_template("zh"), [["E1", "E2", 0.51]]))
    command = [str(OFFICE), "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (row,) = good((tmp_path / "out" / "register.xlsx").read_bytes())
    assert row.attributes == (("share", "0.51"),)
