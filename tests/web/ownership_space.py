"""A group with a ring, a nominee, votes in concert and an earlier day, as the questions about ownership tell of it."""

from collections.abc import Mapping
from typing import Any

from space import DECLARATIONS, HOSTILE, STATUS
from space import ask as plain

from hengjian.model.issue import refuse

TODAY, BEFORE = "2026-02-09", "2025-01-01"

NAMES = {
    "O": "示例区国资办", "G": "示例国有资本投资运营集团有限公司", "A": "示例水务集团有限公司",
    "B": "示例能源股份有限公司",
    "C": "示例建设有限公司", "D": "示例新能源有限公司", "E": "示例充电服务有限公司", "F": "示例热力有限公司",
    "H": HOSTILE, "P": "陈某", "L": "示例演艺有限公司", "M": "示例环境检测有限公司", "X": "示例参股有限公司",
}  # fmt: skip

#: (from, to, share, votes, kind, in whose name, entry)
EDGES: list[tuple[str, str, float, float, str, str | None, int]] = [
    ("O", "G", 0.9, 0.9, "direct", None, 3), ("P", "G", 0.1, 0.1, "direct", None, 3),
    ("G", "A", 1.0, 1.0, "direct", None, 3), ("G", "B", 0.42, 0.55, "direct", None, 3),
    ("G", "B", 0.0, 0.08, "concert", "P", 4), ("P", "B", 0.08, 0.0, "concert", None, 4),
    ("G", "C", 0.6, 0.6, "direct", None, 4), ("A", "C", 0.2, 0.2, "direct", None, 4),
    ("A", "M", 0.35, 0.35, "nominee", "P", 4), ("B", "D", 0.65, 0.65, "direct", None, 4),
    ("D", "E", 0.6, 0.6, "direct", None, 4), ("E", "D", 0.1, 0.1, "direct", None, 4),
    ("B", "F", 0.51, 0.51, "direct", None, 4), ("A", "H", 0.3333, 0.3333, "direct", None, 4),
    ("D", "X", 0.000004, 0.000004, "direct", None, 4),
]  # fmt: skip
#: What was otherwise: B held less of F, A held L, and H was not held.
EARLIER = [
    ("B", "F", 0.25, 0.25, "direct", None, 3) if one[:2] == ("B", "F") else one
    for one in EDGES if one[:2] != ("A", "H")
] + [("A", "L", 0.4, 0.4, "direct", None, 3)]  # fmt: skip

_LEVELS = {"O": -1, "P": -1, "A": 1, "B": 1, "C": 1, "M": 2, "D": 2, "F": 2, "H": 2, "L": 2, "E": 3, "X": 3}
#: id: cash-flow right, control
_RIGHTS: dict[str, tuple[float, bool]] = {
    "O": (0.9, True), "P": (0.1, False), "A": (1.0, True), "B": (0.42, True), "C": (0.8, True), "M": (0.35, False),
    "D": (0.290426, True), "F": (0.2142, True), "H": (0.3333, False), "L": (0.4, False), "E": (0.174255, True),
    "X": (0.0000012, False),
}  # fmt: skip


def _chart(question: Mapping[str, object]) -> dict[str, Any]:
    entity, day = str(question["entity"]), str(question.get("as_of") or TODAY)
    if day == "nonsense":
        raise refuse("--as-of 'nonsense' is not a date", "write 2026-03-31")
    edges = EARLIER if day < "2025-07-01" else EDGES
    found = {end for one in edges for end in one[:2]} if entity in ("G", "D") else {entity}
    around = {"G": _LEVELS | {"G": 0}, "D": {"O": -3, "P": -2, "G": -2, "B": -1, "D": 0, "E": 1, "X": 1}}
    levels = around.get(entity, {entity: 0})
    found = {one for one in found if one in levels}
    rights = dict(_RIGHTS)
    if day < "2025-07-01":
        rights["F"] = (0.105, False)
    nodes = [
        {
            "entity": one, "name": NAMES[one], "type": "enterprise", "level": levels[one],
            "cash_flow": None if one == entity else rights.get(one, (0.5, True))[0],
            "control": None if one == entity else rights.get(one, (0.5, True))[1], "ring": 1 if one in "DE" else None,
        }
        for one in sorted(found, key=lambda one: (levels[one], one))
    ]  # fmt: skip
    return {
        "entity": entity, "as_of": day, "nodes": nodes, "more": 7 if question.get("as_of") == "2026-01-31" else 0,
        "singular": ["D", "E"] if question.get("as_of") == "2026-01-30" else [],
        "edges": [
            dict(zip(("from", "to", "share", "voting", "kind", "registered", "entry"), one, strict=True))
            for one in edges
            if one[0] in found and one[1] in found
        ],
    }  # fmt: skip


