"""Forms that packs declare: which titles of which sheets stand for which measures, and where the rest is said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from hengjian.model.cut import Basis, Scope
from hengjian.model.declaration import Label, Measure
from hengjian.model.issue import Place
from hengjian.model.period import PER_YEAR, Frequency, Period
from hengjian.model.unit import Unit

#: What a cell or a column may say beside figures.
Role = Literal["entity", "period", "scope", "basis", "unit"]
#: Which period a column of figures is of, seen from the period of the filing.
Shift = Literal["this", "year_start", "year_ago", "previous"]
Layout = Literal["wide", "items"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What stands in a title cell: the label in either language, or one of the other names."""

    label: Label
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """A titled column of a `wide` sheet, or a titled row of an `items` sheet.

    It holds a measure, or (in a wide sheet) says one of the roles; a row with neither is a heading. `title` is None
    only until the packs are put together: then it is the measure's label.
    """

    title: Title | None
    measure: str | None
    role: Role | None
    unit: Unit | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """A column of figures of an `items` sheet, with its own scope and basis where it has them."""

    title: Title
    shift: Shift
    scope: Scope | None
    basis: Basis | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """One sheet: its name (None: the first one of the workbook), the row of its titles, and what they mean.

    `cells` says in which cells (A1 addresses) entity, period, scope, basis and unit stand. `item` is the title over
    the item titles of an `items` sheet; it may stand several times side by side, each with its own `columns`.
    Titles in `ignored` may stand in the sheet and are not read.
    """

    name: Title | None
    layout: Layout
    header: int
    cells: Mapping[Role, str]
    lines: tuple[FormLine, ...]
    item: Title | None
    columns: tuple[FormColumn, ...]
    ignored: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A filing of entities of one type: its sheets, the checks that it is for, and what holds where a cell is empty.

    `due`: the days after a period's end by which it is to be filed. `two_persons`: what one files another approves.
    """

    name: str
    label: Label
    type: str
    frequency: Frequency
    unit: Unit | None
    scope: Scope
    basis: Basis
    checks: tuple[str, ...]
    sheets: tuple[FormSheet, ...]
    pack: str
    place: Place
    due: int | None = None
    two_persons: bool = False

    @property
    def has_comparatives(self) -> bool:
        """Whether it states figures of other periods beside those of its own."""
        return any(column.shift != "this" for sheet in self.sheets for column in sheet.columns)


def titled(form: Form, measures: Mapping[str, Measure]) -> Form:
    """The form with the label of its measure for each line that has no title of its own."""
    sheets = []
    for sheet in form.sheets:
        lines = tuple(
            replace(line, title=Title(label=measures[line.measure].label))
            if line.title is None and line.measure is not None and line.measure in measures
            else line
            for line in sheet.lines
        )
        sheets.append(replace(sheet, lines=lines))
    return replace(form, sheets=tuple(sheets))


def unit_of(line: FormLine, form: Form, measure: Measure) -> Unit:
    """The unit of a line's figures: its own, else the form's where that measures the same, else the measure's."""
    if line.unit is not None:
        return line.unit
    if form.unit is not None and form.unit.measures_the_same_as(measure.unit):
        return form.unit
    return measure.unit


def shifted(period: Period, shift: Shift) -> Period:
    """The period that a column is of: year_start is the last one of the year before, as an opening balance is."""
    if shift == "this":
        return period
    if shift == "previous":
        return period.shift(-1)
    per_year = PER_YEAR[period.frequency]
    if shift == "year_ago":
        return period.shift(-per_year)
    return Period(period.frequency, period.index // per_year * per_year - 1)
