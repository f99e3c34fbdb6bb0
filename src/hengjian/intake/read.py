"""One filed table, from bytes to rows: the way through this room."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hengjian.intake import entities, links, observations, wide
from hengjian.intake.context import Context
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape, is_ragged, read_header
from hengjian.intake.records import Record, records
from hengjian.intake.text import decode, printable, quoted
from hengjian.model.filing import Row
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
}


def read_table(file_name: str, data: bytes, form: str, context: Context) -> tuple[tuple[Row, ...], tuple[Issue, ...]]:
    """The rows of a CSV table, or no rows and all its faults (at most 1,000 are listed).

    Nothing is read beside `data`: the file's name only marks rows and faults. Whether `known_from` is earlier than
    the recorded time is for the caller to check, who knows that time.
    """
    faults = Faults(printable(file_name))
    if form not in FORMS:
        known = ", ".join(FORMS)
        faults.add(f"no form is called {quoted(form)}", nearest(form[:80], FORMS, otherwise=f"the forms are {known}"))
        return (), faults.issues()
    text = decode(data, faults)
    if text is None:
        return (), faults.issues()
    rows = _read(records(text, faults), FORMS[form], context, faults)
    return ((), faults.issues()) if faults.count else (tuple(rows), ())


def _read(found: Iterator[Record], form: Form, context: Context, faults: Faults) -> Sequence[Row]:
    first = next(found, None)
    if first is None:
        if not faults.count:
            faults.add("the file is empty", "its first row holds the titles of the columns")
        return ()
    supplied = ("entity",) if context.entity is not None else ()
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
