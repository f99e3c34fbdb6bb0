"""What is withheld of a benchmark: rows of restricted figures, and all that would tell of them."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.reader import Reader

Part = dict[str, Any]
#: What is left of a row that is withheld.
_KEPT = ("indicator", "label", "unit", "better")


def benchmark(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """A row stands on the figures of the entity and of every member: it is given to whom all of them may be."""
    registered = [one["company"] for one in answer["set"]["members"] if one["registered"] and one["included"]]
    rows = [_row(reader, [answer["entity"], *registered], one) for one in answer["rows"]]
    closed = {one["indicator"] for one in rows if one.get("withheld")}
    if not closed:
        return dict(answer)
    lacking = sum(one["value"] is None for row in rows for one in row["companies"])
    short = [name for name in answer["short"] if name not in closed]
    return {**answer, "rows": rows, "short": short, "lacking": lacking}


def _row(reader: Reader, entities: list[str], row: Mapping[str, Any]) -> Part:
    if all(reader.gives(entity, name) for entity in entities for name in row["reads"]):
        return dict(row)
    kept = {name: row[name] for name in _KEPT}
    return {
        **kept, "value": None, "missing": None, "source": None, "entry": None, "count": None, "peers": None,
        "enough": False, "position": None, "gaps": {}, "short": None, "companies": [], "trend": [], "course": None,
        "factors": None, "bands": None, "reads": row["reads"], "withheld": True,
        "tasks": [{**one, "value_now": None} for one in row["tasks"]],
    }  # fmt: skip
