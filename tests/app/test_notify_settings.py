"""`[notify]` of hengjian.toml: what it says, and what is wrong with it, all at once."""

from pathlib import Path
from re import escape
from typing import Any

import pytest
from homes import made
from sighted_homes import district
from tiny_pack import TINY, write_pack

from hengjian.app.config import read_config
from hengjian.app.notifysettings import must_have_secrets, notify_faults, notify_of, secret_in
from hengjian.model.issue import Place, Refused

PLACE = Place(file="hengjian.toml")
MAIL: dict[str, Any] = {"host": "smtp.example.org", "from": "衡鉴 <hengjian@example.org>"}
HOOK: dict[str, Any] = {"url": "https://duty.example.org/hook", "secret_file": "keys/duty", "everything": True}
RULE: dict[str, Any] = {"to": "mail", "roles": ["officer"]}
SOUND: dict[str, Any] = {"mail": MAIL, "webhooks": {"duty": HOOK}, "rules": [RULE, {"to": "duty"}]}


def told(table: object) -> list[str]:
    return [issue.message for issue in notify_faults(table, PLACE)]


def test_sound_settings() -> None:
    assert told(SOUND) == []
    found = notify_of(SOUND, Path("space"))
    assert found is not None
    assert found.channels == ("mail", "duty")
    assert found.mail is not None
    assert (found.mail.sender, found.mail.name, found.mail.port, found.mail.tls) == (
        "hengjian@example.org", "衡鉴", 587, "starttls",
    )  # fmt: skip
    assert found.webhooks["duty"].secret_file == Path("space/keys/duty")
    assert "escalated" in found.rules[0].events
    assert notify_of(None, Path("space")) is None


def test_addresses_of_persons_with_points_in_their_ids() -> None:
    """TOML reads `li.ming = …` without quotes as a table within a table."""
    table = {**SOUND, "addresses": {"li": {"ming": "a@b.cn"}, "chen.guan": "c@d.cn"}}
    assert told(table) == []
    found = notify_of(table, Path())
    assert found is not None
    assert found.addresses == {"li.ming": "a@b.cn", "chen.guan": "c@d.cn"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("all", "notify is no table"),
        ({}, "[notify] tells nobody: it has no rules"),
        ({**SOUND, "webhooks": "duty"}, "notify.webhooks is no table"),
        ({**SOUND, "mail": "smtp"}, "[notify.mail] is no table"),
        ({**SOUND, "colour": 1}, "unknown key 'colour' in [notify]"),
        ({**SOUND, "mail": {**MAIL, "password": "x"}}, "unknown key 'password' in [notify.mail]"),
        ({**SOUND, "language": "fr"}, "language of [notify] is unknown"),
        ({**SOUND, "link": "javascript:1"}, "link of [notify] is no address"),
        ({**SOUND, "addresses": []}, "notify.addresses is no table"),
        ({**SOUND, "addresses": {"li": "a b@c"}}, "the address of li is no address of mail"),
        ({**SOUND, "addresses": {"li": "a@b.cn\r\nBcc: c@d"}}, "the address of li is no address of mail"),
        ({**SOUND, "mail": {"from": "a@b.cn"}}, "host of [notify.mail] is missing or wrong"),
        ({**SOUND, "mail": {**MAIL, "host": "a b"}}, "the mail server 'a b' is no name of a host"),
        ({**SOUND, "mail": {**MAIL, "from": "nobody"}}, "from of [notify.mail] is no address: 'nobody'"),
        ({**SOUND, "mail": {**MAIL, "port": 0}}, "port of [notify.mail] is no port"),
        ({**SOUND, "mail": {**MAIL, "tls": "ssl"}}, "tls of [notify.mail] is unknown"),
        ({**SOUND, "mail": {**MAIL, "ca_file": 1}}, "user, password_file or ca_file of [notify.mail] is no text"),
        ({**SOUND, "mail": {**MAIL, "user": "u"}}, "of user and password_file in [notify.mail] one is missing"),
        (
            {**SOUND, "mail": {**MAIL, "user": "u", "password_file": "p", "tls": "none"}},
            "the password of mail would travel in the clear",
        ),
        ({**SOUND, "webhooks": {"duty": HOOK, "Duty": HOOK}}, "a webhook cannot be called 'Duty'"),
        ({**SOUND, "webhooks": {"duty": HOOK, "mail": HOOK}}, "a webhook cannot be called 'mail'"),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "http": "yes"}}},
            "http or everything of [notify.webhooks.duty] is neither true nor false",
        ),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "url": "http://10.0.0.1/"}}},
            "url of [notify.webhooks.duty] is no https address",
        ),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "url": "https://u:p@example.org/"}}},
            "url of [notify.webhooks.duty] is no https address",
        ),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "url": "file:///etc/passwd", "http": True}}},
            "url of [notify.webhooks.duty] is no https address",
        ),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "secret_file": ""}}},
            "secret_file of [notify.webhooks.duty] is missing or wrong",
        ),
        (
            {**SOUND, "webhooks": {"duty": {**HOOK, "person": "li"}}},
            "[notify.webhooks.duty] does not say what it is told",
        ),
        ({**SOUND, "webhooks": {"duty": {**HOOK, "ca_file": 1}}}, "ca_file of [notify.webhooks.duty] is no text"),
        ({**SOUND, "rules": [{"to": "fax"}]}, "a rule of [notify] goes to 'fax', which is no channel"),
        ({**SOUND, "rules": [{**RULE, "events": ["born"]}]}, "a rule of [notify] names an unknown event"),
        ({**SOUND, "rules": [{**RULE, "level": "pink"}]}, "a rule of [notify] names an unknown level"),
        ({**SOUND, "rules": [{**RULE, "roles": ["king"]}]}, "a rule of [notify] names an unknown role"),
        ({**SOUND, "rules": [{**RULE, "persons": "li"}]}, "a rule of [notify] names persons wrongly"),
        ({**SOUND, "rules": [{**RULE, "takers": 1}]}, "takers of a rule of [notify] is neither true nor false"),
        ({**SOUND, "rules": [{"to": "mail"}]}, "a rule of [notify] by mail tells nobody"),
        ({**SOUND, "rules": [{**RULE, "to": "duty"}]}, "a rule of [notify] by webhook names persons"),
    ],
)  # fmt: skip
def test_what_is_wrong(table: object, message: str) -> None:
    assert told(table) == [message]
    hints = [issue.hint for issue in notify_faults(table, PLACE)]
    assert all(hints)


