"""The text of a filed table: its encoding, and how hostile text is compared and quoted."""

import unicodedata

from hengjian.intake.faults import Faults

MAX_BYTES = 256 * 1024 * 1024
#: No message quotes more of a cell than this.
QUOTED = 80

_UTF8_BOM = b"\xef\xbb\xbf"
#: First bytes of files that are no text, and what such a file is.
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"PAR1", "a Parquet file"),
    (b"Rar!", "compressed (RAR)"),
    (b"7z\xbc\xaf", "compressed (7z)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "written in XML"),
)
_SAVE_AS = 'save the table as "CSV UTF-8"'
#: GB18030 text hardly ever begins with this many Han characters that are valid UTF-8 by accident.
_SURELY_UTF8 = 3


def normal(text: str) -> str:
    """Names and titles are compared in this form: NFKC, trimmed."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def quoted(text: str) -> str:
    """`text` for a message: in quotes, unprintable characters escaped, at most 80 characters in all."""
    inner = repr(text[:QUOTED])
    if len(text) <= QUOTED and len(inner) <= QUOTED:
        return inner
    return f"{inner[: QUOTED - 2].rstrip(inner[0])}…{inner[0]}"


def printable(text: str, limit: int = 200) -> str:
    """`text` as a record may carry it: at most `limit` characters, unprintable ones escaped."""
    if text.isprintable() and len(text) <= limit:
        return text
    return repr(text[:limit])[1:-1][:limit]


def has_control(text: str) -> bool:
    """Whether `text` has characters that no name needs: controls, direction marks, private or unassigned ones."""
    return not text.isprintable() and any(unicodedata.category(char)[0] == "C" for char in text)


def decode(data: bytes, faults: Faults, limit: int = MAX_BYTES) -> str | None:
    """The text of `data`: UTF-8 with or without a mark, else GB18030, both strictly; None after a fault."""
    if len(data) > limit:
        faults.add(f"the file has {len(data):,} bytes; at most {limit:,} are taken", "file it in several parts")
        return None
    begin = data[:80].removeprefix(_UTF8_BOM).lstrip()
    begins = begin, begin.lower()
    kind = next((kind for start, kind in _OTHER_KINDS if any(one.startswith(start) for one in begins)), None)
    if kind is not None:
        faults.add(f"the file is {kind}, not CSV", _SAVE_AS)
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add("the file is written in UTF-16", _SAVE_AS)
        return None
    nul = data.find(b"\0")
    if nul >= 0:
        faults.add(
            f"byte {nul + 1} of the file is NUL: it is UTF-16 without a mark, or no text at all",
            _SAVE_AS,
            row=_row_at(data, nul),
        )
        return None
    return _decode_text(data, faults)


def _decode_text(data: bytes, faults: Faults) -> str | None:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        begun = data[: error.start].decode("utf-8")
        wrong = error.start
    is_broken_utf8 = (
        data.startswith(_UTF8_BOM) or sum("\u4e00" <= char <= "\u9fff" for char in begun[:4096]) >= _SURELY_UTF8
    )
    if is_broken_utf8:
        message = f"byte {wrong + 1} is no valid UTF-8, though the text before it is"
        faults.add(message, f"the file is damaged or cut off; {_SAVE_AS} again", row=_row_at(data, wrong))
        return None
    try:
        text = data.decode("gb18030")
        text.encode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the file is neither UTF-8 (byte {wrong + 1}) nor GB18030 (byte {error.start + 1})"
        faults.add(message, _SAVE_AS, row=_row_at(data, error.start))
        return None
    except UnicodeEncodeError:
        faults.add("the file holds characters that no text has", _SAVE_AS)
        return None
    return text.removeprefix("\ufeff")


def _row_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
