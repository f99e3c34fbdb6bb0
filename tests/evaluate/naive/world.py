"""A world of plain dicts: who there is, what was stated of whom, and what was reported when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from hengjian.model.cut import BASES, BasisChoice, Scope
from hengjian.model.declaration import CONTROLS, LEVEL, OWNS, ULTIMATE_OWNER, Catalogue
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, period_of
from naive.owners import Owners

Key = tuple[str, str, int, Scope, str]


@dataclass(frozen=True)
class Fact:
    """An attribute's text from a day on (None: always); facts repaint one another in the order in which they stand."""

    entity: str
    attribute: str
    text: str | None
    since: date | None = None


@dataclass(frozen=True)
class Edge:
    """A row of a link on [since, until); a row with share 0 ends what it repaints. The rest is said of `owns` only."""

    link: str
    near: str
    far: str
    since: date | None = None
    until: date | None = None
    share: float | None = None
    voting: float | None = None
    kind: str = ""
    principal: str = ""

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class World:
    """`entities`: type by id, by ascending ordinal. `cells`: by (entity, measure, period index, scope, basis), a figure
    or WITHDRAWN or ERASED. Every panel runs over the periods between `first` and `last`, both of them the first and the
    last day of a year.
    """

    catalogue: Catalogue
    entities: Mapping[str, str]
    first: date
    last: date
    cells: Mapping[Key, float | Missing] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    edges: tuple[Edge, ...] = ()

    def begins(self, frequency: Frequency) -> int:
        """The index of the first period of a frequency that panels hold."""
        return period_of(self.first, frequency).index

    def ends(self, frequency: Frequency) -> int:
        return period_of(self.last, frequency).index

    def of_type(self, name: str) -> list[str]:
        """All entities of a type or of one that extends it, by ascending ordinal."""
        family = self.catalogue.family(name)
        return [entity for entity, type_name in self.entities.items() if type_name in family]

    def text(self, entity: str, attribute: str, day: date) -> str | None:
        if attribute in self.catalogue.derived_attributes():
            owners = self.owners(day)
            return {ULTIMATE_OWNER: owners.ultimate_owner, LEVEL: lambda one: str(owners.level(one))}[attribute](entity)
        said = [
            fact.text for fact in self.facts
            if (fact.entity, fact.attribute) == (entity, attribute) and (fact.since is None or fact.since <= day)
        ]  # fmt: skip
        return said[-1] if said else None

    def linked(self, link: str, entity: str, day: date, *, back: bool) -> list[str]:
        """The far ends of the links of an entity (`back`: the near ends), by ascending ordinal."""
        if link == CONTROLS:
            return self.owners(day).controllers_of(entity) if back else self.owners(day).controlled_by(entity)
        rows = self._painted(link, day)
        held = [pair for pair, edge in rows.items() if edge.share is None or edge.share != 0]
        found = {near if back else far for near, far in held if entity == (far if back else near)}
        return [other for other in self.entities if other in found]

    def _painted(self, link: str, day: date) -> dict[tuple[str, str], Edge]:
        """Of each pair the last row that covers the day."""
        last: dict[tuple[str, str], Edge] = {}
        for edge in self.edges:
            if edge.link == link and edge.covers(day):
                last[edge.near, edge.far] = edge
        return last

    def owners(self, day: date) -> Owners:
        """Who holds whom: a nominee's shares and votes are its principal's; in concert, the votes are, and of who leads
        in turn; where there is none, or that comes round, those in concert are pooled. Nobody holds anything of itself.
        """
        if day not in self._owners:
            shares: dict[tuple[str, str], Fraction] = {}
            votes: dict[tuple[str, str], Fraction] = {}
            pooled: set[tuple[str, str]] = set()
            painted = self._painted(OWNS, day)
            for (near, company), row in painted.items():
                owner = (row.principal or near) if row.kind == "nominee" else near
                leader = near
                for _ in range(len(self.entities) + 1):  # by then whoever leads has been met, or all go round
                    held = painted.get((leader, company))
                    if held is None or held.kind != "concert" or not held.principal:
                        break
                    leader = held.principal
                else:
                    leader = ""
                voter = (leader or near) if row.kind == "concert" else owner
                share = Fraction(row.share or 0)
                cast = share if row.voting is None else Fraction(row.voting)
                if share > 0 and owner != company:
                    shares[owner, company] = shares.get((owner, company), Fraction(0)) + share
                if cast > 0 and voter != company:
                    votes[voter, company] = votes.get((voter, company), Fraction(0)) + cast
                    is_pooled = row.kind == "concert" and not (row.principal and leader)
                    pooled |= {(voter, company)} if is_pooled else set()
            found = Owners(tuple(self.entities), shares, votes, pooled)
            self._owners[day] = self._alike.setdefault(found.key(), found)
        return self._owners[day]

    @cached_property
    def _owners(self) -> dict[date, Owners]:
        return {}

    @cached_property
    def _alike(self) -> dict[tuple[object, ...], Owners]:
        return {}

    def cell(
        self, entity: str, measure: str, index: int, scope: Scope, basis: BasisChoice
    ) -> tuple[float | Missing, int]:
        """The figure under a cut, and the code of the basis used (0: none).

        The best basis is chosen for all measures of a pack together: the highest that states any figure.
        """
        admitted = [each for each in BASES if basis in ("best", each)]
        together = self._statement[measure]
        used = next((each for each in reversed(admitted) if (entity, together, index, scope, each) in self._live), None)
        if used is not None:
            cell = self.cells.get((entity, measure, index, scope, used))
        else:
            stated = [self.cells.get((entity, measure, index, scope, each)) for each in admitted]
            cell = next((each for each in stated if each is not None), None)
        code = 0 if used is None else 1 + BASES.index(used)
        if cell is not None:
            return cell, code
        begun = self._first_stated.get((entity, measure, scope), {})
        has_begun = any(begun.get(each, index + 1) <= index for each in admitted)
        return (Missing.NOT_REPORTED if has_begun else Missing.BEFORE_FIRST), code

    @cached_property
    def _statement(self) -> dict[str, str]:
        """Measures of one pack and frequency stand in one statement."""
        return {one.name: f"{one.pack} {one.frequency}" for one in self.catalogue.measures.values()}

    @cached_property
    def _live(self) -> set[tuple[str, str, int, str, str]]:
        """The statements that state any figure: of whom, which, when, scope and basis."""
        return {
            (entity, self._statement[measure], index, scope, basis)
            for (entity, measure, index, scope, basis), cell in self.cells.items()
            if not isinstance(cell, Missing)
        }

    @cached_property
    def _first_stated(self) -> dict[tuple[str, str, str], dict[str, int]]:
        found: dict[tuple[str, str, str], dict[str, int]] = {}
        for entity, measure, index, scope, basis in self.cells:
            known = found.setdefault((entity, measure, scope), {})
            known[basis] = min(index, known.get(basis, index))
        return found
