"""Sessions: a new one at each sign-in, none that outlives what ends it, and cookies that only our pages see."""

import pytest
from attacked import PASSWORD, Attacked
from starlette.testclient import TestClient

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
HTTPS = {"origin": "https://127.0.0.1", "sec-fetch-site": "same-origin"}


def sign_in(browser: TestClient, headers: dict[str, str] = OURS, password: str = PASSWORD) -> list[str]:
    answer = browser.post("/sign-in", data={"person": "door", "password": password, "to": "/"}, headers=headers)
    assert answer.status_code == (303 if password == PASSWORD else 403)
    return answer.headers.get_list("set-cookie")


def is_known(space: Attacked, session: str | None, name: str = "session") -> bool:
    browser = space.browser()
    if session is not None:
        browser.cookies.set(name, session, domain="127.0.0.1")
    return browser.get("/account").status_code == 200


@pytest.fixture
def browser(space: Attacked) -> TestClient:
    return space.browser()


@pytest.mark.parametrize("planted", ["planted-by-an-attacker", "", "' OR 1=1 --", "x" * 5_000])
def test_what_was_set_before_a_sign_in_is_not_the_session_after(
    space: Attacked, browser: TestClient, planted: str
) -> None:
    browser.cookies.set("session", planted, domain="127.0.0.1")
    assert browser.get("/account").status_code == 303
    cookies = sign_in(browser)
    given = next(one for one in cookies if one.startswith("session="))
    assert planted[:40] not in given or not planted
    assert not is_known(space, planted)


def test_the_session_of_another_is_ended_not_taken_over(space: Attacked) -> None:
    """Signing in over somebody's session: theirs ends, and nothing of it is carried on."""
    before = space.session("sibling")
    browser = space.browser()
    browser.cookies.set("session", before, domain="127.0.0.1")
    given = sign_in(browser)[0].partition("=")[2].partition(";")[0]
    assert given != before
    assert len(given) >= 43, "256 bits"
    assert not is_known(space, before)
    assert is_known(space, given)


def test_a_wrong_password_gives_no_session(space: Attacked, browser: TestClient) -> None:
    assert sign_in(browser, password="guess") == []
    assert "session" not in browser.cookies


def test_flags(space: Attacked) -> None:
    flags = {part.strip().lower() for part in sign_in(space.browser())[0].split(";")[1:]}
    assert flags == {"httponly", "samesite=lax", "path=/"}
    (cookie,) = sign_in(space.browser(secure=True), HTTPS)
    assert cookie.startswith("__Host-session=")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert flags == {"httponly", "samesite=lax", "path=/", "secure"}


def test_every_cookie_of_https_pages_goes_by_https_only(space: Attacked) -> None:
    browser = space.browser("own", secure=True)
    for path in ("/?lang=en&money=yi&theme=dark", "/?columns=debt_ratio", "/sign-in?lang=en"):
        for cookie in browser.get(path).headers.get_list("set-cookie"):
            flags = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "samesite=lax", "secure"} <= flags, cookie


def test_by_https_a_cookie_that_any_page_could_set_is_none(space: Attacked) -> None:
    browser = space.browser(secure=True)
    browser.cookies.set("session", space.session("own"), domain="127.0.0.1")
    assert browser.get("/account").status_code == 303


def test_signing_out_ends_it(space: Attacked) -> None:
    browser = space.browser("own")
    session = browser.cookies["session"]
    answer = browser.post("/sign-out", data={"csrf": space.csrf(browser)}, headers=OURS)
    assert answer.status_code == 303
    assert 'session=""' in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache"'
    assert not is_known(space, session)


def test_signing_out_everywhere_ends_all(space: Attacked) -> None:
    first, second, other = space.browser("own"), space.browser("own"), space.browser("sibling")
    first.post("/account/sign-out-everywhere", data={"csrf": space.csrf(first)}, headers=OURS)
    assert not is_known(space, first.cookies.get("session"))
    assert not is_known(space, second.cookies["session"])
    assert is_known(space, other.cookies["session"])


def test_a_new_password_ends_all(space: Attacked) -> None:
    sessions = [sign_in(space.browser())[0].partition("=")[2].partition(";")[0] for _ in range(2)]
    space.writer.ask("set_password", {"person": "door", "password": PASSWORD, "must_change": False})
    assert not any(is_known(space, one) for one in sessions)


def test_closing_a_person_ends_all(space: Attacked) -> None:
    session = space.session("stranger")
    assert is_known(space, session)
    space.writer.ask("amend_person", {"person": "stranger", "closed": True})
    assert not is_known(space, session)
    space.writer.ask("amend_person", {"person": "stranger", "closed": False})


@pytest.mark.parametrize("place", ["?session={}", "?token={}", "?sid={}", "?csrf={}", ";session={}"])
def test_an_address_carries_no_session(space: Attacked, place: str) -> None:
    assert space.browser().get("/account" + place.format(space.session("own"))).status_code in (303, 404)


def test_other_headers_carry_no_session(space: Attacked) -> None:
    session = space.session("own")
    for name, value in (
        ("authorization", f"Bearer {session}"), ("authorization", f"Basic {session}"), ("x-session", session),
        ("x-forwarded-user", "own"), ("remote-user", "own"), ("x-remote-user", "own"), ("x-actor", "own"),
    ):  # fmt: skip
        assert space.browser().get("/account", headers={name: value}).status_code == 303, name
        assert space.browser().get("/api/show?entity=A1", headers={name: value}).status_code in (401, 403), name


def test_a_name_that_is_said_is_not_believed(space: Attacked) -> None:
    """`actor` and `who` of a request are words: in an address, a cookie, a form."""
    browser = space.browser("own")
    browser.cookies.set("actor", "chief", domain="127.0.0.1")
    assert "B1" not in browser.get("/entities?actor=chief&who=chief&person=chief").text
    assert browser.get("/api/show?entity=B1&actor=chief&who=chief&token=chief").status_code == 400
    alert = space.samples("sibling")["case"]
    fields = {"actor": "chief", "who": "chief", "transition": "accept", "note": "x", "csrf": space.csrf(browser)}
    assert browser.post(f"/case/{alert}/move", data=fields, headers=OURS).status_code == 404
    size = space.size()
    own = browser.post(f"/case/{space.samples()['case']}/move", data=fields, headers=OURS)
    assert own.status_code == 303
    assert space.size() == size + 1
    assert space.writer._desk.log.entry(size).record().actor == "own"


def test_the_session_stands_on_no_page(space: Attacked) -> None:
    browser = space.browser("own")
    session = browser.cookies["session"]
    for path in ("/", "/account", "/account/password", "/filing", "/nowhere", "/evidence"):
        assert session not in browser.get(path).text, path


def test_no_page_of_one_is_given_to_another(space: Attacked) -> None:
    """What is kept for one reader is not shown to the next, whatever the order in which they come."""
    readers = {"own": "A1", "sibling": "B1", "stranger": "丙独立公司"}
    browsers = {person: space.browser(person) for person in readers}
    for _ in range(3):
        for person, browser in browsers.items():
            text = browser.get("/entities").text
            for other, word in readers.items():
                assert (f">{word}<" in text or (not word.isascii() and word in text)) == (other == person), (
                    person,
                    other,
                )
