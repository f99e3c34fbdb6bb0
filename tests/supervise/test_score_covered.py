"""On how much of its weight a score stands: what is missing leaves its weight to others, and that is told."""

from decimal import Decimal

from cards import card, item, known

from hengjian.model.declaration import Label
from hengjian.model.scorecard import Points, Scorecard
from hengjian.supervise.scored import Given, LetterLine
from hengjian.supervise.scorerecord import record
from hengjian.supervise.scoring import score


def covered(one: Scorecard, given: Given) -> str:
    found: str = record(score(one, given), one)["covered"]
    return found


def test_what_is_missing_in_weighted_groups() -> None:
    """What weighs 4 of 100 in a part of 20 is alone known: the score of 80 stands on 0.8 % of the weight."""
    brand = item(
        "brand", weight=20, combine="weighted",
        items=(
            item("managed", Points(), weight=4, missing="left_out"),
            item("other", Points(), weight=96, missing="left_out"),
        ),
    )  # fmt: skip
    rest = item("rest", weight=80, combine="weighted", items=(item("all", Points(), weight=100, missing="left_out"),))
    made = card(brand, rest, combine="weighted")
    known_brand = known({"managed": 80, "other": None, "all": None})
    assert record(score(made, known_brand), made)["score"] == "80"
    assert covered(made, known_brand) == "0.008"
    assert covered(made, known({"managed": 80, "other": 1, "all": 2})) == "1"


def test_what_the_letter_does_not_weigh_lacks_nothing() -> None:
    made = card(item("a", Points()), item("b", Points()), letter=True)
    line = LetterLine(item="a", key="a", title=Label(zh="甲", en="a"), weight=Decimal(100), target=Decimal(1))
    assert covered(made, known({"a": 90, "b": None}, lines=(line,))) == "1"


def test_what_cannot_be_told_stands_on_nothing() -> None:
    made = card(item("a", Points(), weight=60), item("b", Points(), weight=40))
    assert covered(made, known({"a": 50, "b": None})) == "0.6"
    assert covered(made, known({"a": None, "b": None})) == "0"
