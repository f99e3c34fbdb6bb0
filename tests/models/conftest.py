"""Spaces that hold the synthetic history."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks" / "distress"))

from history import History, history, write_pack
from kit import Space


@pytest.fixture(scope="session")
def told() -> History:
    return history()


@pytest.fixture(scope="session")
def filed_space(tmp_path_factory: pytest.TempPathFactory, told: History) -> Space:
    """To be copied, never changed."""
    folder = tmp_path_factory.mktemp("learned")
    space = Space.at(folder, write_pack(folder / "scored"))
    space.configure("today", "2021-06-30")
    space.enter(told.entities, "entities.csv", form="entities", known_from="2012-01-01")
    for year, (text, day) in told.filings.items():
        space.enter(text, f"{year}.csv", form="wide", known_from=day)
    (space.inbox / "labels.csv").write_text(told.labels, encoding="utf-8")
    return space


@pytest.fixture
def learned_space(filed_space: Space, tmp_path: Path, told: History) -> Space:
    space = filed_space.copy(tmp_path)
    (space.inbox / "labels.csv").write_text(told.labels, encoding="utf-8")
    return space
