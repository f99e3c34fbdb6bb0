"""`explain`: the tree under one value, down to the filed cells and their ledger entries."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hengjian.app.cutting import WITHHELD, cut_explanation, named
from hengjian.app.desk import Desk
from hengjian.app.insight import outside
from hengjian.app.mentions import without_names
from hengjian.app.moment import parse_cut
from hengjian.app.question import (
    basis_of,
    in_unit,
    known_entity,
    known_indicators,
    measure_formula,
    no_period,
    period_asked,
    scene_for,
)
from hengjian.app.relied import NAMED, holdings_relied_on
from hengjian.app.wire import Answer
from hengjian.evaluate.explain import examine, explain_cell, explain_measure
from hengjian.evaluate.explanation import Explanation, Leaf
from hengjian.evaluate.own import bases_at, reads_of
from hengjian.evaluate.relied import Pair, relied_on
from hengjian.formula.term import Formula, Programme
from hengjian.ledger.canonical import canonical, parse
from hengjian.model.cut import BASES, Cut
from hengjian.model.filing import filing_id, position
from hengjian.model.issue import Refused, nearest, refuse
from hengjian.model.missing import Missing
from hengjian.store import Cell

#: Of whom a canonical row speaks; within its texts a quotation mark has a backslash before it.
_ENTITY = re.compile(rb'"entity":"(?:[^"\\]|\\.)*"')
#: Of so many entities each is looked for by itself.
_FEW = 8

_NOWHERE = dict.fromkeys(
    ("filing", "file", "sheet", "cell", "row", "column", "text", "text_unit", "entry", "known_from", "place")
)


def explain(desk: Desk, question: Mapping[str, Any], most: int | None = NAMED) -> Answer:
    """CONTRACT section 3 `explain`. The value is in the declared unit, the tree and its leaves in base units.

    A measure is a tree of one leaf, and has no declaration digest of its own. A rule is explained by its
    condition, whose value is a truth; `rule` in place of `indicator` says that it must be one. Where the formula asks
    who holds whom, `holdings` are the rows it rests on, the nearest `most` (None: all), and `holdings_more` counts the
    others. Of those whom the reader does not see nothing is told but how much: `withheld` counts leaves, holdings and
    entities, and stands only where there are any.
    """
    cut = cut_asked(desk, question)
    programme = desk.programme(cut.known_at)
    entity = known_entity(desk, question["entity"])
    name, formula = _asked(programme, question, desk.entity_types()[entity])
    wanted = period_asked(formula, question["period"])
    if wanted is None or ".." in question["period"]:
        raise Refused([no_period(formula, question["period"])])
    if cut.as_of is not None and wanted[0].end > cut.as_of:
        raise refuse(f"{wanted[0]} ends after --as-of {cut.as_of}", "ask for an earlier period, or a later day")
    scene = scene_for(desk, programme, cut, [formula], [entity], wanted)
    panel = scene.home
    pairs: Sequence[Pair] = ()
    if name in programme.indicators or name in programme.rules:
        workings = examine(programme, [name], scene, entity)
        found = explain_cell(workings, name, wanted[0])
        pairs = relied_on(workings)
    else:
        found = explain_measure(programme.catalogue.measures[name], panel, entity, wanted[0])
    whole = found
    found, others = cut_explanation(whole, outside(desk), programme.catalogue.parameters)
    answer: Answer = found.record()
    if found.value is not None and not found.tree.truth:
        answer["value"] = in_unit(found.value, formula.unit)
    answer["unit"] = str(formula.unit)
    own = reads_of(programme, formula, scene.frame).own
    if own:  # else that of the least trusted figure of the others
        answer["basis"] = basis_of(bases_at(scene, own), panel.periods.index(wanted[0]), 0)
    filed = origins(desk, cut, found.leaves)
    answer["leaves"] = [leaf.record() | where for leaf, where in zip(found.leaves, filed, strict=True)]
    held = _Held()
    if scene.ownership.holdings:
        held = _holdings(desk, cut, pairs, most)
        answer |= {"holdings": held.rows, "holdings_more": held.more}
    answer["names"] = _names(desk, cut, wanted[0].end, found, held.rows)
    return answer | _withheld(desk, answer, len(whole.leaves), held, others)


def cut_asked(desk: Desk, question: Mapping[str, Any]) -> Cut:
    """The cut that is asked for; a rule that reads statements of the parent alone is explained by these unless another
    scope is named."""
    cut = parse_cut(dict(question), desk.config.timezone)
    rule = desk.programme(cut.known_at).catalogue.rules.get(question.get("rule") or question["indicator"])
    return cut if rule is None or question.get("scope") is not None else replace(cut, scope=rule.scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The rows that the reader sees of the holdings relied on; of how many more there are none; how many others there
    are, and whom those name."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0
    hidden: int = 0
    others: frozenset[str] = frozenset()


def _holdings(desk: Desk, cut: Cut, pairs: Sequence[Pair], most: int | None) -> _Held:
    sight = desk.sight
    seen = [pair for pair in pairs if pair.owner in sight and pair.owned in sight]
    rows, more = holdings_relied_on(desk, cut, seen, most)
    shown = [one for one in rows if all(end in sight for end in _ends(one))]
    hidden = [one for one in rows if not all(end in sight for end in _ends(one))]
    ends = {(pair.owner, pair.owned) for pair in pairs} - {(pair.owner, pair.owned) for pair in seen}
    return _Held(
        rows=shown, more=more, hidden=len(ends) + len(hidden),
        others=frozenset(one for named in (*ends, *map(_ends, hidden)) for one in named if outside(desk)(one)),
    )  # fmt: skip


def _ends(holding: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom a row of a holding names."""
    return tuple(holding[end] for end in ("from", "to", "principal") if holding[end] is not None)


