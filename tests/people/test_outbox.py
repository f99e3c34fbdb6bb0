"""The outbox: what is in it is sent once, by whoever has the lease, and nothing is lost when somebody is killed."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hengjian.model.issue import Failure
from hengjian.people.outbox import (
    A_MESSAGE,
    DAY,
    FIRST_WAIT,
    GATHERING,
    KEPT,
    LEASE,
    LONGEST_WAIT,
    MOST_TRIES,
    SECOND,
    Found,
    Outbox,
)

START = 1_800_000_000 * SECOND


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> int:
        return self.moment


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def box(tmp_path: Path, clock: Hands) -> Iterator[Outbox]:
    with Outbox.open(tmp_path / "outbox.db", clock) as found:
        found._jitter = lambda: 1.0
        found.begin(10)
        yield found


def found(*entries: int, person: str | None = "li.ming", channel: str = "mail") -> list[Found]:
    return [Found(channel=channel, person=person, event={"entry": one}) for one in entries]


def living(owner: str) -> bool:
    return not owner.startswith("dead")


def test_nobody_else_reads_it(box: Outbox) -> None:
    assert stat.S_IMODE(box.path.stat().st_mode) == 0o600


def test_what_is_found_moves_the_mark_and_waits_in_one_message(box: Outbox, clock: Hands) -> None:
    assert box.take_in(10, 12, found(10, 11))
    assert box.take_in(12, 13, found(12))  # gathered: the first was not tried yet
    assert box.claim("mail", "me", living) is None
    clock.moment += GATHERING
    one = box.claim("mail", "me", living)
    assert one is not None
    assert [each["entry"] for each in one.events] == [10, 11, 12]
    assert box.take_in(13, 14, found(13))  # the other is under way
    clock.moment += GATHERING
    other = box.claim("mail", "me", living)
    assert other is not None
    assert other.id != one.id
    assert [each["entry"] for each in other.events] == [13]
    assert box.mark == 14


def test_two_who_look_at_once_take_in_once(box: Outbox) -> None:
    assert box.take_in(10, 12, found(10))
    assert not box.take_in(10, 12, found(10))
    assert sum(len(one.events) for one in box.listed(None, before=None, limit=9)) == 1


def test_a_message_holds_so_many_and_the_rest_goes_into_the_next(box: Outbox) -> None:
    box.take_in(10, 500, found(*range(10, 10 + A_MESSAGE + 5)))
    box.take_in(500, 600, found(*range(500, 510)))
    kept = sorted(len(one.events) for one in box.listed(None, before=None, limit=9))
    assert kept == [15, A_MESSAGE]


def test_what_no_entry_tells_is_told_once_to_all_at_once(box: Outbox) -> None:
    late = [
        Found(channel="mail", person=one, event={"case": "C1", "event": "overdue"}, key="overdue C1") for one in "ab"
    ]
    box.take_in(10, 10, late, day="2026-03-31")
    box.take_in(10, 10, late, day="2026-04-01")
    assert sorted(one.person or "" for one in box.listed(None, before=None, limit=9)) == ["a", "b"]
    assert box.day == "2026-04-01"


def test_two_senders_send_once(tmp_path: Path, clock: Hands) -> None:
    with Outbox.open(tmp_path / "o.db", clock) as one, Outbox.open(tmp_path / "o.db", clock) as other:
        one.begin(0)
        for entry in range(40):
            one.take_in(entry, entry + 1, found(entry, person=f"p{entry}"))
        clock.moment += GATHERING
        taken: list[str] = []

        def work(box: Outbox, owner: str) -> None:
            while (delivery := box.claim("mail", owner, living)) is not None:
                taken.append(delivery.id)
                box.sent(delivery.id)

        threads = [threading.Thread(target=work, args=(box, name)) for box, name in ((one, "a"), (other, "b"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == len(set(taken)) == 40
        assert one.counts()["sent"] == 40


def test_a_lease_keeps_others_away_until_it_ends_or_its_owner_does(box: Outbox, clock: Hands) -> None:
    box.take_in(10, 11, found(10))
    clock.moment += GATHERING
    first = box.claim("mail", "me", living)
    assert first is not None
    assert box.claim("mail", "other", living) is None
    clock.moment += LEASE
    again = box.claim("mail", "dead one", living)
    assert again is not None
    assert (again.id, again.tries) == (first.id, 2)
    third = box.claim("mail", "other", living)  # its owner was killed: nobody waits for the lease
    assert third is not None
    assert (third.id, third.tries) == (first.id, 3)
    box.failed(first, "me", "too late to say")  # whose lease it is no more
    kept = box.one(first.id)
    assert kept is not None
    assert (kept.state, kept.error) == ("pending", "")
    box.sent(first.id)  # but acknowledged is acknowledged, whoever sent it
    clock.moment += DAY
    assert box.claim("mail", "other", living) is None


def test_waits_double_and_end_with_a_dead_letter(box: Outbox, clock: Hands) -> None:
    box.take_in(10, 11, found(10))
    clock.moment += GATHERING
    waits = []
    for _ in range(MOST_TRIES):
        one = box.claim("mail", "me", living)
        assert one is not None
        box.failed(one, "me", "no connection")
        held = box.one(one.id)
        assert held is not None
        waits.append(held.next - clock.moment)
        clock.moment = held.next
    assert waits == [min(FIRST_WAIT << at, LONGEST_WAIT) for at in range(MOST_TRIES)]
    assert held.state == "dead"
    assert held.error == "no connection"
    assert box.claim("mail", "me", living) is None
    assert box.retry(None) == 1
    one = box.claim("mail", "me", living)
    assert one is not None
    assert (one.id, one.tries) == (held.id, 1)


def test_what_nobody_will_ever_take_is_given_up_at_once(box: Outbox, clock: Hands) -> None:
    box.take_in(10, 11, found(10))
    clock.moment += GATHERING
    one = box.claim("mail", "me", living)
    assert one is not None
    box.failed(one, "me", "550 no such user", is_final=True)
    assert box.counts()["dead"] == 1
    assert box.retry("nothing") == 0
    assert box.retry(one.id) == 1


def test_jitter_keeps_senders_apart(tmp_path: Path, clock: Hands) -> None:
    with Outbox.open(tmp_path / "o.db", clock) as box:
        box.begin(0)
        box.take_in(0, 1, [each for at in range(50) for each in found(at, person=f"p{at}")])
        clock.moment += GATHERING
        waits = set()
        while (one := box.claim("mail", "me", living)) is not None:
            box.failed(one, "me", "down")
            waits.add(box.one(one.id).next - clock.moment)  # type: ignore[union-attr]
        assert len(waits) == 50
        assert 0.8 * FIRST_WAIT <= min(waits) < max(waits) <= 1.2 * FIRST_WAIT


@pytest.mark.parametrize("jump", [-400 * DAY, -3600 * SECOND, 400 * DAY])
def test_a_clock_that_jumps_delays_nothing_for_long(box: Outbox, clock: Hands, jump: int) -> None:
    box.take_in(10, 11, found(10))
    clock.moment += GATHERING
    first = box.claim("mail", "me", living)
    assert first is not None
    box.failed(first, "me", "down")
    clock.moment += jump
    waited = 0
    while (again := box.claim("mail", "me", living)) is None:
        clock.moment += 600 * SECOND
        waited += 600 * SECOND
        assert waited <= 1.3 * LONGEST_WAIT
    assert again.id == first.id
    clock.moment -= 30 * DAY  # under way, with a lease that now lies in the future
    assert box.claim("mail", "other", living) is None
    clock.moment += LEASE
    assert box.claim("mail", "other", living) is not None


def test_what_was_sent_long_ago_is_listed_no_more(box: Outbox, clock: Hands) -> None:
    box.take_in(10, 11, found(10))
    clock.moment += GATHERING
    one = box.claim("mail", "me", living)
    assert one is not None
    box.sent(one.id)
    clock.moment += KEPT + 1
    box.take_in(11, 11, [], day="2027-01-01")
    assert box.one(one.id) is None


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "o.db"
    with Outbox.open(file) as box:
        box._connection.execute("PRAGMA user_version=9")
    with pytest.raises(Failure, match="is no outbox of version 1: it says 0x48656e6f, version 9"):
        Outbox.open(file)
    (tmp_path / "text").write_text("no database at all, but long enough to be one" * 99)
    with pytest.raises(Failure, match=r"the outbox in .* cannot be used: file is not a database"):
        Outbox.open(tmp_path / "text")


class Machine(RuleBasedStateMachine):
    """Senders that are killed at any moment, a clock that jumps, events that come in: all is sent, in the end, and
    nothing again after it was acknowledged."""

    @initialize(data=st.data())
    def begun(self, data: st.DataObject) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.clock = Hands()
        self.box = Outbox.open(Path(self.folder.name) / "o.db", self.clock)
        self.box.begin(0)
        self.entries = 0
        self.held: dict[str, object] = {}
        self.dead: set[str] = set()
        self.acknowledged: set[str] = set()
        self.given: dict[str, list[int]] = {}
        self.owners = 0

    def teardown(self) -> None:
        if hasattr(self, "box"):
            self.box.close()
            self.folder.cleanup()

    def lives(self, owner: str) -> bool:
        return owner not in self.dead

    @rule(many=st.integers(1, 3))
    def happens(self, many: int) -> None:
        assert self.box.take_in(self.entries, self.entries + many, found(*range(self.entries, self.entries + many)))
        self.entries += many

    @rule(seconds=st.sampled_from([-100_000, -5, 0, 1, 2, 60, 200, 100_000]))
    def passes(self, seconds: int) -> None:
        self.clock.moment += seconds * SECOND

    @rule(ending=st.sampled_from(["sent", "acknowledged", "failed", "killed", "held"]))
    def sends(self, ending: str) -> None:
        self.owners += 1
        owner = f"o{self.owners}"
        one = self.box.claim("mail", owner, self.lives)
        if one is None:
            return
        assert one.id not in self.acknowledged, "sent again after it was acknowledged"
        before = self.given.setdefault(one.id, [each["entry"] for each in one.events])
        assert before == [each["entry"] for each in one.events], "another message under the same id"
        match ending:
            case "sent":
                self.box.sent(one.id)
                self.acknowledged.add(one.id)
            case "failed":
                self.box.failed(one, owner, "down")
            case "acknowledged" | "killed":  # taken by the server or not: the mark was never made
                self.dead.add(owner)
        self.box.retry(None)

    @rule()
    def restarts(self) -> None:
        self.dead |= {f"o{at}" for at in range(self.owners + 1)}
        self.box.close()
        self.box = Outbox.open(self.box.path, self.clock)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "box"):
            kept = [each["entry"] for one in self.box.listed(None, before=None, limit=10_000) for each in one.events]
            assert sorted(kept) == list(range(self.entries))


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
