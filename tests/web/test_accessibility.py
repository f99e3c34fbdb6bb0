"""Every page by axe's rules for WCAG 2.0, 2.1 and 2.2, A and AA: in both languages, light and dark.

The pages are found as a reader finds them, by following links, and compared with the routes of the application: a page
that nothing leads to, or that this test cannot reach, fails it.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from starlette.routing import Match, Route

from hengjian.web import build

sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from casework_kit import opens
from desk import desk_space, quick_reports
from kit import Server
from scenario_pack import GUARANTEES, scenario_pack
from space import ask

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
#: What is fetched and is no page; pages of persons and of what two see to, which a space without persons has not
#: (test_people_browser, test_proposals).
NO_PAGES = re.compile(
    r"^/(static|api|healthz|proposals)\b|^/people/|^/filing/(template|check|submit)$"
    r"|/(move|file|proof|checkpoint|key|retry)$|/file/"
)
OFTEN = 2  # so many pages of one route are looked at


def routes() -> list[Route]:
    """The routes that answer with a page."""
    found = [route for route in build(ask).routes if isinstance(route, Route)]
    return [route for route in found if "GET" in (route.methods or ()) and not NO_PAGES.search(route.path)]


def route_of(address: str) -> str | None:
    """The path of the route that answers an address."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(address).path, "root_path": "", "headers": []}
    return next((route.path for route in routes() if route.matches(scope)[0] is Match.FULL), None)


@cache
def pages(home: str) -> dict[str, list[str]]:
    """Addresses by route, as links lead to them from the first page on; a few of each route, each told by its path."""
    opener = build_opener(ProxyHandler({}))
    found: dict[str, list[str]] = {}
    waiting, seen = [home], set()
    while waiting:
        address = waiting.pop(0)
        route, path = route_of(address), urlsplit(address).path
        if route is None or path in seen or len(found.get(route, ())) >= OFTEN:
            continue
        seen.add(path)
        with opener.open(address, timeout=60) as answer:
            if "text/html" not in answer.headers["content-type"]:
                continue
            text = answer.read().decode()
        found.setdefault(route, []).append(address)
        links = (urljoin(address, link.replace("&amp;", "&")) for link in re.findall(r'href="([^"#]+)"', text))
        waiting += [link for link in links if urlsplit(link).netloc == urlsplit(home).netloc and "format=" not in link]
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk with filings, an alert and its case, a hazard with its photograph, and
    guarantees."""
    folder = tmp_path_factory.mktemp("desk")
    space = desk_space(folder, "safety_hazards", str(scenario_pack(folder / "played")))
    space.enter(GUARANTEES, "担保.csv", form="links")
    fields = {
        "found_on": "2026-02-04", "place": "三号码头", "description": "护栏缺失", "class": "major", "kind": "site",
        "risk": "坠落",
    }  # fmt: skip
    for title in ("护栏缺失", "护栏又缺"):  # the second one is the same again
        opens(space, "李安全", "safety_hazard", "G01", title, fields, {"before/现场.jpg": b"\xff\xd8\xff"}).done()
    with Server(space, folder / "errors.txt") as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


def faults(page: Any, part: str | None = None) -> list[str]:
    """What axe finds on the page as it stands, or in a part of it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, context=part, options=RULES).response
    where = urlsplit(page.url).path
    return [
        f"{where}: {one['id']} at {node['target']}: {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def open_page(browser: Any, home: str, language: str, scheme: str) -> Any:
    """A page of a reader who chose a language and sees light or dark. Our policy lets no axe in, so it is set aside."""
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": language, "url": home}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


#: Nothing leads there where no pack declares a learned score or a scorecard: tests/web/test_model_pages.py and
#: test_assessment_browser.py ask for them, and those of benchmarks.
OF_MODELS = ("/models", "/assessment", "/benchmark", "/bridge", "/goals", "/registers")


def test_links_lead_to_every_page(served: str) -> None:
    every = {route.path for route in routes()}
    assert sorted(pages(served)) == sorted(path for path in every if not path.startswith(OF_MODELS))


def hand_in(page: Any, home: str, text: str) -> None:
    """A table is dropped on the page of filing, and what the page says of it has come."""
    page.goto(f"{home}filing?form=wide")
    page.fill("input[name=actor]", "王会计")
    page.set_input_files("#file", {"name": "快报.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.wait_for_selector("#result h2")


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_every_page_is_clean(served: str, browser: Any, language: str, scheme: str) -> None:
    page = open_page(browser, served, language, scheme)
    found = []
    for address in [*chain.from_iterable(pages(served).values()), f"{served}nowhere"]:
        page.goto(address)
        found += faults(page)
    borrowed = 7_100 + 2 * len(language + scheme)  # another figure each time, so that it is always news
    table = quick_reports([("G02", "2026-01", borrowed)])
    hand_in(page, served, table.replace(f"{borrowed * 10_000}", "seven"))
    found += faults(page)
    hand_in(page, served, table)
    found += faults(page)
    page.click("#result form button")
    page.wait_for_selector(".receipt")
    found += faults(page)
    page.context.close()
    assert found == []
