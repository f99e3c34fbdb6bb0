"""What filings touch: which entities, in which of the figures that rules may read, since which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from hengjian.model.filing import LinkRow, ObservationRow, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What is new of one entity: the day that its last filing claims, that filing, and the measures; None: anything."""

    day: date
    filing: str | None
    measures: frozenset[str] | None

    def concerns(self, measures: frozenset[str]) -> bool:
        """Whether it may change what is computed from these measures."""
        return self.measures is None or not self.measures.isdisjoint(measures)


Touched = Mapping[str, Touch]


def touched_by(rows: Iterable[Row], day: date, filing: str | None) -> dict[str, Touch]:
    """The entities about which the rows of a filing say anything that rules may read: figures, what may set their
    lines, or links. Of several days claimed the last counts."""
    days: dict[str, date] = {}
    measures: dict[str, set[str]] = {}
    stated: set[str] = set()
    for row in rows:
        at = row.known_from or day
        if isinstance(row, LinkRow):
            for end in (row.source, row.target):
                days[end] = max(days.get(end, at), at)
                stated.add(end)
        else:
            days[row.entity] = max(days.get(row.entity, at), at)
            if isinstance(row, ObservationRow):
                measures.setdefault(row.entity, set()).add(row.measure)
            else:
                stated.add(row.entity)
    return {
        entity: Touch(day=at, filing=filing, measures=None if entity in stated else frozenset(measures[entity]))
        for entity, at in days.items()
    }


def merged(first: Touched, later: Touched) -> dict[str, Touch]:
    """Both: what the later filing says of the day, and the measures of either."""
    found = dict(first)
    for entity, touch in later.items():
        before = found.get(entity)
        if before is not None and touch.measures is not None:
            measures = None if before.measures is None else before.measures | touch.measures
            touch = replace(touch, measures=measures)
        found[entity] = touch
    return found
