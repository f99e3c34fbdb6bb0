"""What each command prints for a person, where it prints it, and with which code it ends."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import PACK, STATEMENT, TITLES, asked, filed, write_pack

from hengjian import __version__
from hengjian.app import main
from hengjian.cli.arguments import printable
from hengjian.cli.main import COMMANDS

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
ROOT = re.compile(r"[0-9A-Za-z+/]{43}=")


@dataclass(frozen=True)
class Said:
    """Code, and both streams with times, digests and roots left out."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """One command in this process."""

    def once(*words: object) -> Said:
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = int(str(ended.code))
        out, err = capfd.readouterr()
        return Said(code, *(ROOT.sub("ROOT", DIGEST.sub("DIGEST", TIME.sub("TIME", text))) for text in (out, err)))

    return once


Run = Callable[..., Said]


def test_init(run: Run, pack: Path, tmp_path: Path) -> None:
    assert run("init", tmp_path / "new", "--packs", pack) == Said(
        0,
        f"{tmp_path}/new: a space with 2 packs; its public key is new.vkey\n"
        "  base 1.2.0  entry 0\n"
        "  tiny 0.1.0  entry 1\n",
        "",
    )


def test_check(run: Run, pack: Path, tmp_path: Path) -> None:
    assert run("check", "finance") == Said(0, "no faults in base, finance\n", "")
    assert run("check", pack) == Said(0, "no faults in base, tiny\n", "")
    odd = write_pack(tmp_path / "odd", {**PACK, "odd.yaml": "x: 1\n"})
    found = run("check", odd)
    assert (found.code, found.out) == (0, "no faults, 1 warning\n")
    assert found.err.startswith(f"{odd}/odd.yaml:1:1: warning: the file is not read\n  hint: ")
    broken = write_pack(tmp_path / "tiny", {**PACK, "types.yaml": "enterprise: 7\n"})
    found = run("check", broken)
    assert (found.code, found.out) == (1, "")
    assert f"{broken}/types.yaml:1:13: " in found.err
    assert "\n  hint: " in found.err


def test_upgrade(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {**PACK, "pack.yaml": PACK["pack.yaml"].replace("0.1.0", "0.2.0"), "README.md": "new"}
    write_pack(tmp_path / "newer", newer)
    told = "tiny 0.1.0 -> 0.2.0\n  added    README.md\n  changed  pack.yaml\n"
    monkeypatch.chdir(tmp_path)
    assert run("upgrade", home, "--pack", "newer", "--dry-run") == Said(0, told, "")
    assert run("upgrade", home, "--pack", "newer") == Said(0, f"{told}  entry 4, recorded at TIME\n", "")
    assert run("upgrade", home) == Said(0, "nothing newer\n", "")


def test_submit(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "next.csv"
    file.write_text(STATEMENT.replace("2019", "2020"))
    assert run("submit", home, file) == Said(0, "F000004  entry 4  TIME  2 rows\n", "")
    assert run("submit", home, file) == Said(0, "F000004  entry 4  TIME  2 rows (already entered)\n", "")
    file.write_text(TITLES + "E1,pledged_assets,2019-Q4,300\n")
    assert run("submit", home, file) == Said(
        0,
        "F000005  entry 5  TIME  1 row\n",
        "warning: E1 2019-Q4: 受限 300 超过 200 / pledged 300 of 200\n"
        "  hint: free_assets: pledged_assets <= total_assets (by hand, article 2)\n",
    )


def test_faults_go_to_stderr_and_with_json_to_stdout(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text(TITLES + "E9,total_assets,2019-Q4,x\n")
    plain, as_json = run("submit", home, file), run("submit", home, file, "--json")
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.splitlines() == [
        "odd.csv, row 2, column 1: no entity 'E9' is registered",
        "  hint: register it first with the form entities",
        "odd.csv, row 2, column 4: 'x' is not a number",
        "  hint: write digits, at most one point, and thousands in groups of three: -1,234.5",
    ]
    assert (as_json.code, as_json.err) == (1, "")
    assert [fault["column"] for fault in json.loads(as_json.out)["faults"]] == [1, 4]


def test_failures_too(run: Run, home: Path) -> None:
    (home / "journal.db").unlink()
    plain, as_json = run("show", home, "E1"), run("show", home, "E1", "--json")
    said = f"there is no journal at {home}/journal.db"
    assert plain == Said(3, "", f"{said}\n  hint: is this the folder of a space? `init` makes one\n")
    assert (as_json.code, as_json.err) == (3, "")
    (fault,) = json.loads(as_json.out)["faults"]
    assert (fault["file"], fault["message"]) == (None, said)
    assert fault["hint"] == "is this the folder of a space? `init` makes one"


def test_show(run: Run, template: Path) -> None:
    assert run("show", template, "E1", "debt_ratio", "assets") == Said(
        0, "debt_ratio  2019-Q4   0.75 ratio  (flash)\nassets      2019-Q4   200.0 CNY  (flash)\n", ""
    )
    assert run("show", template, "E1", "profit", "--period", "2019-Q4") == Said(
        0, "profit  2019-Q4   missing: not_reported (net_profit, E1, 2019-Q4)\n", ""
    )
    assert run("show", template, "E2") == Said(0, "nothing is reported\n", "")


def test_explain(run: Run, home: Path) -> None:
    filed(home, STATEMENT.replace("2019", "2021"), name="old.csv", known_from="2022-04-30")
    assert run("explain", home, "E1", "room", "2021-Q4") == Said(
        0,
        """\
