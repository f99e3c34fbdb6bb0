"""Where rules hold: for each entity at the latest period for which it reported what the rule reads.

`looked(programme, names, scene)` is one evaluation of all the named rules over all entities, in arrays and piece by
piece; `findings` makes records of it, of those only that hold or whose alert stands. What a finding stands on is in
`evidence`.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

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
    standing: Mapping[str, Places] | None = None,
) -> Iterator[Looked]:  # fmt: skip
    """What the named rules of one frequency and scope say of every entity of the panel; arrays of those alone of whom a
    level holds, or cannot be told where the rule is then raised, or whose alert stands (`standing`: by rule, the places
    of these, ascending) and something can be told of it.

    Each rule is looked at once an entity, at the latest period for which anything that it names was reported and not
    withdrawn: a period filed by mistake, and withdrawn, hides no other. (A rule that reads only linked entities: at the
    latest for which it can be told.) At a period that its validity does not reach no level holds, and what stands
    clears. What is loaded holds all history of what the rules read. Periods that start after the day `begun` are left
    out: a slip in a year hides nothing.
    """
    formulas = formulas_of(programme, names)
    scene = scene_of(programme, formulas, scene)
    panel = scene.home
    count = len(panel.periods)
    if begun is not None:
        count = bisect_right(panel.periods, begun, key=lambda period: period.start)
    if not names or not count or not panel.entities:
        return
    engine = run(programme, formulas, scene)
    engine.prepare()
    reports = _Reports(scene=scene, count=count)
    views = [_View.of(programme, name, engine, reports) for name in names]
    for piece, columns in engine.pieces(list(engine.plan.roots.values())):
        latest: dict[Measures, tuple[Places, Flags]] = {}
        for view in views:
            told = {name: columns[engine.plan.roots[name]] for name in view.formulas}
            found = view.look(_cut(told, engine.before, count), piece, latest)
            places = np.flatnonzero(view.kept(found, piece, standing))
            if len(places):
                yield Looked(
                    rule=view.rule.name, places=places + piece.start, rows=found.rows[places],
                    levels=found.levels[places], reasons=found.reasons[places], clears=found.clears[places],
                )  # fmt: skip


def scene_of(programme: Programme, formulas: Sequence[str], scene: Scene | Panel) -> Scene:
    """A panel alone as a scene of everyone."""
    if isinstance(scene, Scene):
        return scene
    return Scene(frame=needs(programme, formulas, everyone=True).frame, home=scene, is_led=False)


def findings(
    programme: Programme, names: Sequence[str], scene: Scene | Panel, *, begun: date | None = None,
    standing: Collection[tuple[str, str]] = (),
) -> Iterator[Finding]:  # fmt: skip
    """The same as records; `standing` are pairs of a rule and an entity."""
    panel = scene.home if isinstance(scene, Scene) else scene
    entities, periods = panel.entities, panel.periods
    for one in looked(programme, names, scene, begun=begun, standing=_placed(panel, standing)):
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

    def at(self, own: Measures, piece: slice) -> Flags:
        """The cells [period × entity of the piece] at which any of these measures was reported and not withdrawn."""
        panel = self.scene.home
        found = np.zeros((self.count, len(panel.entities[piece])), np.bool_)
        for frame, name in own:
            if frame == self.scene.frame:
                found |= panel.columns[name].reasons[: self.count, piece] == Missing.PRESENT
        rest = tuple(one for one in own if one[0] != self.scene.frame)
        if rest:
            if rest not in self.others:
                self.others[rest] = reported_at(self.scene, rest, [Missing.PRESENT])
            found |= self.others[rest][: self.count, piece]
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Of each entity of a piece: whether anything is told of it, at which row, and what."""

    told: Flags
    rows: Places
    levels: Codes
    reasons: Codes
    clears: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _View:
    """One rule and how it is looked at. `in_force`: by period, whether its validity reaches it."""

    rule: Rule
    own: Measures
    in_force: Flags
    reports: _Reports

    @classmethod
    def of(cls, programme: Programme, name: str, engine: Engine, reports: _Reports) -> "_View":
        rule, formula = programme.catalogue.rules[name], programme.rules[name]
        ends = [period.end for period in reports.scene.home.periods[: reports.count]]
        in_force = [
            formula.version_at(end) is not None and (rule.until is None or end <= rule.until) for end in ends
        ]  # fmt: skip
        own = reads_of(programme, formula, engine.scene.frame, through=True).own
        return cls(rule=rule, own=own, in_force=np.array(in_force, np.bool_), reports=reports)

    @property
    def formulas(self) -> tuple[str, ...]:
        """Those of its levels, the gravest first, then what clears it."""
        clearing = () if self.rule.clearing is None else (self.rule.clearing,)
        return (*(formula for _, formula in self.rule.levels), *clearing)

    def look(self, told: Mapping[str, Column], piece: slice, latest: dict[Measures, tuple[Places, Flags]]) -> _Cells:
        """What the rule says, from its columns over the piece; `latest` fills with the latest rows, by what is read."""
        tiers = [told[formula] for _, formula in self.rule.levels]
        if not self.own:
            rows, seen = _latest(_known(tiers))
        else:
            if self.own not in latest:
                latest[self.own] = _latest(self.reports.at(self.own, piece))
            rows, seen = latest[self.own]
        levels, reasons = np.zeros(len(rows), np.uint8), np.zeros(len(rows), np.uint8)
        for place in range(len(tiers) - 1, -1, -1):
            values, lacking = _at(tiers[place], rows)
            levels[values == 1.0] = place + 1
            reasons = np.where(lacking, lacking, reasons) if place < len(tiers) - 1 else lacking
        reasons = np.where(levels, np.uint8(0), reasons)
        clears = reasons == 0
        if self.rule.clearing is not None:
            clears = _at(told[self.rule.clearing], rows)[0] == 1.0
        clears &= levels == 0
        if not self.in_force.all():
            over = ~self.in_force[rows]
            levels[over], reasons[over], clears[over] = 0, 0, True
        return _Cells(told=seen, rows=rows, levels=levels, reasons=_plain(reasons), clears=clears)

    def kept(self, found: _Cells, piece: slice, standing: Mapping[str, Places] | None) -> Flags:
        """Of whom anything is to be said."""
        kept = found.levels > 0
        if self.rule.unknown is not None:
            kept |= _WANTING[found.reasons]
        known = None if standing is None else standing.get(self.rule.name)
        if known is not None:
            begin, end = np.searchsorted(known, [piece.start, piece.stop])
            mine = known[begin:end] - piece.start
            kept[mine] |= (found.reasons[mine] == 0) | found.clears[mine]
        kept &= found.told
        return kept


