"""Distress models of the pack early_warning: both readings of what print leaves open, and another program's scores."""

import math
from collections.abc import Mapping
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from firms import Figures, programme, scored

from hengjian.load import LoadedPack, find_pack, load_pack

SCORES = (
    "altman_z", "altman_z_private", "altman_z_services", "altman_em", "ohlson_o", "ohlson_probability", "zmijewski_x",
    "zmijewski_probability",
)  # fmt: skip
ZONES = ("altman_z_zone", "altman_z_private_zone", "altman_z_services_zone", "ohlson_zone", "zmijewski_zone")

#: One enterprise, in 万元. Its scores were computed by two programs apart from this one, from these figures: assets
#: 200000, working capital 28000, retained earnings 22000 (how they divide is invented), EBIT 17400, book equity 84000
#: (which stands for the market value too), liabilities 116000, sales 210000, current assets 90000 and liabilities
#: 62000, net profit 10200 after 9000, funds from operations 14000.
ONE = {
    "total_assets": 200_000, "total_liabilities": 116_000, "total_equity": 84_000, "market_value_of_equity": 84_000,
    "total_current_assets": 90_000, "total_current_liabilities": 62_000, "surplus_reserve": 4_000,
    "undistributed_profits": 18_000, "operating_income": 210_000, "total_profits": 13_600, "interest_expenses": 3_800,
    "net_profit": 10_200, "funds_from_operations": 14_000,
}  # fmt: skip
#: What the shipped parameters give; what the other reading of each ambiguity gives instead.
SHIPPED = {
    "altman_z": 2.092533, "altman_z_private": 1.815897, "altman_z_services": 2.621985, "altman_em": 5.871985,
    "ohlson_o": -3.312817, "ohlson_probability": 0.035134, "zmijewski_x": -1.266537, "zmijewski_probability": 0.102661,
}  # fmt: skip
OTHERWISE = {"altman_z": 2.093583, "ohlson_o": -0.502465, "ohlson_probability": 0.376962, "zmijewski_x": -1.278150}
CHANGES = (
    ("value: 0.999}", "value: 1}"), ("value: 2.718281828459045}", "value: 10}"), ("value: 0.004}", "value: -0.004}"),
)  # fmt: skip


def one_firm() -> Figures:
    figures = {("甲", "2025-Q4", name): f"{figure}0000" for name, figure in ONE.items()}
    return {**figures, ("甲", "2024-Q4", "net_profit"): "90000000"}


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    made, issues = load_pack(find_pack("early_warning"), "early_warning")
    assert issues == ()
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("changes", "expected"), [((), SHIPPED), (CHANGES, {**SHIPPED, **OTHERWISE})], ids=["as shipped", "otherwise"]
)
def test_one_enterprise_by_either_reading_of_what_print_leaves_open(
    changes: tuple[tuple[str, str], ...], expected: dict[str, float], tmp_path: Path
) -> None:
    found = scored(programme(changes), one_firm(), SCORES, tmp_path)
    for name, figure in expected.items():
        if changes and name == "zmijewski_probability":
            figure = NormalDist().cdf(expected["zmijewski_x"])  # not printed
        assert found[name, "甲"] == pytest.approx(figure, abs=6e-7), name


def test_the_unit_in_which_assets_are_counted_moves_the_score_of_ohlson(tmp_path: Path) -> None:
    """Counted in single yuan, assets are ten thousand times as many; the score falls by 0.407 of its logarithm."""
    found = scored(
        programme([("unit: 万元\n  values:\n    - {from: 1980", "unit: CNY\n  values:\n    - {from: 1980")]),
        one_firm(),
        SCORES,
        tmp_path,
    )
    assert found["ohlson_o", "甲"] == pytest.approx(SHIPPED["ohlson_o"] - 0.407 * math.log(10_000), abs=6e-7)
    assert found["altman_z", "甲"] == pytest.approx(SHIPPED["altman_z"], abs=6e-7)


# Against the papers' formulas in plain Python.


