"""Columns of opening balances and of a year ago: what they state of closed periods is held against what stands."""

from pathlib import Path
from typing import Any

import pytest
from filing_homes import TITLE, asked, figures, filed, formed

from hengjian.model.issue import Refused

OVER = "it takes the place of what was filed for it"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """E1's year 2025 stands at 100, of which 60 is owed."""
    home = formed(tmp_path / "home")
    filed(home, figures("E1,2025-Q4,100,60,1"), form="short_balance")
    return home


def sheet(period: str, assets: tuple[object, object], debt: tuple[object, object]) -> str:
    lines = [",", "编制单位,E1", f"期间,{period}", "项目,期末余额,年初余额"]
    lines += [f"{title},{now},{then}" for title, (now, then) in (("total assets", assets), ("total liabilities", debt))]
    return "\n".join([*lines, ""])


def warnings(home: Path, text: str) -> list[tuple[str | None, str, str]]:
    """Cell, message and hint of each warning of a filing; a trial says the same."""
    question = {"files": [{"name": "b.csv", "data": text.encode()}], "form": "balance", "actor": "clerk"}
    tried = asked(home, "trial", **question)
    receipt: dict[str, Any] = asked(home, "submit", **question)
    told = [(one["row"], one["column"], one["message"], one["hint"]) for one in receipt["warnings"]]
    assert told == [(one["row"], one["column"], one["message"], one["hint"]) for one in tried["warnings"]]
    return [(f"{row}:{column}", message, hint) for row, column, message, hint in told]


def test_an_opening_balance_that_is_last_years_closing_says_nothing(home: Path) -> None:
    assert warnings(home, sheet("2026-Q1", (110, 100), (70, 60))) == []


def test_one_that_is_not_says_where_and_what_it_does(home: Path) -> None:
    ((cell, message, hint),) = warnings(home, sheet("2026-Q1", (110, 200), (70, 60)))
    assert (cell, message) == ("5:3", "E1 2025-Q4: total_assets stands as 100, and is 200 here")
    assert OVER in hint
    values = asked(home, "show", entity="E1", indicators=["total_assets"], period="2025-Q4")["values"]
    assert values[0]["value"] == 200
    assert warnings(home, sheet("2026-Q2", (120, 200), (70, 60))) == [], "it stands now"


def test_a_withdrawal_in_the_column_of_last_year(home: Path) -> None:
    ((_, message, _),) = warnings(home, sheet("2026-Q1", (110, "撤回"), (70, 60)))
    assert message == "E1 2025-Q4: total_assets stands as 100, and is withdrawn here"


def test_what_was_audited_goes_on_to_count_and_is_told(home: Path) -> None:
    audited = "entity,measure,period,value,basis\nE1,total_assets,2025-Q4,101,audited\n"
    filed(home, f"{audited}E1,total_liabilities,2025-Q4,60,audited\n")
    ((_, message, hint),) = warnings(home, sheet("2026-Q1", (110, 100), (70, 60)))
    assert message == "E1 2025-Q4: total_assets stands as 101, and is 100 here"
    assert hint.endswith("what was filed for it on a better basis still counts")
    assert warnings(home, sheet("2026-Q2", (120, 101), (70, 60))) == []


def test_the_years_own_filing_and_forms_without_such_columns_are_not_held_against_anything(home: Path) -> None:
    assert warnings(home, sheet("2025-Q4", (150, ""), (70, ""))) == [], "a correction of the year itself"
    receipt = filed(home, f"{TITLE}E1,2025-Q4,90,50,1\nE1,2026-Q1,90,50,1\n", form="short_balance")
    assert receipt["warnings"] == []


def test_a_first_filing_has_nothing_to_differ_from(home: Path) -> None:
    assert warnings(home, sheet("2024-Q4", (90, 80), (50, 40))) == []


def test_last_years_column_alone_files_nothing(home: Path) -> None:
    size = asked(home, "status")["size"]
    with pytest.raises(Refused) as caught:
        filed(home, sheet("2026-Q1", ("", 200), ("", 60)), form="balance")
    (issue,) = caught.value.issues
    assert issue.message == "only comparative figures of earlier periods are filled"
    assert issue.hint == "fill column B; an earlier period is filed by itself"
    assert asked(home, "status")["size"] == size
