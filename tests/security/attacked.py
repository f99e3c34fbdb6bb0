"""A space that is attacked: two groups that must not see each other, hostile names in it, and all routes of its pages.

`own` handles group A and `sibling` group B, both also file there; `chief` administers the whole space; `stranger` sees
Q alone, and `door`, who alone has a password, A2. All others come in by a session that single sign-on gives, which
costs no hash.
"""

import asyncio
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from sighted_homes import district, filed
from warned_homes import TITLES, debt

from hengjian.app.serve import at_work
from hengjian.app.writer import Writer
from hengjian.people.oidc import Identity
from hengjian.web import build
from hengjian.web.respond import asset
from hengjian.web.view import segment
from hengjian.web.wall import Entrance

ISSUER = "https://id.example.org"
PASSWORD = "long-enough-and-never-guessed-7"
#: An entity of A; its id, name and filing try to leave the page that shows them.
HOSTILE = '"><script>alert(1)</script>'
HOSTILE_NAME = "'\"><svg onload=alert(2)>{{7*7}}${7*7}<%=7*7%>"
HOSTILE_FILE = '"><img src=x onerror=alert(3)>.csv'
HOSTILE_PERSON = "</title><script>alert(4)</script>"
OF_PERSONS = {"own": "A", "sibling": "B", "stranger": "Q", "door": "A2"}
SRC = Path(__file__).parents[2] / "src" / "hengjian"


@dataclass
class Attacked:
    """The space, its writer, and its pages: `plain` by http, `secure` by https."""

    home: Path
    writer: Writer
    addresses: Iterator[int] = field(default_factory=lambda: count(1))
    plain: Starlette = field(init=False)
    secure: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.plain = build(self.writer.ask, entrance=Entrance(always=True))
        self.secure = build(self.writer.ask, entrance=Entrance(always=True, secure=True))

    def address(self) -> str:
        """An address from which nobody came before: one that tries too often is shut out."""
        high, low = divmod(next(self.addresses), 250)
        return f"10.{high}.{low + 1}.1"

    def kinds(self, since: int) -> set[str]:
        """What kinds of entries were made since there were so many."""
        log = self.writer._desk.log
        return {log.entry(index).record().kind for index in range(since, self.size())}

    def session(self, person: str) -> str:
        """A new session of somebody."""
        identity = Identity(issuer=ISSUER, subject=person)
        return str(self.writer.ask("vouched", {"identity": identity, "address": "10.0.0.1"})["session"])

    def browser(self, person: str | None = None, *, secure: bool = False) -> TestClient:
        """A browser, signed in as somebody or nobody, which follows no redirects."""
        client = TestClient(
            self.secure if secure else self.plain, base_url=f"{'https' if secure else 'http'}://127.0.0.1",
            follow_redirects=False, raise_server_exceptions=False, client=(self.address(), 40_000),
        )  # fmt: skip
        if person is not None:
            client.cookies.set("__Host-session" if secure else "session", self.session(person), domain="127.0.0.1")
        return client

    def csrf(self, client: TestClient) -> str:
        """What forms of a browser's session carry."""
        held = client.cookies.get("session") or client.cookies.get("__Host-session")
        return str(self.writer.ask("visitor", {"session": held})["csrf"])

    def size(self) -> int:
        """How many entries there are."""
        return int(self.writer.ask("status", {})["size"])

    def samples(self, person: str = "own") -> Mapping[str, str]:
        """For each parameter of a route, one that is there and that somebody sees."""
        entity = {"own": "A1", "sibling": "B1", "stranger": "Q"}.get(person, "A1")
        found = [one for one in self.writer.ask("alerts", {})["alerts"] if one["entity"] == entity]
        case = [one for one in self.writer.ask("cases", {})["cases"] if one["entity"] == entity]
        filing = self.writer.ask("filings", {"entity": entity})["filings"]
        sheet = asset("hengjian.css").split("/")
        return {
            "id": entity, "other": "A" if person == "own" else entity, "indicator": "debt_ratio", "period": "2025-Q4",
            "filing": filing[0]["filing"], "alert": found[0]["alert"] if found else "none",
            "case": case[0]["case"] if case else "none", "digest": sheet[2], "name": sheet[3], "person": person,
            "grant": "R000001", "proposal": "P000001", "entry": "0", "rule": found[0]["rule"] if found else "none",
            "model": "none", "card": "none", "assessed": "2025", "kind": "letter", "form": "json",
        }  # fmt: skip


