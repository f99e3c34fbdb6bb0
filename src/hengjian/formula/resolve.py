"""Names to leaves: what a name stands for, and hints for those that stand for nothing."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal

from hengjian.formula.functions import BY_NAME, FUNCTIONS
from hengjian.formula.names import canonical, written
from hengjian.formula.node import Name, Node
from hengjian.formula.printer import write
from hengjian.formula.reading import Reading
from hengjian.formula.term import Shape, Term
from hengjian.model.declaration import Attribute, AttributeKind, Catalogue, Indicator, Measure, Parameter
from hengjian.model.issue import nearest
from hengjian.model.period import Frequency
from hengjian.model.unit import RATIO, Unit, multiply

Kind = Literal["measure", "indicator", "parameter"]

#: What other programs call a function that stands here under another name.
_ELSEWHERE: Mapping[str, str] = {
    "average": "avg", "lag": "prior", "previous": "prior", "iif": "if", "lookback": "prior",
    "iferror": "coalesce", "ifnull": "coalesce", "nvl": "coalesce", "ltm": "ttm", "growth": "yoy", "stdev": "rolling",
    "if_error": "coalesce", "isnull": "is_missing", "isblank": "is_missing", "ln": "log", "percentrank": "percentile",
    "normsdist": "normal_cdf", "norm_s_dist": "normal_cdf", "norm_cdf": "normal_cdf", "phi": "normal_cdf",
}  # fmt: skip


class Names:
    """All names of a catalogue, compared in their canonical form."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.declared: dict[str, tuple[Kind, str]] = {}
        for name in catalogue.parameters:
            self.declared[canonical(name)] = ("parameter", name)
        for name in catalogue.indicators:
            self.declared[canonical(name)] = ("indicator", name)
        for name in catalogue.measures:
            self.declared[canonical(name)] = ("measure", name)
        self._leaves: dict[str, Term] = {}
        self._attributes: dict[str, Mapping[str, Attribute]] = {}
        self._links: dict[str, Mapping[str, tuple[str, str, str]]] = {}
        self._units: dict[str, Unit] = {}

    def indicators_among(self, names: Iterable[Name]) -> dict[str, Name]:
        """The indicators that are mentioned, each with its first mention."""
        found: dict[str, Name] = {}
        for node in names:
            kind, name = self.declared.get(node.name, ("", ""))
            if kind == "indicator":
                found.setdefault(name, node)
        return found

    def units(self) -> Mapping[str, Unit]:
        """Every unit that is shipped or that a declaration names."""
        if not self._units:
            self._units = self.catalogue.known_units()
            for declared in (self.catalogue.measures, self.catalogue.indicators, self.catalogue.parameters):
                for each in declared.values():
                    self._units.setdefault(each.unit.symbol, each.unit)
        return self._units

    def leaf(self, node: Name, reading: Reading) -> Term | None:
        """The leaf that a name stands for; None after a fault, or where it stands for a broken indicator."""
        kind, name = self.declared.get(node.name, (None, ""))
        match kind:
            case None:
                stated = self.attributes(reading.type).get(node.name)
                if stated is not None and stated.kind == "number":
                    return self._leaf("attribute", stated.name, RATIO, "none", None)
                message = f"no measure, indicator or parameter is called {node.name!r}"
                reading.fault(node.span, message, self._hint(node.name, reading.type))
                return None
            case "parameter":
                return self._parameter(self.catalogue.parameters[name], node, reading)
            case "measure":
                measure = self.catalogue.measures[name]
                return self._reported(measure, node, reading) if self._fits(measure, node, reading) else None
        indicator = self.catalogue.indicators[name]
        return self._computed(indicator, node, reading) if self._fits(indicator, node, reading) else None

    def function_hint(self, name: str) -> str:
        """How to mend the call of a function that does not exist."""
        kind, _ = self.declared.get(name, ("", ""))
        if kind:
            return f"{written(name)} is {'an' if kind == 'indicator' else 'a'} {kind}; it takes no arguments"
        if name in FUNCTIONS:
            return f"write {FUNCTIONS[name].signature}"
        lower = name.lower()
        near = [_ELSEWHERE[lower]] if lower in _ELSEWHERE else get_close_matches(lower, BY_NAME, n=3)
        if near:
            return f"did you mean {' or '.join(BY_NAME[each][0].signature for each in near)}?"
        return f"the functions are {', '.join(BY_NAME)}"

    def attribute(self, node: Node, reading: Reading, kinds: Sequence[AttributeKind]) -> str | None:
        """The attribute of the formula's type that a name stands for, of one of these kinds; None after a fault."""
        known = self.attributes(reading.type)
        name = node.name if isinstance(node, Name) else None
        if name is not None and name in known and known[name].kind in kinds:
            return known[name].name
        of_kind = [written(each) for each, one in known.items() if one.kind in kinds]
        if name is not None and name in known:
            message = f"{write(node)} is an attribute of kind {known[name].kind}, not {' or '.join(kinds)}"
            hint = f"of that kind are {', '.join(of_kind)}" if of_kind else "declare an attribute of that kind"
            reading.fault(node.span, message, hint)
            return None
        otherwise = f"its attributes are {', '.join(of_kind)}" if of_kind else "declare the attribute in types.yaml"
        message = f"{reading.type} has no attribute {write(node)}"
        reading.fault(node.span, message, nearest(name or "", of_kind, otherwise=otherwise))
        return None

    def attributes(self, type_name: str) -> Mapping[str, Attribute]:
        """The attributes of a type by their canonical name, those of its super-types included."""
        if type_name not in self._attributes:
            found = {**self.catalogue.attributes_of(type_name), **self.catalogue.derived_attributes()}
            self._attributes[type_name] = {canonical(name): one for name, one in found.items()}
        return self._attributes[type_name]

    def link(self, node: Node, reading: Reading) -> tuple[str, str, str] | None:
        """The link that leads from the formula's type: its type, "forward" or "back", and the type that it leads to."""
        known = self.links(reading.type)
        name = node.name if isinstance(node, Name) else ""
        if name in known:
            return known[name]
        otherwise = f"from {reading.type} lead {', '.join(known)}" if known else "declare the link in types.yaml"
        message = f"no link from {reading.type} is called {write(node)}"
        reading.fault(node.span, message, nearest(name, known, otherwise=otherwise))
        return None

    def links(self, type_name: str) -> Mapping[str, tuple[str, str, str]]:
        """The links that lead from a type, by the canonical name that walks them."""
        if type_name not in self._links:
            lineage = self.catalogue.lineage(type_name)
            found: dict[str, tuple[str, str, str]] = {}
            for link in self.catalogue.walked_links().values():
                if link.source in lineage:
                    found[canonical(link.name)] = (link.name, "forward", link.target)
                if link.inverse is not None and link.target in lineage:
                    found[canonical(link.inverse)] = (link.name, "back", link.source)
            self._links[type_name] = found
        return self._links[type_name]

    def parameter(self, node: Name) -> Parameter | None:
        """The parameter that a name stands for."""
        kind, name = self.declared.get(node.name, ("", ""))
        return self.catalogue.parameters[name] if kind == "parameter" else None

    def leaf_of(self, parameter: Parameter, node: Node, reading: Reading) -> Term | None:
        """A parameter as a figure."""
        return self._parameter(parameter, node, reading)

    def _fits(self, declared: Measure | Indicator, node: Name, reading: Reading) -> bool:
        if self.catalogue.descends(reading.type, declared.type):
            return True
        kind = "a measure" if isinstance(declared, Measure) else "an indicator"
        message = f"{declared.name} is {kind} of {declared.type}, but the formula is about {reading.type}"
        otherwise = f"a formula about {reading.type} reads measures and indicators of {reading.type}"
        reading.fault(node.span, message, self._near(node.name, reading.type) or otherwise)
        return False

    def has_classes(self, parameter: Parameter, node: Node, reading: Reading) -> bool:
        """Whether the formula's type has the attributes by which a parameter differs; a fault if not."""
        known = self.attributes(reading.type)
        lacking = [name for name in parameter.by if canonical(name) not in known]
        if lacking:
            message = f"{parameter.name} differs by {lacking[0]}, which {reading.type} does not have"
            hint = f"declare the attribute {lacking[0]} of {reading.type}, or take a parameter without it"
            reading.fault(node.span, message, hint)
        return not lacking

    def _parameter(self, parameter: Parameter, node: Node, reading: Reading) -> Term | None:
        if parameter.points is not None:
            hint = f"write interpolate(x, {written(parameter.name)}) or band(x, {written(parameter.name)})"
            reading.fault(node.span, f"{parameter.name} is a table of points, not a figure", hint)
            return None
        if not self.has_classes(parameter, node, reading):
            return None
        return self._leaf("parameter", parameter.name, parameter.unit, "none", None)

    def _reported(self, measure: Measure, node: Name, reading: Reading) -> Term:
        reading.meet(measure.name, measure.frequency, node.span)
        shape: Shape = "instant" if measure.period_type == "instant" else "ytd" if measure.cumulative else "period"
        return self._leaf("measure", measure.name, measure.unit, shape, measure.frequency)

    def _computed(self, indicator: Indicator, node: Name, reading: Reading) -> Term | None:
        formula = reading.checked.get(indicator.name)
        if formula is None:
            return None
        reading.meet(indicator.name, formula.frequency, node.span)
        return self._leaf("indicator", indicator.name, indicator.unit, formula.shape, formula.frequency)

    def _leaf(
        self, op: Kind | Literal["attribute"], name: str, unit: Unit, shape: Shape, frequency: Frequency | None
    ) -> Term:
        found = self._leaves.get(name)
        if found is None:
            base = multiply(unit, RATIO) if unit.factors else RATIO
            text = written(canonical(name))
            found = Term(op=op, name=name, unit=base, shape=shape, frequency=frequency, text=text)
            self._leaves[name] = found
        return found

    def _hint(self, name: str, type_name: str) -> str:
        if name in BY_NAME:
            return f"{name} is a function; write {BY_NAME[name][0].signature}"
        stated = self.attributes(type_name).get(name)
        if stated is not None and stated.kind == "date":
            return f"{written(name)} is a date; write days_until({written(name)}) or age({written(name)})"
        if stated is not None:
            return (
                f"{name} is an attribute; a parameter with by: [{name}] gives a value for each, and "
                f'{written(name)} = "…" is a condition'
            )
        return self._near(name, type_name) or "write the name of a measure, an indicator or a parameter"

    def _near(self, name: str, type_name: str) -> str:
        """Up to three names that a formula of this type may read, nearest first; by their labels too."""
        words: dict[str, str] = {}
        readable: list[Measure | Indicator | Parameter] = [*self.catalogue.parameters.values()]
        types = self.catalogue.lineage(type_name)
        readable += [each for each in self.catalogue.measures.values() if each.type in types]
        readable += [each for each in self.catalogue.indicators.values() if each.type in types]
        for each in readable:
            for label in (each.label.zh, each.label.en):
                words.setdefault(canonical(label).lower(), each.name)
        words |= {each.name: each.name for each in readable}
        nearest_words = [name.lower()] if name.lower() in words else get_close_matches(name, words, n=3)
        near: dict[str, str] = {}
        for word in nearest_words:
            shown = written(words[word])
            near.setdefault(words[word], shown if word.isascii() or word == words[word] else f"{shown} ({word})")
        return f"did you mean {' or '.join(near.values())}?" if near else ""
