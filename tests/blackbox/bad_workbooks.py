"""Workbooks of the shipped forms as clerks send them, sound and spoilt, each made here: nothing is fetched or kept."""

import io
import struct
import sys
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from workbooks import changed, packed, parts, workbook

Write = Callable[[Any, Any], None]
SHEET = "财务快报"
PART = "xl/worksheets/sheet1.xml"
TOP = [["财务快报"], ["期间", "2025-12", "范围", "合并"], ["金额单位", "万元", "类型", "快报"], []]
TITLES = ["单位", "营业收入", "营业成本", "全部从业人员平均人数", "备注"]
ROW = ["G01", 1250.5, 900, 320, "含子公司"]
MISPLACED = [*TITLES[:1], "营业收人", *TITLES[2:]]


def quick(
    *rows: list[Any], titles: list[Any] = TITLES, top: list[list[Any]] = TOP, name: str = SHEET,
    write: Write | None = None, more: tuple[Any, ...] = (),
) -> bytes:  # fmt: skip
    """A quick report of these rows, with what `write` does to its sheet in the end, and `more` sheets."""

    def fill(book: Any, page: Any) -> None:
        for number, cells in enumerate([*top, titles, *(rows or [ROW])]):
            page.write_row(number, 0, cells)
        if write is not None:
            write(book, page)

    return workbook((name, fill), *more)


def figure(value: Any) -> bytes:
    """A quick report whose operating income, in B6, is this."""
    return quick(["G01", value, 900])


def cell(write: Callable[[Any, Any], Any]) -> bytes:
    """A quick report that is changed as told."""
    return quick(write=lambda book, page: write(book, page) and None)


def shown_as(number: float, code: str) -> bytes:
    """Operating income as a number that a format shows otherwise."""
    return cell(lambda book, page: page.write_number("B6", number, book.add_format({"num_format": code})))


def above(row: int, *cells: Any) -> bytes:
    """A quick report with another row above its table."""
    return quick(top=[*TOP[: row - 1], list(cells), *TOP[row:]])


def stored(cell_xml: str) -> bytes:
    """A quick report with B6 as this XML."""
    data = quick(["G01", 7, 900])
    return changed(data, PART, '<c r="B6"><v>7</v></c>', cell_xml)


def balance(*rows: list[Any], entity: str = "G01", write: Write | None = None) -> bytes:
    """A balance sheet."""
    table = [
        ["资产负债表"], ["编制单位", entity, "金额单位", "元"], ["期间", "2025-Q4", "范围", "合并"], [],
        ["项目", "期末余额", "上年年末余额"], *(rows or [["资产总计", 200, 180], ["负债合计", 150, 140]]),
    ]  # fmt: skip

    def fill(book: Any, page: Any) -> None:
        for number, cells in enumerate(table):
            page.write_row(number, 0, cells)
        if write is not None:
            write(book, page)

    return workbook(("资产负债表", fill))


def hidden() -> bytes:
    def show(_book: Any, page: Any) -> None:
        page.activate()

    return quick(write=lambda _, page: page.hide(), more=(("说明", show),))


def hidden_row(_book: Any, page: Any) -> None:
    page.set_row(6, None, None, {"hidden": True})


def bomb() -> bytes:
    return packed({**parts(quick()), PART: b" " * 60_000_000})


def many_parts() -> bytes:
    return packed({**parts(quick()), **{f"x{number}": b"" for number in range(10_001)}})


def two_directories() -> bytes:
    """Two archives, one behind the other: which one is read depends on the reader."""
    return quick() + quick(["G02", 1, 1])


def two_parts() -> bytes:
    """One name for two parts, in the directory too."""
    data = packed({**parts(quick()), "xl/worksheets/sheet9.xml": b"<worksheet/>"})
    return data.replace(b"xl/worksheets/sheet9.xml", PART.encode())


def compound(*streams: str) -> bytes:
    """An OLE container (MS-CFB) whose directory names these streams, as Excel writes .xls and locked workbooks."""
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    head = struct.pack(
        "<8s16x4H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end
    )
    head = head[:74] + b"\0" * 2 + struct.pack("<L", 0) + struct.pack("<L", 0) + head[84:]
    head = head.ljust(76, b"\0")[:76] + struct.pack("<L", 0) + struct.pack("<108L", *[free] * 108)
    names = ["Root Entry", *streams, *[""] * (3 - len(streams))]
    entries = b"".join(
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack(
            "<HBB3L", 2 * len(name) + 2 if name else 0, (5 if not number else 2) if name else 0, 1, free, free, 1
        )
        + bytes(36)
        + struct.pack("<LQ", end, 0)
        for number, name in enumerate(names)
    )
    return head[:512].ljust(512, b"\0") + struct.pack("<128L", fat, end, *[free] * 126) + entries


def locked_part() -> bytes:
    """The flag of an encrypted part, in the directory."""
    data = bytearray(quick())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def wide_of_17000() -> bytes:
    """Columns beyond XFD, the last that a sheet has."""
    return changed(quick(), PART, '<c r="E6"', '<c r="YDW6"')


def no_relations() -> bytes:
    return packed({name: part for name, part in parts(quick()).items() if not name.endswith("workbook.xml.rels")})


def with_entities() -> bytes:
    lol = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return changed(quick(), PART, "<worksheet", f"{lol}<worksheet")


def as_csv(encoding: str) -> bytes:
    """The table as text under the name of a workbook."""
    table = [*TOP, TITLES, ROW]
    return "\n".join(",".join("" if one is None else str(one) for one in cells) for cells in table).encode(encoding)


def spoilt() -> bytes:
    """A part that does not agree with its checksum."""
    data = bytearray(packed(parts(quick()), zipfile.ZIP_STORED))
    data[data.index(parts(quick())[PART]) + 60] ^= 1
    return bytes(data)


def chart_alone() -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_chartsheet(SHEET)
        shape = book.add_chart({"type": "bar"})
        data = book.add_worksheet("数")
        data.write_row(0, 0, [1, 2])
        shape.add_series({"values": "=数!$A$1:$B$1"})
        page.set_chart(shape)
    return buffer.getvalue()


LATER = date(2025, 12, 31)
NOON = time(12, 30)
