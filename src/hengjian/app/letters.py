"""Responsibility letters (责任书): what each enterprise is to reach in a period, by which weights, and who signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hengjian.app.cardrows import card_of, leaves, spellings
from hengjian.app.desk import Desk
from hengjian.app.registergroups import grouped
from hengjian.app.registerrows import Asking, Made, Row, find_named, is_plain, kept_figure, plain, unit_of
from hengjian.app.registers import rows_of
from hengjian.intake.text import quoted
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Label
from hengjian.model.scorecard import Awards, Item, PastScores, ProRata, Rating, Rescale, Scorecard, Steps, Table
from hengjian.supervise.scored import LetterLine

#: What the weights of a letter add up to where its scorecard does not say.
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter as it stands: its lines in their order, the factor (经营难度系数), and the whole `record` with its
    entry, class, term, document, and who signed it."""

    entity: str
    lines: tuple[LetterLine, ...]
    factor: Decimal | None
    entry: int
    record: Mapping[str, Any]


def letters_of(desk: Desk, card: Scorecard, period: str, known_at: KnownAt | None) -> dict[str, Letter]:
    """The letters of a scorecard for a period, by entity, as they stood at a moment."""
    rows = rows_of(desk, "letter", known_at=known_at, topics=[f"{card.name}|{period}|"])
    return {row["entity"]: _letter(row) for row in rows}


def letter_of(desk: Desk, card: Scorecard, period: str, entity: str, known_at: KnownAt | None) -> Letter | None:
    """The letter of one entity; None where there is none."""
    return letters_of(desk, card, period, known_at).get(entity)


def _letter(row: Mapping[str, Any]) -> Letter:
    return Letter(
        entity=row["entity"], lines=tuple(_line(one, row["entry"]) for one in row["lines"]),
        factor=_number(row["factor"]), entry=row["entry"], record=row,
    )  # fmt: skip


def _line(one: Mapping[str, Any], entry: int) -> LetterLine:
    return LetterLine(
        item=one["item"], key=one["key"], title=Label(**one["title"]), weight=_number(one["weight"]),
        target=_number(one["target"]), base=_number(one["base"]), indicator=one["indicator"], unit=one["unit"],
        direction=one["direction"], department=one["department"], entry=entry,
    )  # fmt: skip


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """One letter for each entity, period and scorecard: its lines checked against the card, its weights added up."""
    found = []
    for head, parts in grouped(asking, rows):
        before = asking.faults.count
        card = card_of(asking, parts[0], head)
        if card is None:
            continue
        if not card.letter:
            message = f"{card.name} asks for no letter"
            parts[0].fault_at(asking.faults, "scorecard", message, "its weights and targets are declared by its pack")
            continue
        record = _record(asking, card, head, parts)
        if asking.faults.count == before:
            found.append(Made(record=record, row=parts[0], cell="entity"))
    return found


def _record(asking: Asking, card: Scorecard, head: Mapping[str, str], parts: Sequence[Row]) -> dict[str, Any]:
    signed = {
        "office": head.get("signed_office", ""), "enterprise": head.get("signed_enterprise", ""),
        "on": head.get("signed_on"),
    }  # fmt: skip
    record: dict[str, Any] = {
        **{name: head[name] for name in ("scorecard", "period", "entity")},
        **{name: head.get(name, "") for name in ("class", "term", "document", "withdrawn")},
        "factor": head.get("factor"), "signed": signed,
    }  # fmt: skip
    if head.get("withdrawn") == "yes":
        return {**record, "lines": []}
    filled = [row for row in parts if not _is_left_out(asking, card, row)]
    record["lines"] = [line for row in filled if (line := _read_line(asking, card, row)) is not None]
    _check_keys(asking, record["lines"], filled)
    is_whole = len(record["lines"]) == len(filled)
    for item, wanted, got in _wrong_weights(card, record["lines"]) if is_whole else ():
        message = f"the weights of {quoted(record['entity'])} add up to {plain(got)} in {quoted(item.label.zh)}"
        parts[0].fault_at(asking.faults, "weight", message, f"they should add up to {plain(wanted)}")
    return record


def _is_left_out(asking: Asking, card: Scorecard, row: Row) -> bool:
    """Whether a row names an item that the letter is to weigh, and says nothing of it: a template lists all items, and
    a letter leaves some out."""
    items = leaves(card)
    name = find_named(row.get("item"), spellings(items))
    said = any(row.get(one.name) for one in asking.columns if not one.head and one.name != "item")
    return name is not None and (items[name].weight is None or items[name].many) and not said


