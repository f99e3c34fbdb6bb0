"""A command loads only what its work needs: a person waits for each import."""

import subprocess
import sys
from pathlib import Path

from homes import asked

HEAVY = (
    "argon2", "scipy", "numba", "dask", "pandas", "starlette", "jinja2", "uvicorn", "pyarrow.compute",
    "pyarrow.parquet", "docx", "lxml", "reportlab", "xlsxwriter",
)  # fmt: skip
BARE = ("duckdb", "numpy", "sqlite3", "pyarrow", "yaml", *HEAVY)

RUN = """
import sys
from hengjian.app import main
code = main(sys.argv[1:])
print("\\n".join(["loaded:", *sys.modules]))
sys.exit(code)
"""


def loaded(*words: object) -> set[str]:
    """The modules that a command has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.partition("loaded:\n")[2].splitlines())


def test_show_waits_for_no_heavy_library(template: Path) -> None:
    found = loaded("show", template, "E1", "debt_ratio")
    assert "duckdb" in found
    assert found.isdisjoint(HEAVY)


def test_look_through_of_a_small_space_waits_for_no_solver(template: Path) -> None:
    assert loaded("look-through", template, "E1").isdisjoint(HEAVY)


def test_a_kept_programme_spares_the_loader(template: Path) -> None:
    loaded("show", template, "E1", "debt_ratio")
    found = loaded("show", template, "E1", "debt_ratio")
    assert found.isdisjoint({"yaml", "hengjian.load.pack", "hengjian.formula.check", "hengjian.intake.read"})


def test_verify_needs_no_database_and_no_arrays(template: Path, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(asked(template, "prove", filing="F000003")["bundle"])
    found = loaded("verify", tmp_path / "b", "--key", template / "home.vkey")
    assert "hengjian.trust.verify" in found
    assert found.isdisjoint(BARE)


def test_check_needs_no_database_and_no_arrays() -> None:
    found = loaded("check", "finance")
    assert "hengjian.formula.check" in found
    assert found.isdisjoint(set(BARE) - {"yaml"})


def test_help_needs_nothing_at_all() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from hengjian.app import main; main(['show', '--help'])"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}.isdisjoint(BARE)
