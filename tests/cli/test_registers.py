"""`register` and `bridge` from the command line."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from homes import copied
from register_homes import LETTER, made

from hengjian.app import open_space
from hengjian.cli.main import main


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("registered") / "home")


@pytest.fixture
def home(registered: Path, tmp_path: Path) -> Path:
    return copied(registered, tmp_path / "home")


def run(home: Path, capsys: Any, *words: str) -> tuple[int, str, str]:
    def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return open_space(home).ask(method, {name: part for name, part in question.items() if name != "space"})

    code = main([words[0], str(home), *words[1:]], ask)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_rows_are_entered_from_a_file_and_listed_with_their_cells(home: Path, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "letters.csv"
    file.write_text(LETTER, encoding="utf-8")
    assert run(home, capsys, "register", "letter", str(file))[:2] == (0, "1 record of letter  entry 5\n")
    assert run(home, capsys, "register", "letter", str(file))[1] == "1 record of letter  entry 5 (already entered)\n"
    code, out, _ = run(home, capsys, "register", "letter", "--entity", "A")
    assert code == 0
    assert "factor 1.05" in out
    assert "3 lines" in out
    assert "letters.csv row 2" in out
    assert run(home, capsys, "register", "letter", "--entity", "B")[1] == "no rows\n"
    rows = json.loads(run(home, capsys, "register", "letter", "--json")[1])["rows"]
    assert [row["entity"] for row in rows] == ["A"]


def test_a_table_is_pasted_with_what_it_leaves_unsaid(home: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("净资产收益率(%) 16.1 10.7 5.6 −1.1 −8.7\n"))
    said = ("--book", "performance", "--year", "2006", "--class", "工业", "--size", "中型")
    assert run(home, capsys, "register", "standard", "--paste", *said)[1].startswith("1 record of standard")
    assert "excellent 16.1" in run(home, capsys, "register", "standard")[1]


def test_one_row_is_entered_cell_by_cell_and_faults_are_told(home: Path, capsys: Any) -> None:
    cells = ("--row", "switch=clamp", "--row", "choice=off", "--row", "reason=x", "--period", "2025")
    code, out, _ = run(home, capsys, "register", "setting", *cells, "--scorecard", "yearly", "--key", "k")
    assert (code, out) == (0, "1 record of setting  entry 5\n")
    code, _, err = run(home, capsys, "register", "setting", *cells, "--scorecard", "early")
    assert (code, "no scorecard is called 'early'" in err) == (1, True)
    code, _, err = run(home, capsys, "register", "setting", "--row", "switch")
    assert (code, err) == (
        1, "--row 'switch' is no cell\n  hint: write the column, = and what stands there: --row period=2025\n",
    )  # fmt: skip
    with pytest.raises(SystemExit):
        run(home, capsys, "register", "setting", "--row", "a=b", "--paste")


def test_a_template_is_written(home: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "letter.xlsx"
    code, told, _ = run(home, capsys, "register", "letter", "--template", str(out), "--scorecard", "signed",
                        "--period", "2025")  # fmt: skip
    assert code == 0
    assert told.endswith(f"enter it with: hengjian register SPACE letter {out}\n")
    assert out.read_bytes().startswith(b"PK")
    assert json.loads(run(home, capsys, "register", "letter", "--template", str(out), "--json")[1])["file"] == str(out)


def test_the_bridge_is_told_tried_and_filed(home: Path, capsys: Any) -> None:
    assert run(home, capsys, "bridge", "A", "2025")[1] == "no adjustments\n"
    cells = {"id": "T1", "entity": "A", "period": "2025", "measure": "net_profit", "effect": "add_back",
             "ground": "研发", "claim": "5", "evidence": "x", "capitalised": "0", "part": "80%", "state": "recognised",
             "document": "1号"}  # fmt: skip
    words = [word for name, text in cells.items() for word in ("--row", f"{name}={text}")]
    assert run(home, capsys, "register", "adjustment", *words)[0] == 0
    out = run(home, capsys, "bridge", "A", "2025")[1]
    assert out.splitlines()[:2] == ["净利润 net_profit (CNY)", "  audited 8"]
    assert out.splitlines()[2].startswith("  T1  add_back  研发  claimed 5  recognised 4  [recognised local:")
    assert out.splitlines()[3] == "  assessed 12, not settled"
    out = run(home, capsys, "bridge", "A", "2025", "--effect", "yearly")[1]
    assert out.splitlines()[0] == "audited figures: score none"  # no standards are entered
    assert out.splitlines()[1] == "T1 recognised net_profit 4: score none"
    out = run(home, capsys, "bridge", "A", "2025", "--assess")[1]
    assert out.endswith(": 2 assessed figures\n")
    assert run(home, capsys, "bridge", "A", "2025", "--assess")[1].endswith("(already filed)\n")
    assert "assessed 12; filed 12\n" in run(home, capsys, "bridge", "A", "2025")[1]
    with pytest.raises(SystemExit):
        run(home, capsys, "bridge", "A", "2025", "--assess", "--effect", "yearly")
