"""A park with three buildings and seven meters over a year, as files, and what plain decimal arithmetic makes of them.

Nothing of the product is used: readings are kept as the texts that are filed, and figures are worked out from these.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

#: Rows are given by the beginning of what they are about.
HEAD = "entity,measure,period,value"
FIRST, LAST = date(2021, 12, 1), date(2023, 1, 31)
JUNE = (date(2022, 6, 1), date(2022, 6, 30))
MOVED = date(2022, 7, 15)
RESET = date(2022, 3, 9)
#: 生态环境部、国家统计局公告2024年第12号 (2021), 2024年第33号 (2022): kg of CO2 a kWh; the latter stands for 2023 too.
SHANGHAI = {2021: Decimal("0.5834"), 2022: Decimal("0.5849"), 2023: Decimal("0.5849")}
HEADS = {"P": "M0", "A": "MA", "B": "MB", "C": "MC"}
AREAS = {"A": 12_000, "B": 8_000, "C": 5_000}

ENTITIES = """\
entity,type,name,floor_area,factor_scheme,province
Z,enterprise,园区公司,,,
P,park,滨江园区,,省级,上海
A,building,一号楼,12000,,
B,building,二号楼,8000,,
C,building,附楼,5000,,
M0,meter,进线表,,,
MA,meter,一号楼总表,,,
MA1,meter,一号楼租户,,,
MA2,meter,一号楼公区,,,
MB,meter,二号楼总表,,,
MB1,meter,二号楼自用,,,
MC,meter,附楼总表,,,
"""
LINKS = f"""\
link,from,to,valid_from,valid_to
site_of,P,Z,,
part_of_site,A,P,,
part_of_site,B,P,,
part_of_site,C,P,,
head_meter_of,M0,P,,
head_meter_of,MA,A,,
head_meter_of,MB,B,,
head_meter_of,MC,C,,
sub_meter_of,MA,M0,,
sub_meter_of,MB,M0,,
sub_meter_of,MB1,MB,,
sub_meter_of,MA1,MA,,
sub_meter_of,MA2,MA,,
sub_meter_of,MC,M0,,{MOVED}
sub_meter_of,MC,MB,{MOVED},
"""


def days(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def hours(day: date) -> list[str]:
    return [f"{day}T{hour:02}" for hour in range(24)]


def quarters(day: date) -> list[str]:
    return [f"{day}T{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45)]


def parents(day: date) -> dict[str, str]:
    """Each sub-meter's upper meter on a day."""
    return {"MA": "M0", "MB": "M0", "MB1": "MB", "MA1": "MA", "MA2": "MA", "MC": "M0" if day < MOVED else "MB"}


@dataclass
class Readings:
    """The readings of all meters as filed: a text by (meter, measure, period), a later row instead of an earlier."""

    rows: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def csv(self) -> str:
        return "\n".join([HEAD, *(f"{','.join(key)},{text}" for key, text in self.rows.items())]) + "\n"

    def changed(self, *rows: tuple[str, str, str, str]) -> "Readings":
        """As it is with these rows filed after the others; 撤回 takes one away."""
        made = {**self.rows, **{row[:3]: row[3] for row in rows}}
        return Readings({key: text for key, text in made.items() if text != "撤回"})

    def _all(self, meter: str, measure: str, periods: list[str]) -> list[Decimal] | None:
        found = [self.rows.get((meter, measure, period)) for period in periods]
        return None if None in found else [Decimal(text) for text in found if text]

    def kwh(self, meter: str, day: date) -> Decimal | None:
        """What a meter used on a day, None where its readings do not tell."""
        for measure, periods in (
            ("energy_day", [str(day)]),
            ("energy_hour", hours(day)),
            ("energy_quarter_hour", quarters(day)),
        ):
            whole = self._all(meter, measure, periods)
            if whole is not None:
                return sum(whole, Decimal(0))
        before = day - timedelta(1)
        for measure, cut in (
            ("counter_day", lambda one: [str(one)]), ("counter_hour", hours), ("counter_quarter_hour", quarters),
        ):  # fmt: skip
            opening, closing = (self._all(meter, measure, cut(one)[-1:]) for one in (before, day))
            if opening and closing:
                course = [
                    opening[0],
                    *(Decimal(self.rows[key]) for one in cut(day) if (key := (meter, measure, one)) in self.rows),
                ]
                return sum((new - old if new >= old else new for old, new in pairwise(course)), Decimal(0))
        return None

    def loss(self, meter: str, day: date) -> Decimal | None:
        """What a meter measured beyond its sub-meters of the day, None where one of them or itself is not known."""
        below = [self.kwh(sub, day) for sub, upper in parents(day).items() if upper == meter]
        own = self.kwh(meter, day)
        return None if own is None or None in below or not below else own - sum(filter(None, below), Decimal(0))

    def at_site(self, site: str, day: date) -> Decimal | None:
        """What a site used: of a building, without what its meter hands on to the annex that hangs below it."""
        used = self.kwh(HEADS[site], day)
        handed_on = self.kwh("MC", day) if site == "B" and day >= MOVED else Decimal(0)
        return None if used is None or handed_on is None else used - handed_on

    def tco2e(self, site: str, day: date) -> Decimal | None:
        used = self.at_site(site, day)
        return None if used is None else used * SHANGHAI[day.year] / 1000


