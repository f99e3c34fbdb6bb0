"""Two years of quick reports of invented enterprises, for goals."""

from collections.abc import Mapping
from pathlib import Path

from evaluated import submit

import hengjian
from hengjian.app import Space, packs

#: By enterprise what its quick report of December says, in the year before and in the year.
YEARS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    # profit +10 %, debt ratio 55 → 55.64 %, intensity 2 → 2.5 %, productivity 27 → 30.9, cash 5 → 7 %
    "G01": {
        "quick_total_profit": (100, 110), "quick_net_profit": (80, 90), "quick_total_liabilities": (550, 612),
        "quick_total_assets": (1000, 1100), "quick_total_equity": (450, 488), "quick_operating_income": (2000, 2200),
        "quick_rd_input": (40, 55), "quick_labour_cost": (100, 120), "quick_depreciation": (50, 55),
        "quick_net_production_tax": (30, 35), "quick_operating_profit": (90, 99), "quick_average_headcount": (10, 10),
        "quick_op_cash_flow": (100, 154), "quick_sales_cash": (2100, 2420),
    },
    # profit as the economy (5.2 %) and a little less, debt ratio 55 → 60 %, intensity the same
    "G02": {
        "quick_total_profit": (100, 105), "quick_total_liabilities": (550, 660), "quick_total_assets": (1000, 1100),
        "quick_operating_income": (2000, 2200), "quick_rd_input": (40, 44),
    },
    # profit exactly as the economy: not more
    "G03": {"quick_total_profit": (1000, 1052)},
}  # fmt: skip


def five_rates(folder: Path) -> Space:
    """A space of one_profit_five_rates with the enterprises of YEARS, and G04 of which nothing is filed."""
    packs.init({"space": str(folder), "packs": ["one_profit_five_rates"], "name": "goals", "actor": "clerk"})
    space: Space = hengjian.open(str(folder))
    rows = ["entity,type,name", "SASAC,state_asset_office,市国资委"]
    rows += [f"{one},enterprise,{one}公司" for one in (*YEARS, "G04")]
    submit(space, "entities.csv", "\n".join(rows).encode(), "entities")
    figures = ["entity,period,measure,value"]
    for one, said in YEARS.items():
        for measure, both in said.items():
            figures += [f"{one},{year}-12,{measure},{both[year - 2022]}" for year in (2022, 2023)]
    figures += [f"{one},2021-12,{measure},{value}" for one, measure, value in (
        ("G01", "quick_total_equity", 400), ("G01", "quick_net_profit", 70), ("G01", "quick_total_profit", 90),
    )]  # fmt: skip
    submit(space, "figures.csv", "\n".join(figures).encode(), "observations")
    return space
