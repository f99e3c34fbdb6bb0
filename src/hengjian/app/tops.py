"""`ownership_tops`: those that hold others and are held by nobody."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.holdings import register_on, seen_register
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.wire import Answer
from hengjian.evaluate.tops import tops_of

#: So many of those with the most holdings are told of.
MOST = 200


def ownership_tops(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"as_of","tops":[{"entity","name","type","direct","below"}],"more"}`: `direct` counts those that one holds
    itself, `below` all that it holds through every layer; the most below come first, then the order of registration.
    Of very many the `MOST` with the most direct holdings are told of; `more`: how many are left out. Holdings between
    those whom the reader sees alone count."""
    cut = parse_cut(dict(question), desk.config.timezone)
    day = cut.as_of or desk.config.current_day()
    register = seen_register(desk, register_on(desk, cut, day))
    found, more = tops_of(register.graph, MOST)
    ids = [register.entity(top.place) for top in found]
    states = {state.id: state for state in desk.store.entities(cut, day, ids)}
    tops = [
        {"entity": one, "name": states[one].name, "type": states[one].type, "direct": top.direct, "below": top.below}
        for one, top in zip(ids, found, strict=True)
    ]
    return {"as_of": day.isoformat(), "tops": tops, "more": more, **mark(desk.sight)}
