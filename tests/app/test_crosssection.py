"""Cross-sections: rules and indicators against outcomes, by hand and of a panel of bankruptcies."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from homes import filed, submission
from tiny_pack import PACK as HEAD
from tiny_pack import TYPES, write_pack
from warned_homes import asked, file_debt, warned

from hengjian.app import packs
from hengjian.model.issue import Refused

DATA = Path(os.environ.get("HENGJIAN_DISTRESS") or Path(__file__).parents[3] / "shared" / "data" / "distress")
POLISH = DATA / "reference_only" / "polish_5year_dev.csv"


def labels(*rows: str) -> dict[str, object]:
    return {"name": "outcomes.csv", "data": "\n".join(["entity,outcome", *rows]).encode()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight enterprises with a debt ratio of 10 % to 80 % at the end of 2024; the last one said 90 % in 2023."""
    home = warned(tmp_path_factory.mktemp("cross") / "home")
    filed(home, "entity,type,name\n" + "".join(f"C{n},enterprise,Co {n}\n" for n in range(1, 10)), form="entities")
    file_debt(home, "C8", "2023-Q4", 90)
    for number in range(1, 9):
        file_debt(home, f"C{number}", "2024-Q4", number * 10)
    return home


OUTCOMES = labels("C1,0", "C2,0", "C3,0", "C4,1", "C5,0", "C6,0", "C7,1", "C8,1", "C9,1")


def crossed(home: Path, *rules: str, **more: object) -> list[dict[str, Any]]:
    question = {"rules": rules, "labels": OUTCOMES, "cross_section": True, **more}
    found: list[dict[str, Any]] = asked(home, "backtest", **question)["rules"]
    return found


def test_an_indicator_and_a_rule_by_hand(home: Path) -> None:
    indicator, rule = crossed(home, "debt_ratio", "high_debt")
    for one in (indicator, rule):
        assert (one["entities"], one["untold"]) == (8, 1), "C9 reported nothing"
        assert one["auc"]["value"] == pytest.approx(13 / 15)
        assert (one["auc"]["positives"], one["auc"]["negatives"], one["auc"]["method"]) == (3, 5, "delong")
    assert (indicator["kind"], indicator["fired"], indicator["worse"]) == ("indicator", None, "higher")
    assert [point["line"] for point in indicator["curve"]] == pytest.approx([0.1 * n for n in range(8, 0, -1)])
    at = next(point for point in indicator["curve"] if point["line"] == pytest.approx(0.6))
    assert (at["hit"], at["false_alarm"], at["precision"]) == (pytest.approx(2 / 3), 0.2, pytest.approx(2 / 3))
    # the red line of 2023 is 65 %, of power companies 72 %; nobody here says an industry
    assert (rule["fired"], rule["hit_rate"], rule["false_alarm_rate"], rule["precision"]) == (
        2, pytest.approx(2 / 3), 0.0, 1.0,
    )  # fmt: skip
    assert [point["line"] for point in rule["curve"]] == pytest.approx([0.1 * n for n in range(8, 0, -1)])


def test_at_a_period_and_at_the_other_end(home: Path) -> None:
    (one,) = crossed(home, "debt_ratio", period="2023-Q4")
    assert (one["entities"], one["untold"], one["auc"]) == (1, 8, None)
    (turned,) = crossed(home, "debt_ratio", worse="lower")
    assert turned["auc"]["value"] == pytest.approx(2 / 15)
    assert turned["worse"] == "lower"


def test_probabilities_have_a_brier_score(home: Path) -> None:
    (one,) = crossed(home, "debt_ratio", probability=True)
    values, truth = np.arange(1, 9) / 10, np.array([0, 0, 0, 1, 0, 0, 1, 1])
    assert one["brier"] == pytest.approx(float(((values - truth) ** 2).mean()))
    assert one["brier_reference"] == pytest.approx(3 / 8 * 5 / 8)
    with pytest.raises(
        Refused, match="is no probability of the worse: a value lies outside 0 to 1, or it falls with it"
    ):
        crossed(home, "debt_ratio", probability=True, worse="lower")


