"""The form `links`."""

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

HEAD = "link,from,to,valid_from,valid_to,share"


def test_a_row_states_a_relation_on_an_interval(desk) -> None:
    (row,) = desk.rows(f"{HEAD},voting\nowns,E1,E2,2018-01-01,2020-01-01,60%,\n", "links")
    assert row.record() == {
        "link": "owns", "from": "E1", "to": "E2", "valid_from": "2018-01-01", "valid_to": "2020-01-01",
        "attributes": {"share": "0.6"}, "file": "a.csv", "sheet": None, "cell": "A2",
    }  # fmt: skip


def test_open_intervals(desk) -> None:
    (row,) = desk.rows("link,from,to\nowns,E1,E2\n", "links")
    assert (row.valid_from, row.valid_to, row.attributes) == (None, None, ())


def test_links_may_meet_but_not_overlap(desk) -> None:
    meeting = f"{HEAD}\nowns,E1,E2,,2018-01-01,0.7\nowns,E1,E2,2018-01-01,2020-01-01,60%\nowns,E1,E2,2020-01-01,,55%\n"
    assert len(desk.rows(meeting + "owns,E2,E1,,,5%\nowns,E1,龙江集团,,,5%\n", "links")) == 5
    ((row, _, message, _),) = desk.faults(meeting + "owns,E1,E2,2019-12-31,2020-01-01,50%\n", "links")
    assert row == 5
    assert "row 3" in message


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        ("own,E1,E2,,,60%", 1, "owns"),
        (",E1,E2,,,60%", 1, "owns"),
        ("owns,E9,E2,,,60%", 2, "E9"),
        ("owns,E1,,,,60%", 3, "id"),
        ("owns,E1,M1,,,60%", 3, "meter"),
        ("owns,E1,E1,,,60%", 3, "itself"),
        ("reads,M1,E1,,,", 2, "enterprise"),
        ("reads,E1,M1,,,60%", 6, "no attribute share"),
        ("owns,E1,E2,soon,,60%", 4, "soon"),
        ("owns,E1,E2,2020-01-01,2019-01-01,60%", 5, "2019-01-01"),
        ("owns,E1,E2,2020-01-01,2020-01-01,60%", 5, "2020-01-01"),
        ("owns,E1,E2,,,most", 6, "most"),
        ("owns,E1,E2,,,250%", 6, "250%"),
        ("owns,E1,E2,,,51", 6, "or 51% where a percentage is meant"),
        ("owns,E1,E2,43831,,51%", 4, "as a spreadsheet counts days it is 2020-01-01"),
        ("owns,E1,E2,2020-01-01,撤回,51%", 6, "takes the link back, and states its share"),
        ("owns,E1,E2,,,-0.1", 6, "-10%"),
    ],
)
def test_faulty_links(desk, line: str, column: int, word: str) -> None:
    faults = desk.faults(f"{HEAD}\n{line}\n", "links")
    row, at, message, hint = faults[0]
    assert (row, at) == (2, column)
    assert word in message + hint


def test_all_faults_of_a_row(desk) -> None:
    faults = desk.faults(f"{HEAD}\nowns,E9,E8,soon,later,most\n", "links")
    assert [column for _, column, _, _ in faults] == [2, 3, 4, 5, 6]
    assert desk.faults(f"{HEAD}\nown,E9,E8,soon,later,\n", "links")[-1][1] == 5


def test_the_entity_of_the_whole_file_is_no_end_of_a_link(desk) -> None:
    faults = desk.faults("link,from,to\nowns,,E2\n", "links", entity="E1")
    assert [(row, column) for row, column, _, _ in faults] == [(2, 2)]


@pytest.mark.parametrize("word", ["撤回", "#withdrawn"])
def test_a_link_is_taken_back_by_a_word_in_valid_to(desk, word: str) -> None:
    """What has no share ends as what has one: from a day on, nothing is held."""
    rows = desk.rows(f"link,from,to,valid_from,valid_to\nreads,E1,M1,2020-01-01,{word}\nowns,E1,E2,,{word}\n", "links")
    assert [(row.valid_from, row.valid_to, row.attributes) for row in rows] == [
        (date(2020, 1, 1), None, (("share", "0"),)), (None, None, (("share", "0"),)),
    ]  # fmt: skip
    (row,) = desk.rows(f"{HEAD}\nowns,E1,E2,2020-01-01,{word},0\n", "links")
    assert row.attributes == (("share", "0"),)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5)), max_size=9))
def test_overlaps_against_every_day(desk, stretches: list[tuple[int, int]]) -> None:
    """Each row that states a day of an earlier good row is a fault, and no other."""
    lines, taken, bad = [], set(), []
    for number, (start, length) in enumerate(stretches, 2):
        days = range(start, start + length)
        lines.append(f"owns,E1,E2,2020-01-{days[0] + 1:02d},2020-01-{days[-1] + 2:02d},5%")
        if taken.isdisjoint(days):
            taken.update(days)
        else:
            bad.append(number)
    _, issues = desk.read("\n".join([HEAD, *lines, ""]), "links")
    assert [issue.place.row for issue in issues if "states too" in issue.message] == bad


def test_many_rows_of_one_pair_are_read_quickly(desk) -> None:
    days = [date(1900, 1, 1) + timedelta(days=number) for number in range(20_001)]
    lines = [f"owns,E1,E2,{one},{other},5%" for one, other in pairwise(days)]
    began = time.process_time()
    assert len(desk.rows("\n".join([HEAD, *lines]), "links")) == 20_000
    assert time.process_time() - began < 5
