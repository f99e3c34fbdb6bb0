"""The question `backtest`: what its files and options may say, whom it tells of, and what is kept of it."""

from pathlib import Path
from typing import Any

import pytest
from restricted_homes import paid, staffed
from sighted_homes import SIGHTS, district, enrolled
from warned_homes import WARNED, asked, at_desk, copied, file_debt, filed, set_today, warned

from hengjian.app.rules import rules as rules_of
from hengjian.model.issue import Forbidden, Refused

EVENTS = b"entity,date\nE1,2022-06-30\nE2,2022-01-31\nE1,2019-01-01\n"
FILED = (("2020-Q4", 60, "2021-04-30"), ("2021-Q2", 85, "2021-08-31"), ("2021-Q4", 90, "2022-04-30"),
         ("2022-Q4", 50, "2023-04-30"))  # fmt: skip


def labels(data: bytes = EVENTS, name: str = "events.csv") -> dict[str, object]:
    return {"name": name, "data": data}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = warned(tmp_path_factory.mktemp("tested") / "home")
    for period, debt, day in FILED:
        file_debt(home, "E1", period, debt, known_from=day)
        file_debt(home, "E2", period, debt / 2, known_from=day)
    return home


def tried(home: Path, *rules: str, method: str = "backtest", **more: Any) -> dict[str, Any]:
    return asked(home, method, **{"rules": rules, "labels": labels(), "every": "quarter", **more})


def test_one_rule_by_hand(home: Path) -> None:
    answer = tried(home, "high_debt")
    (one,) = answer["rules"]
    assert one["raised"] == [
        {"entity": "E1", "level": "red", "period": "2021-Q2", "since": "2021-09-30", "until": "2023-06-30"}
    ]
    assert one["events"] == {"warned": 1, "missed": 1, "early": 0, "before_data": 1, "after_end": 0}
    assert (one["hit_rate"], one["precision"], one["missed"]) == (0.5, 1.0, [{"entity": "E2", "date": "2022-01-31"}])
    assert one["lead_days"]["median"] == 273, "from 30 September 2021 to 30 June 2022"
    assert (answer["from"], answer["to"], answer["days"]) == ("2021-06-30", "2026-03-31", 20)
    assert answer["known"] == {"claimed": 8, "recorded": 1, "proven": False, "assumed": None, "described_later": 2}
    assert one["comparison"] == {"text": "debt_ratio > red_line", "unit": "ratio", "rises": True, "line": 0.7}, (
        "what industry they are of was recorded later"
    )
    assert one["auc"]["low"] is None, "two enterprises tell nothing of the spread among enterprises"
    at = next(point for point in one["curve"] if point["in_force"])
    assert (at["shift"], at["line"], at["warned"]) == (0.0, 0.7, 0.5)


def test_levels_and_days_choose(home: Path) -> None:
    assert [one["rule"] for one in tried(home)["rules"]] == ["high_debt", "loss", "growing_debt"]
    assert tried(home, "growing_debt", level="red")["rules"][0]["raised"] == []
    (one,) = tried(home, "high_debt", **{"from": "2022-01-01", "to": "2022-12-31"})["rules"]
    assert [(each["since"], each["until"]) for each in one["raised"]] == [("2022-03-31", None)]
    assert tried(home, "high_debt", horizon="3m")["rules"][0]["lead_days"]["median"] == 273, "it stood all the time"
    by_filing = tried(home, "high_debt", every="filing")
    assert by_filing["days"] == 5, "four days on which something was known, and the last"
    assert by_filing["rules"][0]["raised"][0]["since"] == "2021-08-31"
    proven = tried(home, "high_debt", proven=True)
    assert proven["known"]["claimed"] == 0
    assert proven["rules"][0]["raised"] == [], "all was recorded long after"


