"""A space's own settings: `hengjian.toml`."""

import getpass
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hengjian.app.serving import LOCAL, Serving, serving_faults, serving_of
from hengjian.app.singlesignon import SingleSignOn, single_faults, single_of
from hengjian.model.issue import Failure, Issue, Place, Refused, nearest, refuse

if TYPE_CHECKING:
    from hengjian.app.notifysettings import Notify

FORMAT = 1
_FILE = "hengjian.toml"
_KEYS = ("format", "name", "origin", "timezone", "today", "actor", "serve", "sign_in", "single_sign_on", "notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one space."""

    folder: Path
    name: str
    origin: str
    timezone: ZoneInfo
    today: date | None
    actor: str | None
    serving: Serving = LOCAL
    sign_in_required: bool = True
    single_sign_on: SingleSignOn | None = None
    notify: "Notify | None" = None

    def current_day(self) -> date:
        """The space's today: deadlines, ages and pages read only it."""
        return self.today or datetime.now(self.timezone).date()

    @property
    def key_file(self) -> Path:
        return self.folder / f"{self.name}.vkey"


def default_actor() -> str:
    """The operating system's word for who is at work; labelled as not authenticated wherever it shows."""
    try:
        return f"local:{getpass.getuser()}"
    except (KeyError, OSError):
        return "local:unknown"


def config_text(name: str, origin: str, today: date | None = None) -> str:
    """The settings that a new space begins with; `today` only where its clock stands still."""
    day = f"today = {today}        " if today else "# today = 2026-03-31      "
    return (
        f'format = {FORMAT}\nname = "{name}"\norigin = {_quoted(origin)}\ntimezone = "Asia/Shanghai"\n'
        f"{day}# deadlines, ages and pages read this day instead of the clock\n"
        '# [actor]\n# name = "finance desk"   # who files when --as names nobody\n'
    )


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, with DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_config(folder: Path) -> Config:
    """The settings of the space in `folder`. Refuses a folder that is no space, and names every wrong key."""
    path = folder / _FILE
    try:
        is_space = path.is_file()
    except OSError:  # a name too long, a folder that may not be entered
        is_space = False
    if not is_space:
        raise refuse(f"{folder} is not a space", "make one with: hengjian init SPACE --packs finance")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(
            f"{_FILE} cannot be read: {error}", "mend the file; it is TOML in UTF-8", Place(file=str(path))
        ) from None
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", "check the permissions of the folder") from None
    made_for = data.get("format")
    if isinstance(made_for, int) and made_for > FORMAT:
        raise Failure(
            f"this space has format {made_for}; this program knows up to {FORMAT}",
            "use a newer hengjian; an older one must not touch it",
        )
    issues = list(_faults(data, str(path)))
    if issues:
        raise Refused(issues)
    actor = data.get("actor", {}).get("name")
    return Config(
        folder=folder, name=data["name"], origin=data["origin"], timezone=ZoneInfo(data["timezone"]),
        today=_day(data.get("today")), actor=actor, single_sign_on=single_of(data.get("single_sign_on"), folder),
        serving=serving_of(data), sign_in_required=data.get("sign_in", {}).get("required", True),
        notify=_notify(data, folder),
    )  # fmt: skip


def _notify(data: dict[str, object], folder: Path) -> "Notify | None":
    if "notify" not in data:
        return None
    from hengjian.app.notifysettings import notify_of  # most spaces tell nobody

    table = data["notify"]
    return notify_of(table, folder) if isinstance(table, dict) else None


def _day(value: object) -> date | None:
    """A TOML date, or the same in quotes."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _faults(data: dict[str, object], file: str) -> list[Issue]:
    place = Place(file=file)
    found = [
        Issue(
            place=place, message=f"unknown key {key!r}", hint=nearest(key, _KEYS, otherwise=f"keys: {', '.join(_KEYS)}")
        )
        for key in data
        if key not in _KEYS
    ]
    if isinstance(made_for := data.get("format"), bool) or made_for != FORMAT:
        found.append(Issue(place=place, message="format is missing or wrong", hint=f"write: format = {FORMAT}"))
    name = data.get("name")
    if not isinstance(name, str) or not is_space_name(name):
        found.append(Issue(place=place, message="name is missing or wrong", hint=NAME_HINT))
    if not isinstance(data.get("origin"), str):
        found.append(
            Issue(place=place, message="origin is missing", hint='the log\'s name, such as: origin = "example.org/log"')
        )
    try:
        ZoneInfo(str(data.get("timezone")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(
            Issue(
                place=place,
                message="timezone is unknown",
                hint='write one of the IANA names: timezone = "Asia/Shanghai"',
            )
        )
    if "today" in data and _day(data["today"]) is None:
        found.append(Issue(place=place, message="today is not a date", hint="write: today = 2026-03-31"))
    actor = data.get("actor", {})
    if not isinstance(actor, dict) or set(actor) - {"name"} or not isinstance(actor.get("name", ""), str):
        found.append(
            Issue(place=place, message="[actor] holds more than a name", hint='write: [actor] and below it name = "…"')
        )
    found.extend(serving_faults(data, place))
    if "single_sign_on" in data:
        found.extend(single_faults(data["single_sign_on"], place))
    if "notify" in data:
        from hengjian.app.notifysettings import notify_faults  # as above

        found.extend(notify_faults(data["notify"], place))
    return found


NAME_HINT = (
    "a name has letters, digits, Han characters, '-', '_' and '.', and begins with a letter, digit or Han character"
)


def is_space_name(text: str) -> bool:
    """Whether `text` may name a space, its key file and the end of its log's origin."""
    return re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_.-]{0,99}", text) is not None
