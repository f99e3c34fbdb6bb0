"""The learned score over panels of firms of which some failed, beside plain baselines and an untrained score.

    python benchmarks/distress.py --panel polish|american|taiwan --train DEV.csv [--test HOLDOUT.csv]

Needs the extra `learned`, and scikit-learn for the baselines (`pip install scikit-learn`). With `--test` the recipe is
learned from the one file and tried on the other; without, by `--repeats` x 5 stratified cross-validation, the recipe
learned anew in each part, its inner folds and all. Printed: the area under the curve with its interval (DeLong), the
paired bootstrap of the difference to the better baseline (`--draws`, failed and sound firms drawn apart), calibration
(Brier, expected calibration error, tenths). The recipe has one setting for every panel (hengjian.models.recipe).
"""

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent / "distress"))

from panels import PANELS, Panel, read

from hengjian.models.members import probability
from hengjian.models.recipe import learn
from hengjian.supervise.backtestcurve import area, calibration

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: Learns from the first rows and scores the last.
Scorer = Callable[[Floats, Truths, Floats], Floats]
OURS, BOOSTING, LOGISTIC = "learned score", "plain boosting", "plain logistic"


def ours(panel: Panel, seed: int) -> Scorer:
    """The product's recipe, learned anew each time."""

    def score(rows: Floats, failed: Truths, others: Floats) -> Floats:
        groups = np.arange(len(failed))
        found = learn(rows, failed, groups, panel.inputs, "average", seed)
        return probability(found.fitted.parts(others).margins())

    return score


def plain_boosting(rows: Floats, failed: Truths, others: Floats) -> Floats:
    """scikit-learn's histogram gradient boosting as it comes."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return np.asarray(HistGradientBoostingClassifier(random_state=0).fit(rows, failed).predict_proba(others)[:, 1])


def plain_logistic(rows: Floats, failed: Truths, others: Floats) -> Floats:
    """scikit-learn's logistic regression of standardised inputs, missing ones at the median."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=5_000))
    return np.asarray(made.fit(rows, failed).predict_proba(others)[:, 1])


def cross_fitted(scorer: Scorer, panel: Panel, repeats: int) -> Floats:
    """[repeat × firm]: the score of each firm by what was learned without it."""
    from sklearn.model_selection import StratifiedKFold

    found = np.empty((repeats, len(panel.failed)))
    for repeat in range(repeats):
        folds = StratifiedKFold(5, shuffle=True, random_state=1_000 + repeat).split(panel.rows, panel.failed)
        for known, others in folds:
            found[repeat, others] = scorer(panel.rows[known], panel.failed[known], panel.rows[others])
            sys.stderr.write(".")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return found


def auc(scores: Floats, failed: Truths) -> float:
    """The area under the curve."""
    found = area(scores, failed)
    if found is None:
        raise SystemExit("both outcomes must be there")
    return found.value


def mean_auc(scores: Floats, failed: Truths) -> float:
    """Over the repeats."""
    return float(np.mean([auc(one, failed) for one in scores]))


def bootstrap(first: Floats, second: Floats, failed: Truths, draws: int) -> tuple[float, float, float]:
    """The mean difference of the areas of two scores [repeat × firm] over the same draws of firms, and the ends between
    which 95 % of the differences lie."""
    lots = np.random.default_rng(7)
    positive, negative = np.flatnonzero(failed), np.flatnonzero(~failed)
    found = np.empty(draws)
    for draw in range(draws):
        firms = np.concatenate([lots.choice(positive, len(positive)), lots.choice(negative, len(negative))])
        repeat = draw % len(first)
        found[draw] = auc(first[repeat, firms], failed[firms]) - auc(second[repeat, firms], failed[firms])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(found.mean()), float(low), float(high)


def main() -> None:
    """Learn, try, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panel", choices=tuple(PANELS), required=True)
    parser.add_argument("--train", type=Path, required=True, metavar="CSV")
    parser.add_argument("--test", type=Path, metavar="CSV", help="firms that nothing was learned from")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures there too")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    panel = PANELS[options.panel](read(options.train))
    scorers = {OURS: ours(panel, options.seed), BOOSTING: plain_boosting, LOGISTIC: plain_logistic}
    if options.test is None:
        failed, untrained = panel.failed, panel.untrained
        scores = {name: cross_fitted(scorer, panel, options.repeats) for name, scorer in scorers.items()}
    else:
        other = PANELS[options.panel](read(options.test))
        failed, untrained = other.failed, other.untrained
        scores = {name: scorer(panel.rows, panel.failed, other.rows)[None] for name, scorer in scorers.items()}
    told = figures(scores, untrained, failed, panel.untrained_name, options.draws)
    told |= {"panel": options.panel, "firms": len(failed), "failed": int(failed.sum()), "inputs": len(panel.inputs)}
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=1) + "\n")
    sys.stdout.write("".join(f"{line}\n" for line in lines_of(told)))


def figures(
    scores: dict[str, Floats], untrained: Floats, failed: Truths, untrained_name: str, draws: int
) -> dict[str, Any]:
    """All that is printed."""
    every = {**scores, untrained_name: untrained[None]}
    areas = {}
    for name, found in every.items():
        spread = area(found.mean(axis=0), failed)
        if spread is None:
            raise SystemExit("both outcomes must be there")
        half = 0.0 if spread.low is None or spread.high is None else (spread.high - spread.low) / 2
        areas[name] = {
            "value": mean_auc(found, failed), "half": half,
            "repeats_sd": float(np.std([auc(one, failed) for one in found])),
        }  # fmt: skip
    repeats = len(scores[OURS])
    differences = {}
    for name, found in every.items():
        if name != OURS:
            against = found if len(found) == repeats else np.repeat(found, repeats, axis=0)
            mean, low, high = bootstrap(scores[OURS], against, failed, draws)
            differences[name] = {"mean": mean, "low": low, "high": high}
    tenths = calibration(scores[OURS][0], failed, is_probability=True)
    if tenths is None:
        raise SystemExit("nobody was scored")
    error = float(np.sum([one.count * abs(one.rate - one.mean) for one in tenths.bins])) / len(failed)
    return {
        "auc": areas, "best": max((BOOSTING, LOGISTIC), key=lambda name: areas[name]["value"]),
        "differences": differences, "brier": tenths.brier, "brier_reference": tenths.reference, "ece": error,
        "tenths": [
            {"mean": one.mean, "rate": one.rate, "count": one.count, "events": one.events} for one in tenths.bins
        ],
    }  # fmt: skip


def lines_of(told: dict[str, Any]) -> Iterator[str]:
    """The figures as people read them."""
    yield f"{told['panel']}: {told['firms']} firms, {told['failed']} failed, {told['inputs']} inputs"
    for name, one in told["auc"].items():
        within = f"± {one['half']:.4f} (95 %, DeLong)  sd of repeats {one['repeats_sd']:.4f}"
        yield f"  {name:24} AUC {one['value']:.4f} {within}"
    for name, one in told["differences"].items():
        mark = "  <- the better baseline" if name == told["best"] else ""
        ends = f"95 % of draws {one['low']:+.4f} … {one['high']:+.4f}"
        yield f"  difference to {name:24} {one['mean']:+.4f}, {ends}{mark}"
    yield f"  Brier {told['brier']:.4f} (always the rate: {told['brier_reference']:.4f}), ECE {told['ece']:.4f}"
    for one in told["tenths"]:
        yield f"    said {one['mean']:8.4f}  happened {one['rate']:8.4f}  of {one['count']}"


if __name__ == "__main__":
    main()
