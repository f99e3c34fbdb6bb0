"""What formulas of a workbook are written with: the sheet, cells of lines, sums, numbers of the rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengjian.model.scorecard import Scorecard
from hengjian.reports.lattice import Columns, Line

#: Registers a number of the rule under a line and what it is called, and gives the address of its cell.
Parameter = Callable[[Line, str, Decimal | str], str]
Cells = dict[str, str]
#: Parts that tell how a leaf's own points came to be: they stand beside them, and are not added again.
OWN = frozenset({"base", "adjustment", "steps", "points", "award"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What formulas are written with: the card, its columns, the switches as they stand, where parameters go."""

    card: Scorecard
    columns: Columns
    settings: Mapping[str, str]
    parameter: Parameter

    def at(self, name: str, line: Line) -> str:
        """A cell of a line."""
        return self.columns.cell(name, line)

    def scores(self, lines: Sequence[Line]) -> str:
        """The sum of the points of lines."""
        return added([self.at("score", one) for one in lines])

    def stands(self, setting: tuple[str, str] | None) -> bool:
        """Whether a switch stands so; without one always."""
        return setting is None or self.settings.get(setting[0]) == setting[1]


def added(addresses: Sequence[str]) -> str:
    """The sum of cells."""
    return "+".join(addresses) if addresses else "0"


def is_group(line: Line) -> bool:
    """Whether a line is the sum of other items."""
    return line.item is not None and (bool(line.item.items) or any(one.is_item for one in line.children))
