"""Single sign-on through the pages: a sign-in comes back once, in time, to its own browser, and nowhere else."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

pytest.importorskip("authlib")
pytest.importorskip("httpx2")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "people"))

from provider import Liar, allowed, mock_provider, registered
from space import ask

from hengjian.model.declaration import Label
from hengjian.model.issue import Refused, forbid
from hengjian.people.oidc import Identity, Pending, Provider, SignOn
from hengjian.web import build, sso
from hengjian.web.sso import LASTS_S, Waiting
from hengjian.web.wall import Entrance

LABEL = Label(zh="统一认证", en="Single sign-on")
OURS = "http://127.0.0.1:8420"
WRONG_BROWSER = "这次登录超时，或不是在此浏览器中开始的"


@dataclass
class Site:
    """A site of one space, whose person `wang` single sign-on calls wang-4711, and a browser that follows nothing."""

    liar: Liar
    secure: bool = False
    sessions: list[Mapping[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        single = SignOn(Provider(issuer=self.liar.issuer, client_id="hengjian", secret="s3cret", label=LABEL))
        self.application = build(self.ask, entrance=Entrance(secure=self.secure, always=True, single=single))

    def ask(self, method: str, question: Mapping[str, object]) -> dict[str, Any]:
        if method == "visitor":
            return {"person": None, "required": True, "offered": True}
        if method != "vouched":
            return ask(method, question)
        identity = question["identity"]
        assert isinstance(identity, Identity)
        if identity != Identity(issuer=self.liar.issuer, subject="wang-4711"):
            raise forbid(
                f"nobody is enrolled here whom {identity.issuer} calls {identity.subject!r}",
                "give this subject and the issuer to an administrator, who writes both to your person",
            )
        self.sessions.append(question)
        return {"session": f"session-{len(self.sessions)}", "csrf": "c", "person": "wang", "must_change": False}

    def browser(self) -> TestClient:
        scheme = "https" if self.secure else "http"
        return TestClient(
            self.application, base_url=f"{scheme}://127.0.0.1:8420", follow_redirects=False,
            raise_server_exceptions=False,
        )  # fmt: skip


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    yield made
    made.close()


@pytest.fixture
def site(liar: Liar) -> Site:
    return Site(liar)


def left(site: Site, browser: TestClient, subject: str = "wang-4711", to: str = "/entities") -> dict[str, str]:
    """Leave for the provider and sign in there; gives what it sends back."""
    gone = browser.get("/sign-in/single", params={"to": to})
    assert gone.status_code == 303
    address = gone.headers["location"]
    assert address.startswith(f"{site.liar.issuer}/authorize?")
    return {"code": site.liar.code(address, subject), "state": parse_qs(urlsplit(address).query)["state"][0]}


def back(browser: TestClient, answered: Mapping[str, str]) -> Any:
    return browser.get("/sign-in/single/back", params=answered)


def test_there_and_back(site: Site) -> None:
    browser = site.browser()
    browser.cookies.set("session", "set-before-by-somebody", domain="127.0.0.1")
    here = back(browser, left(site, browser))
    assert (here.status_code, here.headers["location"]) == (303, "/entities")
    assert here.headers["cache-control"] == "no-store"
    cookies = {one.split("=")[0]: one for one in here.headers.get_list("set-cookie")}
    assert cookies["session"].startswith("session=session-1; ")
    assert cookies["single"].startswith('single=""; ')
    assert [(one["address"], one["session"]) for one in site.sessions] == [("testclient", "set-before-by-somebody")]


def test_where_readers_come_by_https(liar: Liar) -> None:
    site = Site(liar, secure=True)
    browser = site.browser()
    gone = browser.get("/sign-in/single")
    flags = gone.headers["set-cookie"].lower()
    assert flags.startswith("__host-single=")
    assert all(f"; {flag}" in flags for flag in ("secure", "httponly", "samesite=lax", "path=/", "max-age=600"))
    assert "domain" not in flags
    query = parse_qs(urlsplit(gone.headers["location"]).query)
    assert query["redirect_uri"] == ["https://127.0.0.1:8420/sign-in/single/back"]
    code = liar.code(gone.headers["location"])
    here = back(browser, {"code": code, "state": query["state"][0]})
    assert any(one.startswith("__Host-session=session-1; ") for one in here.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "evil", "", "/a\r\nX: y",
        "/\t/evil.example", "///evil.example", "\\\\evil.example", "/sign-in",
    ],
)  # fmt: skip
def test_it_leads_to_pages_of_ours_only(site: Site, to: str) -> None:
    browser = site.browser()
    assert back(browser, left(site, browser, to=to)).headers["location"] == "/"


def test_an_answer_comes_back_once(site: Site) -> None:
    browser = site.browser()
    answered = left(site, browser)
    assert back(browser, answered).status_code == 303
    browser.cookies.clear()
    again = back(browser, answered)
    assert again.status_code == 400
    assert WRONG_BROWSER in again.text
    assert len(site.sessions) == 1


def test_an_answer_that_another_browser_began(site: Site) -> None:
    """Nobody is signed in as somebody else: the attacker's own answer, opened in the victim's browser."""
    attacker, victim = site.browser(), site.browser()
    answered = left(site, attacker, subject="wang-4711")
    for _ in range(2):
        left(site, victim)  # with a sign-in of their own under way
        refused = back(victim, answered)
        assert refused.status_code == 400
        assert WRONG_BROWSER in refused.text
        assert "set-cookie" not in refused.headers
    assert site.sessions == []
    assert back(attacker, answered).status_code == 303


@pytest.mark.parametrize("state", [None, "", "x" * 43, "<script>alert(1)</script>"])
def test_a_wrong_state(site: Site, state: str | None) -> None:
    browser = site.browser()
    answered = {**left(site, browser), "state": state}
    refused = back(browser, {name: text for name, text in answered.items() if text is not None})
    assert refused.status_code == 400
    assert "<script>alert" not in refused.text
    assert site.sessions == []


def test_somebody_whom_nobody_enrolled(site: Site) -> None:
    browser = site.browser()
    refused = back(browser, left(site, browser, subject="<i>li</i>-1"))
    assert refused.status_code == 403
    assert "&lt;i&gt;li&lt;/i&gt;-1" in refused.text
    assert site.liar.issuer in refused.text
    assert "session=" not in refused.headers.get("set-cookie", "")
    assert 'href="/sign-in"' in refused.text


def test_tokens_that_are_not_believed_give_no_session(site: Site) -> None:
    site.liar.claims = lambda claims: {**claims, "nonce": "n" * 43}
    browser = site.browser()
    refused = back(browser, left(site, browser))
    assert refused.status_code == 400
    assert "身份平台送来的内容不可信" in refused.text
    assert site.sessions == []


def test_somebody_denies(site: Site) -> None:
    browser = site.browser()
    answered = left(site, browser)
    refused = back(browser, {"error": "access_denied<b>", "state": answered["state"]})
    assert refused.status_code == 400
    assert "access_denied&lt;b&gt;" in refused.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_provider_that_is_down(site: Site, lang: str) -> None:
    site.liar.close()
    browser = site.browser()
    told = browser.get("/sign-in/single", params={"lang": lang})
    assert told.status_code == 502
    assert {"zh": "连不上身份平台", "en": "cannot be reached"}[lang] in told.text
    assert {"zh": "请用密码登录", "en": "sign in with your password"}[lang] in told.text
    assert 'href="/sign-in"' in told.text
    assert "single" not in browser.cookies


def test_a_provider_that_leads_elsewhere(site: Site) -> None:
    site.liar.settings["authorization_endpoint"] = "javascript:alert(1)"
    assert site.browser().get("/sign-in/single").status_code == 502


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_only_by_get(site: Site, method: str) -> None:
    browser = site.browser()
    answered = left(site, browser)
    assert browser.request(method, "/sign-in/single").status_code == 405
    assert browser.request(method, "/sign-in/single/back", params=answered).status_code == 405
    assert back(browser, answered).status_code == 303


def test_none_where_nothing_is_set(liar: Liar) -> None:
    quiet = TestClient(build(Site(liar).ask, entrance=Entrance(always=True)), base_url=OURS, follow_redirects=False)
    assert quiet.get("/sign-in/single").status_code == 404
    assert quiet.get("/sign-in/single/back").status_code == 404


def waiting(now: list[float]) -> Waiting:
    return Waiting(clock=lambda: now[0])


def pending(state: str) -> Pending:
    return Pending(state=state, nonce="n", verifier="v", back=OURS)


def test_it_takes_ten_minutes_at_most() -> None:
    now = [0.0]
    kept = waiting(now)
    first = kept.put(pending("a"), "/")
    now[0] = LASTS_S - 1.0
    second = kept.put(pending("b"), "/")
    now[0] = LASTS_S
    with pytest.raises(Refused, match="this sign-in took too long, or began in another browser"):
        kept.take("a", first)
    assert kept.take("b", second).pending.state == "b"


def test_no_more_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sso, "MOST", 3)
    kept = waiting([0.0])
    browsers = [kept.put(pending(str(number)), "/") for number in range(5)]
    for number in (0, 1):
        with pytest.raises(Refused):
            kept.take(str(number), browsers[number])
    assert [kept.take(str(number), browsers[number]).to for number in (2, 3, 4)] == ["/"] * 3
    assert len(set(browsers)) == 5


def test_with_a_provider_that_others_wrote(tmp_path: Path, liar: Liar) -> None:
    with (tmp_path / "log").open("wb") as log, mock_provider(log) as issuer:
        client, secret = registered(issuer, f"{OURS}/sign-in/single/back")
        site = Site(liar)
        single = SignOn(Provider(issuer=issuer, client_id=client, secret=secret, label=LABEL))
        site.application = build(site.ask, entrance=Entrance(always=True, single=single))
        browser = site.browser()
        gone = browser.get("/sign-in/single", params={"to": "/entities?lang=en"})
        answered = allowed(gone.headers["location"], sub="wang-4711")
        refused = back(browser, answered)
        assert refused.status_code == 403  # the same subject of another provider is somebody else
        liar.issuer = issuer
        gone = browser.get("/sign-in/single", params={"to": "/entities?lang=en"})
        here = back(browser, allowed(gone.headers["location"], sub="wang-4711"))
        assert (here.status_code, here.headers["location"]) == (303, "/entities?lang=en")
