"""What is withheld of scores: one tells of every figure that it stands on, so that where any is restricted, and not for
who asks, there is none to be told."""

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.app.reader import Reader

Part = dict[str, Any]

#: What says whose score it is, and by which card.
_KEPT = ("scorecard", "label", "entity", "name", "period", "class", "digits", "source", "document", "confidence",
         "settings", "declaration", "known", "reads")  # fmt: skip


def score(reader: Reader, one: Mapping[str, Any], reads: Iterable[str] = ()) -> Part:
    """A whole score, or a row of many, which stand on the formulas `reads`."""
    whose = (one["entity"], *one.get("of", ()))
    names = (*reads, *one.get("reads", ()))
    shut = [name for entity in whose for name in names if not reader.gives(entity, name)]
    if not shut:
        return dict(one)
    lists: Part = {name: [] for name in ("items", "adjust", "missing", "past") if isinstance(one.get(name), list)}
    empty: Part = {name: {} for name in ("items", "uses", "data") if isinstance(one.get(name), Mapping)}
    nothing = {name: None for name in one if name not in (*_KEPT, *lists, *empty)}
    return {**nothing, **lists, **empty, **{name: one[name] for name in _KEPT if name in one}, "withheld": True}


def scores(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """Everybody's scores. Who has none for who asks comes last, and the others are ranked among themselves, so that a
    gap in the ranks tells nothing; quotas hang on all."""
    rows = [score(reader, row, answer["reads"]) for row in answer["rows"]]
    closed = [row for row in rows if row.get("withheld")]
    if not closed:
        return {**answer, "rows": rows}
    kept = [row for row in rows if not row.get("withheld")]
    ranks: dict[int, int] = {}  # the place of the first of equals, by the rank that they have among all
    for place, row in enumerate(kept, 1):
        if row["rank"] is not None:
            ranks.setdefault(row["rank"], place)
    told = [{**row, "rank": ranks.get(row["rank"]), "quota": None, "tied": False} for row in kept]
    return {**answer, "rows": [*told, *closed]}


def what_if(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """A score before and after."""
    before, after = (score(reader, answer[name]) for name in ("before", "after"))
    if not before.get("withheld") and not after.get("withheld"):
        return {**answer, "before": before, "after": after}
    kept = {name: answer[name] for name in ("scorecard", "entity", "period", "changed")}
    return {
        **kept, "before": before, "after": after, "difference": None, "items": [], "sensitivity": [], "withheld": True,
    }  # fmt: skip
