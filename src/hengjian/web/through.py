"""What pages say of a step that looks through ownership: on which day, by which method, and who counts by how much."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.web.figures import Figure, Figures
from hengjian.web.names import Names
from hengjian.web.words import Words

#: So many members of a ring, and so many voters, are named in a sentence.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Who counts by which share: of one below its `figure` (None: missing) and the `part` of it that counts, of a
    holder in `said` that it does not meet the condition."""

    entity: str
    name: str
    share: Figure
    figure: Figure | None
    part: Figure | None
    said: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """Who counts in a step. `is_up`: these are holders; `more`: of how many others nothing is said."""

    shares: tuple[Share, ...]
    is_up: bool
    more: str


def told(node: Mapping[str, Any], called: Mapping[str, str], names: Names, figures: Figures, words: Words) -> str:
    """What a step asked of who holds whom, in words; `called` are the names of entities."""
    note: Mapping[str, Any] = node["note"]
    parts = {"method": words.get(f"through.method.{note['method']}", note["method"]), "day": note["day"]}
    if "ring" in note:
        return words("through.ring", members=_listed(note["ring"], called, words), **parts)
    if "owner" in note:
        return _top(node, called, figures, words)
    many = words("through.count.one") if note["count"] == 1 else words("through.count", count=note["count"])
    if "link" in note:
        link = names.link(note["link"], is_back=note["direction"] == "back")
        said = words("through.controls", link=link, many=many, **parts)
        return _joined([said, _listed(note["entities"], called, words)], words)
    if "met" in note:
        return words("through.held", many=many, met=note["met"], **parts)
    said = words(f"through.{node['op']}", many=many, **parts)
    left = note.get("left_out")
    reason = words.get(f"missing.{left}", str(left)).partition("{")[0].rstrip(":： ")
    return _joined([said, words("through.left_out", reason=reason) if left else ""], words)


def _top(node: Mapping[str, Any], called: Mapping[str, str], figures: Figures, words: Words) -> str:
    note: Mapping[str, Any] = node["note"]
    parts = {"method": words.get(f"through.method.{note['method']}", note["method"]), "day": note["day"]}
    if not note["votes"] and not note.get("withheld"):
        return words("through.top.none", **parts)
    votes = [
        f"{called.get(one['entity'], one['entity'])} {figures.figure(one['votes'], 'ratio')}" for one in note["votes"]
    ]
    via = _listed(note["via"], called, words)
    return _joined(
        [
            words("through.top", owner=_called(note["owner"], called, words), **parts),
            words("through.top.via", via=via) if via else "",
            words("through.top.votes", votes=_some(votes, words)) if votes else "",
        ],
        words,
    )


def _called(entity: str | None, called: Mapping[str, str], words: Words) -> str:
    """What an entity is called; None: one whom the reader does not see."""
    return words("sight.somebody") if entity is None else called.get(entity, entity)


def _listed(entities: list[str], called: Mapping[str, str], words: Words) -> str:
    return _some([called.get(one, one) for one in entities], words)


def _some(texts: list[str], words: Words) -> str:
    more = "…" if len(texts) > _NAMED else ""
    return ("、" if words.language == "zh" else ", ").join(texts[:_NAMED]) + more


def _joined(parts: list[str], words: Words) -> str:
    return ("；" if words.language == "zh" else "; ").join(filter(None, parts))


def through(node: Mapping[str, Any], answer: Mapping[str, Any], figures: Figures, words: Words) -> Through | None:
    """Who counts in a step; None where nobody is told of."""
    note: Mapping[str, Any] = node.get("note") or {}
    if not note.get("shares"):
        return None
    whose = str(node.get("entity") or answer.get("entity") or "")
    rest = int(note["count"]) - len(note["shares"])
    return Through(
        shares=tuple(_shares(note, str(node.get("unit") or ""), whose, answer.get("names", {}), figures, words)),
        is_up="met" in note, more=words("through.more", count=rest) if rest > 0 else "",
    )  # fmt: skip


def _shares(
    note: Mapping[str, Any], unit: str, whose: str, called: Mapping[str, str], figures: Figures, words: Words
) -> Iterator[Share]:
    for one in note["shares"]:
        entity = str(one["entity"])
        met, value = one.get("meets", True), one.get("value")
        said = "" if met else words("through.unknown" if met is None else "through.unmet")
        yield Share(
            entity=entity, name=called.get(entity, entity), share=figures.figure(one["share"], "ratio"),
            figure=None if value is None else figures.figure(value, unit),
            part=None if value is None else figures.figure(one["part"], unit), said=said, is_own=entity == whose,
        )  # fmt: skip
