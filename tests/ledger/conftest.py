"""Small logs to test on; the helpers of these tests stand beside them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from log_maker import ORIGIN, Ticking

from hengjian.ledger.log import Log


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def log(tmp_path: Path, clock: Ticking) -> Iterator[Log]:
    with Log.create(tmp_path / "space", ORIGIN, clock=clock) as made:
        yield made
