"""Questions about forms: what there is to file, and the workbook in which it is filled."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.intake.figure import Fault, resolve_period
from hengjian.intake.ownershiptitles import OWNERSHIP
from hengjian.intake.registerform import NAME as REGISTER_NAME
from hengjian.intake.registerform import register_template
from hengjian.intake.template import Language
from hengjian.intake.template import template as workbook
from hengjian.intake.text import normal
from hengjian.model.declaration import Catalogue
from hengjian.model.form import Form
from hengjian.model.issue import nearest, refuse
from hengjian.model.period import Period


def forms(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The forms that the packs declare, in the order in which they declare them."""
    cut = parse_cut(dict(question), desk.config.timezone)
    return {"forms": [_record(one) for one in desk.programme(cut.known_at).catalogue.forms.values()]}


def _record(form: Form) -> Answer:
    return {
        "name": form.name, "label": form.label.record(), "type": form.type, "frequency": form.frequency,
        "unit": None if form.unit is None else str(form.unit), "scope": form.scope, "basis": form.basis,
        "due": form.due, "pack": form.pack, "sheets": len(form.sheets),
        "for_one": any(sheet.layout == "items" for sheet in form.sheets), "measures": measures_of(form),
        "layout": [
            {
                "name": None if sheet.name is None else sheet.name.label.record(),
                "lines": [
                    {"title": None if line.title is None else line.title.label.record(), "measure": line.measure}
                    for line in sheet.lines
                    if line.role is None
                ],
            }
            for sheet in form.sheets
        ],
    }  # fmt: skip


def measures_of(form: Form) -> list[str]:
    """The measures that a form holds, in the order of its sheets."""
    return [line.measure for sheet in form.sheets for line in sheet.lines if line.measure is not None]


def form_of(catalogue: Catalogue, name: str) -> Form:
    """The declared form of this name; else a refusal with the nearest ones."""
    found = catalogue.forms.get(normal(name))
    if found is None:
        hint = nearest(name[:80], catalogue.forms, otherwise=f"declared are {', '.join(catalogue.forms) or 'none'}")
        raise refuse(f"no pack declares a form {name[:80]!r}", hint)
    return found


def period_of_form(form: Form, text: str) -> Period:
    """The period of a form's frequency that a text names; else a refusal."""
    found = resolve_period(text, form.frequency)
    if isinstance(found, Fault):
        raise refuse(found.message, found.hint)
    return found


def template(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The workbook of a form (`data`) and what to call it (`name`); entity and period are filled in where named.

    `rows` and `items` hold figures to fill in, as `hengjian.intake.template` takes them. The form `ownership` has no
    period; its entity stands as the company whose owners are to be stated.
    """
    catalogue = desk.programme().catalogue
    if normal(question["form"]) == OWNERSHIP:
        return _register(desk, question)
    form = form_of(catalogue, question["form"])
    language = _language(question.get("language"))
    entity = question.get("entity") and known_entity(desk, question["entity"])
    if entity and not catalogue.descends(desk.entity_types()[entity], form.type):
        raise refuse(
            f"{entity} is of type {desk.entity_types()[entity]}, the form {form.name} is of {form.type}",
            "choose an entity of that type, or none",
        )
    period = question.get("period") and str(period_of_form(form, question["period"]))
    label = form.label.zh if language == "zh" else form.label.en
    parts = [part for part in (label, entity, period) if part]
    data = workbook(
        form, catalogue, language, entity or None, period or None, question.get("rows") or (), question.get("items")
    )
    return {"name": f"{' '.join(parts)}.xlsx", "data": data}


def _register(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The workbook of the form `ownership`."""
    language = _language(question.get("language"))
    company = question.get("entity") and known_entity(desk, question["entity"])
    if question.get("period"):
        raise refuse("the form ownership has no period", "its rows say from when to when they hold")
    parts = [part for part in (REGISTER_NAME[language], company) if part]
    return {"name": f"{' '.join(parts)}.xlsx", "data": register_template(language, company or "")}


def _language(asked: object) -> Language:
    match asked:
        case None | "zh":
            return "zh"
        case "en":
            return "en"
    raise refuse(f"no template is written in {asked!r}", "choose zh or en")
