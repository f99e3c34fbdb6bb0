"""The forty indicators by Hengjian itself: one process, one line of JSON on standard output.

    python benchmarks/forty/ours.py forty FOLDER --repeat 3

`forty` begins at the store's file with all lines and ends with one checksum an indicator; `kept` keeps all results as
well; `resolved` begins at the store of lines already resolved; `ratios` computes the fourteen ratios of the latter;
`panel` is the as-of question alone, with one checksum a measure.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from generate import MEASURES, programme

from hengjian.evaluate.evaluate import evaluate, evaluate_pieces
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.panel import load_panel
from hengjian.panel.panel import Column
from hengjian.panel.reach import load_scene
from hengjian.store import Store

TASKS = ("forty", "kept", "resolved", "ratios", "panel")
CHECKED: list[Programme] = []
#: When the computing proper began.
COMPUTE: list[float] = []


def run(task: str, folder: Path) -> list[float]:
    """One run from the file to the checksums."""
    checked = CHECKED[0]
    file = "resolved.duckdb" if task in ("resolved", "ratios") else "store.duckdb"
    with Store.open(folder / file, read_only=True) as store:
        if task == "panel":
            names = [f"m{place}" for place in range(MEASURES)]
            panel = load_panel(store, checked.catalogue, Cut(), names, "quarter")
            return [total(panel.columns[name]) for name in names]
        names = [name for name in checked.indicators if task != "ratios" or name.startswith("ratio")]
        scene = load_scene(store, checked.catalogue, Cut(), needs(checked, names, everyone=True))
    COMPUTE[:] = [time.perf_counter()]
    if task == "kept":
        results = evaluate(checked, names, scene)
        return [total(results.columns[name]) for name in names]
    sums = dict.fromkeys(names, 0.0)
    for _, columns in evaluate_pieces(checked, names, scene):
        for name, column in columns.items():
            sums[name] += total(column)
    return [sums[name] for name in names]


def total(column: Column) -> float:
    """The sum of what is there."""
    return float(np.nansum(column.values) if column.reasons.any() else np.sum(column.values))


def measure(work: Callable[[Path], list[float]], folder: Path, repeat: int) -> dict[str, object]:
    """Wall and processor seconds of each run, the peak of memory (MB) and the checksums."""
    walls, processor, compute, sums = [], [], [], []
    for _ in range(repeat):
        COMPUTE.clear()
        used, start = time.process_time(), time.perf_counter()
        sums = work(folder)
        end = time.perf_counter()
        walls.append(end - start)
        processor.append(time.process_time() - used)
        compute += [end - begin for begin in COMPUTE]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "wall": statistics.median(walls), "walls": walls, "cpu": statistics.median(processor), "peak": peak / 1000,
        "compute": statistics.median(compute) if compute else None, "sums": sums, "load": os.getloadavg()[0],
    }  # fmt: skip


def main() -> None:
    """Run one task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    CHECKED.append(programme())
    sys.stdout.write(json.dumps(measure(partial(run, options.task), options.folder, options.repeat)) + "\n")


if __name__ == "__main__":
    main()
