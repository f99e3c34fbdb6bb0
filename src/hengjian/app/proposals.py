"""Proposals: `proposals` lists them, `proposal` tells what one states, `decide` approves, rejects or withdraws it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from hengjian.app.custody import is_one_hand
from hengjian.app.desk import OPERATOR, Desk, note_event
from hengjian.app.events import enter_events, entered, event_draft, record_of
from hengjian.app.gate import let_in
from hengjian.app.mentions import tell
from hengjian.app.propose import asked_of_two, rehearsed, versions_of
from hengjian.app.proposed import QUESTIONS, submission_in
from hengjian.app.restricted import sight_of
from hengjian.app.rights import FILING, ROLES_HINT, denial
from hengjian.app.standing import made_by, reach
from hengjian.app.submission import Submission
from hengjian.app.submit import Prepared, enter_prepared, prepare
from hengjian.app.takein import read_files
from hengjian.app.wire import Answer
from hengjian.casework.case import LONGEST_NOTE
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Receipt
from hengjian.ledger.draft import Submission as Keyed
from hengjian.model.filing import ObservationRow, Row, filing_id
from hengjian.model.issue import Failure, Forbidden, Issue, Refused, forbid, refuse
from hengjian.people import EVERYTHING, Action, Actor, Reach

#: So many rows of a proposal are told.
ROWS = 1_000
#: Where the functions of questions are that may be proposed.
_MODULES: Mapping[str, str] = {"give_role": "enrol", "upgrade": "packs"}


def give_role(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`enrol.give_role`, or the proposal of it."""
    return asked_of_two("give_role", _function("give_role"))(desk, question)


