"""Persons and roles: what administrators may do, what each reader is shown, and that nobody's reach grows by their own
acts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from homes import asked, at_desk, copied
from owning_homes import TODAY
from staffed_homes import staffed

from hengjian.app.local import METHODS
from hengjian.app.persons import covers
from hengjian.app.standing import standing_of
from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.people import ACTIONS, ROLES, Actor
from hengjian.web.faults import translate


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return staffed(tmp_path_factory.mktemp("persons") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """One's own."""
    return copied(template, tmp_path / "home")


def refused(home: Path, method: str, kind: type[Refused] = Refused, **question: Any) -> list[tuple[str, str]]:
    """What is wrong, with hints; nothing was entered, and pages can say it in Chinese."""
    before = size(home)
    with pytest.raises(kind) as caught:
        asked(home, method, **question)
    assert type(caught.value) is kind
    assert size(home) == before
    assert all(is_translated(one) for one in caught.value.issues), caught.value
    return [(one.message, one.hint) for one in caught.value.issues]


def is_translated(issue: Issue) -> bool:
    return translate(issue.message, "zh") != issue.message and translate(issue.hint, "zh") != issue.hint


def size(home: Path) -> int:
    desk = at_desk(home)
    try:
        return desk.log.size
    finally:
        desk.close()


def roles_of(answer: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(one["role"], one["node"], one["state"]) for one in answer["roles"]]


# enrolling


def test_a_person_is_enrolled_once(home: Path) -> None:
    first = asked(home, "enrol", person="zhang", name=" 张  三 ", issuer="https://id.example", subject="7")
    assert {name: first[name] for name in ("person", "name", "closed", "issuer", "subject", "repeated")} == {
        "person": "zhang", "name": "张 三", "closed": False, "issuer": "https://id.example", "subject": "7",
        "repeated": False,
    }  # fmt: skip
    again = asked(home, "enrol", person="zhang", name="张 三", issuer="https://id.example", subject="7")
    assert again == {**first, "repeated": True}
    assert size(home) == first["entry"] + 1
    assert refused(home, "enrol", person="zhang", name="张山") == [
        ("a person is called 'zhang' already", "choose another id; `hengjian person SPACE` lists them")
    ]


@pytest.mark.parametrize(
    "person", ["", "Zhang", "张三", "-zhang", ".zhang", "a b", "a/b", "a" * 65, "local", "local.x", "hengjian-2", "a\n"]
)
def test_an_id_that_no_person_may_have(home: Path, person: str) -> None:
    assert refused(home, "enrol", person=person, name="张三") == [
        (
            f"{person!r} cannot be the id of a person",
            "up to 64 of a-z, 0-9, '.', '_', '@' and '-', a letter or digit first; not local… or hengjian…",
        )
    ]


@pytest.mark.parametrize("person", ["z", "0", "zhang.san@example.org", "a" * 64])
def test_an_id_that_a_person_may_have(home: Path, person: str) -> None:
    assert asked(home, "enrol", person=person, name="张三")["person"] == person


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ({"name": " "}, "a person has no name", "write it as the staff list does: --name 张三"),
        ({"name": "a" * 101}, "the name has 101 characters, at most 100 are kept", "shorten it"),
        ({"name": "a\x00b"}, "the name 'a\\x00b' is no text", "write it in UTF-8, on one line"),
        ({"name": "\ud800"}, "the name '\\ud800' is no text", "write it in UTF-8, on one line"),
        ({"issuer": "https://id"}, "single sign-on needs issuer and subject", "give both, or neither"),
        ({"subject": "s"}, "single sign-on needs issuer and subject", "give both, or neither"),
    ],
)
def test_what_a_person_is_not_called(home: Path, more: dict[str, str], message: str, hint: str) -> None:
    assert refused(home, "enrol", **{"person": "zhang", "name": "张三", **more}) == [(message, hint)]


def test_single_sign_on_names_one_person(home: Path) -> None:
    asked(home, "amend_person", person="li", issuer="https://id.example", subject="7")
    question = {"issuer": "https://id.example", "subject": "7"}
    expected = [("another person signs in with this issuer and subject", "each person has their own")]
    assert refused(home, "enrol", person="zhang", name="张三", **question) == expected
    assert refused(home, "amend_person", person="mei", **question) == expected
    assert asked(home, "amend_person", person="li", issuer="", subject="")["issuer"] is None
    assert asked(home, "amend_person", person="mei", **question)["subject"] == "7"


