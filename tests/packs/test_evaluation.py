"""The shipped scorecards of performance_evaluation, from figures filed in 万元 through the forms to the printed points.

TV1, TV2, TV4 and the published samples: supervision.md,
sections 1.10 and 1.11 (worked cases of textbooks and theses; TV4
is an invented enterprise over a published table, computed by two independent programmes).
"""

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import evaluated
import pytest
from python_calamine import CalamineWorkbook

from hengjian.app import Space
from hengjian.model.issue import Refused

#: TV4 as printed: value, and the points of basic indicators.
BASIC = {
    "return_on_net_assets": ("12.727273", "17.501684"), "return_on_assets": ("9.157895", "12.913158"),
    "total_asset_turnover": ("1.105263", "7.684211"), "receivables_turnover": ("10.0", "8.285714"),
    "liabilities_to_assets": ("58.0", "9.413333"), "interest_cover": ("4.578947", "8.092879"),
    "sales_growth": ("13.513514", "7.642559"), "capital_preservation_rate": ("107.432432", "7.418056"),
}  # fmt: skip
#: Efficacy coefficients f of the same.
WITHIN = {
    "return_on_net_assets": ".375421", "return_on_assets": ".611842", "total_asset_turnover": ".842105",
    "receivables_turnover": ".452381", "liabilities_to_assets": ".922222", "interest_cover": ".046440",
    "sales_growth": ".184400", "capital_preservation_rate": ".709028",
}  # fmt: skip
#: Of modifying indicators: value, f, coefficient m.
MODIFYING = {
    "sales_profit_margin": ("20.714286", ".729814", ".851409"), "surplus_cash_cover": ("1.372549", ".045408",
    ".714527"),
    "cost_profit_margin": ("6.907059", ".461438", ".797733"), "return_on_capital": ("19.6", ".8", "1.065446"),
    "bad_assets_ratio": ("2.450980", ".035014", "1.081097"), "current_asset_turnover": ("2.470588", ".975490",
    "1.069192"),
    "cash_recovery_of_assets": ("7.368421", ".392934", ".952681"), "acid_test": ("103.225806", ".764618", ".957187"),
    "cash_to_current_liabilities": ("22.580645", ".424086", "1.089080"),
    "interest_bearing_ratio": ("52.241379", ".855352", ".775333"),
    "contingent_liability_ratio": ("5.0", ".229167", ".850096"),
    "sales_profit_growth": ("14.473684", ".530759", "1.021578"), "asset_growth": ("11.111111", ".514245", "1.018276"),
    "technology_input": (".761905", ".309524", "1.177331"),
}  # fmt: skip
#: Of sections: basic points, analysis coefficient a, modification K, points.
SECTIONS = {
    "profitability": ("30.414841", ".894554", ".846612", "25.749581"),
    "asset_quality": ("15.969925", ".725906", "1.042287", "16.645241"),
    "debt_risk": ("17.506213", ".795737", ".927489", "16.236814"),
    "growth": ("15.060615", ".684573", "1.055926", "15.902893"),
}  # fmt: skip


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Space:
    return evaluated.filed(tmp_path_factory.mktemp("evaluation") / "space")


