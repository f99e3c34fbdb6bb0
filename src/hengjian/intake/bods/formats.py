"""The formats that the standard's schema names: dates and date-times (RFC 3339), URIs (RFC 3986)."""

import re
from datetime import date

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
#: A scheme, and after it the characters that a URI may have (RFC 3986, appendix A); %, where two hexadecimals follow.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")


def is_date(text: object) -> bool:
    """Whether a text is a day of the calendar, as 2019-12-31. What is no text has no format."""
    if not isinstance(text, str):
        return True
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def is_date_time(text: object) -> bool:
    """Whether a text is a date-time with its zone, as 2019-12-31T08:00:00+08:00."""
    return not isinstance(text, str) or (is_date(text[:10]) and bool(_TIME.fullmatch(text[10:])))


def is_uri(text: object) -> bool:
    """Whether a text is a URI, its scheme included."""
    return not isinstance(text, str) or (bool(_URI.fullmatch(text)) and text.count("#") <= 1)
