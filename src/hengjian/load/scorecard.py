"""Scorecards: read from scorecards/*.yaml, and fitted to what all packs declare."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import get_args

from hengjian.load import scoreshapes as shapes
from hengjian.load.fields import Reading
from hengjian.load.form import Known
from hengjian.load.scorefaults import Spots, scorecard_faults
from hengjian.load.scoremethods import confidence, read_method, read_steps, rows, setting, text, word
from hengjian.load.shapes import DOCUMENT, FREQUENCY, FROM_ON, LABEL_FIELD, SOURCE, TYPE, UNTIL
from hengjian.load.strict import Desk, Scalar
from hengjian.load.strict import Mapping as MappingNode
from hengjian.model.declaration import Catalogue, FormulaText
from hengjian.model.issue import Issue, Place
from hengjian.model.period import FREQUENCIES
from hengjian.model.scorecard import (
    Band,
    Book,
    Bounds,
    Channel,
    Direction,
    Grade,
    Item,
    PastScores,
    Role,
    Scorecard,
    Switch,
    Use,
)


def read_scorecard(key: Scalar, reading: Reading, desk: Desk, pack: str) -> tuple[Scorecard, set[str]]:
    """The scorecard that a whole reading declares, and the items that could not be read; what does not fit together in
    it is told."""
    spots = Spots(desk)
    spots.note(key.text, reading)
    source = reading.need(SOURCE)
    children = _items(key.text, reading, reading.need(shapes.ITEMS), spots)
    root = Item(
        name=key.text, label=reading.need(LABEL_FIELD), place=desk.place(key), items=children,
        combine=word(("sum", "weighted", "modified"), reading.need(shapes.COMBINE)) or "sum",
        adjust=read_steps(reading, source, desk), source=source,
    )  # fmt: skip
    book = reading.get(shapes.STANDARDS)
    card = Scorecard(
        name=key.text, label=root.label, type=reading.need(TYPE),
        frequency=word(FREQUENCIES, reading.need(FREQUENCY)) or "year",
        root=root, source=source, pack=pack, place=root.place, valid_from=reading.get(FROM_ON),
        until=reading.get(UNTIL), document=reading.get(DOCUMENT), confidence=confidence(reading),
        letter=reading.need(shapes.LETTER) == "true",
        standards=None if book is None
        else Book(name=book.need(shapes.BOOK), by_class=book.need(shapes.BY_CLASS), by_size=book.get(shapes.BY_SIZE)),
        bands=tuple(
            Band(name=name, label=one.need(LABEL_FIELD), coefficient=one.need(shapes.COEFFICIENT))
            for name, (_, one) in reading.need(shapes.BANDS).items()
        ),
        grades=tuple(_grade(at, one, desk) for at, one in reading.need(shapes.GRADES).values()),
        switches={name: _switch(at, one, desk) for name, (at, one) in reading.need(shapes.SWITCHES).items()},
        digits=reading.need(shapes.CARD_DIGITS),
        uses=tuple(
            Use(
                name=name, label=one.need(LABEL_FIELD), linear=one.need(shapes.LINEAR) == "true",
                rows=rows(one, desk, f"use {name!r}", percent=False), source=one.need(SOURCE),
                confidence=confidence(one),
            )
            for name, (_, one) in reading.need(shapes.USES).items()
        ),
        workflow=reading.get(shapes.FLOW), published_by=reading.get(shapes.PUBLISHED_BY),
        objected_by=reading.get(shapes.OBJECTED_BY), upheld_by=reading.get(shapes.UPHELD_BY),
        rejected_by=reading.get(shapes.REJECTED_BY),
    )  # fmt: skip
    if card.valid_from is not None and card.until is not None and card.until < card.valid_from:
        hint = f"it begins on {card.valid_from}"
        desk.fault(reading.nodes["until"], f"scorecard {card.name!r} ends on {card.until}, before it begins", hint)
    steps = {} if card.workflow is not None else card.steps
    for step_key in steps:
        hint = f"add workflow: its name, or delete {step_key}"
        desk.fault(reading.nodes[step_key], f"scorecard {card.name!r} has a step, but no workflow", hint)
    desk.issues += scorecard_faults(card, spots)
    return card, spots.lost


def _grade(key: Scalar, reading: Reading, desk: Desk) -> Grade:
    share, count = reading.get(shapes.GRADE_SHARE), reading.get(shapes.GRADE_COUNT)
    if share is not None and count is not None:
        desk.fault(reading.nodes["count"], f"grade {key.text!r} has both a share and a count", "delete one of them")
    if share is not None and not 0 < share <= 1:
        desk.fault(reading.nodes["share"], f"the share of grade {key.text!r} is no part", "write it as 25%")
    return Grade(
        name=key.text, label=reading.need(LABEL_FIELD), at_least=reading.need(shapes.GRADE_FROM), share=share,
        count=count,
    )  # fmt: skip


def _switch(key: Scalar, reading: Reading, desk: Desk) -> Switch:
    return Switch(
        name=key.text, label=reading.need(LABEL_FIELD), otherwise=reading.need(shapes.OTHERWISE),
        choices={name: label for name, (_, label) in reading.need(shapes.CHOICES).items()},
        source=reading.need(SOURCE), confidence=confidence(reading), place=desk.place(key),
    )  # fmt: skip


def _items(group: str, reading: Reading, read: Mapping[str, tuple[Scalar, Reading]], spots: Spots) -> tuple[Item, ...]:
    node = reading.nodes["items"]
    written = [key.text for key, _ in node.entries] if isinstance(node, MappingNode) else []
    if not written:
        spots.desk.fault(node, f"{group!r} has no item", "write items: {NAME: {label, weight, value, method}}")
    if len(written) != len(read):  # what could not be read is told: sums and names are not asked for
        spots.cut.add(group)
        spots.lost.update(name for name in written if name not in read)
    return tuple(_item(at, one, spots) for at, one in read.values())


def _item(key: Scalar, reading: Reading, spots: Spots) -> Item:
    desk, source = spots.desk, reading.need(shapes.ITEM_SOURCE)
    spots.note(key.text, reading)
    method, within, bounds = reading.get(shapes.METHOD), reading.get(shapes.GROUP_ITEMS), reading.get(shapes.BOUNDS)
    return Item(
        name=key.text, label=reading.need(LABEL_FIELD), place=desk.place(key), weight=reading.get(shapes.WEIGHT),
        value=text(reading, shapes.VALUE, source), unit=reading.get(shapes.IN_UNIT),
        direction=word(get_args(Direction), reading.need(shapes.DIRECTION)) or "up",
        method=None if method is None else read_method(key.text, method, source, desk),
        items=() if within is None else _items(key.text, reading, within, spots),
        combine=word(("sum", "weighted", "modified"), reading.need(shapes.COMBINE)) or "sum",
        bounds=None if bounds is None else Bounds(
            least=bounds.need(shapes.LEAST), most=bounds.need(shapes.GREATEST),
            setting=setting(bounds, shapes.SETTING, desk),
        ),
        role=word(get_args(Role), reading.need(shapes.ROLE)) or "scored",
        adjust=read_steps(reading, source, desk), many=reading.need(shapes.MANY) == "true",
        applies=text(reading, shapes.APPLIES, source),
        missing=word(("zero", "left_out"), reading.get(shapes.MISSING)),
        channels=tuple(found for one in reading.need(shapes.CHANNELS) if (found := word(get_args(Channel), one))),
        owner=reading.get(shapes.OWNER), source=source, document=reading.get(DOCUMENT),
        confidence=confidence(reading),
    )  # fmt: skip


def named_places(reading: Reading, desk: Desk) -> dict[str, Place]:
    """Where a card names attributes and other cards, by the name."""
    book = reading.get(shapes.STANDARDS)
    found = {one.text: one for one in (() if book is None else book.nodes.values()) if isinstance(one, Scalar)}
    waiting = [one for _, one in reading.need(shapes.ITEMS).values()]
    while waiting:
        one = waiting.pop()
        waiting += [each for _, each in (one.get(shapes.GROUP_ITEMS) or {}).values()]
        method = one.get(shapes.METHOD)
        past = None if method is None else method.get(shapes.PAST)
        if past is not None:
            found |= {node.text: node for node in past.nodes.values() if isinstance(node, Scalar)}
    return {name: desk.place(node) for name, node in found.items()}


def fitted_scorecard(card: Scorecard, catalogue: Catalogue, known: Known, issues: list[Issue]) -> None:
    """Tell what a scorecard names of what packs declare, and is not there or does not fit."""
    attributes = catalogue.attributes_of(card.type)
    if card.standards is not None and card.type in catalogue.types:
        for name in filter(None, (card.standards.by_class, card.standards.by_size)):
            known(card.place, name, f"attribute of {card.type}", attributes)
    if card.workflow is not None:
        flow = catalogue.workflows.get(known(card.place, card.workflow, "workflow", catalogue.workflows) or "")
        if flow is not None:
            for step in card.steps.values():
                known(card.place, step, f"step of the workflow {flow.name}", flow.transitions)
        if flow is not None and flow.type is not None and not catalogue.descends(card.type, flow.type):
            message = f"scorecard {card.name!r} is about {card.type}, but the workflow {flow.name} about {flow.type}"
            issues.append(Issue(place=card.place, message=message, hint="name another workflow"))
    cards = catalogue.scorecards
    for item in card.root.walk():
        if isinstance(item.method, PastScores):
            past = cards.get(known(card.place, item.method.scorecard, "scorecard", cards) or "")
            if past is not None and item.method.item is not None:
                known(card.place, item.method.item, f"item of {past.name}", [one.name for one in past.root.walk()])
            if past is not None and not catalogue.descends(card.type, past.type):
                message = f"scorecard {card.name!r} is about {card.type}, but {past.name} about {past.type}"
                issues.append(Issue(place=item.place, message=message, hint="name a card of the same type"))


def without_spoilt(card: Scorecard, is_spoilt: Callable[[str], bool]) -> Scorecard:
    """The card without the formulas that refer to what is broken."""

    def of(text: FormulaText | None) -> FormulaText | None:
        return None if text is None or is_spoilt(text.text) else text

    def mended(item: Item) -> Item:
        bad = {what.split()[0] for what, text, _ in item.formulas() if is_spoilt(text.text)}
        return replace(
            item, value=of(item.value), applies=of(item.applies),
            method=None if bad & {"special", "target", "base"} else item.method,
            adjust=() if bad & {"when", "times"} else item.adjust,
            items=tuple(mended(one) for one in item.items),
        )  # fmt: skip

    return replace(card, root=mended(card.root))
