"""Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys, and checkpoints (C2SP tlog-checkpoint v1.0.0)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hengjian.ledger import base64
from hengjian.ledger.merkle import HASH_SIZE

MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100
_ED25519 = b"\x01"
_DASH = "— "


class NoteError(ValueError):
    """The note is malformed, or no signature of a known key stands under it, or one that does is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key by which signatures of `name` are checked."""

    name: str
    key_id: bytes
    public: bytes
    key: Ed25519PublicKey = field(repr=False, compare=False)

    def text(self) -> str:
        """The vkey text `name+id+base64(0x01 || public key)`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.encode(_ED25519 + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key that signs as `verifier.name`."""

    verifier: Verifier
    key: Ed25519PrivateKey = field(repr=False, compare=False)

    def text(self) -> str:
        """The secret key text `PRIVATE+KEY+name+id+base64(0x01 || seed)`."""
        seed = base64.encode(_ED25519 + self.key.private_bytes_raw())
        return f"PRIVATE+KEY+{self.verifier.name}+{self.verifier.key_id.hex()}+{seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature line: the signer's name, the key id and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.encode(self.key_id + self.signature)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note's text with the signatures that were checked and those whose keys are unknown."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head: origin, number of leaves and root. This log writes no extension lines, and reads none."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.encode(self.root)}\n"


def generate(name: str) -> Signer:
    """A new random Ed25519 key for `name`."""
    return _signer(name, Ed25519PrivateKey.generate())


def parse_signer(text: str) -> Signer:
    """Read a secret key text; ValueError when anything of it does not fit."""
    parts = text.split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
        raise ValueError("a signer key has the form PRIVATE+KEY+name+id+key")
    signer = _signer(parts[2], Ed25519PrivateKey.from_private_bytes(_raw_key(parts[4])))
    if signer.text() != text:
        raise ValueError("the id of the signer key does not fit its name and key")
    return signer


def parse_verifier(text: str) -> Verifier:
    """Read a vkey text; ValueError when anything of it does not fit."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise ValueError("a verifier key has the form name+id+key")
    verifier = _verifier(parts[0], _raw_key(parts[2]))
    if verifier.text() != text:
        raise ValueError("the id of the verifier key does not fit its name and key")
    return verifier


def sign(text: str, signer: Signer) -> str:
    """The note of `text` with one signature."""
    _check_text(text)
    signature = Signature(
        name=signer.verifier.name, key_id=signer.verifier.key_id, signature=signer.key.sign(text.encode())
    )
    return f"{text}\n{signature.line()}\n"


def parse_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """A note's text and its signatures, none of them checked; NoteError when it is malformed."""
    if len(note) > MAX_NOTE or any(ord(character) < 0x20 and character != "\n" for character in note):
        raise NoteError("the note is too long or holds control characters")
    split = note.rfind("\n\n")
    if split < 0 or not note.endswith("\n"):
        raise NoteError("the note has no signatures, or its last line has no end")
    lines = note[split + 2 :].split("\n")[:-1]
    if not lines or len(lines) > MAX_SIGNATURES:
        raise NoteError(f"a note has 1 to {MAX_SIGNATURES} signatures, this has {len(lines)}")
    return note[: split + 1], tuple(_signature(line) for line in lines)


def open_note(note: str, verifiers: Sequence[Verifier]) -> Note:
    """Check a note: at least one known key signed it, and no known key's signature is wrong (else NoteError)."""
    text, signatures = parse_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    if len(known) != len(verifiers):
        raise NoteError("two verifier keys have the same name and id")
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown: list[Signature] = []
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            unknown.append(signature)
        elif not verifier.verifies(text.encode(), signature.signature):
            raise NoteError(f"the signature of {signature.name}+{signature.key_id.hex()} is wrong")
        else:
            verified.setdefault((signature.name, signature.key_id), signature)
    if not verified:
        raise NoteError("no signature of a known key stands under the note")
    return Note(text=text, verified=tuple(verified.values()), unknown=tuple(unknown))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint body of exactly three lines; NoteError when it is malformed."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise NoteError("a checkpoint is three lines: origin, size, root")
    origin, size_text, root_text = lines[:3]
    if not (size_text.isascii() and size_text.isdigit() and len(size_text) < 20) or str(int(size_text)) != size_text:
        raise NoteError(f"the checkpoint's size {size_text!r} is not a whole number")
    try:
        root = base64.decode(root_text)
    except ValueError as error:
        raise NoteError(f"the checkpoint's root is {error}") from None
    if len(root) != HASH_SIZE:
        raise NoteError(f"the checkpoint's root has {len(root)} bytes, not {HASH_SIZE}")
    return Checkpoint(origin=origin, size=int(size_text), root=root)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """A checkpoint that `verifier` signed for the origin of its own name (else NoteError)."""
    checkpoint = parse_checkpoint(open_note(note, [verifier]).text)
    if checkpoint.origin != verifier.name:
        raise NoteError(f"the checkpoint is of {checkpoint.origin!r}, the key of {verifier.name!r}")
    return checkpoint


def check_name(name: str) -> None:
    """ValueError unless the name can be a key name and an origin."""
    if not name or "+" in name or not name.isprintable() or any(character.isspace() for character in name):
        raise ValueError(f"{name!r} cannot name a key: no spaces, no '+', not empty")
    name.encode()  # refuses lone surrogates; UnicodeEncodeError is a ValueError


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteError("a signature line has the form '— name base64'")
    try:
        check_name(name)
        data = base64.decode(encoded)
    except ValueError as error:
        raise NoteError(f"a signature line is malformed: {error}") from None
    if len(data) < 5:
        raise NoteError("a signature line holds no signature")
    return Signature(name=name, key_id=data[:4], signature=data[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(character) < 0x20 and character != "\n" for character in text):
        raise ValueError("a note's text ends in a newline and holds no other control character")


def _raw_key(encoded: str) -> bytes:
    data = base64.decode(encoded)
    if len(data) != 33 or data[:1] != _ED25519:
        raise ValueError("the key is not an Ed25519 key (type 0x01 and 32 bytes)")
    return data[1:]


def _signer(name: str, key: Ed25519PrivateKey) -> Signer:
    return Signer(verifier=_verifier(name, key.public_key().public_bytes_raw()), key=key)


def _verifier(name: str, public: bytes) -> Verifier:
    check_name(name)
    key_id = sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
    return Verifier(name=name, key_id=key_id, public=public, key=Ed25519PublicKey.from_public_bytes(public))
