"""What a step may ask for (fields, a word at reopening), and what becomes of deadlines."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hengjian.casework import Case, begin, case_of, due, escalated, move, overdue_by, reopenings
from hengjian.model.declaration import Label
from hengjian.model.issue import Issue, Place, Refused
from hengjian.model.workflow import Escalation, Span, State, StepField, Transition, Workflow

HERE = Place(file="by hand")
FRIDAY = date(2026, 1, 30)


def label(text: str) -> Label:
    return Label(zh=text, en=text)


def field(name: str, kind: str, *, required: bool = True, unit: str | None = None, choices: str = "") -> StepField:
    return StepField(
        name=name, label=label(name), kind=kind, required=required, unit=unit,  # type: ignore[arg-type]
        choices={one: label(one) for one in choices.split()},
    )  # fmt: skip


def step(name: str, origins: str, target: str, **more: object) -> Transition:
    return Transition(
        name=name, label=label(name), origins=tuple(origins.split()), target=target, needs_note=False, place=HERE,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


FIELDS = {
    one.name: one
    for one in (
        field("loss", "number", unit="万元"), field("by", "date"), field("kind", "choice", choices="real false known"),
        field("who", "text", required=False),
    )
}  # fmt: skip
STEPS = (
    step("assess", "open", "handling", fields=FIELDS), step("accept", "open", "handling"),
    step("extend", "handling open", "handling", extends=Span(days=10, working=True)),
    step("close", "handling", "closed"), step("archive", "closed", "filed"), step("reopen", "closed", "handling"),
    step("again", "closed", "open", extends=Span(days=20)),
)  # fmt: skip
FLOW = Workflow(
    name="mending", label=label("mending"), source="by hand", pack="hand", place=HERE,
    states={
        "open": State(name="open", label=label("open"), final=False, within=Span(days=2, working=True)),
        "handling": State(name="handling", label=label("handling"), final=False, within=Span(days=15, working=True)),
        "closed": State(name="closed", label=label("closed"), final=True),
        "filed": State(name="filed", label=label("filed"), final=True),
    },
    transitions={one.name: one for one in STEPS}, escalation=Escalation(after=5, to="red"),
)  # fmt: skip


def begun(**more: object) -> Case:
    given: dict[str, object] = {"days": 30, **more}
    return begin(FLOW, case="C1", entity="E1", subject={}, actor="rules", day=FRIDAY, **given)  # type: ignore[arg-type]


def taken(case: Case, name: str, day: date, note: str = "", fields: Mapping[str, str] | None = None) -> Case:
    return move(case, FLOW, name, note=note, actor="clerk", day=day, fields=fields or {})


def faults(case: Case, name: str, day: date = FRIDAY, **more: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        move(case, FLOW, name, **{"note": "", "actor": "clerk", "day": day, **more})  # type: ignore[arg-type]
    return [(one.message, one.hint) for one in caught.value.issues]


GOOD = {"loss": " １２０.50 ", "by": "2026-03-01", "kind": "real"}


def test_fields_are_read_and_kept_with_their_units() -> None:
    case = taken(begun(), "assess", FRIDAY, fields={**GOOD, "who": ""})
    assert case.fields == (
        {"field": "loss", "kind": "number", "value": "120.50", "unit": "万元"},
        {"field": "by", "kind": "date", "value": "2026-03-01", "unit": None},
        {"field": "kind", "kind": "choice", "value": "real", "unit": None},
    )
    assert case_of(case.record()) == case
    assert taken(case, "close", FRIDAY).fields == (), "what was filled in belongs to its step"


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"loss": ""}, "assess needs the field loss", "fill it in"),
        ({"loss": "1,200"}, "loss is not a number: '1,200'", "write it as 12.5, in 万元"),
        ({"by": "soon"}, "by is not a date: 'soon'", "write it as 2021-01-31"),
        ({"kind": "rael"}, "kind has no choice 'rael'", "did you mean real?"),
        ({"kind": "x"}, "kind has no choice 'x'", "its choices are real, false, known"),
        ({"lss": "1"}, "assess has no field 'lss'", "did you mean loss?"),
        (
            {"who": "长" * 2_001}, "who has 2001 characters, at most 2000 are kept",
            "shorten it, and file the paper it stands in",
        ),
    ],
)  # fmt: skip
def test_each_fault_of_a_field(given: dict[str, str], message: str, hint: str) -> None:
    assert faults(begun(), "assess", fields={**GOOD, **given}) == [(message, hint)]


def test_a_number_without_a_unit() -> None:
    plain = replace(FLOW, transitions={"a": step("a", "open", "handling", fields={"n": field("n", "number")})})
    with pytest.raises(Refused) as caught:
        move(begun(), plain, "a", note="", actor="clerk", day=FRIDAY, fields={"n": "many"})
    assert caught.value.issues[0].hint == "write it as 12.5"


def test_a_step_that_asks_for_nothing_takes_nothing() -> None:
    assert faults(begun(), "accept", fields={"x": "1"}) == [("accept has no field 'x'", "its fields are none")]


def test_what_is_unmet_is_told_with_the_rest() -> None:
    unmet = [Issue(place=None, message="not yet", hint="wait")]
    assert faults(begun(), "assess", fields={**GOOD, "loss": "x"}, unmet=unmet) == [
        ("not yet", "wait"), ("loss is not a number: 'x'", "write it as 12.5, in 万元"),
    ]  # fmt: skip


def test_each_state_has_its_own_deadline_in_working_days() -> None:
    """国办发明电〔2025〕7号: 15 to 23 February 2026 are off, 14 and 28 February are worked."""
    case = begun()
    assert (case.deadline, case.state_deadline, due(case)) == (date(2026, 3, 1), date(2026, 2, 3), date(2026, 2, 3))
    case = taken(case, "accept", date(2026, 2, 3))
    assert case.state_deadline == date(2026, 3, 2), "nine until the 14th, five from the 24th to the 28th, and Monday"
    assert due(case) == date(2026, 3, 1)
    closed = taken(case, "close", date(2026, 2, 27))
    assert (closed.state_deadline, closed.ended_on, closed.in_time) == (None, date(2026, 2, 27), True)


def test_the_whole_deadline_in_working_days() -> None:
    case = begun(days=15, working=True)
    assert (case.deadline, case.provisional) == (date(2026, 2, 27), False), "5 + 6 with the Saturday 14 + 4"


def test_a_deadline_over_an_unpublished_year_is_provisional_and_stays_so_when_extended() -> None:
    case = begun(days=20_000, working=True)
    assert case.provisional
    later = taken(taken(case, "accept", FRIDAY), "extend", FRIDAY)
    assert later.provisional
    assert case_of(later.record()).provisional
    assert not taken(begun(), "accept", FRIDAY).provisional


def test_an_extension_moves_the_deadlines_when_it_is_taken_in_time() -> None:
    case = taken(begun(), "accept", date(2026, 2, 3))
    later = taken(case, "extend", date(2026, 3, 1))
    assert (later.original_deadline, later.deadline) == (date(2026, 3, 1), date(2026, 3, 13))
    assert later.state_deadline == date(2026, 3, 16), "it stays in its state, whose deadline moves too"
    twice = taken(later, "extend", date(2026, 3, 13))
    assert (twice.original_deadline, twice.deadline) == (date(2026, 3, 1), date(2026, 3, 27))
    assert taken(twice, "close", date(2026, 3, 20)).in_time


def test_an_extension_after_the_deadline_is_refused_and_the_original_date_stands() -> None:
    case = taken(begun(), "accept", date(2026, 2, 3))
    assert faults(case, "extend", date(2026, 3, 2)) == [
        ("C1 was due on 2026-03-01: extend is asked for before", "it goes by the deadline that it had")
    ]
    closed = taken(case, "close", date(2026, 3, 2))
    assert (closed.deadline, closed.original_deadline, closed.in_time) == (date(2026, 3, 1), date(2026, 3, 1), False)


def test_an_extension_after_the_deadline_of_the_state_is_refused() -> None:
    assert faults(begun(), "extend", date(2026, 2, 4))[0][0] == "C1 was due on 2026-02-03: extend is asked for before"


def test_reopening_needs_a_word_and_is_counted() -> None:
    case = taken(taken(begun(), "accept", FRIDAY), "close", FRIDAY)
    assert faults(case, "reopen") == [("reopen needs a note", "say what was done")]
    assert taken(case, "archive", FRIDAY).ended, "from end to end no word is needed"
    back = taken(case, "reopen", date(2026, 2, 6), note="it came again")
    assert (back.reopened, back.ended, back.ended_on, back.in_time) == (1, False, None, None)
    assert back.deadline == case.deadline, "it goes on by the deadline that it had"
    again = taken(taken(back, "close", date(2026, 2, 9)), "again", date(2026, 5, 1), note="and again")
    assert again.reopened == 2
    assert (again.deadline, again.original_deadline) == (date(2026, 5, 21), date(2026, 3, 1)), "from the day it reopens"
    every = [begun(), case, back, taken(back, "close", FRIDAY), again]
    assert reopenings([one.record() for one in every]) == 2


def test_where_it_ended_is_kept_when_it_is_only_filed_away() -> None:
    case = taken(taken(begun(), "accept", FRIDAY), "close", date(2026, 2, 27))
    filed = taken(case, "archive", date(2026, 6, 1))
    assert (filed.ended_on, filed.in_time) == (date(2026, 2, 27), True)


def test_what_is_long_overdue_counts_as_escalated() -> None:
    case = taken(begun(), "accept", date(2026, 2, 3))
    assert [overdue_by(case, date(2026, 3, day)) for day in (1, 2, 6)] == [0, 1, 5]
    assert [escalated(case, FLOW, date(2026, 3, day)) for day in (1, 5, 6, 7)] == [None, None, "red", "red"]
    closed = taken(case, "close", date(2026, 3, 6))
    assert (overdue_by(closed, date(2026, 9, 1)), escalated(closed, FLOW, date(2026, 9, 1))) == (0, None)
    assert escalated(case, replace(FLOW, escalation=None), date(2027, 1, 1)) is None


def test_records_of_older_programs_read_on() -> None:
    """What 0.1 wrote: one deadline, and none of the rest."""
    old = {
        "case": "C000005", "workflow": "mending", "entity": "E2", "subject": {"alert": "A000004", "rule": "high_debt"},
        "state": "closed", "ended": True, "transition": "close", "origin": "handling", "note": "done", "actor": "x",
        "day": "2026-04-02", "opened": "2026-03-31", "deadline": "2026-04-30",
    }  # fmt: skip
    case = case_of(old)
    assert (case.deadline, case.original_deadline, case.ended_on) == (
        date(2026, 4, 30),
        date(2026, 4, 30),
        date(2026, 4, 2),
    )
    assert (case.provisional, case.state_deadline, case.reopened, case.fields) == (False, None, 0, ())
    assert case_of({**old, "ended": False}).ended_on is None
    assert case_of(case.record()) == case


def test_a_case_that_is_opened_again_after_its_deadline_is_given_a_new_one() -> None:
    plan = step("plan", "handling", "handling", fields={"by": FIELDS["by"]}, deadline="by")
    flow = replace(FLOW, transitions={**FLOW.transitions, "plan": plan})

    def planned(case: Case, day: date, by: str) -> Case:
        return move(case, flow, "plan", note="", actor="clerk", day=day, fields={"by": by})

    case = planned(taken(begun(), "accept", FRIDAY), FRIDAY, "2026-02-20")
    back = taken(taken(case, "close", date(2026, 2, 10)), "reopen", date(2026, 5, 1), note="it came again")
    assert (back.deadline, back.named) == (date(2026, 2, 20), False)
    anew = planned(back, date(2026, 5, 2), "2026-05-30")
    assert (anew.deadline, anew.original_deadline, anew.named) == (date(2026, 5, 30), date(2026, 2, 20), True)
    with pytest.raises(Refused, match="plan is asked for before"):
        planned(anew, date(2026, 5, 31), "2026-06-30")


def test_a_deadline_that_is_named_too_late_makes_nothing_in_time() -> None:
    """Who plans after the day by which the case was to end is scored by that day."""
    plan = step("plan", "handling", "handling", fields={"by": FIELDS["by"]}, deadline="by")
    flow = replace(FLOW, transitions={**FLOW.transitions, "plan": plan})
    accepted = taken(begun(), "accept", FRIDAY)
    for late in (0, 1):
        day = accepted.deadline + timedelta(days=late)
        named = str(accepted.deadline + timedelta(days=30))
        case = move(accepted, flow, "plan", note="", actor="clerk", day=day, fields={"by": named})
        ended = taken(case, "close", day + timedelta(days=1))
        assert (str(ended.deadline), ended.missed, ended.in_time) == (named, bool(late), not late)
        assert ended.original_deadline == (accepted.deadline if late else ended.deadline)
        assert case_of(ended.record()) == ended
