"""Each message about what a formula reads beyond its own cell: options, words, finer periods, peers, links, tables."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "formula"))

from small_catalogue import catalogue, parameter, said

from hengjian.formula.check import check
from hengjian.model.declaration import Catalogue
from hengjian.model.period import Frequency
from hengjian.web.faults import translate

#: The unit declared, the formula, the column of the fault, what is wrong and how to mend it.
CASES: list[tuple[str, str, int, str, str]] = [
    # Options, and rows of one name.
    ("CNY", "sum(orders, orders, per: year)", 1, "sum takes 1 argument, not 2",
     "write sum(x, per: month[, at_least: k])"),
    ("CNY", "sum(orders, over: children)", 13, "sum has no option 'over'",
     "write sum(a, b, …) or sum(x, per: month[, at_least: k]) or ytd(x) or ttm(x) or total(x, over: link)"),
    ("CNY", "mean(cash, cash)", 1, "mean needs the option per: or within: or over:",
     ("write mean(x, per: month[, at_least: k]) or mean(x, within: attribute[, at_least: k]) or mean(x, over: "
      "link[, where: c]) or avg(a, b)")),
    ("CNY", "last(cash)", 1, "last needs the option per:",
     "write last(x, per: month) or prior(x)"),
    ("ratio", "rank(cash, amng: industry)", 1, "rank needs the option within:",
     "write rank(x, within: attribute[, at_least: k])"),
    ("ratio", "rank(cash, within: industry, atleast: 3)", 30, "rank has no option 'atleast'",
     "did you mean at_least?"),
    ("ratio", "rank(cash, within: industry, over: children)", 30, "rank has no option 'over'",
     "write rank(x, within: attribute[, at_least: k])"),
    ("ratio", "rank(cash, within: industry, within: region)", 30, "rank has the option within twice",
     "write it once"),
    ("CNY", "total(cash, over: children, orders)", 29, "an argument follows the option over:",
     "write the options of total last"),
    ("CNY", "last(deposits, per: quarter, at_least: 2)", 30, "last has no option 'at_least'",
     "write last(x, per: month)"),
    # Words.
    ("CNY", "last(deposits, per: week)", 21, "per of last cannot be week",
     "write one of year, half, quarter, month, day, hour"),
    ("CNY", "last(deposits, per: quater)", 21, "per of last cannot be quater",
     "did you mean quarter?"),
    ("CNY", "rolling(cash, 4, median)", 18, "kind of rolling cannot be median",
     "did you mean mean or min?"),
    ("CNY", "rolling(cash, 4, means)", 18, "kind of rolling cannot be means",
     "did you mean mean?"),
    ("CNY", "on(cash, basis: draft)", 17, "basis of on cannot be draft",
     "write one of flash, audited, assessed, best"),
    ("CNY", "on(cash)", 1, "on needs the option basis: or scope:",
     "write on(x[, basis: flash|audited|assessed|best][, scope: consolidated|parent])"),
    ("CNY", "on(floor, basis: flash)", 4, "on reads another cut, but floor is a constant",
     "a constant is the same in all periods; write it alone"),
    ("CNY", "total(cash, over: children, levels: 2)", 37, "levels of total cannot be 2",
     "write all"),
    # Numbers that are written out.
    ("CNY", "rolling(cash, 0, mean)", 15, "rolling counts whole periods from 1 to 9999, not 0",
     "write the number out, as in rolling(x, 4)"),
    ("CNY", "rolling(cash, 4, mean, at_least: 1.5)", 34, "rolling counts whole periods from 1 to 9999, not 1.5",
     "write the number out, as in at_least: 4"),
    ("CNY", "rolling(cash, 4, mean, at_least: 5)", 1, "rolling looks at 4 periods and cannot find 5",
     "write at_least: 4 or less"),
    ("CNY", "mean(deposits, per: quarter, at_least: 4)", 1, "mean looks at 3 periods and cannot find 4",
     "write at_least: 3 or less"),
    ("ratio", "rank(cash, within: industry, at_least: most)", 40, "rank counts members from 1 to 9999, not most",
     "write the number out, as in at_least: 4"),
    ("CNY", "slope(cash, 1)", 13, "slope counts whole periods from 2 to 9999, not 1",
     "write the number out, as in slope(x, 4)"),
    ("CNY", "residual(cash, 2)", 16, "residual counts whole periods from 3 to 9999, not 2",
     "write the number out, as in residual(x, 4)"),
    ("CNY", "quantile(cash, 75, within: industry)", 16, "quantile takes a share from 0 to 1, not 75",
     "write it out, as in quantile(x, 0.75, within: industry) or 75%"),
    ("CNY", "quantile(cash, rating, within: industry)", 16, "quantile takes a share from 0 to 1, not rating",
     "write it out, as in quantile(x, 0.75, within: industry) or 75%"),
    ("ratio", "round(rating, 13)", 15, "round keeps 0 to 12 decimals, not 13",
     "write the number out, as in round(x, 2)"),
    ("CNY", "sum(orders, per: year, at_least: 5)", 1, "sum looks at 4 periods and cannot find 5",
     "write at_least: 4 or less"),
    # Finer periods.
    ("CNY", "sum(orders, per: month)", 5, "sum per month takes figures of finer periods, but orders is quarterly",
     "a figure of coarser periods has no finer ones"),
    ("CNY", "sum(orders, per: quarter)", 5, "sum per quarter takes figures of finer periods, but orders is quarterly",
     "write it alone"),
    ("CNY", "sum(floor, per: year)", 5, "sum adds up the flows of finer periods, but floor is a constant",
     "a constant is the same in all periods; write it alone"),
    ("ratio", "mean(staff_grade, per: year)", 6,
     "mean takes the mean of finer periods, but staff_grade has no periods of its own",
     "it is read at the periods of a measure: write it beside one"),
    ("CNY", "sum(cash, per: year)", 5, "sum adds up the flows of finer periods, but cash is an instant (a balance)",
     "mean(x, per: …) takes the mean, last(x, per: …) the last one"),
    ("CNY", "sum(net_profit, per: year)", 5,
     "sum adds up the flows of finer periods, but net_profit is a flow of the year to date",
     "last(x, per: …) takes the year so far"),
    ("CNY", "mean(net_profit, per: year)", 6,
     "mean takes the mean of finer periods, but net_profit is a flow of the year to date",
     "last(x, per: …) takes the year so far"),
    ("CNY", "sum(ttm(orders), per: year)", 5,
     "sum adds up the flows of finer periods, but ttm(orders) is a flow of twelve months",
     "mean(x, per: …) takes the mean, last(x, per: …) the last one"),
    ("CNY", "increase(orders, per: year)", 10,
     "increase takes the growth of a counter, but orders is a flow of one period",
     "sum(x, per: …) adds up flows"),
    # Peers.
    ("CNY", "median(floor, within: industry)", 8, "median compares peers, but floor is a constant",
     "a constant is the same in all periods; write it alone"),
    ("ratio", "rank(staff_grade, within: industry)", 6,
     "rank compares peers, but staff_grade has no periods of its own",
     "it is read at the periods of a measure: write it beside one"),
    ("ratio", "rank(cash, within: colour)", 20, "enterprise has no attribute colour",
     "its attributes are industry, region, ultimate_owner"),
    ("ratio", "rank(cash, within: indstry)", 20, "enterprise has no attribute indstry",
     "did you mean industry?"),
    ("ratio", "rank(cash, within: founded)", 20, "founded is an attribute of kind date, not text",
     "of that kind are industry, region, ultimate_owner"),
    ("ratio", "rank(cash > 0, within: industry)", 6, "rank takes figures, but cash > 0 is a truth",
     "if(cash > 0, …, …) makes a figure of it"),
    # Links.
    ("CNY", "total(cash, over: child)", 19, "no link from enterprise is called child",
     "did you mean children?"),
    ("CNY", "total(cash, over: 3)", 19, "no link from enterprise is called 3",
     "from enterprise lead parent, children, runs, owns, owned_by, controls, controllers"),
    ("CNY", "total(cash, over: runs)", 7, "cash is a measure of enterprise, but the formula is about park",
     "a formula about park reads measures and indicators of park"),
    ("CNY", "total(cash, over: children, where: cash)", 36, "total takes truths, but cash is a figure",
     "compare it, as in cash > 0"),
    ("CNY", "total(park_income, over: runs, levels: all)", 32,
     "levels: all walks among entities of one type, but runs leads from enterprise to park",
     "leave it out; what lies further down, a total over it tells"),
    ("CNY", "total(cash, over: controls, levels: all)", 29, "controls leads to those at every level already",
     "leave levels: all out"),
    ("CNY", "of(paren, cash)", 4, "no link from enterprise is called paren",
     "did you mean parent?"),
    ("ratio", "cash / of(parent, cash > 0)", 19, "of takes figures, but cash > 0 is a truth",
     "if(cash > 0, …, …) makes a figure of it"),
    # Ownership.
    ("CNY", "look_through(cash > 0)", 14, "look_through takes figures, but cash > 0 is a truth",
     "if(cash > 0, …, …) makes a figure of it"),
    ("CNY", "look_through(net_profit, cash)", 1, "look_through takes 1 argument, not 2",
     "write look_through(x)"),
    ("CNY", "controlled()", 1, "controlled takes 1 argument, not 0",
     "write controlled(x)"),
    ("CNY", "minority(park_income)", 10, "park_income is a measure of park, but the formula is about enterprise",
     "did you mean operating_income?"),
    ("CNY", "cash + look_through(deposits)", 21, "deposits is monthly, but cash is quarterly",
     ("one formula has one frequency; finer figures are brought to it, as in sum(x, per: quarter) or last(x, "
      "per: quarter)")),
    ("CNY", "look_through(floor)", 1, "the formula of case reads no measure",
     "say how often it is asked: frequency: year, half, quarter or month"),
    ("ratio", "look_through(staff_grade)", 1, "the formula of case reads no measure",
     "say how often it is asked: frequency: year, half, quarter or month"),
    ("ratio", "held(also: enterprise)", 1, "the formula of case reads no measure",
     "say how often it is asked: frequency: year, half, quarter or month"),
    ("ratio", "level", 1, "the formula of case reads no measure",
     "say how often it is asked: frequency: year, half, quarter or month"),
    ("ratio", "rating * held(cash)", 15, "held takes truths, but cash is a figure",
     "compare it, as in cash > 0"),
    ("ratio", "rating * held(also: enterprize)", 21, "no entity type is called enterprize",
     "did you mean enterprise?"),
    ("ratio", "rating * held(cash > 0, also: park, 3)", 37, "no entity type is called 3",
     "declared are enterprise, park, water_works"),
    ("ratio", "rating * held(also: enterprise, through: some)", 42, "through of held cannot be some",
     "write all"),
    ("ratio", "rating * held(also: park, also: enterprise)", 27, "held has the option also twice",
     "write it once"),
    ("ratio", "rating * largest_held(through: all)", 23, "largest_held has no option 'through'",
     "write largest_held([c][, also: type])"),
    ("ratio", "rating * ultimate_owner", 10, "no measure, indicator or parameter is called 'ultimate_owner'",
     ("ultimate_owner is an attribute; a parameter with by: [ultimate_owner] gives a value for each, and "
      'ultimate_owner = "…" is a condition')),
    ("ratio", "rank(rating, within: level)", 22, "level is an attribute of kind number, not text",
     "of that kind are industry, region, ultimate_owner"),
    ("CNY", "total(cash, over: contrls)", 19, "no link from enterprise is called contrls",
     "did you mean controls or controllers?"),
    # Looking back.
    ("ratio", "since(rating)", 7, "since takes truths, but rating is a figure",
     "compare it, as in rating > 0"),
    ("ratio", "rating * since(red_line > 1)", 16, "since looks back in time, but red_line > 1 is a constant",
     "a constant is the same in all periods; write it alone"),
    ("ratio", 'rating * count_true(industry = "power", 4)', 21,
     'count_true looks back in time, but industry = "power" has no periods of its own',
     "it is read at the periods of a measure: write it beside one"),
    ("CNY", "rolling(cash, 4, sum)", 1, "rolling sums flows over periods, but cash is an instant (a balance)",
     "rolling(x, n, mean) takes the mean"),
    ("CNY", "rolling(net_profit, 4, sum)", 1,
     "rolling sums flows over periods, but net_profit is a flow of the year to date",
     "ttm(x) sums a flow over 12 months"),
    ("ratio", "cagr(noise, 3)", 6, "cagr compares with years ago, but noise is daily",
     "cagr needs periods that divide the year"),
    # Units.
    ("ratio", "log(cash)", 5, "log takes a plain ratio, but cash is in CNY",
     "divide it by a figure of the same unit first"),
    ("CNY", "sqrt(cash)", 6, "sqrt takes a ratio or a square, but cash is in CNY",
     "divide it by a figure of the same unit first"),
    ("ratio", "clip(rating, 0, cash)", 17, "clip joins ratio with CNY",
     "both sides must have one unit; convert or divide first"),
    # Texts and dates.
    ("ratio", 'if(cash = "much", 1, 0)', 4, "enterprise has no attribute cash",
     "its attributes are industry, region, ultimate_owner"),
    ("ratio", 'if(2 * rating = "power", 1, 0)', 4, "a text is compared with an attribute, not with 2 * rating",
     'write it as in industry = "power"'),
    ("ratio", 'if("a" = "b", rating, 0)', 10, 'a text is compared with an attribute, not with "b"',
     'write it as in industry = "power"'),
    ("ratio", 'if(staff_grade = "power", rating, 0)', 4, "staff_grade is an attribute of kind number, not text",
     "of that kind are industry, region, ultimate_owner"),
    ("ratio", 'if(founded in ("power"), rating, 0)', 4, "founded is an attribute of kind date, not text",
     "of that kind are industry, region, ultimate_owner"),
    ("ratio", "rating * founded", 10, "no measure, indicator or parameter is called 'founded'",
     "founded is a date; write days_until(founded) or age(founded)"),
    ("ratio", 'if(industry in "power", rating, 0)', 13, "'in' needs a list of texts",
     'write it as in industry in ("coal", "power")'),
    ("ratio", "if(industry in (power), rating, 0)", 17, "unexpected 'power'",
     "texts in double quotes stand here, with commas between them"),
    ("ratio", 'if(industry in ("power" "coal"), rating, 0)', 25, "unexpected '\"coal\"'",
     "texts in double quotes stand here, with commas between them"),
    ("ratio", 'if(industry in ("power", rating, 0)', 26, "unexpected 'rating'",
     "texts in double quotes stand here, with commas between them"),
    ("ratio", "rating * age(industry)", 14, "industry is an attribute of kind text, not date",
     "of that kind are lease_end, founded"),
    ("ratio", "rating * age(cash)", 14, "enterprise has no attribute cash",
     "its attributes are lease_end, founded"),
    ("day", "days_until(lease_end)", 1, "the formula of case reads no measure",
     "say how often it is asked: frequency: year, half, quarter or month"),
    # Tables, classes and rates.
    ("ratio", "interpolate(rating, red_line)", 21, "red_line is not a table of points",
     "declare points: with the unit of x for red_line, or use it as a figure"),
    ("ratio", "interpolate(rating, cash)", 21, "interpolate takes a parameter, not cash",
     "write interpolate(x, table)"),
    ("ratio", "interpolate(cash, leverage_score)", 13, "interpolate reads leverage_score at ratio, but cash is in CNY",
     "both must have one unit; convert or divide first"),
    ("ratio", "rating * leverage_score", 10, "leverage_score is a table of points, not a figure",
     "write interpolate(x, leverage_score) or band(x, leverage_score)"),
    ("ratio", 'rating * lookup(leverage_score, "power")', 17, "leverage_score is a table of points",
     "write interpolate(x, leverage_score) or band(x, leverage_score)"),
    ("ratio", 'rating * lookup(cash, "power")', 17, "lookup takes a parameter, not cash",
     "write lookup(parameter, key, …)"),
    ("ratio", "rating * lookup(limit)", 10, "lookup takes 2 or more arguments, not 1",
     "write lookup(parameter, key, …)"),
    ("ratio", 'rating * lookup(limit, "power", "north")', 10, "limit is looked up by 1 key, not 2",
     "they stand for industry"),
    ("ratio", 'rating * lookup(quota, "power")', 10, "quota is looked up by 2 keys, not 1",
     "they stand for industry, region"),
    ("ratio", 'cash * lookup(floor, "power")', 8, "floor is looked up by no keys, not 1",
     "it is one figure: write floor"),
    ("ratio", 'rating * lookup(quota, "pwer", "north")', 24, "quota has no class 'pwer' and no default",
     "did you mean power?"),
    ("ratio", 'rating * lookup(quota, "steel", "north")', 24, "quota has no class 'steel' and no default",
     "its classes are coal, power"),
    ("ratio", "rating * lookup(limit, cash)", 24, "enterprise has no attribute cash",
     "its attributes are industry, region, ultimate_owner"),
    ("CNY", "convert(cash, cny_per_usd)", 15, "cny_per_usd is in CNY/USD: it does not convert cash, which is in CNY",
     "a rate for it is in another unit per CNY"),
    ("CNY", "convert(overseas_assets, floor)", 26,
     "floor is in CNY: it does not convert overseas_assets, which is in USD",
     "a rate for it is in another unit per USD"),
    ("CNY", "convert(overseas_assets, 7.1)", 26, "convert takes a parameter, not 7.1",
     "write convert(x, rate)"),
    ("CNY", "convert(overseas_assets, leverage_score)", 26, "leverage_score is a table of points, not a figure",
     "write interpolate(x, leverage_score) or band(x, leverage_score)"),
    # Names of other programs and of rows; frequencies.
    ("CNY", "average(cash, cash)", 1, "no function is called 'average'",
     "did you mean avg(a, …)?"),
    ("CNY", "median_within(cash)", 1, "no function is called 'median_within'",
     "write median(x, within: attribute[, at_least: k])"),
    ("CNY", "cash + deposits", 8, "deposits is monthly, but cash is quarterly",
     ("one formula has one frequency; finer figures are brought to it, as in sum(x, per: quarter) or last(x, "
      "per: quarter)")),
    ("CNY", "cash + sum(sales, per: year)", 8, "sum(sales, per: year) is yearly, but cash is quarterly",
     "one formula has one frequency; finer figures are brought to it, as in sum(x, per: year) or last(x, per: year)"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "text", "column", "message", "hint"), CASES, ids=[each[1] for each in CASES])
def test_fault(unit: str, text: str, column: int, message: str, hint: str) -> None:
    programme, issues = check(catalogue({"case": (unit, text)}))
    assert programme is None
    assert said(issues) == [(f"1:{column + 9}", message, hint)]


def test_nothing_says_who_owns_whom() -> None:
    """Without the link `owns` of the base pack nobody has an owner, and nothing follows from it."""
    for text, column, message, hint in (
        ("look_through(cash)", 10, "look_through looks through the link owns, which no pack declares",
         "give the base pack too"),
        ("cash * held()", 17, "held looks through the link owns, which no pack declares", "give the base pack too"),
        ("cash * level", 17, "no measure, indicator or parameter is called 'level'", "write the name of a measure"),
        ("total(cash, over: controls)", 28, "no link from enterprise is called controls", "from enterprise lead"),
    ):  # fmt: skip
        declared = catalogue({"case": ("CNY", text)})
        links = {name: one for name, one in declared.links.items() if name != "owns"}
        programme, issues = check(replace(declared, links=links))
        assert programme is None
        ((place, found, mended),) = said(issues)
        assert (place, found) == (f"1:{column}", message), text
        assert hint in mended or "did you mean" in mended


def asked(text: str, frequency: Frequency) -> Catalogue:
    """A formula that says how often it is asked."""
    declared = catalogue({"case": ("ratio", text)})
    return replace(declared, indicators={"case": replace(declared.indicators["case"], frequency=frequency)})


def test_another_frequency_than_the_one_declared() -> None:
    programme, issues = check(asked("rating", "year"))
    assert programme is None
    assert said(issues) == [
        ("1:10", "case declares frequency year, but rating is quarterly", "leave frequency out"),
    ]  # fmt: skip
    assert translate(issues[0].message, "zh") == "case 声明的 frequency 是 year，而 rating 是按季的"
    assert check(asked("rating", "quarter"))[0] is not None
    assert check(asked("12%", "year"))[0] is None, "a constant has no periods"


@pytest.mark.parametrize(
    "text",
    ["level", "held()", "held(also: park, water_works, through: all)", "largest_held(staff_grade > 2, also: park)",
     "count(over: controls)", "look_through(staff_grade)", 'if(ultimate_owner in ("A", "B"), 1, 0)',
     "max(level, over: owned_by)", "days_until(lease_end) / as_unit(1, \"day\")"],
)  # fmt: skip
def test_what_reads_no_measure_may_say_how_often(text: str) -> None:
    for frequency in ("year", "half", "quarter", "month"):
        programme, issues = check(asked(text, frequency))
        assert programme is not None, said(issues)
        assert programme.indicators["case"].frequency == frequency


def test_two_faults_of_one_formula() -> None:
    """Units and frequencies are told apart, each at its place; so are a text among figures and its attribute."""
    joined = check(catalogue({"case": ("CNY", "sum(sales + energy, per: quarter)")}))[1]
    assert [(place, message) for place, message, _ in said(joined)] == [
        ("1:20", "'+' joins CNY with kWh"),
        ("1:22", "energy is daily, but sales is monthly"),
    ]
    compared = check(catalogue(rules={"case": 'industry < "power"'}))[1]
    assert [(place, message) for place, message, _ in said(compared)] == [
        ("1:10", "no measure, indicator or parameter is called 'industry'"),
        ("1:21", "the text 'power' cannot be computed with"),
    ]


def test_a_class_that_gets_the_default_is_a_warning() -> None:
    programme, issues = check(catalogue({"case": ("ratio", 'rating * lookup(limit, "powr")')}))
    assert programme is not None
    assert said(issues) == [("1:33", "limit has no class 'powr' and gives the default", "did you mean power?")]
    assert said(check(catalogue({"case": ("ratio", 'rating * lookup(limit, "default")')}))[1]) == []


def test_all_levels_of_a_type_that_extends_another() -> None:
    """The children of water works are enterprises, which have other children: one walk does not go down both."""
    declared = catalogue({"case": ("CNY", "total(cash, over: children, levels: all)")}, type_name="water_works")
    assert said(check(declared)[1]) == [
        (
            "1:38",
            "levels: all walks among entities of one type, but children leads from water_works to enterprise",
            "declare it as an indicator of enterprise, and read that",
        )
    ]


def test_a_table_by_an_attribute_that_the_type_lacks() -> None:
    grades = parameter("grades", by=["colour"], points="ratio", table=[("0", "1")])
    issues = check(catalogue({"case": ("ratio", "band(rating, grades)")}, parameters=[grades]))[1]
    assert said(issues) == [
        (
            "1:23",
            "grades differs by colour, which enterprise does not have",
            "declare the attribute colour of enterprise, or take a parameter without it",
        )
    ]
