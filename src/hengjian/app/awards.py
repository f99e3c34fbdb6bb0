"""Points added and taken away on declared grounds (加减分), each with its evidence; they count once recognised."""

from collections.abc import Sequence
from decimal import Decimal

from hengjian.app.cardrows import card_of, leaves, spellings
from hengjian.app.claims import claim_denied, merged, standing_claims, stepped
from hengjian.app.desk import Desk
from hengjian.app.registerrows import Asking, Made, Row, plain
from hengjian.app.registers import rows_of
from hengjian.intake.text import quoted
from hengjian.model.cut import KnownAt
from hengjian.model.scorecard import AwardKind, Awards, Scorecard
from hengjian.supervise.scored import Awarded

_ABOUT = ("scorecard", "period", "entity")


def awards_of(
    desk: Desk, card: Scorecard, period: str, known_at: KnownAt | None
) -> dict[str, dict[str, tuple[Awarded, ...]]]:
    """By entity and item what was recognised, in the order of the ids."""
    found: dict[str, dict[str, list[Awarded]]] = {}
    rows = rows_of(desk, "award", known_at=known_at, scorecard=card.name, period=period, state="recognised")
    for row in sorted(rows, key=lambda row: str(row["id"])):
        one = Awarded(
            ground=row["ground"], points=Decimal(row["points"]), evidence=row["evidence"], entry=row["entry"]
        )  # fmt: skip
        found.setdefault(row["entity"], {}).setdefault(row["item"], []).append(one)
    return {entity: {item: tuple(many) for item, many in items.items()} for entity, items in found.items()}


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each award or deduction: its ground is one that the item declares, its points within bounds."""
    before = standing_claims(asking)
    found = []
    for row in rows:
        old = before.get(row.get("id"))
        said = merged(asking, row, old, _ABOUT)
        card = None if said is None else card_of(asking, row, said)
        if said is None or card is None:
            continue
        told = Row(line=row.line, values=said)
        items = {name: item for name, item in leaves(card).items() if isinstance(item.method, Awards)}
        item = asking.named(told, "item", spellings(items), f"item of {card.name} with awards or deductions")
        method = None if item is None else items[item].method
        if item is None or not isinstance(method, Awards):
            continue
        kinds = {one.name: one for one in method.kinds}
        words = {name: (one.label.zh, one.label.en) for name, one in kinds.items()}
        ground = asking.named(told, "ground", words, f"ground of {item}")
        if ground is None or not _is_within(asking, told, kinds[ground]):
            continue
        by = stepped(asking, row, old, said["state"])
        if by is not None:
            names = (*_ABOUT, "id", "points", "evidence", "state", "opinion", "document", "withdrawn")
            record = {name: said.get(name, "") for name in names}
            found.append(Made(record={**record, "item": item, "ground": ground, "by": by}, row=row, cell="id"))
    return found


def _is_within(asking: Asking, row: Row, kind: AwardKind) -> bool:
    """Whether there is evidence, and points that the ground allows."""
    before = asking.faults.count
    if not row.get("evidence"):
        message = f"{quoted(row.get('id'))} has no evidence"
        row.fault_at(
            asking.faults, "evidence", message, "name the document that proves it: who issued it, and its number"
        )
    text = row.get("points")
    if not text or text.endswith("%") or not kind.least <= Decimal(text) <= kind.most:
        message = f"{quoted(text)} is no number of points for {quoted(kind.label.zh)}"
        hint = f"from {plain(kind.least)} to {plain(kind.most)}, without a minus also where they are taken away"
        row.fault_at(asking.faults, "points", message, hint)
    return asking.faults.count == before


def denied(asking: Asking, made: Made) -> str | None:
    """Why a step may not be taken by the one who enters it."""
    return claim_denied(asking, made.record)
