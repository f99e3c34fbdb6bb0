"""Trees of LightGBM: boosted ones and a forest, grown with monotone constraints, kept as the library's own text.

The library is an extra, and loaded by whoever fits or scores. What a tree adds to a margin is taken apart exactly by
input (Lundberg, Erion and Lee 2018, Consistent individualized feature attribution for tree ensembles), as the library
does it. A text is looked through before the library reads it: see `treetext`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, Literal

import numpy as np

from hengjian.model.issue import refuse
from hengjian.models.members import Matrix, Parts, Sign, Truths
from hengjian.models.treetext import check_text

Kind = Literal["boosting", "forest"]

#: The one setting of each kind, for whatever is learned.
SETTINGS: Mapping[Kind, Mapping[str, object]] = {
    "boosting": {"boosting": "gbdt", "learning_rate": 0.1, "num_leaves": 31, "min_data_in_leaf": 20},
    "forest": {
        "boosting": "rf", "bagging_fraction": 0.63, "bagging_freq": 1, "feature_fraction_bynode": 0.3,
        "num_leaves": 31, "min_data_in_leaf": 10, "lambda_l2": 1.0,
    },
}  # fmt: skip
COUNT = 100
#: The same trees on every run: one thread, one way to count, one seed.
_SAME = {
    "objective": "binary", "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1,
    "feature_pre_filter": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """What was fitted: the library's text, and what stands in for an input that is missing but never was when it was
    learned (its median then; NaN for an input of which some were missing)."""

    kind: Kind
    text: str
    fill: tuple[float, ...]

    def parts(self, inputs: Matrix) -> Parts:
        """The margins of some rows, taken apart. Refused where the extra is not installed, or the text is none of its
        own."""
        found, count = self._predicted(inputs, pred_contrib=True)
        found = found / count
        return Parts(base=float(found[0, -1]) if len(found) else 0.0, parts=found[:, :-1])

    def margins(self, inputs: Matrix) -> Matrix:
        """The margins of some rows."""
        found, count = self._predicted(inputs, raw_score=True)
        return found / count

    def _predicted(self, inputs: Matrix, **what: bool) -> tuple[Matrix, int]:
        """What the library makes of some rows, and by how many it is to be divided: a forest's trees are averaged."""
        check_text(self.text, inputs.shape[1])
        booster = lightgbm().Booster(model_str=self.text)
        filled = np.where(np.isnan(inputs), np.array(self.fill), inputs)
        found = np.asarray(booster.predict(filled, num_threads=1, **what), dtype=np.float64)
        return found, booster.num_trees() if self.kind == "forest" else 1


def fit_trees(kind: Kind, inputs: Matrix, truths: Truths, signs: Sequence[Sign], seed: int) -> Trees:
    """Grow trees over rows [row × input], NaN where missing."""
    library = lightgbm()
    fill = [np.nan if np.isnan(column).any() else float(np.median(column)) for column in inputs.T]
    data = library.Dataset(inputs, label=truths.astype(float), params={"verbosity": -1}, free_raw_data=True)
    settings = {**SETTINGS[kind], **_SAME, "seed": seed, "monotone_constraints": list(signs)}
    booster = library.train(settings, data, num_boost_round=COUNT)
    return Trees(kind=kind, text=_plain(booster.model_to_string()), fill=tuple(fill))


def _plain(text: str) -> str:
    """The trees without the list of settings and the importances that follow them, which no score reads."""
    return text[: text.index("end of trees")] + "end of trees\n"


def lightgbm() -> Any:
    """The library, which has no types of its own that are looked at here."""
    try:
        return import_module("lightgbm")
    except ImportError:
        raise refuse(
            "this score is made of trees, for which LightGBM is needed", "install it: pip install 'hengjian[learned]'"
        ) from None


def library_version() -> str:
    """The library and its version, as an entry tells it."""
    lightgbm()
    return f"lightgbm {version('lightgbm')}"
