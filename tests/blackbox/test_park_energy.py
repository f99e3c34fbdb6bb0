"""The pack park_energy from outside: a year of meters filed as CSV, all figures against plain decimal arithmetic."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import metered_park
import pytest
from kit import Space, says
from metered_park import AREAS, ENTITIES, JUNE, LINKS, MOVED, RESET, Readings, added, days

YEAR = days(date(2022, 1, 1), date(2022, 12, 31))
JULY = days(date(2022, 7, 1), date(2022, 7, 31))
READINGS = metered_park.made()


@pytest.fixture(scope="session")
def park(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """The park with all its readings. To be read or copied, never changed."""
    space = Space.at(tmp_path_factory.mktemp("park"), "park_energy")
    space.enter(ENTITIES, "sites.csv", form="entities")
    space.enter(LINKS, "links.csv", form="links")
    receipt = space.enter(READINGS.csv(), "readings.csv")
    assert (receipt["observations"], receipt["warnings"], receipt.get("alerts", [])) == (len(READINGS.rows), [], [])
    return space


def shown(space: Space, entity: str, indicator: str, period: str, **flags: object) -> dict[str, float | None]:
    return {one["period"]: one["value"] for one in space.show(entity, indicator, period=period, **flags)}


def close(value: float | None, expected: Decimal | None) -> bool:
    return expected is not None and value == pytest.approx(float(expected), rel=1e-9, abs=1e-9)


def kwh(meter: str, of: list[date], readings: Readings = READINGS) -> Decimal | None:
    return added([readings.kwh(meter, day) for day in of])


def loss(meter: str, of: list[date], readings: Readings = READINGS) -> Decimal | None:
    return added([readings.loss(meter, day) for day in of])


def used_by(site: str, of: list[date]) -> Decimal | None:
    return added([READINGS.at_site(site, day) for day in of])


def tco2e(site: str, of: list[date]) -> Decimal | None:
    return added([READINGS.tco2e(site, day) for day in of])


@pytest.mark.parametrize("meter", ["M0", "MA", "MA1", "MA2", "MB", "MC"])
def test_every_kind_of_reading_comes_to_the_same_days(park: Space, meter: str) -> None:
    """By the day around June, when two meters file by the quarter hour, and over the year."""
    around = days(JUNE[0] - timedelta(2), JUNE[1] + timedelta(2))
    found = shown(park, meter, "meter_kwh_day", f"{around[0]}..{around[-1]}")
    assert list(found) == [str(day) for day in around]
    assert all(close(found[str(day)], READINGS.kwh(meter, day)) for day in around), found
    assert close(park.value(meter, "meter_kwh_year", "2022"), kwh(meter, YEAR))


def test_a_counter_that_begins_again_from_zero(park: Space) -> None:
    """41.5 on the dial in the evening: so much was used after it began again."""
    assert park.value("MB", "meter_kwh_day", str(RESET)) == 41.5
    assert close(park.value("MB", "meter_kwh", "2022-03"), kwh("MB", days(date(2022, 3, 1), date(2022, 3, 31))))


def test_a_meter_that_moves_within_a_month_counts_below_each_from_its_day_on(park: Space) -> None:
    for meter in ("M0", "MB"):
        found = shown(park, meter, "meter_loss_day", f"{JULY[0]}..{JULY[-1]}")
        assert all(close(found[str(day)], READINGS.loss(meter, day)) for day in JULY), meter
        assert close(park.value(meter, "meter_loss", "2022-07"), loss(meter, JULY))
        assert close(park.value(meter, "meter_loss_year", "2022"), loss(meter, YEAR))
        rate = loss(meter, YEAR), kwh(meter, YEAR)
        assert rate[0] is not None
        assert rate[1] is not None
        assert close(park.value(meter, "meter_loss_rate_year", "2022"), rate[0] / rate[1])
    # counted by July's last day throughout, the hall's meter would have lost less than nothing
    used, below = kwh("MB", JULY), added([kwh(meter, JULY) for meter in ("MB1", "MC")])
    assert used is not None
    assert below is not None
    assert (used < below, MOVED.day) == (True, 15)


@pytest.mark.parametrize("site", ["P", "A", "B", "C"])
def test_a_site_in_kwh_tco2e_and_per_floor_area(park: Space, site: str) -> None:
    area = AREAS.get(site, sum(AREAS.values()))
    used, emitted = used_by(site, JULY), tco2e(site, JULY)
    assert used is not None
    assert emitted is not None
    names = ("site_kwh", "site_kwh_per_m2", "electricity_tco2e", "electricity_tco2e_per_m2")
    found = {one["indicator"]: one for one in park.show(site, *names, period="2022-07")}
    assert {name: found[name]["unit"] for name in names} == {
        "site_kwh": "kWh", "site_kwh_per_m2": "kWh/m2", "electricity_tco2e": "tCO2e",
        "electricity_tco2e_per_m2": "kgCO2e/m2",
    }  # fmt: skip
    for name, expected in zip(names, (used, used / area, emitted, emitted * 1000 / area), strict=True):
        assert close(found[name]["value"], expected), name
    assert close(park.value(site, "site_kwh_year", "2022"), used_by(site, YEAR))
    assert close(park.value(site, "electricity_tco2e_year", "2022"), tco2e(site, YEAR))


def test_the_factor_changes_at_the_turn_of_the_year(park: Space) -> None:
    around = days(date(2021, 12, 30), date(2022, 1, 2))
    factors = shown(park, "A", "grid_factor", f"{around[0]}..{around[-1]}")
    assert [pytest.approx(value) for value in factors.values()] == [0.5834, 0.5834, 0.5849, 0.5849]
    found = shown(park, "A", "electricity_tco2e_day", f"{around[0]}..{around[-1]}")
    assert all(close(found[str(day)], READINGS.tco2e("A", day)) for day in around)
    cause = park.explain("A", "electricity_tco2e", "2021-12")
    (factor,) = (one for one in cause["parameters"] if one["name"] == "grid_factor_of_province")
    assert (factor["from"], "2024年第12号" in factor["source"], "待核" in factor["source"]) == (
        "2021-01-01",
        True,
        True,
    )


def test_a_missing_sub_meter_makes_the_loss_unknown_and_is_named(park: Space, tmp_path: Path) -> None:
    """One hour of the annex is taken back: the loss above it is unknown that day, month and year; other days, the
    meters themselves and the park's own figures stay."""
    space = park.copy(tmp_path)
    gone, hour = date(2022, 5, 20), "2022-05-20T07"
    before = space.answer("M0", "meter_loss_day", "2022-05-21")
    space.enter(f"{metered_park.HEAD}\nMC,energy_hour,{hour},撤回\n")
    readings = READINGS.changed(("MC", "energy_hour", hour, "撤回"))
    assert readings.loss("M0", gone) is None
    for indicator, period in (("meter_loss_day", str(gone)), ("meter_loss", "2022-05"), ("meter_loss_year", "2022")):
        answer = space.answer("M0", indicator, period)
        assert answer["value"] is None
        assert (answer["missing"]["entity"], answer["missing"]["period"]) == ("MC", str(gone)), answer
    assert space.answer("M0", "meter_loss_day", "2022-05-21") == before
    assert close(space.value("M0", "meter_kwh", "2022-05"), kwh("M0", days(date(2022, 5, 1), date(2022, 5, 31))))
    assert close(space.value("P", "site_kwh_year", "2022"), kwh("M0", YEAR))
    assert space.missing("C", "site_kwh", "2022-05") in ("not_reported", "withdrawn")


