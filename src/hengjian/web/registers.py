"""台账录入: what an office enters around a score, by a workbook, pasted rows or cell by cell; and 视同利润认定, from
audited to assessed figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.web.actor import actor_of, keep_actor, told_actor
from hengjian.web.download import WORKBOOK, download
from hengjian.web.faults import Fault, fault_of
from hengjian.web.posting import Handed, posting
from hengjian.web.scoretext import figure, percent
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting, visit
from hengjian.web.wall import Wall

#: How the fields of one row are called.
_CELL = "cell."
#: So many entities are offered while one is written.
_OFFERED = 400


def routes(wall: Wall) -> list[Route]:
    """`/registers`, `/registers/{kind}`, its template, and `/bridge/{id}/{assessed}`."""
    bridge = "/bridge/{id}/{assessed}"
    return [
        Route("/registers", getting(wall, listed)),
        Route("/registers/{kind}/template", lambda request: template(visit(request, wall))),
        Route("/registers/{kind}", lambda request: form(visit(request, wall)), methods=["GET"]),
        Route("/registers/{kind}", posting(wall, entered), methods=["POST"]),
        Route(bridge, lambda request: bridged(visit(request, wall), ()), methods=["GET"]),
        Route(bridge, posting(wall, assessed), methods=["POST"]),
    ]


def listed(visit: Visit) -> Response:
    """All kinds, with where they are listed, filled in and entered."""
    return visit.page("registers.html", kinds=visit.ask("register")["kinds"])


def _register(visit: Visit) -> dict[str, Any]:
    """The register that the path names; no page where there is none."""
    kind = part_of(visit.request.path_params["kind"])
    try:
        return visit.ask("register", kind=kind)
    except Refused:
        raise HTTPException(404, visit.words("registers.unknown")) from None


def form(visit: Visit) -> Response:
    """The three ways in; what the address says is filled in."""
    return _form(visit, visit.query, actor_of(visit), ())


def _form(visit: Visit, written: Mapping[str, str], actor: str, faults: Sequence[Fault]) -> Response:
    answer = _register(visit)
    given = [one for one in answer["given"] if one not in ("document", "unit")]
    offered = sorted(visit.entities().values(), key=lambda one: one.name)[:_OFFERED]
    return visit.passing_page(
        "register.html", status=422 if faults else 200, answer=answer, written=written, actor=actor, faults=faults,
        columns={one["name"]: one for one in answer["columns"]}, given=given, cell=_CELL, offered=offered,
        cards=visit.ask("scorecards")["scorecards"], kinds=visit.ask("register")["kinds"],
        done=visit.query.get("done"), count=visit.query.get("count"), words_of={"figure": "0.0", "part": "35%"},
    )  # fmt: skip


def entered(visit: Visit, handed: Handed) -> Response:
    """Enter what was handed in, and show the form with its entry; what is refused is told with every cell."""
    answer = _register(visit)
    kind, actor = str(answer["kind"]), told_actor(visit, handed.field("actor"))
    question: dict[str, object] = {"kind": kind, "actor": actor}
    question |= {name: handed.field(name) for name in answer["given"] if handed.field(name)}
    cells = {name[len(_CELL) :]: text for name, text in handed.fields.items() if name.startswith(_CELL)}
    if handed.files:
        question["file"] = {"name": handed.files[0].name, "data": handed.files[0].data}
    elif handed.field("text"):
        question["text"] = handed.fields["text"]
    elif any(text.strip() for text in cells.values()):
        question["rows"] = [{name: text for name, text in cells.items() if name not in question}]
    if not actor:
        issue = Issue(place=None, message=visit.words("cases.no_actor"), hint=visit.words("cases.no_actor.hint"))
        return _form(visit, handed.fields, actor, [fault_of(issue, visit.words.language)])
    try:
        told = visit.source.ask("enter_register", question)
    except Forbidden:
        raise
    except Refused as refused:
        faults = [fault_of(issue, visit.words.language, visit.names()) for issue in refused.issues]
        return _form(visit, handed.fields, actor, faults)
    kept = {name: str(question[name]) for name in answer["given"] if name in question}
    address = visit.view.address("registers", kind, done=str(told["first"]), count=str(told["records"]), **kept)
    response = RedirectResponse(address, 303)
    keep_actor(visit, response, actor)
    return response


def template(visit: Visit) -> Response:
    """The workbook of a kind, with the rows that are known beforehand."""
    kind = part_of(visit.request.path_params["kind"])
    asked = {name: visit.query.get(name, "").strip() for name in ("scorecard", "period", "book")}
    try:
        found = visit.ask("register_template", kind=kind, **{name: text or None for name, text in asked.items()})
    except Refused as refused:
        issue = refused.issues[0]
        raise HTTPException(404, fault_of(issue, visit.words.language).message) from None
    return download(bytes(found["data"]), str(found["name"]), WORKBOOK)


def bridged(visit: Visit, faults: Sequence[tuple[str, str]]) -> Response:
    """From audited to assessed figures; by `scorecard` with what each adjustment does to the score."""
    entity, period = visit.entity(), part_of(visit.request.path_params["assessed"])
    try:
        bridge = visit.ask("bridge", entity=entity.id, period=period)
    except Refused as refused:
        issue = refused.issues[0]
        raise HTTPException(404, fault_of(issue, visit.words.language).message) from None
    cards = [one for one in visit.ask("scorecards")["scorecards"] if visit.applies(one, entity.type)]
    name = visit.query.get("scorecard", "")
    effect, more = _effect(visit, entity.id, period, name) if name else (None, [])
    figures = visit.figures()
    return visit.passing_page(
        "bridge.html", status=422 if faults else 200, entity=entity, period=period, bridge=bridge, cards=cards,
        effect=effect, faults=[*faults, *more], chosen=name, figure=figure, percent=percent, actor=actor_of(visit),
        unit=lambda symbol: figures.declared(symbol) if symbol else "", done=visit.query.get("done"),
        may_assess=visit.visitor.can("assess"), may_try=visit.visitor.can("submit"),
        is_settled=all(one["settled"] for one in bridge["measures"]),
    )  # fmt: skip


def _effect(visit: Visit, entity: str, period: str, card: str) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    try:
        return visit.source.ask("bridge_effect", {"entity": entity, "period": period, "scorecard": card}), []
    except Refused as refused:
        return None, _said(visit, refused)


def _said(visit: Visit, refused: Refused) -> list[tuple[str, str]]:
    found = [fault_of(issue, visit.words.language, visit.names()) for issue in refused.issues]
    return [(one.message, one.hint) for one in found]


def assessed(visit: Visit, handed: Handed) -> Response:
    """File the assessed figures that follow, and show the bridge with their filing."""
    entity, period = visit.entity(), part_of(visit.request.path_params["assessed"])
    actor = told_actor(visit, handed.field("actor"))
    try:
        told = visit.source.ask("assess_figures", {"entity": entity.id, "period": period, "actor": actor})
    except Forbidden:
        raise
    except Refused as refused:
        return bridged(visit, _said(visit, refused))
    response = RedirectResponse(visit.view.address("bridge", entity.id, period, done=str(told["filing"])), 303)
    keep_actor(visit, response, actor)
    return response
