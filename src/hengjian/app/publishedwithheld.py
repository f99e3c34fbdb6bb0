"""What is withheld of published assessments: where a score is not to be told to who asks, neither are its files."""

from collections.abc import Mapping
from typing import Any

from hengjian.app import scorewithheld
from hengjian.app.reader import Reader
from hengjian.intake.text import quoted
from hengjian.model.issue import forbid

_ROLES = "roles that may see restricted data: reporter, reviewer, analyst, officer, auditor"


def whole(reader: Reader, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An assessment or one of its files; bytes cannot be cut, so that it is given whole or not at all."""
    if _is_withheld(reader, answer):
        raise forbid(f"the assessment of {quoted(answer['entity'])} is restricted", _ROLES)
    return dict(answer)


def rows(reader: Reader, answer: Mapping[str, Any]) -> dict[str, Any]:
    """A list of assessments: which there are, without scores that are not for who asks."""
    nothing = {"score": None, "grade": None, "sha256": None, "withheld": True}
    return {**answer, "rows": [{**row, **nothing} if _is_withheld(reader, row) else row for row in answer["rows"]]}


def objections(reader: Reader, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Objections without their words, which may quote figures that are not for who asks."""
    nothing = {"text": None, "answer": None, "withheld": True}
    return {**answer, "rows": [{**row, **nothing} if _is_withheld(reader, row) else row for row in answer["rows"]]}


def _is_withheld(reader: Reader, one: Mapping[str, Any]) -> bool:
    told = {name: one[name] for name in ("entity", "reads", "of") if name in one}
    return bool(scorewithheld.score(reader, told).get("withheld"))
