"""The form `observations`: one row a figure."""

from typing import TypeVar

from hengjian.intake.context import Context, Entities, known_from_of, word_of
from hengjian.intake.faults import Faults
from hengjian.intake.figure import Fault, Periods, Units
from hengjian.intake.header import Header, Shape
from hengjian.intake.names import Names
from hengjian.intake.text import normal, quoted
from hengjian.model.cut import BASIS_WORDS, SCOPE_WORDS
from hengjian.model.declaration import Measure
from hengjian.model.filing import WITHDRAWN_WORDS, ObservationRow, address

Found = TypeVar("Found")

_LONGEST_PLACE = 200


def shape(context: Context) -> Shape:
    """Its titles."""
    archive = ("known_from",) if context.archive else ()
    return Shape(
        required=("entity", "measure", "period", "value"),
        optional=("unit", "scope", "basis", "place", *archive),
        declared={},
        kind="",
        also={"出处": "place"},
    )


class Reader:
    """Collects the rows without faults; every fault is noted."""

    def __init__(self, header: Header, context: Context, faults: Faults) -> None:
        self._measures = context.catalogue.measures
        self._names = Names(self._measures, {name: measure.label for name, measure in self._measures.items()})
        self._context = context
        self.rows: list[ObservationRow] = []
        self._entities = Entities(context, faults)
        self._faults = faults
        self._periods, self._units = Periods(), Units(context.catalogue.known_units())
        self._first: dict[tuple[object, ...], int] = {}
        self._header = header
        self._value_column = header.fixed["value"] + 1
        self._letters = address(1, header.fixed["value"] + 1)[:-1]

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the observation of one record, or notes all its faults."""
        faults = self._faults
        measure = self._measure(number, *self._header.cell("measure", cells))
        text, column = self._header.cell("entity", cells)
        entity = self._entities.of(text, number, column)
        if entity is not None and measure is not None and not self._entities.is_of(entity, measure.type):
            actual = self._entities.type_of(entity)
            message = f"{quoted(entity)} is of type {actual}, {measure.name} belongs to {measure.type}"
            faults.add(message, "is the entity or the measure the right one?", row=number, column=column)
            entity = None
        text, column = self._header.cell("scope", cells)
        scope = word_of(text, SCOPE_WORDS, "consolidated", faults, number, column)
        text, column = self._header.cell("basis", cells)
        basis = word_of(text, BASIS_WORDS, "flash", faults, number, column)
        text, column = self._header.cell("known_from", cells)
        known_from = known_from_of(text, self._context, faults, number, column)
        place = self._place(number, *self._header.cell("place", cells))
        if measure is None:
            return
        text, column = self._header.cell("period", cells)
        text = text if normal(text) else self._context.period or ""
        period = self._good(self._periods.resolve(text, measure), number, column)
        figure = self._figure(number, cells, measure)
        if entity is None or period is None or figure is None or scope is None or basis is None:
            return
        key = (entity, measure.name, period.index, scope, basis)
        first = self._first.setdefault(key, number)
        if first != number:
            message = f"{measure.name} of {quoted(entity)} in {period} stands in row {first} already"
            faults.add(message, "leave one of the two out", row=number, column=self._value_column)
            return
        text, unit, value = figure
        self.rows.append(ObservationRow(
            entity=entity, measure=measure.name, period=period, scope=scope, basis=basis, text=text, unit=unit,
            value=value, file=faults.file, sheet=faults.sheet, cell=f"{self._letters}{number}", known_from=known_from,
            place=place,
        ))  # fmt: skip

    def _measure(self, number: int, cell: str, column: int | None) -> Measure | None:
        name = self._names.find(cell.strip())
        if name is None:
            text = normal(cell)
            message = f"no measure is called {quoted(text)}" if text else "the cell names no measure"
            hint = self._names.hint(text, "a pack declares measures in its measures.yaml")
            self._faults.add(message, hint, row=number, column=column)
            return None
        return self._measures[name]

    def _place(self, number: int, cell: str, column: int | None) -> str | None:
        """Where the figure stands in the document that it is taken from; None where the row does not say."""
        text = cell.strip()
        if len(text) > _LONGEST_PLACE:
            message = f"the place has {len(text):,} characters, more than {_LONGEST_PLACE}"
            self._faults.add(message, "name the document and the paragraph only", row=number, column=column)
        return text or None

    def _figure(self, number: int, cells: list[str], measure: Measure) -> tuple[str, str, float | None] | None:
        unit_text, unit_column = self._header.cell("unit", cells)
        unit = self._good(self._units.resolve(unit_text, measure), number, unit_column)
        text, column = self._header.cell("value", cells)
        text = text.strip()
        if not text:
            hint = "leave the row out when nothing is reported; write #withdrawn to take a figure back"
            self._faults.add("the row has no value", hint, row=number, column=column)
            return None
        if unit is None:
            return None
        symbol, convert = unit
        if text in WITHDRAWN_WORDS or normal(text) in WITHDRAWN_WORDS:
            return text, symbol, None
        value = self._good(convert(text), number, column)
        return None if value is None else (text, symbol, value)

    def _good(self, found: Found | Fault, number: int, column: int | None) -> Found | None:
        if isinstance(found, Fault):
            self._faults.add(found.message, found.hint, row=number, column=column)
            return None
        return found
