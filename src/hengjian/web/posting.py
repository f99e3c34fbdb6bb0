"""What pages are sent: from our own pages only, of bounded size, as fields and files."""

import unicodedata
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

from hengjian.web.visit import Visit, visit
from hengjian.web.visitor import Visitor
from hengjian.web.wall import ChangeFirst, SignInFirst, Wall

#: A form with its files is at most so large.
LARGEST = 64 * 1024 * 1024
#: One without files.
SMALL = 64 * 1024
#: Of what is larger so much is still taken in and dropped: a browser shows our answer only when it was heard out.
HEARD_OUT = 4 * LARGEST
MOST_FILES = 20
_MOST_FIELDS = 50
_LONGEST_FIELD = 200_000
_LONGEST_NAME = 200
_MULTIPART, _PLAIN = "multipart/form-data", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFile:
    """One file: its bare name, its bytes, and the field that it was handed in by."""

    name: str
    data: bytes
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What a form was sent with; of a field that came twice the last."""

    fields: Mapping[str, str]
    files: tuple[HandedFile, ...]

    def field(self, name: str) -> str:
        """What was written in a field, trimmed; "" where nothing was."""
        return self.fields.get(name, "").strip()


def posting(
    wall: Wall,
    answer: Callable[[Visit, Handed], Response],
    *,
    knows: Callable[[Request], Visitor] | None = None,
    largest: int = LARGEST,
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that takes a form: refused (403) from elsewhere, 413 when too large, 415 when it is no form.

    Who sends it is known before it is read, by what the wall admits where nothing else `knows`; of a form that
    somebody may not send, nothing is kept.
    """
    known = knows or wall.admitted

    async def endpoint(request: Request) -> Response:
        if not is_ours(request):
            raise HTTPException(403)
        try:
            visitor = await run_in_threadpool(known, request)
        except (SignInFirst, ChangeFirst):
            await _hear_out(request)
            raise
        handed = await _handed(request, largest)
        if visitor.csrf and not compare_digest(handed.field("csrf").encode(), visitor.csrf.encode()):
            raise HTTPException(403)
        return await run_in_threadpool(lambda: answer(visit(request, wall, visitor), handed))

    return endpoint


def posting_open(answer: Callable[[Request, Handed], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The same for a small form that anybody may send, before anybody is known."""

    async def endpoint(request: Request) -> Response:
        if not is_ours(request):
            raise HTTPException(403)
        handed = await _handed(request, SMALL)
        return await run_in_threadpool(answer, request, handed)

    return endpoint


def is_ours(request: Request) -> bool:
    """Whether a form comes from a page of ours: browsers say where a request comes from, and a page cannot say it.

    A request that says nothing of it is not taken for ours; programs have the command line.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        return False
    return site in ("same-origin", "none") if site is not None else origin is not None


async def _handed(request: Request, largest: int) -> Handed:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_MULTIPART, _PLAIN):
        raise HTTPException(415)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > largest:
        await _hear_out(request)
        raise HTTPException(413)
    stream = _bounded(request, largest)
    try:
        if kind == _PLAIN:
            form = await FormParser(
                request.headers, stream, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
            ).parse()
        else:
            form = await MultiPartParser(
                request.headers, stream, max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
            ).parse()
    except MultiPartException:
        raise HTTPException(400) from None
    fields, files = {}, []
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields[name] = "".join(letter for letter in value if _is_text(letter))
        elif value.filename:
            files.append(HandedFile(name=bare_name(value.filename), data=await value.read(), field=name))
    await form.close()
    return Handed(fields=fields, files=tuple(files))


def _is_text(letter: str) -> bool:
    """Whether a letter may stand in a field: blanks of any width may, for passwords are compared with theirs, and the
    tabs of a table that was copied."""
    return letter in "\n\t" or letter.isprintable() or unicodedata.category(letter) == "Zs"


async def _bounded(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    """The body, which may not say how long it is, up to its limit."""
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > HEARD_OUT:
            break
        if taken <= largest:
            yield chunk
    if taken > largest:
        raise HTTPException(413)


async def _hear_out(request: Request) -> None:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > HEARD_OUT:
            return


def bare_name(name: str) -> str:
    """A file's name without folders, controls and marks that turn the direction of writing; at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    kept = kept.strip()
    stem, dot, suffix = kept.rpartition(".")
    if len(kept) > _LONGEST_NAME and dot and len(suffix) < 10:
        kept = f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return kept[:_LONGEST_NAME] if kept.strip(".") else "file"
