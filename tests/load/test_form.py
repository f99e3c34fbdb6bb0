"""Declared forms: what they become, and every fault of them in one run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from forms_of_tests import FILES, FORMS, catalogue

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.load import load_pack
from hengjian.load.catalogue import assemble
from hengjian.model.form import shifted, unit_of
from hengjian.model.period import parse_period


def said(forms: str) -> list[str]:
    files = {name: text.encode() for name, text in {**FILES, "forms/district.yaml": forms}.items()}
    pack, issues = load_pack(files, "d")
    assert pack is not None
    _, more = assemble([pack])
    found = dict.fromkeys([*issues, *more])
    return [f"{issue.place.line}:{issue.place.column}: {issue.message} | {issue.hint}" for issue in found]


def test_a_form_as_declared() -> None:
    form = catalogue().forms["statements"]
    assert (form.type, form.frequency, form.basis, form.scope, form.checks) == (
        "enterprise", "quarter", "audited", "consolidated", ("solvent",),
    )  # fmt: skip
    balance, income = form.sheets
    assert (balance.layout, balance.header, balance.cells["unit"]) == ("items", 5, "D3")
    assert [column.shift for column in balance.columns] == ["this", "year_start"]
    assert [line.measure for line in balance.lines] == [None, "total_assets", "total_liabilities"]
    assert income.name is not None
    assert income.name.label.en == "Income statement"


def test_a_line_without_a_title_takes_its_measure_s_label() -> None:
    line = catalogue().forms["statements"].sheets[0].lines[2]
    assert line.title is not None
    assert line.title.label.zh == "负债合计"


def test_the_unit_of_a_line() -> None:
    """Its own, else the form's for what that can measure, else the measure's."""
    found = catalogue(FORMS.replace("{measure: revenue_m, ", "{measure: revenue_m, unit: 亿元, "))
    form = found.forms["quick_report"]
    units = {
        line.measure: unit_of(line, form, found.measures[line.measure]).symbol
        for line in form.sheets[0].lines
        if line.measure
    }
    assert units == {"revenue_m": "亿元", "headcount_m": "person", "occupancy_m": "%"}
    statements = found.forms["statements"]
    line = statements.sheets[1].lines[0]
    assert unit_of(line, statements, found.measures["net_profit"]).symbol == "万元"


@pytest.mark.parametrize(
    ("period", "shift", "other"),
    [
        ("2019-Q3", "this", "2019-Q3"), ("2019-Q3", "year_start", "2018-Q4"), ("2019-Q4", "year_start", "2018-Q4"),
        ("2019-Q1", "year_ago", "2018-Q1"), ("2019-Q1", "previous", "2018-Q4"), ("2019-01", "year_start", "2018-12"),
        ("2019", "year_start", "2018"), ("2019-H1", "year_ago", "2018-H1"),
    ],
)  # fmt: skip
def test_shifted_periods(period: str, shift: str, other: str) -> None:
    found = parse_period(period)
    assert found is not None
    assert str(shifted(found, shift)) == other


def test_a_kept_programme_keeps_its_forms() -> None:
    programme, _ = check(catalogue())
    assert programme is not None
    assert thaw(freeze(programme)).catalogue.forms == programme.catalogue.forms


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("quick_report:", "wide:", ["1:1: the form 'wide' is one that every space has | give this one another name"]),
        ("type: enterprise\n  frequency: month", "type: enterprize\n  frequency: month",
         ["3:9: no entity type is called 'enterprize' | did you mean enterprise?"]),
        ("frequency: month", "frequency: week",
         [("4:14: frequency of form 'quick_report' cannot be 'week' | forms are filed by month and coarser;"
           " finer readings come as observations or wide")]),
        ("measure: headcount_m", "measure: headcount",
         ["12:11: no measure is called 'headcount' | did you mean headcount_m?"]),
        ("{measure: headcount_m}", "{measure: total_assets}",
         [("12:11: the measure 'total_assets' is reported by quarter, the form by month"
          " | take a measure of the form's frequency")]),
        ("{measure: headcount_m}", "{measure: occupancy_m}",
         [("13:11: the measure 'occupancy_m' stands in form 'quick_report' twice | the first is at"
          " d/forms/district.yaml:12:11; delete one"),
          ("13:11: the title '出租率' stands twice in one sheet | the first is at d/forms/district.yaml:12:11;"
          " give one a title of its own"),
          ("13:11: the title 'Occupancy' stands twice in one sheet | the first is at d/forms/district.yaml:12:11;"
          " give one a title of its own")]),
        ("{measure: headcount_m}", "{measure: headcount_m, unit: 元}",
         [("12:11: CNY does not measure 'headcount_m', which is in person"
          " | mend the unit, or delete it for the form's")]),
        ("is: entity,", "is: entities,",
         [("8:16: is of item 1 of wide of item 1 of sheets of form 'quick_report' cannot be 'entities'"
          " | did you mean entity?")]),
        ("is: entity, title", "is: entity, measure: revenue_m, title", None),
        ("{is: entity, title: {zh: 单位, en: Entity}}", "{is: entity}",
         [("8:11: a line that holds no measure lacks the key 'title'"
          " | what stands in the title cell: {zh: …, en: …}")]),
        ("entity: B2", "entity: 2B",
         ["26:23: entity of cells of item 1 of sheets of form 'statements' is not a cell: '2B' | write it as B2"]),
        ("header: 5", "header: 0",
         [("25:15: header of item 1 of sheets of form 'statements' is not the number of a row: '0'"
          " | rows count from 1")]),
        ("checks: [solvent]", "checks: [solvant]",
         ["15:1: no check is called 'solvant' | did you mean solvent?"]),
        ("period: year_ago", "period: year_start",
         [("46:13: the measure 'net_profit' is a flow and has no balance at the year's start"
          " | take year_ago, or a sheet of its own")]),
        ("    - name: {zh: 利润表, en: Income statement}\n      header", "    - header",
         ["38:7: a sheet of form 'statements' has no name | of several sheets each says its name: {zh, en}"]),
        ("{zh: 利润表, en: Income statement}", "{zh: 资产负债表, en: Income statement}",
         [("38:7: two sheets of form 'statements' are called '资产负债表' | the first is at"
          " d/forms/district.yaml:23:7; rename one")]),
        ("{zh: 利润表, en: Income statement}", "{zh: 利润/表, en: Income statement}",
         ["38:13: no sheet can be called '利润/表' | spreadsheets take 31 characters, none of them [ ] : * ? / \\"]),
    ],
)  # fmt: skip
def test_faults(old: str, new: str, expected: list[str] | None) -> None:
    assert old in FORMS
    found = said(FORMS.replace(old, new, 1))
    assert found
    assert expected is None or found == expected


def test_a_form_without_sheets_and_a_sheet_without_measures() -> None:
    head = "f:\n  label: {zh: 表, en: F}\n  type: enterprise\n  frequency: month\n"
    assert said(f"{head}  sheets: []\n") == ["5:11: form 'f' has no sheet | write [{wide: […]}] or [{items: …}]"]
    found = said(f"{head}  sheets:\n    - wide: [{{is: entity, title: {{zh: 单位, en: Entity}}}}]\n")
    assert found == ["6:7: a sheet of form 'f' holds no measure | name at least one: [{measure: …}]"]
    found = said(f"{head}  sheets:\n    - items: {{title: {{zh: 项目, en: Item}}, columns: [], rows: []}}\n")
    assert len(found) == 2
    found = said(f"{head}  sheets:\n    - header: 2\n")
    assert found == [("6:7: item 1 of sheets of form 'f' lacks the key 'wide' or 'items' | one row an entity"
                     " and period: [{measure}, {is, title}]")]  # fmt: skip
