"""`kill -9` at random points of a submit loop under two clients: what was acknowledged stays, nothing stands half.

HENGJIAN_KILLS is the number of kills (30; the slow tests have one with 200), HENGJIAN_SEED what chance begins with.
"""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from kit import PATIENCE, Process, Server, Space, observations, running

KILLS = int(os.environ.get("HENGJIAN_KILLS", "30"))
SEED = os.environ.get("HENGJIAN_SEED") or str(time.time_ns())
TRIES = 60  # of one filing, until something is plainly wrong
LONGEST = 0.5  # seconds between a start and a kill: time for some filings, since commands need not load first


class Clerk(threading.Thread):
    """An enterprise's clerk: files one small statement after the other, each under its key until it is acknowledged."""

    def __init__(self, space: Space, entity: str) -> None:
        super().__init__(name=entity, daemon=True)
        self.space, self.entity = space, entity
        self.done = threading.Event()
        self.receipts: list[dict] = []
        self.wrong: list[str] = []
        self.process: Process | None = None

    def run(self) -> None:
        while not self.done.is_set() and not self.wrong:
            self.file(len(self.receipts))

    def file(self, number: int) -> None:
        """File statement `number`; a killed server or a killed client is met by asking again."""
        statement = self.statement(number)
        for _ in range(TRIES):
            words = ("submit", str(self.space.path), str(statement), "--key", self.key(number), "--json")
            with running(*words) as command:
                self.process = command.process
                result = command.result()
            if result.code == 0:
                self.receipts.append(result.json)
                return
            if result.code not in (3, -signal.SIGKILL) or "Traceback" in result.err:
                break
            time.sleep(0.05)
        self.wrong.append(str(result))

    def statement(self, number: int) -> Path:
        """Two figures of one quarter, which stand together or not at all."""
        file = self.space.inbox / f"{self.key(number)}.csv"
        place = f"{self.entity} {{}} {self.quarter(number)} {{}}"
        rows = [place.format("total_assets", 2 * number + 2), place.format("total_liabilities", number + 1)]
        file.write_text(observations("\n".join(rows)))
        return file

    def key(self, number: int) -> str:
        return f"{self.entity}-{number}"

    def quarter(self, number: int) -> str:
        return f"{1500 + number // 4}-Q{number % 4 + 1}"

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()


def started(space: Space, errors: Path) -> Server:
    """The server, once the command that holds the space at the moment lets it in."""
    for _ in range(TRIES):
        try:
            return Server(space, errors)
        except RuntimeError:
            time.sleep(0.2)
    raise AssertionError(f"the server does not come up again:\n{errors.read_text()}")


def storm(space: Space, clerks: list[Clerk], errors: Path, chance: random.Random, kills: int) -> None:
    """Kill the server so many times at random moments, and now and then a client with it."""
    for number in range(kills):
        server = started(space, errors)
        time.sleep(chance.uniform(0, LONGEST))
        if number % 3 == 2:
            chance.choice(clerks).kill()
        server.kill()
        if number % 5 == 4:  # for a while the clients write by themselves; one of them dies of it
            time.sleep(chance.uniform(0, LONGEST))
            chance.choice(clerks).kill()
        assert [clerk.wrong for clerk in clerks if clerk.wrong] == []


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(KILLS, marks=pytest.mark.timeout(120 + 20 * KILLS)),
        pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(120 + 20 * 200)]),
    ],
)
def test_nothing_acknowledged_is_lost_and_nothing_stands_half(space: Space, tmp_path: Path, kills: int) -> None:
    print(f"HENGJIAN_SEED={SEED}")
    before = space.size()
    clerks = [Clerk(space, "E1"), Clerk(space, "E2")]
    for clerk in clerks:
        clerk.start()
    try:
        storm(space, clerks, tmp_path / "errors", random.Random(SEED), kills)
    finally:
        for clerk in clerks:
            clerk.done.set()
        for clerk in clerks:
            clerk.join(PATIENCE)
    assert [clerk.wrong for clerk in clerks if clerk.wrong] == []
    assert all(clerk.receipts for clerk in clerks)

    filed = [receipt for clerk in clerks for receipt in clerk.receipts]
    assert space.size() == before + len(filed), "each statement is one entry, however often it was sent"
    assert sorted(receipt["entry"] for receipt in filed) == list(range(before, before + len(filed)))
    for clerk in clerks:
        times = [receipt["recorded_at"] for receipt in clerk.receipts]
        assert times == sorted(set(times)), "recorded time follows the log"
        values = space.show(clerk.entity, "debt_ratio", "assets")
        ratios = [value["value"] for value in values if value["indicator"] == "debt_ratio"]
        assets = [value["value"] for value in values if value["indicator"] == "assets"]
        assert ratios == [0.5] * len(clerk.receipts), "both figures of each statement"
        assert assets == [2 * number + 2 for number in range(len(clerk.receipts))]
        for number in range(0, len(clerk.receipts), max(1, len(clerk.receipts) // 5)):
            again = space.run("submit", clerk.statement(number), key=clerk.key(number)).done().json
            assert again["repeated"] is True
            first = clerk.receipts[number]
            assert {name: again[name] for name in ("filing", "entry", "recorded_at")} == {
                name: first[name] for name in ("filing", "entry", "recorded_at")
            }
    assert space.size() == before + len(filed)
    space.digests()


@pytest.mark.timeout(300)
def test_what_shows_during_the_storm_is_whole(space: Space, tmp_path: Path) -> None:
    """After each of a few kills, the next reader sees both figures of every statement or neither."""
    chance = random.Random(SEED)
    clerk = Clerk(space, "E1")
    clerk.start()
    try:
        for _ in range(3):
            server = started(space, tmp_path / "errors")
            time.sleep(chance.uniform(0.2, 1.5))
            server.kill()
            known = len(clerk.receipts)
            ratios = [value["value"] for value in space.show("E1", "debt_ratio")]
            assert len(ratios) >= known
            assert set(ratios) <= {0.5}
    finally:
        clerk.done.set()
        clerk.join(PATIENCE)
    assert clerk.wrong == []
