"""The words of a proof bundle that its maker and its verifier share (docs/formats.md)."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from hengjian.ledger.canonical import canonical
from hengjian.model.declaration import OWNS

VERSION = 1
FILING = "hengjian/filing-proof"
NUMBER = "hengjian/number-proof"
#: What a number's question says: of whom, what, when; under which clocks, scope and basis; and how many entries the
#: log had when it was asked, which is what "known" means where `as_known_at` is null.
QUESTION = ("entity", "indicator", "period", "as_of", "as_known_at", "scope", "basis", "proven", "entries")
#: The fields of a row by which a leaf of an explanation finds it, and in which both must agree.
AGREE = ("entity", "measure", "period", "value", "file", "sheet", "cell")
#: The same of a holding that an explanation relies on; then the words of the row by which it counts.
HELD_AGREE = ("from", "to", "valid_from", "valid_to", "file", "sheet", "cell")
HELD_NUMBERS = ("share", "voting")
HELD_WORDS = ("kind", "principal")


def states_leaf(row: Mapping[str, Any], leaf: Mapping[str, Any]) -> bool:
    """Whether a row states a leaf of an explanation."""
    return all(row.get(name) == leaf.get(name) for name in AGREE)


def states_holding(row: Mapping[str, Any], holding: Mapping[str, Any]) -> bool:
    """Whether a row states a holding that an explanation relies on."""
    said = row.get("attributes")
    if row.get("link") != OWNS or not isinstance(said, Mapping):
        return False
    words = {"kind": "direct", **said}
    return (
        all(row.get(name) == holding.get(name) for name in HELD_AGREE)
        and all(number(said.get(name)) == holding.get(name) for name in HELD_NUMBERS)
        and all(words.get(name) == holding.get(name) for name in HELD_WORDS)
    )


def number(text: object) -> float | None:
    """The number that an attribute writes; None where it writes none."""
    try:
        return float(text) if isinstance(text, str) else None
    except ValueError:
        return None


States = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
#: The parts of an explanation that stand in filings, and whether a row states one of them.
PARTS: Mapping[str, States] = {"leaves": states_leaf, "holdings": states_holding}


def attested(body: Mapping[str, object]) -> str:
    """The note text by which the log's key stands for a question and its explanation.

    Its first line is no origin of a log and it has two lines, so it can never be taken for a checkpoint.
    """
    return f"hengjian number attestation v1\n{sha256(canonical(dict(body))).hexdigest()}\n"
