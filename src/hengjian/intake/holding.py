"""What a row of the shipped link `owns` says beside its two ends: shares, kind, principal."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hengjian.intake.context import Entities, word_of
from hengjian.intake.faults import Faults
from hengjian.intake.header import Header
from hengjian.intake.text import normal, quoted

#: Attributes that are parts of a whole, on any link: the words of CONTRACT section 2.
SHARES = ("share", "voting")
AMOUNTS = ("subscribed", "paid")
#: The whole, and what workbooks make of a sum that comes to it.
WHOLE = 1 + Decimal("1e-6")
#: How a holding is held, as cells write it.
KINDS: Mapping[str, str] = {
    "direct": "direct", "直接": "direct", "直接持有": "direct", "直接持股": "direct",
    "nominee": "nominee", "代持": "nominee", "concert": "concert", "一致行动": "concert", "一致行动人": "concert",
}  # fmt: skip

Attributes = tuple[tuple[str, str], ...]


def check_shares(number: int, cells: Sequence[str], attributes: Attributes, header: Header, faults: Faults) -> None:
    """Tell shares and votes that are no part of a whole, and amounts below nothing."""
    for name, text in attributes:
        if name in AMOUNTS and Decimal(text) < 0:
            message = f"an amount {name} of {Decimal(text):f} is less than nothing"
            faults.add(message, "amounts are 0 or more", row=number, column=header.declared[name] + 1)
        share = Decimal(text) if name in SHARES else Decimal(0)
        if not 0 <= share <= WHOLE:
            percent = f"{100 * float(text):.10g}%"
            hint = "write a fraction from 0 to 1, or a percentage"
            if 2 <= share <= 100 and "%" not in normal(cells[header.declared[name]]):
                hint = f"write a fraction from 0 to 1, or {float(text):.6g}% where a percentage is meant"
            column = header.declared[name] + 1
            faults.add(f"a {name} of {percent} is not a part of the whole", hint, row=number, column=column)


def settled(
    number: int, attributes: Attributes, ends: tuple[str | None, str | None], header: Header, entities: Entities,
    faults: Faults,
) -> Attributes:  # fmt: skip
    """The attributes with the kind in its canonical word and the principal by its registered id.

    `ends` are owner and owned, None where they are at fault. Who holds for itself is told, and so is a company that
    would hold its own shares through somebody.
    """
    kept = dict(attributes)
    if "kind" in kept:
        kept["kind"] = word_of(kept["kind"], KINDS, "", faults, number, header.declared["kind"] + 1) or ""
    if "principal" in kept:
        column = header.declared["principal"] + 1
        principal = entities.of(kept["principal"], number, column)
        kept["principal"] = principal or ""
        if principal is not None and principal == ends[0]:
            message = f"{quoted(principal)} is named as its own principal"
            faults.add(message, "name for whom it holds, or leave the cell empty", row=number, column=column)
        elif principal is not None and principal == ends[1]:
            message = f"{quoted(principal)} would hold shares of itself through {quoted(ends[0] or '')}"
            faults.add(message, "name for whom the holding is, a third one", row=number, column=column)
    return tuple(kept.items())
