"""Formulas over readings by the quarter hour: what is added up for everyone is what is read one by one for some."""

from pathlib import Path

import pyarrow as pa
import pytest
from homes import asked, filed, write_pack

from hengjian.app import packs

PACK = {
    "pack.yaml": "name: meters\nversion: 1.0.0\nlicence: Apache-2.0\nlabel: {zh: 表, en: Meters}\nrequires: [base]\n",
    "types.yaml": "feeds:\n  label: {zh: 供给, en: Feeds}\n  from: enterprise\n  to: enterprise\n"
    "  inverse: fed_by\n  inverse_label: {zh: 受供于, en: Fed by}\n",
    "measures.yaml": "energy: {label: {zh: 电量, en: Energy}, type: enterprise, unit: kWh, period_type: duration,"
    " frequency: quarter_hour, source: meter}\n"
    "counter: {label: {zh: 表码, en: Counter}, type: enterprise, unit: kWh, period_type: instant,"
    " frequency: hour, source: meter}\n",
    "indicators/energy.yaml": "".join(
        f"{name}: {{label: {{zh: {name}, en: {name}}}, type: enterprise, unit: {unit}, source: by hand,"
        f" formula: '{formula}'}}\n"
        for name, unit, formula in (
            ("monthly", "kWh", "sum(energy, per: month, at_least: 3)"),
            ("highest", "kWh", "max(energy, per: month, at_least: 1)"),
            ("grown", "kWh", "increase(counter, per: month, at_least: 1)"),
            ("daily", "kWh", "sum(energy, per: day, at_least: 1)"),
            ("busiest", "kWh", "max(sum(energy, per: day, at_least: 1), per: month, at_least: 1)"),
            ("fed", "kWh", "total(sum(energy, per: month, at_least: 1), over: feeds)"),
            ("place", "ratio", "rank(sum(energy, per: month, at_least: 1), within: all, at_least: 1)"),
        )
    ),
}
FILED = """\
entity,measure,period,value
A,energy,2024-02-29T23:45,0.1
A,energy,2024-03-01T00:00,0.1
A,energy,2024-03-01T00:15,0.2
A,energy,2024-03-02T08:30,0.7
B,energy,2024-03-01T00:00,4
B,energy,2024-03-31T23:45,0.3
A,counter,2024-02-29T23,95
A,counter,2024-03-01T00,98
A,counter,2024-03-01T01,2
A,counter,2024-03-31T23,5
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Readings in the order of time, then one of a month before that comes late, and one that is corrected."""
    folder = tmp_path_factory.mktemp("readings")
    packs.init(
        {"space": str(folder / "home"), "packs": [str(write_pack(folder / "meters", PACK))], "name": "home",
         "actor": "tester"}
    )  # fmt: skip
    home = folder / "home"
    filed(home, "entity,type,name\nO,enterprise,o\nA,enterprise,a\nB,enterprise,b\n", form="entities")
    filed(home, "link,from,to\nfeeds,O,A\nfeeds,O,B\n", form="links")
    filed(home, FILED)
    late = "A,energy,2024-02-01T12:00,0.4\nA,energy,2024-02-10T12:00,0.6\nB,energy,2024-03-01T00:00,5\n"
    filed(home, "entity,measure,period,value\n" + late)
    return home


def everyone(home: Path) -> dict[tuple[str, str, str], float | None]:
    """Every value of all entities, evaluated together."""
    table = pa.ipc.open_stream(asked(home, "values")["arrow"]).read_all()
    return {(row["entity"], row["indicator"], row["period"]): row["value"] for row in table.to_pylist()}


def test_readings_come_to_what_hands_work_out(home: Path) -> None:
    values = everyone(home)
    assert values["A", "monthly", "2024-02"] == 0.4 + 0.6 + 0.1
    assert values["A", "monthly", "2024-03"] == 0.1 + 0.2 + 0.7
    assert values["B", "monthly", "2024-03"] is None  # two readings where three are asked for
    assert values["B", "highest", "2024-03"] == 5.0
    assert values["A", "grown", "2024-03"] == 3.0 + 2.0 + 3.0  # 95 | 98, reset to 2, 5
    assert values["A", "daily", "2024-03-01"] == 0.1 + 0.2
    assert values["A", "busiest", "2024-03"] == 0.7
    assert values["A", "place", "2024-03"] == 2.0
    assert values["O", "fed", "2024-03"] == 0.1 + 0.2 + 0.7 + (5.0 + 0.3)


@pytest.mark.parametrize("entity", ["O", "A", "B"])
def test_one_entity_reads_as_everyone_adds_up(home: Path, entity: str) -> None:
    together = everyone(home)
    answer = asked(home, "show", entity=entity, indicators=[])
    values = {(value["indicator"], value["period"]): value["value"] for value in answer["values"]}
    assert values
    for (indicator, period), value in values.items():
        assert together.get((entity, indicator, period)) == value, (indicator, period)


def test_each_reading_stands_in_the_explanation_of_one_entity(home: Path) -> None:
    found = asked(home, "explain", entity="A", indicator="monthly", period="2024-02")
    told = {leaf["period"]: (leaf["value"], leaf["entry"]) for leaf in found["leaves"] if leaf["value"] is not None}
    late = max(entry for _, entry in told.values())
    assert told["2024-02-29T23:45"] == (0.1, late - 1)
    assert told["2024-02-01T12:00"] == (0.4, late)


def test_what_was_known_before_the_late_readings(home: Path) -> None:
    values = asked(home, "show", entity="A", indicators=["monthly"], as_known_at="entry:5")["values"]
    assert [(value["period"], value["value"]) for value in values if value["value"] is not None] == [
        ("2024-03", 0.1 + 0.2 + 0.7)
    ]
