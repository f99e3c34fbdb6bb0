"""The two ports: what a server of mail or of HTTP is told, and what becomes of all it may answer."""

import base64
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listeners import Hook, Post, certificate, closed_port

from hengjian.app.notifysend import Undelivered, message_of, post, send_mail, signature
from hengjian.app.notifysettings import Mail, Webhook
from hengjian.app.notifytext import plain

PASSWORD = "s3cret-of-mail"


def mail_to(port: int, **more: object) -> Mail:
    settings: dict = {
        "host": "127.0.0.1", "port": port, "tls": "none", "sender": "hengjian@example.org", "name": "衡鉴",
        "user": None, "password_file": None, "ca_file": None, **more,
    }  # fmt: skip
    return Mail(**settings)


def secret(folder: Path, text: str = PASSWORD) -> Path:
    file = folder / "secret"
    file.write_text(f"{text}\n")
    file.chmod(0o600)
    return file


LETTER = {"to": "li@example.org", "subject": "【红色预警发出】甲集团", "text": "负债率 80%\n.\n一行点号\n"}


def test_a_mail_is_taken_as_it_was_written() -> None:
    with Post() as server:
        send_mail(mail_to(server.port), "d1", **LETTER)
    (mail,) = server.mails
    assert mail["Subject"] == LETTER["subject"]
    assert mail["To"] == "li@example.org"
    assert mail["From"] == "衡鉴 <hengjian@example.org>"
    assert (mail["Message-ID"], mail["X-Hengjian-Delivery"]) == ("<d1@example.org>", "d1")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == LETTER["text"]


@pytest.mark.parametrize("implicit", [False, True])
def test_by_tls_with_a_password(tmp_path: Path, implicit: bool) -> None:
    made, context = certificate(tmp_path / "tls")
    tls = "implicit" if implicit else "starttls"
    with Post(context=context, implicit=implicit) as server:
        settings = mail_to(
            server.port, host="localhost", tls=tls, ca_file=made, user="hengjian", password_file=secret(tmp_path)
        )
        send_mail(settings, "d2", **LETTER)
        assert server.password() == PASSWORD
        with pytest.raises(Undelivered, match="TLS failed: self-signed certificate") as strange:
            send_mail(mail_to(server.port, host="localhost", tls=tls), "d3", **LETTER)
    assert strange.value.is_down
    assert len(server.mails) == 1


def test_a_server_without_tls_gets_no_password(tmp_path: Path) -> None:
    password = secret(tmp_path)
    with Post() as server, pytest.raises(Undelivered, match="STARTTLS"):
        send_mail(mail_to(server.port, tls="starttls", user="hengjian", password_file=password), "d2", **LETTER)
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.said)


@pytest.mark.parametrize(
    ("word", "answer", "reason", "is_final", "is_down"),
    [
        ("RCPT", "550 5.1.1 no such user", "550 5.1.1 no such user", True, False),
        ("RCPT", "450 4.2.0 greylisted", "450 4.2.0 greylisted", False, False),
        ("MAIL", "421 4.3.2 closing", "421 4.3.2 closing", False, False),
        (".", "451 try again", "451 try again", False, False),
        (".", None, "the server broke off", False, True),
        ("EHLO", None, "the server broke off", False, True),
        ("AUTH", f"535 {PASSWORD} is wrong", "535 ••• is wrong", False, False),
        ("AUTH", f"535 {base64.b64encode(PASSWORD.encode()).decode()}", "535 •••", False, False),
    ],
)
def test_what_a_server_refuses(
    tmp_path: Path, word: str, answer: str | None, reason: str, is_final: bool, is_down: bool
) -> None:
    with Post(answers={word: [answer] * 2}) as server, pytest.raises(Undelivered) as told:
        send_mail(mail_to(server.port, user="hengjian", password_file=secret(tmp_path)), "d4", **LETTER)
    found = told.value
    assert (found.reason, found.is_final, found.is_down) == (reason, is_final, is_down)
    assert PASSWORD not in found.reason


def test_nobody_listens() -> None:
    with pytest.raises(Undelivered, match="no connection: Connection refused") as told:
        send_mail(mail_to(closed_port()), "d5", **LETTER)
    assert told.value.is_down


def test_a_silent_and_a_dribbling_server_are_left() -> None:
    began = time.monotonic()
    with Post(slow=5) as silent, pytest.raises(Undelivered, match="the server did not answer in time"):
        send_mail(mail_to(silent.port), "d6", **LETTER, silent_s=0.3)
    with Post(drip=0.2) as dribbling, pytest.raises(Undelivered, match="the server broke off"):
        send_mail(mail_to(dribbling.port), "d7", **LETTER, silent_s=1, longest_s=0.6)
    assert time.monotonic() - began < 4


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=80) | st.sampled_from(
    ["a\r\nBcc: evil@example.org", "a\n\nbody", "\u2028Bcc: x", "=?utf-8?q?a=0ABcc:_x?=", "\u202egnp.exe", "x" * 3000]
)


