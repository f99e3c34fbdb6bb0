"""A space for the messages of commands. To be copied or read, never changed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from homes import PACK, STATEMENT, copied, filed, made, write_pack


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack's folder."""
    return write_pack(tmp_path_factory.mktemp("packs") / "tiny", PACK)


@pytest.fixture(scope="session")
def space_template(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Path:
    """The space; entry 3 is a statement of E1."""
    folder = made(tmp_path_factory.mktemp("template") / "home", pack)
    filed(folder, STATEMENT, name="statement.csv")
    return folder


@pytest.fixture
def home(space_template: Path, tmp_path: Path) -> Path:
    """A space of one's own."""
    return copied(space_template, tmp_path / "home")
