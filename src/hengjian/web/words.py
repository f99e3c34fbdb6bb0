"""What pages say, in both languages."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words:
    """The texts of one language: `words("count.all", count=5)`."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **parts: object) -> str:
        return self._texts[key].format_map(parts)

    def get(self, key: str, otherwise: str) -> str:
        """The text of a key that may be unknown."""
        return self._texts.get(key, otherwise)

    def label(self, declared: Mapping[str, object] | None, otherwise: str) -> str:
        """What people call a declared thing in this language; its name when it is not declared any more."""
        label = declared.get("label") if declared else None
        return str(label.get(self.language) or otherwise) if isinstance(label, Mapping) else otherwise


@cache
def words_of(language: Language) -> Words:
    """The texts of `language`, read once: one file for each page, keys in one of them only."""
    texts: dict[str, str] = {}
    for file in sorted(files("hengjian.web").joinpath("strings", language).iterdir(), key=lambda file: file.name):
        texts.update(json.loads(file.read_text(encoding="utf-8")))
    return Words(language, texts)
