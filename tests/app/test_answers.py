"""Answers about values: `evaluate` beside `show`, explanations down to the cells, and what is refused."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from homes import STATEMENT, TITLES, asked, at_desk, copied, filed, shown

from hengjian.app.local import METHODS, answer_here
from hengjian.app.lock import held, try_lock
from hengjian.model.issue import Failure, Refused

ROWS = """\
E1,net_profit,2018-Q4,10
E1,net_profit,2019-Q3,8
E1,net_profit,2019-Q4,12
E1,operating_income,2018-Q4,0
E1,operating_income,2019-Q4,50
E1,power_used,2019-12,7
E1,total_assets,2020-Q4,200
E1,total_liabilities,2020-Q4,150
E2,total_assets,2019-Q4,90
E2,total_liabilities,2019-Q4,30
E2,headcount,2019-Q4,12
"""
AUDITED = """\
entity,measure,period,value,basis
E1,total_liabilities,2020-Q4,120,audited
E1,total_assets,2020-Q4,200,audited
"""


@pytest.fixture(scope="module")
def full(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space with values, missing ones and two bases. To be read only."""
    home = copied(template, tmp_path_factory.mktemp("full") / "home")
    filed(home, TITLES + ROWS, name="rows.csv")
    filed(home, AUDITED, name="audited.csv")
    return home


