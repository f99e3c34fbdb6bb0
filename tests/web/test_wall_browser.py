"""Signing in and one's account in a real browser: with and without scripts, in both languages, by axe's rules."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from desk import desk_space
from kit import Server, Space
from test_accessibility import CHROMIUM, QUIET, RULES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

GIVEN, OWN = "given by the office", "a sentence of my own"


def enrolled(space: Space, person: str, name: str, *roles: tuple[str, str]) -> None:
    """A person whose password must be changed at the first sign-in."""
    space.run("person", "add", person, "--name", name).done()
    for role, node in roles:
        space.run("role", "give", person, role, *(("--at", node) if node else ("--everywhere",))).done()
    file = space.inbox / "password"
    file.write_text(GIVEN)
    space.run("person", "password", person, "--password-file", file).done()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk with two persons."""
    folder = tmp_path_factory.mktemp("walled")
    space = desk_space(folder)
    enrolled(space, "li.na", "李娜", ("officer", "O01"), ("reporter", "G01"))
    enrolled(space, "wang", "王强", ("viewer", "G02"))
    with Server(space, folder / "errors.txt") as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


def sign_in(page: Any, home: str, person: str, password: str) -> None:
    page.goto(f"{home}sign-in")
    page.fill("input[name=person]", person)
    page.fill("input[name=password]", password)
    page.click("main button")


def test_a_first_sign_in_without_scripts(served: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{served}entities?q=G02")
    assert page.inner_text("h1") == "登录"
    page.fill("input[name=person]", "wang")
    page.fill("input[name=password]", GIVEN)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1") == "修改密码"
    page.fill("input[name=old]", GIVEN)
    page.fill("input[name=new]", OWN)
    page.fill("input[name=again]", OWN)
    page.click("main button")
    assert page.url == f"{served}entities?q=G02"
    assert "示例水务集团" in page.inner_text("main")
    (cookie,) = [one for one in context.cookies() if one["name"] == "session"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    page.click("details.who summary")
    page.click("details.who a")
    assert page.inner_text("h1") == "我的账号"
    page.fill("input[name=label]", "月报取数")
    page.click(".token button")
    assert re.fullmatch(r"hj_\S{40,}", page.inner_text(".secret"))
    page.goto(f"{served}account")
    page.click("td button")
    assert page.locator("td button").count() == 0
    page.click("details.who summary")
    page.click("details.who button")
    assert page.inner_text("h1") == "登录"
    page.goto(f"{served}account")
    assert page.inner_text("h1") == "登录"
    context.close()


def faults(page: Any) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    found = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().run(page, options=RULES).response
    told = [f"{page.url}: {one['id']} at {node['target']}" for one in found["violations"] for node in one["nodes"]]
    width = page.evaluate("document.documentElement.scrollWidth")
    return told + ([f"{page.url} is {width} wide"] if width > page.viewport_size["width"] else [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_accounts_are_clean(served: str, browser: Any, language: str, scheme: str) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": language, "url": served}])
    page, found = context.new_page(), []
    page.goto(f"{served}sign-in")
    found.extend(faults(page))
    sign_in(page, served, "li.na", "wrong")
    assert page.locator("[role=alert]").count() == 1
    found.extend(faults(page))
    sign_in(page, served, "li.na", GIVEN)
    if "/account/password" in page.url:  # the first time
        found.extend(faults(page))
        page.fill("input[name=old]", GIVEN)
        page.fill("input[name=new]", OWN)
        page.fill("input[name=again]", OWN)
        page.click("main button")
    else:
        sign_in(page, served, "li.na", OWN)
    for path in ("", "account", "account/password", "filing", "cases", "nowhere"):
        page.goto(f"{served}{path}")
        assert page.inner_text("details.who summary") == "李娜"
        page.click("details.who summary")
        found.extend(faults(page))
    page.goto(f"{served}account")
    page.fill("input[name=label]", language + scheme)
    page.click(".token button")
    found.extend(faults(page))
    context.clear_cookies(name="session")
    page.goto(f"{served}nowhere")
    found.extend(faults(page))
    context.close()
    assert found == []
