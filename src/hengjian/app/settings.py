"""Switches of a scorecard as an office set them for a period, with the reason (口径选择)."""

from collections.abc import Sequence

from hengjian.app.cardrows import card_of
from hengjian.app.desk import Desk
from hengjian.app.registerrows import Asking, Made, Row
from hengjian.app.registers import rows_of
from hengjian.model.cut import KnownAt
from hengjian.model.scorecard import Scorecard


def settings_of(desk: Desk, card: Scorecard, period: str, known_at: KnownAt | None) -> dict[str, str]:
    """The choice of each switch that was set for a period, as it stood at a moment."""
    rows = rows_of(desk, "setting", known_at=known_at, topics=[f"{card.name}|{period}|"])
    return {row["switch"]: row["choice"] for row in rows}


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each switch: its choice is one that the scorecard declares."""
    found = []
    for row in rows:
        card = card_of(asking, row, row.values)
        if card is None:
            continue
        switches = {name: (one.label.zh, one.label.en) for name, one in card.switches.items()}
        switch = asking.named(row, "switch", switches, f"switch of {card.name}")
        if switch is None:
            continue
        choices = {name: (label.zh, label.en) for name, label in card.switches[switch].choices.items()}
        choice = asking.named(row, "choice", choices, f"choice of {switch}")
        if choice is None:
            continue
        record = {name: row.get(name) for name in ("scorecard", "period", "reason", "document", "withdrawn")}
        found.append(Made(record={**record, "switch": switch, "choice": choice}, row=row, cell="switch"))
    return found
