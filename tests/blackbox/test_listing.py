"""Property on offer, from its registration to the announced result, by its enterprise and two publishers.

Days are counted by hand from the State Council's notice for 2026 (国办发明电〔2025〕7号):
15 to 23 February are off, 14 and
28 February are worked; 4 to 6 April are off.
"""

from pathlib import Path

import pytest
from casework_kit import enrolled, opens, refused, seen, step
from kit import Space

pytestmark = pytest.mark.timeout(300)

ITEM = {"way": "equity", "floor_price": "12000", "valuation": "沪评备〔2026〕7号"}
APPROVED = {"approval/决策文件.pdf": b"%PDF-1.7 approved"}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A group that offers a subsidiary's shares, two exchanges that publish them together, and a third one."""
    space = Space.at(tmp_path_factory.mktemp("market"), "listing")
    space.configure("today", "2026-03-02")
    names = "G01,enterprise,示例集团\nP01,property_item,示例物流 40%股权\nX1,publisher,东部产权交易所\n"
    names += "X2,publisher,西部产权交易所\nX3,publisher,南方产权交易所\n"
    space.enter(f"entity,type,name\n{names}", "名录.csv", form="entities")
    links = "offered_by,P01,G01\npublished_by,P01,X1\npublished_by,P01,X2\n"
    space.enter(f"link,from,to\n{links}", "关联.csv", form="links")
    enrolled(space, {
        "gao": ("reporter", "G01"), "guo": ("reporter", "G01"), "dong": ("officer", "X1"), "di": ("reporter", "X1"),
        "xi": ("officer", "X2"), "nan": ("officer", "X3"),
    })  # fmt: skip
    return space


@pytest.fixture
def space(market: Space, tmp_path: Path) -> Space:
    return market.copy(tmp_path)


def registered(space: Space) -> str:
    answer = opens(space, "gao", "joint_disclosure", "P01", "示例物流 40%股权转让", ITEM, APPROVED).done().json
    return str(answer["case"])


def signs(space: Space, who: str, case: str) -> None:
    files = {"announcement/公告.pdf": f"%PDF-1.7 by {who}".encode()}
    step(space, who, case, "sign", {"address": f"https://{who}.example/P01"}, files).done()


def disclosed(space: Space) -> str:
    """A case whose disclosure begins on 2 March 2026, a Monday."""
    case = registered(space)
    step(space, "dong", case, "accept", {"number": "G32026SH1000001"}).done()
    signs(space, "dong", case)
    signs(space, "xi", case)
    step(space, "xi", case, "disclose").done()
    return case


def test_nobody_else_sees_it(space: Space) -> None:
    case = registered(space)
    assert refused(space.run("case", case, **{"as": "nan"})) == [f"no case is called '{case}'"]
    assert seen(space, case, "dong")["entity"] == "P01"
    (found,) = space.run("show", "G01", **{"as": "dong"}).faults
    assert found["message"] == "no entity is registered as 'G01'", "a publisher sees the item and not its enterprise"


def test_each_publisher_signs_for_itself(space: Space) -> None:
    case = registered(space)
    assert refused(step(space, "gao", case, "accept", {"number": "1"})) == ["gao may not take accept at 'P01'"]
    assert refused(step(space, "nan", case, "accept", {"number": "1"})) == [f"no case is called '{case}'"]
    step(space, "dong", case, "accept", {"number": "1"}).done()
    assert refused(step(space, "dong", case, "disclose")) == ["disclose needs sign by 2 more"]
    signs(space, "dong", case)
    again = step(space, "dong", case, "sign", {"address": "x"}, {"announcement/b.pdf": b"%PDF-1.7"})
    assert refused(again) == ["sign was taken for 'X1'"]
    assert refused(step(space, "di", case, "sign", {"address": "x"})) == ["di may not take sign at 'P01'"]
    assert refused(step(space, "xi", case, "disclose")) == ["disclose needs sign by 1 more"]
    step(space, "xi", case, "return", note="公告日期有误").done()
    step(space, "xi", case, "accept", {"number": "1"}).done()
    assert refused(step(space, "xi", case, "disclose")) == ["disclose needs sign by 2 more"], "all sign anew"
    signs(space, "dong", case)
    signs(space, "xi", case)
    step(space, "dong", case, "disclose").done()
    signed = [(one["actor"], one["at"]) for one in seen(space, case)["history"] if one["transition"] == "sign"]
    assert signed == [("dong", "X1"), ("dong", "X1"), ("xi", "X2")]
    assert [one["at"] for one in seen(space, case, "dong")["history"] if one["transition"] == "sign"] == [
        "X1", "X1", None,
    ], "who the other publisher is, is for those who see it"  # fmt: skip


