"""A workflow drawn from its declaration: states as boxes in layers from left to right, steps as arrows with labels.

A state's layer is how many steps it is from the start. A step to the next layer runs straight through the gap between
the two; any other runs along a lane of its own, above the boxes where it leads ahead and below them where it leads
back, so that no arrow crosses a box. Same declaration, same drawing; it is made here, and needs no script.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.web.ownershippicture import light_colours
from hengjian.web.respond import environment, static
from hengjian.web.words import Words

#: Of a box its height, and what it is wider than its text; between rows; between vertical lines; between lanes.
HEIGHT, ROOM, BETWEEN, CHANNEL, LANE = 36.0, 28.0, 26.0, 10.0, 10.0
#: A line of a label; the margin around all; of a corner its radius.
LINE, MARGIN, CORNER = 15.0, 8.0, 6.0
#: Where along an arrow its label may stand, the best place first.
_ALONG = (0.5, 0.35, 0.65, 0.22, 0.78)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A state where it is drawn."""

    name: str
    label: str
    x: float
    y: float
    width: float
    is_start: bool
    is_final: bool
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """The steps from one state to another: one path, and their labels one below the other, centred on `x`."""

    path: str
    labels: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All of it, from `left` (0, or less where a label reaches further). `told` says in words what is drawn."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left: float
    width: float
    height: float
    title: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """Steps from one state to another, by their labels."""

    origin: str
    target: str
    labels: tuple[str, ...]


def drawing(table: Mapping[str, Any], title: str, words: Words, here: str | None = None) -> Drawing:
    """A workflow's table, as the question `case` answers it, drawn in the reader's language; `here` is marked."""
    states = {name: words.label(one, name) for name, one in table["states"].items()}
    joined: dict[tuple[str, str], list[str]] = {}
    for step in table["steps"]:
        for origin in step["from"]:
            joined.setdefault((origin, step["to"]), []).append(words.label(step, step["transition"]))
    edges = [_Edge(origin=one, target=to, labels=tuple(labels)) for (one, to), labels in joined.items()]
    plan = _Plan(states, edges)
    start = next(iter(states))
    boxes = [
        Box(
            name=name, label=label, x=plan.left(name), y=plan.top(name), width=plan.widths[plan.layers[name]],
            is_start=name == start, is_final=table["states"][name]["final"], is_here=name == here,
        )
        for name, label in states.items()
    ]  # fmt: skip
    told = [
        words("workflow.told", origin=states[e.origin], target=states[e.target], step=s)
        for e in edges
        for s in e.labels
    ]
    if here in states:
        told.insert(0, words("workflow.here", state=states[here]))
    arrows = tuple(plan.arrows())
    left, right = _reached(arrows, plan.width)
    return Drawing(
        boxes=tuple(boxes), arrows=arrows, left=left, width=right - left, height=plan.height,
        title=words("workflow.title", name=title), told=" ".join(told),
    )  # fmt: skip


def _reached(arrows: Sequence[Arrow], width: float) -> tuple[float, float]:
    """How far left and right labels reach beyond a drawing of a width, with the margin; 0 and the width where they
    do not."""
    spans = [(x, text_width(label) / 2 + MARGIN) for arrow in arrows for label, x, _ in arrow.labels]
    return min([0.0, *(x - half for x, half in spans)]), max([width, *(x + half for x, half in spans)])


def picture(table: Mapping[str, Any], title: str, words: Words) -> str:
    """The drawing as a file of its own, in light colours."""
    style = light_colours(static("hengjian.css").decode(), static("workflow.css").decode())
    drawn = drawing(table, title, words)
    return environment().get_template("workflow.svg").render(drawn=drawn, words=words, style=style)


def text_width(text: str) -> float:
    """About how wide a text is at 12 pixels."""
    return sum(12.0 if unicodedata.east_asian_width(one) in "WF" else 6.9 for one in text)


