"""Submissions: read, keyed, staged, checked and entered in groups; each wholly or not at all.

They come in groups, past the gate of single questions: so each passes it here, by itself (`prepare`), and is read,
staged and told of as the one who files it sees the space.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hengjian.app.alerts import alerts_of, cut_alerts, note_if_ruleless, supervise_if_possible
from hengjian.app.batch import overruled, touch
from hengjian.app.checks import broken_checks
from hengjian.app.comparatives import restated
from hengjian.app.desk import OPERATOR, Desk
from hengjian.app.events import signed_in
from hengjian.app.gate import let_in
from hengjian.app.growth import outgrown, watch
from hengjian.app.mentions import names_unseen
from hengjian.app.moment import parse_day
from hengjian.app.proposed import needs_two
from hengjian.app.register import register_issues
from hengjian.app.submission import ENGINE, Submission
from hengjian.app.takein import Read, read_files
from hengjian.app.touched import Touched, merged, touched_by
from hengjian.app.wire import Answer
from hengjian.app.withholding import receipt_for, unrestricted
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import microseconds, now, rfc3339
from hengjian.ledger.draft import MAX_FILE_NAME, Draft, Receipt, oversized
from hengjian.ledger.draft import Submission as Keyed
from hengjian.ledger.journal import StoredSubmission
from hengjian.model.filing import EntityRow, Row, filing_id
from hengjian.model.issue import Failure, Forbidden, Issue, Refused, refuse
from hengjian.people import EVERYTHING, Actor, Reach
from hengjian.store import Filing

#: A clock further behind the ledger's last entry than this is worth a warning.
_BEHIND_US = 5 * 60 * 1_000_000


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A submission without faults: who files it, its rows a file, what was `noted` as they were read, its drafts, and
    once they are staged its warnings. `is_proposal`: another person is to approve it before it is entered."""

    place: int
    submission: Submission
    actor: Actor
    sight: Reach
    is_proposal: bool
    keyed: Keyed
    drafts: list[Draft]
    rows: Sequence[tuple[Row, ...]]
    touched: frozenset[tuple[object, ...]]
    known_from: date | None
    today: date
    noted: list[Issue]
    answers: list[Answer] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    #: Entries that are made with it, or not at all.
    more: list[Draft] = field(default_factory=list)


Outcome = Answer | Refused | Failure


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
        _enter(desk, [one for one in ready if not one.is_proposal], outcomes)
        for one in ready:
            if one.is_proposal:
                outcomes[one.place] = _proposed(desk, one)
        waiting = later
    return [outcomes[place] for place in range(len(submissions))]


def _proposed(desk: Desk, prepared: Prepared) -> Outcome:
    """Look at what is to be proposed as if it were entered, then propose it."""
    from hengjian.app.propose import propose  # most spaces declare nothing of the kind

    try:
        desk.ready()
        with desk.asked_by(prepared.actor, prepared.sight):
            rehearse(desk, prepared)
            return propose(desk, prepared.submission, prepared.rows, prepared.warnings, prepared.keyed.key)
    except (Refused, Failure) as error:
        return error


def rehearse(desk: Desk, prepared: Prepared) -> None:
    """Stage what was prepared as the next entries, run the declared checks, and give it all up."""
    last = microseconds(desk.log.entry(desk.log.size - 1).recorded_at) if desk.log.size else 0
    first = max(now(), last + 1)
    receipts = [
        Receipt(index=desk.log.size + place, recorded=first + place, leaf_hash=b"")
        for place in range(len(prepared.drafts))
    ]
    try:
        stage(desk, prepared, receipts)
    except Withdrawn as withdrawn:
        raise withdrawn.refused from None
    finally:
        desk.discard()


def prepare(
    desk: Desk, submission: Submission, place: int = 0, ready: Sequence[Prepared] = (), read: Read | None = None
) -> Prepared | Answer | None:
    """Let in, read (unless what was `read` is given) and key one submission: prepared, or the answer it got before, or
    None when it must wait for the group."""
    with let_in(desk, "submit", submission.who):
        names_unseen(desk, "")  # nothing is staged now: names that are staged may be given up
        return _prepare(desk, replace(submission, actor=desk.actor.name), place, ready, read)


def _prepare(
    desk: Desk, submission: Submission, place: int, ready: Sequence[Prepared], read: Read | None
) -> Prepared | Answer | None:
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
        place=place, submission=submission, actor=desk.actor, sight=desk.sight, rows=rows, touched=touched,
        is_proposal=submission.approved is None and needs_two(desk, submission, rows), known_from=known_from,
        today=today, drafts=[], noted=noted,
        keyed=Keyed(key=key, base=base, latest=latest, receipt=lambda receipts: stage(desk, prepared, receipts)),
    )  # fmt: skip
    refs = {
        **({"known_from": known_from.isoformat()} if known_from else {}), **signed_in(desk, submission.actor),
        **(submission.approved or {}),
    }  # fmt: skip
    prepared.drafts = [
        Draft(
            kind="filing", actor=submission.actor, engine=ENGINE, content=file.data,
            rows=[canonical(row.record()) for row in part], subject=submission.entity, form=submission.form_of(file),
            pack_hashes=desk.shelf.hashes(), refs=refs, file=file.name, submission=prepared.keyed,
        )
        for file, part in zip(submission.files, rows, strict=True)
    ]  # fmt: skip
    if too_large := oversized(prepared.drafts):
        raise Refused(too_large)
    return prepared


