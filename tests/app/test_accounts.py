"""Accounts: what signing in costs and tells, what ends a session, and what the ledger learns of it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from homes import asked, at_desk, copied
from staffed_homes import staffed

from hengjian.app import accounts
from hengjian.app.apart import Apart
from hengjian.app.desk import open_desk
from hengjian.app.events import record_of
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer
from hengjian.model.issue import Failure, Forbidden, Refused
from hengjian.people import Actor
from hengjian.people.accounts import DAY, MINUTE, Accounts
from hengjian.people.password import Cost, Hasher
from hengjian.people.secret import digest

CHEAP = Hasher(Cost(passes=1, memory=8, lanes=1))
GOOD, BETTER = "rain over 12 hills", "snow over 13 hills"
WRONG = "the name or the password is wrong | type both again; an administrator can set a new password"


class Counting(Hasher):
    """Counts what is verified; `kept` None where there was nothing to verify."""

    def __init__(self) -> None:
        super().__init__(Cost(passes=1, memory=8, lanes=1))
        self.verified: list[str | None] = []

    def fits(self, password: str, kept: str | None) -> bool:
        self.verified.append(kept)
        return super().fits(password, kept)


class Office:
    """An open space whose clock for accounts is set by hand, and whose hashes are cheap."""

    def __init__(self, folder: Path) -> None:
        self.desk = open_desk(folder, write=True, append=True)
        self.now = 1_790_000_000_000_000
        self.desk._accounts = Accounts.open(folder / "people.db", lambda: self.now)
        self.hasher = Counting()
        made = {name: partial(getattr(accounts, name), hasher=self.hasher) for name in (
            "sign_in", "set_password", "change_password",
        )}  # fmt: skip
        self.methods: dict[str, Callable[..., Any]] = {**METHODS, **{name: Apart(name, f) for name, f in made.items()}}

    def ask(self, method: str, /, **question: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.methods[method](self.desk, question)
        return answer

    def by(self, asking: str, method: str, /, **question: object) -> dict[str, Any]:
        """Asked by a person who signed in."""
        return self.ask(method, who=Actor(name=asking, person=asking, proof="password"), **question)

    def said(self, method: str, /, **question: object) -> str:
        with pytest.raises(Refused) as caught:
            self.ask(method, **question)
        return " ; ".join(str(issue).replace("\n  hint: ", " | ") for issue in caught.value.issues)

    def events(self, person: str) -> list[dict[str, Any]]:
        return [record_of(event) for event in self.desk.store.history("account", person)]

    def sign_in(self, person: str, password: str = GOOD, address: str = "10.0.0.1") -> dict[str, Any]:
        return self.ask("sign_in", person=person, password=password, address=address)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return staffed(tmp_path_factory.mktemp("accounts") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return copied(template, tmp_path / "home")


@pytest.fixture
def office(home: Path) -> Iterator[Office]:
    """li has a password that was set by the operator and need not be changed."""
    found = Office(home)
    found.ask("set_password", person="li", password=GOOD, must_change=False)
    found.hasher.verified.clear()
    yield found
    found.desk.close()


# signing in


def test_a_session_begins_with_the_right_password(office: Office) -> None:
    begun = office.sign_in("li")
    assert begun.keys() == {"session", "csrf", "person", "must_change"}
    assert (begun["person"], begun["must_change"]) == ("li", False)
    assert office.ask("visitor", session=begun["session"]) == {
        "required": True, "offered": True, "person": "li", "name": "李四", "csrf": begun["csrf"], "proof": "password",
        "must_change": False,
    }  # fmt: skip
    assert begun["session"] != office.sign_in("li")["session"]


@pytest.mark.parametrize("typed", ["li", " LI ", "ｌｉ", "Li\n"])
def test_the_name_may_be_typed_as_keyboards_do(office: Office, typed: str) -> None:
    assert office.sign_in(typed)["person"] == "li"


def test_nobody_has_visited(office: Office) -> None:
    nobody = {
        "required": True, "offered": True, "person": None, "name": None, "csrf": None, "proof": None,
        "must_change": False,
    }  # fmt: skip
    for session in (None, "", "guessed", "x" * 10_000, "\ud800", 7):
        assert office.ask("visitor", session=session) == nobody
    assert office.ask("visitor") == nobody


def test_a_space_without_persons_needs_no_signing_in(tmp_path: Path, pack: Path) -> None:
    from homes import made

    folder = made(tmp_path / "home", pack)
    answer = asked(folder, "visitor", session="guessed")
    assert (answer["required"], answer["offered"], answer["person"]) == (False, False, None)
    assert not (folder / "people.db-wal").exists()


def test_whatever_is_wrong_is_one_refusal_and_one_verification(office: Office) -> None:
    """A wrong password, a name that nobody has, a person without a password, a closed account with the right one, an
    empty name, and names that are no ids."""
    office.ask("set_password", person="bo", password=GOOD, must_change=False)
    office.ask("amend_person", person="bo", closed=True)
    for name, password in (
        ("li", BETTER), ("li", ""), ("nobody", GOOD), ("mei", GOOD), ("bo", GOOD), ("", ""), ("../li", GOOD),
        ("\ud800", "\ud800"), ("x" * 100_000, "x" * 100_000), ("li' OR '1'='1", GOOD),
    ):  # fmt: skip
        office.hasher.verified.clear()
        assert office.said("sign_in", person=name, password=password, address="10.0.0.1") == WRONG, name
        assert len(office.hasher.verified) == 1, name


def test_a_right_password_costs_one_verification_too(office: Office) -> None:
    office.sign_in("li")
    assert len(office.hasher.verified) == 1


def test_a_locked_name_costs_the_same_whether_somebody_has_it(office: Office) -> None:
    waits = {}
    for name in ("li", "nobody"):
        for _ in range(5):
            assert office.said("sign_in", person=name, password="wrong", address="10.0.0.1") == WRONG
        office.hasher.verified.clear()
        waits[name] = office.said("sign_in", person=name, password=GOOD, address="10.0.0.1")
        assert len(office.hasher.verified) == 1
    assert waits["li"] == waits["nobody"]
    assert waits["li"] == "too many wrong passwords: wait 60 s | an administrator can set a new password"
    office.now += MINUTE
    assert office.sign_in("li")["person"] == "li", "the wait is over"


def test_a_locked_address_is_refused_at_once(office: Office) -> None:
    for number in range(50):
        office.said("sign_in", person=f"name{number}", password="wrong", address="10.0.0.1")
    office.hasher.verified.clear()
    assert "wait 60 s" in office.said("sign_in", person="li", password=GOOD, address="10.0.0.1")
    assert office.hasher.verified == [], "who hammers from one address takes no time of others"
    assert office.sign_in("li", address="10.0.0.2")["person"] == "li"


def test_a_lock_is_an_entry_of_those_who_exist_only(office: Office) -> None:
    size = office.desk.log.size
    for name in ("li", "nobody", "my own password, in the wrong field"):
        for _ in range(8):
            office.said("sign_in", person=name, password="wrong", address="::ffff:192.0.2.7")
    assert office.events("li")[1:] == [
        {"change": "locked", "person": "li", "failures": 5, "seconds": 60, "address": "192.0.2.7"}
    ]
    assert office.desk.log.size == size + 1
    assert office.desk.log.entry(size).record().actor == "hengjian:accounts"


def test_locks_of_a_day_are_few_entries(office: Office) -> None:
    """Somebody who never stops: a try every ten seconds for a day."""
    before = office.desk.log.size
    for second in range(0, 86_400, 600):
        for _ in range(2):
            office.said("sign_in", person="li", password="wrong", address=f"10.0.{second // 2400}.1")
        office.now += 600_000_000
    assert office.desk.log.size - before <= 32


def test_a_hash_of_another_cost_is_renewed_when_its_password_is_right(office: Office) -> None:
    office.hasher = Hasher(Cost(passes=2, memory=8, lanes=1))  # type: ignore[assignment] # the program of next year
    office.methods["sign_in"] = Apart("sign_in", partial(accounts.sign_in, hasher=office.hasher))
    before = office.desk.accounts().credential("li")
    office.said("sign_in", person="li", password="wrong", address="")
    assert office.desk.accounts().credential("li") == before
    office.sign_in("li")
    after = office.desk.accounts().credential("li")
    assert before is not None
    assert after is not None
    assert after.hash != before.hash
    assert "t=2" in after.hash
    assert (after.changed, after.must_change) == (before.changed, before.must_change)
    office.sign_in("li")


def test_signing_in_anew_ends_the_session_that_one_had(office: Office) -> None:
    first = office.sign_in("li")["session"]
    office.said("sign_in", person="li", password="wrong", address="", session=first)
    assert office.ask("visitor", session=first)["person"] == "li", "a failure ends nothing"
    second = office.ask("sign_in", person="li", password=GOOD, address="", session=first)["session"]
    assert office.ask("visitor", session=first)["person"] is None
    assert office.ask("visitor", session=second)["person"] == "li"


# single sign-on


def test_only_single_sign_on_of_this_process_is_given_a_session(office: Office) -> None:
    who = Actor(name="li", person="li", proof="single sign-on")
    begun = office.ask("session_for", who=who, address="10.0.0.1")
    known = office.ask("visitor", session=begun["session"])
    assert (known["person"], known["proof"], known["must_change"]) == ("li", "single sign-on", False)
    for question in (
        {}, {"actor": "li"}, {"actor": "li", "proof": "single sign-on"}, {"who": Actor(name="x")},
        {"who": {"name": "li", "person": "li", "proof": "single sign-on"}},
        {"who": Actor(name="li", person="li", proof="password")},
    ):  # fmt: skip
        with pytest.raises(Failure, match="only single sign-on may ask for a session"):
            office.ask("session_for", **question)
    office.ask("amend_person", person="li", closed=True)
    with pytest.raises(Forbidden, match="li may not sign in: closed"):
        office.ask("session_for", who=who)


# what ends a session


def test_a_closed_account_is_out_at_once(office: Office) -> None:
    session = office.sign_in("li")["session"]
    office.ask("amend_person", person="li", closed=True)
    assert office.ask("visitor", session=session)["person"] is None
    office.ask("amend_person", person="li", closed=False)
    assert office.ask("visitor", session=session)["person"] is None, "what ended is not revived"


def test_who_signed_in_by_another_subject_is_out(office: Office) -> None:
    session = office.sign_in("li")["session"]
    office.ask("amend_person", person="li", name="李四四")
    assert office.ask("visitor", session=session)["person"] == "li"
    office.ask("amend_person", person="li", issuer="https://id.example.org", subject="li-2")
    assert office.ask("visitor", session=session)["person"] is None


def test_where_all_are_closed_nobody_is_the_operator(office: Office) -> None:
    for one in office.ask("persons")["persons"]:
        office.ask("amend_person", person=one["person"], closed=True)
    answer = office.ask("visitor")
    assert (answer["required"], answer["offered"]) == (True, True)


def test_sign_out(office: Office) -> None:
    one, other = office.sign_in("li")["session"], office.sign_in("li")["session"]
    assert office.ask("sign_out", session=one) == {"ended": True}
    assert office.ask("sign_out", session=one) == {"ended": False}
    assert office.ask("sign_out", session=None) == {"ended": False}
    assert office.ask("visitor", session=one)["person"] is None
    assert office.ask("visitor", session=other)["person"] == "li"


def test_sign_out_everywhere(office: Office) -> None:
    made = [office.sign_in("li")["session"] for _ in range(3)]
    listed = office.by("li", "sessions", session=made[1])["sessions"]
    assert [one["present"] for one in listed].count(True) == 1
    assert {one["address"] for one in listed} == {"10.0.0.1"}
    assert office.by("li", "sign_out_everywhere")["sessions"] == 3
    assert [office.ask("visitor", session=one)["person"] for one in made] == [None] * 3
    assert office.events("li")[-1] == {"change": "signed_out_everywhere", "person": "li", "sessions": 3}


# passwords


def test_a_password_that_was_set_must_be_changed(office: Office) -> None:
    before = office.sign_in("li")["session"]
    made = office.by("wang", "set_password", person="li")
    assert office.ask("visitor", session=before)["person"] is None
    begun = office.sign_in("li", made["password"])
    assert begun["must_change"]
    assert office.ask("visitor", session=begun["session"])["must_change"]
    changed = office.by("li", "change_password", old=made["password"], new=BETTER, session=begun["session"])
    assert office.ask("visitor", session=begun["session"])["person"] is None, "the session is a new one"
    assert office.ask("visitor", session=changed["session"])["must_change"] is False
    assert office.said("sign_in", person="li", password=made["password"], address="") == WRONG
    assert office.sign_in("li", BETTER)["must_change"] is False
    assert [one["change"] for one in office.events("li")] == ["password_set", "password_set", "password_changed"]
    last = office.desk.log.entry(office.desk.log.size - 1).record()
    assert (last.kind, last.actor, last.refs) == ("account", "li", {"signed_in": "password"})


def test_only_the_operator_spares_the_change(office: Office) -> None:
    office.by("wang", "set_password", person="li", password=BETTER, must_change=False)
    assert office.sign_in("li", BETTER)["must_change"] is True


def test_a_new_password_ends_locks_and_tokens(office: Office) -> None:
    token = office.by("li", "issue_token", label="nightly", scope=["see"], days=1)["token"]
    for _ in range(6):
        office.said("sign_in", person="li", password="wrong", address="")
    office.by("wang", "set_password", person="li", password=BETTER)
    assert office.sign_in("li", BETTER)["person"] == "li"
    with pytest.raises(Forbidden):
        office.ask("me", token=token)
    assert office.events("li")[-1]["tokens_ended"] == [office.events("li")[1]["id"]]


def test_whose_password_one_may_set(office: Office) -> None:
    office.ask("give_role", person="mei", role="viewer", node="A1")
    assert office.by("ann", "set_password", person="mei")["person"] == "mei"
    said = partial(office.said, "set_password")
    ann, li = (Actor(name=one, person=one, proof="password") for one in ("ann", "li"))
    assert said(who=ann, person="bo").startswith("no person is called 'bo'")
    assert said(who=ann, person="zzz").startswith("no person is called 'zzz'")
    assert said(who=ann, person="ann") == ("nobody sets their own password so | change it, by the one that you have")
    assert said(who=li, person="mei").startswith("li may not grant")
    assert office.said("give_role", person="mei", role="viewer", node="B") == (
        "ann last set how mei signs in, and does not administer B"
        " | set a new password first: `hengjian person SPACE password mei`"
    )
    office.ask("set_password", person="mei")
    office.ask("give_role", person="mei", role="viewer", node="B")
    assert said(who=ann, person="mei").startswith("ann may not change the account of mei, who has roles elsewhere too")


def test_a_poor_password_is_refused_with_all_its_faults_and_nothing_is_entered(office: Office) -> None:
    size = office.desk.log.size
    assert office.said("set_password", person="li", password="a") == (
        "a password has at least 12 characters | take some words that belong to nothing"
        " ; the password has fewer than 5 different characters | take more"
    )
    assert office.said("change_password", who=Actor(name="li", person="li", proof="password"), old=GOOD, new=GOOD) == (
        "the new password is the present one | take another one"
    )
    assert office.desk.log.size == size


def test_the_present_password_is_guessed_no_faster_from_inside(office: Office) -> None:
    who = Actor(name="li", person="li", proof="password")
    for _ in range(5):
        assert office.said("change_password", who=who, old="wrong", new=BETTER) == (
            "the present password is wrong | type it again; an administrator can set a new one"
        )
    assert office.said("change_password", who=who, old=GOOD, new=BETTER).startswith(
        "too many wrong passwords: wait 60 s"
    )
    assert office.events("li")[-1] == {
        "change": "locked", "person": "li", "failures": 5, "seconds": 60, "address": ""
    }  # fmt: skip


def test_nobody_is_named(office: Office) -> None:
    for method, question in (
        ("change_password", {"old": GOOD, "new": BETTER}), ("sign_out_everywhere", {}), ("sessions", {}),
        ("issue_token", {"label": "x", "scope": ["see"], "days": 1}),
    ):  # fmt: skip
        assert office.said(method, **question) == "nobody is named | name the person"


# tokens


def test_a_token_asks_as_its_person_as_far_as_its_scope(office: Office) -> None:
    made = office.by("wang", "issue_token", label="nightly", scope=["see", "see"], days=7)
    assert (made["person"], made["scope"], made["id"]) == ("wang", ["see"], f"T{made['entry']:06d}")
    me = office.ask("me", token=made["token"], actor="li")
    assert (me["person"], me["proof"], me["signed_in"]) == ("wang", "token", True)
    assert (me["may"]["see"], me["may"]["grant"]) == ("everything", None)
    assert office.said("set_password", token=made["token"], person="li").startswith("wang may not grant")
    (listed,) = office.by("wang", "tokens")["tokens"]
    assert listed == {name: made[name] for name in listed if name != "used"} | {"used": listed["used"]}
    assert made["token"] not in str(listed)
    assert listed["used"] is not None


def test_a_token_changes_no_account(office: Office) -> None:
    scope = ["see", "grant", "upkeep"]
    token = office.by("wang", "issue_token", label="all", scope=scope, days=7)["token"]
    for method, question in (
        ("set_password", {"person": "li"}), ("change_password", {"old": GOOD, "new": BETTER}),
        ("issue_token", {"label": "x", "scope": ["see"], "days": 1}), ("end_token", {"id": "T000001"}),
        ("sign_out_everywhere", {}), ("sign_out_everywhere", {"person": "li"}),
        ("amend_person", {"person": "li", "issuer": "https://id.example.org", "subject": "mine"}),
    ):  # fmt: skip
        assert office.said(method, token=token, **question) == "a token changes no account | sign in yourself"


def test_whatever_is_wrong_with_a_token_is_one_refusal(office: Office) -> None:
    issue = partial(office.by, "li", "issue_token", scope=["see"])
    good, ended, old = (issue(label=name, days=days) for name, days in (("good", 9), ("ended", 9), ("old", 1)))
    office.by("li", "end_token", id=ended["id"])
    office.now += DAY
    assert office.ask("me", token=good["token"])["person"] == "li"
    said = {
        office.said("me", token=one) for one in (ended["token"], old["token"], "hj_guess", "", "\ud800", good["id"])
    }
    office.ask("amend_person", person="li", closed=True)
    said.add(office.said("me", token=good["token"]))
    assert said == {"the token is not good, or no more | `hengjian token SPACE issue` gives a new one"}


def test_whose_tokens_one_may_end_and_issue(office: Office) -> None:
    made = office.by("li", "issue_token", label="nightly", scope=["see"], days=7)
    said = f"no token is called '{made['id']}' | `hengjian token SPACE` lists them"
    mei, wang = (Actor(name=one, person=one, proof="password") for one in ("mei", "wang"))
    assert office.said("end_token", who=mei, id=made["id"]) == said
    assert office.said("end_token", who=mei, id="T999999") == said.replace(made["id"], "T999999")
    assert office.said("issue_token", who=wang, person="li", label="x", scope=["see"], days=1) == (
        "a token is issued in one's own name | let the person issue it"
    )
    assert office.by("mei", "tokens") == {"tokens": []}
    assert [one["id"] for one in office.ask("tokens")["tokens"]] == [made["id"]]
    assert office.by("wang", "end_token", id=made["id"])["person"] == "li"
    assert office.events("li")[-1] == {"change": "token_ended", "person": "li", "id": made["id"], "label": "nightly"}
    office.ask("amend_person", person="li", closed=True)
    assert office.said("issue_token", person="li", label="x", scope=["see"], days=1) == (
        "the account of li is closed | open it first"
    )
    assert office.said("issue_token", person="mei", label="x", scope="see", days=1).startswith(
        "a token is good for one action at least"
    )


def test_a_person_has_so_many_tokens_at_most(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.people.tokens.EACH", 2)
    for name in ("a", "b"):
        office.by("li", "issue_token", label=name, scope=["see"], days=7)
    said = office.said("issue_token", person="li", label="c", scope=["see"], days=7)
    assert said == "li has 2 tokens already | end those that nobody needs"


# beside the desk


def test_pages_go_on_while_a_password_is_looked_at(office: Office) -> None:
    looked_at, free = threading.Event(), threading.Event()

    class Slow(Counting):
        def fits(self, password: str, kept: str | None) -> bool:
            looked_at.set()
            free.wait(30)
            return super().fits(password, kept)

    office.methods["sign_in"] = Apart("sign_in", partial(accounts.sign_in, hasher=Slow()))
    writer = Writer(office.desk, office.methods)
    with ThreadPoolExecutor(2) as pool:
        signing = pool.submit(writer.ask, "sign_in", {"person": "li", "password": GOOD, "address": ""})
        assert looked_at.wait(30)
        assert writer.ask("status", {})["size"] > 0
        closing = pool.submit(writer.close)
        time.sleep(0.05)
        assert not closing.done(), "what was begun ends first"
        free.set()
        assert signing.result(30)["person"] == "li"
        closing.result(30)
    with pytest.raises(Failure, match="the writer of this space has ended"):
        writer.ask("sign_in", {"person": "li", "password": GOOD, "address": ""})


def test_an_answer_does_not_wait_for_the_entry_of_a_lock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would tell which names exist."""
    free, freed = threading.Event(), list[bool]()
    real = accounts.enter_lock

    def slow(*told: Any) -> None:
        freed.append(free.wait(5))
        real(*told)

    monkeypatch.setattr(accounts, "enter_lock", slow)
    writer = Writer(office.desk, office.methods)
    for _ in range(5):
        with pytest.raises(Refused):
            writer.ask("sign_in", {"person": "li", "password": "wrong", "address": ""})
    assert freed == [], "the answers are there, and the entry still waits"
    free.set()
    writer.close()
    assert freed == [True]
    assert office.events("li")[-1]["change"] == "locked", "it is made before the writer ends"


