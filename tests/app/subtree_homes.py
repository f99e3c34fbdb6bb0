"""A small organisation whose formulas read across subtrees, with readers at nodes of it.

D stands above the groups A and B; A has A1 and A2, B has B1; J is A's by `parent`, and held 60 by A and
40 by B. A1, B1 and Q, which stands apart, are in one industry. Every id, name and figure is a word that occurs nowhere
else, so that an answer in which it stands can be told.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from homes import at_desk, copied, filed, write_pack
from tiny_pack import TINY
from warned_homes import set_today

from hengjian.app import packs
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.local import METHODS
from hengjian.people import Grant, Person

TODAY = "2024-06-01"
TYPES = """\
state_body:
  label: {zh: 机关, en: State body}
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
"""


def _measure(name: str) -> str:
    return (
        f"{name}:\n  label: {{zh: {name} 项, en: {name}}}\n  type: enterprise\n  unit: CNY\n  period_type: instant\n"
        "  frequency: year\n  source: balance sheet\n"
    )


PARAMETERS = """\
line:
  label: {zh: 红线, en: Line}
  unit: ratio
  by: [industry]
  values:
    - {from: 2018-01-01, source: Notice 1, value: {default: 65%, power: 70%}}
"""
#: Units and formulas by name; of those in BEYOND figures of others stand in what the reader of A sees.
FORMULAS: Mapping[str, tuple[str, str]] = {
    "debt_ratio": ("ratio", "debts / assets"),
    "room": ("ratio", "line - debt_ratio"),
    "peer_mean": ("ratio", "mean(debt_ratio, within: industry, at_least: 2)"),
    "owner_mean": ("ratio", "mean(debt_ratio, within: ultimate_owner, at_least: 2)"),
    "place": ("ratio", "percentile(debt_ratio, within: industry, at_least: 2)"),
    "below": ("CNY", "total(assets, over: children) + assets"),
    "below_all": ("CNY", "total(assets, over: children, levels: all) + assets"),
    "against": ("ratio", "assets / of(parent, assets)"),
    "worst_gap": ("ratio", "debt_ratio - of(parent, line - debt_ratio)"),
    "through": ("CNY", "look_through(assets)"),
    "ruled": ("CNY", "controlled(assets)"),
    "rest": ("CNY", "minority(assets)"),
    "state": ("ratio", "held(also: state_body, through: all)"),
    "first": ("ratio", "largest_held(assets > 0)"),
    "ruling": ("ratio", "count(over: controllers)"),
    "depth": ("ratio", "level"),
    "last_below": ("CNY", "prior(below)"),
    "holds": ("CNY", "total(assets, over: owns) + assets"),
}
PACK: Mapping[str, str] = {
    "pack.yaml": TINY["pack.yaml"], "types.yaml": TYPES, "measures.yaml": _measure("assets") + _measure("debts"),
    "parameters.yaml": PARAMETERS,
    "indicators/all.yaml": "".join(
        f"{name}:\n  label: {{zh: 例, en: case}}\n  type: enterprise\n  unit: {unit}\n  source: worked\n"
        f"  frequency: year\n  formula: '{formula}'\n"
        for name, (unit, formula) in FORMULAS.items()
    ),
    "pages/pages.yaml": (
        "holding:\n  label: {zh: 持股企业, en: Held}\n  type: enterprise\n  columns: [holds, debt_ratio]\n"
        "  totals:\n    over: owns\n    by: [industry]\n    figures:\n      - {total: holds, member: assets}\n"
    ),
    "forms/forms.yaml": (
        "balance:\n  label: {zh: 资产负债表, en: Balance}\n  type: enterprise\n  frequency: year\n  unit: 元\n"
        "  due: 120\n  checks: []\n  sheets:\n    - wide:\n"
        "        - {is: entity, title: {zh: 单位, en: Entity}}\n        - {is: period, title: {zh: 年度, en: Year}}\n"
        "        - {measure: assets}\n        - {measure: debts}\n"
    ),
}  # fmt: skip

#: Id, name, type and industry.
ENTITIES: Mapping[str, tuple[str, str, str]] = {
    "zzD": ("丁区国资办", "enterprise", ""), "zzA": ("甲山集团", "enterprise", "holding"),
    "zzA1": ("甲一电力", "enterprise", "power"), "zzA2": ("甲二贸易", "enterprise", "trade"),
    "zzJ": ("合营酒店", "enterprise", "trade"), "zzB": ("乙河集团", "enterprise", "holding"),
    "zzB1": ("乙一电力", "enterprise", "power"), "zzQ": ("丙独电力", "enterprise", "power"),
}  # fmt: skip
ABOVE = {"zzA": "zzD", "zzB": "zzD", "zzA1": "zzA", "zzA2": "zzA", "zzJ": "zzA", "zzB1": "zzB"}
OWNS = (
    ("zzD", "zzA", 100), ("zzD", "zzB", 90), ("zzA", "zzA1", 80), ("zzA", "zzA2", 100), ("zzA", "zzJ", 60),
    ("zzB", "zzJ", 40), ("zzB", "zzB1", 100), ("zzQ", "zzB", 10),
)  # fmt: skip
NODES: Mapping[str, str | None] = {"own": "zzA", "sibling": "zzB", "parent": "zzD", "stranger": "zzQ", "all": None}
SIGHTS: Mapping[str, str] = {
    "own": "zzA zzA1 zzA2 zzJ", "sibling": "zzB zzB1", "parent": "zzD zzA zzA1 zzA2 zzJ zzB zzB1", "stranger": "zzQ",
    "nobody": "",
}  # fmt: skip
YEARS = (2022, 2023)
MEASURES = ("assets", "debts")


def figure(entity: str, measure: str, year: int) -> int:
    """What an entity reports: no two figures, nor a figure and the end of another, are alike."""
    place = list(ENTITIES).index(entity)
    return 10**7 * (31 + 7 * place) + 10**5 * (year - 2000) + (73_137 if measure == "assets" else 41_411) + place


def registered(folder: Path) -> Path:
    """The space with the pack, entry 0, and with who there is, entry 1."""
    pack = write_pack(folder.parent / f"{folder.name}-pack", PACK)
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    set_today(folder, TODAY)
    rows = "".join(f"{one},{kind},{name},{group}\n" for one, (name, kind, group) in ENTITIES.items())
    filed(folder, f"entity,type,name,industry\n{rows}", form="entities", name="who.csv")
    return folder


def organisation(folder: Path) -> Path:
    """The space: its entry 0 is the pack, 1 who there is, 2 the tree, 3 who holds whom, 4 and 5 the years' figures of
    everybody, each in one file."""
    registered(folder)
    rows = "".join(f"parent,{one},{above}\n" for one, above in ABOVE.items())
    filed(folder, f"link,from,to\n{rows}", form="links", name="tree.csv")
    rows = "".join(f"owns,{owner},{owned},{share}%\n" for owner, owned, share in OWNS)
    filed(folder, f"link,from,to,share\n{rows}", form="links", name="register.csv")
    for year in YEARS:
        firms = [one for one, (_, kind, _) in ENTITIES.items() if kind == "enterprise"]
        rows = "".join(
            f"{one},{measure},{year},{figure(one, measure, year)}\n" for one in firms for measure in MEASURES
        )
        filed(folder, f"entity,measure,period,value\n{rows}", name=f"{year}.csv")
    return folder


def enrolled(home: Path, nodes: Mapping[str, str | None] = NODES) -> Path:
    """The same with a viewer at each node (None: of the whole space), and `nobody` without a role."""
    desk = at_desk(home)
    try:
        people = [Person(person=one, name=one).record() for one in (*nodes, "nobody")]
        drafts = [event_draft(desk, "person", one, topic=str(one["person"]), subject="", actor="t") for one in people]
        for at, (person, node) in enumerate(nodes.items(), start=desk.log.size + len(drafts)):
            grant = Grant(
                grant=f"R{at:06d}", person=person, role="viewer", tree="space" if node is None else "parent", node=node,
                since=date(2020, 1, 1),
            )  # fmt: skip
            drafts.append(event_draft(desk, "role", grant.record(), topic=grant.grant, subject="", actor="t"))
        enter_events(desk, drafts)
    finally:
        desk.close()
    return home


def outsiders(reader: str) -> list[str]:
    """Those whom a reader does not see."""
    return [one for one in ENTITIES if one not in SIGHTS[reader].split()]


def betrayals(reader: str, answer: object) -> list[str]:
    """What stands in an answer of those whom a reader does not see."""
    return betrayed(answer, outsiders(reader))


def betrayed(answer: object, outside: Iterable[str]) -> list[str]:
    """What stands in an answer of some entities: their ids, names and figures."""
    whole = "\n".join(told(answer))
    known = _words(whole)
    found = []
    for one in outside:
        words = [ENTITIES[one][0], *(str(figure(one, measure, year)) for measure in MEASURES for year in YEARS)]
        found += [word for word in words if word in whole]
        found += [one] if one in known else []
    return found


def _words(text: str) -> set[str]:
    return set("".join(letter if letter.isalnum() else " " for letter in text).split())


def told(answer: object) -> Iterator[str]:
    """Every text and number of an answer; tables of Arrow row by row, other bytes as they read."""
    match answer:
        case Mapping():
            for key, value in answer.items():
                yield str(key)
                yield from (_table(value) if key == "arrow" else told(value))
        case list() | tuple() | set():
            for one in answer:
                yield from told(one)
        case bytes():
            yield answer.decode("utf-8", "replace")
        case float():
            yield f"{answer:.3f}"
            yield repr(answer)
        case None | bool():
            pass
        case _:
            yield str(answer)


def _table(data: bytes) -> Iterable[str]:
    with pa.ipc.open_stream(data) as stream:
        return list(told(stream.read_all().to_pylist()))


@contextmanager
def opened(home: Path) -> Iterator[Desk]:
    """The open space, of which many questions are asked."""
    desk = at_desk(home)
    try:
        yield desk
    finally:
        desk.close()


def put(desk: Desk, method: str, reader: str | None, **question: Any) -> dict[str, Any]:
    """The answer to one question of a reader; None: the operator."""
    return METHODS[method](desk, {**question, **({} if reader is None else {"actor": reader})})


def added(home: Path, folder: Path, *rows: str) -> Path:
    """A copy of the space with one more file of figures."""
    later = copied(home, folder)
    filed(
        later, "entity,measure,period,value\n" + "".join(f"{row}\n" for row in rows), name="more.csv", actor="local:t"
    )
    return later
