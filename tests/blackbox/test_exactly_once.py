"""Entered wholly or not at all, and once (CONTRACT section 5)."""

from kit import Space, hengjian, observations, says
from tiny_pack import ENTERPRISES, STATEMENT

CORRECTION = observations("E1 total_liabilities 2019-Q4 120")


def same_receipt(first: dict, again: dict) -> bool:
    return all(first[name] == again[name] for name in ("filing", "entry", "recorded_at", "observations"))


def test_a_retry_returns_the_first_receipt(space: Space) -> None:
    first = space.enter(STATEMENT)
    again = space.enter(STATEMENT, "renamed.csv")
    assert first["repeated"] is False
    assert again["repeated"] is True
    assert same_receipt(first, again)
    assert space.size() == first["entry"] + 1


def test_the_same_file_after_a_correction_is_a_new_filing(space: Space) -> None:
    first = space.enter(STATEMENT)
    correction = space.enter(CORRECTION)
    back = space.enter(STATEMENT)
    assert back["repeated"] is False
    assert back["entry"] == correction["entry"] + 1
    assert back["filing"] != first["filing"]
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.75

    again = space.enter(STATEMENT)
    assert again["repeated"] is True
    assert same_receipt(back, again)


def test_a_filing_about_something_else_is_no_correction(space: Space) -> None:
    first = space.enter(STATEMENT)
    space.enter(observations("E1 total_assets 2018-Q4 100"))
    space.enter(observations("E2 total_assets 2019-Q4 100"))
    assert same_receipt(first, space.enter(STATEMENT))


def test_a_key_names_the_submission(space: Space) -> None:
    first = space.enter(STATEMENT, key="statement-2019")
    correction = space.enter(CORRECTION, key="correction-1")
    again = space.enter(STATEMENT, key="statement-2019")
    assert again["repeated"] is True
    assert same_receipt(first, again)
    assert space.size() == correction["entry"] + 1
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.6


def test_another_key_is_another_submission(space: Space) -> None:
    first = space.enter(STATEMENT, key="one")
    second = space.enter(STATEMENT, key="two")
    assert second["repeated"] is False
    assert second["entry"] == first["entry"] + 1


def test_a_key_never_enters_a_second_file(space: Space) -> None:
    first = space.enter(STATEMENT, key="statement-2019")
    space.submit(CORRECTION, key="statement-2019")
    assert space.size() == first["entry"] + 1
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.75


def test_another_person_files_for_himself(space: Space) -> None:
    first = space.enter(STATEMENT, **{"as": "clerk"})
    second = space.enter(STATEMENT, **{"as": "auditor"})
    assert second["repeated"] is False
    assert second["filing"] != first["filing"]


def test_entities_are_filed_once_too(space: Space) -> None:
    again = space.enter(ENTERPRISES, "enterprises.csv", form="entities")
    assert again["repeated"] is True
    assert space.size() == again["entry"] + 1


def test_a_refused_file_can_be_mended_and_filed(space: Space) -> None:
    size = space.size()
    space.refuse(STATEMENT.replace("total_assets", "total_asets"), key="statement-2019")
    receipt = space.enter(STATEMENT, key="statement-2019")
    assert receipt["repeated"] is False
    assert receipt["entry"] == size


def several(space: Space, *contents: str) -> list:
    files = [space.inbox / f"{number}.csv" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_text(content)
    return files


def test_several_files_are_entered_together_or_not_at_all(space: Space) -> None:
    before = space.state()
    good, wrong = STATEMENT, observations("E2 total_asets 2019-Q4 200\nE9 total_assets 2019-Q4 200")
    faults = space.run("submit", *several(space, good, wrong, wrong)).faults
    assert {fault["file"].rpartition("/")[2] for fault in says(faults, "total_asets")} == {"1.csv", "2.csv"}
    assert {fault["file"].rpartition("/")[2] for fault in says(faults, "E9")} == {"1.csv", "2.csv"}
    assert space.state() == before
    assert space.missing("E1", "debt_ratio", "2019-Q4") == "not_reported"


def test_a_batch_is_retried_as_a_whole(space: Space) -> None:
    files = several(
        space, STATEMENT, observations("E2 total_assets 2019-Q4 5"), observations("E2 total_assets 2019-Q3 4")
    )
    first = space.run("submit", *files).done().json["filings"]
    again = space.run("submit", *files).done().json["filings"]
    assert [receipt["repeated"] for receipt in first] == [False, False, False]
    assert [receipt["repeated"] for receipt in again] == [True, True, True]
    assert all(same_receipt(one, other) for one, other in zip(first, again, strict=True))
    assert space.size() == first[-1]["entry"] + 1


def test_a_batch_keeps_the_order_of_its_files(space: Space) -> None:
    """The later file of the batch is the later word on the same cell."""
    space.run("submit", *several(space, STATEMENT, CORRECTION)).done()
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.6


def test_the_plain_receipt_names_the_filing(space: Space) -> None:
    receipt = space.enter(STATEMENT)
    page = hengjian("submit", space.path, space.inbox / "filing.csv", plain=True).done().out
    assert receipt["filing"] in page
