"""Which alerts a reader of the board wants to see, and in which order: by nothing that is restricted."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from hengjian.app.alertrows import Row, rows_of
from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.reader import Reader
from hengjian.app.restricted import restrictions
from hengjian.app.standing import below, plays, reach
from hengjian.casework.case import Case, barring
from hengjian.casework.deadline import due, escalated, overdue_by
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import nearest, refuse
from hengjian.people import Reach, Tree
from hengjian.supervise.alert import Alert

#: For so many days, from and to, an alert of each age has stood.
AGES: Mapping[str, tuple[int, int]] = {"30": (0, 30), "90": (31, 90), "180": (91, 180), "more": (181, 1_000_000)}
STATES = ("raised", "cleared")
SORTS = ("urgency", "since", "name", "rule", "deadline", "day")


class Choice:
    """The alerts in sight, and what one question chooses of them: see `alert_board`."""

    def __init__(self, desk: Desk, cut: Cut, question: Mapping[str, Any]) -> None:
        self.desk, self.cut, self._question = desk, cut, question
        self.today = desk.config.current_day()
        self.catalogue: Catalogue = desk.programme(cut.known_at).catalogue
        self.every = list(rows_of(desk, cut, self.today))
        for name, words in (("state", (*STATES, "all")), ("age", AGES), ("sort", SORTS)):
            word = question.get(name)
            if word and word not in words:
                hint = nearest(str(word), words, otherwise=f"one of {', '.join(words)}")
                raise refuse(f"no {name} of alerts is called {word!r}", hint)

    def _asked(self, name: str) -> str:
        return str(self._question.get(name) or "")

    def kept_by(self, rows: Iterable[Row], *names: str) -> list[Row]:
        """Those that some of the choices leave."""
        tests = [test for name in names if (test := self._test(name)) is not None]
        return [row for row in rows if all(test(row) for test in tests)]

    def _test(self, name: str) -> Callable[[Row], bool] | None:
        """Whether a row is among what was chosen; None where everything is."""
        if name in ("mine", "late", "escalated"):
            tests = {"mine": self._is_mine, "late": self.is_late, "escalated": self.is_escalated}
            return tests[name] if self._question.get(name) else None
        asked = self._asked(name)
        match name:
            case "attributes":
                return self._by_attributes()
            case "state":
                return None if asked == "all" else lambda row: row.alert.state == (asked or STATES[0])
            case _ if not asked:
                return None
            case "level" | "rule" | "entity":
                return lambda row: getattr(row.alert, name) == asked
            case "area":
                return lambda row: (self.area(row) or "-") == asked
            case "section":
                return lambda row: self.section(row) == asked
            case "age":
                first, last = AGES[asked]
                return lambda row: first <= self.age(row) <= last
            case "holder":
                held = self._below(asked)
                return lambda row: row.alert.entity in held
            case _:
                return self._by_text(asked)

    def _by_attributes(self) -> Callable[[Row], bool] | None:
        wanted = {name: word for name, word in (self._question.get("attributes") or {}).items() if word}
        wanted = {name: word for name, word in wanted.items() if name in self.attributes}
        if not wanted:
            return None
        return lambda row: (
            row.state is not None and all(row.state.described.get(name) == word for name, word in wanted.items())
        )

    def _by_text(self, asked: str) -> Callable[[Row], bool]:
        text = asked.casefold()

        def matches(row: Row) -> bool:
            message = row.alert.message
            told = (message.zh, message.en) if self._tells(row.alert) else ()
            return any(text in one.casefold() for one in (row.alert.entity, row.name, row.alert.alert, *told))

        return matches

    def _tells(self, alert: Alert) -> bool:
        """Whether who asks is told what an alert says."""
        if not self._is_restricted:
            return True
        return alert.rule in self.catalogue.rules and self._reader.gives(alert.entity, alert.rule)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.desk, self.cut.known_at)

    @cached_property
    def _is_restricted(self) -> bool:
        return bool(restrictions(self.desk) or restrictions(self.desk, self.cut.known_at))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The declared attributes of text that may divide entities: no code, and nothing restricted."""
        kinds = self.catalogue.types.values()
        texts = {
            one.name for kind in kinds for one in kind.attributes.values() if one.kind == "text" and not one.format
        }
        closed = restrictions(self.desk).attribute_names | restrictions(self.desk, self.cut.known_at).attribute_names
        return frozenset(texts - closed)

    def _below(self, holder: str) -> frozenset[str]:
        """Who stands below somebody in sight, without themselves: by the organisation, and to who sees everybody by
        control too. Others would learn from it who stands in between."""
        if holder not in self.desk.seen_types():
            return frozenset()
        trees: tuple[Tree, ...] = ("parent", "owns") if self.desk.sight.is_everything else ("parent",)
        return frozenset().union(*(below(self.desk, tree, holder, self.today) for tree in trees)) - {holder}

    def area(self, row: Row) -> str | None:
        rule = self.catalogue.rules.get(row.alert.rule)
        return None if rule is None else rule.area

    def section(self, row: Row) -> str:
        rule = self.catalogue.rules.get(row.alert.rule)
        return "" if rule is None or rule.owner is None else rule.owner.zh

    def age(self, row: Row) -> int:
        return max(0, (self.today - row.alert.since).days)

    def is_late(self, row: Row) -> bool:
        return row.case is not None and overdue_by(row.case, self.today) > 0

    def is_escalated(self, row: Row) -> bool:
        return row.case is not None and self.escalated_to(row.case) is not None

    def escalated_to(self, case: Case) -> str | None:
        workflow = self.catalogue.workflows.get(case.workflow)
        return None if workflow is None else escalated(case, workflow, self.today)

    def _is_mine(self, row: Row) -> bool:
        """Whether the case waits for a step that who asks may take by their roles, and that no earlier step bars."""
        case, desk = row.case, self.desk
        workflow = None if case is None or case.ended else self.catalogue.workflows.get(case.workflow)
        if case is None or workflow is None:
            return False
        for step in workflow.leaving(case.state):
            may = plays(desk, step.roles, case.entity) if step.roles else case.entity in self._handled
            if may and not (step.other_than and barring(step, self._takers(case), desk.actor.name)):
                return True
        return False

    @cached_property
    def _handled(self) -> Reach:
        return reach(self.desk, self.desk.actor, "handle")

    def _takers(self, case: Case) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for event in self.desk.store.history("case", case.case):
            record = record_of(event)
            if record["transition"] is not None:
                found.setdefault(record["transition"], set()).add(record["actor"])
        return found

    _SCOPE = ("entity", "attributes", "holder")
    _CHOSEN = ("rule", "text", "section", "age")
    FLAGS = ("mine", "late", "escalated")

    @cached_property
    def in_scope(self) -> list[Row]:
        return self.kept_by(self.every, *self._SCOPE)

    @cached_property
    def in_any_state(self) -> list[Row]:
        return self.kept_by(self.in_scope, *self._CHOSEN)

    @cached_property
    def in_state(self) -> list[Row]:
        return self.kept_by(self.in_any_state, "state")

    @cached_property
    def in_place(self) -> list[Row]:
        """Without the flags: what these are counted of."""
        return self.kept_by(self.in_state, "level", "area")

    def shown(self) -> list[Row]:
        """The rows that are chosen, in order."""
        return sorted(self.kept_by(self.in_place, *self.FLAGS), key=self._order(), reverse=self._is_falling)

    @property
    def _is_falling(self) -> bool:
        return self._asked("sort") in ("since", "day")

    def _order(self) -> Callable[[Row], Any]:
        last = date.max.isoformat()

        def until(row: Row) -> str:
            return last if row.case is None or row.case.ended else due(row.case).isoformat()

        orders: dict[str, Callable[[Row], Any]] = {
            "since": lambda row: (row.alert.since, row.alert.alert),
            "day": lambda row: (row.alert.day, row.alert.alert),
            "name": lambda row: (row.name, row.gravity, row.alert.alert),
            "rule": lambda row: (row.alert.rule, row.gravity, row.name, row.alert.alert),
            "deadline": lambda row: (until(row), row.gravity, row.alert.alert),
        }
        by_urgency = lambda row: (row.gravity, until(row), row.alert.since, row.alert.alert)  # noqa: E731
        return orders.get(self._asked("sort"), by_urgency)
