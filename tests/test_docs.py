"""The documents are run: the files of README, tutorials and guides are written, commands typed, answers compared.

There a block that opens with ```sh is typed into a shell, all in one folder; ```yaml harbour/pack.yaml opens a
file to write; a ```json block is what the last command before it prints, one line (a part of it: keys that the block
leaves out are free, and the text "…" stands for anything); the lines of a ```text block stand among what the commands
before it print, in their order. Other blocks are for reading only.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hengjian.formula.functions import BY_NAME
from hengjian.load import find_pack, load_pack

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")})
TUTORIALS = [ROOT / "docs/tutorial.md", ROOT / "docs/zh/tutorial.md"]
GUIDES = [ROOT / "docs/guide.md", ROOT / "docs/zh/guide.md"]
OWNERSHIP = [ROOT / "docs/look-through.md", ROOT / "docs/zh/look-through.md"]
REGISTER = [ROOT / "docs/register.md", ROOT / "docs/zh/register.md"]
PERSONS = [ROOT / "docs/persons.md", ROOT / "docs/zh/persons.md"]
ALERTS = [ROOT / "docs/alerts.md", ROOT / "docs/zh/alerts.md"]
ASSESSMENT = [ROOT / "docs/assessment.md", ROOT / "docs/zh/assessment.md"]
#: The assessment is run by tests/blackbox/test_assessment_guide.py.
RUN = [ROOT / "README.md", *TUTORIALS, *GUIDES, *OWNERSHIP, *REGISTER, *PERSONS, *ALERTS]
FENCE = re.compile(r"^```(?P<language>[a-z]*)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a document."""

    language: str
    file: str | None
    text: str
    line: int


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks in their order."""
    text = path.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(language=match["language"], file=match["file"], text=match["text"], line=line)


def differs(expected: object, found: object, where: str = "$") -> str | None:
    """Where `found` lacks something of `expected`, or None."""
    match expected:
        case "…":
            return None
        case dict():
            if not isinstance(found, dict):
                return f"{where}: {found!r} is no object"
            missing = [key for key in expected if key not in found]
            if missing:
                return f"{where}: no {missing[0]!r} among {sorted(found)}"
            pairs = [(f"{where}.{key}", part, found[key]) for key, part in expected.items()]
        case list():
            if not isinstance(found, list) or len(found) != len(expected):
                return f"{where}: expected {len(expected)} parts, found {found!r}"
            pairs = [
                (f"{where}[{index}]", part, other)
                for index, (part, other) in enumerate(zip(expected, found, strict=True))
            ]
        case _:
            return None if expected == found else f"{where}: expected {expected!r}, found {found!r}"
    return next((said for place, part, other in pairs if (said := differs(part, other, place))), None)


def lacks(expected: str, printed: str) -> str | None:
    """The first line of `expected` that `printed` does not have after the lines before it, or None."""
    lines = iter(printed.splitlines())
    for line in expected.splitlines():
        pattern = re.escape(line).replace("…", ".*")
        if not any(re.fullmatch(pattern, one) for one in lines):
            return line
    return None


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", RUN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_document_runs_as_written(tutorial: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONUTF8": "1",
    }
    output = ""
    for block in blocks(tutorial):
        place = f"{tutorial.relative_to(ROOT)}:{block.line}"
        if block.file is not None:
            target = tmp_path / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text],
                cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{place} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            output = done.stdout
        elif block.language == "json":
            said = differs(json.loads(block.text), json.loads(output.splitlines()[-1]))
            assert said is None, f"{place} {said}\n{output}"
        elif block.language == "text":
            line = lacks(block.text, output)
            assert line is None, f"{place} not printed: {line}\n{output}"


@pytest.mark.parametrize(
    "pair",
    [TUTORIALS, GUIDES, OWNERSHIP, REGISTER, PERSONS, ALERTS, ASSESSMENT],
    ids=["tutorial", "guide", "ownership", "register", "persons", "alerts", "assessment"],
)
def test_both_languages_type_the_same(pair: list[Path]) -> None:
    """The Chinese document is the English one in Chinese: same commands, same answers; files may carry other words."""
    english, chinese = (list(blocks(path)) for path in pair)
    assert [(block.language, block.file) for block in english] == [(block.language, block.file) for block in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one.language in ("sh", "json"):
            assert one.text == other.text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    targets = [match["target"] for match in LINK.finditer(prose)]
    broken = [
        target
        for target in targets
        if not target.startswith(("http://", "https://", "#", "mailto:"))
        and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert not broken


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    unlisted = [page for page in pages if not page.startswith(("README.md", "decisions/")) and f"({page})" not in index]
    assert not unlisted


def test_every_picture_is_shown_and_small() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    for picture in (ROOT / "docs/images").iterdir():
        assert f"images/{picture.name})" in pages, f"no document shows {picture.name}"
        assert picture.stat().st_size < 200_000, picture.name


def test_every_formula_function_is_documented() -> None:
    page = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    assert not [name for name in BY_NAME if not re.search(rf"`{name}[(`]", page)]


def test_decisions_are_numbered_without_repeats() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))
    assert all(number.isdigit() for number in numbers)


@pytest.mark.parametrize("page", ["docs/backtest.md", "docs/zh/backtest.md"])
def test_back_tests_of_the_documents_name_what_is_shipped(page: str) -> None:
    pack, _ = load_pack(find_pack("finance"), "finance")
    assert pack is not None
    declared = {one.name for one in (*pack.rules, *pack.indicators)}
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = re.findall(r"^\$ hengjian backtest books ([a-z_ ]+?) --", text, re.MULTILINE)
    named = [name for line in lines for name in line.split()]
    assert named
    assert set(named) <= declared
