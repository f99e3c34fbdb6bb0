"""Each message about a formula: what is wrong, where, and how to mend it."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "formula"))

from small_catalogue import PARAMETERS, catalogue, measure, said

from hengjian.formula.check import check
from hengjian.formula.functions import BY_NAME
from hengjian.formula.parser import parse
from hengjian.model.issue import Issue, Place

Expected = tuple[int, str, str]

SPELLING: list[tuple[str, int, str, str]] = [
    ("a == b", 3, "'==' is not a sign of the formula language", "write ="),
    ("a <> b", 3, "'<>' is not a sign of the formula language", "write !="),
    ("a ≠ b", 3, "'≠' is not a sign of the formula language", "write !="),
    ("a ≥ b", 3, "'≥' is not a sign of the formula language", "write >="),
    ("a => b", 3, "'=>' is not a sign of the formula language", "write >="),
    ("a × b", 3, "'×' is not a sign of the formula language", "write *"),
    ("a ÷ b", 3, "'÷' is not a sign of the formula language", "write /"),
    ("a − b", 3, "'−' is not a sign of the formula language", "write -"),
    ("a && b", 3, "'&&' is not a sign of the formula language", "write and"),
    ("a ** 2", 3, "'**' is not a sign of the formula language", "there are no powers; multiply"),
    ("max(a、b)", 6, "'、' is not a sign of the formula language", "write ,"),
    ("a # b", 3, "'#' is not a sign of the formula language",
     "formulas have no comments; write them in the file, beside the formula"),
    ("a; b", 2, "';' is not a sign of the formula language",
     "a name with other signs than letters, digits and _ stands in backquotes"),
    ("a.b", 2, "'.' is not a sign of the formula language", "a name with a point in it stands in backquotes"),
    ("a \0", 3, "'U+0000' is not a sign of the formula language",
     "a name with other signs than letters, digits and _ stands in backquotes"),
    ("as_unit(a, “元)", 12, "'“' is not a sign of the formula language",
     'texts stand in straight double quotes, as in "CNY"'),
    ("a + `b", 5, "a backquote is not closed", "a name in backquotes ends with a backquote on the same line"),
    ('as_unit(a, "b)', 12, "a double quote is not closed", "a text ends with a double quote on the same line"),
    ("` ` + a", 1, "there is no name between the backquotes", "write a name, as in `a name`"),
    ("x² + a", 1, "'x²' is not a plain name",
     "a name starts with a letter and goes on with letters, digits and _; else write `x²`"),
    ("_x", 1, "'_x' is not a plain name",
     "a name starts with a letter and goes on with letters, digits and _; else write `_x`"),
    ("1e6 + a", 1, "'1e6' is not a number",
     "write digits with at most one point, as in 1000000 or 0.5; a product as 3 * x"),
    (".5 * a", 1, "'.5' is not a number",
     "write digits with at most one point, as in 1000000 or 0.5; a product as 3 * x"),
    ("3x", 1, "'3x' is not a number", "write digits with at most one point, as in 1000000 or 0.5; a product as 3 * x"),
    ("a + 12345678901234567890123456", 5, "the number is too long", "a number has at most 25 signs"),
    ("max(a, 1,000)", 8, "'1,000' may be one number or two",
     "write 1000 for one number; put a blank after the comma for two"),
]  # fmt: skip

GRAMMAR: list[tuple[str, int, str, str]] = [
    (" ", 1, "the formula is empty", "write an expression, as in total_liabilities / total_assets"),
    ("a +", 4, "the formula ends too early", "something must follow '+'"),
    ("revenue revenue2", 9, "unexpected 'revenue2'", "an operator such as +, -, *, / must stand between the two"),
    ("drop table observation", 6, "unexpected 'table'", "an operator such as +, -, *, / must stand between the two"),
    ("(select 1)", 9, "unexpected '1'", "an operator such as +, -, *, / must stand between the two"),
    ("2 (a + b)", 3, "unexpected '('", "an operator such as +, -, *, / must stand between the two"),
    ("a / / b", 5, "unexpected '/'", "a number, a name, a function or a parenthesis must stand here"),
    ("+a", 1, "unexpected '+'", "a number, a name, a function or a parenthesis must stand here"),
    ("a AND b", 3, "unexpected 'AND'", "write and in small letters"),
    ("a 且 b", 3, "unexpected '且'", "write and"),
    ("a 或 b", 3, "unexpected '或'", "write or"),
    ("a % b", 3, "unexpected '%'", "% follows a number, as in 12%"),
    ("12%% * a", 4, "unexpected '%'", "% follows a number, as in 12%"),
    ("a)", 2, "unexpected ')'", "there is no parenthesis to close here"),
    ("max(a,)", 7, "unexpected ')'", "an operand is missing before )"),
    ("a, b", 2, "unexpected ','", "commas stand between the arguments of a function, as in max(a, b)"),
    ("a: b", 2, "unexpected ':'", "options stand inside a call, as in f(x, name: value)"),
    ("`max`(a, b)", 6, "unexpected '('", "max in backquotes is a name; functions are written without backquotes"),
    ("max(a, b", 4, "the parenthesis is not closed", "close it with )"),
    ("2 * (a + b", 5, "the parenthesis is not closed", "close it with )"),
    ("a < b < c", 7, "comparisons do not chain: a < b < …", "write a < b and b < …"),
    ("a = not b", 5, "'not' cannot stand behind a tighter operator", "put it in parentheses, as in a = (not b)"),
    ("a" + " + a" * 100, 1, "the formula nests deeper than 100 levels",
     "declare the inner parts as indicators; long sums are written sum(a, b, …)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "message", "hint"), SPELLING + GRAMMAR)
def test_text(text: str, column: int, message: str, hint: str) -> None:
    assert parse(text, Place(file="f.yaml", line=7))[1] == [
        Issue(place=Place(file="f.yaml", line=7, column=column), message=message, hint=hint)
    ]


# Columns count from the formula's own start here. The unit is the one declared.
MEANING: list[tuple[str, str, int, str, str]] = [
    # Names.
    ("ratio", "total_liabilites / total_assets", 1, "no measure, indicator or parameter is called 'total_liabilites'",
     "did you mean total_liabilities?"),
    ("ratio", "资产总计 / total_assets", 1, "no measure, indicator or parameter is called '资产总计'",
     "did you mean total_assets (资产总计)?"),
    ("ratio", "`Total assets` / total_assets", 1, "no measure, indicator or parameter is called 'Total assets'",
     "did you mean total_assets?"),
    ("ratio", "rating / 负债总计", 10, "no measure, indicator or parameter is called '负债总计'",
     "did you mean total_liabilities (负债合计)?"),
    ("ratio", "rating / qqq", 10, "no measure, indicator or parameter is called 'qqq'",
     "write the name of a measure, an indicator or a parameter"),
    ("ratio", "rating * industry", 10, "no measure, indicator or parameter is called 'industry'",
     ('industry is an attribute; a parameter with by: [industry] gives a value for each, and industry = "…" is a '
      "condition")),
    ("ratio", "rating / ttm", 10, "no measure, indicator or parameter is called 'ttm'",
     "ttm is a function; write ttm(x)"),
    ("ratio", "floor_area / rating", 1, "floor_area is a measure of park, but the formula is about enterprise",
     "did you mean floor?"),
    ("ratio", "rating / green_line", 10, "green_line differs by colour, which enterprise does not have",
     "declare the attribute colour of enterprise, or take a parameter without it"),
    # Functions and their arguments.
    ("CNY", "tmm(net_profit)", 1, "no function is called 'tmm'", "did you mean ttm(x)?"),
    ("CNY", "AVERAGE(cash, cash)", 1, "no function is called 'AVERAGE'", "did you mean avg(a, …)?"),
    ("CNY", "cash(total_assets)", 1, "no function is called 'cash'", "cash is a measure; it takes no arguments"),
    ("CNY", "add(cash, cash)", 1, "no function is called 'add'",
     "write a + b"),
    ("CNY", "xirr(cash)", 1, "no function is called 'xirr'",
     f"the functions are {', '.join(BY_NAME)}"),
    ("ratio", "yoy()", 1, "yoy takes 1 argument, not 0", "write yoy(x)"),
    ("CNY", "prior(cash, 1, 2)", 1, "prior takes 1 or 2 arguments, not 3", "write prior(x[, n])"),
    ("CNY", "if(cash > 0, cash)", 1, "if takes 3 arguments, not 2", "write if(condition, a, b)"),
    ("CNY", "sum(orders)", 1, "sum takes 2 or more arguments, not 1",
     "write sum(a, b, …) or sum(x, per: month[, at_least: k]) or ytd(x) or ttm(x) or total(x, over: link)"),
    ("CNY", "prior(cash, 1.5)", 13, "prior counts whole periods from 1 to 9999, not 1.5",
     "write the number out, as in prior(x, 4)"),
    ("CNY", "prior(cash, -1)", 13, "prior counts whole periods from 1 to 9999, not -1",
     "write the number out, as in prior(x, 4)"),
    ("CNY", "prior(cash, rating)", 13, "prior counts whole periods from 1 to 9999, not rating",
     "write the number out, as in prior(x, 4)"),
    ("ratio", 'rating + "power"', 10, "the text 'power' cannot be computed with",
     ('a text stands in attribute = "text", attribute in ("a", "b") or as_unit(x, "CNY"); a parameter with `by` gives '
      "a value for each class")),
    ("ratio", "as_unit(cash, CNY)", 15, "as_unit takes a unit in double quotes, not CNY", 'write as_unit(x, "CNY")'),
    ("CNY", 'as_unit(rating, "CYN")', 17, "no unit is called 'CYN'", "did you mean CNY?"),
    ("CNY", 'as_unit(cash, "万元")', 1, "cash is in CNY already",
     "write it alone; in which unit a result is printed, its declaration says"),
    # Truths and figures.
    ("CNY", "cash + (cash > 0)", 9, "'+' takes figures, but cash > 0 is a truth",
     "if(cash > 0, …, …) makes a figure of it"),
    ("CNY", "if(cash, cash, 0)", 4, "if takes truths, but cash is a figure", "compare it, as in cash > 0"),
    ("ratio", "cash > 0", 1, "the formula gives a truth, but case declares unit ratio",
     "write if(condition, 1, 0) for a figure, or declare a rule"),
    # Units.
    ("CNY", "total_assets + headcount", 14, "'+' joins CNY with person",
     "both sides must have one unit; convert or divide first"),
    ("CNY", "max(total_assets, headcount)", 19, "max joins CNY with person",
     "both sides must have one unit; convert or divide first"),
    ("CNY", "net_profit / headcount", 1, "the formula gives CNY/person, but case declares unit CNY",
     "declare unit CNY/person, or mend the formula"),
    ("CNY", "total_assets - 100", 14, "'-' joins CNY with ratio",
     '100 has no unit: declare a parameter in CNY, or write as_unit(100, "CNY")'),
    ("ratio", "if(total_assets > 40%, 1, 0)", 17, "'>' joins CNY with ratio",
     "both sides must have one unit; convert or divide first"),
    # Period types.
    ("CNY", "ttm(total_assets)", 5, "ttm sums a flow over 12 months, but total_assets is an instant (a balance)",
     "use avg(...) or the balance itself"),
    ("CNY", "ytd(total_assets)", 5,
     "ytd sums a flow from the year's start, but total_assets is an instant (a balance)",
     "use avg(...) or the balance itself"),
    ("CNY", "quarter(cash)", 9,
     "quarter takes the flow of one quarter out of a year-to-date one, but cash is an instant (a balance)",
     "use avg(...) or the balance itself"),
    ("CNY", "quarter(orders)", 9,
     "quarter takes the flow of one quarter out of a year-to-date one, but orders is a flow of one period",
     "write it as it is"),
    ("CNY", "quarter(monthly_profit)", 9,
     "quarter takes the flow of one quarter out of a year-to-date one, but monthly_profit is monthly",
     "quarter needs quarterly figures"),
    ("CNY", "ttm(ttm(orders))", 5, "ttm sums a flow over 12 months, but ttm(orders) is a flow of twelve months",
     "write it as it is"),
    ("CNY", "ttm(max(net_profit, 0))", 5,
     "ttm sums a flow over 12 months, but max(net_profit, 0) is neither a flow nor a balance",
     "apply ttm to the flows inside it"),
    ("CNY", "ttm(floor)", 5, "ttm sums a flow over 12 months, but floor is a constant",
     "a constant is the same in all periods; write it alone"),
    ("CNY", "opening(net_profit)", 9,
     "opening takes a balance at last year's end, but net_profit is a flow of the year to date",
     "prior(x, n) looks back n periods"),
    ("ratio", "opening(cash / total_assets)", 9,
     "opening takes a balance at last year's end, but cash / total_assets is neither a flow nor a balance",
     "apply opening to the balances inside it"),
    ("CNY", "avg(net_profit)", 5,
     "avg of one argument is the mean of a balance now and one year ago, but net_profit is a flow of the year to date",
     "name the figures, as in avg(a, b); ttm(x) sums a flow over 12 months"),
    ("CNY", "net_profit + orders", 12,
     "'+' joins a flow of the year to date with a flow of one period: net_profit, orders",
     "write ytd(orders), or quarter(net_profit)"),
    ("CNY", "ttm(net_profit) - net_profit", 17,
     "'-' joins a flow of twelve months with a flow of the year to date: ttm(net_profit), net_profit",
     "write ttm(net_profit)"),
    ("ratio", "yoy(noise)", 5, "yoy compares with a year ago, but noise is daily",
     "yoy needs periods that divide the year"),
    ("ratio", "avg(noise)", 5, "avg of one argument is the mean of a balance now and one year ago, but noise is daily",
     "avg needs periods that divide the year"),
    # Frequencies.
    ("ratio", "net_profit / monthly_profit + net_profit / annual_output", 14,
     "monthly_profit is monthly, but net_profit is quarterly",
     ("one formula has one frequency; finer figures are brought to it, as in sum(x, per: quarter) or "
      "last(x, per: quarter)")),
    ("ratio", "1 + red_line", 1, "the formula of case reads no measure", "a constant is declared as a parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "text", "column", "message", "hint"), MEANING, ids=[each[1] for each in MEANING])
def test_meaning(unit: str, text: str, column: int, message: str, hint: str) -> None:
    programme, issues = check(catalogue({"case": (unit, text)}))
    assert programme is None
    assert said(issues) == [(f"1:{column + 9}", message, hint)]


def test_conditions() -> None:
    declared = catalogue(rules={"high": "cash / total_assets"}, checks={"sound": "net_profit"})
    hint = "compare it, as in debt_ratio > 70%"
    assert said(check(declared)[1]) == [
        ("1:10", "high needs a condition, but its formula gives a figure", hint),
        ("2:10", "sound needs a condition, but its formula gives a figure", hint),
    ]


def test_circles() -> None:
    declared = catalogue({"a": ("ratio", "b"), "b": ("ratio", "c"), "c": ("ratio", "rating + a")})
    assert said(check(declared)[1]) == [
        ("1:10", "indicators form a circle: a -> b -> c -> a", "one of them must be computed from measures alone")
    ]


@pytest.mark.parametrize(
    ("days", "message", "hint"),
    [
        ([date(2020, 1, 1), date(2020, 1, 1)], "two versions of x begin on 2020-01-01",
         "each version has its own `from`; only the first may stand without one"),
        ([None, None], "two versions of x begin without a date",
         "each version has its own `from`; only the first may stand without one"),
        ([date(2020, 1, 1), date(2019, 1, 1)], "the version of x from 2019-01-01 stands after a later one",
         "write versions in the order of their `from`, one without it first"),
        ([date(2020, 1, 1), None], "the version of x without a date stands after a later one",
         "write versions in the order of their `from`, one without it first"),
    ],
)  # fmt: skip
def test_dates_of_versions(days: list[date | None], message: str, hint: str) -> None:
    declared = catalogue({"x": ("ratio", [(day, "rating") for day in days])})
    assert said(check(declared)[1]) == [("2:10", message, hint)]


def test_versions_of_two_kinds() -> None:
    declared = catalogue({"x": ("CNY", [(None, "net_profit"), (date(2020, 1, 1), "ttm(net_profit)")])})
    assert said(check(declared)[1]) == [
        ("2:10", "versions of x differ in kind: a flow of the year to date, then a flow of twelve months",
         "declare a second indicator for the other kind")
    ]  # fmt: skip


def test_versions_of_two_frequencies() -> None:
    declared = catalogue({"x": ("CNY", [(None, "net_profit"), (date(2020, 1, 1), "monthly_profit")])})
    assert said(check(declared)[1])[0][1] == "monthly_profit is monthly, but net_profit is quarterly"


def test_a_unit_taken_by_decree_is_a_warning() -> None:
    programme, issues = check(catalogue({"x": ("CNY", 'as_unit(headcount, "CNY")')}))
    assert programme is not None
    assert said(issues) == [
        (
            "1:10",
            'as_unit(headcount, "CNY") takes person for CNY',
            "units are not checked here; make sure that it is meant",
        )
    ]


def test_a_parameter_that_nothing_uses_is_a_warning() -> None:
    programme, issues = check(catalogue({"x": ("ratio", "red_line * rating")}, parameters=PARAMETERS))
    assert programme is not None
    first = issues[0]
    assert (first.severity, first.message, first.hint) == (
        "warning", "no formula uses the parameter floor", "remove it, or use it in a formula",
    )  # fmt: skip


def test_a_name_of_another_type_without_a_near_one() -> None:
    measures = (measure("rating", "ratio", balance=True), measure("lamps", "ratio", type_name="park"))
    issues = check(catalogue({"x": ("ratio", "lamps")}, measures=measures, parameters=()))[1]
    assert said(issues) == [
        ("1:10", "lamps is a measure of park, but the formula is about enterprise",
         "a formula about enterprise reads measures and indicators of enterprise")
    ]  # fmt: skip
