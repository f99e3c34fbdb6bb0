"""The manual page of the formula language, made from the functions table: `docs/reference/formulas.md`.

python -c "from hengjian.formula.reference import page; print(page(), end='')" > docs/reference/formulas.md
"""

from collections.abc import Mapping

from hengjian.formula.function import Argument, Function, Kind, Option, Reach, ShapeRule, UnitRule
from hengjian.formula.function import label as _label
from hengjian.formula.functions import FUNCTIONS
from hengjian.model.declaration import Label

_KINDS: Mapping[Kind, Label] = {
    "figure": _label("数", "a figure"),
    "timed": _label("有期间的数", "a figure that has periods"),
    "balance": _label("余额（时点数）", "a balance"),
    "flow": _label("单期或本年累计的发生额", "a flow of one period or of the year to date"),
    "year_to_date": _label("按季报送的本年累计数", "a quarterly flow of the year to date"),
    "summand": _label("较细频率的单期发生额", "a flow of one period, of finer periods"),
    "level": _label("较细频率的数，本年累计数除外", "a figure of finer periods, but no flow of the year to date"),
    "counter": _label("较细频率的计数器读数", "the reading of a counter, of finer periods"),
    "truth": _label("条件", "a condition"),
    "lasting": _label("有期间的条件", "a condition that has periods"),
    "count": _label("直接写出的整数", "a whole number, written out"),
    "digits": _label("直接写出的 0 至 12 的整数", "a whole number from 0 to 12, written out"),
    "share": _label("直接写出的 0 至 1 的数", "a number from 0 to 1, written out"),
    "unit": _label("双引号内的单位", "a unit in double quotes"),
    "word": _label("所列词之一", "one of the words"),
    "date": _label("日期属性", "a date attribute"),
    "points": _label("声明了 `points` 的参数", "a parameter declared with `points`"),
    "parameter": _label("参数", "a parameter"),
    "attribute": _label("文字属性", "a text attribute"),
    "text": _label("双引号内的文字", "a text in double quotes"),
    "key": _label("双引号内的文字，或文字属性", "a text in double quotes, or a text attribute"),
    "link": _label("关联类型或其反向名称", "a link type, or its inverse"),
    "rate": _label("两种货币之比的参数，如 CNY/USD", "a parameter in one currency per another, as CNY/USD"),
    "attributes": _label(
        "一个或多个文字属性，或 `all`（同类型全体）", "one or more text attributes, or `all`: all of the type"
    ),
    "type": _label("一个或多个单位类型", "one or more entity types"),
    "frequency": _label("year、half、quarter、month、day 或 hour", "year, half, quarter, month, day or hour"),
}
_UNITS: Mapping[UnitRule, Label] = {
    "same": _label("各数单位须相同，结果亦同", "all figures in one unit; the result in that unit"),
    "compared": _label("两边单位须相同；结果是条件", "both in one unit; the result is a truth"),
    "product": _label("单位之积", "the product of the units"),
    "quotient": _label("单位之商", "the quotient of the units"),
    "first": _label("同第一个参数", "that of the first argument"),
    "ratio": _label("比率，无单位", "a ratio"),
    "named": _label("所写的单位", "the one written"),
    "truth": _label("结果是条件", "the result is a truth"),
    "plain": _label("参数与结果均无单位", "a ratio of a ratio"),
    "root": _label("单位亦开平方：CNY·CNY 得 CNY", "the unit whose square it is: CNY of CNY·CNY"),
    "table": _label("同所读参数", "that of the parameter"),
    "converted": _label("汇率的分子：CNY/USD 得 CNY", "the upper one of the rate: CNY of CNY/USD"),
    "day": _label("日", "day"),
    "year": _label("年", "year"),
}
_SHAPES: Mapping[ShapeRule, Label] = {
    "joined": _label(
        "发生额的时间跨度须相同；同类数相加仍为该类",
        "flows over alike spans of time; alike figures give a figure of their kind",
    ),
    "pointwise": _label(
        "发生额的时间跨度须相同；本年累计数由此不再是累计数",
        "flows over alike spans of time; of year-to-date flows the result is no such flow any more",
    ),
    "compared": _label("发生额的时间跨度须相同", "flows over alike spans of time"),
    "scaled": _label(
        "乘除常数时类别不变，否则既非发生额也非余额",
        "a constant factor keeps the kind of the figure; else neither a flow nor a balance",
    ),
    "kept": _label("同所取之数", "of the kind of the figure"),
    "shifted": _label(
        "同第一个参数；累计数须相隔整年",
        "of the kind of the first argument; a year-to-date flow only if whole years lie between",
    ),
    "instant": _label("余额", "a balance"),
    "period": _label("单期发生额", "a flow of one period"),
    "ytd": _label("本年累计", "a flow of the year to date"),
    "ttm": _label("十二个月发生额", "a flow of twelve months"),
    "none": _label("既非发生额也非余额", "neither a flow nor a balance"),
    "window": _label(
        "一年各期发生额之和为十二个月发生额，其余既非发生额也非余额",
        "a sum of a year's flows is a flow of twelve months; else neither a flow nor a balance",
    ),
    "per": _label(
        "合计与增量为单期发生额；最后一期的余额、累计数类别不变（全年累计为当年发生额）；其余既非发生额也非余额",
        "a sum or an increase is a flow of one period; the last of balances is a balance, of year-to-date flows "
        "such a flow (for a whole year its flow); else neither a flow nor a balance",
    ),
}
_REACHES: Mapping[Reach, Label] = {
    "periods": _label(
        "所在期间内较细频率的各期；缺任一期则缺失，除非写明 `at_least`",
        "the finer periods within; missing unless all are there, or as many as `at_least` says",
    ),
    "peers": _label(
        "期末时属性相同的同类单位的同一数；不足 `at_least`（默认 5）个则缺失",
        "the same figure of the entities with the same attributes at the period's end; "
        "missing with fewer than `at_least` of them, 5 if left out",
    ),
    "links": _label(
        "所联单位同期的数，按期末的关联",
        "figures of linked entities at the same period, by the links of the period's end",
    ),
    "holdings": _label(
        "期末时按持股关系直接与间接持有的（或持有本单位的）各单位同期的数",
        "figures, at the same period, of all whom it holds, or who hold it, directly or indirectly by the link owns of "
        "the period's end",
    ),
    "cut": _label("另一范围或口径下的同一数", "the same figures of another scope or basis"),
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
* One formula reads figures of one frequency; finer ones are brought to it by `per:`. Dates, texts and counts of linked
  entities are read at the periods of a measure beside them.
  一个公式只用同一频率的数据；较细频率的数据用 `per:` 归集。日期、文字和所联单位数按公式中指标项的期间读取。
* Options stand last, by name: `rank(x, within: industry, size, at_least: 10)`.
  选项写在最后，带名称。
* Texts stand in double quotes and are compared with attributes: `industry = "power"`, `industry in ("power", "coal")`.
  An attribute of the kind number is a figure without unit.
  文字写在双引号内，只与属性比较；数值属性可直接参与计算，无单位。
* A missing argument makes the result missing, with the same reason, unless the function says otherwise.
  参数缺失则结果缺失，原因相同，另有说明的除外。

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
        f"`{function.signature}`", function.meaning.zh, function.meaning.en, _UNITS[function.unit].en,
        _SHAPES[function.shape].en, f"`{function.example}`", function.worked,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _section(function: Function) -> str:
    arguments = [*(_argument(one) for one in function.arguments), *(_option(one) for one in function.options)]
    reads = _line("Reads", "读取", _REACHES[function.reach]) if function.reach else ""
    bits = _label("各机器结果逐位相同", "the same bits on every machine")
    if not function.portable:
        bits = _label("末位数字可能因机器而异", "the last digits may differ between machines")
    return (
        f"### `{function.signature}`\n\n{function.meaning.zh}。\n{_sentence(function.meaning.en)}\n\n"
        f"{''.join(arguments)}{_line('Unit', '单位', _UNITS[function.unit])}"
        f"{_line('In time', '时间', _SHAPES[function.shape])}{reads}"
        f"* Example 例: `{function.example}`. Worked 算例: {function.worked}.\n{_line('Portable', '可移植', bits)}"
    )


def _line(en: str, zh: str, text: Label) -> str:
    return f"* {en} {zh}: {text.en}. {text.zh}。\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _argument(argument: Argument) -> str:
    words = _KINDS[argument.kind]
    if argument.choices:
        words = _label(f"{'、'.join(argument.choices)} 之一", f"one of {', '.join(argument.choices)}")
    if argument.kind == "count":
        words = _label(f"{words.zh}，从 {argument.least} 起", f"a whole number from {argument.least}, written out")
    if argument.at_least:
        words = _label(f"{words.zh}，一个或多个", f"{words.en}, one or more of them")
    return _said(f"`{argument.name}`", words, is_optional=argument.optional)


def _option(option: Option) -> str:
    words = _KINDS[option.kind]
    if option.choices:
        words = _label(f"{'、'.join(option.choices)} 之一", f"one of {', '.join(option.choices)}")
    if option.name == "at_least":
        words = _label("至少须有几个", "how many must be there at least")
    return _said(f"`{option.name}:`", words, is_optional=not option.needed)


def _said(name: str, words: Label, *, is_optional: bool) -> str:
    """A line on an argument or option."""
    return f"* {name}{' (may be left out 可省略)' if is_optional else ''}: {words.en}. {words.zh}。\n"
