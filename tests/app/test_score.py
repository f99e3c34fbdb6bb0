"""Scores asked of a space: of the shipped pack to the printed digits, of letters, registers and channels."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from homes import asked, copied, filed
from register_homes import entered
from scored_homes import carded, typed

from hengjian.ledger.canonical import canonical
from hengjian.model.issue import Refused

Part = dict[str, Any]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carded(tmp_path_factory.mktemp("carded") / "home")


def scored(home: Path, card: str, entity: str, period: str, **more: Any) -> Part:
    return asked(home, "score", scorecard=card, entity=entity, period=period, **more)


def parts_of(answer: Part) -> dict[str, Part]:
    """Every item of an answer by name, also those below others."""
    found: dict[str, Part] = {}
    waiting = [*answer["items"]]
    while waiting:
        one = waiting.pop(0)
        if one["kind"] in ("item", "modifier", "weighted", "left_out", "member"):
            found.setdefault(one["item"], one)
        waiting += one["parts"]
    return found


def figure(part: Part) -> Part:
    found: Part = part["note"]["figure"]
    return found


def check_sums(part: Part) -> None:
    """Whatever has parts is their sum, to the last digit."""
    if part["parts"] and part["score"] is not None:
        assert sum(Decimal(one["score"]) for one in part["parts"]) == Decimal(part["score"]), part["item"]
    for one in part["parts"]:
        check_sums(one)


def refused(home: Path, method: str, **question: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as error:
        asked(home, method, **question)
    return [(issue.message, issue.hint) for issue in error.value.issues]


# 国资发评价〔2006〕157号, the invented enterprise by a published table: figures to six decimals by two other codes


def test_the_worked_case_of_2006_from_filed_figures(evaluated_home: Path) -> None:
    answer = scored(evaluated_home, "financial_2006", "E1", "2006")
    parts = parts_of(answer)
    expected = {
        "return_on_net_assets": "17.501684", "return_on_assets": "12.913158", "profitability": "25.749581",
        "total_asset_turnover": "7.684211", "receivables_turnover": "8.285714", "asset_quality": "16.645241",
        "liabilities_to_assets": "9.413333", "interest_cover": "8.092879", "debt_risk": "16.236814",
        "sales_growth": "7.642559", "capital_preservation_rate": "7.418056", "growth": "15.902893",
    }  # fmt: skip
    assert {name: f"{Decimal(parts[name]['score']):.6f}" for name in expected} == expected
    assert f"{Decimal(answer['exact']):.6f}" == "74.534528"
    assert (answer["score"], answer["grade"]) == ("74.53", "B-")
    assert sum(Decimal(one["score"]) for one in (*answer["items"], *answer["adjust"])) == Decimal(answer["exact"])
    for part in answer["items"]:
        check_sums(part)


def test_a_point_says_which_figure_and_which_standard_it_is_from(evaluated_home: Path) -> None:
    part = parts_of(scored(evaluated_home, "financial_2006", "E1", "2006"))["return_on_net_assets"]
    assert (part["weight"], part["unit"], part["channel"]) == ("20", "%", "audited")
    assert part["value"].startswith("12.7272727272727")
    assert figure(part) == {
        "period": "2006", "formula": "return_on_net_assets", "indicator": "return_on_net_assets",
    }  # fmt: skip
    standard = part["note"]["standard"]
    assert (standard["class"], standard["size"], standard["bands"]["excellent"]) == ("工业", "medium", "16.1")
    assert standard["origin"]["file"] == "book.csv"
    assert part["reason"]["zh"].startswith("净资产收益率 12.7273% 介于良好值 10.7% 与优秀值 16.1% 之间")


def test_switches_are_chosen_in_the_question_or_in_the_register(evaluated_home: Path, tmp_path: Path) -> None:
    home = copied(evaluated_home, tmp_path / "home")
    before = scored(home, "financial_2006", "E2", "2006")
    assert before["settings"]["clamp"] == "on"
    free = scored(home, "financial_2006", "E2", "2006", settings={"clamp": "off"})
    assert free["settings"]["clamp"] == "off"
    assert free["exact"] != before["exact"]
    size = asked(home, "status")["size"]
    choice = {"scorecard": "financial_2006", "period": "2006", "switch": "clamp", "choice": "off", "reason": "委内会议"}
    typed(home, "setting", choice)
    assert scored(home, "financial_2006", "E2", "2006")["exact"] == free["exact"]
    assert scored(home, "financial_2006", "E2", "2006", settings={"clamp": "on"})["exact"] == before["exact"]
    assert scored(home, "financial_2006", "E2", "2006", as_known_at=f"entry:{size}")["exact"] == before["exact"]


def test_who_reported_nothing_has_no_score_and_each_gap_its_cause(evaluated_home: Path) -> None:
    answer = scored(evaluated_home, "financial_2006", "E3", "2006")
    assert (answer["score"], answer["exact"], answer["grade"]) == (None, None, None)
    assert {"item": "return_on_assets", "code": "missing_value"} in answer["missing"]
    cause = figure(parts_of(answer)["return_on_assets"])["cause"]
    assert (cause["reason"], cause["entity"]) in (("not_reported", "E3"), ("no_history", "E3"))


def test_the_same_question_has_the_same_answer_bit_for_bit(evaluated_home: Path, tmp_path: Path) -> None:
    home = copied(evaluated_home, tmp_path / "home")
    before = scored(home, "financial_2006", "E1", "2006")
    filed(home, "entity,measure,period,value,basis\nE1,total_profits,2006-Q4,15000,audited\n")
    after = scored(home, "financial_2006", "E1", "2006")
    assert Decimal(after["exact"]) > Decimal(before["exact"])
    again = scored(home, "financial_2006", "E1", "2006", as_known_at=before["known"]["as_known_at"])
    assert canonical(again) == canonical(before)
    assert json.loads(canonical(again)) == again  # nothing in it is a float


def test_a_basis_may_be_asked_for(evaluated_home: Path) -> None:
    assert scored(evaluated_home, "financial_2006", "E1", "2006", basis="audited")["score"] == "74.53"
    assert scored(evaluated_home, "financial_2006", "E1", "2006", basis="flash")["score"] is None


# what is asked for that there is not


def test_a_card_that_is_not_in_force_names_the_one_that_is(cards: Path) -> None:
    assert refused(cards, "score", scorecard="next_year", entity="A", period="2025") == [(
        "next_year is not in force for 2025: it holds from 2027-01-01 to …",
        "in force for 2025 is ranked, term, signed, yearly",
    )]  # fmt: skip
    ((message, hint),) = refused(cards, "scores", scorecard="ranked", period="2027")
    assert message == "ranked is not in force for 2027: it holds from … to 2026-12-31"
    assert hint.startswith("in force for 2027 is next_year")
    ((message, hint),) = refused(cards, "scores", scorecard="signed", period="2019")
    assert (message, hint) == (
        "signed is not in force for 2019: it holds from 2020-01-01 to …", "in force for 2019 is ranked, term, yearly"
    )  # fmt: skip


def test_names_that_are_not_known(cards: Path) -> None:
    assert refused(cards, "score", scorecard="rankd", entity="A", period="2025") == [
        ("no scorecard is called 'rankd'", "did you mean ranked?")
    ]
    assert refused(cards, "score", scorecard="ranked", entity="A", period="2025-Q4") == [
        ("ranked has no period '2025-Q4'", "it is scored by year: name one, such as 2025")
    ]
    wrong = {"doubld": "on", "doubled": "maybe"}
    assert refused(cards, "scores", scorecard="ranked", period="2025", settings=wrong) == [
        ("ranked has no switch 'doubld'", "did you mean doubled?"),
        ("doubled cannot be set to 'maybe'", "choose on or off"),
    ]  # fmt: skip


def test_a_space_without_scorecards(tmp_path: Path) -> None:
    from hengjian.app import packs

    packs.init({"space": str(tmp_path / "home"), "packs": ["base"], "name": "home", "actor": "tester"})
    assert refused(tmp_path / "home", "scores", scorecard="any", period="2025") == [
        ("no scorecard is called 'any'", "take in a pack with scorecards, such as performance_evaluation")
    ]


def test_a_card_for_other_entities(tmp_path: Path) -> None:
    types = "office:\n  label: {zh: 机构, en: Office}\n"
    from register_homes import TYPES

    home = carded(tmp_path / "home", {"types.yaml": TYPES + types})
    filed(home, "entity,type,name\nO,office,机构\n", form="entities")
    assert refused(home, "score", scorecard="ranked", entity="O", period="2025") == [
        ("ranked does not score 'O'", "it is for enterprise, this is of type office")
    ]


def test_a_card_without_a_letter_and_one_that_has_none(lettered_home: Path) -> None:
    assert refused(lettered_home, "score", scorecard="signed", entity="A1", period="2025") == [
        ("'A1' has no responsibility letter for signed in 2025", "enter it: hengjian register SPACE letter FILE")
    ]


# letters and channels


def test_a_letter_is_scored_line_by_line(lettered_home: Path) -> None:
    answer = scored(lettered_home, "signed", "B", "2025")
    assert (answer["score"], answer["letter"]["class"]) == ("85.67", "公益类")
    parts = parts_of(answer)
    assert (parts["profit"]["weight"], parts["profit"]["target"], parts["profit"]["value"]) == ("60", "0.002", "0.0021")
    assert (parts["talk"]["score"], parts["others"]["kind"]) == ("24", "left_out")
    for part in answer["items"]:
        check_sums(part)


def test_a_line_of_many_is_confirmed_by_its_department(lettered_home: Path) -> None:
    part = parts_of(scored(lettered_home, "signed", "A", "2025"))["招商引资"]
    assert (part["score"], part["value"], part["unit"], part["channel"]) == ("13.2", "13.2", "亿元", "confirmed")
    (told,) = figure(part)["channels"]
    assert (told["channel"], told["value"], told["counts"]) == ("confirmed", "13.2", True)
    assert told["source"]["origin"]["file"] == "confirmed.csv"
    assert told["source"]["evidence"] == "投资处〔2026〕1号"


def test_a_line_waits_for_its_department(lettered_home: Path) -> None:
    answer = scored(lettered_home, "signed", "A", "2025")
    assert answer["score"] is None
    assert answer["missing"] == [{"item": "资产规模", "code": "missing_value"}]
    assert "主管部门尚未确认" in parts_of(answer)["资产规模"]["reason"]["zh"]


CHANNELS = """\
channels:
  label: {zh: 渠道, en: Channels}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    gain: {label: {zh: 净利润, en: Profit}, value: net_profit, unit: CNY, method: {points: {}},
           channels: [assessed, audited, confirmed, system]}
    audit: {label: {zh: 审计净利润, en: Audited}, value: net_profit, unit: CNY, method: {points: {}}, missing: zero,
            channels: [assessed, audited]}
    signed_off: {label: {zh: 确认数, en: Signed off}, unit: CNY, method: {points: {}}, missing: zero,
                 channels: [confirmed]}
