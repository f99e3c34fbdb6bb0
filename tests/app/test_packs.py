"""Packs into a space: `init` is whole or nothing, `upgrade` tells before it does, and each moment has its versions."""

import subprocess
import sys
from pathlib import Path

import pytest
from homes import PACK, STATEMENT, asked, at_desk, copied, filed, shown, write_pack

from hengjian.app import cache, open_space, packs
from hengjian.app.checking import check
from hengjian.app.desk import Desk
from hengjian.app.shelf import Shelf, changes
from hengjian.load.folder import shipped_names
from hengjian.model.cut import KnownAt
from hengjian.model.issue import Failure, Refused

NEWER = {
    **PACK,
    "pack.yaml": PACK["pack.yaml"].replace("0.1.0", "0.2.0"),
    "indicators/solvency.yaml": PACK["indicators/solvency.yaml"].replace(
        "formula: total_liabilities / total_assets", "formula: 2 * total_liabilities / total_assets"
    ),
    "README.md": "new",
}
SECOND = {
    "pack.yaml": PACK["pack.yaml"].replace("name: tiny", "name: second").replace("[]", "[tiny]"),
    "indicators/more.yaml": (
        "equity:\n  label: {zh: 权益, en: equity}\n  type: enterprise\n  unit: CNY\n  source: by hand\n"
        "  formula: total_assets - total_liabilities\n"
    ),
}


def init(folder: Path, *names: object, **more: object) -> dict[str, object]:
    return packs.init({"space": str(folder), "packs": [str(name) for name in names], **more})


# init


def test_a_space_begins_with_its_packs_and_those_they_require(tmp_path: Path, pack: Path) -> None:
    made = init(tmp_path / "home", pack, actor="me", origin="example.org/home")
    assert [(one["pack"], one["entry"]) for one in made["packs"]] == [("base", 0), ("tiny", 1)]
    assert (made["name"], made["key"], made["origin"]) == ("home", "home.vkey", "example.org/home")
    assert asked(tmp_path / "home", "status")["origin"] == "example.org/home"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_an_empty_folder_will_do(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "home").mkdir()
    init(tmp_path / "home", pack)
    assert asked(tmp_path / "home", "status")["size"] == 2


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("home", {"packs": ["nothing"]}, "no pack is called 'nothing', and no folder or archive has that path"),
        ("home", {"name": "a/b"}, "'a/b' cannot name a space"),
        ("a b", {}, "'a b' cannot name a space"),
        ("home", {"origin": "two words"}, "the origin will not do: "),
        ("full", {}, "{folder} is there already"),
        ("full/file", {}, "{folder} is there already"),
    ],
)
def test_a_refused_init_leaves_nothing(
    tmp_path: Path, pack: Path, name: str, more: dict[str, object], message: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(Refused) as caught:
        packs.init({"space": str(tmp_path / name), "packs": [str(pack)], **more})
    assert caught.value.issues[0].message.startswith(message.format(folder=tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


@pytest.mark.parametrize("name", ["full/file/below", "x" * 300])
def test_a_place_where_no_folder_can_be(tmp_path: Path, pack: Path, name: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(Failure) as caught:
        init(tmp_path / name, pack, name="home")
    assert caught.value.issue.message.startswith(f"{tmp_path / name} cannot be made: ")
    assert caught.value.issue.hint == "choose a place that can be written to"
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_every_fault_of_every_pack_at_once(tmp_path: Path) -> None:
    one = write_pack(tmp_path / "one", {**PACK, "types.yaml": "enterprise: 7\n"})
    other = write_pack(tmp_path / "other", {**SECOND, "indicators/more.yaml": "equity: 7\n"})
    with pytest.raises(Refused) as caught:
        init(tmp_path / "home", one, other)
    files = {issue.place.file for issue in caught.value.issues if issue.place}
    assert {f"{one}/types.yaml", f"{other}/indicators/more.yaml"} <= files
    assert not (tmp_path / "home").exists()


def test_a_required_pack_that_is_not_named(tmp_path: Path) -> None:
    second = write_pack(tmp_path / "second", SECOND)
    with pytest.raises(Refused) as caught:
        init(tmp_path / "home", second)
    assert "tiny" in caught.value.issues[0].message


KILLED = """
import os, sys
from hengjian.app import packs
from hengjian.ledger.log import Log
at = int(sys.argv[3])
class Dying(Log):
    def append(self, drafts):
        if at == 0: os._exit(9)
        super().append(drafts)
        os._exit(9)
packs.Log = Dying
import hengjian.app.desk
hengjian.app.desk.Log = Dying
packs.init({"space": sys.argv[1], "packs": [sys.argv[2]]})
"""


@pytest.mark.parametrize("at", [0, 1], ids=["before the entries", "after them"])
def test_a_killed_init_leaves_no_space(tmp_path: Path, pack: Path, at: int) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "home"), str(pack), str(at)], check=False)
    assert done.returncode == 9
    assert not (tmp_path / "home").exists()
    init(tmp_path / "home", pack)
    assert asked(tmp_path / "home", "status")["size"] == 2


# check


def test_check_of_packs_together(tmp_path: Path, pack: Path) -> None:
    second = write_pack(tmp_path / "second", SECOND)
    found = check({"packs": [str(second), str(pack)]})
    assert found["packs"] == ["base", "second", "tiny"]
    assert {fault["severity"] for fault in found["faults"]} <= {"warning"}
    assert set(check({})["packs"]) == set(shipped_names())


# upgrade


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "newer", NEWER)


