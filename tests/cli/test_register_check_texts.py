"""What `register-check` prints, and how it ends."""

import json
from typing import Any

import pytest

from hengjian.cli.main import main

GAP = {
    "file": "F000003 sale.csv", "line": 2, "column": 1, "severity": "warning", "message": "the shares come to 91%",
    "hint": "state the others",
}  # fmt: skip
OVER = {**GAP, "severity": "error", "message": "the shares come to 120%"}
RING = {**GAP, "file": None, "line": None, "column": None, "message": "A, B hold one another in a ring"}


def run(faults: list[dict[str, Any]], *more: str) -> int:
    def ask(method: str, question: Any) -> dict[str, Any]:
        assert (method, question) == ("holding_faults", {"space": "home", "as_of": "2024-01-01"})
        return {"faults": faults, "as_of": "2024-01-01"}

    return main(["register-check", "home", "--as-of", "2024-01-01", *more], ask)


def test_warnings_do_not_break_a_register(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([GAP, RING]) == 0
    printed = capsys.readouterr()
    assert printed.out == "no faults, 2 warnings\n"
    assert printed.err.splitlines() == [
        "F000003 sale.csv:2:1: warning: the shares come to 91%", "  hint: state the others",
        "warning: A, B hold one another in a ring", "  hint: state the others",
    ]  # fmt: skip


def test_more_than_the_whole_breaks_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([OVER]) == 1
    assert capsys.readouterr().out == ""


def test_as_json_and_with_nothing_to_tell(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([OVER], "--json") == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [OVER]
    assert run([]) == 0
    assert capsys.readouterr().out == "no faults in the register of holdings\n"
