"""Books of standard values: read, checked against the scorecards that go by them, and chosen for each enterprise."""

from decimal import Decimal
from pathlib import Path

import pytest
from homes import asked, at_desk, copied
from register_homes import STANDARDS, entered, made

from hengjian.app.standards import Chosen, chosen_of, standards_of
from hengjian.model.issue import CellPlace, Refused

#: 2006 工业·中型企业, as printed (supervision.md 1.11, textbook 表12-24): lines copied out of a PDF, with its minus.
PRINTED = """\
一、盈利能力状况
净资产收益率(%) 16.1 10.7 5.6 −1.1 −8.7
二、资产质量状况
总资产周转率(次) 1.6 1.2 0.6 0.4 0.2
三、债务风险状况
资产负债率(%) 44.6 57.3 66.3 82.2 97.2
"""


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made(tmp_path_factory.mktemp("registered") / "home")
    entered(folder, "standard", STANDARDS, name="book.csv")
    return folder


@pytest.fixture
def home(registered: Path, tmp_path: Path) -> Path:
    return copied(registered, tmp_path / "home")


def chosen(home: Path, *entities: str, period: str = "2025", entries: int | None = None) -> dict[str, Chosen]:
    from hengjian.model.cut import KnownAt

    desk = at_desk(home)
    try:
        card = desk.programme().catalogue.scorecards["yearly"]
        known_at = None if entries is None else KnownAt(entries=entries)
        found = chosen_of(desk, card, entities, period, known_at)
        assert standards_of(desk, card, entities, period, known_at) == {one: f.standards for one, f in found.items()}
        return dict(found)
    finally:
        desk.close()


def size_of(home: Path) -> int:
    desk = at_desk(home)
    try:
        return desk.log.size
    finally:
        desk.close()


def bands(found: Chosen, key: str) -> list[str]:
    return [str(found.standards[key].bands[name]) for name in ("excellent", "good", "average", "lower", "poor")]


def refusal(home: Path, kind: str, text: str, **more: str) -> list[tuple[int | None, int | None, str, str]]:
    with pytest.raises(Refused) as refused:
        asked(home, "enter_register", kind=kind, file={"name": "f.csv", "data": text.encode()}, **more)
    found = []
    for issue in refused.value.issues:
        assert isinstance(issue.place, CellPlace)
        found.append((issue.place.row, issue.place.column, issue.message, issue.hint))
    return found


def test_the_smallest_class_that_the_book_has_is_found_bottom_up_with_its_entry_and_cell(home: Path) -> None:
    found = chosen(home, "A", "A1", "B", "D")
    # 通用设备 and 机械工业 have no values: 工业, and its medium ones
    assert bands(found["A"], "roe") == ["16.1", "10.7", "5.6", "-1.1", "-8.7"]
    note = found["A"].standards["debt"].note
    assert (note["why"], note["class"], note["size"]) == ("parent_class", "工业", "medium")
    assert note["asked_class"] == "工业/机械工业/通用设备"
    assert note["origin"] == {"file": "book.csv", "entry": note["entry"] - 2, "sheet": None, "row": 3, "cell": None}
    assert bands(found["A1"], "roe") == ["15", "10", "5", "0", "-5"]  # of no size: all sizes
    assert (found["B"].note["why"], found["B"].note["size"]) == ("all_sizes", "all")
    assert set(found["B"].standards) == {"roe"}  # the class has no debt ratio: nothing of another class stands in
    assert found["D"] == Chosen(note=found["D"].note)
    assert found["D"].note["why"] == "no_class"


def test_an_edition_of_another_year_never_stands_in(home: Path) -> None:
    found = chosen(home, "A", period="2024")["A"]
    assert (found.standards, found.note["why"]) == ({}, "no_edition")


def test_lines_pasted_from_a_printed_book_find_their_items_by_label(home: Path) -> None:
    told = asked(home, "enter_register", kind="standard", text=PRINTED, book="performance", year="2006年",
                 **{"class": "工业", "size": "中型企业"})  # fmt: skip
    assert told["records"] == 3
    rows = [row for row in asked(home, "register", kind="standard")["rows"] if row["year"] == "2006"]
    assert [(row["key"], row["size"], row["unit"]) for row in rows] == [
        ("roe", "medium", "%"), ("turnover", "medium", None), ("debt", "medium", "%"),
    ]  # fmt: skip
    assert rows[0]["bands"] == {"excellent": "16.1", "good": "10.7", "average": "5.6", "lower": "-1.1", "poor": "-8.7"}
    assert rows[0]["origin"]["row"] == 2


