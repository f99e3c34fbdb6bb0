"""`ownership_tops`: those that hold others and are held by nobody."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hengjian.app.desk import Desk
from hengjian.app.holdings import register_on
from hengjian.app.moment import parse_cut
from hengjian.app.wire import Answer
from hengjian.evaluate.ownership import reach

#: So many of those with the most holdings are told of.
MOST = 200


def ownership_tops(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"as_of","tops":[{"entity","name","type","direct","below"}],"more"}`: `direct` counts those that one holds
    itself, `below` all that it holds through every layer; the most below come first, then the id. Of very many the
    `MOST` with the most direct holdings are told of; `more`: how many are left out."""
    cut = parse_cut(dict(question), desk.config.timezone)
    day = cut.as_of or desk.config.current_day()
    register = register_on(desk, cut, day)
    holdings = register.graph.holdings
    owner = np.concatenate([holdings.owner, holdings.voter])
    owned = np.concatenate([holdings.owned, holdings.company])
    direct = np.bincount(holdings.owner, minlength=len(holdings.ordinals))
    free = np.setdiff1d(owner, owned)
    chosen = free[np.argsort(-direct[free], kind="stable")][:MOST].tolist()
    ids = {register.entity(place): place for place in chosen}
    tops = [
        {
            "entity": state.id, "name": state.name, "type": state.type, "direct": int(direct[ids[state.id]]),
            "below": len(reach(register.graph, ids[state.id])),
        }
        for state in desk.store.entities(cut, day, list(ids))
    ]  # fmt: skip
    tops.sort(key=lambda top: (-top["below"], top["entity"]))
    return {"as_of": day.isoformat(), "tops": tops, "more": len(free) - len(chosen)}
