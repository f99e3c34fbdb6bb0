"""Panels cut down to some entities, or extended into the time before anything was reported."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hengjian.evaluate.missing import BEFORE_FIRST
from hengjian.model.period import PER_YEAR
from hengjian.panel.panel import Column, Panel


def select(panel: Panel, entities: Sequence[str]) -> Panel:
    """The panel of some of its entities, in the panel's own order. KeyError for one that it does not hold."""
    places = {entity: place for place, entity in enumerate(panel.entities)}
    picked = np.array(sorted(places[entity] for entity in entities), dtype=np.intp)
    return replace(
        panel,
        entities=tuple(panel.entities[place] for place in picked),
        ordinals=panel.ordinals[picked],
        columns={
            name: Column(values=column.values[:, picked], reasons=column.reasons[:, picked])
            for name, column in panel.columns.items()
        },
        basis={name: codes[:, picked] for name, codes in panel.basis.items()},
        attributes={name: texts[:, picked] for name, texts in panel.attributes.items()},
    )


def rows_before(panel: Panel, span: int) -> int:
    """How many of the `span` periods before the panel's start there are: the calendar begins with year 1."""
    first = panel.periods[0]
    return min(span, first.index - PER_YEAR.get(first.frequency, 1))


def extend(panel: Panel, before: int, measures: frozenset[str]) -> Panel:
    """The panel with `before` more periods at its start: nothing was reported then, and no attribute is known."""
    if not before:
        return panel
    shape = (before, len(panel.entities))
    none = Column(values=np.full(shape, np.nan), reasons=np.full(shape, BEFORE_FIRST))
    return replace(
        panel,
        periods=tuple(panel.periods[0].shift(step) for step in range(-before, 0)) + panel.periods,
        columns={
            name: Column(
                values=np.concatenate([none.values, panel.columns[name].values]),
                reasons=np.concatenate([none.reasons, panel.columns[name].reasons]),
            )
            for name in measures
        },
        basis={
            name: np.concatenate([np.zeros(shape, dtype=np.uint8), panel.basis[name]]) for name in measures
        },
        attributes={
            name: np.concatenate([np.full(shape, None, dtype=np.object_), texts])
            for name, texts in panel.attributes.items()
        },
    )  # fmt: skip
