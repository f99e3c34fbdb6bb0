"""Every fault of a pack's pages."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.app.checking import programme_of
from hengjian.load.catalogue import assemble
from hengjian.load.schema import json_schema

P = "pages/portfolio.yaml"
PAGE = """\
portfolio:
  label: {zh: 总览, en: Overview}
  type: enterprise
  columns: [total_assets, roa]
"""
TYPES = "types.yaml"


def test_a_page_is_a_choice_of_columns() -> None:
    pack, issues = load({**FILES, P: PAGE})
    assert not issues
    assert pack is not None
    programme, issues = programme_of([pack])
    assert {issue.message.rpartition(" ")[0] for issue in issues} == {"nothing is measured in the unit"}
    assert programme is not None
    page = programme.catalogue.pages["portfolio"]
    assert (page.type, page.columns, page.label.zh) == ("enterprise", ("total_assets", "roa"), "总览")
    assert thaw(freeze(programme)).catalogue.pages == programme.catalogue.pages, "a space keeps it"
    assert "pages/*.yaml" in json_schema()


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("[total_assets, roa]", "[]", "4:12", "page 'portfolio' has no column", "name indicators or measures"),
        ("total_assets, roa", "roa, total_assets, roa", "4:32", "'roa' stands in page 'portfolio' twice", "delete one"),
        ("total_assets, roa", "roas", "4:13", "no indicator or measure is called 'roas'", "did you mean roa?"),
        ("type: enterprise", "type: park", "1:1",
         "the column 'roa' belongs to enterprise, the page 'portfolio' to park", "a page of its own type"),
        ("  columns: [total_assets, roa]\n", "", "2:3", "page 'portfolio' lacks the key 'columns'", "in their order"),
        ("type: enterprise", "type: enterprize", "3:9", "no entity type is called 'enterprize'", "enterprise"),
    ],
)  # fmt: skip
def test_each_fault_says_where_what_and_how_to_mend(old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in PAGE
    types = FILES[TYPES] + "park:\n  label: {zh: 园区, en: Park}\n"
    pack, issues = load({**FILES, TYPES: types, P: PAGE.replace(old, new, 1)})
    assert pack is not None
    _, more = assemble([pack])
    told = {issue.message: issue for issue in (*issues, *more)}
    assert message in told, list(told)
    assert str(told[message].place) == f"small/{P}:{place}"
    assert hint in told[message].hint


def test_a_page_of_a_broken_indicator_is_not_told_twice() -> None:
    broken = FILES["indicators/returns.yaml"].replace("unit: ratio", "unit: rataoi")
    pack, issues = load({**FILES, "indicators/returns.yaml": broken, P: PAGE})
    assert pack is not None
    _, more = assemble([pack])
    assert not [issue for issue in (*issues, *more) if "no indicator or measure" in issue.message]


TOTALS = """\
portfolio:
  label: {zh: 总览, en: Overview}
  type: enterprise
  columns: [roa]
  totals:
    over: keeps
    by: [area]
    columns: [rent]
    figures:
      - {total: total_assets, growth: roa, member: rent, before: rent, columns: [rent]}
"""
LINKED = (
    FILES[TYPES]
    + """\
park:
  label: {zh: 园区, en: Park}
  attributes:
    area: {kind: text, label: {zh: 区域, en: Area}}
kept_by:
  label: {zh: 归属, en: Kept by}
  from: park
  to: enterprise
  inverse: keeps
  inverse_label: {zh: 所属园区, en: Keeps}
"""
)
RENT = (
    FILES["measures.yaml"]
    + """\
rent:
  {label: {zh: 租金, en: Rent}, type: park, unit: CNY, period_type: instant, frequency: quarter, source: none}
"""
)


def test_totals_are_over_a_link_with_figures_of_both_ends() -> None:
    pack, issues = load({**FILES, TYPES: LINKED, "measures.yaml": RENT, P: TOTALS})
    assert not issues
    assert pack is not None
    programme, issues = programme_of([pack])
    assert {issue.message.rpartition(" ")[0] for issue in issues} == {"nothing is measured in the unit"}
    assert programme is not None
    totals = programme.catalogue.pages["portfolio"].totals
    assert totals is not None
    assert (totals.link, totals.is_back, totals.members, totals.by) == ("kept_by", True, "park", ("area",))
    (headline,) = totals.figures
    assert (headline.total, headline.growth, headline.member, headline.target) == ("total_assets", "roa", "rent", None)
    assert thaw(freeze(programme)).catalogue.pages == programme.catalogue.pages, "a space keeps it"


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("over: keeps", "over: keep", "no link is called 'keep'", "did you mean keeps?"),
        ("over: keeps", "over: owns_all", "no link is called 'owns_all'", "owns"),
        ("[area]", "[areas]", "no attribute is called 'areas'", "did you mean area?"),
        ("growth: roa", "growth: roas", "no indicator or measure is called 'roas'", "did you mean roa?"),
        ("growth: roa", "growth: rent",
         "'rent' belongs to park, and stands in the totals of page 'portfolio' for enterprise", "figure of enterprise"),
        ("member: rent", "member: roa",
         "'roa' belongs to enterprise, and stands in the totals of page 'portfolio' for park", "figure of park"),
        ("\n      - {total: total_assets, growth: roa, member: rent, before: rent, columns: [rent]}", " []",
         "the totals of page 'portfolio' have no figure", "what is added up for it"),
        ("member: rent, ", "", "item 1 of figures of totals of page 'portfolio' lacks the key 'member'", "added up"),
    ],
)  # fmt: skip
def test_each_fault_of_totals_is_told(old: str, new: str, message: str, hint: str) -> None:
    assert old in TOTALS
    pack, issues = load({**FILES, TYPES: LINKED, "measures.yaml": RENT, P: TOTALS.replace(old, new, 1)})
    assert pack is not None
    _, more = assemble([pack])
    told = {issue.message: issue for issue in (*issues, *more)}
    assert message in told, list(told)
    assert hint in told[message].hint
