"""docs/coverage.yaml: every system that the public documents name, what is said of each, and the README's table."""

import importlib.util
import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hengjian.load import shipped_names
from hengjian.web import build

ROOT = Path(__file__).parents[1]
#: The list of systems lies beside the project.
LIST = Path(os.environ.get("HENGJIAN_SYSTEMS") or ROOT.parent / "shared" / "SYSTEMS.md")
KEYS = ["number", "term", "en", "documents", "words", "batch", "where", "page", "state", "test"]
DOCUMENTS = {"000", "001", "002", "003", "004"}


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_table", ROOT / "tools" / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


TOOL = tool()
ROWS: list[dict[str, Any]] = TOOL.read()


def pages() -> set[str]:
    """The addresses of the web application."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        application = build(_unasked)
    return {str(getattr(route, "path", "")) for route in application.routes}


def _unasked(method: str, question: Mapping[str, object]) -> dict[str, Any]:
    """No page is read, so no space is asked."""
    raise AssertionError(f"{method} was asked {question}")


def faults(row: dict[str, Any]) -> list[str]:
    """What a row says that is not so."""
    found = []
    page, test = row["page"], row["test"]
    if row["state"] not in TOOL.STATES:
        found.append(f"no state is called {row['state']}")
    if row["state"] in ("works", "part"):
        found += [f"it lacks its {part}" for part in ("where", "page", "test") if not row[part]]
    elif page or test:
        found.append("it is planned, and names a page or a test")
    if page and not (page in pages() or (page.startswith("docs/") and (ROOT / page).is_file())):
        found.append(f"there is no page {page}")
    if test and not (re.search(r"(?:^|/)test_\w+\.py$", test) and (ROOT / test).is_file()):
        found.append(f"there is no test {test}")
    for place in row["where"]:
        kind, _, name = place.partition(":")[0].partition(" ")
        if kind == "pack" and name in shipped_names():
            continue
        if kind == "room" and (ROOT / "src" / "hengjian" / name).is_dir():
            continue
        found.append(f"there is no {place}")
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_a_row_is_true(row: dict[str, Any]) -> None:
    assert list(row) == KEYS
    assert faults(row) == []
    assert set(row["documents"]) <= DOCUMENTS
    assert row["documents"] == sorted(set(row["documents"]))
    assert row["documents"]
    assert row["en"].replace("“", "").replace("”", "").isascii()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"page": None}, "it lacks its page"),
        ({"test": None}, "it lacks its test"),
        ({"where": []}, "it lacks its where"),
        ({"page": "/nowhere"}, "there is no page /nowhere"),
        ({"page": "docs/nothing.md"}, "there is no page docs/nothing.md"),
        ({"test": "tests/test_nothing.py"}, "there is no test tests/test_nothing.py"),
        ({"test": "README.md"}, "there is no test README.md"),
        ({"where": ["pack of cards"]}, "there is no pack of cards"),
        ({"state": "done"}, "no state is called done"),
        ({"state": "planned"}, "it is planned, and names a page or a test"),
    ],
)
def test_an_untrue_row_is_found(changed: dict[str, Any], said: str) -> None:
    sound = {"state": "works", "page": "/", "test": "tests/test_coverage.py", "where": ["pack finance: forms"]}
    assert faults(sound) == []
    assert said in faults({**sound, **changed})


def test_every_system_of_the_list_has_its_row() -> None:
    assert [row["number"] for row in ROWS] == list(range(1, 48))
    if not LIST.is_file():
        pytest.skip(f"the list of systems is not here: {LIST}")
    lines = [line.strip("|").split("|") for line in LIST.read_text(encoding="utf-8").splitlines()]
    listed = [[cell.strip() for cell in cells] for cells in lines if cells[0].strip().isdigit()]
    for row, (number, term, documents, words, batch) in zip(ROWS, listed, strict=True):
        assert [str(row["number"]), row["term"], row["words"], row["batch"]] == [number, term, words, batch]
        named = re.findall(r"\d{3}", documents)
        assert row["documents"] == (sorted(DOCUMENTS) if "all" in documents else sorted(named))


def test_the_readme_has_the_table_of_today() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == TOOL.written(readme, ROWS), "run python tools/coverage.py"


def test_another_row_is_another_table() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    other = [{**ROWS[0], "term": "另一系统"}, *ROWS[1:]]
    assert TOOL.written(readme, other) != readme
    assert TOOL.written(TOOL.written(readme, other), ROWS) == TOOL.written(readme, ROWS)
    with pytest.raises(ValueError, match="lacks"):
        TOOL.written("no marks", ROWS)
