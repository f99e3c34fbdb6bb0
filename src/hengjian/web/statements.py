"""Statements: the lines of a form in their order, with the figures of the latest periods; each leads to its cell."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.exporting import wanted
from hengjian.web.grid import Grid, Line, Maker, grids
from hengjian.web.gridfile import grid_file
from hengjian.web.profile import FEW, profile
from hengjian.web.source import Entity
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall


def routes(wall: Wall) -> list[Route]:
    """`/entity/{id}/statements`."""
    return [Route("/entity/{id}/statements", getting(wall, statements))]


def statements(visit: Visit) -> Response:
    """The form that the address names; else the first one of which the entity has figures."""
    entity = visit.entity()
    forms = {one["name"]: one for one in visit.ask("forms")["forms"] if visit.applies(one, entity.type)}
    asked = visit.query.get("form", "")
    every = ((one, _grid(visit, entity, forms[one])) for one in ([asked] if asked in forms else forms))
    name, grid = next(((one, grid) for one, grid in every if grid is not None), (asked, None))
    if name not in forms:
        name = next(iter(forms), "")
    label = visit.words.label(forms.get(name), name)
    if grid is not None and wanted(visit):
        return grid_file(visit, f"{label} {entity.name}", grid)
    return visit.page(
        "statements.html", entity=entity, names=visit.names(), profile=profile(visit, entity, "statements"), few=FEW,
        forms=[(one, visit.words.label(form, one)) for one, form in forms.items()], form=name, grid=grid,
        keeping=[("form", name)] if visit.query.get("form") else [],
    )  # fmt: skip


def _grid(visit: Visit, entity: Entity, form: Mapping[str, Any]) -> Grid | None:
    """The form's lines over the latest periods; None where nothing of it is reported."""
    values = visit.ask("show", entity=entity.id, indicators=form["measures"])["values"] if form["measures"] else []
    maker = Maker(
        view=visit.view, words=visit.words, names=visit.names(), figures=visit.figures(),
        declarations=visit.declarations(),
    )  # fmt: skip
    made = grids(entity.id, values, maker)
    if not made:
        return None
    known = {line.name: line for line in made[0].lines}
    lines: list[Line] = []
    many = len(form["layout"]) > 1
    for sheet in form["layout"]:
        if many and sheet["name"]:
            lines.append(Line(name="", label=sheet["name"][visit.words.language], is_heading=True))
        for one in sheet["lines"]:
            title = (one["title"] or {}).get(visit.words.language, "")
            if one["measure"] is None:
                lines.append(Line(name="", label=title, is_heading=True))
            elif one["measure"] in known:
                line = known[one["measure"]]
                lines.append(replace(line, label=title or line.label))
    return replace(made[0], lines=tuple(_without_empty_headings(lines)))


def _without_empty_headings(lines: list[Line]) -> list[Line]:
    """Headings stay where a line follows."""
    following = [*lines[1:], Line(name="", label="", is_heading=True)]
    kept = [line for line, after in zip(lines, following, strict=True) if not (line.is_heading and after.is_heading)]
    return kept if len(kept) == len(lines) else _without_empty_headings(kept)
