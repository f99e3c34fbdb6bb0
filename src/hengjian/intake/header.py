"""The first row of a table: which column says what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hengjian.intake.faults import Faults
from hengjian.intake.names import Names
from hengjian.intake.text import normal, quoted
from hengjian.intake.titles import plain_title
from hengjian.model.declaration import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The titles that a form takes: `required` ones, `optional` ones, and those of `kind` that are `declared`.

    `also` gives other names of its titles, in plain small letters (`titles.plain_title`).
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    declared: Mapping[str, Label]
    kind: str
    needs_declared: bool = False
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Column indices, counted from 0: of the form's own titles, and of declared names in the order of the file; the
    titles stand in `row`."""

    fixed: Mapping[str, int]
    declared: Mapping[str, int]
    width: int
    row: int = 1

    def cell(self, title: str, cells: list[str]) -> tuple[str, int | None]:
        """What stands under one of the form's own titles, and its column from 1; "" and None without such a column."""
        index = self.fixed.get(title)
        return ("", None) if index is None else (cells[index], index + 1)


def read_header(
    row: int, titles: list[str], shape: Shape, faults: Faults, supplied: Collection[str] = ()
) -> Header | None:
    """The columns by title; None when the rows cannot be read by them. Titles in `supplied` may be missing.

    A title that is unknown or stands twice is a fault, and the rows are read on without it, to tell theirs too.
    """
    names = Names(dict.fromkeys((*shape.required, *shape.optional, *shape.declared)), shape.declared)
    fixed: dict[str, int] = {}
    declared: dict[str, int] = {}
    is_good = is_readable = True
    for index, title in enumerate(titles):
        name = names.find(shape.also.get(plain_title(title).casefold(), title))
        where = {"row": row, "column": index + 1}
        if name is None:
            is_good = False
            _note_unknown(title, titles, shape, names, faults, where)
        elif name in fixed or name in declared:
            is_good = False
            first = (fixed if name in fixed else declared)[name] + 1
            faults.add(
                f"the title {quoted(name)} stands in column {first} already", "leave one of the two out", **where
            )
        elif name in shape.required or name in shape.optional:
            fixed[name] = index
        else:
            declared[name] = index
    for title in shape.required if is_good or len(titles) > 1 else ():
        if title not in fixed and title not in supplied:
            is_good = is_readable = False
            faults.add(f"the column {title} is missing", _missing_hint(title), row=row)
    if shape.needs_declared and not declared and is_good:
        is_good = False
        faults.add(
            f"no column holds one of the {shape.kind}", f"add a column whose title is one of the {shape.kind}", row=row
        )
    is_readable &= len(titles) > 1 and (bool(declared) or not shape.needs_declared)
    if not is_good and not is_readable:
        return None
    return Header(fixed=fixed, declared=declared, width=len(titles), row=row)


def _note_unknown(
    title: str, titles: list[str], shape: Shape, names: Names, faults: Faults, where: dict[str, int]
) -> None:
    if not normal(title):
        faults.add("a column has no title", "give it a title, or delete the column", **where)
        return
    if len(titles) == 1:
        for mark, called in (("\t", "tabs"), (";", "semicolons"), ("，", "full-width commas"), ("|", "bars")):
            if mark in title:
                faults.add(f"the columns are parted by {called}", "part them by commas (CSV)", **where)
                return
    own = ", ".join((*shape.required, *shape.optional))
    known = f"the form has {own}, and the names of {shape.kind}" if shape.kind else f"the form has {own}"
    faults.add(f"no column is called {quoted(title.strip())}", names.hint(title, known), **where)


def _missing_hint(title: str) -> str:
    if title == "entity":
        return "add a column with the title entity in the first row, or name the entity with --entity"
    return f"add a column with the title {title} in the first row"


def is_ragged(row: int, cells: list[str], header: Header, faults: Faults) -> bool:
    """Whether a record has more or fewer cells than the header, which is a fault."""
    if len(cells) == header.width:
        return False
    column = min(len(cells), header.width) + 1
    hint = "a cell that holds a comma stands in quotes; an empty cell keeps its comma"
    faults.add(f"the row has {len(cells)} cells, the header {header.width}", hint, row=row, column=column)
    return True
