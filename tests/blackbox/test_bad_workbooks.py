"""Bad workbooks in the shipped forms, submitted with the installed command: each is told clearly, with its cell.

Never with a traceback; and when all were refused, the ledger and every table are as before.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import bad_workbooks as make
import pytest
from bad_workbooks import SHEET, TITLES, TOP, balance, figure, packed, parts, quick, workbook
from kit import Space, says

ENTERPRISES = """\
entity,type,name
G01,enterprise,示例一集团
G02,enterprise,示例二集团
"""
AGAIN = "save it again as .xlsx"


@dataclass(frozen=True)
class Bad:
    """A workbook, the cell (or only the sheet, or only the file) at fault, and words that must be said of it."""

    name: str
    data: Callable[[], bytes]
    cell: str | None
    words: tuple[str, ...]
    form: str = "quick_report"
    sheet: str | None = SHEET
    options: tuple[tuple[str, str], ...] = ()


def whole(name: str, data: Callable[[], bytes], *words: str) -> Bad:
    """A file that is at fault as a whole."""
    return Bad(name, data, None, words, sheet=None)


BAD = [
    # Figures.
    Bad("text in a number cell", lambda: figure("很多"), "B6", ("'很多' is not a number", "write digits")),
    Bad("a figure with its unit", lambda: figure("1250万元"), "B6", ("1250万元", "the number alone")),
    Bad("a dash for nothing", lambda: figure("——"), "B6", ("not reported", "leave the cell empty")),
    Bad("parentheses for minus", lambda: figure("(12.5)"), "B6", ("with a minus", "-12.5")),
    Bad("commas in the wrong places", lambda: figure("12,50"), "B6", ("groups of three",)),
    Bad("numerals in Chinese", lambda: figure("一千"), "B6", ("'一千' is not a number",)),
    Bad("1e400 as text", lambda: figure("1e400"), "B6", ("1e400", "too large")),
    Bad("1e400 as a number", lambda: make.stored('<c r="B6"><v>1e400</v></c>'), "B6", ("1e400", "too large")),
    Bad("a truth value", lambda: figure(True), "B6", ("TRUE", "write a number")),
    Bad("an error value", lambda: make.cell(lambda _, page: page.write_formula("B6", "=1/0", None, "#DIV/0!")), "B6",
        ("#DIV/0!", "mend the formula")),
    Bad("a reference that is lost", lambda: make.cell(lambda _, page: page.write_formula("B6", "=X1", None, "#REF!")),
        "B6", ("#REF!",)),
    Bad("a formula without a value", lambda: make.stored('<c r="B6"><f>1+1</f></c>'), "B6",
        ("the formula has no value", "let it calculate")),
    Bad("a formula never calculated", lambda: make.cell(lambda _, page: page.write_formula("B6", "=C6+1")), "B6",
        ("never calculated",)),
    Bad("a date in a number cell", lambda: make.shown_as(46022, "yyyy-mm-dd"), "B6", ("'2025-12-31'", "as a number")),
    Bad("a time in a number cell", lambda: make.shown_as(0.5, "hh:mm"), "B6", ("'12:00:00'", "a date or a time")),
    Bad("a percentage of money", lambda: make.shown_as(0.125, "0.0%"), "B6", ("'12.5%' is a share", "万元")),
    Bad("very long text", lambda: figure("长" * 32_000), "B6", ("32,000 characters",)),
    Bad("control characters", lambda: figure("12\x075"), "B6", (r"'12\x075'", "do not show")),
    Bad("characters without width", lambda: figure("\u200b1250"), "B6", (r"'\u200b1250'", "type the figure again")),
    # Rows.
    Bad("an unknown entity", lambda: quick(["G10", 1, 1]), "A6", ("no entity 'G10' is registered", "did you mean")),
    Bad("a name for an id", lambda: quick(["示例一集团", 1, 1]), "A6", ("示例一集团", "write G01")),
    Bad("no entity", lambda: quick([None, 1, 1]), "A6", ("names no entity",)),
    Bad("duplicate rows", lambda: quick(["G01", 1], ["G02", 2], ["G01", 3]), "B8", ("stands in row 6 already",)),
    Bad("a row of totals", lambda: quick(["G01", 1], ["合计", 1]), "A7", ("合计",)),
    Bad("nothing filled in", lambda: quick(["G01"]), None, ("holds no figure",)),
    # Titles.
    Bad("an unknown title", lambda: quick(titles=make.MISPLACED), "B5", ("营业收人", "营业收入")),
    Bad("a title in another unit", lambda: quick(titles=["单位", "营业收入（元）"]), "B5", ("营业收入（元）", "万元")),
    Bad("a title twice", lambda: quick(titles=["单位", "营业收入", "Operating income"]), "C5", ("column 2 already",)),
    Bad("a blank title over figures", lambda: quick(titles=["单位", None, "营业成本"]), "B6", ("under no title",)),
    Bad("no column of entities", lambda: quick(["x", 1], titles=["备注", "营业收入"]), "A5", ("单位 is missing",)),
    Bad("titles in the wrong row", lambda: quick(top=TOP[:3]), "A4", ("stand in row 4", "in row 5")),
    Bad("another table altogether", lambda: workbook((SHEET, [["备忘"], ["一"], ["二"], [], ["三"], ["四"]])), "A5",
        ("三",)),
    # Above the table.
    Bad("a period that is none", lambda: make.above(2, "期间", "2025-13"), "B2", ("2025-13",)),
    Bad("a period of another length", lambda: make.above(2, "期间", "2025-Q3x"), "B2", ("2025-Q3x",)),
    Bad("no period", lambda: make.above(2, "期间"), "B2", ("no period",)),
    Bad("another period than submitted", quick, "B2", ("2025-12", "2025-11"), options=(("period", "2025-11"),)),
    Bad("an unknown unit", lambda: make.above(3, "金额单位", "万圆"), "B3", ("万圆", "万元")),
    Bad("a unit of another kind", lambda: make.above(3, "金额单位", "kWh"), "B3", ("kWh",)),
    Bad("an unknown scope", lambda: make.above(2, "期间", "2025-12", "范围", "汇总"), "D2", ("汇总", "合并")),
    Bad("another entity than submitted", balance, "B2", ("G01", "G02"), "balance_sheet", "资产负债表",
        (("entity", "G02"),)),
    Bad("an entity nobody registered", lambda: balance(entity="G77"), "B2", ("G77",), "balance_sheet", "资产负债表"),
    Bad("an unknown item", lambda: balance(["资产总汁", 200, 180]), "A6", ("资产总汁", "资产总计"), "balance_sheet",
        "资产负债表"),
    Bad("an item twice", lambda: balance(["资产总计", 2, 1], ["资产总计", 2, 1]), "A7", ("row 6 already",),
        "balance_sheet", "资产负债表"),
    Bad("a figure beside no item", lambda: balance([None, 2, 1]), "B6", ("no item",), "balance_sheet", "资产负债表"),
    # Merged and hidden.
    Bad("merged over two figures", lambda: quick(["G01"], write=lambda _, page: page.merge_range("B6:C6", 7)), "B6",
        ("B6:C6", "merged", "fill each cell")),
    Bad("merged over two rows", lambda: quick(["G01", 1], [None, 2], write=lambda _, page: page.merge_range(
        "A6:A7", "G01")), "A6", ("A6:A7", "merged")),
    Bad("a figure under merged cells", lambda: make.cell(lambda _, page: page.merge_range("B6:C6", 7)), "C6",
        ("'900' under the merged cells B6:C6",)),
    Bad("a hidden sheet", make.hidden, None, ("is hidden", "show it")),
    Bad("a hidden row", lambda: quick(make.ROW, ["G02", 1], write=make.hidden_row), "A7", ("row 7 is hidden",)),
    Bad("a hidden column", lambda: make.cell(lambda _, page: page.set_column("C:C", None, None, {"hidden": True}) + 1),
        "C6", ("column C is hidden",)),
    # Sheets.
    whole("a sheet of another name", lambda: quick(name="Sheet1"), "no sheet '财务快报'", "Sheet1"),
    Bad("an empty sheet", lambda: workbook((SHEET, [[]])), None, ("the sheet is empty", "template")),
    Bad("a chart for a sheet", make.chart_alone, None, ("holds no cells",)),
    Bad("17,000 columns", make.wide_of_17000, None, ("YDW6", "beyond the last column")),
    Bad("entities of XML", make.with_entities, None, ("document type", AGAIN)),
    Bad("a part that is damaged", make.spoilt, None, ("damaged", AGAIN)),
    # Files.
    whole("a password", lambda: make.compound("EncryptionInfo", "EncryptedPackage"), "password", "take the"),
    whole("a password of the ZIP", make.locked_part, "password"),
    whole("an old .xls", lambda: make.compound("Workbook"), "old Excel workbook", AGAIN),
    whole("a workbook with macros", lambda: packed({**parts(quick()), "xl/vbaProject.bin": b"x"}), "macros"),
    whole("a binary workbook", lambda: packed({"xl/workbook.bin": b"x"}), ".xlsb"),
    whole("a Word document", lambda: packed({"word/document.xml": b"x"}), "a Word document"),
    whole("a web page", lambda: "<html><table><tr><td>营业收入".encode(), "a web page"),
    whole("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
    whole("a RAR archive", lambda: b"Rar!\x1a\x07\x01" + bytes(64), "compressed (RAR)"),
    whole("an empty file", lambda: b"", "the file is empty", "template"),
    whole("half a workbook", lambda: quick()[:4000], "not a whole one", "cut off"),
    whole("a zip bomb", make.bomb, "would unpack to"),
    whole("ten thousand parts", make.many_parts, "at most 10,000"),
    whole("two parts of one name", make.two_parts, "two parts called"),
    whole("two central directories", make.two_directories, "before the workbook", AGAIN),
    whole("no relations", make.no_relations, "where its sheets are"),
    whole("a table in UTF-16 called .xlsx", lambda: make.as_csv("utf-16"), "UTF-16", "CSV UTF-8"),
    whole("a table in no encoding called .xlsx", lambda: make.as_csv("utf-8") + b"\xff\xff", "UTF-8"),
]  # fmt: skip


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    """A space of the finance pack that only refuses from its first report on: it is as before in the end."""
    space = Space.at(tmp_path_factory.mktemp("bad"), "base,finance")
    space.enter(ENTERPRISES, "enterprises.csv", form="entities")
    space.enter(quick(), "good.xlsx", form="quick_report")
    before = space.state()
    yield space
    assert space.state() == before


def test_there_are_more_than_forty() -> None:
    assert len(BAD) >= 60
    assert len({bad.name for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_each_is_told_with_its_cell(bad: Bad, patient: Space) -> None:
    faults = patient.refuse(bad.data(), "报表.xlsx", form=bad.form, **dict(bad.options))
    named = says(faults, *bad.words)
    assert named, faults
    for fault in faults:
        assert Path(fault["file"]).name == "报表.xlsx"
        assert fault["message"]
        assert fault["hint"]
        assert "Traceback" not in fault["message"]
        assert (fault["cell"] is None) or fault["sheet"] == bad.sheet
        if fault["cell"] is not None and fault["column"] is not None:
            assert placed(fault["cell"]) == (fault["row"], fault["column"])
    assert (bad.sheet, bad.cell) in [(fault["sheet"], fault["cell"]) for fault in named], faults


def placed(cell: str) -> tuple[int, int]:
    """Row and column of an A1 address."""
    letters, digits = re.fullmatch(r"([A-Z]{1,3})(\d+)", cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def test_200_megabytes(patient: Space) -> None:
    """A sparse file, so that it costs no disk here either."""
    file = patient.inbox / "大.xlsx"
    with file.open("wb") as big:
        big.write(b"PK\x03\x04")
        big.truncate(200 * 1024 * 1024)
    (fault,) = patient.run("submit", file, form="quick_report").faults
    assert "209,715,200 bytes" in fault["message"]
    assert "several parts" in fault["hint"]


def test_a_folder_for_a_file(patient: Space) -> None:
    folder = patient.inbox / "文件夹.xlsx"
    folder.mkdir()
    (fault,) = patient.run("submit", folder, form="quick_report").faults
    assert fault["message"].endswith("is a folder, not a file")
    assert Path(fault["file"]).name == folder.name


def test_a_pipe_for_a_file_does_not_hang(patient: Space) -> None:
    pipe = patient.inbox / "管道.xlsx"
    os.mkfifo(pipe)
    (fault,) = patient.run("submit", pipe, form="quick_report").faults
    assert Path(fault["file"]).name == pipe.name


def test_a_file_that_is_not_there(patient: Space) -> None:
    (fault,) = patient.run("submit", patient.inbox / "没有.xlsx", form="quick_report").faults
    assert Path(fault["file"]).name == "没有.xlsx"


def test_all_faults_of_a_workbook_come_at_once(patient: Space) -> None:
    data = quick(["G10", "很多", 900], ["G01", 1, "1e400"], ["G02", None, "—"])
    faults = patient.refuse(data, "多处.xlsx", form="quick_report")
    assert [fault["cell"] for fault in faults] == ["A6", "B6", "C7", "C8"]


def test_bad_ones_take_the_good_one_of_their_batch_with_them(patient: Space) -> None:
    """One call, one good workbook: nothing is entered, and only the bad ones are named."""
    files = []
    for number, bad in enumerate(bad for bad in BAD if bad.form == "quick_report" and not bad.options):
        file = patient.inbox / f"{number:02}.xlsx"
        file.write_bytes(bad.data())
        files.append(file)
    good = patient.inbox / "好.xlsx"
    good.write_bytes(quick(["G02", 5, 4], top=[TOP[0], ["期间", "2025-11"], *TOP[2:]]))
    faults = patient.run("submit", good, *files, form="quick_report").faults
    assert {Path(fault["file"]).name for fault in faults} == {file.name for file in files}


GOOD = {
    "digits of full width": (lambda: quick(["Ｇ０１", "１２５０．５", "900"]), 1250.5),
    "thousands in groups": (lambda: quick(["G01", "1,250.50", 900]), 1250.5),
    "spaces around": (
        lambda: quick([" G01 ", " 1250.5\u3000", 900], titles=[" 单位", "营业收入 ", "营业成本"]), 1250.5
    ),
    "negative zero": (lambda: quick(["G01", -0.0, 900]), 0.0),
    "a formula with its value": (
        lambda: make.cell(lambda _, page: page.write_formula("B6", "=1000+250.5", None, 1250.5)), 1250.5
    ),
    "a formula that reads another workbook": (
        lambda: make.cell(lambda _, page: page.write_formula("B6", "='[x.xlsx]S'!A1", None, 1250.5)), 1250.5
    ),
    "an error in a column that is not read": (
        lambda: make.cell(lambda _, page: page.write_formula("E6", "=1/0", None, "#DIV/0!")), 1250.5
    ),
    "merged cells above the table": (
        lambda: make.cell(lambda _, page: page.merge_range("A1:E1", "财务快报")), 1250.5
    ),
    "sheets beside it": (
        lambda: quick(more=(("附注", [["合计", "x"]]), ("底稿", lambda _, page: page.hide()))), 1250.5
    ),
    "a title with its unit": (lambda: quick(titles=["单位", "营业收入（万元）", *TITLES[2:]]), 1250.5),
}  # fmt: skip


def test_what_clerks_write_and_may(tmp_path: Path) -> None:
    """Each in a period of its own, in one space."""
    space = Space.at(tmp_path, "base,finance")
    space.enter(ENTERPRISES, "enterprises.csv", form="entities")
    for name, (data, income) in GOOD.items():
        receipt = space.enter(data(), f"{name}.xlsx", form="quick_report")
        assert receipt["observations"] >= 2, name
        (leaf,) = space.explain("G01", "quick_operating_income", "2025-12")["leaves"]
        assert (leaf["value"], leaf["sheet"], leaf["cell"]) == (income * 10_000, SHEET, "B6"), name
        assert leaf["file"] == f"{name}.xlsx"
