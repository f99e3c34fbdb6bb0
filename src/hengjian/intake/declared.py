"""Forms that packs declare: each sheet of the form read as its declaration says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hengjian.intake.context import NO_ENTITY, Context, Entities, unregistered, word_of
from hengjian.intake.faults import Faults
from hengjian.intake.figure import Fault, resolve_period
from hengjian.intake.grid import Grid
from hengjian.intake.header import Header
from hengjian.intake.items import NO_PERIOD, read_items
from hengjian.intake.text import normal, quoted
from hengjian.intake.titles import Titles
from hengjian.intake.wide import NO_ROW_PERIOD, Defaults, Reader
from hengjian.model.cut import BASIS_WORDS, SCOPE_WORDS
from hengjian.model.declaration import Measure
from hengjian.model.filing import ObservationRow, position
from hengjian.model.form import Form, FormLine, FormSheet, Role, unit_of
from hengjian.model.unit import Unit, parse_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What holds for a whole sheet: the context with its entity, and the rest, from cells or from the submission."""

    context: Context
    defaults: Defaults


def read_form(
    form: Form, grids: Sequence[tuple[FormSheet, Grid]], context: Context, faults: Faults
) -> list[ObservationRow]:
    """The figures of a form; every fault is noted. A sheet that does not say whose and when goes by those before it."""
    rows: list[ObservationRow] = []
    for sheet, grid in grids:
        faults.sheet = grid.sheet
        if not grid.rows:
            what = "file" if grid.sheet is None else "sheet"
            faults.add(f"the {what} is empty", "take the form's template, and fill it in")
            faults.mute(NO_ENTITY, NO_PERIOD)
            continue
        unit_form, said = _said(form, sheet, grid, context, faults)
        if context.entity is None or context.period is None:
            context = replace(
                context,
                entity=context.entity or said.context.entity,
                period=context.period or said.defaults.period or None,
            )
        rows.extend(_read_sheet(unit_form, sheet, grid, said, faults))
        if context.entity is None:
            faults.mute(NO_ENTITY)  # it is told of this sheet, and the next ones go by it
        if context.period is None:
            faults.mute(NO_PERIOD)
    return rows


def _read_sheet(form: Form, sheet: FormSheet, grid: Grid, said: Said, faults: Faults) -> Sequence[ObservationRow]:
    units = units_of(form, sheet, said.context.catalogue.measures)
    defaults = replace(said.defaults, units=units)
    if sheet.layout == "items":
        return read_items(sheet, grid, said.context, defaults, faults)
    header = _header(sheet, grid, units, said, faults)
    if header is None:
        return ()
    reader = Reader(header, said.context, faults, defaults)
    columns = sorted(index + 1 for index in (*header.fixed.values(), *header.declared.values()))
    grid.check_merges(faults, range(sheet.header, 1 << 21), columns)
    grid.check_hidden(faults, range(sheet.header + 1, 1 << 21), columns)
    for number in grid.rows:
        if number <= sheet.header or not any(
            (number, column) in grid.bad or grid.text(number, column).strip() for column in columns
        ):
            continue
        read = [""] * header.width
        for column in columns:
            read[column - 1] = grid.read(number, column, faults)
        grid.note_untitled(faults, number, sheet.header)
        reader.read(number, read)
    return reader.rows


def units_of(form: Form, sheet: FormSheet, measures: Mapping[str, Measure]) -> dict[str, Unit]:
    """The unit of each measure of a sheet."""
    return {
        line.measure: unit_of(line, form, measures[line.measure]) for line in sheet.lines if line.measure is not None
    }


def _said(form: Form, sheet: FormSheet, grid: Grid, context: Context, faults: Faults) -> tuple[Form, Said]:
    """What the cells above the table say, and the form with their unit."""
    texts: dict[Role, str] = {}
    at: dict[Role, tuple[int, int]] = {}
    for role, cell in sheet.cells.items():
        at[role] = position(cell)
        texts[role] = _after_colon(grid.read(*at[role], faults))
    row, column = at.get("unit", (0, 0))
    unit_text = normal(texts.get("unit", ""))
    if unit_text:
        unit = parse_unit(unit_text, context.catalogue.known_units()) if len(unit_text) <= 80 else None
        if unit is None:
            faults.add(f"no unit is called {quoted(unit_text)}", "write 元, 万元 or 亿元", row=row, column=column)
        elif not any(unit.measures_the_same_as(own) for own in _units(sheet, context)):
            message = f"no figure of the sheet is measured in {quoted(unit_text)}"
            faults.add(message, "write 元, 万元 or 亿元", row=row, column=column)
        else:
            form = replace(form, unit=unit)
    entity = texts.get("entity", "").strip()
    if entity:
        known = Entities(replace(context, entity=None), faults)
        if known.of(entity, *at["entity"]) is None:
            faults.mute(unregistered(entity))
    if entity and context.entity is not None and normal(entity) != normal(context.entity):
        row, column = at["entity"]
        message = f"the sheet is of {quoted(entity)}, the submission of {quoted(context.entity)}"
        faults.add(message, "submit it for the entity that it is of", row=row, column=column)
    period = _period(form, texts.get("period", ""), at.get("period"), context, faults)
    row, column = at.get("scope", (0, 0))
    scope = word_of(texts.get("scope", ""), SCOPE_WORDS, form.scope, faults, row, column)
    row, column = at.get("basis", (0, 0))
    basis = word_of(texts.get("basis", ""), BASIS_WORDS, form.basis, faults, row, column)
    defaults = Defaults(scope=scope or form.scope, basis=basis or form.basis, period=period)
    said = Said(context=replace(context, entity=entity or context.entity), defaults=defaults)
    return form, said


