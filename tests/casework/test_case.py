"""A case goes through its workflow, and through nothing else. Each refusal says what is wrong and what may be done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from hengjian.casework import Case, barring, begin, case_of, move
from hengjian.casework.case import LONGEST_NOTE
from hengjian.model.declaration import Label
from hengjian.model.issue import Place, Refused
from hengjian.model.workflow import State, Transition, Workflow

HERE = Place(file="by hand")
OPENED, LATER = date(2026, 1, 30), date(2026, 2, 10)


def label(text: str) -> Label:
    return Label(zh=text, en=text)


def workflow(steps: Mapping[str, tuple[tuple[str, ...], str, bool]]) -> Workflow:
    return Workflow(
        name="mending", label=label("mending"), source="by hand", pack="hand", place=HERE,
        states={
            name: State(name=name, label=label(name), final=name == "closed") for name in ("open", "handling", "closed")
        },
        transitions={
            name: Transition(
                name=name, label=label(name), origins=origins, target=target, needs_note=needs_note, place=HERE
            )
            for name, (origins, target, needs_note) in steps.items()
        },
    )  # fmt: skip


MENDING = workflow({
    "accept": (("open",), "handling", False),
    "close": (("handling",), "closed", True),
    "dismiss": (("open", "handling"), "closed", True),
})  # fmt: skip


def begun(days: int = 30) -> Case:
    return begin(
        MENDING, case="C000009", entity="E1", subject={"alert": "A000008", "rule": "thin"}, actor="hengjian:rules",
        day=OPENED, days=days,
    )  # fmt: skip


def faults(case: Case, step: str, note: str = "") -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        move(case, MENDING, step, note=note, actor="clerk", day=LATER)
    return [(issue.message, issue.hint) for issue in caught.value.issues]


def test_a_case_begins_in_the_first_state_with_a_deadline() -> None:
    case = begun()
    assert (case.state, case.ended, case.transition, case.origin) == ("open", False, None, None)
    assert (case.opened, case.deadline) == (OPENED, date(2026, 3, 1))
    assert begun(0).deadline == OPENED


def test_from_step_to_step_to_the_end() -> None:
    accepted = move(begun(), MENDING, "accept", note="", actor="clerk", day=LATER)
    assert (accepted.state, accepted.ended, accepted.transition, accepted.origin, accepted.actor) == (
        "handling", False, "accept", "open", "clerk",
    )  # fmt: skip
    closed = move(accepted, MENDING, "close", note="  debt repaid \n", actor="head", day=date(2026, 2, 20))
    assert (closed.state, closed.ended, closed.note, closed.day) == ("closed", True, "debt repaid", date(2026, 2, 20))
    assert (closed.opened, closed.deadline, closed.subject) == (OPENED, begun().deadline, begun().subject)


def test_a_case_whose_first_state_is_final_has_ended_at_once() -> None:
    only = replace(MENDING, states={"closed": MENDING.states["closed"]}, transitions={})
    ended = begin(only, case="C1", entity="E1", subject={}, actor="a", day=OPENED, days=1)
    assert ended.ended


def test_a_record_reads_back() -> None:
    case = move(begun(), MENDING, "accept", note="好", actor="clerk", day=LATER)
    assert case_of(case.record()) == case
    with pytest.raises((KeyError, TypeError, ValueError)):
        case_of({"case": "C000001"})


def test_an_unknown_step_names_the_nearest() -> None:
    assert faults(begun(), "acept") == [("the workflow mending has no step 'acept'", "did you mean accept?")]
    assert faults(begun(), "x")[0][1] == "its steps are accept, close, dismiss"


def test_a_step_that_does_not_leave_the_present_state() -> None:
    assert faults(begun(), "close", "done") == [
        ("C000009 is open: close cannot be done", "from there it goes on with accept or dismiss")
    ]
    closed = move(begun(), MENDING, "dismiss", note="no case", actor="clerk", day=LATER)
    assert faults(closed, "accept") == [("C000009 is closed: accept cannot be done", "it has ended")]


@pytest.mark.parametrize("note", ["", "  \n\t"])
def test_a_step_that_needs_a_note(note: str) -> None:
    assert faults(begun(), "dismiss", note) == [("dismiss needs a note", "say what was done")]


def test_a_note_has_a_length() -> None:
    case = move(begun(), MENDING, "accept", note="长" * LONGEST_NOTE, actor="clerk", day=LATER)
    assert len(case.note) == 4_000
    assert faults(begun(), "accept", "长" * 4_001) == [
        ("the note has 4001 characters, at most 4000 are kept", "shorten it, and file the paper it stands in")
    ]


def test_all_faults_of_a_step_are_told() -> None:
    assert [message for message, _ in faults(begun(), "close")] == [
        "C000009 is open: close cannot be done", "close needs a note",
    ]  # fmt: skip


def test_a_step_for_another_person_than_took_some_others() -> None:
    """Who mended does not verify: the two-person rule of a workflow."""
    steps = dict(MENDING.transitions)
    steps["close"] = replace(steps["close"], other_than=("accept", "reopen"))
    verified = replace(MENDING, transitions=steps)
    accepted = move(begun(), verified, "accept", note="", actor="clerk", day=LATER)
    takers = {"accept": {"clerk"}, "reopen": {"head", "clerk"}}
    with pytest.raises(Refused) as caught:
        move(accepted, verified, "close", note="", actor="clerk", day=LATER, takers=takers)
    assert [(one.message, one.hint) for one in caught.value.issues] == [
        (
            "clerk took accept and reopen of C000009: close is for another person",
            "two persons see to it, as its workflow declares",
        ),
        ("close needs a note", "say what was done"),
    ]
    assert barring(steps["close"], takers, "head") == ["reopen"]
    assert barring(steps["dismiss"], takers, "clerk") == [], "what asks for nobody else"
    assert move(accepted, verified, "close", note="seen", actor="other", day=LATER, takers=takers).ended
