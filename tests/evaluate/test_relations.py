"""Relations against plain loops over entities, bit for bit; roll-ups also against recursive SQL."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from weakref import ref

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_maker import Cell, column

from hengjian.evaluate.relations import RELATIONS, Ask
from hengjian.model.missing import Missing
from hengjian.panel.links import Edges
from hengjian.panel.panel import Column
from hengjian.panel.ties import dependents, forest_of, linked

NA = Missing.NOT_APPLICABLE
DIRECT, ALL = Ask(), Ask(levels_all=True)
Pairs = Sequence[tuple[int, int]]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Kernels run where missing values make no noise."""
    with np.errstate(all="ignore"):
        yield


def edges_of(pairs: Pairs) -> Edges:
    ends = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return Edges(near=ends[:, 0].copy(), far=ends[:, 1].copy())


# --- the second implementation


def plain(op: str, x: Sequence[Cell], where: Sequence[Cell] | None, found: Sequence[int]) -> Cell:
    """One entity: `found` are those linked to it, ascending."""
    if op == "of" and len(found) != 1:
        return NA
    if not found:
        return 0.0 if op == "count_over" else NA
    for one in found:
        if where is not None and isinstance(where[one], Missing):
            return where[one]
    kept = [one for one in found if where is None or where[one] == 1.0]
    if op == "count_over":
        return float(len(kept))
    for one in kept:
        if isinstance(x[one], Missing):
            return x[one]
    if op == "total_over":
        return added([x[one] for one in kept])
    if not kept:
        return NA
    match op:
        case "mean_over":
            total = added([x[one] for one in kept])
            return total if isinstance(total, Missing) else total / len(kept)
        case "max_over":
            return max(x[one] for one in kept)
        case "min_over":
            return min(x[one] for one in kept)
    return x[kept[0]]


def added(terms: Sequence[float]) -> Cell:
    total = 0.0
    for term in terms:
        total = total + term
    return total if abs(total) <= 1.7976931348623157e308 else NA


def plain_all(op: str, x: Sequence[Cell], where: Sequence[Cell] | None, pairs: Pairs, entity: int) -> Cell:
    """One entity with all below it."""
    if broken(pairs, entity):
        return NA
    found = sorted({far for near, far in pairs if near == entity})
    if not found:
        return 0.0 if op == "count_over" else NA
    for one in found:
        if where is not None and isinstance(where[one], Missing):
            return where[one]
    terms: list[float] = []
    for one in found:
        if where is None or where[one] == 1.0:
            own = 1.0 if op == "count_over" else x[one]
            if isinstance(own, Missing):
                return own
            terms.append(own)
        if any(near == one for near, _ in pairs):
            below = plain_all(op, x, where, pairs, one)
            if isinstance(below, Missing):
                return below
            terms.append(below)
    return added(terms)


def below_of(pairs: Pairs, entity: int) -> set[int]:
    """All that can be reached by one link or more."""
    reached: set[int] = set()
    todo = [entity]
    while todo:
        at = todo.pop()
        fresh = {far for near, far in pairs if near == at} - reached
        reached |= fresh
        todo += fresh
    return reached


def broken(pairs: Pairs, entity: int) -> bool:
    everyone = {end for pair in pairs for end in pair}
    on_circle = {one for one in everyone if one in below_of(pairs, one)}
    if entity in on_circle or any(entity in below_of(pairs, one) for one in on_circle):
        return True
    return any(len({near for near, far in set(pairs) if far == one}) > 1 for one in below_of(pairs, entity))


# --- random links and figures

COUNT = 7
_pair = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1))
_any = st.lists(_pair, max_size=10)
#: Each entity below one that comes before it in a random order, or below nobody.
_forest = st.tuples(
    st.permutations(range(COUNT)), st.lists(st.none() | st.integers(0, COUNT - 1), min_size=COUNT, max_size=COUNT)
).map(
    lambda drawn: [
        (drawn[0][up % place], drawn[0][place]) for place, up in enumerate(drawn[1]) if up is not None and place
    ]
)
_pairs = st.one_of(_any, _forest, _forest)
_reason = st.sampled_from((Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.BEFORE_FIRST, Missing.ZERO_DENOMINATOR))
_number = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from((0.1, 0.2, 0.3, -0.0, 1e16, 1.5e308))
_truth = st.sampled_from((0.0, 1.0, 1.0))


def _line(present: st.SearchStrategy[float]) -> st.SearchStrategy[list[Cell]]:
    """Mostly whole lines: else an answer is hardly ever there."""
    full = st.lists(present, min_size=COUNT, max_size=COUNT)
    return full | full | st.lists(present | present | _reason, min_size=COUNT, max_size=COUNT)


