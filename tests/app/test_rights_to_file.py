"""Who may file what: each row needs its right where it tells of somebody, and nobody reaches more by what they file."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from filing_roles import manned
from homes import TITLES, at_desk, copied, submission
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owning_homes import TITLES as LINKS
from owning_homes import holding, owning, register

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.app.standing import reach, standing_of
from hengjian.app.submission import Submission
from hengjian.app.submit import enter_group
from hengjian.app.writer import Writer
from hengjian.model.issue import CellPlace, Forbidden, Refused
from hengjian.people import Action, Actor


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return manned(tmp_path_factory.mktemp("manned") / "home")


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = at_desk(copied(template, tmp_path / "home"))
    yield desk
    desk.close()


def figures(*entities: str) -> str:
    return TITLES + "".join(f"{one},total_assets,2025-Q4,{at + 1}\n" for at, one in enumerate(entities))


def links(*rows: str) -> str:
    return "link,from,to,valid_from\n" + "".join(f"{row}\n" for row in rows)


def submitted(desk: Desk, *texts: str, actor: str, **more: Any) -> dict[str, Any]:
    """The receipt, through the writer's group and through nothing else."""
    (outcome,) = enter_group(desk, [Submission.of(submission(*texts, actor=actor, **more))])
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def denied(desk: Desk, *texts: str, kind: type[Refused] = Forbidden, **more: Any) -> list[tuple[object, ...]]:
    """Row, column and message of each fault; nothing was entered, and a trial says the same."""
    before = desk.log.size
    with pytest.raises(kind) as caught:
        submitted(desk, *texts, **more)
    assert desk.log.size == before
    assert type(caught.value) is kind
    tried = METHODS["trial"](desk, submission(*texts, **more))["faults"]
    assert [one["message"] for one in tried] == [one.message for one in caught.value.issues]
    told = []
    for issue in caught.value.issues:
        assert issue.hint
        place = issue.place
        told.append((*((place.row, place.column) if isinstance(place, CellPlace) else (None, None)), issue.message))
    return told


def test_a_figure_needs_the_right_to_submit_where_it_is(desk: Desk) -> None:
    assert submitted(desk, figures("A", "A1"), actor="rep")["actor"] == "rep"
    assert denied(desk, figures("A", "A1"), actor="vic") == [(None, None, "vic may not submit")]
    assert denied(desk, figures("A1", "A"), actor="low", kind=Refused) == [(3, 1, "no entity 'A' is registered")]


def test_somebody_out_of_sight_is_as_one_who_is_not_there(desk: Desk) -> None:
    (told,) = denied(desk, figures("B"), actor="rep", kind=Refused)
    (nobody,) = denied(desk, figures("NOBODY"), actor="rep", kind=Refused)
    assert told == (2, 1, "no entity 'B' is registered")
    assert nobody == (2, 1, "no entity 'NOBODY' is registered")
    with pytest.raises(Refused) as caught:
        submitted(desk, figures("B Ltd"), actor="rep")
    assert caught.value.issues[0].hint == "register it first with the form entities", "its name helps nobody"
    with pytest.raises(Refused) as caught:
        submitted(desk, figures("A1 Ltd"), actor="rep")
    assert caught.value.issues[0].hint == "that is the name of A1: write A1"


def test_all_that_may_not_be_filed_is_told_at_once_with_its_cells(desk: Desk) -> None:
    METHODS["give_role"](desk, {"person": "low", "role": "viewer", "node": "A", "actor": "wang"})
    assert denied(desk, figures("A1", "A"), figures("A"), actor="low") == [(3, 4, "low may not submit at 'A'")]
    METHODS["give_role"](desk, {"person": "low", "role": "viewer", "node": "B", "actor": "wang"})
    assert denied(desk, figures("A1", "A"), figures("B"), actor="low") == [
        (3, 4, "low may not submit at 'A'"), (2, 4, "low may not submit at 'B'"),
    ]  # fmt: skip
    wrong = figures("A") + "A1,nonsense,2025-Q4,1\n"
    assert [one[2] for one in denied(desk, wrong, figures("B"), actor="low", kind=Refused)] == [
        "no measure is called 'nonsense'", "low may not submit at 'B'",
    ]  # fmt: skip


