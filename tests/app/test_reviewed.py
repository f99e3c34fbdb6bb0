"""Cases that a reader of the contract found by trying: each was wrong once."""

import json
from pathlib import Path

import pytest
from homes import TITLES, asked, shown, submission

from hengjian.app.verification import verify
from hengjian.ledger.recover import recover
from hengjian.model.issue import Refused


def refusal(folder: Path, method: str, **question: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        asked(folder, method, **question)
    return [issue.message for issue in caught.value.issues]


def test_a_number_is_proven_with_its_question(home: Path) -> None:
    asked(home, "submit", **submission(TITLES + "E1,total_assets,2019-Q4,400\n"))
    before = asked(home, "prove", entity="E1", indicator="debt_ratio", period="2019", as_known_at="entry:4")
    now = asked(home, "prove", entity="E1", indicator="debt_ratio", period="2019")
    key = next(home.glob("*.vkey")).read_bytes()
    question = json.loads(before["bundle"])["question"]
    assert (question["as_known_at"], question["basis"], question["scope"]) == ("entry:4", "best", "consolidated")
    assert json.loads(now["bundle"])["question"]["entries"] == asked(home, "status")["size"]
    told = verify({"bundle": before["bundle"], "key": key})
    assert told["ok"]
    assert "as known at entry:4" in told["messages"][-1]


def test_a_proof_tells_what_an_archive_only_claims(home: Path) -> None:
    archive = submission(
        TITLES + "E1,total_assets,2010-Q4,4\nE1,total_liabilities,2010-Q4,1\n", known_from="2011-05-01"
    )
    filing = asked(home, "submit", **archive)["filing"]
    key = next(home.glob("*.vkey")).read_bytes()
    for bundle in (
        asked(home, "prove", filing=filing)["bundle"],
        asked(home, "prove", entity="E1", indicator="debt_ratio", period="2010")["bundle"],
    ):
        assert any("2011-05-01" in line and "claimed, not proven" in line for line in
                   verify({"bundle": bundle, "key": key})["messages"])  # fmt: skip


def test_files_of_one_batch_that_register_an_entity_differently(home: Path) -> None:
    titles = "entity,type,name\n"
    batch = submission(titles + "E9,enterprise,A\n", titles + "Ｅ９,enterprise,B\n", form="entities")
    with pytest.raises(Refused) as caught:
        asked(home, "submit", **batch)
    assert "one spelling" in caught.value.issues[0].hint


def test_names_in_questions_are_compared_as_in_files(home: Path) -> None:
    assert shown(home, "ｄｅｂｔ_ratio ", entity=" Ｅ1") == shown(home, "debt_ratio", entity="E1")


def test_a_period_that_an_indicator_does_not_have(home: Path) -> None:
    said = refusal(home, "show", entity="E1", indicators=["debt_ratio"], period="2019-11")
    assert said[0].startswith("debt_ratio has no period '2019-11'")
    assert refusal(home, "show", entity="E1", indicators=["debt_ratio"], period="0001..9999")[0].startswith(
        "--period '0001..9999' has more than 2000 periods"
    )


def test_faults_of_the_question_have_the_keys_of_all_faults(home: Path) -> None:
    with pytest.raises(Refused) as caught:
        asked(home, "show", entity="nobody", indicators=[])
    record = caught.value.issues[0].record()
    assert record.keys() >= {"file", "sheet", "cell", "row", "column", "line", "severity", "message", "hint"}


def test_a_lost_log_folder_is_made_again(home: Path) -> None:
    for path in sorted((home / "log").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (home / "log").rmdir()
    assert recover(home).state == "mended"
    assert asked(home, "show", entity="E1", indicators=["debt_ratio"])["values"]


def test_a_name_that_is_no_filing(home: Path) -> None:
    assert refusal(home, "prove", filing="F" + "9" * 5000)[0].startswith("no filing is called")
