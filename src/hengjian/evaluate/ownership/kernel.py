"""How a kernel is run: one source, plain loops over arrays, interpreted for small graphs and compiled for large ones.

A kernel adds one term at a time in the order that it says, and calls no other kernel. The compiler is told nothing that
would let it reorder, so that both ways give the same bits (tests/evaluate/ownership says so of the same graphs).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

#: Graphs of more entities run compiled.
LARGE = 100_000

Kernel = Callable[..., Any]


def run(kernel: Kernel, size: int, *arguments: Any) -> Any:
    """The kernel's answer; it writes into the arrays that it is given. `size` is the number of entities."""
    if size > LARGE:
        return _compiled(kernel)(*arguments)
    return kernel(*(each.data if isinstance(each, np.ndarray) else each for each in arguments))


@cache
def _compiled(kernel: Kernel) -> Kernel:
    from numba import njit

    made: Kernel = njit(cache=True)(kernel)
    return made