def zone(score: float, safe: float, distress: float) -> float:
    return 0.0 if score > safe else 2.0 if score < distress else 1.0


def by_hand(firm: dict[str, float], before: float) -> dict[str, float]:
    """The scores of a firm whose every denominator is above zero; `before` is last year's net profit."""
    assets, debt = firm["total_assets"], firm["total_liabilities"]
    current, due = firm["total_current_assets"], firm["total_current_liabilities"]
    profit, funds = firm["net_profit"], firm["funds_from_operations"]
    x1, x2 = (current - due) / assets, (firm["surplus_reserve"] + firm["undistributed_profits"]) / assets
    x3, x5 = (firm["total_profits"] + firm["interest_expenses"]) / assets, firm["operating_income"] / assets
    market, book = firm["market_value_of_equity"] / debt, firm["total_equity"] / debt
    z = 1.2 * x1 + 1.4 * x2 + 3.3 * x3 + 0.6 * market + 0.999 * x5
    private = 0.717 * x1 + 0.847 * x2 + 3.107 * x3 + 0.420 * book + 0.998 * x5
    services = 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * book
    change = (profit - before) / (abs(profit) + abs(before))
    o = (
        -1.32 - 0.407 * math.log(assets / 10_000) + 6.03 * debt / assets - 1.43 * x1 + 0.0757 * due / current
        - 1.72 * (debt > assets) - 2.37 * profit / assets - 1.83 * funds / debt + 0.285 * (profit < 0 and before < 0)
        - 0.521 * change
    )  # fmt: skip
    x = -4.336 - 4.513 * profit / assets + 5.679 * debt / assets + 0.004 * current / due
    p, q = 1 / (1 + math.exp(-o)) if o > -700 else 0.0, NormalDist().cdf(x)
    return {
        "altman_z": z, "altman_z_private": private, "altman_z_services": services, "altman_em": services + 3.25,
        "ohlson_o": o, "ohlson_probability": p, "zmijewski_x": x, "zmijewski_probability": q,
        "altman_z_zone": zone(z, 2.99, 1.81), "altman_z_private_zone": zone(private, 2.9, 1.23),
        "altman_z_services_zone": zone(services, 2.6, 1.1), "ohlson_zone": 2.0 * (p > 0.5),
        "zmijewski_zone": 2.0 * (q > 0.5),
    }  # fmt: skip


def test_many_firms_come_out_as_by_hand_in_every_zone(tmp_path: Path) -> None:
    chance = np.random.default_rng(1968)
    figures: dict[tuple[str, str, str], float | str] = {}
    expected = {}
    for number in range(300):
        assets = round(float(np.exp(chance.uniform(13, 25))))
        parts = {
            "total_assets": 1.0, "total_liabilities": chance.uniform(0.05, 1.4),
            "total_equity": chance.normal(0.4, 0.4),
            "market_value_of_equity": chance.uniform(0, 3), "total_current_assets": chance.uniform(0.05, 0.9),
            "total_current_liabilities": chance.uniform(0.05, 0.9), "surplus_reserve": chance.uniform(0, 0.2),
            "undistributed_profits": chance.normal(0.1, 0.3), "operating_income": chance.uniform(0, 3),
            "total_profits": chance.normal(0.03, 0.1), "interest_expenses": chance.uniform(0, 0.05),
            "net_profit": chance.normal(0.02, 0.1), "funds_from_operations": chance.normal(0.05, 0.1),
        }  # fmt: skip
        firm = {name: float(round(part * assets)) for name, part in parts.items()}
        before = float(round(chance.normal(0.02, 0.1) * assets))
        figures.update({(f"E{number}", "2025-Q4", name): f"{figure:.0f}" for name, figure in firm.items()})
        figures[f"E{number}", "2024-Q4", "net_profit"] = f"{before:.0f}"
        expected[f"E{number}"] = by_hand(firm, before)
    found = scored(programme(), figures, [*SCORES, *ZONES], tmp_path)
    for entity, scores in expected.items():
        for name, score in scores.items():
            assert found[name, entity] == pytest.approx(score, rel=1e-9, abs=1e-9), (name, entity)
    for name in ZONES:
        assert len({found[name, entity] for entity in expected}) == (3 if name.startswith("altman") else 2), name


