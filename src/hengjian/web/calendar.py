"""The filing calendar: enterprises × periods of one form, each with a state, what presses most first."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.filings import declared_forms, form_labels
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall
from hengjian.web.words import Words

#: So many years back are offered.
YEARS = 5


def routes(wall: Wall) -> list[Route]:
    """`/filing/calendar`."""
    return [Route("/filing/calendar", getting(wall, calendar))]


def calendar(visit: Visit) -> Response:
    """The matrix, as a page or as a file."""
    query = visit.query
    declared = declared_forms(visit)
    form = query.get("form") or next(iter(declared), "")
    if not form:
        return visit.page("calendar.html", found=None)
    year = query.get("year", "")
    year = year if year.isascii() and year.isdigit() and len(year) == 4 else ""
    found = visit.source.calendar(visit.view, visit.head, form, year or None)
    show = query.get("show", "")
    every = sorted(found["filers"], key=_pressing)
    began = [filer for filer in every if not filer["never"]]
    overdue = [filer for filer in began if any(cell["state"] == "missing" for cell in filer["cells"])]
    never = [filer for filer in every if filer["never"]]
    shown = {"overdue": overdue, "never": never}.get(show, began)
    if wanted(visit):
        return _exported(visit, found, shown)
    labels = form_labels(visit)
    today = int(found["today"][:4])
    return visit.page(
        "calendar.html", found=found, is_cut=bool(found.get("cut")),
        forms=[(name, labels[name]) for name in declared], year=year,
        years=[str(today - back) for back in range(YEARS)], periods=found["periods"][::-1],
        filers=[{**filer, "cells": [_box(cell, visit.words) for cell in filer["cells"][::-1]]} for filer in shown],
        overdue=show == "overdue", never=show == "never", count=len(began), overdue_count=len(overdue),
        never_count=len(never),
    )  # fmt: skip


def _pressing(filer: Mapping[str, Any]) -> tuple[int, int, int, str]:
    """Who owes most comes first, then who was late most often."""
    states = [cell["state"] for cell in filer["cells"]]
    return -states.count("missing"), -states.count("due"), -states.count("late"), str(filer["entity"])


def _box(cell: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A cell with its state in words, and the rest in its tooltip."""
    said = []
    if cell["first"]:
        said.append(words("calendar.claimed" if cell["claimed"] else "calendar.first", day=cell["first"]))
    if cell["filings"] > 1:
        said.append(words("calendar.filings", count=cell["filings"]))
    text = words(f"calendar.{cell['state']}.short")
    if cell["days"]:
        text = words("calendar.days", state=text, days=cell["days"])
    return {**cell, "text": text, "title": " · ".join(said)}


def _exported(visit: Visit, found: Mapping[str, Any], filers: Sequence[Mapping[str, Any]]) -> Response:
    """One row an enterprise, one column a period."""
    words = visit.words
    titles = [words("column.id"), words("column.name"), *(one["period"] for one in found["periods"])]
    rows = (
        [filer["entity"], filer["name"], *(_box(cell, words)["text"] for cell in filer["cells"])] for filer in filers
    )
    name = words("calendar.of", form=words.label(found, found["form"]))
    name += f" {words('sight.file')}" if found.get("cut") else ""
    return exported(visit, name, [ExportColumn(title=title) for title in titles], rows)
