"""The workbook in which a form is filled: titles where the form declares them, free cells for what is to be written."""

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hengjian.intake.declared import units_of
from hengjian.intake.instructions import instructions
from hengjian.intake.titles import shown_title, shown_unit
from hengjian.model.declaration import Catalogue, Label
from hengjian.model.filing import position
from hengjian.model.form import Form, FormLine, FormSheet, Role
from hengjian.model.unit import Unit

Language = Literal["zh", "en"]

#: Rows of a wide sheet that take entries.
WIDE_ROWS = 1_000
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "consolidated": "合并", "parent": "单体", "flash": "快报", "audited": "审计", "assessed": "考核",
        "wrong": "此处应填数字", "how": "请填数字；撤回已报数填“撤回”；未报则留空。", "choose": "请从列表中选择",
    },
    "en": {
        "consolidated": "consolidated", "parent": "parent", "flash": "flash", "audited": "audited",
        "assessed": "assessed", "wrong": "A number stands here",
        "how": "Write a number; #withdrawn takes a figure back; leave the cell empty for what is not reported.",
        "choose": "Choose from the list",
    },
}  # fmt: skip
_ROLES: Mapping[Role, Label] = {
    "entity": Label(zh="单位", en="Entity"), "period": Label(zh="期间", en="Period"),
    "scope": Label(zh="口径", en="Scope"), "basis": Label(zh="版本", en="Basis"),
    "unit": Label(zh="金额单位", en="Unit"),
}  # fmt: skip
_LARGEST = 1e300
#: Digits that a spreadsheet holds exactly.
_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
#: Equal forms give equal bytes, whatever the day.
CREATED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How cells of a workbook look; only the last three may be written in."""

    name: Format
    title: Format
    item: Format
    heading: Format
    text: Format
    figure: Format
    money: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """What stands in the template from the start."""

    form: Form
    catalogue: Catalogue
    language: Language
    entity: str
    period: str
    rows: Sequence[Mapping[str, str]] = ()
    items: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def word(self, key: str) -> str:
        return _WORDS[self.language][key]

    def said(self, role: Role) -> str:
        """What a role's cell says before anybody writes in it."""
        match role:
            case "entity":
                return self.entity
            case "period":
                return self.period
            case "scope":
                return self.word(self.form.scope)
            case "basis":
                return self.word(self.form.basis)
            case "unit":
                return shown_unit(self.form.unit) if self.form.unit else ""

    def choices(self, role: Role) -> list[str]:
        """The words of a role's drop-down; none for what is written freely."""
        match role:
            case "scope":
                return [self.word("consolidated"), self.word("parent")]
            case "basis":
                return [self.word("flash"), self.word("audited"), self.word("assessed")]
            case "unit" if self.form.unit is not None and self.form.unit.factors == (("CNY", 1),):
                return ["元", "万元", "亿元"]
            case _:
                return []