def upgrade(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`packs.upgrade`, or the proposal of it."""
    return asked_of_two("upgrade", _function("upgrade"))(desk, question)


def _function(method: str) -> Any:
    return getattr(import_module(f"hengjian.app.{_MODULES[method]}"), method)


def proposals(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The proposals that the one who asks made or sees all of, the newest first; `state` chooses."""
    found = [record_of(event) | entered(event) for event in desk.store.latest_events("proposal")]
    wanted = question.get("state")
    shown = [one for one in found if _sees(desk, one) and (not wanted or one["state"] == wanted)]
    shown.sort(key=lambda one: str(one["proposal"]), reverse=True)
    return {"proposals": [_shown(desk, one) for one in shown]}


def proposal(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One proposal: what it states (`cells`, the first 1,000 `rows`, each with the figure that stands), the warnings
    that it gave, and what became of it."""
    record = _known(desk, str(question["proposal"]))
    history = [
        {
            **_step(record_of(event)), **entered(event), "actor": desk.log.entry(event.entry).record().actor,
            **made_by(desk, event.entry),
        }
        for event in desk.store.history("proposal", record["proposal"])
    ]  # fmt: skip
    return {
        **_shown(desk, record),
        "warnings": tell(desk, record["warnings"]),
        "history": history,
        **_stated(desk, record),
    }


def _step(record: Mapping[str, Any]) -> Answer:
    return {"state": record["state"], "note": record["note"], "day": record["decided_on"] or record["day"]}


def _shown(desk: Desk, record: Mapping[str, Any]) -> Answer:
    """What lists tell of a proposal, and what the one who asks may do with it."""
    kept = {name: part for name, part in record.items() if name not in ("warnings", "person", "key")}
    is_open, is_own = record["state"] == "open", _is_own(desk, record)
    kept["may_decide"] = is_open and not is_own and not _lacking(desk, record)
    kept["may_withdraw"] = is_open and is_own
    return kept | {"own": is_own, "warned": len(record["warnings"])}


def _stated(desk: Desk, record: Mapping[str, Any]) -> Answer:
    """The rows of a submission, read against what its proposer sees of the space now, or what is wrong with them."""
    if record["asks"] != "submit":
        return {"cells": [], "rows": 0, "faults": []}
    submission = _submission(desk, record)
    try:
        with desk.asked_by(OPERATOR, _proposers_sight(desk, record)):
            parts, _ = read_files(desk, submission)
    except Refused as refused:
        faults = [{**one.record(), "severity": one.severity} for one in refused.issues]
        return {"cells": [], "rows": 0, "faults": tell(desk, faults)}
    rows = [row for part in parts for row in part]
    return {"cells": list(_cells(desk, rows[:ROWS])), "rows": len(rows), "faults": []}


def _proposers_sight(desk: Desk, record: Mapping[str, Any]) -> Reach:
    """Whom the proposer sees, and those that the proposal states: what somebody proposed who left is still read."""
    members = sight_of(desk, _proposer(record)).members
    return EVERYTHING if members is None else Reach(members | set(record["entities"]))


def _cells(desk: Desk, rows: Sequence[Row]) -> Iterator[Answer]:
    """Each row, a figure with what stands in its place (`held`; None: nothing, or nothing that the reader sees)."""
    observed = [row for row in rows if isinstance(row, ObservationRow) and row.entity in desk.sight]
    held = dict(zip(map(id, observed), desk.store.values_now(observed), strict=True))
    for row in rows:
        value = held.get(id(row))
        yield {**row.record(), "held": None if value is None or value != value else value}


def _submission(desk: Desk, record: Mapping[str, Any]) -> Submission:
    evidence = desk.log.evidence(_entry_of(record))
    if evidence is None:
        raise refuse(f"what {record['proposal']} states is not held any more", "propose it anew")
    return submission_in(evidence.blob, record)


def _entry_of(record: Mapping[str, Any]) -> int:
    return int(str(record["proposal"])[1:])


def _known(desk: Desk, name: str) -> dict[str, Any]:
    """The proposal of this name as it stands; one that the one who asks does not see is as one that is not there."""
    events = desk.store.latest_events("proposal", [name])
    record = record_of(events[0]) | entered(events[0]) if events else None
    if record is None or not _sees(desk, record):
        raise refuse(f"no proposal is called {name!r}", "`hengjian proposal SPACE` lists them")
    return record


def _is_own(desk: Desk, record: Mapping[str, Any]) -> bool:
    """Whether the one who asks proposed it. The operator is one person, whatever name they give."""
    return bool(desk.actor.person == record["person"])


def _sees(desk: Desk, record: Mapping[str, Any]) -> bool:
    if desk.actor.person is None or _is_own(desk, record):
        return True
    if record["asks"] != "submit":
        return not _lacking(desk, record)
    return desk.sight.is_everything or (
        bool(record["entities"]) and all(one in desk.sight for one in record["entities"])
    )


def _lacking(desk: Desk, record: Mapping[str, Any]) -> list[Issue]:
    """Why the one who asks may not decide: where they lack the right to."""
    action: Action = "approve" if record["asks"] == "submit" else QUESTIONS[record["asks"]]
    reached = reach(desk, desk.actor, action)
    if reached.is_everything:
        return []
    nodes = [one for one in record["entities"] if one not in reached]
    if nodes:
        return [Issue(place=None, message=denial(desk, action, one), hint=ROLES_HINT) for one in nodes]
    if record["entities"]:
        return []
    return [Issue(place=None, message=f"{desk.actor.name} may not {action} for the whole space", hint=ROLES_HINT)]


def decide(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Approve a proposal (`approve` true: it is checked again and entered), or reject it, with a `note`.

    Who proposed it cannot approve it, whatever their roles, but may take it back (`withdraw` true, or not approving).
    Deciding the same again is told, and not done.
    """
    record = _known(desk, str(question["proposal"]))
    name, approves, actor = record["proposal"], question["approve"] is True, desk.actor.name
    note = str(question.get("note") or "").strip()
    state = "approved" if approves else "withdrawn" if _is_own(desk, record) else "rejected"
    if record["state"] != "open":
        if (record["state"], record["decided_by"]) == (state, actor):
            told = ("proposal", "state", "filings", "entry", "recorded_at")
            return {part: record[part] for part in told} | {"repeated": True}
        raise refuse(f"{name} is {record['state']} already", "look at it again; what is to be filed is proposed anew")
    if question.get("withdraw") is True and state != "withdrawn":
        raise forbid(f"only who proposed {name} takes it back", "reject it, and say why")
    if approves and _is_own(desk, record):
        raise forbid(
            f"nobody approves what they proposed: {name} is of {actor}", "another person who may approve it does"
        )
    if approves and is_one_hand(desk, actor, record["proposed_by"]):
        raise forbid(
            f"{actor} and {record['proposed_by']} are not two here: one of them last set how the other signs in",
            "somebody else who may approve it does",
        )
    if state == "withdrawn" and not _in_scope(desk, record):
        raise forbid(f"this token takes back no proposal of {actor}", "sign in yourself")
    if state != "withdrawn" and (lacking := _lacking(desk, record)):
        raise Forbidden(lacking)
    if state == "rejected" and not note:
        raise refuse("a rejection needs a note", "say what is to be mended")
    if len(note) > LONGEST_NOTE:
        message = f"the note has {len(note)} characters, at most {LONGEST_NOTE} are kept"
        raise refuse(message, "shorten it, and file the paper it stands in")
    day = desk.config.current_day().isoformat()
    kept = {part: value for part, value in record.items() if part not in ("entry", "recorded_at")}
    decided = {**kept, "state": state, "decided_by": actor, "decided_on": day, "note": note}
    if not approves:
        return _enter(desk, decided)
    return _filed(desk, decided) if record["asks"] == "submit" else _done(desk, decided)


def _in_scope(desk: Desk, record: Mapping[str, Any]) -> bool:
    """Whether a token is good for what was proposed; who signed in needs no token."""
    actions = FILING if record["asks"] == "submit" else (QUESTIONS[record["asks"]],)
    return desk.actor.scope is None or not desk.actor.scope.isdisjoint(actions)


def _proposer(record: Mapping[str, Any]) -> Actor:
    return Actor(name=record["proposed_by"], person=record["person"])


def _filed(desk: Desk, decided: Mapping[str, Any]) -> Answer:
    """Enter the very submission by the rights that its proposer has today, and the decision with it: both or none."""
    approved = {
        "proposal": _entry_of(decided), "proposed_by": decided["proposed_by"], "approved_by": decided["decided_by"],
    }  # fmt: skip
    submission = _submission(desk, decided)
    who = {"who": _proposer(decided)}
    found = prepare(desk, replace(submission, who=who, approved=approved))
    if not isinstance(found, Prepared):  # the same was filed meanwhile, when no second person was asked for
        raise refuse(f"what {decided['proposal']} states was filed already", "reject it: nothing is left to enter")
    filings = [filing_id(desk.log.size + at) for at in range(len(found.drafts))]
    whole = {**decided, "filings": filings}
    answer: Answer = {"proposal": decided["proposal"], "state": "approved", "filings": filings}
    draft = event_draft(
        desk, "proposal", whole, topic=decided["proposal"], subject=submission.entity, actor=desk.actor.name
    )

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        note_event(desk.store, receipts[0].index, receipts[0].recorded, "proposal", draft.content)
        answer.update({"entry": receipts[0].index, "recorded_at": rfc3339(receipts[0].recorded), "repeated": False})
        return b"{}"

    key = f"decided:{decided['proposal']}"
    found.more.append(replace(draft, submission=Keyed(key=key, base=key, latest=None, receipt=receipt)))
    outcome = enter_prepared(desk, found)
    if isinstance(outcome, Refused | Failure):
        raise outcome
    return answer


def _done(desk: Desk, decided: Mapping[str, Any]) -> Answer:
    """Ask the question that was proposed, by the rights of both; then enter the decision.

    A question asked again changes nothing, so that one which was done and not decided is decided by asking again.
    """
    method, question = decided["asks"], decided["question"]
    function = _function(method)
    with let_in(desk, method, {"who": desk.actor}):
        again = rehearsed(desk, function, method, question)
    packs = again["packs"] if method == "upgrade" and again is not None else []
    if packs and versions_of(packs) != decided["packs"]:
        raise refuse(
            f"the packs are not those of {decided['proposal']} any more", "reject it, and propose them as they are"
        )
    with let_in(desk, method, {"who": _proposer(decided)}):
        result = function(desk, question)
    return {**_enter(desk, decided), "result": result}


def _enter(desk: Desk, decided: Mapping[str, Any]) -> Answer:
    draft = event_draft(
        desk, "proposal", decided, topic=decided["proposal"], subject=decided.get("entity"), actor=desk.actor.name
    )
    receipts = enter_events(desk, [draft])
    return {
        "proposal": decided["proposal"], "state": decided["state"], "filings": [], "entry": receipts[0].index,
        "recorded_at": rfc3339(receipts[0].recorded), "repeated": False,
    }  # fmt: skip
