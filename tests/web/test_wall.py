"""The wall before the pages: nobody sees anything before signing in, and everybody what is theirs."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from desk_of_web import Asking
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route
from walled import PASSWORD, csrf_of, enrol, reader_of, send, sign_in, signed_in, walled_home

from hengjian.ledger.clock import now
from hengjian.web import Entrance, build
from hengjian.web.signin import own_path

OPEN = {"/sign-in", "/healthz", "/static/{digest}/{name}"}
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walled_home(tmp_path_factory.mktemp("walled") / "home")


@pytest.fixture
def asking(template: Path, tmp_path: Path) -> Iterator[Asking]:
    home = tmp_path / "home"
    shutil.copytree(template, home, symlinks=True)
    found = Asking(home)
    yield found
    found.close()


def unasked(method: str, question: Mapping[str, object]) -> dict[str, object]:
    raise AssertionError(f"{method}: {question}")


def routes(method: str) -> list[str]:
    """The addresses of all routes, with something in every place."""
    app = build(unasked, entrance=Entrance())
    found = [route for route in app.routes if isinstance(route, Route) and method in (route.methods or ())]
    return [route.path for route in found if route.path not in OPEN]


def filled(path: str) -> str:
    return "/".join("E1" if part.startswith("{") else part for part in path.split("/"))


def test_every_page_asks_to_sign_in(asking: Asking) -> None:
    reader, seen = reader_of(asking), 0
    for path in map(filled, routes("GET")):
        answer = reader.get(path)
        if path.startswith("/api/"):
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer"), path
            assert answer.json()["faults"][0]["message"] == "nobody is signed in"
        elif answer.headers["location"].startswith("/sign-in"):
            assert answer.status_code == 303, path
            to = answer.headers["location"].partition("?to=")[2]
            assert to in ("", path), path
        else:  # the address of a form, which leads to its page
            assert answer.status_code == 303, path
            assert reader.get(answer.headers["location"]).headers["location"].startswith("/sign-in"), path
        assert "E1" not in answer.text.replace(path, "")
        seen += 1
    assert seen > 25


def test_every_form_asks_to_sign_in(asking: Asking) -> None:
    reader, size = reader_of(asking), asking("status", {})["size"]
    for path in map(filled, routes("POST")):
        answer = send(reader, path, do="submit", person="li")
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path
    assert asking("status", {})["size"] == size


def test_what_stays_open_tells_nothing(asking: Asking) -> None:
    reader = reader_of(asking)
    assert reader.get("/healthz").json() == {"ok": True}
    page = reader.get("/sign-in")
    assert page.status_code == 200
    assert asking("status", {})["name"] not in page.text
    assert "/entities" not in page.text, "no menu"
    (style,) = [part for part in page.text.split('"') if part.endswith("/hengjian.css")]
    assert reader.get(style).headers["cache-control"].startswith("public")
    missing = reader.get("/nowhere")
    assert missing.status_code == 404
    assert "/entities" not in missing.text


def test_a_script_is_told_and_not_led_away(asking: Asking) -> None:
    answer = reader_of(asking).get("/entity/E1?fragment=1")
    assert answer.status_code == 401
    assert "请先登录" in answer.text


def test_signing_in_leads_to_the_page_that_was_wanted(asking: Asking) -> None:
    reader = reader_of(asking)
    wanted = reader.get("/entities?q=E1&lang=en").headers["location"]
    assert wanted == "/sign-in?to=/entities%3Fq%3DE1%26lang%3Den"
    page = reader.get(wanted)
    assert 'name="to" value="/entities?q=E1&amp;lang=en"' in page.text
    answer = sign_in(reader, "li", to="/entities?q=E1&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/entities?q=E1&lang=en")
    assert "E1" in reader.get("/entities?q=E1").text
    assert reader.get("/sign-in?to=/alerts").headers["location"] == "/alerts", "who is signed in goes on"


def test_the_cookie(asking: Asking) -> None:
    answer = sign_in(reader_of(asking), "li")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if "session" in one]
    name, _, flags = cookie.partition(";")
    assert name.startswith("session=")
    assert {part.strip().lower() for part in flags.split(";")} == {"httponly", "path=/", "samesite=lax"}
    assert "strict-transport-security" not in answer.headers


def test_the_cookie_by_https(asking: Asking) -> None:
    reader = reader_of(asking, Entrance(secure=True, always=True), "https://127.0.0.1")
    answer = sign_in(reader, "li")
    (cookie,) = answer.headers.get_list("set-cookie")
    name, _, flags = cookie.partition(";")
    assert name.startswith("__Host-session=")
    assert {part.strip().lower() for part in flags.split(";")} == {"httponly", "path=/", "samesite=lax", "secure"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert reader.get("/entities").status_code == 200
    plain = {"cookie": "session=" + name.partition("=")[2]}
    assert reader_of(asking, Entrance(secure=True)).get("/entities", headers=plain).status_code == 303, "one name only"


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", "evil.example", "", "///evil.example", "/a\r\nset-cookie:x=y",
        "/sign-in?to=/sign-in", "/sign-out", "http:evil.example", "/" + "x" * 3000,
    ],
)  # fmt: skip
def test_no_way_leads_elsewhere(asking: Asking, to: str) -> None:
    reader = reader_of(asking)
    assert 'name="to" value="/"' in reader.get("/sign-in", params={"to": to}).text
    assert sign_in(reader, "li", to=to).headers["location"] == "/"


@given(st.text(st.sampled_from("/\\?#:@.a%\t\r\n eé") | st.characters(), max_size=12))
def test_an_own_path_stays_with_us(text: str) -> None:
    """As browsers read it: URL Standard, which takes a backslash for a slash, and drops tabs and line ends."""
    path = own_path(text)
    read = "".join(letter for letter in path.replace("\\", "/") if letter not in "\t\r\n")
    assert read.startswith("/")
    assert not read.startswith("//")
    assert urlsplit(urljoin("https://us.example/x", read)).netloc == "us.example"


def test_a_wrong_name_and_a_wrong_password_are_told_alike(asking: Asking) -> None:
    pages = [sign_in(reader_of(asking), person, "wrong " + PASSWORD) for person in ("li", "nobody")]
    assert [page.status_code for page in pages] == [403, 403]
    assert pages[0].text.replace('value="li"', "") == pages[1].text.replace('value="nobody"', "")
    assert not any("session" in page.headers.get("set-cookie", "") for page in pages)
    assert not any(PASSWORD in page.text for page in pages)


def test_a_session_that_was_planted_opens_nothing(asking: Asking) -> None:
    """Session fixation: what the browser brings along is not what it goes on with."""
    reader = reader_of(asking)
    planted = "x" * 43
    reader.cookies.set("session", planted)
    assert reader.get("/").status_code == 303
    fresh = sign_in(reader, "li").headers["set-cookie"]
    assert planted not in fresh
    other = reader_of(asking)
    other.cookies.set("session", planted)
    assert other.get("/").status_code == 303
    assert reader_of(asking).get("/", params={"session": fresh.partition("=")[2].partition(";")[0]}).status_code == 303


def test_signing_in_anew_ends_the_session_before(asking: Asking) -> None:
    reader = signed_in(asking, "li")
    before = reader.cookies["session"]
    assert sign_in(reader, "wang").status_code == 303
    assert reader.cookies["session"] != before
    other = reader_of(asking)
    other.cookies.set("session", before)
    assert other.get("/").status_code == 303


def test_a_password_of_somebody_else_is_changed_first(asking: Asking) -> None:
    asking("set_password", {"actor": "local:test", "person": "li", "password": "given by the office"})
    reader = reader_of(asking)
    answer = sign_in(reader, "li", "given by the office", "/alerts")
    assert answer.headers["location"] == "/account/password?to=/alerts"
    for path in ("/", "/account", "/entity/E1", "/filing"):
        assert reader.get(path).headers["location"] == "/account/password", path
    assert reader.get("/api/show?entity=E1").status_code == 403
    page = reader.get("/account/password?to=/alerts")
    assert "这是别人为您设置的密码" in page.text
    csrf = csrf_of(reader, "/account/password")
    before = reader.cookies["session"]
    fields = {"csrf": csrf, "old": "given by the office", "to": "/alerts"}
    unlike = send(reader, "/account/password", **fields, new="one", again="other")
    assert (unlike.status_code, "两次输入的新密码不一样" in unlike.text) == (422, True)
    wrong = send(reader, "/account/password", **{**fields, "old": "x"}, new="my own sentence", again="my own sentence")
    assert wrong.status_code == 422
    done = send(reader, "/account/password", **fields, new="my own sentence", again="my own sentence")
    assert (done.status_code, done.headers["location"]) == (303, "/alerts")
    assert reader.cookies["session"] != before
    assert reader.get("/alerts").status_code == 200
    assert sign_in(reader_of(asking), "li", "given by the office").status_code == 403
    assert sign_in(reader_of(asking), "li", "my own sentence").status_code == 303


def test_signing_out(asking: Asking) -> None:
    reader = signed_in(asking, "li")
    session, csrf = reader.cookies["session"], csrf_of(reader)
    assert send(reader, "/sign-out", csrf="").status_code == 403, "without the seal of the session"
    assert reader.get("/sign-out").status_code == 405, "no link signs anybody out"
    assert reader.get("/").status_code == 200
    answer = send(reader, "/sign-out", csrf=csrf)
    assert answer.headers["location"] == "/sign-in"
    assert "session" not in reader.cookies
    reader.cookies.set("session", session)
    assert reader.get("/").status_code == 303


def test_signing_out_everywhere(asking: Asking) -> None:
    here, there, other = signed_in(asking, "li"), signed_in(asking, "li"), signed_in(asking, "wang")
    assert here.get("/account").text.count("testclient") == 2
    csrf = csrf_of(here)
    assert send(there, "/account/sign-out-everywhere", csrf=csrf).status_code == 403, "the seal of another session"
    assert there.get("/").status_code == 200
    out = send(here, "/account/sign-out-everywhere", csrf=csrf)
    assert (out.headers["location"], out.headers["clear-site-data"]) == ("/sign-in", '"cache"')
    assert [one.get("/").status_code for one in (here, there, other)] == [303, 303, 200]


def test_a_session_that_has_ended(asking: Asking) -> None:
    reader = signed_in(asking, "li")
    csrf = csrf_of(reader)
    accounts = asking.desk.accounts()
    accounts.clock = lambda: now() + 9 * HOUR
    assert reader.get("/entities?page=1").headers["location"] == "/sign-in?to=/entities%3Fpage%3D1"
    assert send(reader, "/account/token", csrf=csrf).headers["location"] == "/sign-in?to=/account/token"
    accounts.clock = now
    assert reader.get("/").status_code == 303, "it does not come back"


def test_an_open_board_keeps_no_session_alive(asking: Asking) -> None:
    reader, accounts = signed_in(asking, "li"), asking.desk.accounts()
    by_itself = {"x-hengjian-live": "1"}
    for minutes in (20, 40, 59):
        accounts.clock = lambda minutes=minutes: now() + minutes * HOUR // 60
        assert reader.get("/alerts?fragment=1", headers=by_itself).status_code == 200
    accounts.clock = lambda: now() + 61 * HOUR // 60
    assert reader.get("/alerts?fragment=1", headers=by_itself).status_code == 401
    accounts.clock = now


def test_an_account_that_is_closed_is_out_at_once(asking: Asking) -> None:
    reader = signed_in(asking, "li")
    assert reader.get("/entities").status_code == 200
    asking("amend_person", {"actor": "local:test", "person": "li", "closed": True})
    assert reader.get("/entities").status_code == 303
    assert sign_in(reader, "li").status_code == 403


def test_everybody_sees_what_is_theirs_and_nothing_that_was_kept_for_others(asking: Asking) -> None:
    app = build(asking, entrance=Entrance())
    from starlette.testclient import TestClient

    def reader(person: str) -> TestClient:
        found = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        assert sign_in(found, person).status_code == 303
        return found

    seen = {person: reader(person) for person in ("chen", "li", "wang", "zhao")}
    expected = {"chen": (True, True), "li": (True, False), "wang": (False, True), "zhao": (False, False)}
    for _ in range(2):
        for person, one in seen.items():
            page = one.get("/entities").text
            assert (">E1<" in page, ">E2<" in page) == expected[person], person
            statuses = tuple(one.get(f"/entity/{entity}").status_code == 200 for entity in ("E1", "E2"))
            assert statuses == expected[person], person
    page = seen["li"].get("/entities")
    assert page.headers["cache-control"] == "private, no-cache"
    assert "cookie" in page.headers["vary"].lower()
    tag = {"if-none-match": page.headers["etag"]}
    assert seen["li"].get("/entities", headers=tag).status_code == 304
    assert seen["chen"].get("/entities", headers=tag).status_code == 200
    assert sign_in(seen["li"], "li").status_code == 303
    assert seen["li"].get("/entities", headers=tag).status_code == 200, "another session has other forms"


def test_what_one_may_not_do(asking: Asking) -> None:
    viewer, reporter = signed_in(asking, "li"), signed_in(asking, "wang")
    page = viewer.get("/filing")
    assert (page.status_code, "没有权限" in page.text, "“报送”的权限" in page.text) == (403, True, True)
    assert "You may not do this" in viewer.get("/filing?lang=en").text
    assert 'href="/filing"' not in viewer.get("/").text
    assert 'href="/filing/list"' in viewer.get("/").text
    assert 'href="/filing"' in reporter.get("/").text
    form = reporter.get("/filing").text
    assert 'name="actor"' not in form
    assert "Wang" in form
    assert 'formmethod="get"' in form
    assert '<input type="hidden" name="csrf"' not in form.partition('id="filing"')[2], "it would enter the address"


def test_the_account(asking: Asking) -> None:
    page = signed_in(asking, "wang").get("/account")
    assert page.headers["cache-control"] == "no-store"
    assert "填报人" in page.text
    assert "可看到 1 个单位" in page.text
    none = signed_in(asking, "zhao").get("/account?lang=en").text
    assert "You have no role" in none
    assert "Make a token" not in none
    whole = signed_in(asking, "chen").get("/account").text
    assert "整个系统" in whole
    assert "可看到全部单位" in whole


def test_a_token_is_shown_once_and_asks_in_its_persons_name(asking: Asking) -> None:
    reader = signed_in(asking, "wang")
    csrf = csrf_of(reader)
    lacking = send(reader, "/account/token", csrf=csrf, label="", days="30")
    assert lacking.status_code == 422
    made = send(reader, "/account/token", csrf=csrf, label="月报", days="30", **{"scope.see": "1"})
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    token = made.text.partition('class="secret">')[2].partition("<")[0]
    assert token.startswith("hj_")
    assert token not in reader.get("/account").text
    program = reader_of(asking)
    bearer = {"authorization": f"Bearer {token}"}
    assert program.get("/api/show?entity=E2", headers=bearer).status_code == 200
    assert program.get("/api/series/E2", headers=bearer).status_code == 200
    assert program.get("/api/show?entity=E1", headers=bearer).status_code == 400, "as one that is not registered"
    assert program.get("/entity/E2", headers=bearer).status_code == 303, "pages are for sessions"
    assert program.get("/api/show?entity=E2", params={"token": token}).status_code == 401
    listed = reader.get("/account").text
    name = listed.partition('name="id" value="')[2].partition('"')[0]
    assert send(reader, "/account/token/end", csrf=csrf, id=name).status_code == 303
    ended = program.get("/api/show?entity=E2", headers=bearer)
    assert (ended.status_code, ended.headers["www-authenticate"]) == (
        401, 'Bearer realm="hengjian", error="invalid_token"',
    )  # fmt: skip


def test_a_token_that_is_not_good_for_it(asking: Asking) -> None:
    asked = {"label": "x", "scope": ["submit"], "days": 1, "person": "wang", "actor": "local:test"}
    bearer = {"authorization": f"Bearer {asking('issue_token', asked)['token']}"}
    answer = reader_of(asking).get("/api/show?entity=E2", headers=bearer)
    assert answer.status_code in (400, 403)


def test_where_signing_in_is_offered_and_not_required(asking: Asking) -> None:
    config = asking.desk.config
    from dataclasses import replace

    asking.desk.config = replace(config, sign_in_required=False)
    reader = reader_of(asking)
    page = reader.get("/")
    assert page.status_code == 200
    assert "未登录" in page.text
    assert 'name="actor"' not in reader.get("/filing").text
    assert reader.get("/account").headers["location"] == "/sign-in?to=/account"
    assert sign_in(reader, "li").status_code == 303
    assert "未登录" not in reader.get("/").text
    assert ">Li<" in reader.get("/").text
    assert reader.get("/filing").status_code == 403
    asking.desk.config = config


def test_a_space_without_persons_asks_nobody(asking: Asking, tmp_path: Path) -> None:
    from desk_of_web import made

    bare = Asking(made(tmp_path / "bare"))
    try:
        reader = reader_of(bare)
        page = reader.get("/filing")
        assert page.status_code == 200
        assert 'name="actor"' in page.text
        assert "未登录" not in page.text
        assert reader_of(bare, Entrance(always=True)).get("/").status_code == 303, "a network must know everybody"
        enrol(bare, "li", [])
        assert reader.get("/filing").headers["location"] == "/sign-in?to=/filing", "as soon as there is somebody"
        asking("status", {})
    finally:
        bare.close()


def test_a_program_is_told_that_the_password_must_be_changed_first(asking: Asking) -> None:
    asking("set_password", {"actor": "local:test", "person": "li", "password": PASSWORD})
    reader = reader_of(asking)
    sign_in(reader, "li")
    answer = reader.get("/api/show?entity=E1")
    assert (answer.status_code, answer.json()["faults"][0]["message"]) == (403, "the password must be changed first")
    assert reader.get("/").headers["location"] == "/account/password"
