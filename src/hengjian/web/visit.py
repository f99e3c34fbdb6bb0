"""What every page begins with: who asks, how they want to see things, and the state of the space."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hengjian.web.figures import Figures
from hengjian.web.names import Names
from hengjian.web.respond import etag, fresh_headers, is_fresh, keep, page
from hengjian.web.source import Entity, Head, Source
from hengjian.web.view import View, part_of, view_of
from hengjian.web.visitor import Visitor
from hengjian.web.wall import Wall
from hengjian.web.words import Words, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of one reader, at one head of the ledger."""

    request: Request
    visitor: Visitor
    source: Source
    view: View
    words: Words
    head: Head
    tag: str

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def declarations(self) -> dict[str, Any]:
        """What the packs declare."""
        return self.source.declarations(self.view, self.head)

    def applies(self, declared: Mapping[str, Any], kind: str) -> bool:
        """Whether what is declared for a type (its `type`) holds of entities of `kind`, which may extend that type."""
        lineage: list[str] = self.declarations().get("types", {}).get(kind, {}).get("lineage", [kind])
        return declared["type"] in lineage

    def names(self) -> Names:
        """Labels in the reader's language."""
        return Names(self.declarations(), self.words)

    def figures(self) -> Figures:
        """Figures in the reader's units."""
        declared = self.declarations()
        classes = {name: one["classes"] for name, one in declared.get("indicators", {}).items() if one.get("classes")}
        return Figures(self.view, self.words, declared.get("units", {}), classes)

    def entities(self) -> Mapping[str, Entity]:
        """Everything registered, by id."""
        return self.source.entities(self.view, self.head)

    def entity(self, name: str = "id") -> Entity:
        """The entity that a part of the path names; no page where there is none."""
        asked = part_of(self.request.path_params[name])
        found = self.entities().get(asked)
        if found is None:
            raise HTTPException(404, self.words("fault.entity", id=asked[:200]))
        return found

    def ask(self, method: str, **question: object) -> dict[str, Any]:
        """Ask the space one thing, under the reader's cut."""
        return self.source.ask(method, {**self.view.question(), **question})

    def page(self, template: str, *, status: int = 200, **parts: object) -> Response:
        """The answer: a page that may be kept while the ledger stands still."""
        tag = self.tag if status == 200 and self.request.method in ("GET", "HEAD") else None
        return self._page(template, status, tag, parts)

    def passing_page(self, template: str, *, status: int = 200, **parts: object) -> Response:
        """An answer that nobody keeps: it shows what the ledger does not tell, or tells once."""
        return self._page(template, status, None, parts)

    def _page(self, template: str, status: int, tag: str | None, parts: Mapping[str, object]) -> Response:
        return page(
            self.request, template, self.view, self.words, status=status, tag=tag, head=self.head,
            in_menu=self._declared(), asked=lambda name: self.query.get(name, ""), **parts,
        )  # fmt: skip

    def _declared(self) -> tuple[str, ...]:
        """Pages that are there because packs declare something for them, as things stand now."""
        declared = self.source.declarations(replace(self.view, cut={}), self.head)
        found = ["/operation"] if any(one.get("totals") for one in declared.get("pages", {}).values()) else []
        found += ["/assessment"] if declared.get("scorecards") else []
        found += ["/benchmark"] if declared.get("scorecards") else []
        found += ["/exposure"] if declared.get("networks") else []
        found += ["/models"] if declared.get("models") else []
        return (*found, *(["/stress"] if declared.get("stresses") else []))


def visit(request: Request, wall: Wall, visitor: Visitor | None = None) -> Visit:
    """The visit of a request, by whoever the wall admits, or by a visitor whom it knows."""
    view, words = reader(request)
    known = visitor or wall.admitted(request)
    source = wall.source(known)
    head = source.head()
    request.state.visitor = seen = replace(known, may=source.may(head))
    tag = etag(request, head, view, seen)
    return Visit(request=request, visitor=seen, source=source, view=view, words=words, head=head, tag=tag)


def reader(request: Request) -> tuple[View, Words]:
    """How the reader wants to see things."""
    view = view_of(request.query_params, request.cookies, request.query_params.getlist("columns"))
    return view, words_of(view.language)


def getting(wall: Wall, answer: Callable[[Visit], Response]) -> Callable[[Request], Response]:
    """An endpoint that reads: a reader who has the page already is told so."""

    def endpoint(request: Request) -> Response:
        found = visit(request, wall)
        if is_fresh(request, found.tag):
            response = Response(status_code=304, headers=fresh_headers(found.tag))
            keep(request, response)
            return response
        return answer(found)

    return endpoint
