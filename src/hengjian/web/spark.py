"""A figure's course over time as one small SVG path."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 96, 20, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Path data in a box of WIDTH × HEIGHT, with gaps where values are missing, and the place of the last value."""

    path: str
    x: float
    y: float


def spark(values: Sequence[float | None]) -> Spark | None:
    """The line of `values`, oldest first; None when there are fewer than two."""
    present = [value for value in values if value is not None]
    if len(present) < 2:
        return None
    low, high = min(present), max(present)
    across = (WIDTH - 2 * MARGIN) / (len(values) - 1)
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
        last = (round(MARGIN + index * across, 1), round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1))
        pieces.append(f"{'L' if is_down else 'M'}{last[0]:g} {last[1]:g}")
        if not is_down and (index + 1 == len(values) or values[index + 1] is None):
            pieces.append("h0.01")  # a value by itself is a dot
        is_down = True
    return Spark(path="".join(pieces), x=last[0], y=last[1])
