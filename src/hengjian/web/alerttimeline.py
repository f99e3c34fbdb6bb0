"""The history of an alert as a small drawing: its level after each event, from left to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.model.workflow import LEVELS
from hengjian.web.alerts import Line, level_name
from hengjian.web.words import Words

#: Sizes in pixels.
_STEP, _ROW, _LEFT, _TOP, _FOOT = 84, 18, 52, 12, 22
#: So many events are drawn, the latest ones.
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One event: where it stands, its level's or state's class, what is said of it, and the line to the next one."""

    x: int
    y: int
    mark: str
    day: str
    said: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The drawing: its size, the rows with their labels, and its points; `said` is all of it in words."""

    width: int
    height: int
    rows: Sequence[tuple[int, str]]
    points: Sequence[Point]
    foot: int
    said: str


def timeline(told: Sequence[tuple[Mapping[str, Any], Line]], words: Words) -> Timeline | None:
    """The drawing of the events, first to last; None where there is one only."""
    if len(told) < 2:
        return None
    shown = [record for record, _ in told[-_MOST:]]
    marks = ["cleared" if one["state"] == "cleared" else one["level"] for one in shown]
    order = [*LEVELS, *sorted(set(marks) - set(LEVELS) - {"cleared"}), "cleared"]
    used = [name for name in order if name in marks]
    height = {name: _TOP + at * _ROW for at, name in enumerate(used)}
    points = []
    for at, (one, mark) in enumerate(zip(shown, marks, strict=True)):
        x, y = _LEFT + at * _STEP + 8, height[mark]
        end = height[marks[at + 1]] if at + 1 < len(shown) else y
        path = f"M{x} {y}H{x + _STEP}V{end}" if at + 1 < len(shown) else ""
        points.append(Point(x=x, y=y, mark=mark, day=one["day"], said=_said(one, mark, words), path=path))
    bottom = _TOP + len(used) * _ROW
    return Timeline(
        width=_LEFT + len(shown) * _STEP, height=bottom + _FOOT, foot=bottom + 10,
        rows=[(height[name], _row(name, words)) for name in used], points=points,
        said=words("alert.then").join(point.said for point in points),
    )  # fmt: skip


def _row(name: str, words: Words) -> str:
    return words("alerts.state.cleared") if name == "cleared" else level_name(words, name)


def _said(one: Mapping[str, Any], mark: str, words: Words) -> str:
    event = words(f"alerts.event.{one['event']}")
    level = "" if mark == "cleared" else f" {level_name(words, mark)}"
    return f"{one['day']} {event}{level}"
