"""登录: the way in and out, and back to the page that somebody wanted."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request

SIGN_IN, PASSWORD = "/sign-in", "/account/password"
_LONGEST = 2_000


def sign_in_address(request: Request) -> str:
    """The address of signing in, which leads back to the page of a request."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = own_path(here)
    return SIGN_IN if back == "/" else f"{SIGN_IN}?to={quote(back, safe='/')}"


def own_path(text: str) -> str:
    """The path of a page of ours that `text` names; the first page where it names anything else."""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\")) and len(text) <= _LONGEST
    if not is_path or any(not letter.isprintable() for letter in text) or "\\" in text:
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path in (SIGN_IN, "/sign-out"):
        return "/"
    return text
