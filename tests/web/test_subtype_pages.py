"""Pages of entities whose type extends another: the boards, forms and columns of the wider type are theirs too."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from desk_of_web import Asking
from subtype_homes import of_types

from hengjian.web import build


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    asking = Asking(of_types(tmp_path_factory.mktemp("subtypes") / "home"))
    yield TestClient(build(asking), base_url="http://127.0.0.1")
    asking.close()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/entity/W1", ["管网", "总览", "资产负债率", "north"]),
        ("/entity/W1/statements", ["资产负债简表", "资产总计"]),
        ("/entity/W1/charts", ["管网", "总览"]),
        ("/?type=water", ["Water One", "管网"]),
        ("/?type=enterprise", ["Water One", "Utility One"]),
        ("/?type=water&columns=total_assets", ["Water One", "资产总计"]),
        ("/columns?type=water", ["资产总计", "漏损量"]),
        ("/filing?form=balance", ["Water One"]),
    ],
)
def test_pages_of_a_sub_type(pages: TestClient, address: str, words: list[str]) -> None:
    page = pages.get(address).text
    for word in words:
        assert word in page, word


def test_a_form_of_a_sub_type_is_not_offered_to_the_wider_one(pages: TestClient) -> None:
    assert 'value="E1"' in pages.get("/filing?form=balance").text
    assert 'value="E1"' not in pages.get("/filing?form=leaks").text
