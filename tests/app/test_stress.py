"""`stress`: figures and rules before and after, by hand, by refiling what is shocked, and where nothing happens."""

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from scenario_homes import STRESSES, asked, figures, playing

from hengjian.app import open_space
from hengjian.model.issue import Refused

YEAR = {"2024-Q4": {"income": 400, "interest": 8, "profit": 40, "debt": 200, "equity": 100}}
GIVEN = {
    "A": {
        **YEAR, "2025-Q1": {"income": 100, "interest": 2, "profit": 10, "debt": 200, "equity": 110},
        "2025-Q2": {"income": 200, "interest": 4, "profit": 5, "debt": 240, "equity": 115, "customer": 50},
    },
    "B": {
        **YEAR, "2025-Q1": {"income": 90, "interest": 2, "profit": 9, "debt": 200, "equity": 110},
        "2025-Q2": {"income": 180, "interest": 4, "profit": 12, "debt": 100, "equity": 112},
    },
    "C": {"2025-Q2": {"income": 50, "profit": 1}},
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return playing(tmp_path_factory.mktemp("stress") / "home", figures(**GIVEN))


def told(answer: dict[str, Any], indicator: str, entity: str) -> dict[str, Any]:
    return next(one for one in answer["figures"] if (one["indicator"], one["entity"]) == (indicator, entity))


def test_what_there_is_to_play(home: Path) -> None:
    listed = asked(home, "stress")["stresses"]
    assert [one["name"] for one in listed] == ["rates_up", "income_down", "customer_lost"]
    assert listed[0]["parameters"] == [
        {"name": "rate_rise", "label": {"zh": "升幅", "en": "rise"}, "unit": "%", "value": 1.0}
    ], "what recurs by month is not asked for"
    assert [one["measure"] for one in listed[0]["measures"]] == ["interest", "profit", "equity"]


def test_rates_rise_for_the_months_that_have_passed(home: Path) -> None:
    """A's debt of 240 bears 1 % more for half a year: 1.2, of which 0.9 after tax; cover falls from 2.25 to 9.3/5.2."""
    answer = asked(home, "stress", stress="rates_up", period="2025-Q2")
    assert (answer["period"], answer["since"], answer["values"]) == ("2025-Q2", "2025-01-01", {"rate_rise": 1.0})
    assert told(answer, "cover", "A") == {
        "indicator": "cover", "entity": "A", "period": "2025-Q2", "unit": "times", "before": 2.25,
        "after": pytest.approx((5 - 0.9 + 5.2) / 5.2), "difference": pytest.approx(9.3 / 5.2 - 2.25), "missing": None,
    }  # fmt: skip
    assert told(answer, "all_profit", "O")["after"] == pytest.approx(5 - 0.9 + 12 - 0.375), "everyone is stressed"
    assert told(answer, "margin", "A")["after"] == pytest.approx(4.1 / 200)
    assert "income_of_year" not in {one["indicator"] for one in answer["summary"]}


def test_year_to_date_figures_stay_a_year(home: Path) -> None:
    """10 % less in the year: the second quarter is 10 % less, twelve months keep last year's rest (400 − 0: nothing
    was filed of the middle of 2024, so that growth has no base), the opening balance is as filed."""
    answer = asked(home, "stress", stress="income_down", period="2025-Q2")
    assert told(answer, "income_of_quarter", "A")["before"] == 100
    assert told(answer, "income_of_quarter", "A")["after"] == pytest.approx(90)
    rates = asked(home, "stress", stress="rates_up", period="2025-Q2")
    average = told(rates, "equity_on_average", "A")
    assert (average["before"], average["after"]) == (107.5, pytest.approx((100 + 115 - 0.9) / 2))


def test_growth_compares_with_the_unstressed_year_before(tmp_path: Path) -> None:
    given = {"A": {"2024-Q4": {"income": 400}, "2025-Q4": {"income": 440}}}
    answer = asked(playing(tmp_path / "home", figures(**given)), "stress", stress="income_down", period="2025-Q4")
    assert told(answer, "growth", "A")["after"] == pytest.approx(440 * 0.9 / 400 - 1)
    assert told(answer, "income_of_year", "A")["after"] == pytest.approx(396)


def test_what_was_not_filed_is_missing_under_stress_and_not_unharmed(home: Path) -> None:
    """B told of no customer: its margin cannot be told any more, and neither can what the office's profit comes to."""
    answer = asked(home, "stress", stress="customer_lost", period="2025-Q2")
    assert told(answer, "margin", "A")["after"] == pytest.approx((5 - 37.5) / 150)
    missing = told(answer, "margin", "B")
    assert (missing["before"], missing["after"], missing["missing"]) == (12 / 180, None, "not_reported")
    assert told(answer, "all_profit", "O")["missing"] == "not_reported"
    counts = next(one for one in answer["summary"] if one["indicator"] == "margin")
    assert counts == {
        "indicator": "margin",
        "type": "enterprise",
        "changed": 1,
        "up": 0,
        "down": 1,
        "missing": 2,
        "same": 0,
    }


def test_rules_that_fire_turn_graver_and_cannot_be_told(home: Path) -> None:
    """A earns 5 before a fall of 10 %, and −10 after: a loss, and its cover falls from 2.25 to below 1."""
    answer = asked(home, "stress", stress="income_down", period="2025-Q2")
    assert [(one["rule"], one["entity"], one["before"], one["after"], one["change"]) for one in answer["rules"]] == [
        ("thin_cover", "B", None, "red", "fires"), ("loss", "A", None, "orange", "fires"),
        ("loss", "B", None, "orange", "fires"), ("loss", "C", None, "orange", "fires"),
        ("thin_cover", "A", "yellow", "red", "graver"),
    ]  # fmt: skip
    lost = asked(home, "stress", stress="customer_lost", period="2025-Q2", entities=["B"])
    assert [(one["rule"], one["change"]) for one in lost["rules"]] == [("thin_cover", "unknown"), ("loss", "unknown")]


def test_other_sizes_and_figures_by_name(home: Path) -> None:
    asked_for = {"values": {"rate_rise": "2%"}, "indicators": ["interest", "margin"], "entities": ["A"]}
    answer = asked(home, "stress", stress="rates_up", period="2025-Q2", **asked_for)
    assert [(one["indicator"], one["entity"]) for one in answer["figures"]] == [("interest", "A"), ("margin", "A")]
    assert told(answer, "interest", "A")["after"] == pytest.approx(4 + 240 * 0.02 / 2)


def test_the_period_is_what_most_have_reported(home: Path) -> None:
    assert asked(home, "stress", stress="income_down")["period"] == "2025-Q2"


def test_no_size_no_change(home: Path) -> None:
    """A shock of 0 touches nothing, not even figures whose inputs are missing."""
    for name, size in (("rates_up", "rate_rise"), ("income_down", "fall"), ("customer_lost", "lost")):
        answer = asked(home, "stress", stress=name, period="2025-Q2", values={size: 0})
        assert (answer["figures"], answer["rules"]) == ([], [])


def test_a_shock_that_comes_to_nothing_leaves_every_bit(tmp_path: Path) -> None:
    """Shocks that are run, and add nothing: half of nothing is 0, and 1 times a figure is the figure."""
    idle = STRESSES.replace("debt * rate_rise * year_share", "debt * rate_rise * 0").replace(
        "(1 - fall)", "(1 - fall * 0)"
    )
    idle = idle.replace("income * fall * (1 - tax)", "income * fall * 0")
    full = {one: rows for one, rows in GIVEN.items() if one != "C"}
    home = playing(tmp_path / "home", figures(**full), more={"stresses.yaml": idle})
    for name in ("rates_up", "income_down"):
        answer = asked(home, "stress", stress=name, period="2025-Q2", values={})
        assert answer["summary"], "formulas were run"
        assert (answer["figures"], answer["rules"]) == ([], [])


def test_refiling_what_is_shocked_gives_the_same(tmp_path: Path) -> None:
    """The slow way: the shocked lines filed as they stand under stress, in a space of their own, give every figure."""
    shocked = {
        one: {
            period: values
            | (
                {}
                if period < "2025"
                else {
                    "interest": values["interest"] + values["debt"] * 0.01 * share,
                    "profit": values["profit"] - values["debt"] * 0.01 * share * 0.75,
                    "equity": values["equity"] - values["debt"] * 0.01 * share * 0.75,
                }
            )
            for (period, values), share in zip(rows.items(), (0, 3 / 12, 6 / 12), strict=True)
        }
        for one, rows in GIVEN.items()
        if one != "C"
    }
    other = playing(tmp_path / "other", figures(**shocked))
    kept = playing(tmp_path / "kept", figures(**{one: rows for one, rows in GIVEN.items() if one != "C"}))
    answer = asked(kept, "stress", stress="rates_up", period="2025-Q2")
    stream = pa.ipc.open_stream(open_space(other).ask("values", {"period": "2025-Q2"})["arrow"])
    refiled = {(row["entity"], row["indicator"]): row["value"] for row in stream.read_all().to_pylist()}
    assert len(answer["figures"]) == 9
    for one in answer["figures"]:
        assert one["after"] == pytest.approx(refiled[one["entity"], one["indicator"]], rel=1e-12)
    told_of = {(one["entity"], one["indicator"]) for one in answer["figures"]}
    before = pa.ipc.open_stream(open_space(kept).ask("values", {"period": "2025-Q2"})["arrow"]).read_all().to_pylist()
    for row in before:
        if (row["entity"], row["indicator"]) not in told_of:
            assert refiled[row["entity"], row["indicator"]] == row["value"], "what is not told of does not change"


@pytest.mark.parametrize(
    ("question", "message", "hint"),
    [
        ({"stress": "rates"}, "no stress is called 'rates'", "did you mean rates_up?"),
        (
            {"stress": "rates_up", "values": {"rise": 1}}, "stress rates_up has no value 'rise'",
            "did you mean rate_rise?",
        ),
        (
            {"stress": "rates_up", "values": {"rate_rise": "much"}}, "the value of rate_rise is no number: 'much'",
            "write a number of %, such as 1",
        ),
        (
            {"stress": "rates_up", "period": "soon"}, "'soon' is not one period",
            "write 2025, 2025-H1, 2025-Q2 or 2025-06",
        ),
    ],
)  # fmt: skip
def test_faults_are_told(home: Path, question: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(home, "stress", **question)
    assert (refused.value.issues[0].message, refused.value.issues[0].hint) == (message, hint)


def test_nobody_has_reported_anything(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=re.escape("income is reported by nobody, so that there is no period to play")):
        asked(playing(tmp_path / "home"), "stress", stress="income_down")
