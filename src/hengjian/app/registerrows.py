"""Cells of a register as canonical texts, and rows as the records that they make, with every fault at its cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.registerfile import Line
from hengjian.app.registerkinds import SIZE_WORDS, SIZES, Column, Register
from hengjian.formula.term import Programme
from hengjian.intake.context import date_of
from hengjian.intake.faults import Faults
from hengjian.intake.names import Names
from hengjian.intake.number import NotANumber, plain_decimal
from hengjian.intake.text import normal, quoted
from hengjian.intake.titles import plain_title
from hengjian.model.issue import nearest
from hengjian.model.period import parse_period
from hengjian.model.scorecard import Scorecard
from hengjian.model.unit import Unit, parse_unit

LONGEST = 2_000
_REGISTERED = "the file names entities of this space by their ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line whose cells were read: `values` by column, as canonical texts."""

    line: Line
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        """What stands under a column, "" where nothing does."""
        return self.values.get(name, "")

    def fault_at(self, faults: Faults, name: str, message: str, hint: str) -> None:
        """Something is wrong with what stands under a column."""
        self.line.fault_at(faults, name, message, hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A record that rows make, without where it stands: `row` is the first of them, and `cell` its column."""

    record: Mapping[str, Any]
    row: Row
    cell: str


@dataclass(slots=True, kw_only=True)
class Asking:
    """What checks of rows may look at: the space, its declarations, whose rows they are, and the faults so far."""

    desk: Desk
    register: Register
    columns: Sequence[Column]
    programme: Programme
    faults: Faults
    today: date
    entities: Names

    @property
    def cards(self) -> Mapping[str, Scorecard]:
        """The declared scorecards."""
        return self.programme.catalogue.scorecards

    def units(self) -> Mapping[str, Unit]:
        """The units that packs and the program know."""
        return self.programme.catalogue.known_units()

    def named(self, row: Row, column: str, spelled: Mapping[str, Iterable[str]], what: str) -> str | None:
        """Which of the names that are known, each with its other spellings, a cell writes; None after a fault."""
        text = row.get(column)
        found = find_named(text, spelled)
        if found is None:
            every = dict.fromkeys([*spelled, *(word for words in spelled.values() for word in words)])
            hint = nearest(normal(text), every, otherwise=f"there are {', '.join([*spelled][:30]) or 'none'}")
            row.fault_at(self.faults, column, f"no {what} is called {quoted(text)}", hint)
        return found


def find_named(text: str, spelled: Mapping[str, Iterable[str]]) -> str | None:
    """The name that a text writes by itself or by one of its spellings."""
    if text in spelled:
        return text
    wanted = spelling(text)
    return next(
        (name for name, words in spelled.items() if wanted in {spelling(word) for word in (name, *words)}), None
    )


def spelling(text: str) -> str:
    """Names are compared in this form: as titles are, without white space, in small letters."""
    return "".join(plain_title(text).split()).casefold()


def read_rows(asking: Asking, lines: Sequence[Line]) -> list[Row]:
    """Each line with its cells read; rows with faults are left out, which are told."""
    found = []
    for line in lines:
        before = asking.faults.count
        asking.faults.sheet = line.sheet
        values = {one.name: text for one in asking.columns if (text := _read(asking, line, one)) is not None}
        if asking.faults.count == before:
            found.append(Row(line=line, values=values))
    return found


def _read(asking: Asking, line: Line, column: Column) -> str | None:
    """A cell as its column reads it; None where it is empty or at fault."""
    text = normal(line.texts.get(column.name, ""))
    if not text:
        if column.required and not (column.head and asking.register.grouped):
            line.fault_at(asking.faults, column.name, f"the row has no {column.name}", f"fill in {column.label.zh}")
        return None
    if "|" in text and column.name in asking.register.topic:
        line.fault_at(asking.faults, column.name, f"{quoted(text)} holds a |", "write it without: it is part of a name")
        return None
    if len(text) > LONGEST:
        message = f"the cell has {len(text):,} characters, more than {LONGEST:,}"
        line.fault_at(asking.faults, column.name, message, "say it shorter, and name the document")
        return None
    return _of_kind(asking, line, column, text)


def _of_kind(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    match column.kind:
        case "figure":
            return _figure(asking, line, column, text)
        case "part":
            return _part(asking, line, column, text)
        case "day":
            found = date_of(text, asking.faults, line.row, line.columns.get(column.name))
            return None if found is None else found.isoformat()
        case "period" | "year":
            return _period(asking, line, column, text)
        case "choice":
            labels = {name: (label.zh, label.en) for name, label in column.choices.items()}
            chosen = find_named(text, SIZE_WORDS if column.choices is SIZES else labels)
            if chosen is None:
                hint = "write one of " + ", ".join(f"{label.zh} ({name})" for name, label in column.choices.items())
                line.fault_at(asking.faults, column.name, f"{quoted(text)} is none of the choices", hint)
            return chosen
        case "entity":
            return _entity(asking, line, column, text)
        case "card":
            return _card(asking, line, column, text)
        case _:
            return text


def _figure(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    """A decimal text; one with a % keeps it."""
    is_share = text.endswith("%")
    found = plain_decimal(text.removesuffix("%").rstrip())
    if isinstance(found, NotANumber):
        line.fault_at(asking.faults, column.name, found.message, found.hint)
        return None
    return f"{found}%" if is_share else found


def _part(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    found = plain_decimal(text)
    if isinstance(found, NotANumber):
        line.fault_at(asking.faults, column.name, found.message, found.hint)
        return None
    if not 0 <= Decimal(found) <= 1:
        hint = "write a share as 35% or 0.35"
        line.fault_at(asking.faults, column.name, f"{quoted(text)} is no share between 0 and 1", hint)
        return None
    return found


def _period(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    found = parse_period(text.removesuffix("年度").removesuffix("年"))
    if found is None or (column.kind == "year" and found.frequency != "year"):
        hint = "write a year, as 2025" if column.kind == "year" else "write a period, as 2025, 2025-Q2 or 2025-06"
        line.fault_at(asking.faults, column.name, f"{quoted(text)} is no {column.kind}", hint)
        return None
    return str(found)


def _entity(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    found = asking.entities.find(text)
    if found is None:
        message = f"no entity is registered as {quoted(text)}"
        line.fault_at(asking.faults, column.name, message, asking.entities.hint(text, _REGISTERED))
    return found


def _card(asking: Asking, line: Line, column: Column, text: str) -> str | None:
    spelled = {name: (card.label.zh, card.label.en) for name, card in asking.cards.items()}
    found = find_named(text, spelled)
    if found is None:
        hint = nearest(text, spelled, otherwise=f"there are {', '.join(spelled) or 'none'}")
        line.fault_at(asking.faults, column.name, f"no scorecard is called {quoted(text)}", hint)
    return found


def in_unit(text: str, stated: Unit | None, kept: Unit | None) -> Decimal | str:
    """A figure in the unit in which it is kept, or why it cannot be: `16.1%` and 0.161 of a ratio are 16.1 where the
    kept unit is %. Without a unit of its own a figure stands in the kept one."""
    if text.endswith("%"):
        if kept is not None and not kept.is_dimensionless:
            return f"it is a share, and kept in {kept.symbol}"
        scale = Decimal(1) if kept is None else kept.scale
        return Decimal(text[:-1]) * Decimal("0.01") / scale
    number = Decimal(text)
    if stated is None or kept is None:
        return number
    if not stated.measures_the_same_as(kept):
        return f"{stated.symbol} is no unit of what is kept in {kept.symbol}"
    return number * stated.scale / kept.scale


def unit_of(asking: Asking, row: Row, column: str = "unit") -> Unit | None:
    """The unit that a row states; None where it states none, or after a fault."""
    text = row.get(column)
    if not text:
        return None
    found = parse_unit(text, asking.units())
    if found is None:
        hint = "write a unit that packs declare, as 万元, %, 次 or 人"
        row.fault_at(asking.faults, column, f"{quoted(text)} is no unit", hint)
    return found


def kept_figure(asking: Asking, row: Row, column: str, stated: Unit | None, kept: Unit | None) -> str | None:
    """The figure of a cell as decimal text in the kept unit; None where the cell is empty, or after a fault."""
    text = row.get(column)
    if not text:
        return None
    found = in_unit(text, stated, kept)
    if isinstance(found, str):
        row.fault_at(asking.faults, column, f"{quoted(text)} cannot be kept: {found}", "mend the unit, or leave it out")
        return None
    return plain(found)


def is_plain(
    asking: Asking, row: Row, columns: Sequence[str], stated: Unit | None, kept: Unit | None, about: str
) -> bool:
    """Whether the unit of some cells, which are kept in percent, is plain: 0.161 without one may stand for 16.1 %. A
    fault where it is not."""
    texts = {column: text for column in columns if (text := row.get(column))}
    if stated is not None or kept is None or not kept.is_dimensionless or kept.scale == 1:
        return True
    if any(text.endswith("%") or abs(Decimal(text)) > 1 for text in texts.values()):
        return True
    if all(Decimal(text) == 0 for text in texts.values()):
        return True
    message = f"the figures of {quoted(about)} may be percentages, or parts of the whole"
    row.fault_at(asking.faults, next(iter(texts)), message, "say in the column 单位 which: % or ratio")
    return False


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
