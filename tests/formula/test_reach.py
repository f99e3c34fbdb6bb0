"""What reaches beyond its own cell: which row a call means, what its options say, and where its parts are read."""

import pytest
from small_catalogue import LINKS, MEASURES, catalogue, link, measure, parameter, said

from hengjian.formula.check import check
from hengjian.formula.functions import FUNCTIONS
from hengjian.formula.term import Formula, Options, Shape, Term
from hengjian.model.declaration import Catalogue


def formula_of(text: str, unit: str = "CNY", declared: Catalogue | None = None) -> Formula:
    programme, issues = check(declared or catalogue({"case": (unit, text)}))
    assert programme is not None, said(issues)
    return programme.indicators["case"]


def term_of(text: str, unit: str = "CNY") -> Term:
    return formula_of(text, unit).versions[0].term


def condition_of(text: str, type_name: str = "enterprise") -> Term:
    programme, issues = check(catalogue(rules={"case": text}, type_name=type_name))
    assert programme is not None, said(issues)
    return programme.rules["case"].versions[0].term


# Which row a name means.


@pytest.mark.parametrize(
    ("text", "op", "options"),
    [
        ("sum(cash, total_equity)", "sum", ()),
        ("max(cash, total_equity)", "max", ()),
        ("min(cash, total_equity)", "min", ()),
        ("sum(sales, per: quarter)", "sum_per", (("per", ("quarter",)),)),
        ("mean(deposits, per: quarter)", "mean_per", (("per", ("quarter",)),)),
        ("max(deposits, per: quarter, at_least: 2)", "max_per", (("per", ("quarter",)), ("at_least", ("2",)))),
        ("min(deposits, at_least: 2, per: quarter)", "min_per", (("per", ("quarter",)), ("at_least", ("2",)))),
        ("mean(cash, within: industry)", "mean_within", (("within", ("industry",)),)),
        ("median(cash, within: industry, region)", "median_within", (("within", ("industry", "region")),)),
        ("median(cash, within: all, at_least: 3)", "median_within", (("within", ("all",)), ("at_least", ("3",)))),
        ("quantile(cash, 75%, within: all)", "quantile", (("within", ("all",)),)),
        ("mean(cash, over: children)", "mean_over", (("over", ("parent", "back", "enterprise")),)),
        ("max(cash, over: parent)", "max_over", (("over", ("parent", "forward", "enterprise")),)),
        ("total(park_income, over: runs)", "total_over", (("over", ("runs", "forward", "park")),)),
        ("total(cash, over: children, levels: all)", "total_over",
         (("over", ("parent", "back", "enterprise")), ("levels", ("all",)))),
        ("total(cash, levels: all, where: orders > 0, over: children)", "total_over",
         (("over", ("parent", "back", "enterprise")), ("where", ("yes",)), ("levels", ("all",)))),
        ("of(parent, cash)", "of", (("over", ("parent", "forward", "enterprise")),)),
        ("on(cash, scope: parent, basis: best)", "on", (("basis", ("best",)), ("scope", ("parent",)))),
        ("rolling(cash, 4, std, at_least: 3)", "rolling", (("kind", ("std",)), ("at_least", ("3",)))),
        ("cash * lookup(limit, \"power\")", "multiply", ()),
    ],
)  # fmt: skip
def test_the_row_and_its_options(text: str, op: str, options: Options) -> None:
    """Options stand in the term in the order of the table, however they are written."""
    term = term_of(text)
    assert (term.op, term.options) == (op, options)


def test_keys_are_texts_or_attributes() -> None:
    term = term_of('cash * lookup(quota, "power", region)').arguments[1]
    assert (term.op, term.name, term.options) == ("lookup", "quota", (("keys", ("=power", "region")),))


def test_where_is_the_last_argument() -> None:
    term = term_of("total(cash, over: children, where: orders > 0)")
    assert [one.op for one in term.arguments] == ["measure", "greater"]
    counted = condition_of("count(over: children, where: orders > 0) > 1").arguments[0]
    assert [one.op for one in counted.arguments] == ["greater"]
    everyone = condition_of("count(over: children) > 1 and cash > 0").arguments[0].arguments[0]
    assert (everyone.arguments, everyone.frequency) == ((), None)


# Words are no names.


