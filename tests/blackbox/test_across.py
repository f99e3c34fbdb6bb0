"""Formulas that reach across, as the command prints them: one space, from the check of its pack to a proof."""

from pathlib import Path

import pytest
from group_pack import ENTITIES, GROUP, LINKS, OTHERS
from kit import Space, hengjian, rows_in, wide
from tiny_pack import write_pack

A = wide("assets debts", "A 2019-Q3 160 96\nA 2019-Q4 200 150")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """The realm, of which only the last quarters are filed."""
    folder = tmp_path_factory.mktemp("across")
    pack = write_pack(folder / "pack", GROUP)
    found = hengjian("check", pack).done().json["faults"]
    assert {(fault["severity"], fault["message"].rpartition(" ")[0]) for fault in found} == {
        ("warning", "no formula uses the parameter"),
    }  # fmt: skip
    space = Space.at(folder, pack)
    space.enter(ENTITIES, "entities.csv", form="entities")
    space.enter(LINKS, "links.csv", form="links")
    (space.inbox / "a.csv").write_text(A, encoding="utf-8")
    (space.inbox / "others.csv").write_text(OTHERS, encoding="utf-8")
    space.run("submit", space.inbox / "a.csv", space.inbox / "others.csv", form="wide").done()
    return space


def printed(space: Space, *words: str) -> list[str]:
    command, *rest = words
    lines = hengjian(command, space.path, *rest, plain=True).done().out.splitlines()
    return [line for line in lines if not line.startswith("  declaration")]


def test_a_total_in_text(space: Space) -> None:
    assert printed(space, "explain", "H", "group_assets", "2019-Q4") == [
        "H group_assets 2019-Q4 = 450.0 CNY",
        "  formula      total(assets, over: children)",
        "  total(assets, over: children) = 450.0  (along parent, walked back)",
        "    assets [A] = 200.0",
        "    assets [B] = 100.0",
        "    assets [C] = 100.0",
        "    assets [T1] = 50.0",
        "  assets A 2019-Q4 = 200.0 CNY",
        "      a.csv row 3 cell C3, F000004 entry 4, flash",
        "  assets B 2019-Q4 = 100.0 CNY",
        "      others.csv row 8 cell C8, F000005 entry 5, flash",
        "  assets C 2019-Q4 = 100.0 CNY",
        "      others.csv row 9 cell C9, F000005 entry 5, flash",
        "  assets T1 2019-Q4 = 50.0 CNY",
        "      others.csv row 12 cell C12, F000005 entry 5, flash",
    ]


def test_a_rank_and_a_group_that_is_too_small_in_text(space: Space) -> None:
    found = printed(space, "explain", "A", "debt_rank", "2019-Q4")
    assert found[2] == (
        "  rank(debt_ratio, within: industry) = 2.0  "
        "(industry power: 5 figures: A 0.75, B 0.5, C 0.4, D 0.9, W 0.6)"
    )  # fmt: skip
    few = printed(space, "explain", "T1", "debt_rank", "2019-Q4")
    assert few[0] == ("T1 debt_rank 2019-Q4 = missing: too_few_peers (rank(debt_ratio, within: industry), T1, 2019-Q4)")
    assert few[2].endswith("= missing: too_few_peers  (industry trade: 2 figures, 5 needed: T1 0.2, T2 0.4)")


def test_a_score_in_text(space: Space) -> None:
    found = printed(space, "explain", "W", "debt_score", "2019-Q4")
    assert found[2] == "  interpolate(debt_ratio, score) = 0.8  (power: between (0.5, 1.0) and (0.7, 0.6))"
    assert found[-1] == "  score = 0.8 from 2018-01-01: Table 1"


def test_shown_warned_and_counted(space: Space) -> None:
    assert printed(space, "show", "H", "group_assets", "--period", "2019-Q4") == ["group_assets  2019-Q4   450.0 CNY"]
    alerts = {(one["rule"], one["entity"]) for one in space.run("alerts").done().json["alerts"]}
    assert alerts == {("heavy_group", "K"), ("worst_of_all", "D"), ("above_line", "A"), ("above_line", "D")}
    assert space.run("evaluate", period="2019-Q4").done().json["entities"] == 12


def test_a_proof_of_a_total_holds_what_was_added(space: Space, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    space.run("prove", "H", "group_assets", "2019-Q4", out=proof).done()
    assert {(row["entity"], row["cell"]) for row in rows_in(proof.read_bytes())} == {
        ("A", "C3"), ("B", "C8"), ("C", "C9"), ("T1", "C12"),
    }  # fmt: skip
    hengjian("verify", proof, "--key", space.key()).done()
