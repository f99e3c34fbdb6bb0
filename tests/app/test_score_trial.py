"""What if: other figures, targets, weights and settings, a letter that is not signed, and what each item counts."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from homes import asked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ledger.canonical import canonical
from hengjian.model.issue import Refused

Part = dict[str, Any]
CONFIRMED = {"values": {"资产规模": "260"}}


def tried(home: Path, card: str = "signed", entity: str = "A", period: str = "2025", **more: Any) -> Part:
    return asked(home, "what_if", scorecard=card, entity=entity, period=period, **more)


def refused(home: Path, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as error:
        tried(home, **more)
    return [(issue.message, issue.hint) for issue in error.value.issues]


def changes(answer: Part) -> dict[str, str | None]:
    return {one["item"]: one["difference"] for one in answer["items"] if one["difference"] != "0"}


def of(answer: Part, item: str) -> Part:
    (found,) = [one for one in answer["sensitivity"] if one["item"] == item]
    return found


def test_nothing_is_changed_by_asking_with_what_is_filed(evaluated_home: Path) -> None:
    size = asked(evaluated_home, "status")["size"]
    plain = asked(evaluated_home, "score", scorecard="financial_2006", entity="E1", period="2006")
    values: dict[str, str] = {}
    waiting = list(plain["items"])
    while waiting:
        one = waiting.pop()
        waiting += one["parts"]
        if one["value"] is not None:
            values[one["item"]] = one["value"]
    assert len(values) == 22
    answer = tried(evaluated_home, "financial_2006", "E1", "2006", values=values)
    assert canonical(answer["before"]) == canonical(plain)
    assert (answer["after"]["exact"], answer["difference"]) == (plain["exact"], "0")
    assert not changes(answer)
    assert asked(evaluated_home, "status")["size"] == size


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(profit=st.decimals("-0.01", "0.01", places=6), weight=st.integers(0, 80))
def test_the_difference_of_the_whole_is_that_of_its_items(lettered_home: Path, profit: Decimal, weight: int) -> None:
    answer = tried(lettered_home, entity="B", values={"profit": str(profit)}, weights={"profit": str(weight)})
    before, after = (Decimal(answer[name]["exact"]) for name in ("before", "after"))
    top = [one["item"] for one in answer["after"]["items"]]
    differences = {one["item"]: one["difference"] for one in answer["items"]}
    assert after - before == Decimal(answer["difference"])
    assert sum(Decimal(str(differences[one])) for one in top) == Decimal(answer["difference"])


def test_a_value_that_is_wanting_may_be_tried(lettered_home: Path) -> None:
    answer = tried(lettered_home, **CONFIRMED)
    assert (answer["before"]["score"], answer["after"]["score"], answer["difference"]) == (None, "100.28", None)
    assert answer["changed"] == {"values": {"资产规模": "260"}, "targets": {}, "weights": {}, "settings": {}}
    line = of(answer, "资产规模")
    assert (line["of"], line["step"], line["unit"], line["target"]) == ("target", "2.5", "CNY", "250")
    assert (line["better"], line["worse"], line["caps_at"]) == ("0.08", "-0.08", "300")  # 8 points of 250; to 120 %


def test_targets_and_weights_of_the_letter(lettered_home: Path) -> None:
    answer = tried(lettered_home, targets={"profit": "0.0008"}, **CONFIRMED)
    assert answer["after"]["exact"] == "95.52"  # 100.281904761905 less the 4.761904761905 beyond the target
    answer = tried(lettered_home, weights={"招商引资": "10", "资产规模": "10"}, values={"资产规模": "250"})
    assert changes(answer)["招商引资"] == "-2.2"


def test_weights_of_the_card(lettered_home: Path) -> None:
    answer = tried(lettered_home, entity="B", weights={"talk": "20"})
    assert changes(answer) == {"talk": "-12"}
    assert (answer["before"]["score"], answer["after"]["score"]) == ("85.67", "73.67")


def test_ratings_are_tried_as_a_share_of_the_weight(lettered_home: Path) -> None:
    assert changes(tried(lettered_home, entity="B", values={"talk": "85%"})) == {"talk": "10"}
    assert refused(lettered_home, values={"talk": "1.2"}) == [
        ("the rating of talk is 1.2", "write the mean share of the weight, as 0.85 or 85%")
    ]


def test_settings_are_tried(evaluated_home: Path) -> None:
    answer = tried(evaluated_home, "financial_2006", "E2", "2006", settings={"clamp": "off"})
    assert answer["before"]["settings"]["clamp"] == "on"
    assert answer["after"]["settings"]["clamp"] == "off"
    assert "profitability" in changes(answer)


def test_a_letter_that_is_not_signed(lettered_home: Path) -> None:
    lines = [
        {"item": "profit", "weight": "60", "target": "0.0021"},
        {"item": "others", "title": {"zh": "投资"}, "weight": "0", "target": "5", "unit": "亿元"},
        {"item": "talk"},
    ]
    answer = tried(
        lettered_home, entity="D", letter={"lines": lines}, values={"profit": "0.0021", "talk": "1", "投资": "5"}
    )
    assert answer["after"]["score"] == "100"
    assert answer["before"]["score"] is None
    assert answer["after"]["letter"] is None
    # where one is filed, before is by it
    answer = tried(
        lettered_home, entity="B", letter={"lines": [{"item": "profit", "weight": "60", "target": "0.0021"}]}
    )
    assert (answer["before"]["score"], answer["after"]["score"]) == ("85.67", "84")
    assert asked(lettered_home, "register", kind="letter", entity="D")["rows"] == []


def test_where_a_step_caps_and_what_it_is_worth(lettered_home: Path) -> None:
    line = of(tried(lettered_home, entity="B"), "profit")
    # 1 point for each 3 % of 0.002, 6 at most: from 0.00236 on nothing is gained
    assert (line["step"], line["better"], line["worse"]) == ("0.00002", "0.333333333333", "-0.333333333334")
    assert line["caps_at"] == "0.00236"


def test_standards_cap_where_the_best_band_begins(evaluated_home: Path) -> None:
    answer = tried(evaluated_home, "financial_2006", "E1", "2006")
    assert of(answer, "return_on_net_assets")["caps_at"] == "16.1"
    debt = of(answer, "liabilities_to_assets")  # less is better
    assert (debt["caps_at"], debt["of"], debt["step"]) == ("44.6", "value", "0.58")
    assert Decimal(debt["better"]) > 0 > Decimal(debt["worse"])


FLOORED = """\
held:
  label: {zh: 封顶, en: Held}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    earned: {label: {zh: 得分, en: Points}, value: return_on_assets, unit: "%", method: {points: {}},
             adjust: [{cap: {at: 3}}]}
    free: {label: {zh: 不封顶, en: Free}, value: net_profit, unit: CNY, method: {points: {}}}
    none: {label: {zh: 合计资产, en: Assets}, value: total_assets - total_assets, unit: CNY, method: {points: {}}}
