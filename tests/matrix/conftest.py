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

from hengjian.app import accounts
from hengjian.people.password import Cost, Hasher


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    cheap = Hasher(Cost(passes=1, memory=8, lanes=1))
    with pytest.MonkeyPatch.context() as patch:  # what a password costs is no matter here
        patch.setattr(accounts, "_hasher", lambda: cheap)
        found = Asking(organisation(tmp_path_factory.mktemp("matrix") / "home"))
        yield found
        found.close()
