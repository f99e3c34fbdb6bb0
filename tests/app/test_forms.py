"""What there is to file, and the workbook to fill: filled in and filed again, it is read."""

import io
from pathlib import Path

import pytest
from filing_homes import formed
from homes import asked, filed
from python_calamine import CalamineWorkbook

from hengjian.model.issue import Refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return formed(tmp_path_factory.mktemp("forms") / "home")


def test_the_forms_with_their_measures(home: Path) -> None:
    found = {one["name"]: one for one in asked(home, "forms")["forms"]}
    assert list(found) == ["short_balance", "balance", "register"]
    layout = found["short_balance"].pop("layout")
    assert [one["measure"] for sheet in layout for one in sheet["lines"]] == found["short_balance"]["measures"]
    assert layout[0]["lines"][0]["title"]["zh"] == "资产总计"
    assert found["short_balance"] == {
        "name": "short_balance", "label": {"zh": "资产负债简表", "en": "Short balance sheet"}, "type": "enterprise",
        "frequency": "quarter", "unit": "CNY", "scope": "consolidated", "basis": "flash", "due": 30, "pack": "tiny",
        "sheets": 1, "for_one": False, "measures": ["total_assets", "total_liabilities", "pledged_assets"],
    }  # fmt: skip
    assert (found["balance"]["for_one"], found["register"]["due"]) == (True, None)


def sheets(data: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_a_template_names_its_entity_and_period(home: Path) -> None:
    answer = asked(home, "template", form="balance", entity=" E1 ", period="2026-03-31")
    assert answer["name"] == "资产负债表 E1 2026-Q1.xlsx"
    page = sheets(answer["data"])["资产负债表"]
    assert (page[1][1], page[2][1]) == ("E1", "2026-Q1")
    english = asked(home, "template", form="balance", language="en")
    assert english["name"] == "Balance sheet.xlsx"
    assert list(sheets(english["data"]))[-1] == "Instructions"


def test_equal_questions_give_equal_bytes(home: Path) -> None:
    first, second = (asked(home, "template", form="short_balance", language="zh") for _ in range(2))
    assert first == second


def test_an_empty_template_says_what_it_lacks(home: Path) -> None:
    data = asked(home, "template", form="short_balance", entity="E1", period="2026-Q1")["data"]
    with pytest.raises(Refused) as caught:
        filed(home, data, form="short_balance", name="template.xlsx")
    assert "holds no figure" in str(caught.value)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"form": "wide"}, "no pack declares a form 'wide'\n  hint: declared are short_balance, balance, register"),
        ({"form": "balance", "language": "fr"}, "no template is written in 'fr'\n  hint: choose zh or en"),
        ({"form": "balance", "entity": "nobody"}, "no entity is registered as 'nobody'"),
        ({"form": "balance", "period": "2026-13"}, "'2026-13' is not a period"),
    ],
)
def test_what_is_refused(home: Path, question: dict[str, str], message: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(home, "template", **question)
    assert str(caught.value).startswith(message)


def test_the_template_of_the_register_of_holdings(home: Path) -> None:
    answer = asked(home, "template", form="ownership", entity="E1")
    assert answer["name"] == "持股登记 E1.xlsx"
    assert sheets(answer["data"])["持股登记"][1][1] == "E1"
    assert asked(home, "template", form="ownership", language="en")["name"] == "Holdings.xlsx"
    with pytest.raises(Refused) as caught:
        asked(home, "template", form="ownership", period="2026-Q1")
    assert str(caught.value).replace("\n  hint: ", " | ") == (
        "the form ownership has no period | its rows say from when to when they hold"
    )
