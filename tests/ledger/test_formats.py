"""docs/formats.md holds one worked vector: it is computed again here, each value must stand there."""

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hengjian.ledger import base64
from hengjian.ledger.canonical import canonical
from hengjian.ledger.draft import Draft, Submission, leaf_of, seal
from hengjian.ledger.evidence import Salts, commitment
from hengjian.ledger.merkle import leaf_hash
from hengjian.ledger.note import Checkpoint, parse_signer, sign
from hengjian.ledger.proof import TlogProof
from hengjian.trust.verify import verify

DOCUMENT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
SECRET = bytes(range(32))
ORIGIN = "example.org/demo"
BLOB = 'entity,measure,period,value,unit\nE1,total_assets,2019-Q4,"1,234.5",万元\n'.encode()
ROW = {
    "entity": "E1", "measure": "total_assets", "period": "2019-Q4", "scope": "consolidated", "basis": "flash",
    "text": "1,234.5", "unit": "万元", "value": 12345000.0, "file": "q4.csv", "sheet": None, "cell": "D2",
}  # fmt: skip


def signer_text() -> str:
    """The signer key whose seed is the bytes 0 to 31."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    identity = sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    return f"PRIVATE+KEY+{ORIGIN}+{identity.hex()}+{base64.encode(bytes([1, *range(32)]))}"


def vector() -> dict[str, str]:
    """Each value of the worked vector, by the words it is introduced with."""
    row = canonical(ROW)
    draft = Draft(
        kind="filing", actor="local:wang", engine="0.1.0", content=BLOB, rows=[row], subject="E1", form="observations",
        file="q4.csv", pack_hashes={"finance": "ab" * 32},
        submission=Submission(key="retry-1", base="", latest=None, receipt=lambda _: b""),
    )  # fmt: skip
    salts = Salts(SECRET)
    content, root = seal(draft, SECRET)
    leaf = leaf_of(draft, "2026-01-01T00:00:00.000000Z", content, root, key_hash=None, batch=None)
    data = leaf.encode()
    signer = parse_signer(signer_text())
    note = sign(Checkpoint(origin=ORIGIN, size=1, root=leaf_hash(data)).text(), signer)
    proof = TlogProof(index=0, path=(), checkpoint=note).text()
    bundle = canonical(
        {
            "v": 1, "kind": "hengjian/filing-proof", "leaf": leaf.record(), "proof": proof,
            "rows": [{"index": 0, "row": ROW, "salt": salts.row(0).hex(), "path": []}],
        }
    )  # fmt: skip
    assert root == commitment(salts.row(0), row)
    assert verify(bundle, signer.verifier.text()).ok
    return {
        "file (Base64)": base64.encode(BLOB),
        "salt of the content": salts.content().hex(),
        "commitment": content.hex(),
        "row": row.decode(),
        "salt of row 0": salts.row(0).hex(),
        "rows root": root.hex(),
        "leaf": data.decode(),
        "leaf hash": leaf_hash(data).hex(),
        "verifier key": signer.verifier.text(),
        "checkpoint": note,
        "bundle": bundle.decode(),
        "SHA-256 of the bundle": sha256(bundle).hexdigest(),
    }


def test_the_worked_vector_stands_in_the_document() -> None:
    for name, value in vector().items():
        assert f"{name}:\n\n```text\n{value.rstrip()}\n```" in DOCUMENT, name
