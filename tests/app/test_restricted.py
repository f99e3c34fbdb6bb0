"""What is restricted is withheld from whoever may not see it: by declaration, by closure, and in every answer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from homes import asked, at_desk, copied, submission
from restricted_homes import FIGURES, PERIOD, RESTRICTED, paid, staffed

from hengjian.app import local
from hengjian.app.gate import RULES
from hengjian.app.restricted import hidden, restrictions, sees_restricted
from hengjian.app.withholding import PASSES
from hengjian.model.filing import filing_id
from hengjian.model.issue import Failure, Forbidden, Refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be asked only: reads of it are entered."""
    return staffed(paid(tmp_path_factory.mktemp("restricted") / "home"))


def of(home: Path, actor: str, method: str, **question: object) -> dict[str, Any]:
    return asked(home, method, actor=actor, **question)


def forbidden(home: Path, actor: str, method: str, **question: object) -> tuple[str, str]:
    with pytest.raises(Forbidden) as caught:
        of(home, actor, method, **question)
    (issue,) = caught.value.issues
    return issue.message, issue.hint


ROLES = "roles that may see restricted data: reporter, reviewer, analyst, officer, auditor"


def test_each_question_of_the_gate_has_its_row() -> None:
    assert set(PASSES) == set(RULES) == set(local.METHODS)


def test_what_follows(home: Path) -> None:
    desk = at_desk(home)
    try:
        found = restrictions(desk)
        assert found.figures == {"pay", "pay_share", "pay_rank", "banded", "secret", "much_pay"}
        assert found.published == {"pay_of_all", "own_and_all", "pay_in_all"}
        assert (found.checks, found.types) == ({"paid"}, {"natural_person"})
        assert found.attributes == {"enterprise": {"band"}}
        assert sees_restricted(desk).is_everything
        assert not hidden(desk, "A", "pay")
    finally:
        desk.close()


def test_show(home: Path) -> None:
    told = {one["indicator"]: one for one in of(home, "vera", "show", entity="A")["values"]}
    assert told["margin"]["value"] == 2_000_033 - 2_100_001
    assert told["pay_share"] == {
        "indicator": "pay_share", "period": PERIOD, "value": None, "unit": "ratio", "basis": None, "withheld": True,
        "missing": {"reason": "withheld", "input": "pay_share", "entity": "A", "period": PERIOD},
    }  # fmt: skip
    assert {name for name, one in told.items() if one.get("withheld")} == {"pay_share", "pay_rank", "banded", "secret"}
    assert forbidden(home, "vera", "show", entity="A", indicators=["ｐａｙ"]) == (
        "pay of 'A' is restricted", ROLES
    )  # fmt: skip
    both = of(home, "vera", "show", entity="A", indicators=["margin", "pay"])["values"]
    assert [one["value"] for one in both] == [2_000_033 - 2_100_001, None]
    assert of(home, "rita", "show", entity="A", indicators=["pay"])["values"][0]["value"] == FIGURES["A", "pay"]


def test_explain(home: Path) -> None:
    for question in ({"indicator": "pay_share"}, {"indicator": "much_pay"}, {"rule": "much_pay", "indicator": ""}):
        assert forbidden(home, "vera", "explain", entity="A", period=PERIOD, **question)[1] == ROLES
    answer = of(home, "vera", "explain", entity="G", indicator="own_and_all", period=PERIOD)
    assert answer["value"] == 72_000_017 + 73_000_001 + 1_000_019
    published, income = answer["tree"]["children"]
    assert (published["text"], published["value"]) == ("pay_of_all", 72_000_017 + 73_000_001)
    (total,) = published["children"]
    assert (total["value"], [one["op"] for one in total["children"]]) == (published["value"], ["withheld"])
    assert income["value"] == 1_000_019
    leaves = {(one["entity"], one["measure"]): one for one in answer["leaves"]}
    assert leaves["A", "pay"]["value"] is leaves["A", "pay"]["text"] is None
    assert leaves["A", "pay"]["withheld"]
    assert leaves["A", "pay"]["filing"]
    assert leaves["G", "income"]["value"] == 1_000_019
    whole = of(home, "otto", "explain", entity="G", indicator="own_and_all", period=PERIOD)
    assert "withheld" not in json.dumps(whole)
    assert str(FIGURES["A", "pay"]) in json.dumps(whole)


