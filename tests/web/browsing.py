"""What tests of pages in a real browser begin with: a space that the installed command serves, and Chromium."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_browser import CHROMIUM, QUIET


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a space's pages."""
    command = [str(Path(sys.executable).with_name("hengjian")), "serve", str(home), "--port", "0"]
    env = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        process.terminate()
        process.communicate()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, where there is one."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()
