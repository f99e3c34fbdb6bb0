"""The figures of the public briefings: each against the documents' own text, and the example's space as filed.

The documents lie beside the project (HENGJIAN_SEEDS, else ../shared/seeds); where they do not, their tests are skipped.
"""

import csv
import json
import os
import re
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hengjian.app.client import ask_space
from hengjian.app.demo import file_example, find_example, make_space
from hengjian.load import find_pack, load_pack
from hengjian.trust.verify import verify

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "src" / "hengjian" / "examples" / "briefings"
SEEDS = Path(os.environ.get("HENGJIAN_SEEDS") or ROOT.parent / "shared" / "seeds")
PLACE = re.compile(r"(?P<document>\d{3}) 第(?P<numbers>\d+(?:、\d+)*)(?P<kind>[段行])(?:（(?P<word>.+)）)?")
#: Figures that the text writes in Chinese letters.
IN_LETTERS = {
    "reform_directions": "七个方面", "technology_routes": "三条技术路线", "middle_platforms": "四大中台",
    "meeting_demands": "三点要求", "development_years": "近十年", "fee_cut_firms": "近万小微企业",
}  # fmt: skip
#: Meetings, visits and inspections of which each is one sentence of the text, and its verb.
OCCASIONS = {
    "promotion_meetings": "召开", "quarter_meetings": "召开", "annual_meetings": "召开", "exchange_meetings": "召开",
    "visits_received": "一行", "safety_inspections": "开展",
}  # fmt: skip
#: Entities whose names the text shortens or spells in two pieces.
NAMES = {"SH-SYSTEM": "国有企业", "PJ-GAS": "沪苏联络线工程上海段"}

#: The numeral before a unit, or the percent sign; empty where there is none.
NUMERAL = re.compile(r"万亿|亿|万|%|")

Row = dict[str, str]


def rows(name: str = "*简报.csv") -> list[Row]:
    found: list[Row] = []
    for path in sorted(EXAMPLE.glob(name)):
        with path.open(encoding="utf-8", newline="") as opened:
            found += [{**row, "document": path.name[:3]} for row in csv.DictReader(opened)]
    return found


def names() -> dict[str, str]:
    with (EXAMPLE / "entities.csv").open(encoding="utf-8", newline="") as opened:
        return {row["entity"]: row["name"] for row in csv.DictReader(opened)}


@pytest.fixture(scope="module")
def documents() -> dict[str, list[str]]:
    """The lines of each document that are not empty, without blanks."""
    if not SEEDS.is_dir():
        pytest.skip(f"the public documents are not here: {SEEDS}")
    found = {}
    for number in ("000", "001", "003"):
        (path,) = SEEDS.glob(f"{number}_*.txt")
        lines = ["".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines()]
        found[number] = [line for line in lines if line]
    return found


def text_at(row: Row, documents: dict[str, list[str]]) -> str:
    """The paragraphs that a row names, as one text."""
    place = PLACE.fullmatch(row["place"])
    assert place is not None, row
    assert place["document"] == row["document"]
    assert place["kind"] == ("行" if row["document"] == "003" else "段")
    return "".join(documents[row["document"]][int(number) - 1] for number in place["numbers"].split("、"))


def says(text: str, value: str, unit: str) -> bool:
    """Whether a text has this very number, before the unit's numeral or percent sign if it has one."""
    before = NUMERAL.match(unit)
    assert before is not None
    return re.search(rf"(?<![\d.]){re.escape(value)}{before[0]}(?![\d.%])", text) is not None


COUNTED = ("contributions", "sites_inspected", *OCCASIONS, *IN_LETTERS)


@pytest.mark.parametrize(
    "row", [row for row in rows() if row["measure"] not in COUNTED], ids=lambda row: f"{row['entity']} {row['measure']}"
)
def test_a_figure_stands_in_its_paragraph(row: Row, documents: dict[str, list[str]]) -> None:
    assert says(text_at(row, documents), row["value"], row["unit"])


@pytest.mark.parametrize("measure", IN_LETTERS)
def test_a_figure_in_letters_stands_in_its_paragraph(measure: str, documents: dict[str, list[str]]) -> None:
    (row,) = [row for row in rows() if row["measure"] == measure]
    letters = IN_LETTERS[measure]
    assert letters in text_at(row, documents)
    numeral = next(letter for letter in letters if letter in "三四七十万")
    assert row["value"] == {"三": "3", "四": "4", "七": "7", "十": "10", "万": "1"}[numeral]
    assert row["unit"].startswith("万") == (numeral == "万")


@pytest.mark.parametrize(
    "row", [row for row in rows() if row["measure"] in OCCASIONS], ids=lambda row: f"{row['entity']} {row['measure']}"
)
def test_an_occasion_is_one_dated_sentence(row: Row, documents: dict[str, list[str]]) -> None:
    text = text_at(row, documents)
    day = re.search(r"(\d+)月(\d+)日", text)
    assert day is not None
    assert row["value"] == "1"
    assert row["period"] in ("2023", f"2023-{int(day[1]):02d}")
    following = "".join(documents["003"])
    assert OCCASIONS[row["measure"]] in following[following.index(text) :][:160]


