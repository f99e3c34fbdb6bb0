"""Who is told what: from an entry of the ledger to the mail in somebody's box, as they see it."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from homes import TITLES, asked, at_desk, copied, filed
from listeners import Hook, Post, closed_port
from notified_homes import RULES, configured, notified, owe, send
from sighted_homes import NAMES, district, enrolled
from warned_homes import WARNED, set_today

from hengjian.app.config import read_config
from hengjian.app.events import enter_events, event_draft
from hengjian.app.outbox import send_notices
from hengjian.model.issue import Forbidden, Refused
from hengjian.people.outbox import Outbox


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return notified(tmp_path_factory.mktemp("base") / "home", mail=1)


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        yield server


@pytest.fixture
def home(base: Path, tmp_path: Path, post: Post, hook: Hook) -> Path:
    return configured(copied(base, tmp_path / "home"), mail=post.port, hook=hook.port)


def to(post: Post) -> list[str]:
    return sorted(str(mail["To"]) for mail in post.mails)


def test_an_alert_reaches_whoever_sees_it_and_nobody_else(home: Path, post: Post, hook: Hook) -> None:
    owe(home, "A1")
    answer = send(home)
    assert to(post) == ["own@example.org", "parent@example.org"]
    assert answer["sent"] == 3
    (own,) = [mail for mail in post.mails if mail["To"] == "own@example.org"]
    assert own["Subject"] == "【红色预警发出】甲一水务有限公司：负债率超红线"
    text = own.get_content()
    assert "负债率 80%，红线 65%" in text
    assert "期间 2025-Q4，起始日 2026-03-31" in text
    (alert,) = asked(home, "alerts")["alerts"]
    assert f"https://hengjian.example.org/alert/{alert['alert']}" in text
    ((_, body),) = hook.posts
    told = json.loads(body)
    assert told["type"] == "hengjian.notices"
    (event,) = told["data"]["events"]
    assert (event["event"], event["alert"], event["entity"], event["name"]) == (
        "raised", alert["alert"], "A1", NAMES["A1"],
    )  # fmt: skip
    assert event["value"] == pytest.approx(0.8)
    assert send(home)["tried"] == []


def test_only_from_the_level_on(home: Path, post: Post, hook: Hook) -> None:
    asked_before = len(asked(home, "alerts")["alerts"])
    filed(home, f"{TITLES}A1,net_profit,2025-Q4,-5\n", actor="local:tester")
    assert asked(home, "alerts")["alerts"][asked_before]["level"] == "blue"
    send(home)
    assert post.mails == []
    assert len(hook.posts) == 1


def test_what_is_cleared_and_raised_again_is_told_with_what_was_said_then(home: Path, post: Post) -> None:
    owe(home, "A1")
    owe(home, "A1", 30)
    send(home)
    (mail,) = [mail for mail in post.mails if mail["To"] == "own@example.org"]
    assert mail["Subject"] == "【home】2 条预警与处置通知"
    assert "红色预警发出" in mail.get_content()
    assert "红色预警解除" in mail.get_content()


def test_in_english(home: Path, post: Post) -> None:
    configured(home, mail=post.port, language="en")
    owe(home, "A1")
    send(home)
    assert post.mails[0]["Subject"] == "[red alert raised] 甲一水务有限公司: Debt above the red line"
    assert "Debt ratio 80%, red line 65%" in post.mails[0].get_content()


def test_whoever_lost_sight_meanwhile_is_not_told(home: Path, post: Post) -> None:
    owe(home, "A1")
    asked(home, "collect_notices")
    roles = {one["person"]: one["roles"][0]["grant"] for one in asked(home, "persons")["persons"] if one["roles"]}
    asked(home, "end_role", grant=roles["own"], actor="local:tester")
    asked(home, "amend_person", person="parent", closed=True, actor="local:tester")
    send(home)
    assert post.mails == []
    reasons = {one["person"]: one["error"] for one in asked(home, "notices")["deliveries"] if one["person"]}
    assert reasons == {
        "own": "its recipient sees nothing of it any more", "parent": "the account of parent is closed",
    }  # fmt: skip


def test_without_its_channel_or_address_nobody_is_told(home: Path, post: Post) -> None:
    owe(home, "A1")
    asked(home, "collect_notices")
    file = home / "hengjian.toml"
    text = file.read_text("utf-8").replace('own = "own@example.org"\n', "")
    file.write_text(
        text.replace("[notify.webhooks.duty]", "[notify.webhooks.other]").replace('"duty"', '"other"'), "utf-8"
    )
    waiting = {one["person"]: one["id"] for one in asked(home, "notices")["deliveries"]}
    told = {one: asked(home, "notice_message", id=waiting[one]) for one in ("own", None)}
    assert told == {
        "own": {"withdrawn": "own has no address any more"}, None: {"withdrawn": "there is no channel duty any more"},
    }  # fmt: skip


def test_nothing_of_others_stands_in_a_message(home: Path, post: Post) -> None:
    """Every mail to `own` and `sibling` after filings of both groups holds no name of the other's."""
    for entity in ("A1", "B1", "A2", "Q"):
        owe(home, entity)
    send(home)
    for mail in post.mails:
        reader = str(mail["To"]).partition("@")[0]
        text = mail.as_string() + mail.get_content() + str(mail["Subject"])
        hidden = {"own": "乙丙", "sibling": "甲丙", "stranger": "甲乙", "parent": "丙"}[reader]
        assert not set(hidden) & set(text), reader
    assert to(post) == ["own@example.org", "parent@example.org", "sibling@example.org", "stranger@example.org"]


