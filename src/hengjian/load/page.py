"""Declared pages: read from pages/*.yaml, and fitted to the indicators and measures of all packs."""

from collections.abc import Mapping
from dataclasses import replace

from hengjian.load import shapes
from hengjian.load.fields import Reading
from hengjian.load.form import Known
from hengjian.load.strict import Desk, Scalar, Sequence
from hengjian.load.totals import fitted_totals, read_totals
from hengjian.model.declaration import Catalogue, Indicator, Measure
from hengjian.model.issue import Issue
from hengjian.model.page import Page


def read_page(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Page:
    """The page that a whole reading declares; a column that stands twice, or none at all, is told."""
    columns = reading.need(shapes.PAGE_COLUMNS)
    node = reading.nodes["columns"]
    if isinstance(node, Sequence) and not node.items:
        desk.fault(node, f"page {key.text!r} has no column", "name indicators or measures, as [debt_ratio]")
    for place, name in enumerate(columns):
        if name in columns[:place]:
            at = node.items[place] if isinstance(node, Sequence) and len(node.items) == len(columns) else node
            desk.fault(at, f"{name!r} stands in page {key.text!r} twice", "delete one")
    totals = reading.get(shapes.TOTALS)
    return Page(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), type=reading.need(shapes.TYPE),
        columns=tuple(dict.fromkeys(columns)), pack=pack, place=desk.place(key),
        totals=None if totals is None else read_totals(totals, desk, key.text),
    )  # fmt: skip


def fitted(
    page: Page, types: Catalogue, indicators: Mapping[str, Indicator], measures: Mapping[str, Measure], known: Known,
    issues: list[Issue],
) -> Page:  # fmt: skip
    """The page with its columns found. Told: what no pack declares, and what belongs to another entity type."""
    columns = []
    for column in page.columns:
        name = known(page.place, column, "indicator or measure", (*indicators, *measures))
        if name is None:
            continue
        kind = (indicators.get(name) or measures[name]).type
        if not types.descends(page.type, kind):
            message = f"the column {name!r} belongs to {kind}, the page {page.name!r} to {page.type}"
            issues.append(Issue(place=page.place, message=message, hint="give it a page of its own type"))
        columns.append(name)
    totals = fitted_totals(page, types, indicators, measures, known, issues)
    return replace(page, columns=tuple(columns), totals=totals)
