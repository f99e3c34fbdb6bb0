"""Dated attributes as arrays: facts painted one over the other, period by period."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.period import Period
from hengjian.panel.fill import Places, filled, numbers, piece, positions
from hengjian.store import Store

Texts = NDArray[np.object_]
#: Of fewer texts than this, Python makes the distinct ones before Arrow has loaded what does.
FEW = 20_000
_EPOCH = date(1970, 1, 1).toordinal()
_ALWAYS = np.iinfo(np.int64).min


def attribute_arrays(
    store: Store,
    cut: Cut,
    attributes: Sequence[str],
    ordinals: Places,
    asked: Sequence[int] | None,
    periods: Sequence[Period],
) -> dict[str, Texts]:
    """Per attribute the text in force at each period's end (or on the cut's `as_of`), None where nothing is stated."""
    names = list(dict.fromkeys(attributes))
    days = [(cut.as_of or period.end).toordinal() - _EPOCH for period in periods]
    arrays = {name: np.full((len(periods), len(ordinals)), None, np.object_) for name in names}
    if not names or not periods or not len(ordinals):
        return arrays
    until = date.fromordinal(max(days) + _EPOCH)
    table = store.facts(cut, names, asked, until)
    place, kept = positions(ordinals, numbers(table.column("ordinal")))
    which = numbers(table.column("attribute"))
    texts = _texts(table.column("text"))
    since = filled(table.column("valid_from"), _ALWAYS)
    if kept is not None:
        place, which, texts, since = place[kept], which[kept], texts[kept], since[kept]
    for number, name in enumerate(names):
        mine = which == number
        _paint(arrays[name], days, place[mine], texts[mine], since[mine])
    return arrays


def _texts(column: Any) -> Texts:
    """An Arrow column of texts, each distinct one made once: the same text is then the same object."""
    if len(column) < FEW:
        known: dict[str | None, str | None] = {}
        return np.array([known.setdefault(text, text) for text in column.to_pylist()], np.object_)
    encoded = column.combine_chunks().dictionary_encode()
    distinct = np.array(encoded.dictionary.to_pylist(), np.object_)
    texts: Texts = distinct[piece(encoded.indices)]
    return texts


def _paint(array: Texts, days: Sequence[int], place: Places, texts: Texts, since: Places) -> None:
    """Facts come in painting order; where one place is assigned several times, numpy leaves the last."""
    before = None
    for row, day in enumerate(days):
        begun = since <= day
        if before is not None and np.array_equal(begun, before):
            array[row] = array[row - 1]
        else:
            array[row, place[begun]] = texts[begun]
        before = begun
