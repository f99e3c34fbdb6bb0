"""From audited to assessed figures: claims, opinions, recognition, the filing that follows, and what each does."""

from pathlib import Path
from typing import Any

import pytest
from homes import asked, copied, shown
from register_homes import LETTER, made, staff

from hengjian.model.issue import Forbidden, Refused


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made(tmp_path_factory.mktemp("bridged") / "home")
    staff(folder)
    asked(folder, "enter_register", kind="letter", text=LETTER)
    return folder


@pytest.fixture
def home(registered: Path, tmp_path: Path) -> Path:
    return copied(registered, tmp_path / "home")


def claim(**more: str) -> dict[str, str]:
    return {"id": "T1", "entity": "A", "period": "2025", "measure": "净利润", "effect": "视同利润加回",
            "ground": "研发投入", "claim": "5", "evidence": "专项审计报告", "state": "申报", **more}  # fmt: skip


def typed(home: Path, *lines: dict[str, str], **more: Any) -> dict[str, Any]:
    return asked(home, "enter_register", kind="adjustment", rows=list(lines), **more)


def refusal(home: Path, *lines: dict[str, str], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        typed(home, *lines, **more)
    return [(issue.message, issue.hint) for issue in refused.value.issues]


RECOGNISED = {"id": "T1", "state": "认定", "capitalised": "1", "part": "80%", "document": "认定书1号"}


def bridged(home: Path, **more: Any) -> dict[str, Any]:
    (measure,) = asked(home, "bridge", entity="A", period="2025", **more)["measures"]
    found: dict[str, Any] = measure
    return found


def test_audited_figures_become_assessed_ones_by_what_is_recognised(home: Path) -> None:
    typed(home, claim(), actor="ann")
    typed(home, {"id": "T1", "state": "部门意见", "opinion": "属实"}, actor="fin")
    assert bridged(home)["assessed"] == "8"  # nothing is recognised yet
    assert asked(home, "bridge", entity="A", period="2025")["pending"] == ["T1"]
    typed(home, RECOGNISED, actor="lead")
    typed(
        home,
        claim(
            id="T2",
            effect="剔除",
            ground="处置收益",
            claim="1.5",
            state="recognised",
            part="100%",
            document="认定书2号",
        ),
    )
    one = bridged(home)
    # 8 + (5 − 1) × 80 % − 1.5
    assert [one[name] for name in ("audited", "added", "removed", "assessed", "unit")] == [
        "8",
        "3.2",
        "1.5",
        "9.7",
        "CNY",
    ]
    assert [(row["id"], row["amount"], row["most"]) for row in one["adjustments"]] == [
        ("T1", "3.2", "3.2"), ("T2", "-1.5", "1.5"),
    ]  # fmt: skip
    assert [(state, step["actor"]) for state, step in one["adjustments"][0]["by"].items()] == [
        ("claimed", "ann"), ("opinion", "fin"), ("recognised", "lead"),
    ]  # fmt: skip
    assert (one["filed"], one["settled"]) == (None, False)


def test_assessed_figures_are_filed_once_and_name_their_adjustments(home: Path) -> None:
    typed(home, claim(), actor="ann")
    typed(home, RECOGNISED, actor="lead")
    told = asked(home, "assess_figures", entity="A", period="2025", actor="lead")
    assert told["observations"] == 2
    assert asked(home, "assess_figures", entity="A", period="2025", actor="lead")["filing"] == told["filing"]
    # what stands in the same statement is filed with it: the basis is chosen for the whole of one
    cells = asked(home, "filing", filing=told["filing"])["cells"]
    assert {cell["measure"]: (cell["value"], cell["basis"], cell["place"]) for cell in cells} == {
        "net_profit": (11.2, "assessed", "adjustments T1"), "total_assets": (300, "assessed", "as audited"),
    }  # fmt: skip
    assert shown(home, "return_on_assets", entity="A")["return_on_assets", "2025"] == pytest.approx(11.2 / 3)
    assert [bridged(home)[name] for name in ("filed", "settled", "audited")] == ["11.2", True, "8"]
    typed(home, RECOGNISED | {"part": "100%"}, actor="lead")  # corrected: what was filed stands no more for it
    assert [bridged(home)[name] for name in ("filed", "settled", "assessed")] == ["11.2", False, "12"]
    assert bridged(home, as_known_at=f"entry:{told['entry']}")["assessed"] == "11.2"
    asked(home, "assess_figures", entity="A", period="2025")
    assert bridged(home)["settled"] is True


def test_the_cap_and_what_was_capitalised_bound_what_is_recognised(home: Path) -> None:
    typed(home, claim(), actor="ann")
    typed(home, RECOGNISED | {"cap": "2.5"}, actor="lead")
    assert bridged(home)["added"] == "2.5"
    assert refusal(home, RECOGNISED | {"recognised": "2.6"}, actor="lead") == [
        ("2.6 is recognised of 'T1', and 2.5 is the most",
         "claimed 5, less what was capitalised, × the part, no more than the cap"),
    ]  # fmt: skip
    typed(home, RECOGNISED | {"capitalised": "9"}, actor="lead")  # all of it is in the asset: nothing counts twice
    assert bridged(home)["added"] == "0"


def test_amounts_are_kept_in_the_measures_unit(home: Path) -> None:
    typed(home, claim(claim="0.001", unit="万元"))
    assert bridged(home)["adjustments"][0]["claim"] == "10"


def test_what_is_removed_needs_no_list_of_projects(home: Path) -> None:
    typed(home, claim(effect="剔除", project="处置股权", claim="2"), actor="ann")
    typed(home, RECOGNISED | {"part": "100%", "capitalised": ""}, actor="lead")
    assert bridged(home)["removed"] == "2"


def test_faults_of_adjustments_are_told(home: Path) -> None:
    assert refusal(home, claim(evidence="")) == [("'T1' has no evidence", "fill in 佐证材料")]
    assert refusal(home, claim(claim="-5")) == [
        ("-5 is no amount to add back or remove", "write it without a minus; the effect says which way it goes")
    ]
    assert refusal(home, claim(period="2025-Q4")) == [
        ("net_profit has no figure of 2025-Q4",
         "it is by year: name such a period, or a year at whose end a figure stands for all of it"),
    ]  # fmt: skip
    typed(home, claim(project="一号工程"), actor="ann")
    assert refusal(home, RECOGNISED | {"capitalised": "", "document": ""}, actor="lead") == [
        ("the project '一号工程' is not on the list",
         "costs of designated projects alone are recognised: say 是 where it is on it"),
        ("'T1' does not say what was capitalised",
         "say how much of it stands in the cost of an asset already; 0 where nothing does"),
        ("the decision on 'T1' names no document", "write the number of the office's decision"),
    ]  # fmt: skip
    assert refusal(home, RECOGNISED | {"listed": "是", "part": ""}, actor="lead") == [
        ("'T1' is recognised, and neither part nor amount is said", "write the recognised part, as 80%, or the amount")
    ]
    assert refusal(home, claim(id="T3", project="一号工程")) == [
        ("the same is claimed as 'T1' already",
         "one cost is claimed once: withdraw one of the two, or name ground and project apart"),
    ]  # fmt: skip
    assert refusal(home, {"id": "T1", "state": "recognised", "measure": "总资产"}, actor="ann")[0][0].startswith(
        "'T1' is of"
    )


def test_nothing_is_filed_without_recognition_or_audit(home: Path) -> None:
    with pytest.raises(Refused, match="no adjustment of 'A' for 2025 is recognised"):
        asked(home, "assess_figures", entity="A", period="2025")
    decided = claim(entity="A1", capitalised="0", part="1", state="recognised", document="认定书")
    typed(home, decided)
    with pytest.raises(Refused, match="net_profit of 'A1' has no audited figure of 2025"):
        asked(home, "assess_figures", entity="A1", period="2025")
    with pytest.raises(Forbidden, match="ann may not assess"):
        asked(home, "assess_figures", entity="A", period="2025", actor="ann")
    with pytest.raises(Refused, match="'x' is no period"):
        asked(home, "bridge", entity="A", period="x")


def test_the_bridge_of_an_enterprise_out_of_sight_is_not_there(home: Path) -> None:
    typed(home, claim())
    with pytest.raises(Refused, match="no entity is registered as 'A'"):
        asked(home, "bridge", entity="A", period="2025", actor="see")
    assert asked(home, "register", kind="adjustment", actor="see")["rows"] == []


def test_what_each_adjustment_does_to_the_score_is_tried_and_nothing_is_filed(home: Path) -> None:
    """净资产收益率 (here: profit ÷ assets) against 工业 of all sizes: 8 ÷ 300 = 2.67 %, then 12.8 ÷ 300 = 4.27 %."""
    book = (
        "book,year,class,size,key,excellent,good,average,lower,poor\n"
        "performance,2025,工业,all,roe,15,10,5,0,-5\nperformance,2025,工业,all,debt,2,4,6,8,10\n"
        "performance,2025,工业,all,turnover,1,.8,.6,.4,.2\n"
    )
    asked(home, "enter_register", kind="standard", text=book)
    typed(home, claim(), actor="ann")
    typed(home, RECOGNISED | {"part": "100%", "capitalised": "0.2"}, actor="lead")
    typed(home, claim(id="T2", ground="融资成本", claim="0.3"))
    before = asked(home, "score", scorecard="yearly", entity="A", period="2025")
    told = asked(home, "bridge_effect", scorecard="yearly", entity="A", period="2025")
    assert [(one["id"], one["state"], one["amount"]) for one in told["steps"]] == [
        (None, None, None), ("T1", "recognised", "4.8"), ("T2", "claimed", "0.3"),
    ]  # fmt: skip
    assert told["steps"][0]["score"] == before["score"]
    assert asked(home, "score", scorecard="yearly", entity="A", period="2025") == before
    asked(home, "assess_figures", entity="A", period="2025")
    after = asked(home, "score", scorecard="yearly", entity="A", period="2025")
    assert after["score"] == told["steps"][1]["score"] != before["score"]
    # asked again, the steps begin with the audited figures as before
    again = asked(home, "bridge_effect", scorecard="yearly", entity="A", period="2025")
    assert again["steps"] == told["steps"]
