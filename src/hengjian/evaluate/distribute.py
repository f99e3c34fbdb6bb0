"""The formulas of a scene evaluated in many processes: a task is some formulas at some consecutive periods.

Each task reads the periods and columns that it needs (`panel.parcel`), and the kernels are those of `evaluate`: a
figure depends on nothing but the periods that its formula looks back to, so that the answers are the same, bit for bit.
Who carries the tasks to other processes is not known here (`cluster` does).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import NOT_APPLICABLE
from hengjian.evaluate.plan import formula_of, home_frame, referred
from hengjian.formula.term import Programme
from hengjian.model.period import Period
from hengjian.panel.panel import Column
from hengjian.panel.parcel import Parcel, read_scene
from hengjian.panel.scene import WHOLE, Needs, Scene

#: So many tasks a thread: those that take longer than others then keep nobody waiting for long.
SHARE = 2


class Unreadable(Exception):
    """A task could not read the files that were written for it; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some formulas at the periods from `first` to `last`, out of a scene that was written."""

    programme: Programme
    names: tuple[str, ...]
    parcel: Parcel
    first: Period
    last: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a task found: one column a formula, of its periods alone."""

    first: Period
    columns: Mapping[str, Column]


#: Carries tasks out somewhere, in any order.
Carrier = Callable[[Sequence[Task]], Iterable[Done]]


def work(task: Task) -> Done:
    """Carry out one task. Unreadable where its files cannot be read."""
    frame = task.parcel.frame
    wanted = needs(task.programme, task.names, everyone=frame.everyone, about=frame.type)
    try:
        scene = read_scene(task.parcel, wanted, task.first, task.last)
    except OSError as error:
        raise Unreadable(str(error)) from None
    results = evaluate(task.programme, task.names, scene)
    start = task.first.index - results.periods[0].index
    columns = {
        name: Column(values=column.values[start:], reasons=column.reasons[start:])
        for name, column in results.columns.items()
    }
    return Done(first=task.first, columns=columns)


def evaluate_by_tasks(
    programme: Programme, names: Sequence[str], scene: Scene, wanted: tuple[Period, Period] | None, *,
    parcel: Parcel, threads: int, carry: Carrier,
) -> Results:  # fmt: skip
    """What `evaluate` gives, for the periods `wanted` (None: all; the others are left NOT_APPLICABLE).

    `parcel` is the scene as it was written for others, who work on so many tasks at a time.
    """
    home = scene.home
    if not names or not home.periods or not home.entities:
        return evaluate(programme, names, scene)
    first, last = wanted or (home.periods[0], home.periods[-1])
    shape = (len(home.periods), len(home.entities))
    columns = {name: Column(values=np.full(shape, np.nan), reasons=np.full(shape, NOT_APPLICABLE)) for name in names}
    tasks = list(tasks_of(programme, names, parcel, first, last, SHARE * threads))
    for done in carry(tasks):
        start = done.first.index - home.periods[0].index
        for name, found in done.columns.items():
            rows = slice(start, start + len(found.values))
            columns[name].values[rows], columns[name].reasons[rows] = found.values, found.reasons
    return Results(periods=home.periods, entities=home.entities, columns=columns)


def tasks_of(
    programme: Programme, names: Sequence[str], parcel: Parcel, first: Period, last: Period, count: int
) -> Iterator[Task]:
    """Some `count` tasks for each kind of formulas: those that look at their own period alone are parted by periods.

    Those that look back are parted into stretches no shorter than that, since each reads as much again before it; those
    that look back over all there is are not parted by periods. What periods do not part, groups of formulas do.
    """
    frame = parcel.frame
    wants = {name: needs(programme, [name], everyone=frame.everyone, about=frame.type) for name in names}
    kinds: dict[int, list[str]] = {}
    for name in names:
        span = wants[name].span
        kinds.setdefault(0 if not span else 2 if span >= WHOLE else 1, []).append(name)
    length = last.index - first.index + 1
    for kind, members in kinds.items():
        span = max(wants[name].span for name in members)
        stretches = max(1, min(count, length if kind == 0 else length // span))
        groups = groups_of({name: wants[name] for name in members}, -(-count // stretches))
        for group in groups:
            lean = narrowed(programme, group)
            for begin, end in _parts(length, stretches):
                yield Task(
                    programme=lean, names=group, parcel=parcel, first=first.shift(begin), last=first.shift(end - 1)
                )


def groups_of(wants: Mapping[str, Needs], count: int) -> list[tuple[str, ...]]:
    """At most `count` groups of formulas, those that share inputs beside each other."""
    ordered = [name for family in _families(wants) for name in family]
    return [tuple(ordered[begin:end]) for begin, end in _parts(len(ordered), min(count, len(ordered)))]


def _families(wants: Mapping[str, Needs]) -> list[list[str]]:
    """Formulas that share an input, or each share one with a third, and so on; in the order of their first."""
    families: dict[int, list[str]] = {}
    family_of: dict[object, int] = {}
    for number, (name, wanted) in enumerate(wants.items()):
        inputs: set[object] = {(wanted.frame, one) for one in (*wanted.measures, *wanted.series)} | set(wanted.links)
        inputs |= {(frame, one) for frame, read in wanted.others.items() for one in (*read.measures, *read.series)}
        met = sorted({family_of[one] for one in inputs if one in family_of})
        families[number] = [*(other for one in met for other in families.pop(one)), name]
        moved = {one for one, family in family_of.items() if family in met}
        family_of |= dict.fromkeys(inputs | moved, number)
    order = {name: place for place, name in enumerate(wants)}
    return sorted(
        (sorted(family, key=order.__getitem__) for family in families.values()), key=lambda one: order[one[0]]
    )


def _parts(length: int, count: int) -> list[tuple[int, int]]:
    """So many stretches of about the same length, end to end."""
    edges = [length * place // count for place in range(count + 1)]
    return list(pairwise(edges))


def narrowed(programme: Programme, names: Sequence[str]) -> Programme:
    """What of a programme some formulas need, so that little travels with each task."""
    formulas = [formula_of(programme, name) for name in names]
    inner = {name for name, _ in referred(programme, [(formula, home_frame(formula)) for formula in formulas])}
    kept = inner.union(names)
    read = frozenset().union(*(formula_of(programme, name).parameters for name in kept))
    catalogue = programme.catalogue
    return Programme(
        catalogue=replace(
            catalogue, packs={}, measures={}, indicators={}, rules={}, checks={}, forms={}, workflows={}, pages={},
            parameters={name: one for name, one in catalogue.parameters.items() if name in read},
        ),
        indicators={name: one for name, one in programme.indicators.items() if name in kept},
        rules={name: one for name, one in programme.rules.items() if name in kept},
        checks={name: one for name, one in programme.checks.items() if name in kept},
        parts={name: one for name, one in programme.parts.items() if name in kept},
    )  # fmt: skip
