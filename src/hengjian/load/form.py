"""Declared forms: read from forms/*.yaml, and fitted to the measures and checks of all packs."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from hengjian.load import shapes
from hengjian.load.fields import Reading
from hengjian.load.kinds import NO_LABEL
from hengjian.load.strict import Desk, Node, Scalar, Sequence
from hengjian.model.cut import BASIS_WORDS, SCOPE_WORDS, Basis, Scope
from hengjian.model.declaration import Catalogue, Check, Label, Measure
from hengjian.model.form import Form, FormColumn, FormLine, FormSheet, Role, Shift, Title, titled
from hengjian.model.issue import Issue, Place
from hengjian.model.period import FREQUENCIES

#: The forms that need no declaration; no pack may take their names.
GENERIC = ("observations", "wide", "entities", "links", "ownership", "bods")

#: What spreadsheets allow.
_SHEET_NAME = 31
_NOT_IN_NAMES = "[]:*?/\\"
_ROLES: Mapping[str, Role] = {
    "entity": "entity", "period": "period", "scope": "scope", "basis": "basis", "unit": "unit",
}  # fmt: skip
_SHIFTS: Mapping[str, Shift] = {
    "this": "this", "year_start": "year_start", "year_ago": "year_ago", "previous": "previous",
}  # fmt: skip

#: Finds a declared name, or tells the fault: place, name, what it is, the known names.
Known = Callable[[Place, str, str, Iterable[str]], str | None]


def read_form(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Form:
    """The form that a whole reading declares; what is wrong inside its sheets is told."""
    frequency = reading.need(shapes.FORM_FREQUENCY)
    if key.text in GENERIC:
        desk.fault(key, f"the form {key.text!r} is one that every space has", "give this one another name")
    sheets = tuple(_sheet(one, desk, f"form {key.text!r}") for one in reading.need(shapes.SHEETS))
    if _is_empty(reading.nodes["sheets"]):
        desk.fault(reading.nodes["sheets"], f"form {key.text!r} has no sheet", "write [{wide: […]}] or [{items: …}]")
    for sheet in sheets if len(sheets) > 1 else ():
        if sheet.name is None:
            message = f"a sheet of form {key.text!r} has no name"
            desk.fault_at(
                sheet.place.line, sheet.place.column, message, "of several sheets each says its name: {zh, en}"
            )
    return Form(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        type=reading.need(shapes.TYPE),
        frequency=next(known for known in FREQUENCIES if known == frequency),
        due=reading.get(shapes.DUE),
        two_persons=reading.need(shapes.TWO_PERSONS) == "true",
        unit=reading.get(shapes.FIGURE_UNIT),
        scope=_scope(reading) or "consolidated",
        basis=_basis(reading) or "flash",
        checks=reading.need(shapes.CHECK_NAMES),
        sheets=sheets,
        pack=pack,
        place=desk.place(key),
    )


def _scope(reading: Reading) -> Scope | None:
    word = reading.get(shapes.SCOPE)
    return None if word is None else SCOPE_WORDS[word]


def _basis(reading: Reading) -> Basis | None:
    word = reading.get(shapes.BASIS)
    return None if word is None else BASIS_WORDS[word]


def _title(label: Label | None, reading: Reading) -> Title | None:
    return None if label is None else Title(label=label, aliases=reading.need(shapes.ALIASES))


def _sheet(reading: Reading, desk: Desk, what: str) -> FormSheet:
    cells = reading.get(shapes.CELLS)
    found = {} if cells is None else {field.name: cells.get(field) for field in shapes.CELL_FIELDS}
    items = reading.get(shapes.ITEMS)
    item: Title | None = None
    columns: tuple[FormColumn, ...] = ()
    if items is None:
        lines = tuple(_line(one, desk) for one in reading.get(shapes.WIDE) or ())
    else:
        lines = tuple(_line(one, desk) for one in items.need(shapes.ITEM_ROWS))
        item = _title(items.need(shapes.ITEM_TITLE), items)
        columns = tuple(_column(one, desk) for one in items.need(shapes.ITEM_COLUMNS))
        if _is_empty(items.nodes["columns"]):
            hint = "write [{title: {zh: 期末余额, en: Closing balance}}]"
            desk.fault(items.nodes["columns"], f"a sheet of {what} has no column of figures", hint)
    sheet = FormSheet(
        name=_title(reading.get(shapes.SHEET_NAME), reading),
        layout="wide" if items is None else "items",
        header=reading.need(shapes.HEADER),
        cells={_ROLES[name]: cell for name, cell in found.items() if cell is not None},
        lines=lines,
        item=item,
        columns=columns,
        ignored=reading.need(shapes.IGNORED),
        place=desk.place(reading.node),
    )
    for text in (sheet.name.label.zh, sheet.name.label.en) if sheet.name else ():
        if len(text) > _SHEET_NAME or set(text) & set(_NOT_IN_NAMES):
            hint = f"spreadsheets take {_SHEET_NAME} characters, none of them {' '.join(_NOT_IN_NAMES)}"
            desk.fault(reading.nodes["name"], f"no sheet can be called {text!r}", hint)
    listed = reading.nodes.get("wide") if items is None else items.nodes["rows"]
    is_whole = isinstance(listed, Sequence) and len(listed.items) == len(lines)
    if is_whole and not any(line.measure for line in lines):
        desk.fault(reading.node, f"a sheet of {what} holds no measure", "name at least one: [{measure: …}]")
    return sheet


def _is_empty(node: Node) -> bool:
    return isinstance(node, Sequence) and not node.items


def _line(reading: Reading, desk: Desk) -> FormLine:
    place = desk.place(reading.node)
    measure, role = reading.get(shapes.OF_MEASURE), reading.get(shapes.IS)
    label = reading.get(shapes.OWN_TITLE)
    if label is None and measure is None:
        desk.fault(reading.node, "a line that holds no measure lacks the key 'title'", shapes.TITLE.meaning)
        label = NO_LABEL
    title = _title(label, reading)
    if title is None and reading.need(shapes.ALIASES):
        desk.fault(reading.nodes["aliases"], "a line with aliases lacks the key 'title'", shapes.TITLE.meaning)
    unit = reading.get(shapes.FIGURE_UNIT)
    if unit is not None and measure is None:
        desk.fault(reading.nodes["unit"], "a line that holds no measure has a unit", "delete it")
    return FormLine(
        title=title, measure=measure, role=None if role is None else _ROLES[role], unit=unit, place=place
    )  # fmt: skip


def _column(reading: Reading, desk: Desk) -> FormColumn:
    title = Title(label=reading.need(shapes.TITLE), aliases=reading.need(shapes.ALIASES))
    return FormColumn(
        title=title, shift=_SHIFTS[reading.need(shapes.SHIFT)], scope=_scope(reading), basis=_basis(reading),
        place=desk.place(reading.node),
    )  # fmt: skip


def fitted(
    form: Form, types: Catalogue, measures: Mapping[str, Measure], checks: Mapping[str, Check], known: Known,
    issues: list[Issue],
) -> Form:  # fmt: skip
    """The form with a title on each line. Told: measures and checks that no pack declares, measures that the form
    cannot hold or holds twice, and titles that stand twice in a sheet."""
    sheets = []
    first: dict[str, Place] = {}
    for sheet in form.sheets:
        lines = []
        for line in sheet.lines:
            if line.measure is None:
                lines.append(line)
                continue
            name = known(line.place, line.measure, "measure", measures)
            if name is None:
                continue
            lines.append(replace(line, measure=name))
            issues.extend(_misfits(form, types, sheet, line, measures[name]))
            at = first.setdefault(name, line.place)
            if at is not line.place:
                message = f"the measure {name!r} stands in form {form.name!r} twice"
                issues.append(Issue(place=line.place, message=message, hint=f"the first is at {at}; delete one"))
        sheets.append(replace(sheet, lines=tuple(lines)))
    kept = tuple(name for one in form.checks if (name := known(form.place, one, "check", checks)) is not None)
    whole = titled(replace(form, sheets=tuple(sheets), checks=kept), measures)
    for sheet in whole.sheets:
        issues.extend(_repeats(sheet))
    issues.extend(_same_sheets(whole))
    return whole


def _misfits(form: Form, types: Catalogue, sheet: FormSheet, line: FormLine, measure: Measure) -> Iterator[Issue]:
    if not types.descends(form.type, measure.type):
        message = f"the measure {measure.name!r} belongs to {measure.type}, the form {form.name!r} to {form.type}"
        yield Issue(place=line.place, message=message, hint="file it with a form of its own type")
    if measure.frequency != form.frequency:
        message = f"the measure {measure.name!r} is reported by {measure.frequency}, the form by {form.frequency}"
        yield Issue(place=line.place, message=message, hint="take a measure of the form's frequency")
    if line.unit is not None and not line.unit.measures_the_same_as(measure.unit):
        message = f"{line.unit} does not measure {measure.name!r}, which is in {measure.unit}"
        yield Issue(place=line.place, message=message, hint="mend the unit, or delete it for the form's")
    if measure.period_type == "duration" and any(column.shift == "year_start" for column in sheet.columns):
        message = f"the measure {measure.name!r} is a flow and has no balance at the year's start"
        yield Issue(place=line.place, message=message, hint="take year_ago, or a sheet of its own")


def _repeats(sheet: FormSheet) -> Iterator[Issue]:
    """Titles that would name two things of one sheet."""
    across = [(one.title, one.place) for one in sheet.columns] + ([(sheet.item, sheet.place)] if sheet.item else [])
    for group in ([(line.title, line.place) for line in sheet.lines], across):
        taken: dict[str, Place] = {}
        for title, place in group:
            if title is None:
                continue
            for text in (title.label.zh, title.label.en, *title.aliases):
                at = taken.setdefault(unicodedata.normalize("NFKC", text).strip(), place)
                if at is not place:
                    message = f"the title {text!r} stands twice in one sheet"
                    yield Issue(place=place, message=message, hint=f"the first is at {at}; give one a title of its own")


def _same_sheets(form: Form) -> Iterator[Issue]:
    taken: dict[str, Place] = {}
    for sheet in form.sheets:
        for text in (sheet.name.label.zh, sheet.name.label.en, *sheet.name.aliases) if sheet.name else ():
            at = taken.setdefault(unicodedata.normalize("NFKC", text).strip().lower(), sheet.place)
            if at is not sheet.place:
                message = f"two sheets of form {form.name!r} are called {text!r}"
                yield Issue(place=sheet.place, message=message, hint=f"the first is at {at}; rename one")
