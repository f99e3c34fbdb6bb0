"""Functions of declared tables and dated attributes."""

from hengjian.formula.function import Argument, Function
from hengjian.formula.function import label as _label

_X = Argument(name="x", kind="figure")
_POINTS = Argument(name="table", kind="points")
_DATE = Argument(name="attribute", kind="date")

ROWS = (
    Function(
        name="interpolate", arguments=(_X, _POINTS), unit="table", shape="none",
        meaning=_label("按表中各点线性内插，两端之外取端点值",
                       "linear between the points of a table, and its end values beyond them"),
        example="interpolate(total_liabilities / total_assets, leverage_score)",
        worked="points (0.5, 100), (0.7, 60): at 0.6 it is 80",
    ),
    Function(
        name="band", arguments=(_X, _POINTS), unit="table", shape="none",
        meaning=_label("所在档的值：不高于该数的最后一点；低于首点不适用",
                       "the value of the last point not above the figure; not applicable below the first"),
        example="band(total_liabilities / total_assets, leverage_grade)",
        worked="points (0, 1), (0.5, 2), (0.7, 3): at 0.6 it is 2",
    ),
    Function(
        name="lookup",
        arguments=(Argument(name="parameter", kind="parameter"), Argument(name="key", kind="key", at_least=1)),
        unit="table", shape="none",
        meaning=_label("按所写类别（文字或属性）取参数值",
                       "the parameter's value for the classes written, as texts or attributes"),
        example='total_liabilities / total_assets - lookup(limit, "power")', worked='lookup(limit, "power") = 75%',
    ),
    Function(
        name="days_until", arguments=(_DATE,), unit="day", shape="none",
        meaning=_label("期末至该日期的天数，未来为正", "days from the period's end to the date, positive ahead"),
        example="days_until(lease_end) < notice and total_assets > 0", worked="2024-06-30 to 2024-07-10: 10",
    ),
    Function(
        name="age", arguments=(_DATE,), unit="year", shape="none",
        meaning=_label("期末时的周岁（满年数）", "completed years at the period's end"),
        example="total_assets / age(founded)", worked="founded 2020-07-01, at 2024-06-30: 3",
    ),
)  # fmt: skip
