"""Where rules hold: for each entity at the latest period for which it reported what the rule reads.

`looked(programme, names, scene)` is one evaluation of all the named rules over all entities, in arrays and piece by
piece; `findings` makes records of it, of those only that hold or whose alert stands. What a finding stands on is in
`evidence`.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.engine import Engine
from hengjian.evaluate.evaluate import run
from hengjian.evaluate.explain import Workings, explain_cell, turned_to
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.own import Measures, reads_of, reported_at
from hengjian.formula.term import Programme
from hengjian.model.declaration import Rule
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Codes, Column, Panel
from hengjian.panel.scene import Scene

#: Why a condition cannot be told where an input is wanting: one that was not reported, though others were, or was taken
#: back. (Who had nothing to report yet owes no history, and a base of zero is no gap.)
WANTING = frozenset({Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.ERASED})
Cell = TypeVar("Cell", np.float64, np.uint8)
_WANTING = np.zeros(256, np.bool_)
_WANTING[[*WANTING, Missing.BEFORE_FIRST]] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says of an entity at a period: `level` is the gravest whose condition is known to hold, None if none.

    `clears`: whether an alert that stands may be cleared. `missing`: where no level is known to hold, why that of some
    level cannot be told; PRESENT where every one is known.
    """

    rule: str
    entity: str
    period: Period
    level: str | None
    clears: bool
    missing: Missing = Missing.PRESENT

    @property
    def holds(self) -> bool:
        """Whether a level is known to hold."""
        return self.level is not None

    @property
    def lacks_input(self) -> bool:
        """Whether it cannot be told for want of an input."""
        return self.missing in WANTING


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """What one rule says of some entities; arrays of one length. `places` and `rows` are those of the scene's own panel
    and its periods; of `levels` 0 is none, else 1 + the place in `Rule.levels` (1: the gravest); `reasons` and `clears`
    as of `Finding`."""

    rule: str
    places: Places
    rows: Places
    levels: Codes
    reasons: Codes
    clears: Flags


def formulas_of(programme: Programme, names: Sequence[str]) -> list[str]:
    """The formulas of some rules: each level's whole condition, and what clears it."""
    rules = [programme.catalogue.rules[name] for name in names]
    clearing = [rule.clearing for rule in rules if rule.clearing is not None]
    return [*(formula for rule in rules for _, formula in rule.levels), *clearing]


def looked(
    programme: Programme, names: Sequence[str], scene: Scene | Panel, *, begun: date | None = None,
    standing: Mapping[str, Places] | None = None, engine: Engine | None = None,
) -> Iterator[Looked]:  # fmt: skip
    """What the named rules of one frequency and scope say of every entity of the panel; arrays of those alone of whom a
    level holds, or cannot be told where the rule is then raised, or whose alert stands (`standing`: by rule, the places
    of these, ascending) and something can be told of it.

    Each rule is looked at once an entity, at the latest period for which anything that it names was reported and not
    withdrawn: a period filed by mistake, and withdrawn, hides no other. (A rule that reads only linked entities: at the
    latest for which it can be told.) At a period that its validity does not reach no level holds, and what stands
    clears. What is loaded holds all history of what the rules read. Periods that start after the day `begun` are left
    out: a slip in a year hides nothing. `engine`: one over the scene that holds the rules' formulas, to be used.
    """
    formulas = formulas_of(programme, names)
    scene = scene_of(programme, formulas, scene)
    panel = scene.home
    count = len(panel.periods)
    if begun is not None:
        count = bisect_right(panel.periods, begun, key=lambda period: period.start)
    if not names or not count or not panel.entities:
        return
    if engine is None:
        engine = run(programme, formulas, scene)
        engine.prepare()
    reports = _Reports(scene=scene, count=count)
    views = [_View.of(programme, name, engine, reports) for name in names]
    roots = {name: engine.plan.roots[name] for name in formulas}
    for piece, columns in engine.pieces(list(roots.values())):
        made = {name: _cut(columns[root], engine.before, count) for name, root in roots.items()}
        seen = reports.in_piece(piece)
        for view in views:
            stand = None if standing is None else standing.get(view.rule.name)
            found = view.look([made[name] for name in view.formulas], seen, stand)
            if len(found.places):
                yield found


def scene_of(programme: Programme, formulas: Sequence[str], scene: Scene | Panel) -> Scene:
    """A panel alone as a scene of everyone."""
    if isinstance(scene, Scene):
        return scene
    return Scene(frame=needs(programme, formulas, everyone=True).frame, home=scene, is_led=False)


