"""What is stated of an entity or a link, in words: shares in percent, amounts in the reader's unit, who by name."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from hengjian.web.visit import Visit

#: Attributes of links that are parts of a whole, as intake reads them.
_SHARES = ("share", "voting")
#: Those that are amounts in CNY, likewise.
_AMOUNTS = ("subscribed", "paid")


def share_of(text: str | None) -> Decimal:
    """A part of a whole, or an amount; 0 where the text is none."""
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)


def attribute_texts(visit: Visit, attributes: Mapping[str, str], declared: Mapping[str, Any]) -> list[str]:
    """One text an attribute, the share first. A text stands by itself, everything else behind its name."""
    parts = []
    for name, text in sorted(attributes.items(), key=lambda item: item[0] != "share"):
        shown = _shown(visit, name, str(text))
        is_plain = name == "share" or (name != "principal" and declared.get(name, {}).get("kind") == "text")
        parts.append(shown if is_plain else f"{visit.words.label(declared.get(name), name)} {shown}")
    return parts


def _shown(visit: Visit, name: str, text: str) -> str:
    if name in _SHARES:
        return f"{(share_of(text) * 100).normalize():f}%"
    if name in _AMOUNTS:
        return str(visit.figures().figure(float(share_of(text)), "CNY"))
    if name == "kind":
        return visit.words.get(f"holdings.kind.{text}", text)
    if name == "principal" and (known := visit.entities().get(text)):
        return known.name
    return text
