"""The ledger of adjustments between audited and assessed figures: profit equivalents (视同利润), removals, corrections.

What is recognised is (claimed − what of it was capitalised already) × the recognised part, no more than the cap; each
step has its own person, and the decision its document.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.app.claims import DECIDED, claim_denied, merged, standing_claims, stepped
from hengjian.app.registerrows import Asking, Made, Row, find_named, kept_figure, plain, unit_of
from hengjian.intake.text import quoted
from hengjian.model.declaration import Measure
from hengjian.model.period import PER_YEAR, Period, parse_period

_ABOUT = ("entity", "period", "measure", "effect")
_AMOUNTS = ("claim", "capitalised", "cap", "recognised")
_TEXTS = ("id", "entity", "period", "effect", "ground", "evidence", "project", "listed", "part", "state", "opinion",
          "document", "withdrawn")  # fmt: skip


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each adjustment, its amounts in the measure's unit."""
    before = standing_claims(asking)
    found: list[Made] = []
    for row in rows:
        old = before.get(row.get("id"))
        record = _record(asking, row, old)
        if record is None:
            continue
        others = [one for one in before.values() if one["id"] != record["id"]]
        others += [dict(made.record) for made in found]
        if (twin := _twin(record, others)) is not None:
            message = f"the same is claimed as {quoted(twin['id'])} already"
            hint = "one cost is claimed once: withdraw one of the two, or name ground and project apart"
            row.fault_at(asking.faults, "id", message, hint)
            continue
        found.append(Made(record=record, row=row, cell="id"))
    return found


