"""What the statements of one relationship say of shares and votes, as stretches of days that do not overlap.

Each statement says what was so on its day. A later one is taken from the day on which an interest starts that it adds,
or ends. One that keeps the days of its interests, and one that closes the record, are taken from their own day, or from
the one day since the statement before that the same declaration tells of its other holders; what was said before of the
days before stands. A statement of the same day as the one before corrects it, and takes its place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from hengjian.intake.bods.document import Statement
from hengjian.intake.bods.notes import StatementFaults
from hengjian.intake.bods.rules import exact_share, interests_of

SHAREHOLDING, VOTING, INFLUENCE = "shareholding", "votingRights", "otherInfluenceOrControl"
#: How an interest in concert is told, in the details of an otherInfluenceOrControl.
CONCERT = "一致行动 acting in concert"
_CONCERT_WORDS = ("一致行动", "in concert")
_WITH = " with "


#: The days on which something starts or ends, by declaration.
Turns = Mapping[tuple[str, str], Collection[date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is held from `start` until before `end` (None: open), as fractions of 1.

    `is_stated`: a shareholding is; its share may be unknown all the same, and `bounds` then says what is known.
    `ended` is the statement that ends it, where that is a later one.
    `principal` is the recordId of whom it is voted with, "" where nobody is named, None where it is not in concert.
    """

    start: date
    end: date | None
    statement: Statement
    ended: Statement | None = None
    share: Decimal | None = None
    votes: Decimal | None = None
    is_stated: bool = False
    bounds: str = ""
    principal: str | None = None

    @property
    def held(self) -> tuple[object, ...]:
        """What it says, whenever and by whichever statement."""
        return self.share, self.votes, self.is_stated, self.bounds, self.principal


def timeline(series: Sequence[Statement], turns_of: Turns, faults: StatementFaults) -> list[Stretch]:
    """The stretches that statements of one relationship, by their days, leave; the last may be open."""
    stretches: list[Stretch] = []
    before: list[Stretch] = []  # what stood before the statement that stood last
    previous: Statement | None = None
    for statement in series:
        if previous is not None and previous.day == statement.day:
            stretches = before
        before = stretches
        day = _change(statement, previous, turns_of)
        said = _stretches(statement, faults)
        status = statement.body.get("recordStatus")
        if stretches:
            known = {stretch.start for stretch in stretches}
            told = [stretch.start for stretch in said if stretch.start not in known]
            told += [stretch.end for stretch in said if stretch.end is not None and stretch.end <= day]
            since = min(told, default=day)
            is_same = {stretch.held for stretch in said} == {stretch.held for stretch in _open(stretches)}
            if not (is_same and said and all(stretch.end is None for stretch in said)):
                stretches = [*_until(stretches, since, statement), *_since(said, since)]
        elif previous is None and status in ("updated", "closed"):
            stretches = list(_since(said, day))  # of the days before, earlier filings tell
        else:
            stretches = said
        if status == "closed":
            ends = [stretch.end for stretch in said if stretch.end is not None]
            stretches = list(_until(stretches, min([day, *ends]) if len(ends) == len(said) else day, statement))
            if not stretches:
                stretches = [Stretch(start=day, end=day, statement=statement)]
        previous = statement
    return stretches


def _change(statement: Statement, previous: Statement | None, turns_of: Turns) -> date:
    """The day of a change that a statement does not tell: the one day that statements of its declaration tell between
    the statement before and this one, else its own."""
    day = date.fromisoformat(statement.day)
    if previous is None:
        return day
    since = date.fromisoformat(previous.day)
    told = {turn for turn in turns_of.get(declaration_of(statement), ()) if since < turn <= day}
    return told.pop() if len(told) == 1 else day


def declaration_of(statement: Statement) -> tuple[str, str]:
    """What statements of one declaration share: in whom the holding is, and the day of the statement."""
    return str(statement.details["subject"]), statement.day


def turns(statements: Iterable[Statement]) -> Turns:
    """The days on which interests start or end, by declaration; of relationship statements."""
    found: dict[tuple[str, str], set[date]] = {}
    for statement in statements:
        for _, interest in interests_of(statement):
            told = [interest[name] for name in ("startDate", "endDate") if name in interest]
            found.setdefault(declaration_of(statement), set()).update(map(date.fromisoformat, told))
    return found


def _open(stretches: Sequence[Stretch]) -> list[Stretch]:
    return [stretch for stretch in stretches if stretch.end is None]


def _until(stretches: Sequence[Stretch], end: date, by: Statement) -> Iterator[Stretch]:
    for stretch in stretches:
        if stretch.start < end:
            yield stretch if stretch.end is not None and stretch.end <= end else replace(stretch, end=end, ended=by)


