"""Workbooks with bytes changed anywhere: rows or faults, never anything else."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_desk import Desk
from workbooks import packed, parts, workbook

TABLE = [
    ["entity", "period", "total_assets", "net_profit"],
    *([["E1", f"20{year}-Q4", year, 1.5] for year in range(10, 40)]),
]
GOOD = packed(parts(workbook(("表", TABLE))), zipfile.ZIP_STORED)
DESK = Desk()
CHANGES = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8)
#: Where the parts that are read stand, so that most changes hit something.
SPOTS = [GOOD.index(parts(GOOD)[name]) for name in (
    "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml",
)]  # fmt: skip


def sound(data: bytes) -> None:
    rows, issues = DESK.read(data, "wide")
    assert bool(rows) != bool(issues)
    for issue in issues:
        assert issue.message
        assert issue.hint
        assert len(issue.message) < 500


def test_the_workbook_is_good() -> None:
    assert len(DESK.rows(GOOD, "wide")) == 60


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_changed_bytes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    sound(bytes(data))


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]),
    st.lists(st.tuples(st.floats(0, 0.9999), st.binary(max_size=4), st.integers(0, 6)), min_size=1, max_size=4),
)
def test_changed_parts(name: str, changes: list[tuple[float, bytes, int]]) -> None:
    """With the container made anew, so that its checksums hold and the change reaches what parses it."""
    found = parts(GOOD)
    content = bytearray(found[name])
    for share, put, dropped in changes:
        place = int(share * len(content))
        content[place : place + dropped] = put
    sound(packed({**found, name: bytes(content)}, zipfile.ZIP_STORED))


TOKENS = st.sampled_from([
    "<row>", "</row>", "<c>", '<c r="B2">', "</c>", "<v>", "</v>", "<f>", "</f>", '<c r="C3" t="s">',
    '<c r="D3" t="e">',
    '<c r="A4" t="d">', '<c t="b">', '<c t="x">', "<is>", "<t>", "</t>", "</is>", "1", "2019-12-31", "-1e308", "&lt;",
    '<row r="9">', '<c r="E9" s="99999">', '<c r="F9" s="1">', "<rPh>", "</rPh>", "TRUE", "#N/A",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKENS, max_size=30))
def test_sheets_of_odd_elements(tokens: list[str]) -> None:
    """Well-formed, as far as closing what is open makes them so, and odd."""
    text, stack = "", []
    for token in tokens:
        if token.startswith("</"):
            if not stack or stack[-1] != token[2:-1]:
                continue
            stack.pop()
        elif token.startswith("<"):
            stack.append(token[1:-1].split()[0])
        text += token
    text += "".join(f"</{name}>" for name in reversed(stack))
    found = parts(GOOD)
    sheet = found["xl/worksheets/sheet1.xml"].decode().replace("<sheetData>", f"<sheetData>{text}")
    sound(packed({**found, "xl/worksheets/sheet1.xml": sheet.encode()}, zipfile.ZIP_STORED))


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 8, 22, 100])
def test_beginnings(length: int) -> None:
    sound(GOOD[:length])
    sound(b"PK" + bytes(length))
