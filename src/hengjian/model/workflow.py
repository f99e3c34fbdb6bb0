"""Workflows as tables: the states of a case, and the steps that lead from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from hengjian.model.declaration import Label
from hengjian.model.issue import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a case. One that is `final` ends it: deadlines no longer run."""

    name: str
    label: Label
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A step from one of `origins` to `target`. `needs_note`: whoever takes it says why. `other_than`: steps whose
    takers may not take it in the same case."""

    name: str
    label: Label
    origins: tuple[str, ...]
    target: str
    needs_note: bool
    place: Place
    other_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The states by name, the first one being where a case begins, and the transitions by name."""

    name: str
    label: Label
    source: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    pack: str
    place: Place

    @property
    def start(self) -> str:
        """The state in which a case begins."""
        return next(iter(self.states))

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that a case in `state` may take."""
        return tuple(one for one in self.transitions.values() if state in one.origins)
