"""Spaces for the black-box tests: one is made with the command, the others are copies of it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from kit import Space
from tiny_pack import ENTERPRISES, STATEMENT, write_pack


@pytest.fixture
def from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the test is a process of its own from the start, as its users have it."""
    monkeypatch.setattr("kit.STARTED", "fresh")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny pack."""
    return write_pack(tmp_path_factory.mktemp("packs") / "tiny")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Space:
    """A space of the tiny pack that knows E1, a power company, and E2, a trader. To be copied, never changed."""
    space = Space.at(tmp_path_factory.mktemp("template"), tiny)
    space.enter(ENTERPRISES, "enterprises.csv", form="entities")
    return space


@pytest.fixture
def space(template: Space, tmp_path: Path) -> Space:
    """A space of one's own."""
    return template.copy(tmp_path)


@pytest.fixture(scope="session")
def filed_template(template: Space, tmp_path_factory: pytest.TempPathFactory) -> Space:
    """The template with the statement of E1. To be read or copied, never changed."""
    space = template.copy(tmp_path_factory.mktemp("filed"))
    space.enter(STATEMENT)
    return space


@pytest.fixture
def filed(filed_template: Space, tmp_path: Path) -> Space:
    """A space of one's own with the statement of E1."""
    return filed_template.copy(tmp_path)