def test_what_was_known_earlier_is_for_archivists(desk: Desk) -> None:
    assert denied(desk, figures("A"), actor="rep", known_from="2026-01-31") == [(2, 4, "rep may not archive at 'A'")]
    column = "entity,measure,period,value,known_from\nA,total_assets,2025-Q4,1,\nA1,total_assets,2025-Q4,1,2026-01-31\n"
    assert denied(desk, column, actor="rep") == [(3, 4, "rep may not archive at 'A1'")]
    assert submitted(desk, column, actor="arc")["observations"] == 2
    assert submitted(desk, figures("A"), actor="arc", known_from="2026-01-31")["observations"] == 1


def test_entities_and_links_are_for_those_who_register(desk: Desk) -> None:
    row = "entity,type,name\nA1,enterprise,A one\n"
    assert denied(desk, row, actor="rep", form="entities") == [(2, 1, "rep may not register at 'A1'")]
    for one in ("off", "ann", "low"):
        assert submitted(desk, row, actor=one, form="entities")["actor"] == one
    told = denied(desk, links("owns,A,A1,"), actor="rep", form="links")
    assert told == [(2, 1, "rep may not register at 'A1'")]
    assert submitted(desk, f"{LINKS}\n" + holding("A", "A1", "60%"), actor="off", form="links")["observations"] == 1


def test_a_link_is_registered_at_its_lower_end(desk: Desk) -> None:
    """B is a stranger to officers of A: nobody pulls one into their reach, by whichever tree; nor is B named."""
    METHODS["give_role"](desk, {"person": "off", "role": "viewer", "node": "B", "actor": "wang"})
    assert denied(desk, links("parent,B,A,"), actor="off", form="links") == [(2, 1, "off may not register at 'B'")]
    pulled = f"{LINKS}\n" + holding("A", "B", "60%")
    assert denied(desk, pulled, actor="off", form="links") == [(2, 1, "off may not register at 'B'")]
    assert submitted(desk, links("parent,A1,B,2026-03-01"), actor="off", form="links")["observations"] == 1
    assert "A1" in reach(desk, Actor(name="bo", person="bo"), "see"), "who gives somebody away may"


def test_what_stands_between_two_is_changed_by_who_registers_both(desk: Desk) -> None:
    """Who is supervised does not step out of their supervisors' sight: low is an officer of A1, which A holds."""
    submitted(desk, f"{LINKS}\n" + holding("A", "A1", "60%"), actor="top", form="links")
    METHODS["give_role"](desk, {"person": "low", "role": "viewer", "node": "A", "actor": "wang"})
    same = f"{LINKS}\n" + holding("A", "A1", "0.60")
    assert submitted(desk, same, actor="low", form="links")["observations"] == 1, "nothing changes"
    both = [(2, 1, "low may not register at 'A'")]
    others = (
        holding("A", "A1", "10%"), holding("A", "A1", 0), holding("A", "A1", "60%", kind="nominee", since="2026-03-31"),
        holding("A", "A1", 0, since="2026-06-01"), holding("A", "A1", "60%", voting=0),
    )  # fmt: skip
    for row in others:
        assert denied(desk, f"{LINKS}\n{row}", actor="low", form="links") == both, row
    past = f"{LINKS}\n" + holding("A", "A1", "10%", since="2020-01-01", until="2021-01-01")
    assert submitted(desk, past, actor="low", form="links")["observations"] == 1, "roles reach as of today"
    assert submitted(desk, f"{LINKS}\n" + holding("A", "A1", 0), actor="off", form="links")["observations"] == 1


def test_a_new_entity_stands_below_a_node_of_who_registers_it(desk: Desk) -> None:
    alone = register("NEW")
    words = "may not register 'NEW', which stands below no node of theirs"
    for one in ("off", "ann", "rep"):
        assert denied(desk, alone, actor=one, form="entities") == [(2, 1, f"{one} {words}")]
    assert submitted(desk, alone, actor="top", form="entities")["observations"] == 1

    def both(entity: str, link: str) -> dict[str, Any]:
        question = submission(register(entity), link, form="entities", actor="off")
        question["files"][1]["form"] = "links"
        return question

    answer = METHODS["submit"](desk, both("A2", links("parent,A2,A,")))
    assert [one["observations"] for one in answer["filings"]] == [1, 1]
    assert [desk.log.entry(one["entry"]).record().form for one in answer["filings"]] == ["entities", "links"]
    assert "A2" in reach(desk, Actor(name="off", person="off"), "register")
    for link in (links("parent,A2,A3,"), links("parent,A3,A,2026-04-01"), f"{LINKS}\n" + holding("A", "A3", "10%")):
        with pytest.raises(Forbidden) as caught:
            METHODS["submit"](desk, both("A3", link))
        assert "off may not register 'A3', which stands below no node of theirs" in [
            one.message for one in caught.value.issues
        ], link


