"""What a learned score is learned from and asked of: inputs read off a scene, and rows of them with what happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.own import reads_of, reported_at
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import canonical
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.models.folds import Places
from hengjian.models.members import Matrix, Truths, probability
from hengjian.models.recipe import Fitted
from hengjian.panel.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """The inputs of some entities, by their ids, each at a period of its own: `values` [entity × input] in base units,
    NaN where missing, and `reasons` why, in codes of `Missing`."""

    entities: tuple[str, ...]
    periods: tuple[Period, ...]
    values: Matrix
    reasons: NDArray[np.uint8]


def read_inputs(
    programme: Programme, names: Sequence[str], scene: Scene, sees: Callable[[str], bool], *,
    only: Period | None = None, until: date | None = None,
) -> Inputs:  # fmt: skip
    """The inputs of those of a scene whom one `sees`, each at the latest period for which it reported anything that
    they read: at that `only`, or of those that end by `until`."""
    home = scene.home
    flags = np.zeros((len(home.periods), len(home.entities)), np.bool_)
    if not flags.size:
        nothing = np.empty((0, len(names)))
        return Inputs(entities=(), periods=(), values=nothing, reasons=nothing.astype(np.uint8))
    for name in names:
        own = reads_of(programme, programme.indicators[name], scene.frame, through=True).own
        if own:
            flags |= reported_at(scene, own, [Missing.PRESENT])
    wanted = [(only is None or one == only) and (until is None or one.end <= until) for one in home.periods]
    flags &= np.array(wanted)[:, np.newaxis]
    flags &= np.array([sees(one) for one in home.entities])
    columns = evaluate(programme, names, scene).columns
    values = np.stack([columns[name].values for name in names], axis=1)
    reasons = np.stack([columns[name].reasons for name in names], axis=1)
    places = sorted(np.flatnonzero(flags.any(axis=0)).tolist(), key=lambda place: home.entities[place])
    rows = [len(flags) - 1 - int(np.argmax(flags[::-1, place])) for place in places]
    codes = reasons[rows, :, places]
    return Inputs(
        entities=tuple(home.entities[place] for place in places), periods=tuple(home.periods[row] for row in rows),
        values=np.where(codes == Missing.PRESENT, values[rows, :, places], np.nan), reasons=codes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Day:
    """What was known on a day: of the entities at `kept`, places in `inputs`, whether it then happened."""

    day: date
    inputs: Inputs
    kept: Sequence[int]
    outcomes: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """What is learned from, by day and entity: whose, on which day, of which period, the inputs, what happened."""

    entities: tuple[str, ...]
    days: tuple[str, ...]
    periods: tuple[str, ...]
    values: Matrix
    outcomes: Truths

    @property
    def failed(self) -> set[str]:
        """To whom it happened."""
        return {one for one, happened in zip(self.entities, self.outcomes.tolist(), strict=True) if happened}

    @property
    def events(self) -> int:
        """In how many rows it happened."""
        return int(self.outcomes.sum())

    def groups(self) -> Places:
        """A number for whose each row is."""
        numbers = {one: place for place, one in enumerate(sorted(set(self.entities)))}
        return np.array([numbers[one] for one in self.entities], np.intp)

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
        return sha256(canonical({"inputs": list(inputs), "rows": rows})).hexdigest()


def rows_of(days: Sequence[Day], width: int) -> Rows:
    """The rows of some days, one after another."""
    return Rows(
        entities=tuple(one.inputs.entities[place] for one in days for place in one.kept),
        days=tuple(one.day.isoformat() for one in days for _ in one.kept),
        periods=tuple(str(one.inputs.periods[place]) for one in days for place in one.kept),
        values=np.concatenate([np.empty((0, width)), *(one.inputs.values[list(one.kept)] for one in days)]),
        outcomes=np.array([happened for one in days for happened in one.outcomes], np.bool_),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one entity. Of one taken apart `base` and `parts` (by input) add up to `margin`, the log-odds."""

    entity: str
    period: str
    probability: float
    missing: tuple[Missing, ...]
    values: tuple[float, ...]
    margin: float
    base: float
    parts: Mapping[str, float]


def scores_of(fitted: Fitted, inputs: Inputs, *, apart: bool) -> list[Score]:
    """The score of each entity; taken `apart` by input, which takes trees longer. `inputs` are in the fitted order."""
    if not inputs.entities:
        return []
    parts = fitted.parts(inputs.values) if apart else None
    margins = fitted.margins(inputs.values) if parts is None else parts.margins()
    chances = probability(margins)
    return [
        Score(
            entity=entity, period=str(inputs.periods[place]), probability=float(chances[place]),
            missing=tuple(Missing(code) for code in inputs.reasons[place].tolist()),
            values=tuple(inputs.values[place].tolist()), margin=float(margins[place]),
            base=0.0 if parts is None else parts.base,
            parts={} if parts is None else dict(zip(fitted.inputs, parts.parts[place].tolist(), strict=True)),
        )
        for place, entity in enumerate(inputs.entities)
    ]  # fmt: skip
