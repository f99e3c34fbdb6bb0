"""Why an item has its points: the sentences, in both languages, that the codes of reasons stand for."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from hengjian.model.declaration import Label
from hengjian.supervise.scored import Reason, Told
from hengjian.supervise.scorenumber import HUNDRED, plain, shown

Language = Literal["zh", "en"]


@cache
def sentences() -> Mapping[str, Mapping[Language, str]]:
    """By code, in both languages. What one names stands in braces: {value} as a number or text, {share:%} in percent,
    {change:+} with its sign."""
    found: Mapping[str, Mapping[Language, str]] = json.loads(
        (files("hengjian.supervise") / "scoresentences.json").read_text(encoding="utf-8")
    )
    return found


def why_label(word: str) -> Label:
    """The word of why there is no figure, as it is said; one that has no saying as it is."""
    said = sentences().get(f"why.{word}")
    return Label(zh=word, en=word) if said is None else Label(zh=said["zh"], en=said["en"])


def text(reason: Reason, language: Language) -> str:
    """The sentence of a reason, its numbers to four decimals (half up)."""
    values = {name: _Shown(value, language) for name, value in reason.data.items()}
    found = sentences()[reason.code][language].format_map(values)
    because = values.get("why_adjusted")
    if because is not None:
        found = f"{because}：{found}" if language == "zh" else f"{because}: {found}"
    return found


def both(reason: Reason) -> dict[str, str]:
    """The sentence in both languages."""
    return {"zh": text(reason, "zh"), "en": text(reason, "en")}


def data_of(reason: Reason) -> dict[str, Any]:
    """What the sentence names, as JSON: numbers as plain decimal texts with all digits, labels in both languages."""
    return {name: _json(value) for name, value in reason.data.items()}


def _json(value: Told) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case Label():
            return value.record()
        case tuple():
            return [_json(one) for one in value]
    return value


class _Shown:
    """A value that is put in a sentence."""

    __slots__ = ("language", "value")

    def __init__(self, value: Told, language: Language) -> None:
        self.value, self.language = value, language

    def __str__(self) -> str:
        match self.value:
            case Decimal():
                return shown(self.value)
            case Label():
                return self.value.zh if self.language == "zh" else self.value.en
            case tuple():
                between = "、" if self.language == "zh" else ", "
                return between.join(str(_Shown(one, self.language)) for one in self.value)
        return self.value

    def __format__(self, how: str) -> str:
        if how == "%" and isinstance(self.value, Decimal):
            return shown(self.value * HUNDRED) + "%"
        if how == "+" and isinstance(self.value, Decimal) and self.value >= 0:
            return "+" + shown(self.value)
        return str(self)
