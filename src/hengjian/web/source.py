"""What pages ask the space, with the slow and common answers kept until the ledger grows."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from hengjian.web.view import CUT, View
from hengjian.web.visitor import May, Visitor

#: Asks the space one thing: the question's name and its parts. Raises Refused or Failure.
Ask = Callable[[str, Mapping[str, object]], dict[str, Any]]
Answer = dict[str, Any]
Made = TypeVar("Made")
#: Questions whose answers are kept though who asked was entered as reading restricted data (`read`): names are handed
#: out once for all pages of a state, and of alerts only their number is kept. Of others each showing is a read.
_LISTS = frozenset({"entities", "alerts"})

_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One row of the list."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The state of the space that an answer stands for: two are the same where nothing has `changed` between them,
    though the ledger may have grown by entries of who read what."""

    name: str
    changed: int
    size: int = field(compare=False, repr=False)
    root: str = field(compare=False, repr=False)
    recorded_at: str | None = field(compare=False, repr=False)
    timezone: str
    today: str | None


class Kept:
    """The latest answers, for all visitors; each is kept under who sees it. For several threads."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], tuple[Made, bool]]) -> Made:
        """What is kept under a key, or else is made now, and kept if that says so."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: Made = self._kept[key]
                return kept
        found, is_kept = make()
        if not is_kept:
            return found
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


class Source:
    """Asks for one visitor, and remembers lists and declarations of the present head as they see them."""

    def __init__(self, ask: Ask, kept: Kept, visitor: Visitor) -> None:
        self._ask = ask
        self._kept = kept
        self._visitor = visitor

    def ask(self, method: str, question: Mapping[str, object]) -> Answer:
        """Ask the space one thing, as the visitor. Raises Refused or Failure."""
        return self._ask(method, {**question, **self._visitor.asking()})

    def head(self) -> Head:
        """The ledger's head now."""
        answer = self.ask("status", {})
        return Head(
            name=str(answer["name"]), size=int(answer["size"]), root=str(answer["root"]),
            changed=int(answer["changed"]),
            recorded_at=answer.get("recorded_at"), today=answer.get("today"),
            timezone=str(answer.get("timezone") or "UTC"),
        )  # fmt: skip

    def may(self, head: Head) -> May | None:
        """Where the visitor may do each action; None: everywhere, being no person."""
        if self._visitor.person is None:
            return None
        found: May = self._kept.get(("me", self._visitor.key, head), lambda: (self.ask("me", {})["may"], True))
        return found

    def entities(self, view: View, head: Head) -> Mapping[str, Entity]:
        """Everything registered, by id, in order of ids; names as the cut knows them."""
        return self._remember("entities", view, head, _by_id)

    def declarations(self, view: View, head: Head) -> Answer:
        """Labels, units, formulas and sources of what the packs declare."""
        return self._remember("declarations", view, head, lambda answer: answer)

    def alerts(self, view: View, head: Head) -> Mapping[str, Mapping[str, int]]:
        """How many alerts of each level stand, by entity."""
        return self._remember("alerts", view, head, _by_level)

    def calendar(self, view: View, head: Head, form: str, year: str | None = None) -> Answer:
        """Who has filed a form, in the latest periods or in those of a year."""
        return self._remember("calendar", view, head, lambda answer: answer, form=form, year=year)

    def ownership(self, view: View, head: Head, entity: str) -> Answer:
        """Who is nearest above and below an entity, and who holds whom among them."""
        return self._remember("ownership_chart", view, head, lambda answer: answer, entity=entity)

    def ownership_tops(self, view: View, head: Head) -> Answer:
        """Who holds others and is held by nobody."""
        return self._remember("ownership_tops", view, head, lambda answer: answer)

    def scores(self, view: View, head: Head, scorecard: str, period: str) -> Answer:
        """Everybody's scores by a card for a period, with their ranks."""
        return self._remember("scores", view, head, lambda answer: answer, scorecard=scorecard, period=period)

    def _remember(
        self, method: str, view: View, head: Head, made: Callable[[Answer], Made], **more: str | None
    ) -> Made:
        key = (method, self._visitor.key, head, *(view.cut.get(part) for part in CUT), *more.values())

        def make() -> tuple[Made, bool]:
            answer = self.ask(method, {**view.question(), **more})
            return made(answer), "read" not in answer or method in _LISTS

        return self._kept.get(key, make)


def _by_level(answer: Answer) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in answer["alerts"]:
        if one["state"] == "raised":
            levels = found.setdefault(str(one["entity"]), {})
            levels[str(one["level"])] = levels.get(str(one["level"]), 0) + 1
    return found


def _by_id(answer: Answer) -> dict[str, Entity]:
    listed = [Entity(id=str(one["id"]), type=str(one["type"]), name=str(one["name"])) for one in answer["entities"]]
    return {entity.id: entity for entity in sorted(listed, key=lambda entity: entity.id)}
