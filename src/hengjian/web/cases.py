"""处置: the list of cases, one case with its history, and the steps that may follow."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.model.workflow import LEVELS
from hengjian.web.actor import actor_of, keep_actor, told_actor
from hengjian.web.alerts import due_of, gravity, level_name, line_of, matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.paging import paged
from hengjian.web.posting import Handed, posting
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting, visit
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
    """What a clerk wrote into the form; `fields` by step and field, as `close.loss`."""

    actor: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def routes(wall: Wall) -> list[Route]:
    """`/cases`, `/case/{id}`, and what its form is sent to."""
    return [
        Route("/cases", getting(wall, listed)),
        Route("/case/{case}", lambda request: case(visit(request, wall))),
        Route("/case/{case}/move", posting(wall, move), methods=["POST"]),
        Route("/case/{case}/move", back, methods=["GET"]),
    ]


#: How the form names what is filled in for a step.
_FIELD = "field."


def listed(visit: Visit) -> Response:
    """The cases, open ones unless others are asked for; those with the earliest deadline first."""
    query, words = visit.query, visit.words
    text = query.get("q", "").strip()[:100]
    every = [(one, due_of(visit, one)) for one in visit.ask("cases")["cases"]]
    every = [pair for pair in every if matches(text, pair[0]["case"], pair[0]["entity"], pair[0]["name"])]
    groups = {
        "open": [pair for pair in every if not pair[0]["ended"]],
        "late": [pair for pair in every if pair[1].late is not None],
        "ended": [pair for pair in every if pair[0]["ended"]],
        "all": every,
    }
    state = query.get("state", "") if query.get("state", "") in groups else "open"
    shown = sorted(groups[state], key=_urgency)
    if wanted(visit):
        names = (
            "case", "level", "entity", "name", "rule", "case_state", "opened", "deadline", "late", "day",
            "actor", "note",
        )  # fmt: skip
        titles = [*(words(f"alerts.{name}") for name in names), words("workflow.escalated_to")]
        rows = (
            (
                one["case"], level_name(words, one["level"] or ""), one["entity"], one["name"], words.label(one, ""),
                due.state, date.fromisoformat(one["opened"]), date.fromisoformat(one["due"]), due.late,
                date.fromisoformat(one["day"]), one["actor"], one["note"], escalated_to(visit, one) or None,
            )
            for one, due in shown
        )  # fmt: skip
        return exported(visit, words("cases"), [ExportColumn(title=title) for title in titles], rows)
    page = paged(query, shown)
    steps = Counter(due.state for _, due in groups["open"])
    return visit.page(
        "cases.html", lines=page.rows, found=len(shown), state=state, text=text,
        groups=[(name, len(found)) for name, found in groups.items()], steps=steps.most_common(), number=page.number,
        pages=page.pages, level_name=level_name, escalated=lambda one: escalated_to(visit, one),
    )  # fmt: skip


def _urgency(pair: tuple[Mapping[str, Any], Any]) -> tuple[bool, str, int, str]:
    """What has ended last; else what is due first, then the gravest."""
    one = pair[0]
    return one["ended"], one["due"], gravity(one["level"] or ""), one["case"]


def case(visit: Visit) -> Response:
    """One case. It also shows who was last at work here, so it is made anew each time."""
    return _page(visit, _known(visit), Written(actor=actor_of(visit)), ())


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
    labels = _labels(visit, answer)
    names = visit.names() if issues or any(one["guard"] for one in answer["transitions"]) else None
    faults = [
        (
            _in_words(translate(one.message, words.language, names), labels),
            _in_words(translate(one.hint, words.language, names), labels),
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
        levels=LEVELS, steps=[one for one in answer["transitions"] if one["may"]], drawn=_drawn(visit, answer),
        escalated=escalated_to(visit, answer), names=names, filled=_filled(visit, answer),
    )  # fmt: skip


def _drawn(visit: Visit, answer: Mapping[str, Any]) -> Drawing | None:
    """The workflow as a drawing, the present state marked; None where no pack declares it any more."""
    if answer["table"] is None:
        return None
    title = visit.words.label({"label": answer["workflow_label"]}, answer["workflow"])
    return drawing(answer["table"], title, visit.words, answer["state"])


def escalated_to(visit: Visit, one: Mapping[str, Any]) -> str:
    """The state or level that a case counts as escalated to, as people call it; nothing where it does not."""
    found = one["escalated"]
    if found is None:
        return ""
    return visit.words.label(found, "") or level_name(visit.words, found["to"])


def _filled(visit: Visit, answer: Mapping[str, Any]) -> dict[int, list[tuple[str, str]]]:
    """What was filled in at each step, by its entry: labels and values."""
    table = answer["table"] or {"steps": []}
    known = {(step["transition"], one["field"]): one for step in table["steps"] for one in step["fields"]}
    found: dict[int, list[tuple[str, str]]] = {}
    for event in answer["history"]:
        for one in event.get("fields", ()):
            declared = known.get((event["transition"], one["field"]))
            choices = declared["choices"] if declared else {}
            value = visit.words.label({"label": choices.get(one["value"])}, one["value"])
            label = visit.words.label(declared, one["field"])
            unit = f" {one['unit']}" if one["unit"] else ""
            found.setdefault(event["entry"], []).append((label, f"{value}{unit}"))
    return found


def _labels(visit: Visit, answer: Mapping[str, Any]) -> dict[str, str]:
    """What people call the states and steps of a case."""
    every = {**answer["steps"], **answer["states"]}
    return {name: visit.words.label({"label": label}, name) for name, label in every.items()}


def _in_words(text: str, labels: Mapping[str, str]) -> str:
    """A message with states and steps by their labels."""
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
