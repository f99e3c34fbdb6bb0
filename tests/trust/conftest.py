"""One small log; the helpers of these tests stand beside them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bundle_maker import make_log

from hengjian.ledger.log import Log


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    with make_log(tmp_path_factory.mktemp("trust") / "space") as made:
        yield made


@pytest.fixture(scope="session")
def vkey(log: Log) -> str:
    return log.verifier.text()
