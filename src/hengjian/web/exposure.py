"""担保网络: who stands for whom: rings, the most exposed, and what would follow if somebody defaulted."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.download import download
from hengjian.web.entities import matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.exposurepicture import Picture, fate_text, picture_of
from hengjian.web.faults import translate
from hengjian.web.ownershippicture import light_colours
from hengjian.web.respond import environment, static
from hengjian.web.source import Entity
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: So many are listed on the overview, and offered to be chosen.
LISTED, OFFERED = 30, 200
HEAD = 44
#: The lists of the overview that may be taken as files.
_LISTS = ("guarantors", "owners", "debtors")


def routes(wall: Wall) -> list[Route]:
    """`/exposure`, and the network around one entity."""
    return [Route("/exposure", getting(wall, landing)), Route("/exposure/{id}", getting(wall, page))]


def landing(visit: Visit) -> Response:
    """Rings, concentration, and those who stand for the most: alone, and with those whom they control."""
    query = visit.query.get("q", "").strip()[:100]
    found = [one for one in visit.entities().values() if matches(one, query)][:LISTED] if query else []
    answer, faults = _asked(visit, None, [])
    if answer is None:
        return visit.page("exposures.html", status=400, answer=None, faults=faults, query=query, found=found)
    if wanted(visit):
        return _list_file(visit, answer)
    return visit.page(
        "exposures.html", answer=answer, faults=faults, query=query, found=found, names=visit.names(),
        called=_namer(visit), figures=visit.figures(), unit=answer["unit"], networks=_networks(visit, answer),
    )  # fmt: skip


def page(visit: Visit) -> Response:
    """The network around one entity, and what becomes of it if those chosen default: a page, its picture or a table."""
    entity = visit.entity()
    chosen = _chosen(visit)
    answer, faults = _asked(visit, entity, chosen)
    if answer is None:
        answer, _ = _asked(visit, entity, [])
    if answer is None:
        return visit.page("exposure.html", status=400, entity=entity, answer=None, faults=faults)
    cascade = answer.get("cascade")
    fates = {} if cascade is None else {one["entity"]: one for one in cascade["entities"]}
    figures = visit.figures()
    picture = picture_of(
        answer["around"], entity.id, {} if cascade is None or cascade.get("withheld") else fates, visit.words,
        amount=lambda amount: str(figures.figure(amount, answer["unit"])), address=_leading(visit, chosen),
    )  # fmt: skip
    if visit.query.get("format") == "svg":
        return _picture(visit, entity, answer, picture)
    if wanted(visit):
        return _file(visit, entity, answer)
    return visit.page(
        "exposure.html", status=400 if faults else 200, entity=entity, answer=answer, faults=faults, picture=picture,
        chosen=chosen, offered=_offered(visit, answer, chosen), called=_namer(visit), figures=figures,
        unit=answer["unit"], fate=lambda one: fate_text(one, visit.words), names=visit.names(),
        networks=_networks(visit, answer), attribute=_attribute(visit, answer),
        fallen=() if cascade is None else cascade["rounds"],
    )  # fmt: skip


def _asked(
    visit: Visit, entity: Entity | None, chosen: Sequence[str]
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or what is wrong with what was asked."""
    question: dict[str, object] = {"network": visit.query.get("network") or None, "most": LISTED}
    if entity is not None:
        question |= {"entity": entity.id, "defaults": list(chosen)}
    try:
        return visit.ask("contagion", **question), []
    except Refused as refused:
        language = visit.words.language
        return None, [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]


def _chosen(visit: Visit) -> list[str]:
    """Those who default, as the address names them."""
    named = visit.request.query_params.getlist("default")
    known = visit.entities()
    return [one for one in dict.fromkeys(text.strip() for text in named) if one in known]


def _namer(visit: Visit) -> Any:
    """What an entity is called."""
    entities = visit.entities()
    return lambda one: entities[one].name if one in entities else one


def _networks(visit: Visit, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, visit.words.label({"label": label}, name)) for name, label in answer["networks"].items()]


