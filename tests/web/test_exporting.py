"""Tables as files, at the addresses of their pages."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook
from space import HOSTILE, ask
from starlette.requests import Request
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.exporting import ExportColumn, exported
from hengjian.web.visit import visit
from hengjian.web.wall import Wall


def csv_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_of(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def made(query: str, columns: list[ExportColumn], rows: list[list[object]], name: str = "表") -> Any:
    scope = {
        "type": "http", "method": "GET", "path": "/x", "query_string": query.encode(), "headers": [],
        "scheme": "http", "server": ("127.0.0.1", 80), "app": build(ask),
    }  # fmt: skip
    return exported(visit(Request(scope), Wall(ask)), name, columns, rows)


def test_the_list_goes_out_whole_and_in_the_readers_language(reader: TestClient) -> None:
    answer = reader.get("/entities", params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    assert unquote(answer.headers["content-disposition"]).endswith("企业与对象.csv")
    head, *rows = csv_of(answer.content)
    assert head == ["编号", "名称", "类型"]
    assert len(rows) == 5
    assert [HOSTILE, HOSTILE, "企业"] in rows
    english = reader.get("/entities", params={"format": "xlsx", "lang": "en", "q": "0338"})
    assert xlsx_of(english.content) == [["Id", "Name", "Type"], ["000338", "潍柴动力", "Enterprise"]]


def test_each_table_says_that_it_goes_out(reader: TestClient) -> None:
    page = reader.get("/entities", params={"q": "潍柴"}).text
    assert "导出本表" in page
    assert "format=xlsx" in page
    assert "format=csv" in page


def test_an_unknown_format_is_the_page(reader: TestClient) -> None:
    assert reader.get("/entities", params={"format": "pdf"}).headers["content-type"].startswith("text/html")


def test_a_list_of_hundreds_is_not_cut() -> None:
    def many(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        listed = [{"id": f"E{number:04}", "type": "enterprise", "name": f"=企业{number}"} for number in range(450)]
        return {"entities": listed} if method == "entities" else ask(method, question)

    rows = csv_of(TestClient(build(many), base_url="http://127.0.0.1").get("/entities?format=csv").content)
    assert len(rows) == 451
    assert rows[1] == ["E0000", "'=企业0", "企业"]


@pytest.mark.parametrize(
    ("money", "heading", "shown"),
    [("yuan", "资产（元）", "236900000000.123"), ("wan", "资产（万元）", "23690000.0000123"),
     ("yi", "资产（亿元）", "2369.00000000123")],
)  # fmt: skip
def test_figures_go_out_unrounded_in_the_shown_unit(money: str, heading: str, shown: str) -> None:
    columns = [ExportColumn(title="资产", unit="CNY"), ExportColumn(title="说明")]
    rows: list[list[object]] = [[236_900_000_000.123, "a"], [None, None]]
    assert csv_of(made(f"format=csv&money={money}", columns, rows).body) == [[heading, "说明"], [shown, "a"], ["", ""]]
    assert xlsx_of(made(f"format=xlsx&money={money}", columns, rows).body)[1] == [float(shown), "a"]


@pytest.mark.parametrize(
    ("unit", "heading", "shown"),
    [
        ("ratio", "率（%）", "10.1"),
        ("person", "率（人）", "0.101"),
        ("times", "率（倍）", "0.101"),
        ("furlong", "率（furlong）", "0.101"),
    ],
)
def test_units_stand_in_the_heading(unit: str, heading: str, shown: str) -> None:
    rows = csv_of(made("format=csv", [ExportColumn(title="率", unit=unit)], [[0.101], [True], ["=x"]]).body)
    assert rows == [[heading], [shown], ["TRUE"], ["'=x"]]


@pytest.mark.parametrize("name", ['a/b\\c:"d"\r\nx: y', "../../etc/passwd", "", "\x00", "长" * 300])
def test_any_name_makes_a_header(name: str) -> None:
    header = made("format=csv", [ExportColumn(title="x")], [], name=name).headers["content-disposition"]
    assert header.isascii()
    assert "\n" not in header
    assert len(header) < 900
    file = unquote(header.partition("UTF-8''")[2])
    assert not set(file) & set('/\\:"')
    assert file.removesuffix(".csv")