class _Plan:
    """Where everything stands."""

    def __init__(self, states: Mapping[str, str], edges: Sequence[_Edge]) -> None:
        self.layers = _layers(list(states), edges)
        columns: dict[int, list[str]] = defaultdict(list)
        for name in states:
            columns[self.layers[name]].append(name)
        self.rows = {name: row for column in columns.values() for row, name in enumerate(column)}
        self.last = max(columns)
        self.widths = [
            max(84.0, *(text_width(states[one]) + ROOM for one in columns[at])) for at in range(self.last + 1)
        ]
        self.loops = [edge for edge in edges if edge.origin == edge.target]
        self.near = [edge for edge in edges if self._ahead(edge) == 1]
        lanes = sorted((one for one in edges if one not in self.near and one not in self.loops), key=self._reach)
        self.over = [edge for edge in lanes if self._ahead(edge) > 1]
        self.under = [edge for edge in lanes if self._ahead(edge) < 1]
        self._place_columns()
        self._place_rows()
        self._ports: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
        for edge in sorted(self.over, key=self._reach, reverse=True):
            self._join(edge)
        for edge in sorted(self.near, key=lambda one: (self.rows[one.target], self.rows[one.origin])):
            self._join(edge)
        for edge in self.under:
            self._join(edge)

    def _join(self, edge: _Edge) -> None:
        self._ports[edge.origin, True].append(edge)
        self._ports[edge.target, False].append(edge)

    def _ahead(self, edge: _Edge) -> int:
        return self.layers[edge.target] - self.layers[edge.origin]

    def _reach(self, edge: _Edge) -> tuple[int, int, int]:
        return abs(self._ahead(edge)), self.layers[edge.origin], self.rows[edge.origin]

    def _place_columns(self) -> None:
        """Between two layers there is room for the lines that leave the one, for labels, and for those that enter the
        other."""
        lanes = [*self.over, *self.under]
        self._leaving = {at: [e for e in lanes if self.layers[e.origin] == at] for at in range(self.last + 1)}
        self._entering = {at: [e for e in lanes if self.layers[e.target] == at] for at in range(self.last + 1)}
        x = MARGIN + CHANNEL * len(self._entering[0]) + (14 if self._entering[0] else 0)
        self._lefts: list[float] = []
        self._between: list[tuple[float, float]] = []
        for at in range(self.last + 1):
            self._lefts.append(x)
            labels = [text_width(s) for e in self.near if self.layers[e.origin] == at for s in e.labels]
            begin = x + self.widths[at] + 10 + CHANNEL * len(self._leaving[at])
            end = begin + max(labels, default=16.0) + 20
            self._between.append((begin, end))
            x = end + (14 + CHANNEL * len(self._entering[at + 1]) if at < self.last else 0)
        over = max(self._between[-1][0] if self._leaving[self.last] else 0.0, self._lefts[-1] + self.widths[-1])
        loops = [self._middle(e.origin) + max(map(text_width, e.labels)) / 2 for e in self.loops]
        self.width = max(over, *loops, 0.0) + MARGIN

    def _place_rows(self) -> None:
        """Rows below one another, lanes above and below them all."""
        looped = max((len(edge.labels) for edge in self.loops), default=0)
        self._pitch = HEIGHT + BETWEEN + (LINE * looped + 8 if looped else 0)
        y = MARGIN
        self._lane: dict[tuple[str, str], float] = {}
        for edge in reversed(self.over):
            y += LINE * len(edge.labels) + 2
            self._lane[edge.origin, edge.target] = y
            y += LANE
        most = max((len(edge.labels) for edge in self.near), default=0)  # they stand above a line that is level
        self._first = max(y + (LINE * looped + 12 if looped else 4), LINE * most + 4 + MARGIN - HEIGHT / 2)
        y = self._first + self._pitch * max(self.rows.values()) + HEIGHT + 6
        for edge in self.under:
            y += LINE * len(edge.labels) + 4
            self._lane[edge.origin, edge.target] = y
            y += LANE - 4
        self.height = y + MARGIN

    def left(self, name: str) -> float:
        return self._lefts[self.layers[name]]

    def top(self, name: str) -> float:
        return self._first + self._pitch * self.rows[name]

    def _middle(self, name: str) -> float:
        return self.left(name) + self.widths[self.layers[name]] / 2

    def _port(self, edge: _Edge, *, leaving: bool) -> Point:
        """Where an arrow leaves a box on its right, or enters one on its left."""
        name = edge.origin if leaving else edge.target
        beside = self._ports[name, leaving]
        y = self.top(name) + HEIGHT * (beside.index(edge) + 1) / (len(beside) + 1)
        return self.left(name) + (self.widths[self.layers[name]] if leaving else 0.0), y

    def arrows(self) -> list[Arrow]:
        """Every arrow, with its labels where no other label stands."""
        taken: list[tuple[float, float, float, float]] = []
        found = [self._laned(edge) for edge in (*self.over, *self.under)]
        found += [self._looped(edge) for edge in self.loops]
        return [*(self._straight(edge, taken) for edge in self.near), *found]

    def _straight(self, edge: _Edge, taken: list[tuple[float, float, float, float]]) -> Arrow:
        (x, y), (end, last) = self._port(edge, leaving=True), self._port(edge, leaving=False)
        begin, stop = self._between[self.layers[edge.origin]]
        bend = (begin + stop) / 2
        path = f"M{_at(x, y)} L{_at(begin, y)} C{_at(bend, y)} {_at(bend, last)} {_at(stop, last)} L{_at(end, last)}"
        wide, high = max(map(text_width, edge.labels)) / 2, LINE * len(edge.labels) / 2

        def spot(part: float) -> tuple[float, float, float, float]:
            at = y + (last - y) * part * part * (3 - 2 * part)
            over = high + 4 + abs(last - y) / 2 if abs(last - y) < HEIGHT / 2 else 0.0  # above a line that is level
            return bend - wide, at - high - over, bend + wide, at + high - over

        free = [one for one in map(spot, _ALONG) if not any(_meet(one, other) for other in taken)]
        chosen = free[0] if free else spot(0.5)
        taken.append(chosen)
        return Arrow(path=path, labels=_stacked(edge.labels, bend, chosen[1]))

    def _laned(self, edge: _Edge) -> Arrow:
        start, end = self._port(edge, leaving=True), self._port(edge, leaving=False)
        leaving, entering = self._leaving[self.layers[edge.origin]], self._entering[self.layers[edge.target]]
        out = start[0] + 10 + CHANNEL * leaving.index(edge)
        into = end[0] - 14 - CHANNEL * entering.index(edge)
        lane = self._lane[edge.origin, edge.target]
        path = _rounded([start, (out, start[1]), (out, lane), (into, lane), (into, end[1]), end])
        return Arrow(path=path, labels=_stacked(edge.labels, (out + into) / 2, lane - LINE * len(edge.labels) - 2))

    def _looped(self, edge: _Edge) -> Arrow:
        x, y = self._middle(edge.origin), self.top(edge.origin)
        path = f"M{_at(x + 14, y)} C{_at(x + 22, y - 16)} {_at(x - 22, y - 16)} {_at(x - 14, y)}"
        return Arrow(path=path, labels=_stacked(edge.labels, x, y - 14 - LINE * len(edge.labels)))


