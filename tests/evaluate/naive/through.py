"""Functions that look through ownership: down to all whom an entity holds, up to all who hold it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction
from math import inf

from hengjian.formula.node import Call
from hengjian.model.declaration import OWNS
from hengjian.model.missing import Missing
from naive.figure import Figure, Gap, present, settled
from naive.owners import Owners, reached, solved
from naive.reader import At, Reader, function
from naive.shape import option, spoken

NOTHING = Fraction(0)


def _owners(reader: Reader, at: At) -> Owners:
    return reader.world.owners(reader.day(at))


def _figures(reader: Reader, call: Call, at: At, entities: Iterable[str]) -> dict[str, Figure]:
    """The figures of those for whom one is declared."""
    about = reader.catalogue.links[OWNS].target
    known = reader.world.of_type(about)
    return {
        one: reader.figure(call.arguments[0], replace(at, entity=one, about=about)) for one in entities if one in known
    }


def _first_by_code(figures: Iterable[Figure]) -> Gap | None:
    return min((each for each in figures if isinstance(each, Gap)), key=lambda gap: gap.reason, default=None)


def _number(figure: Fraction) -> float:
    try:
        return float(figure)
    except OverflowError:
        return inf


def _exactly(figures: dict[str, Figure], members: Collection[str]) -> dict[str, Fraction]:
    """0 where there is no figure."""
    given = {one: NOTHING if isinstance(each, Gap) else Fraction(each) for one, each in figures.items()}
    return {one: given.get(one, NOTHING) for one in members}


@function("look_through")
def _look_through(reader: Reader, call: Call, at: At) -> Figure:
    owners, entity = _owners(reader, at), at.entity
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    below = owners.below(entity)
    figures = _figures(reader, call, at, {entity, *below})
    if not below:
        return figures.get(entity, gap)
    own = _exactly(figures, {entity, *below})
    found = solved([*own], owners.shares, own)
    sizes = solved([*own], owners.shares, {one: abs(each) for one, each in own.items()})
    if found is None or sizes is None:
        return gap
    reader.sizes.append(_number(sizes[entity]))
    return _first_by_code(figures[one] for one in below if one in figures) or settled(_number(found[entity]), gap)


@function("controlled")
def _controlled(reader: Reader, call: Call, at: At) -> Figure:
    held = _owners(reader, at).controlled_by(at.entity)
    figures = _figures(reader, call, at, [at.entity, *held])
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    own = figures.pop(at.entity, gap)
    if not held:
        return own
    total = 0.0 if isinstance(own, Gap) else own
    for figure in present(figures.values()):
        total = total + figure
    return _first_by_code(figures.values()) or settled(total, gap)


@function("minority")
def _minority(reader: Reader, call: Call, at: At) -> Figure:
    owners, entity = _owners(reader, at), at.entity
    held = owners.controlled_by(entity)
    if not held:
        return 0.0
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    members = sorted({entity, *owners.below(entity, {entity, *held})})
    turned = {(owned, owner): share for (owner, owned), share in owners.shares.items()}
    rights = solved(members, turned, {one: turned.get((one, entity), NOTHING) for one in members})
    if rights is None:
        return gap
    figures = _figures(reader, call, at, held)
    missing = _first_by_code(figures.values())
    if missing:
        return missing
    parts = [(rights.get(one, NOTHING), each) for one, each in _exactly(figures, held).items()]
    reader.sizes.append(_number(sum(((1 + part) * abs(each) for part, each in parts), NOTHING)))
    return settled(_number(sum(((1 - part) * each for part, each in parts), NOTHING)), gap)


def _kept(reader: Reader, call: Call, at: At, holder: str) -> Figure:
    """1 or 0: whether a holder is one of those who are asked for; or why that is not known."""
    kinds = option(call, "also")
    if any(holder in reader.world.of_type(spoken(kind)) for kind in kinds):
        return 1.0
    if not call.arguments:
        return float(not kinds)
    about = reader.catalogue.links[OWNS].source
    if holder not in reader.world.of_type(about):
        return 0.0
    return reader.figure(call.arguments[0], replace(at, entity=holder, about=about))


@function("held", "largest_held")
def _held(reader: Reader, call: Call, at: At) -> Figure:
    owners, entity = _owners(reader, at), at.entity
    if option(call, "through"):
        return _held_through(reader, call, at)
    kept = {one: _kept(reader, call, at, one) for one in owners.holders_of(entity)}
    found = [owners.shares[one, entity] for one, each in kept.items() if each == 1]
    counted = max(found, default=NOTHING) if call.name == "largest_held" else sum(found, NOTHING)
    return _first_by_code(kept.values()) or float(counted)


def _held_through(reader: Reader, call: Call, at: At) -> Figure:
    """Of who is asked for, the direct shares; of all others, what is held of them in their turn."""
    owners, entity = _owners(reader, at), at.entity
    kept = {one: _kept(reader, call, at, one) for one in owners.everyone}

    def others_above(one: str) -> list[str]:
        return [each for each in owners.holders_of(one) if kept[each] != 1]

    above = reached([entity], others_above)
    right = {
        one: sum((owners.shares[each, one] for each in owners.holders_of(one) if kept[each] == 1), NOTHING)
        for one in {entity, *above}
    }
    starts = [one for one in right if right[one]]
    others_below = reached(
        [one for one in starts if kept[one] != 1],
        lambda one: [each for each in owners.held_by(one) if each in right] if kept[one] != 1 else [],
    )
    members = sorted({*starts, *others_below})
    turned = {
        (owned, owner): share for (owner, owned), share in owners.shares.items() if owner in right and kept[owner] != 1
    }
    found = solved(members, turned, right)
    if found is None:
        return reader.gap(Missing.NOT_APPLICABLE, call, at)
    reader.sizes.append(1.0)
    return _first_by_code(kept[one] for one in above) or _number(found.get(entity, NOTHING))
