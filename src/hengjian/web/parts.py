"""What members of a total are, and what they come to class by class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One that is added up: its figure of the period, None where it has none, and the same a year ago."""

    id: str
    name: str
    attributes: Mapping[str, str]
    value: float | None
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Those of one class (`value`, empty where it is not stated): how many, how many with a figure, what these come to.

    `share` is of all parts together. `growth` is only there where every one of them has both figures, and those of a
    year ago come to more than nothing.
    """

    value: str
    count: int
    filed: int
    total: float | None
    share: float | None
    growth: float | None


def come_to(values: Iterable[float | None]) -> float | None:
    """What the figures that are there come to, added one at a time in the order given; None where there is none."""
    found: float | None = None
    for value in values:
        if value is not None:
            found = value if found is None else found + value
    return found


def parts(members: Sequence[Member], attribute: str) -> list[Part]:
    """The members divided by an attribute, the part that comes to most first; parts without a figure last."""
    classes: dict[str, list[Member]] = {}
    for member in members:
        classes.setdefault(member.attributes.get(attribute, ""), []).append(member)
    whole = come_to(member.value for member in members)
    found = [_part(value, those, whole) for value, those in classes.items()]
    return sorted(found, key=lambda part: (part.total is None, -(part.total or 0.0), part.value))


def _part(value: str, members: Sequence[Member], whole: float | None) -> Part:
    total = come_to(member.value for member in members)
    return Part(
        value=value, count=len(members), filed=sum(member.value is not None for member in members), total=total,
        share=total / whole if total is not None and whole is not None and whole > 0 else None, growth=_growth(members),
    )  # fmt: skip


def _growth(members: Sequence[Member]) -> float | None:
    if any(member.value is None or member.before is None for member in members):
        return None
    now, then = come_to(one.value for one in members), come_to(one.before for one in members)
    return None if now is None or then is None or then <= 0 else now / then - 1
