"""The two-person rule: what one person files or asks another one approves, wholly or not at all."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filing_roles import with_roles
from homes import TINY, TITLES, asked, at_desk, copied, filed, made, submission, write_pack
from owning_homes import register
from warned_homes import set_today

from hengjian.app.accountentries import enter_change
from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.app.proposed import pack_proposal, record_in
from hengjian.app.submission import File
from hengjian.ledger.canonical import parse
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure, Forbidden, Refused, refuse
from hengjian.people import EVERYTHING, Actor, Reach

FORM = """\
balance:
  label: {zh: 资产负债快报, en: Flash balance}
  type: enterprise
  frequency: quarter
  two_persons: "true"
  sheets:
    - wide:
        - {is: entity, title: {zh: 企业, en: Enterprise}}
        - {is: period, title: {zh: 期间, en: Period}}
        - {measure: total_assets}
        - {measure: total_liabilities}
"""
CHECK = """\
solvent:
  label: {zh: 负债不超过资产, en: no more debt than assets}
  type: enterprise
  holds: total_liabilities <= total_assets
  severity: error
  source: by hand
  message: {zh: "负债 {total_liabilities} 超过", en: "debt {total_liabilities} over"}
"""
HEADER = TINY["pack.yaml"]
TWO = {
    **TINY, "forms/balance.yaml": FORM, "checks.yaml": CHECK,
    "pack.yaml": f"{HEADER}two_persons: [give_role, upgrade]\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """D has the branches A, with A1, and B. To be copied."""
    folder = tmp_path_factory.mktemp("two")
    pack = write_pack(folder / "pack", {**TINY, "forms/balance.yaml": FORM, "checks.yaml": CHECK})
    home = made(folder / "home", pack)
    set_today(home, "2026-03-31")
    filed(home, register("D", "A", "A1", "B"), form="entities")
    filed(home, "link,from,to\nparent,A,D\nparent,B,D\nparent,A1,A\n", form="links")
    asked(home, "enrol", person="wang", name="王五")
    asked(home, "give_role", person="wang", role="administrator")
    return with_roles(home)


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return copied(template, tmp_path / "home")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


def balance(entity: str = "A", assets: object = 100, debts: object = 40) -> str:
    return f"企业,期间,资产总计,负债合计\n{entity},2025-Q4,{assets},{debts}\n"


def proposed(desk: Desk, *texts: str, actor: str = "rep", form: str = "balance", **more: Any) -> dict[str, Any]:
    return METHODS["submit"](desk, submission(*(texts or (balance(),)), form=form, actor=actor, **more))


def decided(desk: Desk, name: str, actor: str, *, approve: bool = True, note: str = "") -> dict[str, Any]:
    return METHODS["decide"](desk, {"proposal": name, "approve": approve, "note": note, "actor": actor})


def refused(desk: Desk, method: str, kind: type[Refused] = Refused, **question: Any) -> list[str]:
    before = desk.log.size
    with pytest.raises(kind) as caught:
        METHODS[method](desk, question)
    assert type(caught.value) is kind
    assert desk.log.size == before
    return [one.message for one in caught.value.issues]


def assets(desk: Desk, entity: str = "A") -> list[float]:
    answer = METHODS["show"](desk, {"entity": entity, "indicators": ["total_assets"], "actor": "top"})
    return [one["value"] for one in answer["values"] if one["value"] is not None]


def states(desk: Desk, actor: str) -> list[tuple[str, str]]:
    answer = METHODS["proposals"](desk, {"actor": actor})
    return [(one["proposal"], one["state"]) for one in answer["proposals"]]


def test_what_one_person_files_another_one_approves(desk: Desk) -> None:
    first = proposed(desk)
    name = first["proposal"]
    assert (first["state"], first["repeated"], first["actor"]) == ("open", False, "rep")
    assert name == f"P{first['entry']:06d}"
    assert assets(desk) == [], "nothing reaches the tables"
    assert METHODS["filings"](desk, {"actor": "top", "form": "balance"})["count"] == 0
    leaf = desk.log.entry(first["entry"]).record()
    assert (leaf.kind, leaf.form, leaf.actor, leaf.row_count) == ("proposal", "balance", "rep", 0)

    answer = decided(desk, name, "rev")
    assert (answer["state"], answer["repeated"]) == ("approved", False)
    (filing,) = answer["filings"]
    assert assets(desk) == [100]
    entry = int(filing[1:])
    leaf = desk.log.entry(entry).record()
    assert (leaf.kind, leaf.actor) == ("filing", "rep")
    assert {key: leaf.refs[key] for key in ("proposal", "proposed_by", "approved_by")} == {
        "proposal": first["entry"], "proposed_by": "rep", "approved_by": "rev",
    }  # fmt: skip
    evidence = desk.log.evidence(entry)
    assert evidence is not None
    assert evidence.blob.decode() == balance(), "the very same bytes"
    assert desk.log.entry(answer["entry"]).record().actor == "rev"
    assert answer["entry"] == entry + 1
    assert states(desk, "rep") == [(name, "approved")]


def test_deciding_twice_is_told_once(desk: Desk) -> None:
    name = proposed(desk)["proposal"]
    first = decided(desk, name, "rev")
    size = desk.log.size
    again = decided(desk, name, "rev")
    assert again == {**first, "repeated": True}
    assert desk.log.size == size
    assert refused(desk, "decide", proposal=name, approve=True, actor="off") == [f"{name} is approved already"]
    assert refused(desk, "decide", proposal=name, approve=False, note="x", actor="rev") == [
        f"{name} is approved already"
    ]
    repeat = proposed(desk)
    assert (repeat["filing"], repeat["repeated"]) == (first["filings"][0], True), "a retry finds the filing"


def test_proposing_the_same_again_is_told_of_the_first(desk: Desk) -> None:
    first = proposed(desk)
    assert proposed(desk) == {**first, "repeated": True}
    assert decided(desk, first["proposal"], "rev", approve=False, note="看不清")["state"] == "rejected"
    second = proposed(desk)
    assert (second["proposal"] != first["proposal"], second["state"]) == (True, "open"), "it may be proposed anew"
    keyed = proposed(desk, balance("A1"), key="K")
    assert proposed(desk, balance("A1"), key="K") == {**keyed, "repeated": True}
    told = refused(desk, "submit", **submission(balance("A1", 70), form="balance", actor="rep", key="K"))
    assert told == ["the key of this proposal was used for another one"]


def test_who_proposed_does_not_decide_whatever_their_roles(desk: Desk) -> None:
    name = proposed(desk, actor="off")["proposal"]
    assert refused(desk, "decide", Forbidden, proposal=name, approve=True, actor="off") == [
        f"nobody approves what they proposed: {name} is of off"
    ]
    assert refused(desk, "decide", Forbidden, proposal=name, approve=False, withdraw=True, note="x", actor="rev") == [
        f"only who proposed {name} takes it back"
    ]
    assert decided(desk, name, "off", approve=False)["state"] == "withdrawn"
    assert refused(desk, "decide", proposal=name, approve=True, actor="rev") == [f"{name} is withdrawn already"]
    own = proposed(desk, balance("A1"), actor="local:root")["proposal"]
    for label in ("local:root", "local:other", "tester"[:0]):
        assert refused(desk, "decide", Forbidden, proposal=own, approve=True, actor=label), "the operator is one"
    assert decided(desk, own, "rev")["state"] == "approved"
    mine = proposed(desk, balance("B"), actor="top")["proposal"]
    assert decided(desk, mine, "local:root")["state"] == "approved", "the operator is another person than top"


def test_only_who_may_approve_all_of_it_decides(desk: Desk) -> None:
    name = proposed(desk)["proposal"]
    assert refused(desk, "decide", Forbidden, proposal=name, approve=True, actor="vic") == [
        "vic may not approve at 'A'"
    ]
    wide = proposed(desk, balance() + "B,2025-Q4,5,1\n", actor="top")["proposal"]
    for one in ("rev", "low", "bo", "off"):
        if one != "bo":
            assert refused(desk, "decide", proposal=wide, approve=True, actor=one) == [
                f"no proposal is called {wide!r}"
            ]
    assert [one for one, _ in states(desk, "rev")] == [name], "what names others is not seen"
    assert states(desk, "low") == []
    assert refused(desk, "proposal", proposal=wide, actor="rev") == [f"no proposal is called {wide!r}"]
    assert refused(desk, "proposal", proposal="P999999", actor="rev") == ["no proposal is called 'P999999'"]
    METHODS["give_role"](desk, {"person": "rev", "role": "viewer", "node": "B", "actor": "local:root"})
    assert refused(desk, "decide", Forbidden, proposal=wide, approve=True, actor="rev") == [
        "rev may not approve at 'B'"
    ]
    assert refused(desk, "decide", Forbidden, proposal=wide, approve=False, note="no", actor="rev")


def test_the_rights_of_both_are_those_of_today(desk: Desk) -> None:
    name = proposed(desk)["proposal"]
    (grant,) = METHODS["person"](desk, {"person": "rep", "actor": "wang"})["roles"]
    METHODS["end_role"](desk, {"grant": grant["grant"], "actor": "wang"})
    assert refused(desk, "decide", Forbidden, proposal=name, approve=True, actor="rev") == ["rep may not submit"]
    METHODS["give_role"](desk, {"person": "rep", "role": "reporter", "node": "A1", "actor": "wang"})
    assert refused(desk, "decide", proposal=name, approve=True, actor="rev") == ["no entity 'A' is registered"]
    METHODS["amend_person"](desk, {"person": "rep", "closed": True, "actor": "wang"})
    assert refused(desk, "decide", Forbidden, proposal=name, approve=True, actor="rev") == [
        "rep may not sign in: closed"
    ]
    assert states(desk, "rev") == [(name, "open")]
    assert decided(desk, name, "rev", approve=False, note="已离职")["state"] == "rejected"


def test_who_lost_their_role_is_not_told_what_stands(desk: Desk) -> None:
    name = proposed(desk)["proposal"]
    decided(desk, proposed(desk, balance(assets=90), actor="rep")["proposal"], "rev")
    cells = METHODS["proposal"](desk, {"proposal": name, "actor": "rep"})["cells"]
    assert [one["held"] for one in cells] == [90, 40]
    (grant,) = METHODS["person"](desk, {"person": "rep", "actor": "wang"})["roles"]
    METHODS["end_role"](desk, {"grant": grant["grant"], "actor": "wang"})
    cells = METHODS["proposal"](desk, {"proposal": name, "actor": "rep"})["cells"]
    assert [(one["value"], one["held"]) for one in cells] == [(100, None), (40, None)]


OTHERS = "what others state, whom you do not see, does not fit together with this row"


def test_a_proposal_is_read_as_its_proposer_and_told_as_its_reader_sees(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, wide = proposed(desk)["proposal"], proposed(desk, balance("A1"), actor="top")["proposal"]
    sights: list[Reach] = []

    def faulty(desk: Desk, submission: object) -> None:
        sights.append(desk.sight)
        raise refuse("that is the name of A1 and B", "write one of them")

    monkeypatch.setattr("hengjian.app.proposals.read_files", faulty)
    (whole,) = METHODS["proposal"](desk, {"proposal": name, "actor": "top"})["faults"]
    assert whole["message"] == "that is the name of A1 and B"
    (cut,) = METHODS["proposal"](desk, {"proposal": name, "actor": "rev"})["faults"]
    assert cut == {**whole, "message": OTHERS, "hint": "ask who administers both; the row may be right"}
    METHODS["proposal"](desk, {"proposal": wide, "actor": "rev"})
    assert sights == [Reach(frozenset({"A", "A1"})), Reach(frozenset({"A", "A1"})), EVERYTHING]


def test_warnings_of_a_proposal_name_nobody_whom_its_reader_does_not_see(desk: Desk, tmp_path: Path) -> None:
    check = CHECK.replace("error", "warning").replace("超过", "超过 B 的")
    header = HEADER.replace("0.1.0", "0.9.0")
    pack = write_pack(
        tmp_path / "warns", {**TINY, "forms/balance.yaml": FORM, "checks.yaml": check, "pack.yaml": header}
    )
    METHODS["upgrade"](desk, {"pack": str(pack), "actor": "local:root"})
    name = proposed(desk, balance(debts=400), actor="top")["proposal"]
    (whole,) = METHODS["proposal"](desk, {"proposal": name, "actor": "top"})["warnings"]
    assert "超过 B 的" in whole["message"]
    (cut,) = METHODS["proposal"](desk, {"proposal": name, "actor": "rev"})["warnings"]
    assert cut == {**whole, "message": OTHERS, "hint": "ask who administers both; the row may be right"}


def test_a_token_takes_back_what_it_could_have_proposed(desk: Desk) -> None:
    name = proposed(desk)["proposal"]
    for scope in (["see"], ["see", "submit"]):
        asked = {"person": "rep", "label": "x", "scope": scope, "days": 1, "actor": "local:test"}
        token = METHODS["issue_token"](desk, asked)["token"]
        if "submit" in scope:
            assert METHODS["decide"](desk, {"proposal": name, "approve": False, "token": token})["state"] == "withdrawn"
        else:
            told = refused(desk, "decide", Forbidden, proposal=name, approve=False, token=token)
            assert told == ["this token takes back no proposal of rep"]


def test_faults_are_told_when_it_is_proposed_and_looked_for_again_when_it_is_approved(desk: Desk) -> None:
    told = refused(desk, "submit", **submission(balance("A", 10, 40), form="balance", actor="rep"))
    assert told[0].startswith("A 2025-Q4: 负债 40 超过")
    only_debts = "企业,期间,资产总计,负债合计\nA,2025-Q4,,40\n"
    name = proposed(desk, only_debts)["proposal"]
    small = proposed(desk, "企业,期间,资产总计,负债合计\nA,2025-Q4,10,\n")["proposal"]
    decided(desk, small, "rev")
    assert refused(desk, "decide", proposal=name, approve=True, actor="rev")[0].startswith("A 2025-Q4: 负债 40 超过")
    assert refused(desk, "decide", proposal=name, approve=False, actor="rev") == ["a rejection needs a note"]
    assert refused(desk, "decide", proposal=name, approve=False, note="长" * 4_001, actor="rev") == [
        "the note has 4001 characters, at most 4000 are kept"
    ]


def test_no_other_form_is_a_way_around(desk: Desk) -> None:
    """The figures of a form that asks for two persons are proposed by whatever form they come."""
    lines = f"{TITLES}A,total_assets,2025-Q4,100\n"
    name = proposed(desk, lines, form="observations")["proposal"]
    assert METHODS["trial"](desk, submission(f"{TITLES}A,total_assets,2025-Q4,9\n", actor="rep"))["two_persons"] is True
    free = proposed(desk, f"{TITLES}A,net_profit,2025-Q4,100\n", form="observations")
    assert "filing" in free
    assert decided(desk, name, "rev")["state"] == "approved"
    assert assets(desk) == [100]


def test_a_space_without_persons_files_at_once(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "pack", {**TINY, "forms/balance.yaml": FORM})
    home = made(tmp_path / "home", pack)
    assert "filing" in filed(home, balance("E1"), form="balance")


def test_a_proposal_tells_what_it_states(desk: Desk) -> None:
    proposed(desk, balance("A", 90))
    name = proposed(desk, balance("A", 100))["proposal"]
    decided(desk, "P" + f"{int(name[1:]) - 1:06d}", "rev")
    told = METHODS["proposal"](desk, {"proposal": name, "actor": "rev"})
    assert [(one["measure"], one["value"], one["held"]) for one in told["cells"]] == [
        ("total_assets", 100, 90), ("total_liabilities", 40, 40),
    ]  # fmt: skip
    assert (told["may_decide"], told["may_withdraw"], told["own"]) == (True, False, False)
    assert [(one["state"], one["actor"]) for one in told["history"]] == [("open", "rep")]
    assert (told["rows"], told["faults"], told["files"][0]["name"]) == (2, [], "filing.csv")
    mine = METHODS["proposal"](desk, {"proposal": name, "actor": "rep"})
    assert (mine["may_decide"], mine["may_withdraw"]) == (False, True)
    assert not {"person", "key"} & mine.keys()


def test_a_proposal_is_the_same_after_a_rebuild(home: Path, desk: Desk) -> None:
    one = proposed(desk)["proposal"]
    proposed(desk, balance("A1"))
    decided(desk, one, "rev")
    before = METHODS["proposals"](desk, {"actor": "top"})
    assert METHODS["rebuild"](desk, {"actor": "wang"})["same"]
    assert METHODS["proposals"](desk, {"actor": "top"}) == before


def test_the_same_proposal_is_the_same_bytes() -> None:
    """A zip of stored members, by hand: its hash does not depend on the machine."""
    file = pack_proposal({"b": 1, "a": "企"}, [File(name="x.csv", data=b"1,2\n")])
    assert (
        hashlib.sha256(file).hexdigest()
        == hashlib.sha256(pack_proposal({"a": "企", "b": 1}, [File(name="y.csv", data=b"1,2\n")])).hexdigest()
    )
    assert parse(record_in(file)) == {"a": "企", "b": 1}


@pytest.mark.parametrize("fails", ["append", "publish", "stage"])
def test_a_failure_leaves_an_open_proposal_or_the_whole_filing(
    home: Path, desk: Desk, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The filing and the decision are one commit: whatever ends the process, both are there or neither."""
    name = proposed(desk)["proposal"]
    size = desk.log.size

    def broken(*_: object) -> None:
        raise Failure("the disk is full", "free some space")

    with monkeypatch.context() as patch:
        target = {"append": (desk.log._journal, "append"), "publish": (Log, "publish"),
                  "stage": (type(desk.store), "note_event")}[fails]  # fmt: skip
        patch.setattr(*target, broken)
        with pytest.raises(Failure):
            decided(desk, name, "rev")
    shutil.copytree(home, home.with_name("after"))  # what a killed process leaves
    after = at_desk(home.with_name("after"))
    try:
        kinds = [entry.record().kind for entry in after.log.entries(size)]
        assert kinds == (["filing", "proposal"] if fails == "publish" else [])
        assert states(after, "rep") == [(name, "approved" if kinds else "open")]
        assert assets(after) == ([100] if kinds else [])
        answer = decided(after, name, "rev")
        assert (answer["state"], answer["repeated"]) == ("approved", bool(kinds))
        assert assets(after) == [100]
        assert [entry.record().kind for entry in after.log.entries(size)] == ["filing", "proposal"]
    finally:
        after.close()


