"""The head of an enterprise's pages: what is stated of it, to whom it belongs, what it holds, and its other pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.web.attributed import attribute_texts, share_of
from hengjian.web.source import Entity
from hengjian.web.visit import Visit

#: The pages of an entity, in their order, and the parts of their addresses.
TABS = (("indicators", ()), ("charts", ("charts",)), ("statements", ("statements",)))
#: Relations from the one above down; those of packs come after.
_ORDER = (("parent", "from"), ("owns", "to"), ("owns", "from"), ("parent", "to"))
#: So many relations of a kind are shown before the rest is folded.
FEW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """One relation: with whom, where its page is, and what is stated of the relation."""

    id: str
    name: str
    address: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the head shows. `relations`: a label for each kind and direction; `tabs`: key, address, whether here."""

    entity: Entity
    attributes: tuple[tuple[str, str], ...]
    relations: tuple[tuple[str, tuple[Related, ...]], ...]
    tabs: tuple[tuple[str, str, bool], ...]


def profile(visit: Visit, entity: Entity, tab: str) -> Profile:
    """The head of the page `tab`."""
    words = visit.words
    answer = visit.ask("relations", entity=entity.id)
    declared = visit.declarations()
    kinds = declared.get("types", {}).get(entity.type, {}).get("attributes", {})
    tabs = [(f"entity.tab.{name}", visit.view.address("entity", entity.id, *path), name == tab) for name, path in TABS]
    tabs.append(("entity.tab.ownership", visit.view.address("ownership", entity.id), tab == "ownership"))
    tabs.append(("entity.tab.filings", visit.view.address("filing", "list", entity=entity.id), False))
    tabs.append(("entity.tab.alerts", visit.view.address("alerts", entity=entity.id), False))
    tabs.append(("cases", visit.view.address("cases", entity=entity.id), False))
    return Profile(
        entity=entity,
        attributes=tuple((words.label(kinds.get(name), name), text) for name, text in answer["attributes"].items()),
        relations=tuple(_relations(visit, answer["links"], declared.get("links", {}))),
        tabs=tuple(tabs),
    )


def _relations(
    visit: Visit, links: Sequence[Mapping[str, Any]], declared: Mapping[str, Any]
) -> list[tuple[str, tuple[Related, ...]]]:
    kinds = dict.fromkeys((str(one["link"]), str(one["direction"])) for one in links)
    ordered = sorted(kinds, key=lambda kind: _ORDER.index(kind) if kind in _ORDER else len(_ORDER))
    found = []
    for link, direction in ordered:
        known = declared.get(link, {})
        label = visit.words.get(f"link.{link}.{direction}", "") or _label(visit, link, direction, known)
        members = [one for one in links if (one["link"], one["direction"]) == (link, direction)]
        members.sort(key=lambda one: -share_of(one["attributes"].get("share")))
        found.append((label, tuple(_related(visit, one, known.get("attributes", {})) for one in members)))
    return found


def _label(visit: Visit, link: str, direction: str, declared: Mapping[str, Any]) -> str:
    """A relation in one direction: by the name of that direction, where the link has one for each."""
    if not declared.get("inverse_label"):
        return f"{'→' if direction == 'from' else '←'} {visit.words.label(declared, link)}"
    return visit.words.label(declared if direction == "from" else {"label": declared["inverse_label"]}, link)


def _related(visit: Visit, link: Mapping[str, Any], declared: Mapping[str, Any]) -> Related:
    other = visit.entities().get(link["entity"])
    detail = visit.words("entity.and").join(attribute_texts(visit, link["attributes"], declared))
    return Related(
        id=link["entity"], name=other.name if other else link["entity"],
        address=visit.view.address("entity", link["entity"]), detail=detail,
    )  # fmt: skip
