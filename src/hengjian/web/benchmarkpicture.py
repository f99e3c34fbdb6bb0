"""Pictures of a benchmark as shapes: where a figure stands, a radar of percentiles, a course, a waterfall of a gap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from hengjian.web.ownershipview import fitted

Write = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A figure on a strip: its place, whether it is one's own, and what it says."""

    x: float
    y: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Companies as dots from the worst to the best; a mark at the median, a box from there to the best quarter."""

    width: int
    height: int
    dots: Sequence[Dot]
    box: tuple[float, float] | None
    median: float | None
    ends: tuple[str, str]


STRIP_WIDTH, STRIP_HEIGHT, STRIP_MARGIN = 640, 74, 26


def strip(row: Mapping[str, Any], named: str | None, own: str, write: Write) -> Strip | None:
    """The strip of one indicator; None where there is nothing to show."""
    told = [(one["name"], float(one["value"]), one["company"]) for one in row["companies"] if one["value"] is not None]
    mine = None if row["value"] is None else float(row["value"])
    values = [value for _, value, _ in told] + ([] if mine is None else [mine])
    if not values:
        return None
    low, high = min(values), max(values)
    is_down = row["better"] == "down"

    def at(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        share = 1 - share if is_down else share
        return round(STRIP_MARGIN + share * (STRIP_WIDTH - 2 * STRIP_MARGIN), 1)

    middle = STRIP_HEIGHT / 2
    dots = [
        Dot(x=at(value), y=middle, kind="dot named" if company == named else "dot", title=f"{name} {write(value)}")
        for name, value, company in told
    ]
    if mine is not None:
        dots.append(Dot(x=at(mine), y=middle, kind="dot own", title=f"{own} {write(mine)}"))
    gaps = row["gaps"]
    return Strip(
        width=STRIP_WIDTH, height=STRIP_HEIGHT, dots=dots,
        box=_box(row, at), median=at(float(gaps["median"]["to"])) if "median" in gaps else None,
        ends=(write(high if is_down else low), write(low if is_down else high)),
    )  # fmt: skip


def _box(row: Mapping[str, Any], at: Callable[[float], float]) -> tuple[float, float] | None:
    """From the median to the best quarter: the quantiles that are told."""
    gaps = row["gaps"]
    if "median" not in gaps or "p75" not in gaps:
        return None
    ends = sorted((at(float(gaps["median"]["to"])), at(float(gaps["p75"]["to"]))))
    return ends[0], round(ends[1] - ends[0], 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of a radar: its end, and its name in lines, where they begin and how they are anchored."""

    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """Percentiles around a centre: rings at 25, 50, 75 and 100, the median's among them."""

    width: int
    height: int
    axes: Sequence[Axis]
    rings: Sequence[tuple[int, str]]
    shape: str
    points: Sequence[tuple[float, float, str]]


RADAR_WIDTH, RADAR_HEIGHT, RADIUS = 460, 300, 98
#: With fewer axes there is no area, with more nobody tells them apart.
FEWEST_AXES, MOST_AXES = 3, 12
RINGS = (25, 50, 75, 100)
#: Names stand in lines so wide and so far apart.
_NAME, LINE = 104.0, 13


def radar(rows: Sequence[Mapping[str, Any]], label: Callable[[str], str]) -> Radar | None:
    """The radar of the indicators that have a position; None with fewer than three, or more than can be read."""
    told = [(row["indicator"], float(row["position"]["percentile"])) for row in rows if row["position"] is not None]
    if not FEWEST_AXES <= len(told) <= MOST_AXES:
        return None
    angles = [2 * pi * place / len(told) - pi / 2 for place in range(len(told))]
    points = [
        (*_polar(angle, RADIUS * share / 100), f"{label(name)} {share:.0f}")
        for angle, (name, share) in zip(angles, told, strict=True)
    ]
    return Radar(
        width=RADAR_WIDTH, height=RADAR_HEIGHT,
        axes=[_axis(angle, label(name)) for angle, (name, _) in zip(angles, told, strict=True)],
        rings=[(ring, _polygon([_polar(angle, RADIUS * ring / 100) for angle in angles])) for ring in RINGS],
        shape=_polygon([(x, y) for x, y, _ in points]), points=points,
    )  # fmt: skip


def _polar(angle: float, radius: float) -> tuple[float, float]:
    return round(RADAR_WIDTH / 2 + radius * cos(angle), 1), round(RADAR_HEIGHT / 2 + radius * sin(angle), 1)


