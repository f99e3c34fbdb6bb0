"""Passwords: the hash is that of the RFC, a wrong name costs what a wrong password costs, poor ones are refused."""

import math
import string
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import argon2
import pytest
from argon2.low_level import Type, core, ffi, lib
from hypothesis import given
from hypothesis import strategies as st

from hengjian.model.issue import Failure
from hengjian.people import password
from hengjian.people.password import LONGEST, RECOMMENDED, SHORTEST, Cost, Hasher, commonest, faults, generated

CHEAP = Cost(passes=1, memory=8, lanes=1)
GOOD = "rain over 12 hills"


def test_the_library_computes_what_the_rfc_says() -> None:
    """RFC 9106 section 5.3: argon2id, 32 KiB, 3 passes, 4 lanes, with secret and associated data."""
    out, texts = ffi.new("uint8_t[]", 32), [b"\x01" * 32, b"\x02" * 16, b"\x03" * 8, b"\x04" * 12]
    word, salt, secret, data = (ffi.new("uint8_t[]", text) for text in texts)
    context = ffi.new(
        "argon2_context *",
        {
            "version": 0x13, "out": out, "outlen": 32, "pwd": word, "pwdlen": 32, "salt": salt, "saltlen": 16,
            "secret": secret, "secretlen": 8, "ad": data, "adlen": 12, "t_cost": 3, "m_cost": 32, "lanes": 4,
            "threads": 4, "allocate_cbk": ffi.NULL, "free_cbk": ffi.NULL, "flags": lib.ARGON2_DEFAULT_FLAGS,
        },
    )  # fmt: skip
    assert core(context, Type.ID.value) == lib.ARGON2_OK
    assert bytes(ffi.buffer(out)).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_the_cost_is_the_second_recommended_option_of_the_rfc() -> None:
    """RFC 9106 section 4: t=3, p=4, m=2^16 KiB, 128-bit salt, 256-bit tag; the library has the same under a name."""
    assert Cost(passes=3, memory=2**16, lanes=4) == RECOMMENDED
    kept = argon2.extract_parameters(Hasher().hashed(GOOD))
    assert kept == argon2.profiles.RFC_9106_LOW_MEMORY


