"""How figures, points, periods and channels are written in an official Chinese document."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hengjian.model.scorecard import Scorecard

#: So many decimals are printed of what the rule does not round; parts add up before that.
DECIMALS = 4
CHANNELS: Mapping[str, str] = {
    "assessed": "考核认定", "audited": "审计决算", "confirmed": "部门确认", "system": "系统数据",
}  # fmt: skip
_ORDINALS = "零一二三四五六七八九十"
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
_HALF = re.compile(r"(\d{4})-?H([12])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def number(text: str | None, digits: int = DECIMALS) -> str:
    """A decimal text with at most so many decimals, without zeros that say nothing; a dash where there is none."""
    if text is None:
        return "—"
    value = Decimal(text)
    if value.as_tuple().exponent not in range(-digits, 1):
        value = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    written = format(value, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written.replace("-", "−")


def points(text: str | None, digits: int = DECIMALS) -> str:
    """Points in a sentence."""
    return "无法计算" if text is None else f"{number(text, digits)}分"


def amount(item: Mapping[str, Any], name: str) -> str:
    """The `value` or `target` of an item with its unit, as its sentence says it."""
    text, unit = item.get(name), item.get("unit")
    told = next((data["unit"] for data in _data(item) if isinstance(data.get("unit"), Mapping)), None)
    said = str(told["zh"]).strip() if told is not None else unit if unit not in (None, "1", "ratio") else ""
    return number(text) if text is None else f"{number(text)}{said}"


def _data(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What its sentence names, and those of its parts."""
    yield item.get("data") or {}
    for part in item.get("parts") or ():
        yield part.get("data") or {}


def titled(period: str, label: str) -> str:
    """A period before what is called so: 2025年度考核, not 2025年年度考核."""
    name = period_name(period)
    return name.removesuffix("年") + label if name.endswith("年") and label.startswith("年") else name + label


def period_name(period: str) -> str:
    """A period as one says it: 2025年, 2025年第一季度, 2025年3月."""
    if found := _QUARTER.fullmatch(period):
        return f"{found[1]}年第{_ORDINALS[int(found[2])]}季度"
    if found := _HALF.fullmatch(period):
        return f"{found[1]}年{'上' if found[2] == '1' else '下'}半年"
    if found := _MONTH.fullmatch(period):
        return f"{found[1]}年{int(found[2])}月"
    return f"{period}年" if period.isdigit() else period


def day_name(day: date) -> str:
    """A day as official documents write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(count: int) -> str:
    """1 → 一, 12 → 十二, 21 → 二十一 (below 100)."""
    tens, ones = divmod(count, 10)
    if not tens:
        return _ORDINALS[ones]
    return ("" if tens == 1 else _ORDINALS[tens]) + "十" + ("" if not ones else _ORDINALS[ones])


def grade_name(card: Scorecard, grade: str | None) -> str:
    """What a grade is called: its letter with its word."""
    found = next((one for one in card.grades if one.name == grade), None)
    if grade is None or found is None:
        return "" if grade is None else grade
    return grade if found.label.zh.startswith(grade) else f"{grade}（{found.label.zh}）"
