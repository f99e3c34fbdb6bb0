"""How often a case was there before, against a slow count over every pair of cases."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hengjian.app.casebook import again
from hengjian.casework.case import Case

FLOWS: Any = {"hazard": SimpleNamespace(recurs_by=("place",)), "other": SimpleNamespace(recurs_by=())}
DAY = date(2026, 3, 31)


def case(number: int, flow: str, entity: str, place: str | None) -> Case:
    filled = () if place is None else ({"field": "place", "kind": "text", "value": place, "unit": None},)
    return Case(
        case=f"C{number:06d}", workflow=flow, entity=entity, subject={}, state="open", ended=False, transition=None,
        origin=None, note="", actor="clerk", day=DAY, opened=DAY, deadline=DAY, original_deadline=DAY, filled=filled,
    )  # fmt: skip


ROWS = st.lists(
    st.tuples(
        st.integers(999_990, 1_000_009), st.sampled_from(["hazard", "other", "gone"]), st.sampled_from(["E1", "E2"]),
        st.sampled_from([None, "quay", " Quay ", "ｑｕａｙ", "roof"]),
    ),
    unique_by=lambda row: row[0], max_size=12,
)  # fmt: skip


@given(rows=ROWS)
def test_of_each_pair_the_later_one_was_before(rows: list[tuple[int, str, str, str | None]]) -> None:
    def key(flow: str, entity: str, place: str | None) -> tuple[str, str] | None:
        return (
            None if flow != "hazard" or place is None else (entity, place.strip().replace("ｑｕａｙ", "quay").lower())
        )

    found = again([case(*row) for row in rows], FLOWS)
    assert found == {
        f"C{number:06d}": sum(
            other < number and key(*rest) is not None and key(*rest) == key(*more) for other, *rest in rows
        )
        for number, *more in rows
    }


def test_ten_thousand_at_the_same_place_are_counted_and_not_listed() -> None:
    cases = [case(number, "hazard", "E1", "quay") for number in range(10_000)]
    assert sum(again(cases, FLOWS).values()) == 10_000 * 9_999 // 2
