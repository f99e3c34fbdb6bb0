"""An open space: tables that are behind, ahead, damaged or missing are brought to the ledger's state."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import STATEMENT, asked, at_desk, copied, filed, shown

from hengjian.app.desk import NeedsWriting, open_desk
from hengjian.app.lock import held, try_lock
from hengjian.model.issue import Failure

STORE = "store.duckdb"


@pytest.fixture
def behind(home: Path, tmp_path: Path) -> Path:
    """Three entries in the ledger that the tables do not hold."""
    shutil.copy2(home / STORE, tmp_path / "old.duckdb")
    for year in ("2001", "2002", "2003"):
        filed(home, STATEMENT.replace("2019", year))
    return home


def put_old(home: Path) -> None:
    shutil.copy2(home.parent / "old.duckdb", home / STORE)


def damage(home: Path) -> None:
    with (home / STORE).open("r+b") as file:
        file.write(b"\0" * 4096)


def cut(home: Path) -> None:
    with (home / STORE).open("r+b") as file:
        file.truncate(5000)


def remove(home: Path) -> None:
    (home / STORE).unlink()


@pytest.mark.parametrize("spoil", [put_old, damage, cut, remove], ids=["behind", "damaged", "cut off", "missing"])
def test_tables_are_brought_up_by_the_next_question(behind: Path, spoil: Callable[[Path], None]) -> None:
    desk = at_desk(behind)
    sound = desk.store.digests()
    desk.close()
    spoil(behind)
    with pytest.raises(NeedsWriting):
        open_desk(behind, write=False, append=False)
    assert len(shown(behind, "debt_ratio")) == 4
    desk = open_desk(behind, write=False, append=False)
    assert desk.store.digests() == sound
    assert desk.store.applied_through == desk.log.size == 7
    desk.close()


def test_tables_that_are_ahead_are_made_anew(behind: Path, template: Path) -> None:
    """They hold entries of another ledger's future: nothing of them may show."""
    shutil.copy2(behind / STORE, behind.parent / "ahead.duckdb")
    other = copied(template, behind.parent / "other")
    shutil.copy2(behind.parent / "ahead.duckdb", other / STORE)
    assert shown(other, "debt_ratio") == {("debt_ratio", "2019-Q4"): 0.75}
    assert asked(other, "rebuild")["same"] is True


def test_a_reader_needs_no_key_and_writes_nothing(home: Path) -> None:
    (home / "keys" / "log.key").unlink()
    desk = open_desk(home, write=False, append=False)
    assert desk.log.size == 4
    with pytest.raises(Failure) as caught:
        desk.store.commit(5)
    assert str(caught.value) == "the store is open for reading only\n  hint: write through the space's writer"
    with pytest.raises(Failure) as caught:
        desk.log.append([])
    assert str(caught.value) == "the log is open for reading only\n  hint: open it for writing"
    desk.close()
    assert shown(home, "debt_ratio")
    assert asked(home, "rebuild")["same"] is True


def test_a_desk_that_does_not_open_leaves_nothing_open(home: Path) -> None:
    """Else the lock's next holder would find the files in use."""
    (home / "journal.db").rename(home / "journal.away")
    with pytest.raises(Failure, match="there is no journal"):
        at_desk(home)
    (home / "journal.away").rename(home / "journal.db")
    remove(home)
    with pytest.raises(NeedsWriting):
        open_desk(home, write=False, append=False)
    at_desk(home).close()


def test_a_reader_under_the_shared_lock_asks_for_the_exclusive_one_only_when_it_must(behind: Path) -> None:
    lock = try_lock(behind, exclusive=False)
    assert lock is not None
    with held(lock):
        assert len(shown(behind, "debt_ratio")) == 4


def test_rebuild_takes_the_place_of_differing_tables(behind: Path) -> None:
    desk = at_desk(behind)
    desk.store._database.run("DELETE FROM entity WHERE id = 'E2'")
    desk.close()
    found = asked(behind, "rebuild")
    assert found["same"] is False
    assert asked(behind, "rebuild") == {**found, "same": True}
    assert {one["id"] for one in asked(behind, "entities")["entities"]} == {"E1", "E2"}


def test_entities_by_the_day(home: Path) -> None:
    rows = "entity,type,name,valid_from\nE1,enterprise,北方能源,2022-01-01\n"
    filed(home, rows, form="entities")
    names = {day: asked(home, "entities", as_of=day)["entities"][0]["name"] for day in ("2021-12-31", "2022-01-01")}
    assert names == {"2021-12-31": "北方电力", "2022-01-01": "北方能源"}
    assert asked(home, "entities", as_of="2023-01-01", as_known_at="entry:4")["entities"][0]["name"] == "北方电力"


def test_status_and_the_spaces_today(home: Path) -> None:
    with (home / "hengjian.toml").open("a") as file:
        file.write("today = 2031-05-06\n")
    found = asked(home, "status")
    assert (found["name"], found["size"], found["today"]) == ("home", 4, "2031-05-06")
    assert found["root"] in (home / "log" / "checkpoint").read_text()


def test_declarations_of_a_moment(home: Path) -> None:
    found = asked(home, "declarations")
    assert found["indicators"]["debt_ratio"] == {
        "label": {"zh": "资产负债率", "en": "debt ratio"}, "unit": "ratio", "type": "enterprise",
        "formula": "total_liabilities / total_assets", "source": "Notice 1 of 2021, article 1", "classes": {},
    }  # fmt: skip
    assert found["measures"]["headcount"]["unit"] == "person"
    assert found["parameters"]["red_line"]["unit"] == "ratio"
    assert found["types"]["enterprise"]["label"]["zh"] == "企业"
