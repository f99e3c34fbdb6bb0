"""A page's table as XLSX or CSV, at the page's own address with `format=xlsx` or `format=csv`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from starlette.responses import Response

from hengjian.intake.export import Content, TableColumn, table_csv, table_xlsx
from hengjian.web.figures import Scale
from hengjian.web.respond import fresh_headers, keep
from hengjian.web.visit import Visit

_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_UNSAFE = frozenset('/\\:*?"<>|~%')
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportColumn:
    """A column: its title, and for figures the unit that they come in (`CNY`, `ratio`, `person`).

    Figures go out unrounded in the unit in which the reader sees them, and the heading names it.
    """

    title: str
    unit: str | None = None


def wanted(visit: Visit) -> bool:
    """Whether the reader asks for a file in place of the page."""
    return visit.query.get("format") in _KINDS


def exported(visit: Visit, name: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[object]]) -> Response:
    """The file that the reader asked for: `name` is the table's and the file's, `rows` have a cell for each column.

    A cell is a text, a number, a truth, a date, or None where there is nothing.
    """
    kind = visit.query["format"]
    figures = visit.figures()
    scales = [None if column.unit is None else figures.scale(column.unit) for column in columns]
    heads = [_head(column, scale, visit) for column, scale in zip(columns, scales, strict=True)]
    cells = [[_cell(cell, scale) for cell, scale in zip(row, scales, strict=True)] for row in rows]
    data = table_xlsx(name, heads, cells) if kind == "xlsx" else table_csv(heads, cells)
    file = quote(
        "".join(" " if letter in _UNSAFE or ord(letter) < 32 else letter for letter in name)[:_LONGEST].strip()
    )
    headers = {
        "content-disposition": f"attachment; filename=\"table.{kind}\"; filename*=UTF-8''{file or 'table'}.{kind}",
        **fresh_headers(visit.tag),
    }
    response = Response(data, media_type=_KINDS[kind], headers=headers)
    keep(visit.request, response)
    return response


def _head(column: ExportColumn, scale: Scale | None, visit: Visit) -> TableColumn:
    if scale is None:
        return TableColumn(heading=column.title)
    heading = visit.words("export.heading", title=column.title, unit=scale.unit) if scale.unit else column.title
    places = scale.places
    return TableColumn(heading=heading, number_format="General" if places is None else f"#,##0.{'0' * places}")


def _cell(cell: object, scale: Scale | None) -> Content:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and scale is not None:
        return scale.exact(cell)
    return cell if cell is None or isinstance(cell, str | int | float | Decimal | bool | date) else str(cell)