def test_shares_with_their_percent_sign_and_tabs_of_excel_are_read(home: Path) -> None:
    text = (
        "指标\t优秀\t良好值\t平均\t较低\t较差\n净资产收益率\t16.1%\t10.7%\t5.6%\t-1.1%\t-8.7%\n"
        "总资产周转率\t160%\t1.2\t.6\t.4\t.2"
    )
    asked(home, "enter_register", kind="standard", text=text, book="performance", year="2023", **{"class": "工业"})
    rows = [row for row in asked(home, "register", kind="standard")["rows"] if row["year"] == "2023"]
    assert [row["bands"]["excellent"] for row in rows] == ["16.1", "1.6"]
    assert [row["size"] for row in rows] == ["all", "all"]


def test_small_figures_of_a_percentage_say_their_unit(home: Path) -> None:
    """0.161 and 16.1 % are one figure in a book of fractions, and a hundred times apart in one of percentages."""
    of = {"book": "performance", "year": "2023", "class": "工业"}
    text = "指标,单位,优秀,良好,平均,较低,较差\n净资产收益率,{},0.161,0.107,0.056,-0.011,-0.087\n"
    with pytest.raises(Refused) as refused:
        asked(home, "enter_register", kind="standard", text=text.format(""), **of)
    [issue] = refused.value.issues
    assert issue.message == "the figures of '净资产收益率' may be percentages, or parts of the whole"
    assert issue.hint == "say in the column 单位 which: % or ratio"
    for unit, best in (("ratio", "16.1"), ("%", "0.161")):
        asked(home, "enter_register", kind="standard", text=text.format(unit), **of)
        [row] = [row for row in asked(home, "register", kind="standard")["rows"] if row["year"] == "2023"]
        assert row["bands"]["excellent"] == best


def test_gb18030_is_read_too(home: Path) -> None:
    text = "指标,优秀,良好,平均,较低,较差\n净资产收益率,16.1,10.7,5.6,-1.1,-8.7\n"
    told = entered(home, "standard", text.encode("gb18030"), book="performance", year="2023", **{"class": "工业"})
    assert told["records"] == 1


def test_all_faults_are_told_at_their_cells_and_nothing_is_entered(home: Path) -> None:
    before = size_of(home)
    text = (
        "book,year,class,size,key,excellent,good,average,lower,poor\n"
        "performance,2025,工业,巨型,roe,15,10,5,0,-5\n"
        "performance,2025,工业,,净资产收益,15,10,5,0,-5\n"
        "performance,2025,工业,,roe,15,10,11,0,-5\n"
        "performance,2025,工业,,debt,90,80,60,50,40\n"
        "performance,2025,工业,,roe,15,,5,0,-5\n"
        "performance,2025,工业,,roe,15,x,5,0,-5\n"
        "other,2025,工业,,roe,15,10,5,0,-5\n"
        "performance,25Q,工业,,roe,15,10,5,0,-5\n"
    )
    told = refusal(home, "standard", text)
    assert [(row, column, message) for row, column, message, _ in told] == [
        (2, 4, "'巨型' is none of the choices"),
        (3, 5, "no item with standard values is called '净资产收益'"),
        (4, 8, "the figures of 'roe' do not go one way from the best to the worst"),
        (5, 10, "the figures of 'debt' do not go one way from the best to the worst"),
        (6, 7, "'roe' has no figure for good"),
        (7, 7, "'x' is not a number"),
        (8, 1, "no book of standard values is called 'other'"),
        (9, 2, "'25Q' is no year"),
    ]
    assert told[1][3] == "did you mean 净资产收益率 or 总资产周转率?" or told[1][3].startswith(
        "did you mean 净资产收益率"
    )
    assert told[3][3] == "the bands go 优秀 > 良好 > 平均 > 较低 > 较差, the best first; less is better"
    assert size_of(home) == before


def test_the_same_handed_in_again_is_the_first_and_a_correction_takes_its_place(home: Path) -> None:
    size = size_of(home)
    again = entered(home, "standard", STANDARDS, name="book.csv")
    assert again["repeated"]
    assert size_of(home) == size
    mended = STANDARDS.replace("12,8,4,1,-3", "13,8,4,1,-3")
    assert not entered(home, "standard", mended, name="book.csv")["repeated"]
    assert bands(chosen(home, "B")["B"], "roe")[0] == "13"
    assert bands(chosen(home, "B", entries=size)["B"], "roe")[0] == "12"  # as known then
    assert not entered(home, "standard", STANDARDS, name="book.csv")["repeated"]  # back again: that is a change
    assert bands(chosen(home, "B")["B"], "roe")[0] == "12"


