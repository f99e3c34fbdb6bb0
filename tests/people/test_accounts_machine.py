"""Sessions and lock-out whatever happens in whatever order, under a clock that also jumps back."""

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from hengjian.people import sessions
from hengjian.people.accounts import DAY, HOUR, MINUTE, SECOND, SKEW, Accounts
from hengjian.people.lockout import ADDRESS, NAME, begin_attempt, forgive

FORWARD = st.integers(0, 3 * HOUR) | st.sampled_from([SECOND, MINUTE, 59 * MINUTE, HOUR, 8 * HOUR, DAY])
BACK = st.integers(0, 2 * SKEW) | st.sampled_from([SECOND, MINUTE, HOUR, 3650 * DAY])
PERSONS = st.sampled_from("abc")


class Timed(RuleBasedStateMachine):
    """A file of accounts, and its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1_790_000_000_000_000
        self.accounts = self.opened()
        #: How often the clock was set back.
        self.jumps = 0

    def opened(self) -> Accounts:
        found = Accounts.open(Path(self.folder.name) / "people.db", lambda: self.now)
        found.rows("PRAGMA synchronous=OFF")  # no power is cut here
        return found

    def teardown(self) -> None:
        self.accounts.close()
        self.folder.cleanup()

    @rule(step=FORWARD)
    def time_passes(self, step: int) -> None:
        self.now += step

    @rule(step=BACK)
    def the_clock_is_set_back(self, step: int) -> None:
        self.now -= step
        self.jumps += 1

    @rule()
    def the_program_starts_anew(self) -> None:
        self.accounts.close()
        self.accounts = self.opened()


@dataclass
class Known:
    """What a session's reader knows of it."""

    secret: str
    person: str
    created: int
    jumps: int
    seen: int
    gone: bool = False


class SessionMachine(Timed):
    """A session that has ended once has ended; one that is used, and young, goes on."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[Known] = []

    @rule(target=made, person=PERSONS)
    def sign_in(self, person: str) -> Known:
        known = Known(sessions.begin(self.accounts, person, "password", ""), person, self.now, self.jumps, self.now)
        assert known.secret not in {one.secret for one in self.begun}
        self.begun.append(known)
        return known

    @rule(target=made, old=made, person=PERSONS)
    def sign_in_again(self, old: Known, person: str) -> Known:
        secret = sessions.begin(self.accounts, person, "password", "", before=old.secret)
        old.gone = True
        known = Known(secret, person, self.now, self.jumps, self.now)
        self.begun.append(known)
        return known

    @rule(known=made)
    def ask(self, known: Known) -> None:
        found = sessions.find(self.accounts, known.secret)
        if found is None:
            others = [one for one in self.begun[self.begun.index(known) + 1 :] if one.person == known.person]
            is_young = self.now < known.created + sessions.LONGEST and self.now < known.seen + sessions.IDLE - MINUTE
            if known.jumps == self.jumps and is_young and len(others) < sessions.EACH:
                assert known.gone, "nothing ended it"
            known.gone = True
        else:
            assert not known.gone, "it had ended"
            assert found.person == known.person
            assert known.created - SKEW <= self.now < known.created + sessions.LONGEST
            assert self.now < known.seen + sessions.IDLE + SKEW
            known.seen = self.now

    @rule(known=consumes(made))
    def sign_out(self, known: Known) -> None:
        sessions.end(self.accounts, known.secret)
        known.gone = True
        self.ask(known)

    @rule(person=PERSONS)
    def sign_out_everywhere(self, person: str) -> None:
        sessions.end_all(self.accounts, person)
        for one in self.begun:
            one.gone = one.gone or one.person == person
        assert sessions.of_person(self.accounts, person) == []

    @rule(person=PERSONS)
    def list_them(self, person: str) -> None:
        listed = sessions.of_person(self.accounts, person)
        assert len(listed) <= sessions.EACH
        open_ones = [one for one in self.begun if one.person == person and not one.gone]
        assert len(listed) <= len(open_ones)


class LockoutMachine(Timed):
    """Nobody guesses faster than the waits allow, and nobody waits for more than an hour and what a clock may err."""

    def __init__(self) -> None:
        super().__init__()
        #: Failures of each name since it was last right: when, and after how many jumps of the clock.
        self.failures: dict[str, list[tuple[int, int]]] = defaultdict(list)

    @initialize()
    def begin(self) -> None:
        assert begin_attempt(self.accounts, "somebody else", "10.0.0.9").barred is None

    @rule(name=PERSONS, address=st.sampled_from(["10.0.0.1", "10.0.0.2", None]), times=st.integers(1, 8))
    def wrong(self, name: str, address: str | None, times: int) -> None:
        for _ in range(times):
            found = begin_attempt(self.accounts, name, address)
            assert 0 <= found.wait <= HOUR + SKEW
            if found.barred is None:
                self._counted(name)
            else:
                assert found.wait > 0

    def _counted(self, name: str) -> None:
        earlier = self.failures[name]
        if earlier:
            last, jumps = earlier[-1]
            gaps = [later[0] - before[0] for before, later in pairwise(earlier)]
            fresh = 1 + len(list(takewhile(lambda gap: gap < DAY, reversed(gaps))))
            if jumps == self.jumps and self.now - last < DAY and all(one[1] == self.jumps for one in earlier):
                assert self.now >= last + NAME.wait(fresh), "it did not have to wait"
        earlier.append((self.now, self.jumps))

    @rule(name=PERSONS)
    def right(self, name: str) -> None:
        found = begin_attempt(self.accounts, name, None)
        if found.barred is None:
            forgive(self.accounts, found)
            self.failures[name].clear()
            again = begin_attempt(self.accounts, name, None)
            assert again.barred is None
            assert again.failures == 1
            forgive(self.accounts, again)

    @rule(name=PERSONS, address=st.sampled_from(["10.0.0.1", None]))
    def wait_as_told(self, name: str, address: str | None) -> None:
        found = begin_attempt(self.accounts, name, address)
        while found.barred is not None:  # first the address may bar, then the name
            self.now += found.wait
            barred, found = found.barred, begin_attempt(self.accounts, name, address)
            assert found.barred != barred
            assert (barred, found.barred) != ("name", "address") or address is not None
        self._counted(name)

    @rule(name=PERSONS)
    def an_hour_is_always_enough(self, name: str) -> None:
        begin_attempt(self.accounts, "x", None)
        self.now += HOUR + SKEW
        assert begin_attempt(self.accounts, name, None).barred is None
        self._counted(name)


def test_the_waits_are_those_that_the_decision_names() -> None:
    """docs/decisions/0023-accounts.md: five and fifty free, a minute that doubles to an hour."""
    assert [NAME.wait(count) // MINUTE for count in range(13)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert [ADDRESS.wait(count) // MINUTE for count in (49, 50, 51, 56, 10**9)] == [0, 1, 2, 60, 60]


@pytest.mark.parametrize("stories", [15, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize("machine", [SessionMachine, LockoutMachine])
def test_any_story(machine: type[RuleBasedStateMachine], stories: int) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=stories, stateful_step_count=40, deadline=None))