TAKERS = """
[[notify.rules]]
to = "mail"
takers = true
"""


def test_those_who_take_the_next_step_are_told_and_not_whoever_took_the_last(
    base: Path, tmp_path: Path, post: Post
) -> None:
    home = copied(base, tmp_path / "home")
    configured(home, mail=post.port, rules=TAKERS)
    for person in ("own", "parent", "sibling"):
        node = {"own": "A", "parent": "D", "sibling": "B"}[person]
        asked(home, "give_role", person=person, role="officer", node=node, tree="parent", actor="local:tester")
    owe(home, "A1")
    send(home)
    assert to(post) == ["own@example.org", "parent@example.org"]
    post.mails.clear()
    (case,) = asked(home, "cases")["cases"]
    asked(home, "move", case=case["case"], transition="accept", actor="own")
    send(home)
    (mail,) = post.mails
    assert mail["To"] == "parent@example.org"
    assert mail["Subject"] == "【处置有进展】甲一水务有限公司：负债率超红线"
    assert "own 办理：受理" in mail.get_content()
    assert "处置：处置中，期限 2026-04-30" in mail.get_content()


def test_an_overdue_case_is_told_once_on_the_day_after_its_deadline(home: Path, post: Post, hook: Hook) -> None:
    owe(home, "A1")
    send(home)
    for day, many in (("2026-04-30", 0), ("2026-05-01", 2), ("2026-05-01", 0), ("2026-05-02", 0), ("2026-04-20", 0)):
        post.mails.clear()
        set_today(home, day)
        configured(home, mail=post.port, hook=hook.port)
        send(home)
        assert len(post.mails) == many, day
        if many:
            assert post.mails[0]["Subject"] == "【处置逾期】甲一水务有限公司：负债率超红线"


def test_a_space_begins_with_what_comes_now(tmp_path: Path, post: Post) -> None:
    home = enrolled(district(tmp_path / "home"))
    owe(home, "A1")
    configured(home, mail=post.port)
    assert send(home)["tried"] == []
    owe(home, "A2")
    send(home)
    assert len(post.mails) == 2
    file = home / "hengjian.toml"
    text = file.read_text("utf-8")
    file.write_text(text.partition("\n[notify]")[0], "utf-8")
    asked(home, "collect_notices")  # as a server without [notify] does when it begins
    owe(home, "A3")
    file.write_text(text, "utf-8")
    assert send(home)["tried"] == []


