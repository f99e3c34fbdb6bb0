"""Hengjian's side of `ownership.py`: one line of JSON."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from hengjian.evaluate.ownership import changed, control, graph_of, reach, rights, rings, sums
from hengjian.panel.holdings import Holdings

T = TypeVar("T")


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--changes", type=int, default=0, help="so many links change, one after the other")
    options = parser.parse_args()
    owner, owned, share = (np.load(options.folder / f"{name}.npy") for name in ("owner", "owned", "share"))
    count = int(max(owner.max(), owned.max())) + 1
    held = np.bincount(owner, minlength=count)
    hub, middling = int(held.argmax()), int(np.argsort(held)[-2000])
    deep = int(np.load(options.folder / "deep.npy")) if (options.folder / "deep.npy").exists() else None

    def fresh() -> Holdings:
        return Holdings(
            ordinals=np.arange(count), owner=owner, owned=owned, share=share, voter=owner, company=owned, votes=share,
            pooled=np.zeros(len(owner), np.bool_),
        )  # fmt: skip

    made = graph_of(fresh())
    found: dict[str, object] = {}
    found["first"], total = timed(lambda: rights(made, hub), 1)
    found |= {"hub_reach": int((total > 1e-9).sum()), "hub_sum": float(total.sum())}
    worked = time.process_time()
    found["hub"], _ = timed(lambda: rights(made, hub), options.repeat)
    found["hub_cpu"] = (time.process_time() - worked) / options.repeat
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rights(made, middling)
    found["middling"], total = timed(lambda: rights(made, middling), options.repeat)
    found |= {"middling_reach": int((total > 1e-9).sum()), "middling_sum": float(total.sum())}
    found["hub_cold"], _ = timed(lambda: rights(graph_of(fresh()), hub), 3)
    own = np.random.default_rng(2).random(count)
    sums(made, own)
    found["sums"], _ = timed(lambda: sums(made, own), options.repeat)
    control(made, hub)
    found["control"], controlled = timed(lambda: control(made, hub), options.repeat)
    found["controlled"] = len(controlled)
    if deep is None:
        lower = np.random.default_rng(5).integers(count // 2, count, 200).tolist()
        deep = max(lower, key=lambda place: len(reach(made, place, up=True)))
        np.save(options.folder / "deep.npy", deep)
    found["ancestors"], above = timed(lambda: reach(made, deep, up=True), 20)
    found |= {"ancestors_count": len(above), "rings": len(rings(made)), "entities": count, "links": len(owner)}
    found["sums_cold"], _ = timed(lambda: sums(graph_of(fresh()), own), 1)
    found["peak_all"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if options.changes:
        found["changes"] = follow(fresh(), hub, options.changes)
    sys.stdout.write(json.dumps(found) + "\n")


def follow(holdings: Holdings, hub: int, steps: int) -> dict[str, list[float]]:
    """From a stated link to the next answer: new arrays of shares and votes, the graph, the rights of one owner."""
    random = np.random.default_rng(9)
    made = graph_of(holdings)
    rights(made, hub), rings(made)
    found: dict[str, list[float]] = {"random": [], "hub": [], "random_cpu": [], "hub_cpu": [], "arrays": []}
    owners = np.unique(holdings.owner)
    for step in range(-6, 2 * steps):
        who, owner = ("random", int(random.choice(owners))) if step % 2 else ("hub", hub)
        begun, worked = time.perf_counter(), time.process_time()
        holdings = stated(made.holdings, random, ("weighed", "gone", "come")[step % 3])
        arrays = time.perf_counter() - begun
        made = changed(made, holdings)
        rights(made, owner)
        if step >= 0:
            found[who].append(time.perf_counter() - begun)
            found[f"{who}_cpu"].append(time.process_time() - worked)
            found["arrays"].append(arrays)
    return found


def stated(held: Holdings, random: np.random.Generator, kind: str) -> Holdings:
    """The holdings after one link was weighed anew, went, or came between two at random, whatever their order."""
    owner, owned, share = held.owner, held.owned, held.share
    cell = int(random.integers(len(owner)))
    if kind == "weighed":
        share = share.copy()
        share[cell] *= 0.5
    elif kind == "gone":
        owner, owned, share = (np.concatenate([each[:cell], each[cell + 1 :]]) for each in (owner, owned, share))
    else:
        one, other = int(owner[cell]), int(random.integers(len(held.ordinals)))
        begin, end = np.searchsorted(owner, [one, one + 1])
        cell = int(begin + np.searchsorted(owned[begin:end], other))
        if one != other and not (cell < end and owned[cell] == other):
            new = np.array([one]), np.array([other]), np.array([0.01])
            columns = zip((owner, owned, share), new, strict=True)
            owner, owned, share = (np.concatenate([each[:cell], more, each[cell:]]) for each, more in columns)
    return Holdings(
        ordinals=held.ordinals, owner=owner, owned=owned, share=share, voter=owner.copy(), company=owned.copy(),
        votes=share.copy(), pooled=np.zeros(len(owner), np.bool_),
    )  # fmt: skip


def timed(task: Callable[[], T], times: int) -> tuple[float, T]:
    """The median of several runs, and the last answer."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = task()
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)), answer


if __name__ == "__main__":
    main()