def findings(
    programme: Programme, names: Sequence[str], scene: Scene | Panel, *, begun: date | None = None,
    standing: Collection[tuple[str, str]] = (), engine: Engine | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """The same as records; `standing` are pairs of a rule and an entity."""
    panel = scene.home if isinstance(scene, Scene) else scene
    entities, periods = panel.entities, panel.periods
    for one in looked(programme, names, scene, begun=begun, standing=_placed(panel, standing), engine=engine):
        levels = (None, *(level for level, _ in programme.catalogue.rules[one.rule].levels))
        parts = (one.places, one.rows, one.levels, one.reasons, one.clears)
        for place, row, level, reason, clears in zip(*(part.tolist() for part in parts), strict=True):
            yield Finding(
                rule=one.rule, entity=entities[place], period=periods[row], level=levels[level], clears=clears,
                missing=Missing(reason),
            )  # fmt: skip


def _placed(panel: Panel, standing: Collection[tuple[str, str]]) -> dict[str, Places]:
    wanted = {entity for _, entity in standing}
    places = {entity: place for place, entity in enumerate(panel.entities) if entity in wanted} if wanted else {}
    found: dict[str, list[int]] = {}
    for rule, entity in standing:
        if entity in places:
            found.setdefault(rule, []).append(places[entity])
    return {rule: np.array(sorted(some), np.int64) for rule, some in found.items()}


def taken_back(given: Workings, finding: Finding) -> Finding | None:
    """That an alert does not stand any more at the period of a finding, for want of a figure that was withdrawn since;
    None where it can still be told, where a figure is lacking for another reason, and where the period is no more.

    `given` are workings of the rule over what was loaded for it.
    """
    try:
        found = explain_cell(turned_to(given, finding.entity), finding.rule, finding.period)
    except KeyError:
        return None
    if found.cause is None or all(leaf.missing is not Missing.WITHDRAWN for leaf in found.leaves):
        return None
    return Finding(rule=finding.rule, entity=finding.entity, period=finding.period, level=None, clears=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reports:
    """What was reported at the periods looked at, the first `count` of the scene's own panel."""

    scene: Scene
    count: int
    others: dict[Measures, Flags] = field(default_factory=dict)

    def in_piece(self, piece: slice) -> "_Seen":
        """The same of some of the entities."""
        return _Seen(reports=self, piece=piece)

    def beyond(self, rest: Measures) -> Flags:
        """The cells of the scene's own panel at which any measure of other frames was reported."""
        if rest not in self.others:
            self.others[rest] = reported_at(self.scene, rest, [Missing.PRESENT])
        return self.others[rest]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Latest:
    """The row at which each entity is looked at, and whether it is at all; `earlier`: at which places that is not the
    last row."""

    rows: Places
    told: Flags
    earlier: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Of the entities of one piece, by measures: the flags of each, and the latest rows."""

    reports: _Reports
    piece: slice
    flags: dict[str, Flags] = field(default_factory=dict)
    rows: dict[Measures, _Latest] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return int(self.piece.stop - self.piece.start)

    def latest(self, own: Measures) -> _Latest:
        """The last row of each entity at which any of these measures was reported and not withdrawn, and whether any
        was."""
        if own not in self.rows:
            found = np.zeros((self.reports.count, self.width), np.bool_)
            home = self.reports.scene.frame
            for frame, name in own:
                if frame == home:
                    found |= self._reported(name)
            rest = tuple(one for one in own if one[0] != home)
            if rest:
                found |= self.reports.beyond(rest)[: self.reports.count, self.piece]
            self.rows[own] = _latest(found)
        return self.rows[own]

    def _reported(self, name: str) -> Flags:
        if name not in self.flags:
            column = self.reports.scene.home.columns[name]
            self.flags[name] = column.reasons[: self.reports.count, self.piece] == Missing.PRESENT
        return self.flags[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _View:
    """One rule and how it is looked at: `formulas` are those of its levels, the gravest first, then what clears it;
    `in_force` says by period whether its validity reaches it."""

    rule: Rule
    formulas: tuple[str, ...]
    own: Measures
    in_force: Flags

    @classmethod
    def of(cls, programme: Programme, name: str, engine: Engine, reports: _Reports) -> "_View":
        rule, formula = programme.catalogue.rules[name], programme.rules[name]
        ends = [period.end for period in reports.scene.home.periods[: reports.count]]
        valid = [formula.version_at(end) is not None and (rule.until is None or end <= rule.until) for end in ends]
        own = reads_of(programme, formula, engine.scene.frame, through=True).own
        formulas = tuple(formulas_of(programme, [name]))
        return cls(rule=rule, formulas=formulas, own=own, in_force=np.array(valid, np.bool_))

    def look(self, columns: Sequence[Column], seen: _Seen, standing: Places | None) -> Looked:
        """What the rule says in a piece, from the columns of its formulas. What need not be told of everybody is
        computed of those only of whom anything is to be said."""
        tiers = columns[: len(self.rule.levels)]
        latest = seen.latest(self.own) if self.own else _latest(_known(tiers))
        kept = np.zeros(seen.width, np.bool_)
        for one in tiers:
            kept |= _row(one.values, latest) == 1.0
            if self.rule.unknown is not None:
                kept |= _WANTING[_row(one.reasons, latest)]
        stands = np.zeros(seen.width, np.bool_)
        if standing is not None:
            begin, end = np.searchsorted(standing, [seen.piece.start, seen.piece.stop])
            stands[standing[begin:end] - seen.piece.start] = True
        kept |= stands
        kept &= latest.told
        return self._told(columns, seen, np.flatnonzero(kept), latest.rows, stands)

    def _told(self, columns: Sequence[Column], seen: _Seen, places: Places, rows: Places, stands: Flags) -> Looked:
        """The findings at some places of a piece."""
        count = len(self.rule.levels)
        rows = rows[places]
        levels, reasons = np.zeros(len(places), np.uint8), np.zeros(len(places), np.uint8)
        for number in range(count - 1, -1, -1):
            lacking = columns[number].reasons[rows, places]
            levels = np.where(columns[number].values[rows, places] == 1.0, np.uint8(number + 1), levels)
            reasons = np.where(lacking, lacking, reasons)
        reasons = np.where(levels, np.uint8(0), reasons)
        is_known = reasons == 0
        clears = is_known if self.rule.clearing is None else columns[count].values[rows, places] == 1.0
        clears = clears & (levels == 0)
        over = ~self.in_force[rows]
        levels[over], reasons[over], clears[over] = 0, 0, True
        said = (levels > 0) | (stands[places] & (is_known | clears))
        if self.rule.unknown is not None:
            said |= _WANTING[reasons]
        return Looked(
            rule=self.rule.name, places=places[said] + seen.piece.start, rows=rows[said], levels=levels[said],
            reasons=_plain(reasons[said]), clears=clears[said],
        )  # fmt: skip


def _cut(column: Column, before: int, count: int) -> Column:
    rows = slice(before, before + count)
    return Column(values=column.values[rows], reasons=column.reasons[rows])


def _known(tiers: Sequence[Column]) -> Flags:
    """The cells at which a level holds, or none is missing."""
    holds = np.zeros(tiers[0].values.shape, np.bool_)
    lacking = np.zeros(tiers[0].values.shape, np.bool_)
    for one in tiers:
        holds |= one.values == 1.0
        lacking |= one.reasons != 0
    return holds | ~lacking


def _latest(flags: Flags) -> _Latest:
    """The last row of each column at which a flag is set, and whether any is."""
    last = len(flags) - 1
    told, rows = flags[last].copy(), np.full(flags.shape[1], last, np.int64)
    earlier = np.flatnonzero(~told) if last else np.empty(0, np.int64)  # most are told of at the last one
    if len(earlier):
        rest = flags[:last, earlier]
        told[earlier] = np.logical_or.reduce(rest, axis=0)
        rows[earlier] = last - 1 - np.argmax(rest[::-1], axis=0)
    return _Latest(rows=rows, told=told, earlier=earlier)


def _row(cells: NDArray[Cell], latest: _Latest) -> NDArray[Cell]:
    """The cells at the latest row of each entity."""
    found: NDArray[Cell] = cells[-1]
    if len(latest.earlier):
        found = found.copy()
        found[latest.earlier] = cells[latest.rows[latest.earlier], latest.earlier]
    return found


def _plain(reasons: Codes) -> Codes:
    """Reasons as they are told: of what was never reported that it was not."""
    return np.where(reasons == Missing.BEFORE_FIRST, np.uint8(Missing.NOT_REPORTED), reasons)