def test_a_password_fits_its_hash_only() -> None:
    hasher = Hasher(CHEAP)
    kept = hasher.hashed(GOOD)
    assert GOOD not in kept
    assert hasher.fits(GOOD, kept)
    assert hasher.hashed(GOOD) != kept, "each has its own salt"
    for other in ("", GOOD + " ", GOOD.upper(), GOOD[:-1], "x" * 5_000_000):
        assert not hasher.fits(other, kept)
    assert not hasher.fits(GOOD, None)
    assert not hasher.fits(GOOD, "no hash at all")


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that are verified, with their parameters and without salt and tag."""
    found: list[str] = []
    real = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, hash: str, password: Any) -> bool:  # noqa: A002 - the library's name
        found.append("$".join(str(hash).split("$")[:4]) + f" {len(str(hash))}")
        return bool(real(self, hash, password))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    return found


def test_nobody_costs_what_somebody_costs(verifications: list[str]) -> None:
    hasher = Hasher()
    kept = hasher.hashed(GOOD)
    hasher.fits("wrong", kept)
    hasher.fits("wrong", None)
    assert verifications == ["$argon2id$v=19$m=65536,t=3,p=4 97"] * 2


def test_a_hash_of_another_cost_is_outdated() -> None:
    old, new = Hasher(CHEAP), Hasher(Cost(passes=2, memory=8, lanes=1))
    kept = old.hashed(GOOD)
    assert new.is_outdated(kept)
    assert new.fits(GOOD, kept), "it is still good"
    assert not old.is_outdated(kept)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (
            "ｒａｉｎ　ｏｖｅｒ　１２　ｈｉｌｌｓ",
            GOOD,
        ),  # full-width letters and blanks, as a Chinese keyboard gives them
        ("cafe\u0301 cafe\u0301 cafe\u0301", "caf\u00e9 caf\u00e9 caf\u00e9"),  # macOS composes otherwise than Windows
        ("한글비밀번호가나다라", unicodedata.normalize("NFD", "한글비밀번호가나다라")),
    ],
)
def test_every_keyboard_gives_the_same(typed: str, same: str) -> None:
    hasher = Hasher(CHEAP)
    assert typed != same
    assert hasher.fits(same, hasher.hashed(typed))


def said(text: str, person: str = "li.wei") -> list[str]:
    return [issue.message for issue in faults(text, person)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("short 1 word", None),
        ("short1 word", "a password has at least 12 characters"),
        ("", "a password has at least 12 characters"),
        ("雨落在十二座青山上也不湿", None),
        ("x1y2z3" * 21, None),
        ("x1y2z3" * 22, "a password has at most 128 characters"),
        ("x1y2z3" * 400, "a password has at most 128 characters"),
        ("rain over\n12 hills", "the password holds a character that cannot be typed"),
        ("rain over \u202e12 hills", "the password holds a character that cannot be typed"),
        ("rain over \ud800 12 hills", "the password holds a character that cannot be typed"),
        ("I am Li.Wei himself", "the password holds the name that you sign in with"),
        ("qwertyuiop123", "the password is one of those that are guessed first"),
        ("1QAZ2wsx3edc", "the password is one of those that are guessed first"),
        ("Password2026!", "the password is one of those that are guessed first"),
        ("2026@dragon!!", "the password is one of those that are guessed first"),
        ("ababababababab", "the password has fewer than 5 different characters"),
        ("aaaaaaaaaaaa", "the password has fewer than 5 different characters"),
    ],
)
def test_which_passwords_will_do(text: str, message: str | None) -> None:
    assert said(text) == ([] if message is None else [message])


def test_all_faults_are_told_at_once_and_none_tells_the_password() -> None:
    found = faults("li.wei\n", "li.wei")
    assert [issue.message for issue in found] == [
        "a password has at least 12 characters", "the password holds a character that cannot be typed",
        "the password holds the name that you sign in with",
    ]  # fmt: skip
    assert all(issue.hint and "li.wei" not in str(issue) for issue in found)


def test_a_short_id_stands_in_many_passwords_by_chance() -> None:
    assert said(GOOD, "ai") == []


def test_the_list_of_commonest_is_read_wholly() -> None:
    """Every line of the file is refused, itself or with a year behind it."""
    assert len(commonest()) > 400
    for line in commonest():
        assert said(line if len(line) >= SHORTEST else f"{line}2026".ljust(SHORTEST, "!"))


def test_a_generated_password_is_readable_and_hard_to_guess() -> None:
    made = {generated() for _ in range(300)}
    assert len(made) == 300
    letters = set("".join(made)) - {"-"}
    assert letters.isdisjoint("0o1il")
    assert letters <= set(string.ascii_lowercase + string.digits)
    for one in made:
        assert [len(part) for part in one.split("-")] == [6, 6, 6]
        assert said(one) == []
    assert 18 * math.log2(len(letters)) >= 80


@given(st.text(max_size=200), st.sampled_from(["li.wei", "a", "x" * 64]))
def test_what_will_do_is_never_too_short_too_long_or_poor(text: str, person: str) -> None:
    if not faults(text, person):
        shown = unicodedata.normalize("NFKC", text)
        assert SHORTEST <= len(shown) <= LONGEST
        assert len(set(shown)) >= 5
        assert not (len(person) >= 3 and person in shown.casefold())
        assert faults(shown, person) == [], "normalised once is normalised"


@given(st.text(max_size=40), st.text(max_size=40))
def test_fits_says_whether_two_are_the_same_when_normalised(one: str, other: str) -> None:
    hasher = Hasher(CHEAP)
    assert hasher.fits(other, hasher.hashed(one)) == (
        unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
    )


def test_few_hashes_are_made_at_a_time_and_few_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, free = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(self: argon2.PasswordHasher, word: bytes) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        free.wait(30)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(argon2.PasswordHasher, "hash", slow)
    hasher, many = Hasher(CHEAP), password.AT_ONCE + password.WAITING
    with ThreadPoolExecutor(many + 5) as pool:
        asked = [pool.submit(hasher.hashed, GOOD) for _ in range(many + 5)]
        until = time.monotonic() + 20
        while sum(one.done() for one in asked) < 5 and time.monotonic() < until:
            time.sleep(0.01)
        turned_away = [one for one in asked if one.done()]
        free.set()
        errors = [one.exception(30) for one in asked]
    assert len(turned_away) == 5
    assert [type(error) for error in errors].count(Failure) == 5
    assert str(turned_away[0].exception()) == (
        "too many passwords are being checked at once\n  hint: wait a moment, then try again"
    )
    assert errors.count(None) == many
    assert most == password.AT_ONCE
