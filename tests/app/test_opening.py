"""Cases that persons open: once, by whom they may be, with files that are entries, waits, choices and signatures."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from opened_homes import FIELDS, OPENED, PHOTO, moved, opened_home, opening, staffed
from warned_homes import asked, at_desk, copied, set_today, size, write_pack

from hengjian.model.issue import Forbidden, Refused


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened_home(tmp_path_factory.mktemp("opened") / "home")


@pytest.fixture(scope="module")
def with_persons(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return staffed(copied(plain, tmp_path_factory.mktemp("staffed") / "home"))


@pytest.fixture
def home(plain: Path, tmp_path: Path) -> Path:
    return copied(plain, tmp_path / "home")


@pytest.fixture
def office(with_persons: Path, tmp_path: Path) -> Path:
    return copied(with_persons, tmp_path / "home")


def told(home: Path, kind: type[Refused], question: Any) -> list[tuple[str, str]]:
    """What is refused, nothing having been entered."""
    before = size(home)
    with pytest.raises(kind) as caught:
        question()
    assert size(home) == before
    return [(one.message, one.hint) for one in caught.value.issues]


def refused(home: Path, **more: Any) -> list[tuple[str, str]]:
    return told(home, Refused, lambda: opening(home, **more))


def step_refused(home: Path, case: str, transition: str, **more: Any) -> list[tuple[str, str]]:
    return told(home, Refused, lambda: moved(home, case, transition, **more))


def seen(home: Path, case: str, **more: Any) -> dict[str, Any]:
    return asked(home, "case", case=case, **more)


def files(*some: tuple[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "data": data} for name, data in some]


def test_a_person_opens_a_case_once(home: Path) -> None:
    before = size(home)
    first = opening(home, note="巡查发现")
    assert (first["case"], first["state"], first["entry"], first["repeated"]) == (
        f"C{before:06d}", "open", before, False,
    )  # fmt: skip
    assert opening(home, note=" 巡查发现 ") == {**first, "repeated": True}
    assert size(home) == before + 1
    answer = seen(home, first["case"])
    assert (answer["title"], answer["note"], answer["actor"], answer["transition"]) == (
        "护栏缺失", "巡查发现", "clerk", None,
    )  # fmt: skip
    assert answer["deadline"] == "2026-04-15", "ten working days after Tuesday 31 March: 4 to 6 April are off"
    assert answer["due"] == "2026-04-02"
    assert [one["field"] for one in answer["filled"]] == ["place", "class"]
    assert answer["recurs"] == []
    assert asked(home, "rebuild")["same"] is True
    assert seen(home, first["case"]) == answer


def test_a_key_of_ones_own(home: Path) -> None:
    first = opening(home, key="K1")
    other = opening(home, key="K2")
    assert other["case"] != first["case"], "another key is another case, and the same thing again"
    assert other["recurs"] == [first["case"]]
    assert opening(home, key="K1") == {**first, "repeated": True}
    assert refused(home, key="K1", title="另一处") == [
        ("the key of this case was used for another one", "take a new key for what is opened anew")
    ]
    set_today(home, "2026-04-01")
    assert opening(home, key="K1")["repeated"], "a key is good for ever"
    assert not opening(home)["repeated"], "without one the very same on another day is another case"


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ({"workflow": "hazrd"}, "no workflow is called 'hazrd'", "did you mean hazard?"),
        ({"workflow": "mending"}, "cases of mending are opened by rules", "persons open cases of hazard"),
        ({"entity": "E9"}, "no entity is registered as 'E9'", "register it with"),
        ({"title": " "}, "the case has no title", "say in a few words what it is about"),
        ({"title": "长" * 201}, "the title has 201 characters, at most 200 are kept", "shorten it"),
        ({"note": "长" * 4_001}, "the note has 4001 characters, at most 4000 are kept", "shorten it, and file"),
        ({"title": "a\x1b[2Jb"}, "the title holds signs that cannot be seen", "type it anew, without them"),
        ({"note": "a\nb\ud800"}, "the note holds signs that cannot be seen", "type it anew, without them"),
        ({"fields": {**FIELDS, "place": "a\u202eb"}}, "place holds signs that cannot be seen", "type it anew"),
        ({"fields": {"place": "x"}}, "opened_by needs the field class", "fill it in"),
        ({"fields": {**FIELDS, "found_on": "x"}}, "found_on is not a date: 'x'", "write it as"),
        ({"fields": {**FIELDS, "before": "x.png"}}, "before takes files, and no text", "hand it in as a file"),
        ({"attachments": {"place": files(("a.png", b"x"))}}, "place takes no files", "hand files in where"),
        ({"attachments": {"bfore": files(("a.png", b"x"))}}, "opened_by has no field 'bfore'", "did you mean before?"),
        ({"attachments": {"before": files(("a.png", b""))}}, "the file 'a.png' of before is empty", "was the right"),
        ({"attachments": {"before": files(("a.svg", b"<svg/>"))}}, "the file 'a.svg' of before is of another kind", ""),
        ({"attachments": {"before": files(("png", b"x"))}}, "the file 'png' of before is of another kind", "it takes"),
        (
            {"attachments": {"before": files(*((f"{at}.png", b"x") for at in range(3)))}},
            "before has 3 files, at most 2 are kept", "hand in fewer",
        ),
        (
            {"attachments": {"before": files(("../a.png", b"x"))}},
            "the name of the file '../a.png' of before is none", "a name without folders",
        ),
        ({"attachments": {"before": files(("a\u202egnp.png", b"x"))}}, "the name of the file 'a", "a name without"),
        ({"attachments": {"before": files(("\udc80.png", b"x"))}}, "the file name '\\udc80.png' is no text", "UTF-8"),
    ],
)  # fmt: skip
def test_what_is_refused_enters_nothing(home: Path, more: dict[str, Any], message: str, hint: str) -> None:
    ((said, advice),) = refused(home, **more)
    assert said.startswith(message)
    assert hint in advice


def test_too_large_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.casework.fields.LARGEST_FILE", 3)
    assert refused(home, attachments={"before": files(("a.png", b"1234"))}) == [
        ("the file 'a.png' of before has 4 bytes, at most 3 are kept", "make it smaller")
    ]


def test_files_are_entries_beside_the_step_that_names_them(home: Path) -> None:
    before = size(home)
    attached = {"before": files(("护栏 一.PNG", PHOTO), ("b.jpg", b"<html><script>alert(1)</script>"))}
    answer = opening(home, attachments=attached)
    assert (answer["entry"], size(home)) == (before + 2, before + 3)
    assert answer["case"] == f"C{before + 2:06d}"
    assert opening(home, attachments=attached) == {**answer, "repeated": True}
    other = {"before": files(("护栏 一.PNG", PHOTO))}
    assert opening(home, attachments=other)["case"] != answer["case"], "other files are another thing said"
    (_, _, field) = seen(home, answer["case"])["filled"]
    assert (field["kind"], field["value"]) == ("attachment", "护栏 一.PNG, b.jpg")
    assert field["files"][0] == {
        "entry": before, "file": "护栏 一.PNG", "sha256": hashlib.sha256(PHOTO).hexdigest(), "size": len(PHOTO),
    }  # fmt: skip
    got = asked(home, "attachment", case=answer["case"], entry=before)
    assert (got["name"], got["data"], got["entity"]) == ("护栏 一.PNG", PHOTO, "E2")
    desk = at_desk(home)
    leaf = desk.log.entry(before).record()
    assert (leaf.kind, leaf.subject, leaf.refs["case"], leaf.refs["file"]) == (
        "attachment", "E2", answer["case"], "护栏 一.PNG",
    )  # fmt: skip
    assert leaf.refs["batch"] == {"first": before, "count": 3}, "one thing was handed in, wholly or not at all"
    desk.close()
    assert asked(home, "rebuild")["same"] is True
    assert asked(home, "cases")["cases"][0]["filled"]


def test_a_file_is_handed_out_with_its_case_only(office: Path) -> None:
    entry = size(office)
    case = opening(office, attachments={"before": files(("a.png", PHOTO))}, actor="rex")["case"]
    other = opening(office, entity="E1", actor="local:operator", title="他处")["case"]
    assert asked(office, "attachment", case=case, entry=str(entry), actor="vic")["data"] == PHOTO
    for question in ({"case": other, "entry": entry}, {"case": case, "entry": 0}, {"case": case, "entry": "x"}):
        with pytest.raises(Refused) as caught:
            asked(office, "attachment", **question)
        assert caught.value.issues[0].message == f"no file of {question['case']} is entry '{question['entry']}'"
    asked(office, "enrol", person="far", name="Far")
    asked(office, "give_role", person="far", role="officer", node="E1")
    with pytest.raises(Refused) as caught:
        asked(office, "attachment", case=case, entry=entry, actor="far")
    assert caught.value.issues[0].message == f"no case is called '{case}'"


def test_who_may_open(office: Path, tmp_path: Path) -> None:
    assert opening(office, actor="rex")["state"] == "open"
    (message, _), *_ = told(office, Forbidden, lambda: opening(office, actor="vic", title="x"))
    assert message == "vic may not handle at 'E2'"
    assert told(office, Refused, lambda: opening(office, entity="E1", actor="rex", title="x"))[0][0] == (
        "no entity is registered as 'E1'"
    )
    flow = OPENED["workflows/hazard.yaml"].replace("    days: 10\n", "    days: 10\n    roles: [officer, expert]\n")
    pack = {**OPENED, "workflows/hazard.yaml": flow, "pack.yaml": OPENED["pack.yaml"].replace("0.1.0", "0.2.0")}
    asked(office, "upgrade", pack=str(write_pack(tmp_path / "second", pack)))
    assert told(office, Forbidden, lambda: opening(office, actor="rex", title="x")) == [
        ("rex may not open hazard at 'E2'", "it is for officer, expert")
    ]
    assert opening(office, actor="olga", title="x")["state"] == "open"
    may = {
        who: [one["may"] for one in asked(office, "workflows", actor=who)["workflows"]]
        for who in ("rex", "olga", "vic", "xia")
    }
    assert may == {"rex": [False, False], "olga": [True, False], "vic": [False, False], "xia": [True, False]}
    there = asked(office, "workflows", actor="xia", entity="E2")["workflows"]
    assert [one["may"] for one in there] == [False, False]


def test_a_workflow_of_others(home: Path, tmp_path: Path) -> None:
    lines = OPENED["workflows/hazard.yaml"].replace("type: enterprise", "type: office").splitlines(keepends=True)
    flow = "".join(line for line in lines if "    sign: " not in line).replace(", needs: [sign]", "")
    types = OPENED["types.yaml"] + "office:\n  label: {zh: 机关, en: Office}\n"
    files = {**OPENED, "workflows/hazard.yaml": flow, "types.yaml": types}
    files["pack.yaml"] = files["pack.yaml"].replace("0.1.0", "0.2.0")
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", files)))
    assert refused(home) == [
        ("the cases of hazard are of office: 'E2' is none", "name another entity, or another workflow")
    ]
    assert [one["may"] for one in asked(home, "workflows", entity="E2")["workflows"]] == [False, False]


def test_a_choice_decides_which_steps_there_are(home: Path) -> None:
    case = opening(home)["case"]
    said = step_refused(home, case, "list", actor="other")
    assert said == [("list is for class major, which is minor", "take another step")]
    assert {one["transition"]: one["fits"] for one in seen(home, case)["transitions"]} == {"plan": True, "list": False}
    grave = opening(home, fields={**FIELDS, "class": "major", "place": "锅炉房"})["case"]
    assert step_refused(home, grave, "list") == [
        (
            f"clerk took opened_by of {grave}: list is for another person",
            "two persons see to it, as its workflow declares",
        )
    ]
    assert moved(home, grave, "list", actor="other")["state"] == "listed"


def test_a_date_becomes_the_deadline(home: Path) -> None:
    case = opening(home)["case"]
    assert step_refused(home, case, "plan", fields={"by": "2026-03-30"}) == [
        ("by is 2026-03-30, before the day of the step", "name a later day")
    ]
    moved(home, case, "plan", fields={"by": "2026-05-20", "money": "12.5"})
    answer = seen(home, case)
    assert (answer["deadline"], answer["original_deadline"], answer["due"]) == (
        "2026-05-20",
        "2026-05-20",
        "2026-05-20",
    )
    assert [(one["field"], one["value"]) for one in answer["filled"]] == [
        ("place", "三号码头"), ("class", "minor"), ("by", "2026-05-20"), ("money", "12.5"),
    ]  # fmt: skip
    set_today(home, "2026-05-20")
    moved(home, case, "plan", fields={"by": "2026-06-01"})
    answer = seen(home, case)
    assert (answer["deadline"], answer["original_deadline"]) == ("2026-06-01", "2026-05-20"), "asked for in time"
    set_today(home, "2026-06-02")
    assert step_refused(home, case, "plan", fields={"by": "2026-07-01"}) == [
        (f"{case} was due on 2026-06-01: plan is asked for before", "it goes by the deadline that it had")
    ]


def test_who_signed_in_cannot_date_a_step(office: Path) -> None:
    secret = asked(office, "issue_token", actor="rex", label="t", scope=["see", "handle"], days=30)["token"]
    said = [("rex may not date a step 2026-04-01", "leave --today out: it is of the day it is taken on")]
    assert told(office, Forbidden, lambda: opening(office, token=secret, today="2026-04-01")) == said
    case = opening(office, token=secret, today="2026-03-31")["case"]
    plan = {"fields": {"by": "2026-05-20"}, "token": secret}
    assert told(office, Forbidden, lambda: moved(office, case, "plan", today="2026-04-01", **plan)) == said
    assert moved(office, case, "plan", **plan)["state"] == "mending"


def test_a_step_waits_for_days_after_another(home: Path) -> None:
    case = opening(home)["case"]
    moved(home, case, "plan", fields={"by": "2026-05-20"})
    assert step_refused(home, case, "mend") == [("mend needs the field after", "attach a file")]
    moved(home, case, "mend", attachments={"after": files(("a.bin", b"1"))})
    (verify,) = (one for one in seen(home, case)["transitions"] if one["transition"] == "verify")
    assert (verify["not_before"], verify["not_before_provisional"]) == ("2026-04-04", False)
    assert [one["message"] for one in verify["lacking"]] == ["verify cannot be taken before 2026-04-04"]
    early = [("verify cannot be taken before 2026-04-04", "3 working days must have passed since mend")]
    assert step_refused(home, case, "verify", actor="other", today="2026-04-03") == early
    assert moved(home, case, "verify", actor="other", today="2026-04-04")["ended"]
    moved(home, case, "reopen", note="又松动", today="2026-04-07")
    moved(home, case, "mend", today="2026-04-08", attachments={"after": files(("b.bin", b"2"))})
    assert step_refused(home, case, "verify", actor="other", today="2026-04-08")[0][0] == (
        "verify cannot be taken before 2026-04-14"
    ), "counted from the last time"


def test_each_of_those_to_whom_a_link_leads_signs_for_itself(office: Path) -> None:
    case = opening(office, actor="rex")["case"]
    moved(office, case, "plan", actor="rex", fields={"by": "2026-05-20"})
    moved(office, case, "mend", actor="rex", attachments={"after": files(("a.bin", b"1"))})
    assert step_refused(office, case, "approve", actor="rex") == [
        ("approve needs sign by 2 more", "each of them takes sign for itself")
    ]
    assert told(office, Forbidden, lambda: moved(office, case, "sign", actor="olga")) == [
        ("olga may not take sign at 'E2'", "it is for expert at those to whom owned_by leads")
    ]
    moved(office, case, "sign", actor="xia")
    assert step_refused(office, case, "sign", actor="xia", note="again") == [
        ("sign was taken for 'X1'", "each of them takes it once")
    ]
    assert step_refused(office, case, "approve", actor="rex")[0][0] == "approve needs sign by 1 more"
    moved(office, case, "sign", actor="xu")
    assert [one["at"] for one in seen(office, case)["history"]][-2:] == ["X1", "X2"]
    ours = seen(office, case, actor="rex")
    assert [one["at"] for one in ours["history"]][-2:] == [None, None], "who signed is out of rex's sight"
    assert "X1" not in str(ours)
    assert [one["at"] for one in seen(office, case, actor="xia")["history"]][-2:] == ["X1", None]
    moved(office, case, "reject", actor="rex", note="公告有误")
    moved(office, case, "mend", actor="rex", attachments={"after": files(("a.bin", b"2"))})
    assert step_refused(office, case, "approve", actor="rex")[0][0] == "approve needs sign by 2 more", "signed anew"
    moved(office, case, "sign", actor="xia")
    moved(office, case, "sign", actor="local:operator")
    assert seen(office, case)["at"] == "X2", "the operator signs for who has not"
    assert moved(office, case, "approve", actor="rex")["ended"]


def test_one_person_signs_the_same_for_two(office: Path) -> None:
    case = opening(office, actor="rex")["case"]
    moved(office, case, "plan", actor="rex", fields={"by": "2026-05-20"})
    last = moved(office, case, "mend", actor="rex", attachments={"after": files(("a.bin", b"1"))})["entry"]
    asked(office, "give_role", person="xia", role="expert", node="X2")
    first = moved(office, case, "sign", actor="xia", seen=last)
    assert moved(office, case, "sign", actor="xia", seen=last) == {**first, "repeated": True}, "pressed twice"
    assert moved(office, case, "sign", actor="xia") == {**first, "repeated": True}, "sent twice"
    second = moved(office, case, "sign", actor="xia", seen=first["entry"])
    assert (second["repeated"], seen(office, case)["at"]) == (False, "X2")
    assert moved(office, case, "sign", actor="xia", seen=first["entry"]) == {**second, "repeated": True}
    assert moved(office, case, "approve", actor="rex")["ended"]


def test_a_link_that_leads_to_nobody(home: Path) -> None:
    case = opening(home)["case"]
    moved(home, case, "plan", fields={"by": "2026-05-20"})
    moved(home, case, "mend", attachments={"after": files(("a.bin", b"1"))})
    told = (
        "sign is for those to whom owned_by leads from 'E2', and it leads to nobody",
        "file the link, and take the step then",
    )
    assert step_refused(home, case, "sign") == [told]
    assert step_refused(home, case, "approve") == [told]


def test_the_same_again_is_told(home: Path) -> None:
    first = opening(home)["case"]
    again = opening(home, title="护栏又缺", fields={**FIELDS, "place": " 三号码头 "})
    assert again["recurs"] == [first]
    elsewhere = opening(home, title="护栏", fields={**FIELDS, "place": "四号码头"})
    assert elsewhere["recurs"] == []
    assert opening(home, entity="E1", title="别家")["recurs"] == []
    assert [one["case"] for one in seen(home, again["case"])["recurs"]] == [first]
    assert seen(home, first)["recurs"] == [], "what came later is no recurrence of what was before"
    assert {one["case"]: one["recurs"] for one in asked(home, "cases")["cases"]}[again["case"]] == 1


def test_cases_are_counted_by_workflow(home: Path) -> None:
    case = opening(home)["case"]
    opening(home, title="另一处")
    moved(home, case, "plan", fields={"by": "2026-05-20"})
    moved(home, case, "mend", attachments={"after": files(("a.bin", b"1"))})
    moved(home, case, "verify", actor="other", today="2026-04-07")
    set_today(home, "2026-04-08")
    assert asked(home, "cases")["workflows"] == [
        {
            "workflow": "hazard", "label": {"zh": "隐患", "en": "Hazard"}, "open": 1, "overdue": 1, "ended": 1,
            "in_time": 1,
        }
    ]  # fmt: skip
    assert [one["case"] for one in asked(home, "cases", workflow="hazard", open=False)["cases"]][-1] == case
    assert asked(home, "cases", workflow="mending")["cases"] == []


def test_counts_hold_only_those_in_sight(office: Path) -> None:
    opening(office, actor="rex")
    opening(office, actor="local:operator", entity="E1", title="别家")
    assert asked(office, "cases")["workflows"][0]["open"] == 2
    assert asked(office, "cases", actor="vic")["workflows"][0]["open"] == 1


def test_files_of_a_step_are_part_of_what_is_repeated(home: Path) -> None:
    case = opening(home)["case"]
    moved(home, case, "plan", fields={"by": "2026-05-20"})
    one = {"after": files(("a.bin", b"1"))}
    first = moved(home, case, "mend", attachments=one)
    assert moved(home, case, "mend", attachments=one) == {**first, "repeated": True}
    assert step_refused(home, case, "mend", attachments={"after": files(("a.bin", b"2"))})[0][0].endswith(
        "mend cannot be done"
    )