def test_a_dry_run_tells_and_does_nothing(home: Path, newer: Path) -> None:
    told = asked(home, "upgrade", pack=str(newer), dry_run=True)
    assert len(told["packs"][0].pop("digest")) == 64
    assert told == {
        "packs": [
            {
                "pack": "tiny", "from": "0.1.0", "to": "0.2.0", "entry": None, "recorded_at": None,
                "changes": [
                    {"change": "added", "file": "README.md"},
                    {"change": "changed", "file": "indicators/solvency.yaml"},
                    {"change": "changed", "file": "pack.yaml"},
                ],
            }
        ]
    }  # fmt: skip
    assert asked(home, "status")["size"] == 4
    assert shown(home, "debt_ratio") == {("debt_ratio", "2019-Q4"): 0.75}
    done = asked(home, "upgrade", pack=str(newer))
    assert done["packs"][0]["changes"] == told["packs"][0]["changes"]
    assert done["packs"][0]["entry"] == 4
    assert shown(home, "debt_ratio") == {("debt_ratio", "2019-Q4"): 1.5}
    assert asked(home, "upgrade", pack=str(newer)) == {"packs": []}


def test_a_pack_that_is_new_to_the_space(home: Path, tmp_path: Path) -> None:
    second = write_pack(tmp_path / "second", SECOND)
    (told,) = asked(home, "upgrade", pack=str(second))["packs"]
    assert (told["pack"], told["from"], told["to"]) == ("second", None, "0.1.0")
    assert {change["change"] for change in told["changes"]} == {"added"}
    assert shown(home, "equity") == {("equity", "2019-Q4"): 50}


def test_an_upgrade_must_fit_the_packs_that_stay(home: Path, tmp_path: Path) -> None:
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", SECOND)))
    renamed = {name: text.replace("total_assets", "all_assets") for name, text in PACK.items()}
    with pytest.raises(Refused) as caught:
        asked(home, "upgrade", pack=str(write_pack(tmp_path / "renamed", renamed)))
    assert "total_assets" in str(caught.value)
    assert asked(home, "status")["size"] == 5


def test_without_a_name_only_shipped_packs_are_compared(home: Path) -> None:
    assert asked(home, "upgrade") == {"packs": []}


# the packs of a moment


def test_each_moment_has_the_version_known_then(home: Path, newer: Path) -> None:
    before = asked(home, "status")["recorded_at"]
    (entered,) = asked(home, "upgrade", pack=str(newer))["packs"]
    assert shown(home, "debt_ratio", as_known_at=before) == {("debt_ratio", "2019-Q4"): 0.75}
    assert shown(home, "debt_ratio", as_known_at=entered["recorded_at"]) == {("debt_ratio", "2019-Q4"): 1.5}
    assert shown(home, "debt_ratio", as_known_at="entry:4") == {("debt_ratio", "2019-Q4"): 0.75}
    assert shown(home, "debt_ratio", as_known_at="entry:5") == {("debt_ratio", "2019-Q4"): 1.5}


def test_before_its_first_entry_a_pack_has_its_first_version(home: Path, newer: Path) -> None:
    """An archive known in 2020 is read with the declarations that the space began with."""
    asked(home, "upgrade", pack=str(newer))
    filed(home, STATEMENT, known_from="2020-04-30", actor="archivist")
    assert shown(home, "debt_ratio", as_known_at="2020-05-01") == {("debt_ratio", "2019-Q4"): 0.75}
    desk = at_desk(home)
    assert {name: entry.index for name, entry in desk.shelf.at(KnownAt(entries=0)).items()} == {"base": 0, "tiny": 1}
    assert {name: entry.index for name, entry in desk.shelf.at(None).items()} == {"base": 0, "tiny": 4}
    assert set(desk.shelf.hashes()) == {"base", "tiny"}
    desk.close()


def test_a_filing_names_the_packs_in_force(home: Path, newer: Path) -> None:
    asked(home, "upgrade", pack=str(newer))
    filed(home, STATEMENT.replace("2019", "2020"))
    desk = at_desk(home)
    hashes = [desk.log.entry(index).record().pack_hashes["tiny"] for index in (3, 4, 5)]
    assert hashes[0] != hashes[1] == hashes[2] == desk.shelf.hashes()["tiny"]
    desk.close()


