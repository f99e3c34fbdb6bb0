"""All owners above the lowest entity of an alert."""

from pathlib import Path

import pytest
from homes import asked, filed
from owning_homes import holdings, register
from warned_homes import file_debt, standing, warned


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
