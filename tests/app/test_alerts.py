"""Alerts of a space: what filings, corrections, other attributes and other packs do to them."""

import json
from pathlib import Path

import pytest
from warned_homes import (
    RULES,
    STATEMENT,
    TITLES,
    TODAY,
    WARNED,
    asked,
    at_desk,
    copied,
    debt,
    file_debt,
    filed,
    set_today,
    size,
    standing,
    warned,
    write_pack,
)

from hengjian.app.alerts import supervise
from hengjian.app.desk import Desk, NeedsWriting, open_desk
from hengjian.app.local import answer_here
from hengjian.app.submission import Submission
from hengjian.app.submit import prepare
from hengjian.model.issue import Refused

HIGH = ("high_debt", "E2")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space without figures. To be copied."""
    return warned(tmp_path_factory.mktemp("warned") / "home")


@pytest.fixture
def home(blank: Path, tmp_path: Path) -> Path:
    return copied(blank, tmp_path / "home")


def told(receipt: dict) -> list[tuple[str, str, str, str]]:
    """The alerts of a receipt: rule, event, period and the alert's name."""
    return [(one["rule"], one["event"], one["period"], one["alert"]) for one in receipt["alerts"]]


def test_raised_changed_cleared_and_raised_anew(home: Path) -> None:
    first = file_debt(home, "E2", "2022-Q1", 80)
    assert told(first) == [("high_debt", "raised", "2022-Q1", "A000004")]
    second = file_debt(home, "E2", "2022-Q2", 85)
    assert told(second) == [("high_debt", "changed", "2022-Q2", "A000004")]
    raised = standing(home)[HIGH]
    assert (raised["alert"], raised["value"], raised["threshold"], raised["unit"]) == ("A000004", 0.85, 0.7, "ratio")
    assert told(file_debt(home, "E2", "2022-Q3", 50))[0][:3] == ("high_debt", "cleared", "2022-Q3")
    cleared = standing(home)[HIGH]
    assert (cleared["alert"], cleared["state"], cleared["value"]) == ("A000004", "cleared", 0.5)
    assert cleared["message"]["en"] == "Debt ratio 85%, red line 70%"
    again = file_debt(home, "E2", "2022-Q4", 90)["alerts"][0]
    assert (again["event"], again["earlier"]) == ("re_raised", "A000004")
    assert again["alert"] == f"A{again_entry(home):06d}", "the entry that raised it names it"
    assert again["case"] == first["alerts"][0]["case"], "the open case goes on"


def again_entry(home: Path) -> int:
    """The entry of the last event of the alert."""
    answer = asked(home, "alert", alert=standing(home)[HIGH]["alert"])
    return int(answer["events"][-1]["entry"])


def test_a_closed_case_does_not_go_on(home: Path) -> None:
    case = file_debt(home, "E2", "2022-Q1", 80)["alerts"][0]["case"]
    asked(home, "move", case=case, transition="accept", note="", actor="clerk")
    asked(home, "move", case=case, transition="close", note="repaid", actor="clerk")
    file_debt(home, "E2", "2022-Q2", 50)
    other = file_debt(home, "E2", "2022-Q3", 90)["alerts"][0]["case"]
    assert other not in (None, case)
    assert asked(home, "case", case=other)["subject"]["alert"] == standing(home)[HIGH]["alert"]
    old = asked(home, "case", case=case)
    assert (old["alert"]["event"], old["alert"]["case"]) == ("cleared", case), "the old case keeps its own alert"
    assert [one["case"] for one in asked(home, "cases", open=True)["cases"]] == [other]


def test_a_raised_alert_keeps_its_closed_case(home: Path) -> None:
    """A case may be closed while the alert stands; what is filed next changes the alert and opens nothing."""
    case = file_debt(home, "E2", "2022-Q1", 80)["alerts"][0]["case"]
    asked(home, "move", case=case, transition="accept", note="", actor="clerk")
    asked(home, "move", case=case, transition="close", note="agreed with the bank", actor="clerk")
    changed = file_debt(home, "E2", "2022-Q2", 81)["alerts"][0]
    assert (changed["event"], changed["case"]) == ("changed", case)
    assert len(asked(home, "cases")["cases"]) == 1


