"""A case is as grave as the alert that it is about, not as the gravest that its rule knows."""

from pathlib import Path

from warned_homes import WARNED, asked, file_debt, warned

LEVELS = """\
debt_lines:
  label: {zh: 负债率超线, en: Debt above its lines}
  type: enterprise
  levels: {red: debt_ratio > 90%, yellow: debt_ratio > 70%}
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
  opens: mending
  days: 30
"""


def test_cases_stand_at_the_level_of_their_alerts_and_so_do_the_alerts_of_a_rule(tmp_path: Path) -> None:
    home = warned(tmp_path / "home", {**WARNED, "rules/debt.yaml": LEVELS})

    def levels() -> list[object]:
        (case,) = asked(home, "cases", entity="E1")["cases"]
        told = asked(home, "rule_quality", rule="debt_lines")
        (episode,) = told["episodes"]
        return [case["level"], asked(home, "case", case=case["case"])["level"], episode["level"], told["standing"]]

    file_debt(home, "E1", "2022-Q1", 80)
    assert levels() == ["yellow", "yellow", "yellow", {"yellow": 1}]
    file_debt(home, "E1", "2022-Q2", 95)
    assert levels() == ["red", "red", "red", {"red": 1}]
    assert asked(home, "rule_quality", rule="debt_lines")["raised"] == {"2026": {"yellow": 1}}
    file_debt(home, "E1", "2022-Q3", 50)
    (case,) = asked(home, "cases", entity="E1")["cases"]
    assert (case["level"], asked(home, "rule_quality", rule="debt_lines")["standing"]) == ("red", {})


def test_the_level_of_an_earlier_episode_stays(tmp_path: Path) -> None:
    home = warned(tmp_path / "home", {**WARNED, "rules/debt.yaml": LEVELS})
    file_debt(home, "E1", "2022-Q1", 80)
    (case,) = asked(home, "cases", entity="E1")["cases"]
    for step in ({"transition": "accept"}, {"transition": "close", "note": "repaid"}):
        asked(home, "move", case=case["case"], actor="li", **step)
    file_debt(home, "E1", "2022-Q2", 50)
    file_debt(home, "E1", "2022-Q3", 95)
    found = {one["case"]: one["level"] for one in asked(home, "cases", entity="E1")["cases"]}
    assert sorted(found.values()) == ["red", "yellow"]
    assert found[case["case"]] == "yellow"