#: Each function, and whether it is asked of all levels.
_asked = st.sampled_from(
    [*((op, False) for op in sorted(RELATIONS)), *[("total_over", True)] * 4, ("count_over", True)]
)
ROWS = 3
_x = st.lists(_line(_number), min_size=ROWS, max_size=ROWS)
_where = st.none() | st.lists(_line(_truth), min_size=ROWS, max_size=ROWS)
_links = st.tuples(_pairs, _pairs)


def same(one: Column, other: Column) -> None:
    """Bit for bit; the sign of a zero is nobody's figure."""
    assert one.reasons.tolist() == other.reasons.tolist()
    assert (one.values + 0.0).tobytes() == (other.values + 0.0).tobytes()
    assert np.array_equal(np.isfinite(one.values), one.reasons == 0)


@settings(max_examples=150)
@given(_asked, _x, _where, _links)
def test_relations_of_random_links(
    ask: tuple[str, bool], x: list[list[Cell]], where: list[list[Cell]] | None, links: tuple[Pairs, Pairs]
) -> None:
    op, deep = ask
    where = None if op == "of" else where
    pairs = [links[0], links[0], links[1]]
    first, last = edges_of(links[0]), edges_of(links[1])
    expected = [
        [
            plain_all(op, x[row], where and where[row], pairs[row], entity)
            if deep
            else plain(op, x[row], where and where[row], sorted({far for near, far in pairs[row] if near == entity}))
            for entity in range(COUNT)
        ]
        for row in range(ROWS)
    ]
    figures = None if op == "count_over" else column(x)
    conditions = None if where is None else column(where)
    found = RELATIONS[op](figures, conditions, [first, first, last], COUNT, Ask(levels_all=deep))
    same(found, column(expected))


