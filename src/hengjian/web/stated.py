"""Where a figure or a holding stands: from the file down to the cell, and the filing that states it."""

from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.web.words import Words


def place_in(leaf: Mapping[str, Any], words: Words) -> Iterator[str]:
    """The file (unless its name is withheld), sheet, row and cell, in words; nothing of what nobody stated."""
    if leaf.get("file"):
        yield str(leaf["file"])
    if leaf.get("sheet"):
        yield words("leaf.sheet", sheet=leaf["sheet"])
    if leaf.get("row") is not None:
        yield words("leaf.row", row=leaf["row"])
    if leaf.get("cell"):
        yield words("leaf.cell", cell=leaf["cell"])
    if leaf.get("text") is not None:
        unit = str(leaf.get("text_unit") or "")
        yield words("leaf.text", text=f"{leaf['text']} {unit}".strip())
    if leaf.get("place"):
        yield words("leaf.place", place=leaf["place"])


def filed_in(leaf: Mapping[str, Any], words: Words) -> Iterator[str]:
    """The filing and the ledger entry, in words."""
    if leaf.get("filing"):
        yield words("leaf.filing", filing=leaf["filing"])
    if leaf.get("entry") is not None:
        yield words("leaf.entry", entry=leaf["entry"])
