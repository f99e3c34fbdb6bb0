"""Checking a proof bundle with nothing but the bundle and the space's public key.

Nothing in a bundle may be without effect: the bytes must be the canonical form of what was read, every object has
exactly its keys, and every field is bound by a hash or a signature. So a bundle with any one bit changed is refused.
"""

from typing import Any

from hengjian.ledger import base64
from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.evidence import commitment
from hengjian.ledger.leaf import Leaf, from_record, hash_of
from hengjian.ledger.merkle import included, leaf_hash
from hengjian.ledger.note import Note, NoteError, Verifier, open_note, parse_checkpoint, parse_verifier
from hengjian.ledger.proof import parse_proof
from hengjian.trust.form import FILING, NUMBER, PARTS, QUESTION, VERSION, attested
from hengjian.trust.verdict import Verdict


class _Refusal(ValueError):
    pass


def verify(bundle: bytes, vkey: str, *, allow_unknown: bool = False) -> Verdict:
    """Check a bundle against a C2SP verifier key text; `allow_unknown` reports unknown signature lines, not refuses."""
    messages: list[str] = []
    try:
        verifier = parse_verifier(vkey.strip())
    except ValueError as error:
        return Verdict(ok=False, messages=(f"the verifier key cannot be read: {error}",))
    try:
        value = parse(bundle, exact=True)
        kind = _kind(value)
        if kind == FILING:
            _filing(value, verifier, allow_unknown, messages)
        elif kind == NUMBER:
            _number(value, verifier, allow_unknown, messages)
        else:
            raise _Refusal(f"the bundle is of the kind {kind!r}, which this program does not know")
    except ValueError as error:
        return Verdict(ok=False, messages=(*messages, f"refused: {error}"))
    return Verdict(ok=True, messages=tuple(messages))


