"""What a rule's score was of whom on which day of a back-test, and what followed: the sample of its curve."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.supervise.backtest import Event, Watch
from hengjian.supervise.backtestcurve import Groups, Scores, Truths


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Observations of entities on days: their scores, whether an event followed within the horizon, and whose each is;
    `peaks`: of each event that could be warned of, the highest score on a day of the horizon before it (NaN: none)."""

    scores: Scores
    outcomes: Truths
    groups: Groups
    peaks: Scores

    def warned(self, score: float) -> float | None:
        """Of the events, how many would have been warned of where the rule fires from this score on."""
        return float((self.peaks >= score).mean()) if len(self.peaks) else None


def sample(
    days: Sequence[date], entities: Sequence[str], scores: NDArray[np.float64], events: Iterable[Event], watch: Watch
) -> Sample:
    """From scores [day × entity], NaN where there is none. What can be judged: an event followed, or none did and the
    horizon was over on the last day; and only of entities that are watched, from the day on which they are known."""
    happened: dict[str, list[date]] = {}
    for event in events:
        if event.entity in watch.known and watch.known[event.entity] < event.day <= watch.last:
            happened.setdefault(event.entity, []).append(event.day)
    ends = [watch.horizon.after(day) for day in days]
    outcomes = np.zeros(scores.shape, np.bool_)
    judged = ~np.isnan(scores)
    judged &= np.array([end <= watch.last for end in ends], np.bool_)[:, np.newaxis]
    peaks = []
    for place, entity in enumerate(entities):
        if entity not in watch.known:
            judged[:, place] = False
        told = sorted(set(happened.get(entity, ())))
        for row, (day, end) in enumerate(zip(days, ends, strict=True)) if told else ():
            following = bisect_right(told, day)
            if following < len(told) and told[following] <= end:
                outcomes[row, place] = True
                judged[row, place] = not np.isnan(scores[row, place])
        for day in told:
            first = watch.horizon.before(day)
            within = [row for row, on in enumerate(days) if first <= on < day]
            seen = scores[within, place]
            seen = seen[~np.isnan(seen)]
            peaks.append(float(seen.max()) if len(seen) else np.nan)
    rows, places = np.nonzero(judged)
    return Sample(
        scores=scores[rows, places], outcomes=outcomes[rows, places], groups=places.astype(np.intp),
        peaks=np.array(peaks, float),
    )  # fmt: skip
