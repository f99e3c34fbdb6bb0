"""The rows of filings that state the direct holdings on which an explanation rests."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.holdings import held_for
from hengjian.app.mentions import without_names
from hengjian.evaluate.relied import Pair
from hengjian.ledger.canonical import canonical, parse
from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.model.filing import filing_id, position
from hengjian.store.links import LinkState

#: So many holdings are named, the nearest ones.
NAMED = 200

#: Whose holding a canonical row states; within its texts a quotation mark has a backslash before it.
_HOLDER = re.compile(rb'"from":"(?:[^"\\]|\\.)*"')

#: An entry, both ends, and the first and last day: one row of a filing.
_Row = tuple[int, str, str, date | None, date | None]


def holdings_relied_on(
    desk: Desk, cut: Cut, pairs: Sequence[Pair], most: int | None = NAMED
) -> tuple[list[dict[str, Any]], int]:
    """The rows behind the `most` nearest of these holdings (None: behind all), each with the days on which it counts
    and the cell that states it; and of how many holdings beyond these none is named."""
    ends = list(dict.fromkeys((pair.owner, pair.owned) for pair in pairs))
    kept = set(ends[:most])
    states: dict[_Row, LinkState] = {}
    days: dict[_Row, list[str]] = defaultdict(list)
    for day in sorted({pair.day for pair in pairs}):
        wanted = {pair for pair in pairs if pair.day == day and (pair.owner, pair.owned) in kept}
        for state in _stating(desk, cut, date.fromisoformat(day), wanted):
            row = (state.entry, state.source, state.target, state.valid_from, state.valid_to)
            states[row] = state
            days[row].append(day)
    cells = _cells(desk, states)
    order = {pair: place for place, pair in enumerate(ends)}
    found = [_record(state) | {"days": days[row]} | without_names(desk, cells[row]) for row, state in states.items()]
    last = len(order)
    found.sort(
        key=lambda one: (
            min(order.get((owner, one["to"]), last) for owner in (one["from"], one["principal"])), one["from"]
        )
    )  # fmt: skip
    return found, len(ends) - len(kept)


def _stating(desk: Desk, cut: Cut, day: date, pairs: Iterable[Pair]) -> Iterator[LinkState]:
    """The rows that hold on a day and give one of `pairs` its shares or votes."""
    wanted = {(pair.owner, pair.owned, pair.by_votes) for pair in pairs}
    voted = {owned for _, owned, by_votes in wanted if by_votes}
    known = desk.entity_types()
    for state in desk.store.links_into(cut, day, OWNS, {owned for _, owned, _ in wanted}):
        said = state.attributes
        share, votes = _number(said.get("share")), _number(said.get("voting", said.get("share")))
        owner, voter = held_for(state, known)
        follows = said.get("kind") == "concert" and state.target in voted  # one after the other, or pooled
        if (share and (owner, state.target, False) in wanted) or (
            votes and (follows or (voter, state.target, True) in wanted)
        ):
            yield state


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _record(state: LinkState) -> dict[str, Any]:
    said = state.attributes
    return {
        "from": state.source, "to": state.target, "share": _number(said.get("share")),
        "voting": _number(said.get("voting")), "kind": said.get("kind", "direct"), "principal": said.get("principal"),
        "valid_from": None if state.valid_from is None else state.valid_from.isoformat(),
        "valid_to": None if state.valid_to is None else state.valid_to.isoformat(),
    }  # fmt: skip


def _cells(desk: Desk, rows: Iterable[_Row]) -> dict[_Row, dict[str, Any]]:
    """Where each of these rows stands in its file."""
    entries: dict[int, dict[bytes, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    found: dict[_Row, dict[str, Any]] = {}
    for row in rows:
        entries[row[0]][canonical({"from": row[1]})[1:-1]].append(row)
        found[row] = dict.fromkeys(("file", "sheet", "cell", "row", "column", "known_from"))
        found[row] |= {"filing": filing_id(row[0]), "entry": row[0]}
    for entry, marks in entries.items():
        claimed = desk.log.entry(entry).record().refs.get("known_from")
        evidence = desk.log.evidence(entry)
        for data in evidence.rows if evidence is not None else ():
            holder = _HOLDER.search(data)
            for row in marks.get(holder[0], ()) if holder else ():
                stated = parse(data)
                if isinstance(stated, dict) and _is_row(stated, row):
                    at = position(str(stated["cell"]))
                    found[row] |= {name: stated[name] for name in ("file", "sheet", "cell")}
                    found[row] |= {
                        "row": at[0], "column": at[1], "known_from": stated.get("known_from", claimed),
                    }  # fmt: skip
    return found


def _is_row(stated: Mapping[str, Any], row: _Row) -> bool:
    days = [None if day is None else day.isoformat() for day in row[3:]]
    return (stated.get("link"), stated["from"], stated["to"], stated["valid_from"], stated["valid_to"]) == (
        OWNS, *row[1:3], *days,
    )  # fmt: skip
