"""Which cells one cell was computed from, in formula order: the same that its kernel read."""

from collections.abc import Callable
from dataclasses import dataclass

from hengjian.evaluate.backward import BACKWARD, rows_read
from hengjian.evaluate.engine import Engine, look_of
from hengjian.evaluate.per import PER, fine_rows
from hengjian.evaluate.plan import Step
from hengjian.evaluate.reshape import periods_from
from hengjian.evaluate.seen import closed_ring, seats_in, seen, spot_of
from hengjian.evaluate.through import THROUGH
from hengjian.formula.term import words
from hengjian.panel.panel import Column, Panel
from hengjian.panel.ties import linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A step, a row, a place among the entities of its frame, and whether a later period reads it: what is yet to be
    reported then is no history to that period."""

    number: int
    row: int
    place: int
    late: bool


#: The column of a step for the one entity at a place of the step's frame.
Columns = Callable[[int, int], Column]


def panel_of(engine: Engine, step: Step) -> Panel:
    """The panel of the frame in which a step is computed."""
    return engine.scene.panel(step.frame)


def inputs_of(engine: Engine, columns: Columns, key: Key) -> list[Key]:
    """What was read: of `if` the branch taken, of `coalesce` up to the first value, of links all that are linked."""
    step = engine.plan.steps[key.number]
    if step.op in BACKWARD:
        periods = periods_from(panel_of(engine, step), engine.before)
        column = columns(step.arguments[0], key.place)
        rows = [read for read in rows_read(step.op, look_of(step, periods), key.row, column) if read >= 0]
        return [_same(key, step.arguments[0], read, read != key.row) for read in rows]
    if step.op in PER:
        rows = list(fine_rows(step.op, engine.spans(step), key.row))
        first = engine.spans(step).starts[key.row]
        return [_same(key, step.arguments[0], read, read < first) for read in rows if read >= 0]
    if step.op == "pick":
        (source,) = step.arguments
        place = int(engine.picked(engine.plan.steps[source].frame, step.frame)[key.place])
        return [Key(number=source, row=key.row, place=place, late=key.late)]
    if step.link is not None:
        return _linked(engine, columns, step, key)
    if step.op in THROUGH:
        return _seen_through(engine, columns, step, key)
    return [_same(key, argument, key.row, False) for argument in _read_here(columns, step, key)]


def _same(key: Key, number: int, row: int, late: bool) -> Key:
    return Key(number=number, row=row, place=key.place, late=key.late or late)


def _read_here(columns: Columns, step: Step, key: Key) -> list[int]:
    """The arguments read in the same cell."""
    arguments = list(step.arguments)
    match step.op:
        case "formula":
            return [arguments[step.choice[key.row]]] if step.choice[key.row] >= 0 else []
        case "if":
            condition, then, otherwise = arguments
            truth = columns(condition, key.place).values[key.row, 0]
            return [condition, *([then] if truth == 1.0 else [otherwise] if truth == 0.0 else [])]
        case "coalesce":
            missing = [bool(columns(argument, key.place).reasons[key.row, 0]) for argument in arguments]
            return arguments[: missing.index(False) + 1] if False in missing else arguments
    return arguments


def _linked(engine: Engine, columns: Columns, step: Step, key: Key) -> list[Key]:
    """Of each linked entity its condition, and its figure where that holds; with `levels: all` what lies below it."""
    conditional = bool(words(step.options, "where"))
    deep = words(step.options, "levels") == ("all",)
    found = []
    for place in linked(engine.edges(step)[key.row], key.place).tolist():
        spot = Key(number=0, row=key.row, place=place, late=key.late)
        holds = True
        if conditional:
            condition = step.arguments[-1]
            found.append(_same(spot, condition, key.row, False))
            holds = columns(condition, place).values[key.row, 0] == 1.0
        if holds and len(step.arguments) > conditional:
            found.append(_same(spot, step.arguments[0], key.row, False))
        if deep and len(linked(engine.edges(step)[key.row], place)):
            found.append(_same(spot, key.number, key.row, False))
    return found


def _seen_through(engine: Engine, columns: Columns, step: Step, key: Key) -> list[Key]:
    """Everyone's figure or condition that counts, by ascending ordinal; above a closed ring the same step of its first
    member."""
    if not step.arguments:
        return []
    (number,) = step.arguments
    spot = spot_of(engine, step, key.row, key.place)
    ring = spot.graph.holdings.ordinals[closed_ring(spot)]
    if len(ring):
        near = panel_of(engine, step).ordinals
        members = seats_in(near, ring)
        is_above = step.op == "look_through" and spot.ordinal not in ring
        first = [place for place in members.tolist() if place >= 0][:1] if is_above else []
        return [Key(number=key.number, row=key.row, place=place, late=key.late) for place in first]
    return [
        Key(number=number, row=key.row, place=one.place, late=key.late)
        for one in seen(engine, step, key.row, key.place)
        if one.place is not None and not (one.is_spare and columns(number, one.place).reasons[key.row, 0])
    ]
