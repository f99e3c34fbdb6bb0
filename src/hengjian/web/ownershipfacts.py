"""Who is near an enterprise and who holds whom, as the space answers: on one day, or on two that are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

#: What became of one between two days that are compared; empty where nothing did, or where none are compared.
Mark = Literal["", "new", "gone", "changed"]
#: Shares that differ by less are the same.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One near the enterprise that is asked for; `level` is negative above it.

    `cash_flow` and `control` are those of the upper one in the lower one, None where there are none. `before` is the
    cash-flow right on the day that is compared with.
    """

    id: str
    name: str
    type: str
    level: int
    cash_flow: float | None
    control: bool | None
    ring: int | None
    mark: Mark = ""
    before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that states a holding: its kind, in whose name it stands where that is another's, and its entry."""

    share: float
    votes: float
    kind: str
    registered: str | None
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one holds of another directly, all its rows taken together; `before` on the day compared with."""

    owner: str
    owned: str
    share: float
    votes: float
    rows: tuple[Row, ...]
    mark: Mark = ""
    before: float | None = None
    votes_before: float | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its rows that are not plain, each once."""
        return tuple(dict.fromkeys(row.kind for row in self.rows if row.kind != "direct"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All there is to draw. `more`: how many are left out. `singular`: a ring that leaves rights without a value.
    `hidden`: how many above and below the reader does not see; empty: none."""

    entity: str
    as_of: str
    nodes: Mapping[str, Node]
    holdings: tuple[Holding, ...]
    more: int
    singular: tuple[str, ...]
    since: str = ""
    hidden: tuple[int, ...] = ()

    def rings(self) -> dict[int, list[str]]:
        """The members of each ring, by its number."""
        found: dict[int, list[str]] = {}
        for node in self.nodes.values():
            if node.ring is not None:
                found.setdefault(node.ring, []).append(node.id)
        return found


def facts_of(answer: Mapping[str, Any]) -> Facts:
    """The answer to `ownership_chart`."""
    nodes = [
        Node(
            id=one["entity"], name=one["name"], type=one["type"], level=one["level"], cash_flow=one["cash_flow"],
            control=one["control"], ring=one["ring"],
        )
        for one in answer["nodes"]
    ]  # fmt: skip
    return Facts(
        entity=answer["entity"], as_of=answer["as_of"], nodes={node.id: node for node in nodes},
        holdings=tuple(_holdings(answer["edges"])), more=answer["more"], singular=tuple(answer["singular"]),
        hidden=tuple(answer.get("withheld", {}).values()),
    )  # fmt: skip


def _holdings(edges: Iterable[Mapping[str, Any]]) -> Iterable[Holding]:
    pairs: dict[tuple[str, str], list[Row]] = {}
    for one in edges:
        row = Row(
            share=one["share"], votes=one["voting"], kind=one["kind"], registered=one["registered"], entry=one["entry"]
        )
        pairs.setdefault((one["from"], one["to"]), []).append(row)
    for (owner, owned), rows in pairs.items():
        share, votes = 0.0, 0.0
        for row in rows:
            share, votes = share + row.share, votes + row.votes
        yield Holding(owner=owner, owned=owned, share=share, votes=votes, rows=tuple(rows))


def one_side(facts: Facts, sign: int) -> tuple[Facts, list[str]]:
    """The enterprise with all above it (`sign` -1) or all below it (1), and the ids of those that stand on both sides
    and whose figures are those of the other one: these have none here."""
    beside: dict[str, list[str]] = {}
    for one in facts.holdings:
        near, far = (one.owner, one.owned) if sign > 0 else (one.owned, one.owner)
        beside.setdefault(near, []).append(far)
    steps, waiting = {facts.entity: 0}, [facts.entity]
    for step in waiting:
        for other in beside.get(step, ()):
            if other not in steps:
                steps[other] = steps[step] + 1
                waiting.append(other)
    nodes, others = {}, []
    for node in facts.nodes.values():
        if node.level * sign >= 0:
            nodes[node.id] = node
        elif node.id in steps:
            others.append(node.id)
            nodes[node.id] = replace(node, level=sign * steps[node.id], cash_flow=None, control=None)
    holdings = tuple(one for one in facts.holdings if one.owner in nodes and one.owned in nodes)
    return replace(facts, nodes=nodes, holdings=holdings), others


def compared(now: Facts, then: Facts) -> Facts:
    """Both days together: what is new, gone or changed is marked so. What is gone stands where it stood."""
    nodes = {one.id: _compared_node(one, then.nodes.get(one.id)) for one in now.nodes.values()}
    last = 1 + max((one.ring or 0 for one in now.nodes.values()), default=0)
    for one in then.nodes.values():
        if one.id not in nodes:
            ring = None if one.ring is None else one.ring + last
            nodes[one.id] = replace(one, mark="gone", before=one.cash_flow, cash_flow=None, control=None, ring=ring)
    before = {(one.owner, one.owned): one for one in then.holdings}
    holdings = [_compared_holding(one, before.pop((one.owner, one.owned), None)) for one in now.holdings]
    holdings += [replace(one, mark="gone", before=one.share, votes_before=one.votes) for one in before.values()]
    return replace(now, nodes=nodes, holdings=tuple(holdings), since=then.as_of)


def _compared_node(now: Node, then: Node | None) -> Node:
    if now.level == 0:
        return now
    if then is None:
        return replace(now, mark="new")
    is_same = _is_same(now.cash_flow, then.cash_flow) and now.control == then.control and now.level == then.level
    return replace(now, mark="" if is_same else "changed", before=then.cash_flow)


def _compared_holding(now: Holding, then: Holding | None) -> Holding:
    if then is None:
        return replace(now, mark="new")
    is_same = _is_same(now.share, then.share) and _is_same(now.votes, then.votes) and now.kinds == then.kinds
    return replace(now, mark="" if is_same else "changed", before=then.share, votes_before=then.votes)


def _is_same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) < _SAME
