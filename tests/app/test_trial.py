"""A trial says what a submission would do, and leaves nothing behind."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filing_homes import figures, formed
from homes import TITLES, asked, at_desk, filed, submission
from restricted_homes import FIGURES, PERIOD, paid, staffed

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.app.trial import trial
from hengjian.app.writer import Writer
from hengjian.model.issue import Failure

E1 = "E1,2026-Q1,200,150,10"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return formed(tmp_path / "home", today="2026-05-15")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


def state(desk: Desk) -> tuple[dict[str, str], int, int]:
    """All that a trial might have changed: tables, ledger, what is applied."""
    return desk.store.digests(), desk.log.size, desk.store.applied_through


def tried(desk: Desk, *texts: str | bytes, form: str = "short_balance", **more: Any) -> dict[str, Any]:
    """The answer of a trial that leaves no trace."""
    before = state(desk)
    answer = trial(desk, submission(*texts, form=form, **more))
    assert state(desk) == before
    return answer


def test_a_clean_file_is_counted(desk: Desk) -> None:
    answer = tried(desk, figures(E1, "E2,2025-Q4,100,,"))
    assert answer == {
        "observations": 4, "entities": ["E1", "E2"], "periods": ["2025-Q4", "2026-Q1"], "changes": 0, "same": 0,
        "warnings": [], "repeated": False, "filing": None,
    }  # fmt: skip


def test_what_it_would_change_and_what_stays(home: Path) -> None:
    filed(home, figures(E1, "E2,2026-Q1,100,50,"), form="short_balance")
    desk = at_desk(home)
    answer = tried(desk, figures("E1,2026-Q1,200,160,撤回", "E2,2026-Q1,100,,5"))
    assert (answer["changes"], answer["same"], answer["observations"]) == (2, 2, 5)
    desk.close()
    filed(home, figures("E1,2026-Q1,,,撤回"), form="short_balance")
    desk = at_desk(home)
    answer = tried(desk, figures("E1,2026-Q1,,,撤回", "E2,2026-Q1,,,撤回"))
    assert (answer["changes"], answer["same"]) == (0, 1), "what was withdrawn stays so; the other was never stated"
    desk.close()


def test_the_very_same_again(home: Path) -> None:
    first = filed(home, figures(E1), form="short_balance")
    desk = at_desk(home)
    answer = tried(desk, figures(E1))
    assert answer["repeated"] is True
    assert answer["filing"] == first["filing"]
    assert (answer["observations"], answer["changes"], answer["same"]) == (3, 0, 3)
    assert tried(desk, figures(E1), actor="other")["repeated"] is False
    desk.close()


def test_faults_by_cell_with_what_the_cell_says(desk: Desk) -> None:
    answer = tried(desk, figures("E1,2026-Q1,十二,150,10", "E9,2026-Q9,1,1,"))
    assert list(answer) == ["faults"]
    told = {(fault["row"], fault["column"]): (fault["text"], fault["severity"]) for fault in answer["faults"]}
    assert told == {(2, 3): ("十二", "error"), (3, 1): ("E9", "error"), (3, 2): ("2026-Q9", "error")}
    assert all(fault["hint"] for fault in answer["faults"])


def test_faults_in_a_workbook_carry_sheet_and_cell(desk: Desk, home: Path) -> None:
    from zipfile import is_zipfile

    import xlsxwriter

    path = home.parent / "figures.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("简表")
        for column, title in enumerate(("单位", "季度", "资产总计")):
            page.write(0, column, title)
        page.write_row(1, 0, ["E1", "2026-Q1", "about 7"])
    assert is_zipfile(path)
    (fault,) = tried(desk, path.read_bytes(), name="figures.xlsx")["faults"]
    assert (fault["sheet"], fault["cell"], fault["text"]) == ("简表", "C2", "about 7")


def test_a_broken_check_refuses_and_a_softer_one_warns(desk: Desk) -> None:
    (fault,) = tried(desk, figures("E1,2026-Q1,100,150,"))["faults"]
    assert "负债 150 超过资产 100" in fault["message"]
    assert fault["severity"] == "error"
    answer = tried(desk, figures("E1,2026-Q1,100,50,300"))
    (warning,) = answer["warnings"]
    assert "受限 300 超过 100" in warning["message"]
    assert (warning["severity"], warning["row"], answer["observations"]) == ("warning", 2, 3)


def test_both_kinds_of_issues_are_told_when_it_is_refused(desk: Desk) -> None:
    answer = tried(desk, figures("E1,2026-Q1,100,150,300"))
    assert sorted(fault["severity"] for fault in answer["faults"]) == ["error", "warning"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"form": "nonsense"}, "no form is called 'nonsense'"),
        ({"known_from": "9999-12-31"}, "--known-from 9999-12-31 is later than the filing is recorded"),
        ({"actor": "\udcff"}, "the actor '\\udcff' is no text"),
        ({"actor": "x" * 5000}, "the ledger entry would take"),
        ({"entity": "E7"}, "no entity 'E7' is registered"),
    ],
)
def test_all_that_a_submission_refuses(desk: Desk, more: dict[str, Any], message: str) -> None:
    faults = tried(desk, figures(E1), **more)["faults"]
    assert any(message in fault["message"] for fault in faults), faults


def test_a_used_key_is_a_fault(home: Path) -> None:
    filed(home, figures(E1), form="short_balance", key="K")
    desk = at_desk(home)
    (fault,) = tried(desk, figures("E2,2026-Q1,1,1,1"), key="K")["faults"]
    assert fault["message"].startswith("the key 'K' was used")
    desk.close()


def test_entities_and_links_and_batches(desk: Desk) -> None:
    answer = tried(desk, "entity,type,name\nE1,enterprise,One\nE8,enterprise,Eight\n", form="entities")
    assert (answer["observations"], answer["entities"], answer["periods"]) == (2, ["E1", "E8"], [])
    faults = tried(desk, "entity,type,name\nE8,enterprise,x\n", "entity,type,name\ne8 ,park,y\n", form="entities")
    assert faults["faults"]
    pair = tried(desk, figures(E1), figures("E2,2026-Q1,1,1,1"))
    assert (pair["observations"], pair["entities"]) == (6, ["E1", "E2"])


def test_what_follows_a_trial_is_as_if_it_had_not_been(home: Path) -> None:
    asked(home, "trial", **submission("entity,type,name\nE8,enterprise,x\n", form="entities"))
    assert "E8" not in {one["id"] for one in asked(home, "entities")["entities"]}
    tried_first = asked(home, "trial", **submission(figures(E1), form="short_balance"))
    receipt = filed(home, figures(E1), form="short_balance")
    assert (receipt["repeated"], receipt["observations"]) == (False, tried_first["observations"])
    assert asked(home, "rebuild")["same"] is True


def test_a_trial_needs_no_key_and_makes_no_head(home: Path) -> None:
    (home / "keys" / "log.key").unlink()
    with sqlite3.connect(f"file:{home}/journal.db?mode=ro", uri=True) as journal:
        before = journal.execute("SELECT count(*) FROM head").fetchone()
    journal.close()
    assert asked(home, "trial", **submission(figures(E1), form="short_balance"))["observations"] == 3
    with sqlite3.connect(f"file:{home}/journal.db?mode=ro", uri=True) as journal:
        assert journal.execute("SELECT count(*) FROM head").fetchone() == before
    journal.close()


def test_a_failure_of_the_tables_leaves_nothing_staged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise Failure("the store failed: a test", "try again")

    before = state(desk)
    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "stage_filings", fails)
        with pytest.raises(Failure):
            trial(desk, submission(figures(E1), form="short_balance"))
    assert state(desk) == before
    assert tried(desk, figures(E1))["observations"] == 3


def test_trials_beside_submissions_of_the_same_cells(home: Path) -> None:
    """Each submission is entered once, no trial is, and every trial sees a whole state."""
    desk = at_desk(home)
    size = desk.log.size
    writer = Writer(desk, METHODS)
    start = threading.Barrier(8)

    def file(number: int) -> dict[str, Any]:
        start.wait()
        question = submission(figures(f"E1,2026-Q1,{200 + number},150,"), form="short_balance")
        return writer.ask("submit" if number % 2 else "trial", question)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(file, range(8)))
    writer.close()
    assert sorted(one["entry"] for one in answers if "entry" in one) == [size, size + 1, size + 2, size + 3]
    trials = [one for one in answers if "entry" not in one]
    assert {(one["observations"], one["changes"] + one["same"]) for one in trials} <= {(2, 0), (2, 2)}
    tables = desk.store.digests()
    desk.close()
    assert asked(home, "rebuild") == {"tables": tables, "same": True}


def test_generic_forms_can_be_tried_too(desk: Desk) -> None:
    answer = tried(desk, f"{TITLES}E1,total_assets,2026-Q1,200\n", form="observations")
    assert (answer["observations"], answer["periods"]) == (1, ["2026-Q1"])


def test_a_guess_of_a_restricted_figure_is_not_confirmed(tmp_path: Path) -> None:
    """Whoever may file and not see learns the same of a right guess as of a wrong one, and of a cell never stated."""
    home = staffed(paid(tmp_path / "paid"))
    right = FIGURES["A", "pay"]

    def counts(actor: str, figure: int, period: str = PERIOD) -> tuple[int, int, int | None]:
        text = f"{TITLES}A,pay,{period},{figure}\nA,income,{PERIOD},{FIGURES['A', 'income']}\n"
        answer = asked(home, "trial", **submission(text, actor=actor))
        return answer["changes"], answer["same"], answer.get("withheld")

    assert counts("otto", right) == (0, 2, None)
    assert counts("otto", right + 1) == (1, 1, None)
    guesses = [counts("arno", right), counts("arno", right + 1), counts("arno", right, "2026-Q1")]
    assert guesses == [(0, 1, 1)] * 3
