"""对标: peer sets and good practice, and where one enterprise stands in a set, indicator by indicator."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.benchmarkpicture import lines_of, radar, strip, waterfall
from hengjian.web.entities import matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.figures import Figure
from hengjian.web.source import Entity
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: What gaps are told to, in the order of the page.
TARGETS = ("median", "p75", "p90", "best", "named")
#: The courses of a trend.
_COURSES = ("median", "best", "named", "value")
#: Fields of a task that the page fills in, and the part of an address that a field of the form is named by.
_FIELD = "field.opened_by."
_LISTED = 30


def routes(wall: Wall) -> list[Route]:
    """`/benchmark`, and one enterprise in a set."""
    return [Route("/benchmark", getting(wall, landing)), Route("/benchmark/{id}", getting(wall, page))]


def landing(visit: Visit) -> Response:
    """The peer sets with members and reasons, the good practices, and a form that leads to an enterprise."""
    answer = visit.ask("peers")
    chosen = visit.query.get("peers", "")
    wish = visit.query.get("entity", "").strip()[:100]
    found = [one for one in visit.entities().values() if matches(one, wish)][:_LISTED] if wish else []
    exact = [one for one in found if wish in (one.id, one.name)] or (found if len(found) == 1 else [])
    if exact and chosen:
        query = {"peers": chosen, "period": visit.query.get("period", "").strip()}
        return RedirectResponse(visit.view.address("benchmark", exact[0].id, **query), 303)
    if wanted(visit):
        return _sets_file(visit, answer)
    return visit.page(
        "benchmarks.html", sets=answer["sets"], practices=answer["practices"], chosen=chosen, wish=wish, found=found,
        period=visit.query.get("period", "") or _last_year(visit), names=visit.names(), called=_namer(visit),
        offered=sorted(visit.entities().values(), key=lambda one: one.name)[:300],
    )  # fmt: skip


def _last_year(visit: Visit) -> str:
    return str(int(visit.head.today[:4]) - 1) if visit.head.today else ""


def page(visit: Visit) -> Response:
    """One enterprise in a set: all indicators, one of them in full, the shortboards, the peers, and what others did."""
    entity = visit.entity()
    known = visit.ask("peers")
    sets = [one for one in known["sets"] if one["entity"] in (None, entity.id)]
    wish = visit.query.get("peers", "") or (sets[0]["id"] if sets else "")
    period = visit.query.get("period", "").strip() or _last_year(visit)
    answer, faults = _asked(visit, entity, wish, period) if sets or wish else (None, [])
    if answer is not None and wanted(visit):
        return _file(visit, entity, answer)
    parts: dict[str, Any] = {} if answer is None else _parts(visit, entity, answer)
    return visit.page(
        "benchmark.html", status=400 if faults else 200, entity=entity, sets=sets, chosen=wish, period=period,
        answer=answer, faults=faults, names=visit.names(), targets=TARGETS, called=_namer(visit),
        figure=lambda text, unit, name="": _figure(visit, text, unit, name),
        apart=lambda text, unit: _apart(visit, text, unit), bare=_bare,
        practices=[] if answer is None else _practices(known["practices"], answer), **parts,
    )  # fmt: skip


def _asked(
    visit: Visit, entity: Entity, peers: str, period: str
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or what is wrong with what was asked."""
    try:
        return visit.ask("benchmark", entity=entity.id, peers=peers, period=period), []
    except Refused as refused:
        language = visit.words.language
        return None, [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]


