"""`contagion`: who stands for whom: chains, rings, concentration, exposure with subsidiaries, what a default does."""

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from math import isnan
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.network import Seen, known_network, seen_web
from hengjian.app.question import known_entity
from hengjian.app.surroundings import surroundings
from hengjian.app.wire import Answer
from hengjian.model.issue import refuse
from hengjian.supervise.contagion import Cascade, cascade
from hengjian.supervise.network import shortest_ring

#: So many are told of in each list where the question names no number, and at most.
MOST, LARGEST = 50, 10_000
#: The members of larger rings are not all named.
_MEMBERS = 100


def contagion(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One network on a day (`as_of`, default today), of those whom the reader sees; amounts are in `unit`.

    `{"network","label","source","link","networks","as_of","unit","loss_rate","buffer","links","entities","total","unknown",
    "concentration","longest","rings","guarantors","debtors","owners","more"}`. `longest`: a chain,
    `{"depth","at_least","chain"}`. A ring is `{"size","members","ring","amount"}`: who stand for one another, one of
    the shortest rings among them, and what they stand for within. A guarantor is `{"entity","amount","net","unknown",
    "share","buffer","period","to_buffer","debtors","depth","at_least"}`, the most first; a debtor `{"entity","amount",
    "guarantors","largest"}`; an owner `{"entity","own","below","full","weighted","inside","buffer","to_buffer"}`: what
    it stands for itself, how many it controls, with theirs in full and by the share that is its own, and what of it is
    for those whom it controls.

    With `entity` also `around` (see `surroundings`), its own rows as `guarantor` and `owner`, and its `chain`. With
    `defaults` (ids) `cascade`: `{"defaults","rounds","entities","fallen","unknown","called","more"}`; an entity is
    `{"entity","status","round","called","written","buffer","left"}`, its status `named`, `defaults`, `unknown` (it
    cannot be told for want of a figure) or `stands`. `beyond` counts, where there are any, one's obligations with those
    whom the reader does not see: none of them stands in any figure.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    network = known_network(programme, question.get("network"))
    entity = None if question.get("entity") is None else known_entity(desk, question["entity"])
    named = [known_entity(desk, str(one)) for one in question.get("defaults") or ()]
    day = cut.as_of or desk.config.current_day()
    most = min(int(question.get("most") or MOST), LARGEST)
    seen = seen_web(desk, programme, cut, network, day)
    catalogue = programme.catalogue
    answer: Answer = {
        "network": network.name, "label": network.label.record(), "source": network.source,
        "link": network.link,
        "networks": {name: one.label.record() for name, one in catalogue.networks.items()}, "as_of": day.isoformat(),
        "unit": str(network.unit), "loss_rate": seen.rate, "buffer": network.buffer,
    }  # fmt: skip
    answer |= _overall(seen, most)
    if entity is not None:
        answer |= _one(desk, seen, entity)
        answer["around"] = surroundings(desk, cut, seen, entity, question.get("nodes"))
    if named:
        answer["cascade"] = _played(desk, seen, named, most if question.get("most") else LARGEST)
    return answer | mark(desk.sight)


def _overall(seen: Seen, most: int) -> Answer:
    """What there is of everyone."""
    exposure, chains = seen.exposure, seen.chains
    guaranteeing, guaranteed = exposure.guaranteeing(), exposure.guaranteed()
    owning = [place for place, amount in enumerate(exposure.full) if amount > 0]
    guarantors = _first(seen, guaranteeing, exposure.own, most)
    debtors = _first(seen, guaranteed, exposure.owed, most)
    owners = _first(seen, owning, exposure.full, most)
    rings = sorted(chains.rings, key=lambda ring: (-len(ring), seen.entity(ring[0])))
    deepest = max(guaranteeing, key=lambda place: (chains.depth[place], -place), default=None)
    largest = guarantors[0] if guarantors and exposure.total > 0 else None
    return {
        "links": exposure.count, "entities": exposure.ends, "total": exposure.total, "unknown": exposure.untold,
        "concentration": {
            "largest": None if largest is None else seen.entity(largest),
            "share": None if largest is None else exposure.own[largest] / exposure.total,
            "index": exposure.concentration(),
        },
        "longest": None if deepest is None else _chain(seen, deepest),
        "rings": [_ring(seen, ring) for ring in rings[:most]],
        "guarantors": [_guarantor(seen, place) for place in guarantors],
        "debtors": [_debtor(seen, place) for place in debtors],
        "owners": [_owner(seen, place) for place in owners],
        "more": {
            "rings": max(0, len(rings) - most), "guarantors": len(guaranteeing) - len(guarantors),
            "debtors": len(guaranteed) - len(debtors), "owners": len(owning) - len(owners),
        },
    }  # fmt: skip


def _first(seen: Seen, places: Sequence[int], weight: Sequence[float], most: int) -> list[int]:
    """The first by weight, then id."""
    return nsmallest(most, places, key=lambda place: (-weight[place], seen.entity(place)))


def _chain(seen: Seen, place: int) -> Answer:
    chains = seen.chains
    return {
        "depth": chains.depth[place], "at_least": chains.at_least[place],
        "chain": [seen.entity(one) for one in chains.longest(place)],
    }  # fmt: skip


def _ring(seen: Seen, ring: Sequence[int]) -> Answer:
    shortest = [seen.entity(one) for one in shortest_ring(seen.web.calls, ring)]
    return {
        "size": len(ring), "members": sorted(seen.entity(one) for one in ring[:_MEMBERS]), "ring": shortest,
        "amount": seen.exposure.between(ring, ring),
    }  # fmt: skip


def _guarantor(seen: Seen, place: int) -> Answer:
    exposure, (buffer, period) = seen.exposure, seen.buffer(place)
    amount = exposure.own[place]
    return {
        "entity": seen.entity(place), "amount": amount, "net": exposure.net[place], "unknown": exposure.unknown[place],
        "share": amount / exposure.total if exposure.total > 0 else None, "buffer": buffer, "period": period,
        "to_buffer": _part(amount, buffer), "debtors": len(seen.web.calls.of(place)[0]),
        "depth": seen.chains.depth[place], "at_least": seen.chains.at_least[place], **_beyond(seen, place),
    }  # fmt: skip


def _part(amount: float, buffer: float | None) -> float | None:
    return amount / buffer if buffer is not None and buffer > 0 else None


def _debtor(seen: Seen, place: int) -> Answer:
    guarantors = seen.exposure.guarantors(place)
    largest, amount = max(guarantors, key=lambda pair: pair[1])
    whole = seen.exposure.owed[place]
    return {
        "entity": seen.entity(place), "amount": whole, "guarantors": len(guarantors),
        "largest": {"entity": seen.entity(largest), "share": amount / whole if whole > 0 else None},
        **_beyond(seen, place),
    }  # fmt: skip


def _owner(seen: Seen, place: int) -> Answer:
    exposure, (buffer, _) = seen.exposure, seen.buffer(place)
    held, full, weighted = exposure.held(place), exposure.full[place], exposure.weighted[place]
    return {
        "entity": seen.entity(place), "own": exposure.own[place], "below": len(held), "full": full,
        "weighted": None if isnan(weighted) else weighted, "inside": exposure.between([place, *held], held),
        "buffer": buffer, "to_buffer": _part(full, buffer), **_beyond(seen, place),
    }  # fmt: skip


def _beyond(seen: Seen, place: int) -> dict[str, int]:
    count = seen.beyond.get(int(seen.web.graph.holdings.ordinals[place]), 0)
    return {"beyond": count} if count else {}


def _one(desk: Desk, seen: Seen, entity: str) -> Answer:
    """The rows of one entity; None where it is in no such list."""
    place = seen.web.graph.holdings.place(desk.store.ordinals([entity])[entity])
    if place is None:
        return {"entity": entity, "guarantor": None, "owner": None, "chain": None}
    return {
        "entity": entity, "guarantor": _guarantor(seen, place), "owner": _owner(seen, place),
        "chain": _chain(seen, place),
    }  # fmt: skip


def _played(desk: Desk, seen: Seen, named: Sequence[str], most: int) -> Answer:
    """What the defaults of some bring about."""
    ordinals = desk.store.ordinals(named)
    places = {one: seen.web.graph.holdings.place(ordinals[one]) for one in named}
    idle = [one for one, place in places.items() if place is None]
    if idle:
        raise refuse(
            f"{idle[0]} neither stands for anybody in {seen.network.name}, nor has a guarantor, owner or holding",
            "its default reaches nobody here; name another one",
        )
    found = cascade(seen.web, [place for place in places.values() if place is not None])
    rows = [_reached(seen, found, place) for place in found.touched().tolist()]
    order = {"named": 0, "defaults": 1, "unknown": 2, "stands": 3}
    rows.sort(
        key=lambda row: (order[row["status"]], row["round"] or 0, -(row["called"] + row["written"]), row["entity"])
    )
    fallen = [row for row in rows if row["status"] in ("named", "defaults")]
    rounds: dict[int, list[str]] = {}
    for row in fallen:
        rounds.setdefault(row["round"], []).append(row["entity"])
    called = 0.0
    for place in found.touched().tolist():
        called += float(found.least.called[place])
    return {
        "defaults": sorted(places), "fallen": len(fallen), "unknown": sum(row["status"] == "unknown" for row in rows),
        "called": called / float(seen.network.unit.scale),
        "rounds": [{"round": number, "entities": sorted(members)} for number, members in sorted(rounds.items())],
        "entities": rows[:most], "more": max(0, len(rows) - most),
    }  # fmt: skip


def _reached(seen: Seen, found: Cascade, place: int) -> Answer:
    scale, number = float(seen.network.unit.scale), int(found.least.round[place])
    status = "named" if not number else "defaults" if number > 0 else "unknown"
    if number < 0 and found.most.round[place] < 0:
        status = "stands"
    called, written = float(found.least.called[place]) / scale, float(found.least.written[place]) / scale
    buffer, _ = seen.buffer(place)
    return {
        "entity": seen.entity(place), "status": status, "round": number if number >= 0 else None, "called": called,
        "written": written, "buffer": buffer, "left": None if buffer is None else buffer - called - written,
        **_beyond(seen, place),
    }  # fmt: skip
