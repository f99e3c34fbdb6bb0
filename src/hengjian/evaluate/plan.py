"""What to compute, and in which order: every distinct sub-expression of the formulas asked for stands there once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hengjian.evaluate.frames import below, depends_on_others, link_key, own_frame, reach_of, spots, stored
from hengjian.formula.functions import FUNCTIONS
from hengjian.formula.term import Formula, Options, Programme, Shape, Term, Version
from hengjian.model.period import Frequency
from hengjian.model.unit import Unit
from hengjian.panel.scene import Frame, LinkKey

#: The ends of the periods of each frequency.
Days = Mapping[Frequency, Sequence[date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One distinct sub-expression, computed in one frame. `arguments` are numbers of earlier steps.

    `op` is that of its term, or "formula" for an indicator, rule or check; then `choice` gives, for each period of the
    frame, which argument is the version in force at its end (-1: none is yet). "pick" takes some entities out of the
    frame of everyone. `shape` is that of the first argument, `count` the number that a function was given in writing,
    `link` where edges are read.
    """

    frame: Frame
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
    options: Options = ()
    link: LinkKey | None = None

    @property
    def is_wide(self) -> bool:
        """Whether one entity's figure may depend on others'."""
        return depends_on_others(self.op)

    @property
    def is_whole(self) -> bool:
        """Whether it is taken out of a column over everyone."""
        return self.is_wide or self.op == "pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps, inputs first, and `roots`: the numbers of the formulas asked for."""

    steps: tuple[Step, ...]
    roots: Mapping[str, int]


def formula_of(programme: Programme, name: str) -> Formula:
    """The indicator of that name, else the rule, check, guard, part of a rule or scorecard. KeyError without one."""
    for formulas in (
        programme.indicators, programme.rules, programme.checks, programme.guards, programme.parts, programme.scored,
    ):  # fmt: skip
        if name in formulas:
            return formulas[name]
    raise KeyError(name)


#: An indicator, and where it is computed.
Reference = tuple[str, Frame]


def home_frame(formula: Formula) -> Frame:
    """Where a formula is computed when nobody says otherwise: over everyone that it is about."""
    return Frame(type=formula.type, frequency=formula.frequency, everyone=True)


def referred(
    programme: Programme, formulas: Iterable[tuple[Formula, Frame]], days: Days | None = None
) -> list[Reference]:
    """The indicators that the formulas stand on, however indirectly, inputs first; on `days` only by versions in force.

    The order lets everything else here work without recursion from indicator to indicator, of which there may be many.
    """
    found: dict[Reference, None] = {}
    todo = list(formulas)
    while todo:
        formula, frame = todo.pop()
        on = None if days is None else days[frame.frequency]
        for version in formula.versions if on is None else _in_force(formula, on):
            for term, at, _ in spots(version.term, frame, formula.type):
                if term.op == "indicator" and (term.name, at) not in found:
                    found[term.name, at] = None
                    todo.append((programme.indicators[term.name], at))
    order = {name: place for place, name in enumerate(programme.indicators)}
    return sorted(found, key=lambda reference: order[reference[0]])


def _in_force(formula: Formula, days: Iterable[date]) -> list[Version]:
    picked = [formula.version_at(day) for day in days]
    return [version for version in formula.versions if any(version is other for other in picked)]


class _Planner:
    """Numbers sub-expressions; equal ones get one number."""

    def __init__(self, programme: Programme, days: Days) -> None:
        self.programme = programme
        self.days = days
        self.steps: list[Step] = []
        self.numbers: dict[Step, int] = {}
        self.formulas: dict[Reference, int] = {}

    def number(self, step: Step) -> int:
        if step not in self.numbers:
            self.numbers[step] = len(self.steps)
            self.steps.append(step)
        return self.numbers[step]

    def term(self, term: Term, frame: Frame, about: str) -> int:
        """The number of a term in the frame in which it is asked for."""
        if term.op == "indicator":
            return self.formulas[term.name, frame]
        series = stored(term, frame)
        if series is not None:
            return self.number(
                Step(
                    frame=frame, op="series", name=series.column, value=None, text=term.text, unit=term.unit,
                    truth=False, shape=term.shape, count=0, arguments=(),
                )
            )  # fmt: skip
        own = own_frame(term, frame, about)
        arguments, count = below(term, frame, about), 0
        if counts(term):
            arguments, count = arguments[:1], count_of(term)
        is_linked = reach_of(term.op) == "links"
        number = self.number(
            Step(
                frame=own, op=term.op, name=term.name, value=_value(term), text=term.text, unit=term.unit,
                truth=term.truth, shape=arguments[0][0].shape if arguments else term.shape, count=count,
                arguments=tuple(self.term(*argument) for argument in arguments), options=term.options,
                link=link_key(term, frame, about) if is_linked else None,
            )
        )  # fmt: skip
        return number if own == frame else self.picked(number, frame)

    def picked(self, number: int, frame: Frame) -> int:
        """Those entities of a step over everyone that a frame holds."""
        step = self.steps[number]
        return self.number(
            Step(
                frame=frame, op="pick", name="", value=None, text=step.text, unit=step.unit, truth=step.truth,
                shape=step.shape, count=0, arguments=(number,),
            )
        )  # fmt: skip

    def indicator(self, name: str, frame: Frame) -> int:
        """The number of an indicator all of whose inputs are numbered."""
        if (name, frame) not in self.formulas:
            self.formulas[name, frame] = self.formula(self.programme.indicators[name], frame)
        return self.formulas[name, frame]

    def formula(self, formula: Formula, frame: Frame) -> int:
        """Only versions in force at the end of some period are planned."""
        days = self.days[frame.frequency]
        used = _in_force(formula, days)
        picked = [formula.version_at(day) for day in days]
        choice = tuple(-1 if version is None else used.index(version) for version in picked)
        return self.number(
            Step(
                frame=frame, op="formula", name=formula.name, value=None, text=formula.name, unit=formula.unit,
                truth=any(version.term.truth for version in formula.versions), shape=formula.shape, count=0,
                arguments=tuple(self.term(version.term, frame, formula.type) for version in used), choice=choice,
            )
        )  # fmt: skip


def counts(term: Term) -> bool:
    """Whether the term's second argument is a count or a share written out, which no kernel reads as a figure."""
    function = FUNCTIONS.get(term.op)
    written = ("count", "digits", "share")
    return function is not None and len(function.arguments) > 1 and function.arguments[1].kind in written


def count_of(term: Term) -> int:
    """The whole number written out in a call, such as how many periods `prior(x, n)` steps back; 0 for a share."""
    count = term.arguments[1].value
    if term.op == "quantile":
        return 0
    if count is None or count < 0 or count != int(count):
        raise ValueError(f"not a whole number: {term.text}")
    return int(count)


def _value(term: Term) -> float | None:
    """The number that a step carries: a literal, or the share of a quantile."""
    return term.arguments[1].value if term.op == "quantile" else term.value


def make_plan(programme: Programme, names: Iterable[str], home: Frame, days: Days) -> Plan:
    """The plan of the named formulas in a frame, over periods that end on `days`. KeyError for an unknown name."""
    planner = _Planner(programme, days)
    roots: dict[str, int] = {}
    names = list(names)
    for name, frame in referred(programme, [(formula_of(programme, name), home) for name in names], days):
        planner.indicator(name, frame)
    for name in names:
        is_indicator = name in programme.indicators
        formula = formula_of(programme, name)
        roots[name] = planner.indicator(name, home) if is_indicator else planner.formula(formula, home)
    return Plan(steps=tuple(planner.steps), roots=roots)