def test_what_is_worse_must_be_known(home: Path) -> None:
    with pytest.raises(Refused, match="which values of assets are the worse ones: no rule compares it"):
        crossed(home, "assets")
    with pytest.raises(Refused, match="no rule or indicator is called 'debt_ratoi'"):
        crossed(home, "debt_ratoi")
    with pytest.raises(Refused, match="a cross-section names no rule and no indicator"):
        crossed(home)


MEASURES = "".join(
    f"{name}:\n  label: {{zh: {name}, en: {name}}}\n  type: enterprise\n  unit: ratio\n  period_type: instant\n"
    f"  frequency: year\n  source: UCI 365\n"
    for name in ("x1", "x2", "x3", "x4")
)
INDICATORS = """\
z2:
  label: {zh: Z″, en: Z″}
  type: enterprise
  unit: ratio
  source: Altman 1995
  formula: 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * x4
"""
RULES = """\
distress:
  label: {zh: 困境区, en: Distress zone}
  type: enterprise
  levels: {red: z2 < 1.1, yellow: z2 < 2.6}
  source: Altman 1995
  message: {zh: "{z2}", en: "{z2}"}
"""
PANEL = {
    "pack.yaml": HEAD, "types.yaml": TYPES, "measures.yaml": MEASURES, "indicators/z.yaml": INDICATORS,
    "rules/z.yaml": RULES,
}  # fmt: skip
#: The columns of the data set that are the four ratios of Z″ (Zięba, Tomczak and Tomczak 2016, table 2).
COLUMNS = {"x1": "Attr3", "x2": "Attr6", "x3": "Attr7", "x4": "Attr8"}


@pytest.mark.skipif(
    not POLISH.is_file(), reason=f"the panel is not here: {POLISH} (HENGJIAN_DISTRESS names its folder)"
)
def test_a_panel_of_bankruptcies_through_the_product(tmp_path: Path) -> None:
    """Polish companies, bankrupt within a year or not: what the rule and the score say of them is what they say when
    they are computed outside."""
    home = tmp_path / "home"
    packs.init({"space": str(home), "packs": [str(write_pack(tmp_path / "panel", PANEL))], "name": "home"})
    with POLISH.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = [f"P{row['row_id']}" for row in rows]
    filed(home, "entity,type,name\n" + "".join(f"{one},enterprise,{one}\n" for one in told), form="entities")
    lines = [
        ",".join([one, "2012", *(row[column] for column in COLUMNS.values())])
        for one, row in zip(told, rows, strict=True)
        if any(row[column] for column in COLUMNS.values())
    ]
    asked(home, "submit", **submission("entity,period,x1,x2,x3,x4\n" + "\n".join(lines) + "\n", form="wide"))
    outcomes = labels(*(f"{one},{row['class']}" for one, row in zip(told, rows, strict=True)))
    score, rule = asked(home, "backtest", rules=["z2", "distress"], labels=outcomes, cross_section=True)["rules"]
    weights = (6.56, 3.26, 6.72, 1.05)
    ratios = np.array([[float(row[column]) if row[column] else np.nan for column in COLUMNS.values()] for row in rows])
    z = ratios @ np.array(weights)
    truth = np.array([row["class"] == "1" for row in rows])
    known = ~np.isnan(z)
    above = sum((z[known & ~truth] > one).sum() + (z[known & ~truth] == one).sum() / 2 for one in z[known & truth])
    area = above / (known & truth).sum() / (known & ~truth).sum()
    assert score["worse"] == "lower"
    assert score["auc"]["value"] == pytest.approx(area)
    assert 0.72 < score["auc"]["low"] < area < score["auc"]["high"] < 0.82
    assert rule["auc"]["value"] == pytest.approx(area)
    assert rule["hit_rate"] == pytest.approx((z[known & truth] < 2.6).sum() / truth[known].sum())
    assert rule["false_alarm_rate"] == pytest.approx((z[known & ~truth] < 2.6).sum() / (~truth[known]).sum())
    rates = [part["rate"] for part in score["bins"]]
    assert rates[-1] > 4 * rates[0], "the worst tenth fails far more often than the best"
