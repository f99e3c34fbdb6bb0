"""The wall before the pages: no page asks the space anything but through a source that is bound to its visitor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from hengjian.model.issue import Forbidden
from hengjian.people import Actor
from hengjian.people.oidc import SignOn
from hengjian.web.source import Answer, Ask, Kept, Source
from hengjian.web.visitor import OPERATOR, STRANGER, Visitor

#: Prefixes of cookies that only https pages of this very host can set.
_HOST = "__Host-"
_COOKIE = "session"
_BEARER = "bearer "
_LONGEST = 200
#: What an open page sends along when it asks whether anything has changed.
_LIVE = "x-hengjian-live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How visitors come in. `secure`: by https only; `always`: nobody sees anything before signing in, whatever the
    space says of it (as where it is served to a network); `single`: the provider of single sign-on, if there is one."""

    secure: bool = False
    always: bool = False
    single: SignOn | None = None


class SignInFirst(Exception):
    """Nobody is signed in, and the pages need somebody."""


class ChangeFirst(Exception):
    """The password must be changed before anything else."""


def is_program(request: Request) -> bool:
    """Whether an answer is meant for a program."""
    return request.url.path.startswith("/api/") or request.url.path == "/healthz"


class Wall:
    """Knows the visitors of the pages, and asks the space for them. Without an entrance nobody signs in: whoever
    reaches the pages is the operator."""

    def __init__(self, ask: Ask, entrance: Entrance | None = None) -> None:
        self._ask = ask
        self._kept = Kept()
        self.entrance = entrance

    def known(self, request: Request) -> Visitor:
        """Who asks: a program by its token, a reader by their session. SignInFirst where somebody must sign in."""
        if self.entrance is None:
            return OPERATOR
        held = request.headers.get("authorization", "")
        if held.lower().startswith(_BEARER) and is_program(request):
            return Visitor(token=held[len(_BEARER) :].strip()[:_LONGEST], is_offered=True)
        is_live = _LIVE in request.headers  # a page that asks by itself is no sign of a reader
        found = self._ask("visitor", {"session": self.session(request), "unnoted": is_live})
        if found["person"] is not None:
            actor = Actor(name=found["person"], person=found["person"], proof=found["proof"])
            return Visitor(
                actor=actor, name=str(found["name"]), csrf=str(found["csrf"]), is_offered=True, may={},
                must_change=bool(found["must_change"]),
            )  # fmt: skip
        if found["required"] or self.entrance.always:
            raise SignInFirst
        return replace(OPERATOR, is_offered=bool(found["offered"]))

    def admitted(self, request: Request) -> Visitor:
        """Who asks for a page. SignInFirst; ChangeFirst where their password must be changed first."""
        found = self.known(request)
        if found.must_change:
            raise ChangeFirst
        return found

    def met(self, request: Request) -> Visitor:
        """The visitor of a request that failed, for the page that tells it; a stranger where none is known."""
        try:
            found = getattr(request.state, "visitor", None) or self.admitted(request)
        except Exception:  # what failed is told already
            return STRANGER
        return found if isinstance(found, Visitor) else STRANGER

    def source(self, visitor: Visitor) -> Source:
        """What asks the space for a visitor."""
        return Source(self._ask, self._kept, visitor)

    def at_the_door(self, method: str, question: Mapping[str, object]) -> Answer:
        """What may be asked before anybody is known: how the space stands, and signing in and out."""
        return self._ask(method, question)

    def knows_token(self, request: Request) -> bool:
        """Whether the space knows the token of a request, if it has one."""
        try:
            self.source(self.known(request)).ask("status", {})
        except Forbidden:
            return False
        return True

    def session(self, request: Request) -> str | None:
        """The session that a request says it belongs to."""
        found = request.cookies.get(self._cookie)
        return found[:_LONGEST] if found else None

    def begin(self, response: Response, session: str) -> None:
        """Give a reader their session. It ends with the browser, or when the space says so."""
        response.set_cookie(
            self._cookie, session, path="/", samesite="lax", httponly=True, secure=self.is_secure
        )  # fmt: skip

    def end(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(self._cookie, path="/", samesite="lax", httponly=True, secure=self.is_secure)

    @property
    def is_secure(self) -> bool:
        """Whether readers come by https, and their cookies go no other way."""
        return self.entrance is not None and self.entrance.secure

    @property
    def _cookie(self) -> str:
        return f"{_HOST}{_COOKIE}" if self.is_secure else _COOKIE
