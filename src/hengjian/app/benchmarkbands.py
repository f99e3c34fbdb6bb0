"""Which band of published standard values a figure reaches, where a scorecard scores its indicator by them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hengjian.app.desk import Desk
from hengjian.app.registerrows import plain
from hengjian.app.scorecards import in_force
from hengjian.app.standards import standards_of
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.model.cut import KnownAt
from hengjian.model.period import Period, period_of
from hengjian.model.scorecard import Band, Efficacy, Item, Modification, Scorecard, Standing
from hengjian.model.unit import Unit
from hengjian.supervise.benchmark import Better, band_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The standard of one indicator for one entity: its lines by band, the best first, in the indicator's unit."""

    scorecard: str
    better: Better
    names: Mapping[str, Band]
    lines: Mapping[str, Decimal]

    def record(self, value: str) -> Answer:
        """The band that a figure reaches, None where it reaches none, and the lines."""
        reached = band_of(Decimal(value), self.lines, self.better)
        return {
            "scorecard": self.scorecard, "band": reached,
            "label": None if reached is None else self.names[reached].label.record(),
            "lines": [
                {"band": name, "label": self.names[name].label.record(), "value": plain(line)}
                for name, line in self.lines.items()
            ],
        }  # fmt: skip


def bands_for(
    desk: Desk, programme: Programme, entity: str, period: Period, known_at: KnownAt | None, names: Collection[str]
) -> dict[str, Bands]:
    """The standards of some indicators, each by the first scorecard in force that has one for the entity."""
    found: dict[str, Bands] = {}
    kind = desk.entity_types()[entity]
    for card in programme.catalogue.scorecards.values():
        at = period_of(period.end, card.frequency)
        if card.standards is None or at.end != period.end or not in_force(card, at):
            continue
        if not programme.catalogue.descends(kind, card.type):
            continue
        wanted = [(name, key, item) for name, key, item in _measured(card) if name in names and name not in found]
        standards = standards_of(desk, card, [entity], str(at), known_at)[entity] if wanted else {}
        for name, key, item in wanted:
            if key in standards and item.direction != "free":
                unit = programme.catalogue.unit_of(name)
                found[name] = Bands(
                    scorecard=card.name, better=item.direction,
                    names={band.name: band for band in card.bands},
                    lines={
                        band.name: _in(standards[key].bands[band.name], item, unit) for band in card.bands
                        if band.name in standards[key].bands
                    },
                )  # fmt: skip
    return found


def _measured(card: Scorecard) -> Iterator[tuple[str, str, Item]]:
    """The indicators that a card scores by a standard: name, the standard's key and the item."""
    for item in card.root.walk():
        if item.value is not None and isinstance(item.method, Efficacy | Modification | Standing):
            yield item.value.text.strip().strip("`"), item.method.standard, item


def _in(line: Decimal, item: Item, unit: Unit) -> Decimal:
    return line if item.unit is None else line * item.unit.scale / unit.scale
