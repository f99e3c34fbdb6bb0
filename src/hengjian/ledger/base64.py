"""Standard Base64 (RFC 4648 section 4), read only in its canonical form."""

from base64 import b64decode, b64encode


def encode(data: bytes) -> str:
    """Padded Base64 text."""
    return b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of canonical Base64; ValueError when other text would stand for the same bytes."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (ValueError, UnicodeEncodeError):
        raise ValueError("not Base64") from None
    if encode(data) != text:
        raise ValueError("not canonical Base64")
    return data
