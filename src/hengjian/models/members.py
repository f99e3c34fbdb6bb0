"""What the members of a learned score have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: 1: the score may only rise with the input, -1: only fall, 0: either.
Sign = int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Margins (log-odds) taken apart: `base` and one part an input, `parts` [row × input]; their sum is the margin."""

    base: float
    parts: Matrix

    def margins(self) -> Matrix:
        """The sum, the base first and the inputs in their order, one term at a time."""
        found = np.full(len(self.parts), self.base)
        for column in self.parts.T:
            found = found + column
        return found

    def scaled(self, factor: float, shift: float = 0.0) -> "Parts":
        return Parts(base=self.base * factor + shift, parts=self.parts * factor)


def together(parts: Sequence[Parts]) -> Parts:
    """The sum of some members' margins, input by input."""
    base, found = 0.0, np.zeros_like(parts[0].parts)
    for one in parts:
        base, found = base + one.base, found + one.parts
    return Parts(base=base, parts=found)


def logistic_loss(margins: Matrix, truths: Truths) -> float:
    """The mean of -log p of what happened."""
    return float(np.mean(np.logaddexp(0.0, np.where(truths, -margins, margins))))


def probability(margins: Matrix) -> Matrix:
    """1 / (1 + e^-m), without overflow."""
    small = np.exp(-np.abs(margins))
    found: Matrix = np.where(margins >= 0, 1.0, small) / (1.0 + small)
    return found