def _look_through(question: Mapping[str, object]) -> dict[str, Any]:
    other = str(question["to"])
    paths = {
        "C": [{"via": [], "share": 0.6}, {"via": ["A"], "share": 0.2}],
        "E": [{"via": ["B", "D"], "share": 0.1638}],
    }
    more = {"E": {"count_at_least": 0, "share": 0.010455}, "C": {"count_at_least": 3, "share": 0.01}}
    cash_flow, control = _RIGHTS.get(other, (0.5, True))
    held = {
        "entity": other, "cash_flow": cash_flow, "direct": 0.6 if other == "C" else 0.0, "control": control,
        "control_right": 0.8, "level": 1, "paths": paths.get(other, [{"via": [], "share": cash_flow}]),
        "paths_more": more.get(other, {"count_at_least": 0, "share": 0.0}),
    }  # fmt: skip
    return {
        "entity": question["entity"], "direction": question["direction"], "as_of": TODAY,
        "method": {"cash_flow": "scc-exact", "control": "threshold", "threshold": 0.5}, "holdings": [held],
        "between": [],
    }  # fmt: skip


def _tops(question: Mapping[str, object]) -> dict[str, Any]:
    if question.get("as_of") == "1999-01-01":
        return {"as_of": "1999-01-01", "tops": [], "more": 0}
    tops = [{"entity": "O", "name": NAMES["O"], "type": "enterprise", "direct": 1, "below": 11}]
    return {"as_of": TODAY, "tops": tops, "more": 3}


def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
    """Answers like a space with this group and what `space.py` knows."""
    if method == "ownership_chart" and question["entity"] == "W":
        return wide(1_000, str(question.get("as_of") or TODAY))
    answers = {"ownership_chart": _chart, "look_through": _look_through, "ownership_tops": _tops}
    if method in answers:
        return answers[method](question)
    if method == "entities":
        listed = [{"id": one, "type": "enterprise", "name": name} for one, name in NAMES.items()]
        return {"entities": [*listed, {"id": "W", "type": "enterprise", "name": "示例大集团"}, *_wide_ones(1_000)]}
    if method == "declarations":
        return DECLARATIONS
    if method == "status":
        return {**STATUS, "today": TODAY}
    if method == "relations":
        return {
            "entity": question["entity"],
            "type": "enterprise",
            "name": "",
            "day": TODAY,
            "attributes": {},
            "links": [],
        }
    return plain(method, question)


def _wide_ones(count: int) -> list[dict[str, str]]:
    return [{"id": f"W{at:04}", "type": "enterprise", "name": f"示例第{at}子公司"} for at in range(1, count)]


def wide(count: int, day: str) -> dict[str, Any]:
    """A group of so many: each holds up to nine, and every seventh is held by another one too."""
    nodes = [{"entity": "W", "name": "示例大集团", "type": "enterprise", "level": 0, "cash_flow": None,
              "control": None, "ring": None}]  # fmt: skip
    levels, edges = {0: 0}, []
    for at in range(1, count):
        holder = (at - 1) // 9
        levels[at] = levels[holder] + 1
        nodes.append({
            "entity": f"W{at:04}", "name": f"示例第{at}子公司", "type": "enterprise", "level": levels[at],
            "cash_flow": 0.6 ** levels[at], "control": True, "ring": None,
        })  # fmt: skip
        ends = [(holder, 0.6)] + ([(max(1, at // 3), 0.1)] if at % 7 == 0 and at // 3 != holder else [])
        for owner, share in ends:
            edges.append({
                "from": f"W{owner:04}" if owner else "W", "to": f"W{at:04}", "share": share, "voting": share,
                "kind": "direct", "registered": None, "entry": 3,
            })  # fmt: skip
    return {"entity": "W", "as_of": day, "nodes": nodes, "edges": edges, "more": 0, "singular": []}
