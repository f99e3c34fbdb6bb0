"""What was filed: the list of filings, one of them with its rows, its file and its proof."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Refused
from hengjian.model.period import FREQUENCIES
from hengjian.model.unit import parse_unit
from hengjian.web.attributed import attribute_texts
from hengjian.web.checked import marks
from hengjian.web.download import JSON, download
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: Forms that every space has, beside those that packs declare.
GENERIC = ("observations", "wide", "entities", "links", "ownership", "bods")
#: Rows of a filing on one page; a file that is taken away holds more.
ROWS = 200
EXPORTED = 1_000
_OBSERVED = ("entity", "measure", "period", "value", "unit", "text", "scope", "basis", "sheet", "cell")
_ENTITY = ("entity", "type", "name", "valid_from", "attributes", "sheet", "cell")
_LINK = ("link", "from", "to", "valid_from", "valid_to", "attributes", "sheet", "cell")


def routes(wall: Wall) -> list[Route]:
    """`/filing/list`, `/filing/{id}` and what it hands out."""
    return [
        Route("/filing/list", getting(wall, listed)),
        Route("/filing/{filing}", getting(wall, filing)),
        Route("/filing/{filing}/file", getting(wall, file)),
        Route("/filing/{filing}/proof", getting(wall, proof)),
    ]


def declared_forms(visit: Visit) -> dict[str, dict[str, Any]]:
    """The forms that packs declare, those filed most often first."""
    found = sorted(visit.ask("forms")["forms"], key=lambda one: -FREQUENCIES.index(one["frequency"]))
    return {str(one["name"]): one for one in found}


def form_labels(visit: Visit) -> dict[str, str]:
    """What people call each form, the declared ones first."""
    declared = {name: visit.words.label(one, name) for name, one in declared_forms(visit).items()}
    return declared | {name: visit.words(f"form.{name}") for name in GENERIC}


def listed(visit: Visit) -> Response:
    """The newest filings, of an entity and of a form where they are named."""
    query, words, labels = visit.query, visit.words, form_labels(visit)
    entity, form = query.get("entity", "").strip(), query.get("form", "")
    faults = []
    try:
        asked = {"entity": entity or None, "form": form or None, "from": query.get("from") or None}
        answer = visit.ask("filings", **asked, limit=EXPORTED if wanted(visit) else 50)
    except Refused as refused:
        answer = {"filings": [], "count": 0, "next": None}
        faults = [
            (translate(one.message, words.language), translate(one.hint, words.language)) for one in refused.issues
        ]
    if wanted(visit):
        names = ("id", "recorded", "known_from", "form", "entity", "file", "rows", "warnings", "actor", "entry")
        rows = (
            (
                one["filing"], one["recorded_at"], one["known_from"], labels.get(one["form"], one["form"]),
                one["subject"], one["file"], one["rows"], one["warned"], one["actor"], one["entry"],
            )
            for one in answer["filings"]
        )  # fmt: skip
        columns = [ExportColumn(title=words(f"filing.{name}")) for name in names]
        return exported(visit, words("filing.part.list"), columns, rows)
    known = {one["form"]: labels.get(one["form"], one["form"]) for one in answer["filings"]}
    return visit.page(
        "filings.html", status=400 if faults else 200, filings=answer["filings"], count=answer["count"],
        older=answer["next"], labels=known, forms=labels.items(), form=form, entity=entity, faults=faults,
    )  # fmt: skip


def filing(visit: Visit) -> Response:
    """One filing: who, when, what it states, its warnings, and other filings about the same."""
    query, words = visit.query, visit.words
    asked = {"filing": _id(visit), "from": query.get("from") or 0, "limit": EXPORTED if wanted(visit) else ROWS}
    answer = _known(visit, "filing", **asked)
    names, form = columns_of(answer["cells"]), answer["form"]
    titles = [words(f"filing.column.{name}") for name in names]
    if wanted(visit):
        rows = ([_plain(row.get(name)) for name in names] for row in answer["cells"])
        return exported(visit, answer["filing"], [ExportColumn(title=title) for title in titles], rows)
    return visit.page(
        "filing_one.html", one=answer, titles=titles, numeric=[at for at, name in enumerate(names) if name == "value"],
        rows=[[part_of_row(name, row, visit) for name in names] for row in answer["cells"]], step=ROWS,
        marks=marks(answer["warnings"], words, visit.names(), "warning"), form_label=form_labels(visit).get(form, form),
    )  # fmt: skip


def file(visit: Visit) -> Response:
    """The file as it was filed, byte for byte."""
    answer = _known(visit, "blob", filing=_id(visit))
    return download(answer["data"], answer["name"])


def proof(visit: Visit) -> Response:
    """The bundle that proves a filing to strangers, with the file in it; for who does not see all its rows, with those
    rows that they see."""
    name = _id(visit)
    is_whole = not _known(visit, "filing", filing=name, limit=1).get("withheld")
    answer = _known(visit, "prove", filing=name, cells=None, with_file=is_whole)
    return download(answer["bundle"], f"{name}.proof.json", JSON)


def _known(visit: Visit, method: str, **question: object) -> dict[str, Any]:
    """An answer about the filing that the address names; no page where there is none."""
    try:
        return visit.source.ask(method, question)
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("filing.unknown", id=_id(visit)[:40])) from None


def _id(visit: Visit) -> str:
    return part_of(visit.request.path_params["filing"])


def columns_of(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """What the rows of a filing have, in the order of a page."""
    if rows and "link" in rows[0]:
        return _LINK
    return _ENTITY if rows and "type" in rows[0] else _OBSERVED


def _plain(value: object) -> object:
    """A part of a row as a cell of a table."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={text}" for name, text in value.items())
    return value