def test_prove(home: Path) -> None:
    question = {"entity": "G", "indicator": "own_and_all", "period": PERIOD}
    assert forbidden(home, "vera", "prove", **question) == (
        "the proof of own_and_all of 'G' would disclose restricted figures", ROLES
    )  # fmt: skip
    assert b"72000017" in of(home, "otto", "prove", **question)["bundle"]
    assert forbidden(home, "vera", "prove", **(question | {"indicator": "pay"}))[1] == ROLES
    assert of(home, "vera", "prove", **(question | {"indicator": "margin"}))["bundle"]
    figures = last_filing(home)
    assert forbidden(home, "vera", "prove", filing=figures) == (
        f"{figures} holds restricted figures: they are not proven to you", ROLES
    )  # fmt: skip
    assert of(home, "vera", "prove", filing=figures, cells=["D3"])["bundle"]
    assert forbidden(home, "vera", "prove", filing=figures, cells=["D3"], with_file=True) == (
        f"the file of {figures} holds restricted figures", ROLES
    )  # fmt: skip


def test_alerts_are_proven_to_who_sees_their_figures(tmp_path: Path) -> None:
    """A proof holds the record of the entry whole. No type is restricted here, so that viewers see everybody."""
    types = RESTRICTED["types.yaml"].removesuffix('  restricted: "true"\n')
    home = staffed(paid(tmp_path / "home", {**RESTRICTED, "types.yaml": types}))
    alerts = {(one["rule"], one["entity"]): one for one in of(home, "vera", "alerts")["alerts"]}

    def last(rule: str, entity: str) -> str:
        events = of(home, "local:tester", "alert", alert=alerts[rule, entity]["alert"])["events"]
        return filing_id(events[-1]["entry"])

    for rule, entity in (("much_pay", "A"), ("pay_in_all", "G")):
        name = last(rule, entity)
        for with_file in (True, False):
            assert forbidden(home, "vera", "prove", filing=name, with_file=with_file) == (
                f"the proof of {name} would disclose restricted figures", ROLES
            )  # fmt: skip
        assert of(home, "otto", "prove", filing=name, with_file=True)["bundle"]
        alert = alerts[rule, entity]["alert"]
        assert forbidden(home, "vera", "prove", alert=alert)[1] == ROLES
        assert of(home, "otto", "prove", alert=alert)["bundle"]
    assert of(home, "vera", "prove", filing=last("loss", "A"), with_file=True)["bundle"]
    assert of(home, "vera", "prove", alert=alerts["loss", "A"]["alert"])["bundle"]


def last_filing(home: Path, form: str = "observations") -> str:
    return str(of(home, "local:tester", "filings", form=form)["filings"][0]["filing"])


def test_filings(home: Path) -> None:
    name = last_filing(home)
    answer = of(home, "vera", "filing", filing=name)
    cells = {(one["entity"], one["measure"]): one for one in answer["cells"]}
    assert cells["A", "pay"]["value"] is cells["A", "pay"]["text"] is None
    assert cells["A", "pay"]["withheld"]
    assert cells["A", "income"]["value"] == 2_000_033
    assert (answer["warnings"], answer["warnings_withheld"]) == ([], 3)
    assert forbidden(home, "vera", "blob", filing=name) == (f"the file of {name} holds restricted figures", ROLES)
    data = of(home, "otto", "blob", filing=name)["data"]
    assert b"72000017" in data
    assert (answer["size"], answer["sha256"]) == (None, None), "by which a guess of what is withheld could be held"
    assert of(home, "otto", "filing", filing=name)["size"] == len(data)
    assert of(home, "vera", "recognise", data=data)["kind"] == "unknown"
    assert of(home, "otto", "recognise", data=data)["kind"] == "filing"
    for reader, told in (("vera", None), ("otto", len(data))):
        sizes = {one["filing"]: one["size"] for one in of(home, reader, "ledger", limit=100)["entries"]}
        assert sizes[name] == told
    rows = of(home, "vera", "filing", filing=last_filing(home, "entities"))
    described = {one["entity"]: one for one in rows["cells"]}
    assert described["A"]["attributes"] == {"industry": "power"}
    assert described["A"]["withheld"] == ["band"]
    assert "P-ZHANG" not in described