"""


def test_a_cap_of_another_step_is_found_and_what_has_none_says_so(tmp_path: Path) -> None:
    from scored_homes import carded

    home = carded(tmp_path / "home", {"scorecards/held.yaml": FLOORED})
    answer = tried(home, "held", "A", "2025")
    held, free = of(answer, "earned"), of(answer, "free")
    assert abs(Decimal(held["caps_at"]) - 3) < Decimal("0.001")
    assert free["caps_at"] is None
    assert [one["item"] for one in answer["sensitivity"]] == ["earned", "free"]  # of 0 there is no 1 %


def test_what_cannot_be_tried(lettered_home: Path) -> None:
    faults = refused(
        lettered_home, values={"profi": "1", "figures": "1", "faults": "1", "profit": "much"}, targets={"talk": "1"},
        weights={"faults": "1", "talk": "-1"},
    )  # fmt: skip
    assert faults == [
        ("signed has no item 'profi'", "did you mean profit?"),
        ("figures is a group: it has no value of its own", "change another item"),
        ("faults has no value that could be another one", "change another item"),
        ("the value of profit is no number: 'much'", "write a number, in the unit of the item"),
        ("talk has no target", "change another item"),
        ("faults has no weight", "change another item"),
        ("the weight of talk is -1", "write 0 or more"),
    ]


def test_what_is_wrong_with_a_letter_on_trial(lettered_home: Path, evaluated_home: Path) -> None:
    lines = [{"item": "profits"}, {"item": "profit", "weight": "x", "indicator": "net_profits", "unit": "furlong"}]
    assert refused(lettered_home, letter={"lines": lines}) == [
        ("signed has no item 'profits'", "did you mean profit?"),
        ("no indicator or measure is called 'net_profits'", "did you mean net_profit?"),
        ("'furlong' is no unit", "write one such as 万元 or %"),
        ("the weight of a letter's line is no number: 'x'", "write a number, such as 12.5"),
    ]
    assert refused(evaluated_home, card="financial_2006", entity="E1", period="2006", letter={"lines": []}) == [
        ("financial_2006 asks for no letter", "leave the letter out")
    ]
    assert refused(lettered_home, entity="A1") == [
        ("'A1' has no responsibility letter for signed in 2025", "enter it: hengjian register SPACE letter FILE")
    ]


def test_percent_of_what_has_no_dimension(evaluated_home: Path) -> None:
    answer = tried(evaluated_home, "financial_2006", "E1", "2006", values={"return_on_net_assets": "16.1%"})
    assert answer["changed"]["values"] == {"return_on_net_assets": "16.1"}
    ((message, _),) = refused(evaluated_home, card="financial_2006", entity="E1", period="2006",
                              values={"interest_cover": "x%"})  # fmt: skip
    assert message == "the value of interest_cover is no number: 'x%'"
