"""How a kernel is run: one source, plain loops over arrays, interpreted for small graphs and compiled for large ones.

A kernel adds one term at a time in the order that it says, and calls functions of its own module at most. The compiler
is told nothing that would let it reorder, so that both ways give the same bits (`tests/evaluate/ownership` says so).
"""

from collections.abc import Callable
from functools import cache
from types import FunctionType
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
    from numba.extending import register_jitable

    for name in kernel.__code__.co_names:
        if isinstance(helper := kernel.__globals__.get(name), FunctionType):
            register_jitable(helper)
    try:
        made: Kernel = njit(cache=True)(kernel)
    except RuntimeError:  # no folder that can be written to: compiled anew by each process
        made = njit(kernel)
    return made
