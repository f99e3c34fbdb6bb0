"""A workbook that computes a score again: each line's figures, standards and formulas, and our points beside them.

The same answer gives the same bytes. Numbers have 15 digits, as spreadsheets do; a formula rounds only where the rule
does, so our points (12 decimals) and the workbook's agree to far below what is printed.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hengjian.model.scorecard import (
    Awards,
    Efficacy,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    Scorecard,
    Standing,
    Steps,
    Table,
)  # fmt: skip
from hengjian.reports.explanation import TRIAL, Particulars
from hengjian.reports.figures import grade_name, titled
from hengjian.reports.formulas import Sheet
from hengjian.reports.lattice import FIRST, Columns, Line, columns_of, tree
from hengjian.reports.recompute import cells

SCORES, PARAMETERS, HOW = "计分", "参数", "说明"
#: A difference below this is none.
_EQUAL = "0.0000005"
_TITLES: Mapping[str, tuple[str, int]] = {
    "number": ("序号", 8), "label": ("项目", 30), "method": ("方法", 16), "weight": ("权重", 9),
    "value": ("实际值", 14), "target": ("目标值", 14), "missed": ("未达到档数", 9),
    "lower": ("本档系数", 9), "upper": ("上档系数", 9), "lower_value": ("本档标准值", 11),
    "upper_value": ("上档标准值", 11), "efficacy": ("功效系数", 12),
    "first": ("中间值一", 14), "second": ("中间值二", 14), "earned": ("按方法得分", 14), "score": ("得分（公式）", 14),
    "ours": ("得分（本系统）", 14), "difference": ("差异", 11), "check": ("核对", 8), "reason": ("理由", 90),
}  # fmt: skip
_METHODS: Mapping[type, str] = {
    Efficacy: "功效系数法", Modification: "修正系数", Steps: "增减步长", ProRata: "按完成比例", Table: "分档",
    Standing: "对标达档", Rating: "评议", Awards: "加减分", Points: "直接计分", PastScores: "以往得分",
}  # fmt: skip
_KINDS: Mapping[str, str] = {
    "base": "基础分", "adjustment": "调整分", "steps": "增减分", "points": "原得分", "award": "认定",
    "floor": "保底", "cap": "封顶", "cap_grade": "等级封顶", "times": "乘系数", "weighing": "按权重计入",
    "rescale": "换算", "round": "取整", "couple": "挂钩",
    "bonus": "加分限制", "spread": "权重分摊", "veto": "一票否决", "left_out": "不计分",
}  # fmt: skip
_HOW = (
    "“计分”表逐行列出考核得分的计算过程：蓝色为实际值、目标值、标准值和权重，“得分（公式）”由公式现算，“得分（本系统）”为公布的得分。",
    "“参数”表列出规则规定的数值（步长、界限、系数等）和没有数值来源的认定结果，公式均引用这些单元格。",
    "功效系数法：中间值一为基础分，中间值二为调整分。修正系数：中间值一为单项修正系数，中间值二为按界限取值后的系数，得分为对本部分的影响。",
    "增减步长：中间值一为优于（正）或差于（负）目标的程度，中间值二为增减的分数。按完成比例：中间值一为完成率，中间值二为按上下限取值后的比例。",
    "分档：中间值一为据以查表的数值。评议：中间值一为平均得分比例。",
    "只有规则规定取整的地方才取整；“核对”列为“一致”，表示两种计算相差小于千万分之五分。",
    "可以改动蓝色数值试算；改动不影响已公布的结果。",
)


@dataclass(slots=True, kw_only=True)
class _Pages:
    """The sheets while they are written, and where the next parameter goes (row from 0)."""

    scores: Worksheet
    parameters: Worksheet
    looks: Mapping[str, Format]
    next_row: int = 1
    lines: dict[int, int] = field(default_factory=dict)

    def parameter(self, line: Line, what: str, number: Decimal | str) -> str:
        """Write a number of the rule, and give its address."""
        row = self.next_row
        self.next_row += 1
        self.parameters.write_string(row, 0, line.number)
        self.parameters.write_string(row, 1, _label(line))
        self.parameters.write_string(row, 2, what)
        self.parameters.write_number(row, 3, _number(number), self.looks["given"])
        return f"{PARAMETERS}!$D${row + 1}"


def write_workbook(answer: Mapping[str, Any], card: Scorecard, about: Particulars) -> bytes:
    """The bytes of the workbook of a `score` answer."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        made = about.made.replace(tzinfo=None, microsecond=0)
        title = f"{about.name}{titled(str(answer['period']), card.label.zh)}计分表"
        book.set_properties({"title": title, "author": about.office, "created": made})
        looks = _looks(book)
        pages = _Pages(
            scores=book.add_worksheet(SCORES), parameters=book.add_worksheet(PARAMETERS), looks=looks
        )  # fmt: skip
        _write_how(book.add_worksheet(HOW), looks)
        _write_parameters(pages)
        _write_scores(pages, answer, card, f"{title}（{TRIAL}）" if about.trial else title)
        pages.scores.activate()
    return buffer.getvalue()


