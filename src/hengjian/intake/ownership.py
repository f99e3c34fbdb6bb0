"""The form `ownership`: a register of who holds which share of whom, as rows of the shipped link `owns`.

Titles in Chinese or English, in any order. A title may say that its figures are percentages, 持股比例（%）, or amounts
in 元, 万元 or 亿元, 认缴出资额（万元）: then a cell holds the bare number.
"""

from collections.abc import Mapping
from decimal import Decimal

from hengjian.intake import links
from hengjian.intake.context import Context
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header, Shape
from hengjian.intake.number import NotANumber, plain_decimal
from hengjian.intake.ownershiptitles import OWNED, OWNER, TITLES
from hengjian.intake.text import quoted
from hengjian.intake.titles import plain_title
from hengjian.model.declaration import OWNS, Label

#: What a title may say of its figures, and how much one of them is.
_PERCENT: Mapping[str, int] = {"%": -2}
MONEY: Mapping[str, int] = {"元": 0, "人民币元": 0, "CNY": 0, "万元": 4, "人民币万元": 4, "亿元": 8}
_SCALES: Mapping[str, Mapping[str, int]] = {
    "share": _PERCENT, "voting": _PERCENT, "subscribed": MONEY, "paid": MONEY,
}  # fmt: skip


def shape(context: Context) -> Shape:
    """Its titles: those of `owns` that the packs declare, each also with a unit behind it."""
    own = context.catalogue.links[OWNS].attributes if OWNS in context.catalogue.links else {}
    archive = ("known_from",) if context.archive else ()
    declared: dict[str, Label] = {}
    for name in own:
        declared |= dict.fromkeys((name, *(f"{name}({unit})" for unit in _SCALES.get(name, ()))), own[name].label)
    optional = ("valid_from", "valid_to", *archive)
    known = {OWNER, OWNED, *optional, *declared}
    return Shape(
        required=(OWNER, OWNED), optional=optional, declared=declared, kind="attributes",
        also={spelling: title for spelling, title in _spellings() if title in known},
    )  # fmt: skip


def _spellings() -> list[tuple[str, str]]:
    """Every way to write a title, compared without regard to case."""
    found = []
    for title, (label, others) in TITLES.items():
        for name in (title, label.zh, label.en, " ".join((label.zh, label.en)), *others):
            spelled = plain_title(name).casefold()
            found.append((spelled, title))
            for unit in _SCALES.get(title, ()):
                mark = plain_title(unit).casefold()
                found += [(f"{spelled}{space}({said}{mark})", f"{title}({unit})")
                          for space in ("", " ") for said in ("", "单位:")]  # fmt: skip
    return found


class Reader(links.Reader):
    """Collects the rows without faults, as rows of `owns`; every fault is noted."""

    def __init__(self, header: Header, context: Context, faults: Faults) -> None:
        fixed = {"from": header.fixed.get(OWNER), "to": header.fixed.get(OWNED)}
        fixed |= {title: index for title, index in header.fixed.items() if title not in (OWNER, OWNED)}
        declared: dict[str, int] = {}
        self._scaled: dict[int, int] = {}
        for title, index in header.declared.items():
            name, _, unit = title.partition("(")
            if name in declared:
                message = f"the title {quoted(name)} stands in column {declared[name] + 1} already"
                faults.add(message, "leave one of the two out", row=1, column=index + 1)
                continue
            declared[name] = index
            scale = _SCALES[name][unit.removesuffix(")")] if unit else 0
            if scale:
                self._scaled[index] = scale
        if "share" not in declared:
            faults.add(
                "the column share is missing", "add a column with the title share in the first row", row=header.row
            )
        found = {title: index for title, index in fixed.items() if index is not None}
        moved = Header(fixed=found, declared=declared, width=header.width, row=header.row)
        super().__init__(moved, context, faults, of=OWNS, ends=(OWNER, OWNED), by_code=True)

    def read(self, number: int, cells: list[str]) -> None:
        """Adds the holding of one record, or notes all its faults."""
        if self._scaled:
            cells = list(cells)
            for index, scale in self._scaled.items():
                cells[index] = scaled(cells[index], scale)
        super().read(number, cells)


def scaled(cell: str, scale: int) -> str:
    """A bare number times ten to the `scale`; what is none, or says its own %, stays as it is."""
    text = cell.strip()
    if not text or text.endswith(("%", "％")):
        return cell
    number = plain_decimal(text)
    return cell if isinstance(number, NotANumber) else f"{Decimal(number).scaleb(scale):f}"
