"""The form of one link, where a pack declares what its two ends are called: a row a relation, by its own titles.

Titles in Chinese or English, in any order. The title of a number may say that its figures are in 元, 万元 or 亿元.
"""

from functools import partial

from hengjian.intake import links
from hengjian.intake.context import Context
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape
from hengjian.intake.ownership import MONEY, scaled
from hengjian.intake.ownershiptitles import TITLES
from hengjian.intake.titles import plain_title
from hengjian.model.declaration import Label, LinkType


def shape(link: LinkType, context: Context) -> Shape:
    """Its titles: its two ends, its attributes, and from when until when."""
    optional = ("valid_from", "valid_to", *(("known_from",) if context.archive else ()))
    declared: dict[str, Label] = {}
    also: dict[str, str] = {}
    for title, label in zip(("from", "to"), link.ends or (), strict=True):
        also |= dict.fromkeys(_spelled(label), title)
    for title in optional:
        label, others = TITLES[title]
        also |= dict.fromkeys([*_spelled(label), *map(_folded, others)], title)
    for name, attribute in link.attributes.items():
        units = MONEY if attribute.kind == "number" else ()
        declared |= dict.fromkeys((name, *(f"{name}({unit})" for unit in units)), attribute.label)
        also |= dict.fromkeys(_spelled(attribute.label), name)
        also |= {f"{one}({_folded(unit)})": f"{name}({unit})" for one in _spelled(attribute.label) for unit in units}
    return Shape(
        required=("from", "to"), optional=optional, declared=declared, kind="attributes", also=also
    )  # fmt: skip


def _spelled(label: Label) -> list[str]:
    return [_folded(label.zh), _folded(label.en), _folded(f"{label.zh} {label.en}")]


def _folded(text: str) -> str:
    return plain_title(text).casefold()


class Reader(links.Reader):
    """Collects the rows without faults, as rows of the link; every fault is noted."""

    def __init__(self, link: LinkType, header: Header, context: Context, faults: Faults) -> None:
        declared: dict[str, int] = {}
        self._scaled: dict[int, int] = {}
        for title, index in header.declared.items():
            name, _, unit = title.partition("(")
            declared.setdefault(name, index)
            scale = MONEY[unit.removesuffix(")")] if unit else 0
            if scale:
                self._scaled[index] = scale
        moved = Header(fixed=header.fixed, declared=declared, width=header.width, row=header.row)
        super().__init__(moved, context, faults, of=link.name, by_code=True)

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the relation of one record, or notes all its faults."""
        told = list(cells)
        for index, scale in self._scaled.items():
            told[index] = scaled(told[index], scale)
        super().read(number, told)


def form_parts(link: LinkType) -> tuple[partial[Shape], partial[Reader]]:
    """The shape and the reader of a link's form."""
    return partial(shape, link), partial(Reader, link)
