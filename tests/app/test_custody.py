"""Who could sign in as somebody else, having set how they sign in, gains nothing by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from homes import at_desk
from sighted_homes import district

from hengjian.app import custody
from hengjian.app.accountentries import enter_change
from hengjian.app.custody import custodians, is_one_hand, must_be_free
from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.model.issue import Forbidden


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """ann administers A, bo administers B, wang the whole space; li and mei have no role."""
    found = at_desk(district(tmp_path / "home"))
    for person in ("ann", "bo", "wang", "li", "mei"):
        METHODS["enrol"](found, {"person": person, "name": person})
    for person, node in (("ann", "A"), ("bo", "B"), ("wang", None)):
        METHODS["give_role"](found, {"person": person, "role": "administrator", "node": node})
    yield found
    found.close()


def sets(desk: Desk, actor: str, person: str, change: str = "password_set") -> None:
    enter_change(desk, person, {"change": change}, actor)


def test_who_chose_a_password_holds_the_account(desk: Desk) -> None:
    assert custodians(desk, "li") == frozenset()
    sets(desk, "ann", "li")
    assert custodians(desk, "li") == {"ann"}
    sets(desk, "wang", "li")
    assert custodians(desk, "li") == {"wang"}
    sets(desk, "local:root", "li")
    assert custodians(desk, "li") == frozenset(), "the operator holds every account"


def test_a_password_is_ones_own_a_day_after_it_was_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sets(desk, "ann", "li")
    sets(desk, "li", "li", "password_changed")
    assert custodians(desk, "li") == {"ann"}, "ann may have changed it herself"
    monkeypatch.setattr(custody, "OWN_AFTER", 0)
    assert custodians(desk, "li") == frozenset()
    sets(desk, "ann", "li")
    assert custodians(desk, "li") == {"ann"}


def test_who_chose_what_single_sign_on_knows_somebody_by_holds_the_account(desk: Desk) -> None:
    METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "A1"})
    METHODS["amend_person"](desk, {"person": "li", "issuer": "https://id.example", "subject": "7", "actor": "ann"})
    assert custodians(desk, "li") == {"ann"}
    METHODS["amend_person"](desk, {"person": "li", "name": "李", "actor": "wang"})
    assert custodians(desk, "li") == {"ann"}, "a name changes nothing"
    METHODS["amend_person"](desk, {"person": "li", "issuer": "", "subject": "", "actor": "wang"})
    assert custodians(desk, "li") == frozenset()


def test_a_prepared_account_is_not_trusted_with_a_role_elsewhere(desk: Desk) -> None:
    """ann chose li's password; bo, or wang, would give li, and so ann, a role in B."""
    sets(desk, "ann", "li")
    for actor in ("bo", "wang"):
        with pytest.raises(Forbidden, match="ann last set how li signs in, and does not administer B"):
            METHODS["give_role"](desk, {"person": "li", "role": "officer", "node": "B", "actor": actor})
    METHODS["give_role"](desk, {"person": "li", "role": "officer", "node": "A1", "actor": "ann"})
    with pytest.raises(Forbidden, match="and does not administer the whole space"):
        METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": None, "actor": "wang"})
    sets(desk, "wang", "li")
    METHODS["give_role"](desk, {"person": "li", "role": "officer", "node": "B", "actor": "wang"})


def test_nobody_prepares_an_account_of_somebody_without_a_role(desk: Desk) -> None:
    for question in ({"issuer": "https://id.example", "subject": "7"}, {"closed": True}):
        with pytest.raises(Forbidden, match="ann may not change the account of mei"):
            METHODS["amend_person"](desk, {"person": "mei", "actor": "ann", **question})
    METHODS["enrol"](desk, {"person": "new", "name": "new", "actor": "ann"})
    METHODS["amend_person"](desk, {"person": "new", "closed": True, "actor": "ann"})


def test_trees_are_administered_each_by_itself(desk: Desk) -> None:
    """What A comes to own would be out of ann's reach, who administers its branches."""
    with pytest.raises(Forbidden, match="ann may not give roles for A and all below it"):
        METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "A", "tree": "owns", "actor": "ann"})
    METHODS["give_role"](desk, {"person": "ann", "role": "administrator", "node": "A", "tree": "owns", "actor": "wang"})
    METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "A", "tree": "owns", "actor": "ann"})


def test_two_who_are_in_one_hand(desk: Desk) -> None:
    sets(desk, "ann", "li")
    assert is_one_hand(desk, "ann", "li")
    assert is_one_hand(desk, "li", "ann")
    assert not is_one_hand(desk, "li", "mei")
    assert not is_one_hand(desk, "li", None)
    must_be_free(desk, "li", "parent", "A1")


def test_an_operator_by_any_name_is_no_custodian(desk: Desk) -> None:
    sets(desk, "boss", "li")
    assert custodians(desk, "li") == frozenset()
