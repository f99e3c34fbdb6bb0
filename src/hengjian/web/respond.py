"""Templates, headers and faults: what every answer of the pages has in common."""

import hashlib
from collections.abc import Container, Mapping
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hengjian import __version__
from hengjian.web.menu import menu
from hengjian.web.source import Head
from hengjian.web.view import CHOICES, View, columns_of, columns_text, kept
from hengjian.web.visitor import STRANGER, Visitor
from hengjian.web.words import Words

_YEAR_S = 365 * 24 * 3600
#: Nothing from elsewhere, nothing inline, no frame around it.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_HTTPS_ONLY = {"strict-transport-security": f"max-age={_YEAR_S}"}


def every_header(*, secure: bool) -> dict[str, str]:
    """What every answer carries; `secure`: browsers ask for these pages by https only, for a year."""
    return {**HEADERS, **(_HTTPS_ONLY if secure else {})}


class Guard:
    """Adds the headers that every answer carries."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        self._app = app
        self._headers = every_header(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if "public" not in headers["cache-control"]:
                    headers.add_vary_header("cookie")
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


@cache
def environment() -> Environment:
    """The templates; everything is escaped, and an unknown name is our mistake."""
    made = Environment(
        loader=PackageLoader("hengjian.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    return made


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{digest(static(name))[:12]}/{name}"


@cache
def _assets() -> str:
    """A digest of all static files: a page names them by their content."""
    every = sorted(files("hengjian.web").joinpath("static").iterdir(), key=lambda file: file.name)
    return digest(b"".join(file.read_bytes() for file in every if file.is_file()))


def static(name: str) -> bytes:
    """The bytes of a static file. FileNotFoundError when there is none such."""
    return files("hengjian.web").joinpath("static", name).read_bytes()


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def etag(request: Request, head: Head, view: View, visitor: Visitor) -> str:
    """A tag of a page: the head it stands for, its address, how it is shown, and to whom."""
    parts = (__version__, _assets(), repr(head), str(request.url), repr(view), repr(visitor), visitor.csrf)
    text = "\n".join(parts)
    return f'"{digest(text.encode("utf-8", "replace"))[:32]}"'


def is_fresh(request: Request, tag: str) -> bool:
    """Whether the reader has this page already."""
    return tag in {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}


def fresh_headers(tag: str) -> dict[str, str]:
    """A page may be kept, but is asked for again each time."""
    return {"etag": tag, "cache-control": "private, no-cache"}


def page(
    request: Request,
    template: str,
    view: View,
    words: Words,
    *,
    status: int = 200,
    tag: str | None = None,
    in_menu: Container[str] = (),
    **parts: object,
) -> Response:
    """A page, or a fragment of one; preferences that the address sets are kept in cookies. `in_menu`: see `menu`."""
    head = parts.get("head")
    zone = head.timezone if isinstance(head, Head) else "UTC"
    visitor: Visitor = getattr(request.state, "visitor", STRANGER)
    shown = environment().get_template(template).render(
        words=words, view=view, choices=CHOICES, here=lambda **changes: here(request, changes),
        visitor=visitor, sealed=_sealed(visitor.csrf), sealing=_sealing(visitor.csrf),
        menu=menu(request.url.path, in_menu, visitor.can), in_menu=in_menu, clock=words.get(f"zone.{zone}", zone),
        moment=partial(local_time, zone), **parts,
    )  # fmt: skip
    response = HTMLResponse(shown, status_code=status, headers=fresh_headers(tag) if tag else None)
    keep(request, response)
    return response


def _sealed(csrf: str) -> Markup:
    """What every form carries that is sent: by it a page of the visitor's own session is told from a foreign one."""
    return Markup('<input type="hidden"{}>').format(_sealing(csrf)) if csrf else Markup("")


def _sealing(csrf: str) -> Markup:
    """The same for a button of a form that also asks by its address, which the secret must not enter."""
    return Markup(' name="csrf" value="{}"').format(csrf) if csrf else Markup("")


def local_time(zone: str, moment: str, length: int = 19) -> str:
    """An RFC 3339 moment as clocks in a time zone show it, to the second, or cut to `length` characters."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")[:length]


def keep(request: Request, response: Response) -> None:
    """Keeps the preferences that the address sets; an address that names no column forgets those that were chosen."""
    wishes = kept(request.query_params)
    if "columns" in request.query_params:
        wishes["columns"] = columns_text(columns_of(request.query_params.getlist("columns")))
    is_secure = bool(request.app.state.wall.is_secure)
    for name, value in wishes.items():
        if not value:
            response.delete_cookie(name, samesite="lax", httponly=True, secure=is_secure)
        elif request.cookies.get(name) != value:
            response.set_cookie(name, value, max_age=_YEAR_S, samesite="lax", httponly=True, secure=is_secure)


def here(request: Request, changes: Mapping[str, str]) -> str:
    """The address of the present page with some parts of its query changed, and with no fragment of it."""
    dropped = {"fragment", "format", *changes}
    pairs = [(name, text) for name, text in request.query_params.multi_items() if text and name not in dropped]
    return "?" + urlencode([*pairs, *((name, text) for name, text in changes.items() if str(text))])
