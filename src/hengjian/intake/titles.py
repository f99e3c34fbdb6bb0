"""Titles of declared forms as people write them: in either language, with other names, with a unit behind."""

import unicodedata
from collections.abc import Iterable
from typing import Generic, TypeVar

from hengjian.intake.text import QUOTED, printable
from hengjian.model.form import Title
from hengjian.model.issue import nearest
from hengjian.model.unit import Unit

T = TypeVar("T")


def plain_title(text: str) -> str:
    """Titles are compared in this form: NFKC, trimmed, white space as one space, no colon at the end."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).rstrip(":").rstrip()


def shown_title(title: Title, unit: Unit | None = None) -> str:
    """A title as a template writes it: Chinese, English, and the unit of the figures, in lines of their own."""
    label = title.label
    lines = [label.zh] if label.zh == label.en else [label.zh, label.en]
    return "\n".join([*lines, f"({unit.symbol})"] if unit is not None else lines)


class Titles(Generic[T]):
    """What each title of a sheet stands for."""

    def __init__(self, named: Iterable[tuple[Title, Unit | None, T]]) -> None:
        self._found: dict[str, T] = {}
        self._known: dict[str, None] = {}
        for title, unit, thing in named:
            names = (title.label.zh, title.label.en, *title.aliases)
            self._known.update(dict.fromkeys(names))
            for name in (*names, shown_title(title)):
                self._found.setdefault(plain_title(name), thing)
                if unit is not None:
                    self._found.setdefault(plain_title(f"{name}({unit.symbol})"), thing)
                    self._found.setdefault(plain_title(f"{name} ({unit.symbol})"), thing)

    def find(self, text: str) -> T | None:
        """What a title stands for; None where it is unknown."""
        return self._found.get(plain_title(text))

    def hint(self, text: str, otherwise: str) -> str:
        """The nearest titles, or `otherwise`."""
        return printable(nearest(plain_title(text[:QUOTED]), self._known, otherwise=otherwise), 300)
