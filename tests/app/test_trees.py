"""Who stands below whom is read once for each state of the tables, and is never what it was."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from filing_roles import manned
from homes import TINY, asked, at_desk, copied, submission, write_pack
from owning_homes import TITLES, holding

from hengjian.app import holdings, standing, trees
from hengjian.app.desk import Desk, open_desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.hot import keep
from hengjian.app.local import METHODS
from hengjian.app.restricted import sight_of
from hengjian.app.standing import below, reach, standing_of
from hengjian.app.submission import Submission
from hengjian.app.submit import enter_group
from hengjian.app.trees import Trees, trees_of
from hengjian.model.issue import Failure, Refused
from hengjian.people import Action, Actor
from hengjian.store import Store

TREES: tuple[Any, ...] = ("parent", "owns")
ACTIONS: tuple[Action, ...] = get_args(Action)
LOOKED_AFTER = """
looked_after:
  label: {zh: 托管, en: Looked after}
  from: enterprise
  to: enterprise
"""
WITHIN = f'{LOOKED_AFTER.rstrip()}\n  within: "true"\n'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied: B is looked after by A1, which is no tree yet."""
    home = manned(tmp_path_factory.mktemp("trees") / "home")
    upgraded(home, LOOKED_AFTER, "0.1.1")
    asked(home, "give_role", person="mei", role="viewer", node="A", tree="owns")
    asked(home, "submit", **submission("link,from,to\nlooked_after,B,A1\n", form="links", actor="wang"))
    return home


def upgraded(home: Path, more: str, version: str) -> Path:
    """The tiny pack with another link."""
    pack = {**TINY, "types.yaml": TINY["types.yaml"] + more}
    pack["pack.yaml"] = pack["pack.yaml"].replace("version: 0.1.0", f"version: {version}")
    folder = write_pack(home.parent / f"pack-{version}", pack)
    asked(home, "upgrade", pack=str(folder))
    return folder


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = at_desk(copied(template, tmp_path / "home"))
    keep(desk)
    yield desk
    desk.close()


def today(desk: Desk) -> date:
    return desk.config.current_day()


def all_below(desk: Desk) -> dict[tuple[str, str], frozenset[str]]:
    """What stands below everybody in both trees; it is that of the tables, whatever was kept, and so is every reach."""
    found = {(tree, one): below(desk, tree, one, today(desk)) for tree in TREES for one in (*desk.entity_types(), "Z")}
    fresh = Trees()
    assert found == {key: fresh.below(desk, *key, today(desk)) for key in found}
    now = standing_of(desk).over(lambda tree, node, day: fresh.below(desk, tree, node, day))
    for person in standing_of(desk).persons:
        who = Actor(name=person, person=person)
        for action in ACTIONS:
            assert reach(desk, who, action) == now.reach(who, action, today(desk))
    return found


def entered(desk: Desk, text: str, form: str = "links", actor: str = "wang", **more: Any) -> Any:
    (outcome,) = enter_group(desk, [Submission.of(submission(text, form=form, actor=actor, **more))])
    return outcome


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often links and holdings are read."""
    found: Counter[str] = Counter()
    links, loaded = Store.links_at, holdings.registers_on

    def links_at(self: Store, *rest: Any, **more: Any) -> Any:
        found["links"] += 1
        return links(self, *rest, **more)

    def registers_on(*rest: Any) -> Any:
        found["holdings"] += 1
        return loaded(*rest)

    monkeypatch.setattr(Store, "links_at", links_at)
    monkeypatch.setattr(holdings, "registers_on", registers_on)
    return found


def test_what_is_no_filing_costs_nothing_new(desk: Desk, readings: Counter[str]) -> None:
    everyone = [Actor(name=one, person=one) for one in standing_of(desk).persons]

    def ask() -> list[Any]:
        told = [METHODS["me"](desk, {"actor": one.name}) for one in everyone if one.name != "li"]
        return [told, [sight_of(desk, one) for one in everyone], [METHODS["persons"](desk, {})["persons"][0]["person"]]]

    before = ask()
    assert readings["links"] > 0
    assert readings["holdings"] > 0
    readings.clear()
    size = desk.log.size
    enter_events(desk, [event_draft(desk, "read", {"actor": "ann"}, topic="ann", subject=None, actor="ann")])
    assert ask() == before
    METHODS["sign_out_everywhere"](desk, {"person": "ann"})
    METHODS["enrol"](desk, {"person": "new", "name": "new"})
    assert ask() == before
    METHODS["give_role"](desk, {"person": "li", "role": "viewer", "node": "A"})
    assert ask() == [*before[:1], [reach(desk, one, "see") for one in everyone], *before[2:]]
    assert not readings
    assert desk.log.size == size + 4


def test_a_filing_is_seen_at_once(desk: Desk) -> None:
    before = all_below(desk)
    assert before["parent", "A"] == {"A", "A1"}
    entered(desk, "link,from,to\nparent,C,A1\n")
    assert all_below(desk)["parent", "A"] == {"A", "A1", "C"}
    entered(desk, "entity,type,name\nN,enterprise,New\n", form="entities")
    assert all_below(desk)["parent", "N"] == {"N"}
    entered(desk, f"{TITLES}\n{holding('B', 'N', '60%')}")
    assert all_below(desk)["owns", "B"] == {"B", "N"}
    entered(desk, f"link,from,to,valid_from,valid_to\nparent,C,A1,,{today(desk)}\n")
    assert "C" in all_below(desk)["parent", "A"], "the row without an end still holds"


def test_another_pack_makes_another_tree(desk: Desk) -> None:
    """The same links, declared `within` from then on."""
    assert "B" not in all_below(desk)["parent", "A"]
    pack = {**TINY, "types.yaml": TINY["types.yaml"] + WITHIN}
    pack["pack.yaml"] = pack["pack.yaml"].replace("version: 0.1.0", "version: 0.1.2")
    METHODS["upgrade"](desk, {"pack": str(write_pack(desk.config.folder.parent / "within", pack)), "actor": "wang"})
    assert all_below(desk)["parent", "A"] == {"A", "A1", "B"}
    assert all_below(desk)["owns", "A"] == {"A", "C"}, "A controls C alone"


def test_tables_that_are_made_anew_are_read_anew(desk: Desk) -> None:
    before, kept = all_below(desk), trees_of(desk)
    assert trees_of(desk) is kept
    METHODS["rebuild"](desk, {"actor": "wang"})
    assert trees_of(desk) is not kept
    assert all_below(desk) == before


def test_what_is_staged_is_looked_at_and_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial stages its rows; whoever looks at the trees meanwhile sees them, and nobody does afterwards."""
    before, seen = all_below(desk), []
    stage = Store.stage_filings

    def staged(self: Store, *rest: Any) -> None:
        stage(self, *rest)
        assert desk.store.is_staged
        seen.append((all_below(desk), reach(desk, Actor(name="ann", person="ann"), "see").members))

    monkeypatch.setattr(Store, "stage_filings", staged)
    assert not METHODS["trial"](desk, submission("link,from,to\nparent,C,A1\n", form="links", actor="wang"))["warnings"]
    ((found, members),) = seen
    assert found["parent", "A"] == members == {"A", "A1", "C"}
    assert all_below(desk) == before
    assert reach(desk, Actor(name="ann", person="ann"), "see").members == {"A", "A1"}