def score(space: Space, card: str = "financial_2006", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = space.ask("score", {"scorecard": card, "entity": "G01", "period": "2006", **more})
    assert "faults" not in found, found
    return found


def walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from walk(item.get("parts", []))


def by_item(answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The items of an answer, at any depth."""
    return {one["item"]: one for one in walk(answer["items"]) if one["kind"] in ("item", "modifier", "weighted")}


def to(printed: str, found: str) -> str:
    """What was found, with the decimals that are printed."""
    return format(Decimal(found).quantize(Decimal(printed)), "f").replace(
        "0.", ".", 1 if printed.startswith(".") else 0
    )


def test_every_number_of_the_published_table_comes_out_of_the_filed_year(space: Space) -> None:
    answer = score(space)
    items = by_item(answer)
    for name, (value, points) in BASIC.items():
        one = items[name]
        assert (to(value, one["value"]), to(points, one["score"])) == (value, points), name
        assert to(WITHIN[name], one["data"]["efficacy"]) == WITHIN[name], name
    for name, (value, within, coefficient) in MODIFYING.items():
        one = items[name]
        assert (to(value, one["value"]), to(within, one["data"]["efficacy"])) == (value, within), name
        assert to(coefficient, one["data"]["raw"]) == coefficient, name
    for name, (basic, analysis, coefficient, points) in SECTIONS.items():
        one = items[name]
        data = one["data"]
        assert to(points, one["score"]) == points, name
        found = (to(basic, data["basic"]), to(analysis, data["analysis"]), to(coefficient, data["coefficient"]))
        assert found == (basic, analysis, coefficient), name
    assert to("78.951594", str(sum(Decimal(items[name]["data"]["basic"]) for name in SECTIONS))) == "78.951594"
    assert to("74.534528", answer["exact"]) == "74.534528"
    assert (answer["score"], answer["grade"], answer["missing"]) == ("74.53", "B-", [])
    assert answer["standards"]["class"] == "工业"  # 工业/机械工业 is not in the sample: the smallest class that fits


def test_parts_add_up_to_the_score_exactly(space: Space) -> None:
    answer = score(space)
    for one in [{"score": answer["exact"], "parts": answer["items"]}, *walk(answer["items"])]:
        if one.get("parts"):
            assert sum(Decimal(part["score"]) for part in one["parts"]) == Decimal(one["score"])


@pytest.fixture(scope="module")
def rated(space: Space) -> Space:
    """The same space, when seven experts have rated and the panel is closed."""
    evaluated.rate(space, "comprehensive_2006", "2006")
    return space


def test_seventy_and_thirty_make_the_comprehensive_score(rated: Space) -> None:
    answer = score(rated, "comprehensive_2006")
    items = by_item(answer)
    for name, share in evaluated.SHARES.items():
        assert Decimal(items[name]["data"]["share"]) == Decimal(share)
    assert Decimal(items["management"]["score"]) == Decimal("76.9")
    assert to("75.244170", answer["exact"]) == "75.244170"
    assert (answer["score"], answer["grade"], answer["missing"]) == ("75.24", "B", [])


#: What changes in the filed year (CNY, at its end or the year before's: `2005`), the item, and what the card makes of
#: it.
CASES: Mapping[str, tuple[Mapping[str, float], str, str, str]] = {
    "no net assets on average": ({"2005-Q4 equity": -900, "2006-Q4 equity": 800}, "return_on_net_assets", "score", "0"),
    "cash and a loss": ({"2006-Q4 net_profit": -9}, "surplus_cash_cover", "coefficient", "1.1"),
    "profit without cash": ({"2006-Q4 net_op_cash_flows": -1}, "surplus_cash_cover", "coefficient", "0.9"),
    "neither": ({"2006-Q4 net_op_cash_flows": -1, "2006-Q4 net_profit": -9}, "surplus_cash_cover", "coefficient",
    "0.8"),
    "no profit": ({"2006-Q4 net_profit": 0}, "surplus_cash_cover", "coefficient", "1"),
    "all assets bad": ({"2006 unrecognised_losses": 200000}, "bad_assets_ratio", "coefficient", "0.8"),
    "no assets before provisions": (
        {"2006-Q4 total_assets": -5000, "2006 impairment_provisions": 4000}, "bad_assets_ratio", "coefficient", "0.8",
    ),
    "out of a loss": ({"2005 main_profit": -1}, "sales_profit_growth", "coefficient", "1.1"),
    "out of nothing": ({"2005 main_profit": 0}, "sales_profit_growth", "coefficient", "1"),
    "a loss ended": ({"2005 main_profit": -1, "2006 main_profit": 0}, "sales_profit_growth", "coefficient", "1"),
    "a loss grew": ({"2005 main_profit": -1, "2006 main_profit": -2}, "sales_profit_growth", "coefficient", "0.8"),
    "a loss shrank": ({"2005 main_profit": -2, "2006 main_profit": -1}, "sales_profit_growth", "coefficient", "1"),
    "into a loss": ({"2005 main_profit": 0, "2006 main_profit": -1}, "sales_profit_growth", "coefficient", "0.8"),
    "debts are all": ({"2006-Q4 total_liabilities": 200000}, "liabilities_to_assets", "score", "0"),
    "no interest, a profit": ({"2006-Q4 interest_expenses": 0}, "interest_cover", "score", "10"),
    "no interest, a loss": (
        {"2006-Q4 interest_expenses": 0, "2006-Q4 total_profits": -1}, "interest_cover", "score", "0",
    ),
    "no receivables": (
        {"2005-Q4 accounts_receivable": -1000, "2006-Q4 accounts_receivable": -1000}, "receivables_turnover", "score",
        "12",
    ),
    "sales from nothing": ({"2005-Q4 operating_income": 0}, "sales_growth", "score", "7.2"),
    "no sales at all": ({"2005-Q4 operating_income": 0, "2006 main_income": 0}, "sales_growth", "score", "0"),
    "no state capital": ({"2005 state_capital": 0}, "capital_preservation_rate", "score", "0"),
    "no equity": (
        {"2006-Q4 total_equity": 0}, "contingent_liability_ratio", "coefficient", "0.8",
    ),
    "no capital": (
        {"2005-Q4 capital": -10000, "2006-Q4 capital": -10000}, "return_on_capital", "coefficient", "1",
    ),
    "no debts": ({"2006-Q4 total_current_liabilities": 0}, "acid_test", "coefficient", "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def changed(space: Space) -> Mapping[str, str]:
    """An enterprise for each case, the same as the case but for what changes; by case the id of its own."""
    ids = {case: f"S{number:02}" for number, case in enumerate(CASES, 1)}
    rows = [f"{one},enterprise,{one},工业,中型" for one in ids.values()]
    header = "entity,type,name,standard_class,standard_size"
    evaluated.submit(space, "more.csv", "\n".join([header, *rows]).encode(), "entities")
    filed = evaluated.observations()
    lines = ["entity,period,measure,value,basis"]
    for case, entity in ids.items():
        figures = filed | {tuple(key.split()): value for key, value in CASES[case][0].items()}
        lines += [f"{entity},{period},{measure},{value},audited" for (period, measure), value in figures.items()]
    evaluated.submit(space, "more-figures.csv", "\n".join(lines).encode(), "observations")
    return ids


@pytest.mark.parametrize("case", CASES)
def test_a_special_case_gives_what_the_text_or_this_pack_says(
    space: Space, changed: Mapping[str, str], case: str
) -> None:
    _, item, what, wanted = CASES[case]
    answer = space.ask("score", {"scorecard": "financial_2006", "entity": changed[case], "period": "2006"})
    one = by_item(answer)[item]
    assert one["code"] in ("efficacy_special", "modifier_fixed"), one
    assert Decimal(one["score"] if what == "score" else one["data"][what]) == Decimal(wanted)


def test_own_statements_and_quick_figures_are_scored_apart(space: Space) -> None:
    """Of the parent alone on the flash basis every flow of the income statement was a tenth less."""
    evaluated.file_year(space, scope="单体", basis="快报", times=0.9)
    whole, own = score(space), score(space, scope="parent", basis="flash")
    assert to("74.534528", whole["exact"]) == "74.534528"
    margin, turnover = (by_item(own)[name]["value"] for name in ("sales_profit_margin", "total_asset_turnover"))
    assert to("20.714286", margin) == "20.714286"  # a ratio of two flows
    assert to(".994737", turnover) == ".994737"  # 189000 / 190000
    assert Decimal(own["exact"]) < Decimal(whole["exact"])


def test_what_was_not_filed_leaves_no_score_and_says_what_is_missing(space: Space) -> None:
    answer = score(space, scope="parent", basis="audited")
    assert answer["score"] is None
    assert {one["item"] for one in answer["missing"]} >= {"return_on_net_assets", "liabilities_to_assets"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_of_the_supplement_is_read_in_every_cell(space: Space, language: str) -> None:
    data = space.ask("template", {"form": "evaluation_data", "entity": None, "language": language})["data"]
    page = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    rows = page.to_python(skip_empty_area=False)
    titles = rows[3]
    rows.append(["S01", "2010", *(100 + at for at in range(len(titles) - 2))])
    file = {"name": "t.xlsx", "data": evaluated.workbook(page.name, rows)}
    found = space.ask("trial", {"files": [file], "form": "evaluation_data", "actor": "clerk"})
    assert (found.get("faults"), found["observations"], len(titles)) == (None, 18, 20)


def test_factors_with_a_sign_are_refused_and_provisions_too_small_are_told(space: Space) -> None:
    wrong = evaluated.SUPPLEMENT | {"客观减少国有资本": (None, -5), "坏账准备": (1000, 4001)}
    file = {"name": "s.xlsx", "data": evaluated.supplement(wrong)}
    with pytest.raises(Refused) as refused:
        space.ask("submit", {"files": [file], "form": "evaluation_data", "actor": "clerk"})
    told = [(one.severity, one.message) for one in refused.value.issues]
    assert [severity for severity, _ in told].count("error") == 1
    assert any("客观增加 500 万元、客观减少 -5 万元都应以正数填列" in message for _, message in told), told


def test_the_sample_of_2002_scores_three_sections_and_growth_waits_for_the_book(space: Space) -> None:
    sample = evaluated.SAMPLES / "standards_2002_all.csv"
    file = {"name": sample.name, "data": sample.read_bytes()}
    space.ask("enter_register", {"kind": "standard", "file": file, "actor": "clerk"})
    listed = space.ask("register", {"kind": "standard", "book": "performance_2002"})["rows"]
    assert (len(listed), {row["class"] for row in listed}) == (15, {"全国国有企业"})
    evaluated.submit(
        space, "n.csv", "entity,type,name,standard_class\nN02,enterprise,N02,全国国有企业\n".encode(), "entities"
    )
    lines = ["entity,period,measure,value,basis"]
    for (period, measure), value in evaluated.observations().items():
        lines.append(f"N02,{period.replace('2006', '2002').replace('2005', '2001')},{measure},{value},audited")
    lines += ["N02,2001-Q4,inventories,24000,audited", "N02,1999-Q4,equity,60000,audited"]
    lines += ["N02,1999-Q4,operating_income,150000,audited"]
    evaluated.submit(space, "n-figures.csv", "\n".join(lines).encode(), "observations")
    answer = space.ask("score", {"scorecard": "financial_2002", "entity": "N02", "period": "2002"})
    items = by_item(answer)
    # 25 × 1 (12.73 % above 10.6); 13 × 1 (9.16 % above 7.7); 12 × (0.8 + 0.2 × (58.9 - 58) / (58.9 - 48))
    assert to("38.000000", items["profitability"]["data"]["basic"]) == "38.000000"
    assert to("9.798165", items["liabilities_to_assets"]["score"]) == "9.798165"
    assert [items[name]["score"] is None for name in ("profitability", "asset_use", "debt_paying", "growth")] == [
        False, False, False, True,
    ]  # fmt: skip
    assert {one["item"] for one in answer["missing"]} >= {"sales_growth", "capital_accumulation"}
    assert answer["score"] is None
