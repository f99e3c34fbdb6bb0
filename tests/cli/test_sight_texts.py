"""What commands print for a person who does not see everybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from subtree_homes import enrolled, organisation

from hengjian.app import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return enrolled(organisation(tmp_path_factory.mktemp("sight") / "home"), {"own": "zzA", "sibling": "zzB"})


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """One command about the organisation: its code and both streams."""

    def once(command: str, *words: str, reader: str | None = "own") -> tuple[int, str, str]:
        code = main([command, str(home), *words, *([] if reader is None else ["--as", reader])])
        return code, *capfd.readouterr()

    return once


def test_show_marks_what_others_stand_in(run: Run) -> None:
    _, out, _ = run("show", "zzA", "against", "debt_ratio", "--period", "2023")
    against, debts = out.splitlines()
    assert against.endswith("ratio  (flash)  with figures of others whom you may not see")
    assert debts.endswith("ratio  (flash)")
    assert "others" not in run("show", "zzA", "against", reader=None)[1]


def test_a_cause_that_is_another_is_not_named(run: Run) -> None:
    _, out, _ = run("show", "zzA", "against", "--period", "2019")
    assert out.endswith("missing: not_reported (assets, zzA, 2019)\n")
    _, out, _ = run("show", "zzB", "holds", "--period", "2019", reader="sibling")
    assert out.endswith("missing: not_reported (assets, somebody you may not see, 2019)\n")


def test_explain_says_what_is_withheld(run: Run) -> None:
    _, out, _ = run("explain", "zzA", "against", "2023")
    assert "\n    withheld\n" in out
    assert out.endswith("  withheld, being of others whom you may not see: 1 leaves, 0 holdings, 1 entities\n")
    assert "ultimate owner somebody you may not see" in run("explain", "zzA", "depth", "2023")[1]
    assert "(ultimate_owner somebody you may not see: " in run("explain", "zzA1", "owner_mean", "2023")[1]
    assert "withheld" not in run("explain", "zzA", "through", "2023")[1]


@pytest.mark.parametrize("words", [("evaluate",), ("calendar", "balance")])
def test_lists_say_that_they_are_cut(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words)[1].endswith("\nonly entities that you may see\n")
    assert "only" not in run(*words, reader=None)[1]


def test_what_may_not_be_proven_is_refused(run: Run) -> None:
    code, out, told = run("prove", "zzA", "against", "2023")
    assert (code, out) == (1, "")
    assert told.splitlines() == [
        "this number rests on figures that you may not see",
        "  hint: ask somebody who sees them all for its proof; a filing that you see can be proven by itself",
    ]
