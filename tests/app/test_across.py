"""Each function of the formula language on figures worked by hand: values, reasons, and what `explain` says of them.

One space holds them all; `show` and `explain` are asked as the commands ask them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from across_homes import across, indicator
from homes import at_desk

from hengjian.app.desk import Desk
from hengjian.app.explain import explain
from hengjian.app.question import show


@dataclass(frozen=True)
class Case:
    """A formula about an entity at a period: its value, or the reason, input, entity and period of the missing one."""

    formula: str
    unit: str
    value: float | None = None
    at: str = "A 2019-Q4"
    missing: str = ""
    kind: str = "enterprise"

    def __str__(self) -> str:
        return f"{self.formula} of {self.at}"


def lacks(formula: str, unit: str, missing: str, at: str = "A 2019-Q4", kind: str = "enterprise") -> Case:
    return Case(formula, unit, None, at, missing, kind)


TIME = [
    Case("delta(assets)", "CNY", 40),
    Case("delta(assets, 4)", "CNY", 200 - 130),
    Case("rolling(assets, 4, mean)", "CNY", (140 + 150 + 160 + 200) / 4),
    Case("rolling(spent, 4, sum)", "CNY", 5 + 6 + 7 + 8),
    Case("rolling(assets, 4, min)", "CNY", 140),
    Case("rolling(assets, 4, max)", "CNY", 200),
    # deviations from 162.5: -22.5, -12.5, -2.5, 37.5; squares 506.25 + 156.25 + 6.25 + 1406.25 = 2075; / 3
    Case("rolling(assets, 4, std)", "CNY", (2075 / 3) ** 0.5),
    Case("rolling(spent, 4, sum, at_least: 1)", "CNY", 1 + 2, "A 2018-Q2"),
    lacks("rolling(spent, 4, sum)", "CNY", "no_history spent A 2017-Q3", "A 2018-Q2"),
    Case("cagr(assets, 1)", "ratio", 200 / 130 - 1),
    Case("prior(coalesce(spent, assets / assets * spent), 2)", "CNY", 6),
    lacks("cagr(assets, 2)", "ratio", "no_history assets A 2017-Q4"),
    # -1.5 * 140 - 0.5 * 150 + 0.5 * 160 + 1.5 * 200 = 95, over 4 * 15 / 12 = 5
    Case("slope(assets, 4)", "CNY", 19),
    # around 162.5 + 19 (t - 1.5): 140 - 134, 150 - 153, 160 - 172, 200 - 191: 36 + 9 + 144 + 81 = 270, over 2
    Case("residual(assets, 4)", "CNY", 135**0.5),
    Case('since(debts < as_unit(95, "CNY"))', "ratio", 2),
    lacks("since(debts < prior(debts))", "ratio", "no_history debts A 2017-Q4"),
    Case('count_true(assets > as_unit(155, "CNY"), 4)', "ratio", 2),
    Case('count_true(assets > as_unit(105, "CNY"), 4, at_least: 2)', "ratio", 1, "A 2018-Q2"),
    lacks('count_true(assets > as_unit(105, "CNY"), 4)', "ratio", "no_history assets A 2017-Q3", "A 2018-Q2"),
]
FREQUENCIES = [
    Case("sum(sales, per: quarter)", "CNY", 10 + 12 + 14),
    Case("sum(sales, per: quarter, at_least: 2)", "CNY", 10 + 14, "A 2019-Q3"),
    lacks("sum(sales, per: quarter)", "CNY", "not_reported sales A 2019-08", "A 2019-Q3"),
    Case("mean(deposits, per: quarter)", "CNY", 100),
    Case("max(deposits, per: quarter)", "CNY", 110),
    Case("min(deposits, per: quarter)", "CNY", 90),
    Case("last(deposits, per: quarter)", "CNY", 110),
    Case("last(taxes, per: quarter)", "CNY", 90, "A 2019-Q3"),
    Case("quarter(last(taxes, per: quarter))", "CNY", 120 - 90),
    Case("increase(meter, per: quarter)", "kWh", 3 + 2 + 3, "A 2019-Q3"),
    Case("increase(meter, per: quarter)", "kWh", 4),
    Case("assets - last(deposits, per: quarter)", "CNY", 90),
]
#: Of power at the end of 2019: 0.4 (C), 0.5 (B), 0.6 (W), 0.75 (A), 0.9 (D); squares of the deviations 0.158 in all.
SPREAD = (0.158 / 4) ** 0.5
PEERS = [
    Case("median(debt_ratio, within: industry)", "ratio", 0.6),
    Case("mean(debt_ratio, within: industry)", "ratio", 0.63),
    Case("quantile(debt_ratio, 0.25, within: industry)", "ratio", 0.5),
    Case("quantile(debt_ratio, 0.9, within: industry)", "ratio", 0.75 + 0.6 * 0.15),
    Case("zscore(debt_ratio, within: industry)", "ratio", 0.12 / SPREAD),
    Case("rank(debt_ratio, within: industry)", "ratio", 2),
    Case("rank(debt_ratio, within: industry)", "ratio", 2, "A 2019-Q2"),
    Case("rank(debt_ratio, within: industry)", "ratio", 3, "W 2019-Q4"),
    Case("rank(debt_ratio, within: all)", "ratio", 4, "B 2019-Q4"),  # D, A and W above, N beside
    Case("percentile(debt_ratio, within: industry)", "ratio", 3 / 4),
    Case("percentile(debt_ratio, within: industry, at_least: 2)", "ratio", 0, "T1 2019-Q4"),
    Case("debt_ratio - median(debt_ratio, within: industry)", "ratio", 0.75 - 0.6),
    lacks("rank(debt_ratio, within: industry)", "ratio", "too_few_peers . T1 2019-Q4", "T1 2019-Q4"),
    lacks("rank(debt_ratio, within: industry)", "ratio", "not_applicable . N 2019-Q4", "N 2019-Q4"),
    lacks("rank(debt_ratio, within: industry)", "ratio", "not_reported debts B 2019-Q3", "B 2019-Q3"),
]
RELATIONS = [
    Case("total(assets, over: children)", "CNY", 200 + 100 + 100 + 50, "H 2019-Q4"),
    Case("total(assets, over: children)", "CNY", 150 + 100 + 50, "H 2019-Q2"),  # C was K's till the end of June
    Case("total(assets, over: children)", "CNY", 100 + 100, "K 2019-Q2"),
    Case("total(assets, over: children, levels: all)", "CNY", 200 + 100 + 100 + 100 + 50, "H 2019-Q4"),
    Case('total(assets, over: children, where: industry = "power")', "CNY", 400, "H 2019-Q4"),
    Case('total(assets, over: children, where: industry = "coal")', "CNY", 0, "H 2019-Q4"),
    Case("mean(assets, over: children)", "CNY", 450 / 4, "H 2019-Q4"),
    Case("max(assets, over: children)", "CNY", 200, "H 2019-Q4"),
    Case("min(assets, over: children)", "CNY", 50, "H 2019-Q4"),
    Case("assets / total(assets, over: children)", "ratio", 5, "K 2019-Q4"),
    Case("coalesce(assets, 0) * count(over: children)", "CNY", 0, "H 2019-Q4"),
    Case(
        "if(total(assets, over: children) > 0, count(over: children, where: debt_ratio > 60%), 0)",
        "ratio",
        1,
        "H 2019-Q4",
    ),
    Case("if(total(assets, over: children) > 0, count(over: children, levels: all), 0)", "ratio", 5, "H 2019-Q4"),
    Case("of(parent, total(assets, over: children))", "CNY", 450, "B 2019-Q4"),
    Case("assets / of(parent, total(assets, over: children))", "ratio", 0.5, "C 2019-Q2"),
    Case("total(output, over: runs)", "kWh", 40),
    Case("output / of(run_by, total(output, over: runs))", "ratio", 0.25, "P2 2019-Q4", kind="plant"),
    lacks("total(assets, over: children)", "CNY", "not_reported assets B 2019-Q3", "H 2019-Q3"),
    lacks("total(assets, over: children)", "CNY", "not_applicable . B 2019-Q4", "B 2019-Q4"),
    lacks('mean(assets, over: children, where: industry = "coal")', "CNY", "not_applicable . H 2019-Q4", "H 2019-Q4"),
    lacks("of(parent, assets)", "CNY", "not_reported assets H 2019-Q4"),
    lacks("of(parent, assets)", "CNY", "not_applicable . K 2019-Q4", "K 2019-Q4"),
    lacks("of(children, assets)", "CNY", "not_applicable . H 2019-Q4", "H 2019-Q4"),
]
CUTS = [
    Case("on(debts, basis: audited) - on(debts, basis: flash)", "CNY", 2, "K 2019-Q4"),
    Case("on(debts, scope: parent)", "CNY", 7, "K 2019-Q4"),
    Case("on(debts, scope: parent, basis: flash)", "CNY", 7, "K 2019-Q4"),
    Case("debts", "CNY", 12, "K 2019-Q4"),
    lacks("on(debts, basis: assessed)", "CNY", "not_reported debts K 2019-Q4", "K 2019-Q4"),
]
TABLES = [
    Case("interpolate(debt_ratio, score)", "ratio", 0.6 - 0.05 / 0.3 * 0.6),
    Case("interpolate(debt_ratio, score)", "ratio", 1, "C 2019-Q4"),
    Case("interpolate(debt_ratio, score)", "ratio", 0.8, "T1 2019-Q4"),
    Case("band(debt_ratio, grade)", "ratio", 2),
    Case("band(debt_ratio, grade)", "ratio", 3, "D 2019-Q4"),
    lacks("band(debt_ratio, grade)", "ratio", "not_applicable grade C 2019-Q4", "C 2019-Q4"),
    Case('debt_ratio - lookup(red_line, "power")', "ratio", 0.4 - 0.7, "T2 2019-Q4"),
    Case("debt_ratio - lookup(red_line, industry)", "ratio", 0.4 - 0.65, "T2 2019-Q4"),
    Case("debt_ratio - red_line", "ratio", 0.75 - 0.7),
    Case("debt_ratio - red_line", "ratio", 0.6 - 0.85, "A 2019-Q3"),
    Case("convert(abroad, cny_per_usd)", "CNY", 71),
    Case("convert(abroad, cny_per_usd)", "CNY", 70, "A 2019-Q2"),
]
REST = [
    Case("if(is_missing(profit), 1, 0) * (assets / assets)", "ratio", 1, "B 2019-Q4"),
    Case("if(is_missing(profit), 1, 0) * (assets / assets)", "ratio", 0),
    Case("round(debts / assets, 1)", "ratio", 0.8),
    Case("clip(debts / assets, 0, 0.5)", "ratio", 0.5),
    Case("log(assets / debts)", "ratio", 0.28768207245178085),
    lacks("log((debts - assets) / assets)", "ratio", "not_applicable . A 2019-Q4"),
    Case("exp(debts / assets)", "ratio", 2.117000016612675),
    Case("sqrt(assets * (assets + debts) / 7)", "CNY", 100),
    lacks("sqrt((debts - assets) / assets)", "ratio", "not_applicable . A 2019-Q4"),
    Case("weight * assets", "CNY", 500),
    lacks("weight * assets", "CNY", "not_reported weight B 2019-Q4", "B 2019-Q4"),
    Case("assets / age(founded)", "CNY/year", 20),
    Case("if(days_until(lease_end) < notice and assets > 0, 1, 0)", "ratio", 1, "W 2019-Q4", kind="waterworks"),
    Case("if(days_until(lease_end) < notice and assets > 0, 1, 0)", "ratio", 0, "W 2019-Q2", kind="waterworks"),
    Case('if(industry in ("power", "coal") and assets > 0, 1, 0)', "ratio", 1),
    Case('if(industry != "power" and assets > 0, 1, 0)', "ratio", 1, "T1 2019-Q4"),
    lacks('if(industry = "power" and assets > 0, 1, 0)', "ratio", "not_reported industry N 2019-Q4", "N 2019-Q4"),
]
CASES = [*TIME, *FREQUENCIES, *PEERS, *RELATIONS, *CUTS, *TABLES, *REST]


def named(cases: Iterable[Case]) -> dict[tuple[str, str], str]:
    return {key: f"case_{number}" for number, key in enumerate(dict.fromkeys((one.formula, one.kind) for one in cases))}


NAMES = named(CASES)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The realm, and every formula of this page as an indicator."""
    units = {(one.formula, one.kind): one.unit for one in CASES}
    declared = "".join(indicator(name, kind, units[formula, kind], formula) for (formula, kind), name in NAMES.items())
    return across(tmp_path_factory.mktemp("across") / "home", {"indicators/cases.yaml": declared})


