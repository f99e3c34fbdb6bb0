"""How a space is served: what its settings say, and what is refused because it would be open to a network."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hengjian.app import open_space, packs
from hengjian.app.config import read_config
from hengjian.app.serve import doorway, serve
from hengjian.app.serving import LOCAL, Serving, network_faults
from hengjian.model.issue import Issue, Refused

SOUND = 'format = 1\nname = "home"\norigin = "example.org/home"\ntimezone = "Asia/Shanghai"\n'


def written(folder: Path, text: str) -> Path:
    (folder / "hengjian.toml").write_text(SOUND + text)
    return folder


def test_without_a_word_it_is_for_this_machine(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, ""))
    assert config.serving == LOCAL
    assert (config.serving.host, config.serving.is_network, config.serving.is_secure) == ("127.0.0.1", False, False)
    assert config.sign_in_required


def test_what_the_settings_say(tmp_path: Path) -> None:
    text = (
        '[serve]\nhost = "10.0.0.5"\nnames = ["Hengjian.example.org"]\nproxy = "10.0.0.0/24"\nsecure = false\n'
        "[sign_in]\nrequired = false\n"
    )
    config = read_config(written(tmp_path, text))
    assert config.serving == Serving(
        host="10.0.0.5", names=("hengjian.example.org",), proxy="10.0.0.0/24", secure=False
    )  # fmt: skip
    assert not config.sign_in_required


@pytest.mark.parametrize(
    ("settings", "is_network"),
    [
        ({}, False), ({"host": "127.0.0.2"}, False), ({"host": "::1"}, False), ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True), ({"host": "10.0.0.5"}, True), ({"names": ("a.example",)}, True),
        ({"proxy": "127.0.0.1"}, True), ({"secure": True}, False),
    ],
)  # fmt: skip
def test_what_a_network_is(settings: dict[str, object], is_network: bool) -> None:
    """A proxy on the machine itself serves others too."""
    serving = Serving(**settings)  # type: ignore[arg-type]  # as a table of TOML gives it
    assert serving.is_network is is_network
    assert serving.is_secure is (is_network or "secure" in settings)


HOST = 'write an address of this machine, such as: host = "10.0.0.5"'
NAMES = 'write: names = ["hengjian.example.org"]'
PROXY = 'write the address of one proxy: proxy = "127.0.0.1"'
FAULTS = [
    ('serve = "x"', "[serve] is no table", "write: [serve] and below it its keys: host, names, proxy, secure"),
    ("sign_in = 1", "[sign_in] is no table", "write: [sign_in] and below it its keys: required"),
    ("[serve]\nhots = 1", "unknown key 'hots' in [serve]", "did you mean host?"),
    ("[serve]\nx = 1", "unknown key 'x' in [serve]", "keys: host, names, proxy, secure"),
    ("[sign_in]\nx = 1", "unknown key 'x' in [sign_in]", "keys: required"),
    ('[serve]\nhost = "example.org"', "host is no address", HOST),
    ("[serve]\nhost = 7", "host is no address", HOST),
    ('[serve]\nnames = "a.example"', "names are no names of hosts", NAMES),
    ('[serve]\nnames = ["*"]', "names are no names of hosts", NAMES),
    ('[serve]\nnames = ["*.example"]', "names are no names of hosts", NAMES),
    ('[serve]\nnames = ["a.example:80"]', "names are no names of hosts", NAMES),
    ('[serve]\nnames = ["a.example\\n"]', "names are no names of hosts", NAMES),
    ('[serve]\nproxy = "*"', "proxy is no address", PROXY),
    ('[serve]\nproxy = "0.0.0.0/0"', "proxy is no address", PROXY),
    ('[serve]\nproxy = "127.0.0.1, *"', "proxy is no address", PROXY),
    ("[serve]\nproxy = 5", "proxy is no address", PROXY),
    ('[serve]\nsecure = "yes"', "secure is neither true nor false", "write: secure = true"),
    ("[sign_in]\nrequired = 0", "required is neither true nor false", "write: required = true"),
]


@pytest.mark.parametrize(("text", "message", "hint"), FAULTS)
def test_each_fault_of_the_settings(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        read_config(written(tmp_path, text + "\n"))
    assert [(issue.message, issue.hint) for issue in caught.value.issues] == [(message, hint)]


OPEN = "the space would be open to everybody in the network: [sign_in] required is false"
NOBODY = "the space would be open to everybody in the network: it has no persons yet"
NAMELESS = "no name is given under which the space is served"
BARE = "readers would come without https: no proxy is named that speaks it"
HINTS = {
    OPEN: "remove that line, or serve it to this machine only, without host, names and proxy",
    NOBODY: "enrol somebody first: hengjian person SPACE add; and give them a password",
    NAMELESS: 'write into hengjian.toml, below [serve]: names = ["hengjian.example.org"]',
    BARE: 'write below [serve]: proxy = "127.0.0.1"; or, in a network that you trust, secure = false',
}
PROXIED = Serving(names=("a.example",), proxy="127.0.0.1")


@pytest.mark.parametrize(
    ("serving", "required", "has_persons", "messages"),
    [
        (LOCAL, False, False, []),
        (PROXIED, True, True, []),
        (PROXIED, False, True, [OPEN]),
        (PROXIED, True, False, [NOBODY]),
        (Serving(host="0.0.0.0", secure=False), True, True, [NAMELESS]),
        (Serving(host="10.0.0.5"), True, True, [BARE]),
        (Serving(host="10.0.0.5", secure=False), True, True, []),
        (Serving(host="0.0.0.0"), False, False, [OPEN, NOBODY, NAMELESS, BARE]),
    ],
)
def test_a_network_is_served_only_where_everybody_signs_in(
    serving: Serving, required: bool, has_persons: bool, messages: list[str]
) -> None:
    found = list(network_faults(serving, required=required, has_persons=has_persons))
    assert found == [Issue(place=None, message=one, hint=HINTS[one]) for one in messages]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    packs.init({"space": str(tmp_path / "home"), "packs": ["finance"], "name": "home", "actor": "test"})
    return tmp_path / "home"


def test_serve_refuses_and_leaves_nothing_behind(home: Path) -> None:
    for host, message in (("0.0.0.0", NOBODY), ("example.org", "--host 'example.org' is no address")):
        with pytest.raises(Refused) as caught:
            serve({"space": str(home), "host": host, "port": 0})
        assert message in [issue.message for issue in caught.value.issues]
    assert open_space(home).ask("status")["size"] > 0, "no writer is left"


def test_a_door_stands_where_it_is_told() -> None:
    for host in ("127.0.0.1", "127.0.0.2", "::1"):
        try:
            door = doorway(0, host)
        except OSError:
            continue
        with door:
            assert door.getsockname()[0] == host
            assert (door.family == socket.AF_INET6) == (":" in host)


@contextmanager
def serving(home: Path, *more: str) -> Iterator[str]:
    """`hengjian serve`, and what it prints first."""
    command = [str(Path(sys.executable).with_name("hengjian")), "serve", str(home), "--port", "0", *more]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode()
        finally:
            process.terminate()
            rest, errors = process.communicate(timeout=60)
        assert rest == b"", "one line on stdout"
        assert errors == b""


def asked(address: str, path: str, *headers: str) -> tuple[int, str]:
    """The status and the headers of an answer, asked by hand: libraries mend what a stranger would send."""
    host, _, port = address.removeprefix("http://").strip("/\n").rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=30) as connection:
        lines = [f"GET {path} HTTP/1.1", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        text = b""
        while part := connection.recv(65536):
            text += part
    head = text.partition(b"\r\n\r\n")[0].decode("latin-1")
    return int(head.split()[1]), head.lower()


@pytest.mark.timeout(120)
def test_behind_a_proxy(home: Path) -> None:
    settings = home / "hengjian.toml"
    settings.write_text(
        settings.read_text() + '[serve]\nnames = ["hengjian.example.org"]\nproxy = "127.0.0.1"\n', encoding="utf-8"
    )
    space = open_space(home)
    space.ask("enrol", {"person": "li", "name": "Li"})
    with serving(home) as line:
        assert line.startswith("http://127.0.0.1:")
        assert line.endswith("/\n")
        status, head = asked(line, "/", "Host: hengjian.example.org")
        assert (status, "location: /sign-in" in head) == (303, True)
        assert "strict-transport-security: max-age=31536000" in head
        assert asked(line, "/", "Host: evil.example")[0] == 400
        assert asked(line, "/", "Host: hengjian.example.org", "X-Forwarded-Host: evil.example")[0] == 303
        assert asked(line, "/healthz", "Host: 127.0.0.1")[0] == 200
        open_space(home).ask("amend_person", {"person": "li", "closed": True})
        assert asked(line, "/", "Host: hengjian.example.org")[0] == 303, "nobody is left, and nobody gets in"


@pytest.mark.timeout(120)
def test_a_person_who_is_added_while_it_runs(home: Path) -> None:
    with serving(home) as line:
        assert asked(line, "/", "Host: 127.0.0.1")[0] == 200
        open_space(home).ask("enrol", {"person": "li", "name": "Li"})
        assert asked(line, "/", "Host: 127.0.0.1")[0] == 303