def test_a_sub_meter_that_never_filed_and_one_below_two_meters(park: Space, tmp_path: Path) -> None:
    space = park.copy(tmp_path)
    space.enter("entity,type,name\nNEW,meter,新表\n", form="entities")
    space.enter("link,from,to,valid_from\nsub_meter_of,NEW,MA,2022-08-10\n", form="links")
    found = shown(space, "MA", "meter_loss_day", "2022-08-09..2022-08-10")
    assert (close(found["2022-08-09"], READINGS.loss("MA", date(2022, 8, 9))), found["2022-08-10"]) == (True, None)
    assert space.answer("MA", "meter_loss_day", "2022-08-10")["missing"]["entity"] == "NEW"
    space.enter("link,from,to,valid_from,valid_to\nsub_meter_of,MC,M0,2022-09-01,2022-09-02\n", form="links")
    for meter in ("M0", "MB"):
        assert space.missing(meter, "meter_loss_day", "2022-09-01") == "not_applicable"
        assert close(space.value(meter, "meter_loss_day", "2022-09-02"), READINGS.loss(meter, date(2022, 9, 2)))


def test_a_corrected_reading_changes_its_day_month_and_year(park: Space, tmp_path: Path) -> None:
    """And, of a counter, the day after; what was known before stays as it was."""
    space = park.copy(tmp_path)
    then = space.run("audit").done().json["size"]
    key = ("MB", "counter_day", "2022-10-12")
    raised = str(Decimal(READINGS.rows[key]) + Decimal("12.5"))
    space.enter(f"{metered_park.HEAD}\n{','.join(key)},{raised}\n")
    readings = READINGS.changed((*key, raised))
    october = days(date(2022, 10, 1), date(2022, 10, 31))
    asked = (
        ("MB", "meter_kwh_day", "2022-10-12", kwh("MB", [date(2022, 10, 12)], readings)),
        ("MB", "meter_kwh_day", "2022-10-13", kwh("MB", [date(2022, 10, 13)], readings)),
        ("MB", "meter_kwh", "2022-10", kwh("MB", october, readings)),
        ("M0", "meter_loss_day", "2022-10-12", loss("M0", [date(2022, 10, 12)], readings)),
    )
    for meter, indicator, period, expected in asked:
        assert close(space.value(meter, indicator, period), expected), indicator
    # an interval's correction is a year's as well
    key = ("MA1", "energy_day", "2022-10-12")
    space.enter(f"{metered_park.HEAD}\n{','.join(key)},500\n")
    corrected = readings.changed((*key, "500"))
    for indicator, of, period in (
        ("meter_loss_day", [date(2022, 10, 12)], "2022-10-12"), ("meter_loss", october, "2022-10"),
        ("meter_loss_year", YEAR, "2022"),
    ):  # fmt: skip
        assert close(space.value("MA", indicator, period), loss("MA", of, corrected)), indicator
        assert close(space.value("MA", indicator, period, as_known_at=f"entry:{then}"), loss("MA", of)), indicator


