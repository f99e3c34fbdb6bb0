"""After a filing: the cells that depend on it are computed again, by the same kernels, bit for bit as all anew.

What is kept are the columns over everyone (`Engine.whole`) of steps that depend on others and of what these read. What
an entity computes from its own figures is computed when it is asked for (`block_at`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hengjian.evaluate.block import block_at
from hengjian.evaluate.engine import Engine, ask_of, walk_of
from hengjian.evaluate.evaluate import run
from hengjian.evaluate.frames import peer_names
from hengjian.evaluate.missing import BEFORE_FIRST, NOT_APPLICABLE, shown
from hengjian.evaluate.order import Order, order_of
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.plan import Step
from hengjian.evaluate.relations import RELATIONS
from hengjian.evaluate.stale import News, below, codes_of, stale
from hengjian.formula.term import Programme, words
from hengjian.panel.changes import Cells, Changes, differing, joined, places_of
from hengjian.panel.fill import Places
from hengjian.panel.groups import Block, block_of
from hengjian.panel.panel import Codes, Column, Values
from hengjian.panel.regroup import Moved, regrouped
from hengjian.panel.room import roomy_column, wider_column
from hengjian.panel.scene import Frame, Scene

_Blocks = dict[tuple[int, tuple[str, ...], int, tuple[int, ...]], tuple[Block, Order]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """The engine to go on with; of each formula asked for the cells, by row of the scene, that may be others now."""

    engine: Engine
    roots: Mapping[str, Cells]


def kept(programme: Programme, names: list[str], scene: Scene) -> Engine:
    """An engine that holds all that depends on others, in arrays with room; to be refreshed and asked for blocks."""
    engine = run(programme, names, scene)
    engine.prepare(keep=True)
    for one, column in engine.whole.items():
        if not _is_panels(engine, one):
            engine.whole[one] = roomy_column(column)
    engine.orders.clear()
    return engine


def refresh(engine: Engine, scene: Scene, changes: Changes) -> Refreshed:
    """Bring the columns over everyone up to date with a scene in which `changes` were made; `engine` is used up."""
    engine, news = _adapted(engine, scene, changes)
    dirty: dict[int, Cells] = {}
    waiting: dict[int, Cells] = {}
    blocks: _Blocks = {}
    for number, step in enumerate(engine.plan.steps):
        cells = stale(engine, number, dirty, news)
        if cells and number in engine.whole and not _is_panels(engine, number):
            if step.is_whole:
                _compute(engine, waiting)
                waiting = {}
                cells = _again(engine, number, cells, dirty, news, blocks)
            else:
                waiting[number] = cells
        dirty[number] = cells
    roots = {name: below(dirty[root], -engine.before) for name, root in engine.plan.roots.items()}
    return Refreshed(engine=engine, roots=roots)


def _is_panels(engine: Engine, number: int) -> bool:
    """Whether a step's column is the panel's own."""
    return engine.plan.steps[number].op == "measure" and not engine.before


def _adapted(engine: Engine, scene: Scene, changes: Changes) -> tuple[Engine, News]:
    """The engine over the scene as it is now, with groups as they are now and columns as wide as they must be."""
    moved: dict[tuple[Frame, tuple[str, ...]], Moved] = {}
    divided = dict(engine.divided)
    for (frame, names), groups in engine.divided.items():
        fresh = changes.fresh.get(frame, np.empty(0, np.int64))
        cells = joined(changes.attributes.get((frame, name), {}) for name in names)
        if len(fresh) or cells:
            divided[frame, names], moved[frame, names] = regrouped(groups, scene.panel(frame), names, cells, fresh)
    whole = {}
    for number, column in engine.whole.items():
        step = engine.plan.steps[number]
        more = len(changes.fresh.get(step.frame, ()))
        if _is_panels(engine, number):
            column = scene.panel(step.frame).columns[step.name]
        elif more:
            column = wider_column(column, more, BEFORE_FIRST)
        whole[number] = column
    fresh_engine = Engine(
        plan=engine.plan, catalogue=engine.catalogue, scene=scene, before=engine.before, whole=whole, divided=divided
    )
    return fresh_engine, News(changes=changes, moved=moved)


def _compute(engine: Engine, waiting: Mapping[int, Cells]) -> None:
    """Local steps that others read, each at its own cells; those of one frame together."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for number in waiting:
        frame = engine.plan.steps[number].frame
        kinds.setdefault((frame.type, frame.frequency), []).append(number)
    for numbers in kinds.values():
        cells = joined(waiting[number] for number in numbers)
        found = block_at(engine, numbers, (min(cells), max(cells)), places_of(cells))
        for number in numbers:
            column, whole = found.columns[number], engine.whole[number]
            for row, places in waiting[number].items():
                at = np.searchsorted(found.places, places)
                whole.values[row, places] = column.values[row - found.first, at]
                whole.reasons[row, places] = column.reasons[row - found.first, at]


