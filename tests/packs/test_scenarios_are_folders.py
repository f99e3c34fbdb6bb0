"""A scenario is a folder of declarations: three of them, each of no program and at most 300 lines, and no word of them
in the program."""

import re
from pathlib import Path

import pytest

import hengjian
from hengjian.load import find_pack, load_pack

SCENARIOS = ("safety_hazards", "listing", "park_energy")
LINES = 300
ROOM = Path(hengjian.__file__).parent


def declared_files(name: str) -> dict[str, bytes]:
    """The files of a pack by their place in it, without its worked cases and what people read."""
    files = {str(path): data for path, data in find_pack(name).items()}
    return {path: data for path, data in files.items() if not path.startswith("tests/") and not path.endswith(".md")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_at_most_300_lines_of_declarations(name: str) -> None:
    files = declared_files(name)
    assert {Path(path).suffix for path in files} == {".yaml"}
    counted = {path: len(data.decode().splitlines()) for path, data in files.items()}
    assert 0 < sum(counted.values()) <= LINES, counted


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_program_knows_no_scenario(name: str) -> None:
    """No name of two words or more that it has or declares stands in a module (one word may mean something else)."""
    pack, issues = load_pack(find_pack(name), name)
    assert issues == ()
    assert pack is not None
    declared = {
        one.name
        for group in (
            pack.measures,
            pack.parameters,
            pack.indicators,
            pack.rules,
            pack.checks,
            pack.forms,
            pack.workflows,
        )
        for one in group
    }
    wanted = {one for one in {name, *declared} if "_" in one}
    assert wanted
    words = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(wanted)))})\b")
    found = {
        str(path.relative_to(ROOM)): words.findall(path.read_text(encoding="utf-8"))
        for path in sorted(ROOM.rglob("*.py"))
    }
    assert {path: names for path, names in found.items() if names} == {}
