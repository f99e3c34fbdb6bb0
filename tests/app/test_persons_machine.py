"""Whatever sequence of enrolling, giving, ending and closing: nobody's reach grows by what they do."""

import shutil
import tempfile
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from homes import asked, at_desk, copied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from owning_homes import TODAY
from staffed_homes import staffed

from hengjian.app.local import METHODS
from hengjian.app.standing import standing_of
from hengjian.model.issue import Refused
from hengjian.people import NOTHING, Actor, Reach, Role

#: Today, and a day on which roles to come are in force.
DAYS = (date.fromisoformat(TODAY), date(2027, 1, 1))
PLACES = (
    (None, None), ("A", None), ("A", "owns"), ("A1", "parent"), ("B", "parent"), ("D", "owns"), ("D", None),
    ("C", None),
)  # fmt: skip
#: One action of each kind: reaches of the others are made alike.
SOME = ("see", "grant", "submit", "trace")
PERSONS = ("ann", "bo", "li", "mei", "new", "wang")
SINCE = (None, "2020-01-01", "2026-12-01")
UNTIL = (None, None, "2026-06-01", "2027-06-01")

Reaches = dict[tuple[str, str, date], Reach]


@cache
def template() -> Path:
    """The space that every run begins with."""
    return staffed(Path(tempfile.mkdtemp()) / "home")


class Acting(RuleBasedStateMachine):
    """Anybody tries anything; what is refused changes nothing."""

    actors: tuple[str, ...] = PERSONS

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = at_desk(copied(template(), self.folder / "home"))
        self.last = "wang"
        self.before = self.start = self.reaches()

    @initialize(place=st.sampled_from(PLACES))
    def bo_administers_somewhere_else_too(self, place: tuple[str | None, str | None]) -> None:
        question = {"person": "bo", "role": "administrator", "node": place[0], "tree": place[1]}
        METHODS["give_role"](self.desk, question)
        self.before = self.start = self.reaches()

    def reaches(self) -> Reaches:
        standing = standing_of(self.desk)
        return {
            (person, action, day): standing.reach(Actor(name=person, person=person), action, day)
            for person in PERSONS for action in SOME for day in DAYS
        }  # fmt: skip

    def attempt(self, method: str, who: int, **question: Any) -> None:
        self.before = self.reaches()
        self.last = self.actors[who % len(self.actors)]
        with suppress(Refused):
            METHODS[method](self.desk, {**question, "actor": self.last})

    who = st.integers(min_value=0, max_value=59)

    @rule(who=who)
    def enrol(self, who: int) -> None:
        self.attempt("enrol", who, person="new", name="新")

    @rule(
        who=who, person=st.sampled_from([*PERSONS, *["oneself"] * 3]),
        role=st.sampled_from([*get_args(Role), *["administrator", "reporter"] * 3]),
        place=st.sampled_from(PLACES), since=st.sampled_from(SINCE), until=st.sampled_from(UNTIL),
    )  # fmt: skip
    def give(self, who: int, person: str, place: tuple[str | None, str | None], **question: Any) -> None:
        taker = self.actors[who % len(self.actors)] if person == "oneself" else person
        self.attempt("give_role", who, person=taker, node=place[0], tree=place[1], **question)

    @rule(who=who, place=st.integers(min_value=0, max_value=99), until=st.sampled_from([None, "2026-12-01"]))
    def end(self, who: int, place: int, until: str | None) -> None:
        grants = standing_of(self.desk).grants
        self.attempt("end_role", who, grant=grants[place % len(grants)].grant, until=until)

    @rule(who=who, person=st.sampled_from(PERSONS), closed=st.booleans())
    def close_or_open(self, who: int, person: str, closed: bool) -> None:
        self.attempt("amend_person", who, person=person, closed=closed)

    @invariant()
    def who_acted_reaches_no_further(self) -> None:
        now = self.reaches()
        for key, reach in now.items():
            if key[0] == self.last:
                assert lies_in(reach, self.before[key]), (key, self.last)

    @invariant()
    def the_space_has_an_administrator(self) -> None:
        now = self.reaches()
        for day in DAYS:
            assert any(now[person, "grant", day].is_everything for person in PERSONS)

    def teardown(self) -> None:
        before = standing_of(self.desk)
        self.desk.close()
        assert asked(self.folder / "home", "rebuild")["same"]
        desk = at_desk(self.folder / "home")
        after = standing_of(desk)
        assert (before.persons, before.grants) == (after.persons, after.grants)
        desk.close()
        shutil.rmtree(self.folder)


class Conspiring(Acting):
    """Ann, and those who hold nothing or what she gives them, do what they can together."""

    actors = ("ann", "ann", "li", "mei", "new")

    @invariant()
    def together_they_reach_no_further(self) -> None:
        for key, reach in self.reaches().items():
            limit = [self.start.get(key, NOTHING), *(self.start["ann", "grant", day] for day in DAYS)]
            assert lies_in(reach, *limit), key


def lies_in(reach: Reach, *limits: Reach) -> bool:
    """Whether all that is in reach lies in one of some reaches."""
    if any(one.is_everything for one in limits):
        return True
    return reach.members is not None and all(any(one in limit for limit in limits) for one in reach.members)


OFTEN = pytest.mark.parametrize("stories", [3, pytest.param(30, marks=pytest.mark.slow)])


def at(stories: int) -> settings:
    return settings(
        max_examples=stories, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


@OFTEN
def test_nobody_reaches_further_by_what_they_do(stories: int) -> None:
    run_state_machine_as_test(Acting, settings=at(stories))


@OFTEN
def test_an_administrator_and_those_under_her_reach_no_further_together(stories: int) -> None:
    run_state_machine_as_test(Conspiring, settings=at(stories))