def _filing(
    value: object, verifier: Verifier, allow_unknown: bool, messages: list[str]
) -> tuple[int, list[dict[str, Any]]]:
    """Check one entry's part; its index and the disclosed rows."""
    part = _fields(value, {"v", "kind", "leaf", "rows", "proof"}, {"blob"})
    if _kind(part) != FILING:
        raise _Refusal("a part of the bundle is not a filing's proof")
    leaf = from_record(part["leaf"])
    proof = parse_proof(_text(part["proof"]))
    if proof.extra is not None:
        raise _Refusal("the tlog-proof carries extra data, which nothing binds")
    note = _open(proof.checkpoint, verifier, allow_unknown, messages)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != verifier.name:
        raise _Refusal(f"the checkpoint is of {checkpoint.origin!r}, the key of {verifier.name!r}")
    if not included(leaf_hash(canonical(part["leaf"])), proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise _Refusal("the leaf is not at this index under the signed head")
    messages.append(
        f"entry {proof.index} is in the log {checkpoint.origin} under its signed head of {checkpoint.size} entries; "
        f"recorded {leaf.claimed_time} by {leaf.actor} (the log's own clock and word)"
    )
    if "known_from" in leaf.refs:
        messages.append(f"the filing is an archive: known from {leaf.refs['known_from']} claimed, not proven")
    rows = _rows(part["rows"], leaf)
    claims = sorted({str(row["known_from"]) for row in rows if "known_from" in row})
    messages.extend(f"rows are known from {day}: claimed, not proven" for day in claims)
    messages.append(f"{len(rows)} of {leaf.row_count} rows disclosed, all under the leaf's rows root")
    if "blob" in part:
        _blob(part["blob"], leaf)
        messages.append(f"the file of {leaf.content_size} bytes is the one committed to")
    return proof.index, rows


def _rows(value: object, leaf: Leaf) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    last = -1
    for item in _list(value):
        disclosed = _fields(item, {"index", "row", "salt", "path"}, set())
        index = disclosed["index"]
        if type(index) is not int or not last < index < leaf.row_count:
            raise _Refusal("the disclosed rows are not in ascending order of rows that the leaf has")
        last = index
        row = _fields(disclosed["row"], None, set())
        hashed = commitment(hash_of(disclosed["salt"], "salt"), canonical(row))
        path = [hash_of(step, "path") for step in _list(disclosed["path"])]
        if not included(hashed, index, leaf.row_count, path, leaf.rows_root):
            raise _Refusal(f"row {index} is not under the leaf's rows root")
        found.append(row)
    return found


def _blob(value: object, leaf: Leaf) -> None:
    blob = _fields(value, {"base64", "salt"}, set())
    data = base64.decode(_text(blob["base64"]))
    if len(data) != leaf.content_size:
        raise _Refusal(f"the file has {len(data)} bytes, the leaf says {leaf.content_size}")
    if commitment(hash_of(blob["salt"], "salt"), data) != leaf.content_commitment:
        raise _Refusal("the file is not the one that the leaf commits to")


def _number(value: object, verifier: Verifier, allow_unknown: bool, messages: list[str]) -> None:
    bundle = _fields(value, {"v", "kind", "question", "explanation", "attestation", "filings"}, set())
    body = {"question": bundle["question"], "explanation": bundle["explanation"]}
    question = _fields(bundle["question"], set(QUESTION), set())
    note = _open(_text(bundle["attestation"]), verifier, allow_unknown, messages)
    if note.text != attested(body):
        raise _Refusal("the log's key attests another question or explanation")
    explanation = _fields(bundle["explanation"], None, set())
    asked = {"entity": question["entity"], "indicator": question["indicator"], "period": question["period"]}
    if any(explanation.get(name) != wanted for name, wanted in asked.items()):
        raise _Refusal("the explanation answers another question")
    rows: dict[int, list[dict[str, Any]]] = {}
    for part in _list(bundle["filings"]):
        index, disclosed = _filing(part, verifier, allow_unknown, messages)
        if rows and index <= max(rows):
            raise _Refusal("the filings are not in ascending order of their entries")
        rows[index] = disclosed
    used = _explained(explanation, rows)
    if used != sum(len(disclosed) for disclosed in rows.values()) or not all(rows.values()):
        raise _Refusal("the bundle discloses rows that the explanation does not use")
    known = question["as_known_at"]
    moment = f"known with {question['entries']} entries" if known is None else f"as known at {known}"
    day = "" if question["as_of"] is None else f", as of {question['as_of']}"
    proven = ", dates that archives claim left aside" if question["proven"] else ""
    messages.append(
        f"{question['indicator']} of {question['entity']} in {question['period']} = {explanation.get('value')!r} "
        f"({moment}{day}, scope {question['scope']}, basis {question['basis']}{proven}): "
        f"every input is a row of a filing in the log; the number itself is attested, not recomputed"
    )
    if "holdings" in explanation:
        messages.append(_relied(explanation))
    stated = [one for part in PARTS for one in _list(explanation.get(part, []))]
    claims = sorted({str(one.get("known_from")) for one in stated if one.get("known_from")})
    messages.extend(f"an input is known from {day}: claimed, not proven" for day in claims)


def _relied(explanation: dict[str, Any]) -> str:
    """How much of who holds whom is proven with a number."""
    count, more = len(_list(explanation["holdings"])), explanation.get("holdings_more")
    if more:
        return f"it rests on {count} holdings that are rows of filings in the log, and on {more} that are not disclosed"
    return f"it rests on {count} holdings that are rows of filings in the log"


def _explained(explanation: dict[str, Any], rows: dict[int, list[dict[str, Any]]]) -> int:
    """Each leaf and each holding must equal a disclosed row of its entry; the number of rows that they stand in."""
    used: set[tuple[int, int]] = set()
    for part, states in PARTS.items():
        # who holds whom is not told of most numbers, but leaves always are
        for item in _list(explanation.get(part, [] if part == "holdings" else None)):
            one = _fields(item, None, set())
            entry = one.get("entry")
            if entry is None:
                continue
            held = rows.get(entry, []) if type(entry) is int else []
            found = [at for at, row in enumerate(held) if states(row, one)]
            if not found:
                if part == "leaves":
                    raise _Refusal(f"the input {one.get('measure')!r} of entry {entry!r} is not a disclosed row")
                holder, company = one.get("from"), one.get("to")
                raise _Refusal(f"the holding of {holder} in {company} of entry {entry!r} is not a disclosed row")
            used.add((entry, found[0]))
    return len(used)


def _open(text: str, verifier: Verifier, allow_unknown: bool, messages: list[str]) -> Note:
    note = open_note(text, [verifier])
    lines = [signature.line() for signature in (*note.verified, *note.unknown)]
    if text != note.text + "\n" + "".join(f"{line}\n" for line in lines) and not note.unknown:
        raise NoteError("the signature lines are not in their one form")
    if note.unknown and not allow_unknown:
        names = ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.unknown)
        raise _Refusal(f"signature lines of unknown keys: {names} (--allow-unknown prints them and goes on)")
    messages.extend(f"not checked: {signature.line()}" for signature in note.unknown)
    return note


def _kind(value: object) -> object:
    record = _fields(value, None, set())
    if record.get("v") != VERSION or type(record.get("v")) is not int:
        raise _Refusal(f"the bundle is of version {record.get('v')!r}, known is {VERSION}")
    return record.get("kind")


def _fields(value: object, keys: set[str] | None, optional: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Refusal("a part of the bundle is not an object")
    if keys is not None and (missing := keys - value.keys()):
        raise _Refusal(f"the bundle lacks {', '.join(sorted(missing))}")
    if keys is not None and (unused := value.keys() - keys - optional):
        raise _Refusal(f"the bundle has unused fields: {', '.join(sorted(unused))}")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _Refusal("a part of the bundle is not an array")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Refusal("a part of the bundle is not text")
    return value
