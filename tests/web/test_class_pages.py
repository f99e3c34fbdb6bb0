"""Pages of a space with the pack ownership: classes by what they stand for, levels as levels, codes as no filters."""

import re
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from homes import filed
from warned_homes import set_today

from hengjian.app import open_space, packs
from hengjian.web import build

ENTITIES = """entity,type,name,legal_form,credit_code
O,state_asset_office,示例国资委,,
G,enterprise,示例集团,,
A,enterprise,示例甲,,
B,enterprise,示例乙,有限合伙企业,
C,enterprise,示例丙,,
D,enterprise,示例丁,,
E,enterprise,示例戊,,91110101MA0000015M
F,enterprise,示例己,,91110101MA0000023G
P,natural_person,示例人,,
"""
REGISTER = """owner,owned,share,kind,principal,subscribed,paid
O,G,100%,,,250000000,250000000
G,A,60%,,,,
P,A,40%,concert,G,,
G,B,100%,,,,
A,C,100%,,,,
C,D,100%,,,,
D,E,100%,,,,
E,F,100%,,,,
"""

#: Of 2023 the group alone has reported.
FIGURES = """entity,period,registered_net_profit
G,2022-Q4,120000
A,2022-Q4,50000
C,2022-Q4,0
D,2022-Q4,0
E,2022-Q4,0
F,2022-Q4,0
B,2022-Q4,0
G,2023-Q4,130000
"""

Read = Callable[..., str]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The text of a page."""
    folder = tmp_path_factory.mktemp("classes") / "home"
    packs.init({"space": str(folder), "packs": ["ownership"], "name": "home", "actor": "tester"})
    set_today(folder, "2024-05-01")
    filed(folder, ENTITIES, form="entities", name="entities.csv")
    filed(folder, REGISTER, form="ownership", name="register.csv")
    filed(folder, FIGURES, form="wide", name="figures.csv")
    client = TestClient(build(open_space(folder).ask), base_url="http://127.0.0.1", raise_server_exceptions=False)

    def read(address: str, lang: str = "zh", **query: str) -> str:
        answer = client.get(address, params={"lang": lang, **query})
        assert answer.status_code == 200, answer.text
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))

    return read


@pytest.mark.parametrize(
    ("lang", "wholly", "controlled"),
    [("zh", "国有独资或全资", "国有控股"), ("en", "Wholly state-owned", "State-controlled")],
)
def test_classes_stand_side_by_side_by_name(page: Read, lang: str, wholly: str, controlled: str) -> None:
    text = page("/", lang, columns="state_class")
    assert re.search(f"示例集团 {wholly}", text)
    assert re.search(f"示例甲 {controlled}", text)


def test_the_steps_of_a_class_are_classes_too(page: Read) -> None:
    text = page("/entity/A/explain/state_class/2024-05")
    assert re.search(r"若 国有控股 ", text), "the answer"
    assert re.search(r"国有独资或全资 否 若 否 ", text), "an indicator of its own, and what gives its value"
    assert "0.00%" not in text.partition("持有比例")[0]
    assert "60.00%" in text, "a share stays one"


def test_levels_and_their_limit_are_no_percentages(page: Read) -> None:
    text = page("/entity/E/explain/management_level/2024-05")
    assert "5 级" in text
    assert "500.00%" not in text
    assert "5 级 4 级" in page("/alerts")


def test_what_an_alert_compares_is_a_level_in_each_step(page: Read) -> None:
    alert = re.search(r"A\d{6}", page("/alerts", format="csv"))
    assert alert is not None
    text = page(f"/alert/{alert[0]}")
    assert "管理层级上限 自 2021-01-01 起 4 级" in text
    assert "%" not in text.partition("逐步计算")[2].partition("管理层级上限")[0].replace("100.00%", "")


def test_amounts_of_a_holding_are_in_the_readers_unit(page: Read) -> None:
    assert "实缴出资额 25,000.00 万元" in page("/entity/G")


def test_nobody_chooses_alerts_by_a_code(page: Read) -> None:
    text = page("/alerts")
    assert "示例戊" in text
    assert "示例己" in text
    assert "统一社会信用代码" not in text


def test_a_page_of_sums_opens_where_they_have_values(page: Read) -> None:
    text = page("/", columns="own_net_profit!look_through_net_profit")
    assert "截至期间 2022-Q4" in text, "in 2023 the group alone has reported, and its sum waits for the others"
    assert "示例集团 12.00 15.00" in text


def test_a_holding_is_told_in_words_on_the_pages_of_the_enterprise_and_of_the_filing(page: Read) -> None:
    assert "示例人 40%、一致行动、实际权利人 示例集团" in page("/entity/A")
    register = page("/filing/F000004")
    assert "示例国资委 示例集团 100%、实缴出资额 25,000.00 万元、认缴出资额 25,000.00 万元" in register
    assert "示例人 示例甲 40%、一致行动、实际权利人 示例集团" in register
    assert "企业 示例乙 组织形式 有限合伙企业" in page("/filing/F000003")
