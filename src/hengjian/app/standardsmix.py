"""How a group's standards are chosen where its own class does not do: rows of `standard_choice`, and members' shares.

国资发评价〔2006〕157号, Articles 18 to 22: a class and a size may be chosen; a group of several businesses takes
standards, or scores, weighted by its members' assets; where no class fits, national ones, with the office's consent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.question import ask
from hengjian.app.registergroups import grouped
from hengjian.app.registerrows import Asking, Made, Row, plain
from hengjian.app.standardsbook import books_of, class_path
from hengjian.intake.text import quoted
from hengjian.model.cut import Cut, KnownAt

#: Shares as they are printed may not add up to the whole by so much; they are then divided by their sum.
_SLACK = Decimal("0.005")
_QUANTUM = Decimal("1e-12")


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each enterprise: how its standards are chosen, and the members with their shares."""
    books = books_of(asking.programme)
    found = []
    for head, parts in grouped(asking, rows):
        book = asking.named(parts[0], "book", dict.fromkeys(books, ()), "book of standard values")
        if book is None:
            continue
        record: dict[str, Any] = {
            name: head.get(name, "") for name in ("entity", "year", "mode", "measure", "reason", "document")
        }
        record |= {"book": book, "withdrawn": head.get("withdrawn", ""), "class": "", "size": "", "members": []}
        before = asking.faults.count
        if head.get("mode") in ("chosen", "national"):
            _one_class(asking, parts, record)
        else:
            _members(asking, parts, record)
        if asking.faults.count == before:
            found.append(Made(record=record, row=parts[0], cell="entity"))
    return found


def _one_class(asking: Asking, parts: Sequence[Row], record: dict[str, Any]) -> None:
    row = parts[0]
    if len(parts) > 1:
        message = f"{quoted(record['entity'])} has several rows, and one class is chosen"
        parts[1].fault_at(asking.faults, "entity", message, "leave one row, or choose a weighted way")
    record["class"], record["size"] = class_path(row.get("class")), row.get("size")
    if not record["class"]:
        row.fault_at(asking.faults, "class", "the row names no class", "write the class as a path, as 工业/机械工业")
    if record["mode"] == "national" and not record["document"]:
        hint = "name the document by which the office agreed (157号, Articles 18 to 22)"
        row.fault_at(asking.faults, "document", "national standards need the office's consent", hint)


def _members(asking: Asking, parts: Sequence[Row], record: dict[str, Any]) -> None:
    """The members with their shares: all of them given, or all from a measure."""
    faults, is_scores = asking.faults, record["mode"] == "weighted_scores"
    members: list[dict[str, str]] = []
    for row in parts:
        one = {"entity": row.get("member"), "class": class_path(row.get("class")), "size": row.get("size"),
               "share": row.get("share")}  # fmt: skip
        if not one["entity"] and (is_scores or not one["class"]):
            hint = "name a member" if is_scores else "name a member or a class"
            row.fault_at(faults, "member", "the row names no member", hint)
        if one["entity"] and one["entity"] == record["entity"]:
            row.fault_at(faults, "member", f"{quoted(one['entity'])} is no member of itself", "name what it holds")
        members.append({name: text for name, text in one.items() if text})
    record["members"] = members
    given = [Decimal(one["share"]) for one in members if "share" in one]
    if record["measure"]:
        _by_measure(asking, parts, record, members)
    elif len(given) < len(members):
        row = next(row for row, one in zip(parts, members, strict=True) if "share" not in one)
        hint = "give every member its share, or name the measure by which they are shared, as total_assets"
        row.fault_at(faults, "share", "the row has no share", hint)
    elif abs(sum(given, Decimal(0)) - 1) > _SLACK:
        message = f"the shares add up to {plain(sum(given, Decimal(0)) * 100)} %"
        parts[0].fault_at(faults, "share", message, "they add up to 100 %")


def _by_measure(
    asking: Asking, parts: Sequence[Row], record: dict[str, Any], members: Sequence[Mapping[str, str]]
) -> None:
    faults, catalogue = asking.faults, asking.programme.catalogue
    spelled = {
        name: (one.label.zh, one.label.en)
        for declared in (catalogue.measures, catalogue.indicators) for name, one in declared.items()
    }  # fmt: skip
    found = asking.named(parts[0], "measure", spelled, "measure or indicator")
    record["measure"] = found or ""
    for row, one in zip(parts, members, strict=True):
        if "share" in one:
            row.fault_at(faults, "share", "the row gives a share, and a measure does too", "leave one of the two out")
        if "entity" not in one:
            row.fault_at(faults, "member", "a class by itself has no figures", "name the member, or give its share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Each member as the record names it with its part of the whole; `missing`: whose figure there is none of."""

    parts: tuple[tuple[Mapping[str, str], Decimal], ...] = ()
    missing: str | None = None


def shares_of(
    desk: Desk, choices: Iterable[Mapping[str, Any]], period: str, known_at: KnownAt | None
) -> dict[str, Shares]:
    """By entity the shares of its members, given or from figures of a period; they add up to 1 as far as twelve
    decimals go."""
    found = {}
    for row in choices:
        if row["mode"] not in ("weighted_standards", "weighted_scores"):
            continue
        members = row["members"]
        if not row["measure"]:
            amounts: dict[int, Decimal | None] = {place: Decimal(one["share"]) for place, one in enumerate(members)}
        else:
            figures = _figures(desk, row["measure"], [one["entity"] for one in members], period, known_at)
            amounts = {place: figures.get(one["entity"]) for place, one in enumerate(members)}
        found[row["entity"]] = _shared(members, amounts)
    return found


def _shared(members: Sequence[Mapping[str, str]], amounts: Mapping[int, Decimal | None]) -> Shares:
    known = {place: amount for place, amount in amounts.items() if amount is not None and amount >= 0}
    for place, one in enumerate(members):
        if place not in known:
            return Shares(missing=one.get("entity", one.get("class")))
    total = sum(known.values(), Decimal(0))
    if not total:
        return Shares(missing=members[0].get("entity", members[0].get("class")))
    return Shares(parts=tuple(
        ({name: text for name, text in one.items() if name != "share"}, (known[place] / total).quantize(_QUANTUM))
        for place, one in enumerate(members)
    ))  # fmt: skip


def _figures(
    desk: Desk, name: str, entities: Sequence[str], period: str, known_at: KnownAt | None
) -> dict[str, Decimal]:
    """Of each entity the figure of a measure or indicator for a period, in base units; those that there are."""
    programme = desk.programme(known_at)
    found = {}
    for asked in ask(desk, programme, Cut(known_at=known_at), [name], list(entities), period):
        values, reasons = asked.columns[name].values, asked.columns[name].reasons
        for column, entity in enumerate(asked.panel.entities):
            for row in range(len(asked.panel.periods)):
                if asked.masks[name][row, column] and not reasons[row, column]:
                    found[entity] = Decimal(repr(float(values[row, column])))  # the last period of it stands
    return found
