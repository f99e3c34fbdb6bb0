"""`portfolio`: the latest figures of all entities of a type side by side, kept until the ledger grows."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from weakref import WeakKeyDictionary

from hengjian.app.cutting import seen_part
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut, parse_stretch
from hengjian.app.question import Asked, ask, in_unit, known_indicators
from hengjian.app.wire import Answer
from hengjian.evaluate.answer import Mask
from hengjian.evaluate.latest import Latest, common_row, latest, with_values
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.issue import nearest, refuse
from hengjian.model.period import Period

#: So many periods back does the course of a figure go.
COURSE = 12
#: Columns where neither the question nor a page names any, and at most.
FEW, MOST = 8, 40
#: So many answers are kept, one a sight, of at most so many cells each, and so many altogether.
_KEPT, _LARGEST, _TOGETHER = 64, 1_000_000, 8_000_000
#: More than half of the votes is control.
_CONTROL = Decimal("0.5")

_answers: WeakKeyDictionary[Desk, OrderedDict[tuple[object, ...], Answer]] = WeakKeyDictionary()


def portfolio(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Entities of `type` × `columns` (indicators and measures), each figure at the entity's latest reported period.

    No figure is later than the period that most have reported, or than the end of `period` where that is asked for.
    Lists inside a column stand in the order of `entities`. To a reader who does not see everybody the others are not
    there: neither among the entities nor in what most have reported; `beyond` marks the columns in whose figures they
    may stand.

    The answer is shared with later ones: read it only.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    kind = _type(programme, question.get("type"))
    choices = _choices(programme, kind, question.get("columns") or ())
    day = cut.as_of or desk.config.current_day()
    text = question.get("period")
    until = None if text is None else parse_stretch(text)[1].end
    key = (desk.changed, cut, day, kind, choices, until, desk.sight)
    kept = _answers.setdefault(desk, OrderedDict())
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    found = [_figures(desk, programme, cut, kind, choices[0], until)]
    for names in choices[1:]:
        if any(column["period"] for column in found[-1]):
            break
        found.append(_figures(desk, programme, cut, kind, names, until))
    columns = found[-1] if any(column["period"] for column in found[-1]) else found[0]
    family = programme.catalogue.family(kind)
    answer: Answer = {"type": kind, **_entities(desk, cut, day, family), "columns": columns, **mark(desk.sight)}
    if _cells(answer) <= _LARGEST:
        kept[key] = answer
        while len(kept) > _KEPT or sum(map(_cells, kept.values())) > _TOGETHER:
            kept.popitem(last=False)
    return answer


def _cells(answer: Answer) -> int:
    return len(answer["entities"]) * len(answer["columns"]) * COURSE


def _type(programme: Programme, asked: str | None) -> str:
    """The type asked for; else that of the first page, else the first that indicators are declared for."""
    types = programme.catalogue.types
    if asked is not None:
        if asked not in types:
            hint = nearest(asked, types, otherwise=f"declared are {', '.join(types)}")
            raise refuse(f"no entity type is called {asked!r}", hint)
        return asked
    pages = [page.type for page in programme.catalogue.pages.values()]
    return next(iter([*pages, *(one.type for one in programme.indicators.values()), *types]))


def _choices(programme: Programme, kind: str, asked: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The columns asked for; else those of the type's pages, of which the first with figures will do; where it has no
    page its first indicators, or measures."""
    asked = tuple(asked)
    if len(asked) > MOST:
        raise refuse(f"{len(asked)} columns are asked for at once", f"ask for {MOST} at most")
    if asked:
        return (tuple(known_indicators(programme, asked, kind)),)
    lineage = programme.catalogue.lineage(kind)
    declared = programme.catalogue.pages.values()
    pages = tuple(page.columns for one in lineage for page in declared if page.type == one)
    if pages:
        return pages
    indicators = [name for name, one in programme.indicators.items() if one.type in lineage]
    measures = [name for name, one in programme.catalogue.measures.items() if one.type in lineage]
    return (tuple((indicators or measures)[:FEW]),)


def _entities(desk: Desk, cut: Cut, day: date, kinds: Collection[str]) -> dict[str, list[Any]]:
    """The entities by ordinal: ids, names, attributes on the day, and the place of the one that stands above each."""
    states = [state for state in desk.store.entities(cut, day) if state.type in kinds and state.id in desk.sight]
    place_of = {state.id: place for place, state in enumerate(states)}
    above = _above(desk, cut, day)
    return {
        "entities": [state.id for state in states],
        "names": [state.name for state in states],
        "attributes": [state.described for state in states],
        "above": without_circles([place_of.get(above.get(state.id, "")) for state in states]),
    }  # fmt: skip