def test_a_missing_input_leaves_the_alert_as_it_is(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)
    before = size(home)
    receipt = filed(home, TITLES + "E2,total_assets,2022-Q2,1000\n")
    assert (receipt["alerts"], size(home)) == ([], before + 1)
    assert standing(home)[HIGH]["period"] == "2022-Q1"
    assert told(filed(home, TITLES + "E2,total_liabilities,2022-Q2,300\n"))[0][1] == "cleared"


def test_a_correction_and_a_withdrawal_are_looked_at(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)
    assert told(filed(home, TITLES + "E2,total_liabilities,2022-Q1,60\n"))[0][1] == "cleared"
    assert told(file_debt(home, "E2", "2022-Q2", 90))[0][1] == "re_raised"
    gone = filed(home, TITLES + "E2,total_liabilities,2022-Q2,撤回\nE2,total_assets,2022-Q2,撤回\n")
    assert [one[:3] for one in told(gone)] == [("high_debt", "cleared", "2022-Q1")], "the quarter before is the latest"


@pytest.mark.parametrize(
    "taken",
    ["E2,total_liabilities,2022-Q2,撤回\nE2,total_assets,2022-Q2,撤回\n", "E2,total_liabilities,2022-Q2,撤回\n"],
)
def test_what_stood_on_a_withdrawn_figure_stands_no_more(home: Path, taken: str) -> None:
    file_debt(home, "E2", "2022-Q2", 80)
    gone = filed(home, TITLES + taken)
    assert [one[:3] for one in told(gone)] == [("high_debt", "cleared", "2022-Q2")]
    assert (standing(home)[HIGH]["value"], standing(home)[HIGH]["threshold"]) == (None, 0.7)


def test_an_audit_that_is_not_complete_clears_nothing(home: Path) -> None:
    file_debt(home, "E2", "2022-Q2", 80)
    audited = "entity,measure,period,value,basis\nE2,total_assets,2022-Q2,200,audited\n"
    assert told(filed(home, audited)) == []
    assert standing(home)[HIGH]["state"] == "raised"


def test_a_period_that_has_not_begun_hides_nothing(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)
    assert told(file_debt(home, "E2", "2062-Q1", 10)) == [], "a slip in the year is no all-clear"
    assert told(file_debt(home, "E2", "2022-Q2", 50))[0][:3] == ("high_debt", "cleared", "2022-Q2")


def test_an_old_period_does_not_matter_any_more(home: Path) -> None:
    file_debt(home, "E2", "2022-Q2", 50)
    assert told(file_debt(home, "E2", "2022-Q1", 90)) == []
    assert standing(home) == {}


def test_each_rule_looks_at_its_own_latest_period(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)
    receipt = filed(home, TITLES + "E2,net_profit,2022-Q2,-5\n")
    assert told(receipt)[0][:3] == ("loss", "raised", "2022-Q2")
    assert receipt["alerts"][0]["case"] is None, "the rule opens none"
    assert standing(home)[HIGH]["period"] == "2022-Q1"


def test_the_line_is_that_of_the_industry_and_of_the_day(home: Path) -> None:
    assert told(file_debt(home, "E1", "2022-Q4", 72)) == [], "power: 75 %"
    assert told(file_debt(home, "E2", "2022-Q4", 72))[0][1] == "raised"
    assert standing(home)[HIGH]["threshold"] == 0.7
    file_debt(home, "E1", "2023-Q1", 73)
    assert standing(home)[("high_debt", "E1")]["threshold"] == 0.72, "the notice of 2022 holds from 2023"


def test_another_industry_is_another_line(home: Path) -> None:
    assert told(file_debt(home, "E1", "2022-Q4", 72)) == []
    receipt = filed(home, "entity,type,name,industry\nE1,enterprise,北方贸易,trading\n", form="entities")
    assert told(receipt)[0][:3] == ("high_debt", "raised", "2022-Q4")
    assert receipt["alerts"][0]["filing"] == receipt["filing"]
    again = filed(
        home, "entity,type,name,valid_from,industry\nE1,enterprise,北方电力,2022-07-01,power\n", form="entities"
    )  # fmt: skip
    assert told(again)[0][1] == "cleared"