def _layers(states: Sequence[str], edges: Sequence[_Edge]) -> dict[str, int]:
    """How many steps each state is from the first; what cannot be reached stands with it."""
    found = {states[0]: 0}
    waiting = [states[0]]
    for name in waiting:
        for edge in edges:
            if edge.origin == name and edge.target not in found:
                found[edge.target] = found[name] + 1
                waiting.append(edge.target)
    return {name: found.get(name, 0) for name in states}


def _stacked(labels: Sequence[str], x: float, top: float) -> tuple[tuple[str, float, float], ...]:
    return tuple((label, round(x, 1), round(top + LINE * at + 11, 1)) for at, label in enumerate(labels))


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _at(x: float, y: float) -> str:
    return f"{x:.1f} {y:.1f}"


def _rounded(points: Sequence[Point]) -> str:
    """A path of level and upright lines, its corners rounded."""
    found = [f"M{_at(*points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _apart(before, corner) / 2, _apart(corner, after) / 2)
        found.append(f"L{_at(*_toward(corner, before, radius))} Q{_at(*corner)} {_at(*_toward(corner, after, radius))}")
    return " ".join([*found, f"L{_at(*points[-1])}"])


def _apart(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(point: Point, other: Point, by: float) -> Point:
    whole = _apart(point, other) or 1.0
    return point[0] + (other[0] - point[0]) * by / whole, point[1] + (other[1] - point[1]) * by / whole
