"""Random histories: corrections, withdrawals, archives, scopes, bases, in any order; and random cuts through them."""

from datetime import date, timedelta

from hypothesis import strategies as st
from world import START, linked, observed, recorded, stated

from hengjian.model.cut import BASES, Cut, KnownAt
from hengjian.model.filing import Row
from hengjian.model.period import Period

ENTITIES = ("E0", "E1", "E2", "乙")
MEASURES = ("assets", "Assets", "资产", "energy")
QUARTERS = tuple(Period("quarter", 2023 * 4 + step) for step in range(4))
LINK_DAYS = tuple(date(2020, 1, 1) + timedelta(days=step) for step in range(8))
ATTRIBUTES = ("name", "industry", "size")

_known = st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 8))
_cell = st.tuples(
    st.sampled_from(ENTITIES),
    st.sampled_from(MEASURES),
    st.sampled_from(QUARTERS),
    st.sampled_from(("consolidated", "consolidated", "parent")),
    st.sampled_from(BASES),
)
_figure = st.none() | st.integers(-3, 9).map(float) | st.floats(allow_nan=False, allow_infinity=False)
_observations = st.dictionaries(_cell, st.tuples(_figure, _known), min_size=1, max_size=8).map(
    lambda cells: [observed(*cell[:3], value, *cell[3:], known) for cell, (value, known) in cells.items()]
)
_day = st.none() | st.dates(date(2022, 12, 20), date(2024, 1, 10))
_facts = st.dictionaries(
    st.tuples(st.sampled_from(ENTITIES), _day),
    st.tuples(st.sampled_from(("", "甲", "乙")), st.sampled_from(("", "power", "trade")), st.sampled_from(("", "big"))),
    min_size=1,
    max_size=4,
).map(
    lambda facts: [
        stated(entity, day, name, industry=industry, size=size)
        for (entity, day), (name, industry, size) in facts.items()
    ]
)
_link = st.tuples(
    st.sampled_from(("E0", "E1")),
    st.sampled_from(("E2", "乙")),
    st.none() | st.sampled_from(LINK_DAYS),
    st.none() | st.sampled_from(LINK_DAYS),
    st.sampled_from(("0", "0.3", "1")),
).map(lambda link: [linked(*link[:4], share=link[4])])
_filing = st.tuples(st.one_of(_observations, _observations, _facts, _link), _known)

filings: st.SearchStrategy[list[tuple[list[Row], date | None]]] = st.lists(_filing, min_size=1, max_size=12)

_moment = st.integers(-30, 160).map(lambda hours: START + timedelta(hours=hours)) | st.integers(0, 12).map(recorded)
_known_at = (
    st.none()
    | st.integers(0, 14).map(lambda entries: KnownAt(entries=entries))
    | _moment.map(lambda moment: KnownAt(moment=moment))
)
cuts: st.SearchStrategy[Cut] = st.builds(
    Cut,
    as_of=st.none() | st.sampled_from((date(2023, 6, 30), date(2023, 9, 29), date(2023, 12, 31), date(2024, 2, 1))),
    known_at=_known_at,
    scope=st.sampled_from(("consolidated", "parent")),
    basis=st.sampled_from(("best", "best", *BASES)),
    proven=st.booleans(),
)
