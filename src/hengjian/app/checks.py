"""Declared checks of what is being filed: conditions that each filed entity and period should meet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from hengjian.app.desk import Desk
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.own import reads_of
from hengjian.evaluate.plan import home_frame
from hengjian.formula.term import Programme
from hengjian.model.cut import Basis, Cut, Scope
from hengjian.model.filing import ObservationRow, Row, position
from hengjian.model.issue import CellPlace, Issue
from hengjian.model.message import fill
from hengjian.model.period import Frequency, Period, period_of
from hengjian.panel.panel import Panel
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Frame, Scene

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
    return [issue for (scope, basis), some in filed.items() for issue in _broken(desk, programme, scope, basis, some)]


def _figures(panel: Panel, at: tuple[int, int]) -> dict[str, float]:
    """The measures of one entity and period."""
    return {name: float(column.values[at]) for name, column in panel.columns.items()}


def _broken(
    desk: Desk, programme: Programme, scope: Scope, basis: Basis, observed: Sequence[ObservationRow]
) -> Iterable[Issue]:
    """Checks of one type and frequency share a panel, so that a filing is read as often as it has kinds of checks."""
    types = desk.entity_types()
    cells = {name: found for name in programme.checks if (found := _cells(programme, name, observed, types))}
    kinds: dict[tuple[str, Frequency], list[str]] = defaultdict(list)
    for name in cells:
        kinds[programme.checks[name].type, programme.checks[name].frequency].append(name)
    cut = Cut(scope=scope, basis=basis)
    scenes: dict[str, Scene] = {}
    for names in kinds.values():
        scenes |= dict.fromkeys(names, _scene(desk, programme, cut, names, cells))
    for name, filed in cells.items():
        panel = scenes[name].home
        column = evaluate(programme, [name], scenes[name]).columns[name]
        rows = {period: at for at, period in enumerate(panel.periods)}
        columns = {entity: at for at, entity in enumerate(panel.entities)}
        for (entity, period), row in filed.items():
            at = rows[period], columns[entity]
            if not column.reasons[at] and not column.values[at]:
                yield _issue(programme, name, row, _figures(panel, at))


def _cells(programme: Programme, name: str, observed: Sequence[ObservationRow], types: Mapping[str, str]) -> _Cells:
    """The first filed row that a check reads of its own entity, of each entity and of each period of the check.

    Rows of finer periods count for the check's period that they lie in, and those read through `on(…)` or as one's own
    place among peers count too.
    """
    check, descends = programme.checks[name], programme.catalogue.descends
    frames: dict[str, list[Frame]] = defaultdict(list)
    for frame, measure in reads_of(programme, check, replace(home_frame(check), everyone=False), through=True).own:
        frames[measure].append(frame)
    cells: _Cells = {}
    for row in observed:
        is_read = any(_reads(frame, row) for frame in frames.get(row.measure, ()))
        if is_read and descends(types[row.entity], check.type):
            cells.setdefault((row.entity, period_of(row.period.end, check.frequency)), row)
    return cells


def _reads(frame: Frame, row: ObservationRow) -> bool:
    """Whether a frame reads the cut that a row states, the question's own cut being that of the row."""
    return frame.scope in (None, row.scope) and frame.basis in (None, "best", row.basis)


def _scene(desk: Desk, programme: Programme, cut: Cut, names: Sequence[str], cells: Mapping[str, _Cells]) -> Scene:
    """What the checks of one kind read: the entities and periods filed, and as far back as the checks look."""
    wanted = needs(programme, names)
    periods = [period for name in names for _, period in cells[name]]
    return load_scene(
        desk.store, programme.catalogue, cut, wanted,
        entities=sorted({entity for name in names for entity, _ in cells[name]}),
        first=min(periods), last=max(periods),
    )  # fmt: skip


def _issue(programme: Programme, name: str, row: ObservationRow, figures: Mapping[str, float]) -> Issue:
    check = programme.catalogue.checks[name]
    said = fill(f"{check.message.zh} / {check.message.en}", figures)
    return Issue(
        place=CellPlace(file=row.file, sheet=row.sheet, row=position(row.cell)[0]),
        message=f"{row.entity} {row.period}: {said}",  # an id may hold braces of its own
        hint=f"{name}: {programme.checks[name].versions[-1].text} ({check.source})",
        severity=check.severity,
    )
