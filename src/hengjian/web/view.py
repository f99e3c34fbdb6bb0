"""How a reader wants to see things: language, units and cut, from the address and the cookies."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args
from urllib.parse import quote, unquote, urlencode

from hengjian.web.words import LANGUAGES, Language

Money = Literal["yuan", "wan", "yi"]
Ratio = Literal["percent", "times"]
Span = Literal["12", "all", "year"]
Theme = Literal["auto", "light", "dark"]

#: Preferences that a cookie keeps, with what may be chosen.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "lang": LANGUAGES,
    "money": get_args(Money),
    "ratio": get_args(Ratio),
    "span": get_args(Span),
    "theme": get_args(Theme),
}
DEFAULTS = {"lang": "zh", "money": "wan", "ratio": "percent", "span": "12", "theme": "auto"}
#: The parts of a cut, as questions and addresses name them.
CUT = ("as_of", "as_known_at", "scope", "basis")

_MEANINGFUL = re.compile(r"[~%/\\]")
_WRITTEN = re.compile(r"~([0-9A-F]{2})")
#: Stands between chosen columns; quoting leaves none in a name.
_BETWEEN = "!"
#: So many columns may be chosen.
MOST_COLUMNS = 20

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One reader's choices. `cut` holds only what was asked for, as text; `columns` are those of the portfolio, none
    where the reader chose none."""

    language: Language
    money: Money
    ratio: Ratio
    span: Span
    theme: Theme
    cut: Mapping[str, str]
    columns: tuple[str, ...] = ()

    def question(self) -> dict[str, object]:
        """The cut as a question carries it: every part, None where nothing is asked."""
        return {part: self.cut.get(part) for part in CUT}

    def address(self, *path: str, **query: str) -> str:
        """The address of a page under this cut. Each part of the path is one segment, whatever it holds."""
        pairs = {**self.cut, **query}
        return "/" + "/".join(segment(part) for part in path) + ("?" + urlencode(pairs) if pairs else "")


def segment(part: str) -> str:
    """One part of a path.

    What servers, proxies and browsers read a meaning into even when it is quoted (slashes, per cents, a path of dots)
    is written as ~ and two hexadecimal digits, which none of them touches.
    """
    part = _MEANINGFUL.sub(lambda match: f"~{ord(match.group()):02X}", part)
    if not part.strip("."):
        part = part.replace(".", "~2E")
    return quote(part, safe="")


def part_of(segment_text: str) -> str:
    """The part that a segment names, once the server has undone the quoting; the inverse of `segment`."""
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), segment_text)


def columns_text(columns: Iterable[str]) -> str:
    """Chosen columns as one word of an address or a cookie."""
    return _BETWEEN.join(quote(name, safe="") for name in columns)


def columns_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The columns that such words name, each once."""
    named = (unquote(name) for text in texts for name in text.split(_BETWEEN))
    return tuple(dict.fromkeys(name for name in named if name))[:MOST_COLUMNS]


def view_of(query: Mapping[str, str], cookies: Mapping[str, str], columns: Sequence[str] = ()) -> View:
    """The choices of a request: what its address says, else what a cookie kept, else the default.

    `columns` are the words of the address that name columns.
    """
    chosen = {
        name: _chosen(choices, query.get(name), cookies.get(name), DEFAULTS[name]) for name, choices in CHOICES.items()
    }
    return View(
        language=_one(LANGUAGES, chosen["lang"]),
        money=_one(get_args(Money), chosen["money"]),
        ratio=_one(get_args(Ratio), chosen["ratio"]),
        span=_one(get_args(Span), chosen["span"]),
        theme=_one(get_args(Theme), chosen["theme"]),
        cut={part: text for part in CUT if (text := query.get(part, "").strip())},
        columns=columns_of(columns or [cookies.get("columns", "")]),
    )


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The preferences that an address sets, for cookies to keep."""
    return {name: query[name] for name, choices in CHOICES.items() if query.get(name) in choices}


def _chosen(choices: tuple[str, ...], *wishes: str | None) -> str:
    return next(wish for wish in wishes if wish is not None and wish in choices)


def _one(choices: tuple[Choice, ...], chosen: str) -> Choice:
    return next(choice for choice in choices if choice == chosen)