def test_measures_may_be_called_as_words_are() -> None:
    names = ("mean", "industry", "month", "children", "all", "in", "sum")
    measures = (*MEASURES, *(measure(name, frequency="month") for name in names))
    text = "sum(month + mean + sum + industry + all + children + `in`, per: quarter) + mean(cash, within: all)"
    declared = catalogue({"case": ("CNY", text)}, measures=measures)
    formula = formula_of(text, declared=declared)
    assert formula.measures == {*names, "cash"}
    assert formula.versions[0].term.text == text
    back = "sum(`month`, per: `quarter`) + rank(cash, within: `industry`) * cash"
    assert formula_of(back, declared=catalogue({"case": ("CNY", back)}, measures=measures)).measures == {
        "month",
        "cash",
    }


def test_an_attribute_beside_a_measure_of_its_name() -> None:
    """In a test of texts the name is the attribute, elsewhere the measure."""
    measures = (*MEASURES, measure("industry"))
    text = 'if(industry = "power", industry, 0)'
    term = formula_of(text, declared=catalogue({"case": ("CNY", text)}, measures=measures)).versions[0].term
    assert [(one.op, one.name) for one in term.walk() if one.name] == [("one_of", "industry"), ("measure", "industry")]


def test_words_make_no_circle_and_no_use() -> None:
    """An indicator called as a link, an attribute, a frequency or a cut is not read by naming those."""
    declared = catalogue(
        {
            "children": ("CNY", "total(cash, over: children)"),
            "industry": ("ratio", "rank(cash, within: industry)"),
            "month": ("CNY", "sum(rain, per: month)"),
            "flash": ("CNY", "on(cash, basis: flash)"),
            "founded": ("ratio", "cash / cash * age(founded) / age(founded)"),
            "region": ("ratio", "rating * lookup(quota, region, region)"),
        },
        measures=(*MEASURES, measure("rain", frequency="day")),
    )
    programme, issues = check(declared)
    assert programme is not None, said(issues)
    circle = check(catalogue({"children": ("CNY", "total(children, over: children)")}))[1]
    assert [message for _, message, _ in said(circle)] == ["indicators form a circle: children -> children"]


@pytest.mark.parametrize(
    "text", ["band(rating, grades)", "interpolate(rating, grades)", "rating * lookup(plain, \"a\")",
             "rating * total(rating * plain, over: children) / rating"]
)  # fmt: skip
def test_tables_and_parameters_are_used_where_they_stand(text: str) -> None:
    name = "grades" if "grades" in text else "plain"
    parameters = (
        parameter("grades", points="ratio", table=[("0", "1"), ("1", "2")]),
        parameter("plain", by=["industry"], classes={"a": "1"}),
    )
    declared = catalogue({"case": ("ratio", text)}, parameters=parameters)
    formula = formula_of(text, declared=declared)
    assert formula.parameters == {name}
    unused = [issue.message for issue in check(declared)[1]]
    assert unused == [f"no formula uses the parameter {'plain' if name == 'grades' else 'grades'}"]


# Texts.


@pytest.mark.parametrize(
    ("written", "text", "op", "texts"),
    [
        ('"power" = industry', 'industry = "power"', "one_of", ("power",)),
        ('industry="power"', 'industry = "power"', "one_of", ("power",)),
        ('"a" != industry', 'industry != "a"', "not", ("a",)),
        ('industry in ("b","a","b")', 'industry in ("b", "a", "b")', "one_of", ("a", "b")),
        ('not industry in ("a")', 'not industry in ("a")', "not", ("a",)),
    ],
)
def test_texts_are_compared_either_way_round(written: str, text: str, op: str, texts: tuple[str, ...]) -> None:
    term = condition_of(f"cash > 0 and {written}").arguments[1]
    assert (term.text, term.op, term.truth, term.frequency) == (text, op, True, None)
    (leaf,) = [one for one in term.walk() if one.op == "one_of"]
    assert (leaf.name, leaf.options) == ("industry", (("texts", texts),))


def test_a_number_attribute_is_a_figure() -> None:
    term = term_of("cash * staff_grade").arguments[1]
    assert (term.op, term.name, str(term.unit), term.frequency) == ("attribute", "staff_grade", "ratio", None)
    assert term_of("total(rating * staff_grade, over: children)", "ratio").frequency == "quarter"