def test_a_newer_pack_is_looked_at_for_everybody(home: Path, tmp_path: Path) -> None:
    file_debt(home, "E1", "2022-Q4", 60)
    file_debt(home, "E2", "2022-Q4", 69)
    assert standing(home) == {}
    stricter = WARNED["parameters.yaml"].replace("default: 70%, power: 75%", "default: 65%, power: 55%")
    newer = {**WARNED, "parameters.yaml": stricter, "pack.yaml": WARNED["pack.yaml"].replace("0.1.0", "0.2.0")}
    upgrade(home, tmp_path / "second", newer)
    found = standing(home)
    assert {pair: one["threshold"] for pair, one in found.items()} == {HIGH: 0.65, ("high_debt", "E1"): 0.55}
    assert {one["filing"] for one in found.values()} == {None}, "no filing led to it"
    assert {one["since"] for one in found.values()} == {TODAY}
    without = {**newer, "rules/debt.yaml": RULES[RULES.index("loss:") :]}
    upgrade(home, tmp_path / "third", {**without, "pack.yaml": WARNED["pack.yaml"].replace("0.1.0", "0.3.0")})
    assert {one["state"] for one in standing(home).values()} == {"cleared"}, "no pack warns of it any more"
    del without["rules/debt.yaml"]
    upgrade(home, tmp_path / "fourth", {**without, "pack.yaml": WARNED["pack.yaml"].replace("0.1.0", "0.4.0")})
    assert len(asked(home, "alerts")["alerts"]) == 2, "what was warned of can be read for good"


def upgrade(home: Path, folder: Path, files: dict[str, str]) -> None:
    asked(home, "upgrade", pack=str(write_pack(folder, files)))


def test_a_rule_that_is_new_finds_what_was_filed_before(home: Path, tmp_path: Path) -> None:
    filed(home, TITLES + "E1,pledged_assets,2022-Q4,30\nE1,total_assets,2022-Q4,40\n")
    more = RULES + RULES[RULES.index("loss:") : RULES.index("growing_debt:")].replace("loss:", "pledged:").replace(
        "net_profit", "pledged_assets"
    ).replace("< 0", "> total_assets * 50%")
    upgrade(home, tmp_path / "second", {
        **WARNED, "rules/debt.yaml": more, "pack.yaml": WARNED["pack.yaml"].replace("0.1.0", "0.2.0")
    })  # fmt: skip
    found = standing(home)[("pledged", "E1")]
    assert (found["value"], found["threshold"], found["unit"]) == (30, 20, "CNY")


def test_days_are_those_that_filings_claim(home: Path) -> None:
    """An archive dates its alerts by when it was known, a story by its own day, else by the space's."""
    old = file_debt(home, "E2", "2022-Q1", 80, known_from="2022-04-20")["alerts"][0]
    assert (old["since"], old["day"]) == ("2022-04-20", "2022-04-20")
    story = file_debt(home, "E2", "2022-Q2", 81, today="2022-07-15")["alerts"][0]
    assert (story["since"], story["day"]) == ("2022-04-20", "2022-07-15")
    rows = "entity,measure,period,value,known_from\n" + "".join(
        f"E2,{measure},2022-Q3,{value},{day}\n"
        for measure, value, day in (("total_assets", 100, "2022-10-21"), ("total_liabilities", 82, "2022-10-25"))
    )  # fmt: skip
    assert filed(home, rows)["alerts"][0]["day"] == "2022-10-25", "the last day on which a row was known"
    set_today(home, "2026-05-01")
    assert file_debt(home, "E2", "2022-Q4", 83)["alerts"][0]["day"] == "2026-05-01"
    case = asked(home, "cases")["cases"][0]
    assert (case["opened"], case["deadline"], case["overdue"]) == ("2022-04-20", "2022-05-20", True)


def test_a_repeat_tells_the_same_alerts_and_enters_nothing(home: Path) -> None:
    first = file_debt(home, "E2", "2022-Q1", 80)
    before = size(home)
    again = file_debt(home, "E2", "2022-Q1", 80)
    assert (again["repeated"], again["alerts"]) == (True, first["alerts"])
    assert size(home) == before


