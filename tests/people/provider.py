"""Providers of single sign-on: one that others wrote, in a process of its own, and one of ours that can lie."""

import base64
import hashlib
import hmac
import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwk, jwt

#: Asks nobody in between, and follows no redirects.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


_STAYING = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


@contextmanager
def mock_provider(log: Any) -> Iterator[str]:
    """oidc-provider-mock (PyPI, MIT), which wants clients registered and a nonce; its issuer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "-r", "true", "-n", "true"]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    issuer = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                _OPENER.open(f"{issuer}/.well-known/openid-configuration", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, "the provider ended"
                assert time.monotonic() < until, "the provider does not start"
                time.sleep(0.05)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def registered(issuer: str, back: str) -> tuple[str, str]:
    """A new client of the mock's: id and secret."""
    asked = urllib.request.Request(
        f"{issuer}/oauth2/clients",
        json.dumps({"redirect_uris": [back]}).encode(),
        {"content-type": "application/json"},
    )
    with _OPENER.open(asked, timeout=10) as answer:
        made = json.load(answer)
    return made["client_id"], made["client_secret"]


def allowed(address: str, **form: str) -> dict[str, str]:
    """What the mock sends back when somebody at `address` gives their name (`sub`), or denies (`action`)."""
    with pytest.raises(urllib.error.HTTPError) as caught:  # so this client tells a redirect that it does not follow
        _STAYING.open(address, urlencode(form).encode(), timeout=10)
    with caught.value as answer:
        assert answer.status in (302, 303)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


class Liar:
    """A provider that does all as it must (PKCE with S256, codes once, the client's secret) but for what it is told.

    `settings` go over those it shows; `claims` may change those of a token, `signed` make another text of it;
    `answers` are (status, headers, body) by path, in place of its own.
    """

    def __init__(self) -> None:
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.shown: list[Any] = [self.key]
        self.settings: dict[str, Any] = {}
        self.claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.signed: Callable[[dict[str, Any]], str] = self.sign
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None: ...

            def do_GET(self) -> None:
                liar.answer(self, b"")

            def do_POST(self) -> None:
                liar.answer(self, self.rfile.read(int(self.headers["content-length"])))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def sign(self, claims: dict[str, Any], key: Any = None, **header: Any) -> str:
        key = key or self.key
        wanted = {"alg": "RS256", "kid": key.kid, **header}
        return jwt.encode(wanted, claims, key, algorithms=[wanted["alg"]])

    def code(self, address: str, subject: str = "wang-4711") -> str:
        """What comes back to us when somebody signs in at an address that we sent them to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert query["response_type"] == "code"
        assert query["scope"] == "openid"
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**query, "sub": subject}
        return code

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path in self.answers:
            status, headers, data = self.answers[path]
        elif path == "/.well-known/openid-configuration":
            status, headers, data = 200, {}, json.dumps(self.shown_settings()).encode()
        elif path == "/keys":
            keys = [one if isinstance(one, dict) else one.as_dict(private=False) for one in self.shown]
            status, headers, data = 200, {}, json.dumps({"keys": keys}).encode()
        elif path == "/token":
            status, headers, data = self.token(handler, dict(parse_qsl(body.decode())))
        else:
            status, headers, data = 404, {}, b"{}"
        handler.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def shown_settings(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"], **self.settings,
        }  # fmt: skip

    def token(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        def refused(error: str, status: int = 400) -> tuple[int, dict[str, str], bytes]:
            return status, {}, json.dumps({"error": error}).encode()

        by_form = (form.get("client_id"), form.get("client_secret"))
        held = handler.headers.get("authorization", "").removeprefix("Basic ")
        if base64.b64decode(held) != b"hengjian:s3cret" and by_form != ("hengjian", "s3cret"):
            return refused("invalid_client", 401)
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or begun["redirect_uri"] != form.get("redirect_uri"):
            return refused("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return refused("invalid_grant")
        now = int(time.time())
        claims = self.claims({
            "iss": self.issuer, "sub": begun["sub"], "aud": "hengjian", "exp": now + 300, "iat": now,
            "nonce": begun["nonce"],
        })  # fmt: skip
        told = {"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": self.signed(claims)}
        return 200, {}, json.dumps({name: value for name, value in told.items() if value is not None}).encode()


def unsigned(claims: dict[str, Any]) -> str:
    """A token of alg none."""
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."


def by_public_key(liar: Liar) -> Callable[[dict[str, Any]], str]:
    """Tokens signed with HS256, the provider's public key taken as the secret."""
    pem = liar.key.as_pem(private=False)

    def signed(claims: dict[str, Any]) -> str:
        head = {"alg": "HS256", "kid": "one"}
        parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (head, claims)]
        mac = hmac.new(pem, b".".join(parts), hashlib.sha256).digest()
        return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()

    return signed


def corrupted(token: str) -> str:
    """The same token with another signature."""
    head, body, signature = token.split(".")
    return ".".join([head, body, re.sub(r"^.", lambda one: "A" if one[0] != "A" else "B", signature)])
