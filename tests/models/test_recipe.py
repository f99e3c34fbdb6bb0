"""The recipe by itself: parts add up, directions hold, the same rows give the same bits, damaged ones are refused."""

import json
import math
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import approx_fprime
from scipy.stats import norm

from hengjian.ledger.canonical import canonical, parse
from hengjian.model.issue import Failure
from hengjian.model.learned import Direction, Method
from hengjian.models.fitted import fitted_of, fitted_record
from hengjian.models.folds import FOLDS, fold_of
from hengjian.models.logistic import fit_logistic
from hengjian.models.members import probability
from hengjian.models.recipe import Fitted, fit_line, learn

Floats = NDArray[np.float64]
DIRECTIONS: Mapping[str, Direction] = {"debt": "up", "return": "down", "size": "free", "cash": "down"}
METHODS = [
    "logistic",
    *(pytest.param(name, marks=pytest.mark.learned) for name in ("boosting", "forest", "average")),
]  # fmt: skip


def drawn(count: int = 400, seed: int = 5) -> tuple[Floats, NDArray[np.bool_], NDArray[np.intp]]:
    """Rows of which the first input raises the odds, the second lowers them, the third does so in its middle, and the
    fourth does nothing; a tenth of the first and fourth are missing. Two rows are one entity's."""
    lots = np.random.default_rng(seed)
    rows = lots.normal(size=(count, 4))
    odds = 1.5 * rows[:, 0] - rows[:, 1] + np.cos(2 * rows[:, 2]) - 2
    truths = lots.random(count) < 1 / (1 + np.exp(-odds))
    rows[lots.random(count) < 0.1, 0] = np.nan
    rows[lots.random(count) < 0.1, 3] = np.nan
    return rows, truths, np.arange(count) // 2


def learned(method: Method, **more: Any) -> Fitted:
    if method != "logistic":
        pytest.importorskip("lightgbm", reason="LightGBM is not here: pip install 'hengjian[learned]'")
    rows, truths, groups = drawn(**more)
    return learn(rows, truths, groups, DIRECTIONS, method, 11).fitted


@pytest.fixture(scope="module")
def fits() -> dict[str, Fitted]:
    return {}


def fit_of(fits: dict[str, Fitted], method: Method) -> Fitted:
    if method not in fits:
        fits[method] = learned(method)
    return fits[method]


