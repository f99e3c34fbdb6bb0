"""A scanner of others (wapiti3, from PyPI) against a server that runs: nothing of medium weight or above may be found.

It has a virtual environment of its own, which WAPITI names (its program), or which is made here once a run: it brings
some sixty packages that nothing of ours needs. Modules that ask a server of its makers (ssrf, xxe, log4shell) are left
out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attacked import attacked

pytestmark = [pytest.mark.slow, pytest.mark.peer, pytest.mark.timeout(600)]

PACKAGE = "wapiti3>=3.2.3,<4"
MODULES = (
    "cookieflags", "csp", "csrf", "http_headers", "crlf", "exec", "file", "redirect", "sql", "xss", "permanentxss",
    "methods", "htaccess", "backup", "upload",
)  # fmt: skip
#: The whole crawl, and each module, in seconds: the scan ends within two minutes on two processors.
CRAWL_S, MODULE_S = 20, 6
MEDIUM = 2
#: What may be found, by its name and address, and why it is none.
ALLOWED = {
    ("Cross Site Request Forgery", "/sign-in"): "before a sign-in there is no session whose token a form could carry; "
    "forms are taken from our own pages only (Origin, Sec-Fetch-Site), which the scanner does not look at",
}
#: Lower ones that are there for a reason too; others of that weight are told in the output of the test.
KNOWN_LOW = {
    "Clickjacking Protection": "frame-ancestors 'none' says it to all browsers that are alive",
    "Secure Flag cookie": "this server answers by http, to its own machine; test_sessions.py asks one of https",
    "HTTP Methods": "POST of forms",
}


@pytest.fixture(scope="module")
def wapiti(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if named := os.environ.get("WAPITI"):
        return Path(named)
    venv = tmp_path_factory.mktemp("wapiti") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "pip"), "--disable-pip-version-check", "--quiet", "install", PACKAGE]
    made = subprocess.run(pip, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"wapiti3 cannot be installed: {made.stderr[-300:]}")
    return venv / "bin" / "wapiti"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server's address, and a session of somebody who may do much."""
    with attacked(tmp_path_factory.mktemp("scanned")) as space:
        session = space.session("own")
        home = space.home
    command = [str(Path(sys.executable).parent / "hengjian"), "serve", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), session
        finally:
            process.terminate()
            process.wait(20)


def scanned(wapiti: Path, served: tuple[str, str], folder: Path, *, signed_in: bool) -> dict[str, Any]:
    address, session = served
    command = [
        str(wapiti), "-u", address, "-m", ",".join(MODULES), "-S", "normal", "-d", "3", "--max-links-per-page", "40",
        "--max-files-per-dir", "6", "--max-parameters", "12", "--max-scan-time", str(CRAWL_S),
        "--max-attack-time", str(MODULE_S), "--tasks", "4", "--no-bugreport", "--flush-session",
        "--store-session", str(folder / "session"), "--store-config", str(folder / "config"),
        "-f", "json", "-o", str(folder / "report.json"),
    ]  # fmt: skip
    # as a browser says of forms of our own pages: without it all forms are refused, and nothing of them is tried
    command += ["-H", f"Origin: {address.rstrip('/')}", "-H", "Sec-Fetch-Site: same-origin"]
    for path in ("sign-out", "account/sign-out-everywhere", "people/own/sign-out"):
        command += ["-x", address + path]
    if signed_in:
        command += ["-H", f"Cookie: session={session}"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HOME": str(folder)}, timeout=300)
    assert (folder / "report.json").exists(), done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("who", ["nobody", "own"])
def test_nothing_of_weight_is_found(wapiti: Path, served: tuple[str, str], tmp_path: Path, who: str) -> None:
    report = scanned(wapiti, served, tmp_path, signed_in=who == "own")
    crawled = report["infos"]["crawled_pages_nbr"]
    assert crawled >= (30 if who == "own" else 2), "it must have seen the pages"
    grave, low = [], []
    for part in ("vulnerabilities", "anomalies", "additionals"):
        for name, findings in report[part].items():
            for one in findings:
                told = f"{name}: {one['method']} {one['path']} {one['parameter']} {one['info'][:200]}"
                if (name, one["path"]) not in ALLOWED and one["level"] >= MEDIUM:
                    grave.append(told)
                elif name not in KNOWN_LOW:
                    low.append(told)
    print(f"{crawled} pages; of low weight:", *low, sep="\n")
    assert grave == []
