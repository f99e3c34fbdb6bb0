"""The one table of what a formula can do, operators included. Kernels of the same names stand in `evaluate`.

`docs/reference/formulas.md` is made from it by `hengjian.formula.reference`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hengjian.formula.operators import OPERATORS
from hengjian.model.declaration import Label

#: What an argument must be. "figure": any number; "timed": a figure that has periods; "flow": of one period or of the
#: year so far; "count": a whole number from 1, written out; "unit": a unit in double quotes.
Kind = Literal["figure", "timed", "balance", "flow", "year_to_date", "truth", "count", "unit"]

#: How the result's unit follows: "same": all figures measure the same, and so does the result; "compared": the same
#: for a truth; "first": that of the first argument; "named": the one written.
UnitRule = Literal["same", "compared", "product", "quotient", "first", "ratio", "named", "truth"]

#: How the result's relation to time follows. "joined": all alike, a sum of flows being such a flow; "pointwise": all
#: alike, but no longer the sum of its parts; "compared": alike, for a truth; "scaled": kept by a constant factor;
#: "shifted": moved in time; else kept, or as named.
ShapeRule = Literal[
    "joined", "pointwise", "compared", "scaled", "kept", "shifted", "instant", "period", "ytd", "ttm", "none"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument; a repeated one stands for at least `at_least` of its kind."""

    name: str
    kind: Kind
    optional: bool = False
    at_least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One row. `sign` is set for operators only; `claim` says in messages what the function does to its argument.

    `counts_years`: needs a frequency that divides the year. `portable`: made of IEEE 754's basic operations only, so
    that every machine and engine gives the same bits.
    """

    name: str
    sign: str = ""
    arguments: tuple[Argument, ...]
    keywords: tuple[str, ...] = ()
    unit: UnitRule
    shape: ShapeRule
    gives_truth: bool = False
    counts_years: bool = False
    claim: str = ""
    meaning: Label
    example: str
    worked: str
    portable: bool = True

    @property
    def signature(self) -> str:
        """How it is written: `prior(x, n)`, `a + b`."""
        names = [argument.name for argument in self.arguments]
        if self.sign:
            if len(names) == 2:
                return f"{names[0]} {self.sign} {names[1]}"
            return f"{self.sign} {names[0]}" if self.sign.isalpha() else f"{self.sign}{names[0]}"
        last = self.arguments[-1]
        repeated = ", …" if last.at_least else ""
        return f"{self.name}({', '.join(names)}{repeated})"

    @property
    def fewest(self) -> int:
        """The smallest number of arguments."""
        return sum(max(1, argument.at_least) for argument in self.arguments if not argument.optional)

    @property
    def most(self) -> int | None:
        """The largest number of arguments, None when there is no limit."""
        return None if self.arguments[-1].at_least else len(self.arguments)

    def argument(self, index: int) -> Argument:
        """What stands at a place; the last argument repeats."""
        return self.arguments[min(index, len(self.arguments) - 1)]


def _label(zh: str, en: str) -> Label:
    return Label(zh=zh, en=en)


def _operator(
    name: str, kind: Kind, unit: UnitRule, shape: ShapeRule, meaning: Label, example: str, worked: str
) -> Function:
    names = ("a",) if OPERATORS[name].is_prefix else ("a", "b")
    return Function(
        name=name, sign=OPERATORS[name].sign, arguments=tuple(Argument(name=each, kind=kind) for each in names),
        unit=unit, shape=shape, gives_truth=unit in ("compared", "truth"), meaning=meaning, example=example,
        worked=worked,
    )  # fmt: skip


def _comparison(name: str, meaning: Label, worked: str) -> Function:
    sign = OPERATORS[name].sign
    return _operator(name, "figure", "compared", "compared", meaning, f"total_liabilities {sign} total_assets", worked)


_OPERATORS = (
    _operator("add", "figure", "same", "joined", _label("相加；单位须相同", "sum of two figures of one unit"),
              "total_liabilities + total_equity", "60 + 40 = 100"),
    _operator("subtract", "figure", "same", "joined",
              _label("相减；单位须相同", "difference of two figures of one unit"),
              "total_assets - total_equity", "100 - 40 = 60"),
    _operator("multiply", "figure", "product", "scaled", _label("相乘；单位相乘", "product; units multiply"),
              "12% * total_assets", "12% * 100 = 12"),
    _operator("divide", "figure", "quotient", "scaled",
              _label("相除；单位相除，除数为零时缺失",
                     "quotient; units divide, a zero divisor gives a missing value"),
              "total_liabilities / total_assets", "60 / 100 = 0.6"),
    _operator("negate", "figure", "first", "kept", _label("取负", "the figure with the other sign"),
              "-net_profit", "-(5) = -5"),
    _comparison("equal", _label("等于", "whether both are equal"), "60 = 100 is false"),
    _comparison("unequal", _label("不等于", "whether both differ"), "60 != 100 is true"),
    _comparison("less", _label("小于", "whether the first is less"), "60 < 100 is true"),
    _comparison("at_most", _label("不大于", "whether the first is less or equal"), "60 <= 100 is true"),
    _comparison("greater", _label("大于", "whether the first is greater"), "60 > 100 is false"),
    _comparison("at_least", _label("不小于", "whether the first is greater or equal"), "60 >= 100 is false"),
    _operator("and", "truth", "truth", "none",
              _label("两者皆真；一者为假即为假，即使另一者缺失",
                     "both hold; false if one is false, even when the other is missing"),
              "net_profit < 0 and total_equity < 0", "true and false = false; missing and false = false"),
    _operator("or", "truth", "truth", "none",
              _label("至少一者为真；一者为真即为真，即使另一者缺失",
                     "one holds; true if one is true, even when the other is missing"),
              "net_profit < 0 or total_equity < 0", "true or false = true; missing or true = true"),
    _operator("not", "truth", "truth", "none",
              _label("否定", "the opposite"), "not net_profit < 0", "not true = false"),
)  # fmt: skip

_X = Argument(name="x", kind="figure")
_TIMED = Argument(name="x", kind="timed")
_FLOW = Argument(name="x", kind="flow")
_TWO = (Argument(name="a", kind="figure"), Argument(name="b", kind="figure", at_least=1))

_FUNCTIONS = (
    Function(
        name="if", unit="same", shape="pointwise",
        arguments=(Argument(name="condition", kind="truth"), *_TWO[:1], Argument(name="b", kind="figure")),
        meaning=_label("条件成立取前者，否则取后者；条件缺失则缺失",
                       "the second argument where the condition holds, else the third; missing where it is missing"),
        example="if(total_equity > 0, total_equity, 0)", worked="if(40 > 0, 40, 0) = 40",
    ),
    Function(
        name="prior", arguments=(_TIMED, Argument(name="n", kind="count", optional=True)), unit="first",
        shape="shifted", claim="looks back in time",
        meaning=_label("n 期之前的数；不写 n 为上一期", "the figure n periods earlier; one period without n"),
        example="total_assets - prior(total_assets)", worked="2024-Q2: 100 - 96 = 4, 96 being the figure of 2024-Q1",
    ),
    Function(
        name="opening", arguments=(Argument(name="x", kind="balance"),), unit="first", shape="instant",
        counts_years=True, claim="takes a balance at last year's end",
        meaning=_label("年初余额，即上年末余额", "the balance at last year's end"),
        example="avg(total_equity, opening(total_equity))", worked="2024-Q2: opening is the balance of 2023-Q4",
    ),
    Function(
        name="yoy", arguments=(_TIMED,), unit="ratio", shape="none", counts_years=True,
        claim="compares with a year ago",
        meaning=_label("同比增长率；上年同期为零或负时缺失",
                       "growth over the same period a year ago; missing where that was zero or negative"),
        example="yoy(operating_income)", worked="2024-Q2: 120 / 100 - 1 = 0.2, 100 being the figure of 2023-Q2",
    ),
    Function(
        name="ytd", arguments=(_FLOW,), unit="first", shape="ytd", counts_years=True,
        claim="sums a flow from the year's start",
        meaning=_label("本年累计；已是累计数的保持不变",
                       "the flow of the year so far; a year-to-date figure stays as it is"),
        example="ytd(net_profit)", worked="2024-Q2: 30 + 35 = 65, the flows of Q1 and Q2",
    ),
    Function(
        name="ttm", arguments=(_FLOW,), unit="first", shape="ttm", counts_years=True,
        claim="sums a flow over 12 months",
        meaning=_label("最近十二个月合计", "the flow of the last twelve months"),
        example="ttm(net_profit) / avg(total_assets)",
        worked="2024-Q2 of a year-to-date figure: 65 + 120 - 55 = 130, from 2024-Q2, 2023-Q4 and 2023-Q2",
    ),
    Function(
        name="quarter", arguments=(Argument(name="x", kind="year_to_date"),), unit="first", shape="period",
        counts_years=True, claim="takes the flow of one quarter out of a year-to-date one",
        meaning=_label("由累计数得出的单季数", "the flow of the single quarter behind a year-to-date figure"),
        example="quarter(net_profit)", worked="2024-Q2: 65 - 30 = 35; in Q1 the figure itself",
    ),
    Function(
        name="avg", arguments=(Argument(name="a", kind="figure", at_least=1),), unit="same", shape="joined",
        claim="of one argument is the mean of a balance now and one year ago",
        meaning=_label("平均数；只写一个余额时为当期与上年同期的平均",
                       "the mean of its arguments; of one balance, the mean of now and one year ago"),
        example="avg(total_assets)", worked="2024-Q2: (100 + 90) / 2 = 95, 90 being the balance of 2023-Q2",
    ),
    Function(
        name="sum", arguments=_TWO, unit="same", shape="joined",
        meaning=_label("各项之和", "the sum of its arguments"),
        example="sum(total_liabilities, total_equity)", worked="sum(60, 40) = 100; missing if one is missing",
    ),
    Function(
        name="min", arguments=_TWO, unit="same", shape="pointwise",
        meaning=_label("最小者", "the least of its arguments"),
        example="min(total_assets, total_liabilities)", worked="min(100, 60) = 60; missing if one is missing",
    ),
    Function(
        name="max", arguments=_TWO, unit="same", shape="pointwise",
        meaning=_label("最大者", "the greatest of its arguments"),
        example="max(net_profit, 0)", worked="max(-5, 0) = 0; missing if one is missing",
    ),
    Function(
        name="abs", arguments=(_X,), unit="first", shape="pointwise",
        meaning=_label("绝对值", "the figure without its sign"),
        example="abs(net_profit)", worked="abs(-5) = 5",
    ),
    Function(
        name="coalesce", arguments=_TWO, unit="same", shape="pointwise",
        meaning=_label("第一个不缺失的数", "the first argument that is not missing"),
        example="coalesce(net_profit, 0)", worked="coalesce(missing, 0) = 0",
    ),
    Function(
        name="as_unit", arguments=(_X, Argument(name="unit", kind="unit")), unit="named", shape="kept",
        meaning=_label("同一数字改用所写单位；换算由作者负责，检查时列出",
                       "the same number in the unit written; the author answers for it, and checks list it"),
        example='as_unit(100, "万元")', worked='as_unit(100, "万元") is 1,000,000 CNY',
    ),
)  # fmt: skip

#: By name of `Term.op`.
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in (*_OPERATORS, *_FUNCTIONS)}
