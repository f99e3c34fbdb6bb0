"""What is withheld of goals: a light tells of the figure behind it, as the points do."""

from collections.abc import Mapping
from typing import Any

from hengjian.app import scorewithheld
from hengjian.app.reader import Reader


def goals(reader: Reader, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The lights of those whose scores are told."""
    found = scorewithheld.scores(reader, answer["scores"])
    told = {row["entity"] for row in found["rows"] if not row.get("withheld")}
    return {
        **answer, "scores": found,
        "score": None if answer["score"] is None else scorewithheld.score(reader, answer["score"]),
        "lights": {one: lights for one, lights in answer["lights"].items() if one in told},
        "attained": {one: count for one, count in answer["attained"].items() if one in told},
    }  # fmt: skip
