"""A company's holders over time: what each row states, painted, and what is wrong with it on any day.

A later-recorded row repaints its days over earlier ones of the same two entities. The work goes by the days on which
something changes, never by every day.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import pairwise

from hengjian.intake.text import QUOTED, printable, quoted
from hengjian.model.issue import Severity

_EPOCH = date(1970, 1, 1).toordinal()
ALWAYS, NEVER = -(10**9), 10**9
#: Sums of shares may differ from the whole by this much: CONTRACT's tolerance, for figures that were rounded.
TOLERANCE = Decimal("0.000001")
_NOTHING, _WHOLE = Decimal(0), Decimal(1)
_LISTED = 10
#: So many stretches of one company with less than the whole are told by themselves.
GAPS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stated:
    """One row that states a holding, between ordinals, on the days [begins, ends) since 1970-01-01.

    None: the row states no share; votes that it does not state are as the share.
    """

    owner: int
    company: int
    begins: int
    ends: int
    share: Decimal | None
    votes: Decimal | None
    attributes: Mapping[str, str]
    entry: int
    row: int

    @property
    def is_held(self) -> bool:
        """Whether it says that anything is held, or may be."""
        return self.share is None or bool(self.share) or bool(self.votes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not fit together, told at the row that makes it so. `others` (ordinals) are named beside its ends."""

    at: Stated
    message: str
    hint: str
    severity: Severity = "warning"
    others: Collection[int] = ()


@dataclass(slots=True)
class Stretch:
    """Days on which nothing changes: who holds then, and what it comes to. `holding` lives on to the next stretch."""

    begins: int
    ends: int
    holding: Mapping[int, Stated]
    share: Decimal
    votes: Decimal
    begun: Sequence[Stated]
    ended: Sequence[Stated]


def painted(rows: Sequence[Stated]) -> Iterator[tuple[int, int, Stated]]:
    """The days on which each row of one pair holds; `rows` are in painting order, the stretches ascend."""
    if len(rows) == 1:
        if rows[0].begins < rows[0].ends:
            yield rows[0].begins, rows[0].ends, rows[0]
        return
    starting: dict[int, list[int]] = defaultdict(list)
    for order, row in enumerate(rows):
        if row.begins < row.ends:
            starting[row.begins].append(order)
    turns = sorted({*starting, *(rows[order].ends for orders in starting.values() for order in orders)})
    last: list[int] = []  # what may hold, the one recorded last on top
    for day, following in pairwise(turns):
        for order in starting.get(day, ()):
            heappush(last, -order)
        while last and rows[-last[0]].ends <= day:
            heappop(last)
        if last:
            yield day, following, rows[-last[0]]


def stretches(rows: Sequence[Stated]) -> Iterator[Stretch]:
    """The days of one company from the first statement on, as stretches without a change; `rows` by owner, those of an
    owner in painting order. `begun` and `ended` are the rows whose days begin and end where the stretch begins."""
    by_owner: dict[int, list[Stated]] = defaultdict(list)
    for row in rows:
        by_owner[row.owner].append(row)
    begun: dict[int, list[Stated]] = defaultdict(list)
    over: dict[int, list[Stated]] = defaultdict(list)
    for one in by_owner.values():
        for begins, ends, row in painted(one):
            begun[begins].append(row)
            over[ends].append(row)
    holding: dict[int, Stated] = {}
    share = votes = _NOTHING
    for day, following in pairwise([*sorted(begun.keys() | over.keys()), NEVER]):
        ended = over.get(day, ())
        for row in ended:
            del holding[row.owner]
            share -= row.share or _NOTHING
            votes -= row.votes or _NOTHING
        for row in begun.get(day, ()):
            holding[row.owner] = row
            share += row.share or _NOTHING
            votes += row.votes or _NOTHING
        if day < following:
            yield Stretch(day, following, holding, share, votes, begun.get(day, ()), ended)


