"""What a file says once it is read: rows of observations, entities or links, and their canonical records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hengjian.model.cut import Basis, Scope
from hengjian.model.period import Period, parse_period

#: What a cell says to withdraw the observation that stands there.
WITHDRAWN_WORDS = frozenset({"#withdrawn", "撤回"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRow:
    """One observed cell, at the A1 address `cell`. `value` is in base units, None when the cell withdraws.

    `place` says where the figure stands in a document of which the file is only an extract.
    """

    entity: str
    measure: str
    period: Period
    scope: Scope
    basis: Basis
    text: str
    unit: str
    value: float | None
    file: str
    sheet: str | None
    cell: str
    known_from: date | None = None
    place: str | None = None

    def record(self) -> dict[str, object]:
        row: dict[str, object] = {
            "entity": self.entity, "measure": self.measure, "period": str(self.period), "scope": self.scope,
            "basis": self.basis, "text": self.text, "unit": self.unit, "value": self.value,
            "file": self.file, "sheet": self.sheet, "cell": self.cell,
        }  # fmt: skip
        if self.known_from is not None:
            row["known_from"] = self.known_from.isoformat()
        if self.place is not None:
            row["place"] = self.place
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRow:
    """One row of the form `entities`: the entity, and what holds of it from `valid_from` (None: always)."""

    entity: str
    type: str
    name: str
    valid_from: date | None
    attributes: tuple[tuple[str, str], ...]
    file: str
    sheet: str | None
    cell: str
    known_from: date | None = None

    def record(self) -> dict[str, object]:
        row: dict[str, object] = {
            "entity": self.entity, "type": self.type, "name": self.name, "valid_from": _day(self.valid_from),
            "attributes": dict(self.attributes), "file": self.file, "sheet": self.sheet, "cell": self.cell,
        }  # fmt: skip
        if self.known_from is not None:
            row["known_from"] = self.known_from.isoformat()
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One row of the form `links`: the relation holds on [valid_from, valid_to), None being open on that side."""

    link: str
    source: str
    target: str
    valid_from: date | None
    valid_to: date | None
    attributes: tuple[tuple[str, str], ...]
    file: str
    sheet: str | None
    cell: str
    known_from: date | None = None

    def record(self) -> dict[str, object]:
        row: dict[str, object] = {
            "link": self.link, "from": self.source, "to": self.target, "valid_from": _day(self.valid_from),
            "valid_to": _day(self.valid_to), "attributes": dict(self.attributes),
            "file": self.file, "sheet": self.sheet, "cell": self.cell,
        }  # fmt: skip
        if self.known_from is not None:
            row["known_from"] = self.known_from.isoformat()
        return row


Row = ObservationRow | EntityRow | LinkRow


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))


def row_of(record: Mapping[str, object]) -> Row:
    """The row that a canonical record states; the inverse of `record()`. KeyError or ValueError on a foreign shape."""
    known_from = _date(record.get("known_from"))
    file, sheet, cell = str(record["file"]), record["sheet"], str(record["cell"])
    sheet_name = None if sheet is None else str(sheet)
    if "measure" in record:
        period = parse_period(str(record["period"]))
        value = record["value"]
        if period is None or not isinstance(value, int | float | None):
            raise ValueError(f"not an observation: {record!r}")
        return ObservationRow(
            entity=str(record["entity"]), measure=str(record["measure"]), period=period,
            scope=record["scope"], basis=record["basis"],  # type: ignore[arg-type]
            text=str(record["text"]), unit=str(record["unit"]), value=None if value is None else float(value),
            file=file, sheet=sheet_name, cell=cell, known_from=known_from,
            place=None if record.get("place") is None else str(record["place"]),
        )  # fmt: skip
    attributes = record["attributes"]
    if not isinstance(attributes, Mapping):
        raise ValueError(f"attributes are not a mapping: {record!r}")
    pairs = tuple(sorted((str(name), str(text)) for name, text in attributes.items()))
    if "link" in record:
        return LinkRow(
            link=str(record["link"]), source=str(record["from"]), target=str(record["to"]),
            valid_from=_date(record["valid_from"]), valid_to=_date(record["valid_to"]), attributes=pairs,
            file=file, sheet=sheet_name, cell=cell, known_from=known_from,
        )  # fmt: skip
    return EntityRow(
        entity=str(record["entity"]), type=str(record["type"]), name=str(record["name"]),
        valid_from=_date(record["valid_from"]), attributes=pairs,
        file=file, sheet=sheet_name, cell=cell, known_from=known_from,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an observed value came from, as an explanation names it."""

    filing: str
    entry: int
    row: ObservationRow
    known_from: date | None


def filing_id(entry: int) -> str:
    """The public id of the filing that is ledger entry `entry`."""
    return f"F{entry:06d}"


def entry_of(filing: str) -> int | None:
    """The ledger entry that a filing id (or a bare number) names; None when it is neither."""
    digits = filing.removeprefix("F")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def address(row: int, column: int) -> str:
    """The A1 address of a cell; row and column count from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def position(cell: str) -> tuple[int, int]:
    """Row and column, from 1, of an A1 address; the inverse of `address`."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column
