"""The side panel in a real browser: keyboard, focus, and a policy that lets nothing else in."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture
def page(server: tuple["subprocess.Popen[bytes]", str]) -> Iterator[Any]:
    """The page of 000338; whatever the browser complains of fails the test."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1366, "height": 768})
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"{server[1]}entity/000338")
        yield opened
        browser.close()
    assert complaints == []


def focused(page: Any) -> str:
    """The address of the figure that has the focus."""
    return str(page.evaluate("document.activeElement.pathname")).removeprefix("/entity/000338/explain/")


def test_arrows_move_enter_opens_escape_closes(page: Any) -> None:
    page.focus("a.figure >> nth=0")
    assert focused(page) == "debt_ratio/2019-Q4"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "assets/2019-Q3"
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden]) h2")
    assert "2019-Q3" in page.inner_text("#panel h2")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector("#panel h2:has-text('净利润同比')")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    assert focused(page) == "profit_yoy/2019-Q3"


def test_the_button_closes_and_a_second_click_too(page: Any) -> None:
    page.click("a.figure >> nth=0")
    page.wait_for_selector("#panel:not([hidden])")
    page.click("#panel > button")
    assert page.is_hidden("#panel")
    page.click("a.figure >> nth=0")
    page.wait_for_selector("#panel:not([hidden])")
    page.click("a.figure >> nth=0")
    assert page.is_hidden("#panel")


def test_without_scripts_a_figure_opens_a_page(page: Any) -> None:
    browser = page.context.browser
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page.url)
    plain.click("a.figure >> nth=0")
    assert plain.url.endswith("/entity/000338/explain/debt_ratio/2019-Q4")
    assert "70.58%" in plain.inner_text("main")


@pytest.mark.parametrize("width", [390, 1366])
def test_the_page_itself_never_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("a.figure >> nth=0")
    page.wait_for_selector("#panel:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_portfolio_explains_in_its_panel_and_sorts_by_keyboard(page: Any, server: tuple[Any, str]) -> None:
    page.goto(server[1])
    page.focus("a.figure >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden]) h2")
    assert "2019-Q4" in page.inner_text("#panel h2")
    page.keyboard.press("Escape")
    page.focus("thead a >> nth=2")
    page.keyboard.press("Enter")
    page.wait_for_selector("th[aria-sort=descending]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_charts_are_drawn_under_the_same_policy(page: Any, server: tuple[Any, str]) -> None:
    page.goto(f"{server[1]}entity/000338/charts")
    page.wait_for_selector(".plot canvas >> nth=1")
    assert page.locator(".plot canvas").count() == page.locator("figure.chart").count() == 2
    page.hover(".plot .u-over >> nth=0", position={"x": 3, "y": 60})
    page.wait_for_selector(".latest:has-text('2018-Q4')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_without_scripts_the_tables_of_charts_are_there(page: Any, server: tuple[Any, str]) -> None:
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{server[1]}entity/000338/charts")
    plain.click("summary:has-text('数据表') >> nth=0")
    assert "23,690,000.00" in plain.inner_text("table >> nth=0")


@pytest.mark.parametrize("path", ["", "columns", "entity/000338", "entity/000338/charts", "entity/000338/statements"])
def test_light_and_dark_by_choice(page: Any, server: tuple[Any, str], path: str) -> None:
    paper = {}
    for theme in ("light", "dark"):
        page.goto(f"{server[1]}{path}?theme={theme}")
        paper[theme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 25, 29)"}
    page.goto(f"{server[1]}{path}")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark", "a cookie keeps the choice"
