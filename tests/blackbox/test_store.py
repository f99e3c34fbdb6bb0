"""What stands in a cell: scope and basis, withdrawals, units, dated attributes and parameters, links (CONTRACT 2)."""

from pathlib import Path

import pytest
from kit import Space, observations, rows_in, says, table
from tiny_pack import STATEMENT

# Basis and scope


def test_flash_audited_and_assessed_figures_coexist(space: Space) -> None:
    """Best is assessed, else audited, else flash: per enterprise and period, whatever came last."""
    space.enter(
        observations(
            """
            E1 total_assets 2019-Q2 10 flash
            E1 total_assets 2019-Q3 20 flash
            E1 total_assets 2019-Q3 21 audited
            E1 total_assets 2019-Q4 30 assessed
            E1 total_assets 2019-Q4 31 audited
            E1 total_assets 2019-Q4 32 flash
            E2 total_assets 2019-Q4 40 flash
            """,
            "basis",
        )
    )
    assert [(value["value"], value["basis"]) for value in space.show("E1", "assets")] == [
        (10, "flash"),
        (21, "audited"),
        (30, "assessed"),
    ]
    assert (space.answer("E2", "assets", "2019-Q4")["basis"], space.value("E2", "assets", "2019-Q4")) == ("flash", 40)
    for basis, value in (("flash", 32), ("audited", 31), ("assessed", 30), ("best", 30)):
        assert space.value("E1", "assets", "2019-Q4", basis=basis) == value
    assert space.missing("E1", "assets", "2019-Q2", basis="audited") == "not_reported"


def test_a_ratio_is_of_one_basis(space: Space) -> None:
    """The audited statement holds both figures: the later flash figure of one of them changes nothing."""
    space.enter(
        observations(
            """
            E1 total_assets       2019-Q4 200 审计
            E1 total_liabilities  2019-Q4 150 审计
            """,
            "basis",
        )
    )
    space.enter(observations("E1 total_liabilities 2019-Q4 120 快报", "basis"))
    answer = space.answer("E1", "debt_ratio", "2019-Q4")
    assert (answer["value"], answer["basis"]) == (0.75, "audited")


def test_a_later_basis_was_not_known_before(space: Space) -> None:
    first = space.enter(observations("E1 total_assets 2019-Q4 32 flash", "basis"))
    space.enter(observations("E1 total_assets 2019-Q4 30 考核", "basis"))
    before = space.answer("E1", "assets", "2019-Q4", as_known_at=first["recorded_at"])
    assert (before["value"], before["basis"]) == (32, "flash")
    assert space.answer("E1", "assets", "2019-Q4")["basis"] == "assessed"


def test_the_company_alone_and_its_group(space: Space) -> None:
    space.enter(
        observations(
            """
            E1 total_assets 2019-Q4 200 合并
            E1 total_assets 2019-Q4 90  单体
            E1 total_assets 2019-Q3 80  parent
            """,
            "scope",
        )
    )
    assert space.value("E1", "assets", "2019-Q4") == 200
    assert space.value("E1", "assets", "2019-Q4", scope="consolidated") == 200
    assert space.value("E1", "assets", "2019-Q4", scope="parent") == 90
    assert space.missing("E1", "assets", "2019-Q3") == "not_reported"
    assert space.value("E1", "assets", "2019-Q3", scope="parent") == 80


# Withdrawals


@pytest.mark.parametrize("word", ["#withdrawn", "撤回"])
def test_a_withdrawn_figure_is_missing_from_then_on(space: Space, word: str) -> None:
    first = space.enter(STATEMENT)
    space.enter(observations(f"E1 total_liabilities 2019-Q4 {word}"))
    answer = space.answer("E1", "debt_ratio", "2019-Q4")
    assert answer["value"] is None
    assert answer["missing"] == {
        "reason": "withdrawn", "input": "total_liabilities", "entity": "E1", "period": "2019-Q4",
    }  # fmt: skip
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=first["recorded_at"]) == 0.75
    assert space.value("E1", "assets", "2019-Q4") == 200, "its neighbour stays"


