"""Questions that work outside the writer's mutex: a hash of a password takes its time, in which the desk goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hengjian.app.desk import Desk
from hengjian.app.gate import let_in
from hengjian.app.wire import Answer

T = TypeVar("T")


class Enter(Protocol):
    """Does something with the desk, alone with it; gives what it gives."""

    def __call__(self, work: Callable[[Desk], T], /) -> T: ...


#: Does something after the answer, or beside it; without a server at once.
Soon = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How such a question gets at the desk, each time through the gate; and what does things after its answer."""

    enter: Enter
    soon: Soon


@dataclass(frozen=True, slots=True)
class Apart:
    """One such question, and the function that answers it."""

    method: str
    answer: Callable[[Access, Mapping[str, Any]], Answer]

    def __call__(self, desk: Desk, question: Mapping[str, Any]) -> Answer:
        """Answer where the desk is at hand already."""
        return self.apart(lambda work: work(desk), lambda work: work(), question)

    def apart(self, enter: Enter, soon: Soon, question: Mapping[str, Any]) -> Answer:
        """Answer outside; Refused before anything else where the gate does not let the question in."""

        def let(work: Callable[[Desk], T]) -> T:
            def asked(desk: Desk) -> T:
                with let_in(desk, self.method, question):
                    return work(desk)

            return enter(asked)

        let(lambda _: None)
        return self.answer(Access(enter=let, soon=soon), question)