def test_what_was_filed_meanwhile_is_not_entered_twice(desk: Desk) -> None:
    """By the very key: while the same form asked for no second person."""
    name = proposed(desk, key="K")["proposal"]
    filed_first = submission(balance(), form="balance", actor="rep", key="K")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hengjian.app.submit.needs_two", lambda *_: False)
        assert "filing" in METHODS["submit"](desk, filed_first)
    assert refused(desk, "decide", proposal=name, approve=True, actor="rev") == [
        f"what {name} states was filed already"
    ]


def test_what_is_lost_of_a_proposal_cannot_be_entered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = proposed(desk)["proposal"]
    monkeypatch.setattr(type(desk.log), "evidence", lambda *_: None)
    told = refused(desk, "decide", proposal=name, approve=True, actor="rev")
    assert told == [f"what {name} states is not held any more"]


@pytest.fixture
def strict(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A space whose pack asks two persons for roles and for packs."""
    home = copied(template, tmp_path / "strict")
    pack = write_pack(tmp_path / "newer", {**TWO, "pack.yaml": TWO["pack.yaml"].replace("0.1.0", "0.2.0")})
    asked(home, "upgrade", pack=str(pack))
    asked(home, "enrol", person="li", name="李")
    desk = at_desk(home)
    question = {"person": "li", "role": "administrator", "actor": "wang"}
    name = METHODS["give_role"](desk, question)["proposal"]
    METHODS["decide"](desk, {"proposal": name, "approve": True, "actor": "local:root"})
    yield desk
    desk.close()


def test_the_first_administrator_is_made_by_the_operator_alone(tmp_path: Path) -> None:
    home = made(tmp_path / "home", write_pack(tmp_path / "pack", TWO))
    for person in ("wang", "li"):
        asked(home, "enrol", person=person, name=person)
    assert "proposal" not in asked(home, "give_role", person="li", role="viewer"), "nobody could approve it"
    assert "proposal" not in asked(home, "give_role", person="wang", role="administrator")
    second = asked(home, "give_role", person="li", role="administrator")["proposal"]
    assert asked(home, "decide", proposal=second, approve=True, actor="wang")["state"] == "approved"


def test_roles_are_given_by_two(strict: Desk) -> None:
    question = {"person": "vic", "role": "reporter", "node": "A1"}
    answer = METHODS["give_role"](strict, {**question, "actor": "wang"})
    name = answer["proposal"]
    assert answer["state"] == "open"
    assert METHODS["give_role"](strict, {**question, "actor": "wang"}) == {**answer, "repeated": True}
    assert "A1" not in str(METHODS["me"](strict, {"actor": "vic"})["roles"])
    assert refused(strict, "decide", Forbidden, proposal=name, approve=True, actor="wang")
    assert refused(strict, "decide", proposal=name, approve=True, actor="off") == [f"no proposal is called {name!r}"]
    done = decided(strict, name, "li")
    assert (done["state"], done["result"]["role"]) == ("approved", "reporter")
    assert [one["node"] for one in METHODS["me"](strict, {"actor": "vic"})["roles"]] == ["A", "A1"]
    leaf = strict.log.entry(done["result"]["entry"]).record()
    assert leaf.actor == "wang"
    own = METHODS["give_role"](strict, {"person": "li", "role": "auditor", "actor": "wang"})["proposal"]
    assert refused(strict, "decide", Forbidden, proposal=own, approve=True, actor="li") == [
        "nobody gives a role to themselves"
    ]
    assert METHODS["upgrade"](strict, {"actor": "wang"})["packs"] == [], "nothing newer is nothing to propose"
    told = refused(strict, "give_role", person="nobody", role="reporter", node="A1", actor="wang")
    assert told == ["no person is called 'nobody'"], "what is wrong is told when it is proposed"


def version(desk: Desk) -> str:
    return desk.shelf.pack(desk.shelf.at(None)["tiny"]).version


def test_packs_are_taken_by_two(strict: Desk, tmp_path: Path) -> None:
    newer = {**TWO, "pack.yaml": TWO["pack.yaml"].replace("0.1.0", "0.3.0")}
    pack = write_pack(tmp_path / "third", newer)
    question = {"pack": str(pack), "actor": "wang"}
    shown = METHODS["upgrade"](strict, {**question, "dry_run": True})
    assert shown["packs"][0]["to"] == "0.3.0"
    name = METHODS["upgrade"](strict, question)["proposal"]
    assert version(strict) == "0.2.0"
    write_pack(pack, {**newer, "checks.yaml": CHECK.replace("error", "warning")})
    assert refused(strict, "decide", proposal=name, approve=True, actor="li") == [
        f"the packs are not those of {name} any more"
    ]
    write_pack(pack, newer)
    done = decided(strict, name, "li")
    assert done["result"]["packs"][0]["to"] == "0.3.0"
    assert version(strict) == "0.3.0"


def test_the_operator_who_signs_a_name_is_that_person(desk: Desk) -> None:
    """Entries tell how persons showed who they are: taken at their word, or signed in."""
    name = proposed(desk, who=Actor(name="rep", person="rep", proof="password"))["proposal"]
    METHODS["decide"](desk, {"proposal": name, "approve": True, "who": Actor(name="rev", person="rev", proof="token")})
    kinds = [entry.record() for entry in desk.log.entries(desk.log.size - 3)]
    assert [(one.kind, one.actor, one.refs.get("signed_in")) for one in kinds] == [
        ("proposal", "rep", "password"), ("filing", "rep", None), ("proposal", "rev", "token"),
    ]  # fmt: skip


def test_two_who_are_in_one_hand_are_not_two(desk: Desk) -> None:
    """wang set the password of rev, and could propose as himself and approve as rev."""
    METHODS["give_role"](desk, {"person": "wang", "role": "reporter", "node": "A", "actor": "local:root"})
    name = proposed(desk, actor="wang")["proposal"]
    enter_change(desk, "rev", {"change": "password_set"}, "wang")
    (said,) = refused(desk, "decide", Forbidden, proposal=name, approve=True, note="", actor="rev")
    assert said == "rev and wang are not two here: one of them last set how the other signs in"
    assert decided(desk, name, "top")["state"] == "approved"


@pytest.mark.parametrize("key", ["decided:P000021", "proposal:K1", "packs:x"])
def test_keys_of_the_program_itself_are_not_for_submitters(desk: Desk, key: str) -> None:
    said = refused(desk, "submit", **submission(balance(), form="balance", actor="rep", key=key))
    assert said == [f"the key {key!r} begins like those that are made here"]


def test_the_node_of_a_role_that_is_proposed_is_the_registered_one(strict: Desk) -> None:
    """Else an administrator of that very node would not see it."""
    question = {"person": "vic", "role": "reporter", "node": " A1 ", "actor": "wang"}
    name = METHODS["give_role"](strict, question)["proposal"]
    assert METHODS["proposal"](strict, {"proposal": name, "actor": "wang"})["entities"] == ["A1"]
