"""The text of C2SP tlog-proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.merkle import inclusion_proof, leaf_hash, levels_of, root_of
from hengjian.ledger.note import Checkpoint, generate, sign
from hengjian.ledger.proof import TlogProof, parse_proof

LEAVES = [leaf_hash(b"%d" % number) for number in range(7)]
NOTE = sign(Checkpoint(origin="example.org/a", size=7, root=root_of(LEAVES)).text(), generate("example.org/a"))
PROOF = TlogProof(index=5, path=tuple(inclusion_proof(levels_of(LEAVES), 5, 7)), checkpoint=NOTE)


def test_a_proof_reads_as_the_specification_says() -> None:
    lines = PROOF.text().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert lines[5:9] == ["", "example.org/a", "7", lines[8]]
    assert PROOF.text().endswith(NOTE)


@pytest.mark.parametrize("extra", [None, b"", b"more"])
def test_a_proof_comes_back(extra: bytes | None) -> None:
    proof = TlogProof(index=5, path=PROOF.path, checkpoint=NOTE, extra=extra)
    assert parse_proof(proof.text()) == proof
    assert proof.leads_from(LEAVES[5])
    assert not proof.leads_from(LEAVES[4])


def test_the_proof_of_a_tree_of_one_has_no_hashes() -> None:
    proof = TlogProof(index=0, path=(), checkpoint=NOTE)
    assert proof.text() == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}"
    assert parse_proof(proof.text()) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"), ("index 5", "index 05"), ("index 5", "index -5"), ("index 5", "index ٥"), ("index 5", "index"),
        ("index 5\n", ""), ("index 5", "Index 5"), ("index 5", "extra a\nindex 5"), ("index 5\n", "index 5\nAAAA\n"),
        ("index 5", "index 5 "), ("index 5", "index 5\nextra YQ=="),
    ],
)  # fmt: skip
def test_malformed_proofs(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_proof(PROOF.text().replace(old, new))


@given(st.text(max_size=100))
def test_random_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_proof(text)
    with pytest.raises(ValueError, match=r"."):
        parse_proof("c2sp.org/tlog-proof@v1\n" + text)
