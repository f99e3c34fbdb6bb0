"""`relations`: an entity's attributes, and its relations in both directions, on one day."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.app.withheld import sees_link, withheld


def relations(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """What is stated of an entity, and all its links of each declared kind, by the kind and the order of registration.

    A share of 0 says that nothing is held any more: such a link is left out. `withheld` counts the links that name
    somebody whom the reader does not see; the key stands only where there are any.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    entity = known_entity(desk, question["entity"])
    day = cut.as_of or desk.config.current_day()
    (state,) = desk.store.entities(cut, day, [entity])
    found, hidden = [], 0
    for kind in desk.programme(cut.known_at).catalogue.links:
        for link in desk.store.links_at(cut, day, kind, entity):
            if link.attributes.get("share") == "0":
                continue
            if not sees_link(desk.sight, link):
                hidden += 1
                continue
            other = link.target if link.source == entity else link.source
            found.append(
                {
                    "link": kind, "direction": "from" if link.source == entity else "to", "entity": other,
                    "attributes": dict(link.attributes),
                    "valid_from": None if link.valid_from is None else link.valid_from.isoformat(),
                    "entry": link.entry,
                }
            )  # fmt: skip
    return {
        "entity": entity, "type": state.type, "name": state.name, "attributes": state.described,
        "day": day.isoformat(), "links": found, **withheld(hidden),
    }  # fmt: skip
