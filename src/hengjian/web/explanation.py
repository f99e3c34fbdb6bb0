"""An explanation as a page shows it: the steps with their depth, the figures used with where they are filed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.web.figures import Figure, Figures
from hengjian.web.names import Names, Piece
from hengjian.web.stated import filed_in, place_in
from hengjian.web.stepfigure import Counted, counted_in, step_figure
from hengjian.web.through import Through, through, told
from hengjian.web.words import Words

#: Steps deeper than this are drawn at this depth.
_DEEPEST = 12
#: What stands in a tree where the parts of others are.
_WITHHELD = "withheld"
#: How many periods back: the second argument of `prior`, which checked formulas always write.
_BACK = re.compile(r", *(\d+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the figures with which a figure was compared."""

    entity: str
    name: str
    figure: Figure
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sub-expression: in words its input or its operation, in full `text`.

    `period` and `entity` are empty where they are those of the step above. `said`: which group, link or band it was;
    `members`: who was in the group; `through`: who counts where it looks through ownership.
    """

    depth: int
    pieces: tuple[Piece, ...]
    text: str
    is_leaf: bool
    period: str
    figure: Figure | None
    missing: str
    entity: str = ""
    said: str = ""
    members: tuple[Member, ...] = ()
    through: Through | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One figure that was used, and where it stands: `where` is in words, from file to cell; `filing` is its filing's
    id, empty where nobody stated the figure."""

    name: str
    label: str
    period: str
    entity: str
    figure: Figure | None
    missing: str
    where: tuple[str, ...]
    filed: tuple[str, ...]
    filing: str
    basis: str
    claimed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter value that was used, and the document that sets it."""

    name: str
    label: str
    figure: Figure
    since: str
    source: str


def steps(answer: Mapping[str, Any], names: Names, figures: Figures, words: Words) -> list[Step]:
    """The tree in formula order, each step with its depth."""

    called: Mapping[str, str] = answer.get("names", {})

    def walk(node: Mapping[str, Any], depth: int, above: str, held: object, counts: Counted) -> Iterator[Step]:
        leaf = node.get("leaf")
        period = str(node.get("period") or "")
        value, missing = node.get("value"), node.get("missing")
        is_answer = depth == 0 and value == answer.get("value")  # then it stands in the unit that was declared for it
        symbol = str((is_answer and answer.get("unit")) or node.get("unit") or answer.get("unit") or "")
        text = str(node.get("text") or leaf or node.get("op") or "")
        counted = counted_in(node, names, held, counts)
        shown = None if value is None else step_figure(value, symbol, counted, figures)
        if node.get("op") == _WITHHELD:
            text = words("seen.part" if node.get("restricted") else "sight.part")
        if is_answer and shown and node.get("unit") != symbol:
            counted = symbol, str(answer.get("indicator") or "")
            shown = figures.figure(value, *counted)
        operation = _operation(node, words)
        yield Step(
            depth=min(depth, _DEEPEST),
            pieces=tuple(names.pieces(text)) if leaf or not operation else (Piece(text=operation, name=text),),
            text=text,
            is_leaf=leaf is not None,
            period="" if period == above else period,
            figure=shown,
            missing="" if value is not None or node.get("op") == _WITHHELD else short_reason(missing, words),
            entity=called.get(whose, whose) if (whose := str(node.get("entity") or "")) else "",
            said=_all_said(node, called, names, figures, words),
            members=tuple(_members(node, answer, figures)),
            through=through(node, answer, figures, words),
        )
        for child in node.get("children", ()):
            yield from walk(child, depth + 1, period, value, counted)

    return list(walk(answer["tree"], 0, str(answer["period"]), None, None))


def _all_said(node: Mapping[str, Any], called: Mapping[str, str], names: Names, figures: Figures, words: Words) -> str:
    """The same with how many of those of whom it speaks the reader does not see."""
    hidden = (node.get("note") or {}).get(_WITHHELD)
    said = [_said(node, called, names, figures, words), words("sight.others", count=hidden) if hidden else ""]
    return ("；" if words.language == "zh" else "; ").join(filter(None, said))


def withheld(answer: Mapping[str, Any], words: Words) -> str:
    """How much of an explanation the reader does not see; empty where nothing is kept back."""
    counts = answer.get(_WITHHELD)
    if not isinstance(counts, Mapping):
        return ""
    return words("sight.explained", **counts)


def _said(node: Mapping[str, Any], called: Mapping[str, str], names: Names, figures: Figures, words: Words) -> str:
    """The group, the link or the band of a step, or what it asked of who holds whom, in words."""
    note: Mapping[str, Any] = node.get("note") or {}
    if "method" in note:
        return told(node, called, names, figures, words)
    if "within" in note:
        if note["within"] is None:
            return words("note.ungrouped")
        shared = "、" if words.language == "zh" else ", "
        group = shared.join(
            f"{names.other(name)} {words('sight.somebody') if text is None else text}"
            for name, text in note["within"].items()
        )
        return words("note.group", group=group or words("note.everyone"), count=note["count"], least=note["at_least"])
    if "link" in note:
        return words("note.link", link=names.link(note["link"], is_back=note["direction"] == "back"))
    if node.get("op") == "on":
        return words(
            "note.cut", cut=" · ".join(words(f"{part}.{note[part]}") for part in ("scope", "basis") if part in note)
        )
    if "from" in note:
        low, high = note["from"], note["to"]
        symbols = [str((node.get("children") or [{}])[0].get("unit") or ""), str(node.get("unit") or "")]
        shown = [
            " → ".join(str(figures.figure(value, symbol)) for value, symbol in zip(point, symbols, strict=True))
            for point in (low, high)
            if point
        ]
        said = words("note.band" if low and high else "note.end", points=words("note.and").join(shown))
        return words("note.band.of", group=note["class"], said=said) if note.get("class") else said
    return ""


def _members(node: Mapping[str, Any], answer: Mapping[str, Any], figures: Figures) -> Iterator[Member]:
    """Who was in the group of a step, the greatest figure first."""
    note: Mapping[str, Any] = node.get("note") or {}
    children = node.get("children") or [{}]
    symbol = str(children[0].get("unit") or "")
    called: Mapping[str, str] = answer.get("names", {})
    whose = str(node.get("entity") or answer.get("entity") or "")
    for one in sorted(note.get("members", ()), key=lambda member: (-member["value"], member["entity"])):
        entity = str(one["entity"])
        yield Member(
            entity=entity, name=called.get(entity, entity), figure=figures.figure(one["value"], symbol),
            is_own=entity == whose,
        )  # fmt: skip


def _operation(node: Mapping[str, Any], words: Words) -> str:
    """What a step does, in words; empty where its own text says it best."""
    back = _BACK.search(str(node.get("text") or "")) if node.get("op") == "prior" else None
    if back and back[1] != "1":
        return words("op.prior.many", count=back[1])
    return words.get(f"op.{node.get('op')}", "")


def short_reason(missing: object, words: Words) -> str:
    """A missing reason without its input, as a step shows it."""
    reason = missing.get("reason") if isinstance(missing, Mapping) else missing
    if not reason:
        return words("missing")
    text = words.get(f"missing.{reason}", str(reason))
    return text.partition("{")[0].rstrip(":： ")


def used(answer: Mapping[str, Any], names: Names, figures: Figures, words: Words) -> list[Used]:
    """The reported figures that were read, in formula order, each once."""
    found: dict[tuple[object, ...], Used] = {}
    for leaf in answer.get("leaves", ()):
        name, value = str(leaf["measure"]), leaf.get("value")
        key = (name, leaf.get("entity"), leaf.get("period"), leaf.get("basis"), leaf.get("scope"))
        claimed = leaf.get("known_from")
        found.setdefault(key, Used(
            name=name,
            label=names.label(name),
            period=str(leaf.get("period") or ""),
            entity="" if leaf.get("entity") == answer["entity"] else _called(answer, str(leaf.get("entity") or "")),
            figure=None if value is None else figures.figure(value, str(leaf.get("unit") or "")),
            missing="" if value is not None else short_reason(leaf.get("missing"), words),
            where=tuple(place_in(leaf, words)),
            filed=tuple(filed_in(leaf, words)),
            filing=str(leaf.get("filing") or ""),
            basis=_cut(leaf, answer, words),
            claimed=words("leaf.claimed", date=claimed) if claimed else "",
        ))  # fmt: skip
    return list(found.values())


def _called(answer: Mapping[str, Any], entity: str) -> str:
    found: str = answer.get("names", {}).get(entity, entity)
    return found


def _cut(leaf: Mapping[str, Any], answer: Mapping[str, Any], words: Words) -> str:
    """The basis of a figure, and its scope where figures of several were read."""
    scopes = {one.get("scope") for one in answer.get("leaves", ())}
    basis = words.get(f"basis.{leaf.get('basis')}", "") if leaf.get("basis") else ""
    scope = words.get(f"scope.{leaf.get('scope')}", "") if len(scopes) > 1 else ""
    return " · ".join(text for text in (scope, basis) if text)


def parameters(answer: Mapping[str, Any], names: Names, figures: Figures, words: Words) -> list[Parameter]:
    """The parameter values that were read."""
    return [
        Parameter(
            name=str(one["name"]),
            label=names.label(str(one["name"])),
            figure=step_figure(
                one["value"],
                str(one.get("unit") or ""),
                counted_in({**one, "leaf": one["name"]}, names, None, None),
                figures,
            ),
            since=words("parameter.from", date=one["from"]) if one.get("from") else "",
            source=str(one.get("source") or ""),
        )
        for one in answer.get("parameters", ())
    ]
