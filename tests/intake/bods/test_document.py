"""Files that are no statements, or no good JSON: what is said, and that nothing hostile gets through or takes long."""

import json
import time

import pytest
from bods_desk import entities, entity, person, read, said
from hypothesis import given
from hypothesis import strategies as st

from hengjian.intake.bods.document import MAX_VALUES, read_document
from hengjian.intake.faults import Faults

VALID = "write valid JSON in UTF-8: a list of statements, or one statement a line"
ONE = json.dumps(entity("a"))


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        ("", f"a.json: the file holds no statements: it begins neither with [ nor with {{ | {VALID}"),
        ("link,from,to\n", f"a.json: the file holds no statements: it begins neither with [ nor with {{ | {VALID}"),
        ("3.14", f"a.json: the file holds no statements: it begins neither with [ nor with {{ | {VALID}"),
        ("[]", f"a.json: the file holds no statement | {VALID}"),
        (b"PK\x03\x04\xff", f"a.json: byte 5 is no valid UTF-8 | {VALID}"),
        (ONE.encode("utf-16"), f"a.json: byte 1 is no valid UTF-8 | {VALID}"),
        (
            f"[{ONE},]",
            (f"a.json: line 1, column {len(ONE) + 2} is no valid JSON: illegal trailing comma before end of"
            f" array | {VALID}"),
        ),
        ("[\n{\n", (f"a.json: line 3, column 1 is no valid JSON: expecting property name enclosed in double"
                   f" quotes | {VALID}")),
        ("[3]", "a.json, row 1: statement 1: 3 is no statement | a statement is a JSON object"),
        ("[[]]", "a.json, row 1: statement 1: a list is no statement | a statement is a JSON object"),
        ("[null]", "a.json, row 1: statement 1: null is no statement | a statement is a JSON object"),
        ('["x y"]', "a.json, row 1: statement 1: 'x y' is no statement | a statement is a JSON object"),
        (
            '[{"recordId": "a", "recordId": "b"}]',
            (
                "a.json: a statement says 'recordId' twice"
                " | leave one of the two out: readers differ in which they believe"
            ),
        ),
        ('[{"a": NaN}]', f"a.json: JSON has no number NaN | {VALID}"),
        ('[{"a": -Infinity}]', f"a.json: JSON has no number -Infinity | {VALID}"),
        (
            '[{"a": 1e999999999}]',
            f"a.json: the number '1e999999999' is longer than any share or date | {VALID}",
        ),
        ('[{"a": "\\ud800"}]', f"a.json: the text '\\ud800' holds half of a character | {VALID}"),
        ('[{"\\udfff": 1}]', f"a.json: the text '\\udfff' holds half of a character | {VALID}"),
        (
            "[" * 100_000,
            "a.json: the values are nested too deep | a statement has few levels; is this file meant?",
        ),
        (
            "{\n  \"statementId\": 3,\n  \"recordId\"\n}",
            f"a.json: line 4, column 1 is no valid JSON: expecting ':' delimiter | {VALID}",
        ),
        (f"{ONE}\nx\n", f"a.json, row 2: line 2, column 1 is no valid JSON: expecting value | {VALID}"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_statements(data: str | bytes, issue: str) -> None:
    told = said(data)
    if "trailing comma" in issue and issue not in told:  # how Python 3.11 and 3.12 say it
        issue = f"a.json: line 1, column {len(ONE) + 3} is no valid JSON: expecting value | {VALID}"
    assert told == [issue]


def test_long_numbers_are_told_whatever_their_kind() -> None:
    for text in ("9" * 5_000, "0." + "9" * 5_000, "-" + "9" * 41):
        (told,) = said(f'[{{"a": {text}}}]')
        assert "is longer than any share or date" in told


def test_a_file_of_numbers_is_refused_before_it_fills_the_memory() -> None:
    data = b"[" + b"1," * (50 * 1024 * 1024) + b"1]"
    began = time.perf_counter()
    faults = Faults("a.json")
    assert read_document(data, faults) == []
    assert time.perf_counter() - began < 5
    (issue,) = faults.issues()
    assert issue.message == f"the file holds more than {MAX_VALUES:,} values"
    assert issue.hint == "file it in several parts"


def test_a_file_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.intake.bods.document.MAX_BYTES", 10)
    assert said("[" + " " * 10 + "]") == [
        "a.json: the file has 12 bytes; at most 10 are taken | file it in several parts"
    ]


def test_json_lines_and_one_statement_alone_are_read_as_a_list_is() -> None:
    statements = [entity("a", name="甲公司"), person("p")]
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\r\n" for one in statements)
    whole = entities(statements)
    assert entities(lines) == entities("\ufeff" + lines) == entities("\n" + lines.replace("\r", "")) == whole
    assert entities(json.dumps(statements[0], indent=2)) == whole[:1]


def test_rows_of_json_lines_carry_the_line() -> None:
    rows, _ = read("\n".join(["", json.dumps(entity("a")), "", json.dumps(entity("b"))]))
    assert [(row.cell, row.sheet) for row in rows] == [
        ("A2", f"a-{'0' * 32}"), ("A4", f"b-{'0' * 32}"),
    ]  # fmt: skip


def test_numbers_keep_all_their_digits() -> None:
    (statement,) = read_document(b'[{"exact": 33.333333333333333333333}]', Faults(""))
    assert str(statement.body["exact"]) == "33.333333333333333333333"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f'[{{"statementId": "{text}"}}]'.encode()))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    rows, issues = read(data)
    assert rows == ()
    assert issues
