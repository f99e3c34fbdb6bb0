"""Serves the pages at a socket that is bound already, until the process is told to stop."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from hengjian.web.site import LOCAL_NAMES, build
from hengjian.web.source import Ask
from hengjian.web.wall import Entrance

_LATE_S = 0.2


class _Server(uvicorn.Server):
    """Says when the pages answer, and ends by returning, so that the caller can close what it opened."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen, then says so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops to listen, and ends every connection once it has its answer."""
        late = asyncio.create_task(self._end_late_connections())
        try:
            await super().shutdown(sockets=sockets)
        finally:
            late.cancel()

    async def _end_late_connections(self) -> None:
        """The library ends those that it knows; one accepted at that very moment would hold it up."""
        while True:
            await asyncio.sleep(_LATE_S)
            for connection in list(self.server_state.connections):
                connection.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes SIGINT and SIGTERM as the wish to end; unlike the library's own, does not raise them again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wishes = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(wish, self.handle_exit) for wish in wishes]
        try:
            yield
        finally:
            for wish, handler in zip(wishes, before, strict=True):
                signal.signal(wish, handler)


def run(
    ask: Ask,
    door: socket.socket,
    announce: Callable[[str], None],
    *,
    hosts: Sequence[str] = LOCAL_NAMES,
    entrance: Entrance | None = None,
    proxy: str | None = None,
) -> None:
    """Serve at `door`, a listening socket; `announce` gets the address once the pages answer. Returns when stopped.

    Of a request that comes from `proxy`, an address or a network, it is believed for whom it asks and how that one came
    (X-Forwarded-For, X-Forwarded-Proto); of others nothing of the kind.
    """
    config = uvicorn.Config(
        build(ask, hosts=hosts, entrance=entrance), log_level="warning", access_log=False, lifespan="off",
        server_header=False, timeout_graceful_shutdown=5, proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or [],
    )  # fmt: skip
    _Server(config, lambda: announce(_address(door))).run(sockets=[door])


def _address(door: socket.socket) -> str:
    """Where a browser of this machine finds the pages."""
    host, port = door.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
