"""What a learned score is learned from and asked of: its inputs, of every entity, as they were known on a day.

Each day is a cut of its own: a row of an archive is seen from the day on which it claims to have been known, others
from their recorded time. A later correction changes no row of an earlier day. The declarations are those of today.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_known_at
from hengjian.app.question import no_period, period_asked, running
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.own import reads_of, reported_at
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import canonical
from hengjian.model.cut import Cut
from hengjian.model.issue import Refused, refuse
from hengjian.model.learned import LearnedScore
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, period_of
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Scene
from hengjian.supervise.backtest import Event, Horizon

#: Who reported nothing for so long (a year's statements, filed some months after it) is not learned from: our choice.
OLDEST = timedelta(days=550)
#: So many days are looked at, and so many rows learned from.
MOST_DAYS, MOST_ROWS = 2_000, 500_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """The inputs of some entities, each at a period of its own: `values` [entity × input] in base units, NaN where
    missing, `reasons` why, in codes of `Missing`."""

    entities: tuple[str, ...]
    periods: tuple[Period, ...]
    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """What is learned from, by day and entity: whose, on which day, of which period, the inputs, what happened."""

    entities: tuple[str, ...]
    days: tuple[str, ...]
    periods: tuple[str, ...]
    values: NDArray[np.float64]
    outcomes: NDArray[np.bool_]

    def digest(self, inputs: Sequence[str]) -> str:
        """SHA-256 over the canonical JSON of the rows, in hex."""
        told = zip(self.days, self.entities, self.periods, self.outcomes.tolist(), self.values.tolist(), strict=True)
        rows = [
            {
                "day": day, "entity": entity, "period": period, "outcome": outcome,
                "values": [None if value != value else value for value in values],
            }
            for day, entity, period, outcome, values in told
        ]  # fmt: skip
        return hashlib.sha256(canonical({"inputs": list(inputs), "rows": rows})).hexdigest()

    def groups(self) -> NDArray[np.intp]:
        """A number for whose each row is."""
        numbers = {one: place for place, one in enumerate(sorted(set(self.entities)))}
        return np.array([numbers[one] for one in self.entities], np.intp)


def inputs_of(
    desk: Desk, programme: Programme, score: LearnedScore, cut: Cut, *, entities: Sequence[str] | None = None,
    period: str | None = None, until: date | None = None,
) -> Inputs:  # fmt: skip
    """The inputs of those in sight (or of some of them), each at the latest period for which it reported anything that
    they read; at the one `period` where that is named. `until`: periods that end later are left out."""
    names = list(score.inputs)
    formula = programme.indicators[names[0]]
    wanted = running(desk, cut, formula)
    if period is not None:
        wanted = period_asked(formula, period)
        if wanted is None or wanted[0] != wanted[1]:
            raise Refused([no_period(formula, period)])
    first, last = wanted or (None, None)
    asked = needs(programme, names, everyone=entities is None, about=score.type)
    scene = load_scene(desk.store, programme.catalogue, cut, asked, entities=entities, first=first, last=last)
    home = scene.home
    flags = np.zeros((len(home.periods), len(home.entities)), np.bool_)
    if not flags.size:
        return _picked(
            home.entities, (), [], np.empty((0, len(names), 0)), np.empty((0, len(names), 0), np.uint8), scene
        )
    for name in names:
        own = reads_of(programme, programme.indicators[name], scene.frame, through=True).own
        flags |= reported_at(scene, own, [Missing.PRESENT]) if own else False
    if last is not None:
        flags &= np.array([one == last for one in home.periods])[:, np.newaxis]
    if until is not None:
        flags &= np.array([one.end <= until for one in home.periods])[:, np.newaxis]
    flags &= np.array([one in desk.sight for one in home.entities])
    columns = evaluate(programme, names, scene).columns
    values = np.stack([columns[name].values for name in names], axis=1)
    reasons = np.stack([columns[name].reasons for name in names], axis=1)
    places = np.flatnonzero(flags.any(axis=0)).tolist()
    rows = [len(flags) - 1 - int(np.argmax(flags[::-1, place])) for place in places]
    return _picked(home.entities, home.periods, list(zip(rows, places, strict=True)), values, reasons, scene)


def _picked(
    entities: Sequence[str], periods: Sequence[Period], spots: Sequence[tuple[int, int]], values: NDArray[np.float64],
    reasons: NDArray[np.uint8], scene: Scene,
) -> Inputs:  # fmt: skip
    """The cells at some (row, place) as rows, by the ids of their entities."""
    spots = sorted(spots, key=lambda spot: entities[spot[1]])
    width = values.shape[1]
    codes = np.array([reasons[row, :, place] for row, place in spots], np.uint8).reshape(len(spots), width)
    found = np.array([values[row, :, place] for row, place in spots], np.float64).reshape(len(spots), width)
    return Inputs(
        entities=tuple(entities[place] for _, place in spots), periods=tuple(periods[row] for row, _ in spots),
        values=np.where(codes == Missing.PRESENT, found, np.nan), reasons=codes, scene=scene,
    )  # fmt: skip


def dated_rows(
    desk: Desk, programme: Programme, score: LearnedScore, events: Iterable[Event], days: Sequence[date],
    told: frozenset[str] | None, *, proven: bool,
) -> Rows:  # fmt: skip
    """Of each day and entity what was known then, and whether anything happened to it within the horizon.

    Left out is who reported nothing lately, and to whom it had happened already. `told` None: of everybody else it is
    taken that nothing happened; else only these are learned from.
    """
    happened: dict[str, list[date]] = {}
    for event in events:
        happened.setdefault(event.entity, []).append(event.day)
    horizon = Horizon(months=score.horizon)
    parts: list[tuple[date, Inputs, list[int]]] = []
    count = 0
    for day in days:
        cut = Cut(known_at=parse_known_at(day.isoformat(), desk.config.timezone), proven=proven)
        found = inputs_of(desk, programme, score, cut, until=day)
        kept = [
            place for place, (entity, period) in enumerate(zip(found.entities, found.periods, strict=True))
            if day - period.end <= OLDEST and (told is None or entity in told)
            and not any(one <= day for one in happened.get(entity, ()))
        ]  # fmt: skip
        count += len(kept)
        if count > MOST_ROWS:
            raise refuse(f"more than {MOST_ROWS} rows would be learned from", "take --every year, or a later --from")
        parts.append((day, found, kept))
    return _joined(parts, len(score.inputs), lambda entity, day: any(
        day < one <= horizon.after(day) for one in happened.get(entity, ())
    ))  # fmt: skip


def undated_rows(found: Inputs, outcomes: Mapping[str, bool], day: date) -> Rows:
    """One row of each entity of whom the outcome is told."""
    kept = [place for place, entity in enumerate(found.entities) if entity in outcomes]
    return _joined([(day, found, kept)], found.values.shape[1], lambda entity, _: outcomes[entity])


def _joined(
    parts: Sequence[tuple[date, Inputs, Sequence[int]]], width: int, happened: Callable[[str, date], bool]
) -> Rows:
    entities, days, periods, outcomes = [], [], [], []
    values: list[NDArray[np.float64]] = [np.empty((0, width))]
    for day, found, kept in parts:
        entities += [found.entities[place] for place in kept]
        periods += [str(found.periods[place]) for place in kept]
        days += [day.isoformat()] * len(kept)
        outcomes += [happened(found.entities[place], day) for place in kept]
        values.append(found.values[list(kept)])
    return Rows(
        entities=tuple(entities), days=tuple(days), periods=tuple(periods), values=np.concatenate(values),
        outcomes=np.array(outcomes, np.bool_),
    )  # fmt: skip


def prediction_days(first: date, last: date, every: Frequency) -> list[date]:
    """The last days of the periods that end in a stretch of days."""
    start, end = period_of(first, every), period_of(last, every)
    ends = (Period(every, index).end for index in range(start.index, end.index + 1))
    found = [day for day in ends if first <= day <= last]
    if len(found) > MOST_DAYS:
        raise refuse(
            f"{len(found)} days would be looked at, {MOST_DAYS} at most", "take --every year, or a later --from"
        )
    return found