def _above(desk: Desk, cut: Cut, day: date) -> dict[str, str]:
    """The one that an entity reports to; where none is stated, the one that holds more than half of its votes."""
    found: dict[str, str] = {}
    for link in desk.store.links_at(cut, day, "owns"):
        try:
            votes = Decimal(link.attributes.get("voting") or link.attributes.get("share") or "0")
        except InvalidOperation:
            continue
        if votes > _CONTROL:
            found[link.target] = link.source
    for link in desk.store.links_at(cut, day, "parent"):
        found[link.source] = link.target
    return found


def without_circles(above: Sequence[int | None]) -> list[int | None]:
    """The same, but of those that stand above one another in a circle, the first one has nobody above it."""
    found = list(above)
    ended = [False] * len(found)
    for start in range(len(found)):
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and not ended[at] and at not in path:
            path[at] = None
            at = found[at]
        if at is not None and not ended[at]:
            circle = list(path)[list(path).index(at) :]
            found[min(circle)] = None
        for one in path:
            ended[one] = True
    return found


def _figures(
    desk: Desk, programme: Programme, cut: Cut, kind: str, names: Sequence[str], until: date | None
) -> list[dict[str, Any]]:
    """The columns in the order asked for."""
    made: dict[str, dict[str, Any]] = {}
    for asked in ask(desk, programme, cut, names, None, None, kind=kind) if names else ():
        beyond = _reading_others(desk, asked)
        asked = seen_part(asked, desk.sight)
        periods = asked.panel.periods
        last = sum(until is None or period.end <= until for period in periods) - 1
        masks = {name: _told(asked, name, last) for name in asked.formulas}
        row = common_row(list(masks.values()), last)
        course = COURSE if desk.sight.is_everything else min(COURSE, _since_first(masks.values(), row))
        for name in asked.formulas:
            made[name] = _column(asked, name, masks[name], row, course) | ({"beyond": True} if name in beyond else {})
    return [made[name] for name in names]


def _since_first(masks: Iterable[Mask], row: int | None) -> int:
    """How many periods there are from the first in which anybody in sight has a figure: earlier ones are of others."""
    firsts = [next((at for at, told in enumerate(mask) if told.any()), None) for mask in masks]
    return 1 if row is None else max(1, row + 1 - min((one for one in firsts if one is not None), default=row))


def _reading_others(desk: Desk, asked: Asked) -> set[str]:
    """The columns in whose figures others may stand whom the reader does not see."""
    if desk.sight.is_everything:
        return set()
    from hengjian.app.beyond import Beyond  # who sees everybody does without

    walk, seen = Beyond(desk, asked.programme, asked.scene), desk.sight.kept(asked.panel.entities)
    return {name for name, formula in asked.formulas.items() if walk.reads_others(formula, seen)}


def _told(asked: Asked, name: str, last: int) -> Mask:
    """Where a column has a latest figure, up to the row `last`."""
    reads = asked.reads[name]
    waits = bool(reads.linked) and not reads.own
    return with_values(asked.columns[name], asked.masks[name], last) if waits else asked.masks[name]


def _column(asked: Asked, name: str, mask: Mask, row: int | None, course: int) -> dict[str, Any]:
    formula, panel = asked.formulas[name], asked.panel
    found = _nothing(len(panel.entities))
    if row is not None:
        found = latest(asked.columns[name], mask, [asked.bases(name)], row, course)
    labels = [str(period) for period in panel.periods]
    scaled = (lambda value: value) if formula.unit.scale == 1 else (lambda value: in_unit(value, formula.unit))
    return {
        "name": name, "unit": str(formula.unit), "frequency": formula.frequency,
        "period": None if row is None else labels[row],
        "values": [None if value is None else scaled(value) for value in found.values],
        "periods": [None if at is None else labels[at] for at in found.rows],
        "missing": found.missing, "bases": found.bases, "courses": found.courses,
        "course": [str(one) for one in _course(panel.periods, row, course)],
    }  # fmt: skip


def _course(periods: Sequence[Period], row: int | None, course: int) -> Sequence[Period]:
    return () if row is None else periods[max(0, row + 1 - course) : row + 1]


def _nothing(count: int) -> Latest:
    return Latest(
        rows=[None] * count, values=[None] * count, missing=[None] * count, bases=[None] * count,
        courses=[[] for _ in range(count)],
    )  # fmt: skip
