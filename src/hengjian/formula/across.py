"""Calls that reach beyond their own cell: finer periods, peers, linked entities, another cut."""

from typing import TYPE_CHECKING

from hengjian.formula import literals
from hengjian.formula.function import Function
from hengjian.formula.node import Call, Keyword, Name, Node
from hengjian.formula.printer import assemble, write
from hengjian.formula.reading import EVERY
from hengjian.formula.shapes import suits, timeless
from hengjian.formula.term import Options, Shape, Term, number, words
from hengjian.model.period import FREQUENCIES, PER_DAY, PER_YEAR, Frequency, coarser
from hengjian.model.unit import RATIO

if TYPE_CHECKING:
    from hengjian.formula.build import Builder


def per(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`sum(x, per: month)`: x by a finer frequency, the result by the one named."""
    reading = builder.reading
    options = builder.options(function, call)
    target = _frequency(builder, function, _said(call, "per"))
    with reading.by_another_frequency():
        inner = builder.argument(call.arguments[0], function, function.arguments[0].kind)
    if inner is None or target is None or options is None or reading.has_mixed_frequencies:
        return None
    if inner.frequency is None:
        raise ValueError(f"{inner.text} has no periods")
    at = call.arguments[0].span
    if not coarser(target, inner.frequency):
        message = f"{function.called} per {target} takes figures of finer periods, but {inner.text} is"
        hint = "write it alone" if inner.frequency == target else "a figure of coarser periods has no finer ones"
        reading.fault(at, f"{message} {EVERY[inner.frequency]}", hint)
        return None
    most = _most_within(target, inner.frequency)
    if not literals.fits(call.mark, number(options, "at_least"), most, function, reading):
        return None
    text = call_text(call, (inner,))
    reading.meet(text, target, call.span)
    return Term(
        op=function.name, arguments=(inner,), options=(("per", (target,)), *options), unit=inner.unit,
        shape=_per_shape(function.called, inner.shape, target), frequency=target, text=text,
    )  # fmt: skip


def _per_shape(called: str, shape: Shape, target: Frequency) -> Shape:
    """The last of a year's flow so far is the flow of the year; of a year's flow so far elsewhere it is still that."""
    match called:
        case "sum" | "increase":
            return "period"
        case "last" if shape == "ytd":
            return "period" if target == "year" else "ytd"
        case "last" if shape in ("instant", "ttm"):
            return shape
    return "none"


def _most_within(target: Frequency, finer: Frequency) -> int:
    """How many finer periods the longest period of a frequency has."""
    if finer in PER_YEAR:
        return PER_YEAR[finer] // PER_YEAR[target]
    days = {"year": 366, "half": 184, "quarter": 92, "month": 31}.get(target)
    return PER_DAY[finer] // PER_DAY[target] if days is None else PER_DAY[finer] * days


def _frequency(builder: "Builder", function: Function, keyword: Keyword) -> Frequency | None:
    choices = [frequency for frequency in FREQUENCIES if frequency != FREQUENCIES[-1]]
    found = literals.word(keyword.values[0], choices, f"per of {function.called}", builder.reading)
    return next((frequency for frequency in choices if frequency == found), None)


def within(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`rank(x, within: industry)`: among the entities of the same type with the same attributes."""
    reading = builder.reading
    options = builder.options(function, call)
    attributes = _attributes(builder, _said(call, "within"))
    terms: list[Term | None] = [builder.argument(call.arguments[0], function, "figure")]
    if function.name == "quantile":
        terms.append(literals.share(call.arguments[1], function, reading))
    sound = [term for term in terms if term is not None]
    if len(sound) < len(terms) or attributes is None or options is None or reading.has_mixed_frequencies:
        return None
    inner = sound[0]
    if inner.frequency is None:
        message, hint = timeless(inner)
        reading.fault(call.arguments[0].span, f"{function.called} compares peers, but {message}", hint)
        return None
    return Term(
        op=function.name, arguments=tuple(sound), options=(("within", attributes), *options),
        unit=inner.unit if function.unit == "first" else RATIO, shape="none", frequency=inner.frequency,
        text=call_text(call, sound),
    )  # fmt: skip


def _attributes(builder: "Builder", keyword: Keyword) -> tuple[str, ...] | None:
    if [node.name for node in keyword.values if isinstance(node, Name)] == ["all"]:
        return ("all",)
    found = [builder.names.attribute(node, builder.reading, ("text",)) for node in keyword.values]
    return tuple(one for one in found if one is not None) if None not in found else None


def over(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`total(x, over: children, where: c)`: over the entities that a link leads to."""
    reading = builder.reading
    options = builder.options(function, call)
    link = builder.names.link(_said(call, "over").values[0], reading)
    if link is None:
        return None
    name, direction, far = link
    if options is not None and words(options, "levels") and name not in builder.names.catalogue.links:
        message = f"{write(_said(call, 'over').values[0])} leads to those at every level already"
        reading.fault(_said(call, "levels").span, message, "leave levels: all out")
        return None
    if options is not None and words(options, "levels") and far != reading.type:
        ends = f"{write(_said(call, 'over').values[0])} leads from {reading.type} to {far}"
        message = f"levels: all walks among entities of one type, but {ends}"
        hint = "leave it out; what lies further down, a total over it tells"
        if builder.names.catalogue.descends(reading.type, far):
            hint = f"declare it as an indicator of {far}, and read that"
        reading.fault(_said(call, "levels").span, message, hint)
        return None
    condition = next((one for one in call.keywords if one.name == "where"), None)
    nodes = (*call.arguments, *(condition.values if condition else ()))
    terms: list[Term | None] = []
    with reading.about(far):
        for node in nodes:
            term = builder.term(node)
            kind = "truth" if condition and node is condition.values[0] else "figure"
            terms.append(term if term is not None and suits(function, kind, term, node.span, reading) else None)
    sound = [term for term in terms if term is not None]
    if len(sound) < len(terms) or options is None or reading.has_mixed_frequencies:
        return None
    said: Options = (("over", (name, direction, far)), *((("where", ("yes",)),) if condition else ()), *options)
    return Term(
        op=function.name, arguments=tuple(sound), options=said,
        unit=sound[0].unit if function.arguments else RATIO,
        shape=sound[0].shape if function.shape == "kept" else "none",
        frequency=next((term.frequency for term in sound if term.frequency), None),
        text=call_text(call, sound, nodes),
    )  # fmt: skip


def of(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`of(parent, x)`: the figure of the one entity that a link leads to."""
    reading = builder.reading
    link = builder.names.link(call.arguments[0], reading)
    if link is None:
        return None
    with reading.about(link[2]):
        inner = builder.argument(call.arguments[1], function, "figure")
    if inner is None or reading.has_mixed_frequencies:
        return None
    return Term(
        op="of", arguments=(inner,), options=(("over", link),), unit=inner.unit, shape=inner.shape,
        frequency=inner.frequency, text=call_text(call, (inner,), call.arguments[1:]),
    )  # fmt: skip


def on(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`on(x, basis: audited)`: the same formula on another cut."""
    reading = builder.reading
    options = builder.options(function, call)
    inner = builder.argument(call.arguments[0], function, "figure")
    if not call.keywords:
        reading.fault(call.mark, "on needs the option basis: or scope:", f"write {function.signature}")
        return None
    if inner is None or options is None:
        return None
    if inner.frequency is None:
        message, hint = timeless(inner)
        reading.fault(call.arguments[0].span, f"on reads another cut, but {message}", hint)
        return None
    return Term(
        op="on", arguments=(inner,), options=options, unit=inner.unit, shape=inner.shape, frequency=inner.frequency,
        text=call_text(call, (inner,)),
    )  # fmt: skip


def _said(call: Call, name: str) -> Keyword:
    return next(keyword for keyword in call.keywords if keyword.name == name)


def call_text(call: Call, terms: "tuple[Term, ...] | list[Term]", nodes: "tuple[Node, ...] | None" = None) -> str:
    """The canonical text of a call; `terms` are those of `nodes`, by default of its first arguments."""
    computed = {id(node): term.text for node, term in zip(nodes or call.arguments, terms, strict=False)}
    parts: list[Node] = [*call.arguments, *(value for keyword in call.keywords for value in keyword.values)]
    return assemble(call, [computed.get(id(part)) or write(part) for part in parts])
