"""What `backtest` and `rules` print and write."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from warned_homes import file_debt, warned

from hengjian.app import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = warned(tmp_path_factory.mktemp("texts") / "home")
    for period, debt, day in (("2020-Q4", 60, "2021-04-30"), ("2021-Q4", 90, "2022-04-30")):
        for entity, part in (("E1", 1), ("E2", 2)):
            file_debt(home, entity, period, debt / part, known_from=day)
    (home.parent / "events.csv").write_text("entity,date\nE1,2022-06-30\nE2,2019-01-01\n")
    (home.parent / "outcomes.csv").write_text("entity,outcome\nE1,1\nE2,0\n")
    return home


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def once(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return once


def test_a_back_test_as_people_read_it(home: Path, run: Run, tmp_path: Path) -> None:
    events = home.parent / "events.csv"
    asked = ("backtest", home, "high_debt", "--labels", events, "--every", "quarter", "--assumed", "deadlines")
    code, out, err = run(*asked, "--out", tmp_path / "out", "--keep")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("20 days from 2021-06-30 to 2026-03-31, 2 entities, 2 events, horizon 12m")
    assert lines[1] == "known: 1 filings as recorded, 4 as archives claim it, not proven"
    assert lines[2].startswith("2 entities were described only after")
    assert lines[3] == "assumed: deadlines"
    assert lines[4] == "high_debt"
    assert lines[5] == "  hit 0.0% (0 of 1, 1 before any data)"
    assert lines[6].startswith("  precision 0.0% (0 true, 1 false, 1 of them late)")
    assert lines[8].startswith("kept as entry ")
    curve = (tmp_path / "out" / "curve.csv").read_text().splitlines()
    assert curve[0] == "rule,line,shift,hit,warned,false_alarm,precision,in_force"
    assert (tmp_path / "out" / "raised.csv").read_text().splitlines()[1] == "high_debt,E1,red,2021-Q4,2022-06-30,"
    whole = json.loads((tmp_path / "out" / "backtest.json").read_text())
    assert whole["rules"][0]["rule"] == "high_debt"
    code, out, _ = run(*asked, "--json")
    assert json.loads(out)["rules"][0] == whole["rules"][0]
    taken = tmp_path / "taken"
    taken.write_text("")
    code, _, err = run(*asked, "--out", taken)
    assert code == 3
    assert f"{taken} cannot be made: File exists" in err


def test_a_cross_section_as_people_read_it(home: Path, run: Run) -> None:
    outcomes = home.parent / "outcomes.csv"
    code, out, _ = run("backtest", home, "debt_ratio", "high_debt", "--labels", outcomes, "--cross-section")
    assert code == 0
    assert out.splitlines()[:4] == [
        "2 entities, 1 of them with the outcome", "debt_ratio (indicator, higher is worse)", "  2 told, 0 not",
        "  AUC 1.0000, 1 with and 1 without",
    ]  # fmt: skip
    assert "  holds of 1: hit 100.0%, false alarms 0.0%, precision 100.0%" in out
    code, out, _ = run("backtest", home, "debt_ratio", "--labels", outcomes, "--cross-section", "--probability")
    assert "  Brier 0.106" in out


@pytest.mark.parametrize("words", [("--cross-section", "--keep"), ("--period", "2020"), ("--probability",)])
def test_options_that_do_not_go_together(home: Path, run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exit_:
        run("backtest", home, "high_debt", "--labels", home.parent / "events.csv", *words)
    assert exit_.value.code == 2


def test_rules_as_people_read_them(home: Path, run: Run) -> None:
    code, out, _ = run("rules", home)
    assert code == 0
    assert [line.split("  ")[0] for line in out.splitlines()] == ["high_debt", "loss", "growing_debt"]
    assert [line.split()[0] for line in run("rules", home, "--level", "blue")[1].splitlines()] == ["loss"]
    assert run("rules", home, "--noisy")[1] == "no rules\n"
    assert json.loads(run("rules", home, "--silent", "--json")[1])["rules"][0]["silent"] is True
    _, out, _ = run("rules", home, "high_debt")
    assert "  red: debt_ratio > red_line" in out
    assert "line red_line from 2023-01-01: default 0.65, power 0.72 ratio (Notice 9 of 2022, article 3)" in out
    assert "verdicts: 0 real, 0 false, 0 known, 1 without" in out
