"""Figures and rules before and after a stress, world by world: formulas of one type, frequency and scope."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hengjian.app.beyond import Beyond
from hengjian.app.desk import Desk
from hengjian.app.engine import here
from hengjian.app.question import measure_formula, period_asked
from hengjian.app.wire import Answer
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import Cut, Scope
from hengjian.model.declaration import Rule
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period
from hengjian.panel.panel import Column, Panel
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Frame, Needs, Read, Scene
from hengjian.supervise.rules import formulas_of
from hengjian.supervise.stress import Play, levels_at, stressed, touched

#: The gravest changes first.
_CHANGES = ("fires", "graver", "milder", "clears", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Some formulas of one type, frequency and scope before and after a stress, at one period (a row of the panel)."""

    formulas: Mapping[str, Formula]
    scene: Scene
    row: int
    before: Mapping[str, Column]
    after: Mapping[str, Column]

    @property
    def panel(self) -> Panel:
        return self.scene.home

    def cell(self, name: str, place: int) -> tuple[float | None, float | None, str | None]:
        """The figure before and after, and why there is none after, in base units."""
        one, other = self.before[name], self.after[name]
        reason = int(other.reasons[self.row, place])
        return (
            None if one.reasons[self.row, place] else float(one.values[self.row, place]),
            None if reason else float(other.values[self.row, place]), Missing(reason).word if reason else None,
        )  # fmt: skip


def since_of(period: Period) -> date:
    """The first day of what is stressed: the start of the period's year."""
    return period.end.replace(month=1, day=1)


def worlds_of(
    desk: Desk, programme: Programme, play: Play, cut: Cut, names: Sequence[str], period: Period
) -> Iterator[World]:
    """The named formulas before and after, those of one type, frequency and period together."""
    groups: dict[tuple[str, Frequency, Period], dict[str, Formula]] = {}
    for name in names:
        formula = _formula(programme, name)
        stretch = period_asked(formula, str(period))
        if stretch is not None:
            groups.setdefault((formula.type, formula.frequency, stretch[1]), {})[name] = formula
    for (kind, _, last), formulas in groups.items():
        scene = _scene(desk, programme, cut, formulas, kind, last)
        world = _world(desk, programme, play, scene, formulas, last)
        if world is not None:
            yield world


def _scene(
    desk: Desk, programme: Programme, cut: Cut, formulas: Mapping[str, Formula], kind: str, last: Period
) -> Scene:
    """What some formulas and measures read at one period, of everyone."""
    measures = programme.catalogue.measures
    computed, plain = [name for name in formulas if name not in measures], frozenset(formulas) & measures.keys()
    wanted = Needs(
        frame=Frame(type=kind, frequency=last.frequency, everyone=True), measures=plain, attributes=frozenset(),
        spans={last.frequency: 0}, above={}, others={}, links=frozenset(), beyond=False,
    )  # fmt: skip
    if computed:
        wanted = needs(programme, computed, everyone=True, about=kind)
    return load_scene(desk.store, programme.catalogue, cut, wanted, first=last, last=last, more=Read(measures=plain))


def _formula(programme: Programme, name: str) -> Formula:
    return measure_formula(programme, name) if name in programme.catalogue.measures else formula_of(programme, name)


def _world(
    desk: Desk, programme: Programme, play: Play, scene: Scene, formulas: Mapping[str, Formula], last: Period
) -> World | None:
    if last not in scene.home.periods or not scene.home.entities:
        return None

    def load(wanted: Needs, frame: Frame, panel: Panel, first: Period) -> Scene:
        ids = None if frame.everyone else panel.entities
        return load_scene(
            desk.store, programme.catalogue, panel.cut, wanted, entities=ids, first=first, last=panel.periods[-1]
        )

    after = stressed(scene, play, since_of(last), load)
    return World(
        formulas=formulas, scene=scene, row=scene.home.periods.index(last),
        before=_columns(programme, formulas, scene), after=_columns(play.programme, formulas, after),
    )  # fmt: skip


def _columns(programme: Programme, formulas: Mapping[str, Formula], scene: Scene) -> dict[str, Column]:
    measures = programme.catalogue.measures
    computed = [name for name in formulas if name not in measures]
    found = dict(here(programme, computed, scene, None).columns) if computed else {}
    return found | {name: scene.home.columns[name] for name in formulas if name in measures}


def places_in(desk: Desk, panel: Panel, entities: Sequence[str]) -> list[int]:
    """The places of those asked for (none named: all) whom the reader sees, by id."""
    wanted = set(entities)
    seen = [
        (one, place) for place, one in enumerate(panel.entities)
        if one in desk.sight and (not wanted or one in wanted)
    ]  # fmt: skip
    return [place for _, place in sorted(seen)]


def rules_under(
    desk: Desk, programme: Programme, play: Play, cut: Cut, period: Period, entities: Sequence[str], most: int
) -> tuple[list[Answer], int]:
    """The rules whose level is another one under stress, by kind of change, rule and entity."""
    found: list[Answer] = []
    by_scope: dict[Scope, list[str]] = {}
    for name in touched(play, programme.rules):
        by_scope.setdefault(programme.catalogue.rules[name].scope, []).append(name)
    for scope, names in by_scope.items():
        formulas = formulas_of(programme, names)
        conditions = [
            one for one in formulas if one not in {programme.catalogue.rules[name].clearing for name in names}
        ]
        for world in worlds_of(desk, programme, play, replace(cut, scope=scope), conditions, period):
            for name in names:
                rule = programme.catalogue.rules[name]
                if all(formula in world.formulas for _, formula in rule.levels):
                    found += _changes(desk, programme, world, rule, entities)
    found.sort(key=lambda one: _CHANGES.index(one["change"]))
    return found[:most], max(0, len(found) - most)


def _changes(desk: Desk, programme: Programme, world: World, rule: Rule, entities: Sequence[str]) -> Iterator[Answer]:
    last = world.panel.periods[world.row]
    if rule.until is not None and last.end > rule.until:
        return
    grades = [level for level, _ in rule.levels]
    before, after = (levels_at(rule, columns, world.row) for columns in (world.before, world.after))
    walk = None if desk.sight.is_everything else Beyond(desk, programme, world.scene)
    for place in places_in(desk, world.panel, entities):
        one, other = before[place], after[place]
        if one == other or (one < 0 and other == 0):
            continue
        entity = world.panel.entities[place]
        formulas = [world.formulas[formula] for _, formula in rule.levels]
        is_beyond = walk is not None and any(walk.reads_others(formula, [entity]) for formula in formulas)
        yield {
            "rule": rule.name, "entity": entity, "period": str(last), "before": _grade(grades, one),
            "after": _grade(grades, other), "change": _change(one, other), **({"beyond": True} if is_beyond else {}),
        }  # fmt: skip


def _grade(grades: Sequence[str], number: int) -> str | None:
    return grades[number - 1] if number > 0 else None


def _change(before: int, after: int) -> str:
    if after < 0:
        return "unknown"
    if before <= 0:
        return "fires" if after else "clears"
    return "clears" if not after else "graver" if after < before else "milder"
