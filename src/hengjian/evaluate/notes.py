"""What an explanation says beside the figures: who was in the group, which entities are linked, which band it was."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hengjian.evaluate.engine import Engine, ask_of
from hengjian.evaluate.frames import attributes_of, peer_names
from hengjian.evaluate.missing import PRESENT
from hengjian.evaluate.parameters import points_at
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.plan import Step
from hengjian.evaluate.reading import Columns, Key, panel_of
from hengjian.evaluate.seen import DOWN, Seen, closed_ring, seen, spot_of, top_of
from hengjian.evaluate.through import THROUGH
from hengjian.formula.term import number, words
from hengjian.model.missing import Missing
from hengjian.panel.groups import membership
from hengjian.panel.scene import LinkKey
from hengjian.panel.ties import linked

Note = Mapping[str, object]

#: So many members of a group are named, the figure's own entity among them; the group's size says how many there are.
NAMED = 200

#: How each function looks through ownership, in the words of the command `look-through`.
METHODS = {
    "look_through": "scc-exact", "controlled": "threshold", "minority": "threshold", "held": "scc-exact",
    "largest_held": "direct",
}  # fmt: skip


def derived_of(engine: Engine, step: Step) -> bool:
    """Whether a step reads by itself an attribute that follows from who holds whom."""
    derived = engine.catalogue.derived_attributes()
    return any(name in derived for name in attributes_of(step.op, step.name, step.options, engine.catalogue))


def note_of(engine: Engine, columns: Columns, key: Key) -> Note:
    """What there is to say of one cell of a step; nothing of most."""
    step = engine.plan.steps[key.number]
    if step.op in PEERS:
        return _group(engine, step, key)
    if step.op in THROUGH:
        return _through(engine, columns, step, key)
    if step.link is not None:
        return _linked(engine, step, step.link, key)
    if derived_of(engine, step):
        return _top(engine, step, key)
    if step.op == "on":
        return {name: words(step.options, name)[0] for name in ("basis", "scope") if words(step.options, name)}
    if step.op in ("interpolate", "band"):
        return _band(engine, columns, step, key)
    at_least = number(step.options, "at_least") if step.op == "rolling" else None
    return {} if at_least is None else {"at_least": at_least}


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


def _through(engine: Engine, columns: Columns, step: Step, key: Key) -> Note:
    """By which method and on which day, and whose figure or condition counts by which share.

    Of figures `part` is the share of them that counts, the greatest first and before them what is missing; `left_out`
    says why the own figure does not count. Of holders, those who meet the condition come first. `ring`: the members of
    a ring held by itself alone, for which there are no shares.
    """
    spot = spot_of(engine, step, key.row, key.place)
    ids = engine.scene.ownership.ids
    ring = sorted(ids[one] for one in spot.graph.holdings.ordinals[closed_ring(spot)].tolist())
    method = METHODS[step.op] if step.op != "held" or spot.is_through else "direct"
    said: dict[str, object] = {"method": method, "day": day_of(engine, step, key.row)}
    if ring:
        return {**said, "count": 0, "shares": [], "ring": ring[:NAMED]}
    found = seen(engine, step, key.row, key.place)
    if step.op not in DOWN:
        order = sorted(found, key=lambda one: (one.meets is False, -one.share, one.ordinal))
        shares = [{"entity": ids[one.ordinal], "share": one.share, "meets": one.meets} for one in order]
        met = [one for one in found if one.meets]
        return {**said, "count": len(found), "met": len(met), "shares": shares[:NAMED]}
    rows = []
    for one in found:
        missing, value = _figure(columns, step, key.row, one)
        if one.is_spare and missing:
            said["left_out"] = missing.word
            continue
        part = None if value is None else one.share * value
        rows.append({"entity": ids[one.ordinal], "share": one.share, "value": value, "part": part})
    rows.sort(key=_by_part)
    return {**said, "count": len(rows), "shares": rows[:NAMED]}


def _figure(columns: Columns, step: Step, row: int, one: Seen) -> tuple[Missing, float | None]:
    """Why a figure that is read is missing, and what it is."""
    if one.place is None:
        return Missing.NOT_APPLICABLE, None
    column = columns(step.arguments[0], one.place)
    missing = Missing(int(column.reasons[row, 0]))
    missing = Missing.NOT_REPORTED if missing is Missing.BEFORE_FIRST else missing
    return missing, None if missing else float(column.values[row, 0]) + 0.0


def _by_part(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    part: float | None = row["part"]
    return part is not None, -abs(part or 0.0), str(row["entity"])


def day_of(engine: Engine, step: Step, row: int) -> str:
    """The day on which it is asked who holds whom."""
    panel = panel_of(engine, step)
    return (panel.cut.as_of or panel.periods[row].end).isoformat()


def _top(engine: Engine, step: Step, key: Key) -> Note:
    """Who controls an entity in the end, through whom, and with whose votes: the entity itself where nobody does."""
    spot = spot_of(engine, step, key.row, key.place)
    ids, ordinals = engine.scene.ownership.ids, spot.graph.holdings.ordinals
    said = {"method": "threshold", "day": day_of(engine, step, key.row)}
    if spot.at is None:
        return {**said, "owner": ids[spot.ordinal], "via": [], "votes": []}
    found = top_of(spot.graph, spot.at)
    votes = [
        {"entity": ids[int(ordinals[place])], "votes": weight}
        for place, weight in zip(found.voters.tolist(), found.votes.tolist(), strict=True)
    ]
    votes.sort(key=lambda one: (-one["votes"], one["entity"]))
    return {
        **said, "owner": ids[int(ordinals[found.owner])], "via": [ids[int(ordinals[place])] for place in found.via],
        "votes": votes[:NAMED],
    }  # fmt: skip


def _linked(engine: Engine, step: Step, link: LinkKey, key: Key) -> Note:
    """Which link was walked; of one that follows from who holds whom, on which day and to whom."""
    said: dict[str, object] = {"link": link.link, "direction": "back" if link.back else "forward"}
    if link.link in engine.catalogue.links:
        return said
    panel = engine.everyone(step, link.far)
    places = linked(engine.edges(step)[key.row], key.place)
    said |= {"method": "threshold", "day": day_of(engine, step, key.row), "count": len(places)}
    return {**said, "entities": [panel.entities[place] for place in places[:NAMED].tolist()]}


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
