"""谁看过什么: who read restricted data, and who changed persons, accounts and roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.respond import local_time
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

PARTS = ("reads", "changes")
_COLUMNS = {
    "reads": ("entry", "when", "who", "proof", "question", "what", "whose", "cut"),
    "changes": ("entry", "when", "change", "person", "detail", "actor", "proof"),
}

#: What of a record the other columns say.
_TOLD = frozenset({"person", "change", "name", "closed"})


def routes(wall: Wall) -> list[Route]:
    """`/seen`, with `part=changes` for the other list."""
    return [Route("/seen", getting(wall, seen))]


def seen(visit: Visit) -> Response:
    """One of the two lists: each row as texts; a question with faults says what is wrong with it."""
    can_trace = visit.visitor.can("trace")
    part = "changes" if visit.query.get("part") == "changes" and can_trace else "reads"
    choices = {name: visit.query.get(name, "").strip() for name in ("person", "entity", "day")}
    start = visit.query.get("from") or None
    faults: list[tuple[str, str]] = []
    answer: dict[str, Any] = {"reads": [], "changes": [], "next": None, "names": {}}
    try:
        chosen = {name: text or None for name, text in choices.items()} if part == "reads" else {}
        answer = visit.source.ask(part, {**chosen, "from": start})
    except Refused as refused:
        language = visit.words.language
        faults = [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]
    rows = [_ROW[part](visit, one, answer) for one in answer[part]]
    titles = [visit.words(f"seen.{name}") for name in _COLUMNS[part]]
    if wanted(visit):
        lines = [[_text(row[name]) for name in _COLUMNS[part]] for row in rows]
        return exported(visit, visit.words(f"seen.part.{part}"), [ExportColumn(title=one) for one in titles], lines)
    return visit.passing_page(
        "seen.html", status=400 if faults else 200, part=part, parts=PARTS if can_trace else PARTS[:1], rows=rows,
        names=_COLUMNS[part], titles=titles, chosen=choices, older=answer["next"], faults=faults, can_trace=can_trace,
    )  # fmt: skip


def _text(cell: object) -> object:
    return cell["text"] if isinstance(cell, Mapping) else cell


def _read(visit: Visit, one: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, object]:
    """One read, its columns by name."""
    words = visit.words
    what = [_what(visit, name) for name in one["what"]]
    whose = [answer["names"].get(entity, entity) for entity in one["entities"]]
    text = words("seen.and").join(whose)
    if one["withheld"]:
        text = words("seen.more", named=text, count=one["withheld"]) if whose else words("seen.of", count=one["count"])
    if not one["is_listed"]:
        text = words("seen.perhaps", named=text)
    cut = [words("seen.cut.of", name=words(f"seen.cut.{name}"), word=word) for name, word in one["as"].items()]
    return {
        "entry": str(one["entry"]), "when": one["recorded_at"], "who": {"text": one["name"], "title": one["actor"]},
        "proof": _proof(visit, one["proof"]), "question": words.get(f"seen.question.{one['method']}", one["method"]),
        "what": {"text": words("seen.and").join(what), "title": ", ".join(one["what"])},
        "whose": {"text": text, "title": ", ".join(one["entities"])}, "cut": words("seen.and").join(cut),
    }  # fmt: skip


def _what(visit: Visit, name: str) -> str:
    """What people call a figure, an attribute or a type."""
    declared = visit.declarations()
    if name in declared.get("types", {}):
        return visit.names().type(name)
    for kind in declared.get("types", {}).values():
        if name in kind["attributes"]:
            return visit.words.label(kind["attributes"][name], name)
    if name in declared.get("rules", {}):
        return visit.words.label(declared["rules"][name], name)
    return visit.names().label(name)


def _proof(visit: Visit, proof: object) -> str:
    return visit.words(f"seen.proof.{str(proof).replace(' ', '_') if proof else 'none'}")


def _change(visit: Visit, one: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, object]:
    """One change, its columns by name."""
    del answer
    words, record = visit.words, one["record"]
    return {
        "entry": str(one["entry"]), "when": one["recorded_at"],
        "change": words.get(f"seen.change.{one['kind']}.{one['change']}", f"{one['kind']} {one['change']}"),
        "person": {"text": one["name"], "title": one["person"]}, "detail": _detail(visit, one["kind"], record),
        "actor": {"text": _actor(visit, one), "title": one["actor"]}, "proof": _proof(visit, one["signed_in"]),
    }  # fmt: skip


def _actor(visit: Visit, one: Mapping[str, Any]) -> str:
    """Who made a change: a person, whoever ran a command, or the program itself."""
    return visit.words("seen.system") if one["actor"].startswith("hengjian:") else str(one["actor_name"])


def _part(visit: Visit, name: str, value: object) -> str:
    """One part of what was changed about an account as people read it; empty where it says nothing."""
    words = visit.words
    if isinstance(value, bool):
        return words("seen.yes") if value else ""
    if isinstance(value, list):
        return words("seen.and").join(words.get(f"action.{one}", str(one)) for one in value)
    if name in ("created", "expires"):
        return local_time(visit.head.timezone, str(value), 16)
    return "" if value is None else str(value)


def _detail(visit: Visit, kind: str, record: Mapping[str, Any]) -> str:
    words = visit.words
    if kind != "role":
        shown = ((name, _part(visit, name, value)) for name, value in record.items() if name not in _TOLD)
        texts = (f"{words.get(f'seen.detail.{name}', name)} {text}" for name, text in shown if text)
        return words("seen.and").join(texts)
    node = record["node"]
    known = None if node is None else visit.entities().get(node)
    where = words("seen.everywhere") if node is None else words(
        f"seen.at.{record['tree']}", node=node if known is None else known.name
    )  # fmt: skip
    until = words("seen.until", day=record["until"]) if record["until"] else ""
    role = words.get(f"role.{record['role']}", record["role"])
    parts: Sequence[str] = (role, where, words("seen.since", day=record["since"]), until, record["note"])
    return words("seen.and").join(part for part in parts if part)


_ROW = {"reads": _read, "changes": _change}
