"""Steps of cases in a space: roles, fields, guards, deadlines in working days, escalation and reopening."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from warned_homes import (
    TITLES,
    WARNED,
    asked,
    at_desk,
    copied,
    file_debt,
    filed,
    set_today,
    size,
    warned,
    write_pack,
)

from hengjian.model.issue import Forbidden, Refused

FLOW = """\
mending:
  label: {zh: 预警处置, en: Mending}
  source: by hand
  type: enterprise
  escalate: {after: 5, to: review}
  states:
    open: {label: {zh: 待处置, en: Open}, days: 2, working: "true"}
    handling: {label: {zh: 处置中, en: In hand}, days: 15, working: "true"}
    review: {label: {zh: 上级复核, en: Review above}}
    closed: {label: {zh: 已办结, en: Closed}, final: true}
  transitions:
    accept:
      label: {zh: 受理, en: Accept}
      from: [open]
      to: handling
      roles: [expert, officer]
      fields:
        loss: {label: {zh: 损失, en: Loss}, kind: number, unit: 万元}
        kind:
          label: {zh: 定性, en: Kind}
          kind: choice
          choices: {real: {zh: 真实, en: Real}, known: {zh: 已知, en: Known}}
        plan: {label: {zh: 措施, en: Plan}, kind: text, required: "false"}
    extend:
      {label: {zh: 延期, en: Extend}, from: [handling], to: handling, extends: 10, working: "true", note: required}
    raise: {label: {zh: 上报, en: Raise}, from: [handling], to: review}
    close: {label: {zh: 办结, en: Close}, from: [handling, review], to: closed, guard: debt_ratio <= red_line}
    reopen: {label: {zh: 重启, en: Reopen}, from: [closed], to: handling}
"""
PACK: Mapping[str, str] = {
    **WARNED, "workflows/mending.yaml": FLOW,
    "rules/debt.yaml": WARNED["rules/debt.yaml"].replace("days: 30", 'days: 20\n  working: "true"'),
}  # fmt: skip
CASE = "C000005"
FIELDS = {"loss": "1200.5", "kind": "real"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space with one case, of E2, opened on 2026-03-31, a Tuesday."""
    home = warned(tmp_path_factory.mktemp("stepped") / "home", PACK)
    file_debt(home, "E2", "2022-Q1", 80)
    return home


@pytest.fixture
def home(opened: Path, tmp_path: Path) -> Path:
    return copied(opened, tmp_path / "home")


def moved(home: Path, transition: str, note: str = "", actor: str = "clerk", **more: object) -> dict:
    return asked(home, "move", case=CASE, transition=transition, note=note, actor=actor, **more)


def refused(home: Path, transition: str, **more: object) -> list[tuple[str, str]]:
    before = size(home)
    with pytest.raises(Refused) as caught:
        moved(home, transition, **more)
    assert size(home) == before
    return [(one.message, one.hint) for one in caught.value.issues]


def seen(home: Path) -> dict:
    return asked(home, "case", case=CASE)


def test_deadlines_in_working_days_are_told(home: Path) -> None:
    """国办发明电〔2025〕7号: 4 to 6 April and 1 to 5 May 2026 are off, 9 May is worked."""
    answer = seen(home)
    assert (answer["deadline"], answer["original_deadline"], answer["provisional"]) == (
        "2026-04-29", "2026-04-29", False,
    )  # fmt: skip
    assert (answer["state_deadline"], answer["due"], answer["days_left"]) == ("2026-04-02", "2026-04-02", 2)
    assert answer["in_time"] is None
    assert answer["table"]["states"]["handling"]["within"] == {"days": 15, "working": True}
    assert answer["table"]["escalate"] == {"after": 5, "to": "review"}
    assert [step["from"] for step in answer["table"]["steps"]][-2:] == [["handling", "review"], ["closed"]]


def test_fields_are_asked_for_kept_and_part_of_what_is_repeated(home: Path) -> None:
    (step,) = seen(home)["transitions"]
    assert [(one["field"], one["kind"], one["required"], one["unit"]) for one in step["fields"]] == [
        ("loss", "number", True, "万元"), ("kind", "choice", True, None), ("plan", "text", False, None),
    ]  # fmt: skip
    assert [message for message, _ in refused(home, "accept", fields={"loss": "much"})] == [
        "loss is not a number: 'much'", "accept needs the field kind",
    ]  # fmt: skip
    first = moved(home, "accept", fields=FIELDS)
    assert moved(home, "accept", fields={**FIELDS, "plan": " "}) == {**first, "repeated": True}
    assert refused(home, "accept", fields={**FIELDS, "loss": "7"})[0][0] == f"{CASE} is handling: accept cannot be done"
    assert seen(home)["history"][-1]["fields"] == [
        {"field": "loss", "kind": "number", "value": "1200.5", "unit": "万元"},
        {"field": "kind", "kind": "choice", "value": "real", "unit": None},
    ]
    assert asked(home, "rebuild")["same"] is True