def _cut(columns: Mapping[str, Column], before: int, count: int) -> dict[str, Column]:
    rows = slice(before, before + count)
    return {name: Column(values=one.values[rows], reasons=one.reasons[rows]) for name, one in columns.items()}


def _known(tiers: Sequence[Column]) -> Flags:
    """The cells at which a level holds, or none is missing."""
    holds = np.zeros(tiers[0].values.shape, np.bool_)
    lacking = np.zeros(tiers[0].values.shape, np.bool_)
    for one in tiers:
        holds |= one.values == 1.0
        lacking |= one.reasons != 0
    return holds | ~lacking


def _latest(flags: Flags) -> tuple[Places, Flags]:
    """The last row of each column at which a flag is set, and whether any is."""
    if len(flags) == 1:
        return np.zeros(flags.shape[1], np.int64), flags[0].copy()
    return len(flags) - 1 - np.argmax(flags[::-1], axis=0), np.logical_or.reduce(flags, axis=0)


def _at(column: Column, rows: Places) -> tuple[np.ndarray, Codes]:
    """The cells at one row of each entity."""
    if len(column.values) == 1:
        return column.values[0], column.reasons[0]
    places = np.arange(len(rows))
    return column.values[rows, places], column.reasons[rows, places]


def _plain(reasons: Codes) -> Codes:
    """Reasons as they are told: of what was never reported that it was not."""
    return np.where(reasons == Missing.BEFORE_FIRST, np.uint8(Missing.NOT_REPORTED), reasons)
