"""The form `observations`, as CONTRACT sections 1 and 2 describe it."""

from dataclasses import replace
from datetime import date

import pytest

from hengjian.model.declaration import Label, NamedUnit
from hengjian.model.filing import row_of
from hengjian.model.issue import Place
from hengjian.model.unit import base_unit

HEAD = "entity,measure,period,value"


def test_a_row_says_all_that_a_proof_discloses(desk) -> None:
    (row,) = desk.rows(f"{HEAD},unit,scope,basis\nE1,total_assets,2019-12-31,0.02,万元,单体,审计\n")
    assert row.record() == {
        "entity": "E1", "measure": "total_assets", "period": "2019-Q4", "scope": "parent", "basis": "audited",
        "text": "0.02", "unit": "万元", "value": 200.0, "file": "a.csv", "sheet": None, "cell": "D2",
    }  # fmt: skip


def test_columns_stand_in_any_order_and_titles_in_any_width(desk) -> None:
    (row,) = desk.rows("ｖａｌｕｅ, period ,measure,entity\n200,2019-Q4,total_assets,E1\n")
    assert (row.entity, row.value, row.cell) == ("E1", 200.0, "A2")


def test_what_is_not_said_has_its_default(desk) -> None:
    (row,) = desk.rows(f"{HEAD},unit,scope,basis\nE1,registered_capital,2019,7,,,\n")
    assert (row.scope, row.basis, row.unit, row.value) == ("consolidated", "flash", "万元", 70_000.0)


def test_the_entity_of_the_whole_file(desk) -> None:
    (row,) = desk.rows("measure,period,value\ntotal_assets,2019-Q4,200\n", entity="E1")
    assert row.entity == "E1"
    other, own = desk.rows(f"{HEAD}\nE2,total_assets,2019-Q4,1\n,total_assets,2019-Q4,2\n", entity="E1")
    assert (other.entity, own.entity) == ("E2", "E1")


def test_names_are_compared_after_nfkc(desk) -> None:
    (row,) = desk.rows(f"{HEAD}\n Ｅ１ ,ｔｏｔａｌ_assets,２０１９-Q4,200\n")
    assert (row.entity, row.measure, str(row.period)) == ("E1", "total_assets", "2019-Q4")


def test_chinese_names(desk) -> None:
    (row,) = desk.rows(f"{HEAD}\n龙江集团,研发费用,2019-H1,69\n".encode("gb18030"))
    assert (row.entity, row.measure, str(row.period)) == ("龙江集团", "研发费用", "2019-Q2")


@pytest.mark.parametrize("word", ["#withdrawn", "撤回", " 撤回 "])
def test_a_withdrawal_has_no_value(desk, word: str) -> None:
    (row,) = desk.rows(f"{HEAD},unit\nE1,total_assets,2019-Q4,{word},万元\n")
    assert (row.text, row.unit, row.value) == (word.strip(), "万元", None)


@pytest.mark.parametrize("written", ["2019-Q4", "2019-12-31", "2019-12", "2019"])
@pytest.mark.parametrize("measure", ["total_assets", "net_profit"])
def test_year_end_has_four_names(desk, measure: str, written: str) -> None:
    (row,) = desk.rows(f"{HEAD}\nE1,{measure},{written},200\n")
    assert str(row.period) == "2019-Q4"


@pytest.mark.parametrize(
    ("measure", "written", "fits"),
    [
        ("investment", "2019", "2019-Q4"),
        ("investment", "2019-H1", "2019-Q2"),
        ("investment", "2019-12", "2019-Q4"),
        ("total_assets", "2019-11", "2019-Q4"),
        ("power_used", "2019-Q4", "2019-12"),
        ("power_used", "2019-12-31", "2019-12"),
        ("registered_capital", "2019-12-31", "2019"),
    ],
)
def test_other_periods_do_not_fit_and_the_hint_says_what_would(desk, measure: str, written: str, fits: str) -> None:
    ((row, column, message, hint),) = desk.faults(f"{HEAD}\nE1,{measure},{written},200\n")
    assert (row, column) == (2, 3)
    assert written in message
    assert fits in hint


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("2019/12/31", "2019-12-31"),
        ("2019年12月31日", "2019-12-31"),
        ("2019年4季度", "2019-Q4"),
        ("2019年第四季度", "2019-Q4"),
        ("2019Q4", "2019-Q4"),
        ("2019年12月", "2019-12"),
        ("2019/3", "2019-03"),
        ("2019年", "2019"),
        ("2019-Q5", "2019-Q4"),
        ("Q4", "2019-Q4"),
    ],
)
def test_other_spellings_are_faults_with_the_right_one(desk, written: str, fits: str) -> None:
    ((row, column, message, hint),) = desk.faults(f"{HEAD}\nE1,total_assets,{written},200\n")
    assert (row, column) == (2, 3)
    assert written in message
    assert fits in hint


def test_a_cell_stands_once_in_a_file(desk) -> None:
    """Two spellings of one quarter; another scope, basis, measure or entity is another cell."""
    content = (
        f"{HEAD},scope,basis\nE1,total_assets,2019-Q4,1,,\nE1,total_assets,2019-Q4,1,单体,\nE1,total_assets,2019-Q4,1,,审计\n"
        "E2,total_assets,2019-Q4,1,,\nE1,net_profit,2019-Q4,1,,\n"
    )
    assert len(desk.rows(content)) == 5
    ((row, _, message, _),) = desk.faults(content + "E1,total_assets,2019,1,合并,快报\n")
    assert row == 7
    assert "row 2" in message


