"""Submissions: the derived key, repeats, what is refused before it is staged, and declared checks."""

from pathlib import Path

import pytest
from homes import STATEMENT, TITLES, asked, filed, shown, submission

from hengjian.app.submission import Submission
from hengjian.model.issue import Issue, Refused

OTHER = STATEMENT.replace("150", "100")


def refused(folder: Path, *texts: str, **more: object) -> list[Issue]:
    size = asked(folder, "status")["size"]
    with pytest.raises(Refused) as caught:
        asked(folder, "submit", **submission(*texts, **more))
    assert asked(folder, "status")["size"] == size, "nothing was entered"
    return list(caught.value.issues)


def test_the_same_file_again_is_a_repeat_until_something_changed(home: Path) -> None:
    first = filed(home, OTHER)
    assert (first["entry"], first["repeated"], first["observations"]) == (4, False, 2)
    assert filed(home, OTHER) == {**first, "repeated": True}
    correction = filed(home, STATEMENT)
    assert correction["entry"] == 5, "the statement was filed before, and changes something again"
    assert filed(home, OTHER)["entry"] == 6
    assert shown(home, "debt_ratio") == {("debt_ratio", "2019-Q4"): 0.5}


def test_who_files_which_bytes_as_what_makes_the_key() -> None:
    def base(*texts: str, **more: object) -> str:
        return Submission.of(submission(*texts, **more)).base()

    assert base(OTHER) == base(OTHER, name="other.csv", key="K", known_from="2020-01-01")
    different = {
        base(OTHER), base(STATEMENT), base(OTHER, form="wide"), base(OTHER, actor="other"), base(OTHER, entity="E1"),
        base(OTHER, STATEMENT), base(STATEMENT, OTHER), base(OTHER + STATEMENT), base("", OTHER), base(OTHER, ""),
    }  # fmt: skip
    assert len(different) == 10


def test_somebody_else_files_the_same_bytes(home: Path) -> None:
    assert filed(home, OTHER)["entry"] == 4
    assert filed(home, OTHER, actor="other")["entry"] == 5


def test_a_key_of_ones_own(home: Path) -> None:
    first = filed(home, OTHER, key="2026/7")
    filed(home, STATEMENT)
    assert filed(home, OTHER, key="2026/7") == {**first, "repeated": True}, "even after a correction"
    (issue,) = refused(home, STATEMENT, key="2026/7")
    assert str(issue) == (
        "the key '2026/7' was used for another submission: F000004\n"
        "  hint: take a new key for a new submission; only a repeat of the very same files takes the old one"
    )


def test_an_empty_key_is_none(home: Path) -> None:
    first = filed(home, OTHER, key="")
    assert filed(home, OTHER, key="") == {**first, "repeated": True}


def test_a_batch_is_one_submission(home: Path) -> None:
    texts = [STATEMENT.replace("2019", year) for year in ("2020", "2021")]
    first = filed(home, *texts)["filings"]
    assert [one["entry"] for one in first] == [4, 5]
    assert filed(home, *texts)["filings"] == [{**one, "repeated": True} for one in first]
    assert [str(issue.place) for issue in refused(home, "x", STATEMENT.replace("E1", "E9"))][-2:] == [
        "1-filing.csv, row 2, column 1", "1-filing.csv, row 3, column 1"
    ]  # fmt: skip


def test_an_actor_too_long_for_a_leaf(home: Path) -> None:
    (issue,) = refused(home, OTHER, actor="x" * 5000)
    assert issue.message.startswith("the ledger entry would take ")
    assert issue.message.endswith(" bytes, its limit is 4096")
    assert issue.hint == "shorten the subject, the actor, the file name or the references"


def test_a_long_file_name_is_cut_where_it_stands(home: Path) -> None:
    name = "资产负债表" * 100 + ".csv"
    odd = "E1,pledged_assets,2019-Q4,300\n"
    assert filed(home, OTHER + odd, name=name)["warnings"], "its warnings find it all the same"
    assert (
        asked(home, "explain", entity="E1", indicator="debt_ratio", period="2019-Q4")["leaves"][0]["file"] == name[:200]
    )


@pytest.mark.parametrize("what", ["form", "entity", "key", "actor"])
def test_words_that_are_no_text(home: Path, what: str) -> None:
    """A command line may hold any bytes; Python gives those that are no UTF-8 as lone surrogates."""
    assert [str(issue) for issue in refused(home, OTHER, **{what: "a\udcff"})] == [
        f"the {what} 'a\\udcff' is no text\n  hint: write it in UTF-8"
    ]


def test_a_file_name_that_is_no_text(home: Path) -> None:
    (issue,) = refused(home, OTHER, name="\udcff.csv")
    assert issue.message == "the file name '\\udcff.csv' is no text"


# archives


