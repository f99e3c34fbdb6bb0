"""The server: says its address once it answers, and returns when it is told to stop."""

import signal
import socket
import subprocess
import urllib.request


def test_serve_until_told_to_stop(server: tuple["subprocess.Popen[bytes]", str]) -> None:
    process, address = server
    with urllib.request.urlopen(address, timeout=30) as page:
        assert "潍柴动力" in page.read().decode()
    with socket.create_connection(("127.0.0.1", int(address.rstrip("/").rpartition(":")[2])), timeout=30):
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=60)
    assert out.decode() == "closed in order\n"
    assert errors.decode() == ""
    assert process.returncode == 0
