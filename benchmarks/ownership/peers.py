"""The peers' side of `ownership.py`: one line of JSON. Each peer is a function of its own; imports are not measured.

All follow holdings down until what is passed on is below 1e-9: networkx and DuckDB from frontier to frontier, SciPy by
Jacobi steps over all.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LEAST = 1e-9


def main() -> None:
    """Measure one peer, and print what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=["networkx", "scipy", "duckdb"])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    owner, owned, share = (np.load(options.folder / f"{name}.npy") for name in ("owner", "owned", "share"))
    count = int(max(owner.max(), owned.max())) + 1
    held = np.bincount(owner, minlength=count)
    owners = {"hub": int(held.argmax()), "middling": int(np.argsort(held)[-2000])}
    deep = int(np.load(options.folder / "deep.npy"))
    links = owner, owned, share
    if options.peer == "networkx":
        found = by_networkx(*links, count, owners, deep)
    elif options.peer == "scipy":
        found = by_scipy(*links, count, owners)
    else:
        found = by_duckdb(*links, owners)
    sys.stdout.write(json.dumps(found) + "\n")


def by_networkx(owner: Any, owned: Any, share: Any, count: int, owners: dict[str, int], deep: int) -> dict[str, object]:
    """A graph of dictionaries, pushed from frontier to frontier; control by a work-list; its own ancestors."""
    import networkx

    begun = time.perf_counter()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(zip(owner.tolist(), owned.tolist(), share.tolist(), strict=True))
    found: dict[str, object] = {"build": time.perf_counter() - begun}

    near = graph._adj  # noqa: SLF001  what its own algorithms read; the public view is several times slower

    def push(start: int) -> list[float]:
        total: dict[int, float] = {}
        front = {start: 1.0}
        while front:
            following: dict[int, float] = {}
            for here, part in front.items():
                for there, link in near[here].items():
                    following[there] = following.get(there, 0.0) + part * link["weight"]
            for there, part in following.items():
                total[there] = total.get(there, 0.0) + part
            front = {there: part for there, part in following.items() if part > LEAST}
        return list(total.values())

    def control(start: int) -> int:
        counted: dict[int, float] = {}
        inside, work = {start}, [start]
        while work:
            for there, link in near[work.pop()].items():
                counted[there] = counted.get(there, 0.0) + link["weight"]
                if counted[there] > 0.5 and there not in inside:
                    inside.add(there)
                    work.append(there)
        return len(inside) - 1

    for name, start in owners.items():
        taken, total = timed(lambda start=start: push(start), 1 if name == "hub" else 5)
        found |= {name: taken, f"{name}_sum": sum(total), f"{name}_reach": sum(part > LEAST for part in total)}
    found["control"], found["controlled"] = timed(lambda: control(owners["hub"]), 3)
    found["ancestors"], above = timed(lambda: networkx.ancestors(graph, deep), 5)
    return found | {"ancestors_count": len(above)}


def by_scipy(owner: Any, owned: Any, share: Any, count: int, owners: dict[str, int]) -> dict[str, object]:
    """x = b + D'x until no figure moves by more than 1e-9."""
    import scipy.sparse

    begun = time.perf_counter()
    rows = scipy.sparse.csr_matrix((share, (owner, owned)), shape=(count, count))
    columns = rows.T.tocsr()
    found: dict[str, object] = {"build": time.perf_counter() - begun}

    def jacobi(start: int) -> Any:
        own = rows[start].toarray().ravel()
        total = own.copy()
        while True:
            following = columns @ total + own
            if np.abs(following - total).max() < LEAST:
                return following
            total = following

    for name, start in owners.items():
        taken, total = timed(lambda start=start: jacobi(start), 2)
        found |= {name: taken, f"{name}_sum": float(total.sum()), f"{name}_reach": int((total > LEAST).sum())}
    return found


def by_duckdb(owner: Any, owned: Any, share: Any, owners: dict[str, int]) -> dict[str, object]:
    """Frontiers as tables, joined with the links sorted by owner."""
    import duckdb
    import pyarrow

    base = duckdb.connect(config={"threads": 2})
    links = pyarrow.table({"owner": owner, "owned": owned, "share": share})
    base.register("given", links)
    begun = time.perf_counter()
    base.execute("create table links as select * from given order by owner")
    found: dict[str, object] = {"build": time.perf_counter() - begun}

    def iterate(start: int) -> tuple[int, float]:
        base.execute("create or replace temp table total(place bigint, part double)")
        base.execute(f"create or replace temp table front as select {start}::bigint place, 1.0::double part")
        while base.execute("select count(*) from front").fetchone() != (0,):
            base.execute(
                "create or replace temp table following as select owned place, sum(part * share) part "
                "from front join links on owner = place group by owned; insert into total from following"
            )
            base.execute(f"create or replace temp table front as select * from following where part > {LEAST}")
        query = "select count(*) filter (part > 1e-9), sum(part) from (select sum(part) part from total group by place)"
        reached, total = base.execute(query).fetchone() or (0, 0.0)
        return int(reached), float(total)

    for name, start in owners.items():
        taken, (reached, total) = timed(lambda start=start: iterate(start), 1)
        found |= {name: taken, f"{name}_sum": total, f"{name}_reach": reached}
    return found


def timed(task: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The best of several runs: a peer is not to suffer by the others."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = task()
        taken.append(time.perf_counter() - begun)
    return min(taken), answer


if __name__ == "__main__":
    main()
