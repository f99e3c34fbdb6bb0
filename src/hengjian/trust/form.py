"""The words of a proof bundle that its maker and its verifier share (docs/formats.md)."""

from collections.abc import Mapping
from hashlib import sha256

from hengjian.ledger.canonical import canonical

VERSION = 1
FILING = "hengjian/filing-proof"
NUMBER = "hengjian/number-proof"
#: What a number's question says: of whom, what, when; under which clocks, scope and basis; and how many entries the
#: log had when it was asked, which is what "known" means where `as_known_at` is null.
QUESTION = ("entity", "indicator", "period", "as_of", "as_known_at", "scope", "basis", "proven", "entries")
#: The fields of a row by which a leaf of an explanation finds it, and in which both must agree.
AGREE = ("entity", "measure", "period", "value", "file", "sheet", "cell")


def attested(body: Mapping[str, object]) -> str:
    """The note text by which the log's key stands for a question and its explanation.

    Its first line is no origin of a log and it has two lines, so it can never be taken for a checkpoint.
    """
    return f"hengjian number attestation v1\n{sha256(canonical(dict(body))).hexdigest()}\n"
