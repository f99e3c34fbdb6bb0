"""Sheets whose item titles stand down the rows (资产总计 | 期末余额 | 年初余额), in one block or several."""

from collections.abc import Mapping
from dataclasses import dataclass

from hengjian.intake.context import Context, Entities
from hengjian.intake.faults import Faults
from hengjian.intake.figure import Convert, Fault, Periods
from hengjian.intake.grid import Grid
from hengjian.intake.number import converter
from hengjian.intake.text import normal, quoted
from hengjian.intake.titles import Titles, plain_title
from hengjian.intake.wide import Defaults
from hengjian.model.declaration import Measure
from hengjian.model.filing import WITHDRAWN_WORDS, ObservationRow, address, position
from hengjian.model.form import FormColumn, FormLine, FormSheet, shifted

NO_PERIOD = "the sheet names no period"
_TEMPLATE = "take the form's template, and leave its titles where they are"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A column of item titles, and the columns of figures that belong to it; columns count from 1."""

    item: int
    figures: tuple[tuple[int, FormColumn], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A row's measure with its unit, and what reads its figures."""

    measure: Measure
    unit: str
    convert: Convert


def read_items(
    sheet: FormSheet, grid: Grid, context: Context, defaults: Defaults, faults: Faults
) -> list[ObservationRow]:
    """The figures of a sheet of items; every fault is noted."""
    blocks = _blocks(sheet, grid, faults)
    return _Sheet(sheet, grid, context, defaults, faults).read(blocks) if blocks else []


def _blocks(sheet: FormSheet, grid: Grid, faults: Faults) -> list[_Block]:
    """The blocks that the title row holds; none when a title is at fault."""
    before = faults.count
    titles = Titles([
        *((column.title, None, (column,)) for column in sheet.columns),
        *(((sheet.item, None, ()),) if sheet.item else ()),
    ])  # fmt: skip
    if grid.is_elsewhere(faults, sheet.header, titles.find):
        return []
    ignored = {plain_title(text) for text in sheet.ignored}
    items: list[int] = []
    figures: dict[int, list[tuple[int, FormColumn]]] = {}
    for column in range(1, len(grid.rows.get(sheet.header, ())) + 1):
        text = grid.read(sheet.header, column, faults)
        if not text.strip() or plain_title(text) in ignored:
            continue
        found = titles.find(text)
        where = {"row": sheet.header, "column": column}
        if found is None:
            hint = titles.hint(text, "the form declares its titles in forms/*.yaml of its pack")
            faults.add(f"the form has no title {quoted(text.strip())}", hint, **where)
        elif not found:
            items.append(column)
            figures[column] = []
        elif not items:
            faults.add(f"no items stand before the column {quoted(text.strip())}", _TEMPLATE, **where)
        elif any(one is found[0] for _, one in figures[items[-1]]):
            faults.add(f"the title {quoted(text.strip())} stands twice over the same items", _TEMPLATE, **where)
        else:
            figures[items[-1]].append((column, found[0]))
    if faults.count == before and not any(figures.values()):
        faults.add(f"row {sheet.header} does not hold the form's titles", _TEMPLATE, row=sheet.header)
    if faults.count != before:
        return []
    return [_Block(item=item, figures=tuple(figures[item])) for item in items]


