"""Look-through ownership (穿透): rights through every layer, control, levels, paths and rings of one day's holdings.

Everything is told by places in `Holdings.ordinals`; importing this loads neither SciPy nor Numba.
"""

from hengjian.evaluate.ownership.change import changed
from hengjian.evaluate.ownership.control import control, control_pairs, controllers
from hengjian.evaluate.ownership.flow import rights, spread, sums
from hengjian.evaluate.ownership.graph import THRESHOLD, Graph, Method, Singular, graph_of
from hengjian.evaluate.ownership.paths import Path, Paths, paths
from hengjian.evaluate.ownership.reach import levels, reach, reach_of
from hengjian.evaluate.ownership.strength import control_rights
from hengjian.evaluate.ownership.system import rings, singular

__all__ = [
    "THRESHOLD",
    "Graph",
    "Method",
    "Path",
    "Paths",
    "Singular",
    "changed",
    "control",
    "control_pairs",
    "control_rights",
    "controllers",
    "graph_of",
    "levels",
    "paths",
    "reach",
    "reach_of",
    "rights",
    "rings",
    "singular",
    "spread",
    "sums",
]