def test_alerts_by_state_entity_rule_and_as_known_then(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)  # entry 3, its alert 4, its case 5
    filed(home, TITLES + "E1,net_profit,2022-Q1,-1\n")  # 6 and 7
    file_debt(home, "E2", "2022-Q2", 10)  # 8 and 9: cleared
    assert [one["rule"] for one in asked(home, "alerts")["alerts"]] == ["loss", "high_debt"], "the latest first"
    assert standing(home, state="raised").keys() == {("loss", "E1")}
    assert standing(home, state="cleared").keys() == {HIGH}
    assert standing(home, entity="E2").keys() == {HIGH}
    assert standing(home, rule="loss").keys() == {("loss", "E1")}
    assert standing(home, as_known_at="entry:4") == {}
    assert standing(home, as_known_at="entry:9")[HIGH]["state"] == "raised"
    assert standing(home, as_known_at="entry:10")[HIGH]["state"] == "cleared"
    found = standing(home)[HIGH]
    assert (found["name"], found["label"]["zh"]) == ("港口贸易", "负债率超红线")
    assert found["attributes"] == {"industry": "trading"}


def test_one_alert_with_its_events(home: Path) -> None:
    file_debt(home, "E2", "2022-Q1", 80)
    file_debt(home, "E2", "2022-Q2", 10)
    file_debt(home, "E2", "2022-Q3", 90)
    last = standing(home)[HIGH]["alert"]
    for name in ("A000004", last):
        answer = asked(home, "alert", alert=name)
        assert answer["alert"] == last
        assert [one["event"] for one in answer["events"]] == ["raised", "cleared", "re_raised"]
        assert [one["alert"] for one in answer["events"]] == ["A000004", "A000004", last]
    for name in ("A000099", "A000003", "F000004", "A4", "4", "", "A", "AF000004", "A" + "9" * 40):
        with pytest.raises(Refused) as caught:
            asked(home, "alert", alert=name)
        assert [(one.message, one.hint) for one in caught.value.issues] == [
            (f"no alert is called {name!r}", "`hengjian alerts SPACE` lists them")
        ]


def test_a_rule_is_explained_like_an_indicator(home: Path) -> None:
    file_debt(home, "E2", "2022-Q4", 80)
    asked_for = {"entity": "E2", "rule": "high_debt", "period": "2022-Q4"}
    answer = asked(home, "explain", **asked_for)
    assert (answer["indicator"], answer["value"], answer["unit"]) == ("high_debt", True, "ratio")
    assert (answer["tree"]["op"], answer["tree"]["text"]) == ("greater", "debt_ratio > red_line")
    assert [(one["measure"], one["value"], one["filing"], one["cell"]) for one in answer["leaves"]] == [
        ("total_liabilities", 80, "F000003", "D3"), ("total_assets", 100, "F000003", "D2"),
    ]  # fmt: skip
    assert [(one["name"], one["value"], one["source"]) for one in answer["parameters"]] == [
        ("red_line", 0.7, "Notice 1 of 2021, article 2")
    ]
    plain = {"entity": "E2", "indicator": "high_debt", "period": "2022-Q4"}
    assert asked(home, "explain", **plain) == answer, "names are declared once, so that a rule's is enough"
    file_debt(home, "E2", "2022-Q4", 10)
    assert asked(home, "explain", **asked_for)["value"] is False
    assert asked(home, "explain", **asked_for, as_known_at="entry:4")["value"] is True, "as it was warned of"
    for rule, hint in (("los", "did you mean loss?"), ("x", "no pack declares it")):
        with pytest.raises(Refused) as caught:
            asked(home, "explain", **{**asked_for, "rule": rule})
        assert [(one.message, one.hint) for one in caught.value.issues] == [(f"no rule is called {rule!r}", hint)]
    assert asked(home, "declarations")["rules"]["high_debt"] == {
        "label": {"zh": "负债率超红线", "en": "Debt above the red line"}, "level": "red", "type": "enterprise",
        "source": "Notice 1 of 2021, article 2", "formula": "debt_ratio > red_line",
    }  # fmt: skip


def everything(home: Path) -> tuple[int, str]:
    """Entries, alerts and cases as a text."""
    return size(home), json.dumps([asked(home, "alerts"), asked(home, "cases")], sort_keys=True)