def test_an_id_of_somebody_out_of_sight_is_not_told_to_who_could_not_register_it(desk: Desk) -> None:
    told = denied(desk, register("B"), actor="off", form="entities")
    assert told == [(2, 1, "off may not register 'B', which stands below no node of theirs")], "as one that is new"
    question = submission(register("Ｂ"), links("parent,Ｂ,A,"), form="entities", actor="off")
    question["files"][1]["form"] = "links"
    with pytest.raises(Forbidden) as caught:
        METHODS["submit"](desk, question)
    assert [(one.message, one.hint) for one in caught.value.issues] == [
        ("'Ｂ' cannot be its id", "give it another id of its own")
    ]


def test_nobody_reaches_more_by_owning_what_owns(desk: Desk) -> None:
    """A1 controls B, which off sees and does not administer. off has a role in A by ownership: A may hold more of A1,
    which is off's by the organisation, and so would reach B."""
    submitted(desk, f"{LINKS}\n" + holding("A1", "B", "90%"), actor="top", form="links")
    METHODS["give_role"](desk, {"person": "off", "role": "officer", "node": "A", "tree": "owns", "actor": "wang"})
    grown = "off would reach others by this row, who are not theirs to look after"
    for since in ("", "2026-04-01", "2030-01-01"):
        told = denied(desk, f"{LINKS}\n" + holding("A", "A1", "80%", since=since), actor="off", form="links")
        assert told == [(2, 1, grown)], since
    assert submitted(desk, f"{LINKS}\n" + holding("A", "A1", "80%"), actor="top", form="links")["observations"] == 1


def test_warnings_do_not_name_who_is_out_of_sight(desk: Desk) -> None:
    """B, whom off does not see, holds half of A1; off registers more of it than is left."""
    submitted(desk, f"{LINKS}\n" + holding("B", "A1", "50%"), actor="top", form="links")
    told = denied(desk, f"{LINKS}\n" + holding("A", "A1", "80%"), actor="off", form="links", kind=Refused)
    assert told == [(2, None, "what others state, whom you do not see, does not fit together with this row")]
    with pytest.raises(Refused) as caught:
        submitted(desk, f"{LINKS}\n" + holding("A", "A1", "80%"), actor="top", form="links")
    assert "A 80%, B 50%" in caught.value.issues[0].message
    answer = submitted(desk, f"{LINKS}\n" + holding("A", "A1", "20%"), actor="off", form="links")
    assert "B" not in str(answer["warnings"]), answer


def test_a_repeat_is_for_who_filed_it(desk: Desk) -> None:
    METHODS["enrol"](desk, {"person": "rep2", "name": "rep2", "actor": "wang"})
    METHODS["give_role"](desk, {"person": "rep2", "role": "reporter", "node": "A", "actor": "wang"})
    first = submitted(desk, figures("A"), actor="rep", key="K1")
    assert submitted(desk, figures("A"), actor="rep", key="K1")["repeated"]
    (told,) = denied(desk, figures("A"), actor="rep2", key="K1", kind=Refused)
    assert told == (None, None, "somebody else used the key 'K1'")
    (own,) = denied(desk, figures("A1"), actor="rep", key="K1", kind=Refused)
    assert own[2] == f"the key 'K1' was used for another submission: {first['filing']}"


def test_an_entry_says_who_and_how_they_showed_it(desk: Desk) -> None:
    """A label beside a resolved actor changes nothing, through whichever door."""
    who = Actor(name="rep", person="rep", proof="password")
    answer = submitted(desk, figures("A"), actor="wang", who=who)
    leaf = desk.log.entry(answer["entry"]).record()
    assert (leaf.actor, leaf.refs["signed_in"]) == ("rep", "password")
    writer = Writer(desk, METHODS)
    try:
        answer = writer.ask("submit", submission(figures("A1"), actor="wang", who=who))
        with pytest.raises(Refused):
            writer.ask("submit", submission(figures("B"), actor="wang", who=who))
        framed = submission(figures("B"), actor="rep") | {"who": {"name": "wang", "person": None}}
        with pytest.raises(Refused):
            writer.ask("submit", framed)
    finally:
        writer.close()
    assert desk.log.entry(answer["entry"]).record().actor == "rep"
    submitted(desk, figures("A1", "A"), actor="rep")
    assert "signed_in" not in desk.log.entry(desk.log.size - 1).record().refs, "taken at their word"


