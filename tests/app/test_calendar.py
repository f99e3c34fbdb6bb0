"""The filing calendar: who is expected, who has filed, when, and what is overdue."""

from pathlib import Path
from typing import Any

import pytest
from filing_homes import figures, formed
from homes import asked, copied, filed

from hengjian.model.issue import Refused

THIRD = "entity,type,name\nE3,enterprise,Third\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """E1 filed four quarters (two in time, one a month late, one corrected), E2 began with 2025-Q3, E3 never filed.

    The forms are due 30 days after a quarter; today is 2026-05-15.
    """
    home = formed(tmp_path_factory.mktemp("calendar") / "home", today="2026-05-15")
    filed(home, THIRD, form="entities")
    for line, day in (
        ("E1,2025-Q2,200,100,", "2025-07-30"), ("E1,2025-Q3,200,100,", "2025-11-30"),
        ("E1,2025-Q3,210,100,", "2025-12-05"), ("E1,2025-Q4,200,100,", "2026-01-10"),
        ("E2,2025-Q3,200,100,", "2025-10-01"),
    ):  # fmt: skip
        filed(home, figures(line), form="short_balance", known_from=day)
    return home


def calendar(home: Path, form: str = "short_balance", **more: Any) -> dict[str, Any]:
    return asked(home, "calendar", form=form, **more)


def states(answer: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The state of each entity and period."""
    periods = [one["period"] for one in answer["periods"]]
    return {
        filer["entity"]: {period: cell["state"] for period, cell in zip(periods, filer["cells"], strict=True)}
        for filer in answer["filers"]
    }


def test_states_by_the_deadline(home: Path) -> None:
    answer = calendar(home, period="2025-Q1..2026-Q1")
    assert states(answer) == {
        "E1": {
            "2025-Q1": "not_expected", "2025-Q2": "on_time", "2025-Q3": "late", "2025-Q4": "on_time",
            "2026-Q1": "missing",
        },
        "E2": {
            "2025-Q1": "not_expected", "2025-Q2": "not_expected", "2025-Q3": "on_time", "2025-Q4": "missing",
            "2026-Q1": "missing",
        },
        "E3": dict.fromkeys(["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"], "not_expected"),
    }  # fmt: skip
    assert [filer["never"] for filer in answer["filers"]] == [False, False, True]
    assert [filer["name"] for filer in answer["filers"]][2] == "Third"
    assert (answer["today"], answer["due"], answer["frequency"]) == ("2026-05-15", 30, "quarter")


def test_days_corrections_and_the_last_entry(home: Path) -> None:
    answer = calendar(home, period="2025-Q3..2026-Q1", entity="E1")
    third, fourth, first = answer["filers"][0]["cells"]
    assert (third["first"], third["days"], third["filings"], third["claimed"]) == ("2025-11-30", 31, 2, True)
    assert third["filing"] == f"F{third['entry']:06d}"
    assert asked(home, "filing", filing=third["filing"])["cells"][0]["value"] == 210
    assert (fourth["days"], fourth["filings"]) == (0, 1)
    assert (first["days"], first["filing"]) == (15, None), "due on 30 April"


def test_each_period_is_counted(home: Path) -> None:
    last = calendar(home)["periods"][-1]
    assert (last["period"], last["end"], last["deadline"]) == ("2026-Q1", "2026-03-31", "2026-04-30")
    assert last["counts"] == {"on_time": 0, "late": 0, "missing": 2, "due": 0, "not_expected": 1}


def test_the_latest_periods_that_have_ended(home: Path) -> None:
    assert [one["period"] for one in calendar(home)["periods"]] == [
        "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"
    ]  # fmt: skip
    assert [one["period"] for one in calendar(home, year="2025")["periods"]] == [
        f"2025-Q{part}" for part in range(1, 5)
    ]
    assert [one["period"] for one in calendar(home, as_of="2026-03-31")["periods"]][-1] == "2026-Q1"


def test_before_the_deadline_it_is_due_and_a_running_period_is_not_expected(home: Path) -> None:
    assert states(calendar(home, period="2026-Q1", as_of="2026-04-30"))["E1"] == {"2026-Q1": "due"}
    assert states(calendar(home, period="2026-Q1", as_of="2026-05-01"))["E1"] == {"2026-Q1": "missing"}
    assert states(calendar(home, period="2026-Q2"))["E1"] == {"2026-Q2": "not_expected"}


def test_what_was_known_then(home: Path) -> None:
    assert states(calendar(home, period="2025-Q3", as_known_at="2025-11-29"))["E1"] == {"2025-Q3": "missing"}
    assert states(calendar(home, period="2025-Q3", as_known_at="2025-11-30"))["E1"] == {"2025-Q3": "late"}


def test_a_withdrawn_filing_is_missing_again(home: Path, tmp_path: Path) -> None:
    own = copied(home, tmp_path / "own")
    filed(own, figures("E1,2025-Q4,撤回,撤回,"), form="short_balance")
    assert states(calendar(own, period="2025-Q4"))["E1"] == {"2025-Q4": "missing"}


def test_without_a_deadline_nothing_is_late(home: Path, tmp_path: Path) -> None:
    own = copied(home, tmp_path / "own")
    filed(own, "单位,季度,资产合计（台账）\nE1,2024-Q1,5\n", form="register", name="register.csv")
    answer = calendar(own, "register", period="2024-Q1..2024-Q2")
    assert states(answer)["E1"] == {"2024-Q1": "on_time", "2024-Q2": "due"}
    assert answer["periods"][0]["deadline"] is None


def test_opening_balances_file_no_earlier_period(home: Path, tmp_path: Path) -> None:
    """The balance sheet of 2026-Q1 of E3 states its year's opening too: that is not a filing of 2025-Q4."""
    own = copied(home, tmp_path / "own")
    sheet = "\n".join(
        [",", "编制单位,E3", "期间,2026-Q1", "项目,期末余额,年初余额", "资产总计,5,4", "负债合计,2,1", ""]
    )
    sheet = sheet.replace("负债合计", "total liabilities").replace("资产总计", "total assets")
    receipt = filed(own, sheet, form="balance", name="balance.csv")
    assert receipt["observations"] == 4
    found = states(calendar(own, "balance", period="2025-Q3..2026-Q1"))
    assert found["E3"] == {"2025-Q3": "not_expected", "2025-Q4": "not_expected", "2026-Q1": "late"}
    (cell,) = calendar(own, "balance", period="2026-Q1", entity="E3")["filers"][0]["cells"]
    assert (cell["first"], cell["days"]) == ("2026-05-15", 15), "where today is set back, it was filed today"
    assert found["E1"]["2025-Q4"] == "on_time", "the same measures by another form count"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"form": "short_balanc"}, "no pack declares a form 'short_balanc'\n  hint: did you mean short_balance or"),
        ({"form": "short_balance", "period": "soon"}, "--period 'soon' names no period"),
        (
            {"form": "short_balance", "period": "2026-05"},
            "short_balance has no period '2026-05'",
        ),
        ({"form": "short_balance", "period": "1900..2025"}, "'1900..2025' has more than 400 periods"),
        ({"form": "short_balance", "entity": "E9"}, "no entity is registered as 'E9'"),
    ],
)
def test_what_is_refused(home: Path, question: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(home, "calendar", **question)
    assert str(caught.value).startswith(message)
