"""`hengjian.toml`: what a new space begins with, and every fault of one that was edited."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.app.config import _KEYS, NAME_HINT, config_text, default_actor, is_space_name, read_config
from hengjian.model.issue import Failure, Issue, Place, Refused

SOUND = 'format = 1\nname = "home"\norigin = "example.org/home"\ntimezone = "Asia/Shanghai"\n'


def written(folder: Path, text: str | bytes) -> Path:
    (folder / "hengjian.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def issues(folder: Path, text: str | bytes) -> list[Issue]:
    with pytest.raises(Refused) as caught:
        read_config(written(folder, text))
    return list(caught.value.issues)


def test_a_new_space_reads_its_own_settings(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, config_text("市国资", "example.org/home")))
    assert (config.name, config.origin, config.timezone.key) == ("市国资", "example.org/home", "Asia/Shanghai")
    assert (config.today, config.actor) == (None, None)
    assert config.key_file == tmp_path / "市国资.vkey"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_an_origin_is_read_as_it_was_given(origin: str) -> None:
    assert tomllib.loads(config_text("home", origin))["origin"] == origin


@pytest.mark.parametrize("text", ["today = 2026-03-31", 'today = "2026-03-31"'])
def test_today_as_a_date_or_in_quotes(tmp_path: Path, text: str) -> None:
    config = read_config(written(tmp_path, SOUND + text))
    assert config.today == date(2026, 3, 31)
    assert config.current_day() == date(2026, 3, 31)


def test_without_a_today_the_clock_counts(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, SOUND))
    assert abs((config.current_day() - date.today()).days) <= 1  # noqa: DTZ011 - another zone than the space's


def test_an_actor(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, SOUND + '[actor]\nname = "finance desk"\n')).actor == "finance desk"
    assert read_config(written(tmp_path, SOUND + "[actor]\n")).actor is None
    assert default_actor().startswith("local:")


IANA = 'write one of the IANA names: timezone = "Asia/Shanghai"'
ACTOR = 'write: [actor] and below it name = "…"'
FAULTS = [
    ("format = 1", "", "format is missing or wrong", "write: format = 1"),
    ("format = 1", "format = true", "format is missing or wrong", "write: format = 1"),
    ("format = 1", "format = 0", "format is missing or wrong", "write: format = 1"),
    ("format = 1", 'format = "1"', "format is missing or wrong", "write: format = 1"),
    ('name = "home"', "", "name is missing or wrong", NAME_HINT),
    ('"home"', '"../home"', "name is missing or wrong", NAME_HINT),
    ('"home"', "7", "name is missing or wrong", NAME_HINT),
    ('origin = "example.org/home"', "", "origin is missing", 'the log\'s name, such as: origin = "example.org/log"'),
    ('"Asia/Shanghai"', '"Asia/Shangai"', "timezone is unknown", IANA),
    ('"Asia/Shanghai"', '"Asia"', "timezone is unknown", IANA),
    ('"Asia/Shanghai"', '"../etc"', "timezone is unknown", IANA),
    ('"Asia/Shanghai"', '""', "timezone is unknown", IANA),
    ("format = 1", "format = 1\ntoday = 2026", "today is not a date", "write: today = 2026-03-31"),
    ("format = 1", 'format = 1\ntoday = "soon"', "today is not a date", "write: today = 2026-03-31"),
    ("format = 1", "format = 1\ntoday = 2026-03-31T08:00:00Z", "today is not a date", "write: today = 2026-03-31"),
    ("format = 1", 'format = 1\nactor = "me"', "[actor] holds more than a name", ACTOR),
    ("format = 1", "format = 1\nactor = {name = 7}", "[actor] holds more than a name", ACTOR),
    ("format = 1", 'format = 1\nactor = {id = "x"}', "[actor] holds more than a name", ACTOR),
    ("format = 1", 'format = 1\norigins = ""', "unknown key 'origins'", "did you mean origin?"),
    ("format = 1", "format = 1\nx = 1", "unknown key 'x'", f"keys: {', '.join(_KEYS)}"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "instead", "message", "hint"), FAULTS)
def test_each_fault_has_its_message(tmp_path: Path, what: str, instead: str, message: str, hint: str) -> None:
    place = Place(file=str(tmp_path / "hengjian.toml"))
    assert issues(tmp_path, SOUND.replace(what, instead)) == [Issue(place=place, message=message, hint=hint)]


def test_all_faults_at_once(tmp_path: Path) -> None:
    assert len(issues(tmp_path, "today = 1\nactor = 2\nzone = 3\n")) == 7


@pytest.mark.parametrize("text", [b"format = ", b"name = '\xff'", b"a = 1\na = 2\n"])
def test_what_is_no_toml(tmp_path: Path, text: bytes) -> None:
    (issue,) = issues(tmp_path, text)
    assert issue.message.startswith("hengjian.toml cannot be read: ")
    assert issue.hint == "mend the file; it is TOML in UTF-8"


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    """Whatever else is in the file: only a program that knows the format can tell what is a fault."""
    with pytest.raises(Failure) as caught:
        read_config(written(tmp_path, "format = 2\nstrange = true\n"))
    assert str(caught.value) == (
        "this space has format 2; this program knows up to 1\n"
        "  hint: use a newer hengjian; an older one must not touch it"
    )


@pytest.mark.parametrize("name", ["nowhere", "x" * 300, "a\0b", "file/below"])
def test_what_is_no_space(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as caught:
        read_config(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name} is not a space\n  hint: make one with: hengjian init SPACE --packs finance"
    )


def test_names_of_spaces() -> None:
    assert all(map(is_space_name, ["home", "市国资", "a-b_c.d", "7", "x" * 100]))
    assert not any(map(is_space_name, ["", ".", ".hidden", "-x", "a b", "a/b", "x" * 101, "home\n"]))
