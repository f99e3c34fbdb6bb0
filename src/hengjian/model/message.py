"""Declared messages: texts with figures in them, as `{name}`, `{name:%}`."""

import re
from collections.abc import Mapping

_FIGURE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")


def fill(message: str, figures: Mapping[str, float]) -> str:
    """A declared message with its figures: `{name}` with thousands grouped, `{name:%}` in percent, `{name:.1%}` in a
    format of its own.

    Nothing but the figures can be named; a name that is not among them, or an unknown format, stays as it is written.
    """

    def figure(match: re.Match[str]) -> str:
        name, shape = match[1], match[2]
        if name not in figures:
            return match[0]
        if shape == "%":
            return f"{figures[name] * 100:.2f}".rstrip("0").rstrip(".") + "%"
        try:
            return format(figures[name], shape or ",.15g")
        except ValueError:
            return match[0]

    return _FIGURE.sub(figure, message)
