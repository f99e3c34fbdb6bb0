"""Requests that another site, another session or a proxy's headers would forge."""

from itertools import cycle

import pytest
from attacked import PASSWORD, Attacked, address, raw, routes

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
#: What a browser sends with a form of another site, or of an old browser that says nothing.
ELSEWHERE = {
    "another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "another site, says nothing of it": {"origin": "https://evil.example"},
    "a site beside us": {"origin": "http://sub.127.0.0.1", "sec-fetch-site": "same-site"},
    "another port": {"origin": "http://127.0.0.1:8080", "sec-fetch-site": "same-site"},
    "a file or a sandbox": {"origin": "null", "sec-fetch-site": "cross-site"},
    "says it is ours, from elsewhere": {"origin": "http://127.0.0.1", "sec-fetch-site": "cross-site"},
    "a name that begins with ours": {"origin": "http://127.0.0.1.evil.example"},
    "a user's name that is ours": {"origin": "http://127.0.0.1@evil.example"},
    "nothing at all": {},
    "a referer alone": {"referer": "http://127.0.0.1/"},
}


def forms(space: Attacked) -> list[str]:
    return [path for method, path in routes(space.plain) if method == "POST"]


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_forms_of_other_sites(space: Attacked, kind: str) -> None:
    before, browser = space.size(), space.browser("own")
    for path in forms(space):
        fields = {"csrf": space.csrf(browser), "person": "own", "password": "x", "label": "x", "transition": "accept"}
        answer = browser.post(address(path, space.samples()), data=fields, headers=ELSEWHERE[kind])
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers, path
    assert space.size() == before
    assert browser.get("/account").status_code == 200


def test_forms_without_the_token_of_the_session(space: Attacked) -> None:
    before, browser, other = space.size(), space.browser("own"), space.browser("own")
    tokens = {
        "none": None, "empty": "", "another session of mine": space.csrf(other), "somebody else's":
        space.csrf(space.browser("sibling")), "cut": space.csrf(browser)[:-1], "more": space.csrf(browser) + "x",
        "not ASCII": "王", "the session itself": browser.cookies["session"],
    }  # fmt: skip
    for path in forms(space):
        if path == "/sign-in":  # before anybody is known there is no session to ride on
            continue
        for kind, token in tokens.items():
            fields = {"label": "x", "transition": "accept", **({} if token is None else {"csrf": token})}
            answer = browser.post(address(path, space.samples()), data=fields, headers=OURS)
            assert answer.status_code == 403, (path, kind)
    assert space.size() == before
    assert browser.get("/account").status_code == 200


#: What is said of a form without the seal of the session.
UNSEALED = "此请求不是从本系统的页面发出的"


def test_with_it_each_form_is_heard(space: Attacked) -> None:
    """So it is the token that was missing above."""
    for path in forms(space):
        browser = space.browser("own")
        fields = {"csrf": space.csrf(browser), "person": "nobody", "password": "x"}
        answer = browser.post(address(path, space.samples()), data=fields, headers=OURS)
        if path != "/sign-in":  # whose own refusal is 403 too
            assert UNSEALED not in answer.text, path


def test_nobody_posts_without_a_session(space: Attacked) -> None:
    before = space.size()
    for path in forms(space):
        if path != "/sign-in":
            answer = space.browser().post(address(path, space.samples()), data={"csrf": ""}, headers=OURS)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in"), path
    assert space.size() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/xml", "", "multipart/form-data-x"])
def test_forms_that_are_none(space: Attacked, kind: str) -> None:
    """What another site can send without asking first (text/plain) is no form here."""
    browser = space.browser("own")
    body = f'{{"csrf": "{space.csrf(browser)}", "label": "x"}}'
    for path in forms(space):
        answer = browser.post(address(path, space.samples()), content=body, headers={**OURS, "content-type": kind})
        assert answer.status_code == 415, path


def test_reading_changes_nothing(space: Attacked) -> None:
    """GET and HEAD of every route, with every field of the forms and every header that would make another method."""
    browser = space.browser("own")
    token, before = space.csrf(browser), space.size()
    override = {
        "x-http-method-override": "POST", "x-http-method": "POST", "x-method-override": "POST", **OURS,
    }  # fmt: skip
    query = f"?_method=POST&csrf={token}&transition=accept&note=x&label=x&days=7&scope.see=on&do=end&actor=own"
    for method, path in routes(space.plain):
        if method in ("GET", "HEAD"):
            target = address(path, space.samples()) + query
            assert browser.request(method, target, headers=override).status_code < 500, path
    assert space.kinds(before) <= {"read"}, "reads of restricted data are entries, and nothing else is"
    assert browser.get("/account").status_code == 200


def test_methods_that_are_none(space: Attacked) -> None:
    cookie = f"session={space.session('own')}"
    paths = {path: set() for _, path in routes(space.plain)}
    for method, path in routes(space.plain):
        paths[path].add(method)
    others = cycle(("PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X"))
    for path, allowed in paths.items():
        for method in ("GET", "POST", "PUT", "DELETE", next(others)):
            if method not in allowed:
                answer = raw(space.plain, address(path, space.samples()), method=method, cookie=cookie)
                assert answer.status in (404, 405), (method, path)
                assert "access-control-allow-origin" not in dict(answer.headers)


def test_no_other_site_may_read(space: Attacked) -> None:
    """No answer allows another origin, however it asks."""
    browser = space.browser("own")
    asking = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    for path in ("/", "/api/show?entity=A1", "/healthz", "/entities?format=csv"):
        answer = browser.get(path, headers=asking)
        assert not [name for name in answer.headers if name.startswith("access-control-")], path


FORGED = {
    "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "444", "x-forwarded-prefix": "//evil.example", "x-original-url": "/account",
    "x-rewrite-url": "/account", "forwarded": "for=203.0.113.7;host=evil.example;proto=https",
    "x-real-ip": "203.0.113.7", "x-host": "evil.example", "x-forwarded-server": "evil.example", "via": "evil",
    "x-script-name": "//evil.example",
}  # fmt: skip


def test_headers_of_a_proxy_that_is_none(space: Attacked) -> None:
    cookie = f"session={space.session('own')}"
    samples = space.samples()
    for method, path in routes(space.plain):
        if method != "GET":
            continue
        target = address(path, samples)
        as_is = raw(space.plain, target, cookie=cookie)
        forged = raw(space.plain, target, cookie=cookie, headers=FORGED)
        assert (as_is.status, as_is.header("location")) == (forged.status, forged.header("location")), path
        assert b"evil" not in forged.body, path
        assert all("evil" not in value for _, value in forged.headers), path
    answer = raw(space.plain, "/entities/", cookie=cookie, headers=FORGED)  # the framework takes the slash away
    assert answer.header("location") in ("http://127.0.0.1/entities", "")


def test_where_one_comes_from_is_not_what_one_says(space: Attacked) -> None:
    """Sessions, and what locks an address out, take the address of the connection."""
    browser = space.browser()
    answer = browser.post(
        "/sign-in", data={"person": "door", "password": PASSWORD}, headers={**OURS, "x-forwarded-for": "203.0.113.7"}
    )
    assert answer.status_code == 303
    addresses = {one["address"] for one in space.writer.ask("sessions", {"person": "door"})["sessions"]}
    assert not any("203.0.113" in one for one in addresses)
