"""`filings`, `filing`, `blob`, `recognise` and `ledger` for readers who do not see everybody."""

from pathlib import Path

import pytest
from homes import TITLES, copied
from sighted_homes import asked, district, enrolled, filed

from hengjian.model.issue import Forbidden, Refused

BOTH = TITLES + "A1,total_assets,2025-Q4,1111\nB1,total_assets,2025-Q4,2222\nB1,net_profit,2025-Q4,2223\n"
OURS = TITLES + "A1,total_assets,2025-Q3,1112\nA2,total_assets,2025-Q3,1113\n"
THEIRS = TITLES + "B1,total_assets,2025-Q4,2224\nB2,total_assets,2025-Q4,2225\n"
FIGURE = {"entity": "A2", "indicator": "total_assets", "period": "2025-Q3"}
AGAIN = TITLES + "A1,total_assets,2025-Q4,1119\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Entries: 3 the units, 4 who stands below whom, 5 figures of both groups, 6 of A, 7 of B, 8 of A1 again."""
    found = district(tmp_path_factory.mktemp("filings") / "home")
    filed(found, BOTH, name="both.csv")
    filed(found, OURS, name="A1和A2.csv")
    filed(found, THEIRS, name="theirs.csv")
    filed(found, AGAIN, name="again.csv", entity="A1")
    return enrolled(found)


def listed(home: Path, reader: str | None, **question: object) -> list[tuple[str, int]]:
    answer = asked(home, "filings", actor=reader, **question)
    assert question.get("limit") or answer["count"] == len(answer["filings"])
    return [(one["filing"], one["rows"]) for one in answer["filings"]]


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (None, [(8, 1), (7, 2), (6, 2), (5, 3), (4, 7), (3, 9), (2, 2)]),
        ("parent", [(8, 1), (7, 2), (6, 2), (5, 3), (4, 7), (3, 8)]),
        ("own", [(8, 1), (6, 2), (5, 1), (4, 3), (3, 4)]),
        ("sibling", [(7, 2), (5, 2), (4, 2), (3, 3)]),
        ("stranger", [(3, 1)]),
        ("nobody", []),
    ],
)
def test_filings_with_the_rows_that_are_seen(home: Path, reader: str | None, expected: list[tuple[int, int]]) -> None:
    found = [(f"F{entry:06d}", rows) for entry, rows in expected]
    assert listed(home, reader) == found
    for filing, rows in found:
        one = asked(home, "filing", filing=filing, actor=reader)
        assert (one["rows"], len(one["cells"])) == (rows, rows)


def test_pages_of_those_that_are_seen(home: Path) -> None:
    first = asked(home, "filings", actor="own", limit=2)
    assert (first["count"], first["next"]) == (5, "F000005")
    assert listed(home, "own", limit=2, **{"from": first["next"]}) == [("F000005", 1), ("F000004", 3)]
    assert listed(home, "own", entity="A1", form="observations") == [("F000008", 1), ("F000006", 2), ("F000005", 1)]
    assert listed(home, "own", entity="A") == [("F000004", 3), ("F000003", 4)], "not by the link to D"


def test_one_filing_is_cut_to_the_rows_that_are_seen(home: Path) -> None:
    one = asked(home, "filing", filing="F000005", actor="own")
    assert [cell["entity"] for cell in one["cells"]] == ["A1"]
    assert one["withheld"] == 2
    assert (one["size"], one["sha256"]) == (None, None), "or what is left out could be guessed, and found to be so"
    assert (one["earlier"], one["later"]) == ([], [{"filing": "F000008", "entry": 8, "cells": 1}])
    theirs = asked(home, "filing", filing="F000005", actor="sibling")
    assert [cell["value"] for cell in theirs["cells"]] == [2222, 2223]
    assert theirs["later"] == [{"filing": "F000007", "entry": 7, "cells": 1}]
    everyone = asked(home, "filing", filing="F000005")
    assert "withheld" not in everyone
    assert everyone["size"] == len(BOTH.encode())
    assert [one["filing"] for one in everyone["later"]] == ["F000007", "F000008"]


def test_a_subject_and_a_name_of_a_file_out_of_sight_are_left_out(home: Path, tmp_path: Path) -> None:
    """The file of A1 and A2 bears the id of A1."""
    assert asked(home, "filing", filing="F000008", actor="own")["subject"] == "A1"
    assert asked(home, "filing", filing="F000006", actor="own")["file"] == "A1和A2.csv"
    fewer = enrolled(copied(home, tmp_path / "home"), {"one": "A2"})
    one = asked(fewer, "filing", filing="F000006", actor="one")
    assert (one["file"], [cell["file"] for cell in one["cells"]]) == (None, [None])
    assert [one["file"] for one in asked(fewer, "filings", actor="one")["filings"]] == [None, "units.csv"]


def test_what_is_not_seen_is_as_what_is_not_there(home: Path) -> None:
    """No filing, another kind of entry, and one of others: the same words."""
    for method in ("filing", "blob"):
        said = []
        for name in ("F000007", "F000000", "F000099"):
            with pytest.raises(Refused) as caught:
                asked(home, method, filing=name, actor="own")
            assert not isinstance(caught.value, Forbidden)
            said.append(str(caught.value).replace(name, "F"))
        assert len(set(said)) == 1


