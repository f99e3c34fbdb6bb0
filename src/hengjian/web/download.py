"""Bytes that a reader takes away as a file: never shown in place, whatever they hold."""

from urllib.parse import quote

from starlette.responses import Response

BYTES = "application/octet-stream"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"


def download(data: bytes, name: str, kind: str = BYTES) -> Response:
    """An answer that is saved under `name`."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
    headers = {
        "content-disposition": f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    return Response(data, media_type=kind, headers=headers)
