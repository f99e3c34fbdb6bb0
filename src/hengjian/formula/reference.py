"""The manual page of the formula language, made from the functions table: `docs/reference/formulas.md`.

python -c "from hengjian.formula.reference import page; print(page(), end='')" > docs/reference/formulas.md
"""

from collections.abc import Mapping

from hengjian.formula.function import Argument, Function, Kind, Option, Reach, ShapeRule, UnitRule
from hengjian.formula.functions import FUNCTIONS

_KINDS: Mapping[Kind, str] = {
    "figure": "a figure",
    "timed": "a figure that has periods",
    "balance": "a balance",
    "flow": "a flow of one period or of the year to date",
    "year_to_date": "a quarterly flow of the year to date",
    "truth": "a truth",
    "count": "a whole number from 1, written out",
    "unit": "a unit in double quotes",
    "summand": "a flow of one period, by a finer frequency",
    "counter": "the reading of a counter, by a finer frequency",
    "digits": "a whole number from 0 to 12, written out",
    "share": "a number from 0 to 1, written out",
    "word": "one of the words",
    "date": "a date attribute",
    "points": "a parameter declared with `points`",
    "parameter": "a parameter",
    "key": "a text in double quotes, or a text attribute",
    "link": "a link type, or its inverse",
    "rate": "a parameter in one unit per another, as CNY/USD",
    "attributes": "text attributes, or `all`",
    "frequency": "year, half, quarter, month, day or hour",
}
_UNITS: Mapping[UnitRule, str] = {
    "same": "all figures in one unit; the result in that unit",
    "compared": "both in one unit; the result is a truth",
    "product": "the product of the units",
    "quotient": "the quotient of the units",
    "first": "that of the first argument",
    "ratio": "a ratio",
    "named": "the one written",
    "truth": "the result is a truth",
    "plain": "a ratio of a ratio",
    "root": "the unit whose square it is",
    "table": "that of the parameter; the figure is in the unit of its points",
    "converted": "the one that the rate leads to",
    "day": "day",
    "year": "year",
}
_SHAPES: Mapping[ShapeRule, str] = {
    "joined": "flows over alike spans of time; alike figures give a figure of their kind",
    "pointwise": "flows over alike spans of time; of year-to-date flows the result is no such flow any more",
    "compared": "flows over alike spans of time",
    "scaled": "a constant factor keeps the kind of the figure; else neither a flow nor a balance",
    "kept": "of the kind of the first argument",
    "shifted": "of the kind of the first argument; a year-to-date flow only if whole years lie between",
    "instant": "a balance",
    "period": "a flow of one period",
    "ytd": "a flow of the year to date",
    "ttm": "a flow of twelve months",
    "none": "neither a flow nor a balance",
    "window": "a sum of a year's flows is a flow of twelve months; else neither a flow nor a balance",
    "per": "a sum or an increase is a flow of one period; the last of balances a balance",
}
_REACHES: Mapping[Reach, str] = {
    "periods": "figures of finer periods",
    "peers": "the same figure of the entities with the same attributes at the period's end",
    "links": "figures of linked entities at the same period, with the links of the period's end",
    "cut": "the same figures of another scope or basis",
}

_HEAD = """\
# Formulas 公式

Made from the functions table (`hengjian.formula.functions`); do not edit it here.

## Writing 写法

* Names of measures, indicators and parameters stand as declared; full-width letters and signs count as plain ones.
  A name that does not start with a letter or Han character, or has other signs than letters, digits, Han and `_`,
  stands in backquotes.
  名称照声明书写；全角与半角等同；含其他符号的名称写在反引号内。
* Numbers are decimal: `100`, `0.5`, `12%`. They have no unit, except that `0` fits any; money and other
  quantities are declared as parameters.
  数字无单位（`0` 除外）；金额等请声明为参数。
* From loose to tight: `or`, `and`, `not`, comparisons, `+ -`, `* /`, the sign `-`.
  Comparisons do not chain: `a < b and b < c`.
  优先级由低到高如上；比较不可连写。
* One formula reads figures of one frequency; a finer one is brought to it by `per:`.
  一个公式只用同一频率的数据；较细频率用 `per:` 归集。
* Options stand last, by name: `rank(x, within: industry, size, at_least: 10)`. 选项写在最后，带名称。
* Texts stand in double quotes and are compared with attributes: `industry = "power"`, `industry in ("power", "coal")`.
  文字写在双引号内，只与属性比较。

"""


def page() -> str:
    """The whole page as Markdown, in Chinese and English."""
    operators = [function for function in FUNCTIONS.values() if function.sign]
    functions = [function for function in FUNCTIONS.values() if not function.sign]
    rows = "".join(_row(function) for function in operators)
    head = "| written | 含义 | meaning | unit | in time | example | worked |\n|---|---|---|---|---|---|---|\n"
    sections = "\n".join(_section(function) for function in functions)
    return f"{_HEAD}## Operators 运算符\n\n{head}{rows}\n## Functions 函数\n\n{sections}"


def _row(function: Function) -> str:
    cells = (
        f"`{function.signature}`", function.meaning.zh, function.meaning.en, _UNITS[function.unit],
        _SHAPES[function.shape], f"`{function.example}`", function.worked,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _section(function: Function) -> str:
    arguments = "; ".join(
        [*(_argument(one) for one in function.arguments), *(_option(one) for one in function.options)]
    )
    reads = f"* Reads 读取: {_REACHES[function.reach]}.\n" if function.reach else ""
    bits = "the same bits on every machine" if function.portable else "the last digits may differ between machines"
    return (
        f"### `{function.signature}`\n\n{function.meaning.zh}。\n{_sentence(function.meaning.en)}\n\n"
        f"* Arguments 参数: {arguments}.\n* Unit 单位: {_UNITS[function.unit]}.\n"
        f"* In time 时间: {_SHAPES[function.shape]}.\n{reads}"
        f"* Example 例: `{function.example}`. Worked 算例: {function.worked}.\n* Portable 可移植: {bits}.\n"
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _argument(argument: Argument) -> str:
    words = f"one of {', '.join(argument.choices)}" if argument.choices else _KINDS[argument.kind]
    if argument.at_least:
        words += ", one or more of them"
    return f"`{argument.name}`{' (may be left out)' if argument.optional else ''}: {words}"


def _option(option: Option) -> str:
    words = f"one of {', '.join(option.choices)}" if option.choices else _KINDS[option.kind]
    return f"`{option.name}:`{'' if option.needed else ' (may be left out)'} {words}"
