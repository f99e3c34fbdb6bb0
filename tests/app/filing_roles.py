"""A space with persons who file: who reports, who reviews, who registers, each at their node."""

from pathlib import Path

from homes import asked, filed
from owning_homes import set_today
from staffed_homes import staffed

ROLES = (
    ("rep", "reporter", "A"), ("rev", "reviewer", "A"), ("off", "officer", "A"), ("arc", "archivist", "A"),
    ("vic", "viewer", "A"), ("low", "officer", "A1"), ("top", "officer", None),
)  # fmt: skip


def manned(folder: Path) -> Path:
    """D has the branches A (with A1) and B; A controls C. ann administers A, bo B, wang the whole space; rep reports,
    rev reviews, off registers, arc keeps archives, vic views A and below; low is an officer of A1, top of all."""
    return with_roles(staffed(folder))


def with_roles(home: Path) -> Path:
    """The same persons in a space that has A and A1."""
    for person, role, node in ROLES:
        asked(home, "enrol", person=person, name=person)
        asked(home, "give_role", person=person, role=role, **({"node": node} if node else {}))
    return home


__all__ = ["ROLES", "asked", "filed", "manned", "set_today", "with_roles"]
