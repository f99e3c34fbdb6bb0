"""`trial`: a submission up to its commit, and then given up: what it would do, without doing it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.restricted import hidden
from hengjian.app.submission import File, Submission
from hengjian.app.submit import Prepared, prepare, rehearse
from hengjian.app.takein import read_files
from hengjian.app.wire import Answer
from hengjian.intake.excerpt import texts_at
from hengjian.intake.text import printable
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.issue import CellPlace, Issue, Refused


def trial(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The question of `submit`, checked as a submission is, and nothing entered.

    With faults: `{"faults": […]}`, each with what its cell says (`text`). Else what the files state (`observations`,
    `entities`, `periods`), how many stored cells they would change (`changes`) or leave as they are (`same`), the
    `warnings`, and whether the very same was filed already (`repeated`, with its `filing`). `two_persons`: another
    person is to approve it before it is entered. Restricted figures that are not for who asks are counted apart
    (`withheld`, where there are any): whether they stay the same would confirm a guess.
    """
    submission = None
    try:
        submission = Submission.of(question)
        rows, noted = read_files(desk, submission)
        found = prepare(desk, submission, read=(rows, noted))
        observed = [row for part in rows for row in part if isinstance(row, ObservationRow)]
        told = [row for row in observed if not hidden(desk, row.entity, row.measure)]
        warnings = []
        if isinstance(found, Prepared):
            changes, same = _changes(desk, told)
            rehearse(desk, found)
            warnings = found.warnings
        else:
            changes, same = 0, len(told)
    except Refused as refused:
        return {"faults": _told(refused.issues, submission.files if submission else ())}
    return {
        **_stated(row for part in rows for row in part), "changes": changes, "same": same,
        "warnings": _told(warnings, submission.files), "repeated": not isinstance(found, Prepared),
        "filing": None if isinstance(found, Prepared) or found is None else _first(found),
        **({"withheld": len(observed) - len(told)} if len(told) < len(observed) else {}),
        **({"two_persons": True} if isinstance(found, Prepared) and found.is_proposal else {}),
    }  # fmt: skip


def _first(answer: Answer) -> str:
    """The first filing of a receipt."""
    return str(answer.get("filings", [answer])[0]["filing"])


def _changes(desk: Desk, observed: Sequence[ObservationRow]) -> tuple[int, int]:
    """How many stored cells would hold something else, and how many the same as before."""
    changed = same = 0
    for row, held in zip(observed, desk.store.values_now(observed), strict=True):
        if held is None:
            continue
        value = math.nan if row.value is None else row.value
        is_same = held == value or (math.isnan(held) and math.isnan(value))
        changed, same = changed + (not is_same), same + is_same
    return changed, same


def _stated(rows: Iterable[Row]) -> Answer:
    """What the rows are, whom they name and when: figures and other rows counted together, as a receipt does."""
    count = 0
    entities: dict[str, None] = {}
    periods = set()
    for row in rows:
        count += 1
        match row:
            case ObservationRow(entity=entity, period=period):
                entities[entity] = None
                periods.add(period)
            case EntityRow(entity=entity):
                entities[entity] = None
            case LinkRow(source=source, target=target):
                entities |= dict.fromkeys((source, target))
    return {
        "observations": count, "entities": list(entities),
        "periods": [str(one) for one in sorted(periods, key=lambda one: (one.end, one.frequency))],
    }  # fmt: skip


def _told(issues: Sequence[Issue], files: Sequence[File]) -> list[Answer]:
    """The issues as records, with their severity and what their cells say."""
    by_file = {printable(file.name): file.data for file in files}
    spots: dict[str, set[tuple[str | None, int, int]]] = {}
    for issue in issues:
        place = issue.place
        if isinstance(place, CellPlace) and place.row is not None and place.column is not None:
            spots.setdefault(place.file, set()).add((place.sheet, place.row, place.column))
    texts = {file: texts_at(by_file[file], asked) for file, asked in spots.items() if file in by_file}
    told = []
    for issue in issues:
        at = issue.place
        text = None
        if isinstance(at, CellPlace) and at.row is not None and at.column is not None:
            text = texts.get(at.file, {}).get((at.sheet, at.row, at.column))
        told.append({**issue.record(), "severity": issue.severity, "text": text})
    return told
