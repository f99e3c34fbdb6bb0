"""Headers of every route at every status: what a browser may run, keep and frame, and what it may tell others."""

from collections.abc import Mapping
from typing import Any

import pytest
from attacked import Attacked, address, raw, routes
from starlette.testclient import TestClient

from hengjian.model.issue import Failure
from hengjian.web import build
from hengjian.web.wall import Entrance

#: OWASP Secure Headers Project, as far as browsers still read them; X-Frame-Options is said by frame-ancestors.
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip
FIXED = {
    "x-content-type-options": {"nosniff"},
    "referrer-policy": {"no-referrer", "same-origin", "strict-origin"},
    "cross-origin-opener-policy": {"same-origin"},
    "cross-origin-resource-policy": {"same-origin"},
}


def guarded(headers: Mapping[str, str], where: object, *, static: bool = False, secure: bool = False) -> None:
    """That an answer carries all that it must."""
    said = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    if said != {"default-src": "'none'", "sandbox": ""}:  # a file that somebody filed: nothing of it runs
        assert said == POLICY, where
    for name, allowed in FIXED.items():
        assert headers[name] in allowed, (where, name)
    assert "camera=()" in headers["permissions-policy"], where
    assert "server" not in headers, where
    assert "x-powered-by" not in headers, where
    kept = headers.get("cache-control", "")
    if static:
        assert kept == "public, max-age=31536000, immutable", where
    elif kept != "no-store":  # a browser's own copy, which it asks about each time, for the session that it was made in
        assert kept == "private, no-cache", (where, kept)
        assert "cookie" in headers["vary"].lower(), where
        assert headers["etag"], where
    told = headers.get("strict-transport-security", "")
    if secure:
        assert int(told.partition("max-age=")[2].partition(";")[0]) >= 180 * 24 * 3600, where
    else:
        assert told == "", where


def test_every_route_and_method(space: Attacked) -> None:
    """Statuses as they come: pages, redirects, forms without a token, methods that are none."""
    found = set()
    browser, samples = space.browser("own"), space.samples()
    for method, path in routes(space.plain):
        answer = browser.request(method, address(path, samples))
        guarded(answer.headers, (method, path, answer.status_code), static=path.startswith("/static/"))
        found.add(answer.status_code)
    assert found == {200, 303, 400, 403, 404}


def test_every_route_by_https(space: Attacked) -> None:
    browser, samples = space.browser("own", secure=True), space.samples()
    for method, path in routes(space.secure):
        if method in ("GET", "POST"):
            answer = browser.request(method, address(path, samples))
            where = method, path, answer.status_code
            guarded(answer.headers, where, static=path.startswith("/static/"), secure=True)


def test_whoever_is_not_signed_in_is_shown_nothing(space: Attacked) -> None:
    """Every route but those of the door: a redirect to it, or 401."""
    browser, samples = space.browser(), space.samples()
    #: Before anybody is known: the door, what pages look like, whether the server lives.
    open_to_all = {"/sign-in", "/static/{digest}/{name}", "/healthz"}
    for method, path in routes(space.plain):
        answer = browser.request(method, address(path, samples))
        where = method, path, answer.status_code
        if path in open_to_all:
            assert answer.status_code in (200, 403), where
            continue
        if method in ("GET", "HEAD") and answer.status_code == 303:
            target = answer.headers["location"]
            assert target.startswith(("/sign-in", "/case/", "/account", "/proposals/", "/people/", "/notices")), where
            if not target.startswith("/sign-in"):  # a form's address, which leads to a page that leads to the door
                assert browser.get(target).headers["location"].startswith("/sign-in"), where
        else:
            assert answer.status_code in (401, 403), where
        guarded(answer.headers, where)
        for name in ("甲", "乙", "debt_ratio", "F00000", 'value="A1'):
            assert name not in answer.text, where


STATUSES: Mapping[int, tuple[str, str, Mapping[str, str]]] = {
    200: ("GET", "/", {}),
    303: ("GET", "/case/none/move", {}),
    400: ("GET", "/api/show", {}),
    403: ("POST", "/sign-out", {}),
    404: ("GET", "/nowhere", {}),
    405: ("DELETE", "/", {}),
    413: ("POST", "/filing", {"content-type": "multipart/form-data", "content-length": "999999999"}),
    415: ("POST", "/filing", {"content-type": "text/plain"}),
}
OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status(space: Attacked, status: int) -> None:
    method, path, headers = STATUSES[status]
    cookie = f"session={space.session('own')}"
    sent = {**headers, **(OURS if status in (413, 415) else {})}
    answer = raw(space.plain, path, method=method, cookie=cookie, headers=sent)
    assert answer.status == status
    guarded(dict(answer.headers), status)


def test_a_page_that_is_kept(space: Attacked) -> None:
    browser = space.browser("own")
    tag = browser.get("/entities").headers["etag"]
    again = browser.get("/entities", headers={"if-none-match": tag})
    assert again.status_code == 304
    guarded(again.headers, 304)
    for other in (space.browser("sibling"), space.browser("own")):  # nobody else's copy is taken for theirs
        assert other.get("/entities", headers={"if-none-match": tag}).status_code == 200
    assert space.browser().get("/entities", headers={"if-none-match": tag}).status_code == 303


@pytest.fixture(params=[ZeroDivisionError("secret-of-the-program"), Failure("the disk is full", "make room")])
def broken(request: pytest.FixtureRequest) -> TestClient:
    def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        raise request.param

    application = build(ask, entrance=Entrance(always=True))
    return TestClient(application, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/", "/api/show?entity=A1", "/sign-in", "/healthz"])
def test_a_machine_that_failed(broken: TestClient, path: str) -> None:
    broken.cookies.set("session", "x", domain="127.0.0.1")
    answer = broken.get(path)
    assert answer.status_code == 500
    guarded(answer.headers, path)
    assert "secret-of-the-program" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "127.0.0.1:80@evil.example", "[::1"])
def test_hosts_that_are_not_ours(space: Attacked, host: str) -> None:
    answer = raw(space.plain, "/", headers={"host": host})
    assert answer.status == 400
    guarded(dict(answer.headers), host)
    assert "evil" not in answer.body.decode()