def test_a_password_that_is_set_while_the_old_one_is_looked_at(office: Office) -> None:
    class Late(Counting):
        def fits(self, password: str, kept: str | None) -> bool:
            office.ask("set_password", person="li", password=BETTER)
            return super().fits(password, kept)

    office.methods["sign_in"] = Apart("sign_in", partial(accounts.sign_in, hasher=Late()))
    office.methods["change_password"] = Apart("change_password", partial(accounts.change_password, hasher=Late()))
    assert office.said("sign_in", person="li", password=GOOD, address="") == WRONG
    office.ask("set_password", person="mei", password=GOOD, must_change=False)

    class Later(Counting):
        def hashed(self, password: str) -> str:
            office.ask("set_password", person="mei", password=BETTER)
            return super().hashed(password)

    office.methods["change_password"] = Apart("change_password", partial(accounts.change_password, hasher=Later()))
    who = Actor(name="mei", person="mei", proof="password")
    assert office.said("change_password", who=who, old=GOOD, new="hail over 14 hills") == (
        "the password was changed meanwhile | sign in again"
    )
    assert office.sign_in("mei", BETTER)["must_change"]


def test_a_question_without_a_right_makes_no_hash(office: Office) -> None:
    office.hasher.verified.clear()
    with pytest.raises(Forbidden, match="li may not grant"):
        office.by("li", "set_password", person="mei", password=GOOD)


