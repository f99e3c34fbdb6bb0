"""The application: every page's routes, what stands in front of them, and what is answered when they fail."""

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Failure, Forbidden, Issue, Refused
from hengjian.web import (
    account,
    alertboard,
    alertpage,
    api,
    assessment,
    benchmark,
    calendar,
    caseledger,
    cases,
    casesopen,
    charts,
    enterprise,
    entities,
    evidence,
    exposure,
    filing,
    filings,
    goals,
    models,
    notices,
    objecting,
    ownership,
    persons,
    portfolio,
    proposals,
    registers,
    rules,
    scorepage,
    seen,
    signin,
    sso,
    statements,
    stress,
    totals,
)
from hengjian.web.faults import translate
from hengjian.web.respond import Guard, digest, every_header, page, static
from hengjian.web.signin import PASSWORD, sign_in_address
from hengjian.web.source import Ask
from hengjian.web.visit import reader
from hengjian.web.wall import ChangeFirst, Entrance, SignInFirst, Wall, is_program

#: Names of the machine itself.
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
#: Of compression: higher ones take three times as long for a twentieth less.
_LEVEL = 4
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
#: Each page's routes.
PAGES: Sequence[Callable[[Wall], list[Route]]] = (
    portfolio.routes,
    totals.routes,
    entities.routes,
    enterprise.routes,
    charts.routes,
    ownership.routes,
    statements.routes,
    filing.routes,
    calendar.routes,
    filings.routes,
    proposals.routes,
    rules.routes,
    alertboard.routes,
    alertpage.routes,
    caseledger.routes,
    casesopen.routes,
    cases.routes,
    exposure.routes,
    stress.routes,
    benchmark.routes,
    assessment.routes,
    goals.routes,
    scorepage.routes,
    registers.routes,
    objecting.routes,
    models.routes,
    evidence.routes,
    notices.routes,
    seen.routes,
    signin.routes,
    account.routes,
    persons.routes,
    api.routes,
    sso.routes,
)


def build(ask: Ask, *, hosts: Sequence[str] = LOCAL_NAMES, entrance: Entrance | None = None) -> Starlette:
    """The application. `hosts` are the names under which it answers: others are refused, against rebound names.
    Without an `entrance` nobody signs in, and whoever reaches it is the operator."""
    wall = Wall(ask, entrance)
    made = Starlette(
        routes=[
            *(route for routes in PAGES for route in routes(wall)),
            Route("/static/{digest}/{name}", serve_static),
        ],
        middleware=[
            Middleware(Guard, secure=entrance is not None and entrance.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=_LEVEL),
        ],
        exception_handlers={
            HTTPException: no_page, Forbidden: forbidden, Refused: refused, Failure: failed, Exception: failed,
            SignInFirst: sign_in_first, ChangeFirst: change_first,
        },
    )  # fmt: skip
    made.state.wall = wall
    return made


def serve_static(request: Request) -> Response:
    """A static file, which never changes under its address."""
    name = request.path_params["name"]
    kind = _KINDS.get(name.rpartition(".")[2])
    try:
        data = static(name) if kind and "/" not in name else None
    except (OSError, ValueError):  # no such file; too long a name, or one with a NUL
        data = None
    if data is None or digest(data)[:12] != request.path_params["digest"]:
        raise HTTPException(404)
    return Response(data, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})


def no_page(request: Request, error: Exception) -> Response:
    """What is not there, or cannot be done to it."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    named = error.detail if isinstance(error, HTTPException) and status == 404 else ""
    words = reader(request)[1]
    key = f"fault.{status}" if words.get(f"fault.{status}.hint", "") else "fault.404"
    title = words(key) if named in ("", "Not Found") else named
    if is_program(request):
        return api.fault(status, [Issue(place=None, message=title, hint=words(f"{key}.hint"))])
    return _fault(request, status, title, [(None, words(f"{key}.hint"))])


def refused(request: Request, error: Exception) -> Response:
    """A question with faults."""
    return _told(request, error, 400)


def forbidden(request: Request, error: Exception) -> Response:
    """What who asks may not do; a program whose token is good for nothing at all is told so (RFC 6750, section 3)."""
    response = _told(request, error, 403)
    if is_program(request) and not request.app.state.wall.knows_token(request):
        response.status_code = 401
        response.headers["www-authenticate"] = 'Bearer realm="hengjian", error="invalid_token"'
    return response


def _told(request: Request, error: Exception, status: int) -> Response:
    issues = error.issues if isinstance(error, Refused) else ()
    if is_program(request):
        return api.fault(status, issues)
    words = reader(request)[1]
    said = [(translate(issue.message, words.language), translate(issue.hint, words.language)) for issue in issues]
    return _fault(request, status, words("fault.400" if status == 400 else "fault.forbidden"), said)


def sign_in_first(request: Request, error: Exception) -> Response:
    """Nobody is signed in: a reader is led there and comes back; a script and a program are told."""
    del error
    words = reader(request)[1]
    if is_program(request):
        issue = Issue(place=None, message="nobody is signed in", hint="send a token: Authorization: Bearer hj_…")
        return unknown(api.fault(401, [issue]))
    if request.query_params.get("fragment"):
        return unknown(_fault(request, 401, words("sign_in.first"), [(None, words("sign_in.first.hint"))]))
    return RedirectResponse(sign_in_address(request), 303)


def unknown(response: Response) -> Response:
    """An answer to somebody unknown, which must say how to become known."""
    response.headers["www-authenticate"] = 'Bearer realm="hengjian"'
    return response


def change_first(request: Request, error: Exception) -> Response:
    """Who was given a password makes one of their own, before anything else."""
    del error
    if is_program(request) or request.query_params.get("fragment"):
        issue = Issue(place=None, message="the password must be changed first", hint="sign in with a browser once")
        return api.fault(403, [issue])
    return RedirectResponse(PASSWORD, 303)


def failed(request: Request, error: Exception) -> Response:
    """The machine failed. Only what it says for people is shown."""
    issue = error.issue if isinstance(error, Failure) else None
    words = reader(request)[1]
    if is_program(request):
        known = issue or Issue(place=None, message=words("fault.500"), hint=words("fault.500.hint"))
        response = api.fault(500, [known])
    else:
        hint = translate(issue.hint, words.language) if issue else words("fault.500.hint")
        said = [(translate(issue.message, words.language) if issue else None, hint)]
        response = _fault(request, 500, words("fault.500"), said)
    wall: Wall = request.app.state.wall
    # this answer may be made outside the guard
    response.headers.update({**every_header(secure=wall.is_secure), "cache-control": "no-store"})
    return response


def _fault(request: Request, status: int, title: str, said: Sequence[tuple[str | None, str]]) -> Response:
    view, words = reader(request)
    request.state.visitor = request.app.state.wall.met(request)
    return page(request, "fault.html", view, words, status=status, title=title, said=said, head=None)
