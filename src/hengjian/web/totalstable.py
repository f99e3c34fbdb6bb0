"""Those whose figures a page of totals adds up: who they are, and what stands beside each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.web.board import sorted_rows
from hengjian.web.explanation import short_reason
from hengjian.web.parts import Member
from hengjian.web.totalsdesk import Box, Desk
from hengjian.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The linked entities: `columns` as they were answered, of which the first is what is added up."""

    members: Sequence[Member]
    columns: Sequence[Mapping[str, Any]]
    boxes: Sequence[Sequence[Box | None]]


def table_of(visit: Visit, desk: Desk, headline: Mapping[str, Any]) -> Table:
    """Those who are linked at the period's end, with their attributes of that day and their figures of the period."""
    totals, day = desk.totals, min(desk.period.end.isoformat(), visit.view.cut.get("as_of") or "9999")
    links = visit.ask("relations", entity=desk.office.id, as_of=day)["links"]
    linked = {
        one["entity"] for one in links if (one["link"], one["direction"]) == (totals["link"], totals["direction"])
    }
    shown = list(dict.fromkeys([headline["member"], *headline["columns"], *totals["columns"]]))
    asked = list(dict.fromkeys([*shown, *([headline["before"]] if headline.get("before") else [])]))
    kind, period = totals["members"], str(desk.period)
    answer = visit.ask("portfolio", type=kind, columns=asked, period=period)
    dated = visit.ask("portfolio", type=kind, columns=[headline["member"]], period=period, as_of=day)
    attributes = dict(zip(dated["entities"], dated["attributes"], strict=True))
    by_name = {column["name"]: column for column in answer["columns"]}
    columns = [by_name[name] for name in shown]
    before = by_name.get(headline.get("before") or "")
    members, boxes = [], []
    for place, entity in enumerate(answer["entities"]):
        if entity not in linked:
            continue
        members.append(Member(
            id=entity, name=answer["names"][place], attributes=attributes.get(entity, {}),
            value=_of_period(columns[0], place, period),
            before=None if before is None else _of_period(before, place, period),
        ))  # fmt: skip
        boxes.append([_theirs(visit, column, place, entity, period) for column in columns])
    return Table(members=members, columns=columns, boxes=boxes)


def _of_period(column: Mapping[str, Any], place: int, period: str) -> float | None:
    value: float | None = column["values"][place]
    return value if column["periods"][place] == period else None


def _theirs(visit: Visit, column: Mapping[str, Any], place: int, entity: str, period: str) -> Box | None:
    """A figure of one who is linked; None where nothing was ever reported."""
    own = column["periods"][place]
    if own is None:
        return None
    value, symbol = column["values"][place], column["unit"]
    late = "" if own == period else str(own)
    title = visit.words("portfolio.late", period=period, own=own) if late else ""
    if value is None:
        title, text = short_reason(column["missing"][place], visit.words), "–"
    else:
        text = visit.figures().writer(symbol)(value)
    address = visit.view.address("entity", entity, "explain", column["name"], str(own))
    return Box(value=value, symbol=symbol, text=text, title=title, address=address, late=late)


def part_of(visit: Visit) -> str | None:
    """The class that the reader chose, which may be the empty one of those that state none; None for all."""
    asked = visit.query.get("part", "")
    return asked[1:] if asked.startswith("=") else None


def rows_of(visit: Visit, table: Table, by: str) -> list[int]:
    """The places of the members shown, in their order: the largest first where the reader asked for no other."""
    part, sort = part_of(visit), visit.query.get("sort") or "-0"
    places = [
        place for place, one in enumerate(table.members) if part is None or one.attributes.get(by, "") == part
    ]  # fmt: skip
    answer = {
        "names": [one.name for one in table.members], "entities": [one.id for one in table.members],
        "columns": [{"values": [_value(row[place]) for row in table.boxes]} for place in range(len(table.columns))],
    }  # fmt: skip
    return sorted_rows(answer, places, sort.removeprefix("-"), falling=sort.startswith("-"))


def _value(box: Box | None) -> float | None:
    return None if box is None else box.value
