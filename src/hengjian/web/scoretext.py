"""Scores as pages write them: decimal texts rounded for the eye, never by way of floating numbers."""

from decimal import ROUND_HALF_UP, Decimal


def points(text: str | None, digits: int = 2, *, sign: bool = False) -> str:
    """Points with so many decimals, half up; – where there are none."""
    if text is None:
        return "–"
    found = Decimal(text).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{found:{'+' if sign and found else ''},f}" if found else f"{abs(found):,f}"


def figure(text: str | None, digits: int = 4) -> str:
    """A figure of a rule, with at most so many decimals and none that say nothing."""
    if text is None:
        return "–"
    found = Decimal(text)
    if not found.is_finite():
        return text
    shown = f"{found.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent(text: str) -> str:
    """A part of a whole, in percent."""
    return f"{figure(str(Decimal(text) * 100))}%"


def written(text: str | None, digits: int = 4) -> str:
    """The same as it is typed into a field: without separators."""
    return "" if text is None else figure(text, digits).replace(",", "")


def day_text(text: str | None) -> str:
    """The day of a moment."""
    return (text or "")[:10]
