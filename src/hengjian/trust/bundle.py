"""Making proof bundles: one canonical JSON value that a stranger checks with the space's public key alone.

A filing's bundle holds the leaf, the disclosed rows with their salts and paths in the rows tree, optionally the
file, and the `.tlog-proof`. A number's bundle holds the question, its explanation, an attestation of both by the
log's key, and one such part for every entry in which a leaf of the explanation, or a holding that it relies on, stands
(docs/formats.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.ledger import base64
from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.evidence import Evidence, Salts, row_proofs
from hengjian.ledger.log import Log
from hengjian.ledger.note import sign
from hengjian.model.issue import Failure, refuse
from hengjian.trust.form import FILING, NUMBER, PARTS, VERSION, States, attested


def make_bundle(log: Log, index: int, *, rows: Sequence[int] | None = None, with_blob: bool = False) -> bytes:
    """The bundle of entry `index`, disclosing the rows of these indices (None: all) and on request the file."""
    return canonical(filing_part(log, index, rows=rows, with_blob=with_blob))


def make_number_bundle(log: Log, question: Mapping[str, object], explanation: Mapping[str, object]) -> bytes:
    """The bundle of a computed number: a question with the keys of `QUESTION`, and the object that `explain` prints.

    Each of the explanation's `leaves`, and of the `holdings` that it relies on, must be a row of its `entry`; only
    these rows are disclosed. Needs the signing key: the log's owner attests the explanation, since a verifier does
    not recompute it.
    """
    needed: dict[int, set[int]] = {}
    held: dict[int, list[dict[str, Any]]] = {}
    for part, states in PARTS.items():
        given: Any = explanation.get(part, ())
        for one in given:
            entry = one["entry"]
            if entry is None:
                continue
            if entry not in held:
                held[entry] = [dict(_row(row)) for row in _evidence(log, entry).rows]
            needed.setdefault(entry, set()).add(_find(held[entry], one, entry, states))
    body = {"question": dict(question), "explanation": dict(explanation)}
    bundle = {
        "v": VERSION,
        "kind": NUMBER,
        **body,
        "attestation": sign(attested(body), log.signer),
        "filings": [filing_part(log, entry, rows=sorted(rows)) for entry, rows in sorted(needed.items())],
    }
    return canonical(bundle)


def filing_part(
    log: Log, index: int, *, rows: Sequence[int] | None = None, with_blob: bool = False
) -> dict[str, object]:
    """The bundle of one entry as a JSON value."""
    entry = log.entry(index)
    part: dict[str, object] = {"v": VERSION, "kind": FILING, "leaf": parse(entry.leaf), "proof": log.inclusion(index)}
    evidence = log.evidence(index)
    if evidence is None:
        if rows or with_blob:
            raise Failure(f"what was filed as entry {index} is not held any more", "the leaf alone can still be proven")
        return part | {"rows": []}
    salts = Salts(evidence.secret)
    chosen = sorted(set(range(len(evidence.rows)) if rows is None else rows))
    if chosen and not 0 <= chosen[0] <= chosen[-1] < len(evidence.rows):
        raise refuse(f"entry {index} has {len(evidence.rows)} rows, counted from 0", "name rows that it has")
    part["rows"] = [
        {
            "index": at,
            "row": parse(evidence.rows[at]),
            "salt": salts.row(at).hex(),
            "path": [step.hex() for step in path],
        }
        for at, path in zip(chosen, row_proofs(salts, evidence.rows, chosen) if chosen else [], strict=True)
    ]
    if with_blob:
        part["blob"] = {"base64": base64.encode(evidence.blob), "salt": salts.content().hex()}
    return part


def _find(rows: Sequence[Mapping[str, Any]], one: Mapping[str, Any], entry: int, states: States) -> int:
    for index, row in enumerate(rows):
        if states(row, one):
            return index
    hint = "the tables differ from the ledger: run `rebuild`"
    if "measure" not in one:
        raise Failure(
            f"entry {entry} has no row for the holding of {one['from']} in {one['to']} at {one['cell']}", hint
        )
    raise Failure(
        f"entry {entry} has no row for {one.get('measure')} of {one.get('entity')} in {one.get('period')} "
        f"at {one.get('cell')}",
        hint,
    )


def _row(row: bytes) -> Any:
    return parse(row)


def _evidence(log: Log, index: int) -> Evidence:
    evidence = log.evidence(index)
    if evidence is None:
        raise Failure(f"what was filed as entry {index} is not held any more", "the number cannot be proven")
    return evidence
