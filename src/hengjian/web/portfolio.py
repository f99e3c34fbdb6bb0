"""总览: enterprises beside one another, each with its latest figures; and the choice of the columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape
from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.board import Wanted, as_tree, chosen, groupings, is_additive, levels, sorted_rows, total
from hengjian.web.explanation import short_reason
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.names import Names
from hengjian.web.paging import paged
from hengjian.web.spark import SMALL_HEIGHT, SMALL_WIDTH, small_path
from hengjian.web.view import CUT, MOST_COLUMNS, columns_text, segment
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: Rows of a page, and what a reader may ask for instead.
A_PAGE = 100
PAGES = (A_PAGE, 1_000)
#: Levels of alerts, the gravest first.
LEVELS = ("red", "orange", "yellow", "blue")
_DEEPEST = 6
#: What a filter must carry along, being a form.
_CARRIED = ("type", "period", "sort", "rows", "as_of", "as_known_at", "scope", "basis")


def routes(wall: Wall) -> list[Route]:
    """`/` and `/columns`."""
    return [Route("/", getting(wall, overview)), Route("/columns", getting(wall, choose))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's heading: `sort` is the address that sorts by it, `order` how it is sorted now (empty: not);
    `is_beyond`: others may stand in its figures, whom the reader does not see."""

    label: str
    title: str
    unit: str
    period: str
    sort: str
    order: str
    total: str
    counted: str
    is_beyond: bool


def overview(visit: Visit) -> Response:
    """The portfolio of one entity type."""
    declared = visit.declarations()
    answer = ask(visit, declared)
    rows, depths = _rows(visit, answer)
    alerts = visit.source.alerts(visit.view, visit.head)
    if wanted(visit):
        return _file(visit, answer, rows, visit.names())
    size = next((one for one in PAGES if str(one) == visit.query.get("rows")), A_PAGE)
    page = paged(visit.query, rows, size)
    kind = answer["type"]
    attributes = declared.get("types", {}).get(kind, {}).get("attributes", {})
    late = sum(any(_is_late(column, place) for column in answer["columns"]) for place in rows)
    return visit.page(
        "portfolio.html", is_cut=bool(answer.get("cut")),
        heads=_heads(visit, answer, rows), lines=_Lines(visit, answer, alerts).written(page.rows, depths),
        has_alerts=bool(alerts), kind=visit.names().type(kind), kinds=_kinds(declared), type=kind,
        found=len(rows), count=len(answer["entities"]), late=late,
        number=page.number, pages=page.pages, sizes=PAGES, size=size,
        presets=_presets(visit, answer, declared),
        filters=_filters(visit, answer, attributes), depth=_levels(visit, answer),
        carried=[(name, visit.query[name]) for name in _CARRIED if visit.query.get(name)],
        keeping=[(name, text) for name, text in visit.request.query_params.multi_items() if text and name not in CUT],
        sort=visit.query.get("sort", ""), period=_period(answer), earlier=_earlier(answer),
    )  # fmt: skip


def ask(visit: Visit, declared: Mapping[str, Any]) -> dict[str, Any]:
    """The answer for the columns that the reader chose, as far as they are declared for the type."""
    kind = visit.query.get("type") or None
    every = {**declared.get("measures", {}), **declared.get("indicators", {})}
    kept = [name for name in visit.view.columns if name in every]
    of = kind or next((every[name]["type"] for name in kept), None)
    return visit.ask(
        "portfolio", type=of, columns=[name for name in kept if of and visit.applies(every[name], of)],
        period=visit.query.get("period") or None,
    )  # fmt: skip


def _rows(visit: Visit, answer: Mapping[str, Any]) -> tuple[list[int], Mapping[int, int]]:
    """The places of the rows in their order, and how deep each stands where the order is that of the tree."""
    query = visit.query
    level = query.get("level", "")
    found = chosen(answer, Wanted(
        text=query.get("q", "").strip()[:100],
        attributes={name[2:]: value for name, value in query.items() if name.startswith("a.") and value},
        level=int(level) if level in ("1", "2", "3", "4", "5", "6") else None,
    ))  # fmt: skip
    sort = query.get("sort", "")
    if sort:
        return sorted_rows(answer, found, sort.removeprefix("-"), falling=sort.startswith("-")), {}
    tree = as_tree(answer, found)
    return [place for place, _ in tree], dict(tree)


