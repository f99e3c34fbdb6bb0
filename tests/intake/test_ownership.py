"""The form `ownership`: registers of who holds what share of whom."""

from dataclasses import replace
from typing import Any

import pytest
from intake_desk import Desk, _attributes
from workbooks import workbook

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import find_pack, load_pack
from hengjian.load.catalogue import assemble
from hengjian.model.declaration import Catalogue
from hengjian.model.filing import LinkRow
from hengjian.model.issue import Issue

HEAD = "owner,owned,share,voting,kind,principal,subscribed,paid,evidence,valid_from,valid_to"


def base() -> Catalogue:
    pack, _ = load_pack(find_pack("base"), "base")
    assert pack is not None
    catalogue, issues = assemble([pack])
    assert catalogue is not None, issues
    return catalogue


CATALOGUE = base()
TYPES = {"E1": "enterprise", "E2": "enterprise", "龙江集团": "enterprise", "G01": "office"}
CODES = {"91100000100003962T": ["E1"], "91110000100010433L": ["E2", "龙江集团"]}


def read(content: str | bytes, form: str = "ownership", **more: Any) -> tuple[tuple[LinkRow, ...], tuple[Issue, ...]]:
    data = content.encode() if isinstance(content, str) else content
    context = Context(catalogue=CATALOGUE, entity_types=TYPES, entity_codes=lambda: CODES, **more)
    rows, issues = read_table("r.csv", data, form, context)
    return rows, issues  # type: ignore[return-value]


def good(content: str | bytes, form: str = "ownership", **more: Any) -> tuple[LinkRow, ...]:
    rows, issues = read(content, form, **more)
    assert issues == (), "\n".join(map(str, issues))
    return rows


def said(content: str | bytes, form: str = "ownership", **more: Any) -> list[str]:
    rows, issues = read(content, form, **more)
    assert rows == ()
    return [str(issue).replace("\n  hint:", " |").removeprefix("r.csv, ") for issue in issues]


def test_a_row_is_a_row_of_owns() -> None:
    text = f'{HEAD}\nE1,E2,51％,60%,代持,龙江集团,"1,000,000",500000,章程第5条,2018-01-01,2020-01-01\n'
    (row,) = good(text)
    assert row.record() == {
        "link": "owns", "from": "E1", "to": "E2", "valid_from": "2018-01-01", "valid_to": "2020-01-01",
        "attributes": {
            "share": "0.51", "voting": "0.6", "kind": "nominee", "principal": "龙江集团", "subscribed": "1000000",
            "paid": "500000", "evidence": "章程第5条",
        },
        "file": "r.csv", "sheet": None, "cell": "A2",
    }  # fmt: skip


