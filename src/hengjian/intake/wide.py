"""The form `wide`: one row an entity and period, one column a measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hengjian.intake.context import Context, Entities, known_from_of, word_of
from hengjian.intake.faults import Faults
from hengjian.intake.figure import SPELLINGS, Convert, Fault, Periods, takes_ends
from hengjian.intake.header import Header, Shape
from hengjian.intake.number import converter
from hengjian.intake.text import normal, quoted
from hengjian.model.cut import BASIS_WORDS, SCOPE_WORDS, Basis, Scope
from hengjian.model.declaration import Measure
from hengjian.model.filing import WITHDRAWN_WORDS, ObservationRow, address
from hengjian.model.period import Period
from hengjian.model.unit import Unit


def shape(context: Context) -> Shape:
    """Its titles."""
    archive = ("known_from",) if context.archive else ()
    labels = {name: measure.label for name, measure in context.catalogue.measures.items()}
    return Shape(
        required=("entity", "period"),
        optional=("scope", "basis", *archive),
        declared=labels,
        kind="measures",
        needs_declared=True,
    )


NO_ROW_PERIOD = "the cell names no period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a row says nothing: scope, basis, period, and units by measure (else the measures' own)."""

    scope: Scope = "consolidated"
    basis: Basis = "flash"
    period: str = ""
    units: Mapping[str, Unit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One measure's column: `index` from 0, `letters` of its address, `bit` of its own."""

    measure: Measure
    index: int
    letters: str
    unit: str
    convert: Convert
    bit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The columns whose measures read a period and take an entity in the same way."""

    example: Measure
    columns: tuple[_Column, ...]


def _groups(header: Header, context: Context, units: Mapping[str, Unit]) -> list[_Group]:
    grouped: dict[tuple[object, ...], list[_Column]] = {}
    for place, (name, index) in enumerate(header.declared.items()):
        measure = context.catalogue.measures[name]
        letters = address(1, index + 1)[:-1]
        unit = units.get(name, measure.unit)
        column = _Column(
            measure=measure,
            index=index,
            letters=letters,
            unit=unit.symbol,
            convert=converter(unit),
            bit=1 << place,
        )
        grouped.setdefault((measure.type, measure.frequency, takes_ends(measure)), []).append(column)
    return [_Group(example=columns[0].measure, columns=tuple(columns)) for columns in grouped.values()]


class Reader:
    """Collects the rows without faults; every fault is noted. An empty cell says nothing."""

    def __init__(self, header: Header, context: Context, faults: Faults, defaults: Defaults | None = None) -> None:
        self._context = context
        self._defaults = defaults or Defaults(period=context.period or "")
        self.rows: list[ObservationRow] = []
        self._faults = faults
        self._entities = Entities(context, faults)
        self._periods = Periods()
        self._groups = _groups(header, context, self._defaults.units)
        self._header = header
        #: What rows have filled of one (group, entity, period, scope, basis): its number and the bits of its columns.
        self._filled: dict[tuple[object, ...], list[tuple[int, int]]] = {}

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the observations of one record, or notes its faults."""
        faults = self._faults
        text, entity_column = self._header.cell("entity", cells)
        entity = self._entities.of(text, number, entity_column)
        text, column = self._header.cell("scope", cells)
        scope = word_of(text, SCOPE_WORDS, self._defaults.scope, faults, number, column)
        text, column = self._header.cell("basis", cells)
        basis = word_of(text, BASIS_WORDS, self._defaults.basis, faults, number, column)
        text, column = self._header.cell("known_from", cells)
        known_from = known_from_of(text, self._context, faults, number, column)
        period_cell, period_column = self._header.cell("period", cells)
        period_cell = period_cell if normal(period_cell) else self._defaults.period
        if not normal(period_cell):
            like = SPELLINGS[self._groups[0].example.frequency]
            faults.add(NO_ROW_PERIOD, f"write it as {like}", row=number, column=period_column)
            return
        for place, group in enumerate(self._groups):
            figures = [(one, text) for one in group.columns if (text := cells[one.index].strip())]
            if not figures:
                continue
            owner = self._owner(entity, group.example, number, entity_column)
            period = self._period(period_cell, group.example, number, period_column)
            if owner is None or period is None or scope is None or basis is None:
                for one, text in figures:
                    self._value(one, text, number)
                continue
            self._note_repeats((place, owner, period.index, scope, basis), figures, number)
            for one, text in figures:
                value = self._value(one, text, number)
                if isinstance(value, Fault):
                    continue
                self.rows.append(ObservationRow(
                    entity=owner, measure=one.measure.name, period=period, scope=scope, basis=basis, text=text,
                    unit=one.unit, value=value, file=faults.file, sheet=faults.sheet, cell=f"{one.letters}{number}",
                    known_from=known_from,
                ))  # fmt: skip

    def _owner(self, entity: str | None, measure: Measure, number: int, column: int | None) -> str | None:
        if entity is None or self._entities.is_of(entity, measure.type):
            return entity
        message = (
            f"{quoted(entity)} is of type {self._entities.type_of(entity)}, {measure.name} belongs to {measure.type}"
        )
        self._faults.add(message, "is the entity or the measure the right one?", row=number, column=column)
        return None

    def _period(self, cell: str, measure: Measure, number: int, column: int | None) -> Period | None:
        period = self._periods.resolve(cell, measure)
        if isinstance(period, Fault):
            self._faults.add(period.message, period.hint, row=number, column=column)
            return None
        return period

    def _value(self, column: _Column, text: str, number: int) -> float | Fault | None:
        value = column.convert(text)
        if not isinstance(value, Fault):
            return value
        if text in WITHDRAWN_WORDS or normal(text) in WITHDRAWN_WORDS:
            return None
        self._faults.add(value.message, value.hint, row=number, column=column.index + 1)
        return value

    def _note_repeats(self, key: tuple[object, ...], figures: list[tuple[_Column, str]], number: int) -> None:
        filled = sum(column.bit for column, _ in figures)
        earlier = self._filled.get(key)
        if earlier is None:
            self._filled[key] = [(number, filled)]
            return
        for column, _ in figures:
            first = next((row for row, bits in earlier if bits & column.bit), None)
            if first is not None:
                message = f"{column.measure.name} of {quoted(str(key[1]))} in this period stands in row {first} already"
                self._faults.add(message, "leave one of the two out", row=number, column=column.index + 1)
        earlier.append((number, filled))
