"""Who holds whom, at random: a power law of owners, 1.3 holdings an entity, holdings back that close rings.

    python generate.py FOLDER --entities N

writes owner, owned and share as arrays, ascending by owner, then owned.
"""

import argparse
from pathlib import Path

import numpy as np


def main() -> None:
    """Make the arrays, unless they are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, required=True)
    options = parser.parse_args()
    if (options.folder / "share.npy").exists():
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    owner, owned, share = holdings(options.entities)
    np.save(options.folder / "owner.npy", owner)
    np.save(options.folder / "owned.npy", owned)
    np.save(options.folder / "share.npy", share)


def holdings(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mostly from lower to higher numbers; a quarter by few large owners; 0.2 % the other way; mutual holdings of one
    in 250. Shares of a company come to 60 % to 99.99 %."""
    random = np.random.default_rng(1)
    links = int(1.3 * count)
    owned = random.integers(0, count, links)
    owner = (owned * random.random(links) ** 1.5).astype(np.int64)
    large = random.random(links) < 0.25
    owner[large] = (count * random.random(np.count_nonzero(large)) ** 8).astype(np.int64)
    back = random.random(links) < 0.002
    owner[back], owned[back] = owned[back], owner[back].copy()
    mutual = count // 500
    one = random.integers(0, count, mutual)
    other = np.clip(one + random.integers(1, 50, mutual), 0, count - 1)
    owner, owned = np.concatenate([owner, one, other]), np.concatenate([owned, other, one])
    pairs = np.unique((owner * count + owned)[owner != owned])
    owner, owned = pairs // count, pairs % count
    share = random.random(len(owner)) ** 0.5
    share[random.random(len(owner)) < 0.35] = 1.0
    total = np.bincount(owned, weights=share, minlength=count)
    most = random.uniform(0.6, 1.0, count)
    most[random.random(count) < 0.4] = 0.9999
    return owner, owned, share * np.minimum(1.0, most / np.maximum(total, 1e-12))[owned]


if __name__ == "__main__":
    main()