@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE)
def test_no_name_writes_a_header(name: str, subject: str, text: str) -> None:
    message = message_of(mail_to(25, name=name), "d8", to="li@example.org", subject=subject, text=text)
    head, _, _ = message.as_bytes().partition(b"\r\n\r\n")
    starts = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")}
    assert starts == {
        b"from", b"to", b"subject", b"date", b"message-id", b"x-hengjian-delivery", b"auto-submitted",
        b"content-type", b"content-transfer-encoding", b"mime-version",
    }  # fmt: skip
    assert max(map(len, head.split(b"\r\n"))) <= 998  # RFC 5322, section 2.1.1
    head.decode("ascii")


@given(HOSTILE)
def test_plain_is_one_line_without_tricks(text: str) -> None:
    found = plain(text, 50)
    assert len(found) <= 50
    assert not set(found) & set("\r\n\u2028\u2029\u202e\u0000")
    assert plain(found, 50) == found


def test_the_published_vector_of_standard_webhooks() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, libraries/*/tests: the vector that all of them share
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(Undelivered, match="the webhook's secret begins with whsec_ and is no base64"):
        signature("whsec_*", "m", 1, b"")


def hook_at(folder: Path, url: str, **more: object) -> Webhook:
    settings: dict = {"url": url, "secret_file": secret(folder, "whsec_c2VjcmV0"), "person": None, "ca_file": None}
    return Webhook(**{**settings, **more})


def test_a_webhook_is_posted_and_signed(tmp_path: Path) -> None:
    with Hook() as server:
        post(hook_at(tmp_path, f"http://127.0.0.1:{server.port}/duty?a=1"), "d9", '{"名": 1}')
    ((headers, body),) = server.posts
    assert server.paths == ["/duty?a=1"]
    assert json.loads(body) == {"名": 1}
    assert headers["x-hengjian-delivery"] == headers["webhook-id"] == "d9"
    moment = int(headers["webhook-timestamp"])
    assert abs(moment - time.time()) < 60
    assert headers["webhook-signature"] == signature("whsec_c2VjcmV0", "d9", moment, body)


def test_nothing_follows_a_redirect(tmp_path: Path) -> None:
    with Hook() as inner, Hook(answers=[(302, {"location": f"http://127.0.0.1:{inner.port}/"})]) as server:
        with pytest.raises(Undelivered, match="302: it leads elsewhere, where nothing is sent"):
            post(hook_at(tmp_path, f"http://127.0.0.1:{server.port}/"), "d10", "{}")
        assert inner.posts == []


@pytest.mark.parametrize(("status", "is_final"), [(500, False), (404, False), (410, True)])
def test_what_a_webhook_answers(tmp_path: Path, status: int, is_final: bool) -> None:
    with Hook(answers=[(status, {})]) as server, pytest.raises(Undelivered, match=str(status)) as told:
        post(hook_at(tmp_path, f"http://127.0.0.1:{server.port}/"), "d11", "{}")
    assert told.value.is_final is is_final
    assert not told.value.is_down


def test_a_webhook_that_is_silent_or_gone(tmp_path: Path) -> None:
    with Hook(slow=3) as server, pytest.raises(Undelivered, match="the server did not answer in time") as told:
        post(hook_at(tmp_path, f"http://127.0.0.1:{server.port}/"), "d12", "{}", silent_s=0.2)
    assert told.value.is_down
    with pytest.raises(Undelivered, match="no connection"):
        post(hook_at(tmp_path, f"http://127.0.0.1:{closed_port()}/"), "d13", "{}")


def test_what_is_no_http(tmp_path: Path) -> None:
    with Post() as server, pytest.raises(Undelivered, match="the answer is no HTTP: BadStatusLine"):
        post(hook_at(tmp_path, f"http://127.0.0.1:{server.port}/"), "d14", "{}")


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match=r"the certificates in .*nowhere cannot be read"):
        post(hook_at(tmp_path, "https://127.0.0.1:1/", ca_file=tmp_path / "nowhere"), "d15", "{}")


def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    hook = hook_at(tmp_path, "https://127.0.0.1:1/")
    hook.secret_file.chmod(0o644)
    with pytest.raises(Undelivered, match="open to other users"):
        post(hook, "d16", "{}")
