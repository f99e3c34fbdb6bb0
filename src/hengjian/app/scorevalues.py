"""Actual figures of items by channel: what was assessed, audited, confirmed by a department, or is in the system.

The first of an item's channels that has a figure counts; all of them are told with their sources, and so is that they
differ. An item without channels takes what was filed on the most trusted basis, else what was confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.scorefigures import Cell, Figures, decimal_of, figures_of
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import Cut
from hengjian.model.period import Period
from hengjian.model.scorecard import Channel
from hengjian.model.unit import Unit
from hengjian.supervise.scored import Figure
from hengjian.supervise.scorenumber import plain

#: As which channel a figure counts that was filed on a basis.
CHANNEL_OF: Mapping[str, Channel] = {"assessed": "assessed", "audited": "audited", "flash": "system"}
#: Those of them that ought to say the same: what is assessed was adjusted, which its own ledger tells.
_ALIKE: frozenset[Channel] = frozenset({"audited", "confirmed", "system"})
#: Wide enough to round any float to decimals.
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
#: Why there is no figure where the channels that count have none: nobody confirmed one, or it was not audited yet.
NOT_CONFIRMED, NOT_AUDITED = "not_confirmed", "not_audited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a department confirmed, in the unit of the item or line; `source` tells of entry, cell and actor."""

    value: Decimal
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What formulas come to by the question's cut, and on the audited and the flash basis alone where some item asks by
    which channel a figure came. `digits`: two figures that agree when rounded to so many decimals are no conflict."""

    main: Figures
    audited: Figures | None
    flash: Figures | None
    digits: int

    def by_channel(self, name: str, entity: str) -> dict[Channel, Cell]:
        """The figures of a formula that there are.

        The first of both bases, where it is not complete on one of them alone, counts by the most trusted part of it.
        """
        found: dict[Channel, Cell] = {}
        main = self.main.cell(name, entity)
        if main.value is not None and main.basis is not None:
            found[CHANNEL_OF[main.basis]] = main
        only: tuple[tuple[Channel, Figures | None], ...] = (("audited", self.audited), ("system", self.flash))
        for channel, figures in only:
            cell = None if figures is None else figures.cell(name, entity)
            if cell is not None and cell.value is not None:
                found[channel] = cell
        return found


def filed_figures(
    desk: Desk, programme: Programme, cut: Cut, formulas: Mapping[str, Formula], channelled: Mapping[str, Formula],
    entities: list[str] | None, kind: str, period: Period, digits: int,
) -> Filed:  # fmt: skip
    """All `formulas` by the cut, and those of items with channels on the single bases too."""

    def on(cut: Cut, some: Mapping[str, Formula]) -> Figures:
        return figures_of(desk, programme, cut, some, entities, kind, period)

    is_split = bool(channelled) and cut.basis == "best"
    return Filed(
        main=on(cut, formulas), digits=digits,
        audited=on(replace(cut, basis="audited"), channelled) if is_split else None,
        flash=on(replace(cut, basis="flash"), channelled) if is_split else None,
    )  # fmt: skip


def figure_of(
    filed: Filed, channels: Sequence[Channel], name: str, formula: Formula | None, unit: Unit | None, entity: str,
    confirmed: Confirmed | None,
) -> Figure:  # fmt: skip
    """The figure of an item, or of a letter's line of it, in `unit` (None: that of the formula), by its channels."""
    cell = Cell(value=None, missing=NOT_CONFIRMED, basis=None) if formula is None else filed.main.cell(name, entity)
    note: Mapping[str, Any] = {} if formula is None else filed.main.note(name)
    if not channels:
        if cell.value is None and confirmed is not None:
            return Figure(value=confirmed.value, channel="confirmed", note={**note, "source": confirmed.source})
        return _plain(cell, unit or _unit(formula), note)
    cells = {} if formula is None else filed.by_channel(name, entity)
    texts: dict[Channel, Decimal] = {
        channel: decimal_of(one.value, unit or _unit(formula))
        for channel, one in cells.items()
        if one.value is not None
    }
    if confirmed is not None:
        texts["confirmed"] = confirmed.value
    counts = next((channel for channel in channels if channel in texts), None)
    told = [
        {
            "channel": channel, "value": plain(texts[channel]), "counts": channel == counts,
            **({"source": confirmed.source} if channel == "confirmed" and confirmed is not None else {}),
        }
        for channel in channels if channel in texts
    ]  # fmt: skip
    note = {**note, "channels": told}
    if counts is None:
        waits = NOT_CONFIRMED if "confirmed" in channels else NOT_AUDITED
        return Figure(value=None, missing=waits if texts else cell.missing or waits, note=note)
    if _differ([texts[channel] for channel in channels if channel in texts and channel in _ALIKE], filed.digits):
        note = {**note, "conflict": True}
    return Figure(value=texts[counts], channel=counts, note=note)


def _plain(cell: Cell, unit: Unit, note: Mapping[str, Any]) -> Figure:
    channel = None if cell.basis is None else CHANNEL_OF[cell.basis]
    if cell.value is None:
        return Figure(value=None, missing=cell.missing, note=note)
    return Figure(value=decimal_of(cell.value, unit), channel=channel, note=note)


def _unit(formula: Formula | None) -> Unit:
    if formula is None:
        raise ValueError("a figure that no formula gives has no unit")
    return formula.unit


def _differ(values: list[Decimal], digits: int) -> bool:
    """Whether figures differ at the decimals at which all of them are printed."""
    last = Decimal(1).scaleb(-min(digits, *map(_decimals, values))) if values else Decimal(1)
    return len({_WIDE.quantize(one, last) for one in values}) > 1


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