def part_of_row(name: str, row: Mapping[str, Any], visit: Visit) -> dict[str, str]:
    """One part of a row as the page shows it, with where it leads and what its tooltip says."""
    value, words = row.get(name), visit.words
    text, title, address = "" if value is None else str(_plain(value)), "", ""
    if name in ("value", "text") and row.get("withheld"):
        return {"text": words("seen.withheld"), "title": words("seen.withheld.hint"), "address": ""}
    if name == "entity":
        address = visit.view.address("entity", str(value))
    elif name in ("from", "to") and (known := visit.entities().get(text)):
        text, title, address = known.name, text, visit.view.address("entity", text)
    elif name == "link":
        text = visit.names().link(text, is_back=False)
    elif name == "type":
        text, title = visit.names().type(text), text
    elif name == "attributes" and "type" in row:
        declared = visit.declarations().get("types", {}).get(str(row["type"]), {}).get("attributes", {})
        stated = ((words.label(declared.get(one), one), said) for one, said in row["attributes"].items())
        text = words("entity.and").join(f"{label} {said}" for label, said in stated)
    elif name == "attributes" and "link" in row:
        declared = visit.declarations().get("links", {}).get(str(row["link"]), {}).get("attributes", {})
        text = words("entity.and").join(attribute_texts(visit, row["attributes"], declared))
    elif name == "measure":
        text, title = visit.names().label(text), text
    elif name in ("scope", "basis", "unit"):
        text = words.get(f"{name}.{text}", text)
    elif name == "value":
        text, title = figure_text(value, str(row.get("measure")), visit)
    return {"text": text, "title": title, "address": address}


def figure_text(value: object, measure: str, visit: Visit) -> tuple[str, str]:
    """A filed figure in the reader's units, and unrounded: rows hold base units, `Figures` takes the declared one."""
    if not isinstance(value, int | float):
        return visit.words("filing.withdrawn"), ""
    symbol = str(visit.declarations().get("measures", {}).get(measure, {}).get("unit") or "")
    unit = parse_unit(symbol)
    scale = 1.0 if unit is None else float(unit.scale)
    figure = visit.figures().figure(value if scale == 1 else value / scale, symbol)
    return str(figure), figure.exact
