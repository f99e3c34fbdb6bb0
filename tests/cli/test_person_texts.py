"""What the commands for persons, roles and tokens print, and as whom each command asks."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import asked, copied
from staffed_homes import staffed

from hengjian.app import main

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def staffed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return staffed(tmp_path_factory.mktemp("persons") / "home")


@pytest.fixture
def home(staffed_home: Path, tmp_path: Path) -> Path:
    return copied(staffed_home, tmp_path / "home")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command in this process: its code, and both streams with times left out."""
    monkeypatch.delenv("HENGJIAN_TOKEN", raising=False)
    monkeypatch.setenv("LOGNAME", "root")

    def once(*words: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = int(str(ended.code))
        out, err = capfd.readouterr()
        return code, TIME.sub("TIME", out), TIME.sub("TIME", err)

    return once


def test_persons_are_listed(run: Run, home: Path) -> None:
    assert run("person", home) == (
        0,
        (
            "ann  安  administrator A\nbo  薄  administrator B\nli  李四  no roles\nmei  梅  no roles\n"
            "wang  王五  administrator everywhere\n"
        ),
        "",
    )
    assert run("person", home, "--as", "mei") == (0, "mei  梅  no roles\n", "")


def test_a_person_is_amended_in_parts(run: Run, home: Path) -> None:
    size = entries(home)
    assert run("person", home, "amend", "mei", "--name", "梅花") == (0, f"mei  梅花  entry {size}\n", "")
    single = ("--issuer", "https://id.example", "--subject", "7")
    assert run("person", home, "amend", "mei", *single) == (0, f"mei  梅花  entry {size + 1}\n", "")
    assert run("person", home, "amend", "mei", *single)[1] == f"mei  梅花  entry {size + 1} (already entered)\n"
    assert json.loads(run("person", home, "mei", "--json")[1])["subject"] == "7"
    assert run("person", home, "amend", "mei", "--issuer", "", "--subject", "")[0] == 0
    assert json.loads(run("person", home, "mei", "--json")[1])["issuer"] is None


def test_a_person_is_added_closed_and_opened(run: Run, home: Path) -> None:
    size = entries(home)
    assert run("person", home, "add", "zhang", "--name", "张三") == (0, f"zhang  张三  entry {size}\n", "")
    assert run("person", home, "add", "zhang", "--name", "张三") == (
        0, f"zhang  张三  entry {size} (already entered)\n", "",
    )  # fmt: skip
    assert run("person", home, "close", "zhang", "--as", "wang") == (0, f"zhang  张三  closed  entry {size + 1}\n", "")
    assert run("person", home, "open", "zhang") == (0, f"zhang  张三  entry {size + 2}\n", "")
    code, out, _ = run("person", home, "zhang")
    assert (code, out) == (
        0,
        (
            "zhang  张三\nchanges:\n"
            f"  entry {size}  TIME  person  张三, open  by local:root (not authenticated)\n"
            f"  entry {size + 1}  TIME  person  张三, closed  by wang (not authenticated)\n"
            f"  entry {size + 2}  TIME  person  张三, open  by local:root (not authenticated)\n"
        ),
    )


def entries(home: Path) -> int:
    return int(asked(home, "status")["size"])


def test_a_role_is_given_listed_and_ended(run: Run, home: Path) -> None:
    given = f"R{entries(home):06d}"
    line = f"{given}  li  reporter at A1 by parent  from 2026-01-01 until 2027-01-01  2026年度"
    words = ("li", "reporter", "--at", "A1", "--from", "2026-01-01", "--until", "2027-01-01", "--note", "2026年度")
    assert run("role", home, "give", *words, "--as", "ann") == (0, f"{line}  entry {int(given[1:])}\n", "")
    named = line.replace("A1 by", "A1 A1 Ltd by")
    assert run("role", home, "--as", "li") == (0, f"{named}\n", "")
    assert run("person", home, "li", "--as", "li")[1].splitlines()[:2] == ["li  李四", f"  {named}  in force"]
    assert run("role", home, "end", given, "--on", "2026-12-31")[:2] == (
        0,
        f"{line.replace('2027-01-01', '2026-12-31')}  entry {int(given[1:]) + 1}\n",
    )
    assert run("role", home, "end", given, "--as", "ann")[0] == 0
    assert run("role", home, "--as", "li") == (0, "no roles\n", "")


def test_a_role_for_the_whole_space(run: Run, home: Path) -> None:
    code, out, _ = run("role", home, "give", "li", "viewer", "--everywhere", "--json")
    assert (code, json.loads(out)["tree"], json.loads(out)["node"]) == (0, "space", None)
    assert "viewer everywhere  from" in run("role", home)[1]


def test_what_is_refused_ends_with_1(run: Run, home: Path) -> None:
    assert run("role", home, "give", "li", "viewer", "--at", "D", "--as", "mei") == (
        1,
        "",
        "mei may not grant\n  hint: an administrator gives roles: `hengjian role SPACE` lists them\n",
    )
    code, out, err = run("show", home, "B", "--as", "lee", "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["faults"][0]["message"] == "no person is called 'lee'"


@pytest.mark.parametrize(
    "words",
    [
        ["person", "add"],
        ["person", "add", "li"],
        ["person", "close", "li", "mei"],
        ["person", "weigh", "li"],
        ["role", "give", "li"],
        ["role", "give", "li", "viewer"],
        ["role", "give", "li", "viewer", "--at", "A", "--everywhere"],
        ["role", "end"],
        ["token", "end"],
        ["token", "issue"],
        ["token", "weigh"],
    ],
)
def test_wrong_usage_ends_with_2(run: Run, home: Path, words: list[str]) -> None:
    if words == ["person", "add"]:
        assert run("person", home, "add")[0] == 1, "one word names a person"
        return
    code, out, err = run(words[0], home, *words[1:])
    assert (code, out) == (2, "")
    assert err.startswith(f"usage: hengjian {words[0]} ")


def test_a_password_from_a_file_a_pipe_or_made(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("the-horse-of-ann 7\n", encoding="utf-8")
    done = "the password of li is set; it must be changed at the first sign-in"
    assert run("person", home, "password", "li", "--password-file", file, "--as", "wang") == (0, f"{done}\n", "")
    code, out, err = run("person", home, "password", "li", "--generate")
    assert (code, out.splitlines()[1:], err) == (0, [done], "")
    assert len(out.splitlines()[0]) >= 12
    assert run("person", home, "password", "li")[0::2] == (
        1,
        "no terminal to ask for a password\n  hint: give --password-file F, --password-file - or --generate\n",
    )
    assert run("person", home, "sign-out", "li") == (0, "li is signed out everywhere\n", "")


def test_a_password_is_asked_for_twice(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["the-horse-of-ann 7", "the-horse-of-ann 8"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert run("person", home, "password", "li") == (
        1,
        "",
        "the two passwords differ\n  hint: type the same one twice\n",
    )


def test_a_secret_file_that_says_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n", encoding="utf-8")
    assert run("person", home, "password", "li", "--password-file", empty) == (
        1,
        "",
        f"{empty} is empty\n  hint: its first line is what is read\n",
    )
    assert run("show", home, "A", "--token-file", tmp_path / "none") == (
        1,
        "",
        (
            f"{tmp_path}/none cannot be read: No such file or directory\n"
            "  hint: name a file with one line, or - for stdin\n"
        ),
    )
    empty.write_bytes(b"\xff\xfe")
    assert "cannot be read: it is no UTF-8" in run("show", home, "A", "--token-file", empty)[2]


def test_a_token_asks_as_its_person(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("token", home, "issue", "--label", "nightly", "--scope", "see, grant", "--as", "ann")
    secret = out.splitlines()[0]
    assert (code, out.splitlines()[1:]) == (0, ["keep it: it is shown this once"])
    file = tmp_path / "token"
    file.write_text(f"{secret}\n", encoding="utf-8")
    person = run("person", home, "--as", "ann")
    assert run("person", home, "--token-file", file) == person
    monkeypatch.setenv("HENGJIAN_TOKEN", secret)
    assert run("person", home) == person
    assert run("audit", home)[0] == 1, "its scope lacks that"
    assert run("person", home, "--as", "mei")[1] == "mei  梅  no roles\n", "what is said outdoes the environment"
    code, out, _ = run("token", home, "--as", "ann")
    token = out.split()[0]
    assert (code, out) == (0, f"{token}  ann  nightly  grant,see  until TIME\n")
    assert run("token", home, "end", token, "--as", "ann") == (0, f"{token} is good no more\n", "")
    assert run("person", home)[0] == 1
    assert run("token", home, "--as", "ann") == (0, "no tokens\n", "")


@pytest.mark.parametrize("command", ["audit", "backup", "recover"])
def test_a_person_who_works_on_the_folder_needs_the_right(run: Run, home: Path, tmp_path: Path, command: str) -> None:
    """They pass the gate though they need no question; the operator works as before."""
    more = [tmp_path / "copy"] if command == "backup" else []
    action = "audit" if command == "audit" else "upkeep"
    assert run(command, home, *more, "--as", "ann") == (
        1,
        "",
        (
            f"ann may not {action} for the whole space\n"
            "  hint: an administrator gives roles: `hengjian role SPACE` lists them\n"
        ),
    )
    assert run(command, home, *more, "--as", "wang")[0] == 0
    more = [tmp_path / "copy-2"] if command == "backup" else []
    assert run(command, home, *more)[0] == 0


def test_who_asks_is_said_once(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("show", home, "A", "--as", "ann", "--token-file", tmp_path / "any") == (
        1, "", "both --as and --token-file say who asks\n  hint: give one of them\n",
    )  # fmt: skip
