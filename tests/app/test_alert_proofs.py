"""Proofs of alerts: a stranger can check the condition that raised one, down to the filed cells."""

import json
from pathlib import Path
from typing import Any

import pytest
from warned_homes import TITLES, WARNED, asked, file_debt, filed, standing, warned

from hengjian.model.issue import Refused
from hengjian.trust.verify import verify

PARENT = """\
alone:
  label: {zh: 单体亏损, en: Loss of the parent alone}
  type: enterprise
  when: net_profit < 0
  level: blue
  scope: parent
  source: by hand
  message: {zh: "净利润 {net_profit}", en: "Profit {net_profit}"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return warned(tmp_path / "home", {**WARNED, "rules/parent.yaml": PARENT})


def proof(home: Path, alert: str) -> dict[str, Any]:
    """The bundle of an alert, which verifies."""
    data = asked(home, "prove", alert=alert)["bundle"]
    (key,) = home.glob("*.vkey")
    found = verify(data, key.read_text(encoding="utf-8"))
    assert found.ok, found.messages
    bundle: dict[str, Any] = json.loads(data)
    return bundle


def test_an_alert_is_proven_by_its_condition_as_it_was_known(home: Path) -> None:
    file_debt(home, "E2", "2022-Q4", 80)
    alert = standing(home)["high_debt", "E2"]["alert"]
    first = proof(home, alert)
    assert (first["question"]["indicator"], first["explanation"]["value"]) == ("high_debt", True)
    assert [(leaf["measure"], leaf["value"]) for leaf in first["explanation"]["leaves"]] == [
        ("total_liabilities", 80), ("total_assets", 100),
    ]  # fmt: skip
    (event,) = asked(home, "alert", alert=alert)["events"]
    where = ("filing", "entry", "file", "cell", "text")
    told = [tuple(leaf[name] for name in where) for leaf in first["explanation"]["leaves"]]
    assert [tuple(leaf[name] for name in where) for leaf in event["inputs"]] == told, "each input says where it stands"
    file_debt(home, "E2", "2023-Q1", 10)
    cleared = proof(home, alert)
    assert (cleared["question"]["period"], cleared["explanation"]["value"]) == ("2023-Q1", False)
    file_debt(home, "E2", "2023-Q2", 90)
    assert proof(home, alert) != proof(home, standing(home)["high_debt", "E2"]["alert"]), "each episode its own"
    assert proof(home, alert)["question"]["period"] == "2023-Q1"


def test_a_rule_of_the_parent_alone_reads_its_statements(home: Path) -> None:
    rows = "entity,measure,period,value,scope\nE2,net_profit,2022-Q4,-5,parent\nE2,net_profit,2022-Q4,7,consolidated\n"
    told = [(one["rule"], one["value"]) for one in filed(home, rows)["alerts"]]
    assert told == [("alone", -5)]
    bundle = proof(home, standing(home)["alone", "E2"]["alert"])
    assert (bundle["question"]["scope"], bundle["explanation"]["leaves"][0]["value"]) == ("parent", -5)
    plain = {"entity": "E2", "rule": "alone", "period": "2022-Q4"}
    assert asked(home, "explain", **plain)["value"] is True
    assert asked(home, "explain", **plain, scope="consolidated")["value"] is False


def test_what_is_no_alert_is_not_proven(home: Path) -> None:
    filed(home, TITLES + "E2,net_profit,2022-Q4,-5\n")
    with pytest.raises(Refused, match="no alert is called 'A000099'"):
        asked(home, "prove", alert="A000099")
