"""Declared totals of a page: read, and fitted to the links, indicators and measures of all packs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hengjian.load import shapes
from hengjian.load.fields import Reading
from hengjian.load.form import Known
from hengjian.load.strict import Desk, Sequence
from hengjian.model.declaration import Catalogue, Indicator, Measure
from hengjian.model.issue import Issue
from hengjian.model.page import Headline, Page, Totals

#: Finds the name of a figure of one type, or tells the fault.
_Find = Callable[[str], str | None]


def read_totals(reading: Reading, desk: Desk, page: str) -> Totals:
    """The totals that a whole reading declares; a page of totals without a figure is told."""
    figures = tuple(_headline(one) for one in reading.need(shapes.HEADLINES))
    node = reading.nodes["figures"]
    if isinstance(node, Sequence) and not node.items:
        hint = "write [{total: …, member: …}]: a figure of the page's type, and what is added up for it"
        desk.fault(node, f"the totals of page {page!r} have no figure", hint)
    return Totals(
        over=reading.need(shapes.TOTALS_OVER), link="", is_back=False, members="", by=reading.need(shapes.TOTALS_BY),
        columns=reading.need(shapes.MEMBER_COLUMNS), figures=figures,
    )  # fmt: skip


def _headline(reading: Reading) -> Headline:
    about = {field.name: reading.get(field) for field in shapes.ABOUT_TOTAL}
    return Headline(
        total=reading.need(shapes.TOTAL), member=reading.need(shapes.MEMBER), before=reading.get(shapes.BEFORE),
        columns=reading.need(shapes.MEMBER_COLUMNS), **about,
    )  # fmt: skip


def fitted_totals(
    page: Page, catalogue: Catalogue, indicators: Mapping[str, Indicator], measures: Mapping[str, Measure],
    known: Known, issues: list[Issue],
) -> Totals | None:  # fmt: skip
    """The totals of a page with everything found; None where their link is not. Told: a link, an attribute, an
    indicator or a measure that no pack declares, and what belongs to another entity type than its place needs."""
    totals = page.totals
    if totals is None:
        return None
    walks = _walks(page.type, catalogue)
    over = known(page.place, totals.over, "link", walks)
    if over is None:
        return None
    link, is_back, members = walks[over]

    def of_type(kind: str) -> _Find:
        def found(name: str) -> str | None:
            real = known(page.place, name, "indicator or measure", (*indicators, *measures))
            if real is None:
                return None
            declared = (indicators.get(real) or measures[real]).type
            if catalogue.descends(kind, declared):
                return real
            message = f"{real!r} belongs to {declared}, and stands in the totals of page {page.name!r} for {kind}"
            issues.append(Issue(place=page.place, message=message, hint=f"name a figure of {kind}"))
            return None

        return found

    own, theirs = of_type(page.type), of_type(members)
    attributes = catalogue.attributes_of(members)
    by = (known(page.place, name, "attribute", attributes) for name in totals.by)
    figures = (_fitted(one, own, theirs) for one in totals.figures)
    return replace(
        totals, over=over, link=link, is_back=is_back, members=members, by=_found(by),
        columns=_found(map(theirs, totals.columns)),
        figures=tuple(one for one in figures if one is not None),
    )  # fmt: skip


def _walks(kind: str, catalogue: Catalogue) -> dict[str, tuple[str, bool, str]]:
    """The links that lead from a type, by the names under which they do: link, whether walked back, where to."""
    found = {}
    for link in catalogue.links.values():
        if catalogue.descends(kind, link.source):
            found[link.name] = (link.name, False, link.target)
        if link.inverse is not None and catalogue.descends(kind, link.target):
            found[link.inverse] = (link.name, True, link.source)
    return found


def _found(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _fitted(one: Headline, own: _Find, theirs: _Find) -> Headline | None:
    """The headline with what is known of it; None where what it is about is not."""
    total, member = own(one.total), theirs(one.member)
    if total is None or member is None:
        return None
    about = {
        field.name: None if (name := getattr(one, field.name)) is None else own(name) for field in shapes.ABOUT_TOTAL
    }
    return replace(
        one, total=total, member=member, before=None if one.before is None else theirs(one.before),
        columns=_found(map(theirs, one.columns)), **about,
    )  # fmt: skip
