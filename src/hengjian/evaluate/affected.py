"""Whose figures may be others after some measures of some entities were filed anew: dirt goes through a plan, see
`stale`, and what was computed before need not be known."""

from collections.abc import Iterable, Mapping

import numpy as np

from hengjian.evaluate.engine import Engine
from hengjian.evaluate.stale import News, stale
from hengjian.evaluate.through import THROUGH
from hengjian.panel.changes import Cells, Changes, joined, places_of
from hengjian.panel.fill import Places
from hengjian.panel.scene import Frame


def affected(engine: Engine, filed: Mapping[str, Iterable[str]]) -> Places | None:
    """The places of the scene's own panel, ascending, at which a formula asked for may be another one; None where that
    is not followed (who holds whom, and what the store adds up): anybody's may be. `filed`: by entity the measures."""
    plan = engine.plan
    if any(step.op in THROUGH or step.op == "series" for step in plan.steps):
        return None
    news = News(
        changes=Changes(measures=dict(_measures(engine, filed)), attributes={}, links={}, fresh={}), moved={}
    )  # fmt: skip
    dirty: dict[int, Cells] = {}
    for number in range(len(plan.steps)):
        dirty[number] = stale(engine, number, dirty, news)
    cells = joined(dirty[root] for root in plan.roots.values())
    return places_of(cells) if cells else np.empty(0, np.int64)


def _measures(engine: Engine, filed: Mapping[str, Iterable[str]]) -> Iterable[tuple[tuple[Frame, str], Cells]]:
    """The cells of the panels that read these measures: those of every period."""
    for frame, panel in {engine.scene.frame: engine.scene.home, **engine.scene.others}.items():
        places: dict[str, list[int]] = {}
        for place, entity in enumerate(panel.entities):
            for name in filed.get(entity, ()):
                places.setdefault(name, []).append(place)
        for name, some in places.items():
            if name in panel.columns:
                yield (frame, name), dict.fromkeys(range(len(panel.periods)), np.array(some, np.int64))
