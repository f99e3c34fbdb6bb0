"""人员与权限 in a browser: a role is given without a script, and the pages are clean by axe's rules."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_accessibility import browser, faults, open_page  # noqa: F401  `browser` is a fixture

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from kit import Server, Space
from staffed_homes import staffed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a space with persons, in which sign-in is offered."""
    home = staffed(tmp_path_factory.mktemp("people") / "home")
    with (home / "hengjian.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[sign_in]\nrequired = false\n")
    with Server(Space(home, home.parent), home.parent / "errors.txt") as server:
        yield server.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_persons_are_clean(served: str, browser: Any, language: str, scheme: str) -> None:  # noqa: F811
    page = open_page(browser, served, language, scheme)
    found = []
    for path in ("people", "people/ann", "people/li", "people?role=expert"):
        page.goto(f"{served}{path}")
        found += faults(page, "main")
    page.goto(f"{served}people/li")
    page.fill("form.card input[name=node]", "Q")
    page.click("form.card button.main")
    found += faults(page, "main")
    page.context.close()
    assert found == []


def test_a_role_is_given_and_ended_without_a_script(served: str, browser: Any) -> None:  # noqa: F811
    page = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{served}people?lang=zh")
    page.fill("form.card input[name=person]", "zhang")
    page.fill("form.card input[name=name]", "张三")
    page.click("form.card button.main")
    assert page.inner_text("h1") == "张三"
    page.select_option("select[name=role]", "reporter")
    page.fill("form.card input[name=node]", "A Ltd")
    page.click("form.card button.main")
    assert "对 A Ltd及其下属（按组织关系）为填报人" in page.inner_text(".grant")
    page.click(".grant summary")
    page.click(".grant button")
    assert "已终止" in page.inner_text("main")
    page.context.close()
