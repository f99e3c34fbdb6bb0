"""What `case` prints of a workflow that asks for fields, counts working days and escalates, and what it sends."""

import argparse
from typing import Any

import pytest

from hengjian.cli.case import configure, run

FIELDS = [{"field": "money", "required": True}, {"field": "remark", "required": False}]
CASE = {
    "case": "C000005", "state": "open", "entity": "E2", "name": "港口贸易", "due": "2027-02-01",
    "deadline": "2027-02-01", "provisional": True, "state_provisional": False, "overdue": True,
    "escalated": {"to": "red", "label": None, "days": 6},
    "history": [], "transitions": [
        {"transition": "plan", "fields": FIELDS},
        {"transition": "close", "fields": []},
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
    lines, _ = printed(capsys, {"cases": [CASE]})
    assert lines == ["C000005  open  E2  港口贸易  by 2027-02-01 (provisional)  overdue  escalated to red"]
    by_state = {**CASE, "due": "2027-01-05", "overdue": False, "escalated": None}
    assert printed(capsys, {"cases": [by_state]})[0] == ["C000005  open  E2  港口贸易  by 2027-01-05"]


def test_steps_tell_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capsys, CASE, "C000005")
    assert lines[-1] == "steps that may follow: plan (money, remark?), close"


def test_fields_are_sent_with_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"case": "C000005", "state": "mending", "entry": 7, "repeated": False}
    _, asked = printed(
        capsys, answer, "C000005", "plan", "--field", "money=12.5", "--field", "remark=a=b", "--field", "x"
    )
    assert asked["fields"] == {"money": "12.5", "remark": "a=b", "x": ""}
    assert printed(capsys, answer, "C000005", "plan")[1]["fields"] == {}