def test_a_mail_server_that_is_down_is_tried_again_with_the_same_id(home: Path, hook: Hook) -> None:
    port = closed_port()
    configured(home, mail=port, hook=hook.port)
    owe(home, "A1")
    answer = send(home)
    failed = [one for one in answer["tried"] if one["error"]]
    assert [one["error"] for one in failed] == ["no connection: Connection refused"]  # the rest is not even tried
    (one,) = [one for one in asked(home, "notices")["deliveries"] if one["id"] == failed[0]["id"]]
    assert (one["state"], one["tries"], one["error"]) == ("pending", 1, "no connection: Connection refused")
    with Post(port=port) as post:
        asked(home, "retry_notices", id=one["id"])
        send(home)
    assert one["id"] in {mail["X-Hengjian-Delivery"] for mail in post.mails}


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from hengjian.app import notifysend, outbox
took = notifysend.{port}
def and_die(*words, **more):
    took(*words, **more)
    os.kill(os.getpid(), signal.SIGKILL)
outbox.{port} = and_die
outbox.send_notices({{"space": {home!r}}})
"""


@pytest.mark.parametrize("port", ["send_mail", "post"])
def test_a_sender_that_is_killed_between_sending_and_noting_it(home: Path, post: Post, hook: Hook, port: str) -> None:
    configured(
        home, mail=post.port, hook=hook.port, rules='[[notify.rules]]\nto = "duty"\n' if port == "post" else RULES
    )
    owe(home, "A1")
    asked(home, "collect_notices")
    time.sleep(1.05)
    program = KILLED.format(tests=str(Path(__file__).parent), port=port, home=str(home))
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    taken = [mail["Message-ID"] for mail in post.mails] or [headers["webhook-id"] for headers, _ in hook.posts]
    assert len(taken) == 1
    send_notices({"space": str(home)})
    after = [mail["Message-ID"] for mail in post.mails] or [headers["webhook-id"] for headers, _ in hook.posts]
    assert after.count(taken[0]) == 2  # sent again, and told by its id
    send_notices({"space": str(home)})
    assert len(after) == len(post.mails or hook.posts)


def test_two_senders_at_once_send_once(home: Path, post: Post, hook: Hook) -> None:
    for entity in ("A1", "A2", "B1", "Q"):
        owe(home, entity)
    asked(home, "collect_notices")
    time.sleep(1.05)
    threads = [threading.Thread(target=send_notices, args=({"space": str(home)},)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [mail["Message-ID"] for mail in post.mails]
    assert len(ids) == len(set(ids)) == 4
    assert len(hook.posts) == 1


def test_restricted_alerts_are_told_as_such(tmp_path: Path, post: Post, hook: Hook) -> None:
    """Officers may read what is restricted, and are told all the same only that it is there: mail leaves the house."""
    name = next(name for name, text in WARNED.items() if "total_liabilities:" in text)
    text = WARNED[name].replace("total_liabilities:", 'total_liabilities:\n  restricted: "true"', 1)
    home = notified(tmp_path / "home", pack={**WARNED, name: text}, role="officer", mail=post.port, hook=hook.port)
    owe(home, "A1")
    size = asked(home, "status")["size"]
    send(home)
    assert asked(home, "status")["size"] == size  # nothing was read that would have to be entered
    assert len(post.mails) == 2
    for mail in post.mails:
        assert "80%" not in mail.get_content()
        assert "内容受限，请登录查看。" in mail.get_content()
    (event,) = json.loads(hook.posts[0][1])["data"]["events"]
    assert event["withheld"]
    assert event["value"] is None
    assert "80%" not in hook.posts[0][1].decode()


def test_who_may_see_and_retry(home: Path, post: Post) -> None:
    for method in ("notices", "retry_notices", "notice_message", "collect_notices"):
        with pytest.raises(Forbidden, match="own may not upkeep for the whole space"):
            asked(home, method, actor="own", id="x")
    with pytest.raises(Forbidden):
        send_notices({"space": str(home), "actor": "own"})
    with pytest.raises(Refused, match="there is no delivery 'x' that waits or was given up"):
        asked(home, "retry_notices", id="x")
    with pytest.raises(Refused, match="there is no delivery 'x'"):
        asked(home, "notice_message", id="x")
    with pytest.raises(Refused, match="no delivery is ever 'lost'"):
        asked(home, "notices", state="lost")
    with pytest.raises(Refused, match="'then' is no moment of a list"):
        asked(home, "notices", before="then")


def test_without_settings_there_is_nothing_to_send(tmp_path: Path) -> None:
    home = district(tmp_path / "home")
    with pytest.raises(Refused, match="hengjian.toml names nobody who is to be told".replace(".", "[.]")):
        send_notices({"space": str(home)})
    assert asked(home, "notices")["channels"] == []
    assert not (home / "outbox.db").exists()


def test_no_secret_leaves_its_file(home: Path, post: Post, hook: Hook) -> None:
    hook.answers.append((500, {}))
    owe(home, "A1")
    answers = [send(home), asked(home, "notices")]
    secret = (home / "keys" / "duty").read_text().strip()
    held = [json.dumps(answers), (home / "outbox.db").read_bytes().decode("latin-1")]
    held += [repr(read_config(home).notify), *(str(mail) for mail in post.mails)]
    assert not any(secret in text or "c2VjcmV0" in text for text in held)


def test_a_bulk_of_alerts_is_one_mail_each(home: Path, post: Post, hook: Hook) -> None:
    """Several hundred events are gathered into few messages, the gravest first, and the rest is counted."""
    desk = at_desk(home)
    try:
        drafts = []
        for at in range(300):
            record = alert_record(f"A{desk.log.size + at:06d}", "A1", "red" if at == 250 else "orange")
            drafts.append(event_draft(desk, "alert", record, topic=f"r{at}\nA1", subject="A1", actor="hengjian:rules"))
        enter_events(desk, drafts)
    finally:
        desk.close()
    while asked(home, "collect_notices")["left"]:
        pass
    time.sleep(1.05)
    send_notices({"space": str(home)})
    mails = [mail for mail in post.mails if mail["To"] == "own@example.org"]
    assert len(mails) == 2
    texts = [mail.get_content() for mail in mails]
    counts = sorted(int(text.partition("另有 ")[2].partition(" 条")[0]) + 50 for text in texts)
    assert counts == [100, 200]
    grave = next(text for text in texts if "红色" in text)
    assert grave.index("红色") < grave.index("橙色")
    assert sum(len(json.loads(body)["data"]["events"]) for _, body in hook.posts) == 300


def alert_record(name: str, entity: str, level: str, event: str = "raised") -> Mapping[str, object]:
    return {
        "alert": name, "rule": "high_debt", "entity": entity, "cause": entity, "period": "2025-Q4", "level": level,
        "state": "raised", "event": event, "since": "2026-03-31", "day": "2026-03-31", "value": 0.8, "threshold": 0.65,
        "unit": "ratio", "message": {"zh": "负债率", "en": "debt"}, "formula": "debt_ratio > red_line",
        "declaration": "x", "inputs": [], "filing": None, "case": None,
    }  # fmt: skip


def test_a_hostile_name_writes_no_header(home: Path, post: Post) -> None:
    name = "坏名 Bcc: evil@example.org; <script>"
    filed(home, f"entity,type,name\nA1,enterprise,{name}\n", form="entities", actor="local:tester")
    owe(home, "A1")
    send(home)
    assert to(post) == ["own@example.org", "parent@example.org"]
    for mail in post.mails:
        assert "Bcc" not in mail
        assert name in mail["Subject"]


def test_the_outbox_is_private_and_a_copy_of_an_older_space_begins_anew(home: Path, post: Post) -> None:
    owe(home, "A1")
    asked(home, "collect_notices")
    assert (home / "outbox.db").stat().st_mode & 0o777 == 0o600
    with Outbox.open(home / "outbox.db") as box, box._changing() as db:
        db.execute("UPDATE setting SET value = '999999' WHERE name = 'mark'")
    asked(home, "collect_notices")
    with Outbox.open(home / "outbox.db") as box:
        assert box.mark == asked(home, "status")["size"]
