"""Every question has a rule, and trees reach as far as they are said to."""

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from homes import asked, at_desk, filed
from owning_homes import TITLES, TODAY, holding, owning

from hengjian.app.gate import RULES, Where, actor_of, let_in
from hengjian.app.local import METHODS
from hengjian.app.standing import below
from hengjian.model.issue import Failure
from hengjian.people import ACTIONS, Actor

DAY = date.fromisoformat(TODAY)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """D has the branches A and B, A has A1; D holds 60 % of A and 30 % of C, which holds all of C1; A1 belongs to C1
    too."""
    found = owning(tmp_path_factory.mktemp("gate") / "home", "D A A1 B C C1", "D A 60%; D C 30%; C C1 100%; A A1 80%")
    rows = "".join(f"parent,{one},{above}\n" for one, above in (("A", "D"), ("B", "D"), ("A1", "A")))
    filed(found, f"link,from,to\n{rows}", form="links", name="parents.csv")
    return found


def test_every_question_has_a_rule_and_no_rule_is_left_over() -> None:
    assert RULES.keys() == set(METHODS)
    assert {rule.where for rule in RULES.values()} <= set(get_args(Where))
    assert {rule.action for rule in RULES.values()} <= set(ACTIONS)


def test_a_question_without_a_rule_is_not_answered(home: Path) -> None:
    desk = at_desk(home)
    try:
        with pytest.raises(Failure, match="no rule says who may ask 'everything'"), let_in(desk, "everything", {}):
            pass
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("tree", "node", "expected"),
    [
        ("parent", "D", "D A A1 B"),
        ("parent", "A", "A A1"),
        ("parent", "C", "C"),
        ("owns", "D", "D A A1"),
        ("owns", "C", "C C1"),
        ("parent", "nobody", ""),
        ("owns", "nobody", ""),
    ],
)
def test_who_stands_below(home: Path, tree: Any, node: str, expected: str) -> None:
    """Through `owns` by control: 30 % of C is not enough."""
    desk = at_desk(home)
    try:
        assert below(desk, tree, node, DAY) == set(expected.split())
    finally:
        desk.close()


def test_trees_are_walked_as_of_the_day(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "D A B")
    filed(home, "link,from,to,valid_from,valid_to\nparent,A,D,,2026-01-01\nparent,A,B,2026-01-01,\n", form="links")
    filed(home, f"{TITLES}\n" + holding("D", "B", "80%", since="2026-01-01"), form="links", name="owned.csv")
    desk = at_desk(home)
    try:
        before, after = date(2025, 12, 31), date(2026, 1, 1)
        assert [below(desk, "parent", "D", day) for day in (before, after)] == [{"D", "A"}, {"D"}]
        assert [below(desk, "owns", "D", day) for day in (before, after)] == [{"D"}, {"D", "B"}]
    finally:
        desk.close()


def test_those_who_stand_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    home = owning(tmp_path / "home", "A B")
    filed(home, "link,from,to\nparent,A,B\nparent,B,A\n", form="links")
    desk = at_desk(home)
    try:
        assert below(desk, "parent", "A", DAY) == {"A", "B"}
    finally:
        desk.close()


def test_an_actor_is_an_object_of_this_process_or_a_name(home: Path) -> None:
    desk = at_desk(home)
    try:
        li = Actor(name="li", person="li", proof="password")
        assert actor_of(desk, {"who": li, "actor": "other"}) is li
        frame = {"name": "li", "person": "li", "proof": "password", "scope": None}
        assert actor_of(desk, {"who": frame, "actor": "desk"}) == Actor(name="desk")
        assert actor_of(desk, {}) == Actor(name="local:operator")
    finally:
        desk.close()


def test_without_persons_whoever_asks_is_the_operator(home: Path) -> None:
    assert len(asked(home, "entities", actor="anybody")["entities"]) == 8
