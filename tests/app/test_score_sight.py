"""What readers who do not see everybody are told of scores; groups of weighted scores; restricted figures."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from homes import asked, copied, filed
from register_homes import entered, staff
from scored_homes import carded

from hengjian.model.issue import Forbidden, Refused

Part = dict[str, Any]
BOOK = "book,year,class,size,key,excellent,good,average,lower,poor\n" + "".join(
    f"performance,2025,{of},all,{key}\n"
    for of in ("工业", "建筑业")
    for key in ("roe,15,10,5,0,-5", "debt,1,2,3,4,5", "turnover,0.1,0.05,0.02,0.01,0")
)
#: D's members are A, itself a group, and B; A's are A1, and B, which stands beside it.
CHOICES = """\
book,entity,year,mode,member,measure,reason
performance,D,2025,weighted_scores,A,total_assets,多元经营
performance,D,2025,weighted_scores,B,total_assets,多元经营
performance,A,2025,weighted_scores,A1,total_assets,多元经营
performance,A,2025,weighted_scores,B,total_assets,多元经营
"""


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = carded(tmp_path_factory.mktemp("groups") / "home")
    filed(home, "entity,measure,period,value,basis\nA1,net_profit,2025,2,audited\n")
    entered(home, "standard", BOOK, name="book.csv")
    entered(home, "standard_choice", CHOICES, name="choices.csv")
    staff(home)
    return home


def scored(home: Path, entity: str, card: str = "yearly", **more: Any) -> Part:
    return asked(home, "score", scorecard=card, entity=entity, period="2025", **more)


def rows(home: Path, card: str, **more: Any) -> list[Part]:
    found: list[Part] = asked(home, "scores", scorecard=card, period="2025", **more)["rows"]
    return found


# 国资发评价〔2006〕157号, Articles 18 to 22: members' scores weighted by their assets


def test_the_score_of_a_group_is_its_members_by_shares(groups: Path) -> None:
    answer = scored(groups, "A")
    own, other = (Decimal(scored(groups, one)["exact"]) for one in ("A1", "B"))
    assert [(one["item"], one["kind"], one["weight"]) for one in answer["items"]] == [
        ("A1", "member", "12.5"), ("B", "member", "87.5"),  # 100 and 700 of total assets
    ]  # fmt: skip
    assert Decimal(answer["exact"]) == (own * Decimal("0.125") + other * Decimal("0.875"))
    assert sum(Decimal(one["score"]) for one in answer["items"]) == Decimal(answer["exact"])
    assert (answer["of"], answer["standards"]["why"]) == (["A1", "B"], "weighted_scores")
    assert answer["items"][0]["reason"]["zh"] == "甲一 得分 60.3136×占比 12.5%=7.5392"


def test_a_group_of_groups(groups: Path) -> None:
    parts = {one["item"]: Decimal(one["value"]) for one in scored(groups, "D")["items"]}
    assert parts == {one: Decimal(scored(groups, one)["exact"]) for one in ("A", "B")}
    found = {row["entity"]: row["score"] for row in rows(groups, "yearly")}
    assert found == {one: scored(groups, one)["score"] for one in ("A", "A1", "B", "D")}
    assert found["D"] == "61.48"


def test_groups_that_lead_to_themselves_have_no_score(groups: Path, tmp_path: Path) -> None:
    home = copied(groups, tmp_path / "home")
    titles = CHOICES.splitlines()[0]
    rows_of_b = f"{titles}\nperformance,B,2025,weighted_scores,A,total_assets,互持\n"
    entered(home, "standard_choice", rows_of_b, actor="office")
    answer = scored(home, "A")
    assert (answer["score"], answer["missing"]) == (None, [{"item": "B", "code": "member_unknown"}])
    assert {row["entity"] for row in rows(home, "yearly") if row["score"] is None} == {"A", "B", "D"}


def test_a_group_has_no_figures_of_its_own_to_try(groups: Path) -> None:
    with pytest.raises(Refused) as error:
        asked(groups, "what_if", scorecard="yearly", entity="A", period="2025")
    assert [(one.message, one.hint) for one in error.value.issues] == [(
        "'A' has no figures of its own by yearly in 2025",
        "its score is the weighted one of its members: ask what if of one of them",
    )]  # fmt: skip


def test_members_out_of_sight_are_one_part_without_a_name(groups: Path) -> None:
    answer = scored(groups, "A", actor="ann")
    assert answer["score"] == scored(groups, "A")["score"]
    seen, others = answer["items"]
    assert (seen["item"], others["item"], others["value"]) == ("A1", "", None)
    assert others["label"]["zh"] == "其他成员企业"
    assert (answer["beyond"], answer["of"]) == (True, ["A1"])
    assert [one["entity"] for one in answer["standards"]["members"]] == ["A1"]
    assert "乙公司" not in str(answer)


# sight


def test_ranks_are_among_those_in_sight_and_quotas_hang_on_all(groups: Path) -> None:
    told = {
        person: [(one["entity"], one["rank"], one["quota"]) for one in rows(groups, "ranked", actor=person)]
        for person in ("office", "lead", "ann", "see")
    }
    assert told == {
        "office": [("B", 1, "B"), ("D", 1, "B"), ("A", 3, "B"), ("A1", 4, "C")],
        "lead": [("B", 1, None), ("D", 1, None), ("A", 3, None), ("A1", 4, None)],
        "ann": [("A", 1, None), ("A1", 2, None)],
        "see": [("B", 1, None)],
    }


def test_who_is_out_of_sight_is_not_there(groups: Path) -> None:
    for method, question in (
        ("score", {"entity": "A"}), ("scores", {"entities": ["A"]}), ("what_if", {"entity": "A"}),
    ):  # fmt: skip
        with pytest.raises(Refused) as error:
            asked(groups, method, scorecard="ranked", period="2025", actor="see", **question)
        assert error.value.issues[0].message == "no entity is registered as 'A'"


PEERS = """\
among:
  label: {zh: 同业, en: Among}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    place: {label: {zh: 位次, en: Place}, value: "rank(net_profit, within: all, at_least: 1)",
            method: {points: {}}}
