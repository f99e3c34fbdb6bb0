"""A clerk's hour on the pages, in a real browser and a real spreadsheet program, in either language.

The template is taken from the page, filled in by LibreOffice with one cell wrong, dropped on the page, mended and
submitted; the alert that follows is looked into, its case accepted and closed; the workbook is recognised as filed.
"""

import base64
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from desk import LATEST, desk_space, report
from kit import Server, Space
from office import OFFICE, fill_in
from python_calamine import CalamineWorkbook

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
HEADER = 5  # the row of the template in which the titles stand
#: What the pages say, and what the titles of the template are, in the reader's language.
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "filing": "报送", "desk": "填报与提交", "template": "下载模板（XLSX）",
        "check": "检查", "submit": "提交", "sheet": "财务快报",
        "fault": "1 处错误", "not a number": "不是数字", "nothing entered": "尚未入账", "clean": "没有错误，可以提交",
        "receipt": "已入账", "alert": "触发 1 条预警", "message": "快报资产负债率 72.8%，高于预警线 70%",
        "calendar": "报送日历", "on time": "按时", "due": "待报", "alerts": "预警", "no note": "说明", "open": "待处置",
        "handling": "处置中", "closed": "已办结", "accept": "受理", "close": "办结",
        "note": "已约谈，二季度前归还短期借款 300 万元。",
        "evidence": "存证", "recognised": "这是一份已入账的报送文件，原样未改", "unknown": "账本上没有这个文件",
    },
    "en": {
        "filing": "Filing", "desk": "File", "template": "Template (XLSX)", "check": "Check", "submit": "Submit",
        "sheet": "Quick report",
        "fault": "Faults: 1", "not a number": "is not a number", "nothing entered": "Nothing was entered",
        "clean": "No faults: ready to submit", "receipt": "Entered", "alert": "Alerts raised: 1",
        "message": "Debt ratio of the quick report 72.8%, above the alert line of 70%",
        "calendar": "Calendar", "on time": "on time", "due": "due", "alerts": "Alerts",
        "no note": "note", "open": "Open",
        "handling": "Being handled", "closed": "Closed", "accept": "Accept", "close": "Close",
        "note": "Talked with the group: 300 of short-term borrowings are paid back before June.",
        "evidence": "Evidence", "recognised": "This file is in the ledger, unchanged",
        "unknown": "The ledger does not know this file",
    },
}  # fmt: skip
#: What the three enterprises owe this month, of 10,000: the first is over the line of 70 % for all but industry.
OWED = {"G01": 7_280, "G02": 5_500, "G03": 7_300}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A desk whose enterprises have filed a year."""
    return desk_space(tmp_path_factory.mktemp("template"))


@pytest.fixture
def server(template: Space, tmp_path: Path) -> Iterator[Server]:
    """The pages of a desk of one's own."""
    with Server(template.copy(tmp_path), tmp_path / "errors.txt") as running:
        yield running