def _heads(visit: Visit, answer: Mapping[str, Any], rows: Sequence[int]) -> list[Head]:
    names, figures, declared = visit.names(), visit.figures(), visit.declarations()
    single = visit.view.cut.get("scope") in ("parent", "单体")
    now = visit.query.get("sort", "")
    heads = []
    for place, column in enumerate(answer["columns"]):
        name, unit = column["name"], column["unit"]
        told = declared.get("indicators", {}).get(name) or declared.get("measures", {}).get(name) or {}
        sums = total(answer, column, rows, single=single) if is_additive(unit) else None
        order = {str(place): "ascending", f"-{place}": "descending"}.get(now, "")
        heads.append(Head(
            label=names.label(name), unit=figures.unit(unit, name), period=column["period"] or "",
            title="\n".join(text for text in (name, told.get("formula", ""), told.get("source", "")) if text),
            sort=str(place) if order == "descending" else f"-{place}", order=order, is_beyond="beyond" in column,
            total="–" if sums is None or sums.value is None else figures.writer(unit)(sums.value),
            counted="" if sums is None or sums.value is None else visit.words("portfolio.total.of", count=sums.counted),
        ))  # fmt: skip
    return heads


class _Lines:
    """Writes the rows: a thousand of them with thousands of cells, hence no template. Every text is escaped here."""

    def __init__(self, visit: Visit, answer: Mapping[str, Any], alerts: Mapping[str, Mapping[str, int]]) -> None:
        self._answer, self._alerts, self._words = answer, alerts, visit.words
        self._cut = "?" + urlencode(visit.view.cut) if visit.view.cut else ""
        self._of = "?" + urlencode({**visit.view.cut, "entity": ""})
        self._columns = [_Cells(visit, column, self._cut) for column in answer["columns"]]
        self._marks: dict[tuple[str, int], str] = {}

    def written(self, rows: Sequence[int], depths: Mapping[int, int]) -> Markup:
        """The rows at these places; `depths` says how far each stands in."""
        return Markup("\n".join(self._row(place, min(depths.get(place, 0), _DEEPEST)) for place in rows))

    def _row(self, place: int, depth: int) -> str:
        answer = self._answer
        entity = answer["entities"][place]
        base = f"/entity/{segment(entity)}"
        own = Counter(column["periods"][place] for column in answer["columns"] if _is_late(column, place))
        late = str(own.most_common(1)[0][0]) if own else ""
        tag = f' <small class="late">{late}</small>' if late else ""
        name = f'<a href="{base}{escape(self._cut)}" title="{escape(entity)}">{escape(answer["names"][place])}</a>'
        alerts = f'<td class="alerts">{self._levels(entity)}</td>' if self._alerts else ""
        cells = "".join(cells.cell(place, base, late) for cells in self._columns)
        return f'<tr><th scope="row" class="label d{depth}">{name}{tag}</th>{alerts}{cells}</tr>'

    def _levels(self, entity: str) -> str:
        """How many alerts of each level there are, each leading to them."""
        counts = self._alerts.get(entity)
        if not counts:
            return ""
        address = f"/alerts{self._of}{quote(entity, safe='')}"
        return "".join(
            f'<a class="level {level}" href="{escape(address)}" {self._mark(level, counts[level])}</a>'
            for level in LEVELS
            if counts.get(level)
        )

    def _mark(self, level: str, count: int) -> str:
        if (level, count) not in self._marks:
            name = self._words(f"portfolio.alert.{level}")
            title = self._words("portfolio.alerts.of", count=count, level=name)
            self._marks[level, count] = f'title="{escape(title)}">{escape(name)}<b>{count}</b>'
        return self._marks[level, count]


class _Cells:
    """Writes the cells of one column."""

    def __init__(self, visit: Visit, column: Mapping[str, Any], cut: str) -> None:
        self._column, self._words = column, visit.words
        self._tail = str(escape(cut))
        self._write = visit.figures().writer(column["unit"], column["name"])
        self._name = segment(column["name"])
        self._missing: dict[str, str] = {}

    def cell(self, place: int, base: str, told: str) -> str:
        """The cell of one row: the line of its course, and the figure that leads to its explanation.

        An old figure is marked, and names its period where that is not the one `told` beside the row's name.
        """
        column = self._column
        period, value = column["periods"][place], column["values"][place]
        if period is None:
            return f'<td class="never">{escape(self._words("portfolio.never"))}</td>'
        late = mark = title = ""
        if period != column["period"]:
            said = escape(self._words("portfolio.late", period=column["period"], own=period))
            mark, title = " old", f' title="{said}"'
            late = "" if period == told else f'<small class="late">{period}</small> '
        text = "–" if value is None else self._write(value)
        if value is None:
            mark, title = f"{mark} missing", f' title="{escape(self._reason(column["missing"][place]))}"'
        path = small_path(tuple(column["courses"][place]))
        line = (
            f'<svg class="spark" viewBox="0 0 {SMALL_WIDTH} {SMALL_HEIGHT}" aria-hidden="true"><path d="{path}"/></svg>'
            if path
            else ""
        )
        address = f"{base}/explain/{self._name}/{period}{self._tail}"
        return f'<td>{line}<a class="figure{mark}" href="{address}"{title}>{late}{text}</a></td>'

    def _reason(self, word: str) -> str:
        if word not in self._missing:
            self._missing[word] = short_reason(word, self._words)
        return self._missing[word]