@pytest.mark.parametrize("method", METHODS)
def test_parts_add_up_to_the_margin(fits: dict[str, Fitted], method: Method) -> None:
    fitted = fit_of(fits, method)
    rows = drawn(seed=6)[0]
    parts = fitted.parts(rows)
    assert parts.parts.shape == rows.shape
    assert parts.margins() == pytest.approx(fitted.margins(rows), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_rows_give_the_same_bits_and_come_back_from_json(fits: dict[str, Fitted], method: Method) -> None:
    data = canonical(fitted_record(fit_of(fits, method)))
    assert canonical(fitted_record(learned(method))) == data
    again = fitted_of(parse(data))
    rows = drawn(seed=6)[0]
    assert again.parts(rows).parts.tobytes() == fit_of(fits, method).parts(rows).parts.tobytes()
    assert canonical(fitted_record(again)) == data


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_a_score_goes_only_the_way_that_is_declared(
    fits: dict[str, Fitted], method: Method, data: st.DataObject
) -> None:
    fitted = fit_of(fits, method)
    figure = st.floats(-6, 6)
    row = data.draw(st.lists(st.one_of(figure, st.just(math.nan)), min_size=4, max_size=4))
    place = data.draw(st.sampled_from([0, 1, 3]))
    low, high = sorted(data.draw(st.tuples(figure, figure)))
    rows = np.array([row, row])
    rows[:, place] = low, high
    before, after = fitted.margins(rows)
    assert (after >= before - 1e-9) if place == 0 else (after <= before + 1e-9)


@pytest.mark.learned
@pytest.mark.parametrize("method", ["boosting", "forest"])
def test_parts_of_trees_are_shapley_values(method: Method) -> None:
    """By their definition (Shapley 1953) over all orders of inputs, a tree's expectation taken along its own paths
    (Lundberg, Erion and Lee 2018, algorithm 1), computed here from the text of the trees."""
    fitted = learned(method, count=300)
    (member,) = fitted.members
    trees = trees_of(member.fitted.text)
    rows = drawn(seed=8)[0][:20]
    filled = np.where(np.isnan(rows), np.array(member.fitted.fill), rows)
    found = member.fitted.parts(rows)
    share = len(trees) if method == "forest" else 1
    for row, said in zip(filled, found.parts, strict=True):
        worth = {some: math.fsum(expected(tree, row, some) for tree in trees) for size in range(5)
                 for some in combinations(range(4), size)}  # fmt: skip
        assert found.base * share == pytest.approx(worth[()], abs=1e-6)
        for one in range(4):
            others = [place for place in range(4) if place != one]
            value = math.fsum(
                (worth[tuple(sorted((*some, one)))] - worth[some]) / (4 * math.comb(3, size))
                for size in range(4) for some in combinations(others, size)
            )  # fmt: skip
            assert said[one] * share == pytest.approx(value, abs=1e-6)


def trees_of(text: str) -> list[dict[str, list[float]]]:
    found = []
    for part in text.split("\nTree=")[1:]:
        said = dict(line.partition("=")[::2] for line in part.split("\n") if "=" in line)
        found.append({name: [float(one) for one in words.split(" ")] for name, words in said.items() if words})
    return found


def expected(tree: Mapping[str, list[float]], row: Floats, known: tuple[int, ...], node: int = 0) -> float:
    """What a tree says where only some inputs are known: the others go both ways, by how many rows went there."""
    if tree["num_leaves"][0] == 1:
        return tree["leaf_value"][0]
    if node < 0:
        return tree["leaf_value"][~node]
    left, right = int(tree["left_child"][node]), int(tree["right_child"][node])
    feature = int(tree["split_feature"][node])
    if feature in known:
        value, decision = row[feature], int(tree["decision_type"][node])
        goes_left = bool(decision & 2) if math.isnan(value) else value <= tree["threshold"][node]
        return expected(tree, row, known, left if goes_left else right)

    def count(child: int) -> float:
        return tree["internal_count"][child] if child >= 0 else tree["leaf_count"][~child]

    total = count(left) + count(right)
    both = ((left, count(left)), (right, count(right)))
    return math.fsum(rows / total * expected(tree, row, known, child) for child, rows in both)


def test_a_logistic_regression_is_at_its_least_loss() -> None:
    """No direction lowers the penalised loss, by a gradient that SciPy estimates from differences."""
    rows, truths, groups = drawn()
    found = fit_logistic(rows, truths, groups, [0, 0, 0, 0], np.random.default_rng(1))
    scores = np.column_stack(
        [np.interp(column, one.x, one.z) for column, one in zip(rows.T, found.scales, strict=True)]
    )
    design = np.hstack([np.where(np.isnan(rows), 0, scores), np.isnan(rows)[:, [0, 3]], np.ones((len(rows), 1))])
    weights = np.array([*found.coefficients, found.missing[0], found.missing[3], found.intercept])

    def loss(some: Floats) -> float:
        chances = 1 / (1 + np.exp(-(design @ some)))
        told = np.where(truths, chances, 1 - chances)
        return float(-np.log(told).sum() + (some[:-1] ** 2).sum() / (2 * found.strength))

    assert np.abs(approx_fprime(weights, loss, 1e-6)).max() < 0.02


def test_normal_scores_are_those_of_ranks() -> None:
    """Van der Waerden: the normal deviate of the rank; equal values share one."""
    rows, truths, groups = drawn()
    rows[:, 2] = np.round(rows[:, 2])
    found = fit_logistic(rows, truths, groups, [0, 0, 0, 0], np.random.default_rng(1))
    first, rounded = found.scales[1], found.scales[2]
    assert np.interp(np.median(rows[:, 1]), first.x, first.z) == pytest.approx(0, abs=1e-9)
    assert np.interp(np.quantile(rows[:, 1], 0.9), first.x, first.z) == pytest.approx(norm.ppf(0.9), abs=1e-9)
    common = {value for value in rows[:, 2].tolist() if np.mean(rows[:, 2] == value) > 0.02}
    assert common <= {*rounded.x}
    assert len(rounded.x) < 20


def test_a_line_calibrates() -> None:
    """Where the odds are 2 m - 1 by construction, the line is found again."""
    lots = np.random.default_rng(3)
    margins = lots.normal(size=200_000)
    truths = lots.random(len(margins)) < probability(2 * margins - 1)
    line = fit_line(margins, truths)
    assert (line.shift, line.factor) == pytest.approx((-1, 2), abs=0.03)
    assert fit_line(-margins, truths).factor > 0  # nothing is turned round


def test_folds_keep_entities_together_and_share_out_events() -> None:
    _, truths, groups = drawn()
    folds = fold_of(truths, groups, np.random.default_rng(2))
    assert all(len(set(folds[groups == one])) == 1 for one in set(groups))
    owners = [{int(one) for one in groups[(folds == fold) & truths]} for fold in range(FOLDS)]
    assert max(map(len, owners)) - min(map(len, owners)) <= 1


def damaged(record: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    made = json.loads(json.dumps(record))
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("v",), 2), (("inputs",), ["debt"]), (("inputs",), ["a", "a", "b", "c"]), (("line", "factor"), -1.0),
        (("line", "factor"), "1"), (("members",), []), (("members", 0, "kind"), "pickle"),
        (("members", 0, "coefficients"), [1.0]), (("members", 0, "coefficients", 0), None),
        (("members", 0, "scales", 0, "x", 0), 1e9), (("members", 0, "scales", 0, "z", 0), 1e9),
        (("members", 0, "intercept"), True), (("extra",), 1),
    ],
)  # fmt: skip
def test_a_damaged_regression_is_refused(fits: dict[str, Fitted], path: tuple[str | int, ...], value: object) -> None:
    record: Any = fitted_record(fit_of(fits, "logistic"))
    with pytest.raises(Failure, match="a learned score is damaged"):
        fitted_of(damaged(record, path, value))


