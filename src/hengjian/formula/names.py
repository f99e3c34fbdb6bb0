"""How names are compared and written. A plain name is a letter or Han character, then letters, digits, Han, `_`."""

import unicodedata

KEYWORDS = frozenset({"and", "or", "not", "in"})
_HAN_ZERO = "〇"  # Han, though Unicode counts it among the numbers


def canonical(name: str) -> str:
    """The form in which names are compared: NFKC, without blanks at the ends."""
    return name.strip() if name.isascii() else unicodedata.normalize("NFKC", name).strip()


def is_plain(name: str) -> bool:
    """Whether a canonical name may stand in a formula without backquotes."""
    if not name or name in KEYWORDS or not (name[0].isalpha() or name[0] == _HAN_ZERO):
        return False
    return all(sign.isalpha() or sign.isdecimal() or sign in ("_", _HAN_ZERO) for sign in name)


def written(name: str) -> str:
    """The name as a formula writes it: plain, or in backquotes (a backquote within is doubled)."""
    return name if is_plain(name) else "`" + name.replace("`", "``") + "`"
