"""What formulas come to for some entities at one period: those of one frequency are computed over one scene, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hengjian.app.beyond import Beyond
from hengjian.app.desk import Desk
from hengjian.app.engine import here
from hengjian.app.question import measure_formula, period_asked
from hengjian.evaluate.explain import Workings, cause_of, examine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import shown
from hengjian.evaluate.own import Measures, most_trusted_at, reads_of
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import BASES, Cut
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period
from hengjian.model.unit import Unit
from hengjian.panel.panel import Codes, Column
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Frame, Needs, Read, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure in base units, or why there is none; `basis`: the most trusted of what it stands on at its period."""

    value: float | None
    missing: str | None
    basis: str | None


#: Of a formula that has no period which ends with the one that is asked for, as the flow of a quarter within a year.
NO_PERIOD = Cell(value=None, missing=Missing.NOT_APPLICABLE.word, basis=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Formulas of one frequency over one scene at one period: by name, a value, a code and a basis an entity."""

    programme: Programme
    formulas: Mapping[str, Formula]
    scene: Scene
    period: Period
    places: Mapping[str, int]
    values: Mapping[str, list[float]]
    codes: Mapping[str, list[int]]
    bases: Mapping[str, list[int]]
    workings: dict[str, Workings] = field(default_factory=dict)

    def cell(self, name: str, entity: str) -> Cell:
        """What a formula comes to for an entity."""
        place = self.places[entity]
        code, basis = self.codes[name][place], self.bases[name][place]
        return Cell(
            value=None if code else self.values[name][place], missing=Missing(code).word if code else None,
            basis=BASES[basis - 1] if basis else None,
        )  # fmt: skip

    def cause(self, name: str, entity: str) -> dict[str, object] | None:
        """The first cause why a formula has no value for an entity; None of a measure asked for like a formula."""
        if not self.formulas[name].versions:
            return None
        if entity not in self.workings:
            computed = [one for one, formula in self.formulas.items() if formula.versions]
            self.workings[entity] = examine(self.programme, computed, self.scene, entity)
        found = cause_of(self.workings[entity], name, self.period)
        return None if found is None else found.record()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All sheets of one cut, by the name of the formula; `notes` fill as they are asked for."""

    sheets: Mapping[str, Sheet]
    notes: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def cell(self, name: str, entity: str) -> Cell:
        """What a formula comes to for an entity; without a value where it has no such period."""
        sheet = self.sheets.get(name)
        return NO_PERIOD if sheet is None else sheet.cell(name, entity)

    def cause(self, name: str, entity: str) -> dict[str, object] | None:
        """The first cause why a formula has no value for an entity."""
        sheet = self.sheets.get(name)
        return None if sheet is None else sheet.cause(name, entity)

    def note(self, name: str) -> Mapping[str, Any]:
        """The formula as it is written, the period at which it was computed, and which indicator it names, if it is
        nothing but its name: where it is explained."""
        if name not in self.notes:
            sheet = self.sheets.get(name)
            self.notes[name] = {} if sheet is None else _note(sheet, name)
        return self.notes[name]

    def beyond(self, desk: Desk, entities: Sequence[str]) -> frozenset[str]:
        """Those of some entities in any figure of whom others may stand whom the reader does not see."""
        if desk.sight.is_everything:
            return frozenset()
        found = set[str]()
        for sheet in {id(one): one for one in self.sheets.values()}.values():
            walk = Beyond(desk, sheet.programme, sheet.scene)
            for entity in entities:
                if entity not in found and any(walk.reads_others(one, [entity]) for one in sheet.formulas.values()):
                    found.add(entity)
        return frozenset(found)


def _note(sheet: Sheet, name: str) -> dict[str, Any]:
    formula = sheet.formulas[name]
    found: dict[str, Any] = {"period": str(sheet.period)}
    version = formula.version_at(sheet.period.end)
    if version is None:
        return found | ({} if formula.versions else {"formula": name, "indicator": name})
    named = version.term.name if version.term.op in ("indicator", "measure") else None
    return found | {"formula": version.text, "indicator": name if name in sheet.programme.indicators else named}


def figures_of(
    desk: Desk, programme: Programme, cut: Cut, formulas: Mapping[str, Formula], entities: Sequence[str] | None,
    kind: str, period: Period,
) -> Figures:  # fmt: skip
    """Formulas (scored ones, indicators, measures as formulas) for entities of a type (None: everyone of it), each at
    its own period that ends with `period`."""
    groups: dict[tuple[Frequency, Period], dict[str, Formula]] = {}
    for name, formula in formulas.items():
        stretch = period_asked(formula, str(period))
        if stretch is not None:
            groups.setdefault((formula.frequency, stretch[1]), {})[name] = formula
    sheets = [_sheet(desk, programme, cut, group, entities, kind, at) for (_, at), group in groups.items()]
    return Figures(sheets={name: sheet for sheet in sheets for name in sheet.formulas})


def formula_named(programme: Programme, name: str) -> Formula | None:
    """The indicator or measure of a name, as a formula."""
    if name in programme.catalogue.measures:
        return measure_formula(programme, name)
    return programme.indicators.get(name)


def decimal_of(value: float, unit: Unit) -> Decimal:
    """A figure in base units as an exact decimal in a unit: the shortest digits that give the float, scaled."""
    return Decimal(repr(value)) / unit.scale


def _sheet(
    desk: Desk, programme: Programme, cut: Cut, formulas: Mapping[str, Formula], entities: Sequence[str] | None,
    kind: str, period: Period,
) -> Sheet:  # fmt: skip
    computed = [name for name, formula in formulas.items() if formula.versions]
    plain = frozenset(formulas) - frozenset(computed)
    frequency = period.frequency
    wanted = Needs(
        frame=Frame(type=kind, frequency=frequency, everyone=entities is None), measures=plain, attributes=frozenset(),
        spans={frequency: 0}, above={}, others={}, links=frozenset(), beyond=False,
    )  # fmt: skip
    if computed:
        wanted = needs(programme, computed, everyone=entities is None, about=kind)
    scene = load_scene(
        desk.store, programme.catalogue, cut, wanted, entities=entities, first=period, last=period,
        more=Read(measures=plain),
    )  # fmt: skip
    panel = scene.home
    row = panel.periods.index(period)
    columns = dict(here(programme, computed, scene, None).columns) if computed else {}
    columns |= {name: shown(panel.columns[name]) for name in plain}
    return Sheet(
        programme=programme, formulas=formulas, scene=scene, period=period,
        places={entity: place for place, entity in enumerate(panel.entities)},
        values={name: _row(column, row) for name, column in columns.items()},
        codes={name: column.reasons[row].tolist() for name, column in columns.items()},
        bases={name: _basis(programme, scene, formula)[row].tolist() for name, formula in formulas.items()},
    )  # fmt: skip


def _row(column: Column, row: int) -> list[float]:
    found: list[float] = column.values[row].tolist()
    return found


def _basis(programme: Programme, scene: Scene, formula: Formula) -> Codes:
    """The codes of the most trusted basis on which any measure that a formula stands on is reported."""
    return most_trusted_at(scene, _own(programme, formula, scene))


def _own(programme: Programme, formula: Formula, scene: Scene) -> Measures:
    return reads_of(programme, formula, scene.frame, through=True).own
