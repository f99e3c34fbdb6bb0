"""穿透: who holds an enterprise and what it holds, through every layer, as a tree, as a graph and as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.entities import matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.ownershipchart import compose
from hengjian.web.ownershipfacts import Facts, compared, facts_of, one_side
from hengjian.web.ownershippanel import panel_of
from hengjian.web.ownershippicture import picture
from hengjian.web.ownershiptable import Told, table_of
from hengjian.web.ownershiptree import EVERYONE, Shape, Wish, grow, show, turned
from hengjian.web.ownershipview import ChartView, chart_view, ids_of, ids_text
from hengjian.web.paging import paged
from hengjian.web.profile import profile
from hengjian.web.respond import here
from hengjian.web.source import Entity
from hengjian.web.view import View
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: What the address may ask for; the first is what it means when it does not say.
DIRECTIONS, SHAPES = ("both", "up", "down"), ("tree", "graph")
#: Levels that the page offers to open.
DEPTHS = ("1", "2", "3")
_DEEPEST = 99
#: Of those who stand on both sides, in rings, so many are asked about one by one when one side is shown.
_ASKED = 50
#: What a form must carry along.
_KEPT = ("direction", "view", "depth", "turn", "whole")


def routes(wall: Wall) -> list[Route]:
    """`/ownership`, and the chart of one enterprise with its side panel and its picture."""
    return [
        Route("/ownership", getting(wall, landing)),
        Route("/ownership/{id}", getting(wall, page)),
        Route("/ownership/{id}/between/{other}", getting(wall, between)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for, and the chart that answers it. `depth`: how many levels are open."""

    entity: Entity
    facts: Facts
    direction: str
    shape: Shape
    depth: int
    chart: ChartView


def landing(visit: Visit) -> Response:
    """Choose an enterprise: found by name or id, or one of those that nobody holds."""
    query = visit.query.get("q", "").strip()[:100]
    if query:
        found = [one for one in visit.entities().values() if matches(one, query)]
        part = paged(visit.query, found)
        return visit.page(
            "ownerships.html", query=query, found=part.rows, count=len(found), names=visit.names(), tops=None,
            number=part.number, pages=part.pages,
        )  # fmt: skip
    tops = visit.source.ownership_tops(visit.view, visit.head)
    return visit.page("ownerships.html", query="", found=(), count=0, names=visit.names(), tops=tops, number=1, pages=1)


def page(visit: Visit) -> Response:
    """The chart: a page, its part alone (`part=chart`), its picture (`format=svg`), or its table as a file."""
    entity = visit.entity()
    try:
        asked = _asked(visit, entity)
    except Refused as refused:
        faults = [
            (translate(one.message, visit.words.language), translate(one.hint, visit.words.language))
            for one in refused.issues
        ]
        plain = replace(visit, view=replace(visit.view, cut={}))
        return _page(plain, entity, None, faults, status=400)
    if wanted(visit):
        return _file(visit, asked)
    if visit.query.get("format") == "svg":
        return picture(visit, asked.entity, asked.facts, asked.chart)
    if visit.query.get("part") == "chart":
        return visit.page("_ownership_chart.html", status=200, **_shown(visit, asked))
    return _page(visit, entity, asked, [])


def between(visit: Visit) -> Response:
    """What one holds in another through every layer: a page, or with `fragment=1` its part for the side panel."""
    entity, other = visit.entity(), visit.entity("other")
    is_fragment = bool(visit.query.get("fragment"))
    facts = _facts(visit, entity)
    panel = panel_of(visit, facts, entity, other)
    template = "_ownership_panel.html" if is_fragment else "ownership_one.html"
    return visit.page(template, entity=entity, panel=panel, is_fragment=is_fragment)


def _facts(visit: Visit, entity: Entity, direction: str = "both") -> Facts:
    """What there is to draw, on both days where the address names another one to compare with."""
    now = _side(visit, entity, direction)
    since = visit.query.get("since", "").strip()
    if not since or since == now.as_of:
        return now
    return compared(now, _side(replace(visit, view=_on(visit.view, since)), entity, direction))


def _on(view: View, day: str) -> View:
    return replace(view, cut={**view.cut, "as_of": day})


def _side(visit: Visit, entity: Entity, direction: str) -> Facts:
    every = facts_of(visit.source.ownership(visit.view, visit.head, entity.id))
    if direction == "both":
        return every
    facts, others = one_side(every, 1 if direction == "down" else -1)
    nodes = dict(facts.nodes)
    for one in others[:_ASKED]:
        for held in visit.ask("look_through", entity=entity.id, direction=direction, to=one)["holdings"]:
            nodes[one] = replace(nodes[one], cash_flow=held["cash_flow"], control=held["control"])
    return replace(facts, nodes=nodes)