def test_rows_of_an_archive_say_since_when_they_are_known(desk) -> None:
    content = f"{HEAD},known_from\nE1,total_assets,2019-Q4,1,2020-04-30\nE1,total_assets,2019-Q3,1,\n"
    first, second = desk.rows(content, archive=True)
    assert (first.known_from, second.known_from) == (date(2020, 4, 30), None)
    assert first.record()["known_from"] == "2020-04-30"
    assert "known_from" not in second.record()
    ((row, column, message, _),) = desk.faults(content)
    assert (row, column) == (1, 5)
    assert "known_from" in message


@pytest.mark.parametrize("title", ["place", "出处", " ｐlace"])
def test_a_row_says_where_its_figure_stands_in_a_document(desk, title: str) -> None:
    content = f"{HEAD},{title}\nE1,total_assets,2019-Q4,1, 001 第14段 \nE1,total_assets,2019-Q3,1,\n"
    first, second = desk.rows(content)
    assert first.record()["place"] == "001 第14段"
    assert "place" not in second.record()
    assert [row_of(row.record()) for row in (first, second)] == [first, second]


def test_a_place_is_short(desk) -> None:
    content = f"{HEAD},place\nE1,total_assets,2019-Q4,1,{{}}\n"
    assert desk.rows(content.format("页" * 200))
    assert desk.faults(content.format("页" * 201)) == [
        (2, 5, "the place has 201 characters, more than 200", "name the document and the paragraph only")
    ]


def test_the_place_has_one_column(desk) -> None:
    ((row, column, message, _),) = desk.faults(f"{HEAD},place,出处\nE1,total_assets,2019-Q4,1,a,b\n")
    assert (row, column, message) == (1, 6, "the title 'place' stands in column 5 already")


def test_units_that_packs_add(desk) -> None:
    unit = NamedUnit(
        name="flight", label=Label(zh="架次", en="flight"), unit=base_unit("flight"), aliases=(), source="tiny",
        pack="tiny", place=Place(file="tiny/units.yaml"),
    )  # fmt: skip
    measure = replace(desk.catalogue.measures["headcount"], name="movements", unit=unit.unit)
    desk.catalogue = replace(
        desk.catalogue, units={"flight": unit}, measures={**desk.catalogue.measures, "movements": measure}
    )
    rows = desk.rows(
        f"{HEAD},unit\nE1,movements,2019-Q4,8.6,万架次\nE1,movements,2019-Q3,120,架次\nE1,movements,2019-Q2,7,\n"
    )
    assert [(row.text, row.unit, row.value) for row in rows] == [
        ("8.6", "万架次", 86_000.0), ("120", "flight", 120.0), ("7", "flight", 7.0),
    ]  # fmt: skip
    ((_, _, message, hint),) = desk.faults(f"{HEAD},unit\nE1,movements,2019-Q4,8.6,flihgt\n")
    assert (message, hint) == ("no unit is called 'flihgt'", "did you mean flight?")
    ((_, _, message, _),) = desk.faults(f"{HEAD},unit\nE1,movements,2019-Q4,8.6,万人\n")
    assert message == "movements is measured in flight, which '万人' does not measure"


def test_an_archive_is_of_the_past(desk) -> None:
    content = f"{HEAD},known_from\nE1,total_assets,2019-Q4,1,2020-05-01\n"
    assert desk.rows(content, archive=True, latest_known_from=date(2020, 5, 1))
    ((row, column, message, _),) = desk.faults(content, archive=True, latest_known_from=date(2020, 4, 30))
    assert (row, column) == (2, 5)
    assert "2020-05-01" in message


def test_blank_lines_count_as_rows_and_say_nothing(desk) -> None:
    rows = desk.rows(f"{HEAD}\n\n,,,\nE1,total_assets,2019-Q4,1\n\n")
    assert [row.cell for row in rows] == ["D4"]


def test_cells_of_several_lines_are_one_row(desk) -> None:
    rows = desk.rows(f'{HEAD},unit\nE1,total_assets,2019-Q4,1,"\n"\nE1,total_assets,2019-Q3,"1,000",\n')
    assert [(row.cell, row.value) for row in rows] == [("D2", 1.0), ("D3", 1000.0)]


def test_every_fault_of_a_row_is_told(desk) -> None:
    faults = desk.faults(f"{HEAD},unit,scope,basis\nE9,total_assets,2019-Q5,much,person,group,audit\n")
    assert [column for _, column, _, _ in faults] == [1, 3, 5, 6, 7]
    faults = desk.faults(f"{HEAD},unit,scope,basis\nE9,total_assets,2019-Q5,much,万元,合并,审计\n")
    assert [column for _, column, _, _ in faults] == [1, 3, 4]


def test_the_list_of_faults_ends_with_how_many_more_there_are(desk) -> None:
    faults = desk.faults(f"{HEAD}\n" + "E1,total_assets,2019-Q4,much\n" * 1_500)
    assert len(faults) == 1_001
    assert faults[0][:2] == (2, 4)
    assert faults[-1][:3] == (None, None, "500 more faults are not listed")


def test_an_unregistered_entity_of_the_whole_file(desk) -> None:
    ((row, column, message, hint),) = desk.faults("measure,period,value\ntotal_assets,2019-Q4,200\n", entity="E11")
    assert (row, column) == (None, None)
    assert "'E11'" in message
    assert "E1" in hint
