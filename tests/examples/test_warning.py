"""澜江市: its books tie out, its files are what the forms ask for, and its alerts stand where the story puts them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hengjian.app import open_space
from hengjian.app.demo import file_example, find_example, make_space
from hengjian.app.serve import at_work
from hengjian.examples.steps import Filing, Move
from hengjian.examples.warning.books import HELD, MONTHS, consolidated, enterprises, groups, months, of_parent, own
from hengjian.examples.warning.story import EXAMPLE
from hengjian.examples.warning.watch import monthly, quarterly
from hengjian.load import find_pack, load_pack
from hengjian.people import ROLES


def test_thirty_invented_enterprises_of_four_groups_in_four_layers() -> None:
    known = enterprises()
    assert len(groups()) == 4
    assert len(known) == 32
    assert {len(one) // 2 - 1 for one in known} == {1, 2, 3, 4}
    assert all(one.name.startswith("澜江") and one.name.endswith("（示例）") for one in known.values())
    assert all(one.parent in known or not one.parent for one in known.values())
    assert all(one.id.startswith(one.parent) for one in known.values())


def test_books_balance_and_roll_forward() -> None:
    """Debt is what the rest leaves open; what changes it besides is cash from operations, interest, plant."""
    for entity in enterprises():
        before = None
        for month in range(MONTHS):
            now = own(entity, month)
            assert now["cash"] + sum(now[line] for line in HELD) == now["payables"] + now["debt"] + now["equity"]
            assert now["debt"] >= 0
            assert now["cash"] >= 0
            flows = months(entity)[month].flows
            if before is not None:
                moved = flows["operating_cash"] - flows["interest"] - flows["capital"]
                assert now["cash"] - before["cash"] == moved + now["debt"] - before["debt"], (entity, month)
            before = now


def test_what_is_consolidated_is_the_sum_and_the_parents_part_is_less() -> None:
    for group in groups():
        whole = consolidated(group, MONTHS - 1)
        assert whole["equity"] == sum(own(one, MONTHS - 1)["equity"] for one in enterprises() if one.startswith(group))
        assert of_parent(group, MONTHS - 1, "equity") <= whole["equity"]


def test_twenty_four_months_of_filings_and_persons_of_every_role() -> None:
    filed = [step for step in EXAMPLE.steps() if isinstance(step, Filing)]
    notes = [step.note for step in filed if step.form == "quick_report"]
    assert [note.partition(" ")[0] for note in notes[1:]] == [
        f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)
    ]  # fmt: skip
    assert {step.form for step in filed} >= {"risk_monthly", "risk_quarterly", "risk_ledger", "local_debt", "ownership"}
    assert {one.role for one in EXAMPLE.members} == set(ROLES)


def test_counts_are_filed_as_they_are_and_money_in_ten_thousands() -> None:
    month = (2025 - 2023) * 12 + 11
    row = quarterly("LJ0303", month)
    assert row["发现循环贸易"] == "2"
    assert row["本年违规经营投资资产损失"] == "620.00"
    assert monthly("LJ0104", month)["未销号重大隐患（项）"] == "1"


def test_the_story_is_the_same_every_time() -> None:
    program = (
        "import hashlib; from hengjian.examples.warning.story import EXAMPLE;"
        "print(hashlib.sha256(repr(list(EXAMPLE.steps())).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "7")
    }
    assert len(found) == 1


# the space, filed from end to end


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("warning") / "space"
    example = find_example("warning")
    make_space(example, home)
    with at_work(home) as writer:
        file_example(example, writer.ask)
    return open_space(home)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_rules_of_every_area_fire_and_the_lowest_enterprise_is_named(space: Any) -> None:
    alerts = space.ask("alerts")["alerts"]
    pack, _ = load_pack(find_pack("early_warning"), "early_warning")
    assert pack is not None
    areas = {rule.name: rule.area for rule in pack.rules}
    assert {areas[one["rule"]] for one in alerts if one["rule"] in areas} == set(areas.values())
    assert len({one["rule"] for one in alerts if one["rule"] in areas}) >= 45
    cause = {(one["rule"], one["entity"]): one["cause"] for one in alerts}
    for owner in ("LJ01", "LJ0101", "LJ010101", "LJ01010101"):
        assert cause["debt_overdue", owner] == "LJ01010101"
        assert cause["major_risk_event", owner] == "LJ01010101"
    assert cause["guarantee_between_siblings", "LJ03"] == "LJ03030101"
    assert ("guarantee_for_insolvent", "LJ01") in cause
    levels = {(one["rule"], one["entity"]): one["level"] for one in alerts if one["state"] == "raised"}
    assert levels["local_debt_ratio_colours", "LJGZ"] == "orange"
    assert levels["hazards_recur", "LJ0201"] == "orange"
    assert levels["trade_circular", "LJ0303"] == "red"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_existing_risks_tie_out_for_every_owner_and_the_office(space: Any) -> None:
    def shown(entity: str, prefix: str) -> dict[str, float]:
        names = [f"{prefix}risk_{part}{what}" for what in ("", "_number") for part in PARTS]
        found = space.ask("show", {"entity": entity, "indicators": names, "period": "2025-12"})["values"]
        return {one["indicator"].removeprefix(prefix): one["value"] for one in found}

    whole = shown("LJGZ", "office_")
    each = [shown(one, "") for one in groups()]
    for one in (whole, *each, shown("LJ010101", "")):
        for what in ("", "_number"):
            begun, new, gone, left = (one[f"risk_{part}{what}"] for part in PARTS)
            assert begun + new - gone == pytest.approx(left, abs=1)
    for name, figure in whole.items():
        assert figure == pytest.approx(sum(one[name] for one in each), abs=1)
    assert whole["risk_remaining_number"] == 9


PARTS = ("begin", "new", "disposed", "remaining")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_work_on_alerts_is_where_the_story_leaves_it(space: Any) -> None:
    moves = [step for step in EXAMPLE.steps() if isinstance(step, Move)]
    assert {step.transition for step in moves} >= {
        "assign", "confirm", "dismiss", "recognise", "grade", "plan", "report", "extend", "escalate", "submit", "close",
        "first_report",
    }  # fmt: skip
    states = {}
    for case in space.ask("cases")["cases"]:
        states.setdefault((case["entity"], case["subject"].get("rule")), case["state"])
    assert states["LJ0202", "major_hazard_open"] == "closed"
    assert states["LJ0103", "debt_burden_above_peers"] == "false_alarm"
    assert states["LJ01010101", "major_risk_event"] == "reported"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_ledger_that_does_not_tie_out_is_refused(space: Any, tmp_path: Path) -> None:
    from hengjian.model.issue import Refused

    text = "存量风险台账\n期间,2025-12\n金额单位,万元\n"
    text += "风险编号,本年新增风险金额,本年处置化解金额,期末存量风险金额\nFX004,0,0,1400\n"
    question = {"files": [{"name": "台账.csv", "data": text.encode()}], "form": "risk_ledger"}
    with pytest.raises(Refused, match="not"):
        space.ask("submit", question)