def test_a_withdrawn_figure_can_be_reported_anew(space: Space) -> None:
    space.enter(STATEMENT)
    space.enter(observations("E1 total_liabilities 2019-Q4 #withdrawn"))
    space.enter(observations("E1 total_liabilities 2019-Q4 120"))
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.6


def test_a_cell_of_a_wide_file_is_withdrawn_too(space: Space) -> None:
    space.enter(STATEMENT)
    space.enter("entity,period,total_assets,total_liabilities\nE1,2019-Q4,200,撤回\n", form="wide")
    assert space.missing("E1", "debt_ratio", "2019-Q4") == "withdrawn"


# Units


@pytest.mark.parametrize(
    ("measure", "shown", "text", "unit", "value"),
    [
        ("total_assets", "assets", "0.1", "万元", 1_000.0),
        ("total_assets", "assets", "0.57", "万元", 5_700.0),
        ("total_assets", "assets", "1.1", "亿元", 110_000_000.0),
        ("total_assets", "assets", "4.35", "亿元", 435_000_000.0),
        ("total_assets", "assets", "200", "元", 200.0),
        ("total_assets", "assets", "200", "CNY", 200.0),
        ("total_assets", "assets", "-1.5", "-", -1.5),
        ("total_assets", "assets", "1e3", "万元", 10_000_000.0),
        ("total_assets", "assets", "123456789012.34", "-", 123456789012.34),
        ("headcount", "staff", "12", "人", 12.0),
        ("stake", "held", "12.3", "%", 0.123),
        ("stake", "held", "0.57", "%", 0.0057),
        ("stake", "held", "0.51", "-", 0.51),
        ("stake", "held", "0.29", "ratio", 0.29),
    ],
)
def test_units_are_converted_in_decimal(
    space: Space, measure: str, shown: str, text: str, unit: str, value: float
) -> None:
    """The text times the factor, rounded once: 0.57 x 10,000 in binary would be 5,699.999999999999."""
    space.enter(observations(f"E1 {measure} 2019-Q4 {text} {unit}", "unit"))
    assert space.value("E1", shown, "2019-Q4") == value


def test_text_and_unit_are_kept_as_filed(space: Space) -> None:
    receipt = space.enter(observations("E1 total_assets 2019-Q4 0.10 万元", "unit"))
    (row,) = rows_in(space.run("prove", "E1", "assets", "2019-Q4").done().out.encode())
    assert (row["text"], row["unit"], row["value"]) == ("0.10", "万元", 1000)
    assert receipt["observations"] == 1


def test_a_column_may_stand_anywhere_and_titles_are_compared_after_nfkc(space: Space) -> None:
    """Full-width titles and names, blanks around them: the same names."""
    space.enter("ｖａｌｕｅ, period ,ｕｎｉｔ,entity,measure\n1.5,2019-Q4,万元,E1, ｔｏｔａｌ＿ａｓｓｅｔｓ \n")
    assert space.value("E1", "assets", "2019-Q4") == 15_000


# Entities


def test_entities_have_dated_attributes(space: Space) -> None:
    """E2 trades until 2022 and makes power from then on; the red line follows the industry at each period's end."""
    space.enter(
        table("entity type name valid_from industry", "E2 enterprise 港口能源 2022-01-01 power"), form="entities"
    )
    quarters = ("2021-Q4", "2022-Q1", "2023-Q1")
    for quarter in quarters:
        space.enter(STATEMENT.replace("2019-Q4", quarter).replace("E1", "E2"))
    assert [space.value("E2", "room", quarter) for quarter in quarters] == [0.7 - 0.75, 0.75 - 0.75, 0.72 - 0.75]


