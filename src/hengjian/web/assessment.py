"""考核评价: the year board of a scorecard, everybody by every top item; and the registers that scores stand on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.model.period import parse_period
from hengjian.web.alerts import Due, due_of, matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.paging import paged
from hengjian.web.scoretext import day_text, points
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall
from hengjian.web.words import Language, Words, words_of

_A_PAGE = 100
#: Columns of registers that name scorecards and their items.
_NAMED = frozenset({"scorecard", "item", "key"})
#: Columns of registers whose words an item declares: the grade of a rating, what an award is for.
_SAID = frozenset({"rating", "ground"})
#: The period of a frequency before a day, as it is written.
_LAST: Mapping[str, Callable[[int, int], str]] = {
    "year": lambda year, _: f"{year - 1}",
    "half": lambda year, month: f"{year}-H1" if month > 6 else f"{year - 1}-H2",
    "quarter": lambda year, month: f"{year}-Q{(month - 1) // 3}" if month > 3 else f"{year - 1}-Q4",
    "month": lambda year, month: f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far the score of an entity has come: the version that is published, objections that wait, its case."""

    version: int | None
    day: str
    objections: int
    due: Due | None


def routes(wall: Wall) -> list[Route]:
    """`/assessment` and `/assessment/register/{kind}`."""
    return [
        Route("/assessment", getting(wall, board)), Route("/assessment/register/{kind}", getting(wall, register)),
    ]  # fmt: skip


def board(visit: Visit) -> Response:
    """Everybody whom the card scores in a period, the best first."""
    cards = visit.ask("scorecards")["scorecards"]
    card = _card(visit, cards)
    period = _period(visit, card) if card is not None else ""
    answer, faults = (None, []) if card is None else _asked(visit, card, period)
    states = {} if answer is None or card is None else states_of(visit, card, period)
    text = visit.query.get("q", "").strip()[:100]
    every = [] if answer is None else answer["rows"]
    rows = _sorted([row for row in every if matches(text, row["entity"], row["name"])], visit.query.get("sort", ""))
    items = [] if card is None else card["items"]
    if answer is not None and card is not None and wanted(visit):
        return _file(visit, card, period, rows, states)
    page = paged(visit.query, rows, _A_PAGE)
    return visit.page(
        "assessment.html", status=400 if faults else 200, cards=cards, card=card, period=period, answer=answer,
        faults=faults, rows=page.rows, number=page.number, pages=page.pages, found=len(rows), text=text, items=items,
        states=states, points=points, sort=visit.query.get("sort", ""), day=day_text,
        has_state=any(states.get(row["entity"]) is not None for row in every),
        has_class=any(row["class"] for row in every), has_quota=_has_quota(card) and any(row["quota"] for row in every),
        grades=_tally(card, every), told=None if answer is None else answer.get("known"), known=known_text(visit),
    )  # fmt: skip