def _looks(book: xlsxwriter.Workbook) -> Mapping[str, Format]:
    plain = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
    number = {**plain, "num_format": "0.0000##########"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "column": book.add_format({**plain, "bold": True, "bg_color": "#E7ECF3", "text_wrap": True, "align": "center"}),
        "text": book.add_format(plain), "wrapped": book.add_format({**plain, "text_wrap": True}),
        "given": book.add_format({**plain, "num_format": "0.##############", "font_color": "#1F4E9E"}),
        "number": book.add_format(number), "score": book.add_format({**number, "bold": True}),
        "free": book.add_format({"text_wrap": True, "valign": "top"}), "whole": book.add_format({"bold": True}),
    }  # fmt: skip


def _write_how(page: Worksheet, looks: Mapping[str, Format]) -> None:
    page.set_column(0, 0, 110)
    for row, text in enumerate(_HOW):
        page.write_string(row, 0, f"{row + 1}. {text}", looks["free"])


def _write_parameters(pages: _Pages) -> None:
    page = pages.parameters
    for place, (title, width) in enumerate((("序号", 8), ("项目", 30), ("参数", 30), ("数值", 16))):
        page.set_column(place, place, width)
        page.write_string(0, place, title, pages.looks["column"])
    page.freeze_panes(1, 0)


