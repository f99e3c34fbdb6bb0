"""Passwords: how they are kept (argon2id), which ones will do, and how new ones are made.

A name that nobody has costs what a wrong password costs: one verification, of a hash that nothing fits.
"""

import os
import re
import secrets
import threading
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from hengjian.model.issue import Failure, Issue

#: In characters after normalisation. NIST SP 800-63B asks for 8 at least and lets 64 at least pass.
SHORTEST = 12
LONGEST = 128
#: Fewer different characters than this are a pattern.
_FEWEST = 5
#: An id shorter than this stands in many a good password by chance.
_TELLING = 3
#: So many digits and marks around a common word make no other word of it.
_TRIMMINGS = 8
#: What is longer is no password of anybody, and is not normalised.
_READ = 1024
#: Categories of Unicode that no password holds (RFC 8265 section 4.2.2, OpaqueString over RFC 8264's FreeformClass):
#: control, format, surrogate, private and unassigned.
_BARRED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: Without 0, 1, i, l and o, which look alike.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 3, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one hash takes: passes over the memory, its size in KiB, and lanes."""

    passes: int
    memory: int
    lanes: int


#: RFC 9106 section 4, the second recommended option (memory-constrained): t=3, 64 MiB, p=4, 128-bit salt, 256-bit tag.
RECOMMENDED = Cost(passes=3, memory=64 * 1024, lanes=4)
_SALT, _TAG = 16, 32

#: So many hashes are made at a time, and so many may wait for their turn: pages go on while somebody guesses.
AT_ONCE = 2
WAITING = 16
_turn = threading.BoundedSemaphore(AT_ONCE)
_room = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Hasher:
    """Makes and verifies hashes of one cost."""

    def __init__(self, cost: Cost = RECOMMENDED) -> None:
        self._argon2 = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, hash_len=_TAG, salt_len=_SALT,
            type=Type.ID,
        )  # fmt: skip
        salt, tag = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (_SALT, _TAG))
        self._nobody = f"$argon2id$v=19$m={cost.memory},t={cost.passes},p={cost.lanes}${salt}${tag}"

    def hashed(self, password: str) -> str:
        """The hash of a password, with its salt and cost (PHC string format)."""
        with _Turn():
            return self._argon2.hash(_bytes(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one that was hashed; `kept` None, where there is none, costs the same.

        Failure where too many wait already.
        """
        with _Turn():
            try:
                return self._argon2.verify(self._nobody if kept is None else kept, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash has another cost than new ones."""
        return self._argon2.check_needs_rehash(kept)


class _Turn:
    """One of the few places at the hash; Failure where the queue is full."""

    def __enter__(self) -> None:
        if not _room.acquire(blocking=False):
            raise Failure("too many passwords are being checked at once", "wait a moment, then try again")
        _turn.acquire()

    def __exit__(self, *_: object) -> None:
        _turn.release()
        _room.release()


def normalised(password: str) -> str:
    """The password as it is hashed: NFKC, so that every keyboard and input method gives the same (SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    # what is too long is cut, still longer than any password that will do: it fits nothing, and costs the same
    return normalised(password[:_READ]).encode("utf-8", "surrogatepass")


def faults(password: str, person: str) -> list[Issue]:
    """Why a password will not do for a person; the password itself is in no message."""
    if len(password) > _READ:
        return [_fault(f"a password has at most {LONGEST} characters", "take a shorter one")]
    text = normalised(password)
    found = []
    if len(text) < SHORTEST:
        found.append(_fault(f"a password has at least {SHORTEST} characters", "take some words that belong to nothing"))
    if len(text) > LONGEST:
        found.append(_fault(f"a password has at most {LONGEST} characters", "take a shorter one"))
    if any(unicodedata.category(one) in _BARRED for one in text):
        found.append(_fault("the password holds a character that cannot be typed", "take letters, digits and marks"))
    folded = text.casefold()
    if len(person) >= _TELLING and person.casefold() in folded:
        found.append(_fault("the password holds the name that you sign in with", "leave it out"))
    core = re.sub(r"[\W\d_]+", "", folded)
    if folded in commonest() or (core in commonest() and len(folded) - len(core) <= _TRIMMINGS):
        found.append(_fault("the password is one of those that are guessed first", "take words of your own"))
    elif text and len(set(folded)) < _FEWEST:
        found.append(_fault(f"the password has fewer than {_FEWEST} different characters", "take more"))
    return found


def _fault(message: str, hint: str) -> Issue:
    return Issue(place=None, message=message, hint=hint)


@cache
def commonest() -> frozenset[str]:
    """The commonest passwords of twelve characters and more, and words that others are made from."""
    text = files("hengjian.people").joinpath("commonest.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def generated() -> str:
    """A new password: three groups of six characters, 89 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
