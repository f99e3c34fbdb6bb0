"""The two ports: mail by SMTP, and webhooks by HTTP as Standard Webhooks 1.0 sign them. Nothing follows a redirect.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import http.client
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

from hengjian import __version__
from hengjian.app.notifysettings import Mail, Webhook, secret_in
from hengjian.app.notifytext import plain
from hengjian.model.issue import Refused

#: A server may be silent for so long, and take so long altogether.
SILENT_S, LONGEST_S = 10.0, 60.0
_KEY = "whsec_"


class Undelivered(Exception):
    """A message that was not taken: why, without any secret. `is_final`: nobody will ever take it so. `is_down`: the
    server could not be spoken to at all."""

    def __init__(self, reason: str, *, is_final: bool = False, is_down: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.is_down = is_down


@contextmanager
def _bounded(current: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """Cuts the connection of a server that dribbles."""

    def cut() -> None:
        found = current()
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _told(secret: str) -> Iterator[None]:
    """What goes wrong between two machines, as a reason without the secret."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise Undelivered(_said(code, text, secret), is_final=500 <= code < 600) from None
    except smtplib.SMTPServerDisconnected as error:
        if "timed out" in str(error):  # what the library makes of a TimeoutError
            raise Undelivered("the server did not answer in time", is_down=True) from None
        raise Undelivered("the server broke off", is_down=True) from None
    except smtplib.SMTPResponseException as error:
        raise Undelivered(_said(error.smtp_code, error.smtp_error, secret)) from None
    except smtplib.SMTPException as error:
        raise Undelivered(_hidden(str(error), secret)) from None
    except http.client.HTTPException as error:
        raise Undelivered(f"the answer is no HTTP: {type(error).__name__}", is_down=True) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "no common protocol"
        raise Undelivered(f"TLS failed: {plain(reason)}", is_down=True) from None
    except TimeoutError:
        raise Undelivered("the server did not answer in time", is_down=True) from None
    except OSError as error:
        raise Undelivered(f"no connection: {error.strerror or type(error).__name__}", is_down=True) from None


def _said(code: int, text: bytes | str, secret: str) -> str:
    return f"{code} {_hidden(text.decode('utf-8', 'replace') if isinstance(text, bytes) else text, secret)}"


def _hidden(text: str, secret: str) -> str:
    """A server's words on one line, without the secret, also as SMTP sends it."""
    encoded = base64.b64encode(secret.encode()).decode() if secret else ""
    for one in (secret, encoded):
        text = text.replace(one, "•••") if one else text
    return plain(text, 200)


def _secret(file: Path) -> str:
    try:
        return secret_in(file)
    except Refused as refused:
        raise Undelivered(refused.issues[0].message, is_down=True) from None


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except OSError as error:
        raise Undelivered(f"the certificates in {ca_file} cannot be read: {error.strerror}", is_down=True) from None


def message_of(mail: Mail, delivery: str, *, to: str, subject: str, text: str) -> EmailMessage:
    """A mail whose headers hold nothing but what was meant: no line feed of a name begins another."""
    found = EmailMessage(policy=SMTP)
    found["From"] = Address(plain(mail.name, 60), addr_spec=mail.sender)
    found["To"] = Address(addr_spec=to)
    found["Subject"] = plain(subject, 200)
    found["Date"] = formatdate()
    found["Message-ID"] = f"<{delivery}@{mail.sender.rpartition('@')[2]}>"
    found["X-Hengjian-Delivery"] = delivery
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to it
    found.set_content(text, charset="utf-8")
    return found


class _Plain(smtplib.SMTP):
    """Not connected yet, so that the whole talk can be cut, its greeting too; knows the name that TLS asks for."""

    def __init__(self, host: str, local: str, silent_s: float) -> None:
        super().__init__(local_hostname=local, timeout=silent_s)
        self._host = host


class _Implicit(smtplib.SMTP_SSL):
    """The same with TLS from the first byte on."""

    def __init__(self, host: str, local: str, silent_s: float, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=local, timeout=silent_s, context=context)
        self._host = host


def send_mail(
    mail: Mail, delivery: str, *, to: str, subject: str, text: str, silent_s: float = SILENT_S,
    longest_s: float = LONGEST_S,
) -> None:  # fmt: skip
    """Hand a mail to the server; Undelivered where it does not take it."""
    secret = "" if mail.password_file is None else _secret(mail.password_file)
    context = _context(mail.ca_file)
    message = message_of(mail, delivery, to=to, subject=subject, text=text)
    name = socket.gethostname()
    client: smtplib.SMTP | None = None

    def current() -> socket.socket | None:
        return None if client is None else getattr(client, "sock", None)

    with _told(secret), _bounded(current, longest_s):
        local = name if name.isascii() and name else "localhost"
        if mail.tls == "implicit":
            client = _Implicit(mail.host, local, silent_s, context)
        else:
            client = _Plain(mail.host, local, silent_s)
        try:
            code, greeting = client.connect(mail.host, mail.port)
            if code != 220:
                raise Undelivered(_said(code, greeting, secret), is_down=True)
            if mail.tls == "starttls":
                client.starttls(context=context)
            if mail.user is not None:
                client.login(mail.user, secret)
            client.send_message(message, mail.sender, [to])
        finally:
            with suppress(OSError, smtplib.SMTPException):
                client.close()


def signature(secret: str, delivery: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, time and body. A secret that begins with whsec_ is base64,
    any other is taken as it stands."""
    key = secret.encode()
    if secret.startswith(_KEY):
        try:
            key = base64.b64decode(secret[len(_KEY) :], validate=True)
        except binascii.Error:
            raise Undelivered("the webhook's secret begins with whsec_ and is no base64", is_down=True) from None
    signed = hmac.new(key, f"{delivery}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def post(
    webhook: Webhook, delivery: str, body: str, *, silent_s: float = SILENT_S, longest_s: float = LONGEST_S
) -> None:
    """Post a message; Undelivered where it is answered with anything but 2xx."""
    parts = urlsplit(webhook.url)
    secret, data, moment = _secret(webhook.secret_file), body.encode(), int(time.time())
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    headers = {
        "content-type": "application/json; charset=utf-8", "user-agent": f"hengjian/{__version__}",
        "x-hengjian-delivery": delivery, "webhook-id": delivery, "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, delivery, moment, data), "connection": "close",
    }  # fmt: skip
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=silent_s, context=_context(webhook.ca_file))
        if is_secure
        else http.client.HTTPConnection(host, parts.port, timeout=silent_s)
    )
    with _told(secret), _bounded(lambda: connection.sock, longest_s):
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, data, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    if 300 <= status < 400:
        raise Undelivered(f"{status}: it leads elsewhere, where nothing is sent")
    if not 200 <= status < 300:
        raise Undelivered(f"{status} {http.client.responses.get(status, '')}".strip(), is_final=status == 410)