class _Sheet:
    """One sheet under reading."""

    def __init__(self, sheet: FormSheet, grid: Grid, context: Context, defaults: Defaults, faults: Faults) -> None:
        self._sheet, self._grid, self._faults, self._defaults = sheet, grid, faults, defaults
        self._entities = Entities(context, faults)
        self._periods = Periods()
        measures = context.catalogue.measures
        self._titles = Titles(
            (
                (line.title, defaults.units.get(line.measure or ""), line)
                for line in sheet.lines
                if line.title is not None
            ),
            context.catalogue.known_units(),
        )
        self._items = _items(sheet, measures, defaults)
        self._ignored = {plain_title(text) for text in sheet.ignored}
        self._first: dict[FormLine, int] = {}
        entity, period = sheet.cells.get("entity"), sheet.cells.get("period")
        self._entity_at = position(entity) if entity else (None, None)
        self._period_at = position(period) if period else (None, None)

    def read(self, blocks: list[_Block]) -> list[ObservationRow]:
        row, column = self._entity_at
        entity = self._entities.of("", row or self._sheet.header, column)
        if not self._defaults.period:
            row, column = self._period_at
            hint = "write it in its cell, or name it with the submission"
            self._faults.add(NO_PERIOD, hint, row=row or self._sheet.header, column=column)
        inputs: set[tuple[int, int]] = set()
        made: list[ObservationRow] = []
        for number in self._grid.rows:
            if number > self._sheet.header:
                for block in blocks:
                    self._read_row(number, block, entity, inputs, made)
        self._note_earlier_only(blocks, made)
        self._note_merged(inputs)
        self._grid.check_hidden(self._faults, range(self._sheet.header + 1, 1 << 21), {column for _, column in inputs})
        return made

    def _read_row(
        self, number: int, block: _Block, entity: str | None, inputs: set[tuple[int, int]], made: list[ObservationRow]
    ) -> None:
        title = self._grid.read(number, block.item, self._faults).strip()
        filled = [(column, one) for column, one in block.figures if self._is_filled(number, column)]
        line = self._titles.find(title) if title else None
        if line is None:
            self._note_unknown(number, block, title, filled)
            return
        first = self._first.setdefault(line, number)
        if first != number:
            message = f"the item {quoted(title)} stands in row {first} already"
            self._faults.add(message, "leave one of the two out", row=number, column=block.item)
            return
        if line.measure is None:
            for column, _ in filled:
                self._grid.read(number, column, self._faults)
                message = f"{quoted(title)} is a heading, and a figure stands beside it"
                self._faults.add(message, "move the figure to its item", row=number, column=column)
            return
        inputs.update((number, column) for column, _ in block.figures)
        self._grid.note_untitled(self._faults, number, self._sheet.header)
        for column, one in filled:
            row = self._figure(number, column, one, self._items[line.measure], entity)
            if row is not None:
                made.append(row)

    def _is_filled(self, number: int, column: int) -> bool:
        return (number, column) in self._grid.bad or bool(self._grid.text(number, column).strip())

    def _note_unknown(self, number: int, block: _Block, title: str, filled: list[tuple[int, FormColumn]]) -> None:
        """What has no title and no figure is blank; a note or a signature may begin with an ignored title."""
        plain = plain_title(title)
        if not title and not filled:
            return
        if not title:
            self._faults.add(
                "a figure stands beside no item", "write the item's title, or empty the cell",
                row=number, column=filled[0][0],
            )  # fmt: skip
        elif plain not in self._ignored and plain.partition(":")[0].strip() not in self._ignored:
            hint = self._titles.hint(title, "take the form's template, and leave its titles where they are")
            self._faults.add(f"the form has no item {quoted(title)}", hint, row=number, column=block.item)

    def _figure(
        self, number: int, column: int, shown: FormColumn, item: _Item, entity: str | None
    ) -> ObservationRow | None:
        faults = self._faults
        text = self._grid.read(number, column, faults).strip()
        if not text:
            return None
        value = None if normal(text) in WITHDRAWN_WORDS else item.convert(text)
        if isinstance(value, Fault):
            faults.add(value.message, value.hint, row=number, column=column)
            return None
        if not self._defaults.period or entity is None:
            return None
        if not self._entities.is_of(entity, item.measure.type):
            row, at = self._entity_at
            message = (
                f"{quoted(entity)} is of type {self._entities.type_of(entity)}, the form is of {item.measure.type}"
            )
            faults.add(message, "is it the right entity, and the right form?", row=row, column=at)
            return None
        period = self._periods.resolve(self._defaults.period, item.measure)
        if isinstance(period, Fault):
            row, at = self._period_at
            faults.add(period.message, period.hint, row=row, column=at)
            return None
        return ObservationRow(
            entity=entity, measure=item.measure.name, period=shifted(period, shown.shift),
            scope=shown.scope or self._defaults.scope, basis=shown.basis or self._defaults.basis, text=text,
            unit=item.unit, value=value, file=faults.file, sheet=faults.sheet, cell=address(number, column),
        )  # fmt: skip

    def _note_earlier_only(self, blocks: list[_Block], made: list[ObservationRow]) -> None:
        """A sheet that leaves its own period empty would file the earlier ones of its comparative columns alone."""
        own = {column for block in blocks for column, one in block.figures if one.shift == "this"}
        if own and made and not any(position(row.cell)[1] in own for row in made):
            hint = f"fill column {address(1, min(own)).rstrip('1')}; an earlier period is filed by itself"
            self._faults.add("only comparative figures of earlier periods are filled", hint, row=self._sheet.header)

    def _note_merged(self, inputs: set[tuple[int, int]]) -> None:
        """Tell merged cells that hold something and cover several figures, or one that is not their first cell."""
        for merge in self._grid.merges:
            top, left, bottom, right = merge
            covered = [(row, column) for row, column in inputs if top <= row <= bottom and left <= column <= right]
            if covered and covered != [(top, left)] and self._grid.text(top, left).strip():
                self._grid.note_merge(self._faults, merge)


def _items(sheet: FormSheet, measures: Mapping[str, Measure], defaults: Defaults) -> dict[str, _Item]:
    made = {}
    for line in sheet.lines:
        if line.measure is not None:
            measure = measures[line.measure]
            unit = defaults.units.get(line.measure, measure.unit)
            made[line.measure] = _Item(measure=measure, unit=unit.symbol, convert=converter(unit))
    return made
