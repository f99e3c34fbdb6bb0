"""`[single_sign_on]` in a space's settings, and the file of its secret."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from hengjian.app.config import config_text, read_config
from hengjian.app.singlesignon import sign_on, single_of
from hengjian.model.declaration import Label
from hengjian.model.issue import Place, Refused

GOOD = """
[single_sign_on]
issuer = "https://id.example.org/realms/city"
client_id = "hengjian"
client_secret_file = "keys/single-sign-on"
"""
WRITE_SECRET = "write the client's secret there as the provider shows it, then: chmod 600 {file}"


def settings(folder: Path, text: str) -> Path:
    (folder / "hengjian.toml").write_text(config_text("city", "example.org/city") + text, encoding="utf-8")
    return folder


def faults(folder: Path, text: str) -> Sequence[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        read_config(settings(folder, text))
    assert all(issue.place == Place(file=str(folder / "hengjian.toml")) for issue in caught.value.issues)
    return [(issue.message, issue.hint) for issue in caught.value.issues]


def test_none_where_nothing_is_set(tmp_path: Path) -> None:
    assert read_config(settings(tmp_path, "")).single_sign_on is None
    assert sign_on(None) is None


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("", Label(zh="统一身份认证", en="Single sign-on")),
        ('label = { zh = "市政务平台", en = "City login" }', Label(zh="市政务平台", en="City login")),
        ('label = { zh = "市政务平台" }', Label(zh="市政务平台", en="市政务平台")),
    ],
)
def test_what_is_set(tmp_path: Path, line: str, label: Label) -> None:
    found = read_config(settings(tmp_path, GOOD + line)).single_sign_on
    assert found is not None
    assert (found.issuer, found.client_id) == ("https://id.example.org/realms/city", "hengjian")
    assert found.secret_file == tmp_path / "keys" / "single-sign-on"
    assert found.label == label


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    table = (
        '[single_sign_on]\nissuer = "http://id.example.org"\nclient_secret = "s3cret"\nclient_idd = "x"\nlabel = "x"'
    )
    assert faults(tmp_path, table) == [
        (
            "unknown key 'client_secret' in [single_sign_on]",
            "write the secret into a file of mode 0600, and name it: client_secret_file = …",
        ),
        ("unknown key 'client_idd' in [single_sign_on]", "did you mean client_id?"),
        (
            "client_id of [single_sign_on] is missing or wrong",
            'write: client_id = "hengjian", as this client is called at the provider',
        ),
        (
            "client_secret_file of [single_sign_on] is missing or wrong",
            'write: client_secret_file = "keys/single-sign-on", a file of mode 0600 with the secret alone',
        ),
        (
            "the issuer 'http://id.example.org' is not an https address",
            "http is for 127.0.0.1 only, where nobody listens",
        ),
        (
            "label of [single_sign_on] holds more than a text in zh and in en",
            'write: label = { zh = "…", en = "…" }',
        ),
    ]


@pytest.mark.parametrize("wrong", ["1", '""', '"  "', '["x"]'])
def test_an_issuer_that_is_none(tmp_path: Path, wrong: str) -> None:
    table = GOOD.replace('"https://id.example.org/realms/city"', wrong)
    assert faults(tmp_path, table) == [
        (
            "issuer of [single_sign_on] is missing or wrong",
            'write: issuer = "https://id.example.org/realms/city", letter by letter as the provider shows it',
        )
    ]


def test_no_table(tmp_path: Path) -> None:
    text = (tmp_path / "hengjian.toml", f'single_sign_on = "on"\n{config_text("city", "example.org/city")}')
    text[0].write_text(text[1], encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_config(tmp_path)
    (issue,) = caught.value.issues
    hint = "write: [single_sign_on] and below it issuer = …"
    assert (issue.message, issue.hint) == ("single_sign_on is no table", hint)


def secret(folder: Path, content: bytes | None, mode: int = 0o600) -> Path:
    file = folder / "keys" / "single-sign-on"
    file.parent.mkdir()
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    return file


def test_a_secret_from_its_file(tmp_path: Path) -> None:
    pytest.importorskip("authlib")
    secret(tmp_path, b"s3cret\n")
    made = sign_on(single_of(tomllib.loads(GOOD)["single_sign_on"], tmp_path))
    assert made is not None
    assert made.provider.secret == "s3cret"
    assert "s3cret" not in repr(made.provider)


@pytest.mark.parametrize(
    ("content", "mode", "message", "hint"),
    [
        (None, 0, "the secret of single sign-on cannot be read: No such file or directory", WRITE_SECRET),
        (b"s3cret", 0o640, "the secret of single sign-on is open to other users", "run: chmod 600 {file}"),
        (b"s3cret", 0o604, "the secret of single sign-on is open to other users", "run: chmod 600 {file}"),
        (b"", 0o600, "the secret of single sign-on is not one line of ASCII", WRITE_SECRET),
        (b"one\ntwo", 0o600, "the secret of single sign-on is not one line of ASCII", WRITE_SECRET),
        ("密".encode(), 0o600, "the secret of single sign-on is not one line of ASCII", WRITE_SECRET),
        (b"\xff\xfe", 0o600, "the secret of single sign-on is not one line of ASCII", WRITE_SECRET),
    ],
)
def test_a_secret_that_cannot_be_used(
    tmp_path: Path, content: bytes | None, mode: int, message: str, hint: str
) -> None:
    file = secret(tmp_path, content, mode)
    with pytest.raises(Refused) as caught:
        sign_on(single_of(tomllib.loads(GOOD)["single_sign_on"], tmp_path))
    (issue,) = caught.value.issues
    assert (issue.message, issue.hint, issue.place) == (message, hint.format(file=file), Place(file=str(file)))
