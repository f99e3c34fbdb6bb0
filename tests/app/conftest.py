"""Spaces for the tests of this room: one is made, the others are copies of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from homes import PACK, STATEMENT, at_desk, copied, filed, made, write_pack

from hengjian.app.desk import Desk


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack's folder. To be read only."""
    return write_pack(tmp_path_factory.mktemp("packs") / "tiny", PACK)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Path:
    """A space with E1 and E2 (entry 2) and a statement of E1 (entry 3). To be copied or read, never changed."""
    folder = made(tmp_path_factory.mktemp("template") / "home", pack)
    filed(folder, STATEMENT, name="statement.csv")
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A space of one's own."""
    return copied(template, tmp_path / "home")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """The open space."""
    desk = at_desk(home)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def evaluated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped evaluation pack with its worked case (`scored_homes.evaluated`). To be copied or read."""
    from scored_homes import evaluated

    return evaluated(tmp_path_factory.mktemp("evaluated") / "home")


@pytest.fixture(scope="session")
def lettered_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small cards with letters, ratings and confirmations (`scored_homes.lettered`). To be copied or read."""
    from scored_homes import lettered

    return lettered(tmp_path_factory.mktemp("lettered") / "home")
