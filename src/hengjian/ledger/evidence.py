"""What lies beside the log: salts, the content's commitment, and the tree over a filing's rows.

A salt is HKDF-Expand-SHA256(secret, info, 32) (RFC 5869 section 2.3), where info is `hengjian/content` for the file
and `hengjian/row/<i>` for row i counted from 0. The secret is 32 random bytes, so that the extract step may be left
out (RFC 5869 section 3.3). Withholding the secret and disclosing one salt discloses one row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from hengjian.ledger.merkle import inclusion_proof, levels_of, root_of

SECRET_SIZE = 32
_IPAD = bytes(byte ^ 0x36 for byte in range(256))
_OPAD = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A filing's bytes, its canonical rows in file order, and the secret of its salts."""

    blob: bytes
    rows: tuple[bytes, ...]
    secret: bytes


class Salts:
    """The salts of one secret. HMAC is spelled out so that its two keyed states are made once a filing."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_SIZE:
            raise ValueError(f"a secret has {SECRET_SIZE} bytes")
        block = secret.ljust(64, b"\0")
        self._inner = sha256(block.translate(_IPAD))
        self._outer = sha256(block.translate(_OPAD))

    def content(self) -> bytes:
        return self._expand(b"hengjian/content\x01")

    def row(self, index: int) -> bytes:
        return self._expand(b"hengjian/row/%d\x01" % index)

    def _expand(self, info_and_counter: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(info_and_counter)
        outer.update(inner.digest())
        return outer.digest()


def commitment(salt: bytes, data: bytes) -> bytes:
    """SHA-256(0x00 || salt || data): of the file's bytes, and of each canonical row."""
    return sha256(b"\x00" + salt + data).digest()


def row_hashes(salts: Salts, rows: Sequence[bytes]) -> Iterator[bytes]:
    """The leaf hashes of the rows tree, in file order."""
    for index, row in enumerate(rows):
        yield commitment(salts.row(index), row)


def rows_root(salts: Salts, rows: Sequence[bytes]) -> bytes:
    """The RFC 9162 root over the salted rows; the empty tree's root for no rows."""
    if len(rows) == 1:
        return commitment(salts.row(0), rows[0])
    return root_of(list(row_hashes(salts, rows)))


def row_proofs(salts: Salts, rows: Sequence[bytes], indices: Sequence[int]) -> list[list[bytes]]:
    """For each index its inclusion path in the rows tree."""
    node = levels_of(list(row_hashes(salts, rows)))
    return [inclusion_proof(node, index, len(rows)) for index in indices]