def test_a_guard_refuses_what_does_not_hold_or_cannot_be_told(home: Path) -> None:
    moved(home, "accept", fields=FIELDS)
    asks = "close asks for debt_ratio <= red_line"
    mend = "mend what it asks for, file it, and take the step then"
    lacking = "file what is lacking, and take the step then"
    assert refused(home, "close") == [(f"{asks}, which does not hold in 2022-Q1", mend)]
    filed(home, TITLES + "E2,total_assets,2022-Q2,100\n")
    assert refused(home, "close") == [
        (f"{asks}, which cannot be told in 2022-Q2: total_liabilities of 'E2' in 2022-Q2 is not_reported", lacking)
    ]
    filed(home, TITLES + "E2,total_liabilities,2022-Q2,20\n")
    answer = moved(home, "close")
    assert answer["ended"]
    assert (seen(home)["in_time"], seen(home)["ended_on"]) == (True, "2026-03-31")


def test_a_guard_of_whom_nothing_was_reported(home: Path) -> None:
    moved(home, "accept", fields=FIELDS)
    early = "2021-12-31"
    text = FLOW.replace("guard: debt_ratio <= red_line", "guard: pledged_assets > 0")
    files = {**PACK, "workflows/mending.yaml": text, "pack.yaml": PACK["pack.yaml"].replace("0.1.0", "0.2.0")}
    asked(home, "upgrade", pack=str(write_pack(home.parent / early, files)))
    assert refused(home, "close") == [
        (
            "close asks for pledged_assets > 0: nothing that it reads was reported",
            "file what is lacking, and take the step then",
        )
    ]


def changed(home: Path, *changes: tuple[str, str, str]) -> None:
    """The pack taken anew, with some texts of its files replaced."""
    files = {**PACK, "pack.yaml": PACK["pack.yaml"].replace("0.1.0", "0.2.0")}
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    asked(home, "upgrade", pack=str(write_pack(home.parent / "second", files)))


W = "workflows/mending.yaml"


def test_a_guard_that_reads_no_measure_holds_on_the_day(home: Path) -> None:
    changed(home, (W, "guard: debt_ratio <= red_line", "frequency: month, guard: 'industry = \"trading\"'"))
    moved(home, "accept", fields=FIELDS)
    assert moved(home, "close")["ended"]


def test_a_guard_over_others_than_the_case_is_about(home: Path) -> None:
    """What a case is about was one thing when it was opened, and is another in the pack of today."""
    office = "office:\n  label: {zh: 机关, en: Office}\nenterprise:"
    desks = "desks: {label: {zh: 席, en: Desks}, type: office, unit: CNY, period_type: instant, frequency: year,"
    desks += " source: x}\n"
    rules = PACK["rules/debt.yaml"]
    changed(
        home, (W, "guard: debt_ratio <= red_line", "guard: desks > 0"), (W, "type: enterprise", "type: office"),
        ("types.yaml", "enterprise:", office), ("measures.yaml", PACK["measures.yaml"], desks + PACK["measures.yaml"]),
        ("rules/debt.yaml", rules, rules[rules.index("loss:") : rules.index("growing_debt:")]),
    )  # fmt: skip
    moved(home, "accept", fields=FIELDS)
    assert refused(home, "close") == [("close asks for desks > 0: 'E2' is no office", "its workflow is for others")]


def test_a_guard_over_restricted_figures_tells_those_who_see_them(home: Path) -> None:
    measures = PACK["measures.yaml"]
    at = measures.index("total_liabilities:")
    closed = measures[:at] + measures[at:].replace("  source:", '  restricted: "true"\n  source:', 1)
    changed(home, ("measures.yaml", measures, closed), (W, "guard: debt", "roles: [expert, officer], guard: debt"))
    staffed(home)
    moved(home, "accept", actor="exa", fields=FIELDS)
    asks = "close asks for debt_ratio <= red_line"
    assert refused(home, "close", actor="exa") == [
        (f"{asks}: that is not met", "it reads restricted data, which you do not see")
    ]
    assert refused(home, "close", actor="olga")[0][0] == f"{asks}, which does not hold in 2022-Q1"


def test_extension_in_time_and_after(home: Path) -> None:
    moved(home, "accept", fields=FIELDS)
    assert seen(home)["state_deadline"] == "2026-04-22"
    set_today(home, "2026-04-23")
    assert refused(home, "extend", note="more time") == [
        (f"{CASE} was due on 2026-04-22: extend is asked for before", "it goes by the deadline that it had")
    ]
    assert (seen(home)["deadline"], seen(home)["overdue"], seen(home)["days_left"]) == ("2026-04-29", True, -1)
    set_today(home, "2026-04-22")
    moved(home, "extend", "more time")
    answer = seen(home)
    assert (answer["deadline"], answer["original_deadline"], answer["state_deadline"]) == (
        "2026-05-15", "2026-04-29", "2026-05-09",
    )  # fmt: skip
    assert answer["overdue"] is False