def test_a_department_is_said_by_another_administrator(home: Path) -> None:
    asked(home, "enrol", person="zhang", name="张三", unit=" 投资处 ")
    assert asked(home, "person", person="zhang")["unit"] == "投资处"
    assert asked(home, "amend_person", person="zhang", unit="", actor="wang")["unit"] is None
    with pytest.raises(Forbidden) as forbidden:
        asked(home, "amend_person", person="wang", unit="投资处", actor="wang")
    assert [(issue.message, issue.hint) for issue in forbidden.value.issues] == [
        ("nobody says for which department they sign themselves", "another administrator may say it")
    ]


def test_a_person_is_amended_in_parts(home: Path) -> None:
    assert asked(home, "amend_person", person="li", name="李四光")["closed"] is False
    closed = asked(home, "amend_person", person="li", closed=True)
    assert (closed["name"], closed["closed"], closed["repeated"]) == ("李四光", True, False)
    assert asked(home, "amend_person", person="li", closed=True) == {**closed, "repeated": True}
    assert refused(home, "me", Forbidden, actor="li") == [
        ("li may not sign in: closed", "an administrator opens accounts")
    ]
    assert refused(home, "amend_person", person="lee", closed=True) == [
        ("no person is called 'lee'", "`hengjian person SPACE` lists them")
    ]
    assert refused(home, "give_role", person="li", role="viewer", node="A") == [
        ("li is closed", "open the account first: `hengjian person SPACE open li`")
    ]


# giving and ending roles


def test_a_role_is_given_once_while_it_stands(home: Path) -> None:
    first = asked(home, "give_role", person="li", role="reporter", node="A", note=" 报表 ", actor="ann")
    assert {name: first[name] for name in ("grant", "tree", "node", "since", "until", "note", "repeated")} == {
        "grant": f"R{first['entry']:06d}", "tree": "parent", "node": "A", "since": TODAY, "until": None,
        "note": "报表", "repeated": False,
    }  # fmt: skip
    for more in ({}, {"since": TODAY}, {"since": "2026-05-01"}):
        again = asked(home, "give_role", person="li", role="reporter", node="A", actor="ann", **more)
        assert (again["grant"], again["repeated"]) == (first["grant"], True)
    assert size(home) == first["entry"] + 1
    assert refused(home, "give_role", person="li", role="reporter", node="A", until="2026-12-31") == [
        (
            f"li has this role already, and longer: {first['grant']}",
            f"end that one: `hengjian role SPACE end {first['grant']} --on 2026-12-31`",
        )
    ]
    asked(home, "end_role", grant=first["grant"], actor="ann")
    later = asked(home, "give_role", person="li", role="reporter", node="A", actor="ann")
    assert later["grant"] != first["grant"]
    assert not later["repeated"]


def test_all_that_is_wrong_with_a_role_is_told(home: Path) -> None:
    assert refused(
        home, "give_role", person="le", role="reportr", node="A9", tree="owner", since="2026/01/01", until="2020-01-01"
    ) == [
        ("no person is called 'le'", "`hengjian person SPACE` lists them"),
        ("no role is called 'reportr'", "did you mean reporter or expert?"),
        ("no tree is called 'owner'", "did you mean owns?"),
        ("no entity is registered as 'A9'", "did you mean A?"),
        ("--from '2026/01/01' is not a date", "write it as 2026-03-31"),
        ("the role would end on 2020-01-01, before it is in force", f"name a day after {TODAY}, or none"),
    ]


@pytest.mark.parametrize("more", [{"tree": "parent"}, {"tree": "owns"}, {"tree": "space", "node": "A"}])
def test_a_node_and_its_tree_go_together(home: Path, more: dict[str, str]) -> None:
    assert refused(home, "give_role", person="li", role="viewer", **more) == [
        (
            "a role has a node and its tree, or reaches the whole space",
            "name a node with the tree parent or owns, or neither",
        )
    ]


@pytest.mark.parametrize(
    ("since", "until", "after"),
    [("2026-05-01", "2026-05-01", "2026-05-01"), (None, TODAY, TODAY), ("2020-01-01", TODAY, TODAY)],
)
def test_a_role_that_would_never_be_in_force(home: Path, since: str | None, until: str, after: str) -> None:
    assert refused(home, "give_role", person="li", role="viewer", since=since, until=until) == [
        (f"the role would end on {until}, before it is in force", f"name a day after {after}, or none")
    ]


