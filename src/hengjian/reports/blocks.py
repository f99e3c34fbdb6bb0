"""A document before it is set: a title, headings, paragraphs and tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`level` 1: 一、, 2: （一）; deeper ones are paragraphs that begin with their number."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text, its first line two characters in unless it stands `flush`; `lead` is its bold beginning."""

    text: str
    lead: str = ""
    flush: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under titles. `widths`: shares of the line; columns in `numbers` stand at the right."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    numbers: frozenset[int] = frozenset()


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`title` in lines as they are broken; `signer` and `dated` close it; `made` is what its properties say of when.

    `head`: the red name of who issues it (版头), or none. `mark`: what is printed across each page, or nothing.
    """

    title: Sequence[str]
    blocks: Sequence[Block]
    signer: str
    dated: str
    made: datetime
    head: str = ""
    mark: str = ""
