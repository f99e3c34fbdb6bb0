"""The Merkle tree of RFC 9162 (the hashes of RFC 6962): hashes, roots, proofs and their verification.

A proof is made over a `Node` function, `node(level, index)` = the hash of the perfect subtree over leaves
[index * 2**level, (index + 1) * 2**level), so that the same code proves from memory and from tiles.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_PROOF = 63


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a growing tree: the roots of its perfect subtrees, which is all that an append needs."""

    __slots__ = ("_levels", "size")

    def __init__(self, size: int = 0, hashes: bytes = b"") -> None:
        """An edge of `size` leaves from its subtree hashes, largest subtree first, as `packed` gives them."""
        if size < 0 or len(hashes) != HASH_SIZE * size.bit_count():
            raise ValueError("the hashes of the edge do not fit its size")
        self.size = size
        self._levels: list[bytes | None] = [None] * size.bit_length()
        at = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                self._levels[level] = hashes[at : at + HASH_SIZE]
                at += HASH_SIZE

    def copy(self) -> "Edge":
        return Edge(self.size, self.packed())

    def packed(self) -> bytes:
        """The subtree hashes, largest subtree first."""
        return b"".join(part for part in reversed(self._levels) if part is not None)

    def subtree(self, level: int) -> bytes | None:
        """The root of the perfect subtree of 2**level leaves at the edge, if there is one."""
        return self._levels[level] if level < len(self._levels) else None

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend([leaf])

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes, level by level (faster than one by one)."""
        level, current = 0, list(leaves)
        self.size += len(current)
        while current:
            if level == len(self._levels):
                self._levels.append(None)
            kept = self._levels[level]
            if kept is not None:
                current.insert(0, kept)
            self._levels[level] = current.pop() if len(current) & 1 else None
            current = _pairs(current)
            level += 1

    def root(self) -> bytes:
        """The tree's root; that of the empty tree is SHA-256 of nothing."""
        found: bytes | None = None
        for part in self._levels:
            if part is not None:
                found = part if found is None else node_hash(part, found)
        return EMPTY_ROOT if found is None else found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    edge = Edge()
    edge.extend(leaves)
    return edge.root()


def levels_of(leaves: Sequence[bytes]) -> Node:
    """A `Node` function over leaf hashes held in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_pairs(levels[-1]))
    return lambda level, index: levels[level][index]


def range_root(node: Node, start: int, end: int) -> bytes:
    """The root over leaves [start, end), where `start` is a multiple of the largest power of two below the length."""
    found: bytes | None = None
    size, position = end - start, end
    # subtrees from the smallest, at the right end, to the largest
    for level in range(size.bit_length()):
        if size >> level & 1:
            position -= 1 << level
            part = node(level, position >> level)
            found = part if found is None else node_hash(part, found)
    if found is None:
        raise ValueError("an empty range has no subtree")
    return found


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 section 2.1.3.1, from the leaf's sibling up."""
    if not 0 <= index < size:
        raise ValueError(f"index {index} is not in a tree of {size}")
    return _path(node, index, 0, size)


def consistency_proof(node: Node, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 9162 section 2.1.4.1."""
    if not 0 < old <= new:
        raise ValueError(f"there is no consistency proof from size {old} to size {new}")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    steps: list[bytes] = []
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            steps.append(range_root(node, split, end))
            end = split
        else:
            steps.append(range_root(node, start, split))
            start, whole = split, False
    if not whole:
        proof.append(range_root(node, start, end))
    return proof + steps[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf hash to the root: RFC 9162 section 2.1.3.2, every length checked."""
    if not 0 <= index < size or len(proof) > MAX_PROOF or not _all_hashes(leaf, root, *proof):
        return False
    fn, sn, found = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(part, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of size `new` extends that of size `old`: RFC 9162 section 2.1.4.2, every length checked."""
    if not 0 < old <= new or len(proof) > MAX_PROOF + 1 or not _all_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    parts = list(proof) if old & (old - 1) else [old_root, *proof]
    if not parts:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    from_old = from_new = parts[0]
    for part in parts[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            from_old, from_new = node_hash(part, from_old), node_hash(part, from_new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            from_new = node_hash(from_new, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and from_old == old_root and from_new == new_root


def _path(node: Node, index: int, start: int, end: int) -> list[bytes]:
    steps: list[bytes] = []
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            steps.append(range_root(node, split, end))
            end = split
        else:
            steps.append(range_root(node, start, split))
            start = split
    return steps[::-1]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _pairs(level: Sequence[bytes]) -> list[bytes]:
    # spelled out, not node_hash per pair: this loop bounds how fast the log grows
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]


def _all_hashes(*hashes: bytes) -> bool:
    return all(len(part) == HASH_SIZE for part in hashes)
