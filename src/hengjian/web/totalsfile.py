"""The tables of a page of totals as files: the headlines, the parts, or the members."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from hengjian.web.exporting import ExportColumn, exported
from hengjian.web.figures import Scale
from hengjian.web.parts import Part
from hengjian.web.totalsdesk import Box, Desk
from hengjian.web.totalstable import Table
from hengjian.web.visit import Visit


def headlines_file(
    visit: Visit, desk: Desk, about: Sequence[str], boxes: Mapping[str, Mapping[str, Box | None]]
) -> Response:
    """A row a headline; rows differ in unit, and name the one of their amounts."""
    words, figures = visit.words, visit.figures()
    columns = [ExportColumn(title=words("column.indicator")), ExportColumn(title=words("column.unit"))]
    columns += [ExportColumn(title=words(f"operation.{key}")) for key in about]
    rows = []
    for name, of in boxes.items():
        total = of.get("total")
        cells = [_shown(of.get(key), figures.scale) for key in about]
        rows.append([visit.names().label(name), figures.unit(total.symbol) if total else "", *cells])
    return exported(visit, _name(visit, desk), columns, rows)


def _shown(box: Box | None, scale: Any) -> object:
    found: Scale | None = None if box is None or box.value is None else scale(box.symbol)
    return None if box is None or box.value is None or found is None else found.exact(box.value)


def parts_file(
    visit: Visit, desk: Desk, label: str, headline: Mapping[str, Any], unit: str, found: Sequence[Part]
) -> Response:
    """A row a class."""
    words = visit.words
    columns = [
        ExportColumn(title=label), ExportColumn(title=words("operation.count")),
        ExportColumn(title=words("operation.filed")),
        ExportColumn(title=visit.names().label(headline["member"]), unit=unit),
        ExportColumn(title=words("operation.share"), unit="ratio"),
        ExportColumn(title=words("operation.growth"), unit="ratio"),
    ]  # fmt: skip
    rows = [
        [one.value or words("operation.unstated"), one.count, one.filed, one.total, one.share, one.growth]
        for one in found
    ]  # fmt: skip
    return exported(visit, f"{_name(visit, desk)} {label}", columns, rows)


def members_file(visit: Visit, desk: Desk, table: Table, rows: Sequence[int]) -> Response:
    """A row for each that is linked, as sorted and chosen; a figure that is of an older period names it."""
    words, names = visit.words, visit.names()
    columns = [ExportColumn(title=words("column.id")), ExportColumn(title=words("column.name"))]
    columns += [ExportColumn(title=names.label(one["name"]), unit=one["unit"]) for one in table.columns]
    columns.append(ExportColumn(title=words("charts.period")))
    made = []
    for place in rows:
        boxes = table.boxes[place]
        first = boxes[0]
        period = "" if first is None else first.late or str(desk.period)
        cells = [None if box is None or (box.late and box.late != period) else box.value for box in boxes]
        made.append([table.members[place].id, table.members[place].name, *cells, period])
    return exported(visit, f"{_name(visit, desk)} {words('operation.members')}", columns, made)


def _name(visit: Visit, desk: Desk) -> str:
    name = f"{desk.office.name} {visit.words.label(desk.page, desk.name)} {desk.period}"
    return f"{name} {visit.words('sight.file')}" if desk.partial else name
