"""The file of accounts: who may read it, what stands in it, and that two processes and many threads may use it."""

import base64
import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from hengjian.model.issue import Failure
from hengjian.people import lockout, sessions, tokens
from hengjian.people.accounts import DAY, HOUR, MINUTE, Accounts, Credential, copy_accounts
from hengjian.people.lockout import ADDRESS, NAME, begin_attempt, clear, forgive, network
from hengjian.people.secret import derived, digest, new_secret
from hengjian.people.tokens import Token


class Clock:
    """A clock that is set by hand, in microseconds."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    with closing(Accounts.open(tmp_path / "people.db", clock)) as found:
        yield found


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_nobody_but_the_owner_reads_the_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(Accounts.open(tmp_path / "people.db")) as accounts:
            accounts.set_hash("a", "hash", must_change=False)
            assert modes(tmp_path) == dict.fromkeys(("people.db", "people.db-wal", "people.db-shm"), 0o600)
        copy_accounts(tmp_path / "people.db", tmp_path / "copy.db")
        assert set(modes(tmp_path).values()) == {0o600}
    finally:
        os.umask(before)


def test_a_file_that_was_opened_to_others_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    Accounts.open(path).close()
    path.chmod(0o644)
    Accounts.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_credentials(accounts: Accounts, clock: Clock) -> None:
    assert accounts.credential("a") is None
    accounts.set_hash("a", "first", must_change=True)
    assert accounts.credential("a") == Credential(hash="first", must_change=True, changed=clock.now)
    accounts.renew_hash("a", "first", "second")
    accounts.renew_hash("a", "first", "third")
    assert accounts.credential("a") == Credential(hash="second", must_change=True, changed=clock.now)


def test_a_file_of_another_kind_or_version(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id=7")
        db.execute("CREATE TABLE other (x)")
        db.commit()
    with pytest.raises(Failure) as caught:
        Accounts.open(path)
    assert str(caught.value) == (
        f"{path} is no file of accounts of version 1: it says 0x7, version 0\n"
        "  hint: a newer space needs a newer program"
    )
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Failure) as caught:
        Accounts.open(path)
    assert str(caught.value) == (
        f"the accounts in {path} cannot be used: file is not a database\n"
        "  hint: check the disk and its permissions; a backup with keys holds the file too"
    )


def test_a_change_that_fails_changes_nothing(accounts: Accounts) -> None:
    accounts.set_hash("a", "first", must_change=False)

    def fails() -> None:
        with accounts.changing() as db:
            db.execute("DELETE FROM credential")
            db.execute("DELETE FROM missing")

    with pytest.raises(Failure, match="no such table"):
        fails()
    assert accounts.credential("a") is not None


def test_a_copy_has_all_but_the_sessions(tmp_path: Path, accounts: Accounts) -> None:
    accounts.set_hash("a", "hash", must_change=False)
    secret = sessions.begin(accounts, "a", "password", "")
    assert copy_accounts(accounts.path, tmp_path / "copy.db"), "while the file is in use"
    assert not copy_accounts(tmp_path / "nowhere.db", tmp_path / "other.db")
    with closing(Accounts.open(tmp_path / "copy.db", accounts.clock)) as copy:
        assert copy.credential("a") == accounts.credential("a")
        assert copy.key() == accounts.key()
        assert sessions.find(copy, secret) is None
    assert sessions.find(accounts, secret) is not None
    assert digest(secret) not in b"".join(path.read_bytes() for path in tmp_path.glob("copy.db*"))


def test_secrets() -> None:
    made = {new_secret("hj_") for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 46 and one.startswith("hj_") for one in made), "256 bits in base64url"
    assert digest("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2, B.1"
    tag = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")  # RFC 4231, test case 2
    made_of = derived("Jefe", "what do ya want for nothing?")
    assert base64.urlsafe_b64decode(made_of + "=") == tag


# sessions


def test_a_session_ends_when_idle_and_at_last_whatever_is_done(accounts: Accounts, clock: Clock) -> None:
    secret = sessions.begin(accounts, "a", "password", "10.0.0.1")
    began = clock.now
    clock.now += 59 * MINUTE
    assert sessions.find(accounts, secret) is not None
    clock.now += 59 * MINUTE
    found = sessions.find(accounts, secret)
    assert found is not None
    assert (found.person, found.proof, found.address, found.created) == ("a", "password", "10.0.0.1", began)
    idle = sessions.begin(accounts, "a", "password", "")
    while clock.now < began + 8 * HOUR - 30 * MINUTE:
        assert sessions.find(accounts, secret) is not None
        clock.now += 30 * MINUTE
    assert sessions.find(accounts, idle) is None, "not used for an hour"
    clock.now = began + 8 * HOUR
    assert sessions.find(accounts, secret) is None
    clock.now -= MINUTE
    assert sessions.find(accounts, secret) is None, "a clock that goes back revives nothing"


def test_a_page_that_asks_by_itself_keeps_no_session_alive(accounts: Accounts, clock: Clock) -> None:
    secret = sessions.begin(accounts, "a", "password", "10.0.0.1")
    for _ in range(59):
        clock.now += MINUTE
        assert sessions.find(accounts, secret, noted=False) is not None
    clock.now += MINUTE
    assert sessions.find(accounts, secret, noted=False) is None


def test_a_session_of_the_future_has_ended(accounts: Accounts, clock: Clock) -> None:
    secret = sessions.begin(accounts, "a", "password", "")
    clock.now -= 4 * MINUTE
    assert sessions.find(accounts, secret) is not None, "clocks are mended by small steps"
    clock.now -= 2 * MINUTE
    assert sessions.find(accounts, secret) is None


def test_the_secret_of_a_session_is_always_new(accounts: Accounts) -> None:
    """Session fixation: what a reader brings along is never what they get, and is good no more."""
    old = sessions.begin(accounts, "a", "password", "")
    new = sessions.begin(accounts, "b", "password", "", before=old)
    assert new != old
    assert sessions.find(accounts, old) is None
    foreign = sessions.begin(accounts, "b", "password", "", before="chosen by somebody")
    assert foreign != "chosen by somebody"
    assert sessions.find(accounts, "chosen by somebody") is None
    assert sessions.csrf_of(new) != sessions.csrf_of(foreign)


def test_a_person_has_so_many_sessions_at_most(accounts: Accounts, clock: Clock) -> None:
    made = []
    for _ in range(sessions.EACH + 5):
        clock.now += MINUTE // 4
        made.append(sessions.begin(accounts, "a", "password", ""))
    other = sessions.begin(accounts, "b", "password", "")
    assert [sessions.find(accounts, one) is not None for one in made] == [False] * 5 + [True] * sessions.EACH
    assert sessions.find(accounts, other) is not None
    assert len(sessions.of_person(accounts, "a")) == sessions.EACH


def test_sign_out_and_sign_out_everywhere(accounts: Accounts) -> None:
    one, two, other = (sessions.begin(accounts, person, "password", "") for person in "aab")
    ended = sessions.end(accounts, one)
    assert ended is not None
    assert ended.person == "a"
    assert sessions.end(accounts, one) is None
    assert sessions.end_all(accounts, "a") == 1
    assert [sessions.find(accounts, each) is not None for each in (one, two, other)] == [False, False, True]


# lock-out


def fail(accounts: Accounts, name: str, address: str | None = None, times: int = 1) -> list[tuple[str | None, int]]:
    found = [begin_attempt(accounts, name, address) for _ in range(times)]
    return [(one.barred, one.wait // MINUTE) for one in found]


def test_after_five_failures_the_wait_doubles_up_to_an_hour(accounts: Accounts, clock: Clock) -> None:
    assert fail(accounts, "a", times=5) == [(None, 0)] * 4 + [(None, 1)]
    waits = []
    for _ in range(9):
        barred = begin_attempt(accounts, "a", None)
        assert barred.barred == "name"
        clock.now += barred.wait - 1
        assert begin_attempt(accounts, "a", None).barred == "name", "what is tried meanwhile makes it no longer"
        clock.now += 1
        waits += fail(accounts, "a")
    assert waits == [(None, minutes) for minutes in (2, 4, 8, 16, 32, 60, 60, 60, 60)]


def test_the_right_password_forgives(accounts: Accounts) -> None:
    fail(accounts, "a", "10.0.0.1", times=4)
    forgive(accounts, begin_attempt(accounts, "a", "10.0.0.1"))
    assert fail(accounts, "a", "10.0.0.1", times=5) == [(None, 0)] * 4 + [(None, 1)]
    ((count,),) = accounts.rows("SELECT count FROM failure WHERE kind = 'address'")
    assert count == 9, "the address keeps its failures: else an account of one's own would clear them"


def test_a_new_password_ends_the_wait(accounts: Accounts) -> None:
    fail(accounts, "a", times=6)
    clear(accounts, "a")
    assert fail(accounts, "a") == [(None, 0)]


def test_failures_are_forgotten(accounts: Accounts, clock: Clock) -> None:
    fail(accounts, "a", "10.0.0.1", times=4)
    clock.now += DAY
    assert fail(accounts, "a", "10.0.0.1", times=4) == [(None, 0)] * 4
    assert len(accounts.rows("SELECT 1 FROM failure")) == 2


def test_an_address_has_its_own_count(accounts: Accounts, clock: Clock) -> None:
    for number in range(ADDRESS.free):
        assert begin_attempt(accounts, f"name{number}", "10.0.0.1").barred is None
    assert fail(accounts, "a", "10.0.0.1") == [("address", 1)]
    assert fail(accounts, "a", "10.0.0.2") == [(None, 0)]
    clock.now += MINUTE
    right = begin_attempt(accounts, "a", "10.0.0.1")
    assert right.barred is None
    forgive(accounts, right)
    assert fail(accounts, "a", "10.0.0.1") == [(None, 0)], "somebody else of the same office may go on"
    assert fail(accounts, "a", "10.0.0.1") == [("address", 2)]


def test_a_right_password_does_not_end_the_wait_that_another_attempt_led_to(accounts: Accounts) -> None:
    for number in range(ADDRESS.free - 2):
        begin_attempt(accounts, f"name{number}", "10.0.0.1")
    right, wrong = (begin_attempt(accounts, name, "10.0.0.1") for name in "ab")
    assert (right.barred, wrong.barred) == (None, None)
    assert fail(accounts, "c", "10.0.0.1") == [("address", 1)]
    forgive(accounts, right)
    assert fail(accounts, "c", "10.0.0.1") == [("address", 1)]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"), ("", "unknown"), ("10.1.2", "unknown"), ("evil\n", "unknown"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)  # fmt: skip
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


def test_many_at_once_gain_nothing(accounts: Accounts) -> None:
    start = threading.Barrier(16)

    def attempt(_: int) -> str | None:
        start.wait()
        return begin_attempt(accounts, "a", None).barred

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(attempt, range(16)))
    assert found.count(None) == NAME.free


def test_two_processes_count_together(accounts: Accounts) -> None:
    with closing(Accounts.open(accounts.path, accounts.clock)) as other:
        fail(accounts, "a", times=3)
        assert fail(other, "a", times=3) == [(None, 0), (None, 1), ("name", 1)]


def test_so_many_names_are_remembered(accounts: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "ROWS", 20)
    fail(accounts, "locked", times=5)
    for number in range(100):
        clock.now += 1
        fail(accounts, f"name{number}")
    assert len(accounts.rows("SELECT 1 FROM failure")) == 20
    assert fail(accounts, "locked")[0][0] == "name", "who must wait is forgotten last"


def test_no_name_and_no_address_stands_in_the_file(accounts: Accounts) -> None:
    fail(accounts, "my-mistyped-password", "192.0.2.77")
    accounts.close()
    held = b"".join(path.read_bytes() for path in accounts.path.parent.iterdir())
    assert b"mistyped" not in held
    assert b"192.0.2" not in held


# tokens


def token(clock: Clock, name: str = "T000001", person: str = "a", days: int = 1) -> Token:
    return Token(
        id=name, person=person, label="nightly", scope=frozenset({"see", "submit"}), created=clock.now,
        expires=clock.now + days * DAY,
    )  # fmt: skip


def test_a_token_is_good_until_it_ends(accounts: Accounts, clock: Clock) -> None:
    made = token(clock)
    secret = tokens.issue(accounts, made)
    other = tokens.issue(accounts, token(clock, "T000002", "b", days=2))
    assert secret.startswith("hj_")
    assert tokens.find(accounts, secret) == made
    assert tokens.find(accounts, secret + "x") is None
    assert [(one.id, one.used) for one in tokens.of_person(accounts, "a")] == [("T000001", clock.now)]
    assert [one.id for one in tokens.of_person(accounts, None)] == ["T000001", "T000002"]
    clock.now += DAY
    assert tokens.find(accounts, secret) is None
    clock.now -= HOUR
    assert tokens.find(accounts, secret) is None, "a clock that goes back revives nothing"
    assert tokens.find(accounts, other) is not None
    tokens.end(accounts, "T000002")
    assert tokens.find(accounts, other) is None


@pytest.mark.parametrize(
    ("label", "scope", "days", "messages"),
    [
        ("nightly", ["see"], 1, []),
        ("nightly", ["see"], 365, []),
        ("", [], 0, [
            "a token has a label of at most 100 characters", "a token is good for one action at least",
            "a token is good for 1 to 365 days",
        ]),
        ("x" * 101, ["see"], 366, [
            "a token has a label of at most 100 characters", "a token is good for 1 to 365 days",
        ]),
        ("two\nlines", ["see"], True, [
            "a token has a label of at most 100 characters", "a token is good for 1 to 365 days",
        ]),
        ("nightly", ["see", "rule"], "7", ["no action is called 'rule'", "a token is good for 1 to 365 days"]),
    ],
)  # fmt: skip
def test_which_tokens_can_be_issued(label: str, scope: list[str], days: object, messages: list[str]) -> None:
    found = tokens.faults(label, scope, days)
    assert [issue.message for issue in found] == messages
    assert all(issue.hint for issue in found)