def template(
    form: Form,
    catalogue: Catalogue,
    language: Language,
    entity: str | None = None,
    period: str | None = None,
    rows: Sequence[Mapping[str, str]] = (),
    items: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The workbook (XLSX) of a form; the same bytes for the same form. `entity` (an id) and `period` are filled in.

    So are figures, where a program knows them: `rows` of wide sheets, by the role or measure of a column, and `items`,
    by measure what stands in its columns. A text that is no number is written as it stands.
    `form` is one of the catalogue's, so that its titles and measures are known. The titles stand in Chinese with
    English beside, whatever the language; it chooses the names of the sheets and the words of the drop-downs.
    """
    buffer = io.BytesIO()
    filling = _Filling(form=form, catalogue=catalogue, language=language, entity=entity or "", period=period or "",
                       rows=rows, items=items or {})  # fmt: skip
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": _text(form.label, language), "created": CREATED})
        formats = looks(book)
        names: set[str] = set()
        for sheet in form.sheets:
            name = _sheet_name(_text(sheet.name.label if sheet.name else form.label, language), names)
            _write_sheet(book.add_worksheet(name), sheet, filling, formats)
        page = book.add_worksheet(_sheet_name("填报说明" if language == "zh" else "Instructions", names))
        _write_instructions(page, filling, formats)
    return buffer.getvalue()


def looks(book: xlsxwriter.Workbook) -> Looks:
    """The formats of a workbook's cells."""
    line = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
    shade = {**line, "bg_color": "#EEF2F7", "text_wrap": True}
    free = {**line, "locked": False}
    return Looks(
        name=book.add_format({"bold": True, "font_size": 14}),
        title=book.add_format({**shade, "bold": True, "align": "center"}),
        item=book.add_format(shade),
        heading=book.add_format({**shade, "bold": True}),
        text=book.add_format({**free, "num_format": "@"}),
        figure=book.add_format(free),
        money=book.add_format({**free, "num_format": "#,##0.00"}),
    )


def _text(label: Label, language: Language) -> str:
    return label.zh if language == "zh" else label.en


def _sheet_name(wanted: str, names: set[str]) -> str:
    """A name that spreadsheets take, and that no other sheet has."""
    plain = "".join("_" if char in "[]:*?/\\" else char for char in wanted)[:28].strip("' ") or "1"
    name = wanted if wanted[:31] == wanted and plain == wanted[:28] else plain
    number = 1
    while name.lower() in names:
        number += 1
        name = f"{plain}{number}"
    names.add(name.lower())
    return name


def _write_sheet(page: Worksheet, sheet: FormSheet, filling: _Filling, formats: Looks) -> None:
    if sheet.header > 1 and "A1" not in sheet.cells.values():
        page.write_string(0, 0, f"{filling.form.label.zh} {filling.form.label.en}", formats.name)
    if sheet.layout == "wide":
        _write_wide(page, sheet, filling, formats)
    else:
        _write_items(page, sheet, filling, formats)
    _write_roles(page, sheet, filling, formats)
    page.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def _write_roles(page: Worksheet, sheet: FormSheet, filling: _Filling, formats: Looks) -> None:
    """The cells above the table, each with its name in the cell to the left, or before it where that is not free."""
    taken = {position(cell) for cell in sheet.cells.values()} | {(1, 1)}
    for role, cell in sheet.cells.items():
        row, column = position(cell)
        label, text = _ROLES[role], filling.said(role)
        if column > 1 and (row, column - 1) not in taken:
            page.write_string(row - 1, column - 2, f"{label.zh} {label.en}", formats.item)
        elif text or not filling.choices(role):
            text = f"{label.zh}:{text}"
        if text:
            page.write_string(row - 1, column - 1, text, formats.text)
        else:
            page.write_blank(row - 1, column - 1, None, formats.text)
        _add_choices(page, (row - 1, column - 1, row - 1, column - 1), filling.choices(role), filling)


def _add_choices(page: Worksheet, spot: tuple[int, int, int, int], words: Sequence[str], filling: _Filling) -> None:
    if words:
        page.data_validation(
            *spot, {"validate": "list", "source": list(words), "error_title": filling.word("choose")}
        )  # fmt: skip


def _add_number(page: Worksheet, spot: tuple[int, int, int, int], filling: _Filling) -> None:
    """A warning, not a bar: a word that withdraws a figure may stand there too."""
    page.data_validation(*spot, {
        "validate": "decimal", "criteria": "between", "minimum": -_LARGEST, "maximum": _LARGEST,
        "error_type": "warning", "error_title": filling.word("wrong"), "error_message": filling.word("how"),
    })  # fmt: skip


def _figure_format(unit: Unit, formats: Looks) -> Format:
    return formats.money if any(name == "CNY" for name, _ in unit.factors) else formats.figure


def _write_wide(page: Worksheet, sheet: FormSheet, filling: _Filling, formats: Looks) -> None:
    """One column a line; a thousand free rows under the titles."""
    units = units_of(filling.form, sheet, filling.catalogue.measures)
    top = sheet.header
    keys = 0
    for column, line in enumerate(sheet.lines):
        unit = units.get(line.measure or "")
        title = _title(line, unit)
        form = formats.text if unit is None else _figure_format(unit, formats)
        page.set_column(column, column, max(12, width(title)), form)
        page.write_string(top - 1, column, title, formats.title)
        spot = (top, column, top + WIDE_ROWS - 1, column)
        if unit is not None:
            _add_number(page, spot, filling)
        elif line.role is not None:
            keys = max(keys, column + 1 if line.role in ("entity", "period") else 0)
            _add_choices(page, spot, filling.choices(line.role), filling)
            text = filling.said(line.role) if line.role in ("entity", "period") else ""
            if text and not filling.rows:
                page.write_string(top, column, text, formats.text)
        for place, row in enumerate(filling.rows):
            _write_text(page, (top + place, column), row.get(line.measure or line.role or "", ""), unit, form)
    page.set_row(top - 1, 48)
    page.freeze_panes(top, keys)


def _write_items(page: Worksheet, sheet: FormSheet, filling: _Filling, formats: Looks) -> None:
    """Items down the rows, a free cell for each column of figures."""
    units = units_of(filling.form, sheet, filling.catalogue.measures)
    top = sheet.header
    widths = [width(_title(line, units.get(line.measure or ""))) for line in sheet.lines]
    page.set_column(0, 0, max(24, *widths))
    page.set_column(1, len(sheet.columns), 20)
    if sheet.item is not None:
        page.write_string(top - 1, 0, shown_title(sheet.item), formats.title)
    for column, one in enumerate(sheet.columns, 1):
        page.write_string(top - 1, column, shown_title(one.title), formats.title)
    page.set_row(top - 1, 34)
    for row, line in enumerate(sheet.lines, top):
        unit = units.get(line.measure or "")
        page.write_string(row, 0, _title(line, unit), formats.heading if unit is None else formats.item)
        given = [*filling.items.get(line.measure or "", ()), *[""] * len(sheet.columns)]
        for column in range(1, len(sheet.columns) + 1):
            if unit is not None:
                _write_text(page, (row, column), given[column - 1], unit, _figure_format(unit, formats))
        page.set_row(row, 15.0 * (1 + _title(line, unit).count("\n")))
        if unit is not None:
            _add_number(page, (row, 1, row, len(sheet.columns)), filling)
    page.freeze_panes(top, 1)


def _write_text(page: Worksheet, spot: tuple[int, int], text: str, unit: Unit | None, form: Format) -> None:
    """One cell that is filled in: a number where a figure belongs and the text is one."""
    if unit is not None and _NUMBER.fullmatch(text):
        page.write_number(*spot, float(text), form)
    elif text:
        page.write_string(*spot, text, form)
    else:
        page.write_blank(*spot, None, form)


def _title(line: FormLine, unit: Unit | None) -> str:
    return shown_title(line.title, unit) if line.title is not None else ""


def width(text: str) -> int:
    """How many columns the longest line takes; Han characters take two."""
    wide = unicodedata.east_asian_width
    return min(60, 2 + max(sum(2 if wide(char) in "WF" else 1 for char in line) for line in [*text.split("\n"), ""]))


def _write_instructions(page: Worksheet, filling: _Filling, formats: Looks) -> None:
    page.set_column(0, 0, 44)
    page.set_column(1, 2, 24)
    page.set_column(3, 3, 60)
    for row, cells in enumerate(instructions(filling.form, filling.catalogue, filling.language)):
        for column, text in enumerate(cells):
            page.write_string(row, column, text, *((formats.name,) if row == 0 else ()))
    page.protect("")
