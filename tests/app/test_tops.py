"""`ownership_tops`: who holds and is held by nobody."""

from pathlib import Path

import pytest
from homes import asked
from owning_homes import TODAY, owning

import hengjian.app.tops


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """G over H over A over B; O beside; X and Y hold each other; N neither holds nor is held."""
    rows = "G H 80%; H A 70%; A B 60%; O B 40%; O A 30%; X Y 50%; Y X 50%"
    return owning(tmp_path_factory.mktemp("group") / "home", "G H A B O X Y N", rows)


def test_the_most_below_come_first(group: Path) -> None:
    assert asked(group, "ownership_tops") == {
        "as_of": TODAY,
        "tops": [
            {"entity": "G", "name": "G Ltd", "type": "enterprise", "direct": 1, "below": 3},
            {"entity": "O", "name": "O Ltd", "type": "enterprise", "direct": 2, "below": 2},
        ],
        "more": 0,
    }


def test_where_nobody_holds_anybody_there_is_none(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "G H")
    assert asked(home, "ownership_tops") == {"as_of": TODAY, "tops": [], "more": 0}


def test_of_too_many_those_with_the_most_holdings_are_told(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hengjian.app.tops, "MOST", 1)
    answer = asked(group, "ownership_tops")
    assert ([one["entity"] for one in answer["tops"]], answer["more"]) == (["O"], 1)