def _is_late(column: Mapping[str, Any], place: int) -> bool:
    period = column["periods"][place]
    return period is not None and period != column["period"]


def _presets(visit: Visit, answer: Mapping[str, Any], declared: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """The boards that packs declare for the type: label, the columns as one word, and whether it is the one shown."""
    now = [column["name"] for column in answer["columns"]]
    pages = [page for page in declared.get("pages", {}).values() if visit.applies(page, answer["type"])]
    return [(visit.words.label(one, ""), columns_text(one["columns"]), one["columns"] == now) for one in pages]


def _kinds(declared: Mapping[str, Any]) -> list[str]:
    """The types that have a board: those that pages are declared for, then those that extend them."""
    boards = dict.fromkeys(page["type"] for page in declared.get("pages", {}).values())
    more = (name for name, one in declared.get("types", {}).items() if boards.keys() & set(one.get("lineage", ())))
    return list(dict.fromkeys([*boards, *more]))


def _filters(
    visit: Visit, answer: Mapping[str, Any], attributes: Mapping[str, Any]
) -> list[tuple[str, str, str, list[tuple[str, int]]]]:
    """Attributes to choose by: the field's name, its label, what is chosen, and the values with their counts."""
    return [
        (f"a.{name}", visit.words.label(attributes[name], name), visit.query.get(f"a.{name}", ""), values)
        for name, values in groupings(answer, attributes).items()
    ]


def _levels(visit: Visit, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Levels to choose by; none where nobody stands above anybody."""
    deepest = min(max(levels(answer["above"]), default=1), _DEEPEST)
    words = visit.words
    named = [words("portfolio.level.1"), *(words("portfolio.level.to", level=one) for one in range(2, deepest))]
    return [(str(one), text) for one, text in enumerate(named, 1)] if deepest > 1 else []


def _period(answer: Mapping[str, Any]) -> str:
    """The period of the first column that has one."""
    return next((str(column["period"]) for column in answer["columns"] if column["period"]), "")


def _earlier(answer: Mapping[str, Any]) -> str:
    """The period before it; empty where there is none."""
    course: Sequence[str] = next((column["course"] for column in answer["columns"] if column["period"]), [])
    return str(course[-2]) if len(course) > 1 else ""


def _file(visit: Visit, answer: Mapping[str, Any], rows: Sequence[int], names: Names) -> Response:
    """The table as a file: every row, each figure that is not of the column's period with its own period beside it."""
    words = visit.words
    columns = [ExportColumn(title=words("column.id")), ExportColumn(title=words("column.name"))]
    late = []
    for column in answer["columns"]:
        title = f"{names.label(column['name'])} {column['period'] or ''}".strip()
        columns.append(ExportColumn(title=title, unit=column["unit"]))
        late.append(any(_is_late(column, place) for place in rows))
        if late[-1]:
            columns.append(ExportColumn(title=words("export.period", title=names.label(column["name"]))))
    made = []
    for place in rows:
        row: list[object] = [answer["entities"][place], answer["names"][place]]
        for column, has_late in zip(answer["columns"], late, strict=True):
            row += [column["values"][place], *([column["periods"][place]] if has_late else [])]
        made.append(row)
    name = f"{words('portfolio')} {_period(answer)} {words('sight.file') if answer.get('cut') else ''}"
    return exported(visit, " ".join(name.split()), columns, made)


def choose(visit: Visit) -> Response:
    """The columns to choose from, by board; then what no board has."""
    declared = visit.declarations()
    every = {**declared.get("indicators", {}), **declared.get("measures", {})}
    kinds = _kinds(declared) or sorted({one["type"] for one in every.values()})
    kind = visit.query.get("type") or next(iter(kinds), "")
    names = visit.names()
    counts: Counter[str] = Counter()
    groups: list[tuple[str, list[tuple[str, str]]]] = []

    def add(label: str, members: Sequence[str]) -> None:
        fresh = [name for name in members if not counts[name] and visit.applies(every[name], kind)]
        counts.update(fresh)
        if fresh:
            groups.append((label, [(name, names.label(name)) for name in fresh]))

    for page in declared.get("pages", {}).values():
        add(visit.words.label(page, ""), [name for name in page["columns"] if name in every])
    add(visit.words("portfolio.columns.other"), list(declared.get("indicators", {})))
    add(visit.words("portfolio.columns.measures"), list(declared.get("measures", {})))
    return visit.page(
        "columns.html", groups=groups, chosen={column["name"] for column in ask(visit, declared)["columns"]},
        most=MOST_COLUMNS,
        kind=kind, carried=[(name, visit.query[name]) for name in _CARRIED if visit.query.get(name)],
    )  # fmt: skip
