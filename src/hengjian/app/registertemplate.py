"""`register_template`: a workbook of the columns of a register, with the rows that are known beforehand."""

from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.app.cardrows import leaves
from hengjian.app.desk import Desk
from hengjian.app.letters import letters_of
from hengjian.app.registerkinds import Column, Register
from hengjian.app.registers import columns_of, known_register
from hengjian.app.standardsbook import books_of, standard_items
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.columnsheet import SheetColumn, column_sheet
from hengjian.model.cut import Cut
from hengjian.model.issue import nearest, refuse
from hengjian.model.period import parse_period
from hengjian.model.scorecard import Awards, Rating, Scorecard

_NOTES: Mapping[str, str] = {
    "figure": "数字；可带 %", "part": "35% 或 0.35", "day": "如 2025-03-31", "period": "如 2025、2025-Q2",
    "year": "如 2025", "entity": "企业编号 id", "card": "计分卡名称 scorecard",
}  # fmt: skip


def register_template(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The workbook (`data`) of a kind. With `scorecard` and `period` the rows of those in sight stand in it: a letter's
    lines by the scorecard's items, what departments are to confirm, what a panel is to rate."""
    asked = known_register(str(question["kind"]))
    programme = desk.programme()
    columns = columns_of(programme, asked)
    card, period = _card(programme, question), str(question.get("period") or "")
    rows = list(_rows(desk, programme, asked, card, period, question))
    shown = [_shown(one) for one in columns]
    notes = [f"{asked.label.zh} {asked.label.en}", *([asked.note.zh, asked.note.en] if asked.note else [])]
    data = column_sheet(asked.label.zh, shown, rows, notes)
    return {"kind": asked.name, "name": f"{asked.name}.xlsx", "data": data, "rows": len(rows)}


def _card(programme: Programme, question: Mapping[str, Any]) -> Scorecard | None:
    name = question.get("scorecard")
    cards = programme.catalogue.scorecards
    if name is None or name in cards:
        return None if name is None else cards[name]
    hint = nearest(str(name), cards, otherwise=f"there are {', '.join(cards) or 'none'}")
    raise refuse(f"no scorecard is called {str(name)!r}", hint)


def _shown(one: Column) -> SheetColumn:
    label = one.label
    words = tuple(choice.zh for choice in one.choices.values())
    note = _NOTES.get(one.kind, "") or "、".join(words)
    return SheetColumn(
        name=one.name, title=f"{label.zh}\n{label.en}", choices=words, required=one.required, note=note,
    )  # fmt: skip


def _rows(
    desk: Desk, programme: Programme, asked: Register, card: Scorecard | None, period: str, question: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    match asked.name:
        case "standard":
            books = books_of(programme)
            for name, cards in books.items():
                if question.get("book") in (None, name):
                    for item in standard_items(cards).values():
                        unit = "" if item.unit is None else item.unit.symbol
                        yield {"book": name, "key": item.label.zh, "year": period, "unit": unit}
        case "letter" | "confirmation" | "rating" if card is not None and period:
            head = {"scorecard": card.name, "period": period}
            letters = letters_of(desk, card, period, None)
            for entity in _entities(desk, programme, card, period, question):
                if asked.name == "letter":
                    weighed = [one for one in leaves(card).values() if not isinstance(one.method, Awards)]
                    for place, item in enumerate(weighed):
                        yield {**(head | {"entity": entity} if not place else {}), "item": item.label.zh}
                elif asked.name == "confirmation":
                    lines = letters[entity].lines if entity in letters else ()
                    confirmed = {one for one, item in leaves(card).items() if "confirmed" in item.channels}
                    for line in lines:
                        if line.item in confirmed:
                            yield {**head, "entity": entity, "key": line.key, "unit": _unit(programme, line.unit)}
                else:
                    rated = {name: one for name, one in leaves(card).items() if isinstance(one.method, Rating)}
                    if entity in letters:
                        rated = {line.item: rated[line.item] for line in letters[entity].lines if line.item in rated}
                    yield from ({**head, "entity": entity, "key": item.label.zh} for item in rated.values())


def _unit(programme: Programme, symbol: str | None) -> str:
    """A unit as people write it in Chinese."""
    named = programme.catalogue.units.get(symbol or "")
    return symbol or "" if named is None else named.label.zh


def _entities(desk: Desk, programme: Programme, card: Scorecard, period: str, question: Mapping[str, Any]) -> list[str]:
    """Those in sight whom the card scores: those asked for, or all."""
    at = parse_period(period)
    wanted = {str(one) for one in question.get("entities") or ()}
    if at is None:
        raise refuse(f"{period!r} is no period", "write a year, as 2025, or 2025-Q2, or 2025-06")
    kinds = desk.seen_types()
    return [
        state.id for state in desk.store.entities(Cut(), at.end)
        if state.id in kinds and programme.catalogue.descends(state.type, card.type)
        and (not wanted or state.id in wanted)
    ]  # fmt: skip
