"""Forty-odd bad workbooks: each is told clearly, with its cell where it has one, and nothing is taken from it."""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from intake_desk import Desk
from workbooks import changed, packed, parts, text_cell, with_sheet_data, workbook

HEAD = ["entity", "period", "total_assets", "net_profit"]
LIST = ["entity", "measure", "period", "value", "unit"]
AGAIN = "open it in Excel or WPS and save it again as .xlsx"
CALCULATE = "open the workbook in Excel or WPS, let it calculate, and save it; or type the figure"
SHEET = "xl/worksheets/sheet1.xml"
#: The signature of MS-CFB, then filler.
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)


def wide(*cells: Any) -> bytes:
    """A workbook with one row under the titles, E1 and 2019-Q4 before these cells."""
    return workbook(("表", [HEAD, ["E1", "2019-Q4", *cells]]))


def listed(*rows: list[Any]) -> bytes:
    return workbook(("表", [LIST, *rows]))


def made(write: Callable[[Any, Any], None], head: list[str] = HEAD) -> bytes:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, head)
        page.write_row(1, 0, ["E1", "2019-Q4"])
        write(book, page)

    return workbook(("表", fill))


def raw(cells: str, tail: str = "", **files: str) -> bytes:
    """A workbook whose second row is given as XML."""
    titles = "".join(text_cell(f"{letter}1", title) for letter, title in zip("ABCD", HEAD, strict=True))
    who = text_cell("A2", "E1") + text_cell("B2", "2019-Q4")
    return with_sheet_data(f'<row r="1">{titles}</row><row r="2">{who}{cells}</row>', tail, **files)


def bomb(size: int) -> bytes:
    return packed({**parts(wide(1)), SHEET: b" " * size})


def lying(size: int) -> bytes:
    """A container whose directory says that a part is small, while it unpacks to `size` bytes."""
    found = parts(wide(1))
    data = bytearray(packed({**found, SHEET: found[SHEET] + b" " * size}))
    true = struct.pack("<II", zlib.crc32(found[SHEET] + b" " * size), 0)[:4]
    place = data.rindex(SHEET.encode()) - 46
    assert data[place + 16 : place + 20] == true
    data[place + 24 : place + 28] = struct.pack("<I", len(found[SHEET]))
    return bytes(data)


def twice() -> bytes:
    buffer = io.BytesIO(wide(1))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    return buffer.getvalue()


def locked() -> bytes:
    """The flag of an encrypted entry, set by hand in the directory."""
    data = bytearray(wide(1))
    place = data.rindex(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def merged(spot: str) -> bytes:
    return made(lambda _, page: page.merge_range(spot, 7))


def hidden(very: bool) -> bytes:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, HEAD)
        if very:
            page.very_hidden()
        else:
            page.hide()

    def shown(_book: Any, page: Any) -> None:
        page.activate()

    return workbook(("底稿", fill), ("表", shown))


def chart() -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        first = book.add_chartsheet("图")
        page = book.add_worksheet("表")
        page.write_row(0, 0, HEAD)
        shape = book.add_chart({"type": "bar"})
        shape.add_series({"values": "=表!$A$1:$A$2"})
        first.set_chart(shape)
    return buffer.getvalue()


def ole_password() -> bytes:
    return CFB + "EncryptedPackage".encode("utf-16-le") + bytes(512)


DOCTYPE = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def with_doctype() -> bytes:
    found = parts(wide(1))
    sheet = found[SHEET].decode()
    head, _, rest = sheet.partition("?>")
    return packed({**found, SHEET: f"{head}?>{DOCTYPE}{rest}".encode()})