@pytest.fixture
def page(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser's page; what the browser complains of fails the test, and a test that fails leaves its picture."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    if OFFICE is None:
        pytest.skip("no LibreOffice on this machine")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        opened.set_default_timeout(30_000)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        failed = request.session.testsfailed
        yield opened
        opened.screenshot(path=tmp_path / "last.png", full_page=True)
        if request.session.testsfailed > failed:
            print(f"the page as it was last seen: {tmp_path / 'last.png'}")
        browser.close()
    assert [one for one in complaints if "422" not in one] == []


def drop(page: Any, file: Path) -> None:
    """Drags a file from the desktop onto the page."""
    data = base64.b64encode(file.read_bytes()).decode()
    transfer = page.evaluate_handle(
        """([name, data]) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name));
          return transfer;
        }""",
        [file.name, data],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": transfer})


def columns(book: Path, sheet: str) -> dict[str, str]:
    """The column of each title of a template, by its first line."""
    rows = CalamineWorkbook.from_path(str(book)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {str(text).split("\n")[0]: letters(at) for at, text in enumerate(rows[HEADER - 1]) if text}


def letters(at: int) -> str:
    """A column as a spreadsheet names it."""
    return (letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def cells(book: Path, sheet: str) -> dict[str, str]:
    """What a clerk types: one row an enterprise, in the order of the columns."""
    order = list(columns(book, sheet).values())
    typed = {}
    for row, (entity, owed) in enumerate(OWED.items(), HEADER + 1):
        figures = report(1, owed)
        assert len(order) == len(figures) + 1
        typed |= {f"{column}{row}": str(text) for column, text in zip(order, [entity, *figures.values()], strict=True)}
    return typed


def month_of(page: Any, words: Mapping[str, str]) -> Any:
    """The cell of the calendar that says how the month stands with the first enterprise."""
    page.click(f"main nav a:text-is('{words['calendar']}')")
    page.click(f".chips a:text-is('{words['sheet']}')")
    return page.locator("table.calendar tbody tr").first.locator("td").first


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_clerks_hour(page: Any, server: Server, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    page.context.add_cookies([{"name": "lang", "value": language, "url": server.url}])

    # Nobody has filed the month yet, and it is not yet overdue.
    page.goto(server.url)
    page.click(f".menu a:text-is('{words['filing']}')")
    assert words["due"] in month_of(page, words).inner_text()

    # The template of the month.
    page.click(f"main nav a:text-is('{words['desk']}')")
    page.select_option("#form", "quick_report")
    page.wait_for_url("**form=quick_report**")
    page.select_option("select[name=period]", LATEST)
    with page.expect_download() as taken:
        page.click(f"button:text-is('{words['template']}')")
    assert taken.value.suggested_filename.endswith(f"{LATEST}.xlsx")
    blank, wrong, right = (tmp_path / name for name in ("blank.xlsx", f"{LATEST} wrong.xlsx", f"{LATEST}.xlsx"))
    taken.value.save_as(blank)

    # Filled in, with a word where a figure belongs.
    typed = cells(blank, words["sheet"])
    slip = f"{list(columns(blank, words['sheet']).values())[-1]}{HEADER + 2}"
    fill_in(blank, wrong, {**typed, slip: "四百二十"}, desk=tmp_path)
    page.fill("input[name=actor]", "王会计")
    drop(page, wrong)
    page.wait_for_selector("#result .marks")
    said = page.inner_text("#result")
    assert words["fault"] in said
    assert words["nothing entered"] in said
    assert page.inner_text("#result td.cell") == slip
    assert page.inner_text("#result td.says") == "四百二十"
    assert words["not a number"] in page.inner_text("#result tbody tr")

    # Mended, checked, submitted.
    fill_in(wrong, right, {slip: typed[slip]}, desk=tmp_path)
    page.set_input_files("#file", right)
    page.wait_for_selector("#result .good")
    assert words["clean"] in page.inner_text("#result")
    page.click(f"#result button:text-is('{words['submit']}')")
    page.wait_for_selector(".receipt")
    said = page.inner_text("main")
    assert words["receipt"] in said
    assert right.name in said
    assert "王会计" in said
    raised = page.locator(".raised", has_text=words["alert"]).inner_text()
    assert "G01" in raised
    assert words["message"] in raised
    filing = page.inner_text(".receipt h2 a")

    # The alert, with the figures it came of; its case is accepted, is not closed without a word, and is closed.
    page.click(f".raised a:text-is('{words['message']}')")
    said = page.inner_text("main")
    assert words["message"] in said
    assert "72.8%" in said
    assert right.name in said
    page.click("main .box a.go")
    assert words["open"] in page.inner_text(".way .here")
    page.fill("form.step input[name=actor]", "李处长")
    page.click(f"form.step button:has-text('{words['accept']}')")
    page.wait_for_selector(f".way .here:has-text('{words['handling']}')")
    page.click(f"form.step button:has-text('{words['close']}')")
    page.wait_for_selector(f".faults:has-text('{words['no note']}'), textarea:invalid")
    assert words["handling"] in page.inner_text(".way .here")
    page.fill("form.step textarea", words["note"])
    page.click(f"form.step button:has-text('{words['close']}')")
    page.wait_for_selector(f".way .here:has-text('{words['closed']}')")
    closing = page.inner_text(".closing")
    assert words["note"] in closing
    assert "李处长" in closing
    page.click(f".menu a:text-is('{words['alerts']}')")
    assert words["closed"] in page.locator("tbody tr", has_text="示例港务集团").inner_text()

    # The calendar shows it.
    page.click(f".menu a:text-is('{words['filing']}')")
    state = month_of(page, words)
    assert words["on time"] in state.inner_text()
    assert state.locator("a").get_attribute("href") == f"/filing/{filing}"

    # The workbook is what was filed; the one with the slip never was.
    page.click(f".menu a:text-is('{words['evidence']}')")
    drop(page, right)
    page.wait_for_selector("#result .good")
    assert words["recognised"] in page.inner_text("#result")
    assert filing in page.inner_text("#result")
    drop(page, wrong)
    page.wait_for_selector(f"#result :text('{words['unknown']}')")
