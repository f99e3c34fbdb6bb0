"""Rows of a book of standard values: matched to the items of the scorecards that go by it, and checked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hengjian.app.registerrows import Asking, Made, Row, find_named, is_plain, kept_figure, spelling, unit_of
from hengjian.formula.term import Programme
from hengjian.intake.text import quoted
from hengjian.model.scorecard import Band, Direction, Efficacy, Item, Modification, Scorecard, Standing
from hengjian.model.unit import Unit, parse_unit


def books_of(programme: Programme) -> dict[str, list[Scorecard]]:
    """The scorecards that go by each book of standard values."""
    found: dict[str, list[Scorecard]] = {}
    for card in programme.catalogue.scorecards.values():
        if card.standards is not None:
            found.setdefault(card.standards.name, []).append(card)
    return found


def standard_items(cards: Sequence[Scorecard]) -> dict[str, Item]:
    """The item that each key of a book is the standard of: of two scorecards the first one's."""
    found: dict[str, Item] = {}
    for card in cards:
        for item in card.root.walk():
            if isinstance(item.method, Efficacy | Modification | Standing):
                found.setdefault(item.method.standard, item)
    return found


def bands_of(cards: Sequence[Scorecard]) -> tuple[Band, ...]:
    """The bands of a book, the best first: all its scorecards have the same."""
    return cards[0].bands


def unlabelled(asking: Asking, given: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of a table without titles, where it is known of which book it is."""
    books = books_of(asking.programme)
    name = given.get("book") or (next(iter(books)) if len(books) == 1 else "")
    return ("key", *(band.name for band in bands_of(books[name]))) if name in books else ()


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each row: its figures by band in the unit of the items that they are standards of."""
    books = books_of(asking.programme)
    found = []
    for row in rows:
        book = asking.named(row, "book", dict.fromkeys(books, ()), "book of standard values")
        if book is None:
            continue
        record = _record(asking, row, book, books[book])
        if record is not None:
            found.append(Made(record=record, row=row, cell="key"))
    return found


def _record(asking: Asking, row: Row, book: str, cards: Sequence[Scorecard]) -> dict[str, Any] | None:
    items = standard_items(cards)
    text = row.get("key")
    bare, unit_text = _parted(text)
    spelled = {key: _spellings(key, item) for key, item in items.items()}
    key = find_named(text, spelled) or find_named(bare, spelled)
    if key is None:
        asking.named(row, "key", spelled, "item with standard values")
        return None
    item = items[key]
    stated = unit_of(asking, row) or parse_unit(unit_text, asking.units())
    if row.get("withdrawn") != "yes":
        bands = _bands(asking, row, bands_of(cards), item, stated)
        if bands is None:
            return None
    else:
        bands = {}
    return {
        "book": book, "year": row.get("year"), "class": class_path(row.get("class")), "size": row.get("size") or "all",
        "key": key, "bands": bands, "unit": None if item.unit is None else item.unit.symbol,
        "document": row.get("document"), "withdrawn": row.get("withdrawn"),
    }  # fmt: skip


def class_path(text: str) -> str:
    """A class as a path with plain slashes."""
    return "/".join(part.strip() for part in text.replace("／", "/").replace("\\", "/").split("/") if part.strip())


def _parted(text: str) -> tuple[str, str]:
    """A name and the unit that stands in parentheses, or as %, behind it."""
    text = text.strip().replace("（", "(").replace("）", ")")
    if text.endswith("%"):
        return text[:-1].rstrip(), "%"
    if text.endswith(")") and "(" in text:
        name, _, unit = text[:-1].rpartition("(")
        return name.rstrip(), unit.strip()
    return text, ""


def _spellings(key: str, item: Item) -> tuple[str, ...]:
    """How a book may write a key: by itself, by the item, and by its labels with and without what is in parentheses."""
    found = [key, item.name, item.label.zh, item.label.en]
    for label in (item.label.zh, item.label.en):
        plain = spelling(label)
        while "(" in plain and ")" in plain[plain.index("(") :]:
            start = plain.index("(")
            plain = plain[:start] + plain[plain.index(")", start) + 1 :]
        found.append(plain)
    return tuple(found)


def _bands(asking: Asking, row: Row, bands: Sequence[Band], item: Item, stated: Unit | None) -> dict[str, str] | None:
    """The figures by band: all of them, and from the best to the worst never back. None after a fault."""
    lacking = [band for band in bands if not row.get(band.name)]
    if lacking:
        message = f"{quoted(row.get('key'))} has no figure for {', '.join(one.name for one in lacking)}"
        hint = f"fill in {', '.join(one.label.zh for one in lacking)}, or leave the row out"
        row.fault_at(asking.faults, lacking[0].name, message, hint)
        return None
    if not is_plain(asking, row, [band.name for band in bands], stated, item.unit, row.get("key")):
        return None
    texts = {band.name: kept_figure(asking, row, band.name, stated, item.unit) for band in bands}
    found = {name: text for name, text in texts.items() if text is not None}
    if len(found) < len(texts):
        return None
    figures = [Decimal(found[band.name]) for band in bands]
    wrong = _out_of_order(figures, item.direction)
    if wrong is not None:
        named = " > ".join(band.label.zh for band in bands)
        hint = f"the bands go {named}, the best first"
        if item.direction == "up":
            hint = f"the bands go {named}, the best first; greater is better"
        elif item.direction == "down":
            hint = f"the bands go {named}, the best first; less is better"
        message = f"the figures of {quoted(row.get('key'))} do not go one way from the best to the worst"
        row.fault_at(asking.faults, bands[wrong].name, message, hint)
        return None
    return found


def _out_of_order(figures: Sequence[Decimal], direction: Direction) -> int | None:
    """The place of the first figure that goes the wrong way, or is where the best and the worst are the same."""
    if figures[0] == figures[-1]:
        return len(figures) - 1
    falls = figures[0] > figures[-1]
    if direction != "free" and falls != (direction == "up"):
        return len(figures) - 1
    for place, (better, worse) in enumerate(pairwise(figures), 1):
        if (better < worse) if falls else (better > worse):
            return place
    return None
