"""The tree of RFC 9162 against published vectors, a naive definition, and every tampering of a bit."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    levels_of,
    range_root,
    root_of,
)

# github.com/transparency-dev/merkle testonly/constants.go: LeafInputs and RootHashes (the tests of RFC 6962)
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# the same file, NodeHashes: levels 0 to 2 of the tree of eight
NODES = {
    (0, 0): "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    (0, 1): "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    (0, 2): "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    (0, 3): "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    (0, 4): "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    (0, 5): "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    (0, 6): "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    (0, 7): "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    (1, 0): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 1): "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    (1, 2): "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    (1, 3): "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    (2, 0): "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    (2, 1): "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}
HASHES = [leaf_hash(bytes.fromhex(text)) for text in LEAVES]
MANY = [leaf_hash(b"%d" % number) for number in range(601)]
MANY_NODE = levels_of(MANY)


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 defines it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + naive_root(hashes[:split]) + naive_root(hashes[split:])).digest()


def flips(data: bytes) -> list[bytes]:
    return [data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] for at in range(len(data)) for bit in range(8)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_classic_leaves(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "text"), NODES.items())
def test_nodes_of_the_classic_leaves(place: tuple[int, int], text: str) -> None:
    assert levels_of(HASHES)(*place).hex() == text


def test_the_empty_root() -> None:
    assert Edge().root() == EMPTY_ROOT == bytes.fromhex(ROOTS[0])


def test_every_size_has_the_root_of_the_definition_and_its_edge_comes_back() -> None:
    edge = Edge()
    for size in range(601):
        root = edge.root()
        if size % 7 == 0 or size < 70:
            assert root == naive_root(MANY[:size])
        assert root == (range_root(MANY_NODE, 0, size) if size else EMPTY_ROOT)
        again = Edge(size, edge.packed())
        assert (again.root(), again.packed()) == (root, edge.packed())
        edge.append(MANY[size])


def test_every_inclusion_at_every_size() -> None:
    for size in [*range(1, 70), 127, 128, 129, 255, 256, 257, 300, 511, 512, 513, 599, 600]:
        root = range_root(MANY_NODE, 0, size)
        for index in range(size):
            proof = inclusion_proof(MANY_NODE, index, size)
            assert included(MANY[index], index, size, proof, root)


def test_every_size_includes_its_ends_and_extends_smaller_ones() -> None:
    for size in range(1, 601):
        root = range_root(MANY_NODE, 0, size)
        for index in {0, size // 2, size - 1}:
            assert included(MANY[index], index, size, inclusion_proof(MANY_NODE, index, size), root)
        for old in {1, 2, size // 3 or 1, size // 2 or 1, size - 1 or 1, size}:
            if old <= size:
                proof = consistency_proof(MANY_NODE, old, size)
                assert consistent(old, range_root(MANY_NODE, 0, old), size, root, proof)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    edge = Edge()
    for step in steps:
        edge.extend(MANY[edge.size : edge.size + step])
    assert edge.root() == naive_root(MANY[: edge.size])


@given(st.integers(1, 600), st.data())
def test_any_pair_of_sizes_is_consistent(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(MANY_NODE, old, new)
    old_root, new_root = range_root(MANY_NODE, 0, old), range_root(MANY_NODE, 0, new)
    assert consistent(old, old_root, new, new_root, proof)
    if old < new:
        assert not consistent(old, new_root, new, new_root, proof)
        assert not consistent(old, old_root, new, old_root, proof)
        assert not consistent(old + 1, old_root, new, new_root, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (2, 3), (5, 7), (4, 5), (599, 600), (300, 600)])
def test_every_changed_bit_of_an_inclusion_fails(index: int, size: int) -> None:
    leaf, root, proof = MANY[index], range_root(MANY_NODE, 0, size), inclusion_proof(MANY_NODE, index, size)
    assert included(leaf, index, size, proof, root)
    assert not any(included(bad, index, size, proof, root) for bad in flips(leaf))
    assert not any(included(leaf, index, size, proof, bad) for bad in flips(root))
    for at, part in enumerate(proof):
        for bad in flips(part):
            assert not included(leaf, index, size, [*proof[:at], bad, *proof[at + 1 :]], root)
    assert not any(included(leaf, other, size, proof, root) for other in range(-1, size + 1) if other != index)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 5), (4, 8), (6, 7), (256, 600), (511, 513)])
def test_every_changed_bit_of_a_consistency_fails(old: int, new: int) -> None:
    old_root, new_root = range_root(MANY_NODE, 0, old), range_root(MANY_NODE, 0, new)
    proof = consistency_proof(MANY_NODE, old, new)
    assert not any(consistent(old, bad, new, new_root, proof) for bad in flips(old_root))
    assert not any(consistent(old, old_root, new, bad, proof) for bad in flips(new_root))
    for at, part in enumerate(proof):
        for bad in flips(part):
            assert not consistent(old, old_root, new, new_root, [*proof[:at], bad, *proof[at + 1 :]])


def test_wrong_lengths_are_refused() -> None:
    root = range_root(MANY_NODE, 0, 600)
    proof = inclusion_proof(MANY_NODE, 5, 600)
    assert not included(MANY[5], 5, 600, proof[:-1], root)
    assert not included(MANY[5], 5, 600, [*proof, bytes(32)], root)
    assert not included(MANY[5][:-1], 5, 600, proof, root)
    assert not included(MANY[5], 5, 600, [proof[0][:-1], *proof[1:]], root)
    assert not included(MANY[5], 5, 600, [bytes(32)] * 64, root)
    # an empty hash as leaf and root of a tree of one (accepted by at least one published verifier)
    assert not included(b"", 0, 1, [], b"")
    assert not included(b"", 0, 0, [], b"")
    steps = consistency_proof(MANY_NODE, 5, 600)
    old_root = range_root(MANY_NODE, 0, 5)
    assert not consistent(5, old_root, 600, root, steps[:-1])
    assert not consistent(5, old_root, 600, root, [*steps, bytes(32)])
    assert not consistent(600, root, 600, root, [bytes(32)])
    assert not consistent(600, root, 5, old_root, steps)
    assert not consistent(0, EMPTY_ROOT, 600, root, [])
    assert not consistent(4, range_root(MANY_NODE, 0, 4), 600, root, [])


def test_an_edge_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Edge(3, bytes(32))
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(MANY_NODE, 3, 3)
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(MANY_NODE, 4, 3)
