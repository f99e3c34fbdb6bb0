"""The chart of ownership in a real browser: by keyboard and by mouse, as pictures, on paper, and without scripts."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

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
from ownership_space import ask
from hengjian.web import run
door = socket.create_server(("127.0.0.1", 0))
run(ask, door, lambda address: print(address, flush=True))
"""


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """The address of the pages, served by a process of its own."""
    command = [sys.executable, "-c", SERVE, str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def page(home: str) -> Iterator[Any]:
    """The chart of the group; whatever the browser complains of fails the test."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"{home}ownership/G?depth=2")
        opened.wait_for_selector(".viewport.live")
        yield opened
        browser.close()
    assert complaints == []


def focused(page: Any) -> str:
    """The id of the box that has the focus."""
    return str(page.evaluate("document.activeElement.dataset.id"))


def scale(page: Any) -> int:
    return int(page.inner_text("#scale").rstrip("%"))


def test_arrows_walk_enter_tells_space_folds_escape_closes(page: Any) -> None:
    page.focus(".boxes > a[tabindex='0']")
    assert focused(page) == "G"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "A", "the largest first"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "A"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden]) h2:has-text('示例水务集团有限公司')")
    assert page.locator(".boxes a.chosen").get_attribute("data-id") == "A"
    page.keyboard.press("ArrowUp")
    page.wait_for_selector("#panel h2:has-text('示例国有资本')")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_selector(".boxes a[data-id=M]", state="detached")
    assert focused(page) == "A", "the box that was folded keeps the focus"
    assert "turn=A" in page.url
    page.keyboard.press("Space")
    page.wait_for_selector(".boxes a[data-id=M]")
    assert "turn=A" not in page.url


def test_a_box_that_is_folded_stays_where_it_is(page: Any) -> None:
    button = ".buttons a:has-text('−') >> nth=0"
    key = page.locator(button).get_attribute("data-of")
    entity = page.locator(f".boxes a[data-key='{key}']").get_attribute("data-id")
    before = page.locator(f".boxes a[data-id='{entity}'] >> nth=0").bounding_box()
    page.click(button)
    page.wait_for_selector(f".buttons a[data-of='{key}']:has-text('+')")
    after = page.locator(f".boxes a[data-id='{entity}'] >> nth=0").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=2)


def test_a_search_jumps_opens_and_counts(page: Any) -> None:
    page.goto(page.url.replace("depth=2", "depth=1"))
    page.wait_for_selector(".viewport.live")
    page.keyboard.press("/")
    page.keyboard.type("充电")
    assert page.inner_text("#hits") == "1"
    page.keyboard.press("Enter")
    page.wait_for_selector(".boxes a.hit[data-id=E]")
    assert page.inner_text("#hits") == "1 / 1"
    assert focused(page) == "E"
    page.keyboard.press("/")
    page.keyboard.type("示例")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.inner_text("#hits").startswith("2 / ")
    page.keyboard.press("Escape")
    assert page.locator(".boxes a.hit").count() == 0


def test_zoom_and_pan_by_wheel_buttons_keys_and_dragging(page: Any) -> None:
    before = scale(page)
    page.click("[data-zoom=in]")
    assert scale(page) == pytest.approx(before * 1.25, abs=1)
    page.focus(".boxes > a[tabindex='0']")
    page.keyboard.press("-")
    assert scale(page) == pytest.approx(before, abs=1)
    frame = page.locator(".viewport").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -600)
    page.wait_for_selector(f"#scale:not(:has-text('{before}%'))")
    assert scale(page) > before + 20
    page.mouse.wheel(0, -600)
    start = page.evaluate("document.querySelector('.viewport').scrollLeft")
    page.mouse.down()
    page.mouse.move(x - 120, y, steps=4)
    page.mouse.up()
    assert page.evaluate("document.querySelector('.viewport').scrollLeft") == pytest.approx(start + 120, abs=2)
    assert page.is_hidden("#panel"), "dragging is no click"
    page.click("[data-zoom=fit]")
    box = page.locator("svg.chart-ownership .boxes").bounding_box()
    assert box["width"] <= frame["width"]
    assert box["height"] <= frame["height"]


def test_the_side_panel_leads_on(page: Any) -> None:
    page.click(".boxes a[data-id=C] >> nth=0")
    page.wait_for_selector("#panel:not([hidden]) h2:has-text('示例建设有限公司')")
    page.click("#panel a.one:has-text('示例水务集团有限公司')")
    page.wait_for_selector("#panel h2:has-text('示例水务集团有限公司')")
    page.click("#panel a:has-text('以它为中心')")
    page.wait_for_url("**/ownership/A")


def test_the_table_leads_into_the_chart(page: Any) -> None:
    page.click("#table summary")
    page.click("#table tr[data-id=B] a")
    page.wait_for_selector("#panel:not([hidden]) h2:has-text('示例能源股份有限公司')")
    assert focused(page) == "B"


def test_pictures_to_take_away(page: Any, tmp_path: Path) -> None:
    with page.expect_download() as taken:
        page.click("[data-png]")
    assert taken.value.suggested_filename == "示例国有资本投资运营集团有限公司 股权穿透图（2026-02-09）.png"
    taken.value.save_as(tmp_path / "chart.png")
    data = (tmp_path / "chart.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    with page.expect_download() as taken:
        page.click("[data-base=svg]")
    taken.value.save_as(tmp_path / "chart.svg")
    drawing = ElementTree.fromstring((tmp_path / "chart.svg").read_bytes())
    assert (width, height) == (2 * int(drawing.get("width", 0)), 2 * int(drawing.get("height", 0)))
    assert len(data) > 20_000, "not an empty sheet"


def test_a_sheet_of_a3(page: Any) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1512, "height": 1047})
    assert page.is_hidden("nav.menu")
    assert page.is_hidden("form.days")
    assert page.is_visible(".on-paper")
    box = page.locator("svg.chart-ownership .boxes").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 1512
    sheet = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 1191" in sheet, "A3 across"


def test_without_scripts_all_is_there(page: Any, home: str) -> None:
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{home}ownership/G?depth=1")
    assert plain.locator(".boxes a[data-id=D]").count() == 0
    plain.click(".buttons a:has-text('+5')")
    assert plain.locator(".boxes a[data-id=D]").count() == 1
    plain.fill("#within", "充电")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**at=*")
    assert plain.locator(".boxes a[data-id=E]").count() >= 1
    plain.click(".boxes a[data-id=C] >> nth=0")
    assert "示例建设有限公司" in plain.inner_text("h2")
    assert "60%" in plain.inner_text(".alone")
    assert not plain.is_visible("[data-png]")


@pytest.mark.parametrize("width", [390, 1366])
def test_the_page_itself_never_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click(".boxes a[data-id=G]", force=True)
    page.wait_for_selector("#panel:not([hidden]) h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_thousand_stay_at_hand(page: Any, home: str) -> None:
    page.goto(f"{home}ownership/W?depth=all&view=graph")
    page.wait_for_selector(".viewport.live")
    assert page.locator(".boxes a").count() == 1_000
    took = page.evaluate(
        """() => {
          const times = [];
          const measure = (what) => { const begin = performance.now(); what(); times.push(performance.now() - begin); };
          const click = (name) => document.querySelector(`[data-zoom=${name}]`).click();
          measure(() => click("in"));
          measure(() => click("fit"));
          const field = document.getElementById("within");
          measure(() => { field.value = "第7"; field.dispatchEvent(new Event("input")); });
          const box = document.querySelector(".boxes a.self");
          box.focus();
          const down = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true });
          measure(() => box.dispatchEvent(down));
          return times;
        }"""
    )
    assert max(took) < 500, "some 10 ms each on a quiet machine"
    assert page.locator(".boxes a.hit").count() > 100
