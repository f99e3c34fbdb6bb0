"""What a workbook says of itself before its cells: its sheets, where their parts are, and what formats mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hengjian.intake.container import Parts
from hengjian.intake.markup import MalformedError, local_attributes, parse

#: What a number format says about the number: a share, or a month rather than its first day.
FormatKind = Literal["percent", "month"]

_PERCENT = (9, 10)
#: Built-in formats of year and month: mmm-yy, and yyyy年m月 in Chinese (ECMA-376, 18.8.30).
_MONTH = (17, 27, 57)
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One sheet: its name, the part that holds its cells (None where it is no worksheet), whether it is hidden."""

    name: str
    part: str | None
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The sheets in their order; `recalculates` when its writer never calculated the formulas."""

    sheets: tuple[SheetPart, ...]
    strings: str | None
    styles: str | None
    is_1904: bool
    recalculates: bool
    formats: Mapping[str, FormatKind]


def read_book(parts: Parts) -> Book:
    """The workbook part, its relations and its formats. MalformedError, or one of container.DAMAGE, when damaged."""
    targets, kinds = _relations(parts)
    sheets: list[SheetPart] = []
    flags = {"1904": False, "recalculates": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            found = local_attributes(attributes)
            part = targets.get(found.get("id", ""))
            is_sheet = kinds.get(found.get("id", "")) == "worksheet" and part in parts.names
            is_hidden = found.get("state", "visible") != "visible"
            sheets.append(SheetPart(name=found.get("name", ""), part=part if is_sheet else None, is_hidden=is_hidden))
        elif name == "workbookPr":
            flags["1904"] = attributes.get("date1904", "0") in ("1", "true")
        elif name == "calcPr":
            flags["recalculates"] = attributes.get("fullCalcOnLoad", "0") in ("1", "true")

    parse(parts.chunks("xl/workbook.xml"), start)
    by_kind = {kind: targets[key] for key, kind in kinds.items() if targets[key] in parts.names}
    styles = by_kind.get("styles")
    return Book(
        sheets=tuple(sheets), strings=by_kind.get("sharedStrings"), styles=styles, is_1904=flags["1904"],
        recalculates=flags["recalculates"], formats=_formats(parts, styles) if styles else {},
    )  # fmt: skip


def _relations(parts: Parts) -> tuple[dict[str, str], dict[str, str]]:
    """Part and kind of each relation of the workbook, by its id."""
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            key = attributes.get("Id", "")
            target = attributes.get("Target", "")
            targets[key] = target[1:] if target.startswith("/") else f"xl/{target}"
            kinds[key] = attributes.get("Type", "").rpartition("/")[2]

    if "xl/_rels/workbook.xml.rels" not in parts.names:
        raise MalformedError("it does not say where its sheets are")
    parse(parts.chunks("xl/_rels/workbook.xml.rels"), start)
    return targets, kinds


def _formats(parts: Parts, styles: str) -> dict[str, FormatKind]:
    """What the number format of each cell style (by its index) says, where it matters."""
    codes: dict[str, str] = {}
    used: list[str] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            used.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    parse(parts.chunks(styles), start, end)
    found = {str(index): format_kind(number, codes.get(number)) for index, number in enumerate(used)}
    return {index: kind for index, kind in found.items() if kind is not None}


def format_kind(number: str, code: str | None) -> FormatKind | None:
    """What a number format says: by its code where it has one, else by its built-in number."""
    if code is None:
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        return "percent" if known in _PERCENT else "month" if known in _MONTH else None
    bare = _QUOTED.sub("", code.split(";")[0]).lower()
    if "%" in bare:
        return "percent"
    return "month" if "y" in bare and "m" in bare and not set("dhs") & set(bare) else None
