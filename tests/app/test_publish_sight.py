"""Published assessments of restricted figures, of declarations that changed, and of whom others do not see."""

from pathlib import Path
from typing import Any

import pytest
import register_homes
from homes import asked, copied, filed, write_pack
from published_homes import FILES, assessment, flowing, publish
from scored_homes import MORE, carded
from warned_homes import size

from hengjian.app import published
from hengjian.ledger.canonical import canonical
from hengjian.model.issue import Forbidden, Refused

RANKED = {"scorecard": "ranked", "period": "2025", "entity": "A"}
CLOSED = register_homes.FILES["measures.yaml"].replace(
    "net_profit:\n", 'net_profit:\n  restricted: "true"\n'
)  # fmt: skip
PEOPLE = (("otto", "officer", None), ("vito", "viewer", "A"), ("rita", "reporter", "A"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A's score stands on a restricted figure, and is published; vito looks at A, rita reports for it."""
    home = carded(tmp_path_factory.mktemp("closed") / "home", {"measures.yaml": CLOSED})
    publish(home, scorecard="ranked")
    asked(home, "object", **RANKED, text="利润应为 7500007")
    for person, role, node in PEOPLE:
        asked(home, "enrol", person=person, name=person.title())
        asked(home, "give_role", person=person, role=role, node=node)
    return home


def forbidden(home: Path, method: str, **question: Any) -> str:
    with pytest.raises(Forbidden) as caught:
        asked(home, method, **question)
    return caught.value.issues[0].message


def test_restricted_assessments_are_for_whom_restricted_data_are(closed: Path) -> None:
    told = "the assessment of 'A' is restricted"
    assert forbidden(closed, "assessment", **RANKED, actor="vito") == told
    assert forbidden(closed, "assessment_file", **RANKED, form="json", actor="vito") == told
    assert forbidden(closed, "assessment_draft", **RANKED, form="xlsx", actor="vito") == told
    [row] = asked(closed, "assessments", actor="vito")["rows"]
    assert (row["entity"], row["score"], row["grade"], row["withheld"]) == ("A", None, None, True)
    [said] = asked(closed, "objections", scorecard="ranked", period="2025", actor="vito")["rows"]
    assert (said["text"], said["withheld"]) == (None, True)


def test_reading_them_is_an_entry(closed: Path, tmp_path: Path) -> None:
    home = copied(closed, tmp_path / "home")
    before = size(home)
    answer = assessment(home, scorecard="ranked", actor="rita")
    assert (answer["score"], answer["read"]) == ("2.7", before)
    assert asked(home, "assessment_file", **RANKED, form="docx", actor="rita")["read"] == before + 1
    [row] = asked(home, "assessments", actor="rita")["rows"]
    assert row["score"] == "2.7"
    [said] = asked(home, "objections", scorecard="ranked", period="2025", actor="rita")["rows"]
    assert (said["text"], said["upheld"], said["name"]) == ("利润应为 7500007", None, "甲公司")


def test_a_newer_pack_changes_nothing_that_was_published(tmp_path: Path) -> None:
    home = flowing(tmp_path / "home")
    publish(home)
    before = assessment(home)
    files = {**register_homes.FILES, "scorecards/more.yaml": MORE, **FILES}
    newer = {**files, "scorecards/yearbook.yaml": FILES["scorecards/yearbook.yaml"].replace(
        "value: return_on_assets", "value: 2 * return_on_assets"
    )}  # fmt: skip
    newer["pack.yaml"] = newer["pack.yaml"].replace("0.1.0", "0.2.0")
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", newer)))
    after = assessment(home, again=True)
    assert after["again"] == {"same": True, "known": before["known"], "difference": None}
    assert after["result"] == before["result"]
    score = asked(home, "score", scorecard="yearbook", period="2025", entity="A")
    assert (before["score"], score["score"]) == ("2.67", "5.33")
    assert score["declaration"] != before["result"]["declaration"]


def test_a_file_that_names_others_is_for_who_sees_them(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No card of these tests names others: a result that does is put in the place of one that was published."""
    home = copied(closed, tmp_path / "home")
    parse = published.parse

    def naming(data: bytes) -> Any:
        result: Any = parse(data)
        return result | {"past": [{"entity": "B", "score": "1"}]}

    monkeypatch.setattr(published, "parse", naming)
    assert asked(home, "assessment_file", **RANKED, form="pdf", actor="otto")["data"].startswith(b"%PDF")
    told = forbidden(home, "assessment_file", **RANKED, form="pdf", actor="rita")
    assert told == "the file names enterprises that you do not see"
    assert assessment(home, scorecard="ranked", actor="rita")["result"]["past"] == []


def test_who_is_scored_by_nobody_is_told(closed: Path) -> None:
    with pytest.raises(Refused) as caught:
        publish(closed, scorecard="signed", entities=[])
    [one] = caught.value.issues
    assert (one.message, one.hint) == ("signed scores nobody in 2025", "enter letters or figures first")


def test_a_difference_is_told_without_the_figures_of_others(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied(closed, tmp_path / "home")
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2025,9,audited\n", name="c.csv", actor="otto")
    monkeypatch.setattr(published, "canonical_of", lambda *_: b'{"score":"3"}')
    found = assessment(home, scorecard="ranked", again=True, actor="otto")["again"]
    assert (found["same"], found["difference"]["published"] is not None) == (False, True)
    found = assessment(home, scorecard="ranked", again=True, actor="rita")["again"]
    assert (found["same"], found["difference"]["published"], found["difference"]["again"]) == (False, None, None)


def test_a_sentence_that_is_put_otherwise_is_no_other_score(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version of the program says why in better words: the points are still those that were published."""
    home = copied(closed, tmp_path / "home")
    told = assessment(home, scorecard="ranked", actor="otto")["result"]
    told["items"][0]["reason"]["zh"] = "另一种说法"
    monkeypatch.setattr(published, "canonical_of", lambda *_: canonical(told))
    found = assessment(home, scorecard="ranked", again=True, actor="otto")["again"]
    assert (found["same"], found["words_only"], found["difference"]["path"]) == (False, True, "items[0].reason.zh")
    told["items"][0]["score"] = "9"
    found = assessment(home, scorecard="ranked", again=True, actor="otto")["again"]
    assert (found["words_only"], found["difference"]["path"]) == (False, "items[0].score")
