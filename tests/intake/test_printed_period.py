"""Periods of forms as Chinese statements print them (财会〔2019〕6号 prints 年 月 日 and 年度)."""

import pytest

from hengjian.intake.figure import resolve_period
from hengjian.intake.number import NotANumber
from hengjian.model.period import Frequency


@pytest.mark.parametrize(
    ("text", "frequency", "period"),
    [
        ("2025年6月30日", "quarter", "2025-Q2"),
        ("2025 年 6 月 30 日", "quarter", "2025-Q2"),
        ("２０２５年６月３０日", "quarter", "2025-Q2"),
        ("2025年6月", "month", "2025-06"),
        ("2025年06月份", "month", "2025-06"),
        ("2025年1-6月", "month", "2025-06"),
        ("2025年1月至6月", "quarter", "2025-Q2"),
        ("2025年1—12月", "year", "2025"),
        ("2025年度", "year", "2025"),
        ("2025年", "quarter", "2025-Q4"),
        ("2025年末", "quarter", "2025-Q4"),
        ("2025年第二季度", "quarter", "2025-Q2"),
        ("2025年3季度", "quarter", "2025-Q3"),
        ("2025年上半年", "half", "2025-H1"),
        ("2025年下半年", "quarter", "2025-Q4"),
        ("2025-06-30", "quarter", "2025-Q2"),
        ("2025-Q2", "quarter", "2025-Q2"),
    ],
)
def test_a_period_may_stand_as_statements_print_it(text: str, frequency: Frequency, period: str) -> None:
    assert str(resolve_period(text, frequency)) == period


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("2025年6月31日", "quarter"), ("2025年13月", "month"), ("2025年2-6月", "month"), ("2025年5月31日", "quarter"),
        ("2025年第五季度", "quarter"), ("二〇二五年", "year"), ("年 月 日", "quarter"), ("0000年", "year"),
    ],
)  # fmt: skip
def test_what_names_no_period_is_told(text: str, frequency: Frequency) -> None:
    found = resolve_period(text, frequency)
    assert isinstance(found, NotANumber)
    assert found.hint
