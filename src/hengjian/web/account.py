"""账号: who one is here and what one may do, the password, sessions, and tokens for programs."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Issue, Refused
from hengjian.people import Action
from hengjian.web.faults import translate
from hengjian.web.posting import SMALL, Handed, posting
from hengjian.web.signin import PASSWORD, SIGN_IN, own_path
from hengjian.web.visit import Visit, visit
from hengjian.web.visitor import Visitor
from hengjian.web.wall import SignInFirst, Wall

ACCOUNT = "/account"
#: How long tokens may be good for, in days, as the page offers it.
DAYS = (7, 30, 90, 180, 365)
_SCOPE = "scope."


def routes(wall: Wall) -> list[Route]:
    """`/account` and what its forms are sent to, where somebody may sign in."""
    if wall.entrance is None:
        return []
    forms = {"sign-out-everywhere": out_everywhere, "token": issue_token, "token/end": end_token}
    return [
        Route(ACCOUNT, lambda request: account(_signed_in(visit(request, wall)), wall), methods=["GET"]),
        Route(PASSWORD, lambda request: password(_at_door(request, wall)), methods=["GET"]),
        Route(PASSWORD, _small(wall, change_password, wall.known), methods=["POST"]),
        *(Route(f"{ACCOUNT}/{path}", _small(wall, answer), methods=["POST"]) for path, answer in forms.items()),
        *(Route(f"{ACCOUNT}/{path}", back, methods=["GET"]) for path in forms),
    ]


def back(request: Request) -> Response:
    """Who comes to a form's address by a link, or by reading a page again, is shown the account."""
    del request
    return RedirectResponse(ACCOUNT, 303)


def _small(
    wall: Wall, answer: Callable[[Visit, Handed, Wall], Response], knows: Callable[[Request], Visitor] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    return posting(
        wall, lambda visit, handed: answer(_signed_in(visit), handed, wall), knows=knows, largest=SMALL
    )  # fmt: skip


def _at_door(request: Request, wall: Wall) -> Visit:
    return _signed_in(visit(request, wall, wall.known(request)))


def _signed_in(visit: Visit) -> Visit:
    """A visit of somebody who signed in; SignInFirst for others, who have no account."""
    if visit.visitor.person is None:
        raise SignInFirst
    return visit


def account(
    visit: Visit, wall: Wall, *, made: Mapping[str, Any] | None = None, refused: Refused | None = None,
    wished: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; with a token that was just `made`, or with what a form was `refused` for and what was `wished`."""
    me = visit.source.ask("me", {})
    return visit.passing_page(
        "account.html", status=422 if refused else 200, me=me, made=made, faults=_told(visit, refused),
        sessions=visit.source.ask("sessions", {"session": wall.session(visit.request)})["sessions"],
        tokens=visit.source.ask("tokens", {})["tokens"], actions=[one for one in get_args(Action) if me["may"][one]],
        days=DAYS, wished=wished or {}, scope=_SCOPE,
    )  # fmt: skip


def password(visit: Visit, refused: Refused | None = None, to: str | None = None) -> Response:
    """The page on which one changes one's own password."""
    to = own_path(visit.query.get("to", ACCOUNT)) if to is None else to
    return visit.passing_page(
        "account_password.html", status=422 if refused else 200, faults=_told(visit, refused), to=to
    )


def change_password(visit: Visit, handed: Handed, wall: Wall) -> Response:
    """Another password. Every session ends by it, and this reader's begins anew."""
    to, new, words = own_path(handed.field("to")), handed.fields.get("new", ""), visit.words
    if new != handed.fields.get("again", ""):
        issue = Issue(place=None, message=words("password.unlike"), hint=words("password.unlike.hint"))
        return password(visit, Refused([issue]), to)
    question = {"old": handed.fields.get("old", ""), "new": new, "session": wall.session(visit.request)}
    try:
        answer = visit.source.ask("change_password", question)
    except Forbidden:
        raise
    except Refused as refused:
        return password(visit, refused, to)
    response = RedirectResponse(SIGN_IN if answer["session"] is None else to, 303)
    if answer["session"] is None:
        wall.end(response)
    else:
        wall.begin(response, str(answer["session"]))
    return response


def out_everywhere(visit: Visit, handed: Handed, wall: Wall) -> Response:
    """End all one's sessions, this one too."""
    del handed
    visit.source.ask("sign_out_everywhere", {})
    response = RedirectResponse(SIGN_IN, 303)
    wall.end(response)
    response.headers["clear-site-data"] = '"cache"'
    return response


def issue_token(visit: Visit, handed: Handed, wall: Wall) -> Response:
    """A token for a program. Its secret stands in this one answer, and nowhere else."""
    days = handed.field("days")
    question = {
        "label": handed.field("label"), "scope": [one for one in get_args(Action) if handed.field(_SCOPE + one)],
        "days": int(days) if days.isascii() and days.isdigit() and len(days) < 6 else None,
    }  # fmt: skip
    try:
        made = visit.source.ask("issue_token", question)
    except Forbidden:
        raise
    except Refused as refused:
        return account(visit, wall, refused=refused, wished=handed.fields)
    return account(visit, wall, made=made)


def end_token(visit: Visit, handed: Handed, wall: Wall) -> Response:
    """End one of one's tokens."""
    try:
        visit.source.ask("end_token", {"id": handed.field("id")})
    except Forbidden:
        raise
    except Refused as refused:
        return account(visit, wall, refused=refused)
    return RedirectResponse(ACCOUNT, 303)


def _told(visit: Visit, refused: Refused | None) -> list[tuple[str, str]]:
    language = visit.words.language
    issues = refused.issues if refused else ()
    return [(translate(issue.message, language), translate(issue.hint, language)) for issue in issues]
