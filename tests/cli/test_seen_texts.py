"""What `seen` prints."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from homes import asked
from restricted_homes import paid, staffed

from hengjian.app import main


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Otto saw the pay of A, and Axel everybody's, as of a day."""
    home = staffed(paid(tmp_path_factory.mktemp("seen") / "home"))
    asked(home, "show", entity="A", indicators=["pay"], actor="otto")
    asked(home, "values", actor="axel", as_of="2026-01-31")
    return home


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def once(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return once


Run = Callable[..., tuple[int, str, str]]


def told(out: str) -> list[str]:
    """The lines without entry and moment."""
    return [line.split("  ", 2)[-1] for line in out.splitlines()]


def test_reads(run: Run, home: Path) -> None:
    code, out, err = run("seen", home)
    assert (code, err) == (0, "")
    assert told(out) == [
        "axel (not authenticated)  values as_of=2026-01-31  banded, pay_rank, pay_share, secret  of A, B, G",
        "otto (not authenticated)  show  pay  of A",
    ]
    assert run("seen", home, "--person", "otto", "--as", "axel")[1] == out.splitlines()[1] + "\n"
    assert run("seen", home, "--entity", "B")[1] == out.splitlines()[0] + "\n"
    assert run("seen", home, "--day", "1999-01-01")[:2] == (0, "nobody read restricted data\n")
    assert run("seen", home, "--as", "rita")[1].startswith(out.splitlines()[0].split("of A")[0] + "of A and 2 more\n")
    first = json.loads(run("seen", home, "--json")[1])["reads"][0]
    assert (first["count"], first["as"]) == (3, {"as_of": "2026-01-31"})
    assert told(run("seen", home, "--from", str(first["entry"] - 1))[1]) == told(out)[1:]


def test_changes(run: Run, home: Path) -> None:
    code, out, _ = run("seen", home, "--changes")
    assert code == 0
    assert [line.rpartition("  by ")[0] for line in told(out)[:3]] == [
        told(out)[0].rpartition("  by ")[0], "person enrolled: adam", told(out)[2].rpartition("  by ")[0]
    ]  # fmt: skip
    assert "role given: adam  R" in out
    assert "administrator everywhere  by " in out
    assert "reporter at A by parent  by " in out
    assert run("seen", home, "--changes", "--as", "vera") == (
        1, "", "vera may not trace\n  hint: an administrator gives roles: `hengjian role SPACE` lists them\n"
    )  # fmt: skip
    with pytest.raises(SystemExit):
        run("seen", home, "--changes", "--person", "otto")