def test_lists(home: Path, tmp_path: Path) -> None:
    table = pa.ipc.open_stream(of(home, "vera", "values")["arrow"]).read_all().to_pylist()
    shut = [one for one in table if one["missing"] == "withheld"]
    assert {one["indicator"] for one in shut} == {"pay_share", "pay_rank", "banded", "secret"}
    assert all(one["value"] is None for one in shut)
    board = of(home, "vera", "portfolio", type="enterprise", columns=["margin", "pay_share"])
    margin, share = board["columns"]
    assert share["values"] == [None, None, None]
    assert share["withheld"] == 3
    assert share["missing"] == ["withheld"] * 3
    assert None not in margin["values"]
    assert board["withheld_attributes"] == ["band"]
    assert all("band" not in said for said in board["attributes"])
    again = of(home, "otto", "portfolio", type="enterprise", columns=["margin", "pay_share"])
    assert None not in again["columns"][1]["values"]
    assert again["attributes"][1]["band"] == "high"
    out = tmp_path / "out"
    (file,) = of(home, "vera", "evaluate", out=str(out))["files"]
    assert next(one for one in pq.read_table(file).to_pylist() if one["indicator"] == "pay_share")["value"] is None
    assert of(home, "vera", "declarations")["restricted"] == sorted(
        ("pay", "pay_share", "pay_rank", "banded", "secret", "much_pay", "band")
    )


