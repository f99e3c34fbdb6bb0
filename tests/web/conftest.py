"""A reader of the pages: a client of the application over the plain answers of `space.py`."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
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


SERVE = """
import socket, sys
sys.path.insert(0, sys.argv[1])
from space import ask
from hengjian.web import run
door = socket.create_server(("127.0.0.1", 0))
run(ask, door, lambda address: print(address, flush=True))
print("closed in order", flush=True)
"""


@pytest.fixture
def server() -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """The pages in a process of their own, and their address."""
    command = [sys.executable, "-c", SERVE, str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().decode().strip()
    finally:
        process.kill()
        process.communicate()