E1 room 2021-Q4 = 0.0 ratio
  formula      red_line - debt_ratio
  declaration  DIGEST
  red_line - debt_ratio = 0.0
    red_line = 0.75
    debt_ratio = 0.75
      total_liabilities / total_assets = 0.75
        total_liabilities = 150.0
        total_assets = 200.0
  total_liabilities E1 2021-Q4 = 150.0 CNY
      old.csv row 3 cell D3, F000004 entry 4, flash, known from 2022-04-30 claimed, not proven
  total_assets E1 2021-Q4 = 200.0 CNY
      old.csv row 2 cell D2, F000004 entry 4, flash, known from 2022-04-30 claimed, not proven
  red_line = 0.75 from 2021-01-01: Notice 1 of 2021, article 2
""",
        "",
    )
    assert (
        run("explain", home, "E1", "profit", "2019-Q4").out
        == """\
E1 profit 2019-Q4 = missing: not_reported (net_profit, E1, 2019-Q4)
  formula      ytd(net_profit)
  declaration  DIGEST
  ytd(net_profit) = missing: not_reported
    net_profit = missing: not_reported
  net_profit E1 2019-Q4 = missing: not_reported
"""
    )


def test_evaluate(run: Run, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("evaluate", template, "--period", "2019-Q4", "--out", "values")
    assert found == Said(
        0,
        "3 values of 10 indicators over 2 entities\ndigest DIGEST\n"
        "  missing: not_reported       15\n  missing: no_parameter       2\n"
        f"  wrote {tmp_path}/values/values.parquet\n",
        "",
    )


def test_prove_and_verify(run: Run, template: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "b.json"
    assert run("prove", template, "F000003", "--out", bundle).out == (
        f"{bundle}: {bundle.stat().st_size} bytes; check it with: hengjian verify {bundle} --key NAME.vkey\n"
    )
    assert json.loads(run("prove", template, "F000003", "--out", bundle, "--json").out) == {
        "file": str(bundle), "bytes": bundle.stat().st_size, "entries": [3]
    }  # fmt: skip
    found = run("verify", bundle, "--key", template / "home.vkey")
    origin = asked(template, "status")["origin"]
    assert found == Said(
        0,
        f"verified\n  entry 3 is in the log {origin} under its signed head of 4 entries; "
        "recorded TIME by tester (the log's own clock and word)\n"
        "  2 of 2 rows disclosed, all under the leaf's rows root\n",
        "",
    )
    bundle.write_bytes(bundle.read_bytes().replace(b'"E1"', b'"E2"', 1))
    found = run("verify", bundle, "--key", template / "home.vkey")
    assert (found.code, found.out.splitlines()[0]) == (1, "REFUSED")
    whole = run("prove", template, "E1", "debt_ratio", "2019-Q4").out
    assert {"entity": "E1", "indicator": "debt_ratio", "period": "2019-Q4"}.items() <= json.loads(whole)[
        "question"
    ].items()
    assert run("prove", template, "E1", "debt_ratio").err.endswith(
        "hengjian prove: error: name a FILING, an ALERT, or ENTITY INDICATOR PERIOD\n"
    )


def test_audit_rebuild_recover(run: Run, home: Path) -> None:
    assert run("audit", home) == Said(0, "sound: 4 entries, root ROOT\n", "")
    found = run("rebuild", home)
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines()[0] == "the same tables as before"
    assert all(re.fullmatch(r"  DIGEST  \S+", line) for line in found.out.splitlines()[1:])
    assert run("recover", home) == Said(
        0,
        "journal: 4 entries with root ROOT\nshown:   4 entries with root ROOT\n"
        "to do: `audit` checks the evidence of every entry too\nthe space is sound\n",
        "",
    )
    tile = next(path for path in (home / "log" / "tile" / "0").rglob("*") if path.is_file())
    tile.write_bytes(b"\0" * len(tile.read_bytes()))
    found = run("audit", home)
    assert found.code == 3
    assert found.out.startswith("DAMAGED: 4 entries, root ROOT\n  first difference: ")
    assert found.out.endswith("  hint: run `hengjian recover SPACE`, which explains what can be mended\n")


def test_backup_and_restore(run: Run, template: Path, tmp_path: Path) -> None:
    copy, again = tmp_path / "copy", tmp_path / "again"
    assert run("backup", template, copy) == Said(0, f"{copy}: 4 entries, root ROOT\n", "")
    found = run("restore", copy, again)
    assert (found.code, found.out.splitlines()[0]) == (0, f"{again}: 4 entries, root ROOT")
    assert "file nothing here before it is found" in found.out
    assert run("show", again, "E1", "debt_ratio").code == 0
    hint = "  hint: name the folder that `hengjian backup` made\n"
    assert run("restore", tmp_path / "nothing", again).err == f"{tmp_path}/nothing is no folder\n{hint}"
    assert run("restore", tmp_path, again).err == f"{tmp_path} holds no journal.db\n{hint}"


def test_schema(run: Run) -> None:
    found, compact = run("schema"), run("schema", "--json")
    assert json.loads(found.out) == json.loads(compact.out)
    assert (found.out.count("\n") > 100, compact.out.count("\n")) == (True, 1)


def test_serve_and_demo_say_what_is_wrong(run: Run, template: Path) -> None:
    assert run("serve", template, "--port", "99999999") == Said(
        3,
        "",
        "port 99999999 cannot be had: bind(): port must be 0-65535.\n"
        "  hint: choose another, or --port 0 for any that is free\n",
    )
    assert run("serve", template, "--today", "soon").err == (
        "--today 'soon' is not a date\n  hint: write it as 2026-03-31\n"
    )
    assert run("demo", "--example", "a_shore").err == "no example is called 'a_shore'\n  hint: did you mean a_share?\n"


# usage


@pytest.mark.parametrize("command", list(COMMANDS))
def test_each_command_helps(run: Run, command: str) -> None:
    page = run(command, "--help")
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith(f"usage: hengjian {command} ")
    assert COMMANDS[command] in " ".join(page.out.split())
    assert "--json" in page.out


def test_the_program_helps(run: Run) -> None:
    page = run("--help")
    assert page.code == 0
    width = max(map(len, COMMANDS))
    assert all(f"  {name:<{width}}  {line}" in page.out for name, line in COMMANDS.items())
    assert run("--version") == Said(0, f"hengjian {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["weigh"],
        ["sho"],
        ["show"],
        ["show", "a", "b", "--perio", "2019"],
        ["evaluate", "a", "--engine", "ray"],
        ["-x"],
    ],
)
def test_wrong_usage(run: Run, words: list[str]) -> None:
    found = run(*words)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("usage: hengjian")


# files and words as the system gives them


def test_every_file_that_cannot_be_read_is_named(run: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    huge = tmp_path / "huge.csv"
    huge.touch()
    os.truncate(huge, 256 * 1024 * 1024 + 1)
    os.mkfifo(tmp_path / "pipe")
    names = ("folder", "huge.csv", "none.csv", "pipe", "a\0b")
    found = run("submit", template, *(tmp_path / name for name in names))
    assert (found.code, found.out) == (1, "")
    assert found.err.splitlines() == [
        f"{tmp_path}/folder: folder is a folder, not a file", "  hint: name the files in it one by one",
        f"{huge}: huge.csv is too large", "  hint: a file holds at most 256 MiB; split it by period or by entity",
        f"{tmp_path}/none.csv: none.csv cannot be read: no such file or directory",
        "  hint: check the name and its permissions",
        f"{tmp_path}/pipe: pipe is a pipe or a device, not a file", "  hint: write it to a file first",
        f"{tmp_path}/a\0b: a\0b is no file name", "  hint: a file name holds no NUL character",
    ]  # fmt: skip


def test_a_file_name_of_an_older_machine(run: Run, home: Path, tmp_path: Path) -> None:
    """Its bytes are GB18030, which is no UTF-8."""
    file = tmp_path / os.fsdecode("财务.csv".encode("gb18030"))
    file.write_text(STATEMENT.replace("2019", "2020"))
    assert run("submit", home, file).code == 0
    assert "财务.csv row 3" in run("explain", home, "E1", "debt_ratio", "2020-Q4").out
    assert "财务.txt cannot be read" in run("submit", home, file.with_suffix(".txt")).err
    assert printable("plain.csv") == "plain.csv"
    assert printable(os.fsdecode(b"\xff\xff")) == "\ufffd\ufffd"


def test_words_that_are_no_text(run: Run, home: Path, tmp_path: Path) -> None:
    file, odd = tmp_path / "a.csv", os.fsdecode(b"\xff")
    file.write_text(STATEMENT.replace("2019", "2020"))
    assert run("submit", home, file, "--as", odd).err == "the actor '\\udcff' is no text\n  hint: write it in UTF-8\n"
    for words in (["show", home, odd], ["show", f"{home}{odd}", "E1"], ["check", odd], ["prove", home, odd]):
        assert run(*words, "--json").code == 1


def test_a_bundle_that_cannot_be_written(run: Run, template: Path, tmp_path: Path) -> None:
    assert run("prove", template, "F000003", "--out", tmp_path) == Said(
        3, "", f"{tmp_path} cannot be written: Is a directory\n  hint: name a place that can be written to\n"
    )
    (tmp_path / "key").write_bytes(b"\xff")
    run("prove", template, "F000003", "--out", tmp_path / "b")
    assert run("verify", tmp_path / "b", "--key", tmp_path / "key") == Said(
        1, "", "the key file is no text\n  hint: give the space's *.vkey file\n"
    )
