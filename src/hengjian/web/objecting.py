"""告知与异议: the objections to an enterprise's score, forms to raise and answer one, and to publish the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.web.actor import actor_of, keep_actor, told_actor
from hengjian.web.faults import translate
from hengjian.web.posting import SMALL, Handed, posting
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, visit
from hengjian.web.wall import Wall

#: By what is done the question that does it.
_ACTS = {"object": "object", "uphold": "answer_objection", "reject": "answer_objection", "publish": "publish"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the forms."""

    actor: str
    act: str = ""
    item: str = ""
    number: str = ""
    text: str = ""
    office: str = ""


def routes(wall: Wall) -> list[Route]:
    """`/assessment/{card}/{period}/{id}/objections`."""
    address = "/assessment/{card}/{assessed}/{id}/objections"
    return [
        Route(address, lambda request: shown(visit(request, wall)), methods=["GET"]),
        Route(address, posting(wall, done, largest=SMALL), methods=["POST"]),
    ]


def shown(visit: Visit) -> Response:
    """The objections, and what the reader may do."""
    return _page(visit, Written(actor=actor_of(visit)), ())


def done(visit: Visit, handed: Handed) -> Response:
    """Do what was asked for, and show it; what is refused is told on the page with what was written."""
    card, period, who = _card(visit), part_of(visit.request.path_params["assessed"]), visit.entity()
    written = Written(
        actor=told_actor(visit, handed.field("actor")), act=handed.field("act"), item=handed.field("item"),
        number=handed.field("number"), text=handed.field("text"), office=handed.field("office"),
    )  # fmt: skip
    words = visit.words
    if written.act not in _ACTS:
        raise HTTPException(404)
    if not written.actor:
        issue = Issue(place=None, message=words("cases.no_actor"), hint=words("cases.no_actor.hint"))
        return _page(visit, written, [issue])
    question: dict[str, Any] = {"scorecard": card["scorecard"], "period": period, "actor": written.actor}
    match written.act:
        case "object":
            question |= {"entity": who.id, "item": written.item or None, "text": written.text}
        case "publish":
            question |= {"entities": [who.id], "office": written.office or None}
        case _:
            upheld = written.act == "uphold"
            question |= {"entity": who.id, "number": written.number, "upheld": upheld, "text": written.text}
    try:
        visit.source.ask(_ACTS[written.act], question)
    except Forbidden:
        raise
    except Refused as refused:
        return _page(visit, written, refused.issues)
    address = visit.view.address("assessment", card["scorecard"], period, who.id, "objections")
    response = RedirectResponse(address, 303)
    keep_actor(visit, response, written.actor)
    return response


def _page(visit: Visit, written: Written, issues: Sequence[Issue]) -> Response:
    card, period, who, words = _card(visit), part_of(visit.request.path_params["assessed"]), visit.entity(), visit.words
    answer = visit.source.ask("objections", {"scorecard": card["scorecard"], "period": period, "entity": who.id})
    return visit.passing_page(
        "objections.html", status=422 if issues else 200, card=card, period=period, entity=who, answer=answer,
        written=written, items=list(_leaves(card["items"])),
        faults=[(translate(one.message, words.language), translate(one.hint, words.language)) for one in issues],
    )  # fmt: skip


def _leaves(items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What one may object to: groups and items, in their order."""
    return [one for item in items for one in (item, *_leaves(item["items"]))]


def _card(visit: Visit) -> Mapping[str, Any]:
    name = part_of(visit.request.path_params["card"])
    found = [one for one in visit.ask("scorecards")["scorecards"] if one["scorecard"] == name]
    if not found:
        raise HTTPException(404, visit.words("assessment.unknown"))
    return dict(found[0])
