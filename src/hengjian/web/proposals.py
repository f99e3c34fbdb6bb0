"""待复核: what one person filed or asked for and another one is to approve: the list, one with what it states."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Refused
from hengjian.web.checked import marks, some
from hengjian.web.faults import translate
from hengjian.web.filings import columns_of, figure_text, form_labels, part_of_row
from hengjian.web.paging import paged
from hengjian.web.persons import sentence
from hengjian.web.posting import SMALL, Handed, posting
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting, visit
from hengjian.web.wall import Wall

PROPOSALS = "/proposals"
STATES = ("open", "approved", "rejected", "withdrawn")
#: Of what stands in a row, what the page of a proposal leaves to the file.
_BESIDE = frozenset({"text", "sheet"})


def routes(wall: Wall) -> list[Route]:
    """`/proposals`, `/proposals/{id}`, and the decision that its forms are sent to."""
    return [
        Route(PROPOSALS, getting(wall, listed)),
        Route(f"{PROPOSALS}/{{proposal}}", lambda request: one(visit(request, wall)), methods=["GET"]),
        Route(f"{PROPOSALS}/{{proposal}}/decide", posting(wall, decide, largest=SMALL), methods=["POST"]),
        Route(f"{PROPOSALS}/{{proposal}}/decide", back, methods=["GET"]),
    ]


def back(request: Request) -> Response:
    """Who comes to the form's address by a link, or by reading a page again, is shown the proposal."""
    return RedirectResponse(f"{PROPOSALS}/{request.path_params['proposal']}", 303)


def listed(visit: Visit) -> Response:
    """Those that wait, unless others are asked for; the newest first."""
    every = visit.source.ask("proposals", {})["proposals"]
    asked = visit.query.get("state", "")
    state = asked if asked in (*STATES, "all") else "open"
    shown = [one for one in every if state in ("all", one["state"])]
    page = paged(visit.query, shown)
    groups = [(name, sum(one["state"] == name for one in every)) for name in STATES] + [("all", len(every))]
    labels = form_labels(visit)
    return visit.page(
        "proposals.html", lines=[{**one, "what": _what(visit, one, labels), "about": _about(visit, one)}
                                 for one in page.rows],
        state=state, groups=groups, found=len(shown), number=page.number, pages=page.pages,
    )  # fmt: skip


def _what(visit: Visit, record: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """What a proposal is of: a form, or a question."""
    if record["asks"] == "submit":
        forms = dict.fromkeys(file["form"] or record["form"] for file in record["files"])
        return visit.words("entity.and").join(labels.get(form, form) for form in forms)
    return visit.words(f"proposal.asks.{record['asks']}")


def _about(visit: Visit, record: Mapping[str, Any]) -> str:
    """Whom it names, a few of them."""
    known = visit.entities()
    return some([known[one].name if one in known else one for one in record["entities"]], visit.words)


def one(visit: Visit, faults: Sequence[tuple[str, str]] = (), note: str = "") -> Response:
    """One proposal: what it states beside what stands, its warnings, what became of it, and the decision."""
    words = visit.words
    answer = _known(visit)
    rows = answer["cells"]
    names = [name for name in columns_of(rows) if name not in _BESIDE]
    titles = [words(f"filing.column.{name}") for name in names]
    numeric = [at for at, name in enumerate(names) if name == "value"]
    cells = [[part_of_row(name, row, visit) for name in names] for row in rows]
    if numeric and answer["state"] == "open":
        at = numeric[0] + 1
        titles.insert(at, words("proposal.held"))
        numeric.append(at)
        for row, shown in zip(rows, cells, strict=True):
            held = row.get("held")
            text, title = ("–", "") if held is None else figure_text(held, str(row.get("measure")), visit)
            shown.insert(at, {"text": text, "title": title, "address": ""})
    parts: dict[str, Any] = {
        "proposal": answer, "what": _what(visit, answer, form_labels(visit)), "about": _about(visit, answer),
        "titles": titles, "numeric": numeric, "rows": cells, "lines": _asked(visit, answer), "said": faults,
        "marks": marks(answer["warnings"], words, visit.names(), "warning"), "note": note,
        "broken": marks(answer["faults"], words, visit.names()), "is_new": visit.query.get("proposed") == "1",
        "last": answer["history"][-1], "done": visit.query.get("done"),
    }  # fmt: skip
    return visit.passing_page("proposal.html", status=422 if faults else 200, **parts)


def _asked(visit: Visit, record: Mapping[str, Any]) -> list[str]:
    """What a proposed question asks for, in lines."""
    match record["asks"]:
        case "give_role":
            asked = record["question"]
            node = asked.get("node")
            known = visit.entities().get(node or "")
            grant = {
                "role": asked["role"], "node": node, "name": known.name if known else node,
                "tree": asked.get("tree") or ("parent" if node else "space"),
                "since": asked.get("since") or record["day"], "until": asked.get("until") or None,
            }  # fmt: skip
            note = [asked["note"]] if asked.get("note") else []
            return [f"{asked['person']}{visit.words('proposal.colon')}{sentence(visit.words, grant)}", *note]
        case "upgrade":
            return [
                f"{one['pack']} {one['from'] or '–'} → {one['to']}  SHA-256 {one['digest']}" for one in record["packs"]
            ]
    return []


def _known(visit: Visit) -> dict[str, Any]:
    """The proposal that the address names; no page where there is none."""
    name = part_of(visit.request.path_params["proposal"])
    try:
        return visit.source.ask("proposal", {"proposal": name})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("proposal.unknown", id=name[:40])) from None


def decide(visit: Visit, handed: Handed) -> Response:
    """Approve, reject or take back, and show the proposal again; what is refused is told with what was written."""
    name = part_of(visit.request.path_params["proposal"])
    note = handed.field("note")
    step = handed.field("do")
    if step not in ("approve", "reject", "withdraw"):
        raise HTTPException(400)
    asked = {"proposal": name, "approve": step == "approve", "withdraw": step == "withdraw", "note": note}
    try:
        answer = visit.source.ask("decide", asked)
    except Forbidden:
        raise
    except Refused as refused:
        language = visit.words.language
        told = [(translate(issue.message, language), translate(issue.hint, language)) for issue in refused.issues]
        return one(visit, told, note)
    return RedirectResponse(visit.view.address("proposals", name, done=str(answer["entry"])), 303)
