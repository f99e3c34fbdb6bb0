"""The manual page of registers says what the table of kinds says."""

from pathlib import Path

from hengjian.app.registerkinds import REGISTERS
from hengjian.app.registerreference import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "registers.md"


def test_the_page_is_the_one_that_the_table_makes() -> None:
    stale = "from hengjian.app.registerreference import page; print(page(), end='')"
    assert PAGE.read_text(encoding="utf-8") == page(), f'run python -c "{stale}" > docs/reference/registers.md'


def test_every_kind_and_column_stands_in_the_page() -> None:
    text = page()
    for one in REGISTERS.values():
        section = text.partition(f"## `{one.name}` ")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith(("| `", "| **`"))] == [
            column.name for column in one.columns
        ]