def test_a_file_is_written_once_and_without_what_is_withheld(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ever reached the disk is looked at, not only what is left there; what is read is entered before."""
    desk = at_desk(copied(home, tmp_path / "home"))
    written: list[tuple[int, list[dict[str, Any]]]] = []
    write = pq.write_table

    def noted(table: pa.Table, path: Path) -> None:
        written.append((desk.log.size, table.to_pylist()))
        write(table, path)

    def told(actor: str, **question: object) -> dict[str, Any]:
        return local.METHODS["evaluate"](desk, {**question, "actor": actor})

    monkeypatch.setattr(pq, "write_table", noted)
    before = desk.log.size
    try:
        assert "read" not in told("vera", out=str(tmp_path / "vera"))
        answer = told("otto", out=str(tmp_path / "otto"))
        assert "read" not in told("otto"), "counts tell no figure"
    finally:
        desk.close()
    (closed, rows), (opened, others) = written
    restricted = [one for one in rows if one["indicator"] in {"pay_share", "pay_rank", "banded", "secret"}]
    assert {(one["value"], one["missing"]) for one in restricted} == {(None, "withheld")}
    assert 3 * FIGURES["A", "income"] in {one["value"] for one in others if one["indicator"] == "secret"}
    assert (closed, answer["read"], opened) == (before, before, before + 1)


def test_persons_as_owners(home: Path) -> None:
    everyone = of(home, "otto", "entities")
    assert "P-ZHANG" in {one["id"] for one in everyone["entities"]}
    listed = of(home, "vera", "entities")
    assert {one["id"] for one in listed["entities"]} == {"G", "A", "B"}
    assert listed["withheld"] == 2
    with pytest.raises(Refused, match="no entity is registered as 'P-ZHANG'"):
        of(home, "vera", "relations", entity="P-ZHANG")
    related = of(home, "vera", "relations", entity="A")
    assert related["withheld_attributes"] == ["band"]
    assert related["attributes"] == {"industry": "power"}
    for method, question in (
        ("look_through", {"entity": "A", "direction": "up"}), ("ownership_chart", {"entity": "A"}),
        ("ownership_tops", {}), ("export_bods", {}), ("holding_faults", {}), ("relations", {"entity": "A"}),
    ):  # fmt: skip
        text = str(of(home, "vera", method, **question))
        assert not [word for word in ("P-ZHANG", "张伟") if word in text], method


def test_alerts(home: Path) -> None:
    told = {(one["rule"], one["entity"]): one for one in of(home, "vera", "alerts", owners=True)["alerts"]}
    alert = told["much_pay", "A"]
    assert (alert["value"], alert["threshold"], alert["withheld"], alert["level"]) == (None, None, True, "red")
    assert alert["message"] == {"zh": "涉及受限数据，未予显示", "en": "Restricted figures are withheld"}
    assert "band" not in alert["attributes"]
    assert told["loss", "A"]["value"] == 2_000_033 - 2_100_001
    one = of(home, "vera", "alert", alert=alert["alert"])
    assert "72000017" not in json.dumps(one)
    assert one["events"][0]["inputs"] == []
    case = of(home, "vera", "case", case=alert["case"])
    assert "72000017" not in json.dumps(case)
    assert case["alert"]["withheld"]
    published = told["pay_in_all", "G"]
    inputs = of(home, "vera", "alert", alert=published["alert"])["events"][0]["inputs"]
    told_of = {one["measure"]: (one["value"], one["text"]) for one in inputs if one["entity"] != "G"}
    assert told_of == {"pay": (None, None)}
    assert published["value"] == 72_000_017 + 73_000_001
    assert "72,000,017" in of(home, "otto", "alert", alert=alert["alert"])["message"]["en"]


def test_what_a_submitter_is_told(home: Path) -> None:
    text = "entity,measure,period,value\nA,pay,2026-Q1,72000029\nA,cost,2026-Q1,2100011\nA,income,2026-Q1,7\n"
    files = {"files": [{"name": "a.csv", "data": text.encode()}], "form": "observations"}
    (warning,) = of(home, "otto", "trial", **files)["warnings"]
    assert "72,000,029" in warning["message"]
    (own,) = of(home, "rita", "trial", **files)["warnings"]
    assert own == warning
    (warning,) = of(home, "arno", "trial", **files)["warnings"]
    assert (warning["message"], warning["hint"]) == ("restricted figures are withheld", "")


def test_a_receipt(home: Path, tmp_path: Path) -> None:
    """Of the submission itself: warnings and alerts to whoever may see them, and the same when it is repeated."""
    home = copied(home, tmp_path / "home")
    text = "entity,measure,period,value\nA,pay,2026-Q1,72000029\nA,cost,2026-Q1,2100011\nA,income,2026-Q1,7\n"
    question = submission(text, actor="arno")
    for _ in range(2):
        answer = asked(home, "submit", **question)
        assert "72,000,029" not in str(answer)
        assert "72000029" not in str(answer)
        assert {one["rule"]: one["value"] for one in answer["alerts"]} == {"much_pay": None, "loss": -2_100_004}
        assert "read" not in answer
    text = text.replace("72000029", "72000047")
    answer = asked(home, "submit", **submission(text, actor="otto"))
    assert "72,000,047" in answer["warnings"][0]["message"]
    assert answer["read"] == asked(home, "status")["size"] - 1


def test_a_space_without_persons_has_nothing_withheld(tmp_path: Path) -> None:
    home = paid(tmp_path / "alone")
    before = asked(home, "status")["size"]
    assert asked(home, "show", entity="A", indicators=["pay"])["values"][0]["value"] == FIGURES["A", "pay"]
    assert asked(home, "status")["size"] == before


def test_later_entities_are_restricted_too(tmp_path: Path) -> None:
    home = staffed(paid(tmp_path / "grown"))
    desk = at_desk(home)
    try:
        ask = local.METHODS["entities"]
        assert ask(desk, {"actor": "vera"})["withheld"] == 2
        question = {"files": [{"name": "e.csv", "data": "entity,type,name\nP-LI,natural_person,李\n".encode()}]}
        local.METHODS["submit"](
            desk, {**question, "form": "entities", "actor": "local:tester", "entity": None, "key": None}
        )
        assert ask(desk, {"actor": "vera"})["withheld"] == 3
    finally:
        desk.close()


def names(found: Mapping[str, Any]) -> set[str]:
    return {one["id"] for one in found["entities"]}


def test_who_may_see_a_part(home: Path) -> None:
    assert of(home, "rita", "show", entity="A", indicators=["pay_share"])["values"][0]["value"] is not None
    assert names(of(home, "rita", "entities")) == {"A"}
    with pytest.raises(Refused):
        of(home, "rita", "show", entity="B", indicators=["pay_share"])


def test_a_question_without_a_row_is_answered_to_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PASSES, "show")  # type: ignore[arg-type]  # a mapping that is a dict
    with pytest.raises(Failure, match="no rule says what is restricted in 'show'"):
        of(home, "vera", "show", entity="A")