# Where the parts are read.


def test_each_frequency_within_its_own() -> None:
    text = "sum(sum(energy, per: month) * sales, per: quarter) / total(sum(sales, per: quarter), over: children)"
    term = formula_of(text, declared=catalogue({"case": ("kWh", text)})).versions[0].term
    by = {one.text: one.frequency for one in term.walk()}
    assert by["energy"] == "day"
    assert by["sum(energy, per: month)"] == by["sales"] == "month"
    assert term.frequency == by["total(sum(sales, per: quarter), over: children)"] == "quarter"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sum(sum(energy, per: month) * energy, per: quarter)",
         "energy is daily, but sum(energy, per: month) is monthly"),
        ("cash * total(sales, over: children)", "sales is monthly, but cash is quarterly"),
        ("sum(sales, per: quarter) + sales", "sales is monthly, but sum(sales, per: quarter) is quarterly"),
        ("rank(sum(sales, per: year), within: industry) * cash",
         "cash is quarterly, but sum(sales, per: year) is yearly"),
        ("cash + of(parent, sum(total(sales, over: children), per: half))",
         "sum(total(sales, over: children), per: half) is half-yearly, but cash is quarterly"),
    ],
)  # fmt: skip
def test_frequencies_that_meet_by_name(text: str, message: str) -> None:
    assert [one for _, one, _ in said(check(catalogue({"case": ("CNY", text)}))[1])] == [message]


def test_types_within_their_links() -> None:
    """A park's figures are read only behind the link that leads to parks, and there an enterprise's are not."""
    far = 'total(floor_area * count(over: run_by, where: cash > 0), over: runs, where: district = "east") * cash'
    assert formula_of(far).measures == {"floor_area", "cash"}
    assert said(check(catalogue({"case": ("CNY", "cash * floor_area")}))[1])[0][1] == (
        "floor_area is a measure of park, but the formula is about enterprise"
    )
    behind = said(check(catalogue({"case": ("CNY", "total(cash, over: runs) + cash")}))[1])
    assert [message for _, message, _ in behind] == ["cash is a measure of enterprise, but the formula is about park"]
    industry = said(check(catalogue({"case": ("CNY", 'total(park_income, over: runs, where: industry = "a")')}))[1])
    assert [message for _, message, _ in industry] == ["park has no attribute industry"]
    lost = said(check(catalogue({"case": ("ratio", "total(rating * red_line, over: run_by)")}, type_name="park"))[1])
    assert lost == []


def test_a_type_reads_what_the_one_it_extends_has() -> None:
    text = "rank(cash, within: network, industry) * pipes + total(pipes_of, over: children) * count(over: runs)"
    declared = catalogue(
        {"case": ("ratio", text)}, measures=(*MEASURES, measure("pipes_of", "ratio", balance=True)),
        type_name="water_works",
    )  # fmt: skip
    assert formula_of(text, declared=declared).measures == {"cash", "pipes", "pipes_of"}
    wrong = catalogue({"case": ("ratio", "total(pipes, over: children)")}, type_name="water_works")
    assert said(check(wrong)[1])[0][1] == "pipes is a measure of water_works, but the formula is about enterprise"


def test_a_link_without_an_inverse_leads_one_way() -> None:
    assert any(one == link("near", "park", "park") for one in LINKS)
    term = formula_of(
        "total(park_income, over: near, levels: all)",
        declared=catalogue({"case": ("CNY", "total(park_income, over: near, levels: all)")}, type_name="park"),
    ).versions[0].term  # fmt: skip
    assert term.options == (("over", ("near", "forward", "park")), ("levels", ("all",)))


def test_names_of_attributes_and_links_are_compared_in_plain_form() -> None:
    """What is declared in full width is found by its plain form, and named as declared."""
    term = term_of("rank(cash, within: ｉｎｄｕｓｔｒｙ)", "ratio")
    assert (term.options, term.text) == ((("within", ("industry",)),), "rank(cash, within: industry)")


# Units and relations to time, by hand.

