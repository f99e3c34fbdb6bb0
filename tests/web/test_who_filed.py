"""Who files, and who may not: names of those who signed in, on the receipt, the list, the filing and the case."""

import re
from collections.abc import Iterator

import pytest
from desk_of_web import Asking
from filing_homes import figures
from walled import OURS, csrf_of, enrol, reader_of, sign_in, signed_in, walled_home


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    made = Asking(walled_home(tmp_path_factory.mktemp("who") / "home"))
    yield made
    made.close()


def test_a_receipt_names_who_signed_in(asking: Asking) -> None:
    wang = signed_in(asking, "wang")
    data = {"form": "short_balance", "csrf": csrf_of(wang), "do": "submit"}
    receipt = wang.post("/filing", headers=OURS, data=data, files={"file": ("short.csv", figures("E2,2025-Q1,90,50,"))})
    assert receipt.status_code == 200, text_of(receipt.text)
    assert "填报人 Wang wang 凭密码登录" in text_of(receipt.text)
    listed = wang.get("/filing/list").text
    assert '<td class="quiet" title="wang">Wang</td>' in listed
    newest = listed.split('href="/filing/F')[1][:6]
    assert "填报人 Wang wang 凭密码登录" in text_of(wang.get(f"/filing/F{newest}").text)
    csv = wang.get("/filing/list", params={"format": "csv"}).content.decode("utf-8-sig")
    assert ",wang," in csv.splitlines()[1], "a file has what the ledger has"


@pytest.mark.parametrize(("person", "status"), [("chen", 200), ("wang", 200), ("li", 403), ("zhao", 403)])
def test_who_registers_comes_to_file_too(asking: Asking, person: str, status: int) -> None:
    reader = signed_in(asking, person)
    assert reader.get("/filing").status_code == status
    home = reader.get("/").text
    assert ('<a href="/filing">报送</a>' in home) == (status == 200)
    assert ('<a href="/filing/list">报送</a>' in home) == (status == 403)
    data, files = {"form": "observations", "csrf": csrf_of(reader)}, {"file": ("x.csv", "a\n")}
    checked = reader.post("/filing", headers=OURS, data=data, files=files)
    assert checked.status_code == (422 if status == 200 else 403)
    if status == 403:
        assert f"{person.title()} 没有“报送”的权限 自己的角色见“我的账号”页" in text_of(checked.text)


def test_an_administrator_registers_by_the_page(asking: Asking) -> None:
    chen = signed_in(asking, "chen")
    assert '<option value="entities" selected>' in chen.get("/filing").text
    assert '<option value="entities" selected>' not in signed_in(asking, "wang").get("/filing").text
    data = {"form": "entities", "csrf": csrf_of(chen), "do": "submit"}
    body = "entity,type,name\nN1,enterprise,新企业\n"
    receipt = chen.post("/filing", headers=OURS, data=data, files={"file": ("new.csv", body)})
    assert receipt.status_code == 200, text_of(receipt.text)
    assert "填报人 Chen chen 凭密码登录" in text_of(receipt.text)


def test_nothing_is_said_of_what_one_may_not_see(asking: Asking) -> None:
    li, chen = signed_in(asking, "li"), signed_in(asking, "chen")
    assert "您没有看过受限数据，也没有您可以查看的记录" in li.get("/seen").text
    assert "没有符合条件的记录" in li.get("/seen?person=li").text
    assert "尚未登记任何对象" not in chen.get("/entities?type=natural_person").text


def test_changes_are_told_in_words(asking: Asking) -> None:
    enrol(asking, "yan", [("auditor", None)])
    chen, yan = signed_in(asking, "chen"), signed_in(asking, "yan")
    seal = csrf_of(chen)
    stranger = reader_of(asking)
    for _ in range(6):
        sign_in(stranger, "li", "no such password")
    chen.post("/people/zhao/password", headers=OURS, data={"csrf": seal})
    token = {"csrf": seal, "label": "晚报", "scope.see": "1", "scope.grant": "1", "days": "7"}
    assert chen.post("/account/token", headers=OURS, data=token).status_code == 200
    said = text_of(yan.get("/seen?part=changes").text)
    assert re.search(r"连续失败，暂停登录 Li 来自 \S+、连续失败（次） 5、等候（秒） 60 系统 未验证", said)
    assert "重设密码 Zhao 首次登录须修改 是" in said
    assert "可以做的事 管理账号与角色、查看" in said
    assert "用途 晚报" in said
    assert not re.search(r"must_change|tokens_ended|\[|True|False|\dT\d\d:", said)
    english = text_of(yan.get("/seen?part=changes&lang=en").text)
    assert "to be changed at the first sign-in yes" in english
