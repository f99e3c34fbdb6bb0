"""Ratios, growth and trailing years as an analyst would write them in SQL: DuckDB's window functions as an oracle."""

from collections.abc import Sequence

import duckdb
import numpy as np
import pytest
from panel_maker import Cell, measure, panel, prior, programme, term

from hengjian.evaluate.evaluate import evaluate
from hengjian.panel.panel import Panel

DEBT, ASSETS = measure("debt"), measure("assets")
INCOME, SPENT = measure("income", "ytd"), measure("spent", "period")
AVERAGE = term("avg", ASSETS, prior(ASSETS, 4))

YEAR = "lag(spent, 3) over w + lag(spent, 2) over w + lag(spent, 1) over w + spent"

#: Each formula beside its SQL. `q` is the quarter of the year, windows are by entity over consecutive quarters.
FORMULAS = {
    "debt_ratio": (term("divide", DEBT, ASSETS), "debt / assets"),
    "growth": (term("yoy", INCOME), "case when lag(income, 4) over w > 0 then income / lag(income, 4) over w - 1 end"),
    "moving_income": (
        term("ttm", INCOME),
        "case when q = 4 then income else income + lag(income, q) over w - lag(income, 4) over w end",
    ),
    "moving_spent": (
        term("ttm", SPENT),
        YEAR,
    ),
    "running_spent": (term("ytd", SPENT), "sum(spent) over (partition by entity, year order by quarter)"),
    "single": (term("quarter", INCOME), "case when q = 1 then income else income - lag(income) over w end"),
    "opening_debt": (term("opening", DEBT), "lag(debt, q) over w"),
    "return": (
        term("divide", term("ttm", SPENT), AVERAGE),
        f"({YEAR}) / ((assets + lag(assets, 4) over w) / 2)",
    ),
    "guarded": (
        term("if", term("greater", DEBT, ASSETS), term("coalesce", prior(DEBT), DEBT), term("max", DEBT, SPENT)),
        "case when debt > assets then coalesce(lag(debt) over w, debt) else greatest(debt, spent) end",
    ),
}  # fmt: skip


def dense(random: np.random.Generator, quarters: int, entities: int) -> Panel:
    """Every figure is there; the first quarter is the first of a year."""

    def figures(low: float) -> Sequence[Sequence[Cell]]:
        return random.uniform(low, 1e9, size=(quarters, entities)).round(2).tolist()

    columns = {"debt": figures(1), "assets": figures(1), "income": figures(-1e8), "spent": figures(-1e8)}
    return panel("2018-Q1", columns, entities=[f"E{place}" for place in range(entities)])


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, list[list[float | None]]], dict[str, list[list[float | None]]]]:
    """The kernels' answers and DuckDB's, by formula, period and entity."""
    given = dense(np.random.default_rng(7), 14, 9)
    results = evaluate(programme({name: formula for name, (formula, _) in FORMULAS.items()}), list(FORMULAS), given)
    ours = {
        name: [[None if reason else value for value, reason in zip(*cells, strict=True)] for cells in zip(
            column.values.tolist(), column.reasons.tolist(), strict=True)]
        for name, column in results.columns.items()
    }  # fmt: skip
    connection = duckdb.connect()
    connection.execute(
        "create table t (row int, place int, year int, q int, debt double, assets double, income double, spent double)"
    )
    connection.executemany(
        "insert into t values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [row, place, period.year, period.index % 4 + 1,
             *(float(given.columns[name].values[row, place]) for name in ("debt", "assets", "income", "spent"))]
            for row, period in enumerate(given.periods)
            for place in range(len(given.entities))
        ],
    )  # fmt: skip
    theirs = {}
    for name, (_, text) in FORMULAS.items():
        text = text.replace("partition by entity, year order by quarter", "partition by place, year order by row")
        rows = connection.execute(
            f"select row, place, {text} from t window w as (partition by place order by row) order by 1, 2"
        )
        flat = [row[2] for row in rows.fetchall()]
        theirs[name] = [flat[start : start + 9] for start in range(0, len(flat), 9)]
    return ours, theirs


@pytest.mark.parametrize("name", FORMULAS)
def test_the_database_agrees(
    name: str, both: tuple[dict[str, list[list[float | None]]], dict[str, list[list[float | None]]]]
) -> None:
    ours, theirs = both[0][name], both[1][name]
    for mine, other in zip(ours, theirs, strict=True):
        assert [cell is None for cell in mine] == [cell is None for cell in other]
        assert [cell for cell in mine if cell is not None] == pytest.approx(
            [cell for cell in other if cell is not None], rel=1e-12
        )
    assert any(cell is not None for row in ours for cell in row)
