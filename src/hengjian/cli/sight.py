"""What commands print where an answer is cut to those whom the person named by `--as` sees."""

from collections.abc import Mapping
from typing import Any

#: One whom the reader does not see.
SOMEBODY = "somebody you may not see"


def cut_lines(answer: Mapping[str, Any]) -> list[str]:
    """That a list holds only those whom the reader sees; nothing where it holds all."""
    return ["only entities that you may see"] if answer.get("cut") else []


def cause_of(missing: Mapping[str, Any]) -> str:
    """Why a value is missing: which input, of whom, when."""
    parts = (missing["input"], missing["entity"] or SOMEBODY, missing["period"])
    return f"missing: {missing['reason']} ({', '.join(parts)})"


def withheld_lines(answer: Mapping[str, Any]) -> list[str]:
    """How much of an explanation the reader does not see; nothing where it is whole."""
    counts = answer.get("withheld")
    if not isinstance(counts, Mapping):
        return []
    found = ", ".join(f"{counts[name]} {name}" for name in ("leaves", "holdings", "entities"))
    return [f"  withheld, being of others whom you may not see: {found}"]
