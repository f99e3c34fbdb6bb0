"""The inputs of a learned score, of every entity, as they were known on a day; and the rows that it is learned from.

Each day is a cut of its own: a row of an archive is seen from the day on which it claims to have been known, others
from their recorded time. A later correction changes no row of an earlier day. The declarations are those of today.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_known_at
from hengjian.app.question import no_period, period_asked, running
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.model.issue import Refused, refuse
from hengjian.model.learned import LearnedScore
from hengjian.model.period import Frequency, Period, period_of
from hengjian.models.rows import Day, Inputs, Rows, read_inputs, rows_of
from hengjian.panel.reach import load_scene
from hengjian.supervise.backtest import Event, Horizon

#: Who reported nothing for so long (a year's statements, filed some months after it) is not learned from: our choice.
OLDEST = timedelta(days=550)
#: So many days are looked at, and so many rows learned from.
MOST_DAYS, MOST_ROWS = 2_000, 500_000
_LESS = "take --every year, or a later --from"


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
    sight = desk.sight
    return read_inputs(programme, names, scene, lambda one: one in sight, only=last, until=until)


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
    found: list[Day] = []
    count = 0
    for day in days:
        cut = Cut(known_at=parse_known_at(day.isoformat(), desk.config.timezone), proven=proven)
        inputs = inputs_of(desk, programme, score, cut, until=day)
        kept = [
            place for place, (entity, period) in enumerate(zip(inputs.entities, inputs.periods, strict=True))
            if day - period.end <= OLDEST and (told is None or entity in told)
            and not any(one <= day for one in happened.get(entity, ()))
        ]  # fmt: skip
        outcomes = [
            any(one <= horizon.after(day) for one in happened.get(inputs.entities[place], ())) for place in kept
        ]
        count += len(kept)
        if count > MOST_ROWS:
            raise refuse(f"more than {MOST_ROWS} rows would be learned from", _LESS)
        found.append(Day(day=day, inputs=inputs, kept=kept, outcomes=outcomes))
    return rows_of(found, len(score.inputs))


def undated_rows(inputs: Inputs, outcomes: Mapping[str, bool], day: date, width: int) -> Rows:
    """One row of each entity of whom the outcome is told."""
    kept = [place for place, entity in enumerate(inputs.entities) if entity in outcomes]
    told = [outcomes[inputs.entities[place]] for place in kept]
    return rows_of([Day(day=day, inputs=inputs, kept=kept, outcomes=told)], width)


def prediction_days(first: date, last: date, every: Frequency) -> list[date]:
    """The last days of the periods that end in a stretch of days."""
    start, end = period_of(first, every), period_of(last, every)
    ends = (Period(every, index).end for index in range(start.index, end.index + 1))
    found = [day for day in ends if first <= day <= last]
    if len(found) > MOST_DAYS:
        raise refuse(f"{len(found)} days would be looked at, {MOST_DAYS} at most", _LESS)
    return found
