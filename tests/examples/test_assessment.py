"""云桥区: letters that add up, statements that balance, and an assessment that stands where the story puts it."""

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from hengjian.app import open_space
from hengjian.app.demo import file_example, find_example, make_space
from hengjian.app.serve import at_work
from hengjian.examples.assessment.books import YEARS, enterprises, groups, read_table, statements
from hengjian.examples.assessment.registers import CARD, letter_rows
from hengjian.examples.assessment.story import EXAMPLE
from hengjian.examples.steps import Asked, Filing, Move


def test_eleven_invented_enterprises_under_four_functions_and_some_below_them() -> None:
    assert len(groups()) == 11
    assert Counter(one.function for one in groups()) == {
        "城市开发建设": 3, "重点产业引领": 3, "招商引资服务": 2, "社会民生保障": 3,
    }  # fmt: skip
    assert len(enterprises()) == 21
    assert all(one.name.startswith("云桥") and one.name.endswith("（示例）") for one in enterprises().values())
    assert {one.business_listing for one in enterprises().values()} == {"主业", "培育主业", "非主业"}


def test_the_weights_of_every_letter_come_to_a_hundred() -> None:
    weights: Counter[str] = Counter()
    for row in letter_rows():
        weights[row[0]] += int(row[6])
    assert weights == dict.fromkeys((one.id for one in groups()), 100)


@pytest.mark.parametrize("year", YEARS)
def test_statements_balance_and_their_steps_lead_to_profit(year: int) -> None:
    for one in enterprises().values():
        for flash in (False, True):
            now = statements(one, year, flash=flash)
            assert now["total_assets"] == now["total_liabilities"] + now["total_equity"]
            assert now["total_liabilities"] == now["total_current_liabilities"] + now["total_non_current_liabilities"]
            assert (
                now["equity"]
                == now["capital"] + now["capital_reserve"] + now["surplus_reserve"] + now["undistributed_profits"]
            )
            assert (
                now["total_profits"]
                == now["operating_profit"] + now["non_operating_income"] - now["non_operating_costs"]
            )
            assert now["net_profit"] == now["total_profits"] - now["tax_expense"]
            assert now["operating_costs"] > 0


def test_every_line_of_a_letter_has_one_that_confirms_it_or_is_awaited() -> None:
    for row in read_table("tasks.csv"):
        assert row["department"].startswith("区")
        assert Decimal(row["target"]) > 0
        assert row["evidence"]


def test_the_story_is_the_same_every_time() -> None:
    program = (
        "import hashlib; from hengjian.examples.assessment.story import EXAMPLE;"
        "print(hashlib.sha256(repr(list(EXAMPLE.steps())).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "7")
    }
    assert len(found) == 1


def test_every_kind_of_step_and_of_register_is_told() -> None:
    steps = list(EXAMPLE.steps())
    assert {type(step) for step in steps} == {Filing, Move, Asked}
    kinds = {step.asked["kind"] for step in steps if isinstance(step, Asked) and step.question == "enter_register"}
    assert kinds == {
        "letter", "adjustment", "confirmation", "panel", "rating", "award", "standard", "peer_set", "peer_figure",
        "practice",
    }  # fmt: skip


# the space, filed from end to end


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("assessment") / "space"
    make_space(find_example("assessment"), home)
    with at_work(home) as writer:
        file_example(find_example("assessment"), writer.ask)
    return open_space(home)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nine_are_published_one_of_them_after_an_objection_and_two_are_open(space: Any) -> None:
    states = {one["entity"]: one["state"] for one in space.ask("cases", {"workflow": "annual_assessment"})["cases"]}
    assert Counter(states.values()) == {"published": 9, "noticed": 1, "audited": 1}
    assert (states["YQ10"], states["YQ11"]) == ("noticed", "audited")
    whose = {"scorecard": CARD, "period": "2025"}
    rows = {row["entity"]: row for row in space.ask("scores", whose)["rows"]}
    assert [row["entity"] for row in rows.values() if row["score"] is None] == ["YQ11"]
    assert {entity for entity, row in rows.items() if row["quota"] == "A"} == {"YQ06", "YQ04", "YQ03"}
    told = space.ask("assessment", {**whose, "entity": "YQ05"})
    [objection] = told["objections"]
    assert objection["upheld"] is True


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_claimed_is_told_with_its_effect(space: Any) -> None:
    """860 in full; (1240 − 310) × 50%, no more than 400; and what is not on the list is not recognised."""
    bridge = space.ask("bridge", {"entity": "YQ02", "period": "2025"})
    said = str(bridge)
    assert "TZ-2025-03" in said
    score = space.ask("score", {"scorecard": CARD, "entity": "YQ02", "period": "2025"})
    [profit] = [one for group in score["items"] for one in group["parts"] if one["item"] == "district_profit"]
    assert (profit["value"], profit["channel"]) == ("5880", "assessed")  # 4620 + 860 + 400


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_industry_is_evaluated_too_and_measured_against_its_peers(space: Any) -> None:
    rows = space.ask("scores", {"scorecard": "financial_2006", "period": "2025"})["rows"]
    assert {row["entity"] for row in rows if row["score"] is not None} == {"YQ06", "YQ0601", "YQ10", "YQ1001"}
    told = space.ask("benchmark", {"entity": "YQ06", "period": "2025", "peers": "DB-ZB"})
    assert "too few" not in str(told)
