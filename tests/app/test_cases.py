"""Cases of a space: their steps are entries, each made once; of two clerks at one case one wins."""

import threading
from pathlib import Path

import pytest
from warned_homes import WARNED, asked, copied, file_debt, set_today, size, standing, warned, write_pack

from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer
from hengjian.model.issue import Failure, Issue, Refused


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space with one case, of E2: C000005, opened on 2026-03-31 by A000004. To be copied."""
    home = warned(tmp_path_factory.mktemp("warned") / "home")
    file_debt(home, "E2", "2022-Q1", 80)
    return home


@pytest.fixture
def home(opened: Path, tmp_path: Path) -> Path:
    return copied(opened, tmp_path / "home")


CASE = "C000005"


def moved(home: Path, transition: str, note: str = "", actor: str = "clerk", **more: object) -> dict:
    return asked(home, "move", case=CASE, transition=transition, note=note, actor=actor, **more)


def refused(home: Path, method: str, **question: object) -> list[tuple[str, str]]:
    before = size(home)
    with pytest.raises(Refused) as caught:
        asked(home, method, **question)
    assert size(home) == before
    return [(one.message, one.hint) for one in caught.value.issues]


def test_a_case_tells_where_it_stands_and_what_may_follow(home: Path) -> None:
    answer = asked(home, "case", case=CASE)
    assert (answer["state"], answer["deadline"], answer["days_left"], answer["overdue"]) == (
        "open", "2026-04-30", 30, False,
    )  # fmt: skip
    assert [(one["transition"], one["to"], one["needs_note"]) for one in answer["transitions"]] == [
        ("accept", "handling", False)
    ]
    assert (answer["alert"]["alert"], answer["alert"]["state"]) == ("A000004", "raised")
    assert [(one["state"], one["actor"], one["entry"]) for one in answer["history"]] == [("open", "hengjian:rules", 5)]
    assert list(answer["states"]) == ["open", "handling", "closed"]


def test_steps_are_entries_with_who_when_and_why(home: Path) -> None:
    first = moved(home, "accept", actor="张三")
    assert (first["entry"], first["state"], first["ended"], first["repeated"]) == (6, "handling", False, False)
    last = moved(home, "close", "还清借款 ", actor="李四", today="2026-04-02")
    assert (last["state"], last["ended"]) == ("closed", True)
    history = asked(home, "case", case=CASE)["history"]
    parts = ("transition", "origin", "state", "actor", "note", "day")
    assert [tuple(one[part] for part in parts) for one in history] == [
        (None, None, "open", "hengjian:rules", "", "2026-03-31"),
        ("accept", "open", "handling", "张三", "", "2026-03-31"),
        ("close", "handling", "closed", "李四", "还清借款", "2026-04-02"),
    ]  # fmt: skip
    assert [one["entry"] for one in history] == [5, first["entry"], last["entry"]]
    assert history[-1]["recorded_at"] == last["recorded_at"]
    assert asked(home, "case", case=CASE)["transitions"] == []


def test_a_step_asked_for_again_is_the_first_one(home: Path) -> None:
    first = moved(home, "accept", " noted ")
    assert moved(home, "accept", "noted") == {**first, "repeated": True}
    assert size(home) == 7
    assert [
        message for message, _ in refused(home, "move", case=CASE, transition="accept", note="", actor="clerk")
    ] == ["C000005 is handling: accept cannot be done"], "another note is another step"
    moved(home, "close", "done")
    assert refused(home, "move", case=CASE, transition="accept", note="noted", actor="clerk")[0][1] == "it has ended"


def test_one_of_two_clerks_wins(home: Path) -> None:
    told: dict[str, list[Issue] | dict] = {}

    def ask(actor: str) -> None:
        try:
            told[actor] = writer.ask(
                "move", {"case": CASE, "transition": "accept", "note": "", "actor": actor}
            )  # fmt: skip
        except Refused as error:
            told[actor] = list(error.issues)

    desk = open_desk(home, write=True, append=True)
    writer = Writer(desk, METHODS)
    clerks = [threading.Thread(target=ask, args=(actor,)) for actor in ("a", "b", "c")]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    writer.close()
    desk.close()
    won = [actor for actor, answer in told.items() if isinstance(answer, dict)]
    lost = [answer for answer in told.values() if isinstance(answer, list)]
    assert len(won) == 1
    assert [[one.message for one in issues] for issues in lost] == [["C000005 is handling: accept cannot be done"]] * 2
    assert asked(home, "case", case=CASE)["actor"] == won[0]
    assert size(home) == 7


def test_all_that_is_wrong_with_a_step_is_told(home: Path) -> None:
    question = {"case": CASE, "transition": "close", "note": " ", "actor": "clerk"}
    assert refused(home, "move", **question) == [
        ("C000005 is open: close cannot be done", "from there it goes on with accept"),
        ("close needs a note", "say what was done"),
    ]
    assert refused(home, "move", **{**question, "case": "C000099"}) == [
        ("no case is called 'C000099'", "`hengjian case SPACE` lists them")
    ]
    assert refused(home, "move", **{**question, "today": "tomorrow"})[0][0] == "--today 'tomorrow' is not a date"
    assert refused(home, "case", case="A000004") == [
        ("no case is called 'A000004'", "`hengjian case SPACE` lists them")
    ]


def test_a_step_of_somebody_who_did_not_see_the_last_one(home: Path) -> None:
    first = moved(home, "accept", seen=5)
    assert moved(home, "accept", seen=5) == {**first, "repeated": True}, "a repeat is no other step"
    question = {"case": CASE, "transition": "close", "note": "done", "actor": "other", "seen": 5}
    assert refused(home, "move", **question) == [
        ("C000005 has gone on: entry 6 is its last step", "look at it again, then take your step")
    ]
    assert moved(home, "close", "done", seen=6)["state"] == "closed"


def test_deadlines_go_by_the_day_of_the_space(home: Path) -> None:
    set_today(home, "2026-05-03")
    (case,) = asked(home, "cases")["cases"]
    assert (case["days_left"], case["overdue"]) == (-3, True)
    moved(home, "accept")
    moved(home, "close", "late but done")
    (case,) = asked(home, "cases")["cases"]
    assert case["overdue"] is False, "what has ended is not overdue"


def test_a_step_is_not_dated_before_the_last_one(home: Path) -> None:
    case = asked(home, "cases")["cases"][0]
    with pytest.raises(Refused) as caught:
        asked(home, "move", case=case["case"], transition="accept", note="", actor="clerk", today="1999-01-01")
    told = f"{case['case']} has been open since {case['day']}: no step of 1999-01-01 can follow"
    assert caught.value.issues[0].message == told
    moved = asked(
        home, "move", case=case["case"], transition="accept", note="", actor="clerk", today=case["day"]
    )  # fmt: skip
    assert moved["state"] == "handling"


def test_cases_by_urgency_state_and_entity(home: Path) -> None:
    file_debt(home, "E1", "2022-Q1", 80, today="2026-03-01")
    first, second = asked(home, "cases")["cases"]
    assert [one["entity"] for one in (first, second)] == ["E1", "E2"], "the earliest deadline first"
    moved(home, "accept")
    assert [one["entity"] for one in asked(home, "cases", state="handling")["cases"]] == ["E2"]
    assert [one["entity"] for one in asked(home, "cases", entity="E1")["cases"]] == ["E1"]
    moved(home, "close", "done")
    assert [one["case"] for one in asked(home, "cases", open=True)["cases"]] == [first["case"]]
    assert [one["case"] for one in asked(home, "cases")["cases"]] == [first["case"], CASE], "what has ended comes last"
    before = asked(home, "cases", as_known_at="entry:6")["cases"]
    assert [(one["case"], one["state"]) for one in before] == [(CASE, "open")]


def test_steps_survive_a_rebuild_and_tables_that_are_gone(home: Path) -> None:
    moved(home, "accept")
    before = asked(home, "case", case=CASE)
    assert asked(home, "rebuild")["same"] is True
    (home / "store.duckdb").unlink()
    assert asked(home, "case", case=CASE) == before
    assert moved(home, "accept")["repeated"] is True
    assert size(home) == 7


def test_a_workflow_that_is_gone_leaves_its_cases_to_be_read(home: Path, tmp_path: Path) -> None:
    files = {name: text for name, text in WARNED.items() if not name.startswith(("rules/", "workflows/"))}
    files["pack.yaml"] = files["pack.yaml"].replace("0.1.0", "0.2.0")
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", files)))
    assert standing(home)["high_debt", "E2"]["state"] == "cleared"
    answer = asked(home, "case", case=CASE)
    assert (answer["state"], answer["transitions"], answer["workflow_label"]) == ("open", [], None)
    with pytest.raises(Failure) as caught:
        moved(home, "accept")
    assert (caught.value.issue.message, caught.value.issue.hint) == (
        "no pack declares the workflow 'mending' of C000005 any more",
        "upgrade to a version of its pack that does",
    )
