"""What one holds in another through every layer: both rights, the paths with their products, and the filings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.model.filing import filing_id
from hengjian.web.ownershipfacts import Facts, Holding
from hengjian.web.ownershipview import label, level_of, percent
from hengjian.web.source import Entity
from hengjian.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A holding that touches the one shown: with whom, its label, in whose name it stands, and its filings."""

    id: str
    name: str
    address: str
    share: str
    mark: str
    registered: tuple[str, ...]
    filings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All that is shown. `paths`: names from the upper one to the lower one, and their product; `figures`: label, text.

    `upper` holds `lower`: the enterprise asked for, or the one shown. `rest`: a text about paths that are not listed.
    `is_beyond`: some of them lead through somebody whom the reader does not see.
    """

    shown: Entity
    kind: str
    level: str
    upper: str
    lower: str
    figures: tuple[tuple[str, str], ...]
    paths: tuple[tuple[tuple[str, ...], str], ...]
    rest: str
    ring: tuple[str, ...]
    ring_label: str
    owners: tuple[Tie, ...]
    holdings: tuple[Tie, ...]
    method: str
    as_of: str
    is_beyond: bool


def panel_of(visit: Visit, facts: Facts, entity: Entity, other: Entity) -> Panel:
    """What stands between an enterprise and another one near it."""
    node = facts.nodes.get(other.id)
    level = 0 if node is None else node.level
    up = level < 0
    held = _held(visit, entity.id, other.id, up) if level and node is not None and node.mark != "gone" else {}
    names = {one.id: one.name for one in facts.nodes.values()}
    ring = () if node is None or node.ring is None else tuple(names[one] for one in facts.rings()[node.ring])
    upper, lower = (other, entity) if up else (entity, other)
    words = visit.words
    owners = [one for one in facts.holdings if one.owned == other.id]
    holdings = [one for one in facts.holdings if one.owner == other.id]
    return Panel(
        shown=other, kind=visit.names().type(other.type), level=level_of(level, words) if node else "",
        upper=upper.name, lower=lower.name, figures=tuple(_figures(visit, held, facts, other)),
        paths=tuple(_paths(visit, held, upper, lower)), rest=_rest(visit, held), ring=ring,
        ring_label=words("ownership.ring.tag", number=node.ring) if ring and node else "",
        owners=tuple(_tie(visit, facts, one, one.owner) for one in _largest(owners)),
        holdings=tuple(_tie(visit, facts, one, one.owned) for one in _largest(holdings)),
        method=_method(visit, held), as_of=facts.as_of, is_beyond=bool(held.get("beyond")),
    )  # fmt: skip


def _held(visit: Visit, entity: str, other: str, up: bool) -> Mapping[str, Any]:
    """The answer to `look_through` for one other; its `method` beside the figures of the one holding."""
    answer = visit.ask("look_through", entity=entity, direction="up" if up else "down", to=other)
    found = next(iter(answer["holdings"]), None)
    return {} if found is None else {**found, "method": answer["method"]}


def _figures(visit: Visit, held: Mapping[str, Any], facts: Facts, other: Entity) -> list[tuple[str, str]]:
    words, node = visit.words, facts.nodes.get(other.id)
    found: list[tuple[str, str]] = []
    if held:
        found += [
            (words("ownership.cash_flow"), percent(held["cash_flow"])),
            (words("ownership.control_right"), percent(held["control_right"])),
            (words("ownership.direct"), percent(held["direct"])),
            (words("ownership.control"), words("yes" if held["control"] else "no")),
        ]
    if node is not None and node.before is not None:
        found.append((words("ownership.before.on", date=facts.since), percent(node.before)))
    return found


def _paths(visit: Visit, held: Mapping[str, Any], upper: Entity, lower: Entity) -> list[tuple[tuple[str, ...], str]]:
    every = visit.entities()
    return [
        (
            (upper.name, *(every[one].name if one in every else one for one in path["via"]), lower.name),
            percent(path["share"]),
        )
        for path in held.get("paths", ())
    ]  # fmt: skip


def _rest(visit: Visit, held: Mapping[str, Any]) -> str:
    more = held.get("paths_more") or {"count_at_least": 0, "share": 0.0}
    if more["count_at_least"]:
        return visit.words("ownership.paths.more", count=more["count_at_least"], share=percent(more["share"]))
    return visit.words("ownership.paths.rings", share=percent(more["share"])) if more["share"] else ""


def _method(visit: Visit, held: Mapping[str, Any]) -> str:
    if not held:
        return ""
    method = held["method"]
    return visit.words(f"ownership.method.{method['control']}", threshold=percent(method["threshold"]))


def _largest(holdings: Sequence[Holding]) -> list[Holding]:
    return sorted(holdings, key=lambda one: (-one.share, -one.votes))


def _tie(visit: Visit, facts: Facts, holding: Holding, far: str) -> Tie:
    every = visit.entities()
    registered = dict.fromkeys(row.registered for row in holding.rows if row.registered)
    return Tie(
        id=far, name=facts.nodes[far].name, address=visit.view.address("ownership", facts.entity, "between", far),
        share=visit.words("ownership.detail.join").join(label(holding, visit.words)), mark=holding.mark,
        registered=tuple(every[one].name if one in every else one for one in registered),
        filings=tuple(dict.fromkeys(filing_id(row.entry) for row in holding.rows)),
    )  # fmt: skip
