"""Declared rules: read from rules/*.yaml, each with its levels and what else it demands; and their areas."""

from dataclasses import replace
from datetime import date
from typing import get_args

from hengjian.load import shapes
from hengjian.load.declare import frequency_of, working_days
from hengjian.load.fields import Field, Reading
from hengjian.load.kinds import Written
from hengjian.load.strict import Desk, Scalar
from hengjian.model.cut import SCOPE_WORDS
from hengjian.model.declaration import Area, Confidence, FormulaText, Persistence, Rule, Tier
from hengjian.model.workflow import LEVELS

#: The most periods that a condition is looked back on.
LONGEST_MEMORY = 120
_MARKS: tuple[Confidence, ...] = get_args(Confidence)


def area(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Area:
    """A field of supervision."""
    return Area(name=key.text, label=reading.need(shapes.LABEL_FIELD), pack=pack, place=desk.place(key))


def rule(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Rule:
    """A condition that makes an alert; what does not fit together is told."""
    what, source = f"rule {key.text!r}", reading.need(shapes.SOURCE)
    opens, days = reading.get(shapes.OPENS), reading.get(shapes.DEADLINE)
    if "opens" in reading.nodes and "days" not in reading.nodes:
        desk.fault(reading.nodes["opens"], f"{what} opens a case without a deadline", "add days: 30")
    if "days" in reading.nodes and "opens" not in reading.nodes:
        desk.fault(reading.nodes["days"], f"{what} has days but opens no case", "add opens: a workflow's name")
    working = working_days(reading, "days", what, desk)
    begins, until = _validity(what, reading, desk)
    tiers = _tiers(what, reading, source, begins, desk)
    confidence, scope = reading.get(shapes.CONFIDENCE), reading.need(shapes.READ_SCOPE)
    made = Rule(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), type=reading.need(shapes.TYPE), when=tiers[0].when,
        level=tiers[0].level, source=source, message=reading.need(shapes.MESSAGE_FIELD), pack=pack,
        place=desk.place(key), tiers=tiers, applies=_condition(reading, shapes.APPLIES, source, begins),
        minimum=_condition(reading, shapes.MINIMUM, source, begins), persists=_persistence(what, reading, desk),
        clear=_condition(reading, shapes.CLEAR, source, begins), unknown=reading.get(shapes.UNKNOWN),
        scope=SCOPE_WORDS[scope], depth=reading.get(shapes.DEPTH), area=reading.get(shapes.AREA),
        owner=reading.get(shapes.LOOKED_AFTER), document=reading.get(shapes.DOCUMENT),
        confidence=next((one for one in _MARKS if one == confidence), None), until=until,
        message_place=desk.place(reading.nodes["message"]) if "message" in reading.nodes else None,
        opens=opens, days=days, working=working, frequency=frequency_of(reading),
    )  # fmt: skip
    conditions = [made.demanded(tier.when.text) for tier in tiers]
    text = conditions[0] if len(conditions) == 1 else " or ".join(f"({one})" for one in conditions)
    return replace(made, when=replace(made.when, text=text))


def _tiers(what: str, reading: Reading, source: str, begins: date | None, desk: Desk) -> tuple[Tier, ...]:
    """The levels, the gravest first, however they are written."""
    when, level = reading.get(shapes.WHEN), reading.get(shapes.LEVEL)
    if when is not None:
        if level is None and "level" not in reading.nodes:
            desk.fault(reading.nodes["when"], f"{what} lacks the key 'level'", shapes.LEVEL.meaning)
        return (Tier(level=level or "?", when=_text(when, source, begins)),)
    if "level" in reading.nodes:
        desk.fault(reading.nodes["level"], f"{what} has both 'level' and 'levels'", "delete level: each level has one")
    written = reading.need(shapes.TIERS)
    if not written:
        desk.fault(reading.nodes["levels"], f"{what} has no level", "write {red: debt_ratio > key_line}")
        return (
            Tier(
                level="?",
                when=FormulaText(valid_from=None, source=source, text="1 > 0", place=desk.place(reading.node)),
            ),
        )
    return tuple(Tier(level=one, when=_text(written[one][1], source, begins)) for one in LEVELS if one in written)


def _text(written: Written, source: str, begins: date | None) -> FormulaText:
    return FormulaText(valid_from=begins, source=source, text=written.text, place=written.place)


def _condition(reading: Reading, of: Field[Written], source: str, begins: date | None) -> FormulaText | None:
    written = reading.get(of)
    return None if written is None else _text(written, source, begins)


def _persistence(what: str, reading: Reading, desk: Desk) -> Persistence | None:
    one = reading.get(shapes.PERSISTS)
    if one is None:
        return None
    found = Persistence(periods=one.need(shapes.IN_PERIODS), of=one.need(shapes.OF_PERIODS))
    if not found.periods <= found.of <= LONGEST_MEMORY or found.of < 2:
        message = f"{what} cannot persist in {found.periods} of {found.of} periods"
        desk.fault(one.node, message, f"write {{in: 2, of: 3}}, of at least 2 and at most {LONGEST_MEMORY}")
    return found


def _validity(what: str, reading: Reading, desk: Desk) -> tuple[date | None, date | None]:
    begins, until = reading.get(shapes.FROM_ON), reading.get(shapes.UNTIL)
    if begins is not None and until is not None and until < begins:
        desk.fault(reading.nodes["until"], f"{what} ends on {until}, before it begins", f"it begins on {begins}")
    return begins, until
