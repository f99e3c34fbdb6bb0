"""The ledger's leaf: one canonical JSON record per entry (docs/formats.md)."""

from dataclasses import dataclass
from typing import cast

from hengjian.ledger.canonical import parse, quote, text
from hengjian.model.issue import refuse

MAX_LEAF = 4096
VERSION = 1
_KEYS = frozenset("v kind subject actor claimed_time form engine pack_hashes content rows refs".split())
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry as the log holds it; `claimed_time` is the recorded time (RFC 3339, six decimals, Z)."""

    kind: str
    subject: str | None
    actor: str
    claimed_time: str
    form: str | None
    engine: str
    pack_hashes: dict[str, str]
    content_size: int
    content_commitment: bytes
    row_count: int
    rows_root: bytes
    refs: dict[str, object]

    def record(self) -> dict[str, object]:
        """The JSON value of the leaf."""
        return {
            "v": VERSION,
            "kind": self.kind,
            "subject": self.subject,
            "actor": self.actor,
            "claimed_time": self.claimed_time,
            "form": self.form,
            "engine": self.engine,
            "pack_hashes": self.pack_hashes,
            "content": {"size": self.content_size, "commitment": self.content_commitment.hex()},
            "rows": {"count": self.row_count, "root": self.rows_root.hex()},
            "refs": self.refs,
        }

    def encode(self) -> bytes:
        """The leaf's canonical bytes; refused beyond 4 KiB."""
        # canonical(self.record()), written out: the shape is fixed, and this bounds how fast the log grows
        try:
            data = (
                f'{{"actor":{quote(self.actor)},"claimed_time":{quote(self.claimed_time)},'
                f'"content":{{"commitment":"{self.content_commitment.hex()}","size":{self.content_size}}},'
                f'"engine":{quote(self.engine)},"form":{text(self.form)},"kind":{quote(self.kind)},'
                f'"pack_hashes":{text(self.pack_hashes)},"refs":{text(self.refs)},'
                f'"rows":{{"count":{self.row_count},"root":"{self.rows_root.hex()}"}},'
                f'"subject":{text(self.subject)},"v":{VERSION}}}'
            ).encode()
        except UnicodeEncodeError:
            raise ValueError("canonical JSON holds no lone surrogates") from None
        if len(data) > MAX_LEAF:
            raise refuse(
                f"the ledger entry would take {len(data)} bytes, its limit is {MAX_LEAF}",
                "shorten the subject, the actor, the file name or the references",
            )
        return data


def decode(data: bytes) -> Leaf:
    """Read a leaf strictly; ValueError for bytes not canonical, and for unknown, missing or wrong keys."""
    if len(data) > MAX_LEAF:
        raise ValueError(f"the leaf has {len(data)} bytes, its limit is {MAX_LEAF}")
    leaf = from_record(parse(data))
    if leaf.encode() != data:
        raise ValueError("the leaf is not in canonical form (RFC 8785)")
    return leaf


def from_record(value: object) -> Leaf:
    """The leaf of a JSON value, as strictly."""
    record = _object(value, "the leaf", _KEYS)
    if record["v"] != VERSION or type(record["v"]) is not int:
        raise ValueError(f"the leaf's version is {record['v']!r}, known is {VERSION}")
    content = _object(record["content"], "content", frozenset({"size", "commitment"}))
    rows = _object(record["rows"], "rows", frozenset({"count", "root"}))
    packs = _object(record["pack_hashes"], "pack_hashes", None)
    return Leaf(
        kind=_text(record["kind"], "kind"),
        subject=None if record["subject"] is None else _text(record["subject"], "subject"),
        actor=_text(record["actor"], "actor"),
        claimed_time=_text(record["claimed_time"], "claimed_time"),
        form=None if record["form"] is None else _text(record["form"], "form"),
        engine=_text(record["engine"], "engine"),
        pack_hashes={name: _text(value, f"pack_hashes.{name}") for name, value in packs.items()},
        content_size=_count(content["size"], "content.size"),
        content_commitment=hash_of(content["commitment"], "content.commitment"),
        row_count=_count(rows["count"], "rows.count"),
        rows_root=hash_of(rows["root"], "rows.root"),
        refs=_object(record["refs"], "refs", None),
    )


def hash_of(value: object, name: str) -> bytes:
    """The 32 bytes of 64 lowercase hexadecimal digits; ValueError for anything else."""
    text = _text(value, name)
    if len(text) != 64 or not _HEX.issuperset(text):
        raise ValueError(f"{name} is not 64 lowercase hexadecimal digits")
    return bytes.fromhex(text)


def _object(value: object, name: str, keys: frozenset[str] | None) -> dict[str, object]:
    if type(value) is not dict:
        raise ValueError(f"{name} is not an object")
    record = cast(dict[str, object], value)
    if keys is not None and record.keys() != keys:
        raise ValueError(f"{name} has the keys {sorted(record)}, not {sorted(keys)}")
    return record


def _text(value: object, name: str) -> str:
    if type(value) is not str:
        raise ValueError(f"{name} is not text")
    return value


def _count(value: object, name: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is not a count")
    return value
