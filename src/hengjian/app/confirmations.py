"""Figures of items that only a department can know: signed for by a person of that department, or on its behalf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hengjian.app.cardrows import card_of, leaves
from hengjian.app.letters import Letter, letters_of
from hengjian.app.registerrows import Asking, Made, Row, is_plain, kept_figure, spelling, unit_of
from hengjian.app.standing import reach, standing_of
from hengjian.intake.text import quoted
from hengjian.model.scorecard import Scorecard
from hengjian.model.unit import Unit, parse_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is to be confirmed: under which key, of which item, in which unit, and by which department (None: any)."""

    item: str
    words: tuple[str, ...]
    unit: Unit | None
    department: str | None


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One record for each figure: its key is a line of the letter, or an item that takes confirmed figures."""
    found = []
    letters: dict[tuple[str, str], Mapping[str, Letter]] = {}
    for row in rows:
        card = card_of(asking, row, row.values)
        if card is None:
            continue
        at = card.name, row.get("period")
        if at not in letters:
            letters[at] = letters_of(asking.desk, card, row.get("period"), None) if card.letter else {}
        letter = letters[at].get(row.get("entity"))
        if card.letter and letter is None:
            message = f"{quoted(row.get('entity'))} has no letter of {card.name} for {row.get('period')}"
            row.fault_at(asking.faults, "entity", message, "enter its responsibility letter first")
            continue
        made = _made(asking, row, _wanted(asking, card, letter))
        if made is not None:
            found.append(made)
    return found


def _wanted(asking: Asking, card: Scorecard, letter: Letter | None) -> dict[str, _Wanted]:
    items = {name: item for name, item in leaves(card).items() if "confirmed" in item.channels}
    found = {
        name: _Wanted(item=name, words=(item.label.zh, item.label.en), unit=item.unit,
                      department=None if item.owner is None else item.owner.zh)
        for name, item in items.items()
        if letter is None or (item.weight is not None and not item.many)  # weighed without a line of the letter
    }  # fmt: skip
    for line in () if letter is None else letter.lines:
        item = items.get(line.item)
        if item is None:
            continue
        unit = parse_unit(line.unit, asking.units()) if line.unit else item.unit
        department = line.department or (item.owner.zh if item.owner is not None else None)
        words = line.title.zh, line.title.en
        found[line.key] = _Wanted(item=line.item, words=words, unit=unit, department=department)
    return found


def _made(asking: Asking, row: Row, wanted: Mapping[str, _Wanted]) -> Made | None:
    key = asking.named(row, "key", {name: one.words for name, one in wanted.items()}, "figure to be confirmed")
    if key is None:
        return None
    one = wanted[key]
    stated = unit_of(asking, row)
    if not is_plain(asking, row, ("value",), stated, one.unit, row.get("key")):
        return None
    value = kept_figure(asking, row, "value", stated, one.unit)
    if value is None:
        return None
    names = ("scorecard", "period", "entity", "evidence", "note", "withdrawn")
    record = {
        **{name: row.get(name) for name in names}, "key": key, "item": one.item, "value": value,
        "unit": None if one.unit is None else one.unit.symbol, "department": one.department,
        "on_behalf": not signs_for(asking, row.get("entity"), one.department),
    }  # fmt: skip
    return Made(record=record, row=row, cell="key")


def signs_for(asking: Asking, entity: str, department: str | None) -> bool:
    """Whether the one who enters signs for a department (None: any) at an entity."""
    desk = asking.desk
    person = standing_of(desk).persons.get(desk.actor.person or "")
    if person is None or entity not in reach(desk, desk.actor, "confirm"):
        return False
    return department is None or (person.unit is not None and spelling(person.unit) == spelling(department))


def denied(asking: Asking, made: Made) -> str | None:
    """Why a figure may not be signed for by the one who enters it; who assesses may do it on a department's behalf,
    which the record tells."""
    desk, entity = asking.desk, str(made.record["entity"])
    if not made.record["on_behalf"] or entity in reach(desk, desk.actor, "assess"):
        return None
    if entity not in reach(desk, desk.actor, "confirm"):
        return f"{desk.actor.name} may not confirm at {quoted(entity)}"
    department, key = quoted(str(made.record["department"])), quoted(str(made.record["key"]))
    return f"{key} is confirmed by {department}, to which {desk.actor.name} does not belong"
