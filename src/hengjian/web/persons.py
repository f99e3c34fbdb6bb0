"""人员与权限: who holds which role where, one person with every change, and the table of what roles may do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused, forbid
from hengjian.people import ACTIONS, ROLES, Action
from hengjian.web.faults import translate
from hengjian.web.paging import paged
from hengjian.web.posting import SMALL, Handed, posting
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting, visit
from hengjian.web.wall import Wall
from hengjian.web.words import Words

PEOPLE = "/people"
#: So many entities are offered by name where a node is asked for; every other one is found by its id or whole name.
_OFFERED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a form leads to: what was refused, what was written, and a password that is shown once."""

    faults: Sequence[tuple[str, str]] = ()
    written: Mapping[str, str] | None = None
    password: str | None = None

    def field(self, name: str, otherwise: str = "") -> str:
        """What was written in a field of a form that was refused."""
        return otherwise if self.written is None else self.written.get(name, otherwise)


def routes(wall: Wall) -> list[Route]:
    """`/people`, `/people/{id}`, and what their forms are sent to."""
    forms: Mapping[str, Callable[[Visit, Handed], Response]] = {
        "role": give, "end": end, "account": amend, "password": set_password, "sign-out": sign_out,
    }  # fmt: skip
    return [
        Route(PEOPLE, getting(wall, listed), methods=["GET"]),
        Route(PEOPLE, posting(wall, add, largest=SMALL), methods=["POST"]),
        Route(f"{PEOPLE}/{{person}}", lambda request: one(visit(request, wall), Said()), methods=["GET"]),
        *(
            Route(f"{PEOPLE}/{{person}}/{name}", posting(wall, answer, largest=SMALL), methods=["POST"])
            for name, answer in forms.items()
        ),
        *(Route(f"{PEOPLE}/{{person}}/{name}", back, methods=["GET"]) for name in forms),
    ]


def back(request: Request) -> Response:
    """Who comes to a form's address by a link, or by reading a page again, is shown the person."""
    return RedirectResponse(f"{PEOPLE}/{request.path_params['person']}", 303)


def listed(visit: Visit) -> Response:
    """Everybody in sight with their roles; `q`, `role` and `node` choose."""
    return _list(visit, Said())


def _list(visit: Visit, said: Said) -> Response:
    _must_see(visit)
    query = visit.query
    text, role = query.get("q", "").strip()[:100], query.get("role", "") if query.get("role", "") in ROLES else ""
    node = _entity(visit, query.get("node", "").strip()[:200])
    answer = visit.source.ask("persons", {"text": text, "role": role, "node": node})
    page = paged(query, answer["persons"])
    parts: dict[str, Any] = {
        "lines": page.rows, "number": page.number, "pages": page.pages, "found": len(answer["persons"]), "text": text,
        "role": role, "node": node, "roles": _roles(visit.words), "nodes": _nodes(visit), "said": said,
        "table": _table(visit.words), "actions": get_args(Action), "line": lambda grant: sentence(visit.words, grant),
        "may_add": visit.visitor.can("grant"),
    }  # fmt: skip
    if said.faults:
        return visit.passing_page("people.html", status=422, **parts)
    return visit.page("people.html", **parts)


def _must_see(visit: Visit) -> None:
    if not visit.visitor.can("grant", "trace"):
        who = visit.visitor.name or visit.visitor.person
        raise forbid(f"{who} may not see who has which role", "one's own roles stand on the page of one's account")


def _roles(words: Words) -> dict[str, str]:
    return {name: label.zh if words.language == "zh" else label.en for name, label in ROLES.items()}


def _table(words: Words) -> list[tuple[str, list[bool]]]:
    """Each role with whether it may do each action, in their order."""
    return [(label, [name in ACTIONS[action] for action in get_args(Action)]) for name, label in _roles(words).items()]


def _nodes(visit: Visit) -> list[tuple[str, str]]:
    """Entities that are offered where a node is asked for: id and name."""
    return [(entity.id, entity.name) for entity in list(visit.entities().values())[:_OFFERED]]


def _entity(visit: Visit, asked: str) -> str:
    """The id of an entity that was asked for by id, or by a name that one entity bears; else what was asked."""
    entities = visit.entities()
    if not asked or asked in entities:
        return asked
    named = [entity.id for entity in entities.values() if entity.name == asked]
    return named[0] if len(named) == 1 else asked


def sentence(words: Words, grant: Mapping[str, Any]) -> str:
    """A role as a clerk says it: "对 A集团 及其下属（按组织关系）为填报人，自 2026-01-01 起"."""
    role = _roles(words).get(grant["role"], grant["role"])
    node = "" if grant["node"] is None else grant.get("name") or grant["node"]
    until = words("people.until", day=grant["until"]) if grant["until"] else ""
    return words(f"people.grant.{grant['tree']}", role=role, node=node) + words(
        "people.since", day=grant["since"], until=until
    )


