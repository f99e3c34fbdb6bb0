"""Distress models over real firms of which some failed: how well untrained scores tell them apart.

Nothing of the panels is stored here; they lie beside the project, and whoever lacks them skips these tests.
"""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from firms import programme, scored
from scipy.stats import mannwhitneyu

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HENGJIAN_DISTRESS") or ROOT.parent / "shared" / "data" / "distress")


def rows_of(name: str) -> list[dict[str, str]]:
    file = DATA / name
    if not file.is_file():
        pytest.skip(f"the panel is not here: {file} (HENGJIAN_DISTRESS names its folder)")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def area(failed: Iterable[float], sound: Iterable[float]) -> float:
    """The area under the curve: the chance that a failed firm has the higher of two figures; ties count half."""
    above, below = list(failed), list(sound)
    return float(mannwhitneyu(above, below).statistic) / (len(above) * len(below))


def areas(
    found: dict[tuple[str, str], float | str], failed: dict[str, bool], signs: dict[str, int]
) -> dict[str, float]:
    """By score, of the firms that have one; a sign of -1 where a low score is the bad one."""
    made = {}
    for name, sign in signs.items():
        scores = {firm: found[name, firm] for firm in failed}
        told = {firm: sign * score for firm, score in scores.items() if not isinstance(score, str)}
        made[name] = area(
            [score for firm, score in told.items() if failed[firm]],
            [score for firm, score in told.items() if not failed[firm]],
        )
    return made


def test_132_firms_of_the_united_states(tmp_path: Path) -> None:
    """66 failed, 66 matched (PyPI dmba 0.2.4, MIT). Ratios, not statements: each firm's are written as statements over
    assets of 100. The panel has no retained earnings and no EBIT: they stand at nought and at net income, so that the
    Z'' here is one of three ratios. What Zmijewski reads is all there. R9 current ratio, R11 current assets to assets,
    R14 income to assets, R20 sales to assets, R21 assets to debts, R23 working capital from operations to assets."""
    failed, figures = {}, {}
    expected = {}
    for row in rows_of("altman_type_132firms.csv"):
        firm = f"F{row['NO']}"
        failed[firm] = row["D"] == "0"
        ratio = {name: float(row[name]) for name in ("R9", "R11", "R14", "R20", "R21", "R23")}
        debts, current = 100 / ratio["R21"], 100 * ratio["R11"]
        statement = {
            "total_assets": 100.0, "total_liabilities": debts, "total_equity": 100 - debts,
            "total_current_assets": current, "total_current_liabilities": current / ratio["R9"],
            "surplus_reserve": 0.0, "undistributed_profits": 0.0, "total_profits": 100 * ratio["R14"],
            "interest_expenses": 0.0, "net_profit": 100 * ratio["R14"], "operating_income": 100 * ratio["R20"],
            "funds_from_operations": 100 * ratio["R23"],
        }  # fmt: skip
        figures.update({(firm, "2025-Q4", name): f"{figure:.12f}" for name, figure in statement.items()})
        expected["altman_z_services", firm] = (
            6.56 * (ratio["R11"] - ratio["R11"] / ratio["R9"]) + 6.72 * ratio["R14"] + 1.05 * (ratio["R21"] - 1)
        )
        expected["zmijewski_x", firm] = -4.336 - 4.513 * ratio["R14"] + 5.679 / ratio["R21"] + 0.004 * ratio["R9"]
    signs = {"altman_z_services": -1, "altman_z_private": -1, "zmijewski_x": 1, "zmijewski_probability": 1}
    found = scored(programme(), figures, list(signs), tmp_path)
    for key, figure in expected.items():
        assert found[key] == pytest.approx(figure, rel=1e-6, abs=1e-6), key
    assert (len(failed), sum(failed.values())) == (132, 66)
    told = areas(found, failed, signs)
    assert told == pytest.approx(
        {"altman_z_services": 0.848, "altman_z_private": 0.760, "zmijewski_x": 0.871, "zmijewski_probability": 0.871},
        abs=5e-4,
    )


