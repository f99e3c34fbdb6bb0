"""The board of alerts in a real browser: what comes in appears by itself, and nothing is asked while nobody looks."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from test_alert_browser import address, home, page
from warned_homes import file_debt

pytestmark = pytest.mark.browser

__all__ = ["address", "home", "page"]


def asked_of(page: Any) -> list[str]:
    """The questions that the open page asks from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "fragment=1" in request.url else None)
    return found


def test_an_alert_appears_by_itself(page: Any, address: str, home: Path) -> None:
    page.goto(f"{address}alerts?lang=zh")
    assert page.inner_text(".livesign") == "自动更新中"
    page.evaluate("window.kept = true")
    page.focus("tr[data-alert=A000004] td.what a")
    began = time.monotonic()
    file_debt(home, "E1", "2022-Q4", 85)
    filed = time.monotonic()
    page.wait_for_selector("tr.fresh", timeout=5000)
    assert time.monotonic() - filed < 3, (filed - began, time.monotonic() - filed)
    assert page.evaluate("window.kept"), "the page was not loaded again"
    assert page.locator("tr[data-alert]").count() == 2
    assert "北方电力" in page.inner_text("tr.fresh")
    assert page.inner_text(".livesign") == "新增或变化 1 条"
    assert page.evaluate("document.activeElement.closest('tr').dataset.alert") == "A000004", "the focus stays"
    assert re.search(r"红色\s+2", page.inner_text(".tally"))


def test_nothing_is_asked_while_nobody_looks(page: Any, address: str) -> None:
    page.goto(f"{address}alerts")
    asked = asked_of(page)
    page.wait_for_timeout(1800)
    assert len(asked) >= 2
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    page.evaluate(f"{hide % 'true'} document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    asked.clear()
    page.wait_for_timeout(1800)
    assert asked == []
    page.evaluate(f"{hide % 'false'} document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert asked


def test_by_keyboard_from_the_board_to_the_next_step(page: Any, address: str) -> None:
    page.goto(f"{address}alerts?lang=en")
    page.focus("a.tile.red")
    page.keyboard.press("Enter")
    page.wait_for_url("**level=red*")
    page.focus("tr[data-alert=A000004] td.what a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/alert/A000004*")
    page.focus("form.next input[name=actor]")
    page.keyboard.type("Zhang")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/C000005?done=*")


@pytest.mark.parametrize("width", [390, 1366])
def test_pages_keep_to_their_width_and_the_rules_of_access(page: Any, address: str, home: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    file_debt(home, "E2", "2023-Q1", 10)
    file_debt(home, "E2", "2023-Q2", 85)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("alerts", "alerts?state=all", "alert/A000004", "notices"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
        assert told == [], path