@contextmanager
def attacked(folder: Path) -> Iterator[Attacked]:
    """The space at work."""
    home = district(folder / "home")
    doubled = HOSTILE.replace('"', '""')
    named = HOSTILE_NAME.replace('"', '""')
    filed(home, f'entity,type,name\n"{doubled}",enterprise,"{named}"\n', form="entities", name="more.csv")
    filed(home, f'link,from,to\nparent,"{doubled}",A\n', form="links", name="above.csv")
    for entity in ("A1", f'"{doubled}"', "B1", "Q"):
        filed(home, TITLES + debt(entity, "2025-Q4", 95), name=HOSTILE_FILE)
    with at_work(home) as writer:
        persons = {**OF_PERSONS, "chief": None}
        for person, node in persons.items():
            name = HOSTILE_PERSON if person in ("own", "chief") else person
            writer.ask("enrol", {"person": person, "name": name, "issuer": ISSUER, "subject": person})
            for role in ("administrator",) if node is None else ("officer", "reporter"):
                writer.ask("give_role", {"person": person, "role": role, "node": node, "note": HOSTILE_PERSON})
        writer.ask("set_password", {"person": "door", "password": PASSWORD, "must_change": False})
        yield Attacked(home=home, writer=writer)


def routes(application: Starlette) -> list[tuple[str, str]]:
    """Every method and path of the pages."""
    return [
        (method, route.path)
        for route in application.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    ]


def parameters(path: str) -> list[str]:
    """The parameters of a route's path."""
    return re.findall(r"\{(\w+)", path)


def address(path: str, samples: Mapping[str, str]) -> str:
    """An address of a route; a route with a parameter that has no sample here must get one."""
    missing = [name for name in parameters(path) if name not in samples]
    assert not missing, f"{path}: say in attacked.py what {missing} may be"
    return re.sub(r"\{(\w+)[^}]*\}", lambda match: segment(samples[match[1]]), path)


def every_query() -> list[str]:
    """Every parameter that any page reads from an address, as the source names them."""
    found = {"lang", "money", "ratio", "span", "theme", "as_of", "as_known_at", "scope", "basis", "method", "threshold"}
    for file in (SRC / "web").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'\b(?:query|query_params)\.(?:get|getlist)\("(\w+)"', text))
        found |= set(re.findall(r'_needed\(query, "(\w+)"', text))
    assert {"q", "entity", "period", "format", "to", "columns", "page", "sort"} <= found
    return sorted(found)


@dataclass
class Answer:
    """What a request that no client would send is answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


def raw(
    application: Starlette, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None,
    cookie: str = "", body: bytes = b"", scheme: str = "http",
) -> Answer:  # fmt: skip
    """One request with its target as it stands: clients mend what leaves its folder, attackers do not."""
    path, _, query = target.partition("?")
    sent = {"host": "127.0.0.1", **({"cookie": cookie} if cookie else {}), **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": scheme,
        "path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()], "state": {},
    }  # fmt: skip
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    async def asked() -> None:
        try:
            await application(scope, receive, send)
        except Exception:
            if not told:  # after it was told to the reader, the framework raises what failed for the server's log
                raise

    asyncio.run(asked())
    start = next(one for one in told if one["type"] == "http.response.start")
    return Answer(
        status=start["status"], headers=[(key.decode(), value.decode("latin-1")) for key, value in start["headers"]],
        body=b"".join(one.get("body", b"") for one in told if one["type"] == "http.response.body"),
    )  # fmt: skip


class Parts(HTMLParser):
    """What a browser would run or fetch of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        source = held.get("src") or ""
        if tag == "script" and not source.startswith("/static/") and held.get("type") != "application/json":
            self.bad.append(f"<script> {held}")
        if tag in ("iframe", "object", "embed", "base", "applet"):
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.bad.append(f"{name} of <{tag}>")
            if name in ("href", "src", "action", "formaction", "xlink:href") and not _own(value or ""):
                self.bad.append(f"{name}={value!r} of <{tag}>")


def _own(link: str) -> bool:
    return link == "" or link.startswith(("?", "#")) or (link.startswith("/") and not link.startswith(("//", "/\\")))


#: Words of programs, which no reader should meet.
OF_PROGRAMS = re.compile(
    r"Traceback|sqlite3\.|duckdb\.|jinja2\.|starlette\.|\.py\", line|Parser Error|Catalog Error|Binder Error|"
    r"Conversion Error|syntax error at|KeyError|TypeError|AttributeError|IndexError|UnicodeDecodeError"
)


def quoted(text: str) -> str:
    """A text as one part of a query."""
    return quote(text, safe="")


def unharmed(answer: Any, where: object) -> None:
    """That an answer runs nothing that is not ours, and tells nothing of the program."""
    assert answer.status_code < 500, where
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("text/html", "image/svg")):
        assert Parts(answer.text).bad == [], where
        assert not OF_PROGRAMS.search(answer.text), where
    elif kind.startswith("application/json"):
        assert not OF_PROGRAMS.search(answer.text), where
        assert "<" not in kind
    names = [name.lower() for name in answer.headers]
    assert "x-injected" not in names, where
    for cookie in answer.headers.get_list("set-cookie"):
        assert not cookie.lower().startswith("injected="), where
    assert "\r" not in str(answer.headers), where
