"""Where lines of Chinese text are broken (避头尾): no stop begins a line, no opening bracket ends one, and words and
numbers stay whole."""

import re
from collections.abc import Callable, Iterator

_NOT_FIRST = "，。、；：？！…）》〉」』】〕｝％%)]},.;:?!”’·—"
_NOT_LAST = "（《〈「『【〔｛([{“‘"
_WORD = re.compile(r"[\x21-\x7e\u2212]+|.", re.DOTALL)


def broken(text: str, measure: Callable[[str], float], width: float, first: float) -> list[str]:
    """The lines of a text, each no wider than `width`, the first one than `first`; a piece that is wider than a line is
    cut where the line ends."""
    lines, line, room = [], "", first
    for piece in _pieces(text):
        if line and measure(line + piece) > room:
            lines.append(line.rstrip(" "))
            line, room, piece = "", width, piece.lstrip(" ")
        while measure(piece) > room and len(piece) > 1:
            head = next(count for count in range(len(piece), 0, -1) if count == 1 or measure(piece[:count]) <= room)
            lines.append(piece[:head])
            piece, room = piece[head:], width
        line += piece
    return [*lines, line]


def _pieces(text: str) -> Iterator[str]:
    """What is not to be torn apart: words, and signs with what they belong to."""
    piece = ""
    for found in _WORD.findall(text):
        if piece and found[0] not in _NOT_FIRST and piece[-1] not in _NOT_LAST:
            yield piece
            piece = ""
        piece += found
    if piece:
        yield piece
