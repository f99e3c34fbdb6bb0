"""Declared names as people call them, alone and inside formulas."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.web.words import Words

_NAME = re.compile(r"`[^`]*`|[A-Za-z\u3400-\u9fff][A-Za-z0-9_\u3400-\u9fff]*")
#: Where the words that an option takes stand among the texts of pages.
_WORDS_OF = {
    "per": "frequency", "basis": "basis", "scope": "scope", "levels": "levels", "within": "within",
    "through": "through",
}  # fmt: skip
_KINDS = ("indicators", "measures", "parameters", "rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a formula; `name` is set where `text` stands for a declared name or a function, as written."""

    text: str
    name: str | None


class Names:
    """Labels of all declared names in one language."""

    def __init__(self, declarations: Mapping[str, Any], words: Words) -> None:
        self._declared: dict[str, Mapping[str, Any]] = {}
        for kind in reversed(_KINDS):
            self._declared.update(declarations.get(kind, {}))
        self._types: Mapping[str, Any] = declarations.get("types", {})
        self._words = words
        self._others: dict[str, Any] = {**self._types, **declarations.get("derived", {})}
        for link, one in declarations.get("links", {}).items():
            self._others[link] = one
            if one.get("inverse"):
                self._others[one["inverse"]] = {"label": one["inverse_label"]}
        for one in self._types.values():
            self._others |= one.get("attributes", {})
        self._links: Mapping[str, Any] = declarations.get("links", {})

    def other(self, name: str) -> str:
        """What people call an attribute, a link or its inverse; the name itself when nothing declares it."""
        return self._words.label(self._others.get(name), name)

    def link(self, name: str, *, is_back: bool) -> str:
        """What people call a link, walked this way."""
        inverse = (self._links.get(name) or {}).get("inverse") if is_back else None
        return self.other(inverse or name)

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def label(self, name: str) -> str:
        """What people call it; the name itself when nothing declares it."""
        return self._words.label(self._declared.get(name), name)

    def unit(self, name: str) -> str:
        """The unit that is declared for a figure; empty where nothing declares one."""
        return str((self._declared.get(name) or {}).get("unit") or "")

    def is_attribute(self, name: str) -> bool:
        """Whether it is stated of entities, or follows from who owns whom."""
        return name in self._others and "kind" in self._others[name]

    def type(self, name: str) -> str:
        """What people call an entity type."""
        return self._words.label(self._types.get(name), name)

    def pieces(self, formula: str) -> Iterator[Piece]:
        """The formula cut at its declared names and functions, both in the reader's words."""
        end, option = 0, ""
        for match in _NAME.finditer(formula):
            written = match.group()
            name = written.strip("`")
            if formula[match.end() : match.end() + 1] == ":":
                option = written
                text = self._words.get(f"option.{written}", written)
            elif formula[: match.start()].endswith(f"{option}: ") and (kind := _WORDS_OF.get(option)):
                text = self._words.get(f"{kind}.{written}", self.other(name))
            elif name in self._declared:
                text = self.label(name)
            else:
                text = self._words.get(f"op.{written}", self.other(name))
            if text == written:
                continue
            if match.start() > end:
                yield Piece(text=formula[end : match.start()], name=None)
            yield Piece(text=text, name=name)
            end = match.end()
        if end < len(formula):
            yield Piece(text=formula[end:], name=None)

    def reason(self, missing: Mapping[str, Any], of: str | None = None, called: Mapping[str, str] | None = None) -> str:
        """Why a value is missing, in words; the entity is named (as it is `called`) where it is not `of`."""
        key = f"missing.{missing['reason']}"
        cause = str(missing["input"])
        told = self.label(cause) if cause in self else "".join(piece.text for piece in self.pieces(cause))
        parts = {"input": told, "period": missing["period"]}
        text = self._words(key, **parts) if self._words.get(key, "") else str(missing["reason"])
        entity = str(missing.get("entity") or "")
        whose = (called or {}).get(entity, entity)
        return self._words("missing.of", reason=text, entity=whose) if of and entity and entity != of else text
