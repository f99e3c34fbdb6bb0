"""Salts against a peer's HKDF, and the rows tree."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.evidence import Salts, commitment, row_proofs, rows_root
from hengjian.ledger.journal import pack_rows, unpack_rows
from hengjian.ledger.merkle import EMPTY_ROOT, included, leaf_hash, root_of

SECRETS = st.binary(min_size=32, max_size=32)


@given(SECRETS, st.integers(0, 10**9))
def test_salts_are_hkdf_expand(secret: bytes, index: int) -> None:
    salts = Salts(secret)
    assert salts.row(index) == HKDFExpand(SHA256(), 32, b"hengjian/row/%d" % index).derive(secret)
    assert salts.content() == HKDFExpand(SHA256(), 32, b"hengjian/content").derive(secret)


@given(SECRETS, st.lists(st.binary(max_size=30), max_size=30), st.data())
def test_a_row_is_proven_alone(secret: bytes, rows: list[bytes], data: st.DataObject) -> None:
    salts = Salts(secret)
    root = rows_root(salts, rows)
    assert root == root_of([leaf_hash(salts.row(at) + row) for at, row in enumerate(rows)])
    if not rows:
        assert root == EMPTY_ROOT
        return
    index = data.draw(st.integers(0, len(rows) - 1))
    (path,) = row_proofs(salts, rows, [index])
    assert included(commitment(salts.row(index), rows[index]), index, len(rows), path, root)
    assert not included(commitment(salts.row(index), rows[index] + b"x"), index, len(rows), path, root)


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_a_secret_has_32_bytes(secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Salts(secret)


@given(st.lists(st.binary(min_size=1, max_size=200).filter(lambda row: b"\n" not in row), max_size=40))
def test_packed_rows_come_back(rows: list[bytes]) -> None:
    assert list(unpack_rows(pack_rows(rows))) == rows


@pytest.mark.parametrize("packed", [b"", b"x", b"zabc"])
def test_damaged_rows(packed: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpack_rows(packed)
