"""Takes pictures of every page of an example, in both languages: `.venv/bin/python tools/pictures.py FOLDER`.

Serves the space given with --space, or starts `hengjian demo --example district`; takes each page at two sizes, and at
the first of them dark as well. With --docs the chosen few also go into docs/images, small. Needs the extra `browser`
and Chromium; --docs needs pngquant too.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from hengjian.intake.template import template
from hengjian.load import find_pack, load_pack
from hengjian.load.catalogue import assemble, with_required

ROOT = Path(__file__).parents[1]
SIZES = ((1366, 768), (1920, 1080))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
#: The pictures that the documents show, at the first size.
SHOWN = (
    "overview",
    "explanation",
    "filing",
    "faults",
    "calendar",
    "alerts",
    "case",
    "evidence",
    "ownership",
    "sign-in",
    "people",
    "seen",
)

GROUP = "JC08"
#: A quick report of the month that is running: in 万元, with a word for a figure, a sum that is wrong, and a stranger.
ROWS = (
    ("JC08", "24100.5", "268400", "138900", "129500"),
    ("JC0801", "约三千", "64000", "41000", "23000"),
    ("JC0802", "9020.4", "51000", "30100", "20900"),
    ("JC0899", "1800", "21000", "9000", "12000"),
)
TITLES = ("entity", "quick_operating_income", "quick_total_assets", "quick_total_liabilities", "quick_total_equity")


def workbook(rows: Sequence[Sequence[str]], language: str) -> bytes:
    """A quick report as a clerk fills it in."""
    packs = [pack for name in ("finance",) if (pack := load_pack(find_pack(name), name)[0])]
    catalogue, _ = assemble(with_required(packs))
    assert catalogue is not None
    filled = [dict(zip(TITLES, row, strict=True)) for row in rows]
    return template(
        catalogue.forms["quick_report"], catalogue, "zh" if language == "zh" else "en", period="2026-01", rows=filled
    )


def follow(*links: str) -> Callable[[Any, str], None]:
    """Goes to an address, and from there along the first link of each selector."""

    def go(page: Any, home: str) -> None:
        page.goto(home + links[0])
        for link in links[1:]:
            page.goto(home + str(page.locator(link).first.get_attribute("href")))

    return go


def panel(page: Any, home: str) -> None:
    """An enterprise with the explanation of a number beside it."""
    page.goto(f"{home}/entity/{GROUP}")
    page.locator("a.figure:not(.missing)").nth(2).click()
    page.wait_for_selector("#panel:not([hidden]) h2")


def hand_in(rows: Sequence[Sequence[str]]) -> Callable[[Any, str], None]:
    """A workbook is dropped on the page of filing."""

    def go(page: Any, home: str) -> None:
        page.goto(f"{home}/filing?form=quick_report&period=2026-01")
        language = str(page.get_attribute("html", "lang"))[:2]
        page.fill("input[name=actor]", "王会计")
        page.set_input_files(
            "#file", {"name": "财务快报 2026-01.xlsx", "mimeType": XLSX, "buffer": workbook(rows, language)}
        )
        page.wait_for_selector("#result h2")

    return go


def charts(page: Any, home: str) -> None:
    """The charts of an enterprise, drawn."""
    page.goto(f"{home}/entity/{GROUP}/charts")
    page.wait_for_selector(".chart :is(svg, canvas)")
    page.wait_for_timeout(500)


def ownership(page: Any, home: str) -> None:
    """Who holds whom around a group, with what it holds in one of a ring beside it."""
    page.goto(f"{home}/ownership/JC05?view=graph")
    page.wait_for_selector(".viewport.live")
    page.locator(".boxes a.ring").first.click()
    page.wait_for_selector("#panel:not([hidden]) h2")


def seen(page: Any, home: str) -> None:
    """Who read restricted data: whoever just looked at all owners and at those of a group."""
    for address in ("/ownership", "/ownership/JC05", "/seen"):
        page.goto(f"{home}{address}")


def recognised(page: Any, home: str) -> None:
    """A proof from the pages, dropped on the page of evidence."""
    page.goto(f"{home}/filing/list")
    address = str(page.locator("td.id a").first.get_attribute("href"))
    bundle = page.request.get(f"{home}{address}/proof").body()
    page.goto(f"{home}/evidence")
    page.set_input_files("#file", {"name": "proof.json", "mimeType": "application/json", "buffer": bundle})
    page.wait_for_selector("#result h2")


PAGES: Mapping[str, Callable[[Any, str], None]] = {
    "overview": follow("/"),
    "columns": follow("/columns"),
    "entities": follow("/entities"),
    "enterprise": follow(f"/entity/{GROUP}"),
    "explanation": panel,
    "explained": follow(f"/entity/{GROUP}", "a.figure:not(.missing)"),
    "charts": charts,
    "statements": follow(f"/entity/{GROUP}/statements"),
    "ownerships": follow("/ownership"),
    "ownership": ownership,
    "filing": follow("/filing?form=quick_report"),
    "faults": hand_in(ROWS),
    "clean": hand_in(ROWS[:1]),
    "calendar": follow("/filing/calendar?form=quick_report"),
    "filings": follow("/filing/list"),
    "filed": follow("/filing/list", "td.id a"),
    "alerts": follow("/alerts"),
    "alert": follow("/alerts", "td.what a"),
    "cases": follow("/cases"),
    "case": follow("/cases", "tbody a[href^='/case/']"),
    "closed": follow("/cases?state=ended", "tbody a[href^='/case/']"),
    "evidence": recognised,
    "sign-in": follow("/sign-in"),
    "people": follow("/people"),
    "seen": seen,
    "nowhere": follow("/nowhere"),
}


@contextmanager
def served(example: str, space: str | None) -> Iterator[str]:
    """The address of the pages of an example, or of a space that is there already."""
    command = [str(Path(sys.executable).with_name("hengjian"))]
    command += ["serve", space, "--port", "0"] if space else ["demo", "--example", example, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.terminate()


def take(browser: Any, home: str, folder: Path, wanted: list[str], language: str, size: tuple[int, int]) -> None:
    """Pictures of the wanted pages in a language at a size, light and (at the first size) dark."""
    for scheme in ("light", "dark") if size == SIZES[0] else ("light",):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        context.add_cookies([{"name": "lang", "value": language, "url": home}])
        page = context.new_page()
        for name in wanted:
            PAGES[name](page, home)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size[0]:
                sys.stderr.write(f"{name} {language} scrolls sideways: {wide} of {size[0]}\n")
            dark = "-dark" if scheme == "dark" else ""
            page.screenshot(path=folder / f"{name}.{language}.{size[0]}{dark}.png")
        context.close()


def publish(folder: Path, wanted: Sequence[str]) -> None:
    """Those of the wanted pictures that the documents show, in few colours."""
    for name in (one for one in SHOWN if one in wanted):
        for language in ("zh", "en"):
            source, target = (
                folder / f"{name}.{language}.{SIZES[0][0]}.png",
                ROOT / f"docs/images/{name}.{language}.png",
            )
            subprocess.run(["pngquant", "--force", "--strip", "--output", target, "128", source], check=True)


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of {', '.join(PAGES)} (default: all)")
    parser.add_argument("--example", default="district")
    parser.add_argument("--space", help="serve this space instead")
    parser.add_argument("--docs", action="store_true", help="replace docs/images")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(options.example, options.space) as home, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        for language in ("zh", "en"):
            for size in SIZES:
                take(browser, home, options.folder, options.pages or list(PAGES), language, size)
        browser.close()
    if options.docs:
        publish(options.folder, options.pages or list(PAGES))


if __name__ == "__main__":
    main()
