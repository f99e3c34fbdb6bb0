"""`prove`: bundles for strangers."""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.explain import explain
from hengjian.app.moment import parse_cut
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import parse
from hengjian.model.filing import entry_of, filing_id
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.trust.bundle import make_bundle, make_number_bundle


def prove(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A bundle of a filing (all its rows, or some cells of it), or of a value with the cells it came from."""
    if question.get("filing") is None:
        explanation = explain(desk, question, None)
        if explanation["missing"] is not None:
            cause = explanation["missing"]
            where = f"{cause['input']}, {cause['entity']}, {cause['period']}"
            raise refuse(
                f"there is no value to prove: {cause['reason']} ({where})",
                "`explain` shows what is missing; a filing can be proven by itself",
            )
        cut = parse_cut(dict(question), desk.config.timezone)
        asked = {
            **{name: explanation[name] for name in ("entity", "indicator", "period")},
            **{name: question.get(name) for name in ("as_of", "as_known_at")},
            "scope": cut.scope, "basis": cut.basis, "proven": cut.proven, "entries": desk.log.size,
        }  # fmt: skip
        stated = (*explanation["leaves"], *explanation.get("holdings", ()))
        entries = sorted({one["entry"] for one in stated if one["entry"] is not None})
        return {"bundle": make_number_bundle(desk.log, asked, explanation), "entries": entries}
    index = entry_of(question["filing"])
    if index is None or index >= desk.log.size:
        last = f"the last is {filing_id(desk.log.size - 1)}" if desk.log.size else "there is none yet"
        raise refuse(f"no filing is called {question['filing']!r}", f"`submit` prints the names of filings; {last}")
    rows = None if question.get("cells") is None else _rows_at(desk, index, question["cells"])
    return {
        "bundle": make_bundle(desk.log, index, rows=rows, with_blob=bool(question.get("with_file"))),
        "entries": [index],
    }


def _rows_at(desk: Desk, index: int, cells: Sequence[str]) -> list[int]:
    """The rows of a filing that came from these cells."""
    evidence = desk.log.evidence(index)
    held: dict[str, int] = {}
    for place, data in enumerate(evidence.rows if evidence is not None else ()):
        row = parse(data)
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
