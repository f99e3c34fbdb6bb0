"""A slow, plain second answer to every as-of question: a list of facts, walked from the first to the last entry.

It shares no code with the store. Intervals are painted day by day, cells are looked up one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hengjian.model.cut import Cut
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.missing import Missing
from hengjian.model.period import Period

RANK = {"flash": 1, "audited": 2, "assessed": 3}
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Filed:
    """One row as the ledger holds it."""

    entry: int
    recorded_at: datetime
    row: Row
    known_from: date | None


@dataclass
class Reference:
    """All filed rows, in order."""

    zone: ZoneInfo
    filed: list[Filed] = field(default_factory=list)

    def stage(self, entry: int, recorded_at: datetime, rows: Sequence[Row], known_from: date | None = None) -> None:
        self.filed += [Filed(entry, recorded_at, row, row.known_from or known_from) for row in rows]

    def visible(self, cut: Cut) -> Iterator[Filed]:
        """CONTRACT section 1: coalesce(known_from, recorded_at) <= T, or entry < N; a proven cut has no known_from."""
        for fact in self.filed:
            if cut.known_at is None:
                yield fact
            elif cut.known_at.entries is not None:
                if fact.entry < cut.known_at.entries:
                    yield fact
            else:
                known = fact.recorded_at
                if fact.known_from is not None and not cut.proven:
                    known = datetime.combine(fact.known_from, time.min, self.zone)
                if cut.known_at.moment is not None and known <= cut.known_at.moment:
                    yield fact

    def cells(self, cut: Cut) -> dict[tuple[str, Period, str, str], float | str]:
        """The last word on every (entity, period, measure, basis) of the cut's scope: a figure or WITHDRAWN."""
        said: dict[tuple[str, Period, str, str], float | str] = {}
        for fact in self.visible(cut):
            row = fact.row
            if isinstance(row, ObservationRow) and row.scope == cut.scope and cut.basis in ("best", row.basis):
                said[row.entity, row.period, row.measure, row.basis] = WITHDRAWN if row.value is None else row.value
        return said

    def source(self, cut: Cut, wanted: ObservationRow) -> int | None:
        """The entry that states or withdraws a cell."""
        found = None
        for fact in self.visible(cut):
            row = fact.row
            if isinstance(row, ObservationRow) and cell_of(row) == cell_of(wanted):
                found = fact.entry
        return found

    def attribute(self, cut: Cut, entity: str, attribute: str, day: date) -> str | None:
        """The later file wins; within one file the later valid_from."""
        text = None
        rows = ((fact.entry, fact.row) for fact in self.visible(cut))
        facts = [(entry, row) for entry, row in rows if isinstance(row, EntityRow) and row.entity == entity]
        facts.sort(key=lambda fact: (fact[0], fact[1].valid_from or date.min))
        for _, row in facts:
            stated = {"name": row.name, **dict(row.attributes)}
            if stated.get(attribute) and (row.valid_from is None or row.valid_from <= day):
                text = stated[attribute]
        return text

    def links(self, cut: Cut, link: str, days: Sequence[date]) -> dict[date, dict[tuple[str, str], LinkRow]]:
        """Every day painted by itself, row after row."""
        painted: dict[date, dict[tuple[str, str], LinkRow]] = {day: {} for day in days}
        for fact in self.visible(cut):
            row = fact.row
            if not isinstance(row, LinkRow) or row.link != link:
                continue
            for day in days:
                if (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to):
                    painted[day][row.source, row.target] = row
        return painted

    def latest_entry(self, rows: Sequence[Row]) -> int | None:
        """The last filed row that touches what one of these rows touches."""
        return max((fact.entry for fact in self.filed for row in rows if touches(fact.row, row)), default=None)


def cell_of(row: ObservationRow) -> tuple[object, ...]:
    return row.entity, row.measure, row.period, row.scope, row.basis


def touches(old: Row, new: Row) -> bool:
    """Whether `new` changes what `old` says."""
    if isinstance(old, ObservationRow) and isinstance(new, ObservationRow):
        return cell_of(old) == cell_of(new)
    if isinstance(old, EntityRow) and isinstance(new, EntityRow):
        # Both hold from their day on, so they overlap; the type is stated by every row.
        return old.entity == new.entity
    if isinstance(old, LinkRow) and isinstance(new, LinkRow):
        same = (old.link, old.source, old.target) == (new.link, new.source, new.target)
        days = [date(2019, 12, 1) + timedelta(days=step) for step in range(900)]
        return same and any(covers(old, day) and covers(new, day) for day in days)
    return False


def covers(row: LinkRow, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to)


@dataclass(frozen=True)
class Expected:
    """What a panel should hold at one (period, entity) of a measure."""

    value: float | None
    reason: Missing
    basis: int


def expected(
    said: dict[tuple[str, Period, str, str], float | str],
    siblings: Sequence[str],
    measure: str,
    entity: str,
    period: Period,
) -> Expected:
    """One cell by the rules of basis and reasons; `siblings` are all measures of the statement."""
    live = {
        basis
        for (who, when, what, basis), word in said.items()
        if who == entity and when == period and what in siblings and word != WITHDRAWN
    }
    if live:
        basis = max(live, key=RANK.__getitem__)
        word = said.get((entity, period, measure, basis))
        if isinstance(word, float):
            return Expected(word, Missing.PRESENT, RANK[basis])
        if word == WITHDRAWN:
            return Expected(None, Missing.WITHDRAWN, RANK[basis])
        code = RANK[basis]
    else:
        if any(said.get((entity, period, measure, basis)) == WITHDRAWN for basis in RANK):
            return Expected(None, Missing.WITHDRAWN, 0)
        code = 0
    ever = any(who == entity and what == measure and when <= period for who, when, what, _ in said)
    return Expected(None, Missing.NOT_REPORTED if ever else Missing.BEFORE_FIRST, code)