"""


def test_figures_of_others_say_so(tmp_path: Path) -> None:
    home = carded(tmp_path / "home", {"scorecards/among.yaml": PEERS})
    staff(home)
    assert "beyond" not in scored(home, "A", "among")
    assert scored(home, "A", "among", actor="ann")["beyond"]
    assert all(row["beyond"] for row in rows(home, "among", actor="ann"))
    assert "beyond" not in scored(home, "A", "ranked", actor="ann")


# restricted figures


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from register_homes import MEASURES

    said = MEASURES.replace("  source: income statement", '  source: income statement\n  restricted: "true"')
    home = carded(
        tmp_path_factory.mktemp("restricted") / "home", {"measures.yaml": said, "scorecards/plain.yaml": PLAIN}
    )
    filed(home, "entity,measure,period,value,basis\nA1,net_profit,2025,2,audited\n")
    staff(home)
    return home


PLAIN = """\
plain:
  label: {zh: 资产, en: Assets}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    size: {label: {zh: 资产, en: Size}, value: total_assets, unit: CNY, method: {points: {}}}
"""


def test_a_score_that_stands_on_a_restricted_figure_is_withheld(restricted: Path) -> None:
    whole = scored(restricted, "B", "ranked")
    assert whole["score"] == "3"
    answer = scored(restricted, "B", "ranked", actor="see")
    assert (answer["withheld"], answer["score"], answer["exact"], answer["grade"]) == (True, None, None, None)
    assert (answer["items"], answer["reason"], answer["data"]) == ([], None, {})
    assert answer.keys() == {*whole, "withheld"} - {"read"}
    assert scored(restricted, "B", "plain", actor="see")["score"] == "700"
    tried = asked(restricted, "what_if", scorecard="ranked", entity="B", period="2025", actor="see",
                  values={"earned": "1"})  # fmt: skip
    assert (tried["withheld"], tried["items"], tried["sensitivity"], tried["difference"]) == (True, [], [], None)
    assert tried["after"]["withheld"]


def test_a_row_that_is_withheld_leaves_no_gap_in_the_ranks(restricted: Path) -> None:
    (row,) = rows(restricted, "ranked", actor="see")
    assert (row["entity"], row["withheld"], row["score"], row["rank"], row["items"]) == ("B", True, None, None, {})
    assert [one["rank"] for one in rows(restricted, "ranked", actor="ann")] == [1, 2]  # who reports for A reads it


def test_reading_a_restricted_score_is_an_entry(restricted: Path, tmp_path: Path) -> None:
    home = copied(restricted, tmp_path / "home")
    before = asked(home, "status")["size"]
    answer = scored(home, "A", "ranked", actor="ann")
    assert answer["read"] == before
    again = scored(home, "A", "ranked", as_known_at=answer["known"]["as_known_at"])
    assert again["exact"] == answer["exact"]


def test_who_may_not_sign_in_is_told_no_score(groups: Path, tmp_path: Path) -> None:
    home = copied(groups, tmp_path / "home")
    asked(home, "amend_person", person="see", closed=True)
    with pytest.raises(Forbidden):
        scored(home, "B", actor="see")
