"""What the files of one batch say of one another."""

from collections.abc import Sequence

from hengjian.intake.text import normal
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row, position
from hengjian.model.issue import CellPlace, Issue


def clashes(parts: Sequence[Sequence[Row]]) -> list[Issue]:
    """Entities that several files of one batch register differently: another type, or another spelling of one id."""
    first: dict[str, EntityRow] = {}
    issues = []
    for row in (row for part in parts for row in part if isinstance(row, EntityRow)):
        other = first.setdefault(normal(row.entity), row)
        if (other.entity, other.type) != (row.entity, row.type):
            message = f"{row.entity!r} is a {row.type} here, and {other.entity!r} a {other.type} in {other.file}"
            hint = "one batch registers an entity in one spelling and with one type"
            issues.append(Issue(place=place_of(row), message=message, hint=hint))
    return issues


def overruled(parts: Sequence[Sequence[Row]]) -> list[Issue]:
    """Figures that several files of one batch state differently, told where the one stands that counts, the last."""
    first: dict[tuple[object, ...], ObservationRow] = {}
    issues = []
    for row in (row for part in parts if len(parts) > 1 for row in part if isinstance(row, ObservationRow)):
        other = first.setdefault(touch(row), row)
        if other.value != row.value:
            message = f"{row.measure} of {row.entity!r} in {row.period} stands otherwise in {other.file}"
            hint = "the later file of a batch counts: was that meant?"
            issues.append(Issue(place=place_of(row), message=message, hint=hint, severity="warning"))
    return issues


def place_of(row: Row) -> CellPlace:
    """The cell of a row, as its faults name it."""
    at = position(row.cell)
    return CellPlace(file=row.file, sheet=row.sheet, row=at[0], column=at[1])


def touch(row: Row) -> tuple[object, ...]:
    """What a row states something of: rows of one touch change one another."""
    match row:
        case ObservationRow():
            return row.entity, row.measure, row.period, row.scope, row.basis
        case EntityRow():
            return ("entity", normal(row.entity))
        case LinkRow():
            return "link", row.link, row.source, row.target