def test_an_administrator_gives_roles_within_their_reach_only(home: Path) -> None:
    """Through `owns` A reaches C, which is out of the organisation that ann administers: by a helper of hers she would
    reach further than before."""
    asked(home, "give_role", person="li", role="viewer", node="A1", actor="ann")
    hint = "an administrator of all that may"
    cases: list[tuple[dict[str, str], str]] = [
        ({}, "ann may not give roles for the whole space"),
        ({"node": "A", "tree": "owns"}, "ann may not give roles for A and all below it"),
    ]
    for more, message in cases:
        assert refused(home, "give_role", Forbidden, person="li", role="viewer", actor="ann", **more) == [
            (message, hint)
        ]
    asked(home, "give_role", person="ann", role="viewer")
    assert refused(home, "give_role", Forbidden, person="li", role="viewer", node="D", actor="ann") == [
        ("ann may not give roles for D and all below it", hint)
    ]
    assert refused(home, "give_role", Forbidden, person="li", role="viewer", node="A", actor="mei") == [
        ("mei may not grant", "an administrator gives roles: `hengjian role SPACE` lists them")
    ]


@pytest.mark.parametrize("node", ["B", "D", "C"])
def test_a_node_out_of_sight_is_as_one_that_is_not_registered(home: Path, node: str) -> None:
    def told(name: str) -> list[tuple[str, str]]:
        found = refused(home, "give_role", person="li", role="viewer", node=name, actor="ann")
        return [(message.replace(repr(name), "…"), hint) for message, hint in found]

    assert told(node) == told("Q")


@pytest.mark.parametrize("actor", ["ann", "wang"])
def test_nobody_gives_a_role_to_themselves(home: Path, actor: str) -> None:
    assert refused(home, "give_role", Forbidden, person=actor, role="reporter", node="A", actor=actor) == [
        ("nobody gives a role to themselves", "another administrator may give it")
    ]


def test_a_role_ends_today_or_later(home: Path) -> None:
    given = asked(home, "give_role", person="li", role="viewer", node="A", since="2026-01-01")["grant"]
    assert refused(home, "end_role", grant=given, until="2026-03-30") == [
        (f"{given} cannot end on 2026-03-30", f"name {TODAY} or a later day")
    ]
    later = asked(home, "end_role", grant=given, until="2026-12-31")
    assert (later["until"], later["repeated"]) == ("2026-12-31", False)
    assert asked(home, "end_role", grant=given, until="2026-12-31")["repeated"]
    assert refused(home, "end_role", grant=given, until="2027-01-01") == [
        (f"{given} ends on 2026-12-31 already", "give the role anew")
    ]
    assert asked(home, "me", actor="li")["sees"] == 2
    assert asked(home, "end_role", grant=given)["until"] == TODAY
    assert asked(home, "end_role", grant=given)["repeated"]
    assert asked(home, "me", actor="li")["sees"] == 0


def test_a_role_to_come_that_is_ended_never_begins(home: Path) -> None:
    given = asked(home, "give_role", person="li", role="viewer", node="A", since="2026-06-01")["grant"]
    assert asked(home, "end_role", grant=given)["until"] == "2026-06-01"


def test_an_administrator_ends_what_lies_within_their_reach(home: Path) -> None:
    near = asked(home, "give_role", person="li", role="viewer", node="A")["grant"]
    through = asked(home, "give_role", person="li", role="viewer", node="A", tree="owns")["grant"]
    away = asked(home, "give_role", person="li", role="viewer", node="B")["grant"]
    assert asked(home, "end_role", grant=near, actor="ann")["until"] == TODAY
    assert refused(home, "end_role", Forbidden, grant=through, actor="ann") == [
        (
            f"ann may not end {through}, which reaches further than they administer",
            "an administrator of all that it reaches may",
        )
    ]
    for unseen in (away, "R999999"):
        [(message, hint)] = refused(home, "end_role", grant=unseen, actor="ann")
        assert message == f"no role has the number {unseen!r}"
        assert away not in hint


# accounts


def test_who_covers_whom(home: Path) -> None:
    """li has no role: only who enrolled them may, and who administers the whole space; with a role elsewhere only one
    of both may."""
    desk = at_desk(home)
    people = {name: Actor(name=name, person=name) for name in ("wang", "ann", "bo", "mei")}
    try:

        def covering(person: str) -> set[str]:
            return {name for name, actor in people.items() if covers(desk, actor, person)}

        assert covering("li") == {"wang"}, "the operator enrolled li"
        METHODS["enrol"](desk, {"person": "new", "name": "新", "actor": "ann"})
        assert covering("new") == {"wang", "ann"}
        METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "A1"})
        assert covering("li") == {"wang", "ann"}
        METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "B", "since": "2027-01-01"})
        assert covering("li") == {"wang"}, "a role to come is counted too"
        assert covering("wang") == {"wang"}
        assert covers(desk, Actor(name="local:root"), "wang")
        scoped = Actor(name="wang", person="wang", proof="token", scope=frozenset({"see"}))
        assert not covers(desk, scoped, "li"), "a token that is not good for it"
    finally:
        desk.close()


