"""What is declared for a type holds of the types that extend it: filings, figures, explanations, alerts, forms."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from subtype_homes import TITLES, asked, filed, of_types

from hengjian.model.issue import Refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return of_types(tmp_path_factory.mktemp("subtypes") / "home")


def figures(home: Path, entity: str, *names: str) -> dict[str, Any]:
    answer = asked(home, "show", entity=entity, indicators=list(names), period="2025-Q4")
    return {one["indicator"]: one["value"] for one in answer["values"]}


def test_all_indicators_of_the_line_are_shown(home: Path) -> None:
    found = figures(home, "W1")
    assert (found["debt_ratio"], found["leak_share"]) == (0.74, 0.05)
    assert "leak_share" not in figures(home, "E1")
    assert figures(home, "W1", "total_assets", "leakage") == {"total_assets": 100.0, "leakage": 5.0}
    with pytest.raises(Refused) as caught:
        figures(home, "E1", "leak_share")
    assert "it is declared for utility, the entity is of type enterprise" in str(caught.value)


def test_every_entity_of_the_family_is_evaluated_once(home: Path, tmp_path: Path) -> None:
    answer = asked(home, "evaluate", period="2025-Q4", out=str(tmp_path))
    rows = pq.read_table(tmp_path / "values.parquet").to_pylist()
    found = {(one["indicator"], one["entity"]) for one in rows}
    assert len(found) == len(rows)
    assert {entity for name, entity in found if name == "debt_ratio"} >= {"E1", "U1", "W1"}
    assert {entity for name, entity in found if name == "leak_share"} <= {"U1", "W1"}
    assert answer["entities"] == len({entity for _, entity in found} | {"E2"})


def test_a_figure_of_the_wider_type_is_explained(home: Path) -> None:
    answer = asked(home, "explain", entity="W1", indicator="room", period="2025-Q4")
    assert answer["value"] == pytest.approx(0.72 - 0.74)  # the red line of its industry
    rule = asked(home, "explain", entity="W1", indicator="high_debt", rule="high_debt", period="2025-Q4")
    assert rule["value"] is True or rule["value"] == 1


def test_rules_of_the_wider_type_warn(home: Path) -> None:
    alerts = {(one["rule"], one["entity"]) for one in asked(home, "alerts")["alerts"]}
    assert {("high_debt", "W1"), ("high_debt", "U1")} <= alerts


def test_checks_of_the_wider_type_are_made(home: Path) -> None:
    with pytest.raises(Refused) as caught:
        filed(home, "单位,季度,total assets,total liabilities\nW1,2026-Q1,100,101\n", form="short_balance")
    assert "debt 101 over 100" in str(caught.value)


def test_forms_are_filled_and_awaited_by_the_whole_family(home: Path) -> None:
    def expected(form: str) -> list[str]:
        return [one["entity"] for one in asked(home, "calendar", form=form)["filers"]]

    assert set(expected("short_balance")) == {"E1", "E2", "U1", "W1"}
    assert set(expected("leaks")) == {"U1", "W1"}
    assert asked(home, "template", form="balance", entity="W1")["name"] == "资产负债表 W1.xlsx"
    with pytest.raises(Refused) as caught:
        asked(home, "template", form="leaks", entity="E1")
    assert "E1 is of type enterprise, the form leaks is of utility" in str(caught.value)


def test_links_between_enterprises_link_utilities_too(home: Path) -> None:
    titles = "link,from,to,valid_from,valid_to\n"
    trial = asked(home, "trial", files=[{"name": "l.csv", "data": f"{titles}guarantees,E1,W1,,\n".encode()}],
                  form="links", entity=None, key=None, actor="tester", known_from=None)  # fmt: skip
    assert "faults" not in trial
    trial = asked(home, "trial", files=[{"name": "l.csv", "data": f"{titles}guarantees,E1,P1,,\n".encode()}],
                  form="links", entity=None, key=None, actor="tester", known_from=None)  # fmt: skip
    assert "is of type park; the link's to is of type enterprise" in trial["faults"][0]["message"]


def test_the_portfolio_of_a_type_holds_its_family(home: Path) -> None:
    wide = asked(home, "portfolio", type="enterprise")
    assert wide["entities"] == ["E1", "E2", "W1", "U1"]
    assert [column["name"] for column in wide["columns"]] == ["debt_ratio"]
    assert wide["columns"][0]["values"] == [0.5, None, 0.74, 0.9]
    narrow = asked(home, "portfolio", type="utility")
    assert narrow["entities"] == ["W1", "U1"]
    assert {column["name"]: column["values"] for column in narrow["columns"]} == {
        "leak_share": [0.05, None], "debt_ratio": [0.74, 0.9],
    }  # fmt: skip
    assert asked(home, "portfolio", type="water", columns=["total_assets"])["columns"][0]["values"] == [100.0]


def test_filings_and_attributes_of_another_type_are_still_told(home: Path) -> None:
    with pytest.raises(Refused) as caught:
        filed(home, TITLES + "E1,leakage,2025-Q4,5\n")
    assert "of type enterprise, leakage belongs to utility" in str(caught.value)
    with pytest.raises(Refused) as caught:
        filed(home, "entity,type,name,network\nE3,enterprise,Third,south\n", form="entities")
    assert "has no attribute network" in str(caught.value)


def test_declarations_tell_the_line_and_what_is_inherited(home: Path) -> None:
    types = asked(home, "declarations")["types"]
    assert types["water"]["lineage"] == ["water", "utility", "enterprise"]
    assert list(types["water"]["attributes"]) == ["industry", "network"]