def test_contributions_are_counted(documents: dict[str, list[str]]) -> None:
    """Articles end with their contributors in parentheses; in document 003 a line says 供稿."""
    called = names()
    for row in (row for row in rows() if row["measure"] == "contributions"):
        name = called[row["entity"]]
        credited = [
            match[1]
            for line in documents[row["document"]]
            for match in [re.search(r"（([^（）]+)）$|【供稿：(?=(.+)】)", line)]
            if match is not None and name in line[match.start() :]
        ]
        assert len(credited) == int(row["value"]), row
        assert name in text_at(row, documents)


def test_the_inspected_sites_are_named(documents: dict[str, list[str]]) -> None:
    (row,) = [row for row in rows() if row["measure"] == "sites_inspected"]
    assert len(re.findall(r"路(?:小学|中学)", text_at(row, documents))) == int(row["value"])


def test_the_word_beside_a_place_is_the_texts_own(documents: dict[str, list[str]]) -> None:
    for row in rows():
        place = PLACE.fullmatch(row["place"])
        assert place is not None
        assert place["word"] is None or place["word"] in text_at(row, documents), row


def test_years_are_the_texts_own_or_the_documents(documents: dict[str, list[str]]) -> None:
    year_of = {"000": "2023", "001": "2024", "003": "2023"}
    for row in rows():
        year, _, month = row["period"].partition("-")
        context = "".join(documents[row["document"]])
        assert year == year_of[row["document"]] or year in text_at(row, documents), row
        assert not month or row["document"] == "003" or f"{int(month)}月" in context or month == "11", row


def test_entities_are_called_as_in_the_documents(documents: dict[str, list[str]]) -> None:
    text = {number: "".join(lines) for number, lines in documents.items()}
    for row in rows():
        assert NAMES.get(row["entity"], names()[row["entity"]]) in text[row["document"]], row