"""


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carded(tmp_path_factory.mktemp("channels") / "home", {"scorecards/channels.yaml": CHANNELS})


def told(part: Part) -> list[tuple[str, str, bool]]:
    return [(one["channel"], one["value"], one["counts"]) for one in figure(part)["channels"]]


def test_the_first_channel_that_there_is_counts_and_a_conflict_is_told(channels: Path, tmp_path: Path) -> None:
    home = copied(channels, tmp_path / "home")
    part = parts_of(scored(home, "channels", "A", "2025"))["gain"]
    assert (part["value"], part["channel"]) == ("8", "audited")
    assert told(part) == [("audited", "8", True), ("system", "7.5", False)]
    assert figure(part)["conflict"]
    row = {"scorecard": "channels", "period": "2025", "entity": "A", "evidence": "函"}
    typed(home, "confirmation", row | {"key": "gain", "value": "8.001"}, row | {"key": "signed_off", "value": "4"})
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2025,8.004,flash\n")
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2025,9,assessed\n")
    parts = parts_of(scored(home, "channels", "A", "2025"))
    assert told(parts["gain"]) == [
        ("assessed", "9", True), ("audited", "8", False), ("confirmed", "8.001", False), ("system", "8.004", False),
    ]  # fmt: skip
    assert "conflict" not in figure(parts["gain"])  # to two decimals they say the same; what is assessed was adjusted
    assert (parts["signed_off"]["value"], parts["signed_off"]["channel"]) == ("4", "confirmed")


def test_a_preliminary_figure_does_not_count_as_audited(channels: Path) -> None:
    parts = parts_of(scored(channels, "channels", "A1", "2025"))
    assert (parts["gain"]["value"], parts["gain"]["channel"]) == ("1", "system")
    assert (parts["audit"]["value"], parts["audit"]["score"]) == (None, "0")
    assert "尚无审计数" in parts["audit"]["reason"]["zh"]
    assert "主管部门尚未确认" in parts["signed_off"]["reason"]["zh"]


# everybody's


def test_everybody_is_ranked_and_a_quota_holds_for_a_grade_and_better(cards: Path) -> None:
    rows = asked(cards, "scores", scorecard="ranked", period="2025")["rows"]
    told = [(one["entity"], one["score"], one["grade"], one["rank"], one["quota"]) for one in rows]
    # B and D are equal, and A has room for one: neither has it. B has room for two of three.
    assert told == [
        ("B", "3", "A", 1, "B"), ("D", "3", "A", 1, "B"), ("A", "2.7", "B", 3, "C"), ("A1", None, None, None, None),
    ]  # fmt: skip
    assert [one.get("tied") for one in rows] == [True, True, None, None]
    assert (rows[0]["name"], rows[0]["items"], rows[3]["missing"]) == ("乙公司", {"earned": "3"}, ["earned"])


def test_those_who_are_asked_for_are_ranked_among_themselves(cards: Path) -> None:
    """A quota holds for all, so among some of them nobody has a grade after it."""
    question = {"scorecard": "ranked", "period": "2025", "entities": ["D", "A", "D"], "settings": {"doubled": "on"}}
    rows = asked(cards, "scores", **question)["rows"]
    assert [(one["entity"], one["score"], one["rank"], one["quota"]) for one in rows] == [
        ("D", "6", 1, None), ("A", "5.3", 2, None),
    ]  # fmt: skip


@pytest.mark.parametrize("card", ["ranked", "term", "yearly", "signed"])
def test_each_row_is_the_score_of_its_entity(lettered_home: Path, card: str) -> None:
    found = asked(lettered_home, "scores", scorecard=card, period="2025")
    assert found["rows"]
    for row in found["rows"]:
        one = scored(lettered_home, card, row["entity"], "2025")
        names = ("score", "grade", "name")
        assert [one[name] for name in names] == [row[name] for name in names]
        points = {name: None if part["kind"] == "left_out" else part["score"] for name, part in parts_of(one).items()}
        assert points == row["items"]
        assert [part["item"] for part in one["missing"]] == row["missing"]
    assert found["known"] == scored(lettered_home, card, found["rows"][0]["entity"], "2025")["known"]


def test_only_who_has_a_letter_is_assessed_by_letters(lettered_home: Path) -> None:
    rows = asked(lettered_home, "scores", scorecard="signed", period="2025")["rows"]
    assert [(one["entity"], one["class"], one["rank"]) for one in rows] == [("B", "公益类", 1), ("A", "竞争类", None)]
    assert asked(lettered_home, "scores", scorecard="signed", period="2024")["rows"] == []


def test_the_declared_cards_with_their_trees(lettered_home: Path) -> None:
    cards = {one["scorecard"]: one for one in asked(lettered_home, "scorecards")["scorecards"]}
    assert set(cards) == {"yearly", "signed", "ranked", "next_year", "term"}
    card = cards["signed"]
    assert (card["letter"], card["from"], card["until"]) == (True, "2020-01-01", None)
    figures, *_ = card["items"]
    assert [one["item"] for one in figures["items"]] == ["profit", "others"]
    assert figures["items"][0]["method"]["above"] == {"is": "Side", "points": "1", "per": "3", "most": "6"}
    assert card["declaration"] == scored(lettered_home, "signed", "B", "2025")["declaration"]
    assert [one["grade"] for one in cards["ranked"]["grades"]] == ["A", "B", "C"]
    assert cards["yearly"]["standards"] == {"book": "performance", "class": "industry", "size": "scale"}


def test_a_later_rule_changes_nothing_of_what_was_known(lettered_home: Path, tmp_path: Path) -> None:
    """A pack that is taken in anew has its declarations from its entry on."""
    home = copied(lettered_home, tmp_path / "home")
    before = scored(home, "signed", "B", "2025")
    source = tmp_path / "marks"
    from register_homes import FILES
    from scored_homes import MORE
    from tiny_pack import write_pack

    changed = {**FILES, "pack.yaml": FILES["pack.yaml"].replace("0.1.0", "0.2.0"), "scorecards/more.yaml": MORE}
    changed["scorecards/signed.yaml"] = FILES["scorecards/signed.yaml"].replace("per: 3, most: 6", "per: 1, most: 9")
    asked(home, "upgrade", pack=str(write_pack(source, changed)), actor="tester", dry_run=False)
    after = scored(home, "signed", "B", "2025")
    assert (before["score"], after["score"]) == ("85.67", "89")
    assert before["declaration"] != after["declaration"]
    again = scored(home, "signed", "B", "2025", as_known_at=before["known"]["as_known_at"])
    assert canonical(again) == canonical(before)


def test_registers_are_read_as_they_were_known(lettered_home: Path, tmp_path: Path) -> None:
    home = copied(lettered_home, tmp_path / "home")
    before = scored(home, "signed", "A", "2025")
    late = "scorecard,period,entity,key,value,unit,evidence\nsigned,2025,A,资产规模,260,元,函\n"
    entered(home, "confirmation", late)
    after = scored(home, "signed", "A", "2025")
    assert (before["score"], after["score"]) == (None, "100.28")
    assert canonical(scored(home, "signed", "A", "2025", as_known_at=before["known"]["as_known_at"])) == canonical(
        before
    )
