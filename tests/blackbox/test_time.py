"""Two clocks on every fact: when it was true, and when we knew it (CONTRACT section 1)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from kit import Space, hengjian, observations, says, wide
from tiny_pack import STATEMENT

CORRECTION = observations("E1 total_liabilities 2019-Q4 120")


def moment(recorded_at: str) -> datetime:
    return datetime.fromisoformat(recorded_at)


# Corrections


def test_a_correction_changes_today_and_not_the_past(space: Space) -> None:
    first = space.enter(STATEMENT)
    second = space.enter(CORRECTION)
    assert first["recorded_at"] < second["recorded_at"]

    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.6
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=second["recorded_at"]) == 0.6
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=first["recorded_at"]) == 0.75

    just_before = moment(second["recorded_at"]) - timedelta(microseconds=1)
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=just_before.isoformat()) == 0.75
    in_shanghai = moment(first["recorded_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=in_shanghai.isoformat()) == 0.75


def test_before_the_first_filing_nothing_was_known(space: Space) -> None:
    first = space.enter(STATEMENT)
    just_before = (moment(first["recorded_at"]) - timedelta(microseconds=1)).isoformat()
    assert space.missing("E1", "debt_ratio", "2019-Q4", as_known_at=just_before) == "not_reported"


def test_entry_n_sees_the_entries_before_n(space: Space) -> None:
    first = space.enter(STATEMENT)
    second = space.enter(CORRECTION)
    assert space.missing("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{first['entry']}") == "not_reported"
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{second['entry']}") == 0.75
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{second['entry'] + 1}") == 0.6


def test_a_date_is_the_end_of_that_day(space: Space) -> None:
    receipt = space.enter(STATEMENT)
    day = moment(receipt["recorded_at"]).astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=day) == 0.75
    assert space.missing("E1", "debt_ratio", "2019-Q4", as_known_at=day - timedelta(1)) == "not_reported"


def test_the_day_ends_in_the_timezone_of_the_space(space: Space) -> None:
    """The day that it is now in Pago Pago (UTC-11) has ended on Kiritimati (UTC+14), and never the other way round."""
    receipt = space.enter(STATEMENT)
    day = moment(receipt["recorded_at"]).astimezone(ZoneInfo("Pacific/Pago_Pago")).date()
    space.configure("timezone", "Pacific/Pago_Pago")
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=day) == 0.75
    space.configure("timezone", "Pacific/Kiritimati")
    assert space.missing("E1", "debt_ratio", "2019-Q4", as_known_at=day) == "not_reported"


@pytest.mark.parametrize("when", ["yesterday", "entry:x", "2019-13-01", "2019-12-31T25:00:00Z"])
def test_a_moment_that_is_none(filed_template: Space, when: str) -> None:
    result = filed_template.run("show", "E1", "debt_ratio", as_known_at=when)
    assert result.code in (1, 2)
    assert when in result.out + result.err


def test_explain_answers_as_known_then(space: Space) -> None:
    first = space.enter(STATEMENT)
    space.enter(CORRECTION)
    explained = space.explain("E1", "debt_ratio", "2019-Q4", as_known_at=first["recorded_at"])
    assert explained["value"] == 0.75
    assert {leaf["entry"] for leaf in explained["leaves"]} == {first["entry"]}


def test_recorded_time_is_utc_and_now(space: Space) -> None:
    receipt = space.enter(STATEMENT)
    assert abs(datetime.now(UTC) - moment(receipt["recorded_at"])) < timedelta(minutes=5)


# Archives


@pytest.fixture(scope="module")
def archive(template: Space, tmp_path_factory: pytest.TempPathFactory) -> tuple[Space, list[dict]]:
    """The statement as it was published at the end of April 2020, and its correction of the end of August."""
    space = template.copy(tmp_path_factory.mktemp("archive"))
    return space, [space.enter(STATEMENT, known_from="2020-04-30"), space.enter(CORRECTION, known_from="2020-08-31")]


@pytest.mark.parametrize(
    ("when", "value"),
    [
        ("2020-04-29", None),
        ("2020-04-29T12:00:00+08:00", None),
        ("2020-04-30", 0.75),
        ("2020-05-01T12:00:00+08:00", 0.75),
        ("2020-08-30", 0.75),
        ("2020-08-31", 0.6),
        ("2020-09-01T12:00:00Z", 0.6),
    ],
)
def test_an_archive_shows_as_known_from_its_date(
    archive: tuple[Space, list[dict]], when: str, value: float | None
) -> None:
    space, _ = archive
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=when) == value


def test_today_sees_the_last_of_the_archive(archive: tuple[Space, list[dict]]) -> None:
    assert archive[0].value("E1", "debt_ratio", "2019-Q4") == 0.6


def test_entry_n_counts_entries_of_an_archive_too(archive: tuple[Space, list[dict]]) -> None:
    space, (_, second) = archive
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{second['entry']}") == 0.75


def test_proven_ignores_what_is_only_claimed(archive: tuple[Space, list[dict]]) -> None:
    space, (first, _) = archive
    assert space.missing("E1", "debt_ratio", "2019-Q4", as_known_at="2020-12-31", proven=True) == "not_reported"
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=first["recorded_at"], proven=True) == 0.75
    assert space.value("E1", "debt_ratio", "2019-Q4", proven=True) == 0.6


def test_explain_says_that_the_date_is_claimed(archive: tuple[Space, list[dict]]) -> None:
    space, _ = archive
    page = hengjian("explain", space.path, "E1", "debt_ratio", "2019-Q4", plain=True).done().out
    assert "known from 2020-04-30 claimed, not proven" in page
    assert "known from 2020-08-31 claimed, not proven" in page
    assert "2020-04-30" in space.run("explain", "E1", "debt_ratio", "2019-Q4").done().out


def test_explain_of_a_plain_filing_claims_nothing(filed_template: Space) -> None:
    page = hengjian("explain", filed_template.path, "E1", "debt_ratio", "2019-Q4", plain=True).done().out
    assert "claimed, not proven" not in page


def test_a_column_dates_each_row(space: Space) -> None:
    space.enter(
        observations(
            """
            E1 total_assets       2018-Q4  100  2019-04-30
            E1 total_assets       2019-Q4  200  2020-04-30
            """,
            "known_from",
        )
    )
    assert space.value("E1", "assets", "2018-Q4", as_known_at="2019-12-31") == 100
    assert space.missing("E1", "assets", "2019-Q4", as_known_at="2019-12-31") == "not_reported"
    assert space.value("E1", "assets", "2019-Q4", as_known_at="2020-12-31") == 200


@pytest.mark.parametrize("when", ["2999-01-01", "soon"])
def test_an_archive_is_of_the_past(space: Space, when: str) -> None:
    size = space.size()
    assert space.submit(STATEMENT, known_from=when).code in (1, 2)
    assert space.refuse(observations(f"E1 total_assets 2019-Q4 200 {when}", "known_from"))[0]["row"] == 2
    assert space.size() == size


# As of a day


def test_as_of_leaves_out_periods_that_end_later(space: Space) -> None:
    space.enter(
        observations("""
            E1 total_assets 2019-Q3 100
            E1 total_assets 2019-Q4 200
            E1 total_assets 2020-Q1 300
        """)
    )
    assert [value["period"] for value in space.show("E1", "assets", as_of="2019-12-31")] == ["2019-Q3", "2019-Q4"]
    assert [value["period"] for value in space.show("E1", "assets", as_of="2019-12-30")] == ["2019-Q3"]
    assert [value["period"] for value in space.show("E1", "assets", as_of="2020-03-31")][-1] == "2020-Q1"


def test_as_of_takes_the_attributes_of_that_day(space: Space) -> None:
    """E1 makes power until 2022 and trades from then on; seen from 2022, the last quarter of 2021 is a trader's."""
    space.enter("entity,type,name,valid_from,industry\nE1,enterprise,北方电力,2022-01-01,trading\n", form="entities")
    space.enter(STATEMENT.replace("2019-Q4", "2021-Q4"))
    assert space.value("E1", "room", "2021-Q4") == 0.75 - 0.75
    assert space.value("E1", "room", "2021-Q4", as_of="2021-12-31") == 0.75 - 0.75
    assert space.value("E1", "room", "2021-Q4", as_of="2022-06-30") == 0.7 - 0.75