def test_an_account_is_changed_by_who_administers_all_its_roles(home: Path) -> None:
    asked(home, "give_role", person="li", role="viewer", node="A")
    asked(home, "give_role", person="li", role="viewer", node="B")
    for change in ({"closed": True}, {"name": "x"}, {"issuer": "https://id", "subject": "mine"}):
        assert refused(home, "amend_person", Forbidden, person="li", actor="ann", **change) == [
            (
                "ann may not change the account of li, who has roles elsewhere too",
                "an administrator of all their roles may",
            )
        ]
    assert asked(home, "amend_person", person="li", closed=True, actor="wang")["closed"]


def test_the_space_keeps_an_administrator(home: Path) -> None:
    """Also on the day on which another one's role ends; the operator may all the same."""
    own = asked(home, "me", actor="wang")["roles"][0]["grant"]
    expected = [("the space would have no administrator any more", "give another person that role first")]
    assert refused(home, "end_role", Forbidden, grant=own, actor="wang") == expected
    assert refused(home, "amend_person", Forbidden, person="wang", closed=True, actor="wang") == expected
    asked(home, "give_role", person="mei", role="administrator", until="2026-12-31")
    assert refused(home, "end_role", Forbidden, grant=own, until="2026-06-30", actor="wang") == expected
    asked(home, "give_role", person="li", role="administrator", since="2026-12-01", actor="wang")
    assert asked(home, "end_role", grant=own, until="2026-06-30", actor="wang")["until"] == "2026-06-30"
    assert asked(home, "amend_person", person="wang", closed=True)["closed"]
    for person in ("mei", "li"):
        assert asked(home, "amend_person", person=person, closed=True)["closed"]


# what is shown


def test_who_sees_whom(home: Path) -> None:
    asked(home, "enrol", person="rev", name="审")
    asked(home, "give_role", person="rev", role="auditor", node="A")
    asked(home, "give_role", person="li", role="viewer", node="A1", since="2025-01-01", until="2026-06-01")
    asked(home, "give_role", person="li", role="viewer", node="B")

    def seen(actor: str | None) -> dict[str, list[tuple[str, str | None, str]]]:
        return {one["person"]: roles_of(one) for one in asked(home, "persons", actor=actor)["persons"]}

    own = ("administrator", "A", "in force")
    assert list(seen(None)) == ["ann", "bo", "li", "mei", "rev", "wang"] == list(seen("wang"))
    assert seen("ann") == {
        "ann": [own], "li": [("viewer", "A1", "in force")], "mei": [], "rev": [("auditor", "A", "in force")],
    }  # fmt: skip
    assert seen("rev") == {"ann": [own], "li": [("viewer", "A1", "in force")], "rev": [("auditor", "A", "in force")]}
    assert seen("mei") == {"mei": []}
    assert seen("li") == {"li": [("viewer", "A1", "in force"), ("viewer", "B", "in force")]}
    assert {one["person"]: one["covered"] for one in asked(home, "persons", actor="ann")["persons"]} == {
        "ann": True, "li": False, "mei": False, "rev": True,
    }  # fmt: skip
    [(message, hint)] = refused(home, "person", person="bo", actor="ann")
    assert (message, hint) == ("no person is called 'bo'", "`hengjian person SPACE` lists them")


def test_persons_are_chosen_by_role_node_and_name(home: Path) -> None:
    asked(home, "give_role", person="li", role="viewer", node="A1")
    ended = asked(home, "give_role", person="mei", role="viewer", node="A1")["grant"]
    asked(home, "end_role", grant=ended)

    def chosen(**question: str) -> list[str]:
        return [one["person"] for one in asked(home, "persons", **question)["persons"]]

    assert chosen(role="administrator") == ["ann", "bo", "wang"]
    assert chosen(node="A1") == ["li"]
    assert chosen(role="administrator", node="A1") == []
    assert chosen(text="李") == chosen(text="LI") == ["li"]