def test_no_sentence_of_the_documents_is_copied() -> None:
    for path in (*EXAMPLE.glob("*.csv"), *(ROOT / "src/hengjian/packs/briefings").rglob("*.yaml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"[\u4e00-\u9fff、“”（）0-9]{40,}", line), line


def test_there_are_about_a_hundred_figures() -> None:
    counts = {number: sum(row["document"] == number for row in rows()) for number in ("000", "001", "003")}
    assert counts == {"000": 41, "001": 41, "003": 17}


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("briefings") / "space"
    example = find_example("briefings")
    make_space(example, target)
    file_example(example, partial(ask_space, target))
    return target


def value(space: Path, entity: str, indicator: str, period: str) -> float:
    answer = ask_space(space, "show", {"entity": entity, "indicators": [indicator], "period": period})
    (found,) = answer["values"]
    assert found["missing"] is None, found
    return float(found["value"])


def test_every_figure_is_held_as_the_document_writes_it(space: Path) -> None:
    """In decimal, by the numerals of the text and of the declared unit, and nothing of ours."""
    numerals = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "%": Decimal("0.01"), "": 1}
    shown: dict[str, list[dict[str, Any]]] = {}
    declared = ask_space(space, "declarations", {})["measures"]
    for row in rows():
        if row["entity"] not in shown:
            measures = [one["measure"] for one in rows() if one["entity"] == row["entity"]]
            asked = {"entity": row["entity"], "indicators": sorted(set(measures))}
            shown[row["entity"]] = ask_space(space, "show", asked)["values"]
        (found,) = [
            one for one in shown[row["entity"]]
            if (one["indicator"], one["period"]) == (row["measure"], row["period"])
        ]  # fmt: skip
        written, own = NUMERAL.match(row["unit"]), NUMERAL.match(declared[row["measure"]]["unit"])
        assert written is not None
        assert own is not None
        wanted = Decimal(row["value"]) * numerals[written[0]] / numerals[own[0]]
        assert found["value"] == pytest.approx(float(wanted), rel=1e-12), row


def test_indicators_over_the_documents_figures(space: Path) -> None:
    """Worked by hand from the documents."""
    assert value(space, "AIRPORTS", "passengers_per_flight", "2024") == pytest.approx(1293 / 8.6)
    assert value(space, "AIRPORTS", "pudong_share_of_flights", "2024") == pytest.approx(5.6 / 8.6)
    assert value(space, "AIRPORTS", "spring_flights_before", "2024") == pytest.approx(86_000 / 1.298)
    assert value(space, "SH-SYSTEM", "system_parents_share_of_profit", "2023") == pytest.approx(1685.16 / 2629.87)
    assert value(space, "SH-SYSTEM", "system_total_assets_before", "2023") == pytest.approx(290_700 / 1.042)
    assert value(space, "SH-SYSTEM", "growth_to_gain", "2024") == pytest.approx(4.2)
    assert value(space, "SAIC", "nev_sales_before", "2022") == pytest.approx(1_073_000 / 1.465)
    assert value(space, "SPDB-SH", "fee_cut_per_firm", "2023-10") == pytest.approx(9300)
    assert value(space, "P-LVZHOU", "resident_share", "2024") == pytest.approx(66 / 231)
    assert value(space, "PJ-ZY", "people_per_km2", "2023") == pytest.approx(6_000_000 / 335)


def test_a_number_leads_to_its_paragraph(space: Path) -> None:
    asked = {"entity": "AIRPORTS", "indicator": "passengers_per_flight", "period": "2024"}
    leaves = ask_space(space, "explain", asked)["leaves"]
    assert [(leaf["text"], leaf["text_unit"], leaf["file"], leaf["place"]) for leaf in leaves] == [
        ("1293", "万人次", "001 市国资委简报.csv", "001 第34段（预计）"),
        ("8.6", "万架次", "001 市国资委简报.csv", "001 第34段（预计）"),
    ]


def submission(text: str) -> dict[str, Any]:
    return {
        "files": [{"name": "later.csv", "data": text.encode()}], "form": "observations", "entity": None, "key": None,
        "actor": "tester", "known_from": None,
    }  # fmt: skip


def test_the_sums_of_the_documents_are_checked(space: Path) -> None:
    """As filed they hold; a later figure that breaks one is told with the receipt."""
    head = "entity,measure,period,value,unit\n"
    told = ask_space(space, "submit", submission(f"{head}AIRPORTS,spring_flights,2024,8.6,万架次\n"))
    assert told["warnings"] == []
    told = ask_space(space, "submit", submission(f"{head}AIRPORTS,spring_flights,2024,8.7,万架次\n"))
    assert [("87,000" in one["message"], "56,000" in one["message"]) for one in told["warnings"]] == [(True, True)]
    told = ask_space(space, "submit", submission(f"{head}AIRPORTS,spring_passengers_pudong,2024,774,万人次\n"))
    assert any("12,930,000" in one["message"] for one in told["warnings"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "SH-SYSTEM,system_net_profit_parent,2023,2700,亿元",
            "归母净利润 270,000,000,000 超过利润总额 262,987,000,000",
        ),
        ("F-STARTUP,fund_first_close,2024,11,亿元", "首期规模 1,100,000,000 超过目标规模 1,000,000,000"),
        ("P-LVZHOU,resident_companies,2024,300,家", "入驻企业 300 家超过注册企业 231 家"),
        ("PJ-GAS,weld_pass_rate,2023,101,%", "焊接一次合格率 101% 超过 100%"),
    ],
)
def test_other_relations_of_the_documents_are_checked(space: Path, row: str, said: str) -> None:
    told = ask_space(space, "submit", submission(f"entity,measure,period,value,unit\n{row}\n"))
    assert [said in warning["message"] for warning in told["warnings"]] == [True]


def test_a_proof_discloses_the_place(space: Path) -> None:
    asked = {"entity": "SAIC", "indicator": "nev_sales_before", "period": "2022"}
    bundle: bytes = ask_space(space, "prove", asked)["bundle"]
    key = (space / "briefings.vkey").read_text(encoding="utf-8").strip()
    assert verify(bundle, key).ok
    place = "000 第13段"
    disclosed = json.loads(bundle)["filings"][0]["rows"]
    assert [(row["row"]["measure"], row["row"]["place"]) for row in disclosed] == [
        ("nev_sales", place), ("nev_sales_growth", place),
    ]  # fmt: skip
    assert not verify(bundle.replace(place.encode(), "000 第14段".encode(), 1), key).ok


def test_every_indicator_of_the_pack_has_a_worked_case() -> None:
    pack, issues = load_pack(find_pack("briefings"), "briefings")
    assert issues == ()
    assert pack is not None
    assert {one.name for one in pack.indicators} == {name for case in pack.cases for name in case.expect}
    for one in (*pack.measures, *pack.indicators, *pack.checks):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.label.zh), one.name
        assert one.label.en.isascii(), one.name


def test_every_measure_is_filed_and_names_its_paragraphs() -> None:
    pack, _ = load_pack(find_pack("briefings"), "briefings")
    assert pack is not None
    places: dict[str, set[str]] = {}
    for row in rows():
        places.setdefault(row["measure"], set()).add(row["place"].partition("（")[0])
    assert {one.name for one in pack.measures} == places.keys()
    for one in pack.measures:
        said = {
            f"{document[:3]} {paragraphs}"
            for document in one.source.split("；")
            for paragraphs in re.findall(r"第[\d、]+[段行]", document)
        }
        assert said == places[one.name], one.name


def test_every_measure_stands_on_a_page() -> None:
    pack, _ = load_pack(find_pack("briefings"), "briefings")
    assert pack is not None
    shown = {name for page in pack.pages for name in page.columns}
    assert {one.name for one in pack.measures} <= shown
