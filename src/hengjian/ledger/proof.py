"""The offline proof that an entry is in the log: the text form of C2SP tlog-proof (v1)."""

from dataclasses import dataclass

from hengjian.ledger import base64
from hengjian.ledger.merkle import HASH_SIZE, MAX_PROOF, included
from hengjian.ledger.note import parse_checkpoint, parse_note

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """An entry's index, its inclusion path from the sibling up, and the signed checkpoint verbatim."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """The proof as C2SP tlog-proof writes it."""
        extra = "" if self.extra is None else f"extra {base64.encode(self.extra)}\n"
        hashes = "".join(f"{base64.encode(part)}\n" for part in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    def leads_from(self, leaf_hash: bytes) -> bool:
        """Whether the path leads from the leaf hash to the checkpoint's root (its signature is not checked here)."""
        checkpoint = parse_checkpoint(parse_note(self.checkpoint)[0])
        return included(leaf_hash, self.index, checkpoint.size, self.path, checkpoint.root)


def parse_proof(text: str) -> TlogProof:
    """Read a tlog-proof strictly; ValueError when another text would say the same."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != HEADER:
        raise ValueError(f"a proof begins with {HEADER} and holds a blank line before its checkpoint")
    at = 1
    extra: bytes | None = None
    if lines[at : at + 1] and lines[at].startswith("extra "):
        extra = base64.decode(lines[at].removeprefix("extra "))
        at += 1
    digits = lines[at].removeprefix("index ") if lines[at : at + 1] else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20) or lines[at] != f"index {int(digits)}":
        raise ValueError("the proof names no index")
    path = tuple(base64.decode(line) for line in lines[at + 1 :])
    if len(path) > MAX_PROOF or any(len(part) != HASH_SIZE for part in path):
        raise ValueError(f"a proof holds at most {MAX_PROOF} hashes of {HASH_SIZE} bytes")
    return TlogProof(index=int(digits), path=path, checkpoint=checkpoint, extra=extra)
