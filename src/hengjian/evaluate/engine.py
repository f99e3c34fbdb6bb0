"""A plan carried out over a scene: piece by piece of the entities, and over everyone where one depends on others."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.attributes import ATTRIBUTES, tabled
from hengjian.evaluate.backward import BACKWARD, Look, calendar_of
from hengjian.evaluate.controlled import control_edges
from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.frames import everyone, peer_names
from hengjian.evaluate.missing import NOT_APPLICABLE, PRESENT
from hengjian.evaluate.number import COUNTED
from hengjian.evaluate.order import Order, order_of
from hengjian.evaluate.parameters import Parameters
from hengjian.evaluate.peers import PEERS, Ask
from hengjian.evaluate.per import PER, Spans
from hengjian.evaluate.plan import Plan, Step
from hengjian.evaluate.relations import RELATIONS
from hengjian.evaluate.relations import Ask as Walk
from hengjian.evaluate.reshape import extend, part
from hengjian.evaluate.through import THROUGH
from hengjian.evaluate.through import Ask as Through
from hengjian.formula.term import number, words
from hengjian.model.declaration import Catalogue
from hengjian.model.period import Period, first_within, last_within
from hengjian.panel.groups import Groups, extended, groups_of
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import Edges, distinct
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, LinkKey, Scene

#: So many cells of a column are computed at a time: a piece of every column then stays in the processor's cache.
PIECE = 65_536

#: Pieces are computed in so many threads; no answer depends on how many.
THREADS = min(2, os.cpu_count() or 1)

#: Fewer figures than this among peers say nothing, unless a formula says otherwise.
PEERS_AT_LEAST = 5

Places = slice | NDArray[np.intp]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Columns of a plan's steps. `before`: so many periods were put before the scene's, of which nothing is known.

    `whole` fills with the columns over everyone of steps that depend on others, and of what these read; `orders` and
    `divided` with what peers are computed from.
    """

    plan: Plan
    catalogue: Catalogue
    scene: Scene
    before: int = 0
    whole: dict[int, Column] = field(default_factory=dict)
    orders: dict[tuple[int, tuple[str, ...]], Order] = field(default_factory=dict)
    divided: dict[tuple[Frame, tuple[str, ...]], Groups] = field(default_factory=dict)
    _picks: dict[tuple[Frame, Frame], NDArray[np.intp]] = field(default_factory=dict)
    _walks: dict[LinkKey, tuple[Edges, ...]] = field(default_factory=dict)
    _spans: dict[tuple[Frame, Frame], Spans] = field(default_factory=dict)

    def pieces(self, numbers: Sequence[int]) -> Iterator[tuple[slice, Mapping[int, Column]]]:
        """The columns of steps of one frame, or of frames with the same entities, some entities at a time."""
        panel = self.scene.panel(self.plan.steps[numbers[0]].frame)
        width = max(1, PIECE // max(1, len(panel.periods) + self.before))
        count = len(panel.entities)
        pieces = [slice(start, min(start + width, count)) for start in range(0, count, width)]
        if len(pieces) < 2 or THREADS < 2:
            yield from ((piece, self.columns(numbers, piece)) for piece in pieces)
            return
        self._ready(numbers)
        yield from zip(pieces, _in_turn([partial(self.columns, numbers, piece) for piece in pieces]), strict=True)

    def prepare(self, *, keep: bool = False) -> None:
        """Compute all that depends on others. Unless asked to `keep` them, give up the columns over everyone that
        nothing else reads: for who wants the answers alone, and neither how they came about nor to refresh them."""
        wide = [one for one, step in enumerate(self.plan.steps) if step.is_wide or (keep and step.op == "pick")]
        last_use = {argument: one for one in wide for argument in self.plan.steps[one].arguments}
        for one in wide:
            self._over(one)
            for argument in self.plan.steps[one].arguments:
                if last_use[argument] == one and not self.plan.steps[argument].is_wide and not keep:
                    self.whole.pop(argument, None)
                    for key in [key for key in self.orders if key[0] == argument]:
                        del self.orders[key]

    def _ready(self, numbers: Sequence[int]) -> None:
        """Compute what depends on others before several threads ask for it."""
        for one in self.local(numbers):
            step = self.plan.steps[one]
            if step.is_whole:
                self._over(one)

    def columns(self, numbers: Sequence[int], places: Places, *, keep: bool = False) -> dict[int, Column]:
        """The columns of steps whose frames hold the same entities, at some places. With `keep`, all that they stand on
        in those frames too."""
        needed = self.local(numbers)
        last_use = {argument: one for one in needed for argument in self._read(one)}
        last_use |= dict.fromkeys(numbers, len(self.plan.steps))
        views: dict[Frame, Parameters] = {}
        columns: dict[int, Column] = {}
        with np.errstate(all="ignore"):
            for one in needed:
                step = self.plan.steps[one]
                if step.is_whole:
                    columns[one] = _at(self._over(one), places)
                    continue
                if step.frame not in views:
                    panel = extend(part(self.scene.panel(step.frame), places), self.before)
                    views[step.frame] = Parameters(panel=panel, unknown=self.before)
                columns[one] = self._column(step, columns, views[step.frame])
                if not keep:
                    for argument in set(step.arguments):
                        if last_use[argument] == one:
                            del columns[argument]
        return columns

    def local(self, numbers: Sequence[int]) -> list[int]:
        """The steps to compute for some, in their order: down to those that depend on others, which are taken whole."""
        found = set(numbers)
        waiting = list(numbers)
        while waiting:
            fresh = [one for one in self._read(waiting.pop()) if one not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return sorted(found)

    def _read(self, one: int) -> tuple[int, ...]:
        step = self.plan.steps[one]
        return () if step.is_whole else step.arguments

    def _over(self, one: int) -> Column:
        """The column of a step that depends on others, over all entities of its frame."""
        if one in self.whole:
            return self.whole[one]
        step = self.plan.steps[one]
        if step.op == "pick":
            (source,) = step.arguments
            self.whole[one] = _at(self._over(source), self.picked(self.plan.steps[source].frame, step.frame))
            return self.whole[one]
        self._fill([argument for argument in step.arguments if argument not in self.whole])
        with np.errstate(all="ignore"):
            self.whole[one] = self._wide(step)
        return self.whole[one]

    def _fill(self, numbers: Sequence[int]) -> None:
        """Compute steps over everyone, into whole columns."""
        wide = [one for one in numbers if self.plan.steps[one].is_wide]
        for one in wide:
            self._over(one)
        rest = [one for one in numbers if one not in wide and not self._is_there(one)]
        if not rest:
            return
        panel = self.scene.panel(self.plan.steps[rest[0]].frame)
        for one in rest:
            shape = (len(self.scene.panel(self.plan.steps[one].frame).periods) + self.before, len(panel.entities))
            self.whole[one] = Column(values=np.empty(shape), reasons=np.empty(shape, np.uint8))
        for piece, columns in self.pieces(rest):
            for one in rest:
                self.whole[one].values[:, piece] = columns[one].values
                self.whole[one].reasons[:, piece] = columns[one].reasons

    def _is_there(self, one: int) -> bool:
        """Whether a step is nothing but a column of its panel, which then need not be copied."""
        step = self.plan.steps[one]
        if step.op == "measure" and not self.before:
            self.whole[one] = self.scene.panel(step.frame).columns[step.name]
        return one in self.whole

    def picked(self, source: Frame, target: Frame) -> NDArray[np.intp]:
        """Where the entities of one frame stand among those of another. ValueError when one is not there."""
        if (source, target) not in self._picks:
            ordinals, wanted = self.scene.panel(source).ordinals, self.scene.panel(target).ordinals
            places = np.searchsorted(ordinals, wanted)
            if not np.array_equal(np.take(ordinals, places, mode="clip") if len(ordinals) else ordinals, wanted):
                raise ValueError("an entity is not among everyone of its type")
            self._picks[source, target] = places
        return self._picks[source, target]

    def _wide(self, step: Step) -> Column:
        columns = [self.whole[argument] for argument in step.arguments]
        if step.op in PEERS:
            names = peer_names(step.options)
            key = (step.arguments[0], names)
            if key not in self.orders:
                self.orders[key] = order_of(columns[0], self.groups(step.frame, names))
            return PEERS[step.op](self.orders[key], ask_of(step))
        if step.op in THROUGH:
            return THROUGH[step.op](columns[0] if columns else None, self.holdings(step))
        edges = self.edges(step)
        conditional = bool(words(step.options, "where"))
        x = columns[0] if len(columns) > conditional else None
        near = len(self.scene.panel(step.frame).entities)
        return RELATIONS[step.op](x, columns[-1] if conditional else None, edges, near, walk_of(step))

    def groups(self, frame: Frame, names: tuple[str, ...]) -> Groups:
        """The groups of everyone of a frame by some attributes."""
        if (frame, names) not in self.divided:
            self.divided[frame, names] = extended(groups_of(self.scene.panel(frame), names), self.before)
        return self.divided[frame, names]

    def edges(self, step: Step) -> tuple[Edges, ...]:
        """The links along which a step reads, of each period. ValueError when the scene was loaded without them."""
        key = step.link
        if key is not None and key in self.scene.links:
            return self.scene.links[key]
        if key is None or key.frequency not in self.scene.ownership.holdings:
            raise ValueError(f"the scene was loaded without the links of {step.text}")
        if key not in self._walks:
            near, far = (self.everyone(step, kind).ordinals for kind in (key.near, key.far))
            self._walks[key] = control_edges(self.who_holds(step), near, far, back=key.back)
        return self._walks[key]

    def everyone(self, step: Step, kind: str) -> Panel:
        """The panel of everyone of a type in the cut of a step."""
        return self.scene.panel(everyone(step.frame, kind))

    def who_holds(self, step: Step) -> tuple[Holdings, ...]:
        """Who holds whom at the end of each period of a step. ValueError when the scene was loaded without it."""
        found = self.scene.ownership.holdings.get(step.frame.frequency)
        if found is None:
            raise ValueError(f"the scene was loaded without who holds whom, for {step.text}")
        return found

    def holdings(self, step: Step) -> Through:
        """How a step looks through who holds whom."""
        named = words(step.options, "also")
        far = words(step.options, "along")[1]
        return Through(
            holdings=self.who_holds(step), near=self.scene.panel(step.frame).ordinals,
            far=self.everyone(step, far).ordinals if step.arguments else np.empty(0, np.int64),
            holders=distinct(np.concatenate([self.scene.ownership.holders[name] for name in named])) if named else None,
            through=words(step.options, "through") == ("all",),
        )  # fmt: skip

    def spans(self, step: Step) -> Spans:
        """Which rows of its finer argument each period of a step takes."""
        finer = self.plan.steps[step.arguments[0]].frame
        if (finer, step.frame) not in self._spans:
            spans = spans_of(self.scene.panel(finer).periods, self.scene.panel(step.frame).periods)
            self._spans[finer, step.frame] = spans
        return self._spans[finer, step.frame]

    def _column(self, step: Step, columns: Mapping[int, Column], parameters: Parameters) -> Column:
        panel = parameters.panel
        shape = (len(panel.periods), len(panel.entities))
        arguments = [columns[one] for one in step.arguments]
        if step.op in ELEMENTWISE:
            return ELEMENTWISE[step.op](*arguments)
        if step.op in BACKWARD:
            return BACKWARD[step.op](arguments[0], look_of(step, panel.periods))
        if step.op in COUNTED:
            return COUNTED[step.op](arguments[0], step.count)
        if step.op in PER:
            return PER[step.op](arguments[0], self.spans(step), number(step.options, "at_least"))
        if step.op in ATTRIBUTES:
            return ATTRIBUTES[step.op](step, parameters)
        match step.op:
            case "number":
                present = np.broadcast_to(PRESENT, shape)
                return Column(values=np.broadcast_to(np.float64(step.value or 0.0), shape), reasons=present)
            case "measure" | "series":
                return panel.columns[step.name]
            case "parameter":
                return parameters.column(self.catalogue.parameters[step.name])
            case "lookup":
                keys = words(step.options, "keys")
                return parameters.looked_up(self.catalogue.parameters[step.name], keys)
            case "interpolate" | "band":
                return tabled(step.op, arguments[0], self.catalogue.parameters[step.name], parameters)
            case "on":
                return arguments[0]
            case "formula":
                return _versions(step, arguments, shape)
        raise ValueError(f"no kernel computes {step.op}: {step.text}")


def _in_turn(tasks: Sequence[Callable[[], T]]) -> Iterator[T]:
    """What tasks give, in their order, done in several threads; few are begun before their turn."""
    with ThreadPoolExecutor(THREADS) as pool:
        begun: deque[Future[T]] = deque()
        for task in tasks:
            begun.append(pool.submit(task))
            if len(begun) > THREADS:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _at(column: Column, places: Places) -> Column:
    return Column(values=column.values[:, places], reasons=column.reasons[:, places])


def ask_of(step: Step) -> Ask:
    """How a step asks its peers."""
    at_least = number(step.options, "at_least")
    return Ask(at_least=PEERS_AT_LEAST if at_least is None else at_least, q=step.value)


def walk_of(step: Step) -> Walk:
    """How a step walks its links."""
    return Walk(levels_all=words(step.options, "levels") == ("all",))


def look_of(step: Step, periods: tuple[Period, ...]) -> Look:
    """How a step looks back. ValueError for years of days."""
    calendar = calendar_of(periods)
    if not calendar.per_year and step.op in ("opening", "yoy", "ytd", "ttm", "quarter", "cagr"):
        raise ValueError(f"{step.text}: days have no fixed number a year")
    return Look(calendar=calendar, shape=step.shape, count=step.count, options=step.options)


def spans_of(finer: tuple[Period, ...], coarser: tuple[Period, ...]) -> Spans:
    """Which of the finer periods, which are consecutive, lie in each of the coarser ones. ValueError when a period is
    not covered: a figure would be lost."""
    starts, stops = [], []
    origin = finer[0].index if finer else 0
    for period in coarser:
        first, last = first_within(period, finer[0].frequency), last_within(period, finer[0].frequency)
        starts.append(first.index - origin)
        stops.append(last.index - origin + 1)
    if starts and (starts[0] < 0 or stops[-1] > len(finer)):
        raise ValueError(f"the finer periods {finer[0]} to {finer[-1]} do not cover {coarser[0]} to {coarser[-1]}")
    return Spans(starts=tuple(starts), stops=tuple(stops))


def _versions(step: Step, arguments: Sequence[Column], shape: tuple[int, int]) -> Column:
    """Each period by the version in force at its end; before the first version a formula is NOT_APPLICABLE."""
    if len(arguments) == 1 and -1 not in step.choice:
        return arguments[0]
    choice = np.array(step.choice, dtype=np.intp)[:, np.newaxis]
    values, reasons = np.full(shape, np.nan), np.full(shape, NOT_APPLICABLE)
    for place, argument in enumerate(arguments):
        values = np.where(choice == place, argument.values, values)
        reasons = np.where(choice == place, argument.reasons, reasons)
    return Column(values=values, reasons=reasons)