def test_firms_of_poland_a_year_before(tmp_path: Path) -> None:
    """3,546 firms, 246 of them bankrupt the year after (UCI 365, CC BY 4.0), with all four ratios of Z''. Attr3 working
    capital, 6 retained earnings, 7 EBIT, 9 sales, 2 liabilities, each to assets; 8 book equity to liabilities."""
    failed, figures, expected = {}, {}, {}
    for row in rows_of("reference_only/polish_5year_dev.csv"):
        firm = f"F{row['row_id']}"
        failed[firm] = row["class"] == "1"
        names = ("Attr2", "Attr3", "Attr6", "Attr7", "Attr8", "Attr9")
        ratio = {name: float(row[name]) if row[name] not in ("", "?") else float("nan") for name in names}
        statement = {
            "total_assets": 1.0, "total_liabilities": ratio["Attr2"], "total_equity": ratio["Attr8"] * ratio["Attr2"],
            "total_current_assets": ratio["Attr3"], "total_current_liabilities": 0.0, "surplus_reserve": 0.0,
            "undistributed_profits": ratio["Attr6"], "total_profits": ratio["Attr7"], "interest_expenses": 0.0,
            "operating_income": ratio["Attr9"],
        }  # fmt: skip
        figures.update(
            {(firm, "2025-Q4", name): f"{1e6 * part:.9f}" for name, part in statement.items() if np.isfinite(part)}
        )
        if ratio["Attr2"] > 0 and all(np.isfinite([ratio[name] for name in names])):
            expected[firm] = (
                6.56 * ratio["Attr3"] + 3.26 * ratio["Attr6"] + 6.72 * ratio["Attr7"] + 1.05 * ratio["Attr8"]
            )
    signs = {"altman_z_services": -1, "altman_z_private": -1}
    found = scored(programme(), figures, list(signs), tmp_path)
    for firm, figure in expected.items():
        assert found["altman_z_services", firm] == pytest.approx(figure, rel=1e-6, abs=1e-6), firm
    assert {firm for firm in failed if not isinstance(found["altman_z_services", firm], str)} == expected.keys()
    assert (len(failed), len(expected), sum(failed.values())) == (3546, 3539, 246)
    told = areas(found, failed, signs)
    assert told == pytest.approx({"altman_z_services": 0.763, "altman_z_private": 0.702}, abs=5e-4)


#: Lines of the American panel by the measures that they are.
LINES = {
    "total_assets": "total_assets", "total_liabilities": "total_liabilities", "market_value": "market_value_of_equity",
    "current_assets": "total_current_assets", "total_current_liabilities": "total_current_liabilities",
    "retained_earnings": "undistributed_profits", "EBIT": "total_profits", "net_sales": "operating_income",
    "net_income": "net_profit",
}  # fmt: skip


def test_firms_of_the_united_states_a_year_before(tmp_path: Path) -> None:
    """1,851 firms, 60 bankrupt the year after, in millions of dollars (sowide/bankruptcy_dataset, CC BY 4.0): every
    line that Z of 1968 reads, the market value too."""
    failed, figures, expected = {}, {}, {}
    for number, row in enumerate(rows_of("reference_only/american_3700_dev.csv")):
        firm = f"F{number}"
        failed[firm] = row["bankrupt"] == "1"
        figures.update({(firm, "2025-Q4", measure): row[line] for line, measure in LINES.items()})
        debts, assets, market = (float(row[each]) for each in ("total_liabilities", "total_assets", "market_value"))
        figures[firm, "2025-Q4", "total_equity"] = f"{assets - debts:.6f}"
        figures[firm, "2025-Q4", "surplus_reserve"] = figures[firm, "2025-Q4", "interest_expenses"] = "0"
        current, due = float(row["current_assets"]), float(row["total_current_liabilities"])
        kept, earned, sold = (float(row[each]) for each in ("retained_earnings", "EBIT", "net_sales"))
        z = (1.2 * (current - due) + 1.4 * kept + 3.3 * earned + 0.999 * sold) / assets + 0.6 * market / debts
        expected["altman_z", firm] = z
    signs = {"altman_z": -1, "altman_z_private": -1, "altman_z_services": -1, "zmijewski_x": 1}
    found = scored(programme(), figures, list(signs), tmp_path)
    for key, figure in expected.items():
        assert found[key] == pytest.approx(figure, rel=1e-6, abs=1e-6), key
    assert (len(failed), sum(failed.values())) == (1851, 60)
    assert areas(found, failed, signs) == pytest.approx(
        {"altman_z": 0.763, "altman_z_private": 0.712, "altman_z_services": 0.739, "zmijewski_x": 0.772}, abs=6e-4
    )
