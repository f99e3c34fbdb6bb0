"""What it costs to compute by workers of dask.distributed instead of here: the overhead, stated.

    python benchmarks/distribute.py [--space FOLDER] [--entities 100000] [--workers 2] [--repeat 3]

Forty indicators (`forty/pack`: ratios, growth, trailing sums, peers, links) over 12 quarters, from arrays in memory to
all results in memory; of the workers' way also how long the files take to write. All workers run on this machine, so
that nothing can be gained here but what a second process gives. With `--space`, the whole `hengjian evaluate` over
that space too, here and by the workers. Both ways end with one digest, which must agree; runs alternate.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from distributed import LocalCluster

sys.path.insert(0, str(Path(__file__).parent / "forty"))

from generate import programme

from hengjian.evaluate.cluster import Cluster, connected
from hengjian.evaluate.digest import digest
from hengjian.evaluate.distribute import evaluate_by_tasks, work
from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.panel.links import Edges
from hengjian.panel.panel import Column, Panel
from hengjian.panel.parcel import write_parcel
from hengjian.panel.scene import Scene

QUARTERS = 12
COMMAND = Path(sys.executable).with_name("hengjian")


def synthetic(checked: Programme, names: list[str], entities: int) -> Scene:
    """Positive figures, 2 % of them not reported; twenty texts of each attribute; ten below each parent."""
    random = np.random.default_rng(1)
    shape = (QUARTERS, entities)
    wanted = needs(checked, names, everyone=True)
    columns = {}
    for name in sorted(wanted.measures):
        gone = random.random(shape) < 0.02
        values = np.where(gone, np.nan, random.uniform(1.0, 1e9, shape))
        columns[name] = Column(values=values, reasons=np.where(gone, np.uint8(Missing.NOT_REPORTED), np.uint8(0)))
    texts = np.array([f"class {number}" for number in range(20)], np.object_)
    attributes = {
        name: np.broadcast_to(texts[random.integers(0, 20, entities)], shape) for name in sorted(wanted.attributes)
    }
    home = Panel(
        cut=Cut(), periods=tuple(Period("quarter", 2018 * 4 + step) for step in range(QUARTERS)),
        entities=tuple(f"E{place:06d}" for place in range(entities)), ordinals=np.arange(entities), columns=columns,
        basis={name: np.ones(shape, np.uint8) for name in columns}, attributes=attributes,
    )  # fmt: skip
    children = np.arange(10, entities)
    edges = Edges(near=children // 10, far=children)
    return Scene(frame=wanted.frame, home=home, links=dict.fromkeys(wanted.links, (edges,) * QUARTERS))


def arrays(cluster: Cluster, entities: int, repeat: int) -> None:
    """Forty indicators, here and by the workers."""
    checked = programme()
    names = list(checked.indicators)
    scene = synthetic(checked, names, entities)
    here, there, writing, said = list[float](), list[float](), list[float](), set[str]()
    for _ in range(repeat):
        began = time.perf_counter()
        found = evaluate(checked, names, scene)
        here.append(time.perf_counter() - began)
        said.add(digest(found))
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            found, wrote = by_workers(cluster, checked, names, scene, Path(folder) / "scene")
            there.append(time.perf_counter() - began)
            writing.append(wrote)
        said.add(digest(found))
    told(f"{len(names)} indicators, {entities:,} enterprises, {QUARTERS} quarters", here, there, said)
    say(f"  of which writing the files {statistics.median(writing):.2f} s")


def by_workers(
    cluster: Cluster, checked: Programme, names: list[str], scene: Scene, folder: Path
) -> tuple[Results, float]:
    """The results, and the seconds that the files took."""
    began = time.perf_counter()
    parcel = write_parcel(scene, folder)
    wrote = time.perf_counter() - began
    carry = partial(cluster.carry, work)
    found = evaluate_by_tasks(checked, names, scene, None, parcel=parcel, threads=cluster.threads, carry=carry)
    return found, wrote


def commands(address: str, space: Path, repeat: int) -> None:
    """The whole command over a space, as a process of its own."""
    here, there, said = list[float](), list[float](), set[str]()
    for _ in range(repeat):
        for taken, engine in ((here, "local"), (there, address.replace("tcp://", "dask://"))):
            began = time.perf_counter()
            words = [COMMAND, "evaluate", space, "--engine", engine, "--json"]
            said.add(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            taken.append(time.perf_counter() - began)
    told(f"hengjian evaluate {space.name}", here, there, said)


def told(what: str, here: list[float], there: list[float], said: set[str]) -> None:
    """Medians, and that both said the same."""
    if len(said) != 1:
        raise SystemExit(f"{what}: the answers differ")
    one, other = statistics.median(here), statistics.median(there)
    found = f"here {one:.2f} s (best {min(here):.2f}), by the workers {other:.2f} s (best {min(there):.2f})"
    say(f"{what}: {found}; load {os.getloadavg()[0]:.1f}")


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Start the workers, run both ways in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--space", type=Path, default=None)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with LocalCluster(
        n_workers=options.workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        address: str = local.scheduler_address
        if options.space is not None:
            commands(address, options.space, options.repeat)
        with connected(address) as cluster:
            arrays(cluster, options.entities, options.repeat)


if __name__ == "__main__":
    main()
