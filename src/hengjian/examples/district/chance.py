"""Chance that is the same on every machine: a hash of what it is about."""

import hashlib

_SCALE = 1 << 52


def sway(*about: object) -> float:
    """A number from −1 up to 1, the same for the same words."""
    digest = hashlib.sha256("|".join(map(str, about)).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 12) / _SCALE * 2 - 1


def digits(number: int, *about: object) -> str:
    """So many decimal digits, the same for the same words."""
    digest = hashlib.sha256("|".join(map(str, about)).encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**number:0{number}d}"
