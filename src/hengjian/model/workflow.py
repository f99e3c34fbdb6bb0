"""Workflows as tables: the states of a case, and the steps that lead from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from hengjian.model.declaration import FormulaText, Label
from hengjian.model.issue import Place
from hengjian.model.period import Frequency

#: The levels that people know by their colour, the gravest first.
LEVELS = ("red", "orange", "yellow", "blue")
FieldKind = Literal["text", "number", "date", "choice", "attachment"]
#: What the opening of a case by a person is called where steps name it: no step has the name.
OPENING = "opened_by"
#: So many files an attachment holds where its field says nothing else.
MOST_FILES = 10
#: The roles that persons may have at a node; what each may do is the table of `people.roles`.
Role = Literal[
    "viewer", "reporter", "reviewer", "analyst", "officer", "archivist", "administrator", "expert", "auditor"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """So many days; `working`: of those on which China works."""

    days: int
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a case. One that is `final` ends it: deadlines no longer run. `within`: how long a case may stay."""

    name: str
    label: Label
    final: bool
    within: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepField:
    """What whoever takes a step fills in: a number in `unit`, one of `choices`, or at most `most` files whose names end
    in one of `types` (in small letters; any where there are none), where its kind is that."""

    name: str
    label: Label
    kind: FieldKind
    required: bool
    unit: str | None = None
    choices: Mapping[str, Label] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    most: int = MOST_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """So long after another step was last taken: the days of the span must have passed. One that was not taken keeps
    nobody waiting."""

    step: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How persons open cases: who, by `roles` at the entity instead of the right to handle cases; what they fill in;
    the span within which the case is to end, unless the date field `deadline` names the day."""

    label: Label
    span: Span
    roles: tuple[str, ...] = ()
    fields: Mapping[str, StepField] = field(default_factory=dict)
    deadline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether what opened a case was right: the steps that say so, or the words of the choice `field`; the last one
    that was taken, or filled in, counts. `known`: it was right and known already."""

    field: str | None
    real: tuple[str, ...]
    false: tuple[str, ...]
    known: tuple[str, ...] = ()

    def of(self, word: str) -> str | None:
        """The verdict of a step or a word: "real", "false" or "known"; None where it says nothing of it."""
        said = {"real": self.real, "false": self.false, "known": self.known}
        return next((verdict for verdict, words in said.items() if word in words), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A case that is overdue by so many days counts as escalated to a state of its workflow, or to a level."""

    after: int
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A step from one of `origins` to `target`. `needs_note`: whoever takes it says why. `other_than`: steps whose
    takers may not take it in the same case. `roles`: who takes it, instead of whoever handles cases. `guard`: what must
    hold of the case's entity, by `frequency` where it reads no measure. `extends`: by how much it moves the deadline.
    `deadline`: the date field whose day becomes the case's deadline. `after`: what must have passed since other steps.
    `needs`: steps that must have been taken since the case came into its state. `where`: choice fields filled in
    earlier, and the words of which one must stand there. `at`: the link to those at whom the roles, or the right, must
    be, and for one of whom the step is taken; `each`: once for each of them, and who needs it needs all of them.
    """

    name: str
    label: Label
    origins: tuple[str, ...]
    target: str
    needs_note: bool
    place: Place
    other_than: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    fields: Mapping[str, StepField] = field(default_factory=dict)
    guard: FormulaText | None = None
    frequency: Frequency | None = None
    extends: Span | None = None
    deadline: str | None = None
    after: tuple[Wait, ...] = ()
    needs: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: str | None = None
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The states by name, the first one being where a case begins, and the transitions by name. `type`: of whom its
    cases are, where steps have a guard or name a link. `opening`: how persons open its cases, None where only rules do.
    `recurs_by`: the fields by which a case is the same one again.
    """

    name: str
    label: Label
    source: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    pack: str
    place: Place
    type: str | None = None
    escalation: Escalation | None = None
    opening: Opening | None = None
    recurs_by: tuple[str, ...] = ()
    verdict: Verdict | None = None

    @property
    def fields(self) -> Mapping[str, StepField]:
        """Every field that is filled in anywhere, by name; of a name that several steps have, the first one's."""
        found: dict[str, StepField] = {}
        for part in (self.opening, *self.transitions.values()):
            for name, one in () if part is None else part.fields.items():
                found.setdefault(name, one)
        return found

    @property
    def start(self) -> str:
        """The state in which a case begins."""
        return next(iter(self.states))

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that a case in `state` may take."""
        return tuple(one for one in self.transitions.values() if state in one.origins)

    def reopens(self, step: Transition, state: str) -> bool:
        """Whether a step from a state opens again what had ended."""
        origin = self.states.get(state)
        return origin is not None and origin.final and state in step.origins and not self.states[step.target].final


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStep:
    """One step of a walk, by somebody on a day; `step` None opens the case. `files`: by field the names of files; `at`:
    for whom it is taken. `refused`: a part of the message with which it is to be refused, None where it is taken."""

    actor: str
    day: date
    step: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
    at: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A case that is walked through a workflow in a pack's tests, and how it is to stand at the end, by its keys.
    `linked`: by link the entities to whom it leads from the case's."""

    name: str
    workflow: str
    steps: tuple[WalkStep, ...]
    linked: Mapping[str, tuple[str, ...]]
    expect: Mapping[str, str]
    place: Place


def guard_name(workflow: str, step: str) -> str:
    """What the guard of a step is called among formulas: no declaration can have the name."""
    return f"`{step}` of {workflow}"
