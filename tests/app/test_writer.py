"""The one writer: groups of submissions, what stands in each other's way, and failures in the middle."""

import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from homes import STATEMENT, TITLES, asked, submission

from hengjian.app.desk import Desk, open_desk
from hengjian.app.local import METHODS
from hengjian.app.lock import socket_path
from hengjian.app.submission import Submission
from hengjian.app.submit import enter_group
from hengjian.app.writer import Listener, Writer
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure, Refused
from hengjian.store import Store


def statement(year: int, debt: int = 150, entity: str = "E1") -> str:
    return f"{TITLES}{entity},total_assets,{year}-Q4,200\n{entity},total_liabilities,{year}-Q4,{debt}\n"


def group(*questions: dict[str, Any]) -> list[Submission]:
    return [Submission.of(question) for question in questions]


def heads(folder: Path) -> list[int]:
    """The size of each signed head: one a commit."""
    with sqlite3.connect(f"file:{folder}/journal.db?mode=ro", uri=True) as journal:
        found = [size for (size,) in journal.execute("SELECT size FROM head ORDER BY size")]
    journal.close()
    return found


def debt(desk: Desk, year: int, entity: str = "E1") -> float | None:
    answer = METHODS["show"](desk, {"entity": entity, "indicators": ["liabilities"], "period": f"{year}-Q4"})
    value: float | None = answer["values"][0]["value"]
    return value


@contextmanager
def ledger_fails(folder: Path) -> Iterator[None]:
    """The database refuses every new entry."""
    with sqlite3.connect(folder / "journal.db") as journal:
        journal.execute("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no more'); END")
        journal.commit()
        yield
        journal.execute("DROP TRIGGER full")
        journal.commit()
    journal.close()


class Stumbling(Store):
    """Tables whose next transaction fails at its end."""

    stumbles = 1

    def commit(self, applied_through: int) -> None:
        if self.stumbles:
            self.stumbles -= 1
            self.rollback()
            raise Failure("the store failed: a test", "try again")
        super().commit(applied_through)


# groups, without threads


def test_a_group_is_one_commit_in_the_order_of_arrival(desk: Desk) -> None:
    before = heads(desk.config.folder)
    outcomes = enter_group(desk, group(*(submission(statement(year)) for year in range(2001, 2006))))
    assert [outcome["entry"] for outcome in outcomes if isinstance(outcome, dict)] == [4, 5, 6, 7, 8]
    assert heads(desk.config.folder) == [*before, 9]
    times = [outcome["recorded_at"] for outcome in outcomes if isinstance(outcome, dict)]
    assert times == sorted(set(times))


def test_submissions_of_the_same_cells_are_entered_one_after_the_other(desk: Desk) -> None:
    before = heads(desk.config.folder)
    outcomes = enter_group(
        desk,
        group(submission(statement(2001, 10)), submission(statement(2002)), submission(statement(2001, 20))),
    )
    assert [outcome["entry"] for outcome in outcomes if isinstance(outcome, dict)] == [4, 5, 6]
    assert heads(desk.config.folder) == [*before, 6, 7], "the last one had to wait"
    assert debt(desk, 2001) == 20


def test_a_retry_in_the_same_group_is_a_repeat(desk: Desk) -> None:
    one, other = enter_group(desk, group(submission(statement(2001)), submission(statement(2001))))
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert other == {**one, "repeated": True}
    assert desk.log.size == 5


def test_one_key_for_two_submissions_of_a_group(desk: Desk) -> None:
    one, other = enter_group(desk, group(submission(statement(2001), key="K"), submission(statement(2002), key="K")))
    assert isinstance(one, dict)
    assert isinstance(other, Refused)
    assert str(other) == (
        "the key 'K' was used for another submission: F000004\n"
        "  hint: take a new key for a new submission; only a repeat of the very same files takes the old one"
    )


def test_a_broken_check_takes_only_its_own_submission_out(desk: Desk) -> None:
    outcomes = enter_group(
        desk,
        group(submission(statement(2001)), submission(statement(2002, 999)), submission(statement(2003))),
    )
    entered = [outcome["entry"] for outcome in outcomes if isinstance(outcome, dict)]
    assert entered == [4, 5]
    assert isinstance(outcomes[1], Refused)
    (issue,) = outcomes[1].issues
    assert issue.message == "E1 2002-Q4: 负债 999 超过资产 200 / debt 999 over 200"
    assert (debt(desk, 2001), debt(desk, 2002), debt(desk, 2003)) == (150, None, 150)


def test_a_batch_with_a_broken_check_is_out_as_a_whole(desk: Desk) -> None:
    (outcome,) = enter_group(desk, group(submission(statement(2001), statement(2002, 999))))
    assert isinstance(outcome, Refused)
    assert debt(desk, 2001) is None
    assert desk.log.size == 4


