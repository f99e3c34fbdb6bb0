"""Panels cut down to some entities, or extended into the time before anything was reported."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.missing import BEFORE_FIRST
from hengjian.model.period import PER_YEAR, Period
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import WHOLE


def select(panel: Panel, entities: Sequence[str]) -> Panel:
    """The panel of some of its entities, in the panel's own order. KeyError for one that it does not hold."""
    places = {entity: place for place, entity in enumerate(panel.entities)}
    return part(panel, np.array(sorted(places[entity] for entity in entities), dtype=np.intp))


def part(panel: Panel, places: slice | NDArray[np.intp]) -> Panel:
    """The panel of the entities at some places: views of its arrays where the places are a slice."""
    entities = panel.entities
    return replace(
        panel,
        entities=entities[places] if isinstance(places, slice) else tuple(entities[place] for place in places),
        ordinals=panel.ordinals[places],
        columns={
            name: Column(values=column.values[:, places], reasons=column.reasons[:, places])
            for name, column in panel.columns.items()
        },
        basis={name: codes[:, places] for name, codes in panel.basis.items()},
        attributes={name: texts[:, places] for name, texts in panel.attributes.items()},
    )


def narrow(panel: Panel, measures: frozenset[str]) -> Panel:
    """The panel of some of its measures. KeyError for one that it does not hold."""
    return replace(
        panel,
        columns={name: panel.columns[name] for name in measures},
        basis={name: panel.basis[name] for name in measures},
    )


def rows_before(panel: Panel, span: int) -> int:
    """How many of the `span` periods before the panel's start there are: the calendar begins with year 1.

    Of who looks back over all there is, only what is added to that.
    """
    first = panel.periods[0]
    return min(span % WHOLE, first.index - PER_YEAR.get(first.frequency, 1))


def periods_from(panel: Panel, before: int) -> tuple[Period, ...]:
    """The panel's periods, and `before` more at their start."""
    return tuple(panel.periods[0].shift(step) for step in range(-before, 0)) + panel.periods


def extend(panel: Panel, before: int) -> Panel:
    """The panel with `before` more periods at its start: nothing was reported then, and no attribute is known."""
    if not before:
        return panel
    shape = (before, len(panel.entities))
    none = Column(values=np.full(shape, np.nan), reasons=np.full(shape, BEFORE_FIRST))
    return replace(
        panel,
        periods=periods_from(panel, before),
        columns={
            name: Column(
                values=np.concatenate([none.values, column.values]),
                reasons=np.concatenate([none.reasons, column.reasons]),
            )
            for name, column in panel.columns.items()
        },
        basis={
            name: np.concatenate([np.zeros(shape, dtype=np.uint8), codes]) for name, codes in panel.basis.items()
        },
        attributes={
            name: np.concatenate([np.full(shape, None, dtype=np.object_), texts])
            for name, texts in panel.attributes.items()
        },
    )  # fmt: skip