def test_one_person_with_every_change(home: Path) -> None:
    given = asked(home, "give_role", person="li", role="viewer", node="A", actor="ann")
    asked(home, "amend_person", person="li", name="李四光", actor="wang")
    asked(home, "end_role", grant=given["grant"], until="2026-12-31", actor="ann")
    answer = asked(home, "person", person="li", actor="ann")
    assert (answer["name"], answer["covered"], answer["may"]["grant"]) == ("李四光", True, "somewhere")
    assert [(one["kind"], one["actor"], one["signed_in"]) for one in answer["history"]] == [
        ("person", answer["history"][0]["actor"], None), ("role", "ann", None), ("person", "wang", None),
        ("role", "ann", None),
    ]  # fmt: skip
    assert [one["record"].get("until") for one in answer["history"]] == [None, None, None, "2026-12-31"]
    assert [(one["label"]["zh"], one["name"], one["until"]) for one in answer["roles"]] == [
        ("查看人", "A Ltd", "2026-12-31")
    ]


def test_a_role_elsewhere_leaves_no_trace_in_a_history(home: Path) -> None:
    asked(home, "give_role", person="li", role="viewer", node="A")
    asked(home, "give_role", person="li", role="viewer", node="B", note="elsewhere")
    shown = json.dumps(asked(home, "person", person="li", actor="ann"))
    assert '"B"' not in shown
    assert "elsewhere" not in shown


def test_who_am_i(home: Path) -> None:
    operator = asked(home, "me")
    assert (operator["person"], operator["signed_in"], operator["sees"], operator["roles"]) == (None, False, None, [])
    assert set(operator["may"].values()) == {"everything"}
    wang = asked(home, "me", actor="wang")
    assert (wang["name"], wang["sees"], roles_of(wang)) == ("王五", None, [("administrator", None, "in force")])
    assert {action for action, where in wang["may"].items() if where == "everything"} == {
        action for action, roles in ACTIONS.items() if "administrator" in roles
    }
    ann = asked(home, "me", actor="ann")
    assert (ann["sees"], ann["may"]["grant"], ann["may"]["submit"]) == (2, "somewhere", None)
    mei = asked(home, "me", actor="mei")
    assert (mei["sees"], set(mei["may"].values())) == (0, {None})


def test_an_entry_says_by_what_its_actor_showed_who_they_are(home: Path) -> None:
    desk = at_desk(home)
    try:
        signed = Actor(name="wang", person="wang", proof="password")
        answer = METHODS["enrol"](desk, {"person": "zhang", "name": "张三", "who": signed})
        leaf = desk.log.entry(answer["entry"]).record()
        assert (leaf.kind, leaf.actor, leaf.refs["signed_in"]) == ("person", "wang", "password")
        answer = METHODS["enrol"](desk, {"person": "zhao", "name": "赵六", "actor": "wang"})
        leaf = desk.log.entry(answer["entry"]).record()
        assert (leaf.actor, "signed_in" in leaf.refs) == ("wang", False)
        assert METHODS["me"](desk, {"who": signed})["signed_in"]
        assert METHODS["person"](desk, {"person": "zhang"})["history"][0]["signed_in"] == "password"
    finally:
        desk.close()


def test_standing_after_a_rebuild_is_the_one_before(home: Path) -> None:
    given = asked(home, "give_role", person="li", role="viewer", node="A")["grant"]
    asked(home, "end_role", grant=given, until="2026-12-31")
    asked(home, "amend_person", person="mei", closed=True)
    before = [asked(home, "persons"), asked(home, "person", person="li")]
    assert asked(home, "rebuild")["same"]
    assert [asked(home, "persons"), asked(home, "person", person="li")] == before


def test_the_folder_itself_is_opened_to_whom_the_table_lets_at_it(home: Path) -> None:
    asked(home, "give_role", person="li", role="auditor")
    allowed = {
        (person, command)
        for person in ("wang", "ann", "li", "mei")
        for command in ("audit", "backup", "recover")
        if is_let(home, person, command)
    }
    assert allowed == {("wang", "audit"), ("wang", "backup"), ("wang", "recover"), ("li", "audit")}


def is_let(home: Path, person: str, command: str) -> bool:
    try:
        return asked(home, "let_at_folder", actor=person, command=command) == {}
    except Forbidden:
        return False


def test_every_role_can_be_given(home: Path) -> None:
    for role in ROLES:
        asked(home, "give_role", person="li", role=role, node="B", actor="bo")
    desk = at_desk(home)
    try:
        assert {one.role for one in standing_of(desk).grants if one.person == "li"} == set(ROLES)
    finally:
        desk.close()
