"""Every message about a ledger that is damaged, incomplete or of another kind: what is found, and how to mend it."""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ledger"))

from log_maker import ORIGIN, draft, fill

from hengjian.ledger import base64
from hengjian.ledger.backup import backup, restore
from hengjian.ledger.journal import Journal
from hengjian.ledger.log import Log
from hengjian.ledger.note import (
    Checkpoint,
    NoteError,
    generate,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_signer,
    sign,
)
from hengjian.ledger.recover import recover
from hengjian.ledger.space import Space
from hengjian.model.issue import Failure, Refused

RECOVER = "run `hengjian recover SPACE`: it explains what is damaged and mends what can be mended"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of six entries. To be copied, never changed."""
    folder = tmp_path_factory.mktemp("ledger") / "space"
    with Log.create(folder, ORIGIN) as log:
        fill(log, 6)
    return folder


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Path:
    """A log of one's own."""
    return Path(shutil.copytree(template, tmp_path / "space"))


def change(space: Path, query: str, *values: object) -> None:
    with closing(sqlite3.connect(space / "journal.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(query, values)
        db.commit()


def said(action: Callable[[], object]) -> tuple[str, str]:
    """Message and hint of what an action raises."""
    with pytest.raises((Failure, Refused)) as caught:
        action()
    issue = caught.value.issue if isinstance(caught.value, Failure) else caught.value.issues[0]
    return issue.message, issue.hint


def opening(space: Path, *, write: bool = True) -> tuple[str, str]:
    return said(lambda: Log.open(space, write=write).close())


def heads(space: Path) -> dict[int, tuple[bytes, str]]:
    with closing(sqlite3.connect(space / "journal.db")) as db:
        return {size: (root, note) for size, root, note in db.execute("SELECT size, root, note FROM head")}


def name(space: Path, size: int) -> str:
    return f"{size} entries with root {base64.encode(heads(space)[size][0])}"


# opening


def test_a_journal_without_a_head(space: Path) -> None:
    change(space, "DELETE FROM head")
    message, hint = opening(space)
    assert message == f"{space}/journal.db holds no signed head"
    assert "recover" in hint
    found = recover(space, accept_loss=False, engine="test")
    assert found.found == ("the journal is damaged: it holds no head",)


def test_a_head_whose_signature_is_wrong(space: Path) -> None:
    change(space, "UPDATE head SET note = replace(note, ?, ?) WHERE size = 6", "example.org", "example.com")
    message, _ = opening(space)
    assert message.startswith("the journal's head of 6 entries is damaged: ")


def test_a_head_that_is_signed_for_another(space: Path) -> None:
    other = heads(space)[3][1]
    change(space, "UPDATE head SET note = ? WHERE size = 6", other)
    message, _ = opening(space)
    assert message == (
        f"the journal's head disagrees with its signature: {name(space, 6)} against {name(space, 3)} signed"
    )


def test_entries_that_do_not_fit_the_head(space: Path) -> None:
    change(space, "DELETE FROM entry WHERE idx = 4")
    assert opening(space)[0] == "the entries 0 to 5 do not fit the journal's head"


def test_entries_that_do_not_lead_to_the_head(space: Path) -> None:
    """Leaf and hash are changed together, so that only the tree tells."""
    with Log.open(space, write=False) as log:
        leaf, hashed = log.entry(5).leaf, log.entry(5).leaf_hash
    change(space, "UPDATE entry SET leaf = ?, hash = ? WHERE idx = 4", leaf, hashed)
    assert opening(space)[0] == "the entries from 4 do not lead to the journal's head"


def test_a_checkpoint_that_is_missing_or_damaged(space: Path) -> None:
    checkpoint = space / "log" / "checkpoint"
    text = checkpoint.read_text()
    checkpoint.unlink()
    assert opening(space)[0] == f"log/checkpoint is missing, the journal is at {name(space, 6)}"
    checkpoint.write_text(text.replace("\n6\n", "\n7\n"))
    assert opening(space)[0].startswith("log/checkpoint is damaged: ")


def test_a_journal_behind_what_was_shown(template: Path, space: Path) -> None:
    with Log.open(space, write=True) as log:
        fill(log, 1)
    shutil.copy2(space / "log" / "checkpoint", space / "shown")
    for file in template.glob("journal.db*"):
        shutil.copy2(file, space / file.name)
    shown = Checkpoint(origin="", size=7, root=base64.decode((space / "shown").read_text().split("\n")[2]))
    assert opening(space)[0] == (
        f"the journal is behind log/checkpoint: {name(space, 6)} in the journal, "
        f"7 entries with root {base64.encode(shown.root)} was shown"
    )


def fork(space: Path, keys: Path) -> None:
    """The same key signs another history of the same length."""
    other = space.with_name("other")
    with Log.create(other, ORIGIN) as log:
        pass
    for path in (*other.glob("*.vkey"), other / "keys" / "log.key"):
        path.unlink()
    for path in keys.glob("*.vkey"):
        shutil.copy2(path, other / path.name)
    shutil.copy2(keys / "keys" / "log.key", other / "keys" / "log.key")
    signer = Space(folder=other).signer()
    empty = sign(Checkpoint(origin=ORIGIN, size=0, root=log.head().root).text(), signer)
    change(other, "UPDATE head SET note = ? WHERE size = 0", empty)
    (other / "log" / "checkpoint").write_text(empty)
    with Log.open(other, write=True) as log:
        for at in range(6):
            log.append([draft(at + 50)])
            log.publish()


def test_a_journal_that_is_another_history(template: Path, space: Path) -> None:
    fork(space, template)
    other = space.with_name("other")
    shutil.copy2(other / "log" / "checkpoint", space / "log" / "checkpoint")
    message, _ = opening(space)
    assert message == (
        f"the journal does not extend log/checkpoint: {name(space, 6)} in the journal "
        f"(now at {name(space, 6)}), {name(other, 6)} was shown"
    )
    assert said(lambda: restore(template, other))[0] == (
        f"the backup is another history than the space: {name(space, 6)} in the backup, {name(other, 6)} was shown"
    )


def test_tiles_that_are_ahead_or_others(space: Path) -> None:
    folder = space / "log" / "tile" / "0"
    (tile,) = [path for path in folder.rglob("6") if path.is_file()]
    data = tile.read_bytes()
    tile.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    message, _ = opening(space)
    assert message.startswith(
        f"the journal does not extend the tiles: {name(space, 6)} in the journal, the tile of "
        "leaves 0 to 5 has other hashes (their root "
    )
    tile.write_bytes(data)
    tile.with_name("9").write_bytes(data + bytes(96))
    assert (
        opening(space)[0]
        == f"the journal is behind the tiles: {name(space, 6)} in the journal, log/tile holds 9 leaves"
    )


# the files of a space


def test_keys(space: Path) -> None:
    (vkey,) = space.glob("*.vkey")
    text, secret = vkey.read_text(), space / "keys" / "log.key"
    shutil.copy2(vkey, space / "second.vkey")
    assert opening(space) == (
        f"{space} holds 2 *.vkey files, a space holds one",
        "is this the folder of a space? `init` makes one; a backup holds its key file too",
    )
    (space / "second.vkey").unlink()
    vkey.write_text("no key")
    assert opening(space) == (
        f"{vkey} is damaged: a verifier key has the form name+id+key", "bring the file back from a backup"
    )  # fmt: skip
    vkey.write_text(text)
    secret.write_text("no key")
    message, hint = opening(space)
    assert message.startswith(f"the signing key {secret} cannot be used: ")
    assert hint == "bring keys/log.key back from where it is kept; without it the space can be read and not written"
    secret.write_text(generate(ORIGIN).text() + "\n")
    assert opening(space) == (f"{secret} does not belong to the public key of the space", "put the right key back")


def test_files_that_are_no_journal(space: Path) -> None:
    journal = space / "journal.db"
    change(space, "PRAGMA user_version=9")
    message, hint = opening(space)
    assert message.startswith(f"{journal} is no journal of version 1: it says 0x")
    assert message.endswith(", version 9")
    assert hint == "a newer space needs a newer program; `upgrade` migrates an older one"
    for file in space.glob("journal.db*"):
        file.unlink()
    assert opening(space) == (
        f"there is no journal at {journal}", "is this the folder of a space? `init` makes one"
    )  # fmt: skip
    journal.write_bytes(b"no database " * 100)
    message, hint = opening(space)
    assert message == f"the journal {journal} is no database (file is not a database)"
    assert hint == "`recover` says what is lost; bring back the newest backup with `restore`"
    assert said(lambda: Journal.create(journal)) == (
        f"{journal} is there already", "choose another folder for the new space"
    )  # fmt: skip


def test_rows_of_the_journal_that_are_damaged(space: Path) -> None:
    change(space, "UPDATE evidence SET rows = x'7a00' WHERE idx = 2")
    with Log.open(space, write=False) as log:
        assert said(lambda: log.evidence(2))[0].startswith("the evidence of entry 2 is damaged: the rows are damaged: ")
        assert said(lambda: log.entry(6)) == (
            "the log has no entry 6, it has 6", "entries are counted from 0"
        )  # fmt: skip
        assert said(lambda: log.append([draft()])) == ("the log is open for reading only", "open it for writing")


def test_a_schema_that_is_no_text(space: Path) -> None:
    """SQLite quotes it in its own message, which then cannot be read."""
    with closing(sqlite3.connect(space / "journal.db")) as db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT), sql = 'broken' WHERE name = 'evidence'")
        db.commit()
    assert opening(space)[0] == f"the journal {space}/journal.db is damaged: it holds text that is no UTF-8"


def test_a_head_of_wrong_kinds(space: Path) -> None:
    """SQLite keeps kinds only where a table is STRICT: here it was made anew without that."""
    with closing(sqlite3.connect(space / "journal.db")) as db:
        kept = db.execute("SELECT size, root, edge, note FROM head").fetchall()
        db.execute("DROP TABLE head")
        db.execute("CREATE TABLE head (size, root, edge, note)")
        rows = [(size, "text", edge, note) for size, _, edge, note in kept]
        db.executemany("INSERT INTO head VALUES (?, ?, ?, ?)", rows)
        db.commit()
    assert opening(space)[0] == f"the journal {space}/journal.db is damaged: a head of wrong kinds"


def test_a_journal_that_another_process_writes_to(space: Path) -> None:
    one, other = Log.open(space, write=True), Log.open(space, write=True)
    one.append([draft()])
    assert said(lambda: other.append([draft()])) == (
        "another process wrote to the ledger: it has 7 entries, 6 were expected",
        "a space has one writer; end the other and open the space again",
    )
    one.close()
    other.close()


def test_a_checkpoint_that_cannot_be_read_or_written(space: Path) -> None:
    (space / "log" / "checkpoint").unlink()
    (space / "log" / "checkpoint").mkdir()
    assert opening(space) == (f"{space}/log/checkpoint cannot be read: Is a directory", "check the disk")
    with Log.create(space.with_name("new"), ORIGIN) as log:
        (space.with_name("new") / "log" / "checkpoint.new").mkdir()
        log.append([draft()])
        assert said(log.publish) == (
            f"{space.with_name('new')}/log/checkpoint cannot be written: Is a directory",
            "free some space or make the folder writable, then try again; nothing that was acknowledged is lost",
        )


def test_an_origin_that_names_no_log(tmp_path: Path) -> None:
    assert said(lambda: Log.create(tmp_path / "new", "two words")) == (
        "the origin will not do: 'two words' cannot name a key: no spaces, no '+', not empty",
        "take a form like example.org/shanghai",
    )


def test_a_leaf_beyond_its_limit(space: Path) -> None:
    with Log.open(space, write=True) as log:
        message, hint = said(lambda: log.append([draft(actor="x" * 5000)]))
    assert message.startswith("the ledger entry would take ")
    assert message.endswith(" bytes, its limit is 4096")
    assert hint == "shorten the subject, the actor, the file name or the references"


def test_an_entry_that_leads_to_no_head(space: Path) -> None:
    """The journal is damaged after it was opened."""
    with Log.open(space, write=False) as log:
        leaf = log.entry(5).leaf
        shutil.rmtree(space / "log" / "tile")
        change(space, "UPDATE entry SET leaf = ?, hash = zeroblob(32) WHERE idx = 1", leaf)
        assert said(lambda: log.inclusion(1)) == (
            "entry 1 does not lead to the signed head", "`audit` names the first damage"
        )  # fmt: skip


# backups


def test_what_a_backup_must_not_step_over(template: Path, space: Path, tmp_path: Path) -> None:
    with Log.open(space, write=True) as log:
        fill(log, 2)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    assert said(lambda: backup(template, tmp_path / "full")) == (
        f"{tmp_path}/full is not empty", "name a folder that is empty or not there yet"
    )  # fmt: skip
    assert said(lambda: restore(template, tmp_path / "full")) == (
        f"{tmp_path}/full is not empty and no space", "restore into an empty folder or over the space"
    )  # fmt: skip
    assert said(lambda: restore(template, space)) == (
        f"the backup is behind the space: {name(template, 6)} in the backup, {name(space, 8)} was shown",
        "take a newer backup; `recover` says what the space can mend by itself",
    )
    checkpoint = space / "log" / "checkpoint"
    shutil.copy2(template / "log" / "checkpoint", checkpoint)
    assert said(lambda: restore(template, space))[0] == (
        f"the backup is behind the space: {name(template, 6)} in the backup, log/tile holds 8 leaves"
    )
    checkpoint.write_text("damaged\n")
    message, hint = said(lambda: restore(template, space))
    assert message.startswith(f"log/checkpoint of {space} is damaged: the note has no signatures")
    assert hint == "put it back first"
    checkpoint.unlink()
    assert said(lambda: restore(template, space)) == (
        f"{space} has no log/checkpoint, so nobody can tell whether the backup is behind what was shown",
        "restore into an empty folder, or put the space's log/checkpoint back first",
    )


# notes: shown after "log/checkpoint is damaged:" and by `verify`

# fixed, so that every process names its cases alike
SIGNER = parse_signer("PRIVATE+KEY+example.org/log+580d233f+ATET0gI9nYb6CBDwZEl3XHyrNFp/fijBewCwMev8jZHX")
ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
NOTE = sign(f"example.org/log\n0\n{ROOT}\n", SIGNER)
LINE = NOTE.split("\n\n")[1].rstrip("\n")


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("a\0b\n\n" + LINE + "\n", "the note is too long or holds control characters"),
        ("x" * 2_000_000, "the note is too long or holds control characters"),
        ("text\n", "the note has no signatures, or its last line has no end"),
        (NOTE.rstrip("\n"), "the note has no signatures, or its last line has no end"),
        (f"text\n\n{LINE}\n" + f"{LINE}\n" * 100, "a note has 1 to 100 signatures, this has 101"),
        ("text\n\nby hand\n", "a signature line has the form '— name base64'"),
        ("text\n\n— a+b AAAA\n", "a signature line is malformed: 'a+b' cannot name a key: "),
        ("text\n\n— name AAAA\n", "a signature line holds no signature"),
        (NOTE.replace("\n0\n", "\n1\n"), f"the signature of example.org/log+{SIGNER.verifier.key_id.hex()} is wrong"),
        (sign("text\n", generate("other")), "no signature of a known key stands under the note"),
    ],
)  # fmt: skip
def test_notes(note: str, message: str) -> None:
    with pytest.raises(NoteError) as caught:
        open_note(note, [SIGNER.verifier])
    assert str(caught.value).startswith(message)


def test_one_key_given_twice() -> None:
    with pytest.raises(NoteError, match="two verifier keys have the same name and id"):
        open_note(NOTE, [SIGNER.verifier, SIGNER.verifier])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("example.org/log\n0\n", "a checkpoint is three lines: origin, size, root"),
        (f"example.org/log\n01\n{ROOT}\n", "the checkpoint's size '01' is not a whole number"),
        ("example.org/log\n0\n?\n", "the checkpoint's root is "),
        ("example.org/log\n0\nAAAA\n", "the checkpoint's root has 3 bytes, not 32"),
    ],
)
def test_checkpoints(text: str, message: str) -> None:
    with pytest.raises(NoteError) as caught:
        parse_checkpoint(text)
    assert str(caught.value).startswith(message)


def test_a_checkpoint_of_another_log() -> None:
    with pytest.raises(NoteError) as caught:
        open_checkpoint(sign(f"example.org/other\n0\n{ROOT}\n", SIGNER), SIGNER.verifier)
    assert str(caught.value) == "the checkpoint is of 'example.org/other', the key of 'example.org/log'"


def test_a_signer_that_is_none() -> None:
    with pytest.raises(ValueError, match="key"):
        parse_signer("PRIVATE+KEY+name")
