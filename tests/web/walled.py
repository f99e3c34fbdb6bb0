"""A real space with persons, and readers before its pages, who sign in as people do."""

import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from desk_of_web import Asking, made

from hengjian.web import Entrance, build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
PASSWORD = "a sentence that nobody guesses"
#: Who there is, with roles: (role, node); None: the whole space.
PERSONS: Mapping[str, list[tuple[str, str | None]]] = {
    "chen": [("administrator", None)],
    "li": [("viewer", "E1")],
    "wang": [("reporter", "E2")],
    "zhao": [],
}


def walled_home(folder: Path) -> Path:
    """The space of `desk_of_web`, with persons and their roles."""
    home = made(folder)
    asking = Asking(home)
    try:
        for person, roles in PERSONS.items():
            enrol(asking, person, roles)
    finally:
        asking.close()
    return home


def enrol(asking: Asking, person: str, roles: list[tuple[str, str | None]], **more: object) -> None:
    """A person with roles and a password of their own."""
    operator = {"actor": "local:test"}
    asking("enrol", {**operator, "person": person, "name": person.title()})
    for role, node in roles:
        tree = "space" if node is None else "parent"
        asking("give_role", {**operator, "person": person, "role": role, "node": node, "tree": tree})
    asking("set_password", {**operator, "person": person, "password": PASSWORD, "must_change": False, **more})


def reader_of(asking: Asking, entrance: Entrance | None = None, address: str = "http://127.0.0.1") -> TestClient:
    """Somebody with an empty browser, who follows no redirects."""
    app = build(asking, entrance=entrance or Entrance())
    return TestClient(app, base_url=address, raise_server_exceptions=False, follow_redirects=False)


def signed_in(asking: Asking, person: str, **more: Any) -> TestClient:
    """Somebody who has signed in."""
    reader = reader_of(asking, **more)
    answer = sign_in(reader, person)
    assert answer.status_code == 303, answer.text
    return reader


def sign_in(reader: TestClient, person: str, password: str = PASSWORD, to: str = "/") -> Any:
    """What comes of the form of signing in."""
    return send(reader, "/sign-in", person=person, password=password, to=to)


def send(reader: TestClient, path: str, **fields: str) -> Any:
    """A form, as a page of ours sends it."""
    headers = {"origin": str(reader.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    return reader.post(path, headers=headers, data=fields)


def csrf_of(reader: TestClient, path: str = "/account") -> str:
    """What the forms of the session carry, as a page holds it."""
    found = re.search(r'name="csrf" value="([^"]+)"', reader.get(path).text)
    assert found is not None
    return found[1]
