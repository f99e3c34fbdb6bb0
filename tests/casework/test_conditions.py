"""What must have happened in a case before a step, told from the records of its steps."""

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from test_engine import FLOW, FRIDAY, begun, field, step, taken

from hengjian.casework.case import case_of, move, opened
from hengjian.casework.conditions import earliest, lacking, signed_by, stay, taken_on
from hengjian.casework.fields import Attached, is_file_name
from hengjian.model.declaration import Label
from hengjian.model.issue import Refused
from hengjian.model.workflow import Opening, Span, Wait

SIGN = step("sign", "handling", "handling", at="owned_by", each=True)
END = step("end", "handling", "closed", needs=("sign", "extend"))
SIGNED = replace(FLOW, transitions={**FLOW.transitions, "sign": SIGN, "end": END})


def test_the_stay_in_a_state_begins_where_a_case_comes_into_it() -> None:
    case = begun()
    history = [case.record()]
    assert stay(history) == []
    assert stay([]) == ()
    for name in ("accept", "extend", "extend", "close", "reopen", "extend"):
        case = move(case, FLOW, name, note="again", actor="x", day=FRIDAY)
        history.append(case.record())
    assert [one["transition"] for one in stay(history)] == ["extend"], "what came before it ended is of another stay"
    assert taken_on(history, "opened_by") == FRIDAY
    assert taken_on(history, "assess") is None


def test_each_signs_in_each_stay() -> None:
    case = taken(begun(), "accept", FRIDAY)
    history = [begun().record(), case.record()]
    signers = {"sign": ["X1", "X2"]}

    def told() -> list[str]:
        return [one.message for one in lacking(case, SIGNED, END, history, FRIDAY, signers)]

    assert told() == ["end needs sign by 2 more", "end needs extend to be taken before"]
    case = move(case, SIGNED, "sign", note="", actor="a", day=FRIDAY, at="X2")
    history.append(case.record())
    assert signed_by(history, "sign") == {"X2"}
    assert told()[0] == "end needs sign by 1 more"
    assert case_of(case.record()).at == "X2"
    nobody = lacking(case, SIGNED, SIGN, history, FRIDAY, {})
    assert [one.message for one in nobody] == [
        "sign is for those to whom owned_by leads from 'E1', and it leads to nobody"
    ]


@given(days=st.integers(1, 400), working=st.booleans(), begins=st.dates(date(2020, 1, 1), date(2026, 6, 1)))
def test_waiting_days_are_counted_one_by_one(days: int, working: bool, begins: date) -> None:
    """Against a slow count by the calendar's own library: the step may be taken on the day after the last of them."""
    import chinese_calendar

    waiting = step("end", "open", "closed", after=(Wait(step="accept", span=Span(days=days, working=working)),))
    found = earliest(waiting, [{"transition": "accept", "day": begins.isoformat(), "state": "open"}])
    assert found is not None
    day, left = begins, days
    while left:
        day += timedelta(days=1)
        if day.year > 2026:
            return
        left -= not working or chinese_calendar.is_workday(day)
    assert found[0] == day + timedelta(days=1)


def test_a_step_that_was_not_taken_keeps_nobody_waiting() -> None:
    waiting = step("end", "open", "closed", after=(Wait(step="extend", span=Span(days=9)),))
    assert earliest(waiting, [begun().record()]) is None


OPENING_OF = Opening(
    label=Label(zh="登记", en="Record"), span=Span(days=10),
    fields={"by": field("by", "date", required=False), "photo": field("photo", "attachment", required=False)},
    deadline="by",
)  # fmt: skip


def test_an_opening_may_name_the_deadline() -> None:
    def open_it(**fields: str) -> tuple[date, date, bool]:
        case = opened(
            FLOW,
            OPENING_OF,
            case="C1",
            entity="E1",
            title=" 护栏  缺失 ",
            note="",
            actor="x",
            day=FRIDAY,
            fields=fields,
        )
        assert case.title == "护栏 缺失"
        assert case_of(case.record()) == case
        return case.deadline, case.original_deadline, case.named

    assert open_it() == (date(2026, 2, 9), date(2026, 2, 9), False)
    assert open_it(by="2026-05-01") == (date(2026, 5, 1), date(2026, 5, 1), True)
    with pytest.raises(Refused) as caught:
        open_it(by="2026-01-29")
    assert caught.value.issues[0].message == "by is 2026-01-29, before the day of the step"


def test_a_choice_that_was_not_filled_in() -> None:
    case = begun()
    for_major = step("end", "open", "closed", where={"class": ("major", "grave")})
    (issue,) = lacking(case, FLOW, for_major, [case.record()], FRIDAY, {})
    assert issue.message == "end is for class major or grave, which was not filled in"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("照片 1.JPG", True), ("a'b\"<x>.svg", True), ("", False), (" ", False), (".", False), ("..", False),
        ("a/b", False), ("a\\b", False), ("a\nb", False), ("a\u202eb", False), ("a\x00", False), (" a", False),
        ("长" * 200, True), ("长" * 201, False),
    ],
)  # fmt: skip
def test_names_of_files(name: str, is_one: bool) -> None:
    assert is_file_name(name) is is_one


def test_files_are_kept_in_the_record() -> None:
    file = Attached(entry=7, file="a.pdf", sha256="ab", size=3)
    case = opened(
        FLOW, OPENING_OF, case="C1", entity="E1", title="x", note="", actor="x", day=FRIDAY, fields={},
        files={"photo": [file]},
    )  # fmt: skip
    (kept,) = case.filled
    assert kept == {
        "field": "photo", "kind": "attachment", "value": "a.pdf", "unit": None,
        "files": [{"entry": 7, "file": "a.pdf", "sha256": "ab", "size": 3}],
    }  # fmt: skip
    assert move(case, FLOW, "accept", note="", actor="x", day=FRIDAY).filled == case.filled
