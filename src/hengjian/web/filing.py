"""报送: choose a form and a period, take its template, hand the file in, read the faults by cell, submit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused, forbid
from hengjian.model.period import Frequency, period_of
from hengjian.web.actor import keep_actor, told_actor
from hengjian.web.alerts import level_name
from hengjian.web.checked import counted, marks, some
from hengjian.web.download import WORKBOOK, download
from hengjian.web.filings import GENERIC, declared_forms, form_labels
from hengjian.web.held import Held, Upload
from hengjian.web.posting import LARGEST, Handed, posting
from hengjian.web.visit import Visit, visit
from hengjian.web.wall import Wall

#: So many periods are offered, the latest first.
OFFERED: Mapping[Frequency, int] = {"day": 31, "month": 24, "quarter": 12, "half": 6, "year": 6}
#: Who may do one of these somewhere may file something.
FILING = ("submit", "register", "archive")
#: Lists of more entities are not put into the page.
LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the form on the page is set to."""

    form: str
    period: str
    entity: str
    actor: str


def routes(wall: Wall) -> list[Route]:
    """`/filing`, its template, and what its form is sent to."""
    held = Held()
    return [
        Route("/filing", always(wall, desk), methods=["GET"]),
        Route("/filing", posting(wall, lambda one, handed: hand_in(one, handed, held)), methods=["POST"]),
        Route("/filing/template", always(wall, template)),
    ]


def always(wall: Wall, answer: Callable[[Visit], Response]) -> Callable[[Request], Response]:
    """An endpoint whose page also depends on what is not in its address: a reader has it anew each time."""
    return lambda request: answer(visit(request, wall))


def desk(visit: Visit) -> Response:
    """The page: forms, periods, template, the place for files."""
    _must_file(visit)
    return _desk(visit, _chosen(visit, visit.query))


def _must_file(visit: Visit) -> None:
    if not visit.visitor.can(*FILING):
        raise forbid(
            f"{visit.visitor.name or visit.visitor.entered_as} may not submit",
            "one's own roles stand on the page of one's account",
        )


def template(visit: Visit) -> Response:
    """The workbook of the chosen form."""
    chosen = _chosen(visit, visit.query)
    answer = visit.source.ask("template", {
        "form": chosen.form, "entity": chosen.entity or None, "period": chosen.period or None,
        "language": visit.words.language,
    })  # fmt: skip
    return download(answer["data"], answer["name"], WORKBOOK)


def hand_in(visit: Visit, handed: Handed, held: Held) -> Response:
    """A form of the page: files to be checked, or checked ones to be submitted."""
    _must_file(visit)
    return submit(visit, handed, held) if handed.field("do") == "submit" else check(visit, handed, held)


def check(visit: Visit, handed: Handed, held: Held) -> Response:
    """What a submission of these files would do."""
    chosen = _chosen(visit, handed.fields)
    upload = _upload(visit, chosen, handed)
    if isinstance(upload, Upload):
        answer = visit.source.ask("trial", upload.question())
        token = "" if "faults" in answer else held.put(upload)
        files = [file.name for file in upload.files]
    else:
        answer, token, files = {"faults": upload}, "", [file.name for file in handed.files]
    return _kept(visit, chosen, _trial(visit, chosen, answer, token, files))


def submit(visit: Visit, handed: Handed, held: Held) -> Response:
    """The receipt; or the faults, when the files have some by now."""
    kept = held.get(handed.field("token")) if handed.field("token") else None
    if kept is not None and visit.visitor.entered_as in (None, kept.actor):
        upload: Upload | list[dict[str, Any]] = kept
        chosen = Chosen(form=kept.form, period=kept.period, entity=kept.entity, actor=kept.actor)
    else:
        chosen = _chosen(visit, handed.fields)
        upload = _upload(visit, chosen, handed)
    if not isinstance(upload, Upload):
        return _trial(visit, chosen, {"faults": upload}, "", [])
    try:
        answer = visit.source.ask("submit", upload.question())
    except Forbidden:
        raise
    except Refused as refused:
        tried = visit.source.ask("trial", upload.question())
        records = tried.get("faults") or [{**issue.record(), "severity": issue.severity} for issue in refused.issues]
        return _trial(visit, chosen, {"faults": records}, "", [file.name for file in upload.files])
    if "proposal" in answer:
        address = visit.view.address("proposals", answer["proposal"], proposed="1")
        return _kept(visit, chosen, RedirectResponse(address, 303))
    filings = [
        {
            **one, **_signed(visit, one), "file": file.name,
            "marks": marks(one["warnings"], visit.words, visit.names(), "warning"),
        }
        for one, file in zip(answer.get("filings", [answer]), upload.files, strict=True)
    ]  # fmt: skip
    page = visit.page(
        "receipt.html", filings=filings, alerts=answer.get("alerts") or (), chosen=chosen,
        form_label=form_labels(visit).get(chosen.form, chosen.form), level_name=level_name,
        called={one.id: one.name for one in visit.entities().values()} if answer.get("alerts") else {},
    )  # fmt: skip
    return _kept(visit, chosen, page)


