"""A warning in a real browser, in both languages: from the board to the alert, to its case, accepted and closed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_browser import CHROMIUM, QUIET

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from warned_homes import file_debt, standing, warned

pytestmark = pytest.mark.browser

WORDS = {
    "zh": {
        "board": "预警", "accept": "受理 → 处置中", "close": "办结 → 已办结", "state": "处置中", "ended": "已办结",
        "done": "已办结，记入账本第 7 号", "closing": "办结说明", "missing": "办结 需要写说明",
    },
    "en": {
        "board": "Alerts", "accept": "Accept → In hand", "close": "Close → Closed", "state": "In hand",
        "ended": "Closed", "done": "Close: entered as ledger entry 7", "closing": "Closing note",
        "missing": "Close needs a note",
    },
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = warned(tmp_path / "home")
    file_debt(home, "E2", "2022-Q4", 80)
    return home


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """The pages of the space, served by the installed command."""
    command = [str(Path(sys.executable).with_name("hengjian")), "serve", str(home), "--port", "0"]
    env = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        process.terminate()
        process.communicate()


@pytest.fixture
def page(address: str) -> Iterator[Any]:
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
    # a refused form is answered with 422, which Chromium tells of in its console
    assert [one for one in complaints if "422" not in one] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_warning_is_accepted_and_closed(page: Any, address: str, home: Path, language: str) -> None:
    words = WORDS[language]
    page.goto(f"{address}?lang={language}")
    page.click(f"nav.menu a:has-text('{words['board']}')")
    page.click("table.alerts td.what a")
    page.click("a.go")
    page.fill("input[name=actor]", "张三")
    page.fill("textarea[name=note]", "已约谈")
    page.click(f"button:has-text('{words['accept']}')")
    page.wait_for_url("**/case/C000005?done=6")
    assert page.inner_text("li[aria-current=step] b") == words["state"]
    assert page.input_value("input[name=actor]") == "张三"
    page.fill("textarea[name=note]", "  ")
    page.click(f"button:has-text('{words['close']}')")
    page.wait_for_selector("[role=alert]")
    assert words["missing"] in page.inner_text("[role=alert]")
    page.fill("textarea[name=note]", "已还清借款")
    page.click(f"button:has-text('{words['close']}')")
    page.wait_for_url("**/case/C000005?done=7")
    assert page.inner_text("[role=status]") == words["done"]
    assert page.inner_text("li[aria-current=step] b") == words["ended"]
    assert words["closing"] in page.inner_text(".closing")
    assert "已还清借款" in page.inner_text(".closing")
    page.goto(f"{address}case/C000005/move")
    assert page.locator("form.step").count() == 0, "a page read again is the case as it stands"
    assert standing(home)["high_debt", "E2"]["state"] == "raised", "a closed case clears no alert"


@pytest.mark.parametrize("width", [390, 1366, 1920])
def test_no_page_scrolls_sideways(page: Any, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    for path in ("alerts", "alerts?state=all", "alert/A000004", "cases", "case/C000005"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
