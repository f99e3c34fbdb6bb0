"""Scores that are published: their files are entries, made with the step of the case, and come out again."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from homes import at_desk, copied, filed
from published_homes import assessment, flowing, on, peopled, publish
from warned_homes import asked, size

from hengjian.app import published
from hengjian.ledger.canonical import canonical
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure, Forbidden, Refused
from hengjian.store import Store


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flowing(tmp_path_factory.mktemp("flowing") / "home")


@pytest.fixture
def home(begun: Path, tmp_path: Path) -> Path:
    return copied(begun, tmp_path / "home")


@pytest.fixture(scope="module")
def done(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with A's score published."""
    home = copied(begun, tmp_path_factory.mktemp("published") / "home")
    publish(home)
    return home


def refused(home: Path, method: str, **question: Any) -> list[tuple[str, str]]:
    before = size(home)
    with pytest.raises(Refused) as caught:
        asked(home, method, **question)
    assert size(home) == before
    return [(one.message, one.hint) for one in caught.value.issues]


def file_of(home: Path, form: str, **more: Any) -> bytes:
    question = {"scorecard": "yearbook", "period": "2025", "entity": "A", "form": form} | more
    data: bytes = asked(home, "assessment_file", **question)["data"]
    return data


YEARBOOK = {"scorecard": "yearbook", "period": "2025", "entity": "A"}


def test_files_event_and_step_are_entered_together(home: Path) -> None:
    before = size(home)
    answer = publish(home)
    [one] = answer["published"]
    assert (one["entity"], one["version"], one["score"], one["grade"], one["state"]) == (
        "A",
        1,
        "2.67",
        "B",
        "published",
    )
    assert size(home) == before + 6  # four files, the assessment, the step
    desk = at_desk(home)
    try:
        leaves = [desk.log.entry(before + place).record() for place in range(6)]
    finally:
        desk.close()
    assert [leaf.kind for leaf in leaves] == [*["attachment"] * 4, "assessment", "case"]
    assert {leaf.actor for leaf in leaves} == {"local:otto"}
    assert [leaf.refs.get("form") for leaf in leaves] == ["json", "docx", "xlsx", "pdf", None, None]
    assert leaves[0].refs["file"] == "2025年度考核_甲公司_计分结果.json"
    case = asked(home, "case", case=one["case"])
    assert (case["state"], case["ended"], case["history"][-1]["actor"]) == ("published", True, "local:otto")


def test_what_was_published_is_served_from_the_ledger(done: Path) -> None:
    told = assessment(done)
    data = file_of(done, "json")
    assert hashlib.sha256(data).hexdigest() == told["sha256"] == told["files"]["json"]["sha256"]
    assert canonical(told["result"]) == data
    assert told["result"]["score"] == told["score"] == "2.67"
    assert (told["may"], told["case"][0], told["objections"]) == ({"publish": True, "object": True}, "C", [])
    paper = docx.Document(io.BytesIO(file_of(done, "docx")))
    text = "\n".join(line.text for line in paper.paragraphs)
    assert "甲公司2025年按照《区管企业考核办法》计分，得分2.67分，等级为B（良）。" in text
    assert told["sha256"] in text
    assert text.rstrip().endswith("区国资委\n2026年3月2日")
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert any(cell.startswith("净利润（2025）：figures.csv ") for cell in cells)
    assert file_of(done, "pdf").startswith(b"%PDF")
    assert file_of(done, "xlsx").startswith(b"PK")


def test_the_same_comes_out_again_whatever_came_later(done: Path, tmp_path: Path) -> None:
    home = copied(done, tmp_path / "home")
    again = {"same": True, "known": assessment(home)["known"], "difference": None}
    assert assessment(home, again=True)["again"] == again
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2025,9,audited\n", name="corrected.csv")
    assert assessment(home, again=True)["again"] == again

    asked(home, "rebuild")
    assert assessment(home, again=True)["again"] == again
    assert asked(home, "score", **YEARBOOK)["score"] == "3"


def test_asking_again_enters_nothing(done: Path, tmp_path: Path) -> None:
    home = copied(done, tmp_path / "home")
    before = size(home)
    answer = publish(home)
    assert (answer["repeated"], answer["published"]) == (True, [])
    assert answer["unchanged"] == [{"entity": "A", "version": 1}]
    assert size(home) == before