def _asked(visit: Visit, entity: Entity) -> Asked:
    query = visit.query
    direction = query.get("direction", "") if query.get("direction") in DIRECTIONS else DIRECTIONS[0]
    shape: Shape = "graph" if query.get("view") == "graph" else "tree"
    facts = _facts(visit, entity, direction)
    text = query.get("depth", "")
    is_all = text == "all"
    wish = Wish(
        depth=_DEEPEST if is_all else int(text) if text.isascii() and text.isdigit() and len(text) < 3 else None,
        turned=ids_of(query.get("turn", "")), focus=_looked_for(visit, facts),
        whole=(EVERYONE,) if is_all else ids_of(query.get("whole", "")),
    )  # fmt: skip
    roots = grow(facts, shape, {"up": (-1,), "down": (1,)}.get(direction, (1, -1)))
    depth = show(roots, wish)
    now = turned(roots, depth)
    links = _Links(
        visit=visit, entity=entity.id, depth="all" if is_all else str(depth), turned=now, whole=tuple(wish.whole)
    )
    chart = chart_view(
        compose(facts, roots, shape), facts, visit.words, address=links.address, turned=links.turn, whole=links.more
    )
    return Asked(
        entity=entity, facts=facts, direction=direction, shape=shape, depth=_DEEPEST if is_all else depth, chart=chart
    )


def _looked_for(visit: Visit, facts: Facts) -> str:
    """Whom the reader looks for in the chart: an id, or a part of a name; the nearest one that it fits."""
    wish = visit.query.get("at", "").strip()[:100]
    if not wish or wish in facts.nodes:
        return wish
    near = sorted(facts.nodes.values(), key=lambda node: abs(node.level))
    return next((one.id for one in near if matches(Entity(id=one.id, type=one.type, name=one.name), wish)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """Where a box, its button, and its "show all" lead to."""

    visit: Visit
    entity: str
    depth: str
    turned: Sequence[str]
    whole: Sequence[str]

    def address(self, one: str) -> str:
        since = self.visit.query.get("since", "")
        more = {"since": since} if since else {}
        return self.visit.view.address("ownership", self.entity, "between", one, **more)

    def turn(self, one: str) -> str:
        others = [each for each in self.turned if each != one]
        return self._here(turn=ids_text(others if len(others) < len(self.turned) else [*others, one]))

    def more(self, one: str) -> str:
        return self._here(turn=ids_text(self.turned), whole=ids_text([*self.whole, one]))

    def _here(self, **changes: str) -> str:
        return here(self.visit.request, {"part": "", "at": "", "depth": self.depth, **changes})


def _shown(visit: Visit, asked: Asked) -> dict[str, Any]:
    facts, entities = asked.facts, visit.entities()
    rings = [
        (number, [facts.nodes[one].name for one in members]) for number, members in sorted(facts.rings().items())
    ]  # fmt: skip
    return {
        "entity": asked.entity, "plan": asked, "chart": asked.chart, "facts": facts, "rings": rings,
        "singular": [entities[one].name if one in entities else one for one in facts.singular],
    }  # fmt: skip


def _page(
    visit: Visit, entity: Entity, asked: Asked | None, faults: Sequence[tuple[str, str]], status: int = 200
) -> Response:
    head = replace(profile(visit, entity, "ownership"), attributes=(), relations=())
    parts: dict[str, Any] = {"plan": None} if asked is None else _shown(visit, asked)
    parts["entity"] = entity
    return visit.page(
        "ownership.html", status=status, profile=head, names=visit.names(), faults=faults, few=0, depths=DEPTHS,
        directions=DIRECTIONS, shapes=SHAPES, table=[] if asked is None else table_of(visit, asked.facts),
        keeping=[(key, text) for key in _KEPT if (text := visit.query.get(key))],
        count=_counts(asked.facts) if asked else {}, **parts,
    )  # fmt: skip


def _counts(facts: Facts) -> dict[str, int]:
    """How many there are on each side, how many of them are controlled, and how many levels there are."""
    nodes = [node for node in facts.nodes.values() if node.mark != "gone"]
    below = [node for node in nodes if node.level > 0]
    above = [node for node in nodes if node.level < 0]
    return {
        "below": len(below), "above": len(above), "held": sum(bool(node.control) for node in below),
        "deep": max((node.level for node in below), default=0), "high": -min((node.level for node in above), default=0),
        "rings": len(facts.rings()),
    }  # fmt: skip


_COLUMNS: Sequence[tuple[str, str | None, Callable[[Told], object]]] = (
    ("level", None, lambda row: row.level),
    ("id", None, lambda row: row.node.id),
    ("name", None, lambda row: row.node.name),
    ("type", None, lambda row: row.type),
    ("effective", "ratio", lambda row: row.node.cash_flow),
    ("direct", "ratio", lambda row: row.direct),
    ("control", None, lambda row: row.control),
    ("holders", None, lambda row: row.holders),
    ("ring", None, lambda row: row.node.ring),
)


def _file(visit: Visit, asked: Asked) -> Response:
    """The table, one row for each that is near, whatever is open."""
    columns = [ExportColumn(title=visit.words(f"ownership.column.{key}"), unit=unit) for key, unit, _ in _COLUMNS]
    name = visit.words("ownership.title", name=asked.entity.name, date=asked.facts.as_of)
    rows = [[value(row) for _, _, value in _COLUMNS] for row in table_of(visit, asked.facts)]
    return exported(visit, name, columns, rows)