def _since(stretches: Sequence[Stretch], start: date) -> Iterator[Stretch]:
    for stretch in stretches:
        if stretch.end is None or stretch.end > start:
            yield replace(stretch, start=max(stretch.start, start))


def _stretches(statement: Statement, faults: StatementFaults) -> list[Stretch]:
    """What one statement says, from the start of the first interest on."""
    found = [stretch for place, _ in interests_of(statement) if (stretch := _stretch(statement, place, faults))]
    concert = _concert(statement)
    if concert is not None:
        found = [replace(stretch, principal=concert) for stretch in found]
    days = sorted({day for stretch in found for day in (stretch.start, stretch.end) if day is not None})
    joined = []
    for start, end in zip_longest(days, days[1:]):
        over = [one for one in found if one.start <= start and (one.end is None or start < one.end)]
        if over:
            joined.append(_joined(over, start, end, statement, faults))
    return joined


def _joined(
    over: Sequence[Stretch], start: date, end: date | None, statement: Statement, faults: StatementFaults
) -> Stretch:
    """The shareholding and the votes of the same days as one."""
    holdings = list({stretch.held: stretch for stretch in over if stretch.is_stated}.values())
    voting = list({stretch.held: stretch for stretch in over if not stretch.is_stated}.values())
    if len(holdings) > 1 or len(voting) > 1:
        message = f"it states several shares or votes for {start}: which of them holds, or whether they add up, is open"
        faults.warn(message, "state one shareholding and one of votingRights for the same days", statement,
                    "recordDetails", "interests")  # fmt: skip
    share = holdings[0].share if len(holdings) == 1 else None
    votes = voting[0].votes if len(voting) == 1 else None
    return Stretch(
        start=start, end=end, statement=statement, share=share, votes=votes, is_stated=bool(holdings),
        bounds=", ".join(stretch.bounds for stretch in over if stretch.bounds), principal=over[0].principal,
    )  # fmt: skip


def _stretch(statement: Statement, place: int, faults: StatementFaults) -> Stretch | None:
    """One interest as a stretch; None where it is no direct holding of shares or votes."""
    interest = statement.details["interests"][place]
    at = ("recordDetails", "interests", place)
    kind, way = interest.get("type"), interest.get("directOrIndirect")
    if kind not in (SHAREHOLDING, VOTING):
        return None
    if way in ("indirect", "unknown"):
        message = f"the {kind} is {way}, not direct, and is not entered"
        faults.warn(message, "what is held indirectly follows from the direct holdings", statement, *at)
        return None
    if way is None:
        message = f"the {kind} does not say whether it is direct, and is entered as direct"
        faults.warn(message, "write directOrIndirect", statement, *at)
    start = date.fromisoformat(interest.get("startDate") or statement.day)
    end = interest.get("endDate")
    if end is not None and date.fromisoformat(end) <= start:
        return None
    share = interest.get("share", {})
    exact = exact_share(share)
    bounds = "" if exact is not None else " ".join([kind, *_range(share)])
    if exact is None:
        message = f"the {kind} has no exact share, and is entered without one"
        faults.warn(message, "nothing is counted for it; state an exact share", statement, *at, "share")
    is_stated = kind == SHAREHOLDING
    return Stretch(
        start=start, end=None if end is None else date.fromisoformat(end), statement=statement, bounds=bounds,
        share=exact if is_stated else None, votes=None if is_stated else exact, is_stated=is_stated,
    )  # fmt: skip


def _range(share: Mapping[str, object]) -> list[str]:
    signs = (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<"))
    return [f"{sign}{share[name]}%" for name, sign in signs if name in share]


def is_concert(interest: Mapping[str, Any]) -> bool:
    """Whether an interest tells that the shares beside it are voted in concert."""
    details = str(interest.get("details", "")).lower()
    return interest.get("type") == INFLUENCE and any(word in details for word in _CONCERT_WORDS)


def _concert(statement: Statement) -> str | None:
    """With whom it is voted: a recordId, "" for nobody that is named, None where it is not in concert."""
    for _, interest in interests_of(statement):
        if is_concert(interest):
            details: str = interest["details"]
            return details.removeprefix(CONCERT + _WITH).strip() if details.startswith(CONCERT + _WITH) else ""
    return None


def concert_details(principal: str) -> str:
    """How a holding in concert is told; `principal` is a recordId, or "" where nobody is named."""
    return f"{CONCERT}{_WITH}{principal}" if principal else CONCERT
