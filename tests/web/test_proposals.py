"""The page of what waits for a second person: the list, what one states, the decision, and who is shown what."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from filing_roles import with_roles
from homes import TINY, asked, at_desk, filed, made, submission, write_pack
from owning_homes import register
from test_proposals import FORM, balance
from warned_homes import set_today

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.people import Actor
from hengjian.web.site import build

HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A space whose balances two persons file, where nobody needs to sign in; P… of rep waits."""
    folder = tmp_path_factory.mktemp("waiting")
    home = made(folder / "home", write_pack(folder / "pack", {**TINY, "forms/balance.yaml": FORM}))
    set_today(home, "2026-03-31")
    filed(home, register("D", "A", "A1", "B"), form="entities")
    filed(home, "link,from,to\nparent,A,D\nparent,B,D\nparent,A1,A\n", form="links")
    asked(home, "enrol", person="wang", name="王五")
    with_roles(home)
    desk = at_desk(home)
    yield desk
    desk.close()


def client(desk: Desk, person: str | None = None) -> TestClient:
    """A browser of the operator, or of somebody whom questions are asked for."""
    who = {} if person is None else {"who": Actor(name=person, person=person, proof="password")}
    asking = build(lambda method, question: METHODS[method](desk, {**question, **who}))
    return TestClient(asking, base_url="http://127.0.0.1", follow_redirects=False)


def proposed(desk: Desk, text: str) -> str:
    answer = METHODS["submit"](desk, submission(text, form="balance", actor="rep"))
    return str(answer["proposal"])


def test_a_proposal_is_listed_read_and_decided(desk: Desk) -> None:
    pages = client(desk)
    name = proposed(desk, balance("A", 1_000_000, 20_000))
    listed = pages.get("/proposals?lang=zh").text
    assert name in listed
    assert "待您复核" in listed
    page = pages.get(f"/proposals/{name}?lang=zh").text
    assert "资产总计" in page
    assert "100.00 万元" in page
    assert "通过并入账" in page
    address = f"/proposals/{name}/decide"
    refused = pages.post(address, data={"do": "reject", "note": ""}, headers=HERE)
    assert refused.status_code == 422
    assert "退回须写明原因" in refused.text
    assert pages.post(address, data={"do": "approve"}).status_code == 403, "from elsewhere"
    done = pages.post(address, data={"do": "approve", "note": "一致"}, headers=HERE)
    assert done.status_code == 303
    after = pages.get(done.headers["location"]).text
    assert "已通过并入账" in after
    assert "一致" in after
    assert "通过并入账</button>" not in after
    assert pages.get(f"/proposals/{name}/decide").headers["location"] == f"/proposals/{name}"


def test_who_proposed_is_offered_to_take_it_back(desk: Desk) -> None:
    name = proposed(desk, balance("A1", 5, 1))
    own = client(desk, "rep")
    page = own.get(f"/proposals/{name}?lang=en").text
    assert "Withdraw" in page
    assert "Approve and enter" not in page
    assert own.post(f"/proposals/{name}/decide", data={"do": "approve"}, headers=HERE).status_code == 403
    other = client(desk, "vic").get(f"/proposals/{name}?lang=zh").text
    assert "须由对全部主体有复核权的另一人处理" in other
    assert "decide" not in other.replace("decide {", "")
    assert own.post(f"/proposals/{name}/decide", data={"do": "withdraw"}, headers=HERE).status_code == 303
    assert name in own.get("/proposals?state=withdrawn").text


def test_what_is_out_of_sight_is_as_what_is_not_there(desk: Desk) -> None:
    answer = METHODS["submit"](desk, submission(balance("B", 7, 1), form="balance", actor="top"))
    theirs = client(desk, "rev")
    there, nowhere = (theirs.get(f"/proposals/{name}?lang=zh") for name in (answer["proposal"], "P999999"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace(answer["proposal"], "P999999") == nowhere.text
    assert answer["proposal"] not in theirs.get("/proposals?state=all").text
