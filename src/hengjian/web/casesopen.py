"""登记: the form by which a person opens a case of a workflow, with its fields and files."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused, forbid
from hengjian.model.workflow import OPENING
from hengjian.web.actor import actor_of, keep_actor, told_actor
from hengjian.web.cases import Written, attached, in_words
from hengjian.web.faults import translate
from hengjian.web.posting import Handed, posting
from hengjian.web.visit import Visit, visit
from hengjian.web.wall import Wall

_FIELD = f"field.{OPENING}."
#: So many entities are offered while one is written.
_OFFERED = 300


def routes(wall: Wall) -> list[Route]:
    """`/cases/open`, the form and what it is sent to."""
    return [
        Route("/cases/open", lambda request: form(visit(request, wall)), methods=["GET"]),
        Route("/cases/open", posting(wall, opened), methods=["POST"]),
    ]


def form(visit: Visit) -> Response:
    """The form, with what the address says filled in: of the workflow that it names, else of the first one."""
    given = {name.removeprefix("field."): text for name, text in visit.query.items() if name.startswith(_FIELD)}
    written = Written(
        actor=actor_of(visit), entity=visit.query.get("entity", "")[:200], title=visit.query.get("title", "")[:200],
        fields=given, key=secrets.token_hex(16),
    )  # fmt: skip
    return _page(visit, visit.query.get("workflow", ""), written, ())


def opened(visit: Visit, handed: Handed) -> Response:
    """Open the case, and show it; what is refused is told on the page with what was written."""
    given = {name.removeprefix("field."): text for name, text in handed.fields.items() if name.startswith(_FIELD)}
    written = Written(
        actor=told_actor(visit, handed.field("actor")), note=handed.field("note"), fields=given,
        entity=handed.field("entity"), title=handed.field("title"), key=handed.field("key"),
    )  # fmt: skip
    words, workflow = visit.words, handed.field("workflow")
    if not _flows(visit):
        raise forbid("no cases are yours to open", "somebody who has the role that they ask for opens them")
    if not written.actor:
        issue = Issue(place=None, message=words("cases.no_actor"), hint=words("cases.no_actor.hint"))
        return _page(visit, workflow, written, [issue])
    try:
        answer = visit.source.ask("open_case", {
            "workflow": workflow, "entity": written.entity, "title": written.title, "note": written.note,
            "actor": written.actor, "key": written.key or None, "attachments": attached(handed, _FIELD),
            "fields": {name.removeprefix(f"{OPENING}."): text for name, text in given.items()},
        })  # fmt: skip
    except Forbidden:
        raise
    except Refused as refused:
        return _page(visit, workflow, written, refused.issues)
    response = RedirectResponse(visit.view.address("case", answer["case"], done=str(answer["entry"])), 303)
    keep_actor(visit, response, written.actor)
    return response


def _page(visit: Visit, workflow: str, written: Written, issues: Sequence[Issue]) -> Response:
    words = visit.words
    flows = _flows(visit)
    flow = next((one for one in flows if one["workflow"] == workflow), flows[0] if flows else None)
    labels = {} if flow is None else _labels(visit, flow)
    told = [(translate(one.message, words.language), translate(one.hint, words.language)) for one in issues]
    faults = [(in_words(message, labels), in_words(hint, labels)) for message, hint in told]
    kinds = None if flow is None or flow["type"] is None else {"type": flow["type"]}
    every = [one for one in visit.entities().values() if kinds is None or visit.applies(kinds, one.type)]
    return visit.passing_page(
        "case_open.html", status=422 if faults else 200, flows=flows, flow=flow, faults=faults, written=written,
        step=None if flow is None else {**flow["opened_by"], "transition": OPENING},
        offered=sorted(every, key=lambda one: one.name)[:_OFFERED],
    )  # fmt: skip


def _flows(visit: Visit) -> list[dict[str, Any]]:
    """The workflows of which the reader may open cases."""
    return [one for one in visit.source.ask("workflows", {})["workflows"] if one["may"]]


def _labels(visit: Visit, flow: Mapping[str, Any]) -> dict[str, str]:
    """What people call the opening, and its fields."""
    fields = {one["field"]: visit.words.label(one, one["field"]) for one in flow["opened_by"]["fields"]}
    return {**fields, OPENING: visit.words.label(flow["opened_by"], OPENING)}
