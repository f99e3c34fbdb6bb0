"""Files as a whole: encodings, the syntax of CSV (RFC 4180), sizes, and bytes that mean nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.intake.context import Context
from hengjian.intake.faults import Faults
from hengjian.intake.read import read_table
from hengjian.intake.text import decode

HEAD = "entity,measure,period,value"
ROW = "龙江集团,研发费用,2019-Q4,200"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(desk, encoding: str, end: str) -> None:
    (row,) = desk.rows(f"{HEAD}{end}{ROW}{end}".encode(encoding))
    assert (row.entity, row.value) == ("龙江集团", 200.0)


def test_a_byte_order_mark_of_gb18030(desk) -> None:
    assert desk.rows(f"\ufeff{HEAD}\n{ROW}\n".encode("gb18030"))


@pytest.mark.parametrize(
    ("data", "row", "words"),
    [
        (f"{HEAD}\n{ROW}\n".encode("utf-16"), None, "UTF-16"),
        (f"{HEAD}\n{ROW}\n".encode("utf-16-le"), 1, "NUL"),
        (f"{HEAD}\nE1,total_assets,2019-Q4,2\0\n".encode(), 2, "NUL"),
        (f"{HEAD}\n{ROW}\n".encode() + b"E1,total_assets,2019-Q4,\xff\xff\n", 3, "no valid UTF-8"),
        (
            f"{HEAD}\n".encode() + b"E1,total_assets,2019-Q4,\xff\xff\n",
            2,
            "neither UTF-8 (byte 53) nor GB18030 (byte 53)",
        ),
        (f"\ufeff{HEAD}\n".encode() + "集团".encode("gbk"), 2, "no valid UTF-8"),
        (f"{HEAD}\n{ROW}\n龙江集团".encode()[:-1], 3, "no valid UTF-8"),
        (b"PK\x03\x04" + bytes(60), None, "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), None, "Excel"),
        (b"%PDF-1.7\n", None, "PDF"),
        (b"", None, "empty"),
        (b"\n\n \n", None, "empty"),
        (f"{HEAD}\n".encode(), None, "no rows"),
        (f"{HEAD}\n\n,,,\n".encode(), None, "no rows"),
    ],
)
def test_files_that_are_no_tables(desk, data: bytes, row: int | None, words: str) -> None:
    (at, _, message, _), *_ = desk.faults(data)
    assert at == row
    assert words in message


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        (f'{HEAD}\nE1,total_assets,2019-Q4,"200\nE2,total_assets,2019-Q4,1\n', 2, None, "never closed"),
        (f'{HEAD}\nE1,total_assets,2019-Q4,"2"00\n', 2, None, "closing quote"),
        (f"{HEAD}\nE1,total_assets\r,2019-Q4,200\n", 2, None, "carriage return"),
        (f"{HEAD}\rE1,total_assets,2019-Q4,200\r", 1, None, "carriage return"),
        (f"{HEAD}\nE1,total_assets,2019-Q4,1,200\n", 2, 5, "5 cells"),
        (f"{HEAD}\nE1,total_assets,2019-Q4\n", 2, 4, "3 cells"),
        (f"{HEAD}\n" + "E" * 200_000 + ",total_assets,2019-Q4,1\n", 2, None, "131,072"),
        (f'{HEAD}\nE1,"total_assets,2019-Q4,1\n' + "E1,x,y,z\n" * 20_000, 2, None, "131,072"),
    ],
)
def test_broken_records(desk, content: str, row: int, column: int | None, words: str) -> None:
    (at, where, message, _), *_ = desk.faults(content)
    assert (at, where) == (row, column)
    assert words in message


def test_a_broken_record_does_not_hide_faults_of_others(desk) -> None:
    faults = desk.faults(f'{HEAD}\nE1,total_assets,2019-Q4,"2"00\nE9,total_assets,2019-Q4,1\nE1,total_assets\n')
    assert [(row, column) for row, column, _, _ in faults] == [(2, None), (3, 1), (4, 3)]


@pytest.mark.parametrize(
    ("header", "column", "words"),
    [
        (f"{HEAD},colour", 5, "'colour'"),
        ("entity,mesure,period,value", 2, "did you mean measure?"),
        ("entity,measure,period,value,", 5, "no title"),
        (f"{HEAD},Value", 5, "did you mean value"),
        (f"{HEAD},ｖａｌｕｅ", 5, "column 4 already"),
        ("entity;measure;period;value", 1, "semicolons"),
        ("entity\tmeasure\tperiod\tvalue", 1, "tabs"),
    ],
)
def test_titles(desk, header: str, column: int, words: str) -> None:
    faults = desk.faults(f"{header}\nE1\n")
    assert any((row, at) == (1, column) and words in message + hint for row, at, message, hint in faults), faults


def test_missing_columns_are_named_each(desk) -> None:
    faults = desk.faults("value\n200\n")
    assert [message for *_, message, _ in faults] == [
        "the column entity is missing", "the column measure is missing", "the column period is missing",
    ]  # fmt: skip
    assert "--entity" in faults[0][3]


def test_a_label_is_no_title_but_leads_to_it(desk) -> None:
    ((_, column, _, hint),) = desk.faults("entity,period,资产总计\nE1,2019-Q4,200\n", "wide")
    assert column == 3
    assert hint == "that is the label of total_assets: write total_assets"


@pytest.mark.parametrize("form", ["observation", "", "长" * 300])
def test_unknown_forms(desk, form: str) -> None:
    ((_, _, message, hint),) = desk.faults("a\n", form)
    assert "no form is called" in message
    assert len(message) < 110
    assert "observations" in hint


def test_a_file_of_too_many_cells(desk) -> None:
    """Five million: the last row crosses the limit."""
    faults = desk.faults(f"{HEAD}\n" + f"x{',' * 49_999}\n" * 101)
    assert (101, None, "the file has more than 5,000,000 cells") in [fault[:3] for fault in faults]


def test_a_file_of_too_many_bytes() -> None:
    faults = Faults("a.csv")
    assert decode(b"entity,name", faults, limit=11) == "entity,name"
    assert decode(b"entity,name\n", faults, limit=11) is None
    (issue,) = faults.issues()
    assert issue.message == "the file has 12 bytes; at most 11 are taken"


@pytest.mark.parametrize("hostile", ["\x1b[31m" * 50, "甲" * 5_000, "\u202e" * 90, "'\"\\" * 90, "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("place", range(4))
def test_messages_quote_little_and_only_what_prints(desk, hostile: str, place: int) -> None:
    cells = ["E1", "total_assets", "2019-Q4", "200"]
    cells[place] = '"' + hostile.replace('"', '""') + '"'
    for content in (f"{HEAD}\n{','.join(cells)}\n", f"{','.join(cells)}\nE1,1,1,1\n"):
        for _, _, message, hint in desk.faults(content):
            for said in (message, hint):
                assert said.isprintable()
                assert len(said) < 250
                assert len(hostile) < 80 or hostile[:80] not in said


def test_hostile_file_names_are_carried_in_plain_letters(desk) -> None:
    context = Context(catalogue=desk.catalogue, entity_types=desk.entity_types)
    rows, _ = read_table(
        "a\udcff\n" + "b" * 500, f"{HEAD}\nE1,total_assets,2019-Q4,1\n".encode(), "observations", context
    )
    assert rows[0].file.isprintable()
    assert len(rows[0].file) == 200


SOUND = f"{HEAD},unit,scope,basis\nE1,total_assets,2019-Q4,200,万元,合并,审计\n{ROW},,,\n".encode()


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.tuples(st.integers(0, len(SOUND)), st.integers(0, 5), st.binary(max_size=8)).map(
            lambda at: SOUND[: at[0]] + at[2] + SOUND[at[0] + at[1] :]
        ),
        st.lists(st.lists(st.text(max_size=8), max_size=6)).map(
            lambda rows: f"{HEAD}\n".encode() + "\n".join(",".join(row) for row in rows).encode("utf-8", "replace")
        ),
    ),
    form=st.sampled_from(["observations", "wide", "entities", "links"]),
    entity=st.none() | st.just("E1"),
)
def test_random_bytes_never_raise(desk, data: bytes, form: str, entity: str | None) -> None:
    rows, issues = desk.read(data, form, entity=entity)
    assert bool(rows) != bool(issues)
    for issue in issues:
        assert str(issue).replace("\n", "").isprintable()


def test_ten_thousand_rows_are_quick(desk) -> None:
    """Well under 0.3 s on an idle machine; the bound is loose for busy ones."""
    content = f"{HEAD}\n" + "".join(
        f"E1,total_assets,{1000 + number // 4}-Q{number % 4 + 1},{number}.25\n" for number in range(10_000)
    )
    begun = time.perf_counter()
    assert len(desk.rows(content)) == 10_000
    assert time.perf_counter() - begun < 1.5


def test_many_faults_among_many_entities_are_quick(desk) -> None:
    known = {f"E{number:06}": "enterprise" for number in range(100_000)}
    content = f"{HEAD}\n" + "".join(f"X{number:06},total_assets,2019-Q4,1\n" for number in range(3_000))
    begun = time.perf_counter()
    assert len(desk.faults(content, entity_types=known)) == 1_001
    assert time.perf_counter() - begun < 5


def test_an_unknown_column_hides_no_fault_of_the_rows(desk) -> None:
    rows, issues = desk.read("entity,measure,period,value,note\n龙江集团,研发费用,never,x,n\n", "observations")
    assert not rows
    assert [(issue.place.row, issue.place.column) for issue in issues] == [(1, 5), (2, 3), (2, 4)]
