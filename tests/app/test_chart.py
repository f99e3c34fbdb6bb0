"""`ownership_chart`: who is drawn, on which level, and which holdings between them."""

from pathlib import Path
from typing import Any

import pytest
from homes import asked, filed
from owning_homes import TITLES, TODAY, holding, holdings, owning


def chart(home: Path, entity: str, **question: object) -> dict[str, Any]:
    return asked(home, "ownership_chart", entity=entity, **question)


def levels(answer: dict[str, Any]) -> dict[str, int]:
    return {node["entity"]: node["level"] for node in answer["nodes"]}


def edges(answer: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        tuple(one[key] for key in ("from", "to", "share", "voting", "kind", "registered")) for one in answer["edges"]
    ]


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """G over H over A over B; O beside; X apart."""
    rows = "G H 80%; H A 70%; A B 60%; O B 40%; O A 30%"
    return owning(tmp_path_factory.mktemp("group") / "home", "G H A B O X N", rows)


def test_nodes_above_and_below(group: Path) -> None:
    answer = chart(group, "A")
    assert list(answer) == ["entity", "as_of", "nodes", "edges", "more", "singular"]
    assert (answer["entity"], answer["as_of"], answer["more"], answer["singular"]) == ("A", TODAY, 0, [])
    assert answer["nodes"] == [
        {"entity": "G", "name": "G Ltd", "type": "enterprise", "level": -2, "cash_flow": pytest.approx(0.56),
         "control": True, "ring": None},
        {"entity": "H", "name": "H Ltd", "type": "enterprise", "level": -1, "cash_flow": 0.7, "control": True,
         "ring": None},
        {"entity": "O", "name": "O Ltd", "type": "enterprise", "level": -1, "cash_flow": 0.3, "control": False,
         "ring": None},
        {"entity": "A", "name": "A Ltd", "type": "enterprise", "level": 0, "cash_flow": None, "control": None,
         "ring": None},
        {"entity": "B", "name": "B Ltd", "type": "enterprise", "level": 1, "cash_flow": 0.6, "control": True,
         "ring": None},
    ]  # fmt: skip
    assert edges(answer) == [
        ("G", "H", 0.8, 0.8, "direct", None),
        ("H", "A", 0.7, 0.7, "direct", None),
        ("A", "B", 0.6, 0.6, "direct", None),
        ("O", "A", 0.3, 0.3, "direct", None),
        ("O", "B", 0.4, 0.4, "direct", None),
    ]
    assert {one["entry"] for one in answer["edges"]} == {answer["edges"][0]["entry"]}


def test_the_nearest_and_the_largest_come_first(group: Path) -> None:
    answer = chart(group, "A", most=3)
    assert levels(answer) == {"H": -1, "A": 0, "B": 1}
    assert answer["more"] == 2
    assert {(one["from"], one["to"]) for one in answer["edges"]} == {("H", "A"), ("A", "B")}


def test_one_that_stands_alone(group: Path) -> None:
    answer = chart(group, "X")
    assert levels(answer) == {"X": 0}
    assert (answer["edges"], answer["more"]) == ([], 0)
    assert levels(chart(group, "A", as_known_at="entry:2")) == {"A": 0}, "before anything was known"


def test_rings_are_numbered_and_stand_on_the_nearer_side(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "S A B C", "S A 60%; A B 50%; B C 40%; C A 10%")
    answer = chart(home, "A")
    assert levels(answer) == {"S": -1, "C": -1, "A": 0, "B": 1}
    assert {node["entity"]: node["ring"] for node in answer["nodes"]} == {"S": None, "A": 1, "B": 1, "C": 1}
    figures = {node["entity"]: node["cash_flow"] for node in answer["nodes"]}
    assert figures["C"] == pytest.approx(0.1 / (1 - 0.02)), "the upper one's right in the lower one"
    assert levels(chart(home, "B"))["A"] == -1
    assert levels(chart(home, "B"))["C"] == 1


def test_both_ends_of_a_ring_of_two_stand_below(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "A B", "A B 50%; B A 50%")
    assert (levels(chart(home, "A")), levels(chart(home, "B"))) == ({"A": 0, "B": 1}, {"B": 0, "A": 1})


def test_a_closed_ring_is_drawn_without_rights(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "A B C", "A B 100%; B A 100%; B C 50%")
    answer = chart(home, "A")
    assert answer["singular"] == ["A", "B"]
    assert levels(answer) == {"A": 0, "B": 1, "C": 2}
    assert {node["cash_flow"] for node in answer["nodes"]} == {None}
    assert [node["control"] for node in answer["nodes"]] == [None, True, False]


def test_edges_say_whose_and_in_whose_name(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "P N Q R C", "P C 20%")
    rows = [
        holding("N", "C", "30%", kind="nominee", principal="P"),
        holding("Q", "C", "25%", kind="concert", principal="P"),
        holding("R", "C", "10%", voting=0, kind="concert"),
    ]
    filed(home, f"{TITLES}\n{''.join(rows)}", form="links", name="more.csv")
    answer = chart(home, "C")
    assert levels(answer) == {"P": -1, "Q": -1, "R": -1, "C": 0}, "the nominee holds nothing of its own"
    assert edges(answer) == [
        ("P", "C", 0.2, 0.2, "direct", None),
        ("P", "C", 0.3, 0.3, "nominee", "N"),
        ("Q", "C", 0.25, 0.0, "concert", None),
        ("P", "C", 0.0, 0.25, "concert", "Q"),
        ("R", "C", 0.1, 0.0, "concert", None),
    ]
    filed(home, holdings("P C 0"), form="links", name="sold.csv")
    assert len(chart(home, "C")["edges"]) == 4