def test_an_archive_is_known_from_its_day(home: Path) -> None:
    filed(home, OTHER, known_from="2020-04-30")
    before, after = (
        shown(home, "debt_ratio", as_known_at="2020-04-29"),
        shown(home, "debt_ratio", as_known_at="2020-04-30"),
    )
    assert (before, after) == ({}, {("debt_ratio", "2019-Q4"): 0.5})
    assert shown(home, "debt_ratio", as_known_at="2020-04-30", proven=True) == {}


def test_an_archive_cannot_be_known_after_it_is_filed(home: Path) -> None:
    (issue,) = refused(home, OTHER, known_from="9999-12-31")
    assert str(issue) == (
        "--known-from 9999-12-31 is later than the filing is recorded\n"
        "  hint: an archive was known before it is filed here"
    )
    assert [str(issue) for issue in refused(home, OTHER, known_from="soon")] == [
        "--known-from 'soon' is not a date\n  hint: write it as 2026-03-31"
    ]


# declared checks


def test_a_broken_check_names_the_figures_the_rule_and_its_source(home: Path) -> None:
    (issue,) = refused(home, TITLES + "E1,total_liabilities,2019-Q4,1234567.25\n")
    assert str(issue) == (
        "filing.csv, row 2: E1 2019-Q4: 负债 1,234,567.25 超过资产 200 / debt 1,234,567.25 over 200\n"
        "  hint: solvent: total_liabilities <= total_assets (by hand, article 1)"
    )


def test_each_entity_and_period_that_breaks_it_is_named_once(home: Path) -> None:
    rows = "E1,total_liabilities,2019-Q4,900\nE2,total_assets,2020-Q1,1\nE2,total_liabilities,2020-Q1,2\n"
    found = refused(home, TITLES + rows + "E2,total_assets,2020-Q2,2\nE2,total_liabilities,2020-Q2,2\n")
    assert [issue.message.split(":")[0] for issue in found] == ["E1 2019-Q4", "E2 2020-Q1"]


def test_warnings_are_entered_with_the_file_that_they_are_about(home: Path) -> None:
    sound, odd = STATEMENT.replace("2019", "2020"), TITLES + "E1,pledged_assets,2019-Q4,300\n"
    one, other = filed(home, sound, odd)["filings"]
    assert one["warnings"] == []
    (warning,) = other["warnings"]
    assert warning["message"] == "E1 2019-Q4: 受限 300 超过 200 / pledged 300 of 200"
    assert warning["hint"] == "free_assets: pledged_assets <= total_assets (by hand, article 2)"
    assert (warning["file"], warning["row"]) == ("1-filing.csv", 2)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("E2,total_liabilities,2019-Q4,999", id="nothing to compare with"),
        pytest.param("E1,total_assets,2019-Q4,#withdrawn", id="the other side withdrawn"),
        pytest.param("E1,headcount,2019-Q4,7", id="a measure that no check reads"),
    ],
)
def test_a_check_with_a_missing_input_says_nothing(home: Path, row: str) -> None:
    assert filed(home, TITLES + row + "\n")["warnings"] == []


def test_each_basis_is_checked_by_itself(home: Path) -> None:
    """The audited debt has no audited assets beside it; the flash ones are another statement."""
    audited = "entity,measure,period,value,basis\nE1,total_liabilities,2019-Q4,999,audited\n"
    assert filed(home, audited)["warnings"] == []
    assert refused(home, audited + "E1,total_assets,2019-Q4,1,audited\n")


def test_ids_with_braces(home: Path) -> None:
    names = ["E{1}", "E{", "E}", "{total_assets}"]
    filed(home, "entity,type,name\n" + "".join(f"{name},enterprise,x\n" for name in names), form="entities")
    rows = [f"{name},total_assets,2019-Q4,1\n{name},total_liabilities,2019-Q4,2\n" for name in names]
    found = refused(home, TITLES + "".join(rows))
    assert sorted(issue.message.split(" 2019")[0] for issue in found) == sorted(names)
    assert {issue.message.split(": ")[1] for issue in found} == {"负债 2 超过资产 1 / debt 2 over 1"}


def test_files_of_one_batch_that_state_a_figure_differently(home: Path) -> None:
    row = "E1,total_assets,2019-Q4,{}\n"
    receipt = filed(home, TITLES + row.format(400), TITLES + row.format(500))
    first, later = (one["warnings"] for one in receipt["filings"])
    assert not first
    assert [one["message"] for one in later] == [
        "total_assets of 'E1' in 2019-Q4 stands otherwise in 0-filing.csv",
    ]
    assert later[0]["hint"] == "the later file of a batch counts: was that meant?"
    withdrawn = filed(home, TITLES + row.format(400), TITLES + row.format("撤回"))
    assert len(withdrawn["filings"][1]["warnings"]) == 1
    agreeing = filed(home, TITLES + row.format(300), TITLES + row.format(300))
    assert [one["warnings"] for one in agreeing["filings"]] == [[], []], "what agrees may stand twice"