def _units(sheet: FormSheet, context: Context) -> list[Unit]:
    """The units of the sheet's measures, as declared."""
    return [context.catalogue.measures[line.measure].unit for line in sheet.lines if line.measure is not None]


def _after_colon(text: str) -> str:
    """What a cell says behind its own label: 编制单位：G01."""
    head, colon, rest = text.replace("：", ":").partition(":")
    return rest if colon and rest.strip() and not head.strip().isdigit() else text


def _period(form: Form, text: str, at: tuple[int, int] | None, context: Context, faults: Faults) -> str:
    """The period of the sheet as text: of its cell, else of the submission; where both speak they must agree."""
    asked = normal(context.period or "")
    text = normal(text)
    if not text or at is None:
        return asked
    found = resolve_period(text, form.frequency)
    if isinstance(found, Fault):
        faults.add(found.message, found.hint, row=at[0], column=at[1])
        faults.mute(NO_PERIOD, NO_ROW_PERIOD)
        return asked
    if asked and resolve_period(asked, form.frequency) != found:
        message = f"the sheet is of {found}, the submission of {asked}"
        faults.add(message, "submit it for the period that it is of", row=at[0], column=at[1])
    return str(found)


def _header(sheet: FormSheet, grid: Grid, units: Mapping[str, Unit], said: Said, faults: Faults) -> Header | None:
    """The columns of a wide sheet by their titles; None when any title is at fault."""
    before = faults.count
    titles = Titles(
        ((line.title, units.get(line.measure or ""), line) for line in sheet.lines if line.title is not None),
        said.context.catalogue.known_units(),
    )
    ignored = {text: None for one in sheet.ignored for text in (normal(one),)}
    if grid.is_elsewhere(faults, sheet.header, titles.find):
        return None
    cells = grid.rows.get(sheet.header, [])
    found: dict[FormLine, int] = {}
    for index in range(len(cells)):
        text = grid.read(sheet.header, index + 1, faults)
        if not text.strip() or normal(text) in ignored:
            continue
        line = titles.find(text)
        where = {"row": sheet.header, "column": index + 1}
        if line is None:
            hint = titles.hint(text, "the form declares its titles in forms/*.yaml of its pack")
            faults.add(f"the form has no title {quoted(text.strip())}", hint, **where)
        elif line in found:
            message = f"the title {quoted(text.strip())} stands in column {found[line] + 1} already"
            faults.add(message, "leave one of the two out", **where)
        else:
            found[line] = index
    if not any(line.measure for line in found) and faults.count == before:
        message = f"row {sheet.header} holds none of the form's titles"
        faults.add(message, "take the form's template, and leave its titles where they are", row=sheet.header)
    if faults.count != before or _lacks(sheet, found, said, faults):
        return None
    return Header(
        fixed={line.role: index for line, index in found.items() if line.role is not None},
        declared={line.measure: index for line, index in found.items() if line.measure is not None},
        width=len(cells),
    )


def _lacks(sheet: FormSheet, found: Mapping[FormLine, int], said: Said, faults: Faults) -> bool:
    """Whether nothing says whose figures these are, or when: told where it should stand."""
    known = {"entity": said.context.entity, "period": said.defaults.period}
    given = {line.role for line in found}
    for role, message in (("entity", NO_ENTITY), ("period", NO_PERIOD)):
        if known[role] or role in given:
            continue
        line = next((line for line in sheet.lines if line.role == role and line.title is not None), None)
        cell = next((cell for name, cell in sheet.cells.items() if name == role), None)
        if cell is not None:
            row, column = position(cell)
            faults.add(message, "write it in its cell, or name it with the submission", row=row, column=column)
        elif line is not None and line.title is not None:
            hint = "take the form's template, and leave its titles where they are"
            faults.add(f"the column {line.title.label.zh} is missing", hint, row=sheet.header)
        else:
            faults.add(message, "name it with the submission", row=sheet.header)
        return True
    return False
