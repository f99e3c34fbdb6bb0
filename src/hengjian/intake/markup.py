"""XML read as a stream of elements, without document types, entities of its own, or any encoding but UTF-8."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]


class MalformedError(Exception):
    """Why a part of a workbook cannot be read; said to the user as it stands."""


def parse(
    chunks: Iterable[bytes], start: Start, end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Call `start` and `end` with the local names of elements, and `text` with what stands between them.

    MalformedError on what is not well-formed or not plain. A document type is refused as soon as it begins, so that
    no entity is ever expanded and nothing outside is ever asked for.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _check_encoding
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    is_first = True
    try:
        for chunk in chunks:
            if is_first and chunk.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")):
                raise MalformedError("it is not written in UTF-8")
            is_first = False
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MalformedError(f"{expat.ErrorString(error.code)} in line {error.lineno}") from None


def local_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their local names: the prefix of a relationship's id differs between writers."""
    return {_local(name): value for name, value in attributes.items()}


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _refuse_doctype(*_: object) -> None:
    raise MalformedError("it declares a document type, which workbooks do not")


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
        raise MalformedError("it is not written in UTF-8")
