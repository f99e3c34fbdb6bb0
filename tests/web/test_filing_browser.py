"""Filing in a real browser: drop, faults, mend, submit; by keyboard; and a file that is too large."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_of_web import made
from filing_homes import figures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WRONG = figures("E1,2025-Q4,十二,1,1")
RIGHT = figures("E1,2025-Q4,12,1,1")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The space, served by the command."""
    home = made(tmp_path / "home")
    command = [sys.executable, "-c", "from hengjian.app import main; main()", "serve", str(home), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    """The page of filing; whatever the browser complains of fails the test."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1366, "height": 768})
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"{address}filing?form=short_balance")
        yield opened
        browser.close()
    assert complaints == []


def drop(page: Any, name: str, text: str) -> None:
    """Drags a file from the desktop onto the page."""
    transfer = page.evaluate_handle(
        """([name, data]) => {
          const transfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name));
          return transfer;
        }""",
        [name, base64.b64encode(text.encode()).decode()],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": transfer})


def test_drop_faults_mend_submit(page: Any) -> None:
    page.fill("input[name=actor]", "张三")
    drop(page, "快报.csv", WRONG)
    page.wait_for_selector("#result .marks")
    assert page.inner_text("#result h2") == "1 处错误"
    assert page.inner_text("#result td.cell") == "C2"
    assert page.inner_text("#drop .chosen") == "快报.csv"
    assert page.query_selector("#result button") is None
    drop(page, "快报 改.csv", RIGHT)
    page.wait_for_selector("#result .good")
    page.click("#result .go button")
    page.wait_for_selector(".receipt")
    assert "已入账" in page.inner_text(".receipt h2")
    filing = page.inner_text(".receipt h2 a")
    page.reload()
    assert "此前已入账" in page.inner_text(".receipt h2"), "sent again: told, not entered again"
    assert page.inner_text(".receipt h2 a") == filing
    page.click(".receipt .links a >> nth=0")
    assert page.inner_text("h1") == filing
    assert page.locator("table.cells tbody tr").count() == 3


def test_by_keyboard_alone(page: Any, tmp_path: Path) -> None:
    page.focus("input[name=actor]")
    page.keyboard.type("张三")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": RIGHT.encode()})
    page.wait_for_selector("#result .good")
    assert page.evaluate("document.activeElement.id") == "result", "what came of it has the focus"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.go') !== null")
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt")


def test_a_form_is_chosen_from_the_list(page: Any) -> None:
    assert page.is_hidden("#choose")
    page.select_option("#form", "balance")
    page.wait_for_url("**form=balance**")
    with page.expect_download() as taken:
        page.click("text=下载模板")
    assert taken.value.suggested_filename == "资产负债表.xlsx"


def test_who_files_is_asked_for_first(page: Any) -> None:
    drop(page, "a.csv", RIGHT)
    assert page.evaluate("document.activeElement.name") == "actor"
    assert page.query_selector("#result h2") is None
    page.keyboard.type("张三")
    page.click("#check")
    page.wait_for_selector("#result .good")


def test_a_file_too_large_is_told_before_it_is_sent(page: Any) -> None:
    page.fill("input[name=actor]", "张三")
    page.evaluate("document.getElementById('filing').dataset.largest = '10'")
    drop(page, "a.csv", RIGHT)
    assert "文件太大" in page.inner_text("#result")


def test_evidence_takes_a_dropped_file(page: Any, address: str) -> None:
    page.goto(f"{address}evidence")
    drop(page, "a.csv", RIGHT)
    page.wait_for_selector("#result h2")
    assert page.inner_text("#result h2") == "账本上没有这个文件"