def test_a_correction_is_a_new_version_and_the_old_one_stays(done: Path, tmp_path: Path) -> None:
    home = copied(done, tmp_path / "home")
    old = file_of(home, "docx")
    filed(home, "entity,measure,period,value,basis\nA,net_profit,2025,9,audited\n", name="corrected.csv")
    [(message, hint)] = refused(home, "publish", **YEARBOOK, entities=["A"], actor="local:otto")
    assert message.endswith("is published: publish cannot be done")
    assert hint == "from there it goes on with correct"
    case = assessment(home)["case"]
    for step, actor, note in (("correct", "olga", "误记"), ("notify", "olga", "")):
        asked(home, "move", case=case, transition=step, note=note, actor=f"local:{actor}")
    [one] = publish(home)["published"]
    assert (one["version"], one["score"]) == (2, "3")
    told = assessment(home)
    assert [(each["version"], each["score"]) for each in told["versions"]] == [(1, "2.67"), (2, "3")]
    assert (assessment(home, version=1)["score"], file_of(home, "docx", version=1)) == ("2.67", old)
    assert assessment(home, version=1, again=True)["again"]["same"]
    [(message, _)] = refused(home, "assessment", **YEARBOOK, version=3)
    assert message == "there is no version '3' of it"


def test_all_that_is_in_the_way_is_told_at_once(home: Path) -> None:
    asked(home, "object", **YEARBOOK, text="利润少计", actor="local:rita")
    found = refused(home, "publish", scorecard="yearbook", period="2025", actor="local:olga")
    assert [message for message, _ in found] == [
        "objection 1 of 'A' to yearbook in 2025 is not answered",
        "'A1' has no score by yearbook in 2025: gained cannot be told",
        "no case of review is about 'A1' in 2025",
        "no case of review is about 'D' in 2025",
    ]
    assert refused(home, "publish", scorecard="yearbook", period="2025", entities=["B"], actor="local:olga") == [(
        "local:olga took score of C000009: publish is for another person",
        "two persons see to it, as its workflow declares",
    )]  # fmt: skip


def test_what_names_nothing_is_told(done: Path) -> None:
    [(message, hint)] = refused(done, "assessment_file", **YEARBOOK, form="doc")
    assert (message, hint) == ("no file of an assessment is a 'doc'", "did you mean docx?")
    [(message, _)] = refused(done, "assessment_draft", **YEARBOOK, form="json")
    assert message == "no file of an assessment is a 'json'"
    [(message, hint)] = refused(done, "assessment", **{**YEARBOOK, "entity": "B"})
    assert (message, hint) == (
        "yearbook of 'B' for 2025 is not published", "`hengjian score` tells how it stands; an officer publishes it",
    )  # fmt: skip
    [(message, _)] = refused(done, "publish", scorecard="yearbok", period="2025")
    assert message == "no scorecard is called 'yearbok'"


