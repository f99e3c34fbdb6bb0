"""Takes pictures of every page of an example, in both languages: `.venv/bin/python tools/pictures.py FOLDER`.

Serves the space given with --space, or starts `hengjian demo --example district`; takes each page at two sizes, and at
the first of them dark as well. With --docs the chosen few also go into docs/images, small. Needs the extra `browser`
and Chromium; --docs needs pngquant too.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SIZES = ((1366, 768), (1920, 1080))
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
#: The pictures that the documents show, at the first size.
SHOWN = ("overview", "enterprise", "explanation", "filing", "faults", "calendar", "alerts", "case", "evidence")

GROUP = "JC08"
SLIPS = (
    "entity,period,quick_operating_income,quick_total_assets,quick_total_liabilities,quick_total_equity\n"
    "JC08,2026-01,52000000,2860000000,1890000000,970000000\n"
    "JC0801,2026-01,约三千万,640000000,410000000,230000000\n"
    "JC0899,2026-01,18000000,210000000,90000000,120000000\n"
    "JC0803,2026-01,9000000,150000000,60000000,80000000\n"
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


def hand_in(text: str) -> Callable[[Any, str], None]:
    """A table is dropped on the page of filing."""

    def go(page: Any, home: str) -> None:
        page.goto(f"{home}/filing?form=wide")
        page.fill("input[name=actor]", "王会计")
        page.set_input_files("#file", {"name": "2026-01 快报.csv", "mimeType": "text/csv", "buffer": text.encode()})
        page.wait_for_selector("#result h2")

    return go


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
    "overview-year": follow("/?span=all"),
    "columns": follow("/columns"),
    "entities": follow("/entities"),
    "enterprise": follow(f"/entity/{GROUP}"),
    "explanation": panel,
    "explained": follow(f"/entity/{GROUP}", "a.figure:not(.missing)"),
    "charts": follow(f"/entity/{GROUP}/charts"),
    "statements": follow(f"/entity/{GROUP}/statements"),
    "filing": follow("/filing?form=quick_report"),
    "faults": hand_in(SLIPS),
    "clean": hand_in(SLIPS.splitlines()[0] + "\n" + SLIPS.splitlines()[1] + "\n"),
    "calendar": follow("/filing/calendar?form=quick_report"),
    "filings": follow("/filing/list"),
    "filed": follow("/filing/list", "td.id a"),
    "alerts": follow("/alerts"),
    "alert": follow("/alerts", "td.what a"),
    "cases": follow("/cases"),
    "case": follow("/cases", "tbody a[href^='/case/']"),
    "closed": follow("/cases?state=closed", "tbody a[href^='/case/']"),
    "evidence": recognised,
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


def publish(folder: Path) -> None:
    """The pictures of the documents, in few colours."""
    for name in SHOWN:
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
        publish(options.folder)


if __name__ == "__main__":
    main()
