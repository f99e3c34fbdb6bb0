"""Calls and comparisons of declared tables and dated attributes."""

from typing import TYPE_CHECKING

from hengjian.formula.function import Function
from hengjian.formula.names import written
from hengjian.formula.node import Call, Name, Node, Operation, Text
from hengjian.formula.printer import assemble, write
from hengjian.formula.reading import Reading
from hengjian.formula.term import Term
from hengjian.formula.units import is_zero
from hengjian.model.declaration import Parameter
from hengjian.model.issue import nearest
from hengjian.model.unit import RATIO, base_unit, multiply

if TYPE_CHECKING:
    from hengjian.formula.build import Builder


#: The key under which a parameter has its value for the rest.
_DEFAULT = "default"


def text_test(builder: "Builder", node: Operation) -> Term | None:
    """`attribute = "text"`, `attribute != "text"`, `attribute in ("a", "b")`."""
    reading = builder.reading
    left, rest = node.operands[0], node.operands[1:]
    if isinstance(left, Text) and len(rest) == 1:
        left, rest = rest[0], (left,)
    if not isinstance(left, Name) or not all(isinstance(text, Text) for text in rest):
        message = f"a text is compared with an attribute, not with {write(left)}"
        reading.fault(left.span, message, 'write it as in industry = "power"')
        return None
    attribute = builder.names.attribute(left, reading, ("text",))
    if attribute is None:
        return None
    texts = tuple(sorted({text.value for text in rest if isinstance(text, Text)}))
    parts: list[Node] = [left, *rest]
    found = Term(
        op="one_of", name=attribute, options=(("texts", texts),), unit=RATIO, truth=True, shape="none",
        frequency=None, text=assemble(Operation("one_of", tuple(parts)), [written(left.name), *map(write, rest)]),
    )  # fmt: skip
    if node.op == "one_of":
        return found
    shown = assemble(Operation(node.op, (left, rest[0])), [written(left.name), write(rest[0])])
    if node.op == "equal":
        return _shown(found, shown)
    return Term(op="not", arguments=(found,), unit=RATIO, truth=True, shape="none", frequency=None, text=shown)


def _shown(term: Term, text: str) -> Term:
    return Term(
        op=term.op, name=term.name, options=term.options, unit=term.unit, truth=True, shape="none", frequency=None,
        text=text,
    )  # fmt: skip


def dated(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`days_until(attribute)`, `age(attribute)`."""
    attribute = builder.names.attribute(call.arguments[0], builder.reading, ("date",))
    if attribute is None:
        return None
    return Term(
        op=function.name, name=attribute, unit=base_unit("day" if function.unit == "day" else "year"), shape="none",
        frequency=None, text=assemble(call, [write(call.arguments[0])]),
    )  # fmt: skip


def tabled(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`interpolate(x, table)`, `band(x, table)`."""
    reading = builder.reading
    inner = builder.argument(call.arguments[0], function, "figure")
    table = _parameter(builder, function, call.arguments[1])
    if table is None or not builder.names.has_classes(table, call.arguments[1], reading):
        return None
    if table.points is None:
        hint = f"declare points: with the unit of x for {table.name}, or use it as a figure"
        reading.fault(call.arguments[1].span, f"{table.name} is not a table of points", hint)
        return None
    if inner is None:
        return None
    if not is_zero(inner) and not inner.unit.measures_the_same_as(table.points):
        message = f"{function.called} reads {table.name} at {table.points}, but {inner.text} is in {inner.unit}"
        reading.fault(call.arguments[0].span, message, "both must have one unit; convert or divide first")
        return None
    text = assemble(call, [inner.text, write(call.arguments[1])])
    return Term(
        op=function.name, name=table.name, arguments=(inner,), unit=multiply(table.unit, RATIO), shape="none",
        frequency=inner.frequency, text=text,
    )  # fmt: skip


def looked_up(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`lookup(parameter, key, …)`: for classes that are named, by texts or attributes."""
    reading = builder.reading
    table = _parameter(builder, function, call.arguments[0])
    if table is None:
        return None
    if table.points is not None:
        hint = f"write interpolate(x, {written(table.name)}) or band(x, {written(table.name)})"
        reading.fault(call.arguments[0].span, f"{table.name} is a table of points", hint)
        return None
    nodes = call.arguments[1:]
    if len(nodes) != len(table.by):
        wanted = f"{len(table.by) or 'no'} {'key' if len(table.by) == 1 else 'keys'}"
        message = f"{table.name} is looked up by {wanted}, not {len(nodes)}"
        hint = f"they stand for {', '.join(table.by)}" if table.by else f"it is one figure: write {written(table.name)}"
        reading.fault(call.mark, message, hint)
        return None
    keys = [_key(builder, node) for node in nodes]
    if any(key is None for key in keys):
        return None
    for place, node in enumerate(nodes):
        if isinstance(node, Text):
            _known_class(table, place, node, reading)
    return Term(
        op="lookup", name=table.name, options=(("keys", tuple(key for key in keys if key is not None)),),
        unit=multiply(table.unit, RATIO), shape="none", frequency=None,
        text=assemble(call, [write(part) for part in call.arguments]),
    )  # fmt: skip


def _key(builder: "Builder", node: Node) -> str | None:
    """A text has "=" before it, an attribute stands for itself."""
    if isinstance(node, Text):
        return f"={node.value}"
    return builder.names.attribute(node, builder.reading, ("text",))


def _known_class(table: Parameter, place: int, key: Text, reading: Reading) -> None:
    """A key that no value of the parameter has: it gets the default, or nothing at all."""
    classes = [one for value in table.values for one in value.classes()]
    known = {one.split("/")[place] for one in classes if one != _DEFAULT and one.count("/") == len(table.by) - 1}
    if key.value in (_DEFAULT, *known):
        return
    hint = nearest(key.value, sorted(known), otherwise=f"its classes are {', '.join(sorted(known))}")
    if _DEFAULT in classes:
        message = f"{table.name} has no class {key.value!r} and gives the default"
        reading.fault(key.span, message, hint, "warning")
    else:
        reading.fault(key.span, f"{table.name} has no class {key.value!r} and no default", hint)


def converted(builder: "Builder", function: Function, call: Call) -> Term | None:
    """`convert(x, rate)`: the rate is a parameter in another unit for that of x, such as CNY/USD."""
    reading = builder.reading
    inner = builder.argument(call.arguments[0], function, "figure")
    rate = _parameter(builder, function, call.arguments[1])
    if inner is None or rate is None:
        return None
    term = builder.names.leaf_of(rate, call.arguments[1], reading)
    if term is None:
        return None
    powers = dict(rate.unit.factors)
    over = [name for name, power in powers.items() if power == 1]
    under = tuple((name, 1) for name, power in powers.items() if power == -1)
    if len(powers) != 2 or len(over) != 1 or inner.unit.factors != under:
        message = f"{rate.name} is in {rate.unit}: it does not convert {inner.text}, which is in {inner.unit}"
        reading.fault(call.arguments[1].span, message, f"a rate for it is in another unit per {inner.unit}")
        return None
    return Term(
        op="convert", arguments=(inner, term), unit=base_unit(over[0]), shape=inner.shape, frequency=inner.frequency,
        text=assemble(call, [inner.text, term.text]),
    )  # fmt: skip


def _parameter(builder: "Builder", function: Function, node: Node) -> Parameter | None:
    found = builder.names.parameter(node) if isinstance(node, Name) else None
    if found is None:
        message = f"{function.called} takes a parameter, not {write(node)}"
        builder.reading.fault(node.span, message, f"write {function.signature}")
    return found
