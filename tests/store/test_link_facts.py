"""Facts of links as they are painted: their order, their days, their shares, and what a cut knows of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from world import WORLD, linked, recorded, stated

from hengjian.model.cut import Cut, KnownAt
from hengjian.store import Store

FAR = date(2100, 1, 1)
NOW = Cut()


@pytest.fixture
def store() -> Iterator[Store]:
    """A, B, C, D are 0, 1, 2, 3; three filings about A's holdings, the last one of an archive, and one of a parent."""
    with Store.open(Path(":memory:")) as made:
        made.register(WORLD)
        made.stage(0, recorded(0), [stated(name) for name in "ABCD"])
        made.stage(1, recorded(1), [
            linked("A", "C", date(1970, 1, 3), share="0.51", kind="直接"), linked("A", "B", None, date(1969, 12, 31)),
        ])  # fmt: skip
        made.stage(2, recorded(2), [linked("A", "C", date(2020, 1, 1), share="0"), linked("B", "C", share="1")])
        made.stage(3, recorded(3), [linked("A", "D", date(2021, 1, 1), known_from=date(2023, 6, 1), share="0.3")])
        made.stage(4, recorded(4), [linked("C", "A", link="parent")])
        made.commit(5)
        yield made


def rows(store: Store, cut: Cut = NOW, until: date = FAR, **ends: Any) -> list[tuple[Any, ...]]:
    table = store.link_facts(cut, "owns", until, **ends)
    assert table.column_names == ["source", "target", "valid_from", "valid_to", "share"]
    return list(zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True))


FIRST = [(0, 2, 2, None, 0.51), (0, 1, None, -1, None)]
SECOND = [(0, 2, 18262, None, 0.0), (1, 2, None, None, 1.0)]
THIRD = [(0, 3, 18628, None, 0.3)]


def test_facts_come_in_the_order_in_which_they_are_painted(store: Store) -> None:
    assert rows(store) == FIRST + SECOND + THIRD
    store._database.run("CREATE TABLE other AS SELECT * FROM link_fact ORDER BY hash(entry * 7 + target)")
    store._database.run("DROP TABLE link_fact")
    store._database.run("ALTER TABLE other RENAME TO link_fact")
    assert rows(store) == FIRST + SECOND + THIRD
    assert store.link_facts(NOW, "nothing", FAR).num_rows == 0


def test_facts_that_begin_later_are_left_out(store: Store) -> None:
    assert rows(store, until=date(2020, 1, 1)) == FIRST + SECOND
    assert rows(store, until=date(2019, 12, 31)) == FIRST + SECOND[1:]


def test_a_cut_sees_what_was_known(store: Store) -> None:
    assert rows(store, Cut(known_at=KnownAt(entries=3))) == FIRST + SECOND
    before = KnownAt(moment=datetime(2023, 7, 1, tzinfo=UTC))
    assert rows(store, Cut(known_at=before)) == THIRD
    assert rows(store, Cut(known_at=before, proven=True)) == []
    assert rows(store, Cut(known_at=KnownAt(moment=recorded(2)))) == FIRST + SECOND + THIRD


def test_facts_of_some_ends(store: Store) -> None:
    assert rows(store, sources=[1]) == SECOND[1:]
    assert rows(store, targets=[2]) == FIRST[:1] + SECOND
    assert rows(store, sources=[0], targets=[3, 1]) == FIRST[1:] + THIRD
    assert rows(store, sources=[]) == []
    assert rows(store, targets=list(range(2, 1000))) == FIRST[:1] + SECOND + THIRD


def test_a_text_called_share_is_no_number(store: Store) -> None:
    store.stage(5, recorded(5), [linked("D", "A", share="about half"), linked("D", "B", kind='", "share": "0.7')])
    assert rows(store, sources=[3]) == [(3, 0, None, None, None), (3, 1, None, None, None)]
