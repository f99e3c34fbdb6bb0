"""Tiles as C2SP tlog-tiles lays them out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.merkle import Edge, included, inclusion_proof, leaf_hash, root_of
from hengjian.ledger.tile import Tiles, bundle, spans, tile_path, unbundle


class Memory:
    """Leaves without a journal."""

    def __init__(self, count: int) -> None:
        self.all = [b"leaf %d" % number for number in range(count)]
        self.hashes = [leaf_hash(leaf) for leaf in self.all]

    def leaves(self, first: int, last: int) -> list[bytes]:
        return self.all[first:last]

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        return self.hashes[first:last]

    def edge(self, size: int) -> Edge:
        edge = Edge()
        edge.extend(self.hashes[:size])
        return edge


def files(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())


# c2sp.org/tlog-tiles: "index 1234067 will be encoded as x001/x234/067"
@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (0, 0, 256, "tile/0/000"),
        (1, 999, 17, "tile/1/999.p/17"),
        ("entries", 1000, 256, "tile/entries/x001/000"),
        (63, 1000000, 1, "tile/63/x001/x000/000.p/1"),
    ],
)
def test_paths(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path


def test_the_tree_of_70000_has_the_tiles_of_the_specification(tmp_path: Path) -> None:
    # c2sp.org/tlog-tiles: "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0
    # tile of width 112, one full level 1 tile, one partial level 1 tile of width 17, and one
    # partial level 2 tile of width 1"
    memory = Memory(70_000)
    tiles = Tiles(tmp_path, memory)
    tiles.publish(Edge(), 70_000)
    found = set(files(tmp_path))
    assert found == {name for name, _ in tiles.files(70_000)}
    level0 = [name for name in found if name.startswith("tile/0/")]
    assert sorted(len(name.split(".p/")) for name in level0) == [1] * 273 + [2]
    assert {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"} <= found
    assert len(found) == 2 * 274 + 2 + 1
    for name, data in tiles.files(70_000):
        assert (tmp_path / name).read_bytes() == data
    root = memory.edge(70_000).root()
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        proof = inclusion_proof(Tiles(tmp_path, Memory(0)).node(70_000), index, 70_000)
        assert included(memory.hashes[index], index, 70_000, proof, root)


def test_a_tree_of_256_has_a_full_tile_and_a_tile_of_one(tmp_path: Path) -> None:
    Tiles(tmp_path, Memory(256)).publish(Edge(), 256)
    assert list(files(tmp_path)) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_growing_in_steps_leaves_the_files_of_growing_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("tiles")
    memory = Memory(sum(steps))
    tiles, size = Tiles(folder, memory), 0
    for step in steps:
        tiles.publish(memory.edge(size), size + step)
        size += step
        assert tiles.holds(size)
        assert tiles.extent(size) == size
    assert all((folder / name).read_bytes() == data for name, data in tiles.files(size))
    assert all((folder / name).read_bytes() == data for name, data in tiles.partials(size))
    assert tiles.bundles(0, size) == memory.all


def test_a_damaged_tile_is_not_built_upon(tmp_path: Path) -> None:
    memory = Memory(2000)
    tiles = Tiles(tmp_path, memory)
    tiles.publish(Edge(), 1000)
    wrong = tmp_path / "tile/1/000.p/3"
    wrong.write_bytes(bytes(len(wrong.read_bytes())))
    tiles.publish(memory.edge(1000), 2000)
    expected = dict(tiles.files(2000))["tile/1/000.p/7"]
    assert (tmp_path / "tile/1/000.p/7").read_bytes() == expected


def test_missing_tiles_are_made_from_the_leaves(tmp_path: Path) -> None:
    memory = Memory(600)
    proof = inclusion_proof(Tiles(tmp_path, memory).node(600), 17, 600)
    assert included(memory.hashes[17], 17, 600, proof, root_of(memory.hashes))
    assert not list(files(tmp_path))


def test_extent_sees_tiles_beyond_a_smaller_tree(tmp_path: Path) -> None:
    tiles = Tiles(tmp_path, Memory(1000))
    tiles.publish(Edge(), 1000)
    assert [tiles.extent(size) for size in (0, 5, 256, 700, 999, 1000)] == [1000] * 6
    assert tiles.bundles(250, 1000) == Memory(1000).all[250:]
    assert not tiles.holds(999)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_come_back(leaves: list[bytes]) -> None:
    assert unbundle(bundle(leaves)) == leaves


@pytest.mark.parametrize("data", [b"\0", b"\0\2a", b"\0\1a\0", b"\xff\xff"])
def test_bundles_cut_short(data: bytes) -> None:
    with pytest.raises(ValueError, match="cut short"):
        unbundle(data)


def test_spans() -> None:
    assert list(spans(0, 0)) == []
    assert list(spans(256, 256)) == []
    assert list(spans(250, 256)) == [(0, 256)]
    assert list(spans(256, 257)) == [(1, 1)]
    assert list(spans(0, 513)) == [(0, 256), (1, 256), (2, 1)]