@pytest.mark.parametrize("op", sorted(RELATIONS))
def test_periods_answered_at_once_are_those_answered_alone(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer near entities than far ones, a row of other links between; rows of up to so many terms at once."""
    first, other = edges_of([(0, 1), (0, 4), (2, 3)]), edges_of([(1, 0), (2, 4)])
    edges = [first, first, first, other, first, first]
    x = column([[float(10 * row + one) if row + one != 4 else NA for one in range(5)] for row in range(len(edges))])
    where = column([[float((row + one) % 3 != 1) for one in range(5)] for row in range(len(edges))])
    figures, conditions = None if op == "count_over" else x, None if op == "of" else where
    for near in (None, np.array([0, 2], np.int64)):
        alone = [
            RELATIONS[op](
                figures and Column(values=x.values[[row]], reasons=x.reasons[[row]]),
                conditions and Column(values=where.values[[row]], reasons=where.reasons[[row]]),
                [edges[row]], 3, Ask(near=near),
            )
            for row in range(len(edges))
        ]  # fmt: skip
        for few in (0, 2, 3):
            monkeypatch.setattr("hengjian.evaluate.relations.FEW", few)
            found = RELATIONS[op](figures, conditions, edges, 3, Ask(near=near))
            for row, one in enumerate(alone):
                same(Column(values=found.values[[row]], reasons=found.reasons[[row]]), one)


@settings(max_examples=150)
@given(_asked, _x, _x, _where, _links, st.sets(st.integers(0, COUNT - 1), min_size=1, max_size=2))
def test_some_entities_again_are_the_same_bits(
    asked: tuple[str, bool], x: list[list[Cell]], newer: list[list[Cell]], where: list[list[Cell]] | None,
    links: tuple[Pairs, Pairs], changed: set[int],
) -> None:  # fmt: skip
    """What depends on changed figures, and nobody else, need be computed again."""
    op, ask = asked[0], Ask(levels_all=asked[1])
    edges = [edges_of(links[0])] * 2 + [edges_of(links[1])]
    mixed = [[newer[row][one] if one in changed else x[row][one] for one in range(COUNT)] for row in range(ROWS)]
    conditions = None if where is None else column(where)
    counted = op == "count_over"
    before = RELATIONS[op](None if counted else column(x), conditions, edges, COUNT, ask)
    after = RELATIONS[op](None if counted else column(mixed), conditions, edges, COUNT, ask)
    for row, one in enumerate(edges):
        near = dependents(one, np.array(sorted(changed), np.int64), ask.levels_all)
        others = np.setdiff1d(np.arange(COUNT), near)
        part = slice(row, row + 1)
        figures = None if counted else column(mixed[part])
        wanted = None if where is None else column(where[part])
        for block in (replace(ask, near=near), replace(ask, near=near, known=rows_of(before, part))):
            again = RELATIONS[op](figures, wanted, [one], COUNT, block)
            same(again, Column(values=after.values[part][:, near], reasons=after.reasons[part][:, near]))
        same(
            Column(values=before.values[part][:, others], reasons=before.reasons[part][:, others]),
            Column(values=after.values[part][:, others], reasons=after.reasons[part][:, others]),
        )


def rows_of(found: Column, part: slice) -> Column:
    return Column(values=found.values[part], reasons=found.reasons[part])


@settings(max_examples=60)
@given(_pairs, st.sets(st.integers(0, COUNT - 1)), st.integers(0, COUNT - 1))
def test_who_is_linked_and_who_depends(pairs: Pairs, changed: set[int], entity: int) -> None:
    edges = edges_of(pairs)
    assert linked(edges, entity).tolist() == sorted({far for near, far in pairs if near == entity})
    places = np.array(sorted(changed), np.int64)
    assert dependents(edges, places, False).tolist() == sorted({near for near, far in pairs if far in changed})
    above = [one for one in range(COUNT) if below_of(pairs, one) & changed]
    assert dependents(edges, places, True).tolist() == above
    forest = forest_of(edges)
    assert forest.breaks(np.arange(COUNT)).tolist() == [broken(pairs, one) for one in range(COUNT)]


# --- by hand


def line(found: Column) -> list[Cell]:
    """The cells of the only row."""
    answers = zip(found.values[0].tolist(), found.reasons[0].tolist(), strict=True)
    return [Missing(reason) if reason else value for value, reason in answers]


def asked(
    op: str, x: Sequence[Cell], pairs: Pairs, ask: Ask = DIRECT, where: Sequence[Cell] | None = None
) -> list[Cell]:
    figures = None if op == "count_over" else column([x])
    return line(RELATIONS[op](figures, None if where is None else column([where]), [edges_of(pairs)], len(x), ask))


GROUP: Pairs = [(0, 1), (0, 2), (2, 3)]


def test_a_group_of_two_levels() -> None:
    x: list[Cell] = [1.0, 10.0, 100.0, 1000.0]
    assert asked("total_over", x, GROUP) == [110.0, NA, 1000.0, NA]
    assert asked("total_over", x, GROUP, ALL) == [1110.0, NA, 1000.0, NA]
    assert asked("count_over", x, GROUP, ALL) == [3.0, 0.0, 1.0, 0.0]
    assert asked("mean_over", x, GROUP) == [55.0, NA, 1000.0, NA]
    assert asked("of", x, [(far, near) for near, far in GROUP]) == [NA, 1.0, 1.0, 100.0]
    assert asked("of", x, [(3, 2), (3, 1)]) == [NA] * 4
    assert asked("total_over", x, []) == asked("total_over", x, [], ALL) == [NA] * 4


def test_a_condition_may_leave_nobody_or_not_be_known() -> None:
    x: list[Cell] = [1.0, 10.0, Missing.WITHDRAWN, 1000.0]
    none: list[Cell] = [0.0] * 4
    assert asked("total_over", x, GROUP, ALL, none) == [0.0, NA, 0.0, NA]
    assert asked("count_over", x, GROUP, ALL, none) == [0.0] * 4
    assert asked("max_over", x, GROUP, DIRECT, none) == asked("mean_over", x, GROUP, DIRECT, none) == [NA] * 4
    some: list[Cell] = [1.0, 1.0, 0.0, 1.0]
    assert asked("total_over", x, GROUP, ALL, some) == [1010.0, NA, 1000.0, NA]
    both: list[Cell] = [1.0, Missing.BEFORE_FIRST, 1.0, 1.0]
    figures: list[Cell] = [1.0, Missing.NOT_REPORTED, Missing.WITHDRAWN, 1.0]
    assert asked("total_over", figures, [(0, 1), (0, 2)], DIRECT, both)[0] == Missing.BEFORE_FIRST
    assert (
        asked("total_over", figures, [(0, 2), (0, 1)], ALL, [1.0, 1.0, Missing.BEFORE_FIRST, 1.0])[0]
        == Missing.BEFORE_FIRST
    )
    unknown: list[Cell] = [1.0, 1.0, 1.0, Missing.NOT_REPORTED]
    assert asked("total_over", x, GROUP, DIRECT, unknown)[0] == Missing.WITHDRAWN
    assert asked("count_over", x, GROUP, ALL, unknown) == [Missing.NOT_REPORTED, 0.0, Missing.NOT_REPORTED, 0.0]


def test_what_is_no_forest_has_no_total_of_all_levels() -> None:
    ones: list[Cell] = [1.0] * 5
    circle: Pairs = [(0, 1), (1, 2), (2, 1), (2, 3), (4, 0)]
    assert asked("count_over", ones, circle, ALL) == [NA] * 5, "on a circle, below it, and above who has two near ends"
    assert asked("count_over", ones, [(1, 2), (2, 1), (3, 4)], ALL) == [0.0, NA, NA, 1.0, 0.0]
    shared: Pairs = [(0, 2), (1, 2), (2, 3), (1, 4)]
    assert asked("total_over", ones, shared, ALL) == [NA, NA, 1.0, NA, NA]
    assert asked("total_over", ones, shared) == [1.0, 2.0, 1.0, NA, NA]
    assert asked("count_over", ones, [(3, 3)], ALL) == [0.0, 0.0, 0.0, NA, 0.0]
    assert asked("count_over", ones, [(3, 3)]) == [0.0, 0.0, 0.0, 1.0, 0.0]


def test_terms_are_added_one_at_a_time_by_ordinal() -> None:
    x: list[Cell] = [0.0, 0.1, 0.2, 0.3, 1e16, 1.0]
    fan: Pairs = [(0, one) for one in range(1, 6)]
    assert asked("total_over", x, fan)[0] == ((((0.1 + 0.2) + 0.3) + 1e16) + 1.0)
    chain: Pairs = [(0, 4), (4, 1), (4, 2), (0, 5), (5, 3)]
    assert asked("total_over", x, chain, ALL)[0] == (((1e16 + (0.1 + 0.2)) + 1.0) + 0.3)
    assert asked("total_over", [1e308, 1e308, 1e308], [(0, 1), (0, 2)])[0] == NA


def test_questions_that_no_formula_asks() -> None:
    x = column([[1.0, 2.0]])
    with pytest.raises(ValueError, match="of a total or a count"):
        RELATIONS["mean_over"](x, None, [edges_of([])], 2, ALL)
    with pytest.raises(ValueError, match="entities of one kind"):
        RELATIONS["total_over"](x, None, [edges_of([])], 3, ALL)


def test_what_is_prepared_goes_with_its_links() -> None:
    edges = edges_of(GROUP)
    assert forest_of(edges) is forest_of(edges)
    kept = ref(forest_of(edges).levels[0].far)
    del edges
    gc.collect()
    assert kept() is None


def test_a_long_chain() -> None:
    """Far deeper than Python's stack."""
    length = 3000
    pairs = [(one, one + 1) for one in range(length)]
    assert asked("count_over", [1.0] * (length + 1), pairs, ALL)[0] == float(length)


def tree(count: int, random: np.random.Generator) -> list[tuple[int, int]]:
    """Everyone but the first twenty of a random order below one that comes before it."""
    order = random.permutation(count)
    return [(int(order[random.integers(0, place)]), int(order[place])) for place in range(20, count)]


def test_a_large_roll_up_bit_for_bit() -> None:
    random = np.random.default_rng(8)
    count = 2000
    pairs = tree(count, random)
    own = random.normal(size=count).tolist()
    members: list[list[int]] = [[] for _ in range(count)]
    for near, far in sorted(pairs):
        members[near].append(far)

    def total(one: int) -> float:
        found = 0.0
        for far in members[one]:
            found = found + own[far]
            if members[far]:
                found = found + total(far)
        return found

    assert asked("total_over", own, pairs, ALL) == [total(one) if members[one] else NA for one in range(count)]
    assert asked("total_over", own, pairs) == [
        added([own[far] for far in members[one]]) if members[one] else NA for one in range(count)
    ]


def test_roll_ups_against_recursive_sql() -> None:
    """Whole numbers, of which every order of addition gives the same sum."""
    random = np.random.default_rng(7)
    count = 600
    pairs = tree(count, random)
    x = random.integers(-1000, 1000, count).astype(np.float64)
    keep = random.integers(0, 2, count).astype(np.float64)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE link (near INTEGER, far INTEGER)")
        connection.executemany("INSERT INTO link VALUES (?, ?)", pairs)
        connection.execute("CREATE TABLE figure (id INTEGER, x DOUBLE, keep DOUBLE)")
        connection.executemany(
            "INSERT INTO figure VALUES (?, ?, ?)", [(one, x[one].item(), keep[one].item()) for one in range(count)]
        )
        rows = connection.execute(
            "WITH RECURSIVE below(top, id) AS (SELECT near, far FROM link"
            " UNION ALL SELECT top, far FROM below JOIN link ON near = below.id)"
            " SELECT top, sum(x), sum(x * keep), count(*) FROM below JOIN figure USING (id) GROUP BY top"
        ).fetchall()
    figures, where = column([x.tolist()]), column([keep.tolist()])
    edges = [edges_of(pairs)]
    totals = line(RELATIONS["total_over"](figures, None, edges, count, ALL))
    kept = line(RELATIONS["total_over"](figures, where, edges, count, ALL))
    counts = line(RELATIONS["count_over"](None, None, edges, count, ALL))
    assert [(one, totals[one], kept[one], counts[one]) for one, *_ in sorted(rows)] == sorted(rows)
    assert [totals[one] for one in set(range(count)) - {row[0] for row in rows}] == [NA] * (count - len(rows))