def test_a_score_beyond_the_powers_of_e_is_a_certainty_and_not_missing(tmp_path: Path) -> None:
    """Liabilities of 1 against funds of 1000 and of -1000: O is about -1830 and 1830, and e to that is no float64."""
    base = dict.fromkeys(ONE, 1000) | {"total_liabilities": 1, "interest_expenses": 0}
    figures: dict[tuple[str, str, str], float | str] = {}
    for entity, funds in (("sound", 1000), ("lost", -1000)):
        figures.update({(entity, "2025-Q4", name): f"{each}" for name, each in base.items()})
        figures[entity, "2025-Q4", "funds_from_operations"] = f"{funds}"
        figures[entity, "2024-Q4", "net_profit"] = "1000"
    found = scored(programme(), figures, ["ohlson_o", "ohlson_probability", "ohlson_zone"], tmp_path)
    assert found["ohlson_o", "sound"] < -1800 < 1800 < found["ohlson_o", "lost"]  # type: ignore[operator]
    assert [found["ohlson_probability", each] for each in ("sound", "lost")] == [0.0, 1.0]
    assert [found["ohlson_zone", each] for each in ("sound", "lost")] == [0.0, 2.0]


# What the pack says of itself.


def test_every_indicator_of_the_pack_has_a_worked_case(pack: LoadedPack) -> None:
    worked = {
        name
        for case in pack.cases
        for name, expected in case.expect.items()
        if isinstance(expected, Mapping) and any(text[0] in "-0123456789" for text in expected.values())
    }
    assert {one.name for one in pack.indicators} <= worked


def test_every_class_comes_out_of_a_case(pack: LoadedPack) -> None:
    for one in pack.indicators:
        told = [text for case in pack.cases for text in dict(case.expect.get(one.name, {})).values()]  # type: ignore[arg-type]
        assert not one.classes or {int(text) for text in told if text.isdecimal()} == one.classes.keys(), one.name
    assert set(ZONES) < {one.name for one in pack.indicators if one.classes}


def test_scores_say_that_they_advise_and_sources_how_far_to_trust_them(pack: LoadedPack) -> None:
    for one in pack.indicators:
        if one.name in (*SCORES, *ZONES):
            assert "仅供参考" in one.label.zh, one.name
            assert "advisory" in one.label.en, one.name
        assert one.label.en.isascii()
    assert len({one.label.zh for one in pack.indicators}) == len(pack.indicators)
    marks = ("（凭记忆，待核）", "（据转引）", "（本包自定）", "（惯例，无文件）", "（口径：")
    models = ("altman_", "ohlson_", "zmijewski_")
    scored = [one for one in pack.indicators if one.place.file.endswith("distress.yaml")]
    assert {*SCORES, *ZONES} < {one.name for one in scored}
    sources = [version.source for one in scored for version in one.versions]
    sources += [value.source for one in pack.parameters if one.name.startswith(models) for value in one.values]
    sources += [one.source for one in pack.measures if one.name in ("market_value_of_equity", "funds_from_operations")]
    for source in sources:
        assert any(mark in source for mark in marks), source
    (page,) = (one for one in pack.pages if one.name == "distress_models")
    assert "仅供参考" in page.label.zh
    assert "advisory" in page.label.en
    assert set(page.columns) <= {*SCORES, *ZONES}


def test_from_memory_is_said_where_no_source_was_seen(pack: LoadedPack) -> None:
    remembered = {
        one.name for one in pack.indicators if any("凭记忆，待核" in version.source for version in one.versions)
    }
    assert {
        "altman_z_private", "altman_z_private_zone", "altman_z_services", "altman_z_services_zone", "altman_em",
        "zmijewski_probability", "zmijewski_zone",
    } <= remembered  # fmt: skip
    assert not remembered & {"altman_z", "altman_z_zone", "ohlson_o", "ohlson_probability", "zmijewski_x"}
