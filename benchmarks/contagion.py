"""Contagion through a large network: chains and rings of everyone, and what follows from some defaults.

    python benchmarks/contagion.py [--guarantees 1000000] [--entities 400000] [--defaults 1000] [--unknown 0.02]

Guarantors and debtors by a power law (some stand for thousands), 1.3 holdings an entity in small groups, rings among
both; buffers log-normal, some of them unknown. All in memory: reading the links off the disk is not counted. Prints
seconds and what was found, so that runs can be compared.
"""

import argparse
import sys
import time

import numpy as np

from hengjian.panel.holdings import holdings_of
from hengjian.supervise.contagion import cascade
from hengjian.supervise.network import Obligations, chains_of, shortest_ring, web_of


def main() -> None:
    """Make the network, time each part, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guarantees", type=int, default=1_000_000)
    parser.add_argument("--entities", type=int, default=400_000)
    parser.add_argument("--defaults", type=int, default=1_000)
    parser.add_argument("--unknown", type=float, default=0.02)
    options = parser.parse_args()
    luck = np.random.default_rng(20260331)
    owed = obligations(luck, options.entities, options.guarantees)
    owner = luck.integers(0, options.entities, int(1.3 * options.entities))
    owned = (owner + luck.integers(1, 30, len(owner))) % options.entities
    share = luck.uniform(0.02, 0.3, len(owner))
    holdings = holdings_of(
        owner=owner, owned=owned, share=share, voter=owner, votes=share, pooled=np.zeros(len(owner), np.bool_)
    )
    buffers = np.exp(luck.normal(17.5, 1.5, options.entities))
    known = np.flatnonzero(luck.random(options.entities) >= options.unknown)
    table = dict(zip(known.tolist(), buffers[known].tolist(), strict=True))
    sys.stdout.write(f"{len(owed.amount):,} guarantees among {options.entities:,}, {len(holdings.share):,} holdings\n")
    since = time.perf_counter()
    web = web_of(owed, 0.6, 1.0, holdings, table)
    since = told("put together", since)
    chains = chains_of(web.calls)
    largest = max(map(len, chains.rings), default=0)
    since = told(f"chains: the longest {max(chains.depth)}; {len(chains.rings):,} rings, of {largest:,} at most", since)
    lengths = [len(shortest_ring(web.calls, ring)) for ring in chains.rings]
    since = told(f"the shortest ring of each: {min(lengths, default=0)} to {max(lengths, default=0)}", since)
    start = luck.choice(web.size, options.defaults, replace=False).tolist()
    found = cascade(web, start)
    fallen, may = (int(np.count_nonzero(one.round >= 0)) for one in (found.least, found.most))
    told(f"{options.defaults:,} defaults: {fallen:,} in {found.rounds} rounds, {may - fallen:,} unknown", since)


def obligations(luck: np.random.Generator, entities: int, count: int) -> Obligations:
    """Guarantees by a power law, each pair once."""
    ends = [(luck.power(0.35, 2 * count) * entities).astype(np.int64) for _ in range(2)]
    pairs = np.unique(ends[0] * entities + luck.permutation(entities)[ends[1]])
    pairs = np.sort(luck.choice(pairs, min(count, len(pairs)), replace=False))
    guarantor, debtor = pairs // entities, pairs % entities
    apart = guarantor != debtor
    amount = np.exp(luck.normal(14.0, 1.5, len(pairs)))
    return Obligations(
        guarantor=guarantor[apart], debtor=debtor[apart], amount=amount[apart], cover=np.zeros(np.count_nonzero(apart))
    )


def told(what: str, since: float) -> float:
    """Prints what a part found and how long it took; the time now."""
    now = time.perf_counter()
    sys.stdout.write(f"{now - since:8.2f} s  {what}\n")
    return now


if __name__ == "__main__":
    main()
