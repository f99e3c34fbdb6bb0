"""Where the figures of an answer come from, as rows of a table: file, sheet, cell, entry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.reports.figures import CHANNELS, amount

#: What notes of figures, standards, letters and ratings say of their place, in the order in which it is told.
_PLACES: Mapping[str, str] = {
    "file": "文件", "sheet": "工作表", "cell": "单元格", "row": "行", "document": "文号", "evidence": "依据",
    "source": "来源",
}  # fmt: skip
_STANDARDS: Mapping[str, str] = {"book": "标准值", "class": "行业", "size": "规模", "year": "年度"}

#: So many cells of one figure are listed.
MOST = 6
#: Parts of an answer that are items of the card, beside those that are steps of computing.
ITEMS = frozenset({"item", "weighted", "left_out", "modifier"})


def is_item(part: Mapping[str, Any]) -> bool:
    """Whether a part of an answer is an item of the card."""
    return part.get("kind", "item") in ITEMS


def is_weighed(part: Mapping[str, Any]) -> bool:
    """Whether a part of an answer is an item that counts: the letter may leave some of the card out."""
    return is_item(part) and part.get("code") != "not_in_letter"


def walk(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every item of an answer that counts with all below it, in their order; parts that are no items are left out."""
    for item in items:
        if is_weighed(item):
            yield item
            yield from walk(item.get("parts") or ())


def source_rows(
    items: Sequence[Mapping[str, Any]], cells: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, str, str, str, str]]:
    """Item, its figure, its channel, where it stands, and the entries of the ledger. `cells`: by item what it was
    computed of."""
    rows = []
    for item in walk(items):
        if item.get("kind") == "weighted":  # its one part is the item itself
            continue
        notes = list(_notes(item.get("note") or {}))
        places = [place for note in notes if (place := _place(note))]
        filed = cells.get(str(item["item"]), ())
        places += [_cell(one) for one in filed]
        if filed and filed[0]["count"] > len(filed):
            places.append(f"等{filed[0]['count']}处")
        entries = dict.fromkeys(str(one["entry"]) for one in (*notes, *filed) if one.get("entry") is not None)
        if places or entries:
            channel = CHANNELS.get(str(item.get("channel")), "")
            figures = amount(item, "value"), channel, "；".join(dict.fromkeys(places)), "、".join(entries)
            rows.append((item["label"]["zh"], *figures))
    return rows


def _notes(note: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A note, and the notes that stand within it, but those of channels that do not count."""
    yield note
    for part in note.values():
        if isinstance(part, Mapping):
            yield from _notes(part)
        elif isinstance(part, Sequence) and not isinstance(part, str):
            inner = [one for one in part if isinstance(one, Mapping) and one.get("counts") is not False]
            yield from (one for each in inner for one in _notes(each))


def _cell(one: Mapping[str, Any]) -> str:
    """A filed cell: what it is, and its file, sheet and address."""
    where = " ".join(str(one[name]) for name in ("file", "sheet", "cell") if one.get(name) is not None)
    return f"{one['label']}（{one['period']}）：{where}"


def _place(note: Mapping[str, Any]) -> str:
    standards = [str(note[name]) for name in _STANDARDS if isinstance(note.get(name), str | int)]
    parts = ["标准值：" + " · ".join(standards)] if standards else []
    parts += [f"{label}：{note[name]}" for name, label in _PLACES.items() if isinstance(note.get(name), str | int)]
    return "；".join(parts)
