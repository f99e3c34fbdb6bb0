"""Some periods and entities of local steps: what is left of an engine when all else is cut away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hengjian.evaluate.backward import BACKWARD
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.frames import attributes_of
from hengjian.evaluate.plan import Plan
from hengjian.panel.fill import Places
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns by step, whose first row is the engine's row `first` and whose entities are `places`."""

    first: int
    places: Places
    columns: Mapping[int, Column]


def block_at(engine: Engine, numbers: Sequence[int], rows: tuple[int, int], places: Places) -> Block:
    """The columns of steps of one frequency and type, at some places and at least at the rows from first to last: bit
    for bit those of all rows. What depends on others must be known whole.

    Nothing looks ahead, so later rows are left out; earlier ones where nothing looks back either.
    """
    steps = engine.plan.steps
    needed = engine.local(numbers)
    first, last = rows
    window = slice(first, last + 1)
    if engine.before or len({steps[one].frame.frequency for one in needed}) > 1:
        window = slice(0, None)
    elif any(steps[one].op in BACKWARD for one in needed):
        window = slice(0, last + 1)
    small = Engine(
        plan=_windowed(engine.plan, needed, window), catalogue=engine.catalogue, before=engine.before,
        scene=_scene(engine, needed, window, places),
        whole={
            one: _cells(engine.whole[one], window, places)
            for one in needed
            if steps[one].is_whole
        },
    )  # fmt: skip
    return Block(first=window.start, places=places, columns=small.columns(numbers, slice(None)))


def _cells(column: Column, window: slice, places: Places) -> Column:
    return Column(values=column.values[window][:, places], reasons=column.reasons[window][:, places])


def _windowed(plan: Plan, needed: Sequence[int], window: slice) -> Plan:
    """The plan over fewer periods: each has its version of a dated formula."""
    if window == slice(0, None):
        return plan
    steps = list(plan.steps)
    for one in needed:
        if steps[one].choice:
            steps[one] = replace(steps[one], choice=steps[one].choice[window])
    return Plan(steps=tuple(steps), roots={})


def _scene(engine: Engine, needed: Sequence[int], window: slice, places: Places) -> Scene:
    """The panels that the steps read, with what these read of them."""
    measures: dict[Frame, set[str]] = {}
    attributes: dict[Frame, set[str]] = {}
    for one in needed:
        step = engine.plan.steps[one]
        if step.op == "measure":
            measures.setdefault(step.frame, set()).add(step.name)
        attributes.setdefault(step.frame, set()).update(
            attributes_of(step.op, step.name, step.options, engine.catalogue)
        )
    panels = {
        frame: _cut(engine.scene.panel(frame), measures.get(frame, set()), names, window, places)
        for frame, names in attributes.items()
    }
    home = panels.pop(engine.scene.frame, engine.scene.home)
    return replace(engine.scene, home=home, others=panels)


def _cut(panel: Panel, measures: set[str], attributes: set[str], window: slice, places: Places) -> Panel:
    """Nothing that is computed names an entity, and to name so many would take longer than all else."""
    return replace(
        panel,
        periods=panel.periods[window],
        entities=("",) * len(places),
        ordinals=panel.ordinals[places],
        columns={name: _cells(panel.columns[name], window, places) for name in measures},
        basis={},
        attributes={name: panel.attributes[name][window][:, places] for name in attributes},
    )
