"""处置: one case with its history and files, and the steps that may follow."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.model.workflow import LEVELS, OPENING
from hengjian.web.actor import actor_of, keep_actor, told_actor
from hengjian.web.alerts import due_of, level_name, line_of
from hengjian.web.caseledger import escalation, shown_value
from hengjian.web.download import download
from hengjian.web.faults import translate
from hengjian.web.posting import Handed, posting
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, visit
from hengjian.web.wall import Wall
from hengjian.web.workflowpicture import Drawing, drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a workflow as a case passes it: the day on which it last came there, if it did."""

    name: str
    label: str
    day: str
    is_here: bool
    is_behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a clerk wrote into the form; `fields` by step and field, as `close.loss`. Of a case that is yet to be opened
    whom it is about, its title, and the key by which it is opened once."""

    actor: str
    note: str = ""
    entity: str = ""
    title: str = ""
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def routes(wall: Wall) -> list[Route]:
    """`/case/{id}`, what its form is sent to, and its files."""
    return [
        Route("/case/{case}", lambda request: case(visit(request, wall))),
        Route("/case/{case}/move", posting(wall, move), methods=["POST"]),
        Route("/case/{case}/move", back, methods=["GET"]),
        Route("/case/{case}/file/{entry}", lambda request: file(visit(request, wall))),
    ]


#: How the form names what is filled in for a step.
_FIELD = "field."


def case(visit: Visit) -> Response:
    """One case. It also shows who was last at work here, so it is made anew each time."""
    return _page(visit, _known(visit), Written(actor=actor_of(visit)), ())


def file(visit: Visit) -> Response:
    """A file of the case, to take away: it is never shown in place, whatever it holds."""
    name, entry = (part_of(visit.request.path_params[part]) for part in ("case", "entry"))
    try:
        answer = visit.source.ask("attachment", {"case": name, "entry": entry})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("cases.unknown", id=name[:40])) from None
    return download(answer["data"], answer["name"])


def attached(handed: Handed, own: str) -> dict[str, list[dict[str, object]]]:
    """The files of a form by their fields, of those whose names begin with `own`."""
    found: dict[str, list[dict[str, object]]] = {}
    for one in handed.files:
        if one.field.startswith(own):
            found.setdefault(one.field.removeprefix(own), []).append({"name": one.name, "data": one.data})
    return found


def move(visit: Visit, handed: Handed) -> Response:
    """Take the case a step further, and show it again; what is refused is told on the page with what was written."""
    name = part_of(visit.request.path_params["case"])
    given = {name.removeprefix(_FIELD): text for name, text in handed.fields.items() if name.startswith(_FIELD)}
    written = Written(actor=told_actor(visit, handed.field("actor")), note=handed.field("note"), fields=given)
    own = f"{handed.field('transition')}."
    words, seen = visit.words, handed.field("seen")
    if not written.actor:
        issue = Issue(place=None, message=words("cases.no_actor"), hint=words("cases.no_actor.hint"))
        return _page(visit, _known(visit), written, [issue])
    try:
        answer = visit.source.ask("move", {
            "case": name, "transition": handed.field("transition"), "note": written.note, "actor": written.actor,
            "fields": {name.removeprefix(own): text for name, text in given.items() if name.startswith(own)},
            "attachments": attached(handed, f"{_FIELD}{own}"),
            "seen": int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else None,
        })  # fmt: skip
    except Forbidden:
        raise
    except Refused as refused:
        return _page(visit, _known(visit), written, refused.issues)
    response = RedirectResponse(visit.view.address("case", name, done=str(answer["entry"])), 303)
    keep_actor(visit, response, written.actor)
    return response


def back(request: Request) -> Response:
    """Who comes to the form's address by a link, or by reading a page again, is shown the case."""
    return RedirectResponse(f"/case/{request.path_params['case']}", 303)


def _known(visit: Visit) -> dict[str, Any]:
    """The case that the address names; no page where there is none."""
    asked = part_of(visit.request.path_params["case"])
    try:
        return visit.source.ask("case", {"case": asked})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("cases.unknown", id=asked[:40])) from None


