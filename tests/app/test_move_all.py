"""The same step in many cases at once: where it may be taken, each an entry, each refused by itself."""

from pathlib import Path

import pytest
from opened_homes import FIELDS, opened_home, opening, staffed
from warned_homes import asked

from hengjian.model.issue import Forbidden, Refused

STEP = {"workflow": "hazard", "transition": "plan", "fields": {"by": "2026-04-20"}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = opened_home(tmp_path_factory.mktemp("all"))
    staffed(home)
    for entity, title in (("E1", "护栏"), ("E2", "电缆")):
        opening(home, entity, title, actor="local:clerk", today="2026-03-31")
    return home


def test_a_step_is_taken_wherever_it_may_be(home: Path) -> None:
    answer = asked(home, "move_all", **STEP, actor="local:clerk", today="2026-04-01")
    assert [(one["entity"], one["state"]) for one in answer["moved"]] == [("E1", "mending"), ("E2", "mending")]
    assert answer["refused"] == []
    entries = [one["entry"] for one in answer["moved"]]
    assert len(set(entries)) == 2


def test_one_that_cannot_be_taken_holds_up_no_other(home: Path) -> None:
    opening(home, "E2", "坡道", actor="local:clerk", today="2026-04-02", fields={**FIELDS, "place": "东门"})
    answer = asked(home, "move_all", **STEP, actor="local:clerk", today="2026-04-01", entities=["E2"])
    assert [one["entity"] for one in answer["moved"]] == ["E2"]
    [late] = answer["refused"]
    assert "no step of 2026-04-01 can follow" in late["why"][0]["message"]


def test_it_is_refused_where_nothing_was_taken(home: Path) -> None:
    for change, message in (
        ({"workflow": "hazards"}, "no workflow is called 'hazards'"),
        ({"transition": "plann"}, "the workflow hazard has no step 'plann'"),
        ({"transition": "verify"}, "no open case of hazard stands where verify may be taken"),
    ):
        with pytest.raises(Refused, match=message):
            asked(home, "move_all", **{**STEP, **change}, actor="local:clerk")


def test_whoever_may_not_take_it_is_told_so_and_sees_only_their_own(home: Path) -> None:
    with pytest.raises(Forbidden):
        asked(home, "move_all", **STEP, actor="vic")
    answer = asked(home, "move_all", **STEP, actor="rex")
    assert {one["entity"] for one in answer["moved"]} == {"E2"}
