"""What others file changes one's own figures and alerts; what was said before stays as it was; a proof of it all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from across_homes import DATED, across
from group_pack import GROUP, RULES
from homes import asked, copied, filed, shown, write_pack
from warned_homes import standing

from hengjian.app import verification

TITLES = "entity,measure,period,value\n"
RULES_SINCE = RULES.replace("> 62%", "> 50%")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The realm. To be copied or read, never changed."""
    return across(tmp_path_factory.mktemp("across-in-time") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A realm of one's own."""
    return copied(template, tmp_path / "home")


def states(home: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """How the alerts stand: by rule and entity the state and the period."""
    return {place: (one["state"], one["period"]) for place, one in standing(home).items()}


FIRST = {
    ("heavy_group", "K"): ("raised", "2019-Q4"),
    ("worst_of_all", "D"): ("raised", "2019-Q4"),
    ("above_line", "A"): ("raised", "2019-Q4"),
    ("above_line", "D"): ("raised", "2019-Q4"),
}


def test_rules_of_others_warn_whom_they_are_about(template: Path) -> None:
    assert states(template) == FIRST
    group = standing(template)["heavy_group", "K"]
    assert (group["value"], group["threshold"]) == (0.9, 0.62)


def test_a_correction_of_a_child_changes_its_owner_and_takes_its_alert_back(home: Path) -> None:
    receipt = filed(home, TITLES + "D,debts,2019-Q4,55\n")
    told = {(one["rule"], one["entity"]): one["event"] for one in receipt["alerts"]}
    assert told == {
        ("heavy_group", "K"): "cleared", ("worst_of_all", "D"): "cleared", ("worst_of_all", "A"): "raised",
        ("above_line", "D"): "cleared",
    }  # fmt: skip
    assert shown(home, "debt_rank", entity="A", period="2019-Q4") == {("debt_rank", "2019-Q4"): 1}
    before = receipt["entry"] - 1
    assert shown(home, "debt_rank", entity="A", period="2019-Q4", as_known_at=f"entry:{before}") == {
        ("debt_rank", "2019-Q4"): 2,
    }  # fmt: skip


def test_an_older_period_is_corrected_without_a_warning(home: Path) -> None:
    receipt = filed(home, TITLES + "B,assets,2019-Q2,400\n")
    assert receipt["alerts"] == []
    assert shown(home, "group_assets", entity="H", period="2019-Q2") == {("group_assets", "2019-Q2"): 600}


def test_what_is_withdrawn_takes_back_what_it_led_to(home: Path) -> None:
    filed(home, TITLES + "D,debts,2019-Q4,#withdrawn\nD,assets,2019-Q4,#withdrawn\n")
    now = states(home)
    assert now["above_line", "D"][0] == "raised", "the period before, 90 of 100, was over the line of its day"
    assert now["heavy_group", "K"] == ("raised", "2019-Q2"), "the latest that can be told: C and D owed 130 of 200"
    answer = asked(home, "show", entity="K", indicators=["group_assets"], period="2019-Q4")["values"][0]
    assert answer["missing"] == {"reason": "withdrawn", "input": "assets", "entity": "D", "period": "2019-Q4"}


def test_who_joins_a_group_changes_it_from_that_day_on(home: Path) -> None:
    joined = "link,from,to,valid_from\nparent,T1,K,2019-10-01\nparent,T2,K,2019-10-01\n"
    (alert,) = filed(home, joined, form="links")["alerts"]
    assert (alert["rule"], alert["entity"], alert["event"]) == ("heavy_group", "K", "cleared")
    assert alert["value"] == (90 + 10 + 20) / (100 + 50 + 50)
    assert shown(home, "group_assets", entity="K", period="2019-Q4") == {("group_assets", "2019-Q4"): 200}
    assert shown(home, "group_assets", entity="K", period="2019-Q2") == {("group_assets", "2019-Q2"): 200}, "C and D"


def test_who_changes_industries_is_ranked_elsewhere(home: Path) -> None:
    filed(home, "entity,type,name,industry,valid_from\nD,enterprise,示例电力丁,trade,2019-10-01\n", form="entities")
    answer = asked(home, "show", entity="A", indicators=["debt_rank"], period="2019-Q4")["values"][0]
    assert answer["missing"]["reason"] == "too_few_peers"
    assert shown(home, "debt_rank", entity="A", period="2019-Q2") == {("debt_rank", "2019-Q2"): 2}


def test_a_day_in_the_past_has_its_links_and_groups(home: Path) -> None:
    """On the last day of June C was K's: of the day asked for, whatever the period."""
    assert (
        shown(home, "group_assets", entity="H", period="2019-Q2", as_of="2019-06-30")["group_assets", "2019-Q2"]
        == 150 + 100 + 50
    )
    later = shown(home, "group_assets", entity="H", period="2019-Q2", as_of="2019-12-31")
    assert later["group_assets", "2019-Q2"] == 150 + 100 + 100 + 50, "links of the day, not of the period"


def test_an_old_figure_explains_itself_with_the_formula_of_its_day(home: Path, tmp_path: Path) -> None:
    before = asked(home, "explain", entity="A", indicator="debt_ratio", period="2019-Q4")
    at = f"entry:{asked(home, 'status')['size']}"
    newer = {**GROUP, "indicators/debt.yaml": DATED, "pack.yaml": GROUP["pack.yaml"].replace("0.1.0", "0.2.0")}
    pack = write_pack(tmp_path / "newer" / "group", {**newer, "rules/rules.yaml": RULES_SINCE})
    asked(home, "upgrade", pack=str(pack))
    now = asked(home, "explain", entity="A", indicator="debt_ratio", period="2019-Q4")
    assert (now["value"], now["source"]) == (0.8, "Method 3")
    then = asked(home, "explain", entity="A", indicator="debt_ratio", period="2019-Q4", as_known_at=at)
    assert (then["value"], then["source"], then["declaration"]) == (0.75, "Method 2", before["declaration"])
    assert now["declaration"] != before["declaration"]
    assert states(home)["heavy_group", "H"] == ("raised", "2019-Q4"), "250 of 450 are over the new line"


def bundle(home: Path, **question: object) -> dict[str, Any]:
    """A proof that verifies with the space's key alone."""
    data = asked(home, "prove", **question)["bundle"]
    (key,) = home.glob("*.vkey")
    told = verification.verify({"bundle": data, "key": key.read_bytes()})
    assert told["ok"], told
    found: dict[str, Any] = json.loads(data)
    return found


def rows_of(bundle: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (row["row"]["entity"], row["row"]["measure"], row["row"]["cell"])
        for filing in bundle["filings"]
        for row in filing["rows"]
    }


def test_the_proof_of_a_total_holds_the_rows_of_the_children(home: Path) -> None:
    made = bundle(home, entity="H", indicator="group_assets", period="2019-Q4")
    assert rows_of(made) == {
        ("A", "assets", "C9"),
        ("B", "assets", "C8"),
        ("C", "assets", "C9"),
        ("T1", "assets", "C12"),
    }
    assert made["explanation"]["value"] == 450


def test_the_proof_of_a_revision_holds_both_cuts(home: Path) -> None:
    made = bundle(home, entity="K", indicator="revision", period="2019-Q4")
    assert rows_of(made) == {("K", "debts", "D3"), ("K", "debts", "D4")}


def test_the_proof_of_a_rank_attests_the_group_and_holds_ones_own_rows(home: Path) -> None:
    made = bundle(home, entity="A", indicator="debt_rank", period="2019-Q4")
    assert rows_of(made) == {("A", "debts", "D9"), ("A", "assets", "C9")}
    members = made["explanation"]["tree"]["children"] and made["explanation"]["tree"]["note"]["members"]
    assert [one["entity"] for one in members] == ["A", "B", "C", "D", "W"]


def test_a_page_of_figures_that_read_others_alone(template: Path) -> None:
    answer = asked(template, "portfolio", type="enterprise")
    assert answer["columns"][0]["name"] == "group_assets"
    figures = {
        column["name"]: dict(zip(answer["entities"], column["values"], strict=True)) for column in answer["columns"]
    }
    assert (figures["group_assets"]["H"], figures["group_assets"]["K"], figures["group_assets"]["B"]) == (
        450,
        100,
        None,
    )
    assert (figures["debt_rank"]["D"], figures["debt_rank"]["T1"]) == (1, None)
    plants = asked(template, "portfolio", type="plant")["columns"][0]
    assert (plants["values"], plants["period"], plants["bases"]) == ([0.75, 0.25], "2019-Q4", ["flash", "flash"])


def test_every_figure_is_counted_and_written(template: Path, tmp_path: Path) -> None:
    answer = asked(template, "evaluate", period="2019-Q4", out=str(tmp_path))
    assert answer["entities"] == 12
    pa = pytest.importorskip("pyarrow.parquet")
    rows = {
        (row["entity"], row["indicator"]): (row["value"], row["basis"])
        for row in pa.read_table(answer["files"][0]).to_pylist()
    }
    assert rows["H", "group_assets"] == (450, None)
    assert rows["A", "debt_rank"] == (2, "flash")
    assert rows["A", "quarter_sales"] == (36, "flash")
    whole = asked(template, "evaluate", out=str(tmp_path / "whole"))
    found = {
        (row["entity"], row["indicator"], row["period"]): row["value"]
        for row in pa.read_table(whole["files"][0]).to_pylist()
    }
    assert found["H", "group_assets", "2019-Q4"] == 450, "who reports nothing has totals all the same"
