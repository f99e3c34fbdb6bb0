"""The form `links`: dated relations between registered entities."""

from bisect import bisect
from collections.abc import Mapping
from datetime import date

from hengjian.intake.attributes import labels_of, read_attributes
from hengjian.intake.context import Context, Entities, date_of, known_from_of
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape
from hengjian.intake.holding import check_shares, settled
from hengjian.intake.names import Names
from hengjian.intake.text import normal, quoted
from hengjian.model.declaration import OWNS, LinkType
from hengjian.model.filing import WITHDRAWN_WORDS, LinkRow

Interval = tuple[date, date]
#: What a row says that takes a link back: as of a sale, the share that is held.
NOTHING_HELD = ("share", "0")


def shape(context: Context) -> Shape:
    """Its titles."""
    archive = ("known_from",) if context.archive else ()
    return Shape(
        required=("link", "from", "to"),
        optional=("valid_from", "valid_to", *archive),
        declared=labels_of(context.catalogue.links.values()),
        kind="attributes",
    )


class Reader:
    """Collects the rows without faults; every fault is noted.

    `of`: the link of every row, where no column names it; `ends`: what the file calls the two ends; `by_code`: whether
    these may be named by their social credit codes.
    """

    def __init__(
        self, header: Header, context: Context, faults: Faults, of: str | None = None,
        ends: tuple[str, str] = ("from", "to"), *, by_code: bool = False,
    ) -> None:  # fmt: skip
        self._context = context
        self._of, self._called = of, dict(zip(("from", "to"), ends, strict=True))
        self.rows: list[LinkRow] = []
        self._header, self._faults = header, faults
        self._links: Mapping[str, LinkType] = context.catalogue.links
        self._names = Names(self._links, {name: link.label for name, link in self._links.items()})
        self._entities = Entities(context, faults, has_default=False, by_code=by_code)
        self._stated: dict[tuple[str, str, str], list[tuple[Interval, int]]] = {}  # intervals ascend

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the statement of one record, or notes all its faults."""
        faults = self._faults
        before = faults.count
        link = self._link(number, *self._header.cell("link", cells))
        source = self._end(number, "from", cells, None if link is None or link.any_source else link.source)
        target = self._end(number, "to", cells, None if link is None else link.target)
        valid_from, valid_to, is_taken_back = self._dates(number, cells)
        text, column = self._header.cell("known_from", cells)
        known_from = known_from_of(text, self._context, faults, number, column)
        if source is not None and source == target:
            _, column = self._header.cell("to", cells)
            faults.add(f"{quoted(source)} is linked to itself", "name two entities", row=number, column=column)
        if link is None:
            return
        attributes = self._attributes(number, cells, link, (source, target))
        if is_taken_back:
            self._must_state_nothing(number, attributes)
            attributes = (NOTHING_HELD,)
        if source is None or target is None or faults.count != before:
            return
        if self._overlaps((link.name, source, target), (valid_from or date.min, valid_to or date.max), number):
            return
        self.rows.append(LinkRow(
            link=link.name, source=source, target=target, valid_from=valid_from, valid_to=valid_to,
            attributes=attributes, file=faults.file, sheet=faults.sheet, cell=f"A{number}", known_from=known_from,
        ))  # fmt: skip

    def _link(self, number: int, cell: str, column: int | None) -> LinkType | None:
        cell = cell if self._of is None else self._of
        found = self._names.find(cell.strip())
        if found is not None:
            return self._links[found]
        text = normal(cell)
        message = f"no link is called {quoted(text)}" if text else "the cell names no link"
        known = ", ".join(list(self._links)[:10])
        self._faults.add(message, self._names.hint(text, f"declared are {known}"), row=number, column=column)
        return None

    def _end(self, number: int, title: str, cells: list[str], of_type: str | None) -> str | None:
        text, column = self._header.cell(title, cells)
        entity = self._entities.of(text, number, column)
        if entity is None or of_type is None or self._entities.is_of(entity, of_type):
            return entity
        message = (
            f"{quoted(entity)} is of type {self._entities.type_of(entity)};"
            f" the link's {self._called[title]} is of type {of_type}"
        )
        self._faults.add(message, "is it the right entity, and the right way round?", row=number, column=column)
        return None

    def _dates(self, number: int, cells: list[str]) -> tuple[date | None, date | None, bool]:
        """From when and until when, and whether the row says that the link does not hold from then on."""
        text, column = self._header.cell("valid_from", cells)
        valid_from = date_of(text, self._faults, number, column)
        text, column = self._header.cell("valid_to", cells)
        if normal(text) in WITHDRAWN_WORDS:
            return valid_from, None, True
        valid_to = date_of(text, self._faults, number, column)
        if valid_from is not None and valid_to is not None and valid_from >= valid_to:
            message = f"valid_to {valid_to} is not later than valid_from {valid_from}"
            hint = "valid_to is the first day on which the link no longer holds"
            self._faults.add(message, hint, row=number, column=column)
        return valid_from, valid_to, False

    def _attributes(
        self, number: int, cells: list[str], link: LinkType, ends: tuple[str | None, str | None]
    ) -> tuple[tuple[str, str], ...]:
        header, faults = self._header, self._faults
        attributes = read_attributes(number, cells, header, link.attributes, link.name, faults)
        numbers = tuple(pair for pair in attributes if link.attributes[pair[0]].kind == "number")
        check_shares(number, cells, numbers, header, faults)
        if link.name != OWNS:
            return attributes
        return settled(number, attributes, ends, header, self._entities, faults)

    def _must_state_nothing(self, number: int, attributes: tuple[tuple[str, str], ...]) -> None:
        for name, text in attributes:
            if (name, text) != NOTHING_HELD:
                column = self._header.declared[name] + 1
                message = f"the row takes the link back, and states its {name}"
                self._faults.add(message, "empty the cell, or write a date in valid_to", row=number, column=column)

    def _overlaps(self, key: tuple[str, str, str], interval: Interval, number: int) -> bool:
        """Whether an earlier row states a day of the interval, which is told; else the row is kept in mind."""
        earlier = self._stated.setdefault(key, [])
        at = bisect(earlier, (interval, number))
        for (start, end), row in earlier[max(0, at - 1) : at + 1]:
            if start < interval[1] and interval[0] < end:
                message = f"the same link stands in row {row} for days that this row states too"
                hint = "end the earlier row with valid_to on this row's valid_from"
                self._faults.add(message, hint, row=number)
                return True
        earlier.insert(at, (interval, number))
        return False
