"""Calls that look through ownership: down to all whom an entity holds, up to all who hold it."""

from typing import TYPE_CHECKING

from hengjian.formula.across import call_text
from hengjian.formula.function import Function
from hengjian.formula.names import canonical
from hengjian.formula.node import Call, Keyword, Name
from hengjian.formula.printer import write
from hengjian.formula.term import Options, Term
from hengjian.model.declaration import OWNS
from hengjian.model.issue import nearest
from hengjian.model.unit import RATIO

if TYPE_CHECKING:
    from hengjian.formula.build import Builder


def looked_through(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`look_through(x)`: over all whom the entity holds. `held(c, also: type)`: over those who hold it."""
    reading = builder.reading
    options = builder.options(function, call)
    among = _types(builder, call)
    owns = builder.names.catalogue.links.get(OWNS)
    if owns is None:
        message = f"{function.called} looks through the link {OWNS}, which no pack declares"
        reading.fault(call.mark, message, "give the base pack too")
        return None
    is_down = not function.arguments[0].optional
    far = owns.target if is_down else owns.source
    terms: list[Term | None] = []
    with reading.about(far):
        terms += [builder.argument(node, function, function.arguments[0].kind) for node in call.arguments]
    sound = [term for term in terms if term is not None]
    if len(sound) < len(terms) or options is None or among is None or reading.has_mixed_frequencies:
        return None
    said: Options = (("along", (OWNS, far)), *((("also", among),) if among else ()), *options)
    if is_down:
        (inner,) = sound
        unit, shape = inner.unit, inner.shape
    else:
        unit, shape = RATIO, "none"
    return Term(
        op=function.name, arguments=tuple(sound), options=said, unit=unit, shape=shape,
        frequency=next((term.frequency for term in sound), None), text=call_text(call, sound),
    )  # fmt: skip


def _types(builder: "Builder", call: Call) -> tuple[str, ...] | None:
    """The entity types that are named; None after a fault."""
    keyword = next((one for one in call.keywords if one.name == "also"), None)
    if keyword is None:
        return ()
    known = {canonical(name): name for name in builder.names.catalogue.types}
    found = [_type(builder, keyword, place, known) for place in range(len(keyword.values))]
    return None if None in found else tuple(one for one in found if one is not None)


def _type(builder: "Builder", keyword: Keyword, place: int, known: dict[str, str]) -> str | None:
    node = keyword.values[place]
    if isinstance(node, Name) and node.name in known:
        return known[node.name]
    hint = nearest(write(node), known, otherwise=f"declared are {', '.join(known)}")
    builder.reading.fault(node.span, f"no entity type is called {write(node)}", hint)
    return None