def test_a_failure_of_the_ledger_leaves_nothing_staged(desk: Desk) -> None:
    before = desk.store.digests()
    with ledger_fails(desk.config.folder):
        outcomes = enter_group(desk, group(submission(statement(2001)), submission(statement(2002))))
    assert all(isinstance(outcome, Failure) for outcome in outcomes)
    assert "no more" in str(outcomes[0])
    assert desk.store.digests() == before
    assert debt(desk, 2001) is None
    (entered,) = enter_group(desk, group(submission(statement(2001))))
    assert isinstance(entered, dict)
    assert (entered["entry"], entered["repeated"]) == (4, False)
    assert debt(desk, 2001) == 150


def test_a_checkpoint_that_cannot_be_shown_is_shown_before_the_next_answer(desk: Desk) -> None:
    """The entry stands in the ledger, but the submitter was not told: a retry finds it."""
    stone = desk.config.folder / "log" / "checkpoint.new"
    stone.mkdir()
    (outcome,) = enter_group(desk, group(submission(statement(2001))))
    assert isinstance(outcome, Failure)
    assert outcome.issue.message.startswith(f"{desk.config.folder}/log/checkpoint cannot be written: ")
    (outcome,) = enter_group(desk, group(submission(statement(2001))))
    assert isinstance(outcome, Failure), "still not shown"
    stone.rmdir()
    (outcome,) = enter_group(desk, group(submission(statement(2001))))
    assert isinstance(outcome, dict)
    assert (outcome["entry"], outcome["repeated"]) == (4, True)
    assert "\n5\n" in (desk.config.folder / "log" / "checkpoint").read_text()


def test_tables_that_fail_after_the_ledger_are_brought_up_before_the_next_round(home: Path) -> None:
    """The second submission waits for the first, whose rows reach the ledger and not the tables."""
    sound = open_desk(home, write=True, append=True)
    sound.store.close()
    desk = Desk(sound.config, sound.log, Stumbling.open(home / "store.duckdb", timezone="Asia/Shanghai"))
    first, second = enter_group(desk, group(submission(statement(2001, 10)), submission(statement(2001, 20))))
    assert isinstance(first, Failure)
    assert isinstance(second, dict)
    assert second["entry"] == 5
    (again,) = enter_group(desk, group(submission(statement(2002, 30))))
    assert isinstance(again, dict)
    assert debt(desk, 2001) == 20
    answer = METHODS["show"](
        desk, {"entity": "E1", "indicators": ["liabilities"], "period": "2001-Q4", "as_known_at": "entry:5"}
    )
    assert answer["values"][0]["value"] == 10, "the rows of the first are there too"
    desk.close()
    assert asked(home, "rebuild")["same"] is True


def test_a_desk_that_cannot_be_brought_up_to_date_says_so_to_all(desk: Desk) -> None:
    stone = desk.config.folder / "log" / "checkpoint.new"
    stone.mkdir()
    enter_group(desk, group(submission(statement(2001))))
    outcomes = enter_group(desk, group(submission(statement(2002)), submission(statement(2003))))
    assert [type(outcome) for outcome in outcomes] == [Failure, Failure]
    assert desk.log.size == 5


# threads


@pytest.fixture
def writer(home: Path) -> Iterator[Writer]:
    """A writer that can be kept busy: `hold` waits until `free` is set."""
    desk = open_desk(home, write=True, append=True)
    writer = Writer(desk, METHODS)
    yield writer
    writer.close()
    desk.close()


def at_once(writer: Writer, questions: list[dict[str, Any]]) -> list[dict[str, Any] | Exception]:
    """What each of as many threads is told."""
    start = threading.Barrier(len(questions))

    def one(question: dict[str, Any]) -> dict[str, Any] | Exception:
        start.wait()
        try:
            return writer.ask("submit", question)
        except (Refused, Failure) as error:
            return error

    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(one, questions))


def test_many_threads_with_one_key_enter_it_once(writer: Writer) -> None:
    answers = at_once(writer, [submission(statement(2001), key="K") for _ in range(12)])
    receipts = [answer for answer in answers if isinstance(answer, dict)]
    assert len(receipts) == 12
    assert sorted(receipt["repeated"] for receipt in receipts) == [False] + [True] * 11
    assert {receipt["entry"] for receipt in receipts} == {4}
    assert writer.ask("status", {})["size"] == 5


def test_many_threads_with_the_same_file_enter_it_once(writer: Writer) -> None:
    answers = at_once(writer, [submission(statement(2001)) for _ in range(12)])
    assert {answer["entry"] for answer in answers if isinstance(answer, dict)} == {4}
    assert sum(not answer["repeated"] for answer in answers if isinstance(answer, dict)) == 1


