"""The operators: they are functions too, whose names are signs."""

from hengjian.formula.function import Argument, Function, Kind, ShapeRule, UnitRule
from hengjian.formula.function import label as _label
from hengjian.formula.operators import OPERATORS
from hengjian.model.declaration import Label


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


ROWS = (
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
    Function(
        name="one_of", sign="in", unit="truth", shape="none", gives_truth=True,
        arguments=(Argument(name="attribute", kind="attribute"), Argument(name="text", kind="text", at_least=1)),
        meaning=_label("属性是否为所列文字之一；属性 = \"文字\" 为其简写",
                       'whether an attribute is one of the texts; attribute = "text" is short for one'),
        example='industry in ("power", "coal") and net_profit < 0',
        worked='industry power in ("power", "coal") is true',
    ),
)  # fmt: skip
