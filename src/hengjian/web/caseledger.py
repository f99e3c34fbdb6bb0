"""处置事项与台账: the list of cases, and of one workflow its ledger with a column for each field; both as files too."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.workflow import LEVELS
from hengjian.web.alerts import Due, due_of, gravity, level_name, matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.paging import paged
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall
from hengjian.web.words import Words

#: A case, and how long it has.
Line = tuple[Mapping[str, Any], Due]


def routes(wall: Wall) -> list[Route]:
    """`/cases`, with `workflow` for the ledger of one."""
    return [Route("/cases", getting(wall, listed))]


def listed(visit: Visit) -> Response:
    """The cases, open ones unless others are asked for; those with the earliest deadline first."""
    query, words = visit.query, visit.words
    text = query.get("q", "").strip()[:100]
    answer, flows = visit.ask("cases"), visit.source.ask("workflows", {})["workflows"]
    flow = next((one for one in flows if one["workflow"] == query.get("workflow")), None)
    every = [(one, due_of(visit, one)) for one in answer["cases"]]
    every = [pair for pair in every if flow is None or pair[0]["workflow"] == flow["workflow"]]
    entity = query.get("entity", "")
    every = [pair for pair in every if entity in ("", pair[0]["entity"])]
    every = [
        pair for pair in every if matches(text, pair[0]["case"], pair[0]["entity"], pair[0]["name"], pair[0]["title"])
    ]
    groups = {
        "open": [pair for pair in every if not pair[0]["ended"]],
        "late": [pair for pair in every if pair[1].late is not None],
        "ended": [pair for pair in every if pair[0]["ended"]],
        "all": every,
    }
    state = query.get("state", "") if query.get("state", "") in groups else "open"
    shown = sorted(groups[state], key=_urgency)
    if wanted(visit):
        return _file(visit, flow, shown)
    page = paged(query, shown)
    steps = Counter(due.state for _, due in groups["open"])
    return visit.page(
        "cases.html", lines=page.rows, found=len(shown), state=state, text=text, entity=entity,
        entity_name=next((one["name"] for one, _ in every), entity),
        groups=[(name, len(found)) for name, found in groups.items()], steps=steps.most_common(), number=page.number,
        pages=page.pages, level_name=level_name,
        escalated=lambda one: escalation(visit, one["escalated"], one["level"]),
        about=lambda one: about(words, one), flow=flow, flows=_tiles(answer["workflows"], flows, words),
        in_time=_in_time(answer["workflows"], flow), may_open=[one for one in flows if one["may"]],
        columns=[(words.label(one, one["field"]), one["unit"], one["kind"]) for one in _columns(flow)],
        has_levels=any(one["level"] for one, _ in shown),
        values=lambda one: _values(words, one, _columns(flow)),
    )  # fmt: skip


def _tiles(
    counts: Sequence[Mapping[str, Any]], flows: Sequence[Mapping[str, Any]], words: Words
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """The workflows that have cases, or of which persons may open some: name, label, and how many cases."""
    known = {one["workflow"]: one for one in counts}
    none = {"open": 0, "overdue": 0, "ended": 0, "in_time": 0}
    names = {one["workflow"]: one for one in [*counts, *(one for one in flows if one["may"])]}
    found = [(name, words.label(one, name), known.get(name, none)) for name, one in names.items()]
    return found if len(found) > 1 or any(one["may"] for one in flows) else []


def _in_time(counts: Sequence[Mapping[str, Any]], flow: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Of a workflow how many cases ended in time, of how many that ended; None where none did."""
    found = next((one for one in counts if flow is not None and one["workflow"] == flow["workflow"]), None)
    return None if found is None or not found["ended"] else (found["in_time"], found["ended"])


def _urgency(pair: Line) -> tuple[bool, str, int, str]:
    """What has ended last; else what is due first, then the gravest."""
    one = pair[0]
    return one["ended"], one["due"], gravity(one["level"] or ""), one["case"]


