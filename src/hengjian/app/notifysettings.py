"""`[notify]` of a space's settings: who is told of what, and by which channel. Secrets stay in their files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from hengjian.model.issue import Issue, Place, nearest, refuse
from hengjian.model.workflow import LEVELS
from hengjian.people import ROLES

#: What somebody can be told of: an alert was raised (or raised anew), has become graver, less grave, was cleared; a
#: case was opened by hand or moved on, was due yesterday, or is so late that it counts as escalated.
Happening = Literal["raised", "escalated", "de_escalated", "cleared", "moved", "overdue"]
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
Tls = Literal["implicit", "starttls", "none"]
Language = Literal["zh", "en"]
#: The channel by mail, as rules and deliveries name it; every other channel is a webhook.
MAIL = "mail"

_KEYS = ("language", "link", "mail", "addresses", "webhooks", "rules")
_MAIL = ("host", "port", "tls", "from", "user", "password_file", "ca_file")
_WEBHOOK = ("url", "secret_file", "person", "everything", "http", "ca_file")
_RULE = ("to", "events", "level", "roles", "persons", "takers")
_PORTS: Mapping[Tls, int] = {"implicit": 465, "starttls": 587, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
_FROM = re.compile(r"(?P<name>[^<>\"\r\n]{0,60}?)\s*<(?P<address>[^<>\s]+)>\Z")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z|[0-9a-fA-F:]{2,39}\Z")
_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail server and how it is spoken to. `sender` is the address, `name` what stands before it."""

    host: str
    port: int
    tls: Tls
    sender: str
    name: str
    user: str | None
    password_file: Path | None
    ca_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is posted to. `person`: it is told what this person sees; None: everything."""

    url: str
    secret_file: Path
    person: str | None
    ca_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRule:
    """One rule of who is told: `events` of alerts of at least `level` (None: of any, and of cases without a level) go
    by the channel `to`; by mail to `persons`, to whoever has one of `roles` at the entity, and with `takers` to those
    who may take the case's next step."""

    to: str
    events: frozenset[str]
    level: str | None
    roles: tuple[str, ...]
    persons: tuple[str, ...]
    takers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """The settings. `addresses`: where persons get mail, by id. `link`: where the pages are, without a slash at its
    end; None where messages name no page."""

    language: Language
    link: str | None
    mail: Mail | None
    addresses: Mapping[str, str]
    webhooks: Mapping[str, Webhook]
    rules: tuple[NotifyRule, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels that there are."""
        return (*((MAIL,) if self.mail else ()), *self.webhooks)


def notify_of(table: Mapping[str, Any] | None, folder: Path) -> Notify | None:
    """The settings that a table without faults holds; None where there is none."""
    if table is None:
        return None
    return Notify(
        language=table.get("language", "zh"), link=(table.get("link") or "").rstrip("/") or None,
        mail=_mail(table["mail"], folder) if "mail" in table else None,
        addresses=_flat(table.get("addresses", {})),
        webhooks={name: _webhook(one, folder) for name, one in table.get("webhooks", {}).items()},
        rules=tuple(_telling(one) for one in table["rules"]),
    )  # fmt: skip


def _mail(table: Mapping[str, Any], folder: Path) -> Mail:
    tls = table.get("tls", "starttls")
    named = _FROM.match(table["from"])
    return Mail(
        host=table["host"], port=table.get("port", _PORTS[tls]), tls=tls,
        sender=named["address"] if named else table["from"], name=named["name"].strip() if named else "",
        user=table.get("user"), password_file=_file(table, "password_file", folder),
        ca_file=_file(table, "ca_file", folder),
    )  # fmt: skip


def _webhook(table: Mapping[str, Any], folder: Path) -> Webhook:
    return Webhook(
        url=table["url"], secret_file=folder / table["secret_file"], person=table.get("person"),
        ca_file=_file(table, "ca_file", folder),
    )  # fmt: skip


def _telling(table: Mapping[str, Any]) -> NotifyRule:
    return NotifyRule(
        to=table["to"], events=frozenset(table.get("events", HAPPENINGS)), level=table.get("level"),
        roles=tuple(table.get("roles", ())), persons=tuple(table.get("persons", ())), takers=table.get("takers", False),
    )  # fmt: skip


def _file(table: Mapping[str, Any], key: str, folder: Path) -> Path | None:
    return folder / table[key] if key in table else None


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Addresses by person: TOML reads `li.ming = …` as a table within a table, and means the same here."""
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{above}{key}.") if isinstance(value, Mapping) else {f"{above}{key}": value}
    return found


def notify_faults(table: object, place: Place) -> Iterator[Issue]:
    """What is wrong with the table as it stands in the file."""

    def fault(message: str, hint: str) -> Issue:
        return Issue(place=place, message=message, hint=hint)

    if not isinstance(table, dict):
        yield fault("notify is no table", "write: [notify], and below it [notify.mail] and [[notify.rules]]")
        return
    parts: list[tuple[str, object, tuple[str, ...]]] = [("notify", table, _KEYS)]
    if "mail" in table:
        parts.append(("notify.mail", table["mail"], _MAIL))
    webhooks = table.get("webhooks", {})
    if isinstance(webhooks, dict):
        parts += [(f"notify.webhooks.{name}", one, _WEBHOOK) for name, one in webhooks.items()]
    else:
        yield fault("notify.webhooks is no table", "write: [notify.webhooks.NAME], and below it url = …")
    rules = table.get("rules")
    if isinstance(rules, list) and rules:
        parts += [("notify.rules", one, _RULE) for one in rules]
    else:
        yield fault("[notify] tells nobody: it has no rules", 'write: [[notify.rules]], and below it to = "mail"')
    is_shaped = True
    for name, one, keys in parts:
        if not isinstance(one, dict):
            is_shaped = False
            yield fault(f"[{name}] is no table", f"keys: {', '.join(keys)}")
        for key in one if isinstance(one, dict) else ():
            if key not in keys:
                is_secret = key in ("password", "secret")
                told = f"write it into a file of mode 0600, and name it: {key}_file = …"
                hint = told if is_secret else nearest(key, keys, otherwise=f"keys: {', '.join(keys)}")
                yield fault(f"unknown key {key!r} in [{name}]", hint)
    if is_shaped and isinstance(webhooks, dict):
        for message, hint in _wrong(table):
            yield fault(message, hint)


_Wrong = Iterator[tuple[str, str]]


def _wrong(table: Mapping[str, Any]) -> _Wrong:
    """The message and hint of each value that is wrong."""
    if table.get("language", "zh") not in get_args(Language):
        yield "language of [notify] is unknown", 'write: language = "zh", or "en"'
    if "link" in table and not _is_address(table["link"], http=True):
        yield "link of [notify] is no address", 'write where the pages are: link = "https://hengjian.example.org"'
    if "mail" in table:
        yield from _wrong_mail(table["mail"])
    addresses = table.get("addresses", {})
    if not isinstance(addresses, dict):
        yield "notify.addresses is no table", 'write: [notify.addresses], and below it "li.ming" = "li@example.org"'
    else:
        for person, address in _flat(addresses).items():
            if not _ADDRESS.match(str(address)):
                yield f"the address of {person} is no address of mail", 'write: "li.ming" = "li@example.org"'
    for name, one in table.get("webhooks", {}).items():
        yield from _wrong_webhook(name, one)
    rules = table.get("rules")
    channels = (*((MAIL,) if "mail" in table else ()), *table.get("webhooks", {}))
    for one in rules if isinstance(rules, list) else ():
        yield from _wrong_rule(one, channels)


def _wrong_mail(table: Mapping[str, Any]) -> _Wrong:
    for key in ("host", "from"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield f"{key} of [notify.mail] is missing or wrong", f"write: {_EXAMPLES[key]}"
    host, sender = table.get("host"), table.get("from")
    if isinstance(host, str) and host.strip() and not _HOST.match(host):
        yield f"the mail server {host!r} is no name of a host", f"write: {_EXAMPLES['host']}"
    if isinstance(sender, str) and sender.strip():
        named = _FROM.match(sender)
        if not _ADDRESS.match(named["address"] if named else sender):
            yield f"from of [notify.mail] is no address: {sender!r}", f"write: {_EXAMPLES['from']}"
    if not _is_port(table.get("port", 25)):
        yield "port of [notify.mail] is no port", "write: port = 587"
    tls = table.get("tls", "starttls")
    if tls not in get_args(Tls):
        yield "tls of [notify.mail] is unknown", 'write: tls = "starttls", "implicit" or "none"'
    if not all(
        isinstance(table[key], str) and table[key] for key in ("user", "password_file", "ca_file") if key in table
    ):
        yield "user, password_file or ca_file of [notify.mail] is no text", 'write: password_file = "keys/mail"'
    if ("user" in table) != ("password_file" in table):
        yield "of user and password_file in [notify.mail] one is missing", "write both, or neither"
    if tls == "none" and "user" in table and isinstance(host, str) and not _is_loopback(host):
        yield "the password of mail would travel in the clear", 'write: tls = "starttls", or "implicit"'


_EXAMPLES = {"host": 'host = "smtp.example.org"', "from": 'from = "衡鉴 <hengjian@example.org>"'}


def _wrong_webhook(name: str, table: Mapping[str, Any]) -> _Wrong:
    if not _CHANNEL.match(name) or name == MAIL:
        yield f"a webhook cannot be called {name!r}", "a name has small letters, digits, - and _, and is not mail"
    if not isinstance(table.get("http", False), bool) or not isinstance(table.get("everything", False), bool):
        yield f"http or everything of [notify.webhooks.{name}] is neither true nor false", "write: everything = true"
        return
    if not _is_address(table.get("url"), http=bool(table.get("http"))):
        hint = 'write: url = "https://duty.example.org/hook"; where nobody listens, http = true allows http'
        yield f"url of [notify.webhooks.{name}] is no https address", hint
    if not isinstance(table.get("secret_file"), str) or not table["secret_file"]:
        hint = 'write: secret_file = "keys/duty", a file of mode 0600 with the secret alone'
        yield f"secret_file of [notify.webhooks.{name}] is missing or wrong", hint
    if ("person" in table) == bool(table.get("everything")) or not isinstance(table.get("person", ""), str):
        hint = 'write person = "li.ming", to be told what that person sees, or everything = true'
        yield f"[notify.webhooks.{name}] does not say what it is told", hint
    if not isinstance(table.get("ca_file", ""), str):
        yield f"ca_file of [notify.webhooks.{name}] is no text", 'write: ca_file = "keys/ca.pem"'


def _wrong_rule(table: Mapping[str, Any], channels: tuple[str, ...]) -> _Wrong:
    to = table.get("to")
    if to not in channels:
        hint = nearest(str(to), channels, otherwise="declare [notify.mail], or [notify.webhooks.NAME]")
        yield f"a rule of [notify] goes to {to!r}, which is no channel", hint
    events = table.get("events", [])
    if not isinstance(events, list) or any(one not in HAPPENINGS for one in events):
        yield "a rule of [notify] names an unknown event", f"events: {', '.join(HAPPENINGS)}"
    if table.get("level", LEVELS[0]) not in LEVELS:
        yield "a rule of [notify] names an unknown level", f"levels: {', '.join(LEVELS)}"
    roles, persons = table.get("roles", []), table.get("persons", [])
    if not isinstance(roles, list) or any(one not in ROLES for one in roles):
        yield "a rule of [notify] names an unknown role", f"roles: {', '.join(ROLES)}"
    if not isinstance(persons, list) or not all(isinstance(one, str) for one in persons):
        yield "a rule of [notify] names persons wrongly", 'write: persons = ["li.ming"]'
    if not isinstance(table.get("takers", False), bool):
        yield "takers of a rule of [notify] is neither true nor false", "write: takers = true"
    is_of_somebody = bool(roles or persons or table.get("takers"))
    if to == MAIL and not is_of_somebody:
        yield "a rule of [notify] by mail tells nobody", 'write: roles = ["officer"], persons = […] or takers = true'
    if to != MAIL and is_of_somebody:
        yield "a rule of [notify] by webhook names persons", "a webhook itself says whose sight it has: leave them out"


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65_536


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(text: object, *, http: bool) -> bool:
    """Whether a text is an address of the web without a name and a password in it."""
    if not isinstance(text, str) or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.username is None and parts.password is None and not parts.fragment and port != 0
    return parts.scheme in (("https", "http") if http else ("https",)) and bool(parts.hostname) and is_plain


def secret_in(file: Path) -> str:
    """The one line of a file of secrets. Refused where it cannot be had, or others can read it."""
    place = Place(file=str(file))
    hint = f"write the secret there, one line, then: chmod 600 {file}"
    try:
        mode, text = file.stat().st_mode, file.read_text(encoding="utf-8")
    except OSError as error:
        raise refuse(f"a secret of [notify] cannot be read: {error.strerror}", hint, place) from None
    except UnicodeDecodeError:
        raise refuse("a secret of [notify] is not one line of ASCII", hint, place) from None
    if mode & 0o077:
        raise refuse("a secret of [notify] is open to other users", f"run: chmod 600 {file}", place)
    secret = text.strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise refuse("a secret of [notify] is not one line of ASCII", hint, place)
    return secret


def must_have_secrets(settings: Notify) -> None:
    """Refused where a secret of a channel cannot be had."""
    files = [one.secret_file for one in settings.webhooks.values()]
    if settings.mail is not None and settings.mail.password_file is not None:
        files.append(settings.mail.password_file)
    for file in files:
        secret_in(file)
