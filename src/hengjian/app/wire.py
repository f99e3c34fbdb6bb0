"""Questions and answers between processes: one JSON head and its binary parts, each with its length in front.

A frame is the head's length (`!I`), the head (UTF-8 JSON), then the parts. The head is
`{"body": …, "parts": [lengths]}`; a `bytes` value inside the body stands there as `{"$part": n}`,
and a key that begins with `$` has one more in front.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, Protocol

from hengjian.model.issue import CellPlace, Failure, Forbidden, Issue, Place, Refused

Answer = dict[str, Any]


class Stream(Protocol):
    """What frames go over: a socket's file, or any binary file."""

    def read(self, size: int, /) -> bytes: ...

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


_LENGTH = struct.Struct("!I")
_LIMIT = 2**32 - 1


def write_frame(stream: Stream, body: object) -> None:
    """Send one frame."""
    parts: list[bytes] = []
    packed = _pack(body, parts)
    head = json.dumps({"body": packed, "parts": [len(part) for part in parts]}).encode()
    stream.write(_LENGTH.pack(len(head)))
    stream.write(head)
    for part in parts:
        stream.write(part)
    stream.flush()


def read_frame(stream: Stream) -> Any:
    """Receive one frame's body; None when the other side has closed before one began. EOFError inside one."""
    size = stream.read(_LENGTH.size)
    if not size:
        return None
    if len(size) < _LENGTH.size:
        raise EOFError("the other side closed inside a frame")
    head = json.loads(_exactly(stream, _LENGTH.unpack(size)[0]))
    parts = [_exactly(stream, length) for length in head["parts"]]
    return _unpack(head["body"], parts)


def _exactly(stream: Stream, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the other side closed inside a frame")
    return data


def _pack(value: object, parts: list[bytes]) -> object:
    if isinstance(value, bytes):
        if len(value) > _LIMIT:
            raise ValueError("a part of a frame is at most 4 GiB")
        parts.append(value)
        return {"$part": len(parts) - 1}
    if isinstance(value, Mapping):
        return {_escaped(str(key)): _pack(item, parts) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(item, parts) for item in value]
    return value


def _escaped(key: str) -> str:
    return f"${key}" if key.startswith("$") else key


def _unpack(value: object, parts: list[bytes]) -> object:
    if isinstance(value, dict):
        if set(value) == {"$part"}:
            return parts[value["$part"]]
        return {key.removeprefix("$"): _unpack(item, parts) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item, parts) for item in value]
    return value


def fault_body(error: Refused | Failure) -> dict[str, object]:
    """A refusal or a failure as a frame's body."""
    if isinstance(error, Refused):
        kind = "forbidden" if isinstance(error, Forbidden) else "refused"
        return {kind: [_issue_body(issue) for issue in error.issues]}
    return {"failed": _issue_body(error.issue)}


def raise_fault(body: Mapping[str, Any]) -> None:
    """Raise what `fault_body` packed; nothing when the body is an answer."""
    if "forbidden" in body:
        raise Forbidden([_issue(item) for item in body["forbidden"]])
    if "refused" in body:
        raise Refused([_issue(item) for item in body["refused"]])
    if "failed" in body:
        issue = _issue(body["failed"])
        raise Failure(issue.message, issue.hint, issue.place)


def _issue_body(issue: Issue) -> dict[str, object]:
    return {**issue.record(), "severity": issue.severity}


def _issue(body: Mapping[str, Any]) -> Issue:
    place: Place | CellPlace | None = None
    if body["file"] is None:
        pass  # a fault of the question itself
    elif body.get("line") is not None:
        place = Place(file=body["file"], line=body["line"], column=body["column"])
    elif "cell" in body:
        place = CellPlace(**{name: body[name] for name in ("file", "sheet", "cell", "row", "column")})
    return Issue(place=place, message=body["message"], hint=body["hint"], severity=body["severity"])
