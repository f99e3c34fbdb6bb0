"""Back-tests: when a rule stood raised, against what then happened: hits, misses, false alarms and lead times.

An event is warned of where the rule stood raised on any day of the horizon before it. An alert is false where no event
followed it: none that it warned of, and its horizon is over. What cannot be judged is counted apart.
"""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

_HORIZON = re.compile(r"([1-9][0-9]{0,4})([dmy])")
#: The longest horizon, in months and in days: a hundred years.
_MOST = {"m": 1_200, "d": 36_525}


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """How long before an event a warning counts, in months and days of the calendar."""

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        return f"{self.months}m" if self.months else f"{self.days}d"

    def before(self, day: date) -> date:
        """The first day on which a warning of what happens on `day` counts."""
        moved = _moved(day, -self.months)
        return moved - timedelta(min(self.days, moved.toordinal() - 1))

    def after(self, day: date) -> date:
        """The last day of which a warning on `day` warns."""
        moved = _moved(day, self.months)
        return moved + timedelta(min(self.days, date.max.toordinal() - moved.toordinal()))


def parse_horizon(text: str) -> Horizon | None:
    """`12m`, `90d` or `2y`; None for anything else."""
    found = _HORIZON.fullmatch(text.strip().lower())
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    count, unit = (count * 12, "m") if unit == "y" else (count, unit)
    if count > _MOST[unit]:
        return None
    return Horizon(months=count) if unit == "m" else Horizon(days=count)


def _moved(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month; within the years 1 to 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something adverse that happened to an entity on a day."""

    entity: str
    day: date
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A rule stood raised of an entity from a day on, until the day on which it did not any more (None: still).

    `level` is the gravest that it reached, `period` that of the figures which raised it.
    """

    entity: str
    level: str
    period: str
    since: date
    until: date | None = None

    def warns(self, event: Event, horizon: Horizon) -> bool:
        """Whether it stood on a day of the horizon before the event."""
        return (
            self.entity == event.entity
            and self.since < event.day
            and (self.until is None or self.until > horizon.before(event.day))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a back-test looked at: `known` names the entities with the first day on which anything of each was known;
    the last day of all, and the horizon."""

    known: Mapping[str, date]
    last: date
    horizon: Horizon

    def years(self) -> float:
        """For how long they were watched, together, in years of 365.25 days."""
        return (
            float(np.add.reduce([max(0, (self.last - day).days) for day in self.known.values()], dtype=float)) / 365.25
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median and the quartiles of some days (linear between order statistics)."""

    median: float
    lower: float
    upper: float

    def record(self) -> dict[str, float]:
        return {"median": self.median, "lower": self.lower, "upper": self.upper}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came of a rule's alerts.

    Events: `warned` and `missed`; of those warned, `early` had been warned of before their horizon began; `unjudged`
    are those before anything was known of their entity, or after the last day. Alerts: `true` and `false`; of the false
    ones `late` were raised within the horizon after an event; `pending` are those whose horizon is not over.
    """

    warned: tuple[Event, ...]
    missed: tuple[Event, ...]
    unjudged: tuple[Event, ...]
    early: int
    true: int
    false: int
    late: int
    pending: int
    lead: Spread | None
    years: float

    @property
    def hit_rate(self) -> float | None:
        """Of the events that could be warned of, how many were."""
        return _share(len(self.warned), len(self.warned) + len(self.missed))

    @property
    def precision(self) -> float | None:
        """Of the alerts that can be judged, how many were followed by an event."""
        return _share(self.true, self.true + self.false)

    @property
    def false_per_year(self) -> float | None:
        """False alarms for each year of an entity."""
        return self.false / self.years if self.years > 0 else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def judge(episodes: Sequence[Episode], events: Iterable[Event], watch: Watch) -> Judgement:
    """What came of the alerts of one rule among the entities that were watched."""
    of: dict[str, list[Episode]] = {}
    for episode in episodes:
        of.setdefault(episode.entity, []).append(episode)
    happened: dict[str, list[Event]] = {}
    warned, missed, unjudged = list[Event](), list[Event](), list[Event]()
    leads, early = list[int](), 0
    for event in sorted(events, key=lambda one: (one.day, one.entity, one.kind)):
        known = watch.known.get(event.entity)
        if known is None or event.day <= known or event.day > watch.last:
            unjudged.append(event)
            continue
        happened.setdefault(event.entity, []).append(event)
        since = min((one.since for one in of.get(event.entity, ()) if one.warns(event, watch.horizon)), default=None)
        if since is None:
            missed.append(event)
            continue
        warned.append(event)
        leads.append((event.day - since).days)
        early += since < watch.horizon.before(event.day)
    true = false = late = pending = 0
    for episode in episodes:
        followed = happened.get(episode.entity, ())
        if any(episode.warns(event, watch.horizon) for event in followed):
            true += 1
        elif watch.horizon.after(episode.since) > watch.last:
            pending += 1
        else:
            false += 1
            late += any(event.day <= episode.since <= watch.horizon.after(event.day) for event in followed)
    return Judgement(
        warned=tuple(warned), missed=tuple(missed), unjudged=tuple(unjudged), early=early, true=true, false=false,
        late=late, pending=pending, lead=_spread(leads), years=watch.years(),
    )  # fmt: skip


def _spread(days: Sequence[int]) -> Spread | None:
    if not days:
        return None
    lower, median, upper = (float(one) for one in np.quantile(np.array(days, dtype=float), [0.25, 0.5, 0.75]))
    return Spread(median=median, lower=lower, upper=upper)
