"""One entity: its indicators over time, and where one figure comes from."""

from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Issue, Refused
from hengjian.web.charts import boards
from hengjian.web.explanation import parameters, steps, used, withheld
from hengjian.web.exporting import wanted
from hengjian.web.faults import translate
from hengjian.web.grid import Maker, grids
from hengjian.web.gridfile import grid_file
from hengjian.web.profile import FEW, profile
from hengjian.web.relied import relied
from hengjian.web.view import View, part_of, view_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall
from hengjian.web.words import Words


def routes(wall: Wall) -> list[Route]:
    """`/entity/{id}` and the explanation of one figure."""
    return [
        Route("/entity/{id}", getting(wall, entity)),
        Route("/entity/{id}/explain/{indicator}/{period}", getting(wall, explain)),
    ]


def entity(visit: Visit) -> Response:
    """One entity's indicators over time: all of them, or those of one board."""
    try:
        found, names, declared = visit.entity(), visit.names(), visit.declarations()
        every = boards(visit, found.type)
        board = visit.query.get("board", "") if visit.query.get("board") in every else ""
        answer = visit.ask("show", entity=found.id, indicators=every[board]["columns"] if board else [])
        head = profile(visit, found, "indicators")
    except Refused as refused:
        return _refused(visit, refused)
    maker = Maker(
        view=visit.view, words=visit.words, names=names, figures=visit.figures(), declarations=declared
    )  # fmt: skip
    made = grids(found.id, answer["values"], maker)
    chosen = [grid for grid in made if grid.frequency == visit.query.get("table", grid.frequency)]
    if wanted(visit) and chosen:
        return grid_file(visit, f"{found.name} {visit.words(f'frequency.{chosen[0].frequency}')}", chosen[0])
    return visit.page(
        "entity.html", entity=found, names=names, faults=(), grids=made, profile=head, few=FEW,
        boards=[(name, visit.words.label(one, name)) for name, one in every.items()], board=board,
        keeping=[("board", board)] if board else [],
    )  # fmt: skip


def _refused(visit: Visit, refused: Refused) -> Response:
    """The entity's page without its table: what was asked for cannot be read, and the form is there to mend it."""
    query = visit.query
    plain = view_of({name: query[name] for name in query if name not in visit.view.cut}, {})
    found = replace(visit, view=plain)
    faults = [_said(issue, visit.view, visit.words) for issue in refused.issues]
    entity = found.entity()
    return visit.page(
        "entity.html", status=400, entity=entity, names=found.names(), faults=faults, grids=[],
        profile=profile(found, entity, "indicators"), few=FEW, boards=[], board="", keeping=[],
    )  # fmt: skip


def explain(visit: Visit) -> Response:
    """Where one figure comes from: a page, or with `fragment=1` its part for the side panel."""
    found, names, figures, words = visit.entity(), visit.names(), visit.figures(), visit.words
    indicator, period = (part_of(visit.request.path_params[name]) for name in ("indicator", "period"))
    answer = visit.ask("explain", entity=found.id, indicator=indicator, period=period)
    missing = answer.get("missing")
    is_fragment = bool(visit.query.get("fragment"))
    return visit.page(
        "explanation.html" if is_fragment else "explain.html",
        is_fragment=is_fragment, entity=found, names=names, answer=answer,
        figure=figures.figure(answer["value"], answer["unit"], indicator),
        reason=names.reason(missing, found.id, answer.get("names")) if missing else "",
        pieces=list(names.pieces(answer["formula"])),
        steps=steps(answer, names, figures, words), used=used(answer, names, figures, words),
        parameters=parameters(answer, names, figures, words), relied=relied(answer, figures, words),
        withheld=withheld(answer, words),
    )  # fmt: skip


def _said(issue: Issue, view: View, words: Words) -> tuple[str, str]:
    """What is wrong and how to mend it; of the form's own fields in the reader's words."""
    for part in ("as_of", "as_known_at"):
        if issue.message.startswith(f"--{part.replace('_', '-')} "):
            said = words("fault.cut", part=words(f"cut.{part}"), text=view.cut.get(part, ""))
            return said, words(f"fault.cut.{part}")
    return translate(issue.message, words.language), translate(issue.hint, words.language)
