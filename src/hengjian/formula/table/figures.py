"""Functions of figures of one entity and period."""

from hengjian.formula.function import Argument, Function
from hengjian.formula.function import label as _label

_X = Argument(name="x", kind="figure")
_TWO = (Argument(name="a", kind="figure"), Argument(name="b", kind="figure", at_least=1))

ROWS = (
    Function(
        name="if", unit="same", shape="pointwise",
        arguments=(Argument(name="condition", kind="truth"), *_TWO[:1], Argument(name="b", kind="figure")),
        meaning=_label("条件成立取前者，否则取后者；条件缺失则缺失",
                       "the second argument where the condition holds, else the third; missing where it is missing"),
        example="if(total_equity > 0, total_equity, 0)", worked="if(40 > 0, 40, 0) = 40",
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
        example='total_assets - as_unit(100, "万元")', worked='as_unit(100, "万元") is 1,000,000 CNY',
    ),
    Function(
        name="is_missing", arguments=(_X,), unit="truth", shape="none", gives_truth=True,
        meaning=_label("是否缺失；其本身从不缺失", "whether there is no figure; never missing itself"),
        example="is_missing(net_profit)", worked="is_missing(missing) is true, is_missing(5) is false",
    ),
    Function(
        name="round", arguments=(_X, Argument(name="d", kind="digits")), unit="first", shape="pointwise",
        meaning=_label("按十进制四舍五入到 d 位小数（以基本单位计；五入时远离零）",
                       "rounded to d decimals in base units: decimal, half away from zero"),
        example="round(total_liabilities / total_assets, 2)", worked="round(0.125, 2) = 0.13, round(-0.125, 2) = -0.13",
    ),
    Function(
        name="clip", arguments=(_X, Argument(name="low", kind="figure"), Argument(name="high", kind="figure")),
        unit="same", shape="pointwise",
        meaning=_label("限制在下限与上限之间", "the figure, no less than low and no more than high"),
        example="clip(total_liabilities / total_assets, 0, 1)", worked="clip(1.2, 0, 1) = 1",
    ),
    Function(
        name="log", arguments=(_X,), unit="plain", shape="none", portable=False,
        meaning=_label("自然对数；零或负数缺失", "the natural logarithm; missing of zero or less"),
        example="log(total_assets / total_liabilities)", worked="log(1) = 0",
    ),
    Function(
        name="exp", arguments=(_X,), unit="plain", shape="none", portable=False,
        meaning=_label("自然指数", "e to the power of the figure"),
        example="exp(total_liabilities / total_assets)", worked="exp(0) = 1",
    ),
    Function(
        name="normal_cdf", arguments=(_X,), unit="plain", shape="none", portable=False,
        meaning=_label("标准正态分布函数值：不超过该数的概率",
                       "the standard normal distribution function: the probability of what is not above the figure"),
        example="normal_cdf(total_liabilities / total_assets)", worked="normal_cdf(0) = 0.5",
    ),
    Function(
        name="sqrt", arguments=(_X,), unit="root", shape="none",
        meaning=_label("平方根；负数缺失；单位亦开方", "the square root, of the unit too; missing of less than zero"),
        example="sqrt(total_assets * total_liabilities)", worked="sqrt(9) = 3",
    ),
    Function(
        name="convert", arguments=(_X, Argument(name="rate", kind="rate")), unit="converted", shape="kept",
        meaning=_label("按期末有效的汇率参数折算为另一货币",
                       "in another currency, at the dated rate in force at the period's end"),
        example="convert(overseas_assets, cny_per_usd)", worked="100 USD at 7.1 CNY/USD = 710 CNY",
    ),
)  # fmt: skip
