"""Periods finer than a day in filed tables: what is read, and what is said of those that are not."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from intake_desk import Desk

from hengjian.model.filing import ObservationRow
from hengjian.model.period import Frequency

_KINDS: dict[str, Frequency] = {"kwh": "quarter_hour", "steam": "hour", "gas": "day", "bill": "month"}


def desk() -> Desk:
    made = Desk()
    like = made.catalogue.measures["load"]
    measures = {name: replace(like, name=name, frequency=frequency) for name, frequency in _KINDS.items()}
    made.catalogue = replace(made.catalogue, measures=made.catalogue.measures | measures)
    return made


@pytest.mark.parametrize(
    ("measure", "text", "printed"),
    [
        ("kwh", "2025-06-01T08:15", "2025-06-01T08:15"),
        ("kwh", "2025-06-01 08:15:00", "2025-06-01T08:15"),
        ("kwh", "２０２５-06-01T00:00", "2025-06-01T00:00"),
        ("steam", "2025-06-01T08", "2025-06-01T08"),
        ("steam", "2025-06-01T08:00:00", "2025-06-01T08"),
        ("gas", "2025-06-01", "2025-06-01"),
    ],
)
def test_periods_that_are_read(measure: str, text: str, printed: str) -> None:
    rows, issues = desk().read(f"entity,measure,period,value\nM1,{measure},{text},1.5\n", "observations")
    assert issues == ()
    assert [(str(row.period), row.value) for row in rows if isinstance(row, ObservationRow)] == [(printed, 1.5)]
    rows, issues = desk().read(f"entity,period,{measure}\nM1,{text},1.5\n", "wide")
    assert issues == ()
    assert [(str(row.period), row.value) for row in rows if isinstance(row, ObservationRow)] == [(printed, 1.5)]


@pytest.mark.parametrize(
    ("measure", "text", "message"),
    [
        ("kwh", "2025-06-01T08:20", "'2025-06-01T08:20' is not a period | a quarter of an hour begins at :00, :15,"),
        ("kwh", "2025-06-01T08:15Z", "is not a period | leave out Z: date-times are in the space's local time"),
        ("kwh", "2025-06-01T08:15+08:00", "is not a period | leave out +08:00: date-times are in the space's local"),
        ("kwh", "2025/6/1 8:15", "'2025/6/1 8:15' is not a period | write 2025-06-01T08:15"),
        ("kwh", "2025/6/1 0:00", "'2025/6/1 0:00' is not a period | write 2025-06-01T00:00"),
        ("kwh", "2025-02-30T08:15", "is not a period | its periods are written like 2019-12-31T08:15"),
        ("kwh", "2025-06-01T24:00", "is not a period | its periods are written like 2019-12-31T08:15"),
        ("kwh", "", "the cell names no period | write it as 2019-12-31T08:15"),
        ("kwh", "2025-06-01", ("reported by quarter_hour, and 2025-06-01 is a day"
         " | if the quarter_hour is meant, write 2025-06-01T00:00")),
        ("kwh", "2025-06-01T08", ("reported by quarter_hour, and 2025-06-01T08 is a hour"
         " | if the quarter_hour is meant, write 2025-06-01T08:00")),
        ("steam", "2025-06-01T08:15", ("reported by hour, and no hour ends with 2025-06-01T08:15"
         " | 2025-06-01T08:15 lies in 2025-06-01T08")),
        ("steam", "2025/6/1 8:00", "is not a period | write 2025-06-01T08"),
        ("steam", "2025/6/1 8:15", "is not a period | 2025-06-01T08:15 lies in 2025-06-01T08"),
        ("gas", "2025-06-01T23:45", ("reported by day, and 2025-06-01T23:45 is a quarter_hour"
         " | if the day is meant, write 2025-06-01")),
        ("bill", "2025-06-01T08:15", ("reported by month, and no month ends with 2025-06-01T08:15"
         " | 2025-06-01T08:15 lies in 2025-06")),
    ],
)  # fmt: skip
def test_periods_that_are_not(measure: str, text: str, message: str) -> None:
    _, issues = desk().read(f"entity,measure,period,value\nM1,{measure},{text},1.5\n", "observations")
    (issue,) = issues
    said = str(issue).replace("\n  hint:", " |")
    assert said.startswith("a.csv, row 2, column 3: ")
    assert message in said
