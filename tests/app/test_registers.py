"""Registers: letters, confirmations, ratings, awards and settings; who may enter what, and what each sees of it."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from homes import asked, at_desk, copied
from register_homes import LETTER, entered, made, staff

from hengjian.app.awards import awards_of
from hengjian.app.letters import letter_of
from hengjian.app.panels import ratings_of
from hengjian.app.registers import _also
from hengjian.app.settings import settings_of
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Label
from hengjian.model.issue import CellPlace, Refused
from hengjian.supervise.scored import Awarded, Rated


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made(tmp_path_factory.mktemp("registered") / "home")
    staff(folder)
    for person, unit in (("fin", "财务处"), ("inv", "投资处")):
        asked(folder, "amend_person", person=person, unit=unit)
    entered(folder, "letter", LETTER, name="letters.csv")
    return folder


@pytest.fixture
def home(registered: Path, tmp_path: Path) -> Path:
    return copied(registered, tmp_path / "home")


def rows(home: Path, kind: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked(home, "register", kind=kind, **more)["rows"]
    return found


def refusal(home: Path, kind: str, *typed: dict[str, str], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        asked(home, "enter_register", kind=kind, rows=list(typed), **more)
    return [(issue.message, issue.hint) for issue in refused.value.issues]


def typed(home: Path, kind: str, *lines: dict[str, str], **more: Any) -> dict[str, Any]:
    return asked(home, "enter_register", kind=kind, rows=list(lines), **more)


def rating(**more: str) -> dict[str, str]:
    return {"scorecard": "signed", "period": "2025", "entity": "A", "key": "talk", **more}


OPEN = {"scorecard": "signed", "period": "2025", "state": "open"}
CLOSED = OPEN | {"state": "closed"}


def workbook(**sheets: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, cells in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(cells):
                page.write_row(number, 0, row)
    return buffer.getvalue()


# letters


def test_a_letter_has_its_lines_factor_and_signers(home: Path) -> None:
    desk = at_desk(home)
    try:
        letter = letter_of(desk, desk.programme().catalogue.scorecards["signed"], "2025", "A", None)
    finally:
        desk.close()
    assert letter is not None
    assert letter.factor == Decimal("1.05")
    assert [
        (one.item, one.key, one.weight, one.target, one.base, one.unit, one.department) for one in letter.lines
    ] == [
        ("profit", "profit", Decimal(40), Decimal(1000), Decimal(900), "万元", None),
        ("others", "招商引资", Decimal(20), Decimal(12), Decimal(10), "亿元", "投资处"),
        ("talk", "talk", None, None, None, None, None),
    ]
    assert letter.record["signed"] == {"office": "王主任", "enterprise": "李董事长", "on": "2025-03-01"}
    assert (letter.record["class"], letter.record["document"]) == ("竞争类", "嘉国资〔2025〕3号")


def test_a_workbook_holds_letters_of_many_one_a_sheet_or_one_below_the_other(home: Path) -> None:
    head: list[object] = ["办法", "年度", "项目", "权重", "目标值", "单位"]
    book = workbook(
        A=[["2026年度责任书"], head, ["经营业绩考核", 2026, "净利润", 60, 0.12, "亿元"], ["", "", "党建评议"]],
        B=[head, ["signed", 2026, "净利润", 60, 1300, ""], ["", "", "党建评议", "", "", ""]],
    )  # fmt: skip
    told = entered(home, "letter", book, name="letters.xlsx")
    assert told["records"] == 2
    found = {row["entity"]: row for row in rows(home, "letter", period="2026")}
    assert [found[one]["lines"][0]["target"] for one in "AB"] == ["1200", "1300"]  # 0.12 亿元 is 1,200 万元
    assert found["A"]["origin"]["sheet"] == "A"
    assert found["A"]["lines"][0]["cell"] == "C3"


def test_a_template_that_is_filled_in_is_a_letter(home: Path) -> None:
    from python_calamine import CalamineWorkbook

    template = asked(home, "register_template", kind="letter", scorecard="signed", period="2026", entities=["B"])
    read = CalamineWorkbook.from_filelike(io.BytesIO(template["data"])).get_sheet_by_index(0).to_python()
    titles = [str(cell).split("\n")[0] for cell in read[0]]
    given = {"净利润": ("100", "1000"), "分类指标": ("", ""), "党建评议": ("", "")}
    cells: list[list[object]] = [list(read[0])]
    for line in read[1:]:
        filled = list(line)
        item = str(filled[titles.index("考核项目")])
        if item in ("净利润", "党建评议"):
            filled[titles.index("权重")], filled[titles.index("目标值")] = given[item]
            cells.append([*filled])
    assert _faults(home, "letter", workbook(责任书=cells)) == [
        ("责任书", "K2", "the weights of 'B' add up to 100 in '经济指标'", "they should add up to 60")
    ]
    cells[1][titles.index("权重")] = "60"
    assert entered(home, "letter", workbook(责任书=cells), name="b.xlsx")["records"] == 1
    again = [cells[0], [*cells[1]], ["分类指标" if one == "考核项目" else "" for one in titles], *cells[2:]]
    again[1][titles.index("目标值")] = "1001"
    assert entered(home, "letter", workbook(责任书=again), name="c.xlsx")["records"] == 1
    letter = rows(home, "letter", period="2026", entity="B")[0]
    assert [line["item"] for line in letter["lines"]] == ["profit", "talk"]  # the row that says nothing is left out


def _faults(home: Path, kind: str, data: bytes) -> list[tuple[str | None, str | None, str, str]]:
    with pytest.raises(Refused) as refused:
        entered(home, kind, data, name="f.xlsx")
    found = []
    for issue in refused.value.issues:
        assert isinstance(issue.place, CellPlace)
        found.append((issue.place.sheet, issue.place.cell, issue.message, issue.hint))
    return found


def test_faults_of_letters_are_told(home: Path) -> None:
    line = {"scorecard": "signed", "period": "2026", "entity": "B", "item": "profit", "weight": "60", "target": "9"}
    rest = {"item": "talk"}
    assert refusal(home, "letter", line | {"scorecard": "yearly"}, rest) == [
        ("yearly asks for no letter", "its weights and targets are declared by its pack")
    ]
    assert refusal(home, "letter", line | {"period": "2026-Q1"}, rest) == [
        ("signed is by year, '2026-Q1' is none", "name a year")
    ]
    assert refusal(home, "letter", line | {"period": "2019"}, rest) == [
        ("signed is not in force at the end of 2019", "it is in force from 2020-01-01 to now: name another scorecard")
    ]
    assert refusal(home, "letter", line | {"weight": ""}, rest) == [
        ("'净利润' has no weight", "its weight is the letter's: fill it in")
    ]
    assert refusal(home, "letter", line | {"target": ""}, rest) == [
        ("'净利润' has no target", "its target is the letter's: fill it in")
    ]
    assert refusal(home, "letter", line, rest | {"weight": "30"}) == [
        ("'党建评议' weighs 40 by the scorecard", "leave the weight out, or mend it")
    ]
    assert refusal(home, "letter", line | {"indicator": "net_profits"}, rest) == [
        ("no indicator or measure is called 'net_profits'", "did you mean net_profit or Net profit?")
    ]
    assert refusal(home, "letter", line | {"unit": "人"}, rest) == [
        ("'9' cannot be kept: person is no unit of what is kept in 万元", "mend the unit, or leave it out")
    ]
    assert refusal(home, "letter", line | {"unit": "桶"}, rest) == [
        ("'桶' is no unit", "write a unit that packs declare, as 万元, %, 次 or 人")
    ]
    assert refusal(home, "letter", line | {"weight": "30"}, line | {"weight": "30"}, rest) == [
        ("'profit' stands in row 2 already", "a letter has one line for each: leave one out")
    ]
    assert refusal(home, "letter", line | {"factor": "1.1"}, rest | {"factor": "1.2"}) == [
        ("'1.2' stands here, and '1.1' above", "经营难度系数 is the same in all rows of a record")
    ]
    own = {"item": "others", "weight": "20", "target": "1"}
    assert refusal(home, "letter", line | {"weight": "40"}, own, rest) == [
        ("a line of '分类指标' has no name", "give it a key or a title")
    ]
    assert refusal(home, "letter", rest | {"entity": "B", "period": ""}, scorecard="signed") == [
        ("the row has no period", "fill it in, in the first row of each record")
    ]
    assert refusal(home, "letter", line | {"entity": "A|B"}) == [
        ("'A|B' holds a |", "write it without: it is part of a name")
    ]
    assert refusal(home, "letter", line | {"scorecard": "signet"}, rest) == [
        ("no scorecard is called 'signet'", "did you mean signed?")
    ]
    assert refusal(home, "letter", line | {"document": "x" * 2001}, rest) == [
        ("the cell has 2,001 characters, more than 2,000", "say it shorter, and name the document")
    ]


def test_who_assesses_enters_letters_and_who_does_not_see_an_enterprise_does_not_know_of_it(home: Path) -> None:
    line = {"scorecard": "signed", "period": "2026", "entity": "A", "item": "profit", "weight": "60", "target": "9"}
    hint = "an administrator gives roles: `hengjian role SPACE` lists them"
    assert refusal(home, "letter", line, {"item": "talk"}, actor="ann") == [("ann may not assess at 'A'", hint)]
    typed(home, "letter", line, {"item": "talk"}, actor="lead")
    assert rows(home, "letter", period="2026", actor="see") == []
    told = refusal(home, "letter", line, {"item": "talk"}, actor="see")
    assert told[0][0] == "no entity is registered as 'A'"


# confirmations


def test_a_department_signs_for_its_own_line(home: Path) -> None:
    line = {"scorecard": "signed", "period": "2025", "entity": "A", "key": "招商引资", "value": "11.5",
            "evidence": "投资处台账"}  # fmt: skip
    hint = "an administrator gives roles: `hengjian role SPACE` lists them"
    assert refusal(home, "confirmation", line, actor="fin") == [
        ("'招商引资' is confirmed by '投资处', to which fin does not belong", hint)
    ]
    assert refusal(home, "confirmation", line, actor="ann") == [("ann may not confirm at 'A'", hint)]
    typed(home, "confirmation", line, actor="inv")
    (row,) = rows(home, "confirmation")
    assert (row["value"], row["unit"], row["item"], row["department"], row["on_behalf"], row["actor"]) == (
        "11.5", "亿元", "others", "投资处", False, "inv",
    )  # fmt: skip
    typed(home, "confirmation", line | {"value": "118000", "unit": "万元"}, actor="lead")  # on behalf, which is told
    (row,) = rows(home, "confirmation")
    assert (row["value"], row["on_behalf"], row["actor"]) == ("11.8", True, "lead")


def test_what_is_confirmed_stands_in_a_letter(home: Path) -> None:
    line = {"scorecard": "signed", "period": "2025", "entity": "A", "key": "profit", "value": "1", "evidence": "x"}
    assert refusal(home, "confirmation", line) == [
        ("no figure to be confirmed is called 'profit'", "there are 招商引资")
    ]
    assert refusal(home, "confirmation", line | {"entity": "B"}) == [
        ("'B' has no letter of signed for 2025", "enter its responsibility letter first")
    ]
    assert refusal(home, "confirmation", line | {"key": "招商引资", "evidence": ""}) == [
        ("the row has no evidence", "fill in 佐证材料")
    ]


def test_small_figures_of_a_percentage_say_their_unit(home: Path) -> None:
    """0.96 may be 0.96 %, or 96 %: a figure on which pay hangs is not guessed."""
    lines = (
        {"item": "profit", "weight": "40", "target": "9"},
        {"item": "others", "key": "完成率", "weight": "20", "target": "95", "unit": "%"},
    )
    typed(home, "letter", *({"scorecard": "signed", "period": "2026", "entity": "B", **one} for one in lines))
    line = {"scorecard": "signed", "period": "2026", "entity": "B", "key": "完成率", "evidence": "x"}
    assert refusal(home, "confirmation", line | {"value": "0.96"}) == [
        (
            "the figures of '完成率' may be percentages, or parts of the whole",
            "say in the column 单位 which: % or ratio",
        )
    ]
    for said in ({"value": "96%"}, {"value": "0.96", "unit": "ratio"}, {"value": "96"}):
        typed(home, "confirmation", line | said)
        assert rows(home, "confirmation", entity="B")[-1]["value"] == "96"
    typed(home, "confirmation", line | {"value": "0"})


# ratings


def ratings(home: Path, entries: int | None = None) -> tuple[dict[str, Any], frozenset[str]]:
    desk = at_desk(home)
    try:
        known_at = None if entries is None else KnownAt(entries=entries)
        return ratings_of(desk, desk.programme().catalogue.scorecards["signed"], "2025", known_at)
    finally:
        desk.close()


def test_ratings_are_unseen_until_the_panel_is_closed_and_unnamed_afterwards(home: Path) -> None:
    assert refusal(home, "rating", rating(rating="良"), actor="eve") == [
        ("the panel of signed for 2025 is not open", "who assesses opens it: register SPACE panel")
    ]
    typed(home, "panel", OPEN, actor="office")
    typed(home, "rating", rating(rating="良"), actor="eve")
    told = typed(home, "rating", rating(rating="0.65", note="稳健"), actor="ed")
    for person in ("office", "lead", "inv", "ann", "local:operator"):
        assert rows(home, "rating", actor=person) == []
    assert [(row["rater"], row["share"]) for row in rows(home, "rating", actor="eve")] == [("eve", "0.8")]
    assert ratings(home) == ({}, frozenset({"talk"}))
    typed(home, "panel", CLOSED, actor="office")
    expected = (Rated(share=Decimal("0.65")), Rated(share=Decimal("0.8"), word="good"))
    assert ratings(home) == ({"A": {"talk": expected}}, frozenset())
    unnamed = rows(home, "rating", actor="office")
    assert [row["share"] for row in unnamed] == ["0.65", "0.8"]
    for row in unnamed:
        assert not {"rater", "actor", "origin", "entry", "recorded_at", "topic"} & row.keys()
        assert "eve" not in str(row)
        assert "'ed'" not in str(row)
    assert [row.get("rater") for row in rows(home, "rating", actor="eve")] == ["eve", None]
    assert rows(home, "rating", actor="see") == []  # sees B alone
    # as known while it was open
    assert ratings(home, told["first"] + told["records"]) == ({}, frozenset({"talk"}))
    assert rows(home, "rating", actor="office", as_known_at=f"entry:{told['first']}") == []
    assert refusal(home, "rating", rating(rating="良"), actor="eve")[0][0] == "the panel of signed for 2025 is not open"


def test_a_closed_panel_of_too_few_tells_no_single_rating(home: Path) -> None:
    """Two are to rate: who closes the panel after one rating would know whose it is."""
    typed(home, "panel", OPEN, actor="office")
    typed(home, "rating", rating(rating="良"), actor="eve")
    typed(home, "panel", CLOSED, actor="office")
    assert rows(home, "rating", actor="office") == []
    assert len(rows(home, "rating", actor="eve")) == 1
    typed(home, "panel", OPEN, actor="office")
    typed(home, "rating", rating(rating="中"), actor="ed")
    typed(home, "panel", CLOSED, actor="office")
    assert len(rows(home, "rating", actor="office")) == 2


def test_only_experts_rate_and_who_assesses_enters_papers_of_others(home: Path) -> None:
    typed(home, "panel", OPEN)
    hint = "an administrator gives roles: `hengjian role SPACE` lists them"
    assert refusal(home, "rating", rating(rating="良"), actor="ann") == [("ann may not rate at 'A'", hint)]
    assert refusal(home, "rating", rating(rating="良", rater="E7"), actor="eve") == [
        ("eve may not assess at 'A'", hint)
    ]
    typed(home, "rating", rating(rating="中", rater="E7"), actor="lead")
    assert refusal(home, "rating", rating(rating="极好"), actor="eve") == [
        ("'极好' is no rating of '党建评议'", "write one of 良, 中, or a share as 85% or 0.85")
    ]
    assert refusal(home, "panel", CLOSED, actor="lead") == [("lead may not assess for the whole space", hint)]
    assert refusal(home, "panel", OPEN | {"scorecard": "yearly"}) == [
        ("yearly has no panel of experts", "name another scorecard")
    ]
    assert refusal(home, "panel", CLOSED | {"period": "2024"}) == [
        ("the panel of signed for 2024 is not open", "open it first, that experts can rate")
    ]


# awards


def award(**more: str) -> dict[str, str]:
    return {"id": "J1", "scorecard": "signed", "period": "2025", "entity": "A", "item": "加分",
            "ground": "重大科技创新", "points": "2", "evidence": "科技部公告2025年第8号", "state": "claimed",
            **more}  # fmt: skip


def awards(home: Path) -> dict[str, Any]:
    desk = at_desk(home)
    try:
        return awards_of(desk, desk.programme().catalogue.scorecards["signed"], "2025", None)
    finally:
        desk.close()


def test_an_award_is_claimed_looked_at_and_recognised_by_different_persons(home: Path) -> None:
    typed(home, "award", award(), actor="ann")
    assert awards(home) == {}
    typed(home, "award", {"id": "J1", "state": "部门意见", "opinion": "属实"}, actor="inv")
    told = typed(home, "award", {"id": "J1", "state": "认定", "points": "1.5"}, actor="lead")
    evidence = "科技部公告2025年第8号"
    expected = Awarded(ground="science", points=Decimal("1.5"), evidence=evidence, entry=told["first"])
    assert awards(home) == {"A": {"extra": (expected,)}}
    (row,) = rows(home, "award")
    assert [(state, step["actor"]) for state, step in row["by"].items()] == [
        ("claimed", "ann"), ("opinion", "inv"), ("recognised", "lead"),
    ]  # fmt: skip
    assert row["opinion"] == "属实"
    assert refusal(home, "award", award(), actor="ann") == [
        ("'J1' was decided already: recognised", "claim anew under another id")
    ]
    typed(home, "award", {"id": "J1", "state": "recognised", "withdrawn": "是"}, actor="lead")
    assert awards(home) == {}


def test_who_claims_does_not_decide_and_reporters_recognise_nothing(home: Path) -> None:
    hint = "an administrator gives roles: `hengjian role SPACE` lists them"
    assert refusal(home, "award", award(state="recognised"), actor="ann") == [("ann may not assess at 'A'", hint)]
    typed(home, "award", award(), actor="lead")
    assert refusal(home, "award", {"id": "J1", "state": "recognised"}, actor="lead") == [
        ("lead claimed 'J1', and cannot decide on it", "another person does")
    ]
    assert refusal(home, "award", award(id="J1", entity="B"), actor="office") == [
        ("'J1' is of another entity: 'A'", "leave it as it is, or take another id")
    ]
    assert refusal(home, "award", {"id": "J1", "state": "claimed"}, actor="see") == [
        ("'J1' cannot be its id", "give it another id of its own")
    ]


def test_faults_of_awards_are_told(home: Path) -> None:
    assert refusal(home, "award", award(points="3.5")) == [
        (
            "'3.5' is no number of points for '重大科技创新'",
            "from 1 to 3, without a minus also where they are taken away",
        )
    ]
    assert refusal(home, "award", award(evidence="")) == [
        ("'J1' has no evidence", "name the document that proves it: who issued it, and its number")
    ]
    assert refusal(home, "award", award(ground="安全事故")) == [
        ("no ground of extra is called '安全事故'", "there are science")
    ]
    assert refusal(home, "award", award(item="净利润"))[0][0] == (
        "no item of signed with awards or deductions is called '净利润'"
    )
    assert refusal(home, "award", award(entity="")) == [("the row has no entity", "'J1' is new: say all of it")]


# settings and what all kinds share


def test_a_switch_is_set_with_its_reason(home: Path) -> None:
    line = {"scorecard": "绩效评价", "period": "2025", "switch": "系数限幅", "choice": "不限幅", "reason": "专题会议"}
    typed(home, "setting", line, actor="office")
    desk = at_desk(home)
    try:
        assert settings_of(desk, desk.programme().catalogue.scorecards["yearly"], "2025", None) == {"clamp": "off"}
    finally:
        desk.close()
    assert refusal(home, "setting", line | {"choice": "大概"}) == [
        ("no choice of clamp is called '大概'", "there are on, off")
    ]
    assert refusal(home, "setting", line | {"reason": ""}) == [("the row has no reason", "fill in 理由")]


def test_what_register_is_asked_for(home: Path) -> None:
    with pytest.raises(Refused, match="no register is called 'leter'"):
        asked(home, "register", kind="leter")
    with pytest.raises(Refused, match="nothing was handed in"):
        asked(home, "enter_register", kind="letter", text=" ")
    with pytest.raises(Refused, match="no scorecard is called 'x'"):
        asked(home, "register_template", kind="letter", scorecard="x")
    with pytest.raises(Refused, match="'x' is no period"):
        asked(home, "register_template", kind="letter", scorecard="signed", period="x")


def test_a_key_of_ones_own_is_for_one_thing(home: Path) -> None:
    line = {"scorecard": "yearly", "period": "2025", "switch": "clamp", "choice": "off", "reason": "x"}
    first = typed(home, "setting", line, key="k")
    assert typed(home, "setting", line, key="k") == first | {"repeated": True}
    with pytest.raises(Refused) as refused:
        typed(home, "setting", line | {"choice": "on"}, key="k")
    assert [(one.message, one.hint) for one in refused.value.issues] == [
        ("the key of these rows was used for others", "take a new key for what is entered anew")
    ]


def test_the_same_twice_in_one_file_is_a_fault(home: Path) -> None:
    line = {"scorecard": "yearly", "period": "2025", "switch": "clamp", "choice": "off", "reason": "x"}
    assert refusal(home, "setting", line, line) == [("the same stands in row 2 already", "leave one of the two out")]


def test_rebuilt_tables_hold_the_same_registers(home: Path) -> None:
    before = [rows(home, kind) for kind in ("letter", "standard", "setting")]
    asked(home, "rebuild")
    assert [rows(home, kind) for kind in ("letter", "standard", "setting")] == before


def test_what_a_file_of_no_rows_is_told(home: Path) -> None:
    assert _faults(home, "letter", workbook(A=[])) == [
        (None, None, "the workbook holds no rows",
         "fill the template: titles in one row, a row below for each thing"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="the file has titles and no rows"):
        entered(home, "letter", "scorecard,period,entity,item\n")
    with pytest.raises(Refused, match="the rows hold nothing"):
        asked(home, "enter_register", kind="standard", text="一、盈利能力状况\n", book="performance", year="2025")
    with pytest.raises(Refused, match="the row has 4 cells, a name and 5 figures are wanted"):
        asked(home, "enter_register", kind="standard", text="净资产收益率\t1\t2\t3\n", book="performance", year="2025")


def test_no_way_leads_to_a_rating_of_an_open_panel(home: Path) -> None:
    """Neither the entry of a rating nor the file in which it was handed in can be read or proven by a person."""
    typed(home, "panel", OPEN, actor="office")
    told = typed(home, "rating", rating(rating="0.6543"), actor="eve")
    for entry in (told["entry"], told["first"]):
        name = f"F{entry:06d}"
        for method, question in (
            ("filing", {"filing": name}), ("blob", {"filing": name}), ("prove", {"filing": name}),
            ("prove", {"filing": name, "with_file": True}), ("attachment", {"case": "C000001", "entry": str(entry)}),
        ):  # fmt: skip
            with pytest.raises(Refused):
                asked(home, method, actor="office", **question)
    for method in ("ledger", "filings"):
        assert "0.6543" not in str(asked(home, method, actor="office"))


def test_a_band_is_headed_as_any_scorecard_calls_it() -> None:
    labels = [Label(zh="优秀值", en="Excellent"), Label(zh="优", en="Best")]
    assert _also(labels) == ("优秀值", "优秀", "Excellent", "优", "Best", "优秀值值", "优值")
