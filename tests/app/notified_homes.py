"""The district with persons who are told by mail, and a webhook: see `sighted_homes` for who sees whom."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homes import TITLES, asked, filed
from sighted_homes import district, enrolled
from warned_homes import WARNED, debt

from hengjian.app.outbox import send_notices

#: `everything` of the webhook, so that it is told of the whole space.
SETTINGS = """
[notify]
language = "{language}"
link = "https://hengjian.example.org/"
[notify.mail]
host = "127.0.0.1"
port = {mail}
tls = "none"
from = "衡鉴 <hengjian@example.org>"
[notify.addresses]
own = "own@example.org"
sibling = "sibling@example.org"
parent = "parent@example.org"
stranger = "stranger@example.org"
nobody = "nobody@example.org"
[notify.webhooks.duty]
url = "http://127.0.0.1:{hook}/"
http = true
secret_file = "keys/duty"
everything = true
{rules}
"""
RULES = """
[[notify.rules]]
to = "mail"
roles = ["viewer", "officer"]
level = "orange"
[[notify.rules]]
to = "duty"
"""


def configured(
    home: Path, *, mail: int, hook: int = 1, rules: str = RULES, language: str = "zh", more: str = ""
) -> Path:
    """The same space, which tells whoever sees the entity of a red alert."""
    (home / "keys").mkdir(exist_ok=True)
    secret = home / "keys" / "duty"
    secret.write_text("whsec_c2VjcmV0\n")
    secret.chmod(0o600)
    file = home / "hengjian.toml"
    text = file.read_text(encoding="utf-8").partition("\n[notify]")[0]
    file.write_text(text + SETTINGS.format(mail=mail, hook=hook, rules=rules, language=language) + more, "utf-8")
    return home


def notified(folder: Path, *, pack: Mapping[str, str] = WARNED, role: Any = "viewer", **settings: Any) -> Path:
    """The space with its persons; it has begun to look, and nothing was filed yet."""
    home = configured(enrolled(district(folder, pack), role=role), **settings)
    asked(home, "collect_notices")
    return home


def owe(home: Path, entity: str, liabilities: int = 80, period: str = "2025-Q4") -> dict[str, Any]:
    """File debts of so much of 100: over 65 is a red alert."""
    return filed(home, TITLES + debt(entity, period, liabilities), actor="local:tester")


def send(home: Path) -> dict[str, Any]:
    """Send what is due, what was found just now too."""
    return send_notices({"space": str(home)})