def test_the_file_is_for_who_sees_all_its_rows(home: Path) -> None:
    assert asked(home, "blob", filing="F000006", actor="own") == {"name": "A1和A2.csv", "data": OURS.encode()}
    assert asked(home, "blob", filing="F000005", actor="parent")["data"] == BOTH.encode()
    with pytest.raises(Forbidden) as caught:
        asked(home, "blob", filing="F000005", actor="own")
    (issue,) = caught.value.issues
    assert issue.message == "F000005 states figures of others too: its file is not handed out"
    assert issue.hint == "its rows that you may see are listed; who sees all of them can take the file"


def entries(home: Path, reader: str | None, **question: object) -> list[int]:
    return [one["entry"] for one in asked(home, "ledger", actor=reader, **question)["entries"]]


def test_entries_of_what_is_seen(home: Path) -> None:
    """0 and 1 packs, 2 to 8 filings, 9 to 13 persons (own, sibling, parent, stranger, nobody), 14 to 17 their roles."""
    assert entries(home, None) == list(range(17, -1, -1))
    assert entries(home, "own") == [14, 9, 8, 6, 5, 4, 3, 1, 0]
    assert entries(home, "nobody") == [13, 1, 0]
    answer, everyone = asked(home, "ledger", actor="own"), asked(home, "ledger")
    assert answer["withheld"] == 9
    assert "withheld" not in everyone
    for name in ("checkpoint", "key", "key_file", "size", "next"):
        assert answer[name] == everyone[name]
    rows = {one["entry"]: one["rows"] for one in answer["entries"]}
    assert (rows[5], rows[4], rows[3]) == (1, 3, 4)
    sizes = {one["entry"]: one["size"] for one in answer["entries"]}
    assert (sizes[5], sizes[6]) == (None, len(OURS.encode())), "as the filing itself tells"


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_persons_and_roles_are_followed_where_one_may(home: Path, tmp_path: Path, role: str) -> None:
    """At A: the role of `own`; not that of its parent, nor of the other group. An administrator finds who has none."""
    found = enrolled(copied(home, tmp_path / "home"), {"chief": "A"}, role)
    seen = set(entries(found, "chief"))
    assert seen & set(range(9, 18)) == ({9, 13, 14} if role == "administrator" else {9, 14})


def test_bytes_of_others_are_unknown(home: Path) -> None:
    assert asked(home, "recognise", name="x", data=THEIRS.encode(), actor="sibling")["kind"] == "filing"
    ours = asked(home, "recognise", name="x", data=THEIRS.encode(), actor="own")
    never = asked(home, "recognise", name="x", data=b"never filed", actor="own")
    assert {**ours, "sha256": "", "size": 0} == {**never, "sha256": "", "size": 0}
    both = asked(home, "recognise", name="x", data=BOTH.encode(), actor="own")
    assert {**both, "sha256": "", "size": 0} == {**never, "sha256": "", "size": 0}, (
        "who guesses the rest is not told so"
    )
    assert asked(home, "recognise", name="x", data=BOTH.encode(), actor="parent")["kind"] == "filing"


def test_an_explanation_names_no_file_that_names_others(home: Path, tmp_path: Path) -> None:
    fewer = enrolled(copied(home, tmp_path / "home"), {"one": "A2", "own": "A"})
    for reader, file in (("own", "A1和A2.csv"), ("one", None)):
        (leaf,) = asked(fewer, "explain", actor=reader, **FIGURE)["leaves"]
        assert (leaf["filing"], leaf["file"], leaf["cell"]) == ("F000006", file, "D3")


def test_what_is_proven_bears_no_name_of_others(home: Path, tmp_path: Path) -> None:
    """A leaf is proven whole, and holds the name of the file."""
    fewer = enrolled(copied(home, tmp_path / "home"), {"one": "A2", "own": "A"})
    for proven in ({"filing": "F000006", "cells": None}, {"filing": None, **FIGURE}):
        assert b"A1" in asked(fewer, "prove", actor="own", with_file=False, **proven)["bundle"]
        with pytest.raises(Forbidden) as caught:
            asked(fewer, "prove", actor="one", with_file=False, **proven)
        (issue,) = caught.value.issues
        assert issue.message == "the name of the file of F000006 names others: it is not proven to you"
        assert issue.hint == "ask somebody who sees them for its proof; next time name the file otherwise"


def test_a_proof_of_others_holds_and_names_no_entry(home: Path) -> None:
    """Who was handed a proof may check it, whoever it is about; the space tells no more than it does."""
    bundle = asked(home, "prove", filing="F000007", cells=None, with_file=False)["bundle"]
    assert [one["entry"] for one in asked(home, "recognise", name="x", data=bundle, actor="sibling")["found"]] == [7]
    answer = asked(home, "recognise", name="x", data=bundle, actor="own")
    assert (answer["kind"], answer["ok"], answer["found"]) == ("bundle", True, [])
