"""登录: the way in and out, and back to the page that somebody wanted."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.faults import translate
from hengjian.web.posting import Handed, posting, posting_open
from hengjian.web.respond import page
from hengjian.web.visit import Visit, reader
from hengjian.web.wall import SignInFirst, Wall

SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/account/password"
SINGLE = f"{SIGN_IN}/single"
_LONGEST = 2_000


def routes(wall: Wall) -> list[Route]:
    """`/sign-in` and `/sign-out`, where somebody may sign in."""
    if wall.entrance is None:
        return []
    return [
        Route(SIGN_IN, lambda request: ask_in(request, wall), methods=["GET"]),
        Route(SIGN_IN, posting_open(lambda request, handed: sign_in(request, handed, wall)), methods=["POST"]),
        Route(
            SIGN_OUT,
            posting(wall, lambda visit, handed: sign_out(visit, handed, wall), knows=wall.known),
            methods=["POST"],
        ),
    ]


def sign_in_address(request: Request) -> str:
    """The address of signing in, which leads back to the page of a request."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = own_path(here)
    return SIGN_IN if back == "/" else f"{SIGN_IN}?to={quote(back, safe='/')}"


def own_path(text: str) -> str:
    """The path of a page of ours that `text` names; the first page where it names anything else."""
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text and len(text) <= _LONGEST
    if not is_path or not all(letter.isprintable() for letter in text):
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path in (SIGN_IN, SIGN_OUT) else text


def ask_in(request: Request, wall: Wall) -> Response:
    """The page of signing in; whoever is signed in already goes on."""
    to = own_path(request.query_params.get("to", "/"))
    try:
        if wall.known(request).person is not None:
            return RedirectResponse(to, 303)
    except SignInFirst:
        pass
    return _page(request, wall, to)


def sign_in(request: Request, handed: Handed, wall: Wall) -> Response:
    """A session, whatever the browser brought along; then the page that was wanted."""
    to = own_path(handed.field("to"))
    address = request.client.host if request.client else ""
    question = {
        "person": handed.field("person"), "password": handed.fields.get("password", ""), "address": address,
        "session": wall.session(request),
    }  # fmt: skip
    try:
        answer = wall.at_the_door("sign_in", question)
    except Refused as refused:
        return _page(request, wall, to, refused, handed.field("person"))
    response = RedirectResponse(f"{PASSWORD}?to={quote(to, safe='/')}" if answer["must_change"] else to, 303)
    wall.begin(response, str(answer["session"]))
    return response


def sign_out(visit: Visit, handed: Handed, wall: Wall) -> Response:
    """End the session of this browser."""
    del handed
    session = wall.session(visit.request)
    if session is not None:
        wall.at_the_door("sign_out", {"session": session})
    response = RedirectResponse(SIGN_IN, 303)
    wall.end(response)
    response.headers["clear-site-data"] = '"cache"'
    return response


def _page(request: Request, wall: Wall, to: str, refused: Refused | None = None, person: str = "") -> Response:
    view, words = reader(request)
    request.state.visitor = wall.met(request)
    single = wall.entrance.single if wall.entrance else None
    other = None if single is None else (f"{SINGLE}?to={quote(to, safe='/')}", single.provider.label.record())
    said = [
        (translate(issue.message, words.language), translate(issue.hint, words.language))
        for issue in (refused.issues if refused else ())
    ]
    return page(
        request, "sign_in.html", view, words, status=403 if said else 200, said=said, to=to, person=person[:100],
        single=other, head=None,
    )  # fmt: skip
