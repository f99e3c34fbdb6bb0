"""The log as static files: C2SP tlog-tiles, height 8, with entry bundles.

Tiles are derived: they are written after the commit and the checkpoint without a sync of their own, checked against
the tree's right edge before they are built upon, and made again from the journal when missing or wrong.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from hengjian.ledger.merkle import HASH_SIZE, Edge, Node, root_of
from hengjian.ledger.space import failing_writes

WIDTH = 256
MAX_ENTRY = 65_535
_MAX_CACHED = 256


class Source(Protocol):
    """Where leaves come from when a file is to be written."""

    def leaves(self, first: int, last: int) -> list[bytes]: ...
    def leaf_hashes(self, first: int, last: int) -> list[bytes]: ...


def tile_path(level: int | str, index: int, width: int) -> str:
    """`tile/<L>/<N>[.p/<W>]` with N in groups of three digits: 1234067 is x001/x234/067."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    tail = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{tail}"


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Entries behind their lengths as big-endian uint16."""
    return b"".join([len(leaf).to_bytes(2) + leaf for leaf in leaves])


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError when a length does not fit."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data):
            raise ValueError("the entry bundle is cut short")
        found.append(data[at + 2 : end])
        at = end
    return found


def spans(old: int, new: int) -> Iterator[tuple[int, int]]:
    """The tiles (index, width) of one level that change when it grows from `old` to `new` hashes."""
    for index in range(old // WIDTH, -(-new // WIDTH)):
        width = min(WIDTH, new - index * WIDTH)
        if index * WIDTH + width > old:
            yield index, width


class Tiles:
    """The tile files of one log, read and written."""

    def __init__(self, folder: Path, source: Source) -> None:
        self._folder = folder
        self._source = source
        self._cache: dict[tuple[int, int], list[list[bytes]]] = {}

    def publish(self, old: Edge, new: int) -> None:
        """Write every file that the tree of `new` leaves has and that of `old.size` has not."""
        with failing_writes(self._folder / "tile"):
            for index, width in spans(old.size, new):
                leaves = self._source.leaves(index * WIDTH, index * WIDTH + width)
                self._write("entries", index, width, bundle(leaves))
            level = 0
            while new >> 8 * level:
                for index, width in spans(old.size >> 8 * level, new >> 8 * level):
                    self._write(level, index, width, b"".join(self._grown(level, index, width, old)))
                level += 1

    def node(self, size: int) -> Node:
        """The `Node` function of the tree of `size` leaves over its tiles."""

        def node(level: int, index: int) -> bytes:
            tile_level, inner = divmod(level, 8)
            start = index << inner
            tile, offset = divmod(start, WIDTH)
            width = min(WIDTH, (size >> 8 * tile_level) - tile * WIDTH)
            built = self._built(tile_level, tile, width)
            while len(built) <= inner:
                below = built[-1]
                built.append([root_of(below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
            return built[inner][offset >> inner]

        return node

    def forget(self) -> None:
        """Drop what was read; used before tiles are written again."""
        self._cache.clear()

    def files(self, size: int) -> Iterator[tuple[str, bytes]]:
        """Every file of the tree of `size` leaves with the bytes it must hold, made from the journal alone."""
        hashes_below: list[bytes] = []
        for index, width in spans(0, size):
            first = index * WIDTH
            yield tile_path("entries", index, width), bundle(self._source.leaves(first, first + width))
            hashes = self._source.leaf_hashes(first, first + width)
            yield tile_path(0, index, width), b"".join(hashes)
            if width == WIDTH:
                hashes_below.append(root_of(hashes))
        level = 1
        while hashes_below:
            roots: list[bytes] = []
            for index, width in spans(0, len(hashes_below)):
                hashes = hashes_below[index * WIDTH : index * WIDTH + width]
                yield tile_path(level, index, width), b"".join(hashes)
                if width == WIDTH:
                    roots.append(root_of(hashes))
            hashes_below, level = roots, level + 1

    def partials(self, size: int) -> Iterator[tuple[str, bytes]]:
        """The older partial files at the right edge of the tree of `size` leaves, with the bytes they must hold."""
        level = 0
        while count := size >> 8 * level:
            index = (count - 1) // WIDTH
            newest = self._grown(level, index, count - index * WIDTH, Edge())
            folder = (self._folder / tile_path(level, index, 1)).parent
            for width in _widths(folder):
                if width < len(newest):
                    yield tile_path(level, index, width), b"".join(newest[:width])
            level += 1
        first = (size - 1) // WIDTH * WIDTH if size else 0
        leaves = self._source.leaves(first, size)
        for width in _widths((self._folder / tile_path("entries", first // WIDTH, 1)).parent):
            if width < len(leaves):
                yield tile_path("entries", first // WIDTH, width), bundle(leaves[:width])

    def read(self, level: int | str, index: int, width: int) -> bytes | None:
        """A file's bytes: the full tile's first `width` hashes or the partial tile; None when neither is there."""
        for candidate in (WIDTH, width):
            try:
                data = (self._folder / tile_path(level, index, candidate)).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            return data[: width * HASH_SIZE] if isinstance(level, int) else data
        return None

    def bundles(self, first: int, last: int) -> list[bytes]:
        """Entries [first, last) as the bundle files hold them; fewer when files are missing or damaged."""
        found: list[bytes] = []
        for index, width in spans(first // WIDTH * WIDTH, last):
            data = self.read("entries", index, width)
            try:
                entries = [] if data is None else unbundle(data)[:width]
            except ValueError:
                entries = []
            found.extend(entries[max(0, first - index * WIDTH) :])
            if len(entries) < width:
                break
        return found

    def extent(self, size: int) -> int:
        """The number of leaves the files hold, as seen from the last tile of a tree of `size` leaves."""
        index = size // WIDTH
        while True:
            full = self._folder / tile_path(0, index, WIDTH)
            if full.exists():
                index += 1
                continue
            return index * WIDTH + max(_widths(full.with_name(full.name + ".p")), default=0)

    def holds(self, size: int) -> bool:
        """Whether all files at the right edge of a tree of `size` leaves are there (their bytes are not looked at)."""
        level = 0
        while count := size >> 8 * level:
            index = (count - 1) // WIDTH
            widths = (count - index * WIDTH, WIDTH)
            kinds: tuple[int | str, ...] = (level, "entries") if level == 0 else (level,)
            for kind in kinds:
                if not any((self._folder / tile_path(kind, index, width)).exists() for width in widths):
                    return False
            level += 1
        return True

    def _grown(self, level: int, index: int, width: int, old: Edge) -> list[bytes]:
        """The hashes of a tile that is to be written, on top of what the tree of `old.size` had of it."""
        if level == 0:
            return self._source.leaf_hashes(index * WIDTH, index * WIDTH + width)
        known = min(max((old.size >> 8 * level) - index * WIDTH, 0), width)
        hashes: list[bytes] = []
        if known:
            data = self.read(level, index, known)
            if data is not None and _fits_edge(data, old, level, known):
                hashes = [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
        for below in range(index * WIDTH + len(hashes), index * WIDTH + width):
            hashes.append(root_of(self._grown(level - 1, below, WIDTH, Edge())))
        return hashes

    def _built(self, level: int, index: int, width: int) -> list[list[bytes]]:
        built = self._cache.get((level, index))
        if built is not None and len(built[0]) >= width:
            return built
        data = self.read(level, index, width)
        if data is None or len(data) != width * HASH_SIZE:
            hashes = self._grown(level, index, width, Edge())
        else:
            hashes = [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
        if len(self._cache) >= _MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        self._cache[level, index] = built = [hashes]
        return built

    def _write(self, level: int | str, index: int, width: int, data: bytes) -> None:
        path = self._folder / tile_path(level, index, width)
        temporary = path.with_name(path.name + ".new")
        try:
            temporary.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
        temporary.replace(path)
        if width == WIDTH:
            # tlog-tiles: partial tiles may go once the full tile is there
            shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)


def _widths(folder: Path) -> list[int]:
    """The widths of the partial tiles in a `.p` folder, ascending."""
    try:
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _fits_edge(data: bytes, edge: Edge, level: int, width: int) -> bool:
    """Whether a right-edge tile agrees with the subtree hashes that the journal keeps with its head."""
    if len(data) != width * HASH_SIZE:
        return False
    at = 0
    for bit in reversed(range(8)):
        if width >> bit & 1:
            part = [data[(at + i) * HASH_SIZE : (at + i + 1) * HASH_SIZE] for i in range(1 << bit)]
            if root_of(part) != edge.subtree(8 * level + bit):
                return False
            at += 1 << bit
    return True
