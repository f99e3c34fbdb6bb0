"""`[single_sign_on]` of a space's settings: which provider vouches for its persons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengjian.model.declaration import Label
from hengjian.model.issue import Issue, Place, nearest, refuse
from hengjian.people.oidc import Provider, SignOn, is_safe

_KEYS = ("issuer", "client_id", "client_secret_file", "label")
_DEFAULT = Label(zh="统一身份认证", en="Single sign-on")
_EXAMPLES = {
    "issuer": 'issuer = "https://id.example.org/realms/city", letter by letter as the provider shows it',
    "client_id": 'client_id = "hengjian", as this client is called at the provider',
    "client_secret_file": 'client_secret_file = "keys/single-sign-on", a file of mode 0600 with the secret alone',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """The settings; the secret stays in its file."""

    issuer: str
    client_id: str
    secret_file: Path
    label: Label


def single_faults(table: object, place: Place) -> Iterator[Issue]:
    """What is wrong with the table as it stands in the file."""
    if not isinstance(table, dict):
        hint = "write: [single_sign_on] and below it issuer = …"
        yield Issue(place=place, message="single_sign_on is no table", hint=hint)
        return
    for key in table:
        if key not in _KEYS:
            hint = nearest(key, _KEYS, otherwise=f"keys: {', '.join(_KEYS)}")
            if key == "client_secret":
                hint = "write the secret into a file of mode 0600, and name it: client_secret_file = …"
            yield Issue(place=place, message=f"unknown key {key!r} in [single_sign_on]", hint=hint)
    for key, example in _EXAMPLES.items():
        if not isinstance(table.get(key), str) or not table[key].strip():
            message = f"{key} of [single_sign_on] is missing or wrong"
            yield Issue(place=place, message=message, hint=f"write: {example}")
    issuer = table.get("issuer")
    if isinstance(issuer, str) and issuer.strip() and not is_safe(issuer):
        hint = "http is for 127.0.0.1 only, where nobody listens"
        yield Issue(place=place, message=f"the issuer {issuer!r} is not an https address", hint=hint)
    label = table.get("label", {})
    if not isinstance(label, dict) or set(label) - {"zh", "en"} or not all(isinstance(v, str) for v in label.values()):
        hint = 'write: label = { zh = "…", en = "…" }'
        message = "label of [single_sign_on] holds more than a text in zh and in en"
        yield Issue(place=place, message=message, hint=hint)


def single_of(table: Mapping[str, Any] | None, folder: Path) -> SingleSignOn | None:
    """The settings that a table without faults holds; None where there is none."""
    if table is None:
        return None
    label = table.get("label", {})
    return SingleSignOn(
        issuer=table["issuer"], client_id=table["client_id"], secret_file=folder / table["client_secret_file"],
        label=Label(zh=label.get("zh", _DEFAULT.zh), en=label.get("en", label.get("zh", _DEFAULT.en))),
    )  # fmt: skip


def sign_on(settings: SingleSignOn | None) -> SignOn | None:
    """The provider, ready to be asked. Refused where its secret cannot be had, or others can read it."""
    if settings is None:
        return None
    return SignOn(
        Provider(
            issuer=settings.issuer, client_id=settings.client_id, secret=_secret(settings.secret_file),
            label=settings.label,
        )
    )  # fmt: skip


def _secret(file: Path) -> str:
    place = Place(file=str(file))
    hint = f"write the client's secret there as the provider shows it, then: chmod 600 {file}"
    try:
        mode, text = file.stat().st_mode, file.read_text(encoding="utf-8")
    except OSError as error:
        raise refuse(f"the secret of single sign-on cannot be read: {error.strerror}", hint, place) from None
    except UnicodeDecodeError:
        raise refuse("the secret of single sign-on is not one line of ASCII", hint, place) from None
    if mode & 0o077:
        raise refuse("the secret of single sign-on is open to other users", f"run: chmod 600 {file}", place)
    secret = text.strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise refuse("the secret of single sign-on is not one line of ASCII", hint, place)
    return secret
