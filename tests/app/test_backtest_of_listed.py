"""The shipped statements of listed companies, each known from the day by which the law had it published.

The package that they come from does not say when: the days are assumed, and the back-test says so. A rule that only a
later report bears out does not fire before that report was due.
"""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from homes import asked, filed, write_pack

from hengjian.app import packs

ASSUMED = "上市公司信息披露管理办法：年报、一季报4月30日，半年报8月31日，三季报10月31日前披露"
#: By the end of which month and day the report of a quarter's end is due: (years later, month, day).
DUE = {"03-31": (0, 4, 30), "06-30": (0, 8, 31), "09-30": (0, 10, 31), "12-31": (1, 4, 30)}
RULE = "half_debt"
PACK = {
    "pack.yaml": "name: half\nversion: 0.1.0\nlicence: Apache-2.0\nlabel: {zh: 半, en: Half}\nrequires: [finance]\n",
    "rules/half.yaml": """\
half_debt:
  label: {zh: 负债过半, en: More than half is debt}
  type: enterprise
  levels: {yellow: debt_ratio > 50%}
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
""",
}


def due(period: str) -> date:
    years, month, day = DUE[period[5:]]
    return date(int(period[:4]) + years, month, day)


def with_days(text: str) -> str:
    """The file with a column that claims each row's day; reports from before 2010 are left out, to be quicker."""
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["period"] >= "2010"]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], "known_from"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "known_from": due(row["period"]).isoformat()} for row in rows)
    return out.getvalue()


EXAMPLE = Path(packs.__file__).parents[1] / "examples" / "a_share"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("listed") / "home"
    _made(home, date(2020, 5, 1))
    entities = (EXAMPLE / "entities.csv").read_text(encoding="utf-8")
    filed(home, entities, form="entities", known_from="1990-01-01")
    for name in ("balance_sheet", "income_statement"):
        filed(home, with_days((EXAMPLE / f"{name}.csv").read_text(encoding="utf-8")), form="wide", name=f"{name}.csv")
    return home


def _made(home: Path, today: date) -> None:
    pack = str(write_pack(home.parent / "half", PACK))
    packs.init({"space": str(home), "packs": ["finance", pack], "name": "home", "actor": "tester", "today": today})


def tried(home: Path, **more: Any) -> dict[str, Any]:
    events = {"name": "events.csv", "data": b"entity,date\n000338,2013-06-30\n"}
    return asked(home, "backtest", **{"rules": [RULE], "labels": events, "assumed": ASSUMED, **more})


def ratios(home: Path) -> dict[tuple[str, str], float]:
    rows = csv.DictReader(io.StringIO((EXAMPLE / "balance_sheet.csv").read_text(encoding="utf-8")))
    return {
        (row["entity"], row["period"]): float(row["total_liabilities"]) / float(row["total_assets"])
        for row in rows
        if row["period"] >= "2010" and row["total_liabilities"] and row["total_assets"]
    }


def test_nothing_is_raised_before_the_report_that_bears_it_out_was_due(home: Path) -> None:
    answer = tried(home, every="filing")
    assert answer["known"]["assumed"] == ASSUMED
    assert (answer["known"]["recorded"], answer["known"]["described_later"]) == (0, 0)
    (one,) = answer["rules"]
    assert one["raised"], "some of them are above the line"
    for episode in one["raised"]:
        quarter_end = {"Q1": "03-31", "Q2": "06-30", "Q3": "09-30", "Q4": "12-31"}[episode["period"][5:]]
        assert date.fromisoformat(episode["since"]) == due(f"{episode['period'][:4]}-{quarter_end}")


def test_on_each_day_only_the_reports_that_were_due_count(home: Path) -> None:
    """A second computation over the shipped file: at each deadline the latest report that is due, against the line."""
    told = ratios(home)
    (one,) = tried(home, every="filing")["rules"]
    expected = []
    for entity in sorted({entity for entity, _ in told}):
        since: date | None = None
        periods = sorted(period for who, period in told if who == entity)
        for day in sorted({due(period) for period in periods}):
            period = max(period for period in periods if due(period) <= day)
            holds = told[entity, period] > 0.5
            if holds and since is None:
                since = day
            elif not holds and since is not None:
                expected.append((entity, since.isoformat(), day.isoformat()))
                since = None
        if since is not None:
            expected.append((entity, since.isoformat(), None))
    found = [(episode["entity"], episode["since"], episode["until"]) for episode in one["raised"]]
    assert any(until is not None for *_, until in expected)
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_as_the_example_ships_them_all_are_known_on_one_day(home: Path, tmp_path: Path) -> None:
    """Filed with the one day that the example claims, there is nothing to be tested before it."""
    plain = tmp_path / "home"
    _made(plain, date(2020, 6, 1))
    filed(plain, (EXAMPLE / "entities.csv").read_text(encoding="utf-8"), form="entities", known_from="2020-05-01")
    sheet = (EXAMPLE / "balance_sheet.csv").read_text(encoding="utf-8")
    filed(plain, sheet, form="wide", known_from="2020-05-01")
    answer = tried(plain, every="filing")
    assert answer["days"] == 2
    assert answer["rules"][0]["events"]["before_data"] == 1
