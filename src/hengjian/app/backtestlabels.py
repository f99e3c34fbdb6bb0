"""What really happened, as a file says it: adverse events by entity and day, or the outcome of each entity."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.intake.context import date_of
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape, is_ragged, read_header
from hengjian.intake.names import Names
from hengjian.intake.records import records
from hengjian.intake.text import decode, normal, printable, quoted
from hengjian.model.issue import Refused
from hengjian.supervise.backtest import Event

_ALSO = {"主体": "entity", "日期": "date", "结果": "outcome", "类别": "kind"}
_OUTCOMES = {"1": True, "0": False, "是": True, "否": False, "true": True, "false": False}
_REGISTERED = "the file names entities of this space by their ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """`events` with a day, or `outcomes` without days; `named` are the entities of which the file says anything,
    `digest` is the SHA-256 of its bytes (hex)."""

    events: tuple[Event, ...]
    outcomes: Mapping[str, bool]
    named: frozenset[str]
    file: str
    digest: str


def read_labels(file: Mapping[str, Any], known: Iterable[str], *, dated: bool) -> Labels:
    """The labels of a CSV table with the columns `entity,date[,outcome][,kind]`, or (not `dated`) `entity,outcome`.

    A row whose outcome is 0 says that its entity was watched and nothing happened. `known` are the entities that may be
    named. Refused with every fault of the file.
    """
    data: bytes = file["data"]
    faults = Faults(printable(str(file["name"])))
    reader = _Reader(Names(list(known)), faults, dated=dated)
    text = decode(data, faults)
    found = iter(()) if text is None else records(text, faults)
    first = next(found, None)
    header = None if first is None else read_header(*first, _shape(dated=dated), faults)
    if first is None and not faults.count:
        faults.add("the file is empty", "its first row holds the titles of the columns")
    if header is not None:
        for number, cells in found:
            if not is_ragged(number, cells, header, faults):
                reader.read(header, number, cells)
        if not reader.named and not faults.count:
            hint = "add a row for each event" if dated else "add a row for each entity"
            faults.add("the file has titles and no rows", hint)
    if faults.count:
        raise Refused(faults.issues())
    return Labels(
        events=tuple(dict.fromkeys(reader.events)), outcomes=reader.outcomes, named=frozenset(reader.named),
        file=printable(str(file["name"])), digest=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def _shape(*, dated: bool) -> Shape:
    required, optional = (("entity", "date"), ("outcome", "kind")) if dated else (("entity", "outcome"), ("kind",))
    return Shape(required=required, optional=optional, declared={}, kind="", also=_ALSO)


class _Reader:
    """Takes the records in order."""

    def __init__(self, names: Names, faults: Faults, *, dated: bool) -> None:
        self._names, self._faults, self._dated = names, faults, dated
        self.events: list[Event] = []
        self.outcomes: dict[str, bool] = {}
        self.named: dict[str, int] = {}

    def read(self, header: Header, number: int, cells: list[str]) -> None:
        """Adds what one record says, or notes its faults."""
        entity = self._entity(number, *header.cell("entity", cells))
        outcome = self._outcome(number, *header.cell("outcome", cells))
        if not self._dated:
            self._note_outcome(number, entity, outcome)
            return
        text, column = header.cell("date", cells)
        day = date_of(text, self._faults, number, column)
        if not normal(text) and outcome is not False:
            hint = "write the day of the event, as 2023-03-31"
            if "outcome" in header.fixed:
                hint = "write the day of the event, as 2023-03-31; or outcome 0"
            self._faults.add("the row has no date", hint, row=number, column=column)
        if entity is not None:
            self.named.setdefault(entity, number)
            if day is not None and outcome is not False:
                self.events.append(Event(entity=entity, day=day, kind=normal(header.cell("kind", cells)[0])))

    def _note_outcome(self, number: int, entity: str | None, outcome: bool | None) -> None:
        if entity is None:
            return
        if entity in self.named:
            message = f"{quoted(entity)} stands in row {self.named[entity]} already"
            self._faults.add(message, "each entity has one outcome", row=number)
        elif outcome is not None:
            self.outcomes[entity] = outcome
        self.named.setdefault(entity, number)

    def _entity(self, number: int, text: str, column: int | None) -> str | None:
        found = self._names.find(text) if normal(text) else None
        if found is None:
            said = f"no entity is registered as {quoted(normal(text))}" if normal(text) else "the row names no entity"
            self._faults.add(said, self._names.hint(text, _REGISTERED), row=number, column=column)
        return found

    def _outcome(self, number: int, text: str, column: int | None) -> bool | None:
        """None without such a column, and of a cell at fault; an empty one of a dated file too."""
        if column is None or (self._dated and not normal(text)):
            return None
        found = _OUTCOMES.get(normal(text).lower())
        if found is None:
            message = f"{quoted(normal(text))} is no outcome"
            self._faults.add(message, "write 1 where it happened, else 0", row=number, column=column)
        return found
