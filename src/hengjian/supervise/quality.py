"""How good a rule is in operation: how often it warned, how long its alerts stood, how right they were found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from hengjian.supervise.backtest import Horizon

#: A rule is silent where it was not raised for so long.
SILENCE = Horizon(months=12)
#: A rule is noisy where it was raised within that time of more than this share of at least `ENOUGH` whom it is about,
#: or where of at least `ENOUGH` verdicts more than this share are false alarms (our own choice).
NOISY_SHARE, ENOUGH = 0.5, 5
#: What a case says of the alert that opened it.
VERDICTS = ("real", "false", "known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One episode of a rule and an entity: the level at which it was raised and the last one, its days (`until` None:
    it stands), and what the case that it opened says of it."""

    alert: str
    entity: str
    level: str
    last_level: str
    since: date
    until: date | None
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What came of a rule. `years`: by year and level how often it was raised; `open_days`: the median of how long
    those that stand do, `closed_days` of how long the others did; `verdicts` count the cases, `unjudged` the episodes
    without a verdict."""

    years: Mapping[int, Mapping[str, int]]
    standing: Mapping[str, int]
    open_days: float | None
    closed_days: float | None
    verdicts: Mapping[str, int]
    unjudged: int
    last: date | None
    silent: bool
    noisy: bool

    @property
    def hit_rate(self) -> float | None:
        """Of the verdicts, how many say that the alert was right."""
        whole = sum(self.verdicts.values())
        return (whole - self.verdicts["false"]) / whole if whole else None

    @property
    def false_alarm_rate(self) -> float | None:
        return None if self.hit_rate is None else 1 - self.hit_rate


def quality(episodes: Sequence[Raised], *, today: date, about: int) -> Quality:
    """Of a rule that is about so many entities."""
    years: dict[int, Counter[str]] = {}
    for one in episodes:
        years.setdefault(one.since.year, Counter())[one.level] += 1
    open_, closed = [one for one in episodes if one.until is None], [one for one in episodes if one.until is not None]
    begun = SILENCE.before(today)
    recent = [one for one in episodes if one.since > begun]
    verdicts = Counter(dict.fromkeys(VERDICTS, 0))
    verdicts.update(one.verdict for one in episodes if one.verdict is not None)
    judged = sum(verdicts.values())
    is_noisy = about >= ENOUGH and len({one.entity for one in recent}) / about > NOISY_SHARE
    return Quality(
        years={year: dict(counts) for year, counts in sorted(years.items())},
        standing=dict(Counter(one.last_level for one in open_)),
        open_days=_median([(today - one.since).days for one in open_]),
        closed_days=_median([(one.until - one.since).days for one in closed if one.until is not None]),
        verdicts=dict(verdicts), unjudged=sum(one.verdict is None for one in episodes),
        last=max((one.since for one in episodes), default=None), silent=not recent,
        noisy=is_noisy or (judged >= ENOUGH and verdicts["false"] / judged > NOISY_SHARE),
    )  # fmt: skip


def _median(days: Sequence[int]) -> float | None:
    return float(median(days)) if days else None