def test_disclosure_takes_its_days(space: Space) -> None:
    """Twenty working days after Monday 2 March end on Monday 30 March: the period ends with that day."""
    case = disclosed(space)
    step(space, "di", case, "take_interest", {"interested": "甲公司", "deposit": "600"}).done()
    space.configure("today", "2026-03-30")
    early = step(space, "gao", case, "close_disclosure")
    assert refused(early) == ["close_disclosure cannot be taken before 2026-03-31"]
    assert early.faults[0]["hint"] == "20 working days must have passed since disclose"
    assert refused(step(space, "gao", case, "prolong", note="再征集"))[0] == "prolong cannot be taken before 2026-03-31"
    space.configure("today", "2026-03-31")
    (step_told,) = (one for one in seen(space, case)["transitions"] if one["transition"] == "close_disclosure")
    assert (step_told["not_before"], step_told["lacking"]) == ("2026-03-31", [])
    step(space, "gao", case, "close_disclosure").done()


def test_a_prolonged_disclosure_and_no_interest(space: Space) -> None:
    """Five working days after Tuesday 31 March: 1, 2, 3 April, then 7 and 8 April."""
    case = disclosed(space)
    space.configure("today", "2026-03-31")
    before = seen(space, case)["state_deadline"]
    assert refused(step(space, "gao", case, "close_disclosure")) == [
        "close_disclosure needs take_interest to be taken before"
    ]
    step(space, "gao", case, "prolong", note="未征集到意向受让方").done()
    assert seen(space, case)["state_deadline"] > before
    step(space, "xi", case, "take_interest", {"interested": "乙公司"}).done()
    space.configure("today", "2026-04-08")
    assert refused(step(space, "gao", case, "close_disclosure")) == [
        "close_disclosure cannot be taken before 2026-04-09"
    ]
    space.configure("today", "2026-04-09")
    step(space, "gao", case, "close_disclosure").done()


def test_the_result_is_signed_and_announced(space: Space) -> None:
    """Five working days after Thursday 2 April: 3 April, then 7 to 10 April."""
    case = disclosed(space)
    step(space, "xi", case, "take_interest", {"interested": "甲公司"}).done()
    space.configure("today", "2026-04-02")
    step(space, "gao", case, "close_disclosure").done()
    result = {"taker": "甲公司", "price": "12600", "settled_how": "协议"}
    step(space, "guo", case, "settle", result, {"contract/合同.pdf": b"%PDF-1.7"}).done()
    step(space, "xi", case, "sign_result").done()
    assert refused(step(space, "xi", case, "announce")) == ["announce needs sign_result by 1 more"]
    step(space, "dong", case, "sign_result").done()
    step(space, "dong", case, "announce").done()
    space.configure("today", "2026-04-10")
    assert refused(step(space, "gao", case, "close")) == ["close cannot be taken before 2026-04-11"]
    space.configure("today", "2026-04-13")
    assert step(space, "gao", case, "close").done().json["ended"] is True
    assert seen(space, case)["in_time"] is True
    space.state()


def test_an_item_that_nobody_publishes_is_not_accepted(space: Space) -> None:
    space.enter("entity,type,name\nP02,property_item,旧设备一批\n", form="entities")
    space.enter("link,from,to\noffered_by,P02,G01\n", form="links")
    case = (
        opens(space, "gao", "joint_disclosure", "P02", "旧设备", {**ITEM, "way": "asset"}, APPROVED).done().json["case"]
    )
    told = space.run("case", case, "accept", "--field", "number=1").faults
    assert told[0]["message"] == ("accept is for those to whom published_by leads from 'P02', and it leads to nobody")
    assert refused(opens(space, "gao", "joint_disclosure", "G01", "x", ITEM, APPROVED)) == [
        "the cases of joint_disclosure are of property_item: 'G01' is none"
    ]