def test_where_the_file_says_that_nothing_happened_only_those_it_names_are_watched(home: Path) -> None:
    told = labels(b"entity,date,outcome,kind\nE1,2022-06-30,1,default\nE1,,0,\n")
    assert tried(home, "high_debt", labels=told)["entities"] == 2
    answer = tried(home, "high_debt", labels=labels("主体,日期,结果\nE1,2022-06-30,1\nE2,,0\n".encode("gb18030")))
    assert answer["entities"] == 2
    answer = tried(home, "high_debt", labels=labels(b"entity,date,outcome\nE2,,0\n"))
    (one,) = answer["rules"]
    assert (answer["entities"], one["raised"], one["hit_rate"]) == (1, [], None)


BAD = {
    b"entity,date,outcome\nE1,2022-13-30,1\nEX,2022-01-31,1\nE2,,1\n,2022-01-01,\nE2,2022-01-01,perhaps\n": [
        ("row 2, column 2", "'2022-13-30' is not a date", "the calendar has no such day"),
        ("row 3, column 1", "no entity is registered as 'EX'", "the file names entities of this space by their ids"),
        ("row 4, column 2", "the row has no date", "write the day of the event, as 2023-03-31; or outcome 0"),
        ("row 5, column 1", "the row names no entity", "the file names entities of this space by their ids"),
        ("row 6, column 3", "'perhaps' is no outcome", "write 1 where it happened, else 0"),
    ],
    b"": [("events.csv", "the file is empty", "its first row holds the titles of the columns")],
    b"entity,date\n": [("events.csv", "the file has titles and no rows", "add a row for each event")],
    b"entity,when\nE1,2022-01-01\n": [("row 1", "the column date is missing", "")],
    b"entity,date\nE1\n": [("row 2, column 2", "the row has 1 cells, the header 2", "")],
    b"entity,date\nE1,\n": [("row 2, column 2", "the row has no date", "write the day of the event, as 2023-03-31")],
}