@pytest.mark.learned
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version=v4", "version=v3"), ("max_feature_idx=3", "max_feature_idx=4"),
        ("objective=binary", "objective=rank"),
        ("num_cat=0", "num_cat=1"), ("is_linear=0", "is_linear=1"), ("left_child=1", "left_child=70000"),
        ("left_child=1 ", "left_child=0 "), ("left_child=", "left_child=-1 "), ("split_feature=0", "split_feature=9"),
        ("decision_type=", "decision_type=1 "), ("leaf_value=", "leaf_value=nan "), ("\nTree=1\n", "\nTree=7\n"),
        ("end of trees\n", "end of trees\nloader=os.system\n"), ("num_leaves=", "num_leaves=-"),
        ("tree_sizes=", "tree_sizes=9"), ("shrinkage=", "shrinkage=inf"), ("num_class=1", "evil=1"),
        ("\nthreshold=", "\nthreshold=nan "),
    ],
)  # fmt: skip
def test_damaged_trees_are_refused(fits: dict[str, Fitted], old: str, new: str) -> None:
    record: Any = fitted_record(fit_of(fits, "boosting"))
    text = record["members"][0]["text"]
    assert old in text
    with pytest.raises(Failure, match="the trees of a learned score are damaged"):
        fitted_of(damaged(record, ("members", 0, "text"), text.replace(old, new, 1)))
