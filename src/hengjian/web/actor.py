"""Under which name somebody works: the one who signed in; in a space without persons as they say themselves, which is
kept in a cookie and labelled as not authenticated wherever it shows."""

from urllib.parse import quote, unquote

from starlette.responses import Response

from hengjian.web.visit import Visit

_COOKIE = "actor"
_LONGEST = 100
_YEAR_S = 365 * 24 * 3600


def actor_of(visit: Visit) -> str:
    """The name of the one who signed in, else the one that was given last; "" where none was."""
    if visit.visitor.entered_as is not None:
        return visit.visitor.entered_as
    return cut(unquote(visit.request.cookies.get(_COOKIE, "")))


def told_actor(visit: Visit, name: str | None) -> str:
    """The same where a form was sent with a `name`, which counts in a space without persons only."""
    return actor_of(visit) if name is None or visit.visitor.entered_as is not None else cut(name)


def cut(name: str) -> str:
    """A name as it is entered: trimmed, and not too long."""
    return name.strip()[:_LONGEST]


def keep_actor(visit: Visit, response: Response, name: str) -> None:
    """Keep the name for the next time."""
    if visit.visitor.entered_as is None and name and quote(name) != visit.request.cookies.get(_COOKIE):
        is_secure = bool(visit.request.app.state.wall.is_secure)
        response.set_cookie(
            _COOKIE, quote(name), max_age=_YEAR_S, samesite="lax", httponly=True, path="/", secure=is_secure
        )
