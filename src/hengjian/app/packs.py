"""Packs into a space: `init` and `upgrade`."""

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hengjian.app.alerts import supervise_if_possible
from hengjian.app.checking import Found, fit, read_packs
from hengjian.app.config import NAME_HINT, config_text, default_actor, is_space_name
from hengjian.app.desk import Desk, open_desk, register_pack
from hengjian.app.events import signed_in
from hengjian.app.shelf import changes
from hengjian.app.submission import ENGINE
from hengjian.app.wire import Answer
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft, Receipt, Submission
from hengjian.ledger.log import Log
from hengjian.load.archive import unpack_archive
from hengjian.load.folder import shipped_names
from hengjian.model.issue import Failure, Refused, refuse


def init(question: Mapping[str, Any]) -> Answer:
    """A new space whose packs are its first entries. It appears whole or not at all."""
    folder = Path(question["space"])
    if _is_taken(folder):
        raise refuse(f"{folder} is there already", "name a folder that does not exist yet, or is empty")
    name = question.get("name") or folder.resolve().name
    if not is_space_name(name):
        raise refuse(f"{name!r} cannot name a space", NAME_HINT)
    found, issues = read_packs(question["packs"])
    issues = fit([pack for pack, _ in found], issues)
    if any(issue.severity == "error" for issue in issues):
        raise Refused(issues)
    origin = question.get("origin") or f"hengjian.local/{secrets.token_hex(8)}"
    made = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}")
    try:
        made.mkdir(parents=True, mode=0o700)  # filed bytes and their salts are for the owner
        (made / "hengjian.toml").write_text(config_text(name, origin, question.get("today")), encoding="utf-8")
        Log.create(made, origin, name=name).close()
        desk = open_desk(made, write=True, append=True)
        try:
            filed = file_packs(desk, found, question.get("actor") or default_actor())
        finally:
            desk.close()
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror}", "choose a place that can be written to") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return {"space": str(folder), "name": name, "origin": origin, "key": f"{name}.vkey", "packs": filed}


def _is_taken(folder: Path) -> bool:
    try:
        return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror}", "choose a place that can be written to") from None


def upgrade(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """What newer packs would change; unless `dry_run`, they become entries."""
    current = desk.shelf.at(None)
    named = question.get("pack")
    asked = [named] if named else [name for name in current if name in shipped_names()]
    found, issues = read_packs(asked)
    mine = {pack.name: (pack, archive) for pack, archive in found}
    newer = [one for one in found if one[0].name not in current or current[one[0].name].digest != one[0].digest]
    versions = {name: desk.shelf.pack(entry).version for name, entry in current.items()}
    older = [pack for pack, _ in newer if _rank(pack.version) < _rank(versions.get(pack.name, "0"))]
    if named and older:
        raise refuse(
            f"{older[0].name} {older[0].version} is older than {versions[older[0].name]}, which the space runs",
            "to go back, give what the pack was a version of its own, higher than the one in force",
        )
    newer = [one for one in newer if one[0] not in older]
    if not named:
        newer = [one for one in newer if one[0].name in current or _is_required(one[0].name, mine)]
    kept = [desk.shelf.pack(entry) for name, entry in current.items() if name not in mine]
    issues = fit([pack for pack, _ in found] + kept, issues)
    if any(issue.severity == "error" for issue in issues):
        raise Refused(issues)
    before = {name: (versions[name], desk.shelf.archive(entry)) for name, entry in current.items()}
    filed = []
    if newer and not question.get("dry_run"):
        filed = file_packs(desk, newer, desk.actor.name)
    receipts = {one["pack"]: one for one in filed}
    return {
        "packs": [
            {
                "pack": pack.name, "from": before[pack.name][0] if pack.name in before else None, "to": pack.version,
                "digest": pack.digest,
                "changes": changes(
                    unpack_archive(before[pack.name][1]) if pack.name in before else {}, unpack_archive(archive)
                ),
                "entry": receipts[pack.name]["entry"] if pack.name in receipts else None,
                "recorded_at": receipts[pack.name]["recorded_at"] if pack.name in receipts else None,
            }
            for pack, archive in newer
        ]
    }  # fmt: skip


def _rank(version: str) -> tuple[int, ...]:
    """Versions compare number by number."""
    return tuple(int(part) for part in re.findall(r"[0-9]+", version))


def _is_required(name: str, packs: Mapping[str, Found]) -> bool:
    return any(name in pack.requires for pack, _ in packs.values())


def file_packs(desk: Desk, packs: Sequence[Found], actor: str) -> list[dict[str, Any]]:
    """Enter archives of packs as one group."""
    hashes = desk.shelf.hashes()
    names = [pack.name for pack, _ in packs]
    joined = hashlib.sha256("".join(pack.digest for pack, _ in packs).encode()).hexdigest()
    keyed = Submission(
        key=f"packs:{joined}:{desk.log.size}", base=joined, latest=None,
        receipt=lambda receipts: _note(desk, packs, receipts),
    )  # fmt: skip
    drafts = []
    for pack, archive in packs:
        hashes = hashes | {pack.name: pack.digest}
        drafts.append(
            Draft(
                kind="pack", actor=actor, engine=ENGINE, content=archive, rows=[], subject=pack.name,
                pack_hashes=dict(sorted(hashes.items())), refs={"version": pack.version, **signed_in(desk, actor)},
                file=f"{pack.name}.zip",
                submission=keyed,
            )
        )  # fmt: skip
    try:
        receipts = desk.log.append(drafts)
        desk.settle()
    except BaseException:
        desk.unstage()
        raise
    desk.forget()
    supervise_if_possible(desk)  # other rules or thresholds may hold of what was filed
    return [
        {
            "pack": name, "version": pack.version, "digest": pack.digest, "entry": receipt.index,
            "recorded_at": rfc3339(receipt.recorded),
        }
        for name, (pack, _), receipt in zip(names, packs, receipts, strict=True)
    ]  # fmt: skip


def _note(desk: Desk, packs: Sequence[Found], receipts: Sequence[Receipt]) -> bytes:
    for (pack, archive), receipt in zip(packs, receipts, strict=True):
        desk.store.note_pack(receipt.index, receipt.recorded, pack.name, pack.digest)
        register_pack(desk.store, archive, pack.name)
    return json.dumps({"packs": [pack.name for pack, _ in packs]}, sort_keys=True).encode()
