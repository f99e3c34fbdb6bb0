"""Declared checks of what is being filed: conditions that each filed entity and period should meet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from hengjian.app.desk import Desk
from hengjian.evaluate.evaluate import evaluate
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import Basis, Cut, Scope
from hengjian.model.filing import ObservationRow, Row, position
from hengjian.model.issue import CellPlace, Issue
from hengjian.model.message import fill
from hengjian.model.period import Period
from hengjian.panel.load import load_panel
from hengjian.panel.panel import Panel

_Cells = dict[tuple[str, Period], ObservationRow]


def broken_checks(desk: Desk, rows: Iterable[Row]) -> list[Issue]:
    """The checks that the staged rows break, one issue an entity, period and check, at the first filed cell it reads.

    A check with a missing input says nothing: what is missing is seen elsewhere.
    """
    programme = desk.programme()
    if not programme.checks:
        return []
    filed: dict[tuple[Scope, Basis], list[ObservationRow]] = defaultdict(list)
    for row in rows:
        if isinstance(row, ObservationRow):
            filed[row.scope, row.basis].append(row)
    return [
        issue
        for (scope, basis), observed in filed.items()
        for name, formula in programme.checks.items()
        for issue in _broken(desk, programme, name, formula, Cut(scope=scope, basis=basis), observed)
    ]


def _figures(panel: Panel, at: tuple[int, int]) -> dict[str, float]:
    """The measures of one entity and period."""
    return {name: float(column.values[at]) for name, column in panel.columns.items()}


def _broken(
    desk: Desk, programme: Programme, name: str, formula: Formula, cut: Cut, observed: Sequence[ObservationRow]
) -> Iterable[Issue]:
    cells: _Cells = {}
    for row in observed:
        if row.measure in formula.measures:
            cells.setdefault((row.entity, row.period), row)
    if not cells:
        return
    check = programme.catalogue.checks[name]
    entities = sorted({entity for entity, _ in cells})
    periods = [period for _, period in cells]
    panel = load_panel(
        desk.store, programme.catalogue, cut, sorted(formula.measures), formula.frequency,
        entities=entities, last=max(periods),
    )  # fmt: skip
    column = evaluate(programme, [name], panel).columns[name]
    rows = {period: at for at, period in enumerate(panel.periods)}
    columns = {entity: at for at, entity in enumerate(panel.entities)}
    for (entity, period), row in cells.items():
        at = rows[period], columns[entity]
        if not column.reasons[at] and not column.values[at]:
            said = fill(f"{check.message.zh} / {check.message.en}", _figures(panel, at))
            yield Issue(
                place=CellPlace(file=row.file, sheet=row.sheet, row=position(row.cell)[0]),
                message=f"{entity} {period}: {said}",  # an id may hold braces of its own
                hint=f"{name}: {formula.versions[-1].text} ({check.source})",
                severity=check.severity,
            )
