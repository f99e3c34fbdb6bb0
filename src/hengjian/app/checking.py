"""`check`: packs read, put together and checked, without a space and without its libraries."""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.wire import Answer
from hengjian.formula.check import check as check_formulas
from hengjian.formula.term import Programme
from hengjian.load.archive import pack_archive
from hengjian.load.catalogue import assemble, with_required
from hengjian.load.folder import find_pack, shipped_names
from hengjian.load.pack import load_pack
from hengjian.model.declaration import Pack
from hengjian.model.issue import Issue

#: A pack and its archive.
Found = tuple[Pack, bytes]


def check(question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `check`: every fault of the named packs, and of those they require, in one run."""
    loaded = [load_pack(find_pack(name), name) for name in dict.fromkeys(question.get("packs") or shipped_names())]
    packs = with_required([pack for pack, _ in loaded if pack is not None])
    issues = fit(packs, [issue for _, faults in loaded for issue in faults])
    return {"faults": [issue.record() for issue in issues], "packs": [pack.name for pack in packs]}


def read_packs(asked: Sequence[str]) -> tuple[list[Found], list[Issue]]:
    """The packs that are asked for, after the shipped ones that they require; with the faults of reading."""
    found: list[Found] = []
    issues: list[Issue] = []
    for name in dict.fromkeys(asked):
        files = find_pack(name)
        pack, faults = load_pack(files, name)
        issues += faults
        if pack is not None:
            found.append((pack, pack_archive(files)))
    own = {pack.name: archive for pack, archive in found}
    return [
        (pack, own.get(pack.name) or pack_archive(find_pack(pack.name)))
        for pack in with_required([pack for pack, _ in found])
    ], issues


def fit(packs: Sequence[Pack], issues: Sequence[Issue]) -> list[Issue]:
    """The faults of reading these packs, and of them together; beside errors, warnings of the latter may be false."""
    _, more = programme_of(packs)
    found = list(dict.fromkeys([*issues, *more]))
    errors = [issue for issue in found if issue.severity == "error"]
    return [issue for issue in found if issue.severity == "error" or issue in issues] if errors else found


def programme_of(packs: Sequence[Pack]) -> tuple[Programme | None, tuple[Issue, ...]]:
    """Put packs together and check them; all faults at once, and no programme when one is an error."""
    catalogue, issues = assemble(packs)
    if catalogue is None:
        return None, issues
    programme, more = check_formulas(catalogue)
    found = (*issues, *more)
    return None if any(issue.severity == "error" for issue in found) else programme, found
