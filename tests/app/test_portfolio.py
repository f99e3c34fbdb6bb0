"""The portfolio of a space: entities side by side, each with its latest figure, and who stands above whom."""

from pathlib import Path
from typing import Any

import pytest
from homes import TITLES, asked, at_desk, copied, filed

from hengjian.app import portfolio
from hengjian.model.issue import Refused

ENTITIES = """\
entity,type,name,industry
G,enterprise,示例集团,综合
A,enterprise,示例甲,power
B,enterprise,示例乙,
C,enterprise,示例丙,power
"""
LINKS = """\
link,from,to,share,voting
owns,G,A,60%,
owns,G,B,30%,51%
owns,A,C,40%,
owns,B,C,50%,
parent,C,G,,
"""
ROWS = "".join(
    f"{entity},{measure},{year}-Q{quarter},{value * quarter + year}\n"
    for place, entity in enumerate(("G", "A", "B", "C"))
    for measure, value in (("total_assets", 1000 * (place + 1)), ("total_liabilities", 100 * (place + 1)))
    for year in (2018, 2019)
    for quarter in (1, 2, 3, 4)
    if (entity, year, quarter) not in (("B", 2019, 4), ("B", 2019, 3))
)


@pytest.fixture(scope="module")
def group(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A group of four; B is two quarters late, and G has filed one more. To be read only."""
    home = copied(template, tmp_path_factory.mktemp("group") / "home")
    filed(home, ENTITIES, form="entities")
    filed(home, LINKS, form="links")
    filed(home, TITLES + ROWS)
    filed(home, TITLES + "G,total_assets,2020-Q1,7\nA,net_profit,2019-Q4,5\n")
    return home


def found(home: Path, **question: object) -> dict[str, Any]:
    return asked(home, "portfolio", **question)


def column(answer: dict[str, Any], name: str, part: str) -> dict[str, Any]:
    (one,) = [one for one in answer["columns"] if one["name"] == name]
    return dict(zip(answer["entities"], one[part], strict=True))


def test_latest_figures_equal_show(group: Path) -> None:
    answer = found(group, columns=["total_assets", "debt_ratio", "net_profit"])
    assert [one["name"] for one in answer["columns"]] == ["total_assets", "debt_ratio", "net_profit"]
    for one in answer["columns"]:
        for entity, value, period in zip(answer["entities"], one["values"], one["periods"], strict=True):
            shown = {
                each["period"]: each["value"]
                for each in asked(group, "show", entity=entity, indicators=[one["name"]])["values"]
            }
            if period is None:
                assert not shown
            else:
                assert value == shown[period]
                assert period == max(each for each in shown if each <= one["period"])


def test_a_late_filer_is_seen_and_an_early_one_waits(group: Path) -> None:
    answer = found(group, columns=["total_assets", "debt_ratio"])
    assert [one["period"] for one in answer["columns"]] == ["2019-Q4", "2019-Q4"]
    assert column(answer, "total_assets", "periods") == {
        "E1": "2019-Q4", "E2": None, "G": "2019-Q4", "A": "2019-Q4", "B": "2019-Q2", "C": "2019-Q4"
    }  # fmt: skip
    assert column(answer, "total_assets", "values")["B"] == 3000 * 2 + 2019
    assert column(answer, "total_assets", "bases")["B"] == "flash"
    assert column(answer, "debt_ratio", "courses")["B"][-2:] == [None, None]
    assert len(column(answer, "debt_ratio", "courses")["G"]) == 8
    assert answer["columns"][0]["course"][0] == "2018-Q1"


def test_another_period_can_be_asked_for(group: Path) -> None:
    answer = found(group, columns=["total_assets"], period="2019-03")
    assert answer["columns"][0]["period"] == "2019-Q1"
    assert set(column(answer, "total_assets", "periods").values()) == {None, "2019-Q1"}
    assert found(group, columns=["total_assets"], as_of="2018-12-30")["columns"][0]["period"] == "2018-Q3"
    assert found(group, columns=["total_assets"], period="2001")["columns"][0]["period"] is None


def test_above_is_the_parent_else_who_holds_most_votes(group: Path) -> None:
    answer = found(group)
    above = above_of(answer)
    assert above == {"E1": None, "E2": None, "G": None, "A": "G", "B": "G", "C": "G"}
    assert answer["names"][answer["entities"].index("A")] == "示例甲"
    assert answer["attributes"][answer["entities"].index("A")] == {"industry": "power"}


def test_answers_are_kept_until_something_is_filed(group: Path, tmp_path: Path) -> None:
    home = copied(group, tmp_path / "home")
    desk = at_desk(home)
    try:
        first = portfolio.portfolio(desk, {"columns": ["total_assets"]})
        assert portfolio.portfolio(desk, {"columns": ["total_assets"]}) is first
        assert portfolio.portfolio(desk, {"columns": ["total_assets"], "scope": "parent"}) is not first
        for year in range(1950, 2020):
            portfolio.portfolio(desk, {"columns": ["total_assets"], "period": str(year)})
        assert portfolio.portfolio(desk, {"columns": ["total_assets"]}) is not first, "only some are kept"
    finally:
        desk.close()
    filed(home, TITLES + "B,total_assets,2019-Q4,77\n")
    assert column(found(home, columns=["total_assets"]), "total_assets", "values")["B"] == 77


def test_without_pages_the_first_indicators_stand(group: Path) -> None:
    answer = found(group)
    assert answer["type"] == "enterprise"
    assert 0 < len(answer["columns"]) <= portfolio.FEW


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"type": "enterprize"}, "no entity type is called 'enterprize' | did you mean enterprise?"),
        ({"columns": ["debt_rate"]}, "no indicator or measure is called 'debt_rate' | did you mean debt_ratio?"),
        ({"columns": ["debt_ratio"] * 41}, "41 columns are asked for at once | ask for 40 at most"),
        ({"period": "soon"},
         "--period 'soon' names no period | write 2019, 2019-H1, 2019-Q4, 2019-12 or 2019-Q1..2020-Q4"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(group: Path, question: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as caught:
        found(group, **question)
    (issue,) = caught.value.issues
    assert f"{issue.message} | {issue.hint}" == said


def test_relations_in_both_directions(group: Path) -> None:
    answer = asked(group, "relations", entity="A")
    assert (answer["name"], answer["type"], answer["attributes"]) == ("示例甲", "enterprise", {"industry": "power"})
    assert [(one["link"], one["direction"], one["entity"], one["attributes"]) for one in answer["links"]] == [
        ("owns", "to", "G", {"share": "0.6"}), ("owns", "from", "C", {"share": "0.4"}),
    ]  # fmt: skip
    below = asked(group, "relations", entity="C")["links"]
    assert [(one["link"], one["direction"], one["entity"]) for one in below] == [
        ("owns", "to", "A"), ("owns", "to", "B"), ("parent", "from", "G"),
    ]  # fmt: skip


def test_a_holding_that_was_sold_is_no_relation(group: Path, tmp_path: Path) -> None:
    home = copied(group, tmp_path / "home")
    filed(home, "link,from,to,share,valid_from\nowns,G,A,0,2020-01-01\n", form="links")
    assert [one["entity"] for one in asked(home, "relations", entity="A")["links"]] == ["C"]
    before = asked(home, "relations", entity="A", as_of="2019-12-31")["links"]
    assert [one["entity"] for one in before] == ["G", "C"]
    assert above_of(found(home, columns=["total_assets"]))["A"] is None


def above_of(answer: dict[str, Any]) -> dict[str, str | None]:
    ids = answer["entities"]
    return {one: None if at is None else ids[at] for one, at in zip(ids, answer["above"], strict=True)}


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ([], []),
        ([None, 0, 1], [None, 0, 1]),
        ([1, 2, 0, 2], [None, 2, 0, 2]),
        ([3, 0, 1, 2], [None, 0, 1, 2]),
        ([1, 2, 3, 2], [1, 2, None, 2]),
        ([0], [None]),
    ],
)
def test_a_circle_is_cut_at_its_first(above: list[int | None], expected: list[int | None]) -> None:
    assert portfolio.without_circles(above) == expected
