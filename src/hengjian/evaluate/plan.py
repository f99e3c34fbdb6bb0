"""What to compute, and in which order: every distinct sub-expression of the formulas asked for stands there once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hengjian.formula.term import Formula, Programme, Shape, Term, Version
from hengjian.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One distinct sub-expression. `arguments` are numbers of earlier steps.

    `op` is that of its term, or "formula" for an indicator, rule or check; then `choice` gives, for each period of the
    plan, which argument is the version in force at its end (-1: none is yet). `shape` is that of the first argument,
    `count` the number of periods of `prior`.
    """

    op: str
    name: str
    value: float | None
    text: str
    unit: Unit
    truth: bool
    shape: Shape
    count: int
    arguments: tuple[int, ...]
    choice: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps, inputs first. `roots`: the numbers of the formulas asked for; `last_use`: the last that needs each."""

    steps: tuple[Step, ...]
    roots: Mapping[str, int]
    last_use: tuple[int, ...]


def formula_of(programme: Programme, name: str) -> Formula:
    """The indicator of that name, else the rule, else the check. KeyError when there is none."""
    for formulas in (programme.indicators, programme.rules, programme.checks):
        if name in formulas:
            return formulas[name]
    raise KeyError(name)


def referred(programme: Programme, formulas: Iterable[Formula], days: Iterable[date] | None = None) -> list[str]:
    """The indicators that the formulas stand on, however indirectly, inputs first; on `days` only by versions in force.

    The order lets everything else here work without recursion from indicator to indicator, of which there may be many.
    """
    on = None if days is None else list(days)
    found: set[str] = set()
    todo = list(formulas)
    while todo:
        formula = todo.pop()
        for version in formula.versions if on is None else _in_force(formula, on):
            for term in version.term.walk():
                if term.op == "indicator" and term.name not in found:
                    found.add(term.name)
                    todo.append(programme.indicators[term.name])
    return [name for name in programme.indicators if name in found]


def _in_force(formula: Formula, days: Iterable[date]) -> list[Version]:
    picked = [formula.version_at(day) for day in days]
    return [version for version in formula.versions if any(version is other for other in picked)]


class _Planner:
    """Numbers sub-expressions; equal ones get one number."""

    def __init__(self, programme: Programme, days: tuple[date, ...]) -> None:
        self.programme = programme
        self.days = days
        self.steps: list[Step] = []
        self.numbers: dict[Step, int] = {}
        self.formulas: dict[str, int] = {}

    def number(self, step: Step) -> int:
        if step not in self.numbers:
            self.numbers[step] = len(self.steps)
            self.steps.append(step)
        return self.numbers[step]

    def term(self, term: Term) -> int:
        if term.op == "indicator":
            return self.formulas[term.name]
        inputs, count = term.arguments, 0
        if term.op == "prior":
            inputs, count = inputs[:1], count_of(term)
        return self.number(
            Step(
                op=term.op, name=term.name, value=term.value, text=term.text, unit=term.unit, truth=term.truth,
                shape=inputs[0].shape if inputs else term.shape, count=count,
                arguments=tuple(self.term(argument) for argument in inputs),
            )
        )  # fmt: skip

    def indicator(self, name: str) -> int:
        """The number of an indicator all of whose inputs are numbered."""
        if name not in self.formulas:
            self.formulas[name] = self.formula(self.programme.indicators[name])
        return self.formulas[name]

    def formula(self, formula: Formula) -> int:
        """Only versions in force at the end of some period are planned."""
        used = _in_force(formula, self.days)
        picked = [formula.version_at(day) for day in self.days]
        choice = tuple(-1 if version is None else used.index(version) for version in picked)
        return self.number(
            Step(
                op="formula", name=formula.name, value=None, text=formula.name, unit=formula.unit,
                truth=any(version.term.truth for version in formula.versions), shape=formula.shape, count=0,
                arguments=tuple(self.term(version.term) for version in used), choice=choice,
            )
        )  # fmt: skip


def count_of(term: Term) -> int:
    """How many periods the term `prior(x, n)` steps back."""
    count = term.arguments[1].value
    if count is None or count < 0 or count != int(count):
        raise ValueError(f"not a number of periods: {term.text}")
    return int(count)


def make_plan(programme: Programme, names: Iterable[str], days: tuple[date, ...]) -> Plan:
    """The plan of the named formulas over periods that end on `days`. KeyError for an unknown name."""
    planner = _Planner(programme, days)
    roots: dict[str, int] = {}
    names = list(names)
    for name in referred(programme, [formula_of(programme, name) for name in names], days):
        planner.indicator(name)
    for name in names:
        is_indicator = name in programme.indicators
        roots[name] = planner.indicator(name) if is_indicator else planner.formula(formula_of(programme, name))
    last_use = list(range(len(planner.steps)))
    for number, step in enumerate(planner.steps):
        for argument in step.arguments:
            last_use[argument] = number
    for root in roots.values():
        last_use[root] = len(planner.steps)
    return Plan(steps=tuple(planner.steps), roots=roots, last_use=tuple(last_use))
