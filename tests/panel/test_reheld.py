"""Holdings after something was stated of a few companies, and of very many entities."""

from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengjian.model.cut import Cut
from hengjian.panel.holdings import Holdings, load_holdings
from hengjian.panel.reheld import MANY, reheld
from hengjian.store import Store

DAY = date(2026, 3, 31)
FIELDS = ("ordinals", "owner", "owned", "share", "voter", "company", "votes", "pooled")
#: Source, target, share, votes, kind and principal; what None leaves out is not stated.
Fact = tuple[int, int, float | None, float | None, int, int | None]


@dataclass
class Facts:
    """Stands for a store: what it says of `owns`, in painting order."""

    rows: list[Fact]

    def holding_facts(self, cut: Cut, until: date, targets: list[int] | None = None) -> pa.Table:
        kept = [row for row in self.rows if targets is None or row[1] in targets]
        columns = list(zip(*kept, strict=True)) if kept else [()] * 6
        kinds = (pa.int32(), pa.int32(), pa.float64(), pa.float64(), pa.int64(), pa.int32())
        names = ("source", "target", "share", "votes", "kind", "principal")
        made = {name: pa.array(column, kind) for name, column, kind in zip(names, columns, kinds, strict=True)}
        open_days = pa.nulls(len(kept), pa.int64())
        return pa.table({**made, "valid_from": open_days, "valid_to": open_days})


def loaded(rows: list[Fact]) -> Holdings:
    return load_holdings(cast(Store, Facts(rows)), Cut(), [DAY])[0]


def same(one: Holdings, other: Holdings) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in FIELDS]
    return all(ours.dtype == theirs.dtype and np.array_equal(ours, theirs) for ours, theirs in pairs)


SHARES = st.sampled_from([None, 0.0, 0.1, 0.3])
FACTS = st.tuples(
    st.integers(0, 6), st.integers(0, 6), SHARES, SHARES, st.integers(0, 2), st.one_of(st.none(), st.integers(0, 6))
).filter(lambda fact: fact[0] != fact[1])


@settings(max_examples=400, deadline=None)
@given(before=st.lists(FACTS, max_size=15), more=st.lists(FACTS, max_size=4), others=st.sets(st.integers(0, 6)))
def test_what_is_read_again_is_what_would_be_loaded(before: list[Fact], more: list[Fact], others: set[int]) -> None:
    held = loaded(before)
    companies = sorted({fact[1] for fact in more} | others)
    found = reheld(cast(Store, Facts(before + more)), Cut(), held, DAY, companies)
    assert same(found, loaded(before + more))
    assert same(held, loaded(before)), "the earlier ones stay as they were"


def test_what_does_not_differ_is_the_very_same() -> None:
    rows: list[Fact] = [(0, 1, 0.5, None, 0, None), (1, 2, 0.3, None, 0, None)]
    held = loaded(rows)
    assert reheld(cast(Store, Facts(rows)), Cut(), held, DAY, [1, 2]) is held
    found = reheld(cast(Store, Facts([*rows, (0, 1, 0.6, None, 0, None)])), Cut(), held, DAY, [1])
    assert found.share.tolist() == [0.6, 0.3]
    assert (found.ordinals is held.ordinals, found.owner is held.owner, found.company is held.company) == (True,) * 3


def test_so_many_companies_and_no_more() -> None:
    with pytest.raises(ValueError, match="at most"):
        reheld(cast(Store, Facts([])), Cut(), loaded([]), DAY, range(MANY + 1))


def test_pairs_of_very_many_entities_are_told_apart() -> None:
    """Ordinals are of 32 bits in the store; 32,768 times 131,072 is 0 there."""
    rows: list[Fact] = [
        (0, 5, 0.2, None, 0, None), (32_768, 5, 0.3, None, 0, None), (0, 5, 0.4, None, 0, None),
        (131_071, 5, 0.1, None, 0, None),
    ]  # fmt: skip
    held = loaded(rows)
    assert held.ordinals.tolist() == [0, 5, 32_768, 131_071]
    assert held.share.tolist() == [0.4, 0.3, 0.1], "the later row stands instead of the earlier one"