def _signed(visit: Visit, receipt: Mapping[str, Any]) -> dict[str, str | None]:
    """By what the reader signed in who made an entry just now, and their name; nothing where nobody did."""
    who = visit.visitor.actor
    if who is None or receipt["actor"] != who.name:
        return {}
    return {"signed_in": who.proof, "actor_name": visit.visitor.name}


def _desk(visit: Visit, chosen: Chosen, status: int = 200, **more: object) -> Response:
    """The whole page, with what came of a check where there was one."""
    forms = declared_forms(visit)
    declared = forms.get(chosen.form)
    entities = [one for one in visit.entities().values() if declared is None or visit.applies(declared, one.type)]
    parts: dict[str, object] = {"result": None, **more}
    return visit.page(
        "filing.html", status=status, forms=forms.values(), generic=GENERIC, chosen=chosen, declared=declared,
        periods=_periods(visit, declared), entities=entities if len(entities) <= LISTED else [],
        standing=_standing(visit, declared), largest=LARGEST, **parts,
    )  # fmt: skip


def _trial(visit: Visit, chosen: Chosen, answer: Mapping[str, Any], token: str, files: list[str]) -> Response:
    """What came of a check: in place of a part of the page where its script asks, else as a page."""
    words = visit.words
    records = answer.get("faults") or answer.get("warnings") or []
    faults, warnings = counted(records)
    names = {one.id: one.name for one in visit.entities().values()}
    result = {
        "is_clean": "faults" not in answer, "faults": faults, "warnings": warnings,
        "marks": marks(records, words, visit.names()),
        "answer": answer, "token": token, "files": some(files, words),
        "entities": some([names.get(one, one) for one in answer.get("entities", ())], words),
        "entity_count": len(answer.get("entities", ())), "periods": some(answer.get("periods", ()), words),
    }  # fmt: skip
    if visit.query.get("fragment"):
        return visit.page("checked.html", result=result, chosen=chosen)
    return _desk(visit, chosen, 200 if result["is_clean"] else 422, result=result)


def _upload(visit: Visit, chosen: Chosen, handed: Handed) -> Upload | list[dict[str, Any]]:
    """The files with what was chosen for them, or what the form lacks."""
    words = visit.words
    lacking = [] if handed.files else ["filing.no_file"]
    lacking += [] if chosen.actor else ["filing.no_actor"]
    if lacking:
        issues = [Issue(place=None, message=words(key), hint=words(f"{key}.hint")) for key in lacking]
        return [{**issue.record(), "severity": issue.severity} for issue in issues]
    return Upload(
        files=handed.files, form=chosen.form, entity=chosen.entity, period=chosen.period, actor=chosen.actor
    )  # fmt: skip


def _chosen(visit: Visit, fields: Mapping[str, str]) -> Chosen:
    """What a query or a sent form says; where it names none, the first declared form, and the list of entities for who
    files no figures; who filed last from a cookie."""
    form = fields.get("form", "").strip()
    if not form:
        files_figures = visit.visitor.can("submit", "archive")
        form = next(iter(declared_forms(visit)), GENERIC[0]) if files_figures else "entities"
    return Chosen(
        form=form, period=fields.get("period", "").strip()[:40], entity=fields.get("entity", "").strip()[:200],
        actor=told_actor(visit, fields.get("actor")),
    )  # fmt: skip


def _kept(visit: Visit, chosen: Chosen, response: Response) -> Response:
    """The answer, with who files kept for the next time."""
    keep_actor(visit, response, chosen.actor)
    return response


def _periods(visit: Visit, declared: Mapping[str, Any] | None) -> list[str]:
    """The latest periods of a form's frequency, the one that is running among them."""
    if declared is None or visit.head.today is None:
        return []
    last = period_of(date.fromisoformat(visit.head.today), declared["frequency"])
    return [str(last.shift(-back)) for back in range(OFFERED[last.frequency])]


def _standing(visit: Visit, declared: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """How the latest period of the form stands."""
    if declared is None:
        return None
    periods = visit.source.calendar(visit.view, visit.head, str(declared["name"]))["periods"]
    return periods[-1] if periods else None
