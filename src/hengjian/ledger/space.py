"""Where a space keeps its ledger: file names, keys, and the checkpoint file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hengjian.ledger.note import Signer, Verifier, check_name, generate, parse_signer, parse_verifier
from hengjian.model.issue import Failure, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The paths of one space's ledger."""

    folder: Path

    @property
    def journal(self) -> Path:
        return self.folder / "journal.db"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def checkpoint(self) -> Path:
        return self.log / "checkpoint"

    @property
    def key(self) -> Path:
        return self.folder / "keys" / "log.key"

    def verifier(self) -> Verifier:
        """The space's public key, from its one `*.vkey` file."""
        found = sorted(self.folder.glob("*.vkey"))
        if len(found) != 1:
            raise Failure(
                f"{self.folder} holds {len(found)} *.vkey files, a space holds one",
                "is this the folder of a space? `init` makes one; a backup holds its key file too",
            )
        try:
            return parse_verifier(found[0].read_text("utf-8").strip())
        except (ValueError, OSError) as error:
            raise Failure(f"{found[0]} is damaged: {error}", "bring the file back from a backup") from None

    def signer(self) -> Signer:
        """The space's secret key, which must belong to its public key."""
        try:
            signer = parse_signer(self.key.read_text("utf-8").strip())
        except (ValueError, OSError) as error:
            raise Failure(
                f"the signing key {self.key} cannot be used: {error}",
                "bring keys/log.key back from where it is kept; without it the space can be read and not written",
            ) from None
        if signer.verifier != self.verifier():
            raise Failure(f"{self.key} does not belong to the public key of the space", "put the right key back")
        return signer

    def read_checkpoint(self) -> str | None:
        """The checkpoint file's text, or None when there is none."""
        try:
            return self.checkpoint.read_bytes().decode()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return ""  # no checkpoint: its signature will not verify
        except OSError as error:
            raise Failure(f"{self.checkpoint} cannot be read: {error.strerror}", "check the disk") from None

    def write_checkpoint(self, note: str) -> None:
        """Replace the checkpoint durably: temporary file, fsync, rename, fsync of the folder."""
        with failing_writes(self.checkpoint):
            replace_durably(self.checkpoint, note.encode())


def check_origin(origin: str) -> None:
    """Refused unless the text can name a log and its key."""
    try:
        check_name(origin)
    except ValueError as error:
        raise refuse(f"the origin will not do: {error}", "take a form like example.org/shanghai") from None


def create_keys(space: Space, origin: str, name: str | None) -> Signer:
    """Make the key pair; the secret file is readable by its owner only."""
    signer = generate(origin)
    with failing_writes(space.folder):
        space.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(space.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(signer.text() + "\n")
            file.flush()
            os.fsync(file.fileno())
        stem = name or origin.rsplit("/", 1)[-1]
        replace_durably(space.folder / f"{stem}.vkey", (signer.verifier.text() + "\n").encode())
    return signer


def replace_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a power cut either the old or the new bytes stand there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def failing_writes(path: Path) -> Iterator[None]:
    """Tell a failed write as a Failure with what to do."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            path.with_name(path.name + ".new").unlink(missing_ok=True)
        raise Failure(
            f"{path} cannot be written: {error.strerror or error}",
            "free some space or make the folder writable, then try again; nothing that was acknowledged is lost",
        ) from None
