"""A pack as one file: a zip whose bytes depend on nothing but the declarations in it."""

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from hengjian.model.issue import Issue, Place, Refused

MAX_FILES = 500
MAX_FILE_BYTES = 1_048_576
MAX_BYTES = 16 * 1_048_576
_PROSE = frozenset({"README.md", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG.md", "PROVENANCE.md"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_declaration(name: str) -> bool:
    """Whether a file of a pack belongs to its archive: declarations, functions and prose, but no sample data, nothing
    hidden, nothing compiled."""
    path = PurePosixPath(name)
    if any(part.startswith((".", "__")) for part in path.parts) or path.parts[0] == "sample":
        return False
    return path.suffix == ".yaml" or name in _PROSE or name == "functions.py"


def pack_archive(files: Mapping[str, bytes]) -> bytes:
    """The archive of a pack: names ascending, fixed times and modes, stored without compression (compressors differ
    between machines, and the archive's hash is the pack's identity)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(filter(is_declaration, files)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def unpack_archive(data: bytes, name: str = "pack.zip") -> dict[str, bytes]:
    """The files of an archive by name. Refused, with all faults: what is no zip; names that lead out of the pack, clash
    or are no plain files; more than MAX_FILES files, MAX_FILE_BYTES in one or MAX_BYTES in all."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) != _count(data):
                raise zipfile.BadZipFile("its directory does not list as many files as it says")
            issues = _faults(entries, name)
            if issues:
                raise Refused(issues)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (
        zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError, RuntimeError, OSError,
        struct.error, zlib.error,
    ) as error:  # fmt: skip
        hint = "make it again from the pack's folder"
        raise Refused(
            [Issue(place=Place(file=name), message=f"this is not a whole zip archive: {error}", hint=hint)]
        ) from None


def _count(data: bytes) -> int:
    """How many files the archive says that it holds (its end record). A damaged directory may swallow some of them."""
    end = data.rfind(b"PK\x05\x06")
    (count,) = struct.unpack_from("<H", data, end + 10)
    return int(count)


def _faults(entries: list[zipfile.ZipInfo], name: str) -> list[Issue]:
    """All that is wrong with the names and sizes of an archive, before a byte is unpacked."""
    issues = []

    def fault(message: str, hint: str) -> None:
        issues.append(Issue(place=Place(file=name), message=message, hint=hint))

    if len(entries) > MAX_FILES:
        fault(f"the archive has {len(entries)} files", f"{MAX_FILES} at most")
        return issues
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        fault(f"the archive unpacks to {total:,} bytes", f"{MAX_BYTES:,} at most")
    seen: dict[str, str] = {}
    for entry in entries:
        inside = entry.filename
        mode = entry.external_attr >> 16
        folded = unicodedata.normalize("NFKC", inside).casefold()
        if not _is_inside(inside) or inside != entry.orig_filename:
            fault(f"{inside!r} does not lead into the pack", "names are relative, with / and without ..")
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            fault(f"{inside!r} is no plain file", "an archive holds no links, folders or devices of its own")
        elif folded in seen:
            fault(
                f"{inside!r} stands twice, the first time as {seen[folded]!r}", "names differ in more than their case"
            )
        elif entry.file_size > MAX_FILE_BYTES:
            fault(f"{inside!r} unpacks to {entry.file_size:,} bytes", f"{MAX_FILE_BYTES:,} at most")
        elif entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            fault(f"{inside!r} is encrypted or compressed in an unknown way", "make the archive without a password")
        seen.setdefault(folded, inside)
    return issues


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return not (
        name.endswith("/") or "\\" in name or ":" in name or not name.isprintable()
        or any(part in ("", ".", "..") for part in parts)
    )  # fmt: skip