def _parts(visit: Visit, entity: Entity, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The pictures, and the indicator that is shown in full: the one asked for, else the first shortboard."""
    rows = answer["rows"]
    by_name = {row["indicator"]: row for row in rows}
    wish = visit.query.get("indicator", "")
    name = wish if wish in by_name else next(iter([*answer["short"], *by_name]), None)
    shown = None if name is None else by_name[name]
    labels = {row["indicator"]: visit.words.label(row, row["indicator"]) for row in rows}
    labels |= {one: visit.words.label({"label": label}, one) for one, label in answer["labels"].items()}
    label = labels.__getitem__
    return {
        "shown": shown, "label": label, "radar": radar(rows, label),
        "named": _named(answer),
        "detail": None if shown is None else _detail(visit, entity, answer, shown, label),
        "short": [by_name[one] for one in answer["short"]], "opening": lambda row: _opening(visit, answer, row, label),
    }  # fmt: skip


def _detail(
    visit: Visit, entity: Entity, answer: Mapping[str, Any], row: Mapping[str, Any], label: Any
) -> dict[str, Any]:
    """The pictures of one indicator."""
    figures, unit, words = visit.figures(), row["unit"], visit.words

    def write(value: float) -> str:
        return str(figures.figure(value, unit, row["indicator"]))

    named = _named(answer)
    courses = {key: words(f"benchmark.to.{key}") for key in _COURSES if key not in ("named", "value")}
    courses |= ({"named": named} if named else {}) | {"value": entity.name}
    factors, fall = row["factors"], None
    if factors is not None and factors["against"] is not None:
        against = next(one["name"] for one in row["companies"] if one["company"] == factors["against"])
        fall = waterfall(factors, label, (against, entity.name), write)
    return {
        "strip": strip(row, answer["set"]["named"], entity.name, write),
        "course": lines_of(row["trend"], courses, write) if row["trend"] else None, "fall": fall,
        "against": "" if fall is None else against,
    }  # fmt: skip


def _named(answer: Mapping[str, Any]) -> str:
    """What the company is called that the set measures against; empty where there is none."""
    named = answer["set"]["named"]
    return next((str(one["name"]) for one in answer["set"]["members"] if one["company"] == named), "")


def _opening(visit: Visit, answer: Mapping[str, Any], row: Mapping[str, Any], label: Any) -> str | None:
    """Where a task for an indicator is opened, with what is known filled in; None where the set names no workflow."""
    workflow = answer["set"]["workflow"]
    if workflow is None:
        return None
    fields = {"indicator": row["indicator"], "peer_set": answer["set"]["id"], "period": answer["period"]}
    fields |= {"value_then": row["value"] or "", "unit": row["unit"]}
    target = row["gaps"].get("median")
    fields |= {"median_then": target["to"]} if target else {}
    title = visit.words("benchmark.task.title", indicator=label(row["indicator"]))
    query = {"workflow": workflow, "entity": answer["entity"], "title": title}
    return visit.view.address("cases", "open", **query, **{f"{_FIELD}{name}": text for name, text in fields.items()})


def _figure(visit: Visit, text: str | None, unit: str, name: str = "") -> Figure:
    return visit.figures().figure(None if text is None else float(text), unit, name)


def _apart(visit: Visit, text: str | None, unit: str) -> Figure:
    """A difference: of shares that are read in percent, in percentage points."""
    figures = visit.figures()
    if text is None or figures.unit(unit) != "%":
        return _figure(visit, text, unit)
    return figures.figure(float(text) * float(figures.scale(unit).factor), "pp")


def _bare(figure: Figure) -> str:
    """A figure beside another one of the same unit, which is not said again."""
    return str(figure) if figure.unit == "%" else figure.text


def _namer(visit: Visit) -> Any:
    """What a company is called: an entity by its name, another by what it is entered as."""
    entities = visit.entities()
    return lambda one: entities[one].name if one in entities else one


def _practices(practices: Sequence[Mapping[str, Any]], answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those for the shortboards first, then those for the other indicators compared here, then those for none."""
    short, compared = set(answer["short"]), {row["indicator"] for row in answer["rows"]} | answer["labels"].keys()

    def order(one: Mapping[str, Any]) -> int:
        name = one["indicator"]
        return 0 if name in short else 1 if name in compared else 2 if name is None else 3

    return [one for one in sorted(practices, key=order) if order(one) < 3]


def _sets_file(visit: Visit, answer: Mapping[str, Any]) -> Response:
    """A line a company of every set, with the reason why it is in it or not."""
    words = visit.words
    keys = ("set", "title", "frozen", "company", "name", "included", "reason")
    columns = [ExportColumn(title=words(f"benchmark.column.{key}")) for key in keys]
    rows = [
        [
            one["id"], one["title"], one["frozen"], member["company"], member["name"],
            words("benchmark.in" if member["included"] else "benchmark.out"), member["reason"],
        ]
        for one in answer["sets"] for member in one["members"]
    ]  # fmt: skip
    return exported(visit, words("benchmark.peers"), columns, rows)


def _file(visit: Visit, entity: Entity, answer: Mapping[str, Any]) -> Response:
    """A line an indicator, figures in its declared unit."""
    words = visit.words
    keys = ["indicator", "unit", "value", "count", "percentile", "quartile"]
    keys += [f"{key}.{target}" for target in TARGETS for key in ("to", "gap")] + ["course", "years", "short"]
    columns = [ExportColumn(title=_title(visit, key)) for key in keys]
    rows = [
        [
            words.label(row, row["indicator"]), row["unit"], _number(row["value"]), row["count"],
            None if row["position"] is None else _number(row["position"]["percentile"]),
            None if row["position"] is None else row["position"]["quartile"],
            *(
                None if target not in row["gaps"] else _number(row["gaps"][target][part])
                for target in TARGETS for part in ("to", "absolute")
            ),
            None if row["course"] is None else words(f"benchmark.course.{row['course']}"),
            _number(row["gaps"]["median"]["years"]) if "median" in row["gaps"] else None,
            None if row["short"] is None else row["short"],
        ]
        for row in answer["rows"]
    ]  # fmt: skip
    name = words("benchmark.file", name=entity.name, set=answer["set"]["title"], period=answer["period"])
    return exported(visit, name, columns, rows)


def _title(visit: Visit, key: str) -> str:
    part, _, target = key.partition(".")
    if not target:
        return visit.words(f"benchmark.column.{part}")
    return visit.words(f"benchmark.column.{part}.file", target=visit.words(f"benchmark.to.{target}"))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
