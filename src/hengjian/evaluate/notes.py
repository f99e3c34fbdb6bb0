"""What an explanation says beside the figures: who was in the group, which entities are linked, which band it was."""

from collections.abc import Mapping

import numpy as np

from hengjian.evaluate.engine import Engine, ask_of
from hengjian.evaluate.frames import peer_names
from hengjian.evaluate.missing import PRESENT
from hengjian.evaluate.parameters import points_at
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.plan import Step
from hengjian.evaluate.reading import Columns, Key, panel_of
from hengjian.evaluate.seen import seen
from hengjian.evaluate.through import THROUGH
from hengjian.formula.term import words
from hengjian.panel.groups import membership

Note = Mapping[str, object]

#: So many members of a group are named, the figure's own entity among them; the group's size says how many there are.
NAMED = 200

#: How each function looks through ownership, in the words of the command `look-through`.
METHODS = {
    "look_through": "scc-exact", "controlled": "threshold", "minority": "threshold", "held": "scc-exact",
    "largest_held": "direct",
}  # fmt: skip


def note_of(engine: Engine, columns: Columns, key: Key) -> Note:
    """What there is to say of one cell of a step; nothing of most."""
    step = engine.plan.steps[key.number]
    if step.op in PEERS:
        return _group(engine, step, key)
    if step.op in THROUGH:
        return _through(engine, step, key)
    if step.link is not None:
        return {"link": step.link.link, "direction": "back" if step.link.back else "forward"}
    if step.op == "on":
        return {name: words(step.options, name)[0] for name in ("basis", "scope") if words(step.options, name)}
    if step.op in ("interpolate", "band"):
        return _band(engine, columns, step, key)
    return {}


def _group(engine: Engine, step: Step, key: Key) -> Note:
    """The group by its attributes, how many figures it has, and whose, by ascending ordinal."""
    names = peer_names(step.options)
    panel = panel_of(engine, step)
    found = membership(engine.groups(step.frame, names), key.row, key.place)
    column = engine.whole[step.arguments[0]]
    places = found.places[column.reasons[key.row, found.places] == PRESENT]
    shown = places
    if len(places) > NAMED:
        near = int(np.searchsorted(places, key.place))
        start = min(max(0, near - NAMED // 2), len(places) - NAMED)
        shown = places[start : start + NAMED]
    figures = column.values[key.row, shown].tolist()
    members = [
        {"entity": panel.entities[place], "value": value} for place, value in zip(shown.tolist(), figures, strict=True)
    ]
    texts = None if found.texts is None else dict(zip(names, found.texts, strict=True))
    return {"within": texts, "count": len(places), "at_least": ask_of(step).at_least, "members": members}


def _through(engine: Engine, step: Step, key: Key) -> Note:
    """By which method and on which day, and the share by which each of those counts that do."""
    panel = panel_of(engine, step)
    ids = engine.scene.ownership.ids
    found = seen(engine, step, key.row, key.place)
    day = panel.cut.as_of or panel.periods[key.row].end
    shares = [{"entity": ids[one.ordinal], "share": one.share} for one in found[:NAMED]]
    return {"method": METHODS[step.op], "day": day.isoformat(), "count": len(found), "shares": shares}


def _band(engine: Engine, columns: Columns, step: Step, key: Key) -> Note:
    """The points of the table between which the figure lies: None where it has no such neighbour."""
    column = columns(step.arguments[0], key.place)
    if column.reasons[key.row, 0] != PRESENT or key.row < engine.before:
        return {}
    parameter = engine.catalogue.parameters[step.name]
    panel = panel_of(engine, step)
    row = key.row - engine.before
    texts = [panel.attributes[name][row, key.place] for name in parameter.by]
    klass = None if None in texts or not texts else "/".join(texts)
    points = points_at(parameter, panel.periods[row].end, klass)
    if points is None:
        return {"class": klass}
    place = int(np.searchsorted(points.x, column.values[key.row, 0], side="right"))
    pairs = [[float(x), float(y)] for x, y in zip(points.x, points.y, strict=True)]
    return {
        "class": klass, "from": pairs[place - 1] if place else None, "to": pairs[place] if place < len(pairs) else None,
    }  # fmt: skip
