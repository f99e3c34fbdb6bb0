"""All owners above the lowest entity of an alert."""

from pathlib import Path

import pytest
from homes import asked, filed
from owning_homes import holdings, register
from warned_homes import at_desk, file_debt, standing, warned

from hengjian.app.alerts import alerts
from hengjian.model.issue import Refused
from hengjian.people import Actor, Reach


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """G over H over E2, which is warned of; O beside; E1 apart, which is warned of too."""
    home = warned(tmp_path / "home")
    filed(home, register("G", "H", "O"), form="entities", name="group.csv")
    filed(home, holdings("G H 80%; H E2 70%; O E2 30%"), form="links", name="group-links.csv")
    file_debt(home, "E2", "2022-Q4", 80)
    file_debt(home, "E1", "2022-Q4", 90)
    return home


def test_owners_are_told_where_they_are_asked_for(group: Path) -> None:
    assert all("owners" not in one for one in standing(group).values())
    found = standing(group, owners=True)
    assert found["high_debt", "E2"]["owners"] == [
        {"entity": "H", "level": 1, "cash_flow": 0.7, "control": True},
        {"entity": "O", "level": 1, "cash_flow": 0.3, "control": False},
        {"entity": "G", "level": 2, "cash_flow": pytest.approx(0.56), "control": True},
    ]
    assert found["high_debt", "E1"]["owners"] == []
    name = found["high_debt", "E2"]["alert"]
    assert asked(group, "alert", alert=name, owners=True)["owners"] == found["high_debt", "E2"]["owners"]
    assert "owners" not in asked(group, "alert", alert=name)


def test_a_closed_ring_above_leaves_the_owners_without_rights(group: Path) -> None:
    filed(group, holdings("G H 100%; H G 100%"), form="links", name="closed.csv")
    assert standing(group, owners=True)["high_debt", "E2"]["owners"] == [
        {"entity": "H", "level": 1, "cash_flow": None, "control": True},
        {"entity": "O", "level": 1, "cash_flow": None, "control": False},
        {"entity": "G", "level": 2, "cash_flow": None, "control": True},
    ]


def test_alerts_below_an_owner(group: Path) -> None:
    file_debt(group, "H", "2022-Q4", 80)
    found = standing(group, below="G")
    assert {pair: one["below"] for pair, one in found.items()} == {
        ("high_debt", "H"): {"level": 1, "cash_flow": 0.8, "control": True},
        ("high_debt", "E2"): {"level": 2, "cash_flow": pytest.approx(0.56), "control": True},
    }, "its own are not below it"
    assert standing(group, below="E2") == {}
    assert standing(group, below="O", state="cleared") == {}
    assert {entity for _, entity in standing(group, below="O")} == {"E2"}, "held, not controlled"
    with pytest.raises(Refused, match="no entity"):
        standing(group, below="X9")


def test_a_closed_ring_leaves_what_is_below_without_rights(group: Path) -> None:
    filed(group, holdings("G H 100%; H G 100%"), form="links", name="closed.csv")
    below = {entity: one["below"] for (_, entity), one in standing(group, below="H").items()}
    assert below == {"E2": {"level": 1, "cash_flow": None, "control": True}}


def test_what_is_below_out_of_sight_is_not_told(group: Path) -> None:
    """Who sees the group's head alone is told of no alert below it, nor by whom an alert of its own is caused."""
    file_debt(group, "H", "2022-Q4", 80)
    desk = at_desk(group)
    try:
        with desk.asked_by(Actor(name="a"), Reach(members=frozenset({"G", "H"}))):
            told = alerts(desk, {"below": "G"})["alerts"]
    finally:
        desk.close()
    assert [(one["entity"], one["cause"], one["path"], one["beyond"]) for one in told] == [("H", None, ["H"], True)]
