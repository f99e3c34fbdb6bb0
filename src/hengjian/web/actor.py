"""Who is at work, as they say themselves: kept in a cookie, and labelled as not authenticated wherever it shows."""

from urllib.parse import quote, unquote

from starlette.responses import Response

from hengjian.web.visit import Visit

_COOKIE = "actor"
_LONGEST = 100
_YEAR_S = 365 * 24 * 3600


def actor_of(visit: Visit) -> str:
    """The name that was given last; "" where none was."""
    return cut(unquote(visit.request.cookies.get(_COOKIE, "")))


def cut(name: str) -> str:
    """A name as it is entered: trimmed, and not too long."""
    return name.strip()[:_LONGEST]


def keep_actor(visit: Visit, response: Response, name: str) -> None:
    """Keep the name for the next time."""
    if name and quote(name) != visit.request.cookies.get(_COOKIE):
        response.set_cookie(_COOKIE, quote(name), max_age=_YEAR_S, samesite="lax", httponly=True, path="/")