# Periods as people write them


@pytest.mark.parametrize("written", ["2019-Q4", "2019-12-31", "2019-12", "2019"])
@pytest.mark.parametrize(("measure", "shown"), [("total_assets", "assets"), ("net_profit", "profit")])
def test_year_end_has_four_names(space: Space, written: str, measure: str, shown: str) -> None:
    space.enter(observations(f"E1 {measure} {written} 200"))
    (value,) = space.show("E1", shown)
    assert (value["period"], value["value"]) == ("2019-Q4", 200)


@pytest.mark.parametrize("measure", ["total_assets", "net_profit"])
def test_the_first_half_is_the_second_quarter(space: Space, measure: str) -> None:
    space.enter(observations(f"E1 {measure} 2019-H1 200"))
    shown = {"total_assets": "assets", "net_profit": "profit"}[measure]
    (value,) = space.show("E1", shown)
    assert (value["period"], value["value"]) == ("2019-Q2", 200)
    assert space.answer("E1", shown, "2019-H1")["period"] == "2019-Q2"


@pytest.mark.parametrize(
    ("measure", "written"),
    [
        pytest.param("investment", "2019", id="a quarter's own flow is not the year's"),
        pytest.param("investment", "2019-12", id="nor that of a month"),
        pytest.param("total_assets", "2019-11", id="no quarter ends in November"),
        pytest.param("total_assets", "2019-12-30", id="no quarter ends on the 30th of December"),
        pytest.param("net_profit", "2019-10-15", id="nor in the middle of October"),
        pytest.param("power_used", "2019-Q4", id="a month's flow is not the quarter's"),
        pytest.param("power_used", "2019", id="nor that of the year"),
    ],
)
def test_other_periods_do_not_fit(space: Space, measure: str, written: str) -> None:
    fault = says(space.refuse(observations(f"E1 {measure} {written} 200")), written)[0]
    assert (fault["row"], fault["column"]) == (2, 3)
    assert fault["hint"]


