"""存证: what a file or a proof is, held against the ledger; the ledger's newest entries, its head and its key."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.download import BYTES, download
from hengjian.web.faults import translate
from hengjian.web.posting import LARGEST, Handed, posting
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall


def routes(wall: Wall) -> list[Route]:
    """`/evidence`, what is handed in there, and the key and the head to take away."""
    return [
        Route("/evidence", getting(wall, evidence), methods=["GET"]),
        Route("/evidence", posting(wall, recognise), methods=["POST"]),
        Route("/evidence/key", getting(wall, key)),
        Route("/evidence/checkpoint", getting(wall, checkpoint)),
    ]


def evidence(visit: Visit) -> Response:
    """The page before anything was handed in."""
    return _page(visit)


def recognise(visit: Visit, handed: Handed) -> Response:
    """What the handed file is: in place of a part of the page where its script asks, else as a page."""
    if not handed.files:
        return _page(visit, status=422, lacks=True)
    file = handed.files[0]
    answer = visit.source.ask("recognise", {"name": file.name, "data": file.data})
    language = visit.words.language
    found = {
        **answer, "file": file.name, "messages": [translate(message, language) for message in answer["messages"]],
        "title": visit.words(f"evidence.{_verdict(answer)}"),
    }  # fmt: skip
    if visit.query.get("fragment"):
        return visit.page("recognised.html", found=found)
    return _page(visit, found=found)


def _verdict(answer: Mapping[str, Any]) -> str:
    """The key of the sentence that says what was found."""
    if answer["kind"] == "unknown":
        return "unknown"
    return f"{answer['kind']}.{'holds' if answer['ok'] else 'fails'}"


def key(visit: Visit) -> Response:
    """The public key as a file."""
    found = visit.source.ask("ledger", {})
    return download(f"{found['key']}\n".encode(), found["key_file"], BYTES)


def checkpoint(visit: Visit) -> Response:
    """The signed head as a file."""
    found = visit.source.ask("ledger", {})
    return download(found["checkpoint"].encode(), f"checkpoint-{found['size']}.txt", BYTES)


def _page(visit: Visit, *, status: int = 200, **parts: object) -> Response:
    text = visit.query.get("from", "")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None
    shown: dict[str, object] = {"found": None, "lacks": False, **parts}
    return visit.passing_page(  # the ledger grows by reads too, which change no other page
        "evidence.html", status=status, ledger=visit.source.ask("ledger", {"from": first}), largest=LARGEST, **shown
    )