def test_a_correction_of_an_attribute_was_not_known_before(space: Space) -> None:
    first = space.enter(STATEMENT.replace("2019-Q4", "2021-Q4"))
    space.enter(table("entity type name industry", "E1 enterprise 北方贸易 trading"), form="entities")
    assert space.value("E1", "room", "2021-Q4", as_known_at=first["recorded_at"]) == 0.75 - 0.75
    assert space.value("E1", "room", "2021-Q4") == 0.7 - 0.75


def test_an_industry_without_its_own_red_line_has_the_default(space: Space) -> None:
    space.enter(
        table("entity type name industry", "E3 enterprise 城建集团 building\nE4 enterprise 无名集团 -"), form="entities"
    )
    for entity in ("E3", "E4"):
        space.enter(STATEMENT.replace("2019-Q4", "2021-Q4").replace("E1", entity))
        assert space.value(entity, "room", "2021-Q4") == 0.7 - 0.75


def test_before_its_first_date_a_parameter_says_nothing(filed_template: Space) -> None:
    answer = filed_template.answer("E1", "room", "2019-Q4")
    assert answer["value"] is None
    assert (answer["missing"]["reason"], answer["missing"]["input"]) == ("no_parameter", "red_line")


# Links, of the shipped types `owns` and `parent`


@pytest.fixture(scope="module")
def finance(tmp_path_factory: pytest.TempPathFactory) -> Space:
    space = Space.at(tmp_path_factory.mktemp("finance"), "finance")
    space.enter(
        table("entity type name", "E1 enterprise 北方电力\nE2 enterprise 港口贸易\nE3 enterprise 城建集团"),
        form="entities",
    )
    return space


@pytest.fixture
def group(finance: Space, tmp_path: Path) -> Space:
    return finance.copy(tmp_path)


OWNS = "link from to valid_from valid_to share"


def test_a_later_link_repaints_an_earlier_one(group: Space) -> None:
    """60 % from 2018 on; filed later: 55 % from 2020, and nothing from 2022. None of these is an overlap."""
    before = group.digests()
    for row in ("E1 E2 2018-01-01 - 60%", "E1 E2 2020-01-01 - 0.55", "E1 E2 2022-01-01 - 0"):
        group.enter(table(OWNS, f"owns {row}"), form="links")
    assert group.digests() != before


def test_links_may_meet_in_one_file(group: Space) -> None:
    """The first ends on the day on which the second begins: `valid_to` is exclusive."""
    group.enter(
        table(OWNS, "owns E1 E2 2018-01-01 2020-01-01 60%\nowns E1 E2 2020-01-01 - 55%\nowns E1 E3 - - 100%"),
        form="links",
    )


def test_links_may_not_overlap_in_one_file(group: Space) -> None:
    before = group.size()
    faults = group.refuse(
        table(OWNS, "owns E1 E2 2018-01-01 2020-01-02 60%\nowns E1 E2 2020-01-01 - 55%"), form="links"
    )
    assert faults[0]["row"] == 3
    assert faults[0]["hint"]
    assert group.size() == before


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        pytest.param("own E1 E2 - - 60%", 1, ["own", "owns"], id="link type"),
        pytest.param("owns E9 E2 - - 60%", 2, ["E9"], id="from nobody"),
        pytest.param("owns E1 E9 - - 60%", 3, ["E9"], id="to nobody"),
        pytest.param("owns E1 E2 soon - 60%", 4, ["soon"], id="no date"),
        pytest.param("owns E1 E2 2020-01-01 2019-01-01 60%", None, ["2019-01-01"], id="ends before it begins"),
        pytest.param("owns E1 E2 - - most", 6, ["most"], id="share is no number"),
        pytest.param("owns E1 E2 - - 250%", 6, ["250%"], id="more than the whole"),
    ],
)
def test_faulty_links(group: Space, row: str, column: int | None, words: list[str]) -> None:
    fault = says(group.refuse(table(OWNS, row), form="links"), *words)[0]
    assert fault["row"] == 2
    assert column in (None, fault["column"])


def test_the_organisation_tree(group: Space) -> None:
    group.enter(table("link from to", "parent E2 E1\nparent E3 E1"), form="links")
