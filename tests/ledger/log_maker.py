"""Drafts and clocks for tests of logs."""

from typing import Any

from hengjian.ledger.canonical import canonical
from hengjian.ledger.draft import Draft, Submission
from hengjian.ledger.log import Log

START = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
ORIGIN = "example.org/test"


def row(number: int) -> bytes:
    return canonical(
        {
            "entity": "600001", "measure": "total_assets", "period": f"20{number % 100:02d}", "scope": "consolidated",
            "basis": "audited", "text": f"{number},000", "unit": "万元", "value": number * 1e7, "file": "f.csv",
            "sheet": None, "cell": f"D{number + 2}",
        }
    )  # fmt: skip


def draft(number: int = 0, *, rows: int = 3, key: str | None = None, **more: object) -> Draft:
    submission = None
    if key is not None:
        submission = Submission(key=key, base="base", latest=None, receipt=lambda given: b"%d" % given[0].index)
    fields: dict[str, Any] = {
        "kind": "filing", "actor": "local:wang", "engine": "0.1.0", "content": b"file %d" % number,
        "rows": [row(at) for at in range(rows)], "subject": "600001", "form": "observations", "file": "f.csv",
        "submission": submission,
    }  # fmt: skip
    return Draft(**(fields | more))


class Ticking:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def fill(log: Log, count: int) -> None:
    """Enter so many drafts in groups of growing size, each group published."""
    step = 1
    while count > 0:
        take = min(step, count)
        log.append([draft(log.size + at, key=f"key {log.size + at}") for at in range(take)])
        log.publish()
        count -= take
        step += 1