def _withheld(desk: Desk, answer: Answer, leaves: int, held: _Held, others: set[str]) -> Answer:
    """What the reader is told of what is withheld: how much it is."""
    found: Answer = {}
    missing = answer["missing"]
    if missing is not None and missing["entity"] not in desk.sight:
        found["missing"] = missing | {"entity": None}
    counts = {
        "leaves": leaves - len(answer["leaves"]), "holdings": held.hidden, "entities": len(others | held.others)
    }  # fmt: skip
    return found | ({WITHHELD: counts} if any(counts.values()) else {})


def _names(
    desk: Desk, cut: Cut, day: date, found: Explanation, holdings: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """What entities are called where an explanation speaks of several."""
    ids = {node.entity for node in found.tree.walk()}
    for node in found.tree.walk():
        ids.update(named(node.note))
    ids.update(end for one in holdings for end in _ends(one))
    ids &= desk.entity_types().keys()
    states = desk.store.entities(cut, day, ids) if ids != {found.entity} else ()
    return {state.id: state.name for state in states}


def _asked(programme: Programme, question: Mapping[str, Any], entity_type: str) -> tuple[str, Formula]:
    """The name and formula of what is to be explained."""
    rule = question.get("rule")
    if rule is None and question["indicator"] in programme.rules:
        rule = question["indicator"]
    if rule is None:
        (name,) = known_indicators(programme, [question["indicator"]], entity_type)
        return name, programme.indicators.get(name) or measure_formula(programme, name)
    formula = programme.rules.get(rule)
    if formula is None:
        raise refuse(f"no rule is called {rule!r}", nearest(rule, programme.rules, otherwise="no pack declares it"))
    if not programme.catalogue.descends(entity_type, formula.type):
        hint = f"it is declared for {formula.type}, the entity is of type {entity_type}"
        raise refuse(f"{rule} does not apply to this entity", hint)
    return rule, formula


def origins(desk: Desk, cut: Cut, leaves: Sequence[Leaf]) -> list[dict[str, object]]:
    """The filing, file, cell and ledger entry that state each leaf; nothing for what nobody stated.

    `known_from` is the day from which an archive claims that it was known; it is not proven.
    """
    asked = [_cells(cut, leaf) for leaf in leaves]
    every = list(dict.fromkeys(cell for cells in asked for cell in cells))
    stated = dict(zip(every, desk.store.source_entries(every, cut), strict=True)) if every else {}
    entries = {cell: entry for cell, entry in stated.items() if entry is not None}
    read = [next((cell for cell in cells if cell in entries), None) for cells in asked]
    of_entry: dict[int, list[Cell]] = defaultdict(list)
    for cell in read:
        if cell is not None:
            of_entry[entries[cell]].append(cell)
    filed = {entry: _filed(desk, entry, cells) for entry, cells in of_entry.items()}
    return [_NOWHERE if cell is None else without_names(desk, filed[entries[cell]][cell]) for cell in read]


def _cells(cut: Cut, leaf: Leaf) -> list[Cell]:
    """The cells that a leaf may have been read from: of a withdrawn one on each basis, the most trusted first."""
    if leaf.basis is None and leaf.missing is not Missing.WITHDRAWN:
        return []
    bases = tuple(reversed(BASES)) if leaf.basis is None else (leaf.basis,)
    return [
        Cell(entity=leaf.entity, measure=leaf.measure, period=leaf.period, scope=leaf.scope or cut.scope, basis=basis)
        for basis in bases
    ]


def _filed(desk: Desk, entry: int, cells: Sequence[Cell]) -> dict[Cell, dict[str, object]]:
    """Where the rows of one entry that state these cells stand in its file."""
    where = {cell: {**_NOWHERE, "filing": filing_id(entry), "entry": entry} for cell in cells}
    claimed = desk.log.entry(entry).record().refs.get("known_from")
    evidence = desk.log.evidence(entry)
    # rows are canonical, so a row that states a cell holds these bytes: only those few are parsed
    marks: dict[bytes, list[tuple[Cell, bytes, bytes]]] = defaultdict(list)
    for cell in cells:
        entity = _mark("entity", cell.entity)
        marks[entity].append((cell, _mark("measure", cell.measure), _mark("period", str(cell.period))))
    for data in _about(evidence.rows if evidence is not None else (), marks):
        named = _ENTITY.search(data)
        for cell, measure, period in marks.get(named[0], ()) if named else ():
            if measure not in data or period not in data:
                continue
            row = parse(data)
            if isinstance(row, dict) and (row.get("scope"), row.get("basis")) == (cell.scope, cell.basis):
                at = position(str(row["cell"]))
                where[cell] |= {"text_unit": row["unit"]}
                where[cell] |= {name: row[name] for name in ("file", "sheet", "cell", "text")}
                where[cell] |= {"row": at[0], "column": at[1], "known_from": row.get("known_from", claimed)}
                where[cell] |= {"place": row.get("place")}
    return where


def _about(rows: Sequence[bytes], marks: Collection[bytes]) -> Sequence[bytes]:
    """The rows of a few entities: a filing may hold those of thousands. Of many entities all rows."""
    if len(marks) > _FEW:
        return rows
    return [data for mark in marks for data in rows if mark in data]


def _mark(key: str, text: str) -> bytes:
    return canonical({key: text})[1:-1]