def test_a_loss_over_its_line_is_an_alert_until_it_ends(park: Space, tmp_path: Path) -> None:
    """The tenants' meter measures too little for some days of February. A level stands while the rate of seven days was
    beyond its line in two of the last three; a day that is not whole changes nothing."""
    space, readings = park.copy(tmp_path), READINGS
    first, standing = date(2023, 2, 1), []
    for number, tenant in enumerate([185, 100, 100, 100, *[199] * 8]):
        day = first + timedelta(number)
        rows = [("MA", "energy_day", "300"), ("MA1", "energy_day", str(tenant)), ("MA2", "energy_day", "100")]
        filed = [(meter, measure, str(day), text) for meter, measure, text in rows]
        readings = readings.changed(*filed)
        receipt = space.enter("\n".join([metered_park.HEAD, *map(",".join, filed)]) + "\n")
        assert {one["entity"] for one in receipt.get("alerts", [])} <= {"MA"}
        found = [one for one in space.run("alerts").done().json["alerts"] if one["state"] == "raised"]
        standing.append([one["level"] for one in found])
        assert standing[-1] == expected_level(readings, day), (day, standing)
    assert standing[0] == []
    assert {tuple(levels) for levels in standing} == {(), ("yellow",), ("red",)}
    assert standing[-1] == []
    receipt = space.enter(f"{metered_park.HEAD}\nMA,energy_day,2023-02-13,300\n")
    assert receipt.get("alerts", []) == []


def expected_level(readings: Readings, day: date) -> list[str]:
    """The gravest level whose line the loss rate of seven days was beyond in two of the last three days."""

    def rate(last: date) -> Decimal:
        of = days(last - timedelta(6), last)
        lost, used = loss("MA", of, readings), kwh("MA", of, readings)
        assert lost is not None
        assert used is not None
        return lost / used

    rates = [rate(day - timedelta(back)) for back in range(3)]
    lines = {"red": Decimal("0.10"), "yellow": Decimal("0.05")}
    return [level for level, line in lines.items() if len([one for one in rates if one > line]) >= 2][:1]


def test_fuels_and_targets_by_their_forms(park: Space, tmp_path: Path) -> None:
    """21.621888 t a 10,000 m3 of gas, 3.09591 and 2.925056 t a tonne of diesel and petrol, 0.11 t a GJ of heat."""
    space = park.copy(tmp_path)
    space.enter(
        "场所,名称,月份,天然气（立方米）,柴油（吨）,汽油（吨）,外购热力（吉焦）\n"
        "A,一号楼,2022-07,10000,1,2,100\nB,二号楼,2022-07,0,0,0.5,0\n",
        form="fuels_and_heat",
    )
    first = Decimal("21.621888") + Decimal("3.09591") + 2 * Decimal("2.925056") + 11
    assert close(space.value("A", "fuel_tco2e", "2022-07"), first)
    assert close(space.value("A", "tco2e", "2022-07"), first + (tco2e("A", JULY) or 0))
    answer = space.answer("P", "tco2e", "2022-07")
    assert (answer["value"], answer["missing"]["entity"]) == (None, "C")  # nobody said that the annex burnt nothing
    space.enter("场所,月份,天然气,柴油,汽油,外购热力\nC,2022-07,0,0,0,0\n", form="fuels_and_heat")
    whole = first + Decimal("2.925056") / 2
    assert close(space.value("P", "fuel_tco2e", "2022-07"), whole)
    total = whole + (tco2e("P", JULY) or 0)
    assert close(space.value("P", "tco2e", "2022-07"), total)
    assert close(space.value("P", "tco2e_per_m2", "2022-07"), total * 1000 / sum(AREAS.values()))
    assert space.missing("P", "tco2e_year", "2022") == "not_reported"
    space.enter("场所,年度,单位面积年用电目标\nA,2022,12.5\n", form="energy_targets")
    used = kwh("MA", YEAR)
    assert used is not None
    assert close(space.value("A", "target_reached", "2022"), used / AREAS["A"] / Decimal("12.5"))


