"""`prove`: bundles for strangers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.app.cutting import WITHHELD
from hengjian.app.desk import Desk
from hengjian.app.explain import cut_asked, explain
from hengjian.app.insight import rows_seen
from hengjian.app.mentions import names_unseen
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import parse
from hengjian.ledger.leaf import Leaf
from hengjian.model.filing import entry_of, filing_id
from hengjian.model.issue import Issue, Refused, forbid, nearest, refuse
from hengjian.trust.bundle import make_bundle, make_number_bundle


def prove(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A bundle of a filing (all its rows, or some cells of it), or of a value with the cells it came from. Of an
    `alert` that is its rule's condition at the period of its last event, as it was known then.

    Of a filing only rows that the reader sees are disclosed, and the file only where those are all. Forbidden: a value
    in which figures stand that the reader does not see.
    """
    if question.get("alert") is not None:
        question = _condition_of(desk, str(question["alert"]))
    if question.get("filing") is None:
        explanation = explain(desk, question, None)
        if explanation.get(WITHHELD):
            raise forbid(
                "this number rests on figures that you may not see",
                "ask somebody who sees them all for its proof; a filing that you see can be proven by itself",
            )
        if explanation["missing"] is not None:
            cause = explanation["missing"]
            where = f"{cause['input']}, {cause['entity']}, {cause['period']}"
            raise refuse(
                f"there is no value to prove: {cause['reason']} ({where})",
                "`explain` shows what is missing; a filing can be proven by itself",
            )
        cut = cut_asked(desk, question)
        asked = {
            **{name: explanation[name] for name in ("entity", "indicator", "period")},
            **{name: question.get(name) for name in ("as_of", "as_known_at")},
            "scope": cut.scope, "basis": cut.basis, "proven": cut.proven, "entries": desk.log.size,
        }  # fmt: skip
        stated = (*explanation["leaves"], *explanation.get("holdings", ()))
        entries = sorted({one["entry"] for one in stated if one["entry"] is not None})
        _must_name_no_others(desk, entries)
        return {"bundle": make_number_bundle(desk.log, asked, explanation), "entries": entries}
    index = entry_of(question["filing"])
    seen = None if index is None or index >= desk.log.size else _seen(desk, index)
    if index is None or seen is None:
        last = f"the last is {filing_id(desk.log.size - 1)}" if desk.log.size else "there is none yet"
        raise refuse(f"no filing is called {question['filing']!r}", f"`submit` prints the names of filings; {last}")
    with_file = bool(question.get("with_file"))
    if with_file and not seen.is_whole:
        raise forbid(
            f"{filing_id(index)} states figures of others too: its file is not handed out",
            "prove it without --with-file: the rows that you see are disclosed",
        )
    _must_name_no_others(desk, [index])
    rows = None if seen.is_whole else list(seen.places)
    if question.get("cells") is not None:
        rows = _rows_at(seen, index, question["cells"])
    return {"bundle": make_bundle(desk.log, index, rows=rows, with_blob=with_file), "entries": [index]}


def _condition_of(desk: Desk, name: str) -> dict[str, Any]:
    """The question that explains the last event of an alert: the values of its rule's condition, and the figures under
    them, as the rules saw them."""
    from hengjian.app.alerts import alert  # filings and figures are proven without

    events = [one for one in alert(desk, {"alert": name})["events"] if one["alert"] == name]
    last = events[-1]
    return {
        "entity": last["entity"], "indicator": last["rule"], "period": last["period"],
        "as_known_at": f"entry:{last['entry']}",
    }  # fmt: skip


def _must_name_no_others(desk: Desk, entries: Sequence[int]) -> None:
    """An entry is proven with all that its leaf says, and so with the name of its file."""
    for index in entries:
        file = desk.log.entry(index).record().refs.get("file")
        if names_unseen(desk, None if file is None else str(file)):
            raise forbid(
                f"the name of the file of {filing_id(index)} names others: it is not proven to you",
                "ask somebody who sees them for its proof; next time name the file otherwise",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The rows of a filing, and the places of those that the reader sees."""

    rows: Sequence[bytes]
    places: Sequence[int]

    @property
    def is_whole(self) -> bool:
        return len(self.places) == len(self.rows)


def _seen(desk: Desk, index: int) -> _Seen | None:
    """What the reader sees of an entry; None: nothing, and it is as if there were none.

    A pack is everybody's. Of alerts and cases who sees everybody has proofs; of persons, their roles and accounts, of
    what they read and propose, only the operator: the record of an entry is handed out whole.
    """
    evidence = desk.log.evidence(index)
    rows = evidence.rows if evidence is not None else ()
    places = rows_seen(desk.sight, rows)
    leaf = desk.log.entry(index).record()
    return _Seen(rows=rows, places=places) if _may_be_proven(desk, leaf, places) else None


def _may_be_proven(desk: Desk, leaf: Leaf, places: Sequence[int]) -> bool:
    if leaf.kind == "pack" or desk.actor.person is None:
        return True
    if leaf.kind == "filing":
        is_theirs = leaf.subject is not None and leaf.subject not in desk.sight
        return desk.sight.is_everything or (bool(places) and not is_theirs)
    return leaf.kind in ("alert", "case") and desk.sight.is_everything


def _rows_at(seen: _Seen, index: int, cells: Sequence[str]) -> list[int]:
    """The rows of a filing that came from these cells."""
    held: dict[str, int] = {}
    for place in seen.places:
        row = parse(seen.rows[place])
        if isinstance(row, dict):
            held[str(row["cell"])] = place
    none_like_it = "a cell is named like D2; only cells with a value count"
    issues = [
        Issue(
            place=None,
            message=f"{filing_id(index)} has no row from cell {cell!r}",
            hint=nearest(cell.upper(), held, otherwise=none_like_it),
        )
        for cell in cells
        if cell.upper() not in held
    ]
    if issues:
        raise Refused(issues)
    return sorted({held[cell.upper()] for cell in cells})
