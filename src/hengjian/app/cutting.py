"""Figures and explanations cut to those whom the reader sees. What is computed is computed over everyone before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hengjian.app.question import Asked
from hengjian.evaluate.explain import leaves_of, parameters_of
from hengjian.evaluate.explanation import LEAVES, Explanation, Node
from hengjian.evaluate.reshape import select
from hengjian.model.declaration import Parameter
from hengjian.model.missing import Missing
from hengjian.panel.panel import Column
from hengjian.people import Reach

#: What stands in a tree where the parts of others are.
WITHHELD = "withheld"
#: Inputs that are the same whoever is asked about.
_CONSTANT = frozenset({"number", "parameter"})

#: Whether a text is the id of somebody whom the reader does not see.
Outside = Callable[[str], bool]


def seen_part(asked: Asked, sight: Reach) -> Asked:
    """The same results of those in sight alone, over the same periods."""
    if sight.is_everything:
        return asked
    entities = asked.panel.entities
    places = [place for place, one in enumerate(entities) if one in sight]
    return replace(
        asked,
        scene=replace(asked.scene, home=select(asked.panel, [entities[place] for place in places])),
        columns={
            name: Column(values=column.values[:, places], reasons=column.reasons[:, places])
            for name, column in asked.columns.items()
        },
        masks={name: mask[:, places] for name, mask in asked.masks.items()},
    )


def cut_explanation(
    found: Explanation, outside: Outside, declared: Mapping[str, Parameter]
) -> tuple[Explanation, set[str]]:
    """An explanation without what is read of others, and who these are.

    Its own value stays, though others stand in it. A part that rests on others alone is theirs, whoever it is about.
    """
    others = {one for node in found.tree.walk() for one in _speaks_of(node) if outside(one)}
    if not others:
        return found, others
    tree = _cut(found.tree, outside)
    return replace(found, tree=tree, leaves=leaves_of(tree), parameters=parameters_of(tree, declared)), others


def named(note: Mapping[str, Any]) -> Iterable[str]:
    """The entities of which a note speaks."""
    for key in ("members", "shares", "votes"):
        yield from (one["entity"] for one in note.get(key, ()))
    for key in ("ring", "via", "entities"):
        yield from note.get(key, ())
    if note.get("owner") is not None:
        yield note["owner"]


def _speaks_of(node: Node) -> Iterable[str]:
    yield node.entity
    yield from named(node.note)
    yield from _classes(node.note)


def _classes(note: Mapping[str, Any]) -> Iterable[str]:
    """By what somebody is grouped, which may be who controls them in the end."""
    yield from filter(None, (note.get("within") or {}).values())
    yield from str(note.get("class") or "").split("/")


def _cut(top: Node, outside: Outside) -> Node:
    """The tree, each shared part cut once; with a stack of its own, for trees may be deep."""
    made: dict[int, Node] = {}
    stack = [top]
    while stack:
        node = stack[-1]
        inner = [] if outside(node.entity) else node.children
        lacking = [child for child in inner if id(child) not in made]
        stack.extend(lacking)
        if not lacking:
            made[id(stack.pop())] = _made(node, [made[id(child)] for child in inner], outside, is_top=node is top)
    return made[id(top)]


def _made(node: Node, children: list[Node], outside: Outside, *, is_top: bool) -> Node:
    dark = [child for child in children if child.op == WITHHELD]
    is_theirs = bool(dark) and all(child.op == WITHHELD or _is_constant(child) for child in children)
    if outside(node.entity) or (is_theirs and not is_top):
        return replace(
            node, op=WITHHELD, name="", text="", truth=False, value=None, missing=Missing.PRESENT, children=(),
            basis=None, scope=None, note={},
        )  # fmt: skip
    note = _cut_note(node.note, outside)
    if not dark and note is node.note and all(map(_is, children, node.children)):
        return node
    return replace(node, children=tuple(_merged(children, node.entity)), note=note)


def _is(one: Node, other: Node) -> bool:
    return one is other


def _is_constant(node: Node) -> bool:
    """Whether a part is the same for everybody."""
    return node.op in _CONSTANT or (
        node.op not in LEAVES and bool(node.children) and all(_is_constant(child) for child in node.children)
    )


def _merged(children: Iterable[Node], whose: str) -> Iterable[Node]:
    """What is withheld stands once among the children, where the first of it stood."""
    known = False
    for child in children:
        if child.op != WITHHELD:
            yield child
        elif not known:
            known = True
            yield replace(child, entity=whose)


def _cut_note(note: Mapping[str, Any], outside: Outside) -> Mapping[str, Any]:
    """A note without those whom the reader does not see; `withheld` counts them."""
    hidden = sum(map(outside, named(note)))
    cut = dict(note)
    for key in ("members", "shares", "votes"):
        if key in note:
            cut[key] = [one for one in note[key] if not outside(one["entity"])]
    for key in ("ring", "via", "entities"):
        if key in note:
            cut[key] = [one for one in note[key] if not outside(one)]
    if "owner" in note and outside(note["owner"]):
        cut["owner"] = None
    if note.get("within"):
        cut["within"] = {name: None if text and outside(text) else text for name, text in note["within"].items()}
    if any(map(outside, str(note.get("class") or "").split("/"))):
        cut["class"] = None
    if hidden:
        cut[WITHHELD] = hidden
    return cut if cut != note else note
