"""Which cells of a step may be others now: dirt goes through a plan as figures do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.backward import BACKWARD, rows_back, rows_read
from hengjian.evaluate.engine import Engine, look_of, walk_of
from hengjian.evaluate.frames import attributes_of, peer_names
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.per import PER
from hengjian.evaluate.plan import Step
from hengjian.evaluate.relations import RELATIONS
from hengjian.evaluate.reshape import periods_from
from hengjian.model.period import PER_YEAR, Period
from hengjian.panel.changes import Cells, Changes, joined
from hengjian.panel.groups import members_of
from hengjian.panel.regroup import Moved
from hengjian.panel.scene import Frame
from hengjian.panel.ties import dependents


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has changed in an engine's scene, and in its groups of peers."""

    changes: Changes
    moved: Mapping[tuple[Frame, tuple[str, ...]], Moved]

    @property
    def only_figures(self) -> bool:
        """Whether nothing but figures has changed."""
        changes = self.changes
        return not (changes.attributes or changes.links or changes.fresh)


def stale(engine: Engine, number: int, dirty: Mapping[int, Cells], news: News) -> Cells:
    """The cells of a step to compute again, `dirty` being those of the steps before it. Rows are those of the engine,
    which may begin before its scene."""
    step = engine.plan.steps[number]
    arguments = [dirty[argument] for argument in step.arguments]
    if news.only_figures and step.arguments and not any(arguments):
        return {}
    fresh = news.changes.fresh.get(step.frame)
    found: list[Cells] = [] if fresh is None else [dict.fromkeys(range(len(_periods(engine, step))), fresh)]
    if step.op in PEERS:
        return joined([*found, *_peers(engine, step, arguments[0], news)])
    if step.op in RELATIONS:
        return joined([*found, _relations(engine, step, arguments, news)])
    found += [
        below(news.changes.attributes.get((step.frame, name), {}), engine.before)
        for name in attributes_of(step.op, step.name, step.options, engine.catalogue)
    ]
    if step.op == "measure":
        found.append(below(news.changes.measures.get((step.frame, step.name), {}), engine.before))
    elif step.op in BACKWARD:
        found.append(_later(engine, step, arguments[0]))
    elif step.op in PER:
        found.append(_coarser(engine, step, arguments[0]))
    elif step.op == "pick":
        found.append(_picked(engine, step, arguments[0]))
    elif step.op == "formula":
        for place, cells in enumerate(arguments):
            found.append({row: places for row, places in cells.items() if step.choice[row] == place})
    else:
        found += arguments
    return joined(found)


def below(cells: Cells, count: int) -> Cells:
    """The cells so many rows further down; those above the first row are left out."""
    return {row + count: places for row, places in cells.items() if row + count >= 0} if count else cells


def _periods(engine: Engine, step: Step) -> tuple[Period, ...]:
    return periods_from(engine.scene.panel(step.frame), engine.before)


def _later(engine: Engine, step: Step, cells: Cells) -> Cells:
    """The rows that read a dirty one, themselves or a later one."""
    periods = _periods(engine, step)
    look, count = look_of(step, periods), len(periods)
    back = rows_back(step.op, step.shape, step.count, PER_YEAR.get(step.frame.frequency, 0))
    parts: list[Cells] = []
    for row, places in cells.items():
        within = range(row, min(row + back, count - 1) + 1)
        reading = [one for one in within if step.op == "since" or row in rows_read(step.op, look, one)]
        parts.append(dict.fromkeys(reading, places))
    return joined(parts)


def _coarser(engine: Engine, step: Step, cells: Cells) -> Cells:
    """The coarse periods that a dirty fine one lies in; of an increase, those that begin right behind it too."""
    spans = engine.spans(step)
    before = int(step.op == "increase_per")
    return joined(
        {
            coarse: places
            for coarse, (start, stop) in enumerate(zip(spans.starts, spans.stops, strict=True))
            if start - before <= row < stop
        }
        for row, places in cells.items()
    )


def _picked(engine: Engine, step: Step, cells: Cells) -> Cells:
    """The same entities by their places in a narrower frame."""
    picked = engine.picked(engine.plan.steps[step.arguments[0]].frame, step.frame)
    found = {}
    for row, places in cells.items():
        at = np.searchsorted(picked, places)
        at[at == len(picked)] = 0
        here = at[picked[at] == places] if len(picked) else at[:0]
        if len(here):
            found[row] = here
    return found


def codes_of(engine: Engine, step: Step, cells: Cells, news: News) -> dict[int, tuple[int, ...]]:
    """The groups that hold a dirty figure, or lost or gained anybody, by row."""
    names = peer_names(step.options)
    divisions = engine.groups(step.frame, names).divisions
    found: dict[int, set[int]] = {}
    for row, places in cells.items():
        found.setdefault(row, set()).update(np.unique(divisions[row].codes[places]).tolist())
    moved = news.moved.get((step.frame, names))
    for row, codes in ({} if moved is None else moved.codes).items():
        found.setdefault(row, set()).update(codes)
    return {row: tuple(sorted(code for code in codes if code >= 0)) for row, codes in sorted(found.items())}


def _peers(engine: Engine, step: Step, cells: Cells, news: News) -> Sequence[Cells]:
    names = peer_names(step.options)
    groups = engine.groups(step.frame, names)
    codes = codes_of(engine, step, cells, news)
    moved = news.moved.get((step.frame, names))
    return [
        {row: members_of(groups, row, some).astype(np.int64) for row, some in codes.items() if some},
        {} if moved is None else moved.left,
    ]


def _relations(engine: Engine, step: Step, arguments: Sequence[Cells], news: News) -> Cells:
    """Those who are linked to a dirty one. Where links of a forest changed, anybody: circles come and go."""
    edges, levels = engine.edges(step), walk_of(step).levels_all
    changed = news.changes.links.get(step.link, {}) if step.link is not None else {}
    relinked: Cells = changed
    if changed and levels:
        relinked = dict.fromkeys(changed, np.arange(len(engine.scene.panel(step.frame).entities)))
    cells = joined(arguments)
    above = {row: dependents(edges[row], places, levels) for row, places in cells.items()}
    return joined([relinked, {row: places for row, places in above.items() if len(places)}])