def _again(engine: Engine, number: int, cells: Cells, dirty: Mapping[int, Cells], news: News, blocks: _Blocks) -> Cells:
    """Compute cells of a step that depends on others; those that are others than before."""
    step, whole = engine.plan.steps[number], engine.whole[number]
    fresh = news.changes.fresh.get(step.frame)
    codes = codes_of(engine, step, dirty[step.arguments[0]], news) if step.op in PEERS else {}
    changed: dict[int, Places] = {}
    for row, places in cells.items():
        before = Column(values=whole.values[row : row + 1, places], reasons=whole.reasons[row : row + 1, places])
        with np.errstate(all="ignore"):
            if step.op in PEERS:
                _peers(engine, step, row, codes.get(row, ()), places, blocks, whole)
            elif step.op in RELATIONS:
                _relations(engine, step, row, places, whole)
            else:
                _pick(engine, step, row, places, whole)
        after = Column(values=whole.values[row : row + 1, places], reasons=whole.reasons[row : row + 1, places])
        other = differing(before, after, places)
        if fresh is not None:  # what was there before is nothing
            other = joined([other, {0: fresh}])
        if other:
            changed[row] = other[0]
    return changed


def _row(column: Column, row: int) -> Column:
    return Column(values=column.values[row : row + 1], reasons=column.reasons[row : row + 1])


def _peers(
    engine: Engine, step: Step, row: int, codes: tuple[int, ...], places: Places, blocks: _Blocks, whole: Column
) -> None:
    """All members of some groups; who has no group is not compared with anybody."""
    names, (argument,) = peer_names(step.options), step.arguments
    groups = engine.groups(step.frame, names)
    whole.values[row, places] = np.nan
    whole.reasons[row, places] = NOT_APPLICABLE if groups.divisions[row].known else BEFORE_FIRST
    if not codes:
        return
    key = argument, names, row, codes
    if key not in blocks:
        block = block_of(groups, row, codes)
        x = _row(engine.whole[argument], row)
        figures = Column(values=x.values[:, block.places], reasons=x.reasons[:, block.places])
        blocks[key] = block, order_of(figures, block.groups)
    block, order = blocks[key]
    made = PEERS[step.op](order, ask_of(step))
    whole.values[row, block.places], whole.reasons[row, block.places] = made.values[0], made.reasons[0]


def _relations(engine: Engine, step: Step, row: int, places: Places, whole: Column) -> None:
    """The near entities at some places."""
    columns = [_row(engine.whole[argument], row) for argument in step.arguments]
    conditional = bool(words(step.options, "where"))
    x = columns[0] if len(columns) > conditional else None
    where = columns[-1] if conditional else None
    edges, near = engine.edges(step)[row : row + 1], len(engine.scene.panel(step.frame).entities)
    ask = walk_of(step)
    if len(places) < near:
        ask = replace(ask, near=places, known=_row(whole, row))
    made = RELATIONS[step.op](x, where, edges, near, ask)
    whole.values[row, places], whole.reasons[row, places] = made.values[0], made.reasons[0]


def _pick(engine: Engine, step: Step, row: int, places: Places, whole: Column) -> None:
    (source,) = step.arguments
    at = engine.picked(engine.plan.steps[source].frame, step.frame)[places]
    column = engine.whole[source]
    whole.values[row, places], whole.reasons[row, places] = column.values[row, at], column.reasons[row, at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What some entities have at one row, as it is shown."""

    row: int
    places: Places
    values: Values
    reasons: Codes


def figures(engine: Engine, cells: Mapping[str, Cells]) -> dict[str, list[Figures]]:
    """The figures of some cells, by row of the scene, of formulas asked for; those of the same entities go together."""
    alike: dict[bytes, list[str]] = {}
    places: dict[str, Places] = {}
    for name, some in cells.items():
        if some:
            places[name] = places_of(some)
            alike.setdefault(places[name].tobytes(), []).append(name)
    found: dict[str, list[Figures]] = {name: [] for name in cells}
    for names in alike.values():
        numbers = [engine.plan.roots[name] for name in names]
        rows = (min(min(cells[name]) for name in names), max(max(cells[name]) for name in names))
        block = block_at(engine, numbers, (rows[0] + engine.before, rows[1] + engine.before), places[names[0]])
        first = block.first - engine.before
        for name, number in zip(names, numbers, strict=True):
            column = shown(block.columns[number])
            for row, here in cells[name].items():
                at = slice(None) if len(here) == len(block.places) else np.searchsorted(block.places, here)
                values, reasons = column.values[row - first, at], column.reasons[row - first, at]
                found[name].append(Figures(row=row, places=here, values=values, reasons=reasons))
    return found


def columns_of_everyone(engine: Engine, count: int) -> dict[str, Column]:
    """All formulas asked for as they are shown, over everyone and the first `count` rows of the scene."""
    roots = engine.plan.roots
    shape = count, len(engine.scene.home.entities)
    columns = {name: Column(values=np.empty(shape), reasons=np.empty(shape, np.uint8)) for name in roots}
    rows = slice(engine.before, engine.before + count)
    for piece, made in engine.pieces(list(roots.values())):
        for name, root in roots.items():
            column = shown(made[root])
            columns[name].values[:, piece], columns[name].reasons[:, piece] = column.values[rows], column.reasons[rows]
    return columns


def columns_of_one(engine: Engine, names: Iterable[str], place: int, count: int) -> dict[str, Column]:
    """The same of one entity, of those of `names` that are formulas asked for."""
    roots = {name: engine.plan.roots[name] for name in names if name in engine.plan.roots}
    block = block_at(engine, list(roots.values()), (engine.before, engine.before + count - 1), np.array([place]))
    rows = slice(engine.before - block.first, engine.before - block.first + count)
    columns = {name: shown(block.columns[root]) for name, root in roots.items()}
    return {name: Column(values=one.values[rows], reasons=one.reasons[rows]) for name, one in columns.items()}
