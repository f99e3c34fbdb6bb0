"""Alerts and cases as users of the command meet them: what is printed, what a server answers, what a kill leaves."""

import os
import random
import threading
import time
from pathlib import Path

import pytest
from kit import PATIENCE, Result, Server, Space, hengjian, observations, says
from tiny_pack import ENTERPRISES, write_pack
from warned_pack import WARNED

KILLS = max(4, int(os.environ.get("HENGJIAN_KILLS", "30")) // 5)
SEED = os.environ.get("HENGJIAN_SEED") or str(time.time_ns())
#: CONTRACT section 3, in its order.
KEYS = ["rule", "entity", "cause", "period", "level", "state", "since", "value", "threshold"]
CASE = "C000005"


@pytest.fixture(scope="session")
def warned_template(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A space with a rule that knows E1, a power company, and E2, a trader. To be copied."""
    folder = tmp_path_factory.mktemp("warned")
    space = Space.at(folder, write_pack(folder / "pack", WARNED))
    space.enter(ENTERPRISES, "enterprises.csv", form="entities")
    space.configure("today", "2026-03-31")
    return space


@pytest.fixture
def warned(warned_template: Space, tmp_path: Path) -> Space:
    return warned_template.copy(tmp_path)


def balance(entity: str, period: str, debt: object) -> str:
    return observations(f"{entity} total_assets {period} 100\n{entity} total_liabilities {period} {debt}")


def alerts(space: Space, **flags: object) -> list[dict]:
    answer = space.run("alerts", **flags).done().json
    assert list(answer) == ["alerts"]
    return answer["alerts"]


def test_a_filing_is_warned_of_and_the_case_is_closed(warned: Space) -> None:
    assert alerts(warned) == []
    receipt = warned.enter(balance("E2", "2022-Q4", 80))
    assert [(one["rule"], one["event"], one["alert"], one["case"]) for one in receipt["alerts"]] == [
        ("high_debt", "raised", "A000004", CASE)
    ]
    (alert,) = alerts(warned)
    assert list(alert)[: len(KEYS)] == KEYS
    assert {key: alert[key] for key in KEYS} == {
        "rule": "high_debt", "entity": "E2", "cause": "E2", "period": "2022-Q4", "level": "red", "state": "raised",
        "since": "2026-03-31", "value": 0.8, "threshold": 0.7,
    }  # fmt: skip
    assert alert["message"] == {"zh": "负债率 80%，红线 70%", "en": "Debt ratio 80%, red line 70%"}
    assert says(warned.run("case", CASE, "close", note="paid").faults, "accept")
    assert warned.run("case", CASE, "accept", **{"as": "张三"}).done().json["state"] == "handling"
    assert says(warned.run("case", CASE, "close").faults, "needs a note")
    closed = warned.run("case", CASE, "close", note="还清", **{"as": "张三"}).done().json
    again = warned.run("case", CASE, "close", note="还清", **{"as": "张三"}).done().json
    assert again == {**closed, "repeated": True}
    history = warned.run("case", CASE).done().json["history"]
    assert [(one["state"], one["actor"], one["note"]) for one in history] == [
        ("open", "hengjian:rules", ""), ("handling", "张三", ""), ("closed", "张三", "还清"),
    ]  # fmt: skip
    before = alerts(warned), warned.run("case").done().json
    warned.digests()
    (warned.path / "store.duckdb").unlink()
    assert (alerts(warned), warned.run("case").done().json) == before


@pytest.mark.usefixtures("from_nothing")
def test_people_read_one_line_an_alert(warned: Space) -> None:
    assert hengjian("alerts", warned.path, plain=True).done().out == "no alerts\n"
    assert hengjian("case", warned.path, plain=True).done().out == "no cases\n"
    warned.enter(balance("E2", "2022-Q4", 80))
    line = hengjian("alerts", warned.path, plain=True).done().out
    assert line.startswith("A000004  raised   red     E2  high_debt  2022-Q4  since 2026-03-31  C000005  负债率 80%")
    assert "C000005  open  E2  港口贸易  by 2026-04-30" in hengjian("case", warned.path, plain=True).done().out
    told = hengjian("case", warned.path, CASE, plain=True).done().out
    assert "steps that may follow: accept" in told
    assert "C000005  handling  entry 6" in hengjian("case", warned.path, CASE, "accept", plain=True).done().out
    assert "(already entered)" in hengjian("case", warned.path, CASE, "accept", plain=True).done().out


def test_what_was_known_then(warned: Space) -> None:
    warned.enter(balance("E2", "2022-Q4", 80))
    warned.enter(balance("E2", "2023-Q1", 10))
    assert alerts(warned, as_known_at="entry:4") == []
    assert alerts(warned, as_known_at="entry:5")[0]["state"] == "raised"
    assert alerts(warned)[0]["state"] == "cleared"
    assert alerts(warned, state="raised") == []
    assert says(warned.run("alerts", as_known_at="then").faults, "is not a moment")


def test_a_story_has_days_of_its_own(warned: Space) -> None:
    warned.enter(balance("E2", "2022-Q4", 80), today="2023-01-20")
    assert alerts(warned)[0]["since"] == "2023-01-20"
    warned.run("case", CASE, "accept", today="2023-01-25").done()
    case = warned.run("case", CASE).done().json
    assert (case["opened"], case["deadline"], case["day"], case["overdue"]) == (
        "2023-01-20", "2023-02-19", "2023-01-25", True,
    )  # fmt: skip


def test_a_server_answers_the_same(warned: Space, tmp_path: Path) -> None:
    with Server(warned, tmp_path / "errors"):
        receipt = warned.enter(balance("E2", "2022-Q4", 80))
        warned.run("case", CASE, "accept", **{"as": "clerk"}).done()
        served = alerts(warned), warned.run("case", CASE).done().json
    assert receipt["alerts"][0]["alert"] == "A000004"
    assert (alerts(warned), warned.run("case", CASE).done().json) == served


def test_two_clerks_at_one_case(warned: Space, tmp_path: Path) -> None:
    warned.enter(balance("E2", "2022-Q4", 80))
    done: list[Result] = []
    with Server(warned, tmp_path / "errors"):
        clerks = [
            threading.Thread(target=lambda name=name: done.append(warned.run("case", CASE, "accept", **{"as": name})))
            for name in ("a", "b")
        ]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()
    assert sorted(one.code for one in done) == [0, 1]
    (lost,) = [one for one in done if one.code]
    assert says(lost.faults, "C000005 is handling: accept cannot be done")
    assert warned.size() == 7


@pytest.mark.timeout(300)
def test_kills_lose_no_alert_and_make_none_twice(warned: Space, tmp_path: Path) -> None:
    """A clerk files quarter after quarter, every other one above the line, while the server is killed again and again:
    the alert that stands tells of the last filing, and no event is entered twice.
    """
    print(f"HENGJIAN_SEED={SEED}")
    chance, done, filed = random.Random(SEED), threading.Event(), []

    def clerk() -> None:
        is_answered = True
        while not (done.is_set() and is_answered):  # what was killed before its answer may have been entered
            number = len(filed)
            file = warned.inbox / f"{number}.csv"
            file.write_text(balance("E2", f"{1900 + number // 4}-Q{number % 4 + 1}", 80 if number % 2 == 0 else 50))
            run = warned.run("submit", file, key=f"K{number}")
            is_answered = run.code == 0
            if is_answered:
                filed.append(run.json)
            else:
                assert run.code == 3, run

    line = WARNED["parameters.yaml"].replace("from: 2021-01-01", "from: 1890-01-01").replace("75%", "70%")
    pack = {**WARNED, "parameters.yaml": line, "pack.yaml": WARNED["pack.yaml"].replace("0.1.0", "0.2.0")}
    hengjian("upgrade", warned.path, "--pack", write_pack(tmp_path / "pack", pack)).done()
    before = warned.size()
    worker = threading.Thread(target=clerk, daemon=True)
    worker.start()
    try:
        for _ in range(KILLS):
            server = started(warned, tmp_path / "errors")
            time.sleep(chance.uniform(0.1, 0.9))
            server.kill()
    finally:
        done.set()
        worker.join(PATIENCE)
    assert filed
    (alert,) = alerts(warned)
    assert alert["state"] == ("raised" if len(filed) % 2 else "cleared")
    assert alert["filing"] == filed[-1]["filing"]
    page = warned.run("alerts").done().json["alerts"]
    assert len(page) == 1
    cases = warned.run("case").done().json["cases"]
    assert len(cases) == 1, "the open case went on"
    size = warned.size()
    assert before + len(filed) < size <= before + 2 * len(filed) + 1, "a filing has at most one event, the first a case"
    warned.digests()
    assert alerts(warned) == [alert]
    assert warned.size() == size


def started(space: Space, errors: Path) -> Server:
    """The server, once the command that holds the space at the moment lets it in."""
    for _ in range(60):
        try:
            return Server(space, errors)
        except RuntimeError:
            time.sleep(0.2)
    raise AssertionError(f"the server does not come up again:\n{errors.read_text()}")
