"""经济运行 in a real browser: by keyboard, with its chart, and never scrolling sideways."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SERVE = """
import socket, sys
sys.path.insert(0, sys.argv[1])
from totals_space import ask
from hengjian.web import run
door = socket.create_server(("127.0.0.1", 0))
run(ask, door, lambda address: print(address, flush=True))
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of the page, served by a process of its own."""
    command = [sys.executable, "-c", SERVE, str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"{process.stdout.readline().strip()}operation"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    """The page; whatever the browser complains of fails the test."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1366, "height": 768})
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(address)
        yield opened
        browser.close()
    assert complaints == []


def test_from_the_total_to_a_member_by_keyboard(page: Any) -> None:
    page.wait_for_selector(".plot canvas")
    page.focus("table.headlines a.figure >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden]) h2:has-text('营业收入合计')")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#panel h2:has-text('收入合计同比')")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    page.focus("table.parts a >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#members .count:has-text('功能保障类')")
    page.focus("table.members a.figure >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden]) h2:has-text('营业收入')")
    assert "2025-11" in page.inner_text("#panel h2")


@pytest.mark.parametrize("width", [390, 1366])
def test_it_never_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.wait_for_selector(".plot canvas")
    assert fits(page, width)
    page.click("table.headlines a.figure >> nth=0")
    page.wait_for_selector("#panel:not([hidden]) h2")
    assert fits(page, width)


def fits(page: Any, width: int) -> bool:
    """Whether the page comes to be no wider: a chart is drawn anew a moment after its room has changed."""
    for _ in range(50):
        if page.evaluate("document.documentElement.scrollWidth") <= width:
            return True
        page.wait_for_timeout(100)
    return False


def test_printed_it_is_tables_and_a_chart(page: Any) -> None:
    page.wait_for_selector(".plot canvas")
    page.emulate_media(media="print")
    assert page.is_visible("table.headlines")
    assert page.is_visible("table.members")
    assert page.is_hidden("nav.menu")
    assert page.is_hidden(".halves nav")
