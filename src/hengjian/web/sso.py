"""单点登录: to the provider that the space names, and back from it with a session.

What must come back is kept here, for some minutes and once, and for the browser alone in which it began: the answer to
a sign-in that somebody else began signs nobody in.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Failure, Forbidden, Issue, Refused, refuse
from hengjian.people.oidc import Pending, SignOn
from hengjian.web.faults import translate
from hengjian.web.respond import page
from hengjian.web.signin import SIGN_IN, SINGLE, own_path
from hengjian.web.visit import reader
from hengjian.web.wall import Wall

BACK = f"{SINGLE}/back"
_COOKIE = "single"
#: How long somebody may take at the provider, and how many may be there at a time.
LASTS_S = 600
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """One sign-in on its way: the page that was wanted, and the browser in which it began."""

    pending: Pending
    to: str
    browser: str
    until: float


class Waiting:
    """Sign-ins that began and have not come back. For several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = Lock()

    def put(self, pending: Pending, to: str) -> str:
        """Keep one that begins; gives what its browser must show when it comes back."""
        browser, now = token_urlsafe(32), self._clock()
        with self._lock:
            while self._begun and (len(self._begun) >= MOST or next(iter(self._begun.values())).until <= now):
                self._begun.popitem(last=False)
            self._begun[pending.state] = Begun(pending=pending, to=to, browser=browser, until=now + LASTS_S)
        return browser

    def take(self, state: str, browser: str) -> Begun:
        """The one with a state, which is then forgotten. Refused where it is another browser's, or there is none."""
        with self._lock:
            found = self._begun.get(state)
            if found is not None and compare_digest(found.browser.encode(), browser.encode()):
                del self._begun[state]
                if found.until > self._clock():
                    return found
        raise refuse(
            "this sign-in took too long, or began in another browser", "begin it again on the page of signing in"
        )


def routes(wall: Wall) -> list[Route]:
    """`/sign-in/single` and `/sign-in/single/back`, where the space names a provider."""
    single = None if wall.entrance is None else wall.entrance.single
    if single is None:
        return []
    waiting = Waiting()
    return [
        Route(SINGLE, _told(lambda request: leave(request, wall, single, waiting))),
        Route(BACK, _told(lambda request: come_back(request, wall, single, waiting))),
    ]


def leave(request: Request, wall: Wall, single: SignOn, waiting: Waiting) -> Response:
    """To the provider."""
    address, pending = single.begin(back_address(request, wall))
    browser = waiting.put(pending, own_path(request.query_params.get("to", "/")))
    response = RedirectResponse(address, 303)
    response.set_cookie(_cookie(wall), browser, max_age=LASTS_S, path="/", samesite="lax", httponly=True,
                        secure=wall.is_secure)  # fmt: skip
    return response


def come_back(request: Request, wall: Wall, single: SignOn, waiting: Waiting) -> Response:
    """From the provider: a session for the person whom it vouches for, and the page that was wanted."""
    answered = dict(request.query_params)
    begun = waiting.take(answered.get("state", ""), request.cookies.get(_cookie(wall), ""))
    identity = single.finish(begun.pending, answered)
    address = request.client.host if request.client else ""
    asked = {"identity": identity, "address": address, "session": wall.session(request)}
    answer = wall.at_the_door("vouched", asked)
    response = RedirectResponse(begun.to, 303)
    response.delete_cookie(_cookie(wall), path="/", samesite="lax", httponly=True, secure=wall.is_secure)
    wall.begin(response, str(answer["session"]))
    return response


def back_address(request: Request, wall: Wall) -> str:
    """Where the provider sends the browser back to: this host, by a name that it answers to."""
    return f"{'https' if wall.is_secure else 'http'}://{request.headers['host']}{BACK}"


def _cookie(wall: Wall) -> str:
    return f"__Host-{_COOKIE}" if wall.is_secure else _COOKIE


def _told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """What went wrong, on a page that leads to the other way of signing in."""

    def endpoint(request: Request) -> Response:
        if request.method == "HEAD":  # a look that signs nobody in
            raise HTTPException(405)
        try:
            return answer(request)
        except Refused as error:
            return _fault(request, error.issues, 403 if isinstance(error, Forbidden) else 400)
        except Failure as error:
            return _fault(request, [error.issue], 502)

    return endpoint


def _fault(request: Request, issues: "tuple[Issue, ...] | list[Issue]", status: int) -> Response:
    view, words = reader(request)
    said = [(translate(issue.message, words.language), translate(issue.hint, words.language)) for issue in issues]
    return page(request, "sign_in_single.html", view, words, status=status, said=said, to=SIGN_IN, head=None)
