"""What is withheld of a network and of a stress: restricted figures, and those that would tell of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.app.reader import Reader

Part = dict[str, Any]


def contagion(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """Buffers that are restricted go, with what is told by them: who falls, too."""
    name = answer["buffer"]
    if name not in reader.figures:
        return dict(answer)
    found = dict(answer)
    for part in ("guarantors", "owners"):
        found[part] = [_bare(reader, name, one) for one in answer[part]]
    for part in ("guarantor", "owner"):
        if answer.get(part) is not None:
            found[part] = _bare(reader, name, answer[part])
    if "cascade" in answer:
        found["cascade"] = _cascade(reader, name, answer["cascade"])
    return found


def _bare(reader: Reader, name: str, one: Mapping[str, Any]) -> Part:
    if reader.gives(one["entity"], name):
        return dict(one)
    closed = {key: None for key in ("buffer", "period", "to_buffer", "left") if key in one}
    return {**one, **closed, "withheld": True}


def _cascade(reader: Reader, name: str, cascade: Mapping[str, Any]) -> Part:
    """All of it stands on everybody's buffer: it is given whole, or not beyond those named."""
    if all(reader.gives(one["entity"], name) for one in cascade["entities"]) and not cascade["more"]:
        return dict(cascade)
    named = [
        {**one, "called": None, "written": None, "buffer": None, "left": None, "withheld": True}
        for one in cascade["entities"] if one["status"] == "named"
    ]  # fmt: skip
    rounds = [{"round": 0, "entities": cascade["defaults"]}]
    return {
        **cascade, "entities": named, "rounds": rounds, "fallen": len(named), "unknown": 0, "called": None, "more": 0,
        "withheld": True,
    }  # fmt: skip


def stress(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """A difference tells what the shocks read: it is given to whom all of that may be."""
    if "stresses" in answer:
        return dict(answer)
    reads = [name for name in answer["reads"] if name in reader.figures]
    found = dict(answer)
    found["figures"] = [_figure(reader, reads, one) for one in answer["figures"]]
    found["rules"] = [one for one in answer["rules"] if _gives(reader, one["entity"], [*reads, one["rule"]])]
    hidden = len(answer["rules"]) - len(found["rules"])
    closed = [one for one in answer["summary"] if (reads or one["indicator"] in reader.figures) and not reader.sees_all]
    found["summary"] = [one for one in answer["summary"] if one not in closed]
    return found | ({"withheld": hidden + len(closed)} if hidden or closed else {})


def _figure(reader: Reader, reads: Iterable[str], one: Mapping[str, Any]) -> Part:
    if _gives(reader, one["entity"], [*reads, one["indicator"]]):
        return dict(one)
    return {**one, "before": None, "after": None, "difference": None, "missing": None, "withheld": True}


def _gives(reader: Reader, entity: str, names: Iterable[str]) -> bool:
    return all(reader.gives(entity, name) for name in names)