@pytest.mark.parametrize(("data", "expected"), BAD.items(), ids=range(len(BAD)))
def test_every_fault_of_the_labels_is_told_with_its_place(
    home: Path, data: bytes, expected: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(Refused) as refused:
        tried(home, "high_debt", labels=labels(data))
    told = [(str(one.place), one.message, one.hint) for one in refused.value.issues]
    for place, message, hint in expected:
        assert any(message == said and place in where and hint in why for where, said, why in told), told


def test_an_outcome_stands_once(home: Path) -> None:
    with pytest.raises(Refused, match="'E1' stands in row 2 already"):
        tried(home, "high_debt", cross_section=True, labels=labels(b"entity,outcome\nE1,1\nE1,0\n"))
    with pytest.raises(Refused, match="add a row for each entity"):
        tried(home, "high_debt", cross_section=True, labels=labels(b"entity,outcome\n"))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"rules": ["high_dept"]}, "no rule is called 'high_dept'\n  hint: did you mean high_debt?"),
        ({"rules": ["debt_ratio"]}, "it is evaluated with --cross-section"),
        ({"horizon": "3w"}, "--horizon '3w' is no span of time"),
        ({"level": "pink"}, "--level 'pink' is no level"),
        ({"every": "day"}, "--every 'day' is no rhythm"),
        ({"from": "2022-01-01", "to": "2021-01-01"}, "--from 2022-01-01 is later than --to 2021-01-01"),
        ({"to": "2026-04-01"}, "--to 2026-04-01 is later than 2026-03-31"),
        ({"from": "1800-01-01", "every": "month"}, "days would be looked at, 2000 at most"),
        ({"from": "yesterday"}, "--from 'yesterday' is not a date"),
    ],
)
def test_what_is_asked_wrongly(home: Path, question: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(home, "backtest", **{"rules": [], "labels": labels(), **question})
    assert message in str(refused.value)


def test_spaces_without_figures_or_rules(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the space holds no figure"):
        tried(warned(tmp_path / "empty"), "high_debt")
    (tmp_path / "apart").mkdir()
    bare = {name: text for name, text in WARNED.items() if not name.startswith("rules/")}
    home = warned(tmp_path / "apart" / "bare", bare)
    file_debt(home, "E1", "2020-Q4", 60)
    with pytest.raises(Refused, match="no pack of this space declares a rule"):
        tried(home)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = district(tmp_path_factory.mktemp("sight") / "home")
    for entity in ("A1", "A2", "B1"):
        for period, debt, day in FILED:
            file_debt(home, entity, period, debt, known_from=day)
    return enrolled(home)


def test_it_tells_of_those_whom_the_reader_sees(seen: Path) -> None:
    events = labels(b"entity,date\nA1,2022-06-30\n")
    answer = tried(seen, "high_debt", labels=events, actor="own")
    assert (answer["cut"], answer["entities"]) == (True, 2)
    assert {one["entity"] for one in answer["rules"][0]["raised"]} == {"A1", "A2"}
    whole = tried(seen, "high_debt", labels=events)
    assert ("cut" in whole, whole["entities"]) == (False, 3)
    for reader, sight in SIGHTS.items():
        if "A1" not in sight.split():
            with pytest.raises(Refused, match="no entity is registered as 'A1'"):
                tried(seen, "high_debt", labels=events, actor=reader)
    text = repr(answer)
    assert all(f"'{other}'" not in text for other in ("B1", "B", "D", "Q"))


@pytest.mark.parametrize("more", [{"every": "filing"}, {"every": "quarter"}, {"cross_section": True}])
def test_what_others_file_changes_nothing_of_it(seen: Path, tmp_path: Path, more: dict[str, Any]) -> None:
    home = copied(seen, tmp_path / "home")
    dated = b"entity,date\nA1,2022-06-30\n"
    said = labels(b"entity,outcome\nA1,1\nA2,0\n" if "cross_section" in more else dated)

    def told() -> dict[str, Any]:
        return tried(home, "high_debt", labels=said, actor="own", **more)

    def by(day: str) -> dict[str, str]:
        return {"known_from": day, "actor": "local:tester"}

    before = told()
    filed(
        home,
        "entity,type,name,industry\nB2,enterprise,乙二文旅有限公司,power\n",
        form="entities",
        **by("2015-01-01"),
    )
    file_debt(home, "B2", "2016-Q4", 95, **by("2017-04-30"))
    file_debt(home, "B2", "2022-Q4", 95, **by("2023-04-29"))
    whole = tried(home, "high_debt", labels=said, **more)
    assert told() == before
    if "cross_section" not in more:
        assert whole["from"] < before["from"]
        assert (whole["known"]["claimed"], before["known"]["claimed"]) == (15, 8)
        assert (whole["rules"][0]["comparison"]["line"], before["rules"][0]["comparison"]["line"]) == (None, 0.7)


def test_what_is_kept_stands_on_everybody_and_is_told_to_who_sees_everybody(seen: Path) -> None:
    events = labels(b"entity,date\nA1,2022-06-30\n")
    with pytest.raises(Forbidden, match="may not handle for the whole space"):
        tried(seen, "high_debt", labels=events, actor="own", method="keep_backtest")
    answer = tried(seen, "high_debt", labels=events, method="keep_backtest", assumed="by hand")
    (entry,) = answer["kept"]
    told = asked(seen, "rule_quality", rule="high_debt")
    (kept,) = told["backtests"]
    assert (kept["entry"], kept["hit_rate"], kept["known"]["assumed"]) == (entry, 1, "by hand")
    assert kept["labels"]["sha256"] == answer["labels"]["sha256"]
    assert kept["digest"] == told["declaration"]
    assert "raised" not in kept
    assert told["backtest"]["auc"] == kept["auc"]["value"]
    cut = asked(seen, "rule_quality", rule="high_debt", actor="own")
    assert (cut["backtests"], cut["backtest"], cut["cut"]) == ([], None, True)
    assert {one["entity"] for one in cut["episodes"]} == {"A1", "A2"}
    assert cut["about"] == 4
    with pytest.raises(Refused, match="a cross-section is not kept"):
        tried(seen, "high_debt", cross_section=True, method="keep_backtest")


def test_kept_back_tests_outlive_a_rebuild(seen: Path) -> None:
    before = asked(seen, "rules")
    asked(seen, "rebuild")
    assert asked(seen, "rules") == before


VERDICT = """\
mending:
  label: {zh: 预警处置, en: Mending}
  source: by hand
  verdict: {real: [accept], false: [dismiss]}
  states:
    open: {label: {zh: 待处置, en: Open}}
    handling: {label: {zh: 处置中, en: In hand}}
    closed: {label: {zh: 已办结, en: Closed}, final: true}
  transitions:
    accept: {label: {zh: 受理, en: Accept}, from: [open], to: handling}
    dismiss: {label: {zh: 误报, en: False}, from: [open, handling], to: closed}
    close: {label: {zh: 办结, en: Close}, from: [handling], to: closed}
"""


def test_the_library_of_rules_by_hand(tmp_path: Path) -> None:
    home = warned(tmp_path / "home", {**WARNED, "workflows/mending.yaml": VERDICT})
    set_today(home, "2025-06-30")
    file_debt(home, "E1", "2023-Q4", 90, known_from="2024-04-30")
    file_debt(home, "E2", "2024-Q4", 90, known_from="2025-04-30")
    file_debt(home, "E1", "2024-Q4", 40, known_from="2025-05-10")
    cases = {one["entity"]: one["case"] for one in asked(home, "cases")["cases"]}
    for entity, step in (("E1", "accept"), ("E2", "dismiss")):
        asked(home, "move", case=cases[entity], transition=step, note="n")
    answer = asked(home, "rules")
    debt, loss, _ = answer["rules"]
    assert (debt["raised"], debt["standing"]) == ({"2024": {"red": 1}, "2025": {"red": 1}}, {"red": 1})
    assert (debt["open_days"], debt["closed_days"], debt["last"]) == (61.0, 375.0, "2025-04-30")
    assert (debt["verdicts"], debt["hit_rate"], debt["false_alarm_rate"]) == (
        {"real": 1, "false": 1, "known": 0}, 0.5, 0.5,
    )  # fmt: skip
    assert (debt["about"], debt["silent"], debt["noisy"], debt["backtest"]) == (2, False, False, None)
    assert (loss["raised"], loss["silent"]) == ({}, True)
    told = asked(home, "rule_quality", rule="high_debt")
    assert told["text"]["levels"] == [{"level": "red", "formula": "debt_ratio > red_line"}]
    (line,) = told["lines"]
    assert (line["name"], line["from"], line["values"]) == ("red_line", "2023-01-01", {"default": 0.65, "power": 0.72})
    assert [(one["entity"], one["until"], one["verdict"]) for one in told["episodes"]] == [
        ("E2", None, "false"), ("E1", "2025-05-10", "real"),
    ]  # fmt: skip
    asked(home, "move", case=cases["E1"], transition="dismiss", note="after all")
    assert asked(home, "rules")["rules"][0]["verdicts"] == {"real": 0, "false": 2, "known": 0}, "the last one counts"
    with pytest.raises(Refused, match="no rule is called 'hihg_debt'"):
        asked(home, "rule_quality", rule="hihg_debt")
    desk = at_desk(home)
    try:
        assert [one["rule"] for one in rules_of(desk, {})["rules"]] == ["high_debt", "loss", "growing_debt"]
    finally:
        desk.close()


def test_of_restricted_figures_neither_curve_nor_line_is_told(tmp_path: Path) -> None:
    home = staffed(paid(tmp_path / "home"))
    question: dict[str, Any] = {"rules": ["much_pay", "loss"], "labels": labels(b"entity,date\nA,2027-06-30\n")}
    outcomes = labels(b"entity,outcome\nA,1\nG,0\n")
    for actor, is_told in (("axel", True), ("vera", False)):
        secret, plain = asked(home, "backtest", actor=actor, **question)["rules"]
        assert ("withheld" in secret, "withheld" in plain) == (not is_told, False)
        assert secret["raised"], "that it stood raised is told, as of alerts"
        assert is_told or (secret["curve"], secret["auc"], secret["comparison"]["line"]) == ([], None, None)
        (score,) = asked(
            home, "backtest", rules=["pay_share"], labels=outcomes, cross_section=True, worse="higher", actor=actor
        )["rules"]
        assert (score["auc"] is not None, bool(score["curve"]), bool(score["bins"])) == (is_told,) * 3
        told = asked(home, "rule_quality", rule="much_pay", actor=actor)
        assert ("withheld" in told) == (not is_told)
