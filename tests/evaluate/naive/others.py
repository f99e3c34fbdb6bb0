"""Functions that read others: peers, linked entities, another cut of the store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import get_args

from hengjian.formula.node import Call, Node, Number
from hengjian.model.cut import BasisChoice, Scope
from hengjian.model.missing import Missing
from naive.figure import Figure, Gap, deviation, first_gap, mean, one_by_one, present, quantile, settled
from naive.reader import At, Reader, function
from naive.shape import option, spoken, whole_number

KINDS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "total": one_by_one, "mean": mean, "max": max, "min": min,
}  # fmt: skip


@function("on")
def _on(reader: Reader, call: Call, at: At) -> Figure:
    basis, scope = (spoken(found[0]) if (found := option(call, name)) else "" for name in ("basis", "scope"))
    chosen: BasisChoice = next((each for each in get_args(BasisChoice) if each == basis), at.basis)
    of: Scope = next((each for each in get_args(Scope) if each == scope), at.scope)
    return reader.figure(call.arguments[0], replace(at, basis=chosen, scope=of))


@function(*(f"{name} within" for name in ("median", "quantile", "mean", "zscore", "rank", "percentile")))
def _among_peers(reader: Reader, call: Call, at: At) -> Figure:
    attributes = [name for each in option(call, "within") if (name := spoken(each)) != "all"]
    inner, *rest = call.arguments
    since = len(reader.met)
    own = reader.figure(inner, at)
    group = _group(reader, attributes, at)
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    if attributes and at.index < reader.world.begins(at.frequency):
        return reader.gap(Missing.BEFORE_FIRST, call, at)
    if None in group:
        return gap
    if isinstance(own, Gap) and call.name in ("rank", "percentile", "zscore"):
        return own
    peers = [replace(at, entity=entity) for entity in reader.world.of_type(at.about)]
    members = present(reader.aside.figure(inner, peer) for peer in peers if _group(reader, attributes, peer) == group)
    least = option(call, "at_least")
    if len(members) < (whole_number(least[0]) if least else 5):
        return reader.gap(Missing.TOO_FEW_PEERS, call, at)
    match call.name:
        case "median":
            return settled(quantile(members, 0.5), gap)
        case "quantile":
            return settled(quantile(members, _share(rest[0])), gap)
        case "mean":
            return settled(mean(members), gap)
        case "rank":
            return 1.0 + len([each for each in members if each > _sure(own)])
    if len(members) == 1:
        return gap
    if call.name == "percentile":
        return len([each for each in members if each < _sure(own)]) / (len(members) - 1)
    spread = deviation(members)
    if not isfinite(spread):
        return gap
    if spread == 0:
        return reader.gap(Missing.ZERO_DENOMINATOR, inner, at, since)
    return settled((_sure(own) - mean(members)) / spread, gap)


def _group(reader: Reader, attributes: Sequence[str], at: At) -> list[str | None]:
    return [reader.world.text(at.entity, name, reader.day(at)) for name in attributes]


def _share(node: Node) -> float:
    assert isinstance(node, Number)
    return float(node.value.scaleb(-2) if node.percent else node.value)


def _sure(figure: Figure) -> float:
    assert not isinstance(figure, Gap)
    return figure


def _link(reader: Reader, node: Node) -> tuple[str, bool, str]:
    """The link type that a word names, whether it is walked back, and the type at its far end."""
    word = spoken(node)
    for link in reader.catalogue.walked_links().values():
        if word in (link.name, link.inverse):
            back = word != link.name
            return link.name, back, link.source if back else link.target
    raise AssertionError(word)


def _linked(reader: Reader, node: Node, at: At) -> list[At]:
    link, back, about = _link(reader, node)
    found = reader.world.linked(link, at.entity, reader.day(at), back=back)
    return [replace(at, entity=entity, about=about) for entity in found if entity in reader.world.of_type(about)]


@function("of")
def _of(reader: Reader, call: Call, at: At) -> Figure:
    found = _linked(reader, call.arguments[0], at)
    if len(found) != 1:
        return reader.gap(Missing.NOT_APPLICABLE, call, at)
    return reader.figure(call.arguments[1], found[0])


@function(*(f"{name} over" for name in ("total", "mean", "max", "min", "count")))
def _over_links(reader: Reader, call: Call, at: At) -> Figure:
    (over,) = option(call, "over")
    found = _linked(reader, over, at)
    has_levels = bool(option(call, "levels"))
    if has_levels and _is_tangled(reader, over, at):
        return reader.gap(Missing.NOT_APPLICABLE, call, at)
    if not found:
        return 0.0 if call.name == "count" else reader.gap(Missing.NOT_APPLICABLE, call, at)
    if has_levels:
        return _all_below(reader, call, over, at)
    kept = _kept(reader, call, found)
    if isinstance(kept, Gap):
        return kept
    if call.name == "count":
        return float(len(kept))
    if not kept:
        return 0.0 if call.name == "total" else reader.gap(Missing.NOT_APPLICABLE, call, at)
    figures = [reader.figure(call.arguments[0], each) for each in kept]
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    return first_gap(figures) or settled(KINDS[call.name](present(figures)), gap)


def _kept(reader: Reader, call: Call, found: Sequence[At]) -> list[At] | Gap:
    """Those for which `where` is true."""
    where = option(call, "where")
    if not where:
        return list(found)
    truths = [reader.figure(where[0], each) for each in found]
    return first_gap(truths) or [each for each, truth in zip(found, truths, strict=True) if truth == 1]


def _all_below(reader: Reader, call: Call, over: Node, at: At) -> Figure:
    """Bottom up: of each linked entity itself, if it is kept, then of all below it."""
    found = _linked(reader, over, at)
    kept = _kept(reader, call, found)
    if isinstance(kept, Gap):
        return kept
    total = 0.0
    for each in found:
        own = [reader.figure(call.arguments[0], each) if call.arguments else 1.0] if each in kept else []
        for figure in (*own, _all_below(reader, call, over, each)):
            if isinstance(figure, Gap):
                return figure
            total = total + figure
    return settled(total, reader.gap(Missing.NOT_APPLICABLE, call, at))


def _is_tangled(reader: Reader, over: Node, at: At) -> bool:
    """Whether this entity lies on a circle or below one, or someone below it has two near ends."""
    link, back, about = _link(reader, over)
    known, day = reader.world.of_type(about), reader.day(at)

    def linked(start: str, back: bool) -> list[str]:
        return [other for other in reader.world.linked(link, start, day, back=back) if other in known]

    def reached(start: str, back: bool) -> Iterator[str]:
        """Everyone reached from an entity, each once; itself only where a circle leads back to it."""
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for other in linked(waiting.pop(), back):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
                    yield other

    circles = any(each in reached(each, back) for each in {at.entity, *reached(at.entity, not back)})
    return circles or any(len(linked(each, not back)) > 1 for each in reached(at.entity, back))
