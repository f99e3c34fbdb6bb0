"""The checked formulas of a programme over what was loaded for them: each distinct sub-expression is computed once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from hengjian.evaluate.attributes import ATTRIBUTES
from hengjian.evaluate.backward import BACKWARD
from hengjian.evaluate.controlled import derived_texts
from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.engine import PIECE, Engine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import PRESENT, shown
from hengjian.evaluate.number import COUNTED
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.per import PER
from hengjian.evaluate.plan import make_plan
from hengjian.evaluate.relations import RELATIONS
from hengjian.evaluate.reshape import narrow, periods_from, rows_before
from hengjian.evaluate.through import THROUGH
from hengjian.formula.term import Programme
from hengjian.model.declaration import Catalogue
from hengjian.model.period import Frequency, Period
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Needs, Scene

#: Every operator and function of the language that has a kernel.
KERNELS = frozenset().union(
    ELEMENTWISE, BACKWARD, COUNTED, PER, PEERS, RELATIONS, THROUGH, ATTRIBUTES, ("lookup", "interpolate", "band", "on")
) - {"attribute"}  # fmt: skip

__all__ = ["KERNELS", "PIECE", "Results", "evaluate", "evaluate_pieces", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One column a formula, aligned with the panel that was evaluated; values in base units, truths 1.0 and 0.0."""

    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    columns: Mapping[str, Column]


def evaluate(programme: Programme, names: Sequence[str], scene: Scene | Panel) -> Results:
    """The named indicators, rules or checks over what was loaded for them (`needs` says what that is).

    A panel alone holds their measures and attributes and as much history as there is, or `span` periods before the
    first one of interest; to functions of peers its entities are everyone. Over a selection of entities the answer is
    the same, bit for bit. KeyError for an unknown name, ValueError for a panel of another frequency or with figures
    that are not finite, or for a scene that lacks what a formula reaches.
    """
    home = scene.home if isinstance(scene, Scene) else scene
    shape = (len(home.periods), len(home.entities))
    answers = {name: Column(values=np.empty(shape), reasons=np.empty(shape, dtype=np.uint8)) for name in names}
    for piece, columns in evaluate_pieces(programme, names, scene):
        for name, column in columns.items():
            answers[name].values[:, piece] = column.values
            answers[name].reasons[:, piece] = column.reasons
    return Results(periods=home.periods, entities=home.entities, columns=answers)


def evaluate_pieces(
    programme: Programme, names: Sequence[str], scene: Scene | Panel
) -> Iterator[tuple[slice, Mapping[str, Column]]]:
    """The same, some entities at a time: for who needs not hold all answers at once."""
    home = scene.home if isinstance(scene, Scene) else scene
    if not names or not home.periods:
        return
    engine = run(programme, names, scene)
    if home.entities:
        engine.prepare()
    roots = engine.plan.roots
    for piece, columns in engine.pieces(list(roots.values())):
        made = {name: shown(columns[root]) for name, root in roots.items()}
        before = engine.before
        yield (
            piece,
            {name: Column(values=one.values[before:], reasons=one.reasons[before:]) for name, one in made.items()},
        )


def run(programme: Programme, names: Sequence[str], scene: Scene | Panel, *, far_back: bool = False) -> Engine:
    """The engine for some formulas. What begins with the first report is extended into the time before it where one of
    them may find something there, or always if `far_back`."""
    home = scene.home if isinstance(scene, Scene) else scene
    about = scene.frame.type if isinstance(scene, Scene) else None
    is_everyone = scene.frame.everyone if isinstance(scene, Scene) else True
    wanted = needs(programme, names, everyone=is_everyone, about=about)
    if not home.periods or wanted.frequency != home.periods[0].frequency:
        found = f"the panel by {home.periods[0].frequency}" if home.periods else "the panel has no periods"
        raise ValueError(f"{names[0]} is by {wanted.frequency}, {found}")
    if isinstance(scene, Panel):  # one that was not loaded from the store
        _check_figures(scene, wanted.measures)
        scene = Scene(frame=wanted.frame, home=scene, is_led=False)
    before = 0 if scene.is_led or not (far_back or wanted.beyond) else rows_before(home, wanted.span)
    scene = with_derived(narrowed(scene, wanted), programme.catalogue, wanted)
    plan = make_plan(programme, names, wanted.frame, _days(scene, before))
    return Engine(plan=plan, catalogue=programme.catalogue, scene=scene, before=before)


def _check_figures(panel: Panel, measures: Iterable[str]) -> None:
    """Of a column the kernels rely on one thing: it is finite exactly where it is present. ValueError where not."""
    for name in measures:
        column = panel.columns[name]
        if not np.array_equal(np.isfinite(column.values), column.reasons == PRESENT):
            raise ValueError(f"the panel's column of {name} is finite where it is missing, or the other way round")


def narrowed(scene: Scene, wanted: Needs) -> Scene:
    """The scene with the measures that are wanted. KeyError for one that it does not hold."""
    return Scene(
        frame=scene.frame,
        home=narrow(scene.home, wanted.measures | {one.column for one in wanted.series}),
        others={
            frame: narrow(scene.panel(frame), read.measures | {one.column for one in read.series})
            for frame, read in wanted.others.items()
        },
        links=scene.links,
        is_led=scene.is_led,
        ownership=scene.ownership,
    )


def with_derived(scene: Scene, catalogue: Catalogue, wanted: Needs) -> Scene:
    """The scene with the attributes that follow from who holds whom, in the panels whose formulas read them."""
    derived = catalogue.derived_attributes().keys()
    own = wanted.attributes & derived
    others = {frame: read.attributes & derived for frame, read in wanted.others.items()}
    if not own and not any(others.values()):
        return scene
    return replace(
        scene, home=_described(scene, scene.home, wanted.frequency, own),
        others={
            frame: _described(scene, panel, frame.frequency, others.get(frame, frozenset()))
            for frame, panel in scene.others.items()
        },
    )  # fmt: skip


def _described(scene: Scene, panel: Panel, frequency: Frequency, names: Iterable[str]) -> Panel:
    found = {
        name: derived_texts(name, scene.ownership.holdings[frequency], panel, scene.ownership.ids) for name in names
    }
    return replace(panel, attributes={**panel.attributes, **found})


def _days(scene: Scene, before: int) -> dict[Frequency, list[date]]:
    """The ends of the periods of each frequency."""
    found = {}
    for panel in (scene.home, *scene.others.values()):
        if panel.periods:
            found[panel.periods[0].frequency] = [period.end for period in periods_from(panel, before)]
    return found
