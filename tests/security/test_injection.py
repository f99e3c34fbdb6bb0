"""Hostile texts in every parameter of every route, in names that the space itself holds, and in forms."""

import re
import subprocess
from itertools import cycle

import pytest
from attacked import (
    HOSTILE,
    HOSTILE_NAME,
    OF_PROGRAMS,
    PASSWORD,
    Attacked,
    Parts,
    address,
    every_query,
    parameters,
    quoted,
    raw,
    routes,
    unharmed,
)

#: After OWASP's testing guide (4.7: input validation), one for each language that might read it.
PAYLOADS = {
    "HTML": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "attribute": "' onmouseover=alert(1) autofocus onfocus=alert(1) x='",
    "address": "javascript:alert(1)//",
    "SQL": "x' OR '1'='1' UNION SELECT 1,2,3 --",
    "SQL with a stop": "1; DROP TABLE entity; --",
    "template": "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "format": "%s%n{0.__class__}{parts}",
    "header": "x\r\nX-Injected: yes\r\nSet-Cookie: injected=1",
    "NUL": "a\x00b",
    "direction": "\u202egnp.exe\u2066",
    "digits": "٣٣٣",
    "long": "a" * 250,  # an address holds it in every parameter
    "surrogate": "\ud800",
    "formula": "=HYPERLINK(\"http://evil.example\")",
    "path": "../../../../etc/passwd",
}  # fmt: skip


#: The same in fewer requests; each by itself when there is time (`slow`).
TOGETHER = {
    "markup": " ".join(PAYLOADS[kind] for kind in ("HTML", "attribute", "template", "format", "formula")),
    "queries": PAYLOADS["SQL"] + PAYLOADS["SQL with a stop"],
    "controls": PAYLOADS["header"] + PAYLOADS["NUL"] + PAYLOADS["direction"],
    "places": PAYLOADS["address"] + PAYLOADS["path"],
    "long": PAYLOADS["long"],
}


def paths(space: Attacked) -> list[str]:
    return [path for method, path in routes(space.plain) if method == "GET"]


