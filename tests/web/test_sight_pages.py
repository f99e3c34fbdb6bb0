"""Pages as readers of different subtrees see them, over a real space: nothing of the others, and each says so."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from subtree_homes import ENTITIES, FORMULAS, SIGHTS, betrayals, enrolled, opened, organisation, outsiders, put

from hengjian.app.desk import Desk
from hengjian.web import build

ONLY = "仅显示您有权查看的单位"
Read = Callable[..., str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(enrolled(organisation(tmp_path_factory.mktemp("sight") / "home"))) as desk:
        yield desk


def client_of(desk: Desk, reader: str | None) -> TestClient:
    """Pages whose every question a reader asks; None: the operator."""

    def ask(method: str, question: Mapping[str, object]) -> dict[str, object]:
        return put(desk, method, reader, **question)

    return TestClient(build(ask), base_url="http://127.0.0.1", raise_server_exceptions=False)


def pages_of(reader: str) -> Iterator[str]:
    """The addresses of all that this reader may see of the pages of figures."""
    yield from ("/", "/entities", "/filing/calendar?form=balance", "/operation", "/?type=enterprise&format=csv")
    yield "/filing/calendar?form=balance&format=csv"
    for one in SIGHTS[reader].split():
        yield from (f"/entity/{one}", f"/entity/{one}/charts", f"/entity/{one}/statements", f"/api/series/{one}")
        yield from (f"/operation?office={one}", f"/operation?office={one}&format=csv&table=members")
        yield from (f"/entity/{one}/explain/{name}/2023" for name in FORMULAS)


@pytest.mark.parametrize("reader", ["own", "sibling", "stranger"])
def test_no_page_of_figures_holds_anything_of_those_whom_its_reader_does_not_see(desk: Desk, reader: str) -> None:
    client = client_of(desk, reader)
    for address in pages_of(reader):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        assert betrayals(reader, unescape(answer.text)) == [], address


def test_the_page_of_an_outsider_is_that_of_nobody(desk: Desk) -> None:
    client = client_of(desk, "own")
    for path in ("", "/charts", "/statements", "/explain/assets/2023"):
        theirs, nobodys = (client.get(f"/entity/{one}{path}") for one in ("zzB1", "zzX1"))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.text.replace("zzB1", "zzX1") == nobodys.text


def read(desk: Desk, reader: str | None, address: str) -> str:
    answer = client_of(desk, reader).get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("address", ["/", "/filing/calendar?form=balance"])
def test_a_list_says_once_that_it_is_cut(desk: Desk, address: str) -> None:
    assert read(desk, "own", address).count(ONLY) == 1
    assert (
        read(desk, "own", f"{address}{'&' if '?' in address else '?'}lang=en").count("Only entities you may see") == 1
    )
    assert ONLY not in read(desk, None, address)


def test_an_explanation_says_how_much_of_it_is_not_shown(desk: Desk) -> None:
    page = read(desk, "sibling", "/entity/zzB/explain/through/2023")
    assert "另有 1 家单位的数据不在您的查看范围内：未列出其 1 个数据、1 条持股" in page
    assert "另有 1 家不在您的查看范围内" in page
    assert "查看范围" not in read(desk, None, "/entity/zzB/explain/through/2023")
    assert "其他单位的部分（不在您的查看范围内）" in read(desk, "own", "/entity/zzA/explain/worst_gap/2023")


def test_who_controls_in_the_end_may_be_somebody_whom_the_reader_does_not_see(desk: Desk) -> None:
    page = read(desk, "own", "/entity/zzA/explain/depth/2023")
    assert "最终控制人 您无权查看的单位" in page
    assert "即自身" not in page
    assert "您无权查看的单位" in read(desk, "own", "/entity/zzA1/explain/owner_mean/2023")


def test_a_figure_in_which_others_stand_is_marked(desk: Desk) -> None:
    said = "※ 含您查看范围以外单位的数据"
    for address in ("/entity/zzB", "/operation?office=zzB"):
        assert said in read(desk, "sibling", address)
        assert said not in read(desk, None, address)
    assert said not in read(desk, "sibling", "/entity/zzB/statements")
    marked = client_of(desk, "sibling").get("/?columns=holds&columns=debt_ratio&type=enterprise").text
    assert marked.count("※") == 1


def test_totals_over_more_than_the_reader_sees_say_so_with_their_number(desk: Desk) -> None:
    """B holds J, which stands below A."""
    said = "合计含另外 1 家不在您查看范围内的单位；分类和明细只列您有权查看的单位"
    assert said in read(desk, "sibling", "/operation?office=zzB")
    assert said not in read(desk, None, "/operation?office=zzB")
    assert "合计含另外" not in read(desk, "own", "/operation?office=zzA")


def test_files_of_cut_lists_say_so_in_their_names(desk: Desk) -> None:
    for address in ("/?", "/filing/calendar?form=balance&", "/operation?office=zzB&table=members&"):
        cut, whole = (client_of(desk, reader).get(f"{address}format=xlsx") for reader in ("sibling", None))
        names = [one.headers["content-disposition"] for one in (cut, whole)]
        mark = "%E4%BB%85%E6%82%A8%E6%9C%89%E6%9D%83%E6%9F%A5%E7%9C%8B%E7%9A%84%E5%8D%95%E4%BD%8D"
        assert [mark in one for one in names] == [True, False], address


def test_the_check_finds_what_full_pages_hold(desk: Desk) -> None:
    found = {word for address in pages_of("own") for word in betrayals("own", read(desk, None, address))}
    assert set(outsiders("own")) | {ENTITIES[one][0] for one in outsiders("own")} <= found
