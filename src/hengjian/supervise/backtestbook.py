"""What a back-test notes as it goes from day to day: what stands, what stood, and how far each was from its line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.model.period import Period
from hengjian.supervise.alert import graver, gravity
from hengjian.supervise.backtest import Episode
from hengjian.supervise.backtestdistance import Distance, Measured
from hengjian.supervise.rules import Finding

#: A rule and an entity.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replayed:
    """One rule over the days of a back-test: when it stood raised, and for each day and entity its score and its line
    (base units; NaN where there is none). `distance` None: the rule has no line that could be moved. `reaches`: it
    reads of others than the entity itself."""

    rule: str
    episodes: tuple[Episode, ...]
    entities: tuple[str, ...]
    distance: Distance | None
    scores: NDArray[np.float64]
    lines: NDArray[np.float64]
    reaches: bool


@dataclass(slots=True)
class Standing:
    """One rule and entity that stands raised; `since` None: below the level that counts."""

    level: str
    period: Period
    since: date | None = None
    gravest: str = ""
    raised_by: str = ""


@dataclass(slots=True)
class Book:
    """What stands, and what stood."""

    floor: str
    standing: dict[Pair, Standing] = field(default_factory=dict)
    ended: dict[str, list[Episode]] = field(default_factory=dict)

    def note(self, finding: Finding, level: str | None, day: date) -> None:
        """Take a finding in: at which level the rule stands now."""
        pair = finding.rule, finding.entity
        if level is None:
            self._end(pair, day)
            self.standing.pop(pair, None)
            return
        now = self.standing.setdefault(pair, Standing(level=level, period=finding.period))
        now.level, now.period = level, finding.period
        if gravity(level) > gravity(self.floor):
            self._end(pair, day)
        elif now.since is None:
            now.since, now.gravest, now.raised_by = day, level, str(finding.period)
        else:
            now.gravest = graver(level, now.gravest)

    def _end(self, pair: Pair, day: date | None) -> None:
        one = self.standing.get(pair)
        if one is not None and one.since is not None:
            episode = Episode(entity=pair[1], level=one.gravest, period=one.raised_by, since=one.since, until=day)
            self.ended.setdefault(pair[0], []).append(episode)
            one.since = None

    def close(self) -> None:
        """What still stands on the last day is an episode too."""
        for pair in list(self.standing):
            self._end(pair, None)

    def episodes(self, rule: str) -> tuple[Episode, ...]:
        return tuple(sorted(self.ended.get(rule, ()), key=lambda one: (one.since, one.entity)))


@dataclass(slots=True)
class Course:
    """The scores and lines of one rule on each day so far."""

    scores: list[NDArray[np.float64]] = field(default_factory=list)
    lines: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, told: Measured | None, width: int) -> None:
        """Those of one more day; None: there are none."""
        nothing = np.full(width, np.nan)
        self.scores.append(nothing if told is None else told.scores)
        self.lines.append(nothing if told is None else told.lines)

    def stay(self, width: int) -> None:
        """On one more day all is as on the day before."""
        for series in (self.scores, self.lines):
            series.append(series[-1] if series else np.full(width, np.nan))

    def replayed(
        self, rule: str, book: Book, entities: tuple[str, ...], distance: Distance | None, *, reaches: bool
    ) -> Replayed:
        """The rule over all days."""
        return Replayed(
            rule=rule, episodes=book.episodes(rule), entities=entities, distance=distance,
            scores=_stacked(self.scores, len(entities)), lines=_stacked(self.lines, len(entities)), reaches=reaches,
        )  # fmt: skip


def _stacked(rows: Sequence[NDArray[np.float64]], width: int) -> NDArray[np.float64]:
    """[day × entity]; on days before anything was looked at there is nothing."""
    found = np.full((len(rows), width), np.nan)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found
