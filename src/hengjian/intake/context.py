"""What a file is read against, and the cells that several forms share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from hengjian.intake.faults import Faults
from hengjian.intake.formats import FORMATS, read_code, spelled
from hengjian.intake.names import Names
from hengjian.intake.number import NotANumber
from hengjian.intake.text import QUOTED, normal, printable, quoted
from hengjian.model.declaration import AttributeFormat, Catalogue
from hengjian.model.issue import nearest

CREDIT_CODE: AttributeFormat = "social_credit_code"
CREDIT_LENGTH = FORMATS[CREDIT_CODE].length
_REGISTER = "register it first with the form entities"
NO_ENTITY = "the cell names no entity"
#: The hint on a text that resembles no date.
NO_DATE = "write year, month and day: 2019-12-31"

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OTHER_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]0?0:00(?::00)?)?")
#: A date cell without its format: days since a day of 1899, from 1954 on.
_SERIAL = re.compile(r"[2-7][0-9]{4}")
_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a file is read against.

    The declarations; the registered entities with their types; the entity and the period of the whole file, if it has
    them (a period only where each row states figures); whether rows may say since when they are known (`archive`),
    and the last day that they may name. `entity_names` gives what entities are called, by id: names help in hints,
    and never resolve; they are asked for only when a cell names no entity. `entity_codes` gives who states a social
    credit code, asked for likewise.
    """

    catalogue: Catalogue
    entity_types: Mapping[str, str]
    entity: str | None = None
    period: str | None = None
    archive: bool = False
    latest_known_from: date | None = None
    entity_names: Callable[[], Mapping[str, str]] = dict
    entity_codes: Callable[[], Mapping[str, Sequence[str]]] = dict


class Entities:
    """The registered entities, as cells name them: by their ids, with `by_code` also by their social credit codes."""

    def __init__(self, context: Context, faults: Faults, *, has_default: bool = True, by_code: bool = False) -> None:
        self._types = context.entity_types
        self._catalogue = context.catalogue
        self._names = Names(context.entity_types)
        self._called = context.entity_names
        self._by_name: dict[str, list[str]] | None = None
        self._by_code = by_code
        self._codes = context.entity_codes
        self._coded: Mapping[str, Sequence[str]] | None = None
        self._faults = faults
        self._default: str | None = None
        self._has_default = has_default and context.entity is not None
        if context.entity is not None and has_default:
            self._default = self._names.find(context.entity)
            if self._default is None:
                self._note(context.entity, None, None)

    def of(self, cell: str, row: int, column: int | None) -> str | None:
        """The entity that a cell names, an empty cell that of the whole file; None after a fault."""
        text = cell.strip()
        if not text and self._has_default:
            return self._default
        found = self._names.find(text)
        if found is None and self._by_code:
            found = self._of_code(text)
        if found is None:
            if text:
                self._note(text, row, column)
            else:
                self._faults.add(NO_ENTITY, "write its registered id", row=row, column=column)
        return found

    def type_of(self, entity: str) -> str:
        """The type of a registered entity."""
        return self._types[entity]

    def is_of(self, entity: str, type_name: str) -> bool:
        """Whether a registered entity is of a type, or of one that extends it."""
        return self._catalogue.descends(self._types[entity], type_name)

    def _stating(self, code: str) -> Sequence[str]:
        """Who states a social credit code."""
        if self._coded is None:
            self._coded = self._codes()
        return self._coded.get(code, ())

    def _of_code(self, text: str) -> str | None:
        """The one entity that states this social credit code."""
        code = read_code(text, CREDIT_CODE) if len(text) >= CREDIT_LENGTH else ""
        stating = self._stating(code) if isinstance(code, str) else ()
        return stating[0] if len(stating) == 1 else None

    def _note(self, text: str, row: int | None, column: int | None) -> None:
        hint = self._named(text) or self._code_hint(text) or self._names.hint(text, _REGISTER)
        self._faults.add(unregistered(text), hint, row=row, column=column)

    def _code_hint(self, text: str) -> str:
        """The hint on a text that looks like a social credit code: what is wrong with it, or who states it."""
        if len(spelled(text)) != CREDIT_LENGTH or not spelled(text).isascii() or not spelled(text).isalnum():
            return ""
        code = read_code(text, CREDIT_CODE)
        if isinstance(code, NotANumber):
            return code.hint
        stating = [printable(one, QUOTED) for one in self._stating(code)[:5]]
        if len(stating) == 1:
            return f"that is the social credit code of {stating[0]}: write {stating[0]}"
        return f"several state this social credit code: {', '.join(stating)}" if stating else ""

    def _named(self, text: str) -> str:
        """The hint on a text that is what people call an entity."""
        if self._by_name is None:
            self._by_name = {}
            for entity, name in self._called().items():
                self._by_name.setdefault(normal(name), []).append(entity)
        found = [printable(one, QUOTED) for one in self._by_name.get(normal(text), ())]
        if len(found) == 1:
            return f"that is the name of {found[0]}: write {found[0]}"
        return f"did you mean {' or '.join(found[:5])}?" if found else ""


def unregistered(text: str) -> str:
    """What is said of an entity that nobody registered."""
    return f"no entity {quoted(text)} is registered"


Word = TypeVar("Word", bound=str)


def word_of(
    cell: str, words: Mapping[str, Word], default: Word, faults: Faults, row: int, column: int | None
) -> Word | None:
    """The word that a cell chooses of `words`, an empty cell the default; None after a fault."""
    text = normal(cell)
    if not text:
        return default
    if text not in words:
        known = ", ".join(words)
        hint = nearest(text[:80].lower(), words, otherwise=f"write one of {known}")
        faults.add(f"{quoted(text)} is none of {known}", hint, row=row, column=column)
        return None
    return words[text]


def date_of(cell: str, faults: Faults, row: int, column: int | None) -> date | None:
    """The date in a cell, None when it is empty or at fault."""
    text = normal(cell)
    if not text:
        return None
    found = parse_date(text)
    if found is None:
        faults.add(f"{quoted(text)} is not a date", date_hint(text), row=row, column=column)
    return found


def known_from_of(cell: str, context: Context, faults: Faults, row: int, column: int | None) -> date | None:
    """Since when a row of an archive is known, None when it does not say or is at fault."""
    found = date_of(cell, faults, row, column)
    if found is not None and context.latest_known_from is not None and found > context.latest_known_from:
        message = f"known_from {found} is later than {context.latest_known_from}, the day of this filing"
        faults.add(message, "an archive was known before it is filed here", row=row, column=column)
        return None
    return found


def parse_date(text: str) -> date | None:
    """`2019-12-31`; None when it is no such date."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def date_hint(text: str) -> str:
    """How to spell a date that is written in another way."""
    match = _OTHER_DATE.fullmatch(text)
    if match:
        spelled = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
        return f"write {spelled}" if parse_date(spelled) else "the calendar has no such day"
    if _ISO_DATE.fullmatch(text):
        return "the calendar has no such day"
    if _SERIAL.fullmatch(text):
        return f"as a spreadsheet counts days it is {_DAY_0 + timedelta(days=int(text))}: write that, if it is meant"
    return NO_DATE