def _record(asking: Asking, row: Row, old: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The record that a row makes of the one before it; None after a fault."""
    measures = {name: (one.label.zh, one.label.en) for name, one in asking.programme.catalogue.measures.items()}
    if row.get("measure"):  # said again by its label it is no other one
        spelled = find_named(row.get("measure"), measures)
        row = Row(line=row.line, values={**row.values, "measure": spelled or row.get("measure")})
    said = merged(asking, row, old, _ABOUT)
    if said is None:
        return None
    told = Row(line=row.line, values=said)
    name = asking.named(told, "measure", measures, "measure")
    by = stepped(asking, row, old, said["state"])
    if name is None or by is None:
        return None
    before, measure = asking.faults.count, asking.programme.catalogue.measures[name]
    _check_place(asking, told, measure)
    stated = unit_of(asking, row)
    amounts = {
        one: kept_figure(asking, row, one, stated, measure.unit) if row.get(one) else said.get(one) for one in _AMOUNTS
    }
    if asking.faults.count > before:
        return None
    record: dict[str, Any] = {one: said.get(one, "") for one in _TEXTS}
    record |= {"measure": name, "unit": measure.unit.symbol, **amounts, "by": by}
    _check(asking, told, record, own=row.get("recognised") != "")
    return record if asking.faults.count == before else None


def _check_place(asking: Asking, row: Row, measure: Measure) -> None:
    """Whether the measure is one of the entity, and has a figure at the end of the period."""
    kind = asking.desk.entity_types()[row.get("entity")]
    if not asking.programme.catalogue.descends(kind, measure.type):
        message = f"{quoted(row.get('entity'))} is of type {kind}, {measure.name} belongs to {measure.type}"
        row.fault_at(asking.faults, "measure", message, "is the entity or the measure the right one?")
    elif filed_period(measure, row.get("period")) is None:
        message = f"{measure.name} has no figure of {row.get('period')}"
        hint = f"it is by {measure.frequency}: name such a period, or a year at whose end a figure stands for all of it"
        row.fault_at(asking.faults, "period", message, hint)


def filed_period(measure: Measure, text: str) -> Period | None:
    """The period of a measure whose figure stands for a whole period: its own, or of one that runs from the year's
    start, or of a balance, the last of the year; None where there is none."""
    asked = parse_period(text)
    if asked is None or asked.frequency == measure.frequency:
        return asked
    runs = measure.cumulative == "year" or measure.period_type == "instant"
    if asked.frequency == "year" and runs and measure.frequency in PER_YEAR:
        per = PER_YEAR[measure.frequency]
        return Period(measure.frequency, asked.index * per + per - 1)
    return None


def _check(asking: Asking, row: Row, record: dict[str, Any], *, own: bool) -> None:
    """What a claim needs, and what a decision; the recognised amount is computed where the row does not say it (`own`:
    it does)."""
    for name, what in (("effect", "effect"), ("ground", "ground"), ("evidence", "evidence"), ("claim", "claim")):
        if not record[name]:
            column = asking.register.column(name)
            hint = f"fill in {column.label.zh}" if column is not None else ""
            row.fault_at(asking.faults, name, f"{quoted(record['id'])} has no {what}", hint)
            return
    claim = Decimal(record["claim"])
    if record["effect"] != "correction" and claim <= 0:
        message = f"{plain(claim)} is no amount to add back or remove"
        row.fault_at(asking.faults, "claim", message, "write it without a minus; the effect says which way it goes")
    if record["state"] == "refused":
        record["recognised"] = "0"
    if record["state"] not in DECIDED or record["withdrawn"] == "yes":
        return
    if not record["document"]:
        message = f"the decision on {quoted(record['id'])} names no document"
        row.fault_at(asking.faults, "document", message, "write the number of the office's decision")
    if record["state"] == "recognised":
        _recognise(asking, row, record, claim, own=own)


def _recognise(asking: Asking, row: Row, record: dict[str, Any], claim: Decimal, *, own: bool) -> None:
    faults, name = asking.faults, quoted(record["id"])
    if record["effect"] == "add_back" and record["capitalised"] is None:
        hint = "say how much of it stands in the cost of an asset already; 0 where nothing does"
        row.fault_at(faults, "capitalised", f"{name} does not say what was capitalised", hint)
    if record["effect"] == "add_back" and record["project"] and record["listed"] != "yes":
        message = f"the project {quoted(record['project'])} is not on the list"
        row.fault_at(
            faults, "listed", message, "costs of designated projects alone are recognised: say 是 where it is on it"
        )
    if not record["part"] and not own:
        message = f"{name} is recognised, and neither part nor amount is said"
        row.fault_at(faults, "part", message, "write the recognised part, as 80%, or the amount")
        return
    limit = most(record)
    if not own:
        record["recognised"] = plain(limit)
    given = Decimal(record["recognised"])
    if (limit >= 0 and not 0 <= given <= limit) or (limit < 0 and not limit <= given <= 0):
        message = f"{plain(given)} is recognised of {name}, and {plain(limit)} is the most"
        hint = f"claimed {plain(claim)}, less what was capitalised, × the part, no more than the cap"
        row.fault_at(faults, "recognised", message, hint)


def most(record: Mapping[str, Any]) -> Decimal:
    """What of a claim can be recognised at most: (claimed − capitalised) × part, no more than the cap. Of a correction
    the sign stays."""
    claim = Decimal(record["claim"])
    if record["effect"] != "correction":
        claim = max(claim - Decimal(record["capitalised"] or 0), Decimal(0))
    amount = claim * Decimal(record["part"] or 1)
    cap = record["cap"]
    if cap is None:
        return amount
    return min(amount, Decimal(cap)) if amount >= 0 else max(amount, -Decimal(cap))


def _twin(record: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Another record of the same cost, which would count it twice."""
    if record["withdrawn"] == "yes" or record["state"] == "refused":
        return None
    same = ("entity", "period", "measure", "ground", "project")
    return next(
        (
            one for one in others
            if one["state"] != "refused" and one["id"] != record["id"]
            and all(one[name] == record[name] for name in same)
        ),
        None,
    )  # fmt: skip


def signed(record: Mapping[str, Any], amount: Decimal) -> Decimal:
    """What an amount of an adjustment does to the figure."""
    return -amount if record["effect"] == "removal" else amount


def denied(asking: Asking, made: Made) -> str | None:
    """Why a step may not be taken by the one who enters it."""
    return claim_denied(asking, made.record)