def test_what_is_long_overdue_is_shown_as_escalated(home: Path) -> None:
    before = size(home)
    set_today(home, "2026-04-06")
    assert (seen(home)["escalated"], seen(home)["overdue"]) == (None, True)
    set_today(home, "2026-04-07")
    to = {"to": "review", "label": {"zh": "上级复核", "en": "Review above"}, "days": 5}
    assert seen(home)["escalated"] == to
    assert [one["escalated"] for one in asked(home, "cases")["cases"]] == [to]
    assert size(home) == before, "no clock writes entries"
    assert seen(home)["state"] == "open"


def test_a_provisional_deadline_says_so(home: Path) -> None:
    moved(home, "accept", fields=FIELDS, today="2099-12-29")
    answer = seen(home)
    assert (answer["state_provisional"], answer["provisional"]) == (True, False)
    assert [one["state_provisional"] for one in asked(home, "cases")["cases"]] == [True]


def test_reopening_takes_a_word_and_is_counted(home: Path) -> None:
    filed(home, TITLES + "E2,total_assets,2022-Q2,100\nE2,total_liabilities,2022-Q2,20\n")
    moved(home, "accept", fields=FIELDS)
    moved(home, "close")
    assert [(one["transition"], one["needs_note"]) for one in seen(home)["transitions"]] == [("reopen", True)]
    assert refused(home, "reopen") == [("reopen needs a note", "say what was done")]
    moved(home, "reopen", "it came again")
    answer = seen(home)
    assert (answer["reopened"], answer["ended"], len(answer["history"])) == (1, False, 4)
    assert [one["reopened"] for one in asked(home, "cases")["cases"]] == [1]


def staffed(home: Path) -> Path:
    for person in ("rex", "olga", "exa", "vic"):
        asked(home, "enrol", person=person, name=person.title())
    for person, role in (("rex", "reporter"), ("olga", "officer"), ("exa", "expert"), ("vic", "viewer")):
        asked(home, "give_role", person=person, role=role, node="E2")
    return home


def test_a_step_for_some_roles(home: Path) -> None:
    staffed(home)

    def forbidden(actor: str, step: str, **more: object) -> tuple[str, str]:
        with pytest.raises(Forbidden) as caught:
            moved(home, step, actor=actor, **more)
        (issue,) = caught.value.issues
        return issue.message, issue.hint

    told = ("rex may not take accept at 'E2'", "it is for expert, officer")
    assert forbidden("rex", "accept", fields=FIELDS) == told, "who handles cases does not take this step"
    assert forbidden("vic", "accept", fields=FIELDS)[0] == "vic may not take accept at 'E2'"
    for who, may in (("rex", False), ("exa", True), ("vic", False)):
        assert asked(home, "case", case=CASE, actor=who)["transitions"][0]["may"] is may
    moved(home, "accept", actor="exa", fields=FIELDS)
    assert forbidden("exa", "raise")[0] == "exa may not handle at 'E2'", "the other steps are for whom they were"
    assert forbidden("vic", "no such step")[0] == "vic may not handle at 'E2'"
    moved(home, "raise", actor="rex")
    assert seen(home)["actor"] == "rex"


def test_a_role_elsewhere_or_of_another_day_takes_no_step(home: Path) -> None:
    staffed(home)
    asked(home, "enrol", person="far", name="Far")
    asked(home, "give_role", person="far", role="officer", node="E1")
    asked(home, "give_role", person="far", role="viewer", node="E2")
    asked(home, "give_role", person="far", role="officer", node="E2", since="2027-01-01")
    with pytest.raises(Forbidden):
        moved(home, "accept", actor="far", fields=FIELDS)
    set_today(home, "2027-01-02")
    assert moved(home, "accept", actor="far", fields=FIELDS)["state"] == "handling"


def test_the_record_of_a_step_holds_all_of_it(home: Path) -> None:
    entry = moved(home, "accept", actor="张三", fields=FIELDS)["entry"]
    desk = at_desk(home)
    (event,) = desk.store.latest_events("case", [CASE])
    desk.close()
    record = json.loads(event.record)
    assert event.entry == entry
    assert {name: record[name] for name in ("deadline", "original_deadline", "state_deadline", "provisional")} == {
        "deadline": "2026-04-29", "original_deadline": "2026-04-29", "state_deadline": "2026-04-22",
        "provisional": False,
    }  # fmt: skip
