"""Units and period types worked by hand: what each formula gives."""

import pytest
from small_catalogue import catalogue, measure, said

from hengjian.formula.check import check
from hengjian.formula.parser import parse
from hengjian.formula.printer import write
from hengjian.formula.term import Formula, Shape, Term
from hengjian.model.issue import Place

CASES: list[tuple[str, str, Shape]] = [
    # Sums keep what they add.
    ("total_assets - total_liabilities", "CNY", "instant"),
    ("net_profit + operating_income", "CNY", "ytd"),
    ("net_profit - 12% * operating_income", "CNY", "ytd"),
    ("-net_profit / 2", "CNY", "ytd"),
    ("sum(net_profit, operating_income, 研发费用)", "CNY", "ytd"),
    ("avg(net_profit, operating_income)", "CNY", "ytd"),
    ("ttm(net_profit) + ttm(orders)", "CNY", "ttm"),
    ("orders + orders", "CNY", "period"),
    # A constant moves a balance, but a flow of the year with something added is none any more.
    ("total_assets - floor", "CNY", "instant"),
    ("orders - floor", "CNY", "period"),
    ("net_profit - floor", "CNY", "none"),
    ("max(net_profit, 0)", "CNY", "none"),
    ("abs(net_profit)", "CNY", "none"),
    ("max(orders, 0)", "CNY", "period"),
    ("max(total_assets, total_liabilities)", "CNY", "instant"),
    ("net_profit + 0", "CNY", "ytd"),
    ("coalesce(total_assets, 0)", "CNY", "instant"),
    ("if(net_profit > 0, total_assets, cash)", "CNY", "instant"),
    # A balance and a flow: the opening balance plus what flowed in.
    ("opening(cash) + net_profit", "CNY", "none"),
    ("total_assets - 10 * net_profit", "CNY", "none"),
    # Products and quotients.
    ("total_liabilities / total_assets", "ratio", "none"),
    ("net_profit / headcount", "CNY/person", "none"),
    ("net_profit / headcount * headcount", "CNY", "none"),
    ("net_profit * headcount", "CNY·person", "none"),
    ("1 / headcount", "1/person", "none"),
    ("total_assets * rating", "CNY", "none"),
    ("50% * total_assets", "CNY", "instant"),
    ("floor / total_assets", "ratio", "none"),
    ("headcount * floor", "CNY·person", "instant"),
    ("(net_profit / headcount) / (total_assets / headcount)", "ratio", "none"),
    # Time.
    ("ytd(orders)", "CNY", "ytd"),
    ("ytd(net_profit)", "CNY", "ytd"),
    ("ttm(orders)", "CNY", "ttm"),
    ("ttm(net_profit - operating_income)", "CNY", "ttm"),
    ("quarter(net_profit)", "CNY", "period"),
    ("quarter(ytd(orders))", "CNY", "period"),
    ("opening(total_equity)", "CNY", "instant"),
    ("avg(total_assets)", "CNY", "instant"),
    ("avg(total_equity, opening(total_equity))", "CNY", "instant"),
    ("yoy(net_profit)", "ratio", "none"),
    ("yoy(total_assets / headcount)", "ratio", "none"),
    ("prior(total_assets)", "CNY", "instant"),
    ("prior(orders, 2)", "CNY", "period"),
    ("prior(net_profit, 4)", "CNY", "ytd"),
    ("prior(net_profit, 8)", "CNY", "ytd"),
    ("prior(net_profit)", "CNY", "none"),
    ("ttm(net_profit) / avg(total_assets)", "ratio", "none"),
    # A number gets a unit by decree.
    ('as_unit(headcount, "CNY")', "CNY", "instant"),
    ('as_unit(net_profit / total_assets, "万元")', "CNY", "none"),
    ('total_assets - as_unit(100, "万元")', "CNY", "instant"),
]


@pytest.mark.parametrize(("text", "unit", "shape"), CASES)
def test_by_hand(text: str, unit: str, shape: Shape) -> None:
    programme, issues = check(catalogue({"case": (unit, text)}))
    assert programme is not None, issues
    formula = programme.indicators["case"]
    term = formula.versions[0].term
    assert (str(term.unit), term.shape, formula.shape) == (unit, shape, shape)
    assert all(each.unit.scale == 1 for each in term.walk())
    node, _ = parse(text, Place(file="case"))
    assert node is not None
    assert term.text == write(node)