def test_what_is_withdrawn_stands_no_more(home: Path) -> None:
    text = "book,year,class,key,withdrawn\nperformance,2025,建筑业,roe,是\n"
    entered(home, "standard", text)
    assert chosen(home, "B")["B"].note["why"] == "no_such_class"


def test_rebuilt_tables_give_the_same_standards(home: Path) -> None:
    before = chosen(home, "A", "B")
    asked(home, "rebuild")
    assert chosen(home, "A", "B") == before


def test_a_chosen_class_stands_with_its_reason_and_document(home: Path) -> None:
    head = "book,entity,year,mode,class,size,reason,document\n"
    text = head + "performance,D,2025,指定行业与规模,建筑业,,主业突出,会议纪要3号\n"
    entered(home, "standard_choice", text)
    found = chosen(home, "D")["D"]
    assert bands(found, "roe")[0] == "12"
    note = found.standards["roe"].note
    assert (note["mode"], note["reason"], note["document"]) == ("chosen", "主业突出", "")
    assert found.note["document"] == "会议纪要3号"


def test_standards_weighted_by_given_shares_are_the_sums_of_parts(home: Path) -> None:
    text = (
        "book,entity,year,mode,reason,member,share\nperformance,D,2025,weighted_standards,多业并举,A,30%\n,,,,,B,0.7\n"
    )
    entered(home, "standard_choice", text)
    found = chosen(home, "D")["D"]
    # 0.3 × 16.1 + 0.7 × 12, … by hand; the debt ratio, which 建筑业 lacks, has no standard
    assert [Decimal(one) for one in bands(found, "roe")] == [
        Decimal(one) for one in ("13.23", "8.81", "4.48", "0.37", "-4.71")
    ]
    assert set(found.standards) == {"roe"}
    assert [(one["class"], one["share"]) for one in found.standards["roe"].note["parts"]] == [
        ("工业", "0.300000000000"), ("建筑业", "0.700000000000"),
    ]  # fmt: skip


def test_shares_come_from_members_figures_as_they_were_known(home: Path) -> None:
    text = "book,entity,year,mode,reason,measure,member\nperformance,D,2025,得分加权,多业并举,资产总计,A\n,,,,,,B\n"
    entered(home, "standard_choice", text)
    found = chosen(home, "D")["D"]
    assert found.standards == {}
    assert found.members == {"A": Decimal("0.3"), "B": Decimal("0.7")}  # 300 and 700 of 1000
    assert found.note["why"] == "weighted_scores"


def test_faults_of_choices_are_told(home: Path) -> None:
    head = "book,entity,year,mode,class,reason,document,member,share,measure\n"
    told = refusal(home, "standard_choice", head + (
        "performance,D,2025,national,工业,无对应行业,,,,\n"
        "performance,A,2025,chosen,,x,,,,\n"
        "performance,B,2025,weighted_scores,,x,,A,40%,\n"
        ",,,,,,,A1,50%,\n"
        "performance,A1,2025,weighted_scores,,x,,A1,1,\n"
    ))  # fmt: skip
    assert [(row, column, message) for row, column, message, _ in told] == [
        (2, 7, "national standards need the office's consent"),
        (3, 5, "the row names no class"),
        (4, 9, "the shares add up to 90 %"),
        (6, 8, "'A1' is no member of itself"),
    ]


def test_faults_of_members_are_told(home: Path) -> None:
    head = "book,entity,year,mode,reason,measure,member,class,share\n"
    told = refusal(home, "standard_choice", head + (
        "performance,D,2025,weighted_scores,x,,,工业,1\n"
        "performance,A,2025,weighted_standards,x,,B,,\n"
        "performance,B,2025,weighted_standards,x,total_assets,A,,40%\n"
        ",,,,,,,工业,\n"
        "performance,A1,2025,weighted_standards,x,,A,,1.2\n"
    ))  # fmt: skip
    assert [(row, column, message) for row, column, message, _ in told] == [
        (2, 7, "the row names no member"),
        (3, 9, "the row has no share"),
        (4, 9, "the row gives a share, and a measure does too"),
        (5, 7, "a class by itself has no figures"),
        (6, 9, "'1.2' is no share between 0 and 1"),
    ]
    text = "book,entity,year,mode,class,reason\nperformance,A,2025,chosen,工业,x\n,,,,建筑业,\n"
    assert [told[2] for told in refusal(home, "standard_choice", text)] == [
        "'A' has several rows, and one class is chosen"
    ]
