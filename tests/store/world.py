"""A small world for tests of the store and the panel: two packs, a few enterprises, rows by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hengjian.model.cut import Basis, Scope
from hengjian.model.declaration import Catalogue, Label, Measure
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow
from hengjian.model.issue import Place
from hengjian.model.period import Frequency, Period, parse_period
from hengjian.model.unit import SHIPPED

HERE = Place(file="world.yaml")
START = datetime(2024, 1, 1, tzinfo=UTC)


def recorded(entry: int) -> datetime:
    """Entries are recorded twelve hours apart, the first at the start of 2024."""
    return START + timedelta(hours=12 * entry)


def measure(name: str, pack: str = "finance", frequency: Frequency = "quarter", kind: str = "enterprise") -> Measure:
    return Measure(
        name=name, label=Label(zh=name, en=name), type=kind, unit=SHIPPED["CNY"], period_type="instant",
        frequency=frequency, cumulative=None, source="test", pack=pack, place=HERE,
    )  # fmt: skip


def catalogue(*measures: Measure) -> Catalogue:
    return Catalogue(
        packs={},
        types={},
        links={},
        measures={m.name: m for m in measures},
        parameters={},
        indicators={},
        rules={},
        checks={},
    )


WORLD = catalogue(
    measure("assets"),
    measure("Assets"),
    measure("资产"),
    measure("headcount", frequency="month"),
    measure("energy", pack="carbon"),
)


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


def observed(
    entity: str, name: str, when: str | Period, value: float | None,
    scope: Scope = "consolidated", basis: Basis = "flash", known_from: date | None = None,
) -> ObservationRow:  # fmt: skip
    return ObservationRow(
        entity=entity, measure=name, period=period(when) if isinstance(when, str) else when, scope=scope, basis=basis,
        text="#withdrawn" if value is None else repr(value), unit="CNY", value=value,
        file="t.csv", sheet=None, cell="D2", known_from=known_from,
    )  # fmt: skip


def stated(
    entity: str, since: date | None = None, name: str = "", kind: str = "enterprise",
    known_from: date | None = None, **attributes: str,
) -> EntityRow:  # fmt: skip
    return EntityRow(
        entity=entity, type=kind, name=name, valid_from=since, attributes=tuple(sorted(attributes.items())),
        file="e.csv", sheet=None, cell="A2", known_from=known_from,
    )  # fmt: skip


def linked(
    source: str, target: str, begins: date | None = None, ends: date | None = None, link: str = "owns",
    known_from: date | None = None, **attributes: Any,
) -> LinkRow:  # fmt: skip
    return LinkRow(
        link=link, source=source, target=target, valid_from=begins, valid_to=ends,
        attributes=tuple(sorted(attributes.items())), file="l.csv", sheet=None, cell="A2", known_from=known_from,
    )  # fmt: skip