def _card(visit: Visit, cards: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The card that is asked for; else that of the latest letter, one that goes by letters, the first."""
    letters = [one for one in cards if one["letter"]]
    wish = visit.query.get("scorecard", "")
    if not wish and letters:
        signed = visit.ask("register", kind="letter")["rows"]
        wish = signed[-1]["scorecard"] if signed else ""
    found = next((one for one in cards if one["scorecard"] == wish), None)
    return found or next(iter([*letters[-1:], *cards]), None)


def _period(visit: Visit, card: Mapping[str, Any]) -> str:
    """The period that is asked for; else the last whole one, or where the card was no longer in force the last of its
    own."""
    wish = visit.query.get("period", "").strip()[:20]
    if wish:
        return wish
    today = visit.head.today or "2000-01-01"
    day = min(today, card["until"] or today)
    made = _LAST.get(card["frequency"])
    return day[:7] if made is None else made(int(day[:4]) + (day == card["until"]), int(day[5:7]))


def _asked(visit: Visit, card: Mapping[str, Any], period: str) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or what is wrong with what was asked."""
    try:
        return visit.source.scores(visit.view, visit.head, card["scorecard"], period), []
    except Refused as refused:
        return None, said(visit, refused)


def known_text(visit: Visit) -> Callable[[str], str]:
    """Says of which moment of the ledger an answer is."""

    def write(text: str) -> str:
        if text.startswith("entry:"):
            return visit.words("assessment.known.entry", entry=text.removeprefix("entry:"))
        return visit.words("assessment.known", moment=text)

    return write


def said(visit: Visit, refused: Refused) -> list[tuple[str, str]]:
    """What a refusal says, in the reader's language."""
    language = visit.words.language
    return [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]


def states_of(visit: Visit, card: Mapping[str, Any], period: str, entity: str | None = None) -> dict[str, State]:
    """Of whom something is published, or a case of the card's workflow is open, by entity."""
    listed = visit.ask("assessments", scorecard=card["scorecard"], period=period)["rows"]
    published = {one["entity"]: one for one in listed if entity in (None, one["entity"])}
    cases: dict[str, Mapping[str, Any]] = {}
    if card["workflow"] is not None:
        asked = visit.ask("cases", workflow=card["workflow"], entity=entity)["cases"]
        for one in reversed(asked):  # the one that is due first, and open ones, stand before others
            if any(part["field"] == "period" and _is_period(part["value"], period) for part in one["filled"]):
                cases[one["entity"]] = one
    found = {}
    for name in {**published, **cases}:
        one = published.get(name)
        found[name] = State(
            version=None if one is None else int(one["version"]), day="" if one is None else str(one["day"]),
            objections=0 if one is None else int(one["objections"]),
            due=due_of(visit, cases[name]) if name in cases else None,
        )  # fmt: skip
    return found


def _is_period(text: str, period: str) -> bool:
    found = parse_period(text.strip().removesuffix("年"))
    return found is not None and str(found) == period


def _sorted(rows: Sequence[Mapping[str, Any]], by: str) -> list[Mapping[str, Any]]:
    """By name, class or the points of an item, the most first; by rank, as they come, where nothing is said."""
    if by in ("name", "class"):
        return sorted(rows, key=lambda row: (row[by] is None, str(row[by] or ""), row["entity"]))
    if not by:
        return list(rows)

    def order(row: Mapping[str, Any]) -> tuple[bool, Decimal]:
        found = row["items"].get(by)
        return found is None, -Decimal(found or 0)

    return sorted(rows, key=order)


def _has_quota(card: Mapping[str, Any] | None) -> bool:
    """Whether only so many have some grade."""
    grades = [] if card is None else card["grades"]
    return any(one["share"] is not None or one["count"] is not None for one in grades)


def _tally(card: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """How many have each grade."""
    grades = [] if card is None else card["grades"]
    had = [row["quota"] or row["grade"] for row in rows]
    return [(one, had.count(one["grade"])) for one in grades if one["grade"] in had]


def _file(
    visit: Visit, card: Mapping[str, Any], period: str, rows: Sequence[Mapping[str, Any]], states: Mapping[str, State]
) -> Response:
    """The board as a table; points as they were computed, unrounded."""
    words = visit.words
    titles = [words(f"assessment.column.{name}") for name in ("rank", "id", "name", "class")]
    titles += [words.label(one, one["item"]) for one in card["items"]]
    titles += [words(f"assessment.column.{name}") for name in ("score", "grade", "quota", "state")]
    grades = {one["grade"]: words.label(one, one["grade"]) for one in card["grades"]}
    cells = [
        [
            row["rank"], row["entity"], row["name"], row["class"],
            *(_number(row["items"].get(one["item"])) for one in card["items"]),
            _number(row["score"]), grades.get(row["grade"]), grades.get(row["quota"]),
            _state_text(visit, states.get(row["entity"])),
        ]
        for row in rows
    ]  # fmt: skip
    name = f"{words.label(card, card['scorecard'])} {period}"
    return exported(visit, name, [ExportColumn(title=title) for title in titles], cells)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _state_text(visit: Visit, state: State | None) -> str | None:
    if state is None:
        return None
    if state.version is not None:
        return visit.words("assessment.published.version", version=state.version, day=state.day)
    return None if state.due is None else state.due.state


def register(visit: Visit) -> Response:
    """The rows of one register as they stand, for a card and a period: each with its entry, file, row and cell."""
    kind = part_of(visit.request.path_params["kind"])
    asked = {name: visit.query.get(name) or None for name in ("scorecard", "period", "entity", "book")}
    try:
        answer = visit.ask("register", kind=kind, **asked)
    except Refused:
        raise HTTPException(404, visit.words("assessment.register.unknown")) from None
    words, rows = visit.words, list(_apart(answer["rows"]))
    cards = visit.ask("scorecards")["scorecards"]
    cell = _cells(words.language, cards)
    columns = [one for one in answer["columns"] if any(cell(row, one) for row in rows)]
    if wanted(visit):
        cells = [[cell(row, one) or None for one in columns] for row in rows]
        titles = [ExportColumn(title=words.label(one, one["name"])) for one in columns]
        return exported(visit, words.label(answer, kind), titles, cells)
    page = paged(visit.query, rows)
    names = cards_by(cards, words) | {one.id: one.name for one in visit.entities().values()}
    return visit.page(
        "assessment_register.html", kind=kind, answer=answer, columns=columns, rows=page.rows, number=page.number,
        pages=page.pages, found=len(rows), wish={name: text for name, text in asked.items() if text},
        shown=[one for one in columns if not asked.get(one["name"])], cell=cell,
        called=lambda one: names.get(one, one),
    )  # fmt: skip


def _apart(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for each line of a letter, and for each member of a group; others as they are."""
    for row in rows:
        parts = row.get("lines") or row.get("members") or [{}]
        yield from ({**row, **part, "origin": {**(row.get("origin") or {}), **_place(part)}} for part in parts)


def _place(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in ("row", "cell") if part.get(name)}


def cards_by(cards: Sequence[Mapping[str, Any]], words: Words) -> dict[str, str]:
    """The labels of scorecards, by name."""
    return {one["scorecard"]: words.label(one, one["scorecard"]) for one in cards}


def _cells(
    language: Language, cards: Sequence[Mapping[str, Any]]
) -> Callable[[Mapping[str, Any], Mapping[str, Any]], str]:
    """Writes what a record says under a column: cards, items and words by their labels, bands as they are listed."""
    labels = cards_by(cards, words_of(language)) | {
        name: label for card in cards for name, label in _items(card["items"], language)
    }

    said_of = {
        (card["scorecard"], item, name): label for card in cards for item, name, label in _said(card["items"], language)
    }

    def cell(row: Mapping[str, Any], column: Mapping[str, Any]) -> str:
        name = column["name"]
        value = row.get(name)
        if value is None and isinstance(row.get("bands"), Mapping):
            value = row["bands"].get(name)
        if isinstance(value, Mapping):
            return str(value.get(language) or "")
        if value is None or isinstance(value, list):
            return ""
        said = said_of.get((str(row.get("scorecard")), str(row.get("key") or row.get("item")), str(value)))
        if said is not None and name in _SAID:
            return said
        label = column["choices"].get(value) if isinstance(value, str) else None
        return str(label[language] if label else labels.get(value, value) if name in _NAMED else value)

    return cell


def _said(items: Sequence[Mapping[str, Any]], language: Language) -> Iterator[tuple[str, str, str]]:
    """What people call a grade in which an item is rated, and what an award is given for: by item and name."""
    for one in items:
        method = one["method"] or {}
        for part in (*(method.get("grades") or ()), *(method.get("kinds") or ())):
            yield one["item"], part["name"], part["label"][language]
        yield from _said(one["items"], language)


def _items(items: Sequence[Mapping[str, Any]], language: Language) -> Iterator[tuple[str, str]]:
    for one in items:
        yield one["item"], words_of(language).label(one, one["item"])
        yield from _items(one["items"], language)
