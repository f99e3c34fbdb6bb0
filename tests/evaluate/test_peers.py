"""Functions that compare with peers: by hand, against a plain loop bit for bit, against pandas and NumPy."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengjian.evaluate import order as order_module
from hengjian.evaluate import peers as peers_module
from hengjian.evaluate.order import order_of
from hengjian.evaluate.peers import PEERS, Ask
from hengjian.model.missing import Missing
from hengjian.panel.groups import Groups, block_of, coded, everyone, extended, groups_of_codes
from hengjian.panel.panel import Column

GONE, BACK, EARLY = Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.BEFORE_FIRST
FEW, NOT, ZERO = Missing.TOO_FEW_PEERS, Missing.NOT_APPLICABLE, Missing.ZERO_DENOMINATOR

Cell = float | Missing
Text = str | None


def column(rows: Sequence[Sequence[Cell]]) -> Column:
    reasons = np.array([[cell if isinstance(cell, Missing) else 0 for cell in row] for row in rows], np.uint8)
    values = np.array([[np.nan if isinstance(cell, Missing) else cell for cell in row] for row in rows], np.float64)
    values.flags.writeable = reasons.flags.writeable = False
    return Column(values=values, reasons=reasons)


def groups_by(rows: Sequence[Sequence[Text]]) -> Groups:
    array = np.full((len(rows), len(rows[0])), None, object)
    for row, line in enumerate(rows):
        array[row] = line
    return groups_of_codes([coded(array)])


def cells(answer: Column) -> list[list[Cell]]:
    """The answer as a plain table; the promise of the kernels is looked at on the way."""
    assert np.array_equal(np.isfinite(answer.values), answer.reasons == 0)
    return [
        [Missing(code) if code else float(value) for value, code in zip(values, codes, strict=True)]
        for values, codes in zip(answer.values, answer.reasons, strict=True)
    ]


def ask(op: str, figures: Sequence[Cell], texts: Sequence[Text] | None = None, at_least: int = 1) -> list[Cell]:
    groups = everyone(1, len(figures)) if texts is None else groups_by([texts])
    return cells(PEERS[op](order_of(column([figures]), groups), Ask(at_least=at_least, q=0.25)))[0]


def same(one: list[list[Cell]], other: list[list[Cell]]) -> bool:
    """Equal to the last bit and to the sign of a zero; a reason is not a figure."""
    return [[repr(cell) for cell in row] for row in one] == [[repr(cell) for cell in row] for row in other]


# By hand


def test_median_and_quantile() -> None:
    assert ask("median_within", [4.0, 1.0, 3.0]) == [3.0] * 3
    assert ask("median_within", [4.0, 1.0, 3.0, 2.0]) == [2.5] * 4
    assert ask("quantile", [4.0, 1.0, 3.0, 2.0]) == [1.75] * 4
    assert ask("quantile", [5.0, 1.0, 3.0, 2.0, 4.0]) == [2.0] * 5
    # Between the largest figures of both signs lies one that floating point can reach only by way of another formula.
    assert ask("median_within", [-1.7e308, 1.7e308]) == [NOT] * 2


def test_mean_and_zscore() -> None:
    assert ask("mean_within", [4.0, 1.0, GONE, 1.0]) == [2.0] * 4
    assert ask("zscore", [1.0, 2.0, GONE, 3.0]) == [-1.0, 0.0, GONE, 1.0]
    assert ask("zscore", [2.0, 2.0, GONE]) == [ZERO, ZERO, GONE]
    assert ask("mean_within", [1.7e308, 1.7e308]) == [NOT] * 2
    assert ask("zscore", [1.7e308, 1.7e308]) == [NOT] * 2
    # The squares are beyond all numbers: divided by infinity, each would be 0.
    assert ask("zscore", [1e200, -1e200, 0.0]) == [NOT] * 3


def test_sums_run_by_ascending_ordinal() -> None:
    # ((1e16 + 1) + 1) - 1e16 drops each 1; in pairs, or from the other end, 2 would be left.
    assert ask("mean_within", [1e16, 1.0, 1.0, -1e16]) == [0.0] * 4
    assert ask("mean_within", [1.0, 1.0, 1e16, -1e16]) == [0.5] * 4


def test_numpy_adds_weights_in_the_order_given() -> None:
    rng = np.random.default_rng(3)
    codes, weights = rng.integers(0, 3, 5000), rng.lognormal(0.0, 20.0, 5000)
    totals = [0.0, 0.0, 0.0]
    for code, weight in zip(codes.tolist(), weights.tolist(), strict=True):
        totals[code] += weight
    assert np.bincount(codes, weights=weights).tolist() == totals


def test_rank_and_percentile() -> None:
    assert ask("rank", [3.0, 5.0, 3.0, 1.0, GONE]) == [2.0, 1.0, 2.0, 4.0, GONE]
    assert ask("percentile", [3.0, 5.0, 3.0, 1.0, 2.0]) == [0.5, 1.0, 0.5, 0.0, 0.25]
    assert ask("rank", [0.0, -0.0]) == [1.0, 1.0]
    assert ask("percentile", [2.0, 2.0]) == [0.0, 0.0]


def test_a_group_of_one() -> None:
    for op in ("median_within", "mean_within", "quantile"):
        assert ask(op, [7.0]) == [7.0]
    assert ask("rank", [7.0]) == [1.0]
    assert ask("percentile", [7.0]) == [NOT]
    assert ask("zscore", [7.0]) == [NOT]
    for op in PEERS:
        assert ask(op, [7.0], at_least=2) == [FEW]


def test_which_reason_comes_first() -> None:
    figures: list[Cell] = [1.0, GONE, 3.0, EARLY, 4.0, 5.0, BACK]
    texts = ["a", "a", None, None, "b", "b", "b"]
    for op in ("rank", "percentile", "zscore"):
        made = ask(op, figures, texts, at_least=2)
        assert made[:4] == [FEW, GONE, NOT, NOT]
        assert made[6] == BACK
        assert not isinstance(made[4], Missing)
    for op in ("median_within", "mean_within", "quantile"):
        made = ask(op, figures, texts, at_least=2)
        assert made[:4] == [FEW, FEW, NOT, NOT]
        assert made[4] == made[5] == made[6]


def test_five_are_needed_if_nothing_is_said() -> None:
    table = column([[1.0, 2.0, 3.0, 4.0, GONE], [1.0, 2.0, 3.0, 4.0, 5.0]])
    order = order_of(table, everyone(2, 5))
    assert cells(PEERS["median_within"](order, Ask())) == [[FEW] * 5, [3.0] * 5]
    assert cells(PEERS["rank"](order, Ask())) == [[FEW] * 4 + [GONE], [5.0, 4.0, 3.0, 2.0, 1.0]]


@pytest.mark.parametrize("op", sorted(PEERS))
def test_nobody_has_a_figure(op: str) -> None:
    own: list[Cell] = [GONE, EARLY]
    answer = own if op in ("rank", "percentile", "zscore") else [FEW, FEW]
    assert ask(op, own) == answer
    assert ask(op, own, at_least=0) == answer
    assert ask(op, [1.0, 2.0], [None, None]) == [NOT, NOT]
    assert ask(op, []) == []


@pytest.mark.parametrize("op", sorted(PEERS))
def test_before_the_panel_no_attribute_is_known(op: str) -> None:
    table = column([[1.0, EARLY], [1.0, 2.0]])
    groups = extended(groups_by([["a", "a"]]), 1)
    assert cells(PEERS[op](order_of(table, groups), Ask(at_least=1, q=0.5)))[0] == [EARLY, EARLY]


def test_zero_has_no_sign() -> None:
    for figures in ([-0.0, 0.0, -0.0], [0.0, -0.0, 0.0], [-0.0]):
        for op in ("median_within", "quantile", "mean_within"):
            assert str(ask(op, figures)[0]) == "0.0"


def test_a_quantile_must_say_which() -> None:
    order = order_of(column([[1.0]]), everyone(1, 1))
    with pytest.raises(ValueError, match="without saying which"):
        PEERS["quantile"](order, Ask())


def test_groups_and_figures_are_of_the_same_periods() -> None:
    with pytest.raises(ValueError, match="2 periods of groups for 1"):
        order_of(column([[1.0]]), everyone(2, 1))


def test_one_sort_serves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sorts: list[int] = []
    sort = order_module.sort
    monkeypatch.setattr(order_module, "sort", lambda *given: sorts.append(1) or sort(*given))
    order = order_of(column([[1.0, 2.0], [2.0, 1.0]]), everyone(2, 2))
    for kernel in PEERS.values():
        kernel(order, Ask(q=0.5))
    assert len(sorts) == 2


# A second implementation: plain loops over one group at a time


def loop(op: str, figures: Sequence[Cell], texts: Sequence[Text], asked: Ask) -> list[Cell]:
    return [_cell(op, place, figures, texts, asked) for place in range(len(figures))]


def _cell(op: str, place: int, figures: Sequence[Cell], texts: Sequence[Text], asked: Ask) -> Cell:
    if texts[place] is None:
        return NOT
    own = figures[place]
    needs_own = op in ("rank", "percentile", "zscore")
    if needs_own and isinstance(own, Missing):
        return own
    group = [
        figure
        for figure, text in zip(figures, texts, strict=True)
        if text == texts[place] and not isinstance(figure, Missing)
    ]
    if len(group) < max(1, asked.at_least):
        return FEW
    made = _figure(op, own if not isinstance(own, Missing) else math.nan, group, asked)
    return made if isinstance(made, Missing) or math.isfinite(made) else NOT


def _figure(op: str, own: float, group: list[float], asked: Ask) -> Cell:
    many = len(group)
    total = 0.0
    for figure in group:
        total += figure
    match op:
        case "mean_within":
            return total / many
        case "rank":
            return 1.0 + len([figure for figure in group if figure > own])
        case "percentile":
            return NOT if many == 1 else len([figure for figure in group if figure < own]) / (many - 1)
        case "zscore":
            if many == 1:
                return NOT
            squares = 0.0
            for figure in group:
                squares += (figure - total / many) * (figure - total / many)
            spread = math.sqrt(squares / (many - 1))
            if not math.isfinite(spread):
                return NOT
            return ZERO if spread == 0.0 else (own - total / many) / spread
    q = 0.5 if op == "median_within" or asked.q is None else asked.q
    ranked = sorted(figure + 0.0 for figure in group)
    height = (many - 1) * q
    low = math.floor(height)
    if height == low:
        return ranked[low]
    return ranked[low] + (height - low) * (ranked[low + 1] - ranked[low])


whole = st.integers(-3, 3).map(float)
figures = st.one_of(
    whole,
    whole,
    st.sampled_from([-0.0, 0.1, 1e16, 1.7e308, -1.7e308, 5e-324]),
    st.floats(-1e6, 1e6),
    st.sampled_from([GONE, BACK, EARLY]),
)
asks = st.builds(Ask, at_least=st.integers(1, 5), q=st.sampled_from([0.0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0]))


@st.composite
def panels(draw: st.DrawFn) -> tuple[list[list[Cell]], list[list[Text]]]:
    periods, entities = draw(st.integers(1, 3)), draw(st.integers(1, 14))
    texts = st.sampled_from([None, "a", "a", "b", "b", "c"])

    def table(cell: st.SearchStrategy) -> list:
        line = st.lists(cell, min_size=entities, max_size=entities)
        return draw(st.lists(line, min_size=periods, max_size=periods))

    return table(figures), table(texts)


@settings(max_examples=60)
@given(panels(), asks, st.sampled_from([0, 128]))
def test_against_the_loop(made: tuple[list[list[Cell]], list[list[Text]]], asked: Ask, few: int) -> None:
    rows, texts = made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_module, "FEW", few)
        order = order_of(column(rows), groups_by(texts))
        for op, kernel in PEERS.items():
            wanted = [loop(op, row, line, asked) for row, line in zip(rows, texts, strict=True)]
            assert same(cells(kernel(order, asked)), wanted), op


@settings(max_examples=60)
@given(panels(), asks, st.sets(st.integers(0, 2), min_size=1), st.data())
def test_a_block_of_groups_is_answered_as_among_all(
    made: tuple[list[list[Cell]], list[list[Text]]], asked: Ask, codes: set[int], data: st.DataObject
) -> None:
    rows, texts = made
    groups, table = groups_by(texts), column(rows)
    row = data.draw(st.integers(0, len(rows) - 1))
    block = block_of(groups, row, sorted(code for code in codes if code < len(groups.labels)))
    part = Column(values=table.values[row : row + 1, block.places], reasons=table.reasons[row : row + 1, block.places])
    everybody, some = order_of(table, groups), order_of(part, block.groups)
    for op, kernel in PEERS.items():
        whole, alone = kernel(everybody, asked), kernel(some, asked)
        assert whole.values[row, block.places].tobytes() == alone.values[0].tobytes(), op
        assert whole.reasons[row, block.places].tolist() == alone.reasons[0].tolist(), op


# Larger ones: ways that must not matter, and the answers of others

PERIODS, ENTITIES = 3, 2000


def large() -> tuple[Column, Groups, pd.DataFrame]:
    rng = np.random.default_rng(11)
    values = rng.normal(0.0, 5.0, (PERIODS, ENTITIES))
    values[:, ::3] = np.round(values[:, ::3])
    gone = rng.random(values.shape) < 0.1
    values[gone] = np.nan
    texts = np.array([f"group {number}" for number in range(12)], object)[rng.integers(0, 12, values.shape)]
    texts[rng.random(values.shape) < 0.05] = None
    texts[1] = texts[0]
    frame = pd.DataFrame(
        {
            "period": np.repeat(np.arange(PERIODS), ENTITIES),
            "group": texts.reshape(-1),
            "x": values.reshape(-1),
        }
    )
    return (
        Column(values=values, reasons=np.where(gone, np.uint8(GONE), np.uint8(0))),
        groups_of_codes([coded(texts)]),
        frame,
    )


def test_neither_threads_nor_ways_of_sorting_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    table, groups, _ = large()
    asked = Ask(q=0.3)
    plain = {op: kernel(order_of(table, groups), asked) for op, kernel in PEERS.items()}
    monkeypatch.setattr(peers_module, "WIDE", 1)
    monkeypatch.setattr(peers_module, "THREADS", 3)
    monkeypatch.setattr(order_module, "FEW", 10**9)
    order = order_of(table, groups)
    for op, kernel in PEERS.items():
        answer = kernel(order, asked)
        assert answer.values.tobytes() == plain[op].values.tobytes(), op
        assert answer.reasons.tobytes() == plain[op].reasons.tobytes(), op


def test_faults_in_a_thread_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    table, groups, _ = large()
    monkeypatch.setattr(peers_module, "WIDE", 1)
    monkeypatch.setattr(peers_module, "THREADS", 2)
    with pytest.raises(ValueError, match="without saying which"):
        PEERS["quantile"](order_of(table, groups), Ask())


def test_against_pandas() -> None:
    table, groups, frame = large()
    within = frame.groupby(["period", "group"])["x"]
    many, ascending = within.transform("count"), within.rank(method="min")
    wanted = {
        "rank": within.rank(method="min", ascending=False),
        "percentile": (ascending - 1) / (many - 1),
        "median_within": within.transform("median"),
        "quantile": within.transform(lambda group: group.quantile(0.3)),
        "mean_within": within.transform("mean"),
        "zscore": (frame["x"] - within.transform("mean")) / within.transform("std"),
    }
    order = order_of(table, groups)
    for op, kernel in PEERS.items():
        answer = kernel(order, Ask(q=0.3)).values.reshape(-1)
        np.testing.assert_allclose(answer, wanted[op].to_numpy(), rtol=1e-12, atol=1e-12, err_msg=op)


@pytest.mark.parametrize("q", [0.0, 0.01, 0.1, 0.25, 0.5, 2 / 3, 0.95, 1.0])
def test_quantiles_against_numpy(q: float) -> None:
    rng = np.random.default_rng(5)
    for many in (1, 2, 3, 10, 11, 101):
        values = rng.lognormal(0.0, 3.0, (1, many))
        table = Column(values=values, reasons=np.zeros(values.shape, np.uint8))
        answer = PEERS["quantile"](order_of(table, everyone(1, many)), Ask(at_least=1, q=q))
        np.testing.assert_allclose(answer.values[0], np.quantile(values[0], q, method="linear"), rtol=1e-13)