#: What it is, its bytes, the form, and what is said: place, message, hint.
BAD: list[tuple[str, Callable[[], bytes] | bytes, str, list[str]]] = [
    ("formula without a value", made(lambda _, page: page.write_formula("C2", "=1+1", None, "")), "wide",
     [f"表!C2: the formula has no value | {CALCULATE}"]),
    ("formula that was never calculated", made(lambda _, page: page.write_formula("C2", "=A9")), "wide",
     [f"表!C2: the formula was never calculated | {CALCULATE}"]),
    ("text formula without a value", raw('<c r="C2" t="str"><f>"a"</f></c>'), "wide",
     [f"Sheet1!C2: the formula has no value | {CALCULATE}"]),
    ("error cell", made(lambda _, page: page.write_formula("C2", "=1/0", None, "#DIV/0!")), "wide",
     ["表!C2: the cell shows '#DIV/0!' | mend the formula, or empty the cell"]),
    ("truth value", wide(True), "wide", ["表!C2: the cell holds TRUE | write a number or a text"]),
    ("text in a number cell", wide("much"), "wide",
     ["表!C2: 'much' is not a number | write digits, at most one point, and thousands in groups of three: -1,234.5"]),
    ("figure with its unit", wide("12万元"), "wide",
     ["表!C2: '12万元' is not a number | the unit belongs in the column unit, the cell holds the number alone"]),
    ("dash for nothing", wide("—"), "wide",
     [('表!C2: \'—\' is not a number | leave the cell empty for "not reported", in a list of observations leave the '
      "row out")]),
    ("1e400 as text", wide("1e400"), "wide",
     ["表!C2: '1e400' is too large to be kept | is the exponent or the unit right?"]),
    ("1e400 as a number", raw('<c r="C2"><v>1e400</v></c>'), "wide",
     ["Sheet1!C2: '1e400' is too large to be kept | is the exponent right?"]),
    ("number cell that holds none", raw('<c r="C2"><v>ten</v></c>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: the number cell C2 holds 'ten' | {AGAIN}"]),
    ("date for a figure", made(lambda book, page: page.write_number(
        "C2", 43830, book.add_format({"num_format": "yyyy-mm-dd"}))), "wide",
     [("表!C2: '2019-12-31' is not a number | the cell holds a date or a time: format it as a number, and type the "
      "figure again")]),
    ("share of money", made(lambda book, page: page.write_number(
        "C2", 0.5, book.add_format({"num_format": "0%"}))), "wide",
     ["表!C2: '50%' is a share, but the figure is measured in CNY | leave the % out, or mend the unit"]),
    ("unknown measure", workbook(("表", [["entity", "period", "total_asets"]])), "wide",
     ["表!C1: no column is called 'total_asets' | did you mean total_assets?"]),
    ("unknown measure in a list", listed(["E1", "net_proft", "2019-Q4", 1]), "observations",
     ["表!B2: no measure is called 'net_proft' | did you mean net_profit?"]),
    ("unknown entity", workbook(("表", [HEAD, ["E8", "2019-Q4", 1]])), "wide",
     ["表!A2: no entity 'E8' is registered | register it first with the form entities"]),
    ("unknown unit", listed(["E1", "net_profit", "2019-Q4", 1, "吨"]), "observations",
     [("表!E2: no unit is called '吨' | known are ratio, %, times, 倍, pp, CNY, person, share, day, year, kWh, tCO2e, "
      "m3, 元, 人, 股, 年, 万元, 亿元")]),
    ("unit mismatch", listed(["E1", "net_profit", "2019-Q4", 1, "kWh"]), "observations",
     [("表!E2: net_profit is measured in CNY, which 'kWh' does not measure | mend the unit or the measure; leave the "
      "unit empty for the measure's own")]),
    ("duplicate rows", listed(*[["E1", "net_profit", "2019-Q4", 1]] * 2), "observations",
     ["表!D3: net_profit of 'E1' in 2019-Q4 stands in row 2 already | leave one of the two out"]),
    ("duplicate title", workbook(("表", [[*HEAD, "net_profit"]])), "wide",
     ["表!E1: the title 'net_profit' stands in column 4 already | leave one of the two out"]),
    ("period that is none", workbook(("表", [HEAD, ["E1", "2019-Q5", 1]])), "wide",
     ["表!B2: '2019-Q5' is not a period | its periods are written like 2019-Q4"]),
    ("figure under no title", wide(1, 2, "see note"), "wide",
     ["表!E2: 'see note' stands under no title | give its column a title, or empty the cell"]),
    ("column without a title", workbook(("表", [["entity", "period", None, "net_profit"], ["E1", "2019-Q4", 1, 2]])),
     "wide", ["表!C1: a column has no title | give it a title, or delete the column"]),
    ("merged cells over two rows", merged("C2:C3"), "wide",
     ["表!C2: the cells C2:C3 are merged and hold one value | take the merging back, and fill each cell"]),
    ("merged cells over two columns", merged("C2:D2"), "wide",
     ["表!C2: the cells C2:D2 are merged and hold one value | take the merging back, and fill each cell"]),
    ("hidden sheet", hidden(False), "wide",
     ["底稿: the sheet '底稿' is hidden | show it, look at it, and save the workbook"]),
    ("very hidden sheet", hidden(True), "wide",
     ["底稿: the sheet '底稿' is hidden | show it, look at it, and save the workbook"]),
    ("chart for a sheet", chart(), "wide",
     ["图: the sheet '图' holds no cells | it is a chart or a macro; name another sheet"]),
    ("empty sheet", workbook(("表", [[]])), "wide",
     ["表: the sheet is empty | its first row holds the titles of the columns"]),
    ("titles alone", workbook(("表", [HEAD])), "wide",
     ["表: the file has titles and no rows | add a row for each thing to be filed"]),
    ("password", ole_password(), "wide",
     [": the workbook is locked with a password | take the password off (File, Info), and save it again"]),
    ("password of the ZIP", locked(), "wide",
     [": the workbook is locked with a password | take the password off, and save it again"]),
    ("old .xls", CFB, "wide", [f": the file is an old Excel workbook (.xls) | {AGAIN}"]),
    (".xlsb", packed({"xl/workbook.bin": b"x"}), "wide",
     [": the file is a binary workbook (.xlsb) | file a workbook (.xlsx) or a CSV table"]),
    ("Word document", packed({"word/document.xml": b"x"}), "wide",
     [": the file is a Word document | file a workbook (.xlsx) or a CSV table"]),
    ("OpenDocument", packed({"mimetype": b"x", "content.xml": b"x"}), "wide",
     [": the file is an OpenDocument file | file a workbook (.xlsx) or a CSV table"]),
    ("other ZIP", packed({"a.csv": b"x"}), "wide",
     [": the file is a ZIP archive and no workbook | file a workbook (.xlsx) or a CSV table"]),
    ("empty ZIP", packed({}), "wide",
     [": the file is a ZIP archive and no workbook | file a workbook (.xlsx) or a CSV table"]),
    ("cut off", wide(1)[:-300], "wide",
     [f": the file begins as a workbook does and is not a whole one | was it cut off? {AGAIN}"]),
    ("zip bomb", lambda: bomb(50_000_000), "wide",
     [f": the part '{SHEET}' would unpack to 1,028 times its size | is it a workbook?"]),
    ("bomb that lies about its size", lambda: lying(3_000_000), "wide",
     [f"表: the sheet '表' is damaged | {AGAIN}"]),
    ("two parts of one name", twice, "wide", [f": the workbook has two parts called '{SHEET}' | {AGAIN}"]),
    ("too many parts", lambda: packed({**parts(wide(1)), **{f"x{number}": b"" for number in range(10_001)}}), "wide",
     [f": the workbook has 10,011 parts; at most 10,000 are taken | {AGAIN}"]),
    ("200 MB", lambda: b"PK\x03\x04" + bytes(200_000_000), "wide",
     [": the workbook has 200,000,004 bytes; at most 67,108,864 are taken | file it in several parts, or as CSV"]),
    ("entities of its own", with_doctype, "wide",
     [f"表: the sheet '表' cannot be read: it declares a document type, which workbooks do not | {AGAIN}"]),
    ("sheet in UTF-16", lambda: packed({**parts(wide(1)), SHEET: parts(wide(1))[SHEET].decode().encode("utf-16")}),
     "wide", [f"表: the sheet '表' cannot be read: it is not written in UTF-8 | {AGAIN}"]),
    ("sheet in GBK", lambda: changed(wide(1), SHEET, 'encoding="UTF-8"', 'encoding="GBK"'), "wide",
     [f"表: the sheet '表' cannot be read: it is not written in UTF-8 | {AGAIN}"]),
    ("XML that is not closed", lambda: packed({**parts(wide(1)), SHEET: parts(wide(1))[SHEET][:-30]}), "wide",
     [f"表: the sheet '表' cannot be read: unclosed token in line 2 | {AGAIN}"]),
    ("cell out of its row", raw('<c r="C3"><v>1</v></c>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: the cell 'C3' stands where it does not belong | {AGAIN}"]),
    ("cell twice", raw('<c r="C2"><v>1</v></c><c r="C2"><v>2</v></c>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: the cell 'C2' stands where it does not belong | {AGAIN}"]),
    ("address that is none", raw('<c r="c2"><v>1</v></c>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: 'c2' is no address of a cell | {AGAIN}"]),
    ("row twice", raw('</row><row r="2">'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: row '2' stands after row 2 | {AGAIN}"]),
    ("range that is none", raw("", '<mergeCells><mergeCell ref="C2:"/></mergeCells>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: 'C2:' is no range of cells | {AGAIN}"]),
    ("corner far out", raw('</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'), "wide",
     [("Sheet1: the sheet 'Sheet1' cannot be read: its cells reach over a rectangle of more than 5,000,000 cells | "
      f"{AGAIN}")]),
    ("text that is not in the list of texts", raw('<c r="C2" t="s"><v>99</v></c>'), "wide",
     [f"Sheet1: the sheet 'Sheet1' cannot be read: the text of cell C2 is not in the workbook | {AGAIN}"]),
    ("no relations", lambda: packed({
        name: part for name, part in parts(wide(1)).items() if name != "xl/_rels/workbook.xml.rels"}), "wide",
     [f": the workbook cannot be read: it does not say where its sheets are | {AGAIN}"]),
    ("no sheets", lambda: changed(wide(1), "xl/workbook.xml", '<sheet name="表" sheetId="1" r:id="rId1"/>', ""), "wide",
     [f": the workbook has no sheet | {AGAIN}"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "data", "form", "expected"), BAD, ids=[one[0] for one in BAD])
def test_what_is_said_of_bad_workbooks(
    what: str, data: Callable[[], bytes] | bytes, form: str, expected: list[str]
) -> None:
    rows, issues = Desk().read(data() if callable(data) else data, form)
    assert rows == ()
    assert all(issue.place.sheet is None or issue.place.cell or issue.place.row is None for issue in issues)
    said = [
        f"{issue.place.sheet or ''}{'!' + issue.place.cell if issue.place.cell else ''}: {issue.message} | {issue.hint}"
        for issue in issues
    ]
    assert said == expected


#: Parts of workbooks that do not fit together, and what is said of each.
UNFIT = [
    (lambda: raw('<c r="C2" t="inlineStr"><v>5</v></c>'),
     f"the sheet 'Sheet1' does not read the same twice | {AGAIN}"),
    (lambda: raw('<c r="C2"><v>5</v><v>6</v></c>'),
     f"the sheet 'Sheet1' cannot be read: the cell C2 holds two values | {AGAIN}"),
    (lambda: packed({**parts(wide(1)), "xl/workbook.xml": b"<workbook><sheets>"}),
     f"the workbook cannot be read: no element found in line 1 | {AGAIN}"),
    (lambda: spoilt("xl/styles.xml"), f"the workbook is damaged | {AGAIN}"),
    (lambda: spoilt(SHEET), f"the sheet '表' is damaged | {AGAIN}"),
    (lambda: packed(parts(wide(1)), zipfile.ZIP_BZIP2),
     f"the part '[Content_Types].xml' is compressed in a way that workbooks do not use | {AGAIN}"),
]  # fmt: skip


def spoilt(name: str) -> bytes:
    """A workbook one of whose parts does not agree with its checksum."""
    data = bytearray(packed(parts(wide(1)), zipfile.ZIP_STORED))
    place = data.index(parts(wide(1))[name])
    data[place + 40] ^= 1
    return bytes(data)


@pytest.mark.parametrize(("data", "expected"), UNFIT)
def test_what_is_said_of_unfit_parts(data: Callable[[], bytes], expected: str) -> None:
    rows, (issue,) = Desk().read(data(), "wide")
    assert rows == ()
    assert f"{issue.message} | {issue.hint}" == expected
