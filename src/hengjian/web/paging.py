"""Long lists in pages, which addresses name as `page=2`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

#: Rows of a page, where a list has no size of its own.
A_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows of a list: page `number`, from 1, of `pages`."""

    rows: Sequence[Row]
    number: int
    pages: int


def paged(query: Mapping[str, str], rows: Sequence[Row], size: int = A_PAGE) -> Page[Row]:
    """The page that an address asks for; the first where it names none, the last where it names one beyond."""
    pages = max(1, -(-len(rows) // size))
    text = query.get("page") or ""
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    number = min(max(asked, 1), pages)
    return Page(rows=rows[(number - 1) * size : number * size], number=number, pages=pages)
