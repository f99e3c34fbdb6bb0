"""Firms given as figures of the pack early_warning: filed, stored, evaluated by its formulas."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, find_pack, load_pack, with_required
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.model.period import parse_period
from hengjian.panel.reach import load_scene
from hengjian.store import Store

#: entity, period, measure: the figure in the measure's unit.
Figures = Mapping[tuple[str, str, str], float | str]


def programme(changes: Iterable[tuple[str, str]] = ()) -> Programme:
    """The shipped pack; with changes, what an office that sets its own parameters would run."""
    files = dict(find_pack("early_warning"))
    for old, new in changes:
        text = files["parameters.yaml"].decode()
        assert text.count(old) == 1, old
        files["parameters.yaml"] = text.replace(old, new).encode()
    pack, issues = load_pack(files, "early_warning")
    assert issues == ()
    assert pack is not None
    catalogue, issues = assemble(with_required([pack]))
    assert issues == ()
    assert catalogue is not None
    made, issues = check(catalogue)
    assert issues == ()
    assert made is not None
    return made


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def scored(made: Programme, figures: Figures, names: Sequence[str], folder: Path) -> dict[tuple[str, str], float | str]:
    """By name and entity, at the latest period given: the value in the indicator's unit, or why there is none."""
    catalogue = made.catalogue
    types = {entity: "enterprise" for entity, _, _ in figures}
    files = {
        "entities": _table(["entity", "type", "name"], [[one, "enterprise", one] for one in types]),
        "observations": _table(
            ["entity", "period", "measure", "value"], [[*key, each] for key, each in figures.items()]
        ),
    }
    last = max((parse_period(period) for _, period, _ in figures), key=lambda period: period.end)
    with Store.open(folder / "firms.duckdb") as store:
        store.register(catalogue)
        for entry, (form, data) in enumerate(files.items()):
            context = Context(catalogue=catalogue, entity_types=types if entry else {})
            rows, issues = read_table("firms.csv", data, form, context)
            assert [issue for issue in issues if issue.severity == "error"] == []
            store.stage(entry, datetime(2026, 1, 1, tzinfo=UTC), rows)
        store.commit(len(files))
        scene = load_scene(store, catalogue, Cut(), needs(made, names), last=last)
    results = evaluate(made, names, scene)
    row = results.periods.index(last)
    found: dict[tuple[str, str], float | str] = {}
    for name in names:
        column, scale = results.columns[name], float(made.indicators[name].unit.scale)
        for place, entity in enumerate(results.entities):
            reason = Missing(int(column.reasons[row, place]))
            value = float(column.values[row, place]) / scale
            found[name, entity] = value if reason is Missing.PRESENT else reason.word
    return found
