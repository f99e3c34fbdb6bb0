"""One filed table, from bytes to rows: the way through this room."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hengjian.intake import entities, linkform, links, observations, ownership, ownershiptitles, wide
from hengjian.intake.book import SheetPart
from hengjian.intake.container import is_workbook
from hengjian.intake.context import NO_ENTITY, Context
from hengjian.intake.declared import read_form
from hengjian.intake.faults import Faults
from hengjian.intake.grid import Grid
from hengjian.intake.header import Header, Shape, is_ragged, read_header
from hengjian.intake.items import NO_PERIOD
from hengjian.intake.records import Record, records
from hengjian.intake.text import decode, normal, printable, quoted
from hengjian.intake.titles import Titles
from hengjian.intake.workbook import Workbook, open_workbook
from hengjian.model.filing import Row
from hengjian.model.form import Form as DeclaredForm
from hengjian.model.form import FormSheet
from hengjian.model.issue import Issue, nearest


class Reader(Protocol):
    """Takes the records of one form in order; `rows` are those without faults."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows so far."""

    def read(self, number: int, cells: list[str]) -> None:
        """Adds what one record says, or notes its faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How tables of one form are titled and read."""

    shape: Callable[[Context], Shape]
    reader: Callable[[Header, Context, Faults], Reader]


FORMS: Mapping[str, Form] = {
    "observations": Form(shape=observations.shape, reader=observations.Reader),
    "wide": Form(shape=wide.shape, reader=wide.Reader),
    "entities": Form(shape=entities.shape, reader=entities.Reader),
    "links": Form(shape=links.shape, reader=links.Reader),
    ownershiptitles.OWNERSHIP: Form(shape=ownership.shape, reader=ownership.Reader),
}

#: The form of statements of the Beneficial Ownership Data Standard: no table, but JSON.
BODS = "bods"


def read_table(file_name: str, data: bytes, form: str, context: Context) -> tuple[tuple[Row, ...], tuple[Issue, ...]]:
    """The rows of a CSV table or an XLSX workbook and its warnings, or no rows and all its faults (at most 1,000 are
    listed).

    `form` is one of FORMS, BODS (a file of JSON), a form of the catalogue, or a link that has titles. What the file is
    its bytes say, never its name, which only marks rows and faults. Whether `known_from` is earlier than the recorded
    time is for the caller to check, who knows that time. Of a workbook the generic forms read the first sheet; rows and
    faults then carry its name and A1 addresses.
    """
    faults = Faults(printable(file_name))
    if normal(form) == BODS:
        from hengjian.intake.bods.read import read_bods  # its schema and what reads it take a while to load

        stated = read_bods(data, context, faults)
        return ((), faults.issues()) if faults.count else (tuple(stated), faults.warnings())
    declared = context.catalogue.forms.get(normal(form))
    titled = _own_forms(context)
    if form not in FORMS and declared is None and normal(form) not in titled:
        names = [*FORMS, BODS, *context.catalogue.forms, *titled]
        hint = nearest(form[:80], names, otherwise=f"the forms are {', '.join(names)}")
        faults.add(f"no form is called {quoted(form)}", hint)
        return (), faults.issues()
    if is_workbook(data):
        rows = _read_workbook(data, form, declared, context, faults)
    else:
        rows = _read_text(data, form, declared, context, faults)
    return ((), faults.issues()) if faults.count else (tuple(rows), faults.warnings())


def _own_forms(context: Context) -> list[str]:
    """The links that have a form of their own."""
    return [name for name, link in context.catalogue.links.items() if link.ends is not None]


def _generic(form: str, context: Context) -> Form:
    """A form of this room, or that of a link."""
    if form in FORMS:
        return FORMS[form]
    shape, reader = linkform.form_parts(context.catalogue.links[normal(form)])
    return Form(shape=shape, reader=reader)


def _read_text(
    data: bytes, form: str, declared: DeclaredForm | None, context: Context, faults: Faults
) -> Sequence[Row]:
    text = decode(data, faults)
    if text is None:
        return ()
    found = records(text, faults)
    if declared is None:
        return _read(found, _generic(form, context), context, faults)
    if len(declared.sheets) > 1:
        faults.add(f"the form {declared.name} has {len(declared.sheets)} sheets", "file it as a workbook (.xlsx)")
        return ()
    grid = Grid(sheet=None, rows=dict(found))
    return () if faults.count else _filled(read_form(declared, [(declared.sheets[0], grid)], context, faults), faults)


def _read_workbook(
    data: bytes, form: str, declared: DeclaredForm | None, context: Context, faults: Faults
) -> Sequence[Row]:
    workbook = open_workbook(data, faults)
    if workbook is None:
        return ()
    if declared is None:
        grid = workbook.grid(workbook.sheets[0], faults)
        return () if grid is None else _read(grid.records(faults), _generic(form, context), context, faults)
    grids = []
    for sheet in declared.sheets:
        part = _sheet_of(sheet, workbook, faults)
        grid = None if part is None else workbook.grid(part, faults)
        if grid is not None:
            grids.append((sheet, grid))
        elif sheet.cells.keys() & {"entity", "period"}:
            faults.mute(NO_ENTITY, NO_PERIOD)  # a sheet that cannot be read would have said it
    return _filled(read_form(declared, grids, context, faults), faults)


def _sheet_of(sheet: FormSheet, workbook: Workbook, faults: Faults) -> SheetPart | None:
    """The workbook's sheet that a form's sheet names, the first one where it names none; None after a fault."""
    faults.sheet = None
    if sheet.name is None:
        return workbook.sheets[0]
    titles = Titles([(sheet.name, None, True)])
    found = next((part for part in workbook.sheets if titles.find(part.name)), None)
    if found is None:
        names = ", ".join(printable(part.name, 40) for part in workbook.sheets[:10])
        faults.add(f"the workbook has no sheet {quoted(sheet.name.label.zh)}", f"its sheets are {names}; rename one")
    return found


def _filled(rows: Sequence[Row], faults: Faults) -> Sequence[Row]:
    if not rows and not faults.count:
        faults.add("the form holds no figure", "fill at least one cell of a measure")
    return rows


def _read(found: Iterator[Record], form: Form, context: Context, faults: Faults) -> Sequence[Row]:
    first = next(found, None)
    if first is None:
        if not faults.count:
            faults.add(
                f"the {'file' if faults.sheet is None else 'sheet'} is empty",
                "its first row holds the titles of the columns",
            )
        return ()
    supplied = [title for title in ("entity", "period") if getattr(context, title) is not None]
    header = read_header(*first, form.shape(context), faults, supplied)
    if header is None:
        return ()
    reader = form.reader(header, context, faults)
    number = None
    for number, cells in found:
        if not is_ragged(number, cells, header, faults):
            reader.read(number, cells)
    if number is None and not faults.count:
        faults.add("the file has titles and no rows", "add a row for each thing to be filed")
    elif not reader.rows and not faults.count:
        faults.add("the rows hold no figure", "fill at least one cell of a measure")
    return reader.rows
