"""Filed figures straight into the arrays of a panel, as loading them from the store would give them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.model.cut import BASES
from hengjian.model.declaration import Catalogue
from hengjian.model.filing import ObservationRow
from hengjian.model.missing import Missing
from hengjian.panel.changes import Cells, differing
from hengjian.panel.fill import Places
from hengjian.panel.load import load_panel
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame
from hengjian.store import Store

_NOT_REPORTED, _BEFORE_FIRST = np.uint8(Missing.NOT_REPORTED), np.uint8(Missing.BEFORE_FIRST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What is filed of one entity (its place), period (its row) and statement, in the order of filing."""

    place: int
    row: int
    statement: int


def enter(
    store: Store, catalogue: Catalogue, panel: Panel, frame: Frame, rows: Iterable[ObservationRow],
    ordinals: Mapping[str, int],
) -> dict[str, Cells]:  # fmt: skip
    """Write what was filed into the panel's own arrays; the cells of each measure that are others than before.

    The rows are those filed since the panel was brought up to date, oldest first, and the store holds them.
    """
    lines = _lines(store, catalogue, panel, frame, rows, ordinals)
    if not lines:
        return {}
    places = np.array(sorted({line.place for line in lines}), np.int64)
    measures: dict[int | None, list[str]] = defaultdict(list)
    for name in panel.columns:
        measures[store.statement(catalogue.measures[name])].append(name)
    names = [name for statement in {line.statement for line in lines} for name in measures[statement]]
    before = {name: _at(panel.columns[name], places) for name in names}
    again = set()
    for line, filed in lines.items():
        beside = measures[line.statement]
        if beside and not (_is_alone(panel, beside) and _put(panel, line, filed, beside)):
            again.add(line.place)
    if again:
        _read_again(store, catalogue, panel, frame, np.array(sorted(again), np.int64))
    changed = {name: differing(before[name], _at(panel.columns[name], places), places) for name in names}
    return {name: cells for name, cells in changed.items() if cells}


def _lines(
    store: Store, catalogue: Catalogue, panel: Panel, frame: Frame, rows: Iterable[ObservationRow],
    ordinals: Mapping[str, int],
) -> dict[_Line, list[ObservationRow]]:  # fmt: skip
    """What the panel's cut sees of the rows, of its entities and periods, line by line."""
    found: dict[_Line, list[ObservationRow]] = defaultdict(list)
    first, count, cut = panel.periods[0].index, len(panel.periods), panel.cut
    statements: dict[str, int | None] = {}
    spots: dict[str, int] = {}
    for row in rows:
        at = row.period.index - first
        is_seen = row.scope == cut.scope and cut.basis in ("best", row.basis)
        if row.period.frequency != frame.frequency or not 0 <= at < count or not is_seen:
            continue
        if row.entity not in spots:
            spots[row.entity] = _place(panel, ordinals[row.entity])
        if row.measure not in statements:
            statements[row.measure] = store.statement(catalogue.measures[row.measure])
        statement = statements[row.measure]
        if spots[row.entity] >= 0 and statement is not None:
            found[_Line(place=spots[row.entity], row=at, statement=statement)].append(row)
    return found


def _place(panel: Panel, ordinal: int) -> int:
    place = int(np.searchsorted(panel.ordinals, ordinal))
    return place if place < len(panel.ordinals) and int(panel.ordinals[place]) == ordinal else -1


def _at(column: Column, places: Places) -> Column:
    return Column(values=column.values[:, places], reasons=column.reasons[:, places])


def _is_alone(panel: Panel, names: Sequence[str]) -> bool:
    """Whether these measures of one statement share one array of bases, and with no others."""
    codes = panel.basis[names[0]]
    sharing = [name for name, other in panel.basis.items() if other is codes]
    return sorted(sharing) == sorted(names)


def _put(panel: Panel, line: _Line, filed: Sequence[ObservationRow], names: Sequence[str]) -> bool:
    """Enter one line. False, with nothing lost, where more must be known than the arrays tell.

    On the basis that is used the latest figure holds; on a lesser one it only says that something was reported. Where
    no basis is used and nothing was withdrawn, no line was there.
    """
    bases = {row.basis for row in filed}
    if len(bases) > 1 or any(row.value is None for row in filed):
        return False
    at = line.row, line.place
    basis, code = panel.basis[names[0]], 1 + BASES.index(filed[0].basis)
    used = int(basis[at])
    if 0 < used < code:
        return False
    if not used and any(panel.columns[name].reasons[at] == Missing.WITHDRAWN for name in names):
        return False
    if code >= used:
        basis[at] = code
    for row in filed:
        column = panel.columns.get(row.measure)
        if column is None:
            continue
        if code >= used:
            column.values[at], column.reasons[at] = row.value, Missing.PRESENT
        since = column.reasons[line.row :, line.place]
        since[since == _BEFORE_FIRST] = _NOT_REPORTED
    return True


def _read_again(store: Store, catalogue: Catalogue, panel: Panel, frame: Frame, places: Places) -> None:
    """Read all that some entities state from the store."""
    fresh = load_panel(
        store, catalogue, panel.cut, list(panel.columns), frame.frequency,
        entities=[panel.entities[place] for place in places.tolist()], first=panel.periods[0], last=panel.periods[-1],
        kind=frame.type,
    )  # fmt: skip
    if not np.array_equal(fresh.ordinals, panel.ordinals[places]):
        raise RuntimeError("ordinals of the store and of the panel do not join")
    for name, column in fresh.columns.items():
        panel.columns[name].values[:, places] = column.values
        panel.columns[name].reasons[:, places] = column.reasons
        panel.basis[name][:, places] = fresh.basis[name]
