"""Submissions: read, keyed, staged, checked and entered in groups; each wholly or not at all."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hengjian.app.alerts import alerts_of, note_if_ruleless, supervise_if_possible
from hengjian.app.batch import clashes, overruled, touch
from hengjian.app.checks import broken_checks
from hengjian.app.comparatives import restated
from hengjian.app.desk import Desk
from hengjian.app.moment import parse_day
from hengjian.app.register import credit_codes, register_issues
from hengjian.app.submission import ENGINE, Submission
from hengjian.app.touched import Touched, merged, touched_by
from hengjian.app.wire import Answer
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import now, rfc3339
from hengjian.ledger.draft import MAX_FILE_NAME, Draft, Receipt, oversized
from hengjian.ledger.draft import Submission as Keyed
from hengjian.ledger.journal import StoredSubmission
from hengjian.model.cut import Cut
from hengjian.model.filing import EntityRow, Row, filing_id
from hengjian.model.issue import Failure, Issue, Refused, refuse
from hengjian.store import Filing

#: A clock further behind the ledger's last entry than this is worth a warning.
_BEHIND_US = 5 * 60 * 1_000_000


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A submission without faults: its rows a file, what was `noted` as they were read, its drafts, and once they are
    staged its warnings."""

    place: int
    form: str
    keyed: Keyed
    drafts: list[Draft]
    rows: list[tuple[Row, ...]]
    touched: frozenset[tuple[object, ...]]
    known_from: date | None
    today: date
    noted: list[Issue]
    answers: list[Answer] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


Outcome = Answer | Refused | Failure
#: The rows of each file, and the warnings that reading them gave.
Read = tuple[list[tuple[Row, ...]], list[Issue]]


