"""The organisation of the matrix, made once."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parent))

from desk_of_web import Asking
from organisation import organisation


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    found = Asking(organisation(tmp_path_factory.mktemp("matrix") / "home"))
    yield found
    found.close()
