"""The pages of benchmarks in a real browser: axe's rules, small screens, keyboard, and nothing on the console."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium, served
from test_accessibility import faults

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from compared_homes import comparing, peer_set
from homes import asked
from register_homes import entered

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PAGES = (
    "benchmark", "benchmark?entity=公司&peers=P1", "benchmark/A?peers=P1&period=2025",
    "benchmark/A?peers=I1&period=2025&indicator=turnover", "benchmark/C?peers=P1&period=2025",
    "benchmark/A?peers=P9&period=2025",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of the space, served by the installed command, with a set of three indicators and a task."""
    home = comparing(tmp_path_factory.mktemp("compared") / "home")
    single = peer_set(编号="I1", 口径="核心指标", 对标指标="roe:up、turnover:up、margin:up、leverage")
    entered(home, "peer_set", single, name="single.csv")
    figures = "对标组,对标企业,指标,期间,数值,来源\n" + "".join(
        f"I1,{company},{name},2025,{at / 10},年报\n"
        for at, company in enumerate(("K1", "K2", "K3", "K5"), 2)
        for name in ("roe", "turnover", "margin", "leverage")
    )
    entered(home, "peer_figure", figures, name="of_single.csv")
    fields = {"indicator": "roe", "value_then": "0.099"}
    asked(home, "open_case", workflow="improvement", entity="A", title="补短板", fields=fields)
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_pages_are_clean_by_axe(browser: Any, address: str, language: str, scheme: str) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page = context.new_page()
    found = []
    for one in PAGES:
        page.goto(f"{address}{one}")
        for fold in page.locator("main details").all():
            fold.evaluate("one => one.open = true")
        found += faults(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [390, 1366])
def test_pages_never_scroll_sideways_and_complain_of_nothing(browser: Any, address: str, width: int) -> None:
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 768})
    page.on("console", lambda message: complaints.append(message.text))
    wide = []
    for language in ("zh", "en"):
        for one in PAGES[:-1]:
            page.goto(f"{address}{one}{'&' if '?' in one else '?'}lang={language}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{language} {one}")
    page.close()
    assert (wide, complaints) == ([], [])


def test_a_task_is_reached_by_keyboard(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{address}benchmark/A?peers=P1&period=2025&lang=en")
    page.get_by_role("link", name="Open a task").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/open**")
    assert page.locator('input[name="field.opened_by.indicator"]').input_value() == "roe"
    assert page.locator('input[name="title"]').input_value() == "Shortboard: Return on equity"
    page.close()
