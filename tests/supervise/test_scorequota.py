"""Ranks and quotas: at most so many have a grade or a better one, equals stand together."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hengjian.model.declaration import Label
from hengjian.model.scorecard import Grade
from hengjian.supervise.scorequota import Ranked, ranked

_LABEL = Label(zh="级", en="grade")


def grade(name: str, at_least: int, share: str | None = None, count: int | None = None) -> Grade:
    return Grade(
        name=name,
        label=_LABEL,
        at_least=Decimal(at_least),
        share=None if share is None else Decimal(share),
        count=count,
    )


GRADES = (grade("A", 85, "0.3"), grade("B", 70, count=4), grade("C", 50), grade("D", 0))


def scores(*points: int) -> dict[str, tuple[Decimal, str | None]]:
    return {
        f"E{place}": (Decimal(one), next(grade.name for grade in GRADES if one >= grade.at_least))
        for place, one in enumerate(points)
    }


def told(found: dict[str, Ranked]) -> list[tuple[int, str | None, bool]]:
    return [(one.rank, one.grade, one.tied) for one in found.values()]


def test_who_finds_no_room_has_the_next_grade() -> None:
    # ten: three have room in A; four in B or better
    found = ranked(scores(99, 98, 97, 96, 95, 60, 55, 40, 30, 20), GRADES)
    assert told(found) == [
        (1, "A", False), (2, "A", False), (3, "A", False), (4, "B", False), (5, "C", False), (6, "C", False),
        (7, "C", False), (8, "D", False), (9, "D", False), (10, "D", False),
    ]  # fmt: skip


def test_equals_between_whom_a_quota_ends_all_have_the_next_grade() -> None:
    found = ranked(scores(99, 98, 90, 90, 60, 55, 52, 51, 50, 20), GRADES)
    assert told(found)[:4] == [(1, "A", False), (2, "A", False), (3, "B", True), (3, "B", True)]


def test_a_share_is_rounded_down_and_may_leave_no_room() -> None:
    assert told(ranked(scores(99, 10, 10), GRADES)) == [(1, "B", False), (2, "D", False), (2, "D", False)]


def test_nobody_passes_equals_that_found_no_room() -> None:
    """One place in A: two equals do not share it, and the third, who alone would fit, does not get it either."""
    one_place = (grade("A", 85, count=1), *GRADES[1:])
    assert [row[1] for row in told(ranked(scores(86, 86, 85), one_place))] == ["B", "B", "B"]


def test_whom_a_veto_gave_a_worse_grade_takes_no_place() -> None:
    given = {"E0": (Decimal(99), "D"), "E1": (Decimal(98), "A"), "E2": (Decimal(97), "A"), "E3": (Decimal(60), "C")}
    found = ranked(given, (grade("A", 85, count=1), *GRADES[1:]))
    assert [(one, found[one].rank, found[one].grade) for one in given] == [
        ("E0", 1, "D"), ("E1", 2, "A"), ("E2", 3, "B"), ("E3", 4, "C"),
    ]  # fmt: skip


def test_without_grades_there_are_ranks_alone() -> None:
    found = ranked({"E0": (Decimal(1), None), "E1": (Decimal(2), None)}, ())
    assert [(one, found[one].rank, found[one].grade) for one in ("E0", "E1")] == [("E0", 2, None), ("E1", 1, None)]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40))
def test_no_quota_is_passed_and_nobody_is_before_a_better_one(points: list[int]) -> None:
    given = scores(*points)
    found = ranked(given, GRADES)
    order = [one.name for one in GRADES]
    counts = Counter(one.grade for one in found.values())
    assert counts["A"] <= int(Decimal("0.3") * len(points))
    assert counts["A"] + counts["B"] <= 4
    for one, (score, own) in given.items():
        mine = found[one]
        assert mine.rank == 1 + sum(other > score for other, _ in given.values())
        assert mine.grade is not None
        assert own is not None
        assert order.index(mine.grade) >= order.index(own)
        for other, (more, _) in given.items():
            if more > score:
                better = found[other].grade
                assert better is not None
                assert order.index(better) <= order.index(mine.grade)