def _write_scores(pages: _Pages, answer: Mapping[str, Any], card: Scorecard, title: str) -> None:
    page, columns = pages.scores, columns_of(card)
    sheet = Sheet(card=card, columns=columns, settings=answer.get("settings") or {}, parameter=pages.parameter)
    whole = tree(answer, card)
    _write_head(pages, columns, card, title)
    for line, parent in _with_parents(whole, None):
        _write_line(pages, sheet, line, parent)
    _write_whole(pages, sheet, whole, answer)
    page.freeze_panes(FIRST - 1, 2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(FIRST - 3, FIRST - 2)


def _with_parents(line: Line, parent: Line | None) -> list[tuple[Line, Line | None]]:
    return [(line, parent), *(one for child in line.children for one in _with_parents(child, line))]


def _write_head(pages: _Pages, columns: Columns, card: Scorecard, title: str) -> None:
    page, looks = pages.scores, pages.looks
    page.write_string(0, 0, title, looks["title"])
    for place, name in enumerate(columns.order):
        if name.startswith("band"):
            band = card.bands[int(name.removeprefix("band"))]
            page.set_column(place, place, 10)
            page.write_string(FIRST - 3, place, band.label.zh, looks["column"])
            page.write_number(FIRST - 2, place, _number(band.coefficient), looks["given"])
            continue
        text, width = _TITLES[name]
        page.set_column(place, place, width)
        page.write_string(FIRST - 3, place, text, looks["column"])
        page.write_string(FIRST - 2, place, "标准系数" if name == "label" and card.bands else "", looks["column"])


def _write_line(pages: _Pages, sheet: Sheet, line: Line, parent: Line | None) -> None:
    page, looks, row = pages.scores, pages.looks, line.row - 1
    places = {name: place for place, name in enumerate(sheet.columns.order)}
    page.set_row(row, None, None, {"level": min(line.depth, 7)})
    for name in places:
        page.write_blank(row, places[name], None, looks["text"])
    page.write_string(row, places["number"], line.number, looks["text"])
    page.write_string(row, places["label"], f"{'　' * max(line.depth - 1, 0)}{_label(line)}", looks["text"])
    page.write_string(row, places["method"], _what(line), looks["text"])
    for name in ("weight", "value", "target"):
        if line.node.get(name) is not None:
            page.write_number(row, places[name], _number(line.node[name]), looks["given"])
    standard = (line.node.get("note") or {}).get("standard") or {}
    for place, band in enumerate(sheet.card.bands):
        if band.name in standard.get("bands", {}):
            page.write_number(row, places[f"band{place}"], _number(standard["bands"][band.name]), looks["given"])
    ours = line.node.get("score")
    for name, formula in cells(sheet, line, parent).items():
        is_score = name == "score"
        told = float(Decimal(str(ours))) if is_score else ""
        page.write_formula(row, places[name], f"={formula}", looks["score" if is_score else "number"], told)
    reason = line.node.get("reason") or {}
    page.write_string(row, places["reason"], str(reason.get("zh", "")), looks["text"])
    if ours is not None:
        _write_check(pages, sheet, line, places, str(ours))


def _write_check(pages: _Pages, sheet: Sheet, line: Line, places: Mapping[str, int], ours: str) -> None:
    page, looks, row = pages.scores, pages.looks, line.row - 1
    at = sheet.at
    page.write_number(row, places["ours"], _number(ours), looks["number"])
    page.write_formula(
        row, places["difference"], f"={at('score', line)}-{at('ours', line)}", looks["number"], 0
    )  # fmt: skip
    check = f'=IF(ABS({at("difference", line)})<{_EQUAL},"一致","不一致")'
    page.write_formula(row, places["check"], check, looks["text"], "一致")


def _write_whole(pages: _Pages, sheet: Sheet, whole: Line, answer: Mapping[str, Any]) -> None:
    """The score as published, its grade, and whether every line agrees: beside the title."""
    page, card, looks = pages.scores, sheet.card, pages.looks
    column = sheet.columns.letters["check"]
    last = max(line.row for line in whole.walk())
    page.write_string(1, 0, "得分", looks["whole"])
    page.write_string(2, 0, "核对", looks["whole"])
    if answer.get("score") is None:
        page.write_string(1, 1, "尚不能得出总分", looks["whole"])
        return
    exact = sheet.at("score", whole)
    page.write_formula(1, 1, f"=ROUND({exact},{card.digits})", looks["score"], float(Decimal(str(answer["score"]))))
    if card.grades:
        found = f'"{card.grades[-1].name}"'
        for grade in reversed(card.grades[:-1]):
            found = (
                f'IF(B2>={pages.parameter(whole, f"{grade.label.zh}等起点", grade.at_least)},"{grade.name}",{found})'
            )
        page.write_string(1, 2, "按得分的等级", looks["whole"])
        page.write_formula(1, 3, f"={found}", looks["whole"], str(answer.get("grade") or ""))
        final = answer.get("quota") or answer.get("grade")
        page.write_string(1, 4, f"公布等级：{grade_name(card, final)}", looks["whole"])
    span = f"{column}{FIRST}:{column}{last}"
    check = f'=IF(COUNTIF({span},"不一致")=0,"全部一致",COUNTIF({span},"不一致")&"行不一致")'
    page.write_formula(2, 1, check, looks["whole"], "全部一致")


def _label(line: Line) -> str:
    return str(line.node["label"]["zh"])


def _what(line: Line) -> str:
    if not line.is_item or line.kind == "left_out":
        return _KINDS.get(line.kind, line.kind)
    if line.item is None or line.item.method is None or any(one.is_item for one in line.children):
        return "合计"
    return _METHODS[type(line.item.method)]


def _number(value: Decimal | str) -> float:
    """A decimal as a spreadsheet keeps it: 15 digits."""
    return float(f"{Decimal(value):.15g}")
