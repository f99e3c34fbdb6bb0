"""A district with two groups, for readers who see different parts of it.

D has the groups A and B by `parent`; A has A1, A2 and A3, B has B1 and B2; Q stands apart. Readers, each a viewer:
`own` at A, `sibling` at B, `parent` at D, `stranger` at Q, `nobody` without a role.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from homes import asked, at_desk, filed, made, write_pack
from warned_homes import TODAY, WARNED, set_today

from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.people import Grant, Person

NAMES = {
    "D": "第一区国资办", "A": "甲集团有限公司", "A1": "甲一水务有限公司", "A2": "甲二热力有限公司",
    "A3": "甲三公交有限公司",
    "B": "乙集团有限公司", "B1": "乙一建设有限公司", "B2": "乙二文旅有限公司", "Q": "丙独立公司",
}  # fmt: skip
ABOVE = {"A": "D", "B": "D", "A1": "A", "A2": "A", "A3": "A", "B1": "B", "B2": "B"}
#: Whom each reader sees.
SIGHTS: Mapping[str, str] = {
    "own": "A A1 A2 A3", "sibling": "B B1 B2", "parent": "D A B A1 A2 A3 B1 B2", "stranger": "Q", "nobody": "",
}  # fmt: skip
NODES = {"own": "A", "sibling": "B", "parent": "D", "stranger": "Q"}


def district(folder: Path, pack: Mapping[str, str] = WARNED, above: Mapping[str, str] = ABOVE) -> Path:
    """The space, with nothing filed but who there is and who stands below whom. Its entries 0 and 1 are packs."""
    home = made(folder, write_pack(folder.parent / f"{folder.name}-pack", pack))
    set_today(home, TODAY)
    rows = "".join(f"{one},enterprise,{name}\n" for one, name in NAMES.items())
    filed(home, f"entity,type,name\n{rows}", form="entities", name="units.csv")
    rows = "".join(f"parent,{one},{over}\n" for one, over in above.items())
    if rows:
        filed(home, f"link,from,to\n{rows}", form="links", name="parents.csv")
    return home


def enrolled(home: Path, nodes: Mapping[str, str | None] = NODES, role: Any = "viewer") -> Path:
    """The same with persons: each has the role at a node (None: at the whole space); `nobody` has none."""
    desk = at_desk(home)
    try:
        enter_persons(desk, nodes, role)
    finally:
        desk.close()
    return home


def enter_persons(desk: Desk, nodes: Mapping[str, str | None], role: Any = "viewer") -> None:
    """The entries of persons, and of their roles."""
    drafts = []
    for person in dict.fromkeys([*nodes, "nobody"]):
        record = Person(person=person, name=person).record()
        drafts.append(event_draft(desk, "person", record, topic=person, subject=person, actor="local:tester"))
    first = desk.log.size + len(drafts)
    for at, (person, node) in enumerate(nodes.items(), start=first):
        grant = Grant(
            grant=f"R{at:06d}", person=person, role=role, tree="space" if node is None else "parent", node=node,
            since=date(2020, 1, 1),
        )  # fmt: skip
        drafts.append(event_draft(desk, "role", grant.record(), topic=grant.grant, subject=node, actor="local:tester"))
    enter_events(desk, drafts)


def outsiders(reader: str) -> list[str]:
    """Those of the district whom a reader does not see."""
    return [one for one in NAMES if one not in SIGHTS[reader].split()]


def texts(answer: object) -> Iterator[str]:
    """Every text and number of an answer, keys of its tables included; bytes as they read."""
    match answer:
        case Mapping():
            for key, value in answer.items():
                yield str(key)
                yield from texts(value)
        case list() | tuple():
            for one in answer:
                yield from texts(one)
        case bytes():
            yield answer.decode("utf-8", "replace")
        case None | bool():
            pass
        case _:
            yield json.dumps(answer) if isinstance(answer, float) else str(answer)


__all__ = [
    "ABOVE", "NAMES", "NODES", "SIGHTS", "asked", "at_desk", "district", "enrolled", "enter_persons", "filed",
    "outsiders", "texts",
]  # fmt: skip
