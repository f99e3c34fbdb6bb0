"""`bridge_effect`: what each adjustment does to a score, tried one after the other, and nothing filed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.app.adjustments import signed
from hengjian.app.bridge import assessed_file, bridge
from hengjian.app.claims import DECIDED
from hengjian.app.desk import Desk
from hengjian.app.rights import must
from hengjian.app.score import score
from hengjian.app.submission import Submission
from hengjian.app.submit import Prepared, Withdrawn, prepare, stage
from hengjian.app.wire import Answer
from hengjian.intake.text import quoted
from hengjian.ledger.clock import microseconds, now
from hengjian.ledger.draft import Receipt
from hengjian.model.issue import refuse
from hengjian.supervise.scorenumber import plain

_WHO = ("who", "actor", "token")


def bridge_effect(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"scorecard","entity","period","steps":[{"id","measure","state","amount","score","difference"}]}`: the score
    with the audited figures (the first step, without an id), then with one adjustment more at a time: those that are
    recognised, then as `pending` those that nobody decided on, each with the most that can be recognised of it.
    """
    answer = bridge(desk, {"entity": question["entity"], "period": question["period"]})
    entity, period = str(answer["entity"]), str(answer["period"])
    must(desk, "submit", entity)
    figures: dict[str, Decimal] = {}
    for one in answer["measures"]:
        if one["audited"] is None:
            message = f"{one['measure']} of {quoted(entity)} has no audited figure of {period}"
            raise refuse(message, "file the audited figures first, with 审计 as their basis")
        figures[one["measure"]] = Decimal(one["audited"])
    asked = {name: question[name] for name in ("scorecard", "settings") if question.get(name) is not None}
    asked |= {"entity": entity, "period": period}
    first = _scored(desk, question, figures, answer, asked)
    steps = [{"id": None, "measure": None, "state": None, "amount": None, "score": first["score"], "difference": None}]
    for row, amount in _order(answer["measures"]):
        figures[row["measure"]] += amount
        found = _scored(desk, question, figures, answer, asked)
        before, after = steps[-1]["score"], found["score"]
        steps.append({
            "id": row["id"], "measure": row["measure"], "state": row["state"], "amount": plain(amount), "score": after,
            "difference": None if before is None or after is None else plain(Decimal(after) - Decimal(before)),
        })  # fmt: skip
    return {"scorecard": first["scorecard"], "entity": entity, "period": period, "steps": steps,
            "reads": first["reads"], **({"beyond": True} if first.get("beyond") else {})}  # fmt: skip


def _order(measures: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Decimal]]:
    """The adjustments with what each does to its figure: what is recognised first, what is refused not at all."""
    rows = [row for one in measures for row in one["adjustments"] if row["state"] != "refused"]
    decided = [(row, Decimal(row["amount"])) for row in rows if row["state"] in DECIDED]
    return decided + [(row, signed(row, Decimal(row["most"]))) for row in rows if row["state"] not in DECIDED]


def _scored(
    desk: Desk, question: Mapping[str, Any], figures: Mapping[str, Decimal], answer: Answer, asked: Mapping[str, Any]
) -> Answer:
    """The score where the figures are filed as assessed ones."""
    if not figures:
        return score(desk, asked)
    data = assessed_file(desk, str(answer["entity"]), str(answer["period"]), figures, {})
    who = {name: question[name] for name in _WHO if question.get(name) is not None}
    file = {"name": "trial.csv", "data": data}
    prepared = prepare(desk, Submission.of({"files": [file], "form": "observations", **who}))
    if not isinstance(prepared, Prepared):  # it is what is filed
        return score(desk, asked)
    last = microseconds(desk.log.entry(desk.log.size - 1).recorded_at) if desk.log.size else 0
    receipt = Receipt(index=desk.log.size, recorded=max(now(), last + 1), leaf_hash=b"")
    try:
        stage(desk, prepared, [receipt])
        return score(desk, asked)
    except Withdrawn as withdrawn:
        raise withdrawn.refused from None
    finally:
        desk.discard()