@dataclass(slots=True, kw_only=True)
class Look:
    """How a company is looked at: `is_asked` tells rows that matter, `called` gives an entity's id, `day` is the only
    one that counts (None: all)."""

    is_asked: Callable[[Stated], bool]
    called: Callable[[int], str]
    day: int | None = None


def findings(rows: Sequence[Stated], look: Look) -> Iterator[Finding]:
    """What is wrong with the holders of one company; each thing once, at the first days on which a row that matters
    makes it so. `rows` as of `stretches`."""
    seen: set[int] = set()
    said: set[str] = set()
    asked = _Asked()
    full_before = False
    gaps = 0
    for one in stretches(rows):
        for row in one.begun:
            if look.is_asked(row):
                asked.add(row)
        if look.day is None or one.begins <= look.day < one.ends:
            for row in one.begun if look.day is None else one.holding.values():
                if id(row) not in seen and look.is_asked(row):
                    seen.add(id(row))
                    yield from _of_row(row, look)
            yield from _too_much(one, look, said)
            gap = _too_little(one, look, asked.last(one.holding), full_before=full_before) if gaps <= GAPS else None
            if gap is not None:
                gaps += 1
                yield gap if gaps <= GAPS else _more_gaps(gap.at, look)
        full_before = one.share >= _WHOLE - TOLERANCE


