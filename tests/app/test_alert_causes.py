"""The lowest cause of an alert, through every layer of control, and what becomes of those above when it changes."""

from pathlib import Path

import pytest
from owning_homes import TITLES as LINKS
from owning_homes import holding, holdings, register
from warned_homes import WARNED, asked, at_desk, copied, debt, file_debt, filed, set_today, standing, warned

from hengjian.app.alerts import supervise

LEVELS = """\
debt_lines:
  label: {zh: 负债率超线, en: Debt above its lines}
  type: enterprise
  levels: {red: debt_ratio > 90%, yellow: debt_ratio > 70%}
  depth: DEPTH
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
"""


def pack(depth: str = "9") -> dict[str, str]:
    return {**WARNED, "rules/lines.yaml": LEVELS.replace("DEPTH", depth)}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """G over H and K; H over A and B; A over C: all by control. O holds a little of A."""
    home = warned(tmp_path_factory.mktemp("causes") / "home", pack())
    filed(home, register(*"GHKABCO"), form="entities", name="group.csv")
    rows = "G H 80%; G K 100%; H A 70%; H B 60%; A C 51%; O A 30%"
    filed(home, holdings(rows), form="links", name="group-links.csv")
    return home


@pytest.fixture
def home(blank: Path, tmp_path: Path) -> Path:
    return copied(blank, tmp_path / "home")


def file_debts(home: Path, quarter: str = "2022-Q4", **debts: int) -> dict:
    rows = "".join(debt(entity, quarter, part) for entity, part in debts.items())
    return filed(home, "entity,measure,period,value\n" + rows, name=f"{quarter}-{len(debts)}.csv")


def ways(home: Path) -> dict[str, str]:
    """The ways down to the causes of what stands raised, as texts."""
    found = standing(home, rule="debt_lines", state="raised")
    assert all(one["cause"] == one["path"][-1] and one["path"][0] == one["entity"] for one in found.values())
    return {entity: "".join(one["path"]) for (_, entity), one in found.items()}


def test_the_cause_is_the_lowest_for_whom_the_rule_stands(home: Path) -> None:
    file_debts(home, G=80, H=80, A=80, C=80)
    assert ways(home) == {"G": "GHAC", "H": "HAC", "A": "AC", "C": "C"}


def test_the_gravest_then_the_farthest_beyond_then_the_first_by_id(home: Path) -> None:
    file_debts(home, H=80, A=71, B=71)
    assert ways(home)["H"] == "HA", "alike: by id"
    file_debts(home, "2023-Q1", B=85)
    assert ways(home)["H"] == "HB", "farther beyond"
    file_debts(home, "2023-Q1", A=91)
    assert ways(home)["H"] == "HA", "a graver level"


def test_owners_are_told_when_what_is_below_them_changes(home: Path) -> None:
    file_debts(home, G=80, H=80)
    receipt = file_debts(home, "2022-Q4", C=80, A=80)
    told = {one["entity"]: (one["event"], one["cause"], one["filing"]) for one in receipt["alerts"]
            if one["rule"] == "debt_lines"}  # fmt: skip
    filing = receipt["filing"]
    assert told == {
        "A": ("raised", "C", filing), "C": ("raised", "C", filing),
        "H": ("changed", "C", filing), "G": ("changed", "C", filing),
    }  # fmt: skip
    receipt = file_debts(home, "2023-Q1", C=10)
    told = {one["entity"]: (one["event"], one["cause"]) for one in receipt["alerts"] if one["rule"] == "debt_lines"}
    assert told == {"C": ("cleared", "C"), "A": ("changed", "A"), "H": ("changed", "A"), "G": ("changed", "A")}
    file_debts(home, "2023-Q1", A=10)
    assert ways(home) == {"G": "GH", "H": "H"}


def test_who_is_above_without_an_alert_is_told_nothing(home: Path) -> None:
    file_debts(home, C=80, G=80)
    assert ways(home) == {"C": "C", "G": "G"}, "between them nobody has one: the way ends"


def test_only_whom_one_controls_is_looked_at(home: Path) -> None:
    file_debts(home, O=80, A=95)
    assert ways(home) == {"O": "O", "A": "A"}


def test_a_link_moves_the_cause(home: Path) -> None:
    file_debts(home, G=80, H=80, A=80, B=75)
    assert ways(home)["G"] == "GHA"
    sold = filed(home, f"{LINKS}\n{holding('H', 'A', '10%')}", form="links", name="sold.csv")
    told = {one["entity"]: (one["event"], one["cause"]) for one in sold["alerts"] if one["rule"] == "debt_lines"}
    assert told == {"H": ("changed", "B")}, "the others were not touched by it"
    assert ways(home) == {"G": "GHB", "H": "HB", "A": "A", "B": "B"}


def test_rings_end(home: Path) -> None:
    filed(home, holdings("C G 60%"), form="links", name="ring.csv")
    file_debts(home, G=80, H=80, A=80, C=80)
    assert ways(home) == {"G": "GHAC", "H": "HACG", "A": "ACGH", "C": "CGHA"}


@pytest.mark.parametrize(("depth", "way"), [("1", "GH"), ("2", "GHA"), ("9", "GHAC")])
def test_no_deeper_than_the_rule_looks(tmp_path: Path, depth: str, way: str) -> None:
    home = warned(tmp_path / "home", pack(depth))
    filed(home, register(*"GHAC"), form="entities", name="group.csv")
    filed(home, holdings("G H 80%; H A 70%; A C 51%"), form="links", name="links.csv")
    file_debts(home, G=80, H=80, A=80, C=80)
    assert ways(home)["G"] == way


def test_an_event_says_what_it_was_before(home: Path) -> None:
    file_debts(home, H=80)
    file_debts(home, A=80)
    alert = standing(home)["debt_lines", "H"]
    events = asked(home, "alert", alert=alert["alert"])["events"]
    assert [(one["event"], one["path"], one["level_before"]) for one in events] == [
        ("raised", ["H"], None), ("changed", ["H", "A"], "yellow"),
    ]  # fmt: skip
    assert [leaf["value"] for leaf in events[0]["inputs"]] == [leaf["value"] for leaf in events[1]["inputs"]]


def test_looking_at_everything_again_moves_no_cause(home: Path) -> None:
    file_debts(home, G=80, H=80, A=80, C=80, B=92)
    file_debts(home, "2023-Q1", A=60)
    desk = at_desk(home)
    try:
        desk.store.note_supervised(0)
        assert supervise(desk) == []
    finally:
        desk.close()


def test_a_holding_that_begins_today_is_seen_with_the_next_entry(home: Path) -> None:
    file_debts(home, K=80, B=85)
    rows = holding("H", "B", "10%", since="2026-05-01") + holding("K", "B", "90%", since="2026-05-01")
    filed(home, f"{LINKS}\n{rows}", form="links", name="later.csv")
    assert ways(home)["K"] == "K"
    set_today(home, "2026-05-02")
    file_debt(home, "E1", "2022-Q1", 10)
    assert ways(home)["K"] == "KB"