def _attribute(visit: Visit, answer: Mapping[str, Any]) -> Any:
    """What an attribute of the network's link is called."""
    declared = visit.declarations().get("links", {}).get(answer["link"], {}).get("attributes", {})
    return lambda name: visit.words.label(declared.get(name), name)


def _leading(visit: Visit, chosen: Sequence[str]) -> Any:
    """Where a box leads to: the same question about another one."""
    network = visit.query.get("network", "")

    def address(one: str) -> str:
        found = visit.view.address("exposure", one, **({"network": network} if network else {}))
        mark = "&" if "?" in found else "?"
        return found + (mark + "&".join(f"default={quote(each, safe='')}" for each in chosen) if chosen else "")

    return address


def _offered(visit: Visit, answer: Mapping[str, Any], chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Who may be chosen to default: those around, and those chosen; id, name and whether chosen."""
    called = _namer(visit)
    near = [node["entity"] for node in answer["around"]["nodes"]][:OFFERED]
    return [(one, called(one), one in chosen) for one in dict.fromkeys([*near, *chosen])]


def _picture(visit: Visit, entity: Entity, answer: Mapping[str, Any], picture: Picture) -> Response:
    """The picture as a file that needs nothing else."""
    title = visit.words("exposure.title", name=entity.name, date=answer["as_of"])
    style = light_colours(static("hengjian.css").decode(), static("exposurechart.css").decode())
    text = (
        environment()
        .get_template("exposure.svg")
        .render(picture=picture, words=visit.words, title=title, head=HEAD, style=style)
    )
    return download(text.encode(), f"{title}.svg", "image/svg+xml")


def _list_file(visit: Visit, answer: Mapping[str, Any]) -> Response:
    """One list of the overview."""
    key = visit.query.get("list") if visit.query.get("list") in _LISTS else _LISTS[0]
    words, unit, called = visit.words, answer["unit"], _namer(visit)
    parts = {
        "guarantors": ("amount", "net", "buffer"), "owners": ("own", "full", "weighted", "inside", "buffer"),
        "debtors": ("amount",),
    }[str(key)]  # fmt: skip
    columns = [ExportColumn(title=words(f"exposure.column.{name}")) for name in ("id", "name")]
    columns += [ExportColumn(title=words(f"exposure.column.{name}"), unit=unit) for name in parts]
    rows = [[one["entity"], called(one["entity"]), *(one[name] for name in parts)] for one in answer[str(key)]]
    return exported(visit, f"{words('exposure.' + str(key))} {answer['as_of']}", columns, rows)


def _file(visit: Visit, entity: Entity, answer: Mapping[str, Any]) -> Response:
    """What becomes of everybody where a default is played; else the guarantees around."""
    words, unit, called = visit.words, answer["unit"], _namer(visit)
    title = words("exposure.title", name=entity.name, date=answer["as_of"])
    if "cascade" in answer:
        parts = ("called", "written", "buffer", "left")
        columns = [ExportColumn(title=words(f"exposure.column.{name}")) for name in ("id", "name", "fate")]
        columns += [ExportColumn(title=words(f"exposure.column.{name}"), unit=unit) for name in parts]
        rows = [
            [one["entity"], called(one["entity"]), fate_text(one, words), *(one[name] for name in parts)]
            for one in answer["cascade"]["entities"]
        ]
        return exported(visit, title, columns, rows)
    columns = [ExportColumn(title=words(f"exposure.column.{name}")) for name in ("guarantor", "debtor")]
    columns += [ExportColumn(title=words(f"exposure.column.{name}"), unit=unit) for name in ("amount", "cover")]
    columns += [ExportColumn(title=words(f"exposure.column.{name}")) for name in ("since", "until")]
    edges = [
        [called(edge["from"]), called(edge["to"]), edge["amount"], edge["cover"], edge["since"], edge["until"]]
        for edge in answer["around"]["edges"]
    ]
    return exported(visit, title, columns, edges)
