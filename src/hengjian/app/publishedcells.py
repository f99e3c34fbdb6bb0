"""The filed cells on which the figures of a score stand, as its explanation lists them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.desk import OPERATOR, Desk
from hengjian.app.explain import explain
from hengjian.model.issue import Refused
from hengjian.people import EVERYTHING
from hengjian.reports.sources import MOST, walk

#: Channels that are a basis of filings.
_BASES = frozenset({"audited", "assessed"})


def cells_of(desk: Desk, result: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By item the filed cells of its figure, each with the measure's label: the first few of the entity's own, and how
    many there are in all (`count`), with those of others. Figures that departments confirmed name their own source.
    """
    programme = desk.programme()
    found: dict[str, list[dict[str, Any]]] = {}
    with desk.asked_by(OPERATOR, EVERYTHING):
        for item in walk(result["items"]):
            leaves = list(_leaves(desk, result, item))
            told = []
            for leaf in [one for one in leaves if one["entity"] == result["entity"]][:MOST]:
                measure = programme.catalogue.measures.get(leaf["measure"])
                label = leaf["measure"] if measure is None else measure.label.zh
                told.append({**leaf, "label": label, "count": len(leaves)})
            if told:
                found[str(item["item"])] = told
    return found


def _leaves(desk: Desk, result: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    figure = (item.get("note") or {}).get("figure") or {}
    channel = item.get("channel")
    if not figure.get("indicator") or item.get("value") is None or channel == "confirmed":
        return
    question = {
        "entity": result["entity"], "indicator": figure["indicator"], "period": figure.get("period", result["period"]),
        **result["known"], **({"basis": channel} if channel in _BASES else {}),
    }  # fmt: skip
    try:
        leaves: Sequence[Mapping[str, Any]] = explain(desk, question)["leaves"]
    except Refused:  # the figure stands on a letter's line, or on a declaration of then
        return
    yield from (leaf for leaf in leaves if leaf.get("entry") is not None)