@pytest.mark.parametrize(
    "titles",
    [
        "失效日期,持股比例,被投资企业,持股单位,生效日期",
        "valid_to,share,owned,owner,valid_from",
        "Valid to,Share,Owned,Owner,Valid from",
        "终止日期,出资比例,企业,股东,起始日期",
        "失效日期：, 持股比例 ,企业名称,出资人,生效日期",
        "失效日期 Valid to,持股比例 Share,被投资企业 Owned,持股单位 Owner,生效日期 Valid from",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_titles_in_either_language_and_any_order(titles: str, encoding: str) -> None:
    (row,) = good(f"{titles}\n2020-01-01,0.51,E2,龙江集团,2018-01-01\n".encode(encoding))
    assert (row.source, row.target, row.attributes) == ("龙江集团", "E2", (("share", "0.51"),))
    assert (str(row.valid_from), str(row.valid_to)) == ("2018-01-01", "2020-01-01")


def test_titles_may_name_percent_and_money() -> None:
    head = "持股单位,被投资企业,持股比例（％）,表决权比例(%),认缴出资额（万元）,实缴出资额（单位：亿元）"
    (row,) = good(f'{head}\nE1,E2,51,"60%","1,234.5",0.5\n')
    assert dict(row.attributes) == {"share": "0.51", "voting": "0.6", "subscribed": "12345000", "paid": "50000000"}
    assert said(f"{head}\nE1,E2,151,,,\n") == [
        (
            "row 2, column 3: a share of 151% is not a part of the whole"
            " | write a fraction from 0 to 1, or a percentage"
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("cell", "kind"), [
    ("直接", "direct"), ("direct", "direct"), ("代持", "nominee"), (" nominee ", "nominee"), ("一致行动", "concert"),
    ("concert", "concert"), ("", None),
])  # fmt: skip
@pytest.mark.parametrize("form", ["ownership", "links"])
def test_the_kind_is_kept_in_one_word(cell: str, kind: str | None, form: str) -> None:
    text = f"owner,owned,share,kind\nE1,E2,5%,{cell}\n"
    if form == "links":
        text = f"link,from,to,share,kind\nowns,E1,E2,5%,{cell}\n"
    (row,) = good(text, form)
    assert dict(row.attributes).get("kind") == kind


def test_owners_by_their_social_credit_codes() -> None:
    """By the code of exactly one entity; lower case and full width too. A name never resolves."""
    text = "owner,owned,share,kind,principal\n91100000100003962t,E2,5%,代持,９１１０００００１００００３９６２Ｔ\n"
    assert said(text) == [
        "row 2, column 5: 'E1' is named as its own principal | name for whom it holds, or leave the cell empty"
    ]
    (row,) = good("owner,owned,share\n91100000100003962t,E2,5%\n")
    assert row.source == "E1"
    assert said("owner,owned,share\n91110000100010433L,E1,5%\n91100000100003926T,E2,5%\n宝钢,E2,5%\n",
                entity_names=lambda: {"E1": "宝钢"}) == [
        (
            "row 2, column 1: no entity '91110000100010433L' is registered"
            " | several state this social credit code: E2, 龙江集团"
        ),
        "row 3, column 1: no entity '91100000100003926T' is registered | did you mean 91100000100003962T?",
        "row 4, column 1: no entity '宝钢' is registered | that is the name of E1: write E1",
    ]  # fmt: skip


def test_links_go_by_ids_and_name_who_has_the_code() -> None:
    assert said("link,from,to,share\nowns,91100000100003962T,E2,5%\nowns,91100000100003962A,E2,5%\n", "links") == [
        (
            "row 2, column 2: no entity '91100000100003962T' is registered"
            " | that is the social credit code of E1: write E1"
        ),
        "row 3, column 2: no entity '91100000100003962A' is registered | did you mean 19100000100003962A?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("E9,E2,5%,,,,,,,,", "column 1: no entity 'E9' is registered | register it first with"),
        ("E1,,5%,,,,,,,,", "column 2: the cell names no entity | write its registered id"),
        ("E1,G01,5%,,,,,,,,", "column 2: 'G01' is of type office; the link's owned is of type enterprise"),
        ("E1,E1,5%,,,,,,,,", "column 2: 'E1' is linked to itself | name two entities"),
        ("E1,E2,51,,,,,,,,", "column 3: a share of 5100% is not a part of the whole | write a fraction from 0 to 1"),
        ("E1,E2,-5%,,,,,,,,", "column 3: a share of -5% is not a part of the whole"),
        ("E1,E2,1.01,,,,,,,,", "column 3: a share of 101% is not a part of the whole"),
        ("E1,E2,1.0000015,,,,,,,,", "column 3: a share of 100.00015% is not a part of the whole"),
        ("E1,E2,most,,,,,,,,", "column 3: 'most' is not a number"),
        ("E1,E2,5%,101%,,,,,,,", "column 4: a voting of 101% is not a part of the whole"),
        ("E1,E2,5%,,间接,,,,,,", "column 5: '间接' is none of direct, 直接"),
        ("E1,E2,5%,,代持,E9,,,,,", "column 6: no entity 'E9' is registered"),
        ("E1,E2,5%,,代持,E1,,,,,", "column 6: 'E1' is named as its own principal | name for whom it holds"),
        ("E1,E2,5%,,代持,E2,,,,,", "column 6: 'E2' would hold shares of itself through 'E1' | name for whom"),
        ("E1,E2,5%,,,,一百万,,,,", "column 7: '一百万' is not a number"),
        ("E1,E2,5%,,,,,-5,,,", "column 8: an amount paid of -5 is less than nothing | amounts are 0 or more"),
        ("E1,E2,5%,,,,,,,43831,", "column 10: '43831' is not a date | as a spreadsheet counts days it is 2020-01-01"),
        ("E1,E2,5%,,,,,,,2020/1/1,", "column 10: '2020/1/1' is not a date | write 2020-01-01"),
        ("E1,E2,5%,,,,,,,2020-01-01,2020-01-01", "column 11: valid_to 2020-01-01 is not later than valid_from"),
        ("E1,E2,5%,,,,,,,2020-01-01,撤回", "column 3: the row takes the link back, and states its share | empty"),
    ],
)  # fmt: skip
def test_faulty_rows(line: str, message: str) -> None:
    (found,) = said(f"{HEAD}\n{line}\n")
    assert found.startswith(f"row 2, {message}")


def test_what_a_workbook_makes_of_the_whole_is_the_whole() -> None:
    (row,) = good("owner,owned,share\nE1,E2,1.0000000000000002\n")
    assert float(dict(row.attributes)["share"]) == pytest.approx(1)


def test_a_share_of_0_is_a_sale_and_an_empty_one_says_nothing() -> None:
    rows = good(
        "owner,owned,share,valid_from,valid_to\nE1,E2,0,2020-01-01,\n龙江集团,E2,,,\nE1,龙江集团,,2020-01-01,撤回\n"
    )
    assert [dict(row.attributes) for row in rows] == [{"share": "0"}, {}, {"share": "0"}]


def test_overlapping_days_are_a_fault_of_one_file() -> None:
    lines = "E1,E2,5%,2018-01-01,2020-01-01\nE1,E2,6%,2019-12-31,\n"
    assert said(f"owner,owned,share,valid_from,valid_to\n{lines}") == [
        (
            "row 3: the same link stands in row 2 for days that this row states too"
            " | end the earlier row with valid_to on this row's valid_from"
        )
    ]  # fmt: skip
    assert len(good(f"owner,owned,share,valid_from,valid_to\n{lines}".replace("2019-12-31", "2020-01-01"))) == 2


@pytest.mark.parametrize(
    ("titles", "message"),
    [
        ("owner,owned", "row 1: the column share is missing | add a column with the title share in the first row"),
        ("owner,share", "row 1: the column owned is missing | add a column with the title owned in the first row"),
        ("owner,owned,share,持股比例", "row 1, column 4: the title 'share' stands in column 3 already"),
        ("owner,owned,share,持股比例(%)", "row 1, column 4: the title 'share' stands in column 3 already"),
        ("owner,owned,share,stake", "row 1, column 4: no column is called 'stake'"),
        ("owner,owned,share,持股比例(‰)", "row 1, column 4: no column is called '持股比例(‰)'"),
        ("owner,owned,share,known_from", "row 1, column 4: no column is called 'known_from'"),
    ],
)
def test_titles_that_do_not_fit(titles: str, message: str) -> None:
    cells = ",".join(["E1", "E2", "5%", "6%"][: titles.count(",") + 1])
    assert any(found.startswith(message) for found in said(f"{titles}\n{cells}\n"))


def test_an_archive_says_since_when_a_row_is_known() -> None:
    (row,) = good("owner,owned,share,知悉日期\nE1,E2,5%,2019-05-01\n", archive=True)
    assert str(row.known_from) == "2019-05-01"


def sheet(*rows: list[Any], percent: bool = False, hide: int | None = None) -> bytes:
    def fill(book: Any, page: Any) -> None:
        form = book.add_format({"num_format": "0.00%"}) if percent else None
        for number, cells in enumerate(rows):
            for column, value in enumerate(cells):
                page.write(number, column, value, *((form,) if isinstance(value, float | int) and form else ()))
        if hide is not None:
            page.set_column(hide, hide, None, None, {"hidden": True})

    return workbook(("持股登记", fill))


TITLES = ["持股单位\nOwner", "被投资企业\nOwned", "持股比例\nShare"]


def test_a_workbook() -> None:
    """Titles of two lines as templates have them; a percentage as the cell shows it."""
    (row,) = good(sheet(TITLES, ["E1", "E2", 0.51]))
    (shown,) = good(sheet(TITLES, ["E1", "E2", 0.51], percent=True))
    assert row.attributes == shown.attributes == (("share", "0.51"),)
    assert (row.sheet, row.cell) == ("持股登记", "A2")
    (text,) = good(sheet(TITLES, ["E1", "E2", "５１％"]))
    assert text.attributes == (("share", "0.51"),)
    (found,) = said(sheet(TITLES, ["E1", "E2", 51], percent=True))
    assert found.startswith("r.csv:持股登记!C2: a share of 5100% is not a part of the whole")


def test_a_hidden_column_is_a_fault() -> None:
    (found,) = said(sheet(TITLES, ["E1", "E2", 0.51], hide=2))
    assert "column C is hidden and not empty" in found


def test_dates_of_a_workbook() -> None:
    """A date cell is a date; a number under a date's title is told what it would be."""

    def fill(book: Any, page: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, [*TITLES, "生效日期", "失效日期"])
        page.write_row(1, 0, ["E1", "E2", 0.5])
        page.write_number(1, 3, 43831, day)
        page.write_string(1, 4, "2021-01-01")

    (row,) = good(workbook(("a", fill)))
    assert (str(row.valid_from), str(row.valid_to)) == ("2020-01-01", "2021-01-01")
    (found,) = said(sheet([*TITLES, "生效日期"], ["E1", "E2", 0.5, 43831]))
    assert found.endswith(
        "'43831' is not a date | as a spreadsheet counts days it is 2020-01-01: write that, if it is meant"
    )


def test_a_link_owns_of_few_attributes() -> None:
    """Where the packs in force declare less of `owns`, the form takes less."""
    tiny = Desk()
    (row,) = tiny.rows("持股单位,被投资企业,持股比例\nE1,E2,5%\n", "ownership")
    assert row.attributes == (("share", "0.05"),)
    assert (
        "no column is called '持股性质'"
        in tiny.faults("owner,owned,share,持股性质\nE1,E2,5%,代持\n", "ownership")[0][2]
    )
    word = replace(tiny.catalogue.links["owns"], attributes=_attributes(share="number", kind="text"))
    known = replace(tiny.catalogue, links={**tiny.catalogue.links, "owns": word})
    (row,) = tiny.rows("owner,owned,share,kind\nE1,E2,5%,代持\n", "ownership", catalogue=known)
    assert dict(row.attributes)["kind"] == "nominee"