def test_many_threads_on_the_same_cells_are_all_entered_and_the_last_one_counts(writer: Writer) -> None:
    answers = at_once(writer, [submission(statement(2001, number)) for number in range(12)])
    entered = {answer["entry"]: number for number, answer in enumerate(answers) if isinstance(answer, dict)}
    assert sorted(entered) == list(range(4, 16))
    shown = writer.ask("show", {"entity": "E1", "indicators": ["liabilities"], "period": "2001-Q4"})
    assert shown["values"][0]["value"] == entered[15]
    for entry, number in entered.items():
        known = writer.ask(
            "show",
            {"entity": "E1", "indicators": ["liabilities"], "period": "2001-Q4", "as_known_at": f"entry:{entry + 1}"},
        )
        assert known["values"][0]["value"] == number


def test_many_threads_on_overlapping_cells(writer: Writer) -> None:
    """Each file states two years, so that neighbours share one."""
    texts = [statement(2000 + number) + statement(2001 + number)[len(TITLES) :] for number in range(10)]
    answers = at_once(writer, [submission(text) for text in texts])
    assert sorted(answer["entry"] for answer in answers if isinstance(answer, dict)) == list(range(4, 14))
    assert writer.ask("rebuild", {})["same"] is True


def test_one_faulty_submission_among_many_leaves_the_others(writer: Writer) -> None:
    questions = [submission(statement(2001 + number, 999 if number == 3 else 100)) for number in range(8)]
    questions.append(submission(statement(2050, entity="E9")))
    answers = at_once(writer, questions)
    assert [place for place, answer in enumerate(answers) if isinstance(answer, Refused)] == [3, 8]
    assert sorted(answer["entry"] for answer in answers if isinstance(answer, dict)) == list(range(4, 11))


def test_what_waits_together_is_entered_together(home: Path) -> None:
    busy, free = threading.Event(), threading.Event()

    def hold(desk: Desk, question: object) -> dict[str, Any]:
        busy.set()
        free.wait(30)
        return {}

    desk = open_desk(home, write=True, append=True)
    writer = Writer(desk, {**METHODS, "hold": hold})
    before = heads(home)
    with ThreadPoolExecutor(12) as pool:
        pool.submit(writer.ask, "hold", {})
        assert busy.wait(30)
        waiting = [pool.submit(writer.ask, "submit", submission(statement(2001 + year))) for year in range(10)]
        free.set()
        assert sorted(one.result(30)["entry"] for one in waiting) == list(range(4, 14))
    writer.close()
    desk.close()
    assert len(heads(home)) - len(before) < 10


def test_close_lets_the_queued_end_and_then_turns_away(home: Path) -> None:
    desk = open_desk(home, write=True, append=True)
    writer = Writer(desk, METHODS)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(writer.ask, "submit", submission(statement(2001 + year))) for year in range(4)]
        done = [one.result(30)["entry"] for one in waiting]
    writer.close()
    assert sorted(done) == [4, 5, 6, 7]
    for method, question in (("submit", submission(statement(2020))), ("status", {})):
        with pytest.raises(Failure) as caught:
            writer.ask(method, question)
        assert str(caught.value) == "the writer of this space has ended\n  hint: ask again"
    desk.close()


def test_a_mistake_of_ours_reaches_every_client_and_the_writer_goes_on(writer: Writer) -> None:
    wrong = {**submission(statement(2001)), "files": [{"name": "a.csv", "data": "text, not bytes"}]}
    with pytest.raises(Exception, match="bytes"):
        writer.ask("submit", wrong)
    assert writer.ask("submit", submission(statement(2001)))["entry"] == 4


# the socket


def test_a_run_directory_that_will_not_do_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert socket_path(tmp_path).is_relative_to(tempfile.gettempdir())
    assert not socket_path(tmp_path).is_relative_to(deep)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    assert not socket_path(tmp_path).is_relative_to(tmp_path / "gone")


def test_a_socket_in_a_folder_that_others_may_enter(
    writer: Writer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path(tempfile.mkdtemp())
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    listener = Listener(home, writer)
    listener.close()
    (folder,) = short.glob("hengjian-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(Failure) as caught:
        Listener(home, writer)
    assert str(caught.value) == f"{folder} is open to others\n  hint: run: chmod 700 {folder}"


def test_a_clock_behind_the_ledger_is_worth_a_word(home: Path) -> None:
    """An entry was made an hour ahead; the machine's clock is right again."""
    ahead = open_desk(home, write=True, append=True)
    ahead.log.close()
    later = Log.open(home, write=True, clock=lambda: _now() + 3600 * 1_000_000)
    desk = Desk(ahead.config, later, ahead.store)
    (first,) = enter_group(desk, group(submission(statement(2001))))
    assert isinstance(first, dict)
    desk.close()
    receipt = asked(home, "submit", **submission(STATEMENT.replace("2019", "2002")))
    assert first["recorded_at"] < receipt["recorded_at"], "time goes on all the same"
    (warning,) = receipt["warnings"]
    assert warning["message"] == "this machine's clock is 59 minutes behind the ledger's last entry"
    assert (
        warning["hint"] == "set the clock; until then recorded times go on from the last entry, a microsecond at a time"
    )


def _now() -> int:
    from hengjian.ledger.clock import now

    return now()