def added(parts: list[Decimal | None]) -> Decimal | None:
    """The sum, None where a part is not known."""
    return None if None in parts else sum(filter(None, parts), Decimal(0))


def made() -> Readings:
    """Fourteen months: every kind of reading, one counter that begins again, and 3 to 4 % lost below the inlet."""
    chance, readings = random.Random(20221), Readings()
    rows = readings.rows
    counters = {"M0": Decimal("184203.5"), "MB": Decimal(9000), "MA2": Decimal("77.25")}
    last = days()[-1]
    for day in [FIRST - timedelta(1), *days()]:
        in_june = JUNE[0] <= day <= JUNE[1]
        opens = day < FIRST
        used = {
            meter: [Decimal(chance.randrange(200, 1200)) / 100 for _ in range(24)]
            for meter in ("MA1", "MA2", "MB1", "MC")
        }
        below_b = used["MC"] if day >= MOVED else [Decimal(0)] * 24
        used["MA"] = [one + other + Decimal("0.25") for one, other in zip(used["MA1"], used["MA2"], strict=True)]
        used["MB"] = [one + other for one, other in zip(used["MB1"], below_b, strict=True)]
        at_inlet = [used["MA"], used["MB"], *([used["MC"]] if day < MOVED else [])]
        used["M0"] = [
            sum(parts, Decimal(0)) + Decimal(chance.randrange(40, 120)) / 100 for parts in zip(*at_inlet, strict=True)
        ]
        for hour, period in enumerate(hours(day)):
            counters["M0"] += used["M0"][hour]
            if not opens or hour == 23:
                rows["M0", "counter_hour", period] = str(counters["M0"])
            if not opens:
                rows["MC", "energy_hour", period] = str(used["MC"][hour])
        total = {meter: sum(figures, Decimal(0)) for meter, figures in used.items()}
        counters["MB"] += total["MB"]
        if day == RESET:
            counters["MB"] = Decimal("41.5")
        rows["MB", "counter_day", str(day)] = str(counters["MB"])
        for number, period in enumerate(quarters(day)):
            counters["MA2"] += used["MA2"][number // 4] / 4
            if in_june or (day + timedelta(1) == JUNE[0] and number == 95):
                rows["MA2", "counter_quarter_hour", period] = str(counters["MA2"])
            if in_june:
                rows["MA", "energy_quarter_hour", period] = str(used["MA"][number // 4] / 4)
        if not in_june and not opens:
            rows["MA", "energy_day", str(day)] = str(total["MA"])
            rows["MA2", "energy_day", str(day)] = str(total["MA2"])
        if not opens:
            rows["MA1", "energy_day", str(day)] = str(total["MA1"])
            rows["MB1", "energy_day", str(day)] = str(total["MB1"])
    assert last == LAST
    return readings
