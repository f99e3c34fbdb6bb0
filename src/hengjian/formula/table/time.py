"""Functions that look back in time."""

from hengjian.formula.function import Argument, Function, Option
from hengjian.formula.function import label as _label

_TIMED = Argument(name="x", kind="timed")
_FLOW = Argument(name="x", kind="flow")
_N = Argument(name="n", kind="count")
_TRUTH = Argument(name="c", kind="lasting")
_AT_LEAST = Option(name="at_least", kind="count")

ROWS = (
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
        name="delta", arguments=(_TIMED, Argument(name="n", kind="count", optional=True)), unit="first",
        shape="none", claim="looks back in time",
        meaning=_label("较 n 期之前的增减；不写 n 为较上一期", "the change over n periods; over one without n"),
        example="delta(total_assets)", worked="2024-Q2: 100 - 96 = 4, 96 being the figure of 2024-Q1",
    ),
    Function(
        name="rolling",
        arguments=(
            Argument(name="x", kind="timed"), _N,
            Argument(name="kind", kind="word", choices=("mean", "sum", "min", "max", "std")),
        ),
        options=(_AT_LEAST,), unit="first", shape="window", claim="looks back in time",
        meaning=_label("最近 n 期的均值、合计、最小、最大或样本标准差；缺任一期则缺失，除非写明 at_least",
                       "mean, sum, least, greatest or sample standard deviation of the last n periods; missing unless "
                       "all are there, or as many as at_least says"),
        example="rolling(total_assets, 4, mean)", worked="rolling(100, 96, 94, 90; mean) = 95",
    ),
    Function(
        name="cagr", arguments=(_TIMED, _N), unit="ratio", shape="none", counts_years=True, portable=False,
        claim="compares with years ago",
        meaning=_label("n 年复合年均增长率；基期为零或负时缺失",
                       "the mean yearly growth over n years; missing where the base was zero or negative"),
        example="cagr(operating_income, 3)", worked="(133.1 / 100) ^ (1/3) - 1 = 0.1",
    ),
    Function(
        name="slope", arguments=(_TIMED, Argument(name="n", kind="count", least=2)), unit="first", shape="none",
        claim="looks back in time",
        meaning=_label("最近 n 期最小二乘直线的斜率（每期增减）",
                       "the slope of the least-squares line through the last n periods, per period"),
        example="slope(total_liabilities / total_assets, 8)", worked="slope of 1, 3, 5 = 2",
    ),
    Function(
        name="residual", arguments=(_TIMED, Argument(name="n", kind="count", least=3)), unit="first", shape="none",
        claim="looks back in time",
        meaning=_label("对该直线的剩余标准差（自由度 n-2）",
                       "the standard deviation of the residuals around that line, with n-2 degrees of freedom"),
        example="residual(total_liabilities / total_assets, 8)", worked="residual of 1, 3, 5 = 0",
    ),
    Function(
        name="since", arguments=(_TRUTH,), unit="ratio", shape="none", claim="looks back in time",
        meaning=_label("距条件最近一次成立的期数；当期成立为 0，从未成立则缺失",
                       "how many periods ago the condition last held: 0 now; missing if it never did"),
        example="since(net_profit < 0)", worked="true, false, false: 2",
    ),
    Function(
        name="count_true", arguments=(_TRUTH, _N), options=(_AT_LEAST,), unit="ratio", shape="none",
        claim="looks back in time",
        meaning=_label("最近 n 期中条件成立的期数", "in how many of the last n periods the condition holds"),
        example="count_true(net_profit < 0, 4) >= 2", worked="true, false, true, false: 2",
    ),
)  # fmt: skip
