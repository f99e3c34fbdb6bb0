"""When what is filed became known, against a second computation over the filings themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from world import WORLD, observed, recorded, stated

from hengjian.model.filing import ObservationRow, Row
from hengjian.store import Filing, Store

ZONE = ZoneInfo("Asia/Shanghai")
ENTITIES = ("E0", "E1", "E2")
DAYS = st.none() | st.integers(0, 60).map(lambda count: date(2023, 11, 20) + timedelta(count))
ROWS = st.builds(
    observed, st.sampled_from(ENTITIES), st.sampled_from(["assets", "energy"]), st.sampled_from(["2023-Q1", "2023-Q2"]),
    st.sampled_from([None, 1.0, 2.0]), known_from=DAYS,
)  # fmt: skip
FILINGS = st.lists(
    st.tuples(
        st.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: (row.entity, row.measure, row.period)), DAYS
    ),
    max_size=5,
)


def kept(filings: Sequence[tuple[Sequence[Row], date | None]]) -> Store:
    store = Store.open(Path(":memory:"))
    store.register(WORLD)
    for entry, (rows, claimed) in enumerate(filings):
        filing = Filing(
            entry=entry, recorded_at=recorded(entry), known_from=claimed, form="observations", subject=None,
            actor="clerk", file=None, rows=len(rows), size=1, digest="00",
        )  # fmt: skip
        store.stage_filings([(filing, list(rows))])
    store.commit(len(filings))
    return store


@settings(max_examples=60, deadline=None)
@given(filings=FILINGS, proven=st.booleans())
def test_days_and_firsts_are_those_of_the_rows(
    filings: list[tuple[list[ObservationRow], date | None]], proven: bool
) -> None:
    registered: list[tuple[Sequence[Row], date | None]] = [([stated(one) for one in ENTITIES], date(2020, 1, 1))]
    found = kept([*registered, *filings]).known(proven=proven)
    days, gone = {recorded(0).astimezone(ZONE).date() if proven else date(2020, 1, 1)}, set()
    first: dict[int, date] = {}
    claimed = set() if proven else {0}
    for entry, (rows, claim) in enumerate(filings, start=1):
        for row in rows:
            said = None if proven else row.known_from or claim
            day = said or recorded(entry).astimezone(ZONE).date()
            days.add(day)
            claimed |= set() if said is None else {entry}
            if row.value is None:
                gone.add(day)
            else:
                ordinal = ENTITIES.index(row.entity)
                first[ordinal] = min(day, first.get(ordinal, day))
    assert found.days == tuple(sorted(days))
    assert found.withdrawn == gone
    assert found.first == first
    assert (found.claimed, found.recorded) == (len(claimed), len(filings) + 1 - len(claimed))


@settings(max_examples=30, deadline=None)
@given(filings=FILINGS, among=st.sets(st.sampled_from(range(len(ENTITIES)))))
def test_of_some_it_is_as_if_nothing_was_stated_of_others(
    filings: list[tuple[list[ObservationRow], date | None]], among: set[int]
) -> None:
    theirs = {ENTITIES[one] for one in among}
    registered: list[tuple[Sequence[Row], date | None]] = [([stated(one)], date(2020, 1, 1)) for one in ENTITIES]
    every = [*registered, *filings]
    found, without = kept(every).known(among=sorted(among)), kept(
        [([row for row in rows if row.entity in theirs], claim) for rows, claim in every]
    ).known()  # fmt: skip
    ids = sorted(among)
    first, described = ({ids[place]: day for place, day in one.items()} for one in (without.first, without.described))
    assert found == replace(without, first=first, described=described)


def test_who_is_described_beside_type_and_name() -> None:
    rows = [stated("E0"), stated("E1", industry="power"), stated("E2", name="Two")]
    found = kept([(rows, None), ([stated("E0", industry="trade")], date(2040, 5, 1))]).known()
    assert found.described == {0: date(2040, 5, 1), 1: recorded(0).astimezone(ZONE).date()}, "type and name say nothing"
    assert found.first == {}
