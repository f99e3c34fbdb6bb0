"""Secrets that we hand out, and the hashes of them that we keep. A secret of 256 random bits needs no slow hash."""

import base64
import hashlib
import hmac
import secrets

BYTES = 32


def new_secret(prefix: str = "") -> str:
    """256 random bits as text that fits a cookie and a header."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def derived(secret: str, purpose: str) -> str:
    """Another secret that follows from one: HMAC-SHA256 over what it is for."""
    made = hmac.digest(secret.encode("utf-8", "surrogatepass"), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
