"""What `case` prints of a workflow that asks for fields, counts working days and escalates, and what it sends."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from hengjian.cli.case import configure, run

FIELDS = [{"field": "money", "required": True}, {"field": "remark", "required": False}]
CASE = {
    "case": "C000005", "state": "open", "entity": "E2", "name": "港口贸易", "title": "", "due": "2027-02-01",
    "deadline": "2027-02-01", "provisional": True, "state_provisional": False, "overdue": True,
    "escalated": {"to": "red", "label": None, "days": 6},
    "recurs": [{"case": "C000003", "day": "2026-12-01", "title": "护栏缺失"}],
    "history": [
        {
            "day": "2027-01-04", "state": "open", "actor": "clerk", "note": "巡查",
            "fields": [
                {"field": "money", "kind": "number", "value": "3", "unit": "万元"},
                {
                    "field": "before", "kind": "attachment", "value": "a.png", "unit": None,
                    "files": [{"entry": 4, "file": "a.png", "sha256": "ab", "size": 12}],
                },
            ],
        },
    ],
    "transitions": [
        {"transition": "plan", "fields": FIELDS, "fits": True, "not_before": None},
        {"transition": "list", "fields": [], "fits": False, "not_before": None},
        {"transition": "close", "fields": [], "fits": True, "not_before": "2027-02-02"},
    ],
}  # fmt: skip


def printed(
    capsys: pytest.CaptureFixture[str], answer: dict[str, Any], *words: str
) -> tuple[list[str], dict[str, Any]]:
    """The lines that are printed, and the question that was asked."""
    asked: dict[str, Any] = {}

    def ask(method: str, question: Any) -> Any:
        asked.update(question, method=method)
        return answer

    parser = argparse.ArgumentParser()
    configure(parser)
    parser.add_argument("--json", action="store_true")
    run(parser.parse_args(["home", *words]), ask)
    return capsys.readouterr().out.splitlines(), asked


def test_a_line_tells_what_is_provisional_late_and_escalated(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capsys, {"cases": [CASE], "workflows": []})
    assert lines == ["C000005  open  E2  港口贸易  by 2027-02-01 (provisional)  overdue  escalated to red"]
    by_state = {**CASE, "due": "2027-01-05", "overdue": False, "escalated": None}
    assert printed(capsys, {"cases": [by_state], "workflows": []})[0] == ["C000005  open  E2  港口贸易  by 2027-01-05"]


def test_steps_tell_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capsys, CASE, "C000005")
    assert lines[1:] == [
        "  2027-01-04  open  clerk  巡查", "    money: 3 万元", "    before: a.png (entry 4, 12 bytes)",
        "same as: C000003  2026-12-01  护栏缺失",
        "steps that may follow: plan (money, remark?), close from 2027-02-02 on",
    ]  # fmt: skip


def test_cases_of_a_workflow_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    titled = {**CASE, "title": "护栏缺失", "escalated": None, "overdue": False}
    counts = [{"workflow": "hazard", "open": 2, "overdue": 1, "ended": 3, "in_time": 2}]
    lines, asked = printed(capsys, {"cases": [titled], "workflows": counts}, "--workflow", "hazard")
    assert lines == [
        "C000005  open  E2  港口贸易  护栏缺失  by 2027-02-01 (provisional)",
        "hazard: 2 open, 1 overdue, 3 ended, 2 of them in time",
    ]
    assert asked["workflow"] == "hazard"
    assert printed(capsys, {"cases": [], "workflows": []})[0] == ["no cases"]


def test_a_case_is_opened_with_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    answer = {"case": "C000009", "state": "open", "entry": 9, "repeated": False, "recurs": ["C000003", "C000005"]}
    lines, asked = printed(
        capsys, answer, "open", "hazard", "E2", "--title", "护栏缺失", "--field", "place=码头", "--key", "K1",
        "--attach", f"before={tmp_path / 'a.png'}", "--attach", f"before={tmp_path / 'b.png'}",
    )  # fmt: skip
    assert lines == ["C000009  open  entry 9  same as C000003, C000005"]
    assert (asked["method"], asked["workflow"], asked["entity"], asked["title"], asked["key"]) == (
        "open_case", "hazard", "E2", "护栏缺失", "K1",
    )  # fmt: skip
    assert asked["attachments"] == {
        "before": [{"name": "a.png", "data": b"a.png"}, {"name": "b.png", "data": b"b.png"}]
    }
    again = {**answer, "repeated": True, "recurs": []}
    assert printed(capsys, again, "open", "hazard", "E2")[0] == ["C000009  open  entry 9 (already entered)"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["open", "hazard"], "name the workflow and whom it is about"),
        (["C000005", "close", "E2"], "'E2' is one word too many"),
    ],
)
def test_words_that_are_lacking_or_too_many(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as caught:
        printed(capsys, {}, *words)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_is_fetched(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = {"name": "a.png", "data": b"12", "sha256": "ab", "size": 2, "entry": 4}
    out = tmp_path / "got.png"
    lines, asked = printed(capsys, answer, "C000005", "--fetch", "4", "--out", str(out))
    assert (lines, out.read_bytes()) == ([f"{out}: 2 bytes of a.png"], b"12")
    assert (asked["method"], asked["case"], asked["entry"]) == ("attachment", "C000005", "4")


def test_fields_are_sent_with_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"case": "C000005", "state": "mending", "entry": 7, "repeated": False}
    _, asked = printed(
        capsys, answer, "C000005", "plan", "--field", "money=12.5", "--field", "remark=a=b", "--field", "x"
    )
    assert asked["fields"] == {"money": "12.5", "remark": "a=b", "x": ""}
    assert printed(capsys, answer, "C000005", "plan")[1]["fields"] == {}
