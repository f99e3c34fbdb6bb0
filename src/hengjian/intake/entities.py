"""The form `entities`: what exists, what it is called, and its attributes from a day on."""

from collections.abc import Mapping
from datetime import date

from hengjian.intake.attributes import labels_of, read_attributes, text_fault
from hengjian.intake.context import Context, date_of, known_from_of
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape
from hengjian.intake.names import Names
from hengjian.intake.text import normal, quoted
from hengjian.model.declaration import Attribute
from hengjian.model.filing import WITHDRAWN_WORDS, EntityRow

MAX_NAME = 200
ONE_CODE = "a code belongs to one entity: mend the one that is wrong"


def shape(context: Context) -> Shape:
    """Its titles."""
    archive = ("known_from",) if context.archive else ()
    return Shape(
        required=("entity", "type", "name"),
        optional=("valid_from", *archive),
        declared=labels_of(context.catalogue.types.values()),
        kind="attributes",
    )


class Reader:
    """Collects the rows without faults; every fault is noted."""

    def __init__(self, header: Header, context: Context, faults: Faults) -> None:
        self._context = context
        self.rows: list[EntityRow] = []
        self._header, self._faults = header, faults
        self._default = context.entity
        self._types = context.catalogue.types
        self._attributes = {name: context.catalogue.attributes_of(name) for name in self._types}
        self._type_names = Names(self._types, {name: declared.label for name, declared in self._types.items()})
        self._registered = context.entity_types
        self._known = Names(context.entity_types)
        #: Ids by their normal form, and types, as this file has stated them so far.
        self._ids: dict[str, str] = {}
        self._stated: dict[str, tuple[str, int]] = {}
        self._first: dict[tuple[str, date | None], int] = {}
        self._coded: dict[str, tuple[str, int]] = {}

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the statement of one record, or notes all its faults."""
        faults = self._faults
        before = faults.count
        entity = self._entity(number, *self._header.cell("entity", cells))
        type_name = self._type(number, entity, *self._header.cell("type", cells))
        name = self._name(number, *self._header.cell("name", cells))
        text, column = self._header.cell("valid_from", cells)
        valid_from = date_of(text, faults, number, column)
        text, column = self._header.cell("known_from", cells)
        known_from = known_from_of(text, self._context, faults, number, column)
        if type_name is None:
            return
        declared = self._attributes[type_name]
        attributes = read_attributes(number, cells, self._header, declared, type_name, faults)
        if entity is not None:
            self._note_codes(number, entity, attributes, declared)
        if entity is None or name is None or faults.count != before:
            return
        first = self._first.setdefault((entity, valid_from), number)
        if first != number:
            if valid_from:
                message = f"{quoted(entity)} from {valid_from} stands in row {first} already"
            else:
                message = f"{quoted(entity)} without valid_from stands in row {first} already"
            faults.add(message, "leave one of the two out, or give it its own valid_from", row=number)
            return
        self.rows.append(EntityRow(
            entity=entity, type=type_name, name=name, valid_from=valid_from, attributes=attributes,
            file=faults.file, sheet=faults.sheet, cell=f"A{number}", known_from=known_from,
        ))  # fmt: skip

    def _note_codes(
        self, number: int, entity: str, attributes: tuple[tuple[str, str], ...], declared: Mapping[str, Attribute]
    ) -> None:
        """A code belongs to one entity; tell where the file gives it to two."""
        for name, text in attributes:
            if declared[name].format is None:
                continue
            other, first = self._coded.setdefault(text, (entity, number))
            if other != entity:
                message = f"the code {quoted(text)} is that of {quoted(other)} in row {first} already"
                column = self._header.declared[name] + 1
                self._faults.add(message, ONE_CODE, row=number, column=column)

    def _entity(self, number: int, cell: str, column: int | None) -> str | None:
        text = cell.strip() or (self._default or "").strip()
        if not text:
            self._faults.add("the cell names no entity", "give it a stable id of its own", row=number, column=column)
            return None
        wrong = text_fault(text, MAX_NAME)
        if wrong is not None:
            self._faults.add(wrong.message, wrong.hint, row=number, column=column)
            return None
        # One entity has one spelling: the one registered, else the first one in this file.
        return self._known.find(text) or self._ids.setdefault(normal(text), text)

    def _type(self, number: int, entity: str | None, cell: str, column: int | None) -> str | None:
        faults = self._faults
        found = self._type_names.find(cell.strip())
        if found is None:
            text = normal(cell)
            message = f"no type is called {quoted(text)}" if text else "the cell names no type"
            known = ", ".join(list(self._types)[:10])
            faults.add(message, self._type_names.hint(text, f"declared are {known}"), row=number, column=column)
            return None
        if entity is None:
            return found
        registered = self._registered.get(entity)
        stated, first = self._stated.setdefault(entity, (found, number))
        if registered is not None and registered != found:
            message = f"{quoted(entity)} is registered as {registered}; a type never changes"
            faults.add(
                message, f"write {registered}, or give the other thing an id of its own", row=number, column=column
            )
        elif stated != found:
            message = f"{quoted(entity)} is of type {stated} in row {first}; a type never changes"
            faults.add(message, "mend the one that is wrong", row=number, column=column)
        return found

    def _name(self, number: int, cell: str, column: int | None) -> str | None:
        text = cell.strip()
        if not text:
            self._faults.add("the cell has no name", "write what people call it", row=number, column=column)
            return None
        if normal(text) in WITHDRAWN_WORDS:
            hint = "file a later row that says what holds"
            self._faults.add("only an observation can be withdrawn", hint, row=number, column=column)
            return None
        wrong = text_fault(text, MAX_NAME)
        if wrong is not None:
            self._faults.add(wrong.message, wrong.hint, row=number, column=column)
            return None
        return text
