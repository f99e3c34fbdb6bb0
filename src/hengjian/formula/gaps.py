"""Gaps in what was decided: parameters that begin after the formulas that use them, and classes that are dropped."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from hengjian.formula.parser import spot
from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.declaration import FormulaText, Parameter
from hengjian.model.issue import Issue, Place
from hengjian.model.workflow import guard_name

#: What reads a parameter.
_READERS = frozenset({"parameter", "interpolate", "band", "lookup"})
#: Below these a missing parameter is provided for.
_GUARDS = frozenset({"coalesce", "is_missing"})


def gaps(programme: Programme) -> list[Issue]:
    """A warning for each gap: at the formula that begins before its parameter, or at the value that lacks a class."""
    catalogue = programme.catalogue
    found: list[Issue] = []
    for name, formula in programme.indicators.items():
        found += _early(formula, catalogue.indicators[name].versions, catalogue.parameters)
        found += _single_points(formula, catalogue.indicators[name].versions, catalogue.parameters)
    for name, formula in programme.rules.items():
        found += _single_points(formula, [catalogue.rules[name].when], catalogue.parameters)
    for name, formula in programme.checks.items():
        found += _single_points(formula, [catalogue.checks[name].holds], catalogue.parameters)
    for flow in catalogue.workflows.values():
        for step in flow.transitions.values():
            guard = programme.guards.get(guard_name(flow.name, step.name))
            if guard is not None and step.guard is not None:
                found += _single_points(guard, [step.guard], catalogue.parameters)
    for card in catalogue.scorecards.values():
        for name, text, _, _ in card.formulas():
            found += _single_points(programme.scored[name], [text], catalogue.parameters)
    for parameter in catalogue.parameters.values():
        found += _dropped(parameter)
    return found


def _early(formula: Formula, texts: Sequence[FormulaText], parameters: Mapping[str, Parameter]) -> Iterator[Issue]:
    """A dated formula that is in force before a parameter of its own has a value; one without a date begins nowhere."""
    for version, text in zip(formula.versions, texts, strict=True):
        if version.valid_from is None:
            continue
        for name in _unguarded(version.term):
            values = parameters[name].values
            if values and values[0].valid_from > version.valid_from:
                first = values[0].valid_from
                message = f"{formula.name} begins on {version.valid_from}, but its parameter {name} on {first}"
                hint = f"add a value of {name} that holds from {version.valid_from}, with its source"
                yield Issue(place=_place(text, name), message=message, hint=hint, severity="warning")


def _unguarded(term: Term) -> list[str]:
    """The parameters that a formula cannot do without, in formula order."""
    found: dict[str, None] = {}
    waiting = [term]
    while waiting:
        one = waiting.pop()
        if one.op in _READERS:
            found[one.name] = None
        if one.op not in _GUARDS:
            waiting.extend(reversed(one.arguments))
    return list(found)


def _single_points(
    formula: Formula, texts: Sequence[FormulaText], parameters: Mapping[str, Parameter]
) -> Iterator[Issue]:
    """Nothing lies between the points of a table that has but one."""
    for version, text in zip(formula.versions, texts, strict=True):
        for name in dict.fromkeys(one.name for one in version.term.walk() if one.op == "interpolate"):
            for value in parameters[name].values:
                for word, points in value.tables.items():
                    if len(points) < 2:
                        whose = "" if word == "default" else f" for {word!r}"
                        message = (
                            f"{formula.name} interpolates in {name}, which has one point{whose} from {value.valid_from}"
                        )
                        hint = f"give it two points or more, or write band(x, {name})"
                        yield Issue(place=_place(text, name), message=message, hint=hint, severity="warning")


def _dropped(parameter: Parameter) -> Iterator[Issue]:
    """A class that a later value has nothing for, not even a default."""
    for before, value in pairwise(parameter.values):
        lacking = [] if "default" in value.classes() else sorted(before.classes() - value.classes())
        for word in lacking:
            which = "no default" if word == "default" else f"nothing for {word!r}"
            message = f"{parameter.name} has {which} from {value.valid_from}, but had until then"
            hint = "add it, or a default; whom it is for has no value from that day on"
            yield Issue(place=value.place, message=message, hint=hint, severity="warning")


def _place(text: FormulaText, name: str) -> Place:
    """Where a formula names a parameter; its beginning where it spells the name otherwise."""
    return spot(text.text, text.place, max(text.text.find(name), 0))
