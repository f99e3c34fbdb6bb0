"""Servers of mail and of HTTP on this machine, which take messages as they are told to."""

import base64
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass
class Post:
    """A server of mail. `answers` to what is said replace the usual ones, by the first word of a line; a None breaks
    off. `slow`: seconds before each answer; `drip`: seconds between the bytes of the greeting."""

    answers: dict[str, list[str | None]] = field(default_factory=dict)
    slow: float = 0.0
    drip: float = 0.0
    context: ssl.SSLContext | None = None
    implicit: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    #: What is done when a mail was taken in, before that is said.
    on_taken: Callable[[], None] = lambda: None
    port: int = 0

    def __enter__(self) -> "Post":
        post = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                post.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, block_on_close = True, True, False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # the other side broke off, as some tests want

        self._server = Server(("127.0.0.1", self.port), Talk)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def talk(self, at: socketserver.StreamRequestHandler) -> None:
        """One connection, as RFC 5321 has it."""
        with ExitStack() as stack:
            self._talk(at, stack)

    def _secured(self, at: socketserver.StreamRequestHandler, stack: ExitStack) -> tuple[Any, Any]:
        assert self.context is not None
        secured = stack.enter_context(self.context.wrap_socket(at.connection, server_side=True))
        return stack.enter_context(secured.makefile("rb")), stack.enter_context(secured.makefile("wb", 0))

    def _talk(self, at: socketserver.StreamRequestHandler, stack: ExitStack) -> None:
        read, write = self._secured(at, stack) if self.implicit else (at.rfile, at.wfile)
        for letter in "220 here\r\n" if self.drip else ():
            write.write(letter.encode())
            time.sleep(self.drip)
        if not self.drip:
            write.write(b"220 here\r\n")
        while line := read.readline():
            text = line.decode().rstrip("\r\n")
            self.said.append(text)
            word = text.split(" ")[0].upper()
            time.sleep(self.slow)
            answer = self._answer(word)
            if answer is None:
                return
            write.write(f"{answer}\r\n".encode())
            if answer.startswith("354"):
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += read.readline()
                taken = data[:-3].replace(b"\r\n..", b"\r\n.")
                end = self._answer(".")
                if end is None or end.startswith("2"):
                    self.mails.append(message_from_bytes(taken, policy=policy.default))
                    self.on_taken()
                if end is None:
                    return
                write.write(f"{end}\r\n".encode())
            if word == "STARTTLS" and answer.startswith("220"):
                read, write = self._secured(at, stack)
            if word == "QUIT":
                return

    def _answer(self, word: str) -> str | None:
        if self.answers.get(word):
            return self.answers[word].pop(0)
        features = ["here", *(["STARTTLS"] if self.context and not self.implicit else []), "AUTH PLAIN"]
        lines = [f"250{' ' if one is features[-1] else '-'}{one}" for one in features]
        return {
            "EHLO": "\r\n".join(lines), "DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on",
            "AUTH": "235 welcome",
        }.get(word, "250 taken")  # fmt: skip

    def password(self) -> str:
        """The password of the last sign-in."""
        last = [line for line in self.said if line.startswith("AUTH PLAIN")][-1]
        return base64.b64decode(last.split()[2]).decode().split("\0")[2]


@dataclass
class Hook:
    """A server of HTTP that keeps what is posted. `answers`: statuses with headers, one a request; then 204."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    slow: float = 0.0
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> "Hook":
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(hook.slow)
                hook.paths.append(self.path)
                hook.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, headers = hook.answers.pop(0) if hook.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads, self._server.block_on_close = True, False
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of localhost that signs itself, and a server's context with it."""
    folder.mkdir(exist_ok=True)
    key, made = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", made, "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
