"""Where each part of a formula is computed: which entities, by which frequency, on which cut."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hengjian.formula.functions import FUNCTIONS
from hengjian.formula.term import Options, Term, number, words
from hengjian.model.cut import BASES, BasisChoice, Scope
from hengjian.model.declaration import LEVEL, ULTIMATE_OWNER, Catalogue
from hengjian.model.period import PER_DAY
from hengjian.panel.scene import Frame, LinkKey, Series
from hengjian.panel.series import KINDS, Kind

#: A term, the frame in which it is computed, and the type that its formula is about there.
Spot = tuple[Term, Frame, str]

_SCOPES: tuple[Scope, ...] = ("consolidated", "parent")
_CHOICES: tuple[BasisChoice, ...] = (*BASES, "best")


def reach_of(op: str) -> str:
    """What a function reads beyond its own cell: see `formula.function.Reach`."""
    function = FUNCTIONS.get(op)
    return "" if function is None else function.reach


def everyone(frame: Frame, about: str) -> Frame:
    """The frame of everyone of a type."""
    return replace(frame, type=about, everyone=True)


def own_frame(term: Term, frame: Frame, about: str) -> Frame:
    """Where a term is computed that is asked for in `frame`: of peers and links, over everyone."""
    return everyone(frame, about) if depends_on_others(term.op) else frame


def depends_on_others(op: str) -> bool:
    """Whether one entity's figure may depend on others'."""
    return reach_of(op) in ("peers", "links", "holdings")


def stored(term: Term, frame: Frame) -> Series | None:
    """What the store adds up by itself: a fine measure brought to a coarser frequency, over everyone. Of some entities
    the readings are read like any figures, so that an explanation names each."""
    if reach_of(term.op) != "periods" or not frame.everyone:
        return None
    (inner,) = term.arguments
    if inner.op != "measure" or inner.frequency not in PER_DAY:
        return None
    kind: Kind = next(kind for kind in KINDS if term.op == f"{kind}_per")
    return Series(measure=inner.name, kind=kind, at_least=number(term.options, "at_least"))


def below(term: Term, frame: Frame, about: str) -> list[Spot]:
    """The arguments of a term with the frames in which they are computed; none of what the store adds up."""
    if stored(term, frame) is not None:
        return []
    match reach_of(term.op):
        case "":
            return [(one, frame, about) for one in term.arguments]
        case "periods":
            (one,) = term.arguments
            finer = one.frequency
            return [(one, frame if finer is None else replace(frame, frequency=finer), about)]
        case "peers":
            return [(term.arguments[0], everyone(frame, about), about)]
        case "links":
            far = words(term.options, "over")[2]
            return [(one, everyone(frame, far), far) for one in term.arguments]
        case "holdings":
            far = words(term.options, "along")[1]
            return [(one, everyone(frame, far), far) for one in term.arguments]
    scope, basis = words(term.options, "scope"), words(term.options, "basis")
    other = replace(
        frame,
        scope=next((one for one in _SCOPES if (one,) == scope), frame.scope),
        basis=next((one for one in _CHOICES if (one,) == basis), frame.basis),
    )
    return [(term.arguments[0], other, about)]


def link_key(term: Term, frame: Frame, about: str) -> LinkKey:
    """The links along which a term reads."""
    name, direction, far = words(term.options, "over")
    return LinkKey(link=name, back=direction == "back", near=about, far=far, frequency=frame.frequency)


def spots(term: Term, frame: Frame, about: str) -> Iterator[Spot]:
    """The term and all below it, in formula order, each where it is computed."""
    waiting: list[Spot] = [(term, frame, about)]
    while waiting:
        spot = waiting.pop()
        yield spot
        waiting.extend(reversed(below(*spot)))


def peer_names(options: Options) -> tuple[str, ...]:
    """The attributes within whose groups a function compares; none where everybody is one group."""
    return tuple(name for name in words(options, "within") if name != "all")


def asks_who_holds(op: str, link: LinkKey | None, attributes: Iterable[str], catalogue: Catalogue) -> bool:
    """Whether a term, or the step made of it, is computed from who holds whom."""
    if reach_of(op) == "holdings" or (link is not None and link.link not in catalogue.links):
        return True
    return any(name in (LEVEL, ULTIMATE_OWNER) and name in catalogue.derived_attributes() for name in attributes)


def attributes_of(op: str, name: str, options: Options, catalogue: Catalogue) -> tuple[str, ...]:
    """The attributes that a term, or the step made of it, reads by itself."""
    match op:
        case "parameter" | "interpolate" | "band":
            return catalogue.parameters[name].by
        case "lookup":
            return tuple(key for key in words(options, "keys") if not key.startswith("="))
        case "one_of" | "attribute" | "days_until" | "age":
            return (name,)
    return peer_names(options)