def submit(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `submit`: enter one submission by itself."""
    outcome = enter_group(desk, [Submission.of(question)])[0]
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def enter_group(desk: Desk, submissions: Sequence[Submission]) -> list[Outcome]:
    """Enter several submissions with as few commits as their order allows; one outcome each, in their order.

    Submissions that touch the same cells, or carry the same key, are entered one after the other.
    """
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(submissions)))
    while waiting:
        try:
            desk.ready()  # each time: the last commit may have reached the ledger and not the tables
        except Failure as failure:
            outcomes.update(dict.fromkeys(waiting, failure))
            break
        ready: list[Prepared] = []
        later: list[int] = []
        for place in waiting:
            try:
                found = prepare(desk, submissions[place], place, ready)
            except (Refused, Failure) as error:
                outcomes[place] = error
                continue
            if found is None:
                later.append(place)
            elif isinstance(found, Prepared):
                ready.append(found)
            else:
                outcomes[place] = found
        _enter(desk, ready, outcomes)
        waiting = later
    return [outcomes[place] for place in range(len(submissions))]


def prepare(
    desk: Desk,
    submission: Submission,
    place: int = 0,
    ready: Sequence[Prepared] = (),
    read: Read | None = None,
) -> Prepared | Answer | None:
    """Read (unless what was `read` is given) and key one submission: prepared, or the answer it got before, or None
    when it must wait for the group."""
    if submission.key is not None and (found := desk.log.submission(submission.key)) is not None:
        return _repeat(desk, submission, found)
    known_from = _known_from(desk, submission)
    today = desk.config.current_day() if submission.today is None else parse_day(submission.today, "--today")
    rows, noted = read_files(desk, submission) if read is None else read
    touched = frozenset(touch(row) for part in rows for row in part)
    if any(touched & other.touched or submission.key == other.keyed.key for other in ready):
        return None
    base = submission.base()
    latest = desk.store.latest_entry([row for part in rows for row in part])
    key = submission.key or _derived_key(desk, base, latest)
    if submission.key is None and (found := desk.log.submission(key)) is not None:
        return _repeat(desk, submission, found)
    prepared = Prepared(
        place=place, form=submission.form, rows=rows, touched=touched, known_from=known_from, today=today, drafts=[],
        noted=noted,
        keyed=Keyed(key=key, base=base, latest=latest, receipt=lambda receipts: stage(desk, prepared, receipts)),
    )  # fmt: skip
    refs = {"known_from": known_from.isoformat()} if known_from else {}
    prepared.drafts = [
        Draft(
            kind="filing", actor=submission.actor, engine=ENGINE, content=file.data,
            rows=[canonical(row.record()) for row in part], subject=submission.entity, form=submission.form,
            pack_hashes=desk.shelf.hashes(), refs=refs, file=file.name, submission=prepared.keyed,
        )
        for file, part in zip(submission.files, rows, strict=True)
    ]  # fmt: skip
    if too_large := oversized(prepared.drafts):
        raise Refused(too_large)
    return prepared


def read_files(desk: Desk, submission: Submission) -> Read:
    """The rows of each file, and warnings. Refused with all faults of all files."""
    context = Context(
        catalogue=desk.programme().catalogue, entity_types=desk.entity_types(), entity=submission.entity,
        archive=True, latest_known_from=desk.recording_day(), period=submission.period,
        entity_names=lambda: desk.names(Cut(), desk.config.current_day()), entity_codes=lambda: credit_codes(desk),
    )  # fmt: skip
    rows: list[tuple[Row, ...]] = []
    issues: list[Issue] = []
    for file in submission.files:
        read, faults = read_table(file.name, file.data, submission.form, context)
        rows.append(read)
        issues.extend(faults)
    issues += clashes(rows)
    if any(issue.severity == "error" for issue in issues):
        raise Refused([issue for issue in issues if issue.severity == "error"])
    return rows, issues


def _derived_key(desk: Desk, base: str, latest: int | None) -> str:
    """SHA-256 of what is filed and of the latest filing it would change; a retry, which finds itself, takes its key."""
    if latest is not None:
        found = desk.log.submission_of(latest)
        if found is not None and found.base == base:
            return found.key
    return hashlib.sha256(f"{base}:{'' if latest is None else latest}".encode()).hexdigest()


def _repeat(desk: Desk, submission: Submission, found: StoredSubmission) -> Answer:
    """The first answer again. A key that was used for something else is refused."""
    if found.base != submission.base():
        raise refuse(
            f"the key {submission.key!r} was used for another submission: {filing_id(found.first)}",
            "take a new key for a new submission; only a repeat of the very same files takes the old one",
        )
    filings = json.loads(found.receipt)["filings"]
    told = alerts_of(desk, [filing["filing"] for filing in filings])
    return {**_answer([{**filing, "repeated": True} for filing in filings]), "alerts": told}


def _answer(filings: list[Answer]) -> Answer:
    return filings[0] if len(filings) == 1 else {"filings": filings}


def _known_from(desk: Desk, submission: Submission) -> date | None:
    if submission.known_from is None:
        return None
    day = parse_day(submission.known_from, "--known-from")
    if day > desk.recording_day():
        raise refuse(
            f"--known-from {day} is later than the filing is recorded", "an archive was known before it is filed here"
        )
    return day


def stage(desk: Desk, prepared: Prepared, receipts: Sequence[Receipt]) -> bytes:
    """Put a submission's rows into the open transaction of the tables, run the declared checks, and write its receipt.

    Called while the ledger prepares its commit. A broken check of severity error refuses the submission.
    """
    restatements = [issue for rows in prepared.rows for issue in restated(desk, prepared.form, rows)]
    desk.store.stage_filings(
        [
            (_filing(receipt, draft, prepared.known_from), rows)
            for receipt, draft, rows in zip(receipts, prepared.drafts, prepared.rows, strict=True)
        ]
    )
    if any(isinstance(row, EntityRow) for part in prepared.rows for row in part):
        desk.forget()
    issues = broken_checks(desk, [row for part in prepared.rows for row in part])
    issues += register_issues(desk, receipts[0].index, prepared.rows, prepared.today)
    if any(issue.severity == "error" for issue in issues):
        raise Withdrawn(prepared, Refused(issues))
    issues += [*prepared.noted, *restatements, *overruled(prepared.rows), *_clock_warning(receipts[0])]
    prepared.warnings = issues
    prepared.answers = [
        {
            "filing": filing_id(receipt.index), "entry": receipt.index, "recorded_at": rfc3339(receipt.recorded),
            "observations": len(rows), "repeated": False, "warnings": _warnings_of(draft.file, issues),
            "actor": draft.actor,
        }
        for receipt, draft, rows in zip(receipts, prepared.drafts, prepared.rows, strict=True)
    ]  # fmt: skip
    return json.dumps({"filings": prepared.answers}, ensure_ascii=False, sort_keys=True).encode()


def _filing(receipt: Receipt, draft: Draft, known_from: date | None) -> Filing:
    return Filing(
        entry=receipt.index, recorded_at=receipt.recorded_at, known_from=known_from, form=draft.form or "",
        subject=draft.subject, actor=draft.actor, file=draft.file and draft.file[:MAX_FILE_NAME],
        rows=len(draft.rows), size=len(draft.content), digest=hashlib.sha256(draft.content).hexdigest(),
    )  # fmt: skip


def _warnings_of(file: str | None, issues: Sequence[Issue]) -> list[dict[str, object]]:
    """Those about the file, and those about no file. Rows hold a long name cut, as the leaf does."""
    name = file and file[:MAX_FILE_NAME]
    return [issue.record() for issue in issues if issue.place is None or issue.place.file == name]


def _clock_warning(receipt: Receipt) -> list[Issue]:
    behind = receipt.recorded - now()
    if behind < _BEHIND_US:
        return []
    return [
        Issue(
            place=None,
            message=f"this machine's clock is {behind // 60_000_000} minutes behind the ledger's last entry",
            hint="set the clock; until then recorded times go on from the last entry, a microsecond at a time",
            severity="warning",
        )
    ]


class Withdrawn(Exception):
    """One submission of a group must leave it; the others go on."""

    def __init__(self, prepared: Prepared, refused: Refused) -> None:
        super().__init__()
        self.prepared = prepared
        self.refused = refused


def _enter(desk: Desk, ready: Sequence[Prepared], outcomes: dict[int, Outcome]) -> None:
    """One commit for all that is ready: ledger, then tables, then the shown checkpoint."""
    group = list(ready)
    while group:
        try:
            before = desk.log.size
            desk.log.append([draft for prepared in group for draft in prepared.drafts])
            note_if_ruleless(desk, before)
            desk.settle()
        except Withdrawn as withdrawn:
            desk.unstage()
            outcomes[withdrawn.prepared.place] = withdrawn.refused
            group.remove(withdrawn.prepared)
            continue
        except Failure as failure:
            desk.unstage()
            outcomes.update({prepared.place: failure for prepared in group})
            return
        except BaseException:
            desk.unstage()
            raise
        outcomes.update({prepared.place: _answer(prepared.answers) for prepared in group})
        _supervise(desk, group, outcomes)
        return


def _supervise(desk: Desk, group: Sequence[Prepared], outcomes: dict[int, Outcome]) -> None:
    """Look at the rules for what was just entered, and tell each submitter of the alerts that follow."""
    touched: Touched = {}
    for prepared in group:
        for answer, rows in zip(prepared.answers, prepared.rows, strict=True):
            day = prepared.known_from or prepared.today
            touched = merged(touched, touched_by(rows, day, answer["filing"]))
    changed = supervise_if_possible(desk, touched)
    for prepared in group:
        filings = {answer["filing"] for answer in prepared.answers}
        told = [alert.record() for alert in changed if alert.filing in filings]
        outcomes[prepared.place] = {**_answer(prepared.answers), "alerts": told}