def _derived_key(desk: Desk, base: str, latest: int | None) -> str:
    """SHA-256 of what is filed and of the latest filing it would change; a retry, which finds itself, takes its key."""
    if latest is not None:
        found = desk.log.submission_of(latest)
        if found is not None and found.base == base:
            return found.key
    return hashlib.sha256(f"{base}:{'' if latest is None else latest}".encode()).hexdigest()


def _repeat(desk: Desk, submission: Submission, found: StoredSubmission) -> Answer:
    """The first answer again, to the one who got it. A key that was used for something else is refused."""
    if found.base != submission.base():
        hint = "take a new key for a new submission; only a repeat of the very same files takes the old one"
        if desk.log.entry(found.first).record().actor != submission.actor:
            raise refuse(f"somebody else used the key {submission.key!r}", hint)
        raise refuse(f"the key {submission.key!r} was used for another submission: {filing_id(found.first)}", hint)
    filings = json.loads(found.receipt)["filings"]
    told = alerts_of(desk, [filing["filing"] for filing in filings])
    answer = _answer([{**filing, "repeated": True} for filing in filings])
    return receipt_for(desk, {**answer, "alerts": told})


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
    with desk.asked_by(prepared.actor, prepared.sight):
        return _stage(desk, prepared, receipts)


def _stage(desk: Desk, prepared: Prepared, receipts: Sequence[Receipt]) -> bytes:
    every = [row for part in prepared.rows for row in part]
    forms = [prepared.submission.form_of(file) for file in prepared.submission.files]
    restatements = [
        issue for form, rows in zip(forms, prepared.rows, strict=True) for issue in restated(desk, form, rows)
    ]
    before = watch(desk, every)
    desk.store.stage_filings(
        [
            (_filing(receipt, draft, prepared.known_from), rows)
            for receipt, draft, rows in zip(receipts, prepared.drafts, prepared.rows, strict=True)
        ]
    )
    if any(isinstance(row, EntityRow) for row in every):
        desk.forget()
    issues = [] if before is None else outgrown(desk, before)
    if issues:
        raise Withdrawn(prepared, Forbidden(issues))
    issues = broken_checks(desk, every)
    issues += register_issues(desk, receipts[0].index, prepared.rows, prepared.today)
    if any(issue.severity == "error" for issue in issues):
        raise Withdrawn(prepared, Refused(_seen(desk, issues)))
    issues += [*prepared.noted, *restatements, *overruled(prepared.rows), *_clock_warning(receipts[0])]
    prepared.warnings = _seen(desk, issues)
    prepared.answers = [
        {
            "filing": filing_id(receipt.index), "entry": receipt.index, "recorded_at": rfc3339(receipt.recorded),
            "observations": len(rows), "repeated": False, "warnings": _warnings_of(draft.file, prepared.warnings),
            "actor": draft.actor,
        }
        for receipt, draft, rows in zip(receipts, prepared.drafts, prepared.rows, strict=True)
    ]  # fmt: skip
    return json.dumps({"filings": prepared.answers}, ensure_ascii=False, sort_keys=True).encode()


def _seen(desk: Desk, issues: Sequence[Issue]) -> list[Issue]:
    """The issues; of one that names somebody whom the one who files does not see only where it is."""
    return [
        replace(
            issue, message="what others state, whom you do not see, does not fit together with this row",
            hint="ask who administers both; the row may be right",
        ) if names_unseen(desk, issue.message, issue.hint) else issue
        for issue in unrestricted(desk, issues)
    ]  # fmt: skip


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
            desk.log.append([draft for prepared in group for draft in (*prepared.drafts, *prepared.more)])
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


def enter_prepared(desk: Desk, prepared: Prepared) -> Outcome:
    """Enter one submission that was prepared, by itself."""
    outcomes: dict[int, Outcome] = {}
    _enter(desk, [prepared], outcomes)
    return outcomes[prepared.place]


def _supervise(desk: Desk, group: Sequence[Prepared], outcomes: dict[int, Outcome]) -> None:
    """Look at the rules for what was just entered, and tell each submitter of the alerts that follow."""
    touched: Touched = {}
    for prepared in group:
        for answer, rows in zip(prepared.answers, prepared.rows, strict=True):
            day = prepared.known_from or prepared.today
            touched = merged(touched, touched_by(rows, day, answer["filing"]))
    with desk.asked_by(OPERATOR, EVERYTHING):  # the rules look at everybody, whoever filed
        changed = supervise_if_possible(desk, touched)
    for prepared in group:
        filings = {answer["filing"] for answer in prepared.answers}
        with desk.asked_by(prepared.actor, prepared.sight):
            found = [one for one in changed if one.filing in filings and one.entity in desk.sight]
            told = cut_alerts(desk, [alert.record() for alert in found])
            outcomes[prepared.place] = _passed(desk, {**_answer(prepared.answers), "alerts": told})


def _passed(desk: Desk, answer: Answer) -> Outcome:
    """The receipt as it may leave; what was filed stands, also where that cannot be entered as read."""
    try:
        return receipt_for(desk, answer)
    except Failure as failure:
        return failure
