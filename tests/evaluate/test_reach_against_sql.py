"""Peers, linked entities, all levels of a group and windows as an analyst would write them in SQL."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest
from analyst_world import Portfolio, portfolio

#: The forest of each quarter, every entity with everyone above it.
ABOVE = """
with recursive above(period, top, entity) as (
    select period, far, near from parent
    union all
    select a.period, p.far, a.entity from above a join parent p on p.period = a.period and p.near = a.top
)
"""

#: Each formula with its unit, beside its SQL: period, entity and figure, in any order.
QUERIES = {
    "percentile": ("ratio", "percentile(spent, within: industry)", """
        select period, entity, percent_rank() over w, count(*) over (partition by period, industry) from firms
        where industry is not null and spent is not null window w as (partition by period, industry order by spent)"""),
    "rank": ("ratio", "rank(spent, within: industry, at_least: 1)", """
        select period, entity, rank() over (partition by period, industry order by spent desc), 5 from firms
        where industry is not null and spent is not null"""),
    "quantile": ("CNY", "quantile(spent, 0.3, within: size)", """
        select period, entity, quantile_cont(spent, 0.3) over (partition by period, size),
               count(spent) over (partition by period, size) from firms"""),
    "median": ("CNY", "median(spent / debt, within: industry) * debt", """
        select period, entity, median(spent / debt) over (partition by period, industry) * debt,
               count(spent) over (partition by period, industry) from firms where industry is not null"""),
    "zscore": ("ratio", "zscore(debt, within: industry)", """
        select period, entity, (debt - avg(debt) over w) / stddev_samp(debt) over w, count(*) over w from firms
        where industry is not null window w as (partition by period, industry)"""),
    "all_below": ("CNY", "total(debt, over: children, levels: all)", ABOVE + """
        select a.period, a.top, sum(debt), 5 from above a join firms f on f.period = a.period and f.entity = a.entity
        group by all"""),
    "some_below": ("CNY", "total(debt, over: children, where: size = \"big\", levels: all)", ABOVE + """
        select a.period, a.top, coalesce(sum(debt) filter (size = 'big'), 0), 5
        from above a join firms f on f.period = a.period and f.entity = a.entity group by all"""),
    "how_many_below": ("ratio", "count(over: children, levels: all) + 0 * rating", ABOVE + """
        select f.period, f.entity, count(a.entity), 5
        from firms f left join above a on f.period = a.period and f.entity = a.top group by all"""),
    "grandparent": ("CNY", "of(parent, of(parent, debt))", """
        select a.period, a.near, debt, 5 from parent a join parent b on a.period = b.period and a.far = b.near
        join firms f on f.period = b.period and f.entity = b.far"""),
    "trend": ("CNY", "slope(debt, 8)", """
        select period, entity, regr_slope(debt, number) over w, case when count(*) over w = 8 then 5 else 0 end
        from firms window w as (partition by entity order by number rows 7 preceding)"""),
    "spread": ("CNY", "rolling(spent, 6, std, at_least: 4)", """
        select period, entity, stddev_samp(spent) over w, 1 + count(spent) over w
        from firms window w as (partition by entity order by number rows 5 preceding)"""),
}  # fmt: skip


@pytest.fixture(scope="module")
def given() -> Portfolio:
    return portfolio()


@pytest.fixture(scope="module")
def ours(given: Portfolio) -> dict[str, pd.DataFrame]:
    return given.answers("firm", {f"its_{name}": (unit, formula) for name, (unit, formula, _) in QUERIES.items()})


@pytest.fixture(scope="module")
def database(given: Portfolio) -> Iterator[duckdb.DuckDBPyConnection]:
    columns = {name: given[name] for name in ("spent", "debt")}
    columns |= {name: given.attribute(name).reindex(columns=given.of("firm")) for name in ("industry", "size")}
    firms = pd.concat({name: frame.stack(future_stack=True) for name, frame in columns.items()}, axis=1)
    firms = firms.rename_axis(["period", "entity"]).reset_index()
    firms["number"] = firms["period"].map({period: place for place, period in enumerate(given.periods("quarter"))})
    connection = duckdb.connect()
    for name, table in {"firms": firms, "parent": given.linked("parent")}.items():
        plain = table.assign(period=table["period"].astype(str)).astype(object).where(table.notna(), None)
        kinds = ", ".join(
            f"{column} {'double' if column in ('spent', 'debt') else 'int' if column == 'number' else 'text'}"
            for column in plain
        )
        connection.execute(f"create table {name} ({kinds})")
        connection.executemany(
            f"insert into {name} values ({', '.join('?' * len(plain.columns))})", plain.to_numpy().tolist()
        )
    yield connection
    connection.close()


@pytest.mark.parametrize("name", QUERIES)
def test_the_database_agrees(
    name: str, given: Portfolio, ours: dict[str, pd.DataFrame], database: duckdb.DuckDBPyConnection
) -> None:
    """The fourth column is how many figures there are; with fewer than five there is no answer."""
    mine = ours[f"its_{name}"]
    theirs = mine * float("nan")
    for period, entity, figure, count in database.execute(QUERIES[name][2]).fetchall():
        theirs.loc[pd.Period(period), entity] = float("nan") if figure is None or count < 5 else float(figure)
    pd.testing.assert_frame_equal(mine, theirs, rtol=1e-9, atol=1e-9, check_freq=False)
    assert mine.notna().to_numpy().mean() > 0.1
