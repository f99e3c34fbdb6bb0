"""Grades of a whole score, and what it leads to."""

from collections.abc import Mapping
from decimal import Decimal

from hengjian.model.scorecard import Grade, Scorecard
from hengjian.supervise.scorenumber import ONE, points
from hengjian.supervise.scoresteps import points_of


def grade_of(card: Scorecard, score: Decimal) -> Grade | None:
    """The best grade that a score reaches; the last one has all that is below the others."""
    if not card.grades:
        return None
    return next((grade for grade in card.grades if score >= grade.at_least), card.grades[-1])


def worse(card: Scorecard, one: str, other: str) -> str:
    """The worse of two grades."""
    order = [grade.name for grade in card.grades]
    return max(one, other, key=order.index)


def top_of(card: Scorecard, name: str, digits: int) -> Decimal | None:
    """The most points of a grade: less than where the next better one begins by one unit of the last decimal. None for
    the best one."""
    order = [grade.name for grade in card.grades]
    place = order.index(name)
    return None if place == 0 else card.grades[place - 1].at_least - ONE.scaleb(-digits)


def uses_of(card: Scorecard, score: Decimal, grade: str | None) -> Mapping[str, Decimal]:
    """What a score leads to, as a multiple of pay by its rows. With a grade that is worse than its own (a veto, a
    quota) it leads to no more than the top of that grade does."""
    most = None if grade is None else top_of(card, grade, card.digits)
    counted = score if most is None else min(score, most)
    return {use.name: points(points_of(use.rows, counted, linear=use.linear)[0]) for use in card.uses}
