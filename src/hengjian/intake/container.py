"""The ZIP around a workbook: looked over before anything is unpacked, so that no small file becomes a large one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from hengjian.intake.faults import Faults
from hengjian.intake.text import quoted

MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 10_000
#: All parts together, unpacked.
MAX_UNPACKED = 512 * 1024 * 1024
#: Apache POI's guard against bombs: no part unpacks to more than a hundred times its size (small ones excepted).
MAX_RATIO = 100
SMALL = 1024 * 1024

ZIP_START = b"PK"
CFB_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What reading a damaged ZIP may raise.
DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError, RuntimeError, OSError,
    struct.error, zlib.error,
)  # fmt: skip

SAVE_AGAIN = "open it in Excel or WPS and save it again as .xlsx"
_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1
_OTHER_PARTS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as workbooks do, old and encrypted ones included."""
    return data.startswith((ZIP_START, CFB_START))


class Parts:
    """The parts of a sound container by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part unpacked, a piece at a time; KeyError without it, one of DAMAGE when it is damaged."""
        with self._archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def open_container(data: bytes, faults: Faults) -> Parts | None:
    """The parts of a workbook; None after a fault: what is no .xlsx, locked, damaged, or too large unpacked."""
    if data.startswith(CFB_START):
        _note_compound(data, faults)
        return None
    if len(data) > MAX_BYTES:
        message = f"the workbook has {len(data):,} bytes; at most {MAX_BYTES:,} are taken"
        faults.add(message, "file it in several parts, or as CSV")
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        faults.add("the file begins as a workbook does and is not a whole one", f"was it cut off? {SAVE_AGAIN}")
        return None
    entries = archive.infolist()
    if entries and all(entry.header_offset > 0 for entry in entries):
        faults.add("the file holds something before the workbook, perhaps another one", SAVE_AGAIN)
        return None
    wrong = _wrong(entries)
    if wrong is not None:
        faults.add(*wrong)
        return None
    return Parts(archive)


def _note_compound(data: bytes, faults: Faults) -> None:
    """Old workbooks and encrypted new ones share a container (MS-CFB); the latter have a stream of this name."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        faults.add("the workbook is locked with a password", "take the password off (File, Info), and save it again")
    else:
        faults.add("the file is an old Excel workbook (.xls)", SAVE_AGAIN)


def _wrong(entries: list[zipfile.ZipInfo]) -> tuple[str, str] | None:
    """Why these entries are not unpacked: message and hint."""
    if len(entries) > MAX_ENTRIES:
        return f"the workbook has {len(entries):,} parts; at most {MAX_ENTRIES:,} are taken", SAVE_AGAIN
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        twice = next(one.filename for index, one in enumerate(entries) if one.filename in _names(entries[:index]))
        return f"the workbook has two parts called {quoted(twice)}", SAVE_AGAIN
    if "xl/workbook.xml" not in names:
        other = next((kind for part, kind in _OTHER_PARTS if part in names), "a ZIP archive and no workbook")
        return f"the file is {other}", "file a workbook (.xlsx) or a CSV table"
    if any(name.endswith("/vbaProject.bin") for name in names):
        return "the workbook carries macros", "save it as .xlsx, which has none"
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return "the workbook is locked with a password", "take the password off, and save it again"
    for entry in entries:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return f"the part {quoted(entry.filename)} is compressed in a way that workbooks do not use", SAVE_AGAIN
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            times = entry.file_size // max(1, entry.compress_size)
            return f"the part {quoted(entry.filename)} would unpack to {times:,} times its size", "is it a workbook?"
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED:
        return (
            f"the workbook would unpack to {total:,} bytes; at most {MAX_UNPACKED:,} are taken",
            "file it in several parts, or as CSV",
        )
    return None


def _names(entries: list[zipfile.ZipInfo]) -> set[str]:
    return {entry.filename for entry in entries}
