"""The figures that are compared: an enterprise's own and those of a peer set's members, of several years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hengjian.app.beyond import Beyond
from hengjian.app.desk import Desk
from hengjian.app.peersets import Member, PeerFigure, PeerFigures, PeerSet, figures_in
from hengjian.app.scorefigures import Figures, decimal_of, figures_of
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import Cut
from hengjian.model.period import PER_YEAR, Period
from hengjian.model.unit import parse_unit
from hengjian.supervise.benchmark import quantised

#: So many years are looked at, the one asked for included.
YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A figure in the unit of its indicator, or why there is none. `source`: where an entered one is published;
    `entry`: where it stands in the ledger. `beyond`: others may stand in it whom the reader does not see."""

    value: Decimal | None
    missing: str | None = None
    source: str | None = None
    entry: int | None = None
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All figures of one question, by company (`entity` for one's own), indicator and year, the latest first."""

    entity: str
    members: Sequence[Member]
    periods: Sequence[Period]
    told: Mapping[tuple[str, str], Sequence[Told]]

    def of(self, company: str, indicator: str) -> Sequence[Told]:
        """A company's figures by year."""
        return self.told[company, indicator]

    def own(self, indicator: str) -> Sequence[Told]:
        """One's own figures by year."""
        return self.told[self.entity, indicator]


def years_before(period: Period) -> list[Period]:
    """A period and the same one of the years before it, the latest first."""
    per_year = PER_YEAR[period.frequency]
    return [period.shift(-per_year * back) for back in range(YEARS)]


def compared(
    desk: Desk, programme: Programme, cut: Cut, peers: PeerSet, entity: str, formulas: Mapping[str, Formula],
    period: Period,
) -> Compared:  # fmt: skip
    """The figures of an entity as the cut knows them, and of the members as known when the set was frozen.

    What was entered for a company counts before what is computed of it. One's own figure of a segment is one that was
    entered, unless the entity itself is a member: a whole enterprise is no segment.
    """
    periods = years_before(period)
    types = desk.entity_types()
    entered = figures_in(desk, peers)
    frozen = replace(cut, known_at=peers.known)
    members = [one for one in peers.included if one.company != entity]
    is_own = peers.cut != "segment" or len(members) < len(peers.included)
    told: dict[tuple[str, str], list[Told]] = {}
    here = [one.company for one in members if one.company in types]
    for at in periods:
        own = _computed(desk, programme, cut, formulas, [entity] if is_own else [], at)
        theirs = _computed(desk, programme, frozen, formulas, here, at)
        for name, formula in formulas.items():
            whose = _entered(desk, entered, entity, formula, at) or own.get((entity, name), _NOTHING)
            told.setdefault((entity, name), []).append(whose)
            for one in members:
                found = _entered(desk, entered, one.company, formula, at) or theirs.get((one.company, name), _NOTHING)
                told.setdefault((one.company, name), []).append(found)
    return Compared(entity=entity, members=members, periods=periods, told=told)


_NOTHING = Told(value=None, missing="not_reported")


def _entered(desk: Desk, figures: PeerFigures, company: str, formula: Formula, at: Period) -> Told | None:
    found: PeerFigure | None = figures.get((company, formula.name, str(at)))
    if found is None:
        return None
    stated = parse_unit(found.unit, desk.programme().catalogue.known_units())
    if stated is None or not stated.measures_the_same_as(formula.unit):
        return Told(value=None, missing="other_unit", source=found.source, entry=found.entry)
    return Told(value=found.value * stated.scale / formula.unit.scale, source=found.source, entry=found.entry)


def _computed(
    desk: Desk, programme: Programme, cut: Cut, formulas: Mapping[str, Formula], entities: Sequence[str], at: Period
) -> dict[tuple[str, str], Told]:
    """The figures of entities of the space, those of one type of formulas together."""
    types, descends = desk.entity_types(), programme.catalogue.descends
    found: dict[tuple[str, str], Told] = {}
    for kind in dict.fromkeys(formula.type for formula in formulas.values()):
        mine = {name: formula for name, formula in formulas.items() if formula.type == kind}
        asked = [one for one in entities if descends(types[one], kind)]
        if not asked:
            continue
        figures = figures_of(desk, programme, cut, mine, asked, kind, at)
        for name, formula in mine.items():
            for one in asked:
                cell = figures.cell(name, one)
                value = None if cell.value is None else quantised(decimal_of(cell.value, formula.unit))
                found[one, name] = Told(
                    value=value, missing=cell.missing, beyond=_is_beyond(desk, figures, formula, one)
                )
    return found


def _is_beyond(desk: Desk, figures: Figures, formula: Formula, entity: str) -> bool:
    sheet = figures.sheets.get(formula.name)
    if desk.sight.is_everything or sheet is None:
        return False
    return Beyond(desk, sheet.programme, sheet.scene).reads_others(formula, [entity])
