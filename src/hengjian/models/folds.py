"""Folds for cross-fitting: entities are kept together, and each fold has its part of those to whom it happened."""

import numpy as np
from numpy.typing import NDArray

from hengjian.models.members import Truths

Places = NDArray[np.intp]

#: What is learned is tried on fifths that it was not learned from.
FOLDS = 5


def fold_of(truths: Truths, groups: Places, generator: np.random.Generator) -> Places:
    """The number of the fold, from 0, of each row. `groups`: a number for whose each row is.

    Entities to whom it happened in any row are dealt out first, then the others, each time after a shuffle.
    """
    owners = np.unique(groups)
    happened = np.isin(owners, groups[truths])
    folds = np.empty(len(owners), dtype=np.intp)
    start = 0
    for some in (np.flatnonzero(happened), np.flatnonzero(~happened)):
        order = generator.permutation(some)
        folds[order] = (start + np.arange(len(order))) % FOLDS
        start += len(order)
    found: Places = folds[np.searchsorted(owners, groups)]
    return found