def _polygon(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _axis(angle: float, label: str) -> Axis:
    (x, y), (text_x, text_y) = _polar(angle, RADIUS), _polar(angle, RADIUS + 12)
    anchor = "middle" if abs(cos(angle)) < 0.2 else "start" if cos(angle) > 0 else "end"
    lines = fitted(label.split("（")[0], _NAME)
    rise = (len(lines) - 1) * LINE * (1 - sin(angle)) / 2  # above the picture names grow upwards, below it downwards
    return Axis(x=x, y=y, text_x=text_x, text_y=round(text_y + 4 - rise, 1), anchor=anchor, lines=lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One course: its class, its path with gaps, its points, and where its name stands."""

    kind: str
    label: str
    path: str
    points: Sequence[tuple[float, float, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Courses over the years, with the years below and the ends of the scale at the left."""

    width: int
    height: int
    years: Sequence[tuple[float, str]]
    scale: Sequence[tuple[float, str]]
    lines: Sequence[Line]


COURSE_WIDTH, COURSE_HEIGHT, LEFT, SIDE, FOOT, TOP = 460, 220, 62, 14, 24, 12


def lines_of(trend: Sequence[Mapping[str, Any]], labels: Mapping[str, str], write: Write) -> Course | None:
    """The courses that are told of in at least one year; `labels` by key, in the order of drawing."""
    values = [float(year[key]) for year in trend for key in labels if year[key] is not None]
    if not values or len(trend) < 2:
        return None
    low, high = min(values), max(values)
    span = high - low or 1.0
    across = (COURSE_WIDTH - LEFT - SIDE) / (len(trend) - 1)

    def at(place: int, value: float) -> tuple[float, float]:
        share = (value - low) / span if high > low else 0.5
        return round(LEFT + place * across, 1), round(TOP + (1 - share) * (COURSE_HEIGHT - TOP - FOOT), 1)

    lines = []
    for key, label in labels.items():
        told = [(place, float(year[key])) for place, year in enumerate(trend) if year[key] is not None]
        if not told:
            continue
        points = [(*at(place, value), f"{label} {trend[place]['period']} {write(value)}") for place, value in told]
        lines.append(Line(kind=key, label=label, path=_path(told, at), points=points))
    return Course(
        width=COURSE_WIDTH, height=COURSE_HEIGHT, lines=lines,
        years=[(round(LEFT + place * across, 1), str(year["period"])) for place, year in enumerate(trend)],
        scale=[(at(0, value)[1], write(value)) for value in ((low, high) if high > low else (low,))],
    )  # fmt: skip


def _path(told: Sequence[tuple[int, float]], at: Callable[[int, float], tuple[float, float]]) -> str:
    pieces = []
    before = None
    for place, value in told:
        x, y = at(place, value)
        pieces.append(f"{'L' if before == place - 1 else 'M'}{x:g} {y:g}")
        before = place
    return "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step of a waterfall: a bar from `y` down, its class, its name below and its figure above."""

    x: float
    y: float
    height: float
    width: float
    kind: str
    lines: tuple[str, ...]
    text: str
    text_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """From the other's figure over each factor's part to one's own."""

    width: int
    height: int
    bars: Sequence[Bar]
    links: Sequence[tuple[float, float, float]]
    zero: float


FALL_WIDTH, FALL_HEIGHT, FALL_TOP, FALL_FOOT = 560, 250, 22, 36


def waterfall(
    factors: Mapping[str, Any], label: Callable[[str], str], ends: tuple[str, str], write: Write
) -> Waterfall | None:
    """The waterfall of a gap that was taken apart; `ends` name the other and oneself."""
    if not factors.get("parts"):
        return None
    steps = [(label(one["indicator"]), float(one["part"])) for one in factors["parts"]]
    peer, own = float(factors["peer"]), float(factors["own"])
    tops = [0.0, peer]
    for _, part in steps:
        tops.append(tops[-1] + part)
    low, high = min(*tops, own, 0.0), max(*tops, own)
    span = high - low or 1.0
    slot = FALL_WIDTH / (len(steps) + 2)

    def down(value: float) -> float:
        return round(FALL_TOP + (high - value) / span * (FALL_HEIGHT - FALL_TOP - FALL_FOOT), 1)

    def bar(place: int, start: float, end: float, kind: str, name: str, text: str) -> Bar:
        top, bottom = down(max(start, end)), down(min(start, end))
        return Bar(
            x=round(place * slot + slot * 0.18, 1), y=top, height=max(round(bottom - top, 1), 1.0),
            width=round(slot * 0.64, 1), kind=kind, lines=fitted(name, slot - 8), text=text, text_y=round(top - 5, 1),
        )  # fmt: skip

    bars = [bar(0, 0.0, peer, "bar peer", ends[0], write(peer))]
    at = peer
    links = []
    for place, (name, part) in enumerate(steps, 1):
        links.append((bars[-1].x, round((place + 0.82) * slot, 1), down(at)))
        bars.append(bar(place, at, at + part, "bar up" if part >= 0 else "bar down", name, _signed(part, write)))
        at += part
    links.append((bars[-1].x, round((len(steps) + 1.82) * slot, 1), down(at)))
    bars.append(bar(len(steps) + 1, 0.0, own, "bar own", ends[1], write(own)))
    return Waterfall(width=FALL_WIDTH, height=FALL_HEIGHT, bars=bars, links=links, zero=down(0.0))


def _signed(value: float, write: Write) -> str:
    return f"+{write(value)}" if value > 0 else write(value)
