"""Random readings by hour: corrections, withdrawals, late data, scopes, bases; and the same measures by quarter."""

from datetime import date

from histories import ENTITIES
from hypothesis import strategies as st
from world import catalogue, measure, observed

from hengjian.model.cut import BASES
from hengjian.model.filing import ObservationRow, Row
from hengjian.model.period import Period, first_within

#: The first three share a statement, and so their basis.
READINGS = ("kwh", "Kwh", "水", "steam")
STATEMENTS = {name: READINGS[:3] if name != "steam" else READINGS[3:] for name in READINGS}
#: Four hours about a midnight at which a month ends.
HOURS = tuple(first_within(Period("day", date(2023, 7, 1).toordinal()), "hour").shift(step) for step in range(-2, 2))
QUARTERS = tuple(Period("quarter", 2023 * 4 + step) for step in range(4))

FINE = catalogue(
    *(measure(name, "carbon" if name == "steam" else "finance", frequency="hour") for name in READINGS),
    measure("assets"),
)
#: The same measures, kept in statement tables.
COARSE = catalogue(
    *(measure(name, "carbon" if name == "steam" else "finance") for name in READINGS), measure("assets", "other")
)

_known = st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 8))
_cell = st.tuples(
    st.sampled_from(ENTITIES[:3]),
    st.sampled_from(("kwh", *READINGS)),
    st.sampled_from(HOURS),
    st.sampled_from(("consolidated", "consolidated", "parent")),
    st.sampled_from(("flash", *BASES)),
)
_figure = st.none() | st.integers(-3, 9).map(float) | st.floats(allow_nan=False, allow_infinity=False)
_readings = st.dictionaries(_cell, st.tuples(_figure, _known), min_size=1, max_size=10).map(
    lambda cells: [observed(*cell[:3], value, *cell[3:], known) for cell, (value, known) in cells.items()]
)
fine_filings: st.SearchStrategy[list[tuple[list[Row], date | None]]] = st.lists(
    st.tuples(_readings, _known), min_size=1, max_size=12
)
fine_cells: st.SearchStrategy[ObservationRow] = st.builds(
    observed,
    st.sampled_from(ENTITIES), st.sampled_from(READINGS), st.sampled_from(HOURS), st.just(1.0),
    st.sampled_from(("consolidated", "parent")), st.sampled_from(BASES),
)  # fmt: skip