def one(visit: Visit, said: Said) -> Response:
    """One person: roles now, to come and past, every change with its entry, and what may be changed here."""
    _must_see(visit)
    name = part_of(visit.request.path_params["person"])
    try:
        answer = visit.source.ask("person", {"person": name})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("people.unknown", id=name[:64])) from None
    states = ("in force", "to come", "ended")
    last = answer["history"][-1]
    parts: dict[str, Any] = {
        "person": answer, "said": said, "roles": _roles(visit.words), "nodes": _nodes(visit),
        "groups": [(state, [grant for grant in answer["roles"] if grant["state"] == state]) for state in states],
        "line": lambda grant: sentence(visit.words, grant), "what": lambda event: change(visit, event),
        "is_self": visit.visitor.person == answer["person"], "may_give": visit.visitor.can("grant"),
        "gives_all": answer["may"]["grant"] == "everything",
        "done": visit.query.get("done") == str(last["entry"]),
    }  # fmt: skip
    return visit.passing_page("person.html", status=422 if said.faults else 200, **parts)


def change(visit: Visit, event: Mapping[str, Any]) -> str:
    """What an entry of a person's history changed."""
    words, record = visit.words, event["record"]
    if event["kind"] == "role":
        known = visit.entities().get(record["node"] or "")
        said = sentence(words, {**record, "name": known.name if known else None})
        return words("people.role", grant=record["grant"], line=said)
    if event["kind"] == "person":
        state = words("people.closed" if record["closed"] else "people.opened")
        single = words("people.single", subject=record["subject"]) if record["subject"] else ""
        unit = words("people.unit.is", unit=record["unit"]) if record.get("unit") else ""
        return words("people.account.is", name=record["name"], state=state, single=unit + single)
    told = record.get("change", "")
    return words.get(f"people.change.{told}", told)


def add(visit: Visit, handed: Handed) -> Response:
    """A new person; then their page."""
    question = {name: handed.field(name) for name in ("person", "name", "unit", "issuer", "subject")}
    try:
        answer = visit.source.ask("enrol", question)
    except Forbidden:
        raise
    except Refused as refused:
        return _list(visit, Said(faults=_told(visit, refused), written=handed.fields))
    return _shown(visit, answer["person"], answer["entry"])


def give(visit: Visit, handed: Handed) -> Response:
    """A role for the person, at a node that was named or for the whole space."""
    person = part_of(visit.request.path_params["person"])
    tree = handed.field("tree")
    node = None if tree == "space" else _entity(visit, handed.field("node"))
    if node == "":
        issue = Issue(place=None, message=visit.words("people.no_node"), hint=visit.words("people.no_node.hint"))
        return one(visit, Said(faults=_told(visit, Refused([issue])), written=handed.fields))
    told = {name: handed.field(name) for name in ("role", "since", "until", "note")}
    return _changed(visit, handed, "give_role", {"person": person, "tree": tree, "node": node, **told})


def end(visit: Visit, handed: Handed) -> Response:
    """A role ends."""
    return _changed(visit, handed, "end_role", {"grant": handed.field("grant"), "until": handed.field("until")})


def amend(visit: Visit, handed: Handed) -> Response:
    """The name, the single sign-on, or whether the account is closed."""
    question: dict[str, object] = {"person": part_of(visit.request.path_params["person"])}
    match handed.field("step"):
        case "close" | "open" as step:
            question["closed"] = step == "close"
        case _:
            question |= {name: handed.field(name) for name in ("name", "unit", "issuer", "subject")}
    return _changed(visit, handed, "amend_person", question)


def sign_out(visit: Visit, handed: Handed) -> Response:
    """End all the person's sessions."""
    person = part_of(visit.request.path_params["person"])
    return _changed(visit, handed, "sign_out_everywhere", {"person": person})


def set_password(visit: Visit, handed: Handed) -> Response:
    """A password that is made, and stands in this one answer."""
    try:
        answer = visit.source.ask("set_password", {"person": part_of(visit.request.path_params["person"])})
    except Forbidden:
        raise
    except Refused as refused:
        return one(visit, Said(faults=_told(visit, refused), written=handed.fields))
    return one(visit, Said(password=str(answer["password"])))


def _changed(visit: Visit, handed: Handed, method: str, question: Mapping[str, object]) -> Response:
    """Ask for a change of the person, and show them again; what is refused is told with what was written."""
    try:
        answer = visit.source.ask(method, question)
    except Forbidden:
        raise
    except Refused as refused:
        return one(visit, Said(faults=_told(visit, refused), written=handed.fields))
    if "proposal" in answer:
        return RedirectResponse(visit.view.address("proposals", answer["proposal"], proposed="1"), 303)
    return _shown(visit, part_of(visit.request.path_params["person"]), answer["entry"])


def _shown(visit: Visit, person: str, entry: int) -> Response:
    return RedirectResponse(visit.view.address("people", person, done=str(entry)), 303)


def _told(visit: Visit, refused: Refused) -> list[tuple[str, str]]:
    language = visit.words.language
    return [(translate(issue.message, language), translate(issue.hint, language)) for issue in refused.issues]