def test_two_names_of_one_period_are_one_cell(space: Space) -> None:
    faults = space.refuse(observations("E1 total_assets 2019-12-31 200\nE1 total_assets 2019-Q4 201"))
    assert faults[0]["row"] == 3


def test_periods_are_printed_in_the_indicators_own_frequency(space: Space) -> None:
    space.enter(observations("E1 power_used 2019-12 7\nE1 total_assets 2019-12 200\nE1 investment 2019-Q4 8"))
    values = space.show("E1", "power", "assets", "invested")
    assert [(value["indicator"], value["period"], value["value"]) for value in values] == [
        ("power", "2019-12", 7),
        ("assets", "2019-Q4", 200),
        ("invested", "2019-Q4", 8),
    ]


# Cumulative measures, worked by hand

#: Reported from the year's start: 12 in the first quarter of 2019, 30 by its half, and so on.
YEARS = wide(
    "net_profit",
    """
    E1 2017-Q4  50
    E1 2018-Q1  10
    E1 2018-Q2  25
    E1 2018-Q3  45
    E1 2018-Q4  70
    E1 2019-Q1  12
    E1 2019-Q2  30
    E1 2019-Q3  52
    E1 2019-Q4  80
    """,
)


@pytest.fixture(scope="module")
def years(template: Space, tmp_path_factory: pytest.TempPathFactory) -> Space:
    space = template.copy(tmp_path_factory.mktemp("years"))
    space.enter(YEARS, form="wide")
    return space


def test_year_to_date_is_as_reported(years: Space) -> None:
    values = years.show("E1", "profit", period="2018-Q1..2019-Q4")
    assert [value["value"] for value in values] == [10, 25, 45, 70, 12, 30, 52, 80]


def test_four_quarters_bridge_the_years(years: Space) -> None:
    """ttm = this year to date + last year's whole - last year to date; at year end it is the year itself."""
    values = years.show("E1", "profit_ttm", period="2018-Q4..2019-Q4")
    assert [value["value"] for value in values] == [70, 12 + 70 - 10, 30 + 70 - 25, 52 + 70 - 45, 80]


def test_a_range_of_periods_holds_both_ends(years: Space) -> None:
    values = years.show("E1", "profit", period="2018-Q3..2019-Q1")
    assert [value["period"] for value in values] == ["2018-Q3", "2018-Q4", "2019-Q1"]


def test_a_range_shows_its_gaps(years: Space) -> None:
    values = years.show("E1", "profit", period="2019-Q4..2020-Q1")
    assert [(value["period"], value["value"]) for value in values] == [("2019-Q4", 80), ("2020-Q1", None)]


def test_a_range_that_runs_backwards(years: Space) -> None:
    assert years.run("show", "E1", "profit", period="2019-Q4..2019-Q1").code in (1, 2)


def test_the_last_quarter_needs_its_whole_history(years: Space) -> None:
    """Four quarters to mid-2018 need mid-2017, which nobody reported."""
    answer = years.answer("E1", "profit_ttm", "2018-Q2")
    assert answer["value"] is None
    assert (answer["missing"]["reason"], answer["missing"]["input"]) == ("no_history", "net_profit")


def test_today_never_replaces_recorded_time(space: Space, tmp_path: Path) -> None:
    space.configure("today", "2001-01-01")
    receipt = space.enter(STATEMENT)
    assert abs(datetime.now(UTC) - moment(receipt["recorded_at"])) < timedelta(minutes=5)