@pytest.fixture(scope="module")
def desk(space: Path) -> Iterator[Desk]:
    """The open space."""
    desk = at_desk(space)
    yield desk
    desk.close()


def told(desk: Desk, case: Case, **more: object) -> dict[str, Any]:
    """What `explain` says of a case."""
    entity, period = case.at.split()
    name = NAMES.get((case.formula, case.kind), case.formula)
    return explain(desk, {"entity": entity, "indicator": name, "period": period, **more})


@pytest.fixture(scope="module")
def answers(desk: Desk) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What `show` says of each formula, entity and period."""
    found = {}
    for entity in dict.fromkeys(case.at.split()[0] for case in CASES):
        mine = dict.fromkeys(NAMES[case.formula, case.kind] for case in CASES if case.at.split()[0] == entity)
        answer = show(desk, {"entity": entity, "indicators": list(mine), "period": "2018-Q1..2019-Q4"})
        found |= {(value["indicator"], entity, value["period"]): value for value in answer["values"]}
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_by_hand(case: Case, answers: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    entity, period = case.at.split()
    answer = answers[NAMES[case.formula, case.kind], entity, period]
    if not case.missing:
        assert answer["missing"] is None, answer
        assert answer["value"] == pytest.approx(case.value, rel=1e-12)
        assert answer["unit"] == case.unit
        return
    assert answer["value"] is None
    reason, cause, whose, then = case.missing.split()
    missing = answer["missing"]
    assert (missing["reason"], missing["entity"], missing["period"]) == (reason, whose, then)
    assert cause == "." or missing["input"] == cause


def test_explanations_give_what_is_shown(desk: Desk, answers: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    for case in [*CASES[::4], *(case for case in CASES if case.missing)]:
        entity, period = case.at.split()
        answer, explained = answers[NAMES[case.formula, case.kind], entity, period], told(desk, case)
        assert (explained["value"], explained["missing"]) == (answer["value"], answer["missing"]), case
        assert explained["formula"] == case.formula
        assert all(leaf["entry"] is not None for leaf in explained["leaves"] if leaf["value"] is not None), case


@pytest.mark.parametrize(
    ("entity", "formula", "periods"),
    [
        ("A", "prior(coalesce(spent, assets / assets * spent), 2)", 8),
        ("A", "rolling(spent, 4, sum)", 8),
        ("A", "sum(sales, per: quarter)", 3),
        ("A", "rank(debt_ratio, within: industry)", 8),
        ("B", "rank(debt_ratio, within: industry)", 2),
        ("A", "median(debt_ratio, within: industry)", 8),
        ("H", "total(assets, over: children)", 8),
        ("K", "on(debts, scope: parent)", 1),
        ("K", "on(debts, basis: assessed)", 0),
        ("W", "if(days_until(lease_end) < notice and assets > 0, 1, 0)", 2),
    ],
)
def test_without_a_period_it_answers_where_its_own_inputs_are_reported(
    desk: Desk, answers: dict[tuple[str, str, str], dict[str, Any]], entity: str, formula: str, periods: int
) -> None:
    """Of one that reads linked entities alone: where anyone did. Asked with others, or for periods, it is the same."""
    name = next(name for (text, _), name in NAMES.items() if text == formula)
    alone = show(desk, {"entity": entity, "indicators": [name]})["values"]
    among = [value for value in show(desk, {"entity": entity})["values"] if value["indicator"] == name]
    assert alone == among
    assert len(alone) == periods
    assert alone == [answers[name, entity, value["period"]] for value in alone]


def note(desk: Desk, formula: str, at: str, kind: str = "enterprise") -> dict[str, Any]:
    """What the first step of a case says beside its figures."""
    return dict(told(desk, Case(formula, "", None, at, "", kind))["tree"].get("note", {}))


def test_a_rank_names_its_group_and_all_in_it(desk: Desk) -> None:
    found = note(desk, "rank(debt_ratio, within: industry)", "A 2019-Q4")
    assert (found["within"], found["count"], found["at_least"]) == ({"industry": "power"}, 5, 5)
    members = {one["entity"]: one["value"] for one in found["members"]}
    assert members == {"A": 0.75, "B": 0.5, "C": 0.4, "D": 0.9, "W": 0.6}
    explained = told(desk, Case("rank(debt_ratio, within: industry)", ""))
    assert {leaf["entity"] for leaf in explained["leaves"]} == {"A"}, "the others' figures are theirs to explain"
    assert explained["names"] == {
        "A": "示例电力甲",
        "B": "示例电力乙",
        "C": "示例电力丙",
        "D": "示例电力丁",
        "W": "示例水厂",
    }
    assert note(desk, "rank(debt_ratio, within: all)", "B 2019-Q4")["within"] == {}
    assert note(desk, "rank(debt_ratio, within: industry)", "N 2019-Q4")["within"] is None
    few = note(desk, "rank(debt_ratio, within: industry)", "T1 2019-Q4")
    assert [one["entity"] for one in few["members"]] == ["T1", "T2"]


def test_who_moves_to_another_industry_is_ranked_there_from_then_on(desk: Desk) -> None:
    group = [one["entity"] for one in note(desk, "debt_rank", "A 2019-Q2")["members"]]
    assert group == ["A", "B", "C", "D", "W"], "D left trade in April"
    assert told(desk, Case("debt_rank", "", None, "D 2019-Q2"))["tree"]["note"]["within"] == {"industry": "power"}
    assert told(desk, Case("debt_rank", "", None, "D 2019-Q2"), as_of="2019-06-30")["value"] == 1


def test_a_total_names_each_child_with_the_cell_it_filed(desk: Desk) -> None:
    explained = told(desk, Case("total(assets, over: children)", "", None, "H 2019-Q4"))
    tree = explained["tree"]
    assert tree["note"] == {"link": "parent", "direction": "back"}
    assert [(child["leaf"], child["entity"], child["value"]) for child in tree["children"]] == [
        ("assets", "A", 200), ("assets", "B", 100), ("assets", "C", 100), ("assets", "T1", 50),
    ]  # fmt: skip
    leaves = explained["leaves"]
    assert [(one["entity"], one["cell"]) for one in leaves] == [("A", "C9"), ("B", "C8"), ("C", "C9"), ("T1", "C12")]
    assert all(one["filing"] == f"F{one['entry']:06d}" for one in leaves)
    assert (explained["basis"], explained["names"]["A"]) == ("flash", "示例电力甲")
    before = told(desk, Case("total(assets, over: children)", "", None, "H 2019-Q2"))["tree"]["children"]
    assert [child["entity"] for child in before] == ["A", "B", "T1"]


def test_a_total_of_some_says_of_each_whether_it_was_one(desk: Desk) -> None:
    tree = told(desk, Case('total(assets, over: children, where: industry = "power")', "", None, "H 2019-Q4"))["tree"]
    seen = [(child.get("entity"), child["value"]) for child in tree["children"]]
    assert seen == [("A", True), ("A", 200), ("B", True), ("B", 100), ("C", True), ("C", 100), ("T1", False)]


def test_a_total_of_all_levels_opens_who_has_others_below(desk: Desk) -> None:
    tree = told(desk, Case("total(assets, over: children, levels: all)", "", None, "H 2019-Q4"))["tree"]
    assert [(child.get("entity"), child["value"]) for child in tree["children"]][:2] == [("A", 200), ("A", 100)]
    (below,) = tree["children"][1]["children"]
    assert (below["entity"], below["value"]) == ("W", 100)


def test_tables_name_the_points_between_which_a_figure_lies(desk: Desk) -> None:
    found = note(desk, "interpolate(debt_ratio, score)", "A 2019-Q4")
    assert found == {"class": "power", "from": [0.7, 0.6], "to": [1.0, 0.0]}
    assert note(desk, "interpolate(debt_ratio, score)", "C 2019-Q4") == {"class": "power", "from": None, "to": [0.5, 1]}
    assert note(desk, "band(debt_ratio, grade)", "D 2019-Q4") == {"class": None, "from": [0.8, 3], "to": None}
    (used,) = told(desk, Case("band(debt_ratio, grade)", "", None, "D 2019-Q4"))["parameters"]
    assert (used["name"], used["value"], used["source"]) == ("grade", 3, "Table 2")


def test_finer_periods_are_opened_one_by_one(desk: Desk) -> None:
    explained = told(desk, Case("sum(sales, per: quarter)", ""))
    assert [(child["period"], child["value"]) for child in explained["tree"]["children"]] == [
        ("2019-10", 10), ("2019-11", 12), ("2019-12", 14),
    ]  # fmt: skip
    assert [leaf["cell"] for leaf in explained["leaves"]] == ["D6", "D7", "D8"]
    assert explained["basis"] == "flash"
    counter = told(desk, Case("increase(meter, per: quarter)", "", None, "A 2019-Q3"))["tree"]
    first = counter["children"][0]
    assert (first["period"], first["value"]) == ("2019-06", 95), "the reading before the quarter"


def test_another_cut_names_its_basis_and_scope(desk: Desk) -> None:
    explained = told(desk, Case("revision", "", None, "K 2019-Q4"))
    leaves = [(one["value"], one["basis"], one["scope"], one["cell"]) for one in explained["leaves"]]
    assert leaves == [(12, "audited", "consolidated", "D3"), (7, "flash", "parent", "D4")]


def test_a_missing_total_says_whose_figure_is_missing(desk: Desk) -> None:
    explained = told(desk, Case("total(assets, over: children)", "", None, "H 2019-Q3"))
    assert explained["missing"] == {"reason": "not_reported", "input": "assets", "entity": "B", "period": "2019-Q3"}
    assert [leaf["missing"] for leaf in explained["leaves"]] == [None, *["not_reported"] * 3]


def test_dated_formulas_and_parameters_are_those_of_the_period(desk: Desk) -> None:
    then, now = (told(desk, Case("debt_ratio", "", None, f"A 2019-{quarter}")) for quarter in ("Q3", "Q4"))
    assert (then["formula"], then["source"]) == ("debts / assets", "Method 1")
    assert (now["formula"], now["source"]) == ("round(debts / assets, 4)", "Method 2")
    lines = [told(desk, Case("above_line", "", None, f"A 2019-{quarter}")) for quarter in ("Q3", "Q4")]
    assert [(one["parameters"][0]["value"], one["parameters"][0]["source"]) for one in lines] == [
        (0.85, "Notice 1"), (0.7, "Notice 2"),
    ]  # fmt: skip
    assert [one["value"] for one in lines] == [False, True]