GIVES: list[tuple[str, str, Shape]] = [
    ("sqrt(cash * total_assets)", "CNY", "none"),
    ("sqrt(cash / total_assets)", "ratio", "none"),
    ("sqrt(cash * cash / (headcount * headcount))", "CNY/person", "none"),
    ("sqrt(1 / (headcount * headcount))", "1/person", "none"),
    ("log(cash / total_assets) + exp(rating)", "ratio", "none"),
    ("clip(cash, 0, total_assets)", "CNY", "instant"),
    ("clip(net_profit, 0, operating_income)", "CNY", "none"),
    ("round(cash, 2)", "CNY", "instant"),
    ("convert(overseas_assets, cny_per_usd)", "CNY", "instant"),
    ("convert(overseas_assets, cny_per_usd) + cash", "CNY", "instant"),
    ("delta(cash)", "CNY", "none"),
    ("slope(cash / headcount, 8)", "CNY/person", "none"),
    ("residual(cash, 8)", "CNY", "none"),
    ("cagr(net_profit, 3)", "ratio", "none"),
    ("since(cash > 0) + count_true(net_profit < 0, 4)", "ratio", "none"),
    ("rolling(orders, 4, sum)", "CNY", "ttm"),
    ("rolling(orders, 8, sum)", "CNY", "none"),
    ("rolling(orders, 4, mean)", "CNY", "none"),
    ("rolling(cash, 4, max)", "CNY", "none"),
    ("sum(sales, per: quarter)", "CNY", "period"),
    ("ttm(sum(sales, per: quarter))", "CNY", "ttm"),
    ("sum(load, per: hour)", "kWh", "period"),
    ("increase(meter, per: month)", "kWh", "period"),
    ("mean(deposits, per: quarter)", "CNY", "none"),
    ("max(sales, per: quarter)", "CNY", "none"),
    ("last(deposits, per: quarter)", "CNY", "instant"),
    ("avg(last(deposits, per: quarter))", "CNY", "instant"),
    ("last(monthly_profit, per: quarter)", "CNY", "ytd"),
    ("ttm(last(monthly_profit, per: quarter))", "CNY", "ttm"),
    ("last(monthly_profit, per: year)", "CNY", "period"),
    ("last(hourly_output, per: day)", "kWh", "ytd"),
    ("last(sales, per: quarter)", "CNY", "none"),
    ("last(ttm(sales), per: quarter)", "CNY", "ttm"),
    ("median(net_profit, within: industry)", "CNY", "none"),
    ("quantile(net_profit / headcount, 0, within: industry)", "CNY/person", "none"),
    ("zscore(net_profit, within: industry) + percentile(cash, within: all)", "ratio", "none"),
    ("total(net_profit, over: children)", "CNY", "ytd"),
    ("ttm(total(net_profit, over: children))", "CNY", "ttm"),
    ("mean(net_profit, over: children)", "CNY", "none"),
    ("of(parent, cash)", "CNY", "instant"),
    ("cash * count(over: children)", "CNY", "none"),
    ("on(net_profit, basis: audited)", "CNY", "ytd"),
    ("band(0, fee) + cash", "CNY", "instant"),
    ("cash * band(0.6, leverage_grade)", "CNY", "instant"),
    ("net_profit * staff_grade", "CNY", "none"),
    ('net_profit * lookup(limit, "power")', "CNY", "ytd"),
    ("interpolate(cash, fee)", "CNY", "none"),
    ("band(rating, leverage_grade)", "ratio", "none"),
    ("total_assets / age(founded)", "CNY/year", "none"),
    ("cash / days_until(lease_end)", "CNY/day", "none"),
]


@pytest.mark.parametrize(("text", "unit", "shape"), GIVES)
def test_what_it_gives(text: str, unit: str, shape: Shape) -> None:
    term = term_of(text, unit)
    assert (str(term.unit), term.shape) == (unit, shape)
    assert all(each.unit.scale == 1 for each in term.walk())


SOUND = [*(text for text, _, _ in GIVES), *(row.example for row in FUNCTIONS.values())]


@pytest.mark.parametrize("text", SOUND)
def test_the_canonical_text_means_the_same(text: str) -> None:
    """Of every node too: what an explanation shows can be written as a formula."""
    for written in (f"is_missing({text})", text):
        programme, _ = check(catalogue(rules={"case": written}))
        if programme is not None:
            term = programme.rules["case"].versions[0].term
            assert condition_of(term.text) == term
