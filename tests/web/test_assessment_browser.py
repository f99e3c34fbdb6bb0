"""The pages of scores in a real browser: sliders, keyboard, axe's rules, small screens, and nothing on the console."""

from collections.abc import Iterator
from typing import Any

import pytest
from assessed_space import assessed
from browsing import chromium, served
from test_accessibility import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PAGES = (
    "assessment?scorecard=yearbook&period=2025", "assessment/yearly/2025/A", "assessment/signed/2025/A",
    "assessment/yearbook/2025/A", "assessment/both/2025/A", "assessment/register/letter?scorecard=signed",
    "assessment/register/standard", "registers", "registers/letter?scorecard=signed", "registers/award",
    "bridge/A/2025", "assessment?scorecard=yearbook&period=2025-Q9", "assessment/yearly/2025/A1",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of the space, served by the installed command."""
    home = assessed(tmp_path_factory.mktemp("assessed") / "home", persons=False)
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{address}assessment/yearly/2025/A?lang=en")
    yield opened
    opened.close()
    assert complaints == []


def test_a_slider_and_its_field_stand_for_one_another_and_the_score_follows(page: Any) -> None:
    field = page.locator('input[name="v.roe"]')
    assert "71.34" in page.locator("#trial .now").inner_text()
    field.fill("10.7")
    page.wait_for_selector("#trial .more:has-text('+16.6567')")
    assert page.locator("#trial .now").inner_text() == "88.00"
    slider = page.locator('input[type="range"][data-for="v.roe"]')
    low, high = float(slider.get_attribute("min")), float(slider.get_attribute("max"))
    slider.focus()
    page.keyboard.press("Home")  # by keyboard, to the least
    page.wait_for_selector("#trial .less")
    assert float(field.input_value()) == low
    page.keyboard.press("End")
    page.wait_for_selector("#trial .more")
    assert float(field.input_value()) == high


def test_a_switch_is_tried_and_all_is_put_back(page: Any, address: str) -> None:
    page.locator('input[name="v.turnover"]').fill("0.06")
    page.locator('select[name="s.clamp"]').select_option("off")
    page.wait_for_selector("#trial:not([aria-busy])")
    page.get_by_role("link", name="Reset").click()
    page.wait_for_url(f"{address}assessment/yearly/2025/A")
    assert page.locator('input[name="v.turnover"]').input_value() == "0.03"


def test_a_reason_folds_out_by_keyboard(page: Any) -> None:
    summary = page.locator("#i-roe summary")
    assert not page.locator("#i-roe .points").is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#i-roe .points li").count() == 2
    assert page.locator("#i-roe .points").is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_scrolls_sideways(browser: Any, address: str, language: str) -> None:
    page = browser.new_page()
    for one in PAGES:
        page.goto(f"{address}{one}{'&' if '?' in one else '?'}lang={language}")
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width in (390, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            wide, inside = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
            assert wide <= inside, (one, width)
    page.close()


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_every_page_of_scores_is_clean(browser: Any, address: str, language: str, scheme: str) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page, found = context.new_page(), []
    for one in PAGES:
        page.goto(f"{address}{one}")
        found += faults(page)
    context.close()
    assert found == []
