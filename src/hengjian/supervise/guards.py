"""Whether a condition holds of one entity on a day: what a step of a case may ask for before it is taken."""

from datetime import date

import numpy as np

from hengjian.evaluate.explain import explain
from hengjian.evaluate.explanation import Explanation
from hengjian.evaluate.own import reads_of, reported_at
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Programme
from hengjian.model.missing import Missing
from hengjian.panel.scene import Scene


def standing(programme: Programme, name: str, scene: Scene, entity: str, day: date) -> Explanation | None:
    """The condition at the latest period, begun by a day, for which anything that it reads of the entity was reported
    and not withdrawn; of one that reads nothing of the entity itself, at the latest period. As rules are looked at.

    None where nothing was reported. The scene holds the entity, and all history of what the condition reads.
    """
    panel = scene.home
    if not panel.periods or entity not in panel.entities:
        return None
    own = reads_of(programme, formula_of(programme, name), scene.frame, through=True).own
    told = np.array([period.start <= day for period in panel.periods], dtype=np.bool_)
    if own:
        told &= reported_at(scene, own, [Missing.PRESENT])[:, panel.entities.index(entity)]
    rows = np.flatnonzero(told)
    return explain(programme, name, scene, entity, panel.periods[int(rows[-1])]) if rows.size else None
