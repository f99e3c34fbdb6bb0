"""What `template` and `calendar` print."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from filing_homes import figures, formed
from homes import filed

from hengjian.app import main
from hengjian.intake.container import is_workbook


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """E1 filed 2025-Q3 in time and 2025-Q4 not at all, today being 2026-02-09; E2 never filed."""
    home = formed(tmp_path_factory.mktemp("desk") / "home", today="2026-02-09")
    filed(home, figures("E1,2025-Q2,200,100,"), form="short_balance", known_from="2025-08-01")
    filed(home, figures("E1,2025-Q3,200,100,"), form="short_balance", known_from="2025-10-01")
    return home


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def once(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return once


Run = Callable[..., tuple[int, str, str]]


def test_calendar(run: Run, desk: Path) -> None:
    assert run("calendar", desk, "short_balance", "--period", "2025-Q2..2025-Q4") == (
        0, "E1  2025-Q2 late (2 days)  2025-Q3 on_time  2025-Q4 missing (10 days)\nE2  never filed\n", ""
    )  # fmt: skip
    code, out, _ = run("calendar", desk, "short_balance", "--entity", "E2", "--period", "2025-Q4", "--json")
    assert (code, json.loads(out)["filers"][0]["never"]) == (0, True)
    assert run("calendar", desk, "short")[0] == 1


def test_template(run: Run, desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "balance.xlsx"
    code, out, err = run("template", desk, "balance", "--entity", "E1", "--period", "2026-Q1", "--out", path)
    size = path.stat().st_size
    assert (code, out, err) == (
        0, f"{path}: {size} bytes; file it with: hengjian submit SPACE {path} --form balance\n", ""
    )  # fmt: skip
    assert is_workbook(path.read_bytes())
    code, out, _ = run("template", desk, "balance", "--out", path, "--lang", "en", "--json")
    assert (code, json.loads(out)) == (0, {"file": str(path), "bytes": path.stat().st_size})


def test_a_template_on_stdout(desk: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["template", str(desk), "balance"]) == 0
    assert is_workbook(capfdbinary.readouterr().out)


def test_a_template_that_cannot_be_written(run: Run, desk: Path, tmp_path: Path) -> None:
    code, _, err = run("template", desk, "balance", "--out", tmp_path / "nowhere" / "x.xlsx")
    assert code == 3
    assert "x.xlsx cannot be written: No such file or directory\n  hint: name a place that can be written to" in err
