"""What is published of an entity's score: whose and of which period it is, its canonical JSON, and its files."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hengjian.app.bridge import bridge
from hengjian.app.desk import OPERATOR, Desk
from hengjian.app.events import record_of
from hengjian.app.question import known_entity
from hengjian.app.score import score, scores
from hengjian.app.scorecards import card_for
from hengjian.app.standing import may, plays
from hengjian.casework.case import Case, case_of
from hengjian.casework.fields import value_of
from hengjian.intake.text import normal
from hengjian.ledger.canonical import canonical
from hengjian.model.cut import KnownAt
from hengjian.model.period import Period, parse_period
from hengjian.model.scorecard import Scorecard
from hengjian.people import EVERYTHING

#: The field of a workflow's opening that says of which period its case is.
PERIOD = "period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A scorecard as it is declared now, one of its periods, and an entity in sight."""

    card: Scorecard
    period: Period
    entity: str

    @property
    def topic(self) -> str:
        """What its events belong to."""
        return f"{self.card.name}|{self.period}|{self.entity}"


def subject_of(desk: Desk, question: Mapping[str, Any]) -> Subject:
    """What a question's `scorecard`, `period` and `entity` name; refused where they name nothing in sight."""
    card, period = card_for(desk.programme(), str(question["scorecard"]), str(question["period"]))
    return Subject(card=card, period=period, entity=known_entity(desk, str(question["entity"])))


def quotas_of(desk: Desk, card: Scorecard, period: Period, known: str) -> Mapping[str, str | None]:
    """By entity the grade that is left after the quotas among all; nothing where the card has none."""
    if not _has_quotas(card):
        return {}
    rows = scores(desk, {"scorecard": card.name, "period": str(period), "as_known_at": known})["rows"]
    return {str(row["entity"]): row["quota"] for row in rows}


def _has_quotas(card: Scorecard) -> bool:
    return any(grade.share is not None or grade.count is not None for grade in card.grades)


def result_of(
    desk: Desk, subject: Subject, known: str, quotas: Mapping[str, str | None] | None = None
) -> dict[str, Any]:  # fmt: skip
    """The answer of `score` as known at a moment, of everybody's figures whoever asks; with `quota`, the grade that is
    left after the quotas of its grades among all, where the card has any."""
    with desk.asked_by(OPERATOR, EVERYTHING):
        return seen_result(desk, subject, known, quotas)


def seen_result(
    desk: Desk, subject: Subject, known: str, quotas: Mapping[str, str | None] | None = None
) -> dict[str, Any]:  # fmt: skip
    """The same as far as the one who asks sees it: nobody out of sight is named, and there is no `quota`."""
    card, period, entity = subject.card, subject.period, subject.entity
    question = {"scorecard": card.name, "period": str(period), "entity": entity, "as_known_at": known}
    found = dict(score(desk, question))
    if _has_quotas(card):
        found["quota"] = (quotas_of(desk, card, period, known) if quotas is None else quotas).get(entity)
    return found


def canonical_of(desk: Desk, subject: Subject, known: str) -> bytes:
    """What is published as JSON: the same bytes whenever it is asked about the same moment."""
    return canonical(result_of(desk, subject, known))


def case_for(desk: Desk, subject: Subject) -> Case | None:
    """The case of the card's workflow that leads to the entity's score for the period: the open one before any that has
    ended, the latest of several."""
    if subject.card.workflow is None:
        return None
    parts = desk.store.event_parts("case", ("case", "entity", "workflow"))
    names = {name for _, name, *whose in parts if whose == [subject.entity, subject.card.workflow]}
    cases = [case_of(record_of(event)) for event in desk.store.latest_events("case", sorted(names))]
    of_period = [one for one in cases if _is_of(value_of(one.filled, PERIOD), subject.period)]
    return max(of_period, key=lambda one: (not one.ended, len(one.case), one.case), default=None)


def _is_of(text: str | None, period: Period) -> bool:
    return text is not None and (normal(text) == str(period) or parse_period(normal(text).removesuffix("年")) == period)


def may_object(desk: Desk, subject: Subject) -> bool:
    """Whether the one who asks may object to an entity's score: who reports for it, or has a role of the step."""
    card = subject.card
    workflow = None if card.workflow is None else desk.programme().catalogue.workflows.get(card.workflow)
    step = None if workflow is None or card.objected_by is None else workflow.transitions.get(card.objected_by)
    if step is not None and step.roles:
        return plays(desk, step.roles, subject.entity)
    return may(desk, desk.actor, "submit", subject.entity)


def leads(desk: Desk, case: Case | None, step: str | None, subject: Subject) -> bool:
    """Whether a step leaves the state of an entity's case; without a workflow, or a step of it, always."""
    if subject.card.workflow is None or step is None:
        return True
    workflow = desk.programme().catalogue.workflows.get(subject.card.workflow)
    return case is not None and workflow is not None and step in {one.name for one in workflow.leaving(case.state)}


def objection_until(case: Case | None, card: Scorecard, desk: Desk) -> date | None:
    """The last day on which the case's state, from which the step leads, lets an enterprise object; None: no such day
    is declared, or it is not the time."""
    if case is None or card.objected_by is None or case.ended:
        return None
    workflow = desk.programme().catalogue.workflows.get(case.workflow)
    step = None if workflow is None else workflow.transitions.get(card.objected_by)
    return case.state_deadline if step is not None and case.state in step.origins else None


def files_of(
    desk: Desk, subject: Subject, result: Mapping[str, Any], *, office: str, made: datetime, day: date, version: int,
    objections: Sequence[Mapping[str, Any]], trial: bool = False, forms: Sequence[str] = ("docx", "xlsx", "pdf"),
) -> dict[str, bytes]:  # fmt: skip
    """The documents of a result by form; the card is that of its moment."""
    from hengjian.app.publishedcells import cells_of  # most questions do without
    from hengjian.reports.explanation import Particulars, explanation

    known = KnownAt(entries=int(str(result["known"]["as_known_at"]).removeprefix("entry:")))
    card, _ = card_for(desk.programme(known), subject.card.name, str(subject.period))
    case = case_for(desk, subject)
    about = Particulars(
        name=str(result["name"]), office=office, made=made, day=day, trial=trial, version=version,
        digest="" if trial else hashlib.sha256(canonical(result)).hexdigest(), objections=objections,
        until=objection_until(case, subject.card, desk) if trial else None,
        cells={} if forms == ["xlsx"] else cells_of(desk, result),
        bridges=bridge(desk, {**result["known"], "entity": result["entity"], "period": result["period"]})["measures"],
    )  # fmt: skip
    made_of: dict[str, bytes] = {}
    document = explanation(result, card, about)
    if "docx" in forms:
        from hengjian.reports.word import write_word

        made_of["docx"] = write_word(document)
    if "xlsx" in forms:
        from hengjian.reports.workbook import write_workbook

        made_of["xlsx"] = write_workbook(result, card, about)
    if "pdf" in forms:
        from hengjian.reports.portable import write_pdf

        made_of["pdf"] = write_pdf(document)
    return made_of


def file_name(subject: Subject, name: str, form: str, *, trial: bool = False) -> str:
    """What a file of an assessment is called."""
    what = {"json": "计分结果", "docx": "计分说明", "pdf": "计分说明", "xlsx": "计分表"}[form]
    mark = "（试算）" if trial else ""
    return f"{subject.period}{subject.card.label.zh}_{name}_{what}{mark}.{form}".replace("/", "／")