def test_a_space_with_wrong_settings_is_refused_with_all_of_them(tmp_path: Path) -> None:
    home = made(tmp_path / "home", write_pack(tmp_path / "pack", TINY))
    with (home / "hengjian.toml").open("a", encoding="utf-8") as file:
        file.write('\n[notify]\nlanguage = "fr"\n[[notify.rules]]\nto = "mail"\nroles = ["officer"]\n')
    with pytest.raises(Refused) as refused:
        read_config(home)
    assert [issue.message for issue in refused.value.issues] == [
        "language of [notify] is unknown", "a rule of [notify] goes to 'mail', which is no channel",
    ]  # fmt: skip


def test_a_secret_is_one_line_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    with pytest.raises(Refused, match=escape("a secret of [notify] cannot be read: No such file")):
        secret_in(file)
    file.write_text("s3cret\n")
    file.chmod(0o640)
    with pytest.raises(Refused, match=escape("a secret of [notify] is open to other users")):
        secret_in(file)
    file.chmod(0o600)
    assert secret_in(file) == "s3cret"
    for data in (b"\xff\xfe", b"two\nlines", b"", "密".encode()):
        file.write_bytes(data)
        with pytest.raises(Refused, match=escape("a secret of [notify] is not one line of ASCII")):
            secret_in(file)


def test_serving_without_its_secrets_is_refused(tmp_path: Path) -> None:
    found = notify_of({**SOUND, "mail": {**MAIL, "user": "u", "password_file": "p"}}, tmp_path)
    assert found is not None
    with pytest.raises(Refused, match="cannot be read"):
        must_have_secrets(found)


def test_a_space_without_notify_reads_none_of_it(tmp_path: Path) -> None:
    assert read_config(district(tmp_path / "home")).notify is None
