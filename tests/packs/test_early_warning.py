"""The pack early_warning: its rules are whole and their published lines exact, its workflows keep their clocks."""

import importlib.util
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from published_lines import LINES
from test_worked_cases import Desk, shipped

from hengjian.casework import Case, begin, due, move
from hengjian.casework.workdays import after
from hengjian.formula.check import check
from hengjian.formula.term import Formula, Programme
from hengjian.load import assemble, find_pack, with_required
from hengjian.model.declaration import Pack, part_name
from hengjian.model.issue import Refused
from hengjian.model.workflow import LEVELS, Span, Workflow

ROOT = Path(__file__).parents[2]
#: 重点领域.
AREAS = {
    "debt": "债务", "cash": "资金", "investment": "投资", "trade": "贸易", "guarantee": "担保", "two_funds": "两金",
    "compliance": "合规", "safety": "安全", "property": "产权", "governance": "公司治理",
}  # fmt: skip
#: Rules whose lines a document publishes, with its number where it has one.
PUBLISHED = {
    "debt_ratio_base_lines": "中共中央办公厅 国务院办公厅2018年9月13日印发",
    **dict.fromkeys(("debt_ratio_lower_value_line", "local_debt_ratio_colours")),
    **dict.fromkeys(
        (
            "guarantees_over_group_limit", "guarantees_over_own_limit", "guarantee_for_outsiders",
            "guarantee_above_minority_share", "guarantee_excess_unapproved", "guarantee_for_financial",
            "guarantee_between_siblings", "guarantee_for_liquidated", "guarantee_for_insolvent", "guarantee_for_bled",
        ),
        "国资发财评规〔2021〕75号",
    ),
    **dict.fromkeys(("major_risk_event", "under_investigation"), "国资发监督规〔2021〕103号"),
    "asset_losses": "国务院国资委令第46号", "stakes_without_dividends": "国资发改革规〔2023〕41号",
    "registration_overdue": "国务院国资委令第29号",
    **dict.fromkeys(
        (
            "trade_off_main", "trade_insiders", "trade_added_links", "trade_financing", "trade_empty", "trade_circular",
            "trade_irregular", "trade_receipts", "trade_agency_income", "trade_without_controls",
        ),
        "国资发财评规〔2023〕74号",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped("early_warning")


@pytest.fixture(scope="module")
def programme(pack: Pack) -> Programme:
    catalogue, issues = assemble(with_required([pack]))
    assert issues == ()
    assert catalogue is not None
    made, issues = check(catalogue)
    assert issues == ()
    assert made is not None
    return made


# the rules are whole


def test_ten_areas_with_five_rules_each_or_more(pack: Pack, programme: Programme) -> None:
    areas = programme.catalogue.areas
    assert {name: one.label.zh for name, one in areas.items() if name in AREAS} == AREAS
    found = [rule.area for rule in pack.rules]
    assert len(found) >= 45
    assert {area: found.count(area) >= 5 for area in AREAS} == dict.fromkeys(AREAS, True)
    assert set(found) == AREAS.keys()
    told = find_pack("early_warning")["README.md"].decode()
    assert f"{len(found)} rules in ten areas" in told
    assert f"十个领域 {len(found)} 条" in told
    assert f"({sum(rule.confidence == 'source' for rule in pack.rules)} rules, with its number" in told


def test_every_rule_says_whose_it_is_and_how_sure(pack: Pack) -> None:
    for rule in pack.rules:
        assert rule.confidence in ("source", "mem", "own"), rule.name
        assert rule.owner is not None, rule.name
        assert rule.tiers, rule.name
        assert {tier.level for tier in rule.tiers} <= set(LEVELS), rule.name
        assert rule.opens in ("risk_case", "risk_event"), rule.name
        assert rule.days, rule.name
        assert rule.working, rule.name
        assert any("\u4e00" <= sign <= "\u9fff" for sign in rule.label.zh + rule.message.zh), rule.name
        assert (rule.label.en + rule.message.en).isascii(), rule.name
        assert "（本包自定）" in rule.source or rule.confidence != "own", rule.name
        assert "（凭记忆，待核）" in rule.source or rule.confidence != "mem", rule.name
        assert not (rule.document and rule.confidence == "own"), rule.name
    assert {rule.name: rule.document for rule in pack.rules if rule.confidence == "source"} == PUBLISHED


def test_a_message_names_a_figure(pack: Pack) -> None:
    links_only = {"guarantee_for_insolvent", "guarantee_for_bled"}
    for rule in pack.rules:
        assert ("{" in rule.message.zh and "{" in rule.message.en) or rule.name in links_only, rule.name


def test_every_rule_fires_in_a_case_and_does_not_in_one_beside_it(pack: Pack) -> None:
    for rule in pack.rules:
        cases = [case for case in pack.cases if f"alerts {rule.name}" in case.expect]
        fired = {one for case in cases for one in case.expect[f"alerts {rule.name}"]}
        present = {row[rule.type] for case in cases for row in case.given if rule.type in row}
        assert fired, f"{rule.name} fires nowhere"
        assert present - fired, f"{rule.name} has no near miss"


def test_every_indicator_has_a_worked_case(pack: Pack) -> None:
    worked = {
        name
        for case in pack.cases
        for name, expected in case.expect.items()
        if isinstance(expected, Mapping) and any(text[0] in "-0123456789" for text in expected.values())
    }
    assert {one.name for one in pack.indicators} <= worked


# published lines, each on itself and a step beyond


def parts(programme: Programme, rule: str) -> Iterator[tuple[str, Formula]]:
    for level, name in programme.catalogue.rules[rule].levels:
        yield level, programme.parts.get(name) or programme.rules[name]


def told(programme: Programme, folder: Path) -> list[str | None]:
    """The gravest level that the figures of each of LINES are raised at."""
    measures = programme.catalogue.measures
    periods = {"month": "2025-06", "quarter": "2025-Q2", "year": "2025"}
    rows = []
    for number, (rule, figures, _) in enumerate(LINES):
        kind = programme.catalogue.rules[rule].type
        about = {name: str(one) for name, one in figures.items() if name not in measures}
        by_period: dict[str, dict[str, str]] = {}
        for name, one in figures.items():
            if name in measures:
                by_period.setdefault(periods[measures[name].frequency], {})[name] = str(one)
        rows += [{kind: f"L{number}", "period": period, **about, **said} for period, said in by_period.items()]
    desk = Desk(programme, folder / "lines.duckdb")
    desk.file_all(tuple(rows))
    wanted = {one.name: one for rule in {line[0] for line in LINES} for _, one in parts(programme, rule)}
    found = desk.values(wanted.values(), "2025-06", "")
    desk.store.close()
    return [
        next((level for level, one in parts(programme, rule) if found[one.name, f"L{number}"] == 1.0), None)
        for number, (rule, _, _) in enumerate(LINES)
    ]


def test_published_lines_hold_on_themselves_and_a_step_beyond(programme: Programme, tmp_path: Path) -> None:
    levels = told(programme, tmp_path)
    wrong = [(*line, level) for line, level in zip(LINES, levels, strict=True) if level != line[2]]
    assert wrong == []


def test_an_alert_of_the_debt_ratio_clears_half_a_point_below_its_line(programme: Programme, tmp_path: Path) -> None:
    clear = programme.parts[part_name("debt_ratio_base_lines", "clear")]
    desk = Desk(programme, tmp_path / "clear.duckdb")
    rows = tuple(
        {"enterprise": f"E{owed}", "industry": "工业", "period": "2025-06", "quick_total_assets": "1000",
         "quick_total_liabilities": str(owed)}
        for owed in (619, 620, 624)
    )  # fmt: skip
    desk.file_all(rows)
    found = desk.values([clear], "2025-06", "")
    desk.store.close()
    assert [found[clear.name, f"E{owed}"] for owed in (619, 620, 624)] == [1.0, 0.0, 0.0]


# the workflows


def flow(programme: Programme, name: str) -> Workflow:
    return programme.catalogue.workflows[name]


class Handled:
    """A case that persons take on, day after day."""

    def __init__(self, workflow: Workflow, days: int, day: date) -> None:
        self.workflow, self.day, self.takers = workflow, day, dict[str, set[str]]()
        self.case: Case = begin(
            workflow, case="C1", entity="E1", subject={}, actor="rules", day=day, days=days, working=True
        )

    def take(self, step: str, actor: str, note: str = "", **fields: str) -> str:
        self.case = move(
            self.case, self.workflow, step, note=note, actor=actor, day=self.day, takers=self.takers, fields=fields
        )
        self.takers.setdefault(step, set()).add(actor)
        return self.case.state


def test_a_risk_goes_its_whole_way_and_is_closed_by_another_person(programme: Programme) -> None:
    desk = Handled(flow(programme, "risk_case"), 20, date(2025, 6, 10))
    assert desk.case.state == "found"
    desk.take("assign", "office", unit="甲集团", person="张某")
    desk.take("confirm", "handler", finding="逾期属实")
    desk.take("grade", "office", grade="orange", amount="1200")
    desk.take("plan", "handler", measures="分期清偿", person="李某", by="2025-09-30", money="300")
    assert desk.case.deadline == date(2025, 9, 30)
    desk.take("report", "handler", "已付首期", trend="better", progress="40")
    assert desk.take("submit", "handler", "已全部清偿") == "review"
    with pytest.raises(Refused) as caught:
        desk.take("close", "handler", result="完成")
    assert "close is for another person" in caught.value.issues[0].message
    assert desk.take("close", "reviewer", result="完成", recovered="1200") == "closed"
    assert desk.case.ended
    assert desk.take("reopen", "office", "又逾期") == "assigned"
    assert desk.case.reopened == 1


def test_a_false_alarm_keeps_its_reason_and_a_known_one_names_where_it_is_handled(programme: Programme) -> None:
    for step, field in (("dismiss", "reason"), ("recognise", "where")):
        desk = Handled(flow(programme, "risk_case"), 20, date(2025, 6, 10))
        desk.take("assign", "office", unit="甲集团", person="张某")
        with pytest.raises(Refused) as caught:
            desk.take(step, "handler")
        messages = {one.message for one in caught.value.issues}
        assert messages == {f"{step} needs the field {field}", f"{step} needs a note"}
        desk.take(step, "handler", "见附件", **{field: "one_off" if field == "reason" else "C000007"})
        assert desk.case.ended


def test_the_reports_of_an_event_have_their_clocks(programme: Programme) -> None:
    """2, 5 and 10 working days, over the holidays of May 2025 (1 to 5 May; 27 April was worked)."""
    workflow = flow(programme, "risk_event")
    days = {name: state.within for name, state in workflow.states.items() if state.within is not None}
    assert days == {
        "happened": Span(days=2, working=True), "reported": Span(days=5, working=True),
        "settled": Span(days=10, working=True),
    }  # fmt: skip
    desk = Handled(workflow, 60, date(2025, 4, 30))
    assert due(desk.case) == date(2025, 5, 7)  # the 6th and the 7th are the first two days of work
    desk.day = date(2025, 5, 7)
    said = {"circumstance": "amount", "happened_on": "2025-04-29", "story": "…", "taken": "…"}
    desk.take("first_report", "reporter", **said, amount="8000", expected_loss="6000")
    assert due(desk.case) == date(2025, 5, 14)
    desk.take("follow_up", "reporter", progress="…", causes="…", next="…", expected_loss="6000")
    desk.day += timedelta(days=30)
    desk.take("settle", "reporter", "已处置完毕")
    assert due(desk.case) == min(after(desk.day, Span(days=10, working=True))[0], desk.case.deadline)
    with pytest.raises(Refused):
        desk.take("final_report", "reporter", result="…", loss="5800", accountability="…", lessons="…")
    assert desk.take("final_report", "reviewer", result="…", loss="5800", accountability="…", lessons="…") == "final"


def test_an_event_has_six_circumstances_and_is_reported_by_persons_too(programme: Programme) -> None:
    workflow = flow(programme, "risk_event")
    assert len(workflow.fields["circumstance"].choices) == 6
    assert workflow.opening is not None
    assert workflow.opening.roles == ("reporter", "reviewer", "officer")


def test_the_table_of_rules_in_the_documents_is_that_of_the_declarations() -> None:
    spec = importlib.util.spec_from_file_location("make_rule_table", ROOT / "tools" / "make_rule_table.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = (ROOT / "docs" / "early-warning-rules.md").read_text(encoding="utf-8")
    assert written == tool.page("early_warning"), "run tools/make_rule_table.py"