def test_an_archive_that_is_lost_or_damaged(desk: Desk) -> None:
    """The evidence of entry 1 is taken out of the journal, then put back changed."""
    entry = desk.shelf.at(None)["tiny"]
    run = desk.log._journal._connection.execute
    for trigger in [name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]:
        run(f'DROP TRIGGER "{trigger}"')
    cache.clear(desk.config.folder)
    held = run("SELECT * FROM evidence WHERE idx = 1").fetchone()
    other = run("SELECT * FROM evidence WHERE idx = 0").fetchone()
    run("DELETE FROM evidence WHERE idx = 1")
    with pytest.raises(Failure) as caught:
        Shelf(desk.log, desk.store).programme()
    assert str(caught.value) == "the archive of the pack tiny (entry 1) is lost\n  hint: restore a backup"
    run(f"INSERT INTO evidence VALUES ({', '.join('?' * len(held))})", (held[0], *other[1:]))
    with pytest.raises(Failure) as caught:
        Shelf(desk.log, desk.store).pack(entry)
    assert str(caught.value) == "the pack tiny of entry 1 is damaged\n  hint: run `hengjian audit SPACE`"


def test_a_pack_is_not_known_before_it_was_entered(home: Path, tmp_path: Path) -> None:
    """The packs that a space began with answer for all time; a later one, and what it needs, only from its entry on."""
    more = (
        PACK["measures.yaml"]
        + PACK["measures.yaml"].split("\n\n")[0].replace("total_assets", "net_assets").split("total_liabilities:")[0]
    )
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "newer", {**NEWER, "measures.yaml": more})))
    reading = {**SECOND, "indicators/more.yaml": SECOND["indicators/more.yaml"].replace("total_assets", "net_assets")}
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", reading)))
    today = shown(home)
    for moment in ("entry:3", "2001-01-01"):
        assert set(shown(home, as_known_at=moment)) < set(today)
        assert shown(home, "debt_ratio", as_known_at=moment) is not None


def test_an_older_version_is_no_upgrade(home: Path, tmp_path: Path) -> None:
    older = {**PACK, "pack.yaml": PACK["pack.yaml"].replace("version: 0.1.0", "version: 0.0.9")}
    with pytest.raises(Refused) as caught:
        asked(home, "upgrade", pack=str(write_pack(tmp_path / "older", older)))
    assert [issue.message for issue in caught.value.issues] == ["tiny 0.0.9 is older than 0.1.0, which the space runs"]


def test_what_differs_between_two_versions() -> None:
    assert changes({"a": b"1", "b": b"2", "c": b"3"}, {"b": b"2", "c": b"4", "d": b"5"}) == [
        {"change": "removed", "file": "a"}, {"change": "changed", "file": "c"}, {"change": "added", "file": "d"},
    ]  # fmt: skip


# programmes that are kept


def test_a_kept_programme_is_the_programme(home: Path) -> None:
    cache.clear(home)
    desk = at_desk(home)
    checked = desk.programme()
    (kept,) = (home / "cache").glob("*.json")
    again = cache.read(kept)
    assert again is not None
    assert again.indicators == checked.indicators
    assert again.checks == checked.checks
    assert again.catalogue.measures == checked.catalogue.measures
    assert cache.freeze(again) == cache.freeze(checked)
    desk.close()


@pytest.mark.parametrize("text", ["", "[]", "{}", "[[]]", '[["Nothing", []]]', '[["tuple", [[7]]]]'])
def test_a_kept_programme_that_is_damaged_is_made_anew(home: Path, text: str) -> None:
    before = shown(home, "debt_ratio", "room")
    (kept,) = (home / "cache").glob("*.json")
    kept.write_text(text)
    assert shown(home, "debt_ratio", "room") == before
    assert kept.read_text() != text


def test_a_changed_figure_in_a_kept_programme_is_noticed(home: Path) -> None:
    """It is derived like the tables, and like theirs its damage must not become an answer."""
    before = shown(home, "debt_ratio")
    (kept,) = (home / "cache").glob("*.json")
    kept.write_text(kept.read_text().replace('"divide"', '"multiply"'))
    assert shown(home, "debt_ratio") == before


# the library's door


def test_open_is_the_librarys_door(home: Path) -> None:
    import hengjian

    space = hengjian.open(home)
    assert space.ask("show", {"entity": "E1", "indicators": ["debt_ratio"]})["values"][0]["value"] == 0.75
    assert space.ask("status")["size"] == 4
    assert space.folder == home
    assert hengjian.open(str(home)).actor.startswith("local:")
    with pytest.raises(AttributeError):
        hengjian.close  # noqa: B018 - there is no such name
    with pytest.raises(Refused, match="is not a space"):
        hengjian.open(home / "keys")


def test_the_spaces_own_actor_files_where_none_is_named(template: Path, tmp_path: Path) -> None:
    home = copied(template, tmp_path / "home")
    with (home / "hengjian.toml").open("a") as file:
        file.write('[actor]\nname = "finance desk"\n')
    question = {
        "files": [{"name": "a.csv", "data": STATEMENT.replace("2019", "2020").encode()}],
        "form": "observations",
    }
    assert open_space(home).ask("submit", question)["actor"] == "finance desk"
    assert open_space(home).ask("submit", {**question, "actor": "me"})["actor"] == "me"
