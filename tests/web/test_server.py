"""The server: says its address once it answers, and returns when it is told to stop."""

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

SCRIPT = """
import socket, sys
sys.path.insert(0, sys.argv[1])
from space import ask
from hengjian.web import run
door = socket.create_server(("127.0.0.1", 0))
run(ask, door, lambda address: print(address, flush=True))
print("closed in order", flush=True)
"""


def test_serve_until_told_to_stop() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().decode().strip()
        with urllib.request.urlopen(address, timeout=30) as page:
            assert "潍柴动力" in page.read().decode()
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1].strip("/"))), timeout=30):
            server.send_signal(signal.SIGTERM)
            out, errors = server.communicate(timeout=60)
    finally:
        server.kill()
    assert out.decode() == "closed in order\n"
    assert errors.decode() == ""
    assert server.returncode == 0
