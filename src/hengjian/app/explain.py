"""`explain`: the tree under one value, down to the filed cells and their ledger entries."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut, parse_stretch, stretch_of
from hengjian.app.question import basis_of, in_unit, known_entity, known_indicators, panel_for
from hengjian.app.wire import Answer
from hengjian.evaluate.explain import explain as explain_cell
from hengjian.evaluate.explanation import Leaf
from hengjian.ledger.canonical import parse
from hengjian.model.cut import BASES, Cut
from hengjian.model.filing import filing_id, position
from hengjian.model.issue import refuse
from hengjian.model.missing import Missing
from hengjian.store import Cell

_NOWHERE = dict.fromkeys(("filing", "file", "sheet", "cell", "row", "column", "text", "entry", "known_from"))


def explain(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `explain`. The value is in the declared unit, the tree and its leaves in base units."""
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    entity = known_entity(desk, question["entity"])
    name = question["indicator"]
    known_indicators(programme, [name], desk.entity_types()[entity])
    if name not in programme.indicators:
        raise refuse(
            f"{name} is a measure, not an indicator", "`show` gives its values; explain an indicator that reads it"
        )
    formula = programme.indicators[name]
    stretch = parse_stretch(question["period"])
    wanted = stretch_of(formula.frequency, stretch, single=True) if stretch[0] == stretch[1] else None
    if wanted is None:
        raise refuse(f"{name} has no period {question['period']!r}", f"it is computed by {formula.frequency}")
    if cut.as_of is not None and wanted[0].end > cut.as_of:
        raise refuse(f"{wanted[0]} ends after --as-of {cut.as_of}", "ask for an earlier period, or a later day")
    panel = panel_for(desk, programme, cut, formula.frequency, [formula], [entity], wanted)
    found = explain_cell(programme, name, panel, entity, wanted[0])
    answer: Answer = found.record()
    if found.value is not None and not found.tree.truth:
        answer["value"] = in_unit(found.value, formula.unit)
    answer["unit"] = str(formula.unit)
    answer["basis"] = basis_of(formula, panel, panel.periods.index(wanted[0]), 0)
    answer["leaves"] = [leaf.record() | origin(desk, cut, leaf) for leaf in found.leaves]
    return answer


def origin(desk: Desk, cut: Cut, leaf: Leaf) -> dict[str, object]:
    """The filing, file, cell and ledger entry that state a leaf; nothing for what nobody stated.

    `known_from` is the day from which an archive claims that it was known; it is not proven.
    """
    if leaf.basis is None and leaf.missing is not Missing.WITHDRAWN:
        return _NOWHERE
    for basis in reversed(BASES) if leaf.basis is None else (leaf.basis,):
        cell = Cell(entity=leaf.entity, measure=leaf.measure, period=leaf.period, scope=cut.scope, basis=basis)
        entry = desk.store.source_entries([cell], cut)[0]
        if entry is not None:
            return _filed(desk, cell, entry)
    return _NOWHERE


def _filed(desk: Desk, cell: Cell, entry: int) -> dict[str, object]:
    where: dict[str, object] = {**_NOWHERE, "filing": filing_id(entry), "entry": entry}
    wanted = {
        "entity": cell.entity, "measure": cell.measure, "period": str(cell.period), "scope": cell.scope,
        "basis": cell.basis,
    }  # fmt: skip
    evidence = desk.log.evidence(entry)
    claimed = desk.log.entry(entry).record().refs.get("known_from")
    for data in evidence.rows if evidence is not None else ():
        row = parse(data)
        if isinstance(row, dict) and all(row.get(key) == value for key, value in wanted.items()):
            at = position(str(row["cell"]))
            where |= {name: row[name] for name in ("file", "sheet", "cell", "text")}
            where |= {"row": at[0], "column": at[1], "known_from": row.get("known_from", claimed)}
            break
    return where
