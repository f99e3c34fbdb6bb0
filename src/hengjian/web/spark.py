"""A figure's course over time as one small SVG path."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT, MARGIN = 96, 20, 2
#: The box of a line that stands beside its figure.
SMALL_WIDTH, SMALL_HEIGHT, SMALL_MARGIN = 36, 16, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Path data in a box of WIDTH × HEIGHT, with gaps where values are missing, and the place of the last value."""

    path: str
    x: float
    y: float


def spark(values: Sequence[float | None]) -> Spark | None:
    """The line of `values`, oldest first; None when there are fewer than two."""
    return _drawn(values, WIDTH, HEIGHT, MARGIN)


@lru_cache(maxsize=32_768)
def small_path(values: tuple[float | None, ...]) -> str:
    """The same line in a small box, as path data alone; empty when there are fewer than two values."""
    found = _drawn(values, SMALL_WIDTH, SMALL_HEIGHT, SMALL_MARGIN)
    return found.path if found else ""


def _drawn(values: Sequence[float | None], width: int, height: int, margin: int) -> Spark | None:
    present = [value for value in values if value is not None]
    if len(present) < 2:
        return None
    low, high = min(present), max(present)
    across = (width - 2 * margin) / (len(values) - 1)
    # Halved before subtracting: the span of two huge figures must not overflow.
    span = high / 2 - low / 2
    pieces: list[str] = []
    last = (0.0, 0.0)
    is_down = False
    for index, value in enumerate(values):
        if value is None:
            is_down = False
            continue
        share = (value / 2 - low / 2) / span if span else 0.5
        last = (round(margin + index * across, 1), round(height - margin - share * (height - 2 * margin), 1))
        pieces.append(f"{'L' if is_down else 'M'}{last[0]:g} {last[1]:g}")
        if not is_down and (index + 1 == len(values) or values[index + 1] is None):
            pieces.append("h0.01")  # a value by itself is a dot
        is_down = True
    return Spark(path="".join(pieces), x=last[0], y=last[1])
