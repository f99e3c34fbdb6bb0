"""Examples: their steps put as questions to a space, told on stderr; the shipped ones from end to end."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from homes import STATEMENT, asked
from warned_homes import warned

from hengjian.app import open_space
from hengjian.app.config import is_space_name, read_config
from hengjian.app.demo import EXAMPLES, file_example, find_example, make_space
from hengjian.examples.plan import read_plan
from hengjian.examples.steps import Example, File, Filing, Move, Step
from hengjian.model.issue import Failure, Refused
from hengjian.people import ROLES

MAIN = "import sys; from hengjian.app import main; sys.exit(main())"
DAY = date(2026, 2, 10)
HIGH = "entity,measure,period,value\nE2,total_assets,2025-Q4,100\nE2,total_liabilities,2025-Q4,95\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warned(tmp_path_factory.mktemp("demo") / "home")


def play(home: Path, *steps: Step) -> None:
    file_example(Example(name="tiny", packs=("tiny",), steps=lambda: steps), open_space(home).ask)


def filing(text: str, *refused: str) -> Filing:
    file = File(name="figures.csv", data=text.encode())
    return Filing(day=DAY, form="observations", files=(file,), refused=refused, note="a note")


def test_steps_are_told_as_they_are_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "E2,total_assets,2025-Q4,about 100\n"
    play(
        home,
        filing(HIGH + wrong, "row 4, column 4", "'about 100' is not a number"),
        filing(HIGH),
        Move(day=DAY, entity="E2", rule="high_debt", transition="accept", actor="desk"),
        Move(day=date(2026, 2, 20), entity="E2", rule="high_debt", transition="close", actor="desk", note="paid back"),
    )
    (alert,) = asked(home, "alerts", entity="E2", rule="high_debt")["alerts"]
    assert alert["since"] == "2026-02-10"
    case = asked(home, "case", case=alert["case"])
    assert [(one["state"], one["day"], one["actor"]) for one in case["history"]][1:] == [
        ("handling", "2026-02-10", "desk"), ("closed", "2026-02-20", "desk"),
    ]  # fmt: skip
    out, err = capsys.readouterr()
    assert out == ""
    told = [line.partition(" s  ")[2] for line in err.splitlines()]
    assert told[0] == "a space with the packs tiny"
    assert told[1].startswith(
        "2026-02-10  observations (a note): refused, nothing was entered: figures.csv, row 4, column 4: "
    )
    assert told[2] == "2026-02-10  observations (a note): 1 file, 2 rows"
    assert told[3:5] == [
        f"2026-02-10  {alert['case']} E2 high_debt: accept, handling (desk)",
        f"2026-02-20  {alert['case']} E2 high_debt: close, closed (desk)",
    ]
    assert told[5].endswith("entities")


def test_an_example_that_does_not_go_as_it_says_stops(home: Path) -> None:
    with pytest.raises(Failure) as caught:
        play(home, filing(STATEMENT, "row 2"))
    assert caught.value.issue.message == "the example's figures.csv was entered, though it was made to be refused"
    with pytest.raises(Refused, match="no entity 'E9'"):
        play(home, filing(STATEMENT.replace("E1", "E9"), "'E8'"))
    with pytest.raises(Failure) as caught:
        play(home, Move(day=DAY, entity="E1", rule="loss", transition="accept", actor="desk"))
    assert caught.value.issue.message == "the example's E1 has no open case of loss"


def test_every_example_is_found_and_begins_with_its_enterprises() -> None:
    for path in EXAMPLES.iterdir():
        if path.is_dir() and not path.name.startswith("__"):
            example = find_example(path.name)
            first = next(iter(example.steps()))
            assert isinstance(first, Filing)
            assert is_space_name(example.name)
            assert first.form == "entities"


def test_a_plan_names_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        'name = "two"\npacks = ["finance"]\ntoday = 2024-05-01\n'
        '[[file]]\nform = "wide"\nfiles = ["a.csv", "b.csv"]\nknown_from = "2024-04-30"\nentity = "E1"\n'
        '[[file]]\nform = "wide"\nfiles = ["b.csv"]\nrefused = ["row 1"]\n'
    )
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(name.encode())
    plan = read_plan(tmp_path / "plan.toml")
    a, b = File(name="a.csv", data=b"a.csv"), File(name="b.csv", data=b"b.csv")
    assert (plan.name, plan.packs, plan.today) == ("two", ("finance",), date(2024, 5, 1))
    assert list(plan.steps()) == [
        Filing(day=date(2024, 4, 30), form="wide", files=(a, b), entity="E1"),
        Filing(day=None, form="wide", files=(b,), refused=("row 1",)),
    ]


def test_the_today_of_an_example_is_that_of_its_space(tmp_path: Path) -> None:
    for today in (date(2026, 1, 20), None):
        example = Example(name="empty", packs=("base",), steps=list, today=today)
        make_space(example, tmp_path / str(today))
        assert read_config(tmp_path / str(today)).today == today


# the demo of a district, from end to end


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, list[str]]]:
    """The space, the address and what was told, while the demo serves."""
    folder = tmp_path_factory.mktemp("district")
    with (folder / "told").open("w") as told:
        demo = subprocess.Popen(
            [sys.executable, "-c", MAIN, "demo", "--space", str(folder / "space"), "--port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told, text=True, cwd=folder,
        )  # fmt: skip
    assert demo.stdout is not None
    try:
        address = demo.stdout.readline()
        yield folder / "space", address, (folder / "told").read_text().splitlines()
        demo.send_signal(signal.SIGTERM)
        assert demo.communicate(timeout=60)[0] == "", "exactly one line"
    finally:
        demo.kill()
        demo.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_district_answers_at_its_address(district: tuple[Path, str, list[str]]) -> None:
    _, address, told = district
    assert address.startswith("http://127.0.0.1:"), told[-5:]
    with urllib.request.urlopen(address.strip(), timeout=60) as page:
        assert (page.status, "嘉城建设集团（示例）" in page.read().decode()) == (200, True)
    assert sum("refused, nothing was entered" in line for line in told) == 4
    assert told[-11].endswith("over 88 entities")
    assert told[-10] == "Sign in as (role and node, name, password):"
    assert [line.split()[0] for line in told[-9:]] == list(ROLES), "one for each role"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_district_has_its_alerts_and_cases(district: tuple[Path, str, list[str]]) -> None:
    space = open_space(district[0])
    assert space.ask("status")["today"] == "2026-01-20"
    alerts = {(one["entity"], one["rule"]): one for one in space.ask("alerts")["alerts"]}
    assert {key: one["since"] for key, one in alerts.items() if one["level"] == "red" and one["state"] == "raised"} == {
        ("JC020102", "debt_over_key_line"): "2025-04-22",
        ("JC0401", "quick_loss_with_cash_drain"): "2025-05-08",
        ("JC020102", "quick_loss_with_cash_drain"): "2025-10-08",
    }
    cleared = {key for key, one in alerts.items() if one["state"] == "cleared"}
    assert cleared == {
        ("JC0303", "debt_over_key_line"), ("JC0303", "quick_debt_over_alert_line"),
        ("JC0503", "quick_cash_short_of_debt"), ("JC0201", "quick_two_funds_outrun_income"),
    }  # fmt: skip
    cases = space.ask("cases")["cases"]
    states = [one["state"] for one in cases]
    assert {state: states.count(state) for state in set(states)} == {"closed": 14, "handling": 3, "open": 5}
    assert [(one["entity"], one["state"]) for one in cases if one["overdue"]] == [("JC0901", "open")]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_districts_office_has_its_totals(district: tuple[Path, str, list[str]]) -> None:
    space = open_space(district[0])
    groups = [f"JC{number:02}" for number in range(1, 12)]

    def value(entity: str, name: str, period: str) -> dict[str, Any]:
        question = {"entity": entity, "indicators": [name], "period": period}
        (found,) = space.ask("show", question)["values"]
        return dict(found)

    for line in ("operating_income", "total_profit", "net_profit_parent", "total_assets"):
        total = 0.0
        for group in groups:
            total += value(group, f"quick_{line}", "2025-11")["value"]
        assert value("JCGZ", f"office_{line}", "2025-11")["value"] == total, line
        assert value("JCGZ", f"office_{line}", "2025-12")["missing"]["reason"] == "not_reported", "JC03 has not filed"
    growth = value("JCGZ", "office_operating_income_yoy", "2025-03")["value"]
    alike = value("JCGZ", "office_operating_income_like_for_like", "2025-03")["value"]
    assert growth > alike + 0.03, "JC11 was not yet there a year before"
    with urllib.request.urlopen(f"{district[1].strip()}/operation".replace("//o", "/o"), timeout=60) as page:
        text = page.read().decode()
    assert "已报 11/11 户" in text
    assert "2025-12 尚未报齐" in text
    assert text.count("嘉城民生服务集团（示例）") == 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_district_has_its_register_of_property_rights(district: tuple[Path, str, list[str]]) -> None:
    space = open_space(district[0])
    ours = ("management_level_over_limit", "held_without_control", "minority_without_dividends")
    raised = {
        (one["rule"], one["entity"], one["since"]) for one in space.ask("alerts")["alerts"] if one["rule"] in ours
    }
    assert raised == {
        ("management_level_over_limit", "JC0103010101", "2023-01-04"),
        ("held_without_control", "JC0204", "2025-03-05"),
        ("minority_without_dividends", "JC0804", "2025-09-18"),
    }
    classes = {
        "JC01": 1, "JC10": 1, "JC0402": 2, "JC040201": 3, "JC0505": 4, "JC070201": 4, "JC060301": 5, "JC050101": 5,
        "JC050104": 0,
    }  # fmt: skip
    for entity, code in classes.items():
        (value,) = space.ask("show", {"entity": entity, "indicators": ["state_class"], "period": "2025-12"})["values"]
        assert value["value"] == code, entity


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", ["JC03", "JC07", "JC09", "JC10"])
def test_single_companies_put_together_tie_out_with_the_groups_statements(
    district: tuple[Path, str, list[str]], group: str
) -> None:
    """Audited, 2024, to the few yuan of rounding: groups that control none of those that stand in the register only."""
    pairs = {
        "controlled_net_profit": "net_profit", "parent_net_profit": "net_profit_as_parent",
        "minority_net_profit": "net_profit_as_minority_interest", "minority_net_assets": "equity_as_minority_interest",
    }  # fmt: skip
    question = {"entity": group, "indicators": [*pairs, *pairs.values()], "period": "2024-Q4"}
    value = {one["indicator"]: one["value"] for one in open_space(district[0]).ask("show", question)["values"]}
    for ours, stated in pairs.items():
        assert value[ours] == pytest.approx(value[stated], rel=0, abs=5), ours


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_district_remembers_what_was_known(district: tuple[Path, str, list[str]]) -> None:
    """A digit was lost in September 2024's cash of JC0503, and found on 21 October."""
    space = open_space(district[0])

    def cash(known_at: str) -> float:
        question = {"entity": "JC0503", "indicators": ["quick_cash"], "period": "2024-09", "as_known_at": known_at}
        (value,) = space.ask("show", question)["values"]
        found: float = value["value"]
        return found

    assert cash("2024-10-20") == pytest.approx(cash("2024-10-21") / 10, abs=100)
    taken_back = {"entity": "JC0604", "indicators": ["quick_guarantee_balance"], "period": "2025-06"}
    (value,) = space.ask("show", taken_back)["values"]
    assert value["missing"]["reason"] == "withdrawn"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_district_is_proven_by_its_ledger(district: tuple[Path, str, list[str]]) -> None:
    from hengjian.app.upkeep import audit

    assert audit(district[0], {})["ok"] is True