# the whole story, as it is shipped


def bytes_of(folder: Path) -> bytes:
    """All that a space holds: each file, and what is packed in them."""
    parts = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    desk = at_desk(folder)
    try:
        for number in range(desk.log.size):
            evidence = desk.log.evidence(number)
            parts += [repr(desk.log.entry(number).record()).encode()]
            parts += [] if evidence is None else [evidence.blob, *evidence.rows]
        for kind in ("person", "role", "account"):
            parts += [event.record.encode() for event in desk.store.latest_events(kind)]
        parts += [repr(row).encode() for row in desk.accounts().rows("SELECT * FROM credential")]
    finally:
        desk.close()
    return b"\n".join(parts)


def test_no_secret_stays_anywhere(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    secrets = {}
    with pytest.raises(Refused):
        asked(home, "set_password", person="li", password="too shorty")
    first = asked(home, "set_password", person="li")["password"]
    mistyped = "my whole password in the wrong field"
    for person, password in (("li", "wrong-password-of-li"), (mistyped, "wrong-password-of-nobody")):
        for _ in range(5):
            with pytest.raises(Refused):
                asked(home, "sign_in", person=person, password=password, address="192.0.2.9")
    asked(home, "set_password", person="li", password="horses eat 47 apples")
    begun = asked(home, "sign_in", person="li", password="horses eat 47 apples", address="192.0.2.10")
    with pytest.raises(Refused):
        asked(home, "change_password", actor="li", old="wrong-old-password", new=GOOD)
    changed = asked(home, "change_password", actor="li", old="horses eat 47 apples", new=GOOD, session=begun["session"])
    token = asked(home, "issue_token", actor="li", label="nightly figures", scope=["see"], days=30)
    assert asked(home, "me", token=token["token"])["person"] == "li"
    assert asked(home, "visitor", session=changed["session"])["person"] == "li"
    asked(home, "sign_out", session=changed["session"])
    with pytest.raises(Refused):
        asked(home, "me", token="hj_guessed-token")
    secrets = {
        first, mistyped, "too shorty", "wrong-password-of-li", "wrong-password-of-nobody", "horses eat 47 apples",
        "wrong-old-password", GOOD, begun["session"], begun["csrf"], changed["session"], changed["csrf"],
        token["token"], "hj_guessed-token",
    }  # fmt: skip
    held, printed = bytes_of(home), capfd.readouterr()
    for secret in secrets:
        for text in (secret, digest(secret).hex(), secret.removeprefix("hj_")):
            assert text.encode() not in held, secret
            assert text not in printed.out + printed.err, secret
    for found in (b"nightly figures", b"$argon2id$v=19$m=65536,t=3,p=4$", digest(token["token"]), b'"locked"'):
        assert found in held, "what is there is found"
    assert digest(changed["session"]) not in held, "signed out"


# backups


def test_a_backup_with_the_key_takes_the_accounts_along(office: Office, tmp_path: Path) -> None:
    from hengjian.app.upkeep import backup, restore

    session = office.sign_in("li")["session"]
    folder = office.desk.config.folder
    backup(folder, {"folder": str(tmp_path / "bare")})
    backup(folder, {"folder": str(tmp_path / "whole"), "with_key": True})
    assert not list((tmp_path / "bare").glob("people.db*"))
    assert (tmp_path / "whole" / "people.db").stat().st_mode & 0o777 == 0o600
    for name, can in (("bare", False), ("whole", True)):
        notes = restore({"backup": str(tmp_path / name), "space": str(tmp_path / f"{name}-again")})["notes"]
        assert can == any(note.startswith("passwords and tokens are those of the backup") for note in notes)
        if name == "whole":
            again = Office(tmp_path / "whole-again")
            assert again.sign_in("li")["person"] == "li"
            assert again.ask("visitor", session=session)["person"] is None
            again.desk.close()


def test_restore_keeps_the_accounts_of_the_space_that_it_mends(office: Office, tmp_path: Path) -> None:
    from hengjian.app.upkeep import backup, restore

    folder = office.desk.config.folder
    backup(folder, {"folder": str(tmp_path / "whole"), "with_key": True})
    office.desk.accounts().set_hash("li", CHEAP.hashed(BETTER), must_change=False)
    office.desk.close()
    restore({"backup": str(tmp_path / "whole"), "space": str(folder)})
    again = Office(folder)
    assert again.sign_in("li", BETTER)["person"] == "li", "a password is not set back"
    again.desk.close()


def test_accounts_survive_rebuild(office: Office) -> None:
    before = office.events("li")
    assert office.ask("rebuild")["same"] is True
    assert office.events("li") == before
    assert office.sign_in("li")["person"] == "li"


def test_tokens_of_a_closed_person_do_not_come_back(office: Office) -> None:
    """They may be why the account was closed."""
    li = Actor(name="li", person="li", proof="password")
    secret = office.ask("issue_token", who=li, label="x", scope=["see"], days=9)["token"]
    assert office.ask("me", token=secret)["person"] == "li"
    for closed in (True, False):
        office.ask("amend_person", person="li", closed=closed)
    assert office.said("me", token=secret).startswith("the token is not good, or no more")
