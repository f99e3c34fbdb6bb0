"""Who rates: a department its own items, an expert in person; what lists tell of it; for which periods."""

from pathlib import Path
from typing import Any

import pytest
from homes import asked, copied
from register_homes import entered, staff
from scored_homes import carded
from test_registers import CLOSED, OPEN, rating, refusal, rows, typed

HINT = "an administrator gives roles: `hengjian role SPACE` lists them"
CARD = """\
worked:
  label: {zh: 工作考核, en: Work}
  type: enterprise
  frequency: year
  source: 本包自定
  letter: true
  items:
    quality:
      label: {zh: 定性指标, en: Quality}
      owner: {zh: 财务处, en: Finance}
      items:
        effort:
          label: {zh: 工作量, en: Effort}
          method:
            rating:
              by: departments
              grades: {good: {label: {zh: 优, en: Good}, share: 1}, fair: {label: {zh: 良, en: Fair}, share: 0.9}}
        progress:
          label: {zh: 进度, en: Progress}
          method:
            rating:
              by: departments
              grades: {good: {label: {zh: 优, en: Good}, share: 1}, fair: {label: {zh: 良, en: Fair}, share: 0.9}}
tiered:
  label: {zh: 利润考核, en: Profit}
  type: enterprise
  frequency: year
  source: 本包自定
  letter: true
  items:
    earned_most:
      label: {zh: 利润, en: Profit}
      value: net_profit
      method: {steps: {above: {points: 1, per: 3, most: 6}, tiers: [{at_least: 1, most: 6}, {at_least: 0, most: 2}]}}
"""
LETTER = "scorecard,period,entity,item,weight,department\nworked,2025,A,effort,60,投资处\nworked,2025,A,progress,40,\n"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = carded(tmp_path_factory.mktemp("rated") / "home", {"scorecards/worked.yaml": CARD})
    staff(folder)
    for person, unit in (("fin", "财务处"), ("inv", "投资处")):
        asked(folder, "amend_person", person=person, unit=unit)
    entered(folder, "letter", LETTER, name="letters.csv")
    return folder


@pytest.fixture
def home(staffed: Path, tmp_path: Path) -> Path:
    return copied(staffed, tmp_path / "home")


def effort(**more: str) -> dict[str, str]:
    return {"scorecard": "worked", "period": "2025", "entity": "A", "key": "effort", "rating": "优", **more}


def test_a_department_rates_the_items_that_the_letter_gives_it(home: Path) -> None:
    assert refusal(home, "rating", effort(), actor="fin") == [
        ("'effort' is rated by '投资处', to which fin does not belong", HINT)
    ]
    assert refusal(home, "rating", effort(), actor="ann") == [("ann may not confirm at 'A'", HINT)]
    typed(home, "rating", effort(), actor="inv")
    [row] = rows(home, "rating")
    assert (row["rater"], row["department"], row["on_behalf"]) == ("inv", "投资处", False)


def test_where_the_letter_names_none_those_rate_whose_group_of_items_it_is(home: Path) -> None:
    assert refusal(home, "rating", effort(key="progress"), actor="inv") == [
        ("'progress' is rated by '财务处', to which inv does not belong", HINT)
    ]
    typed(home, "rating", effort(key="progress"), actor="fin")
    typed(home, "rating", effort(key="progress", rater="财务处", rating="良"), actor="lead")  # a paper, which is told
    assert [(row["rater"], row["on_behalf"]) for row in rows(home, "rating")] == [("fin", False), ("财务处", True)]


def test_what_an_expert_handed_in_nobody_else_changes(home: Path) -> None:
    typed(home, "panel", OPEN)
    typed(home, "rating", rating(rating="良"), actor="eve")
    assert refusal(home, "rating", rating(rating="中", rater="eve"), actor="lead") == [
        ("'eve' has rated '党建评议' of 'A' already", "what experts hand in themselves nobody else changes")
    ]
    typed(home, "rating", rating(rating="中"), actor="eve")
    typed(home, "rating", rating(rating="中", rater="E7"), actor="lead")
    typed(home, "rating", rating(rating="良", rater="E7"), actor="lead")
    typed(home, "panel", CLOSED)
    assert sorted(row["share"] for row in rows(home, "rating", actor="see") + rows(home, "rating")) == ["0.6", "0.8"]


def test_how_long_a_rating_is_is_not_told_to_others(home: Path) -> None:
    typed(home, "panel", OPEN)
    typed(home, "rating", rating(rating="良"), actor="eve")

    def sizes(person: str) -> list[Any]:
        return [one["size"] for one in asked(home, "ledger", actor=person)["entries"] if one["actor"] == "eve"]

    assert set(sizes("local:operator")) == {None}
    assert all(sizes("eve"))


def test_rows_are_of_every_period_that_a_card_scores_up_to_its_last_day(home: Path) -> None:
    line = {"scorecard": "ranked", "period": "2026", "switch": "doubled", "choice": "on", "reason": "试行"}
    typed(home, "setting", line)  # ranked holds until 2026-12-31
    assert asked(home, "score", scorecard="ranked", entity="A", period="2026")["settings"] == {"doubled": "on"}
    assert refusal(home, "setting", line | {"period": "2027"}) == [(
        "ranked is not in force at the end of 2027",
        "it is in force from the beginning to 2026-12-31: name another scorecard",
    )]  # fmt: skip


def test_no_weight_is_negative_and_where_tiers_are_there_is_a_base(home: Path) -> None:
    line = {"scorecard": "worked", "period": "2024", "entity": "A", "item": "effort", "weight": "120"}
    other = {"item": "progress", "weight": "-20"}
    assert refusal(home, "letter", line, other) == [("the weight of '进度' is -20", "write 0 or more")]
    line = {
        "scorecard": "tiered",
        "period": "2025",
        "entity": "A",
        "item": "earned_most",
        "weight": "100",
        "target": "3",
    }
    assert refusal(home, "letter", line) == [
        ("'利润' has no base", "how much may be added hangs on the target beside it: fill it in")
    ]
    typed(home, "letter", line | {"base": "2"})
