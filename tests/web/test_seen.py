"""The page of who saw what; what pages withhold; and that a page which was read is told of once, and kept while nothing
changes."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from homes import at_desk
from restricted_homes import FIGURES, paid, staffed

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.people import Actor
from hengjian.web import build

Open = Callable[[str | None], TestClient]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = at_desk(staffed(paid(tmp_path_factory.mktemp("seen") / "home")))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> Open:
    def opened(person: str | None) -> TestClient:
        who = {} if person is None else {"who": Actor(name=person, person=person, proof="password")}

        def ask(method: str, question: Mapping[str, object]) -> dict[str, object]:
            return METHODS[method](desk, {**question, **who})

        return TestClient(build(ask), base_url="http://127.0.0.1", raise_server_exceptions=False)

    return opened


def rows(page: str) -> list[list[str]]:
    """The texts of the cells of a page's table, without entry and moment."""
    lines = re.findall(r"<tr><td class=\"number\">.*?</tr>", page)
    cells = (re.findall(r"<td[^>]*>(.*?)</td>", line)[2:] for line in lines)
    return [[unescape(re.sub("<[^>]*>", "", cell)) for cell in line] for line in cells]


def test_reads_are_listed(desk: Desk, client: Open) -> None:
    otto, axel = client("otto"), client("axel")
    assert otto.get("/entity/A/explain/pay_share/2025-Q4").status_code == 200
    before = desk.log.size
    page = axel.get("/seen?person=otto").text
    assert ["Otto", "密码", "计算过程", "pay、pay_share", "甲", ""] in rows(page)
    assert desk.log.size == before  # the page of reads shows no names of persons to look up
    assert rows(axel.get("/seen?person=nobody").text) == []
    english = axel.get("/seen?lang=en&person=otto&entity=A").text
    assert ["Otto", "password", "Explanation", "pay, pay_share", "甲", ""] in rows(english)
    assert axel.get("/seen?entity=nobody").status_code == 400
    assert "pay_share" in axel.get("/seen?format=csv").text
    assert rows(client("vera").get("/seen").text) == []


def test_changes_are_listed(client: Open) -> None:
    found = rows(client("axel").get("/seen?part=changes").text)
    assert found[0][:3] == ["授予角色", "Adam", "管理员、全部范围、自 2026-03-31"]
    assert found[1][:3] == ["登记人员", "Adam", ""]
    assert ["授予角色", "Rita", "填报人、甲 及其下属、自 2026-03-31"] in [one[:3] for one in found]


def test_a_page_that_is_kept_is_read_once(desk: Desk, client: Open) -> None:
    otto = client("otto")
    first = otto.get("/entity/A")
    before = desk.log.size
    assert desk.changed < before
    again = otto.get("/entity/A", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, desk.log.size) == (304, before)
    assert otto.get("/entity/A").status_code == 200
    assert desk.log.size > before


def test_pages_withhold(desk: Desk, client: Open) -> None:
    vera = client("vera")
    before = desk.log.size
    secret = [f"{FIGURES['A', 'pay']:,}", str(FIGURES["A", "pay"]), "7,200.00", "P-ZHANG", "张伟"]
    for address in (
        "/", "/?columns=pay&columns=margin", "/entities", "/entity/A", "/entity/A/charts", "/ownership", "/alerts",
        "/ownership/A", "/cases", "/filing/list", "/filing/F000004", "/entity/G/explain/own_and_all/2025-Q4",
        "/?columns=pay&format=csv", "/filing/F000004?format=csv", "/evidence", "/seen",
    ):  # fmt: skip
        page = vera.get(address)
        assert page.status_code in (200, 404), address
        assert not [word for word in secret if word in page.text], address
    assert "受限数据，您的角色不能查看" in vera.get("/?columns=pay&columns=margin").text
    assert "受限" in vera.get("/filing/F000004").text
    assert "受限数据的部分" in vera.get("/entity/G/explain/own_and_all/2025-Q4").text
    for address in ("/entity/A/explain/pay_share/2025-Q4", "/filing/F000004/file", "/filing/F000004/proof"):
        assert vera.get(address).status_code == 403
    assert desk.log.size == before