def test_another_park_by_another_scheme(park: Space, tmp_path: Path) -> None:
    """The park changes over to the national factor with 2022; a scheme that nobody published gives no figure."""
    space = park.copy(tmp_path)
    space.enter("entity,type,name,valid_from,factor_scheme\nP,park,滨江园区,2022-01-01,全国\n", form="entities")
    assert space.value("C", "grid_factor", "2021-12-31") == pytest.approx(0.5834)
    assert space.value("C", "grid_factor", "2022-12-31") == pytest.approx(0.5366)
    assert space.value("C", "grid_factor", "2023-01-01") == pytest.approx(0.5306)
    space.enter("entity,type,name,valid_from,factor_scheme\nP,park,滨江园区,2023-01-01,市级\n", form="entities")
    assert space.missing("C", "grid_factor", "2023-01-01") == "no_parameter"
    assert space.missing("C", "electricity_tco2e", "2023-01") == "no_parameter"
    assert close(space.value("C", "site_kwh", "2023-01"), kwh("MC", days(date(2023, 1, 1), date(2023, 1, 31))))


HOSTILE = [
    ("a meter that nobody registered", "M9,counter_hour,2023-02-01T00,1", (2, 1), ("M9",)),
    ("a label in place of the measure", "M0,小时末表底,2023-02-01T00,1", (2, 2), ("counter_hour",)),
    ("a measure of another type", "M0,natural_gas,2023-02,1", (2, 1), ("M0", "natural_gas")),
    ("hour 24", "M0,counter_hour,2023-02-01T24,1", (2, 3), ("2023-02-01T24",)),
    ("a minute that is no quarter hour", "MA2,counter_quarter_hour,2023-02-01T00:07,1", (2, 3), ("00:07",)),
    ("a day for an hour", "M0,counter_hour,2023-02-01,1", (2, 3), ("2023-02-01",)),
    ("an hour for a day", "MB,counter_day,2023-02-01T00,1", (2, 3), ("2023-02-01T00",)),
    ("a day that is none", "MB,counter_day,2023-02-29,1", (2, 3), ("2023-02-29",)),
    ("a date in Chinese order of another kind", "MB,counter_day,01/02/2023,1", (2, 3), ("01/02/2023",)),
    ("a broken reading", "M0,counter_hour,2023-02-01T00,#####", (2, 4), ("#####",)),
    ("not a number", "M0,counter_hour,2023-02-01T00,NaN", (2, 4), ("NaN",)),
    ("nothing", "M0,counter_hour,2023-02-01T00,", (2, 4), ()),
    ("a negative counter", "M0,counter_hour,2023-02-01T00,-1", (2, None), ("M0", "negative")),
    ("negative use", "MA1,energy_day,2023-02-01,-0.1", (2, None), ("MA1", "negative")),
    ("a reading twice", "M0,counter_hour,2023-02-01T00,1\nM0,counter_hour,2023-02-01T00,2", (3, None), ()),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "at", "words"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_is_told_where_and_how_to_mend_it(
    park: Space, rows: str, at: tuple[int, int | None], words: tuple[str, ...]
) -> None:
    faults = park.refuse(f"{metered_park.HEAD}\n{rows}\n", "hostile.csv")
    named = says(faults, *words)
    assert named, faults
    assert any((fault["row"], fault["column"]) == at or (at[1] is None and fault["row"] == at[0]) for fault in named), (
        named
    )
    assert all(fault["hint"] for fault in named), named


def test_units_of_the_same_kind_and_of_another(park: Space, tmp_path: Path) -> None:
    """0.5 MWh, 500 kWh and 0.05 万度 are one figure; cubic metres are none of a meter's."""
    head = "entity,measure,period,value,unit"
    (fault,) = park.refuse(f"{head}\nMA1,energy_day,2023-02-01,1,m3\n")
    assert (fault["row"], fault["column"]) == (2, 5)
    space = park.copy(tmp_path)
    filed = (
        "MA1,energy_day,2023-02-01,0.5,MWh",
        "MA1,energy_day,2023-02-02,500,度",
        "MA1,energy_day,2023-02-03,0.05,万度",
    )
    space.enter("\n".join([head, *filed]) + "\n")
    assert list(shown(space, "MA1", "meter_kwh_day", "2023-02-01..2023-02-03").values()) == [500, 500, 500]


def test_nothing_of_the_hostile_files_was_entered(park: Space) -> None:
    assert park.size() == 5