def _page(visit: Visit, answer: Mapping[str, Any], written: Written, issues: Sequence[Issue]) -> Response:
    words = visit.words
    labels, of_fields = _labels(visit, answer), _field_labels(visit, answer)
    names = visit.names() if issues or any(one["guard"] for one in answer["transitions"]) else None
    faults = [
        (
            in_words(translate(one.message, words.language, names), of_fields | labels),
            in_words(translate(one.hint, words.language, names), of_fields | labels),
        )
        for one in issues
    ]
    alert = answer["alert"]
    line = None
    if alert is not None:
        line = line_of(visit, {**alert, "name": answer["name"], "label": answer["label"], "source": None}, None)
    last = answer["history"][-1]
    return visit.page(
        "case.html", status=422 if faults else 200, case=answer, due=due_of(visit, answer), alert=line, labels=labels,
        states=_states(answer, labels), faults=faults, written=written, level_name=level_name, last=last,
        is_done=visit.query.get("done") == str(last["entry"]) and last["transition"] is not None,
        levels=LEVELS, steps=[one for one in answer["transitions"] if one["may"] and one["fits"]],
        drawn=_drawn(visit, answer), escalated=escalation(visit, answer["escalated"], answer["level"]), names=names,
        filled={one["entry"]: _filled(visit, answer, one.get("fields", ())) for one in answer["history"]},
        known=_filled(visit, answer, answer["filled"]), said=_lacking(visit, answer, of_fields | labels),
    )  # fmt: skip


def _drawn(visit: Visit, answer: Mapping[str, Any]) -> Drawing | None:
    """The workflow as a drawing, the present state marked; None where no pack declares it any more."""
    if answer["table"] is None:
        return None
    title = visit.words.label({"label": answer["workflow_label"]}, answer["workflow"])
    return drawing(answer["table"], title, visit.words, answer["state"])


def _lacking(visit: Visit, answer: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Why steps cannot be taken yet, by step."""
    language = visit.words.language
    return {
        one["transition"]: [in_words(translate(issue["message"], language), labels) for issue in one["lacking"]]
        for one in answer["transitions"]
    }


def _fields(answer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The fields of all steps by name, as their workflow declares them."""
    table = answer["table"] or {"steps": [], "opened_by": None}
    parts = [*table["steps"], *([table["opened_by"]] if table["opened_by"] else [])]
    return {one["field"]: one for part in reversed(parts) for one in part["fields"]}


def _filled(
    visit: Visit, answer: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, Sequence[Mapping[str, Any]]]]:
    """What was filled in: labels, values, and the files of attachments."""
    known = _fields(answer)
    return [
        (
            visit.words.label(known.get(one["field"]), one["field"]),
            shown_value(visit.words, one, known.get(one["field"])), one.get("files", ()),
        )
        for one in fields
    ]  # fmt: skip


def _labels(visit: Visit, answer: Mapping[str, Any]) -> dict[str, str]:
    """What people call the states and steps of a case."""
    opening = (answer["table"] or {}).get("opened_by")
    every = {**answer["steps"], **answer["states"], **({OPENING: opening["label"]} if opening else {})}
    return {name: visit.words.label({"label": label}, name) for name, label in every.items()}


def _field_labels(visit: Visit, answer: Mapping[str, Any]) -> dict[str, str]:
    """The same of its fields and their choices."""
    found: dict[str, str] = {}
    for name, one in _fields(answer).items():
        found |= {word: visit.words.label({"label": label}, word) for word, label in one["choices"].items()}
        found[name] = visit.words.label(one, name)
    return found


def in_words(text: str, labels: Mapping[str, str]) -> str:
    """A message with states, steps and fields by their labels."""
    names = sorted(labels, key=len, reverse=True)
    if not names:
        return text
    pattern = re.compile(rf"(?<![\w])(?:{'|'.join(map(re.escape, names))})(?![\w])")
    return pattern.sub(lambda match: labels[match.group()], text)


def _states(answer: Mapping[str, Any], labels: Mapping[str, str]) -> list[State]:
    """The states in the order of the workflow, which is that of a case's way."""
    days = {one["state"]: str(one["day"]) for one in answer["history"]}
    names = list(answer["states"]) or list(days)
    here = names.index(answer["state"]) if answer["state"] in names else -1
    return [
        State(
            name=name, label=labels.get(name, name), day=days.get(name, "") if at <= here else "", is_here=at == here,
            is_behind=at < here and name in days,
        )
        for at, name in enumerate(names)
    ]  # fmt: skip
