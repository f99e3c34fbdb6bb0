"""What `score`, `assess` and `what-if` print for a person."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from register_homes import staff
from scored_homes import lettered

from hengjian.app import main, packs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lettered(tmp_path_factory.mktemp("said") / "home")
    staff(folder)
    return folder


def printed(capsys: Any, *arguments: object, code: int = 0) -> list[str]:
    assert main([str(one) for one in arguments]) == code
    told = capsys.readouterr()
    return (told.out + told.err).splitlines()


def test_a_score_with_the_reason_of_every_point(capsys: Any, home: Path) -> None:
    lines = printed(capsys, "score", home, "signed", "B", "2025")
    assert lines[:10] == [
        "signed 2025, B: 85.67",
        "  经济指标 (figures): 61.6667 of 60",
        "    经济指标：各项相加得 61.6667 分",
        "    Figures: the parts add up to 61.6667 points",
        "    净利润 (profit): 61.6667 of 60",
        ("      净利润 实际值 0.0021 万元，目标值 0.002 万元，优于目标 5%：每优于 3% 加 1 分，"
        "共加 1.6667 分，得分 60+1.6667=61.6667"),
        ("      Net profit 0.0021 万元, target 0.002 万元, better by 5%: 1 for each 3%, adds 1.6667,"
        " points 60+1.6667=61.6667"),
        "      60  基本分 60 / Base points 60",
        "      1.6667  按偏离目标程度增减 +1.6667 分 / By distance from the target +1.6667 points",
        "    分类指标 (others): 0",
    ]  # fmt: skip


def test_what_is_missing_names_its_cause(capsys: Any, home: Path) -> None:
    lines = printed(capsys, "score", home, "ranked", "A1", "2025")
    assert lines[0] == "ranked 2025, A1: no score"
    assert "    missing: not_reported (net_profit, A1, 2025)" in lines
    assert lines[-1] == "  cannot be told without earned (missing_value)"


def test_grades_settings_and_the_contract(capsys: Any, home: Path) -> None:
    assert printed(capsys, "score", home, "ranked", "A", "2025", "--set", "doubled=on")[0] == (
        "ranked 2025, A: 5.3, grade A"
    )
    assert printed(capsys, "score", home, "ranked", "A", "2025", "--set", "doubled", code=1) == [
        "--set 'doubled' names no value", "  hint: write --set NAME=VALUE",
    ]  # fmt: skip
    (told,) = printed(capsys, "score", home, "ranked", "A", "2025", "--json")
    answer = json.loads(told)
    assert {"scorecard", "entity", "period", "score", "grade", "items"} <= answer.keys()
    assert {"item", "weight", "value", "score", "reason", "parts"} <= answer["items"][0].keys()


def test_everybody_by_rank(capsys: Any, home: Path) -> None:
    assert printed(capsys, "assess", home, "ranked", "2025") == [
        "  1  B 乙公司: 3 A, after quotas B, a quota ends among equals",
        "  1  D 区国资: 3 A, after quotas B, a quota ends among equals",
        "  3  A 甲公司: 2.7 B, after quotas C",
        "  -  A1 甲一: no score (earned)",
    ]
    assert printed(capsys, "assess", home, "ranked", "2025", "A", "--as", "ann") == [
        "  1  A 甲公司: 2.7 B", "only entities that you may see",
    ]  # fmt: skip
    assert printed(capsys, "assess", home, "signed", "2024") == ["signed 2024: nobody is assessed"]


def test_the_declared_cards(capsys: Any, home: Path, tmp_path: Path) -> None:
    lines = printed(capsys, "assess", home)
    assert lines[:2] == ["ranked: 排名 / Ranked", "  enterprise, by year, until 2026-12-31; 本包自定"]
    packs.init({"space": str(tmp_path / "home"), "packs": ["base"], "name": "home", "actor": "tester"})
    assert printed(capsys, "assess", tmp_path / "home") == ["no pack declares a scorecard"]
    with pytest.raises(SystemExit):
        main(["assess", str(home), "ranked"])
    assert "name the period too, such as 2025" in capsys.readouterr().err


def test_what_if(capsys: Any, home: Path) -> None:
    lines = printed(capsys, "what-if", home, "signed", "B", "2025", "--value", "profit=0.0022", "--weight", "talk=50")
    assert lines == [
        "before: signed 2025, B: 85.67",
        "after:  signed 2025, B: 93.33 (+7.6667)",
        "  经济指标 (figures): 61.6667 -> 63.3333 (+1.6667)",
        "  净利润 (profit): 61.6667 -> 63.3333 (+1.6667)",
        "  党建评议 (talk): 24 -> 30 (+6)",
        (
            "  净利润 (profit): 1 % of its target, 0.00002 万元, is worth 0.3333 if better, -0.3333 if worse;"
            " no more from 0.00236 on"
        ),
    ]


def test_what_is_withheld_and_what_others_stand_in(capsys: Any, tmp_path: Path) -> None:
    from register_homes import MEASURES
    from scored_homes import carded
    from test_score_sight import PEERS

    said = MEASURES.replace("  source: income statement", '  source: income statement\n  restricted: "true"')
    home = carded(tmp_path / "home", {"measures.yaml": said, "scorecards/among.yaml": PEERS})
    staff(home)
    asked = ("ranked", "B", "2025", "--as", "see")
    assert printed(capsys, "score", home, *asked)[1] == "  withheld: restricted figures stand in it"
    assert printed(capsys, "what-if", home, *asked) == ["ranked 2025, B: withheld"]
    assert printed(capsys, "assess", home, "ranked", "2025", "--as", "see")[0] == "  -  B 乙公司: withheld"
    told = printed(capsys, "score", home, "among", "A", "2025", "--as", "ann")
    assert told[-1] == "  figures of others whom you may not see stand in it too"
