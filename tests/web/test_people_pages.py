"""人员与权限: the list, one person, and what their forms lead to, over a real space."""

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from desk_of_web import Asking
from homes import copied
from httpx import Response
from staffed_homes import staffed

from hengjian.people import ACTIONS, ROLES, Actor
from hengjian.web import build
from hengjian.web.wall import Entrance

ORIGIN = {"origin": "http://127.0.0.1"}


@dataclass(frozen=True)
class Desk:
    """The space, and its pages before somebody who signed in, or (None) before the operator of the machine."""

    ask: Asking
    page: Callable[..., Response]
    send: Callable[..., Response]

    def person(self, name: str, who: str | None = None) -> str:
        return text(self.page(f"/people/{name}", who))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return staffed(tmp_path_factory.mktemp("people") / "home")


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Its persons sign in by single sign-on, which leaves out what a password costs."""
    asking = Asking(copied(template, tmp_path / "home"))
    opened = TestClient(build(asking), base_url="http://127.0.0.1", follow_redirects=False)
    behind = TestClient(build(asking, entrance=Entrance()), base_url="http://127.0.0.1", follow_redirects=False)

    sessions: dict[str, dict[str, str]] = {}

    def cookie(who: str) -> tuple[dict[str, str], str]:
        if who not in sessions:
            actor = Actor(name=who, person=who, proof="single sign-on")
            sessions[who] = asking("session_for", {"who": actor, "address": "127.0.0.1"})
        return {"cookie": f"session={sessions[who]['session']}"}, sessions[who]["csrf"]

    def page(path: str, who: str | None = None) -> Response:
        return opened.get(path) if who is None else behind.get(path, headers=cookie(who)[0])

    def send(path: str, who: str | None = None, **fields: str) -> Response:
        if who is None:
            return opened.post(path, data=fields, headers=ORIGIN)
        held, csrf = cookie(who)
        return behind.post(path, data={"csrf": csrf, **fields}, headers={**ORIGIN, **held})

    yield Desk(asking, page, send)
    asking.close()


def text(response: Response) -> str:
    assert response.status_code == 200, response.text
    return response.text


def rows(page: str) -> dict[str, str]:
    """What the list says of each person, by id."""
    body = page.partition('class="list people"')[2].partition("</table>")[0]
    lines = [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr>")[2:]]
    return {line.split()[1]: " ".join(line.split()[2:]) for line in lines}


def test_the_list_says_who_holds_which_role_where(desk: Desk) -> None:
    page = text(desk.page("/people"))
    found = rows(page)
    assert list(found) == ["ann", "bo", "li", "mei", "wang"]
    assert found["ann"].startswith("对 A Ltd及其下属（按组织关系）为管理员，自 2026-03-31 起")
    assert found["wang"].startswith("对全部单位为管理员，自 2026-03-31 起")
    assert found["li"].startswith("没有角色")
    english = rows(text(desk.page("/people?lang=en")))
    assert english["ann"].startswith("Administrator for A Ltd and all below it in the organisation, from 2026-03-31")


def test_an_administrator_sees_their_own_part_of_it(desk: Desk) -> None:
    assert list(rows(text(desk.page("/people", "ann")))) == ["ann", "li", "mei"]
    assert desk.page("/people/bo", "ann").status_code == 404
    assert desk.page("/people/nobody", "ann").status_code == 404
    assert "B Ltd" not in text(desk.page("/people", "ann"))


def test_the_list_is_searched_and_chosen_from(desk: Desk) -> None:
    assert list(rows(text(desk.page("/people?q=李")))) == ["li"]
    assert list(rows(text(desk.page("/people?role=administrator&node=B")))) == ["bo"]
    assert list(rows(text(desk.page("/people?node=B Ltd")))) == ["bo"]
    assert "没有符合条件的人员" in text(desk.page("/people?role=expert"))
    assert list(rows(text(desk.page("/people?role=king")))) == ["ann", "bo", "li", "mei", "wang"]


@pytest.mark.parametrize("path", ["/people", "/people/mei", "/people/li"])
def test_others_do_not_see_who_has_which_role(desk: Desk, path: str) -> None:
    response = desk.page(path, "mei")
    assert response.status_code == 403
    assert "不能查看人员与权限" in response.text
    assert "梅 may not see who has which role" in desk.page(f"{path}?lang=en", "mei").text
    assert "人员与权限</a>" not in response.text, "nor is it in their menu"


def test_an_auditor_reads_and_changes_nothing(desk: Desk) -> None:
    desk.send("/people", person="rev", name="审")
    desk.send("/people/rev/role", role="auditor", tree="parent", node="A")
    page = text(desk.page("/people", "rev"))
    assert list(rows(page)) == ["ann", "rev"]
    forms = [desk.person("ann", "rev"), page]
    assert [re.findall(r'action="(/people[^"]*)" ?(?:class="(?!find)|>)', one) for one in forms] == [[], []]
    assert desk.send("/people/ann/account", "rev", step="close").status_code == 403
    assert desk.send("/people", "rev", person="x", name="x").status_code == 403


def test_a_person_is_added_given_a_role_and_a_password(desk: Desk) -> None:
    added = desk.send("/people", "ann", person="zhang", name="张三")
    assert (added.status_code, added.headers["location"].partition("?")[0]) == (303, "/people/zhang")
    shown = text(desk.page(added.headers["location"], "ann"))
    assert "已入账" in shown
    given = desk.send(
        "/people/zhang/role", "ann", role="reporter", tree="parent", node="A1 Ltd", note="人事〔2026〕1 号"
    )
    assert given.status_code == 303
    page = desk.person("zhang", "ann")
    assert "对 A1 Ltd及其下属（按组织关系）为填报人，自 2026-03-31 起" in page
    assert "人事〔2026〕1 号" in page
    told = desk.send("/people/zhang/password", "ann")
    secret = re.search(r'class="secret">([^<]+)<', told.text)
    assert told.status_code == 200
    assert "no-store" in told.headers["cache-control"]
    assert secret is not None
    assert secret[1] not in desk.person("zhang", "ann"), "it is shown once"
    assert "由管理员重设密码" in desk.person("zhang", "ann")
    begun = desk.ask("sign_in", {"person": "zhang", "password": secret[1], "address": "127.0.0.1"})
    assert begun["must_change"]


def test_an_entry_of_a_form_says_who_signed_in(desk: Desk) -> None:
    desk.send("/people/li/role", "ann", role="viewer", tree="parent", node="A")
    last = desk.ask("person", {"person": "li"})["history"][-1]
    assert (last["actor"], last["signed_in"]) == ("ann", "single sign-on")


def test_a_role_ends(desk: Desk) -> None:
    desk.send("/people/li/role", role="viewer", tree="owns", node="A", since="2026-01-01")
    grant = desk.ask("person", {"person": "li"})["roles"][0]["grant"]
    assert "对 A Ltd及其控制的单位（按控制关系）为查看人，自 2026-01-01 起" in desk.person("li")
    assert desk.send("/people/li/end", grant=grant, until="2026-12-31").status_code == 303
    assert "，自 2026-01-01 起，至 2026-12-31 前" in desk.person("li")
    assert desk.send("/people/li/end", grant=grant).status_code == 303
    assert "已终止" in desk.person("li")


def test_what_is_refused_is_told_with_what_was_written(desk: Desk) -> None:
    told = desk.send("/people/li/role", "ann", role="analyst", tree="parent", node="Q", note="因为")
    assert told.status_code == 422
    assert "没有登记编号为“Q”的单位" in told.text
    assert 'value="Q"' in told.text
    assert 'value="因为"' in told.text
    assert '<option value="analyst" selected>' in told.text
    told = desk.send("/people/li/role", "ann", role="viewer", tree="parent", node="")
    assert (told.status_code, "没有填写单位" in told.text) == (422, True)
    told = desk.send("/people", "ann", person="Zhang", name="张<b>三")
    assert told.status_code == 422
    assert "“Zhang”不能用作人员编号" in told.text
    assert 'value="张&lt;b&gt;三"' in told.text


def test_what_is_forbidden_is_told_as_that(desk: Desk) -> None:
    assert desk.send("/people/ann/role", "ann", role="viewer", tree="parent", node="A").status_code == 403
    assert desk.send("/people/li/role", "ann", role="viewer", tree="space").status_code == 403
    assert desk.send("/people/wang/account", "wang", step="close").status_code == 403


def test_who_opens_no_cases_is_told_so(desk: Desk) -> None:
    answer = desk.send("cases/open?lang=en", "mei", workflow="none")
    assert answer.status_code == 403
    assert "no cases are yours to open" in answer.text
    assert "somebody who has the role that they ask for opens them" in answer.text


def test_a_node_out_of_sight_is_as_one_that_is_not_registered(desk: Desk) -> None:
    pages = [
        desk.send("/people/li/role", "ann", role="viewer", tree="parent", node=node).text.replace(node, "…")
        for node in ("B", "Q", "B Ltd")
    ]
    strip = re.compile(r'name="csrf" value="[^"]*"|第 \d+|\d+ 条|根 \S+|title="[^"]*"|\d\d:\d\d(:\d\d)?|\d{3,}')
    assert len({strip.sub("", page) for page in pages}) == 1


def test_an_account_is_closed_and_opened(desk: Desk) -> None:
    assert desk.send("/people/li/account", "ann", step="close").status_code == 403, "ann did not enrol li"
    desk.send("/people/li/role", role="viewer", tree="parent", node="A")
    assert desk.send("/people/li/account", "ann", step="close").status_code == 303
    page = desk.person("li", "ann")
    assert "已停用" in page
    assert "启用账号" in page
    assert "授予角色" not in page
    assert desk.send("/people/li/account", "ann", step="open").status_code == 303
    assert desk.send("/people/li/account", "ann", name="李四光", issuer="", subject="").status_code == 303
    assert "李四光" in desk.person("li", "ann")


def test_an_account_with_roles_elsewhere_offers_no_change(desk: Desk) -> None:
    desk.send("/people/li/role", role="viewer", tree="parent", node="A")
    desk.send("/people/li/role", role="viewer", tree="parent", node="B")
    page = desk.person("li", "ann")
    assert "由能管理其全部角色的管理员办理" in page
    assert "停用账号" not in page
    assert "B Ltd" not in page


def test_somebody_is_signed_out_everywhere(desk: Desk) -> None:
    desk.send("/people/li/role", role="viewer", tree="parent", node="A")
    assert desk.send("/people/li/sign-out", "ann").status_code == 303
    assert "退出全部登录" in desk.person("li", "ann")


@pytest.mark.parametrize("form", ["role", "end", "account", "password", "sign-out"])
def test_a_form_that_is_read_again_shows_the_person(desk: Desk, form: str) -> None:
    response = desk.page(f"/people/li/{form}")
    assert (response.status_code, response.headers["location"]) == (303, "/people/li")


@pytest.mark.parametrize("form", ["", "/li/role", "/li/end", "/li/account", "/li/password", "/li/sign-out"])
def test_a_form_without_the_seal_of_its_session_changes_nothing(desk: Desk, form: str) -> None:
    before = desk.ask("status", {})["size"]
    response = desk.send(f"/people{form}", "ann", csrf="wrong", person="x", name="x", step="close")
    assert response.status_code == 403
    assert desk.ask("status", {})["size"] == before


def test_the_table_of_roles_is_that_of_the_program(desk: Desk) -> None:
    page = text(desk.page("/people"))
    body = page.partition('class="matrix"')[2].partition("</table>")[0]
    lines = body.split("<tr>")[2:]
    assert len(lines) == len(ROLES)
    for line, (role, label) in zip(lines, ROLES.items(), strict=True):
        assert label.zh in line
        assert line.count("●") == sum(role in roles for roles in ACTIONS.values())
