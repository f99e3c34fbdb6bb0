"""A safety hazard from the day on which it is found to its removal, by several persons, with the shipped pack.

Days are counted by hand from the State Council's notice for 2026 (国办发明电〔2025〕7号):
4 to 6 April and 1 to 5 May are
off, 9 May is worked.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from casework_kit import enrolled, fetched, opens, refused, seen, step
from kit import Space

pytestmark = pytest.mark.timeout(300)

FOUND = {
    "found_on": "2026-03-30", "place": "三号码头 2 号岸桥", "description": "护栏缺失 6 米", "class": "general",
    "kind": "site", "risk": "高处坠落",
}  # fmt: skip
SIX = {
    "item": "补装护栏", "measures": "停机，焊接护栏，验收后复用", "money": "3.5", "responsible": "设备部 周工",
    "due_date": "2026-04-20", "verifier": "安全部 吴工",
}  # fmt: skip
PHOTO = b"\xff\xd8\xff\xe0 before"
MENDED = b"\xff\xd8\xff\xe0 after"
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A port company with a finder, a mender, a verifier and the office's officer; and one of another company."""
    space = Space.at(tmp_path_factory.mktemp("office"), "safety_hazards")
    space.configure("today", "2026-03-31")
    space.enter("entity,type,name\nG01,enterprise,示例港务\nG02,enterprise,示例水务\n", "名录.csv", form="entities")
    enrolled(space, {
        "feng": ("reporter", "G01"), "mei": ("reporter", "G01"), "wu": ("reviewer", "G01"), "ou": ("officer", "G01"),
        "vic": ("viewer", "G01"), "shui": ("officer", "G02"),
    })  # fmt: skip
    return space


@pytest.fixture
def space(office: Space, tmp_path: Path) -> Space:
    return office.copy(tmp_path)


def found(space: Space, **more: str) -> str:
    """The case of a hazard that feng found."""
    files = {"before/现场 1.jpg": PHOTO}
    answer = opens(space, "feng", "safety_hazard", "G01", "2 号岸桥护栏缺失", {**FOUND, **more}, files).done().json
    return str(answer["case"])


def mended(space: Space, case: str, **more: object) -> None:
    """mei says that it is mended."""
    files = {"after/整改后.jpg": MENDED}
    step(space, "mei", case, "finish", {"done": "已补装", "cost": "3.2"}, files, **more).done()


def on(space: Space) -> Callable[[str], None]:
    return lambda day: space.configure("today", day)


def test_the_whole_way_of_a_general_hazard(space: Space, tmp_path: Path) -> None:
    case, today = found(space), on(space)
    told = seen(space, case, "vic")
    assert (told["state"], told["deadline"], told["due"]) == ("registered", "2026-04-30", "2026-04-02")
    assert refused(step(space, "vic", case, "confirm")) == ["vic may not handle at 'G01'"]
    assert refused(step(space, "feng", case, "plan", SIX))[0] == f"{case} is registered: plan cannot be done"
    step(space, "wu", case, "confirm").done()
    lacking = refused(step(space, "mei", case, "plan", {"item": "补装护栏"}))
    assert {message.rpartition(" ")[2] for message in lacking} == {
        "measures", "money", "responsible", "due_date", "verifier",
    }, "all of the six points"  # fmt: skip
    step(space, "mei", case, "plan", SIX).done()
    told = seen(space, case)
    assert (told["deadline"], told["original_deadline"], told["due"]) == ("2026-04-20", "2026-04-20", "2026-04-20")

    today("2026-04-17")
    step(space, "mei", case, "report", {"progress": "材料已到"}).done()
    later = {"due_date": "2026-05-08"}
    assert refused(step(space, "mei", case, "extend", later, note="钢材迟到")) == ["mei may not take extend at 'G01'"]
    assert refused(step(space, "ou", case, "extend", later)) == ["extend needs a note"]
    step(space, "ou", case, "extend", later, note="钢材迟到").done()
    told = seen(space, case)
    assert (told["deadline"], told["original_deadline"]) == ("2026-05-08", "2026-04-20")

    today("2026-05-09")
    assert seen(space, case)["overdue"]
    assert refused(step(space, "ou", case, "extend", {"due_date": "2026-06-01"}, note="再延")) == [
        f"{case} was due on 2026-05-08: extend is asked for before"
    ]
    today("2026-05-13")
    (escalated,) = (one["escalated"] for one in space.run("case", open=True).done().json["cases"])
    assert (escalated["to"], escalated["days"]) == ("red", 5)

    assert refused(step(space, "mei", case, "finish", {"done": "已补装"})) == ["finish needs the field after"]
    mended(space, case)
    for who in ("feng", "mei"):
        ((message,), *_) = [refused(step(space, who, case, "verify", {"opinion": "合格"}))]
        assert message.endswith("verify is for another person"), "not who found it, nor who planned and mended it"
    step(space, "wu", case, "reject", note="缺一处焊点").done()
    mended(space, case)
    step(space, "wu", case, "verify", {"opinion": "合格"}).done()
    assert refused(step(space, "mei", case, "remove"))[0].endswith("remove is for another person")
    removed = step(space, "ou", case, "remove").done().json
    assert (removed["state"], removed["ended"]) == ("removed", True)
    told = seen(space, case)
    assert (told["in_time"], told["ended_on"]) == (False, "2026-05-13")
    assert [one["actor"] for one in told["history"]] == [
        "feng", "wu", "mei", "mei", "ou", "mei", "wu", "mei", "wu", "ou",
    ]  # fmt: skip
    files = {one["field"]: one["files"] for one in told["filled"] if one.get("files")}
    assert fetched(space, case, files["before"][0]["entry"], tmp_path) == PHOTO
    assert fetched(space, case, files["after"][0]["entry"], tmp_path) == MENDED
    counts = space.run("case").done().json["workflows"]
    assert [(one["open"], one["overdue"], one["ended"], one["in_time"]) for one in counts] == [(0, 0, 1, 0)]
    space.state()