def _read_line(asking: Asking, card: Scorecard, row: Row) -> dict[str, Any] | None:
    """One line as the record keeps it; None after a fault."""
    items = leaves(card)
    name = asking.named(row, "item", spellings(items), f"item of {card.name}")
    if name is None:
        return None
    item, faults, before = items[name], asking.faults, asking.faults.count
    stated = unit_of(asking, row)
    kept = stated if item.many else item.unit
    weight = kept_figure(asking, row, "weight", None, None)
    if weight is None and (item.weight is None or item.many):
        row.fault_at(
            faults, "weight", f"{quoted(item.label.zh)} has no weight", "its weight is the letter's: fill it in"
        )
    if weight is not None and Decimal(weight) < 0:
        message = f"the weight of {quoted(row.get('title') or item.label.zh)} is {weight}"
        row.fault_at(faults, "weight", message, "write 0 or more")
    if weight is not None and not item.many and item.weight not in (None, Decimal(weight)):
        message = f"{quoted(item.label.zh)} weighs {plain(item.weight or Decimal(0))} by the scorecard"
        row.fault_at(faults, "weight", message, "leave the weight out, or mend it")
    is_plain(asking, row, ("target", "base"), stated, kept, row.get("title") or item.label.zh)
    target, base = (kept_figure(asking, row, column, stated, kept) for column in ("target", "base"))
    if not row.get("target") and _needs_target(item):
        message = f"{quoted(row.get('title') or item.label.zh)} has no target"
        row.fault_at(faults, "target", message, "its target is the letter's: fill it in")
    if not row.get("base") and isinstance(item.method, Steps) and item.method.tiers and item.method.base is None:
        message = f"{quoted(row.get('title') or item.label.zh)} has no base"
        row.fault_at(faults, "base", message, "how much may be added hangs on the target beside it: fill it in")
    key = row.get("key") or row.get("title") or row.get("indicator") if item.many else item.name
    if not key:
        row.fault_at(faults, "key", f"a line of {quoted(item.label.zh)} has no name", "give it a key or a title")
    if item.many and not row.get("indicator") and _has_no_figure(item):
        message = f"{quoted(row.get('title') or item.label.zh)} has no indicator"
        row.fault_at(faults, "indicator", message, "by the scorecard nobody confirms its figure: fill in what it is")
    if faults.count > before:
        return None
    zh = row.get("title") or item.label.zh
    return {
        "item": name, "key": key,
        "title": {"zh": zh, "en": row.get("title_en") or (item.label.en if zh == item.label.zh else zh)},
        "weight": weight, "target": target, "base": base, "indicator": _indicator(asking, row),
        "unit": kept.symbol if kept is not None else None, "direction": row.get("direction") or None,
        "department": row.get("department") or None, "row": row.line.row, "cell": row.line.cell("item"),
    }  # fmt: skip


def _has_no_figure(item: Item) -> bool:
    """Whether only the indicator that a line names gives an item its figure."""
    if isinstance(item.method, Rating | Awards | PastScores):
        return False
    return item.value is None and not {"confirmed", "audited"} & set(item.channels)


def _needs_target(item: Item) -> bool:
    """Whether points of an item hang on a target that only the letter says."""
    match item.method:
        case Steps(target=None) | ProRata(target=None):
            return True
        case Table(target=None, of=of):
            return of != "value"
    return False


def _indicator(asking: Asking, row: Row) -> str | None:
    """The indicator or measure by which the space knows the value of a line; None where the row names none."""
    if not row.get("indicator"):
        return None
    catalogue = asking.programme.catalogue
    spelled = {name: (one.label.zh, one.label.en) for name, one in catalogue.measures.items()}
    spelled |= {name: (one.label.zh, one.label.en) for name, one in catalogue.indicators.items()}
    return asking.named(row, "indicator", spelled, "indicator or measure")


def _check_keys(asking: Asking, lines: Sequence[Mapping[str, Any]], parts: Sequence[Row]) -> None:
    by_row = {(row.line.sheet, row.line.row): row for row in parts}
    seen: dict[str, int] = {}
    for line in lines:
        if line["key"] in seen:
            row = by_row[parts[0].line.sheet, line["row"]]
            message = f"{quoted(line['key'])} stands in row {seen[line['key']]} already"
            row.fault_at(asking.faults, "item", message, "a letter has one line for each: leave one out")
        seen.setdefault(line["key"], line["row"])


def _wrong_weights(card: Scorecard, lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Item, Decimal, Decimal]]:
    """Groups, and items of many lines, whose weights do not add up: what they should come to, and what they do."""
    given: dict[str, Decimal] = {}
    for line in lines:
        if line["weight"] is not None:
            given[line["item"]] = given.get(line["item"], Decimal(0)) + Decimal(line["weight"])
    wrong: set[str] = set()
    of_hundred = {one.name for group in card.root.walk() if group.combine == "weighted" for one in group.items}
    for item in reversed([*card.root.walk()]):  # from the leaves up: a sum of what is wrong below is not told too
        if wrong & {below.name for below in item.walk()}:
            continue
        is_sum = bool(item.items) and item.combine == "sum"
        if not (is_sum or item.many) or not any(below.name in given for below in item.walk()):
            continue
        wanted = item.weight if item is not card.root else item.weight or _whole(item)
        wanted = _WHOLE if item.name in of_hundred else wanted  # its weight is what its 100 points count for
        got = _weight(item, given)
        if wanted is not None and got != wanted:
            wrong.add(item.name)
            yield item, wanted, got


def _whole(root: Item) -> Decimal:
    """What all weights add up to where the card does not say: 100, or the scale that points are brought down from."""
    return next((one.step.source for one in root.adjust if isinstance(one.step, Rescale)), _WHOLE)


def _weight(item: Item, given: Mapping[str, Decimal]) -> Decimal:
    """What the lines of a letter give an item: of a group, all that is scored below it."""
    if item.items and item.combine == "sum":
        return sum((_weight(one, given) for one in item.items if one.role in ("scored", "basic")), Decimal(0))
    return given.get(item.name, Decimal(0) if item.weight is None or item.many else item.weight)