def test_a_token_files_within_its_scope(desk: Desk) -> None:
    only_sees = Actor(name="rep", person="rep", proof="token", scope=frozenset({"see"}))
    assert denied(desk, figures("A"), actor="", who=only_sees) == [(None, None, "rep may not submit")]


def test_a_group_is_let_in_one_by_one(desk: Desk) -> None:
    """Of what comes together each is judged by itself: some are refused, the others entered."""
    asked = [("rep", "A"), ("rep", "B"), ("vic", "A1"), ("top", "B"), ("nobody", "A")]
    outcomes = enter_group(desk, [Submission.of(submission(figures(one), actor=actor)) for actor, one in asked])
    assert [isinstance(one, Mapping) for one in outcomes] == [True, False, False, True, False]
    assert [str(one).splitlines()[0].partition(": ")[2] for one in outcomes[1:2]] == ["no entity 'B' is registered"]


NODES = ("A", "B", "C", "D", "E")
ACTIONS: tuple[Action, ...] = get_args(Action)
DAYS = ("", "2026-01-01", "2026-05-01")
SHARES = ("0", "10%", "30%", "60%", "90%")
pair = st.lists(st.sampled_from(NODES), min_size=2, max_size=2, unique=True)
parent = st.builds(lambda ends, day: f"parent,{ends[0]},{ends[1]},{day},,,,,\n", pair, st.sampled_from(DAYS))
share = st.builds(
    lambda ends, day, many: holding(*ends, many, since=day), pair, st.sampled_from(DAYS), st.sampled_from(SHARES)
)
rows = st.lists(parent | share, max_size=6)
roles = st.lists(
    st.tuples(
        st.sampled_from(("officer", "administrator", "reporter", "viewer", "auditor")), st.sampled_from(NODES),
        st.sampled_from(("parent", "owns")),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = owning(tmp_path_factory.mktemp("plain") / "home", " ".join(NODES))
    desk = at_desk(home)
    METHODS["enrol"](desk, {"person": "me", "name": "me", "actor": "local:root"})
    desk.close()
    return home


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=rows, held=roles, filed=st.lists(rows.filter(bool), min_size=1, max_size=2), fresh=st.booleans())
def test_nobody_reaches_more_by_their_own_filing(
    plain: Path, tmp_path_factory: pytest.TempPathFactory, before: list[str], held: list[tuple[str, str, str]],
    filed: list[list[str]], fresh: bool,
) -> None:  # fmt: skip
    """In any organisation, by any submission, on any day to come: no entity that was registered before is gained."""
    desk = at_desk(copied(plain, tmp_path_factory.mktemp("any") / "home"))
    try:
        for row in before:  # what does not fit together is left out
            enter_group(desk, [Submission.of(submission(f"{LINKS}\n{row}", form="links", actor="local:root"))])
        for role, node, tree in held:
            METHODS["give_role"](desk, {
                "person": "me", "role": role, "node": node, "tree": tree, "actor": "local:root", "since": "2026-01-01",
            })  # fmt: skip
        known = set(desk.entity_types())
        for some in filed:
            then = _reaches(desk)
            texts = [f"{LINKS}\n" + "".join(some)]
            question = submission(*texts, form="links", actor="me")
            if fresh:
                more = f"{LINKS}\nparent,N,{held[0][1]},,,,,,\n" + "".join(some)
                question = submission(register("N"), more, form="entities", actor="me")
                question["files"][1]["form"] = "links"
            enter_group(desk, [Submission.of(question)])
            now = _reaches(desk)
            for key, reached in now.items():
                assert not (reached & known) - then[key], key
    finally:
        desk.close()


def _reaches(desk: Desk) -> dict[tuple[str, Action], frozenset[str]]:
    """Whom `me` reaches today and on days to come."""
    me = Actor(name="me", person="me")
    standing = standing_of(desk)
    days = (desk.config.current_day(), date(2026, 5, 1), date(2027, 1, 1))
    return {
        (day.isoformat(), action): standing.reach(me, action, day).members or frozenset()
        for day in days for action in ACTIONS
    }  # fmt: skip
