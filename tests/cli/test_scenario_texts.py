"""What `contagion` and `stress` print for a person."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from scenario_homes import figures, guarantees, playing

from hengjian.app import main


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = figures(
        A={"2025-Q4": {"equity": 100, "income": 100, "profit": 5, "interest": 2, "debt": 50}},
        B={"2025-Q4": {"equity": 60}},
    )
    rows = guarantees("A B 100 20", "B C 50", "C B 10", "A B 60%")
    return playing(tmp_path_factory.mktemp("said") / "home", given, rows)


def printed(capsys: Any, *arguments: object, code: int = 0) -> list[str]:
    assert main([str(one) for one in arguments]) == code
    told = capsys.readouterr()
    return (told.out + told.err).splitlines()


def test_a_network_and_a_default(capsys: Any, home: Path) -> None:
    assert printed(capsys, "contagion", home, "B", "--default", "C") == [
        "guarantees on 2026-01-20: 3 links among 3, 160 万元; 1 of it is lost in a default",
        "  longest chain, 2 deep: A > B > C",
        "  the largest guarantor is A with 62.5%; index 0.4922",
        "  ring of 2: B > C > B, 60 万元",
        "guarantors, in 万元:",
        "  A: 100 for 1; buffer 100 (100.0% of it); chain 2 deep",
        "  B: 50 for 1; buffer 60 (83.3% of it); chain 1 deep",
        "  C: 10 for 1; buffer unknown; chain 1 deep",
        "owners, with those whom they control, in 万元:",
        "  A: own 100, full 150, by share 130, within 100 (150.0% of it)",
        "around B:",
        "  A > B: 100, 20 of it secured",
        "  B > C: 50",
        "  C > B: 10",
        "if C defaulted: 1 in default, 0 unknown",
        "  50 万元 are called in",
        "  C: named; called 0, lost in holdings 0, left unknown",
        "  B: stands; called 50, lost in holdings 0, left 10",
        "  A: stands; called 0, lost in holdings 30, left 70",
    ]


def test_stresses_are_listed_and_played(capsys: Any, home: Path) -> None:
    listed = printed(capsys, "stress", home)
    assert listed[:2] == ["rates_up: Rates rise (rate_rise = 1 %)", "  touches interest, profit, equity"]
    lines = printed(capsys, "stress", home, "income_down", "--set", "fall=20", "--entity", "A", "--indicator", "margin")
    assert lines == [
        "income_down (fall = 20) at 2025-Q4, from 2025-01-01 on",
        "  rule thin_cover, A: fires (none -> red)",
        "  rule loss, A: fires (none -> orange)",
        "  margin: 0 up, 1 down, 0 not told, 0 the same",
        "  A margin 2025-Q4: 0.05 -> -0.125 (-0.175) ratio",
    ]
    assert printed(capsys, "stress", home, "income_down", "--set", "fall", code=1)[0].startswith(
        "--set 'fall' names no value"
    )
