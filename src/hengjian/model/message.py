"""Declared messages: texts with figures in them, as `{name}`, `{name:%}`, `{name:/10000}`."""

import re
from collections.abc import Collection, Mapping

_SCALE = re.compile(r"/10+")
_FIGURE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")


def fill(message: str, figures: Mapping[str, float]) -> str:
    """A declared message with its figures: `{name}` with thousands grouped, `{name:%}` in percent, `{name:/10000}` in
    so many, two decimals at most, `{name:.1%}` in a format of its own.

    Percents have as many decimals as tell them apart, two at most where they differ by more. Nothing but the figures
    can be named; a name that is not among them, or an unknown format, stays as it is written.
    """
    found = list(_FIGURE.finditer(message))
    places = _places({figures[match[1]] for match in found if match[2] == "%" and match[1] in figures})

    def figure(match: re.Match[str]) -> str:
        name, shape = match[1], match[2]
        if name not in figures:
            return match[0]
        if shape == "%":
            return _percent(figures[name], places)
        if shape is not None and _SCALE.fullmatch(shape):
            return _in_units_of(figures[name], int(shape[1:]))
        try:
            return format(figures[name], shape or ",.15g")
        except ValueError:
            return match[0]

    return _FIGURE.sub(figure, message)


def slots(message: str) -> list[str]:
    """The names of the figures that a message holds, as they stand there."""
    return [match[1] for match in _FIGURE.finditer(message)]


def _places(values: Collection[float]) -> int:
    """How many decimals keep percents apart that are not the same: 65.002 % is not written like its line of 65 %."""
    return next((places for places in range(2, 8) if len({_percent(one, places) for one in values}) == len(values)), 8)


def _percent(value: float, places: int) -> str:
    return f"{value * 100:.{places}f}".rstrip("0").rstrip(".") + "%"


def _in_units_of(value: float, unit: int) -> str:
    """A figure in ten thousands, millions; what two decimals would make nought with more of them."""
    text = f"{value / unit:,.2f}"
    if value and float(text.replace(",", "")) == 0:
        return format(value / unit, ",.3g")
    return text.rstrip("0").rstrip(".")
