"""History as it was known on each of some days, and when the rules of today would have stood raised.

Each day is a cut of its own: a row of an archive is seen from the day on which it claims to have been known, others
from their recorded time. What was found, filed or withdrawn later is not seen. The declarations are those of today.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_known_at
from hengjian.app.watch import Group, groups_of
from hengjian.evaluate.explain import examine
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.period import Period, period_of
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Needs, Scene
from hengjian.store.known import Known
from hengjian.supervise.alert import graver, gravity, standing_level
from hengjian.supervise.backtest import Episode
from hengjian.supervise.backtestdistance import Distance, distance, joined, measured
from hengjian.supervise.rules import Finding, findings, formulas_of, taken_back

_Pair = tuple[str, str]


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


def replay(
    desk: Desk, programme: Programme, names: Sequence[str], floor: str, days: Sequence[date], known: Known, *,
    proven: bool,
) -> Iterator[Replayed]:  # fmt: skip
    """The named rules, group by group. An alert counts at the level `floor` and graver ones."""
    for group in groups_of(desk, programme):
        chosen = [name for name in group.reads if name in names]
        if chosen:
            yield from _Run(desk, programme, group, chosen, floor).over(days, known, proven=proven)


@dataclass(slots=True)
class _Standing:
    """One rule and entity that stands raised; `since` None: below the level that counts."""

    level: str
    period: Period
    since: date | None = None
    gravest: str = ""
    raised_by: str = ""


@dataclass(slots=True)
class _Book:
    """What stands, and what stood."""

    floor: str
    standing: dict[_Pair, _Standing] = field(default_factory=dict)
    ended: dict[str, list[Episode]] = field(default_factory=dict)

    def note(self, finding: Finding, level: str | None, day: date) -> None:
        """Take a finding in: at which level the rule stands now."""
        pair = finding.rule, finding.entity
        if level is None:
            self._end(pair, day)
            self.standing.pop(pair, None)
            return
        now = self.standing.setdefault(pair, _Standing(level=level, period=finding.period))
        now.level, now.period = level, finding.period
        if gravity(level) > gravity(self.floor):
            self._end(pair, day)
        elif now.since is None:
            now.since, now.gravest, now.raised_by = day, level, str(finding.period)
        else:
            now.gravest = graver(level, now.gravest)

    def _end(self, pair: _Pair, day: date | None) -> None:
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


class _Run:
    """The rules of one group over some days."""

    def __init__(self, desk: Desk, programme: Programme, group: Group, names: Sequence[str], floor: str) -> None:
        self.desk, self.group, self.names = desk, group, names
        rules = programme.catalogue.rules
        counted = {
            name: [level for level, _ in rules[name].levels if gravity(level) <= gravity(floor)] for name in names
        }
        found = {name: distance(programme, rules[name], some[-1]) if some else None for name, some in counted.items()}
        self.distances = {name: one for name, one in found.items() if one is not None}
        self.programme = joined(programme, list(self.distances.values()))
        parts = [name for one in self.distances.values() for name in one.names]
        self.formulas = list(dict.fromkeys([*names, *formulas_of(programme, names)]))
        self.needs: Needs = needs(self.programme, [*self.formulas, *parts], everyone=True)
        self.book = _Book(floor=floor)
        self.entities: tuple[str, ...] = ()
        self.scores: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
        self.lines: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}

    def over(self, days: Sequence[date], known: Known, *, proven: bool) -> Iterator[Replayed]:
        """Look at each day on which something may be another than on the day before."""
        before: date | None = None
        for day in days:
            is_new = any((before is None or before < one) and one <= day for one in known.days)
            if is_new or not any(self.group.reads[name] for name in self.names):
                is_less = any((before is None or before < one) and one <= day for one in known.withdrawn)
                self._look(day, proven=proven, is_less=is_less)
            else:
                self._stay()
            before = day
        self.book.close()
        for name in self.names:
            yield self._replayed(name)

    def _look(self, day: date, *, proven: bool, is_less: bool) -> None:
        scene = self._scene(day, proven=proven)
        home = scene.home
        self.entities = home.entities
        pairs = list(self.book.standing)
        found = list(findings(self.programme, self.names, scene, begun=day, standing=pairs))
        if is_less:
            found += self._taken_back(scene, set(pairs) - {(one.rule, one.entity) for one in found})
        rules = self.programme.catalogue.rules
        for one in found:
            standing = self.book.standing.get((one.rule, one.entity))
            level, _ = standing_level(None if standing is None else standing.level, one, rules[one.rule])
            self.book.note(one, level, day)
        told = measured(self.programme, list(self.distances.values()), scene, begun=day)
        for name in self.names:
            nothing = np.full(len(home.entities), np.nan)
            self.scores[name].append(told[name].scores if name in told else nothing)
            self.lines[name].append(told[name].lines if name in told else nothing)

    def _stay(self) -> None:
        """Nothing became known: all is as on the day before."""
        for name in self.names:
            for series in (self.scores[name], self.lines[name]):
                series.append(series[-1] if series else np.full(len(self.entities), np.nan))

    def _taken_back(self, scene: Scene, left: set[_Pair]) -> Iterator[Finding]:
        if not left or not scene.home.periods:
            return
        workings = examine(self.programme, self.formulas, scene, scene.home.entities[0])
        for rule, entity in sorted(left):
            period = self.book.standing[rule, entity].period
            stood = Finding(rule=rule, entity=entity, period=period, level=None, clears=False)
            gone = taken_back(workings, stood)
            if gone is not None:
                yield gone

    def _scene(self, day: date, *, proven: bool) -> Scene:
        """All that was known at the end of a day."""
        cut = Cut(
            known_at=parse_known_at(day.isoformat(), self.desk.config.timezone), scope=self.group.scope, proven=proven
        )
        running = None if any(self.group.reads.values()) else period_of(day, self.group.frequency)
        return load_scene(
            self.desk.store, self.programme.catalogue, cut, self.needs, first=running, last=running
        )  # fmt: skip

    def _replayed(self, name: str) -> Replayed:
        shape = (0, len(self.entities))
        return Replayed(
            rule=name, episodes=self.book.episodes(name), entities=self.entities, distance=self.distances.get(name),
            scores=_stacked(self.scores[name], shape), lines=_stacked(self.lines[name], shape),
            reaches=self.group.reaches,
        )  # fmt: skip


def _stacked(rows: Sequence[NDArray[np.float64]], shape: tuple[int, int]) -> NDArray[np.float64]:
    width = max((len(row) for row in rows), default=shape[1])
    found = np.full((len(rows), width), np.nan)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found


def entities_known(known: Known, ids: Sequence[str]) -> Mapping[str, date]:
    """The first day on which a figure of each entity was known; `ids` by ordinal."""
    return {ids[ordinal]: day for ordinal, day in known.first.items()}