def percent(text: str) -> str:
    """A text as one part of an address, whatever it holds."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("kind", TOGETHER)
def test_in_all_parameters_of_an_address(space: Attacked, kind: str) -> None:
    in_all_parameters(space, TOGETHER[kind])


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAYLOADS)
def test_each_payload_in_all_parameters(space: Attacked, kind: str) -> None:
    in_all_parameters(space, PAYLOADS[kind])


def in_all_parameters(space: Attacked, payload: str) -> None:
    browser, samples = space.browser("own"), space.samples()
    query = "&".join(f"{name}={percent(payload)}" for name in every_query())
    for path in paths(space):
        unharmed(browser.get(f"{address(path, samples)}?{query}"), path)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_in_each_parameter_alone(space: Attacked) -> None:
    """One kind after the other, so that every page and every parameter meets all of them."""
    browser, samples, kinds = space.browser("own"), space.samples(), cycle(["HTML", "SQL", "header"])
    for path in paths(space):
        next(kinds)
        for name in every_query():
            kind = next(kinds)
            where = f"{address(path, samples)}?{name}={percent(PAYLOADS[kind])}"
            unharmed(browser.get(where), (kind, path, name))


@pytest.mark.parametrize("kind", [*TOGETHER, "surrogate"])
def test_in_every_part_of_a_path(space: Attacked, kind: str) -> None:
    payload = {**PAYLOADS, **TOGETHER}[kind]
    cookie, samples = f"session={space.session('own')}", space.samples()
    for path in paths(space):
        for name in parameters(path):
            hostile = re.sub(
                r"\{(\w+)[^}]*\}", lambda m, one=name: percent(payload if m[1] == one else samples[m[1]]), path
            )
            answer = raw(space.plain, hostile, cookie=cookie)
            text = answer.body.decode("utf-8", "replace")
            assert answer.status < 500, (kind, path, name)
            assert not OF_PROGRAMS.search(text), (kind, path, name)
            if "html" in answer.header("content-type"):
                assert Parts(text).bad == [], (kind, path, name)
            names = [header for header, _ in answer.headers]
            assert "x-injected" not in names, (kind, path, name)
            assert not any("\r" in value or "\n" in value for _, value in answer.headers), (kind, path, name)


def test_names_that_the_space_holds(space: Attacked) -> None:
    """Every page on which the hostile entity, filing and person show."""
    for person in ("own", "chief"):
        browser = space.browser(person)
        samples = {**space.samples(), "id": HOSTILE, "other": "A"}
        seen = 0
        for path in paths(space):
            answer = browser.get(address(path, samples))
            unharmed(answer, path)
            seen += "alert(2)" in answer.text
            if "html" in answer.headers.get("content-type", ""):
                assert "{{7*7}}" in answer.text or "49${" not in answer.text, path
        assert seen > 5, "the hostile name shows on hardly any page: is it still there?"


def test_names_in_files_that_go_out(space: Attacked) -> None:
    """Of a spreadsheet no cell is a formula; of a download no header is broken."""
    browser = space.browser("own")
    for path in ("/", "/entities", "/alerts", "/cases", "/filing/list"):
        for form in ("csv", "xlsx"):
            answer = browser.get(path, params={"format": form, "q": PAYLOADS["header"]})
            unharmed(answer, (path, form))
            if form == "csv" and answer.headers["content-type"].startswith("text/csv"):
                for line in answer.content.decode("utf-8-sig").splitlines()[1:]:
                    assert not re.match(r'"?[=+@\t]', line), (path, line)
    found = 0
    for one in browser_filings(space):
        answer = browser.get(f"/filing/{one}/file")
        if answer.status_code == 200:
            found += 1
            told = answer.headers["content-disposition"]
            assert told.startswith("attachment")
            assert not re.search(r'[\r\n<>]|""', told), told
    assert found


def browser_filings(space: Attacked) -> list[str]:
    return [one["filing"] for one in space.writer.ask("filings", {"entity": "A1"})["filings"]]


def forms(space: Attacked) -> list[str]:
    return [path for method, path in routes(space.plain) if method == "POST"]


FIELDS = (
    "actor", "again", "days", "do", "form", "id", "label", "new", "note", "old", "password", "person", "seen", "to",
    "token", "transition", "scope.see", "role", "node", "tree", "since", "until", "entity", "known_from", "approve",
    "proposal", "grant", "name", "issuer", "subject",
)  # fmt: skip
OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


@pytest.mark.parametrize("kind", TOGETHER)
def test_in_every_field_of_a_form(space: Attacked, kind: str) -> None:
    before = space.size()
    for path in forms(space):
        if path in ("/sign-out", "/account/sign-out-everywhere"):
            continue
        browser = space.browser("own")
        fields = {**dict.fromkeys(FIELDS, TOGETHER[kind]), "csrf": space.csrf(browser)}
        answer = browser.post(address(path, space.samples()), data=fields, headers=OURS)
        unharmed(answer, (kind, path))
        if answer.status_code == 303:
            target = answer.headers["location"]
            assert target.startswith("/"), (kind, path, target)
            assert not target.startswith(("//", "/\\")), (kind, path, target)
    assert space.kinds(before) <= {"account"}, "nonsense makes no entry, but for a token's and that of a lock"


def test_only_pages_of_ours_follow_a_sign_in(space: Attacked) -> None:
    for to in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\evil",
        "javascript:alert(1)",
        "/a\r\nX: y",
    ):
        fields = {"person": "door", "password": PASSWORD, "to": to}
        answer = space.browser().post("/sign-in", data=fields, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), to
        assert 'value="/"' in space.browser().get("/sign-in", params={"to": to}).text, to


def test_nothing_of_what_was_tried_is_in_a_log(space: Attacked, capfd: pytest.CaptureFixture[str]) -> None:
    session, wrong = space.session("own"), "a-wrong-password-71"
    raw(space.plain, f"/nowhere-{quoted('x')}\r\nforged: line", cookie=f"session={session}")
    space.browser().post("/sign-in", data={"person": "own", "password": wrong}, headers=OURS)
    space.browser().get("/api/show", headers={"authorization": "Bearer hj_guess-71"})
    said = "".join(capfd.readouterr())
    for text in (session, wrong, "hj_guess-71", "forged: line", PASSWORD):
        assert text not in said


def test_secrets_stand_in_no_entry_and_no_file(space: Attacked) -> None:
    browser = space.browser("own")
    session = browser.cookies["session"]
    answer = browser.post(
        "/account/token", data={"label": "x", "days": "7", "scope.see": "on", "csrf": space.csrf(browser)}, headers=OURS
    )
    found = re.search(r"hj_[A-Za-z0-9_-]+", answer.text)
    assert found is not None
    for secret in (session, PASSWORD, found.group(), space.csrf(browser)):
        held = subprocess.run(["grep", "-rlaF", "--", secret, str(space.home)], capture_output=True, text=True)
        assert held.stdout == "", "a secret stands in a file"


def test_a_name_that_runs_nothing(space: Attacked) -> None:
    """The guard of these tests itself: what it must see, it sees."""
    assert Parts(f"<p>{HOSTILE}</p>").bad
    assert Parts(f"<p>{HOSTILE_NAME}</p>").bad
    assert Parts('<a href="javascript:alert(1)">x</a>').bad
    assert Parts('<a href="//evil.example">x</a>').bad
    assert Parts("<p style='x'>x</p>").bad
    assert Parts('<script src="/static/a/b.js" defer></script><a href="/x?y#z">x</a>').bad == []
