"""What `benchmark` prints for a person."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from compared_homes import comparing
from homes import asked

from hengjian.app import main


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return comparing(tmp_path_factory.mktemp("said") / "home")


def printed(capsys: Any, *arguments: object, code: int = 0) -> list[str]:
    assert main([str(one) for one in arguments]) == code
    told = capsys.readouterr()
    return (told.out + told.err).splitlines()


def test_the_sets_and_practices(capsys: Any, home: Path) -> None:
    assert printed(capsys, "benchmark", home) == [
        "P1: 全国港口 (company, 5 companies, not frozen)",
        "  标杆港: 规模相近",
        "  南港: 同业",
        "  北港: 同业",
        "  乙公司: 本系统同业",
        "  东港: 同业",
        "  left out: 西港: 会计准则不同",
        "practice C1: 集约采购 (标杆港, 2026-05-01)",
        "practice C2: 精益管理 (B, 2026-04-01)",
    ]


def test_one_enterprise_and_one_indicator(capsys: Any, home: Path) -> None:
    assert printed(capsys, "benchmark", home, "A", "2025", "P1", "--indicator", "roe") == [
        "A 2025 against P1: 5 companies, percentiles by mid_rank, of 5 figures at least; 0 figures lacking",
        "roe: 0.099 ratio, P25 of 6, quartile 3, place 5",
        "  to median 0.1188: -0.0198 (1.5 years to close)",
        "  to p75 0.14652: -0.04752 (3.2 years to close)",
        "  to p90 0.1584: -0.0594 (3.8 years to close)",
        "  to best 0.1584: -0.0594 (3.8 years to close)",
        "  to named 0.1584: -0.0594 (3.8 years to close)",
        "  gap to K1 -0.0594 by log_mean: margin -0.0594, turnover -0.025361164401, leverage 0.025361164401",
        "short (below P50): roe",
    ]


def test_a_figure_that_is_lacking_and_a_task(capsys: Any, home: Path) -> None:
    asked(
        home, "open_case", workflow="improvement", entity="C", title="t", fields={"indicator": "roe", "value_then": "1"}
    )
    lines = printed(capsys, "benchmark", home, "C", "2025", "P1", "--indicator", "roe")
    assert lines[1] == "roe: not_reported, no percentile"
    assert lines[2].endswith("(open): 1 then, None now")


def test_what_is_not_said(capsys: Any, home: Path) -> None:
    assert printed(capsys, "benchmark", home, "A", code=1) == [
        "it is not said against whom, or for which period", "  hint: write: hengjian benchmark SPACE E1 2025 SET",
    ]  # fmt: skip
