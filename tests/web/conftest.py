"""A reader of the pages: a client of the application over the plain answers of `space.py`."""

import sys
import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # Newer versions of Starlette would rather have httpx2, older ones know only httpx.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from space import ask

from hengjian.web import build


@pytest.fixture
def reader() -> TestClient:
    """Follows no redirects; what the application raises comes back as an answer."""
    return TestClient(build(ask), base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False)
