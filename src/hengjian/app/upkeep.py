"""Looking after a space: `audit`, `rebuild`, `recover`, `backup`, `restore`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hengjian.app import cache
from hengjian.app.config import read_config
from hengjian.app.desk import Desk, catch_up, open_store, remove_store
from hengjian.app.submission import ENGINE
from hengjian.app.wire import Answer
from hengjian.ledger.audit import audit as audit_log
from hengjian.ledger.backup import backup as backup_log
from hengjian.ledger.backup import restore as restore_log
from hengjian.ledger.recover import recover as recover_log
from hengjian.model.issue import refuse
from hengjian.people.accounts import FILE as ACCOUNTS
from hengjian.people.accounts import copy_accounts


def audit(folder: Path, question: Mapping[str, Any]) -> Answer:
    """Recompute the whole ledger; runs beside a writer and changes nothing."""
    del question
    read_config(folder)
    return audit_log(folder).record()


def rebuild(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Derive the tables anew beside the old ones, compare their digests, and put them in their place."""
    del question
    cache.clear(desk.config.folder)
    before = desk.store.digests()
    path = desk.config.folder / "store.duckdb"
    fresh_path = path.with_name("store.rebuilt.duckdb")
    remove_store(fresh_path)
    fresh = open_store(fresh_path, desk.config, read_only=False)
    try:
        catch_up(desk.log, fresh)
        after = fresh.digests()
    finally:
        fresh.close()
    desk.store.close()
    remove_store(path)
    fresh_path.replace(path)
    desk.reopen(open_store(path, desk.config, read_only=False))
    return {"tables": after, "same": before == after}


def recover(folder: Path, question: Mapping[str, Any]) -> Answer:
    """Explain what is damaged and mend what can be; the caller holds the exclusive lock.

    What is derived is mended from the journal; then the full check tells what damage is left.
    """
    read_config(folder)
    found = recover_log(folder, accept_loss=bool(question.get("accept_loss")), engine=ENGINE)
    answer: Answer = found.record()
    if found.state not in ("sound", "mended"):
        return answer | {"ok": False}
    left = audit_log(folder)
    if left.first_difference is not None:
        one = left.first_difference
        entry = "" if one.entry is None else f", entry {one.entry}"
        answer["found"].append(f"{one.where}{entry}: expected {one.expected}, found {one.found}")
        answer["todo"] = ["restore a backup: what the journal holds there cannot be made again from anything else"]
    return answer | {"ok": left.ok, "state": answer["state"] if left.ok else "damaged"}


def backup(folder: Path, question: Mapping[str, Any]) -> Answer:
    """A consistent copy of the space, also while a writer runs; `with_key`: with its secrets, the log's private key
    and the hashes of passwords and tokens."""
    read_config(folder)
    with_key, target = bool(question.get("with_key")), Path(question["folder"])
    copied = backup_log(folder, target, with_key=with_key)
    if with_key:
        copy_accounts(folder / ACCOUNTS, target / ACCOUNTS)
    return {"folder": question["folder"], "size": copied.size, "root": copied.root}


def restore(question: Mapping[str, Any]) -> Answer:
    """A space from a backup; refused where that would step behind what was shown."""
    source, target = Path(question["backup"]), Path(question["space"])
    if not source.is_dir():
        raise refuse(f"{source} is no folder", "name the folder that `hengjian backup` made")
    if not (source / "journal.db").is_file():
        raise refuse(f"{source} holds no journal.db", "name the folder that `hengjian backup` made")
    copied = restore_log(source, target)
    notes = list(copied.notes)
    if not (target / ACCOUNTS).exists() and copy_accounts(source / ACCOUNTS, target / ACCOUNTS):
        notes.append(
            "passwords and tokens are those of the backup: those that were changed or ended since are good again"
        )
    return {"space": str(target), "size": copied.size, "root": copied.root, "notes": notes}
