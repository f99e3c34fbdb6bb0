"""What persons may do by their roles, over trees that are given."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.people import ACTIONS, EVERYTHING, NOTHING, ROLES, Action, Actor, Grant, Person, Reach, Role, Standing
from hengjian.people.roles import Tree
from hengjian.people.standing import grant_of, person_of

DAY = date(2026, 3, 31)
#: Who stands below whom: D over A and B, A over A1.
TREE = {"D": {"D", "A", "B", "A1"}, "A": {"A", "A1"}, "B": {"B"}, "A1": {"A1"}}
EVERY_ROLE: tuple[Role, ...] = get_args(Role)
EVERY_ACTION: tuple[Action, ...] = get_args(Action)


def below(tree: Tree, node: str, day: date) -> frozenset[str]:
    return frozenset(TREE.get(node, ()))


def grant(role: Role, node: str | None = "A", since: date = DAY, until: date | None = None) -> Grant:
    tree: Tree = "space" if node is None else "parent"
    return Grant(grant="R000001", person="li", role=role, tree=tree, node=node, since=since, until=until)


def standing(*grants: Grant, closed: bool = False) -> Standing:
    return Standing([Person(person="li", name="李", closed=closed)], grants, below)


LI = Actor(name="li", person="li")


def test_every_role_has_a_label_and_every_action_a_role() -> None:
    assert tuple(ROLES) == EVERY_ROLE
    assert tuple(ACTIONS) == EVERY_ACTION
    assert all(ACTIONS[action] <= set(EVERY_ROLE) for action in EVERY_ACTION)
    assert all(ACTIONS.values())
    assert all(label.zh and label.en for label in ROLES.values())


def test_the_three_duties_are_kept_apart() -> None:
    """Who gives roles cannot read restricted data or follow who did; who audits changes nothing.

    Assessing, confirming and rating are work on the matter itself: who gives roles does none of it, for they could give
    themselves a say in it, and who audits does none, for they would audit themselves. Experts see and rate, no more:
    they neither confirm the figures that they look at nor assess what their ratings lead to.
    """
    of = {role: {action for action in EVERY_ACTION if role in ACTIONS[action]} for role in EVERY_ROLE}
    assert of["auditor"] == {"see", "see_restricted", "trace", "audit"}
    assert not of["administrator"] & {
        "see_restricted", "trace", "submit", "handle", "approve", "assess", "confirm", "rate",
    }  # fmt: skip
    assert [role for role in EVERY_ROLE if "grant" in of[role]] == ["administrator"]
    assert of["viewer"] == {"see"}
    assert of["expert"] == {"see", "rate"}
    assert not any("rate" in of[role] and of[role] & {"assess", "confirm"} for role in EVERY_ROLE)


def test_a_role_reaches_its_node_and_below() -> None:
    found = standing(grant("reporter"))
    assert found.reach(LI, "submit", DAY) == Reach(frozenset({"A", "A1"}))
    assert [found.may(LI, "submit", node, DAY) for node in ("A", "A1", "B", "D", None)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert found.reach(LI, "grant", DAY) == NOTHING


def test_a_role_for_the_space_reaches_everything() -> None:
    found = standing(grant("auditor", None))
    assert found.reach(LI, "see", DAY) is EVERYTHING
    assert found.may(LI, "audit", None, DAY)
    assert found.may(LI, "see", "whoever", DAY)
    assert not found.may(LI, "submit", "A", DAY)


def test_roles_add_up() -> None:
    found = standing(grant("viewer", "D"), grant("reporter", "B"))
    assert found.reach(LI, "see", DAY).members == TREE["D"]
    assert found.reach(LI, "submit", DAY).members == {"B"}


def test_a_role_holds_from_its_first_day_until_the_day_before_its_end() -> None:
    found = standing(grant("viewer", since=DAY, until=DAY + timedelta(days=2)))
    days = [DAY + timedelta(days=step) for step in (-1, 0, 1, 2)]
    assert [found.may(LI, "see", "A", day) for day in days] == [False, True, True, False]


def test_a_role_that_ends_on_the_day_it_began_never_held() -> None:
    assert not standing(grant("viewer", since=DAY, until=DAY)).may(LI, "see", "A", DAY)


def test_nobody_reaches_anything_by_an_account_that_is_closed_or_unknown() -> None:
    assert standing(grant("administrator", None), closed=True).reach(LI, "see", DAY) == NOTHING
    stranger = Actor(name="wang", person="wang")
    found = standing(grant("viewer"))
    assert found.reach(stranger, "see", DAY) == NOTHING
    assert (found.why_not("wang"), found.why_not("li")) == ("unknown", None)


def test_a_token_does_only_what_it_is_for() -> None:
    token = Actor(name="li", person="li", proof="token", scope=frozenset({"see"}))
    found = standing(grant("reporter"))
    assert found.may(token, "see", "A", DAY)
    assert not found.may(token, "submit", "A", DAY)
    broad = Actor(name="li", person="li", proof="token", scope=frozenset({"grant"}))
    assert found.reach(broad, "grant", DAY) == NOTHING


def test_the_operator_may_do_everything() -> None:
    operator = Actor(name="local:root")
    assert all(standing().may(operator, action, None, DAY) for action in EVERY_ACTION)


def test_records_come_back() -> None:
    one = grant("expert", until=DAY + timedelta(days=9))
    assert grant_of(one.record()) == one
    assert grant_of(grant("viewer", None).record()) == grant("viewer", None)
    person = Person(person="li", name="李", issuer="https://id.example", subject="7", unit="投资处")
    assert person_of(person.record()) == person
    older = {"person": "li", "name": "李", "closed": False, "issuer": None, "subject": None}
    assert person_of(older).unit is None
    with pytest.raises(TypeError):
        person_of({**person.record(), "password": "x"})


@given(
    st.lists(
        st.builds(
            grant,
            st.sampled_from(EVERY_ROLE),
            st.sampled_from(["D", "A", "B", "A1", None]),
            st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
            st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3)),
        ),
        max_size=4,
    )
)
def test_reach_and_may_agree_with_the_table(grants: list[Grant]) -> None:
    """A second way to say it: by going through the grants one by one."""
    found = standing(*grants)
    for action in EVERY_ACTION:
        for node in (*TREE, None):
            expected = any(
                one.role in ACTIONS[action]
                and one.since <= DAY
                and (one.until is None or one.until > DAY)
                and (one.node is None or (node is not None and node in TREE[one.node]))
                for one in grants
            )
            assert found.may(LI, action, node, DAY) == expected
