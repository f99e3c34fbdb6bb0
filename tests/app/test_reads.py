"""Every read of restricted data is an entry, made before the answer leaves; whatever is kept is not disturbed by it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from homes import asked, at_desk, copied, filed
from restricted_homes import FIGURES, PERIOD, paid, size, staffed

from hengjian.app import local, portfolio
from hengjian.app.desk import Desk
from hengjian.app.hot import keep
from hengjian.app.kept import tier_of
from hengjian.app.local import METHODS
from hengjian.app.reader import Reader
from hengjian.app.serve import at_work
from hengjian.app.standing import standing_of
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure, Forbidden, Refused
from hengjian.people import Actor


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return staffed(paid(tmp_path_factory.mktemp("reads") / "home"))


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "home")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


PAY = {"entity": "A", "indicators": ["pay"]}


def ask(desk: Desk, actor: str, method: str, **question: object) -> dict[str, Any]:
    return METHODS[method](desk, {**question, "actor": actor})


READS = (
    ("show", {"entity": "A"}, ["banded", "pay_rank", "pay_share", "secret"], ["A"]),
    ("show", {"entity": "A", "indicators": ["pay"], "as_of": "2026-01-31"}, ["pay"], ["A"]),
    ("explain", {"entity": "A", "indicator": "pay_share", "period": PERIOD}, ["pay", "pay_share"], ["A"]),
    ("explain", {"entity": "G", "indicator": "own_and_all", "period": PERIOD}, ["pay"], ["A", "B"]),
    ("prove", {"entity": "A", "indicator": "pay_share", "period": PERIOD}, ["pay", "pay_share"], ["A"]),
    ("portfolio", {"type": "enterprise", "columns": ["margin"]}, ["band"], ["G", "A", "B"]),
    ("relations", {"entity": "A"}, ["band", "natural_person"], ["A", "P-ZHANG", "P-WU"]),
    ("entities", {}, ["natural_person"], ["P-ZHANG", "P-WU"]),
    ("look_through", {"entity": "A", "direction": "up"}, ["natural_person"], ["P-ZHANG", "P-WU"]),
    ("export_bods", {}, ["natural_person"], ["P-ZHANG", "P-WU"]),
    ("alerts", {"entity": "A"}, ["band", "much_pay"], ["A"]),
    ("values", {}, ["banded", "pay_rank", "pay_share", "secret"], ["G", "A", "B"]),
)


@pytest.mark.parametrize(("method", "question", "what", "whose"), READS)
def test_one_entry_a_read(
    desk: Desk, method: str, question: dict[str, object], what: list[str], whose: list[str]
) -> None:
    before = desk.log.size
    answer = ask(desk, "otto", method, **question)
    assert desk.log.size == before + 1
    assert answer["read"] == before
    (event,) = desk.store.history("read", "otto")
    assert event.entry == before
    (read,) = ask(desk, "otto", "reads")["reads"]
    assert (read["actor"], read["proof"], read["method"]) == ("otto", None, method)
    assert (read["what"], sorted(read["entities"])) == (what, sorted(whose))
    assert (read["count"], read["withheld"]) == (len(whose), 0)
    assert read["as"] == {name: word for name, word in question.items() if name == "as_of"}
    leaf = desk.log.entry(before).record()
    assert (leaf.kind, leaf.actor, leaf.subject) == ("read", "otto", None)
    assert desk.log.size == before + 1  # to ask who read is no read


@pytest.mark.parametrize(
    ("actor", "method", "question"),
    [
        ("otto", "show", {"entity": "A", "indicators": ["margin"]}),
        ("otto", "explain", {"entity": "A", "indicator": "margin", "period": PERIOD}),
        ("otto", "status", {}),
        ("otto", "declarations", {}),
        ("vera", "show", {"entity": "A"}),
        ("vera", "explain", {"entity": "G", "indicator": "own_and_all", "period": PERIOD}),
        ("vera", "entities", {}),
        ("vera", "relations", {"entity": "A"}),
        ("vera", "alerts", {}),
        ("vera", "values", {}),
        ("vera", "export_bods", {}),
        ("rita", "look_through", {"entity": "A", "direction": "up"}),
    ],
)
def test_none_for_what_is_not_restricted_or_withheld(
    desk: Desk, actor: str, method: str, question: dict[str, object]
) -> None:
    ask(desk, "otto", "alerts")
    before = desk.log.size
    assert "read" not in ask(desk, actor, method, **question)
    assert desk.log.size == before


def test_an_id_within_a_longer_one_is_not_read(home: Path) -> None:
    """P-1 stands in P-12, XP-1 and P-1-2, none of which is P-1."""
    people = ("P-1", "P-12", "P-1-2", "XP-1")
    filed(
        home,
        "entity,type,name\n" + "".join(f"{one},natural_person,某{one}某\n" for one in people),
        form="entities",
        actor="local:me",
    )
    filed(
        home,
        "link,from,to,share\n" + "".join(f"owns,{one},B,0.1\n" for one in people[1:]),
        form="links",
        actor="local:me",
    )
    desk = at_desk(home)
    try:
        ask(desk, "otto", "export_bods", entity="B")
        (read,) = ask(desk, "otto", "reads")["reads"]
        assert sorted(read["entities"]) == ["P-1-2", "P-12", "XP-1"]
        for text, whose in (("'P-12' and 'XP-1' (P-1-2)", ["P-1-2", "P-12", "XP-1"]), ("甲P-1的", ["P-1"])):
            reader = Reader(desk)
            reader.looks_for(text)
            assert sorted(reader.whose) == whose
    finally:
        desk.close()


def test_a_refusal_is_no_read(desk: Desk) -> None:
    before = desk.log.size
    with pytest.raises(Forbidden):
        ask(desk, "vera", "show", **PAY)
    assert desk.log.size == before


def test_the_proof_of_who_reads(desk: Desk) -> None:
    who = Actor(name="otto", person="otto", proof="password")
    entry = METHODS["show"](desk, {**PAY, "who": who})["read"]
    assert desk.log.entry(entry).record().refs["signed_in"] == "password"
    assert ask(desk, "otto", "reads")["reads"][0]["proof"] == "password"


def test_without_a_server(home: Path) -> None:
    """A command that only reads takes the lock to write; `at_desk` is not there."""
    before = size(home)
    answer = asked(home, "show", **PAY, actor="otto")
    assert answer["values"][0]["value"] == FIGURES["A", "pay"]
    assert answer["read"] == before
    assert size(home) == before + 1
    assert "read" in asked(home, "show", **PAY)  # the operator's too, once there are persons
    assert size(home) == before + 2


def test_through_the_writer(home: Path) -> None:
    with at_work(home) as writer:
        before = size(home)
        assert writer.ask("show", {**PAY, "actor": "otto"})["read"] == before
        assert asked(home, "show", **PAY, actor="axel")["read"] == before + 1
        assert size(home) == before + 2


def test_no_answer_without_its_entry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.log.size

    def full(*_: object) -> None:
        raise Failure("the disk is full", "make room")

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", full)
        with pytest.raises(Failure, match="the disk is full"):
            ask(desk, "otto", "show", **PAY)
        assert ask(desk, "otto", "show", entity="A", indicators=["margin"])["values"]
    desk.ready()
    assert desk.log.size == before
    assert ask(desk, "otto", "show", **PAY)["read"] == before


def test_no_answer_without_the_key(home: Path) -> None:
    """Whoever has a copy without its key reads nothing that would have to be entered."""
    for file in home.rglob("*.skey"):
        file.unlink()
    keys = [file for file in home.rglob("*key*") if file.is_file() and not file.name.endswith(".vkey")]
    for file in keys:
        file.unlink()
    with pytest.raises(Failure):
        asked(home, "show", **PAY, actor="otto")
    assert asked(home, "show", entity="A", indicators=["margin"], actor="vera")["values"]


def test_rebuild_gives_the_same_tables(home: Path) -> None:
    for actor in ("otto", "axel", "local:me"):
        asked(home, "show", **PAY, actor=actor)
    desk = at_desk(home)
    before, through = desk.store.digests(), desk.store.supervised_through
    desk.close()
    told = asked(home, "reads")
    asked(home, "rebuild")
    desk = at_desk(home)
    try:
        assert desk.store.digests() == before
        assert desk.store.supervised_through == through == desk.log.size
    finally:
        desk.close()
    assert asked(home, "reads") == told


def test_what_is_kept_is_kept(desk: Desk) -> None:
    """Reads change nothing: neither what is loaded, nor who stands where, nor what pages go by."""
    keep(desk)
    question = {"type": "enterprise", "columns": ["margin", "pay_share"]}
    ask(desk, "vera", "portfolio", **question)
    ask(desk, "otto", "portfolio", **question)
    ask(desk, "otto", "look_through", entity="A")
    tier = tier_of(desk)
    assert tier is not None
    lives = {key: (id(live), live.size) for key, live in tier._kept.items()}
    standing, answers, changed = standing_of(desk), set(portfolio._answers[desk]), desk.changed
    status = ask(desk, "vera", "status")
    assert (status["changed"], status["size"]) == (changed, desk.log.size)
    assert changed < desk.log.size
    for _ in range(3):
        ask(desk, "otto", "show", **PAY)
        ask(desk, "otto", "portfolio", **question)
        ask(desk, "vera", "portfolio", **question)
    assert {key: (id(live), live.size) for key, live in tier._kept.items()} == lives
    assert standing_of(desk) is standing
    assert set(portfolio._answers[desk]) == answers
    assert ask(desk, "vera", "status")["changed"] == changed
    assert desk.log.size > changed + 3


def test_the_last_change_is_found_again(home: Path) -> None:
    before = size(home)
    for _ in range(3):
        asked(home, "show", **PAY, actor="otto")
    status = asked(home, "status")
    assert (status["changed"], status["size"]) == (before, before + 3)
    filed(home, "entity,measure,period,value\nB,income,2026-Q1,5\n", actor="otto")
    status = asked(home, "status")
    assert before + 3 < status["changed"] <= status["size"]


def test_who_is_told_what(home: Path) -> None:
    """Everyone their own; who may trace all; who sees restricted data of an entity, who read of it."""
    asked(home, "show", **PAY, actor="otto")
    asked(home, "show", entity="B", indicators=["pay"], actor="axel")
    asked(home, "show", **PAY, actor="rita")

    def told(actor: str, **question: object) -> list[tuple[str, tuple[str, ...], int]]:
        found = asked(home, "reads", actor=actor, **question)["reads"]
        return [(one["actor"], tuple(one["entities"]), one["withheld"]) for one in found]

    rita, axel, otto = ("rita", ("A",), 0), ("axel", ("B",), 0), ("otto", ("A",), 0)
    assert told("axel") == told("local:me") == told("otto") == [rita, axel, otto]
    assert told("rita") == [rita, otto]
    assert told("rita", entity="A") == [rita, otto]
    assert told("rita", person="otto") == [otto]
    assert told("axel", entity="B") == [axel]
    assert told("axel", person="rita", entity="A") == [rita]
    assert told("vera") == told("vito") == told("vera", entity="A") == told("adam") == []
    assert told("axel", day="1999-12-31") == []
    recorded = [datetime.fromisoformat(one["recorded_at"]) for one in asked(home, "reads")["reads"]]
    days = {moment.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() for moment in recorded}
    assert sum(len(told("axel", day=day)) for day in days) == 3
    with pytest.raises(Refused, match="no entity is registered as 'B'"):
        told("rita", entity="B")
    with pytest.raises(Refused, match="--day"):
        told("axel", day="yesterday")


def test_pages_of_reads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.app.seen.A_PAGE", 3)
    monkeypatch.setattr("hengjian.app.seen._AT_ONCE", 2)
    for actor in ("otto", "rita", "axel") * 3:
        ask(desk, actor, "show", **PAY)
    page, found = ask(desk, "axel", "reads"), []
    while True:
        found += page["reads"]
        if page["next"] is None:
            break
        page = ask(desk, "axel", "reads", **{"from": page["next"]})
    assert [one["actor"] for one in found] == ["axel", "rita", "otto"] * 3
    assert [one["entry"] for one in found] == sorted((one["entry"] for one in found), reverse=True)
    assert [one["actor"] for one in ask(desk, "axel", "reads", person="rita")["reads"]] == ["rita"] * 3


def test_a_read_of_very_many(home: Path) -> None:
    """The first fifty are named; of an entity that is not, it is told that it may be among the others."""
    rows = "".join(f"P{at:03d},natural_person,人{at}\n" for at in range(70))
    filed(home, "entity,type,name\n" + rows, form="entities", actor="local:me")
    asked(home, "entities", actor="otto")
    (read,) = asked(home, "reads", actor="axel")["reads"]
    assert (len(read["entities"]), read["count"], read["withheld"]) == (50, 72, 22)
    (read,) = asked(home, "reads", actor="axel", entity="P069")["reads"]
    assert not read["is_listed"]
    assert asked(home, "reads", actor="axel", entity="A")["reads"] == []


def test_changes(home: Path) -> None:
    asked(home, "amend_person", person="vito", closed=True)
    asked(home, "end_role", grant=asked(home, "person", person="vera")["roles"][0]["grant"])
    found = asked(home, "changes", actor="axel")["changes"]
    assert [(one["kind"], one["change"], one["person"]) for one in found[:3]] == [
        ("role", "ended", "vera"), ("person", "closed", "vito"), ("role", "given", "adam")
    ]  # fmt: skip
    assert {one["change"] for one in found} == {"ended", "closed", "given", "enrolled"}
    assert [one["entry"] for one in found] == sorted((one["entry"] for one in found), reverse=True)
    assert found == asked(home, "changes")["changes"]
    with pytest.raises(Forbidden, match="vera may not trace"):
        asked(home, "changes", actor="vera")


def test_every_question_is_there() -> None:
    assert {"reads", "changes"} <= set(local.READS)