def test_an_end_before_or_after_the_append_does_no_harm(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = size(home)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for part, method, entered in ((Log, "append", 0), (Store, "commit", 6)):
        with monkeypatch.context() as patch:
            patch.setattr(part, method, killed)
            with pytest.raises(KeyboardInterrupt):
                publish(home)
        assert size(home) == before + entered
    assert publish(home)["unchanged"] == [{"entity": "A", "version": 1}]
    assert assessment(home, again=True)["again"]["same"]


def test_a_trial_is_marked_and_not_entered(home: Path) -> None:
    before = size(home)
    one = asked(home, "assessment_draft", **YEARBOOK, form="docx")
    assert one["name"] == "2025年度考核_甲公司_计分说明（试算）.docx"
    assert size(home) == before
    assert asked(home, "assessment_draft", **YEARBOOK, form="docx")["data"] == one["data"]
    text = "\n".join(line.text for line in docx.Document(io.BytesIO(one["data"])).paragraphs)
    assert "本说明为公布前的试算，不作为考核结果。" in text
    assert "请于2026年3月9日前（含当日）提出" in text  # five working days after the notice of 2 March
    assert asked(home, "assessment_draft", **YEARBOOK, form="xlsx")["data"].startswith(b"PK")
    assert asked(home, "assessment_draft", **YEARBOOK, form="pdf")["data"].startswith(b"%PDF")


def test_a_forged_file_is_found(done: Path, tmp_path: Path) -> None:
    home = copied(done, tmp_path / "home")
    result = json.loads(file_of(home, "json"))
    desk = at_desk(home)
    try:
        event = desk.store.history("assessment", "yearbook|2025|A")[-1]
        record = json.loads(event.record)
        record["files"]["docx"]["sha256"] = "0" * 64
        with pytest.raises(Failure, match="is not the file that the assessment names"):
            published._bytes(desk, record, "docx")
        record["files"]["docx"] |= {"entry": 0}
        with pytest.raises(Failure, match="entry 0 is not the file"):
            published._bytes(desk, record, "docx")
    finally:
        desk.close()
    [difference] = published._differences(result, {**result, "score": "9.9"}, "")
    assert difference == {"path": "score", "published": "2.67", "again": "9.9"}


def test_objections_are_answered_and_told(home: Path) -> None:
    assert refused(home, "object", **YEARBOOK, text=" ", actor="local:rita") == [
        ("nothing is said", "say why, in --text")
    ]
    [(message, hint)] = refused(home, "object", **YEARBOOK, item="gaind", text="x")
    assert (message, hint) == ("yearbook has no item 'gaind'", "did you mean gained?")
    one = asked(home, "object", **YEARBOOK, item="报酬率得分", text="利润少计", actor="local:rita")
    assert (one["number"], one["state"]) == (1, "disputed")
    assert asked(home, "object", **YEARBOOK, item="gained", text="利润少计", actor="local:rita")["repeated"]
    assert refused(home, "answer_objection", **YEARBOOK, upheld=True, text="是", actor="local:rita") == [
        ("local:rita raised objection 1: another person answers it", "two persons see to it")
    ]
    [(message, _)] = refused(home, "answer_objection", **YEARBOOK, number=2, upheld=True, text="是")
    assert message == "there is no objection '2' to yearbook|2025|A"
    answered = asked(home, "answer_objection", **YEARBOOK, upheld=False, text="口径无误", actor="local:olga")
    assert answered["state"] == "noticed"
    assert asked(home, "answer_objection", **YEARBOOK, number=1, upheld=False, text="口径无误", actor="local:olga")[
        "repeated"
    ]
    [(message, _)] = refused(home, "answer_objection", **YEARBOOK, number=1, upheld=True, text="改")
    assert message == "objection 1 was answered on 2026-03-02"
    [(message, _)] = refused(home, "answer_objection", **YEARBOOK, upheld=True, text="改")
    assert message == "0 objections are open"
    publish(home)
    [told] = assessment(home)["objections"]
    assert (told["item"], told["upheld"], told["answer"], told["answered_by"]) == (
        "gained",
        False,
        "口径无误",
        "local:olga",
    )
    text = "\n".join(line.text for line in docx.Document(io.BytesIO(file_of(home, "docx"))).paragraphs)
    assert "1. 异议（报酬率得分）：利润少计。答复：不予采纳：口径无误。" in text


def test_steps_of_publication_are_not_taken_by_themselves(home: Path) -> None:
    case = asked(home, "objections", **YEARBOOK)["case"]
    for step in ("publish", "object"):
        [(message, hint)] = refused(home, "move", case=case, transition=step, note="x", actor="local:otto")
        assert message == f"{step} of {case} is taken where a score is published, or objected to"
        assert hint == "on the page of the score, or by `hengjian publish` and `hengjian objection`"


def test_what_may_be_done_now_is_told(home: Path) -> None:
    told = asked(home, "objections", **YEARBOOK)
    assert (told["until"], told["rows"]) == ("2026-03-09", [])
    assert told["may"] == {"object": True, "answer": False, "publish": True}
    asked(home, "object", **YEARBOOK, text="利润少计", actor="local:rita")
    told = asked(home, "objections", **YEARBOOK)
    assert told["may"] == {"object": False, "answer": True, "publish": False}
    assert refused(home, "object", **YEARBOOK, text="又有", actor="local:rita") == [
        (f"{told['case']} is disputed: object cannot be done", "objections have their time in the workflow")
    ]
    assert [one["number"] for one in asked(home, "objections", scorecard="yearbook", period="2025")["rows"]] == [1]


def test_an_objection_has_its_time(home: Path) -> None:
    on(home, "2026-03-10")
    assert refused(home, "object", **YEARBOOK, text="晚了", actor="local:rita") == [(
        "objections to yearbook of 'A' for 2025 were to be raised by 2026-03-09",
        "the time for objections is over; ask an officer",
    )]  # fmt: skip
    [(message, _)] = refused(home, "object", **{**YEARBOOK, "entity": "D"}, text="x", actor="local:rita")
    assert message == "no case of review is about 'D' in 2025"
    [(message, _)] = refused(home, "object", scorecard="ranked", period="2025", entity="A", text="x")
    assert message == "ranked of 'A' for 2025 is not published"
    message, _ = refused(home, "object", **YEARBOOK, text="长" * 4001)[0]
    assert message == "the text has 4001 characters, at most 4000 are kept"


def test_each_sees_their_own_and_does_what_is_theirs(done: Path, tmp_path: Path) -> None:
    home = peopled(copied(done, tmp_path / "home"))
    assert assessment(home, actor="rita")["score"] == "2.67"
    assert [row["entity"] for row in asked(home, "assessments", actor="rita")["rows"]] == ["A"]
    assert asked(home, "assessments", actor="vic")["rows"] == []
    [(message, _)] = refused(home, "assessment", **YEARBOOK, actor="vic")
    assert "not published" not in message
    [(gone, _)] = refused(home, "assessment", **{**YEARBOOK, "entity": "Z"}, actor="vic")
    assert message.replace("'A'", "'Z'") == gone
    for method, more in (
        ("publish", {"entities": ["A"]}), ("answer_objection", {"upheld": True, "text": "x"}),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            asked(home, method, **YEARBOOK, **more, actor="rita")
    with pytest.raises(Forbidden, match="olga may not object at 'A'"):
        asked(home, "object", **YEARBOOK, text="x", actor="olga")
    assert not assessment(home, actor="olga")["may"]["object"]