def test_reaches_first_asked_for_while_rows_are_staged_are_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Store.stage_filings
    ann = Actor(name="ann", person="ann")
    monkeypatch.setattr(
        Store, "stage_filings", lambda self, *rest: [stage(self, *rest), reach(desk, ann, "grant"), all_below(desk)]
    )
    METHODS["trial"](desk, submission("link,from,to\nparent,C,A1\n", form="links", actor="wang"))
    assert reach(desk, ann, "grant").members == {"A", "A1"}
    assert "C" not in all_below(desk)["parent", "A"]


@pytest.mark.parametrize("where", ["commit", "refused"])
def test_what_is_given_up_was_never_there(desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables fail at their commit, while the ledger holds the filing; or a submission is refused once staged."""
    before = all_below(desk)
    if where == "refused":  # a stranger whom nobody puts below the officer
        outcome = entered(desk, "entity,type,name\nN,enterprise,New\n", form="entities", actor="off")
        assert isinstance(outcome, Refused)
        assert all_below(desk) == before
        return
    with monkeypatch.context() as failing:

        def fail(self: Store, size: int) -> None:
            del self, size
            raise Failure("the disk is full", "make room")

        failing.setattr(Store, "commit", fail)
        outcome = entered(desk, "link,from,to\nparent,C,A1\n")
        assert isinstance(outcome, Failure)
        assert all_below(desk) == before, "before the tables are brought up to the ledger"
    desk.ready()
    assert all_below(desk)["parent", "A"] == {"A", "A1", "C"}


def test_a_group_is_judged_row_by_row(desk: Desk) -> None:
    """One submission of a group is taken out: what it staged reaches nobody, and what the other states does."""
    all_below(desk)
    group = [
        Submission.of(submission("link,from,to\nparent,C,A1\n", form="links", actor="wang")),
        Submission.of(submission("entity,type,name\nN,enterprise,N\n", form="entities", actor="off")),
    ]
    good, bad = enter_group(desk, group)
    assert not isinstance(good, BaseException)
    assert isinstance(bad, Refused)
    found = all_below(desk)
    assert found["parent", "A"] == {"A", "A1", "C"}
    assert ("parent", "N") not in found


def test_many_days_are_not_kept_for_ever(desk: Desk) -> None:
    kept = trees_of(desk)
    for year in range(2000, 2020):
        for tree in TREES:
            assert below(desk, tree, "A", date(year, 1, 1)) == Trees().below(desk, tree, "A", date(year, 1, 1))
    assert len(kept._inner) <= 2 * trees._DAYS


def test_what_is_kept_does_not_keep_the_desk(template: Path, tmp_path: Path) -> None:
    desk = open_desk(copied(template, tmp_path / "home"), write=True, append=True)
    all_below(desk)
    assert desk in trees._kept
    assert desk in standing._kept
    desk.close()
    counts = len(trees._kept), len(standing._kept)
    del desk
    assert (len(trees._kept), len(standing._kept)) == (counts[0] - 1, counts[1] - 1)