def term_of(text: str, unit: str = "CNY") -> Term:
    programme, issues = check(catalogue({"case": (unit, text)}))
    assert programme is not None, issues
    return programme.indicators["case"].versions[0].term


def test_prior_always_has_its_count() -> None:
    term = term_of("prior(total_assets)")
    assert [argument.value for argument in term.arguments] == [None, 1.0]
    assert [argument.value for argument in term_of("prior(total_assets, 4)").arguments] == [None, 4.0]


@pytest.mark.parametrize(
    ("name", "count"), [("total_assets", 4.0), ("stock_month", 12.0), ("stock_half", 2.0), ("stock_year", 1.0)]
)
def test_the_average_of_one_balance_is_of_now_and_a_year_ago(name: str, count: float) -> None:
    measures = (
        measure("total_assets", balance=True), measure("stock_month", balance=True, frequency="month"),
        measure("stock_half", balance=True, frequency="half"), measure("stock_year", balance=True, frequency="year"),
    )  # fmt: skip
    programme, issues = check(catalogue({"case": ("CNY", f"avg({name})")}, measures=measures, parameters=()))
    assert programme is not None, issues
    term = programme.indicators["case"].versions[0].term
    now, before = term.arguments
    assert (term.op, now.name, before.op, before.arguments[0].name) == ("avg", name, "prior", name)
    assert before.arguments[1].value == count


def test_as_unit_reads_the_number_in_the_unit() -> None:
    """100 万元 are a million CNY: the figure is multiplied by the unit's scale, for values are in base units."""
    term = term_of('total_assets - as_unit(100, "万元")').arguments[1]
    assert (term.op, str(term.unit)) == ("as_unit", "CNY")
    (product,) = term.arguments
    assert [argument.value for argument in product.arguments] == [100.0, 10_000.0]
    assert term_of('as_unit(headcount, "CNY")').arguments[0].op == "measure"


def test_as_unit_of_a_figure_is_listed() -> None:
    _, issues = check(catalogue({"case": ("CNY", 'as_unit(headcount, "万元") + as_unit(3, "CNY")')}))
    listed = [issue for issue in issues if "as_unit" in issue.message]
    assert [(issue.severity, issue.message) for issue in listed] == [
        ("warning", 'as_unit(headcount, "万元") takes person for 万元')
    ]


def test_zero_fits_any_unit() -> None:
    assert [str(each.unit) for each in term_of("max(total_assets, 0)").arguments] == ["CNY", "CNY"]
    programme, _ = check(catalogue(rules={"loss": "net_profit < 0 and 0 < headcount"}))
    assert programme is not None


def test_units_of_one_kind_meet_whatever_their_scale() -> None:
    measures = (measure("a", "万元", balance=True), measure("b", "亿元", balance=True), measure("c", "%", balance=True))
    cases = {"x": ("万元", "a + b"), "y": ("ratio", "c"), "z": ("pp", "c - prior(c)")}
    programme, issues = check(catalogue(cases, measures=measures, parameters=()))
    assert programme is not None, issues
    formula: Formula = programme.indicators["x"]
    assert str(formula.unit) == "万元"
    assert str(formula.versions[0].term.unit) == "CNY"


@pytest.mark.parametrize(
    "text", ["net_profit + orders", "min(net_profit, orders)", "if(net_profit > 0, ttm(orders), orders)",
             "coalesce(ttm(net_profit), net_profit)", "avg(orders, ttm(orders))"]
)  # fmt: skip
def test_flows_over_unlike_spans_do_not_meet(text: str) -> None:
    programme, issues = check(catalogue({"case": ("CNY", text)}))
    assert programme is None
    ((_, message, hint),) = said(issues)
    assert " joins a flow of " in message
    assert hint.startswith("write ")


@pytest.mark.parametrize("text", ["net_profit < orders", "ttm(net_profit) = net_profit"])
def test_nor_are_they_compared(text: str) -> None:
    assert check(catalogue(rules={"case": text}))[0] is None


@pytest.mark.parametrize(
    "text", ["net_profit < total_assets", "cash >= ttm(net_profit) / 4", "opening(cash) + orders = cash"]
)
def test_balances_are_compared_with_flows(text: str) -> None:
    assert check(catalogue(rules={"case": text}))[0] is not None