def test_a_major_hazard_is_listed_and_accepted_by_the_office(space: Space) -> None:
    case = found(space, **{"class": "major"})
    assert refused(step(space, "wu", case, "confirm")) == ["confirm is for class general, which is major"]
    listing = {"notice": "安督〔2026〕3号", "supervisor": "区应急局", "published": "门厅公示栏"}
    assert refused(step(space, "wu", case, "list", listing)) == ["wu may not take list at 'G01'"]
    step(space, "ou", case, "list", listing).done()
    assert seen(space, case)["state"] == "listed"
    step(space, "mei", case, "plan", SIX, {"emergency/应急预案.pdf": b"%PDF-1.7"}).done()
    mended(space, case)
    assert refused(step(space, "wu", case, "verify", {"opinion": "合格"})) == [
        "verify is for class general, which is major"
    ]
    record = {"record/验收.html": HTML}
    assert refused(step(space, "wu", case, "verify_major", {"opinion": "合格"}, record))[0].startswith(
        "wu may not take"
    )
    step(space, "ou", case, "verify_major", {"opinion": "合格"}, record).done()
    assert seen(space, case)["state"] == "verified"


def test_a_hazard_at_the_same_place_again(space: Space) -> None:
    first = found(space)
    files = {"before/现场 2.jpg": PHOTO}
    again = opens(space, "wu", "safety_hazard", "G01", "护栏又缺", FOUND, files).done().json
    assert again["recurs"] == [first]
    elsewhere = {**FOUND, "place": "四号码头"}
    assert opens(space, "wu", "safety_hazard", "G01", "护栏缺失", elsewhere, files).done().json["recurs"] == []
    told = {one["case"]: one["recurs"] for one in space.run("case", **{"as": "vic"}).done().json["cases"]}
    assert told[again["case"]] == 1
    assert told[first] == 0


def test_what_is_refused_leaves_nothing_behind(space: Space, tmp_path: Path) -> None:
    before = space.size()
    assert refused(opens(space, "feng", "safety_hazard", "G01", "x", FOUND, {})) == ["opened_by needs the field before"]
    assert refused(opens(space, "feng", "safety_hazard", "G01", "x", FOUND, {"before/a.svg": b"<svg/>"})) == [
        "the file 'a.svg' of before is of another kind"
    ]
    photo = {"before/a.jpg": PHOTO}
    assert refused(opens(space, "vic", "safety_hazard", "G01", "x", FOUND, photo)) == ["vic may not handle at 'G01'"]
    assert refused(opens(space, "shui", "safety_hazard", "G01", "x", FOUND, photo)) == [
        "no entity is registered as 'G01'"
    ]
    assert space.size() == before
    case = found(space)
    assert refused(space.run("case", case, **{"as": "shui"})) == [f"no case is called '{case}'"]
    entry = seen(space, case)["filled"][-1]["files"][0]["entry"]
    assert refused(space.run("case", case, fetch=entry, out=tmp_path / "x", **{"as": "shui"})) == [
        f"no case is called '{case}'"
    ]
    assert space.run("case", **{"as": "shui"}).done().json["cases"] == []


def test_a_dismissed_hazard_keeps_its_reason(space: Space) -> None:
    case = found(space)
    assert refused(step(space, "feng", case, "dismiss", note="误报"))[0].endswith("dismiss is for another person")
    step(space, "ou", case, "dismiss", note="误报：护栏在检修中按规定拆除").done()
    told = seen(space, case)
    assert (told["state"], told["ended"], told["note"]) == ("dismissed", True, "误报：护栏在检修中按规定拆除")
