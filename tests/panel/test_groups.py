"""Groups by dated attributes: texts into integers, divisions shared between periods, groups cut out of them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.model.cut import Cut
from hengjian.model.period import Frequency, Period
from hengjian.panel import Panel, groups
from hengjian.panel.attribute import _paint
from hengjian.panel.groups import (
    Coded,
    Groups,
    block_of,
    coded,
    everyone,
    extended,
    groups_of,
    groups_of_codes,
    members_of,
    membership,
    painted,
)

Text = str | None

INDUSTRY: list[list[Text]] = [
    ["coal", "steel", "coal", None, "steel"],
    ["coal", "steel", "coal", None, "steel"],
    ["coal", "coal", "coal", "rail", "steel"],
]
SIZE: list[list[Text]] = [["large", "small", "large", "small", None]] * 3

tables = st.integers(1, 4).flatmap(
    lambda periods: st.integers(0, 8).flatmap(
        lambda entities: st.tuples(
            *[
                st.lists(
                    st.lists(st.sampled_from([None, "", "a", "b", "丙"]), min_size=entities, max_size=entities),
                    min_size=periods,
                    max_size=periods,
                )
            ]
            * 3
        )
    )
)


def texts(rows: Sequence[Sequence[Text]]) -> np.ndarray:
    array = np.full((len(rows), len(rows[0])), None, object)
    for row, line in enumerate(rows):
        array[row] = line
    return array


def by(*attributes: Sequence[Sequence[Text]]) -> Groups:
    return groups_of_codes([coded(texts(attribute)) for attribute in attributes])


def panel(**attributes: Sequence[Sequence[Text]]) -> Panel:
    quarter: Frequency = "quarter"
    return Panel(
        cut=Cut(),
        periods=tuple(Period(quarter, 8000 + row) for row in range(3)),
        entities=tuple("abcde"),
        ordinals=np.arange(5),
        columns={},
        basis={},
        attributes={name: texts(rows) for name, rows in attributes.items()},
    )


def test_one_attribute() -> None:
    found = groups_of(panel(industry=INDUSTRY), ["industry"])
    assert found.labels == (("coal",), ("steel",), ("rail",))
    first, second, third = found.divisions
    assert first is second
    assert first.codes.tolist() == [0, 1, 0, -1, 1]
    assert first.order.tolist() == [0, 2, 1, 4]
    assert first.bounds.tolist() == [0, 2, 4, 4]
    assert third.codes.tolist() == [0, 0, 0, 2, 1]
    assert [third.members(code).tolist() for code in range(3)] == [[0, 1, 2], [4], [3]]


def test_several_attributes() -> None:
    found = groups_of(panel(industry=INDUSTRY, size=SIZE), ["industry", "size"])
    first, second, third = found.divisions
    assert first is second
    assert [found.labels[code] if code >= 0 else None for code in third.codes] == [
        ("coal", "large"), ("coal", "small"), ("coal", "large"), ("rail", "small"), None,
    ]  # fmt: skip


def test_everybody() -> None:
    found = groups_of(panel(), [])
    assert found.labels == ((),)
    assert [membership(found, row, 3).places.tolist() for row in range(3)] == [[0, 1, 2, 3, 4]] * 3
    assert membership(found, 0, 3).texts == ()
    assert len({id(division) for division in found.divisions}) == 1
    assert everyone(0, 5).divisions == ()
    assert everyone(2, 0).divisions[1].order.tolist() == []


def test_the_panel_must_hold_the_attributes() -> None:
    with pytest.raises(ValueError, match=r"without the attributes \['size'\]"):
        groups_of(panel(industry=INDUSTRY), ["industry", "size"])


def test_periods_put_before_the_panel() -> None:
    found = by(INDUSTRY)
    assert extended(found, 0) is found
    longer = extended(found, 2)
    assert longer.divisions[2:] == found.divisions
    assert longer.divisions[0] is longer.divisions[1]
    assert not longer.divisions[0].known
    assert membership(longer, 0, 0).texts is None
    assert all(division.known for division in found.divisions)
    assert [division.known for division in extended(everyone(1, 5), 2).divisions] == [True] * 3


def test_membership() -> None:
    found = by(INDUSTRY, SIZE)
    assert membership(found, 0, 2).texts == ("coal", "large")
    assert membership(found, 0, 2).places.tolist() == [0, 2]
    assert membership(found, 0, 4).texts is None
    assert membership(found, 0, 4).places.tolist() == []


def test_a_block_is_some_groups_of_one_period() -> None:
    found = by(INDUSTRY)
    assert members_of(found, 2, [2, 0, 2]).tolist() == [0, 1, 2, 3]
    assert members_of(found, 2, []).tolist() == []
    block = block_of(found, 2, [2, 0, 2])
    assert block.places.tolist() == [0, 1, 2, 3]
    assert block.groups.labels == (("coal",), ("rail",))
    (division,) = block.groups.divisions
    assert division.codes.tolist() == [0, 0, 0, 1]
    assert [division.members(code).tolist() for code in range(2)] == [[0, 1, 2], [3]]
    assert block_of(found, 0, [2]).places.tolist() == []


@given(tables, st.booleans())
def test_against_a_dictionary(rows: tuple[list[list[Text]], ...], small: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "TABLE", 0 if small else groups.TABLE)
        found = by(*rows)
    cells = [[tuple(line) for line in zip(*attributes, strict=True)] for attributes in zip(*rows, strict=True)]
    for row, division in enumerate(found.divisions):
        assert (row > 0 and division is found.divisions[row - 1]) == (row > 0 and cells_alike(cells, row))
        wanted: dict[tuple[Text, ...], list[int]] = {}
        for place, cell in enumerate(cells[row]):
            if None not in cell:
                wanted.setdefault(cell, []).append(place)
        made = {found.labels[code]: division.members(code).tolist() for code in set(division.codes.tolist()) - {-1}}
        assert made == wanted
        assert [code >= 0 for code in division.codes] == [None not in cell for cell in cells[row]]
        assert len(division.order) == division.bounds[-1] == sum(map(len, wanted.values()))
    assert len(set(found.labels)) == len(found.labels)


def cells_alike(cells: list[list[tuple[Text, ...]]], row: int) -> bool:
    return cells[row] == cells[row - 1]


facts = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 40)), max_size=12)


@given(facts, st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_painting_integers_is_painting_texts(stated: list[tuple[int, int, int]], days: list[int]) -> None:
    days.sort()
    names = ["a", "b", "c"]
    place, which, since = (np.array([fact[part] for fact in stated], np.int64) for part in range(3))
    array = np.full((len(days), 6), None, object)
    _paint(array, days, place, np.array(names, object)[which], since)
    made = painted(days, 6, place, which.astype(np.int32), since, names)
    assert [[None if code < 0 else names[code] for code in row] for row in made.rows] == array.tolist()
    wanted = coded(array)
    assert [a is b for a, b in zip(made.rows, made.rows[1:], strict=False)] == [
        a is b for a, b in zip(wanted.rows, wanted.rows[1:], strict=False)
    ]


def test_more_groups_than_a_short_integer_counts() -> None:
    codes = np.arange(40_000, dtype=np.int32)[::-1].copy()
    labels = tuple((str(number),) for number in range(40_000))
    (division,) = groups_of_codes([Coded(rows=(codes,), labels=labels)]).divisions
    assert np.array_equal(division.order, codes)
    assert membership(Groups(divisions=(division,), labels=labels), 0, 7).places.tolist() == [7]


def test_days_of_one_as_of_share_a_row() -> None:
    day = date(2020, 1, 1).toordinal()
    made = painted([day, day], 2, np.array([0]), np.array([0], np.int32), np.array([0]), ["a"])
    assert made.rows[0] is made.rows[1]