def refusal(folder: Path, method: str, **question: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        asked(folder, method, **question)
    return [str(issue).replace("\n  hint: ", " | ") for issue in caught.value.issues]


# evaluate


def rows_of(folder: Path) -> list[tuple[Any, ...]]:
    table = pq.read_table(folder / "values.parquet")
    names = ("entity", "indicator", "period", "value", "unit", "basis", "missing")
    assert table.schema.names == list(names)
    return sorted(tuple(row[name] for name in names) for row in table.to_pylist())


def as_shown(folder: Path, **cut: object) -> list[tuple[Any, ...]]:
    return sorted(
        (
            entity, value["indicator"], value["period"], value["value"], value["unit"], value["basis"],
            value["missing"] and value["missing"]["reason"],
        )
        for entity in ("E1", "E2")
        for value in asked(folder, "show", entity=entity, **cut)["values"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "cut",
    [{"period": "2019-Q4"}, {"period": "2018..2020"}, {"period": "2020-Q4", "basis": "audited"}, {"period": "2019"}],
)
def test_parquet_holds_what_show_prints(full: Path, tmp_path: Path, cut: dict[str, object]) -> None:
    answer = asked(full, "evaluate", out=str(tmp_path / "a" / "b"), **cut)
    assert answer["files"] == [str(tmp_path / "a" / "b" / "values.parquet")]
    found = rows_of(tmp_path / "a" / "b")
    assert found == as_shown(full, **cut)
    assert answer["values"] == sum(row[3] is not None for row in found)
    assert sum(answer["missing"].values()) == sum(row[3] is None for row in found)


def test_without_a_period_an_indicator_counts_where_its_entity_reported_anything(full: Path, tmp_path: Path) -> None:
    answer = asked(full, "evaluate", out=str(tmp_path))
    rows = rows_of(tmp_path)
    assert set(as_shown(full)) <= set(rows)
    assert answer["entities"] == 2
    assert answer["digest"] == asked(full, "evaluate")["digest"]
    assert answer["digest"] != asked(full, "evaluate", basis="flash")["digest"]


def test_nothing_reported_is_no_values(template: Path, tmp_path: Path) -> None:
    answer = asked(template, "evaluate", as_known_at="entry:0", out=str(tmp_path))
    assert (answer["values"], answer["missing"]) == (0, {})
    assert rows_of(tmp_path) == []
    assert refusal(template, "evaluate", period="soon") == [
        "--period 'soon' names no period | write 2019, 2019-H1, 2019-Q4, 2019-12 or 2019-Q1..2020-Q4"
    ]


def test_a_folder_that_cannot_be_written_to(full: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure) as caught:
        asked(full, "evaluate", out=str(tmp_path / "file"))
    assert str(caught.value) == (
        f"{tmp_path / 'file' / 'values.parquet'} cannot be written: File exists\n"
        "  hint: name a folder that can be written to"
    )


# show


def test_values_come_as_asked_and_once(full: Path) -> None:
    found = asked(full, "show", entity="E1", indicators=["profit", "debt_ratio", "profit"], period="2019-Q4")
    assert [value["indicator"] for value in found["values"]] == ["profit", "debt_ratio"]
    periods = [value["period"] for value in asked(full, "show", entity="E1", indicators=["profit"])["values"]]
    assert periods == ["2018-Q4", "2019-Q3", "2019-Q4"]


def test_a_measure_is_shown_like_an_indicator(full: Path) -> None:
    found = asked(full, "show", entity="E1", indicators=["net_profit", "power_used"], period="2019-Q4..2019-Q4")
    assert [(value["indicator"], value["period"], value["value"]) for value in found["values"]] == [
        ("net_profit", "2019-Q4", 12), ("power_used", "2019-10", None), ("power_used", "2019-11", None),
        ("power_used", "2019-12", 7),
    ]  # fmt: skip
    assert found["values"][1]["missing"] == {
        "reason": "not_reported", "input": "power_used", "entity": "E1", "period": "2019-10"
    }  # fmt: skip


def test_the_basis_is_named(full: Path) -> None:
    values = {
        basis: asked(full, "show", entity="E1", indicators=["debt_ratio"], period="2020-Q4", basis=basis)["values"][0]
        for basis in ("best", "flash", "audited", "assessed")
    }
    assert {basis: (value["value"], value["basis"]) for basis, value in values.items()} == {
        "best": (0.6, "audited"), "flash": (0.75, "flash"), "audited": (0.6, "audited"), "assessed": (None, None)
    }  # fmt: skip


@pytest.mark.parametrize("period", ["0001", "0001-01", "0001-01-01", "0001-Q1", "9999", "9999-12-31", "9999-Q4"])
def test_periods_at_the_ends_of_the_calendar(full: Path, period: str) -> None:
    names = ["debt_ratio", "profit_ttm", "revenue_yoy", "power"]
    assert set(shown(full, *names, period=f"{period}..{period}").values()) <= {None}
    assert set(shown(full, period=period).values()) <= {None}


@pytest.mark.parametrize("day", ["0001-01-01", "2019-12-30", "2019-12-31", "9999-12-31"])
def test_no_period_ends_after_as_of(full: Path, day: str) -> None:
    found = shown(full, "liabilities", as_of=day)
    assert [period for _, period in found] == [one for one in ("2019-Q4", "2020-Q4") if f"{one[:4]}-12-31" <= day]


def test_every_unknown_name_at_once(full: Path) -> None:
    assert refusal(full, "show", entity="E1", indicators=["debt_rato", "profit", "zzz"]) == [
        "no indicator or measure is called 'debt_rato' | did you mean debt_ratio?",
        "no indicator or measure is called 'zzz' | `hengjian show SPACE ENTITY` lists all that it has",
    ]
    assert refusal(full, "show", entity="E22") == ["no entity is registered as 'E22' | did you mean E2?"]
    assert refusal(full, "show", entity="子公司") == [
        "no entity is registered as '子公司' | register it with: hengjian submit SPACE entities.csv --form entities"
    ]


# explain


def explain(folder: Path, indicator: str = "debt_ratio", period: str = "2019-Q4", **more: object) -> dict[str, Any]:
    return asked(folder, "explain", entity="E1", indicator=indicator, period=period, **more)


def places(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (leaf["measure"], leaf["period"], leaf["value"], leaf["basis"], leaf["file"], leaf["cell"], leaf["entry"])
        for leaf in found["leaves"]
    ]


def test_leaves_lead_to_their_cells(full: Path) -> None:
    assert places(explain(full, period="2020-Q4")) == [
        ("total_liabilities", "2020-Q4", 120, "audited", "audited.csv", "D2", 5),
        ("total_assets", "2020-Q4", 200, "audited", "audited.csv", "D3", 5),
    ]
    assert places(explain(full, period="2020-Q4", basis="flash")) == [
        ("total_liabilities", "2020-Q4", 150, "flash", "rows.csv", "D9", 4),
        ("total_assets", "2020-Q4", 200, "flash", "rows.csv", "D8", 4),
    ]


def test_leaves_of_earlier_periods(full: Path) -> None:
    found = explain(full, "profit_ttm", "2019-Q3")
    assert (found["value"], found["missing"]["reason"], found["missing"]["period"]) == (None, "no_history", "2018-Q3")
    assert [(leaf["period"], leaf["value"], leaf["filing"], leaf["missing"]) for leaf in found["leaves"]] == [
        ("2019-Q3", 8, "F000004", None), ("2018-Q4", 10, "F000004", None), ("2018-Q3", None, None, "no_history")
    ]  # fmt: skip
    nowhere = found["leaves"][2]
    assert {nowhere[name] for name in ("filing", "file", "sheet", "cell", "row", "column", "text", "entry")} == {None}


def test_a_withdrawn_leaf_leads_to_the_filing_that_withdrew_it(full: Path, tmp_path: Path) -> None:
    home = copied(full, tmp_path / "home")
    filed(home, TITLES + "E1,net_profit,2019-Q4,撤回\n", name="withdrawal.csv")
    found = explain(home, "profit")
    assert (found["value"], found["missing"]["reason"]) == (None, "withdrawn")
    assert places(found) == [("net_profit", "2019-Q4", None, "flash", "withdrawal.csv", "D2", 6)]
    assert found["leaves"][0]["text"] == "撤回"
    assert explain(home, "profit", as_known_at="entry:6")["value"] == 12

    filed(home, TITLES + "E1,power_used,2019-12,#withdrawn\n", name="power.csv")
    found = explain(home, "power", "2019-12")
    assert found["basis"] is None, "nothing of that month stands any more"
    assert places(found) == [("power_used", "2019-12", None, None, "power.csv", "D2", 7)]


def test_an_archives_claim_stands_beside_the_leaf(full: Path, tmp_path: Path) -> None:
    home = copied(full, tmp_path / "home")
    filed(home, TITLES + "E1,net_profit,2017-Q4,5\n", name="old.csv", known_from="2018-04-30")
    rows = "entity,measure,period,value,known_from\nE1,net_profit,2016-Q4,4,2017-04-30\nE1,net_profit,2015-Q4,3,\n"
    filed(home, rows, name="older.csv", known_from="2018-01-01")
    claims = {year: explain(home, "profit", f"{year}-Q4")["leaves"][0]["known_from"] for year in range(2015, 2019)}
    assert claims == {2015: "2018-01-01", 2016: "2017-04-30", 2017: "2018-04-30", 2018: None}


def test_the_place_in_a_document_stands_beside_the_leaf(full: Path, tmp_path: Path) -> None:
    home = copied(full, tmp_path / "home")
    filed(home, "entity,measure,period,value,出处\nE1,net_profit,2017-Q4,5,001 第9段\n", name="001 简报.csv")
    assert explain(home, "profit", "2017-Q4")["leaves"][0]["place"] == "001 第9段"
    assert explain(home, "profit", "2019-Q4")["leaves"][0]["place"] is None


def test_parameters_are_those_of_the_period(full: Path, tmp_path: Path) -> None:
    home = copied(full, tmp_path / "home")
    filed(home, STATEMENT.replace("2019", "2022"))
    found = explain(home, "room", "2022-Q4")
    assert found["value"] == 0.75 - 0.75
    (parameter,) = found["parameters"]
    assert (parameter["name"], parameter["value"], parameter["from"], parameter["source"]) == (
        "red_line", 0.75, "2021-01-01", "Notice 1 of 2021, article 2"
    )  # fmt: skip
    assert explain(home, "room")["missing"]["reason"] == "no_parameter"


def test_a_reported_figure_is_a_tree_of_one_leaf(full: Path) -> None:
    found = explain(full, "total_liabilities", "2020-Q4")
    assert (found["value"], found["unit"], found["basis"], found["missing"]) == (120.0, "CNY", "audited", None)
    assert (found["formula"], found["source"], found["declaration"]) == ("total_liabilities", "balance sheet", "")
    assert (found["tree"]["leaf"], found["tree"]["children"]) == ("total_liabilities", [])
    (leaf,) = found["leaves"]
    assert (leaf["file"], leaf["cell"], leaf["entry"], leaf["basis"]) == ("audited.csv", "D2", 5, "audited")
    flash = explain(full, "total_liabilities", "2020-Q4", basis="flash")
    assert (flash["value"], flash["leaves"][0]["file"]) == (150.0, "rows.csv")


def test_an_unreported_figure_says_so(full: Path) -> None:
    found = explain(full, "total_liabilities", "2018-Q4")
    assert found["value"] is None
    assert found["missing"] == {
        "reason": "not_reported", "input": "total_liabilities", "entity": "E1", "period": "2018-Q4"
    }  # fmt: skip
    assert found["leaves"][0]["filing"] is None


def test_what_cannot_be_explained(full: Path) -> None:
    what = {"entity": "E1", "period": "2019-Q4", "indicator": "debt_ratio"}
    for period in ("2019-11", "2019-Q1..2019-Q4"):
        (said,) = refusal(full, "explain", **{**what, "period": period})
        assert said == (
            f"debt_ratio has no period {period!r} | "
            "debt_ratio is by quarter: name such a period, or a stretch such as 2019..2020"
        )
    assert refusal(full, "explain", **what, as_of="2019-12-30") == [
        "2019-Q4 ends after --as-of 2019-12-30 | ask for an earlier period, or a later day"
    ]
    assert refusal(full, "explain", **{**what, "indicator": "debt_rate"}) == [
        "no indicator or measure is called 'debt_rate' | did you mean debt_ratio?"
    ]
    assert explain(full, period="2019-12-31")["period"] == "2019-Q4"


@pytest.mark.parametrize("period", ["0001-Q1", "9999-Q4"])
@pytest.mark.parametrize("indicator", ["profit_ttm", "revenue_yoy", "debt_ratio"])
def test_explanations_at_the_ends_of_the_calendar(full: Path, indicator: str, period: str) -> None:
    assert explain(full, indicator, period)["value"] is None


# prove


def test_what_cannot_be_proven(full: Path) -> None:
    assert refusal(full, "prove", filing="F000099") == [
        "no filing is called 'F000099' | `submit` prints the names of filings; the last is F000005"
    ]
    assert refusal(full, "prove", filing="seven")[0].startswith("no filing is called 'seven' | ")
    assert refusal(full, "prove", filing="F000003", cells=["d2", "Z9", "D22"]) == [
        "F000003 has no row from cell 'Z9' | a cell is named like D2; only cells with a value count",
        "F000003 has no row from cell 'D22' | did you mean D2?",
    ]
    (said,) = refusal(full, "prove", entity="E2", indicator="profit", period="2019-Q4")
    assert said == (
        "there is no value to prove: not_reported (net_profit, E2, 2019-Q4)"
        " | `explain` shows what is missing; a filing can be proven by itself"
    )


# questions that are none


def test_a_question_that_nobody_knows(full: Path) -> None:
    with pytest.raises(Failure) as caught:
        asked(full, "guess")
    assert str(caught.value) == ("no question is called 'guess'\n  hint: this is a mistake of ours; please report it")


def test_every_question_has_its_answerer(home: Path) -> None:
    lock = try_lock(home, exclusive=True)
    assert lock is not None
    with held(lock):
        for method in ("status", "entities", "declarations", "evaluate", "rebuild"):
            assert answer_here(home, method, {}, write=True)
    desk = at_desk(home)
    assert all(callable(METHODS[name]) for name in METHODS)
    assert len(METHODS) == len(list(METHODS))
    desk.close()