def about(words: Words, one: Mapping[str, Any]) -> str:
    """What a case is about: its title, else its rule, else its workflow."""
    flow = words.label({"label": one["workflow_label"]}, one["workflow"])
    return one["title"] or words.label(one, "") or one["subject"].get("rule", "") or flow


def escalated_to(visit: Visit, found: Mapping[str, Any] | None, level: str | None) -> str:
    """The state or level that a case counts as escalated to, as people call it; nothing where it does not, or where
    its alert is of that level or a graver one already."""
    if found is None or (found["to"] in LEVELS and gravity(level or "") <= gravity(found["to"])):
        return ""
    return visit.words.label(found, "") or level_name(visit.words, found["to"])


def escalation(visit: Visit, found: Mapping[str, Any] | None, level: str | None) -> str:
    """What a line says of a case that counts as escalated; nothing where it does not."""
    if found is None:
        return ""
    to = escalated_to(visit, found, level)
    return visit.words("workflow.escalated", to=to) if to else visit.words("workflow.escalated.plain")


def shown_value(words: Words, one: Mapping[str, Any], declared: Mapping[str, Any] | None) -> str:
    """What was filled in under a field, in the reader's words, with its unit."""
    choices = declared["choices"] if declared else {}
    value = words.label({"label": choices.get(one["value"])}, one["value"])
    return f"{value} {one['unit']}" if one["unit"] else value


def _columns(flow: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    return () if flow is None else flow["fields"]


def _values(
    words: Words, one: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str, Sequence[Mapping[str, Any]]]]:
    """What was filled in of a case: for each column its kind, a text and files."""
    filled = {part["field"]: part for part in one["filled"]}
    found = []
    for column in columns:
        part = filled.get(column["field"])
        text = "" if part is None else shown_value(words, {**part, "unit": None}, column)
        found.append((column["kind"], text, () if part is None else part.get("files", ())))
    return found


def _file(visit: Visit, flow: Mapping[str, Any] | None, shown: Sequence[Line]) -> Response:
    """The list as a file; of one workflow with its fields, each figure in the unit in which it was filled in."""
    words = visit.words
    names = (
        "case", "level", "entity", "name", "subject", "case_state", "opened", "deadline", "late", "day", "actor",
        "note", "ended", "recurs",
    )  # fmt: skip
    titles = [words(f"{'cases' if name in ('subject', 'ended', 'recurs') else 'alerts'}.{name}") for name in names]
    columns = _columns(flow)
    titles += [
        f"{words.label(one, one['field'])}（{one['unit']}）" if one["unit"] else words.label(one, one["field"])
        for one in columns
    ]
    titles.append(words("workflow.escalated_to"))
    rows = (
        (
            one["case"], level_name(words, one["level"] or ""), one["entity"], one["name"], about(words, one),
            due.state, date.fromisoformat(one["opened"]), date.fromisoformat(one["due"]), due.late,
            date.fromisoformat(one["day"]), one["actor"], one["note"],
            date.fromisoformat(one["ended_on"]) if one["ended_on"] else None, one["recurs"] or None,
            *_cells(words, one, columns), escalation(visit, one["escalated"], one["level"]) or None,
        )
        for one, due in shown
    )  # fmt: skip
    name = words("cases") if flow is None else words.label(flow, flow["workflow"])
    return exported(visit, name, [ExportColumn(title=title) for title in titles], rows)


def _cells(words: Words, one: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> Iterator[object]:
    """What was filled in of a case as cells of a file: numbers, days and texts."""
    filled = {part["field"]: part for part in one["filled"]}
    for column in columns:
        part = filled.get(column["field"])
        if part is None:
            yield None
        elif part["kind"] == "number":
            yield Decimal(part["value"])
        elif part["kind"] == "date":
            yield date.fromisoformat(part["value"])
        else:
            yield shown_value(words, part, column)
