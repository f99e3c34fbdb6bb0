"""How a space is served: `[serve]` and `[sign_in]` of `hengjian.toml`, and what serving a network needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from hengjian.model.issue import Issue, Place, nearest

LOOPBACK = "127.0.0.1"
_KEYS = ("host", "names", "proxy", "secure")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_HOST_HINT = 'write an address of this machine, such as: host = "10.0.0.5"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where a space is served. `names`: under which, besides the address itself; `proxy`: the address or network whose
    word is believed of whom it asks for, and how; `secure`: by https only."""

    host: str = LOOPBACK
    names: tuple[str, ...] = ()
    proxy: str | None = None
    secure: bool | None = None

    @property
    def is_network(self) -> bool:
        """Whether others than the users of this machine are served, by the address or through a proxy."""
        return not ip_address(self.host).is_loopback or bool(self.names) or self.proxy is not None

    @property
    def is_secure(self) -> bool:
        """Whether readers come by https; where nothing says, those of a network do."""
        return self.is_network if self.secure is None else self.secure

    @property
    def is_anywhere(self) -> bool:
        """Whether it is served at every address of the machine."""
        return ip_address(self.host).is_unspecified


#: To the users of this machine only, as nothing else is said.
LOCAL = Serving()


def address_of(host: object) -> str | None:
    """The address that a host stands for: its own text, `localhost` included; None where it is none."""
    if host == "localhost":
        return LOOPBACK
    try:
        return str(ip_address(host)) if isinstance(host, str) else None
    except ValueError:
        return None


def serving_of(data: Mapping[str, Any]) -> Serving:
    """What sound settings say."""
    said = data.get("serve", {})
    return Serving(
        host=address_of(said.get("host", LOOPBACK)) or LOOPBACK,
        names=tuple(name.lower() for name in said.get("names", ())), proxy=said.get("proxy"), secure=said.get("secure"),
    )  # fmt: skip


def serving_faults(data: Mapping[str, Any], place: Place) -> Iterator[Issue]:
    """What is wrong with `[serve]` and `[sign_in]`."""

    def fault(message: str, hint: str) -> Issue:
        return Issue(place=place, message=message, hint=hint)

    for name, keys in (("serve", _KEYS), ("sign_in", ("required",))):
        table = data.get(name, {})
        if not isinstance(table, dict):
            yield fault(f"[{name}] is no table", f"write: [{name}] and below it its keys: {', '.join(keys)}")
            continue
        for key in table:
            if key not in keys:
                yield fault(
                    f"unknown key {key!r} in [{name}]", nearest(key, keys, otherwise=f"keys: {', '.join(keys)}")
                )
    said = data.get("serve", {})
    if isinstance(said, dict):
        if "host" in said and address_of(said["host"]) is None:
            yield fault("host is no address", _HOST_HINT)
        names = said.get("names", [])
        if not isinstance(names, list) or not all(isinstance(one, str) and _NAME.match(one.lower()) for one in names):
            yield fault("names are no names of hosts", 'write: names = ["hengjian.example.org"]')
        if "proxy" in said and not _is_proxy(said["proxy"]):
            yield fault("proxy is no address", 'write the address of one proxy: proxy = "127.0.0.1"')
        if not isinstance(said.get("secure", True), bool):
            yield fault("secure is neither true nor false", "write: secure = true")
    sign_in = data.get("sign_in", {})
    if isinstance(sign_in, dict) and not isinstance(sign_in.get("required", True), bool):
        yield fault("required is neither true nor false", "write: required = true")


def _is_proxy(text: object) -> bool:
    """An address, or a network that is not everybody's."""
    try:
        return isinstance(text, str) and ip_network(text).prefixlen > 0
    except ValueError:
        return False


def network_faults(serving: Serving, *, required: bool, has_persons: bool) -> Iterator[Issue]:
    """Why a space must not be served so; nothing where it is served to this machine only."""
    if not serving.is_network:
        return
    if not required:
        yield Issue(
            place=None, message="the space would be open to everybody in the network: [sign_in] required is false",
            hint="remove that line, or serve it to this machine only, without host, names and proxy",
        )  # fmt: skip
    if not has_persons:
        yield Issue(
            place=None, message="the space would be open to everybody in the network: it has no persons yet",
            hint="enrol somebody first: hengjian person SPACE add; and give them a password",
        )  # fmt: skip
    if serving.is_anywhere and not serving.names:
        yield Issue(
            place=None, message="no name is given under which the space is served",
            hint='write into hengjian.toml, below [serve]: names = ["hengjian.example.org"]',
        )  # fmt: skip
    if serving.is_secure and serving.proxy is None:
        yield Issue(
            place=None, message="readers would come without https: no proxy is named that speaks it",
            hint='write below [serve]: proxy = "127.0.0.1"; or, in a network that you trust, secure = false',
        )  # fmt: skip
