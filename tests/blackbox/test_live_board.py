"""One filing to its alert on the page, over HTTP in a running server and through four layers of ownership, within a
second; and a server of mail that never answers delays neither."""

import json
import socket
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kit import Server, Space
from tiny_pack import write_pack
from warned_pack import WARNED

#: GROUP holds A, A holds B, B holds C, C holds LOW: what LOW owes makes its line, four layers below.
LAYERS = ["GROUP", "A", "B", "C", "LOW"]
ENTITIES = "entity,type,name\n" + "".join(f"{one},enterprise,企业{one}\n" for one in LAYERS)
HOLDINGS = "link,from,to,share\n" + "".join(f"owns,{upper},{lower},80%\n" for upper, lower in pairwise(LAYERS))
#: What the board says of the owner at the top as soon as the lowest one is above its line, too.
PATH = " → ".join(f"企业{one}" for one in LAYERS)
LONGEST_S = 1.0


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Space:
    folder = tmp_path_factory.mktemp("live")
    found = Space.at(folder / "space", write_pack(folder / "pack", WARNED))
    found.enter(ENTITIES, "entities.csv", form="entities")
    found.enter(HOLDINGS, "links.csv", form="links")
    return found


def fetched(address: str, headers: Mapping[str, str] | None = None) -> tuple[int, str, str | None]:
    request = urllib.request.Request(address, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers["etag"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", error.headers["etag"]


def filed(address: str, text: str) -> str:
    """File a table by the page's own form; the answer's page."""
    boundary = "boundary"
    parts = {"form": "observations", "entity": "", "actor": "clerk", "key": "", "do": "submit"}
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{part}\r\n'
        for name, part in parts.items()
    ]
    lines.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n"
    )
    base = address.rstrip("/")
    headers = {
        "content-type": f"multipart/form-data; boundary={boundary}",
        "origin": base,
        "sec-fetch-site": "same-origin",
    }
    request = urllib.request.Request(f"{base}/filing", "".join(lines).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode())


@contextmanager
def deaf() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(50)
        yield int(door.getsockname()[1])


def until_shown(address: str, tag: str | None, text: str) -> float:
    """When the open board shows a text, asked as its script asks: 304 until something has changed."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        headers = {"X-Hengjian-Live": "1", **({"If-None-Match": tag} if tag else {})}
        status, page, _ = fetched(f"{address}alerts?fragment=1", headers)
        if status == 200 and text in page:
            return time.monotonic()
        time.sleep(0.05)
    pytest.fail(f"the board never showed {text}")


def debts(entity: str, liabilities: int, period: str = "2025-Q4") -> str:
    rows = f"{entity},total_assets,{period},100\n{entity},total_liabilities,{period},{liabilities}\n"
    return f"entity,measure,period,value\n{rows}"


def test_a_filing_is_on_the_open_board_within_a_second(space: Space, tmp_path: Path) -> None:
    """First each alert by itself; then the lowest one again and again, which the one at the top names as its cause."""
    taken: list[float] = []
    with Server(space, tmp_path / "errors") as server:
        address = server.url
        for entity in LAYERS[:-1]:
            assert "F0" in filed(address, debts(entity, 90))
        for number in range(5):
            _, page, tag = fetched(f"{address}alerts?fragment=1")
            assert PATH not in page
            shown: list[float] = []
            board = threading.Thread(target=lambda t=tag, s=shown: s.append(until_shown(address, t, PATH)))
            board.start()
            began = time.monotonic()
            filed(address, debts("LOW", 91 + number))
            board.join()
            taken.append(shown[0] - began)
            filed(address, debts("LOW", 10))
    print(f"filing to the board through four layers: {[round(one, 3) for one in taken]} s")
    assert statistics.median(taken) < LONGEST_S, taken


def test_a_server_of_mail_that_never_answers_delays_no_filing(space: Space, tmp_path: Path) -> None:
    home = space.copy(tmp_path / "space")
    home.run("person", "add", "li.ming", "--name", "李明").done()
    home.run("role", "give", "li.ming", "officer", "--everywhere").done()
    with deaf() as port:
        settings = home.path / "hengjian.toml"
        text = settings.read_text("utf-8")
        settings.write_text(
            f'{text}\n[sign_in]\nrequired = false\n[notify.mail]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'
            'from = "h@example.org"\n[notify.addresses]\nli.ming = "li@example.org"\n[[notify.rules]]\nto = "mail"\n'
            'roles = ["officer"]\n',
            "utf-8",
        )
        with Server(home, tmp_path / "errors") as server:
            address = server.url
            taken = []
            for entity in LAYERS:
                began = time.monotonic()
                filed(address, debts(entity, 10, "2026-Q1"))  # its alert is cleared
                taken.append(time.monotonic() - began)
                time.sleep(0.6)
            told: Any = json.loads(home.run("notices").done().out)
            assert told["counts"]["pending"] >= 1
            assert told["deliveries"][-1]["tries"] >= 1, "it is being tried meanwhile"
        assert statistics.median(taken) < LONGEST_S, taken
