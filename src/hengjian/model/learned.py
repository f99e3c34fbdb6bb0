"""Scores that packs declare to be learned from what was filed: which indicators they read, and how each counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hengjian.model.declaration import Label
from hengjian.model.issue import Place

#: Which way an input counts: the higher it is, the higher (`up`) or the lower (`down`) the score, or either (`free`).
Direction = Literal["up", "down", "free"]
#: How a score is learned: see `models.recipe`.
Method = Literal["average", "boosting", "forest", "logistic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedScore:
    """A score of the probability that `outcome` happens to an entity within `horizon` months.

    `inputs` are indicators, all of one frequency, with the way in which each counts. `seed` is that of whatever is
    drawn by lot while it is learned. What it is worth, and that it is no grade, is said in `advisory`.
    """

    name: str
    label: Label
    type: str
    outcome: Label
    inputs: Mapping[str, Direction]
    method: Method
    horizon: int
    seed: int
    advisory: Label
    source: str
    pack: str
    place: Place

    def record(self) -> dict[str, object]:
        """What decides what is learned, for its hash."""
        return {
            "type": self.type, "inputs": dict(self.inputs), "method": self.method, "horizon": self.horizon,
            "seed": self.seed, "outcome": self.outcome.record(),
        }  # fmt: skip
