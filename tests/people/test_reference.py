"""The manual page of roles says what the table of actions says."""

from pathlib import Path

from hengjian.people import ACTIONS, ROLES
from hengjian.people.reference import page

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_one_that_the_table_makes() -> None:
    stale = "python -c \"from hengjian.people.reference import page; print(page(), end='')\" > docs/reference/roles.md"
    assert (ROOT / "docs/reference/roles.md").read_text(encoding="utf-8") == page(), f"run {stale}"


def test_every_action_and_every_role_stands_in_the_page() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| **`")]
    assert [line.partition("`")[2].partition("`")[0] for line in rows] == list(ACTIONS)
    assert all(f"`{role}`" in page() for role in ROLES)
    assert [line.count("●") for line in rows] == [len(roles) for roles in ACTIONS.values()]