def a_history(home: Path) -> None:
    """Alerts raised, changed and cleared, and a case closed."""
    case = file_debt(home, "E2", "2022-Q1", 80)["alerts"][0]["case"]
    file_debt(home, "E1", "2022-Q1", 80)
    asked(home, "move", case=case, transition="accept", note="", actor="clerk")
    file_debt(home, "E2", "2022-Q2", 50)
    asked(home, "move", case=case, transition="close", note="repaid", actor="clerk")


def test_alerts_and_cases_are_rebuilt_from_the_ledger(home: Path) -> None:
    a_history(home)
    before = everything(home)
    answer = asked(home, "rebuild")
    assert answer["same"] is True
    assert "event" in answer["tables"]
    assert everything(home) == before
    (home / "store.duckdb").unlink()
    assert everything(home) == before, "tables that are gone are made again"
    assert asked(home, "rebuild")["tables"] == answer["tables"]


def test_looking_at_everything_again_enters_nothing(home: Path) -> None:
    a_history(home)
    before = everything(home)
    desk = at_desk(home)
    try:
        desk.store.note_supervised(0)
        assert supervise(desk) == []
        assert desk.store.supervised_through == desk.log.size
    finally:
        desk.close()
    assert everything(home) == before


def cut_short(home: Path, text: str) -> None:
    """File as a process does that dies right after the filing's commit, before the rules are looked at."""
    desk = at_desk(home)
    try:
        question = {
            "files": [{"name": "f.csv", "data": text.encode()}], "form": "observations", "actor": "tester",
            "known_from": "2022-04-20",
        }  # fmt: skip
        prepared = prepare(desk, Submission.of(question))
        desk.log.append(prepared.drafts)  # type: ignore[union-attr]
        desk.settle()
    finally:
        desk.close()


@pytest.mark.parametrize("also", ["nothing", "tables", "rebuild"])
def test_what_a_crash_left_is_completed_once(home: Path, also: str) -> None:
    file_debt(home, "E1", "2022-Q1", 80)
    before = size(home)
    cut_short(home, TITLES + debt("E2", "2022-Q1", 80))
    if also == "tables":
        (home / "store.duckdb").unlink()
    if also == "rebuild":
        assert asked(home, "rebuild")["same"] is True
    assert size(home) == before + 1, "the filing stands by itself"
    found = standing(home)[HIGH]
    assert (found["since"], found["filing"]) == ("2022-04-20", f"F{before:06d}")
    assert size(home) == before + 3, "its alert and its case are made up for"
    standing(home)
    assert size(home) == before + 3


def test_the_next_submission_completes_it_too(home: Path) -> None:
    before = size(home)
    cut_short(home, TITLES + debt("E2", "2022-Q1", 80))
    receipt = file_debt(home, "E1", "2022-Q1", 80)
    assert told(receipt)[0][0] == "high_debt", "a receipt tells its own alerts"
    assert len(receipt["alerts"]) == 1
    assert standing(home)[HIGH]["filing"] == f"F{before:06d}"
    assert size(home) == before + 2 + 4


def test_a_question_about_alerts_that_cannot_look_at_the_rules_asks_for_the_key(home: Path) -> None:
    cut_short(home, TITLES + debt("E2", "2022-Q1", 80))
    with pytest.raises(NeedsWriting):
        answer_here(home, "alerts", {}, write=False)
    assert len(answer_here(home, "alerts", {}, write=True)["alerts"]) == 1
    assert len(answer_here(home, "alerts", {}, write=False)["alerts"]) == 1
    desk = open_desk(home, write=True, append=False)
    try:
        assert isinstance(desk, Desk)
        assert not desk.append
    finally:
        desk.close()


def test_a_space_without_rules_has_no_alerts(tmp_path: Path) -> None:
    bare = {name: text for name, text in WARNED.items() if not name.startswith(("rules/", "workflows/"))}
    home = warned(tmp_path / "home", bare)
    assert filed(home, STATEMENT)["alerts"] == []
    assert asked(home, "alerts") == {"alerts": []}
    assert asked(home, "cases")["cases"] == []