class _Asked:
    """The rows that matter, the one recorded last on top; those that do not hold any more are passed over."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int, Stated]] = []
        self._added = 0

    def add(self, row: Stated) -> None:
        self._added += 1
        heappush(self._rows, (-row.entry, -row.row, self._added, row))

    def last(self, holding: Mapping[int, Stated]) -> Stated | None:
        """The one recorded last of those that hold."""
        while self._rows and holding.get(self._rows[0][-1].owner) is not self._rows[0][-1]:
            heappop(self._rows)
        return self._rows[0][-1] if self._rows else None


def _of_row(row: Stated, look: Look) -> Iterator[Finding]:
    """What a row by itself lacks."""
    owner, company, said = look.called(row.owner), look.called(row.company), row.attributes
    if row.share is None:
        message = f"{quoted(owner)} holds shares of {quoted(company)}, and no row says how many"
        yield Finding(at=row, message=message, hint="write the share; until then it counts as nothing")
    if not row.is_held:
        return
    kind = said.get("kind", "direct")
    if kind == "nominee" and "principal" not in said:
        message = f"{quoted(owner)} holds {quoted(company)} as a nominee, and no row says for whom"
        yield Finding(at=row, message=message, hint="name the principal; until then the share counts as the nominee's")
    if kind == "direct" and "principal" in said:
        message = f"{quoted(owner)} holds {quoted(company)} directly, and a principal is named"
        yield Finding(at=row, message=message, hint="write nominee or concert as its kind, or empty the cell")
    paid, subscribed = (_decimal(said.get(name)) for name in ("paid", "subscribed"))
    if paid is not None and subscribed is not None and paid > subscribed:
        message = f"{quoted(owner)} has paid {paid:f} for {quoted(company)}, more than the {subscribed:f} subscribed"
        yield Finding(at=row, message=message, hint="are the two amounts the right way round, and in one unit?")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _too_much(one: Stretch, look: Look, said: set[str]) -> Iterator[Finding]:
    """More than the whole, of shares or of votes."""
    if one.share > _WHOLE + TOLERANCE and "share" not in said:
        at = _last(one, look, lambda row: row.share)
        if at is not None:
            said.add("share")
            message = (
                f"the shares of {quoted(look.called(at.company))} come to {_percent(one.share)} {_when(one)}:"
                f" {_list(one, look, lambda row: row.share)}"
            )
            hint = "a sale is a row of the seller too, with the share that is left (0: none) and the same valid_from"
            yield Finding(at=at, message=message, hint=hint, severity="error", others=[*one.holding])
    elif one.votes > _WHOLE + TOLERANCE and one.share <= _WHOLE + TOLERANCE and "voting" not in said:
        at = _last(one, look, lambda row: row.votes)
        if at is not None:
            said.add("voting")
            message = (
                f"the votes of {quoted(look.called(at.company))} come to {_percent(one.votes)} {_when(one)}:"
                f" {_list(one, look, lambda row: row.votes)}"
            )
            hint = "where votes differ from shares, state them of each holder; who states none has those of the share"
            yield Finding(at=at, message=message, hint=hint, severity="error", others=[*one.holding])


def _too_little(one: Stretch, look: Look, last: Stated | None, *, full_before: bool) -> Finding | None:
    """Less than the whole, where anything is stated: a holding that ends and nobody follows, or owners unnamed.

    `last` is the row recorded last of those that matter and hold.
    """
    if one.share >= _WHOLE - TOLERANCE or (not one.share and one.ends == NEVER):
        return None
    left = [row for row in one.ended if row.owner not in one.holding and row.share and row.ends == one.begins]
    if full_before and left:
        at = next((row for row in reversed(left) if look.is_asked(row)), last)
        if at is None:
            return None
        message = (
            f"the shares of {quoted(look.called(at.company))} come to {_percent(one.share)} {_when(one)}:"
            f" the holding of {_names([look.called(row.owner) for row in left])} ends, and nobody takes it over"
        )
        hint = "state who holds it from that day on; leave valid_to empty where it goes on"
        return Finding(at=at, message=message, hint=hint, others=[row.owner for row in left])
    if last is None or not one.share:
        return None
    message = (
        f"the shares of {quoted(look.called(last.company))} come to {_percent(one.share)} {_when(one)}:"
        f" the owners of {_percent(_WHOLE - one.share)} are not stated"
    )
    return Finding(at=last, message=message, hint="state the other holders, if they are to be looked through")


def _more_gaps(at: Stated, look: Look) -> Finding:
    message = f"the shares of {quoted(look.called(at.company))} come to less than the whole on further days"
    return Finding(at=at, message=message, hint="mend those before it first")


def _last(one: Stretch, look: Look, part: Callable[[Stated], Decimal | None]) -> Stated | None:
    """The row recorded last of those that matter and hold anything of a part on these days."""
    found = [row for row in one.holding.values() if look.is_asked(row) and part(row)]
    return max(found, key=lambda row: (row.entry, row.row), default=None)


def _list(one: Stretch, look: Look, part: Callable[[Stated], Decimal | None]) -> str:
    """The holders with their parts, the largest first."""
    held = [(part(row) or _NOTHING, look.called(row.owner)) for row in one.holding.values()]
    listed = sorted(((share, owner) for share, owner in held if share), key=lambda pair: (-pair[0], pair[1]))
    shown = [f"{printable(owner, QUOTED)} {_percent(share)}" for share, owner in listed[:_LISTED]]
    return ", ".join([*shown, f"+{len(listed) - _LISTED}"] if len(listed) > _LISTED else shown)


def _names(ids: Collection[str]) -> str:
    shown = [printable(one, QUOTED) for one in sorted(ids)[:_LISTED]]
    return ", ".join([*shown, f"+{len(ids) - _LISTED}"] if len(ids) > _LISTED else shown)


def _percent(share: Decimal) -> str:
    """To a millionth of a percent."""
    text = f"{(100 * share).quantize(Decimal('0.000001')):f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def _when(one: Stretch) -> str:
    begins, ends = (None if day in (ALWAYS, NEVER) else day_of(day) for day in (one.begins, one.ends))
    if begins is None:
        return "at all times" if ends is None else f"until {ends}"
    return f"from {begins} on" if ends is None else f"from {begins} until {ends}"


def day_of(day: int) -> date:
    """The date so many days after 1970-01-01."""
    return date.fromordinal(day + _EPOCH)


def number_of(day: date) -> int:
    """The days from 1970-01-01 to a date."""
    return day.toordinal() - _EPOCH
