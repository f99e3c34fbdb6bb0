"""The relationships of a file as rows of `owns`: who holds which share and which votes, and since when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from hengjian.intake.attributes import MAX_TEXT
from hengjian.intake.bods.document import Statement
from hengjian.intake.bods.notes import StatementFaults
from hengjian.intake.bods.parties import Parties, Party
from hengjian.intake.bods.rules import NOMINATOR, NOMINEE, interests_of, series_of
from hengjian.intake.bods.timeline import SHAREHOLDING, VOTING, Stretch, Turns, is_concert, timeline, turns
from hengjian.intake.context import Context
from hengjian.intake.text import printable, quoted
from hengjian.model.declaration import OWNS
from hengjian.model.filing import LinkRow

#: No party exists, by this reason for giving none.
_NOBODY = "noBeneficialOwners"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One relationship: who holds in whom, as whose nominee (`principal`: an entity, "" for one not named)."""

    source: str
    target: str
    stretches: Sequence[Stretch]
    statement: Statement
    is_nominee: bool = False
    principal: str = ""


class Holdings:
    """Reads the relationships; `used` are the nominations that stand as holders of their own."""

    def __init__(self, context: Context, parties: Parties, file: str, faults: StatementFaults) -> None:
        self._context, self._parties, self._file, self._faults = context, parties, file, faults
        self._link = context.catalogue.links[OWNS]
        self._turns: Turns = {}
        self.used: frozenset[str] = frozenset()

    def rows(self, statements: Sequence[Statement]) -> list[LinkRow]:
        """The rows, those of one pair of ends together and by their days, which do not overlap."""
        relationships = [one for one in statements if one.kind == "relationship"]
        series, self._turns = series_of(relationships), turns(relationships)
        nominations = self._nominations(series)
        held = [found for one in series.values() if (found := self._held(one)) is not None]
        self._note_others(statements)
        pairs: dict[tuple[str, str], list[_Held]] = {}
        for found in self._parted(held, nominations):
            pairs.setdefault((found.source, found.target), []).append(found)
        self.used = frozenset(source for source, _ in pairs)
        return [row for pair in pairs.values() for row in self._rows(pair)]

    def _nominations(self, series: Mapping[str, Sequence[Statement]]) -> Mapping[str, Mapping[str, list[str]]]:
        """The nominees and the nominators of each nomination, as entities; whenever they were."""
        found: dict[str, dict[str, list[str]]] = {}
        for statements in series.values():
            for statement in statements:
                for _, interest in interests_of(statement):
                    subject, party = self._ends(statement)
                    if interest.get("type") in (NOMINEE, NOMINATOR) and subject is not None and party is not None:
                        roles = found.setdefault(subject.entity, {NOMINEE: [], NOMINATOR: []})
                        if party.entity not in roles[interest["type"]]:
                            roles[interest["type"]].append(party.entity)
        return found

    def _ends(self, statement: Statement) -> tuple[Party | None, Party | None]:
        """Subject and interested party as far as they are entities."""
        subject, party = (statement.details[role] for role in ("subject", "interestedParty"))
        return (
            self._parties.of(subject) if isinstance(subject, str) else None,
            self._parties.of(party) if isinstance(party, str) else None,
        )

    def _held(self, series: Sequence[Statement]) -> _Held | None:
        statement = series[-1]
        subject, party = self._ends(statement)
        reason = statement.details["interestedParty"]
        if not self._concerns_shares(series) or (subject is not None and subject.is_nomination):
            return None
        for role, end in (("subject", subject), ("interestedParty", party)):
            told = statement.details[role]
            if end is None and isinstance(told, str):
                message = f"the record {quoted(told)} is stated nowhere: the relationship is not entered"
                hint = "state it before the relationship, or register an entity with this id"
                self._faults.warn(message, hint, statement, "recordDetails", role)
        if subject is None:
            if not isinstance(statement.details["subject"], str):
                message = f"the subject is not specified ({statement.details['subject']['reason']}): nothing is entered"
                self._faults.warn(
                    message, "only holdings in somebody are entered", statement, "recordDetails", "subject"
                )
            return None
        if not self._context.catalogue.descends(subject.type, self._link.target):
            message = f"{quoted(subject.entity)} is of type {subject.type}: what is held is of type {self._link.target}"
            self._faults.warn(message, "the relationship is not entered", statement, "recordDetails", "subject")
            return None
        if party is None:
            return None if isinstance(reason, str) else self._unspecified(series, subject)
        if party.entity == subject.entity:
            message = f"{quoted(party.entity)} holds itself: the relationship is not entered"
            self._faults.warn(message, "nobody holds shares of itself", statement, "recordDetails")
            return None
        stretches = timeline(series, self._turns, self._faults)
        return _Held(source=party.entity, target=subject.entity, stretches=stretches, statement=statement)

    def _unspecified(self, series: Sequence[Statement], subject: Party) -> _Held | None:
        """A holder of whom nothing but a reason is told; a shareholding without a share keeps it in the register."""
        statement = series[-1]
        reason = statement.details["interestedParty"]["reason"]
        hint = "the reason stands in the name of the entity that is entered for it"
        if reason == _NOBODY:
            message = f"{quoted(subject.entity)} is said to have no beneficial owner ({_NOBODY}): nothing is entered"
            self._faults.warn(message, "the filed statement keeps it", statement, "recordDetails", "interestedParty")
            return None
        message = f"the holder of {quoted(subject.entity)} is not specified ({reason})"
        self._faults.warn(message, hint, statement, "recordDetails", "interestedParty")
        stretches = timeline(series, self._turns, self._faults)
        if not stretches:
            day = date.fromisoformat(statement.day)
            stretches = [Stretch(start=day, end=None, statement=statement, is_stated=True)]
        party = self._parties.unspecified(statement, reason)
        return _Held(source=party.entity, target=subject.entity, stretches=stretches, statement=statement)

    def _concerns_shares(self, series: Sequence[Statement]) -> bool:
        """Whether shares or votes are at stake, or a holder of whom nothing is told."""
        return any(
            interest.get("type") in (SHAREHOLDING, VOTING) for one in series for _, interest in interests_of(one)
        ) or not isinstance(series[-1].details["interestedParty"], str)

    def _note_others(self, statements: Sequence[Statement]) -> None:
        """Tell once which interests stay in the filed statements alone."""
        first: Statement | None = None
        kinds: dict[str, int] = {}
        entered = (SHAREHOLDING, VOTING, NOMINEE, NOMINATOR)
        for statement in statements:
            for _, interest in interests_of(statement) if statement.kind == "relationship" else ():
                kind = interest.get("type", "untyped")
                if kind not in entered and not is_concert(interest):
                    first = first or statement
                    kinds[kind] = kinds.get(kind, 0) + 1
        if first is not None:
            told = ", ".join(f"{kind}×{count}" for kind, count in sorted(kinds.items()))
            hint = "of influence only voting in concert is, with its shares; the filed statements keep them"
            self._faults.warn(f"interests that are no shares and no votes are not entered: {told}", hint, first)

    def _parted(self, held: Sequence[_Held], nominations: Mapping[str, Mapping[str, list[str]]]) -> Iterator[_Held]:
        """Holdings of nominations as those of their nominees, where there is one and it holds nothing else there."""
        own = {(one.source, one.target) for one in held if one.source not in nominations}
        for one in held:
            roles = nominations.get(one.source)
            if roles is None:
                yield one
                continue
            nominees, nominators = roles[NOMINEE], roles[NOMINATOR]
            principal = nominators[0] if len(nominators) == 1 else ""
            if len(nominators) > 1:
                message = f"the nomination {quoted(one.source)} has {len(nominators)} nominators, and no part for each"
                hint = "its holding is entered without a principal; state a nomination for each"
                self._faults.warn(message, hint, one.statement)
            source = nominees[0] if len(nominees) == 1 else one.source
            if source == one.target or (source, one.target) in own:
                source = one.source
            own.add((source, one.target))
            yield _Held(
                source=source, target=one.target, stretches=one.stretches, statement=one.statement, is_nominee=True,
                principal="" if principal == source else principal,
            )  # fmt: skip

    def _rows(self, pair: Sequence[_Held]) -> Iterator[LinkRow]:
        """What several relationships say of one pair, day by day; days between and after on which nothing is held
        are told with a share of 0, which ends what earlier filings say."""
        stretches = [(one, stretch) for one in pair for stretch in one.stretches]
        days = sorted({day for _, one in stretches for day in (one.start, one.end) if day is not None})
        rows: list[LinkRow] = []
        said: list[Statement] = []
        for start, end in zip_longest(days, days[1:]):
            over = [found for found in stretches if _covers(found[1], start)]
            ended = [found for found in stretches if found[1].end is not None and found[1].end <= start]
            last = (over or ended)[-1][1]
            told = last.statement if over else last.ended or last.statement
            attributes = self._attributes(over) if over else (("share", "0"),)
            if rows and rows[-1].attributes == attributes and rows[-1].valid_to == start:
                start, told = rows[-1].valid_from or start, said.pop()
                rows.pop()
            said.append(told)
            rows.append(LinkRow(
                link=OWNS, source=pair[0].source, target=pair[0].target, valid_from=start, valid_to=end,
                attributes=attributes, file=self._file, sheet=told.id, cell=told.cell,
            ))  # fmt: skip
        yield from rows

    def _attributes(self, over: Sequence[tuple[_Held, Stretch]]) -> tuple[tuple[str, str], ...]:
        shares = self._one(over, "share")
        votes = self._one(over, "votes")
        said: dict[str, str] = {}
        if shares is not None:
            said["share"] = plain(shares)
        if votes is not None:
            said["voting"] = plain(votes)
        held, stretch = over[0]
        concert = next((one.principal for _, one in over if one.principal is not None), None)
        if held.is_nominee:
            said |= {"kind": "nominee", "principal": held.principal}
        elif concert is not None:
            principal = self._parties.of(concert) if concert else None
            said |= {"kind": "concert", "principal": "" if principal is None else principal.entity}
        said["evidence"] = _evidence(stretch.statement, "; ".join(one.bounds for _, one in over if one.bounds))
        declared = self._link.attributes
        return tuple(sorted((name, text) for name, text in said.items() if text and name in declared))

    def _one(self, over: Sequence[tuple[_Held, Stretch]], name: str) -> Decimal | None:
        """The share or the votes that are stated for the same days, once or several times alike."""
        told: dict[Decimal, Stretch] = {}
        for _, stretch in over:
            value = stretch.share if name == "share" else stretch.votes
            if value is not None:
                told.setdefault(value, stretch)
        if len(told) > 1:
            first, second = list(told.values())[:2]
            message = f"statement {first.statement.number} states another {name} of the same holder for {second.start}"
            hint = "state one relationship for each pair, or end one before the other begins"
            self._faults.add(message, hint, second.statement, "recordDetails", "interests")
        return next(iter(told), None)


def _covers(stretch: Stretch, day: date) -> bool:
    return stretch.start <= day and (stretch.end is None or day < stretch.end)


def plain(share: Decimal) -> str:
    """A fraction as the register writes it: 0.235."""
    return format(share.normalize(), "f")


def _evidence(statement: Statement, bounds: str) -> str:
    """Where a holding is told of: the statement's source in words or by its address, else the statement itself."""
    source = statement.body.get("source", {})
    told = source.get("description") or source.get("url") or statement.id
    return printable(" | ".join(part for part in (told, bounds) if part), MAX_TEXT)
