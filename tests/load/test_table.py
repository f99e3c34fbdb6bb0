"""Parameters that are tables of points."""

from decimal import Decimal

import pytest
from small_pack import FILES, load

from hengjian.formula.digest import parameter_digest
from hengjian.model.declaration import Parameter

TABLE = """\
score:
  label: {zh: 得分, en: Score}
  unit: ratio
  points: 万元
  by: [industry]
  values:
    - {from: 2021-01-01, source: order 1, value: {default: [[0, 0], [10, 50%], [20, 1]], power: [[5, 100%]]}}
    - {from: 2023-01-01, source: order 2, value: [[1, 2]]}
"""


def parameter(text: str) -> tuple[Parameter, list[str]]:
    pack, issues = load({**FILES, "parameters.yaml": text})
    assert pack is not None
    return pack.parameters[0], [issue.message for issue in issues]


def test_points_stand_in_base_units_for_each_class() -> None:
    found, issues = parameter(TABLE)
    assert issues == []
    assert found.points is not None
    assert str(found.points) == "万元"
    first, second = found.values
    assert first.values == {}
    assert first.tables == {
        "default": ((Decimal(0), Decimal(0)), (Decimal(100_000), Decimal("0.5")), (Decimal(200_000), Decimal(1))),
        "power": ((Decimal(50_000), Decimal(1)),),
    }
    assert first.classes() == {"default", "power"}
    assert second.tables == {"default": ((Decimal(10_000), Decimal(2)),)}


def test_the_digest_tells_every_point_and_no_spelling() -> None:
    digest = parameter_digest(parameter(TABLE)[0])
    assert parameter_digest(parameter(TABLE.replace("50%", "0.50"))[0]) == digest
    for old, new in (("[20, 1]", "[20, 2]"), ("[20, 1]", "[21, 1]"), ("[5, 100%]", "[5, 90%]"), ("万元", "元")):
        assert parameter_digest(parameter(TABLE.replace(old, new))[0]) != digest


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("[20, 1]", "[10, 1]", ["the point at 10 of 'score' does not come after 10"]),
        ("[20, 1]", "[9, 1]", ["the point at 9 of 'score' does not come after 10"]),
        ("[5, 100%]", "[5%, 1]", ["a value of 'score' is a percentage, but its unit is 万元"]),
        ("  points: 万元\n", "", ["a value of 'score' is a list of points, but it has no `points`"] * 3),
        ("[[1, 2]]", "2", ["a value of 'score' is a number, not a list of points"]),
    ],
)
def test_what_is_no_table(old: str, new: str, messages: list[str]) -> None:
    assert old in TABLE
    assert parameter(TABLE.replace(old, new, 1))[1] == messages
