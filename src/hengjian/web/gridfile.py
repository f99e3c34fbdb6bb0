"""A grid of values over time as a file: a row a line, a column a period, the unit of each line beside it."""

from starlette.responses import Response

from hengjian.web.exporting import ExportColumn, exported
from hengjian.web.figures import Scale
from hengjian.web.grid import Grid
from hengjian.web.visit import Visit


def grid_file(visit: Visit, name: str, grid: Grid) -> Response:
    """The file that the reader asked for. Lines differ in unit: each names its own. Headings have no figures."""
    words, figures = visit.words, visit.figures()
    columns = [ExportColumn(title=words(key)) for key in ("column.indicator", "column.unit")]
    columns += [ExportColumn(title=period) for period in grid.periods]
    rows: list[list[object]] = []
    for line in grid.lines:
        if line.is_heading:
            rows.append([line.label, "", *[None] * len(grid.periods)])
            continue
        scale = figures.scale(line.symbol)
        cells = [None if box is None else _shown(box.value, scale) for box in line.boxes]
        rows.append([line.label, line.unit, *cells])
    return exported(visit, name, columns, rows)


def _shown(value: object, scale: Scale) -> object:
    return value if isinstance(value, bool) or not isinstance(value, int | float) else scale.exact(value)
