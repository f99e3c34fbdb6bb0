"""The one writer of a space: a thread that enters submissions in groups, and a socket for other processes."""

import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hengjian.app.apart import Apart
from hengjian.app.desk import Desk
from hengjian.app.holdings import refresh_registers
from hengjian.app.hot import keep, refresh_kept
from hengjian.app.lock import announce, socket_path, withdraw
from hengjian.app.submission import Submission
from hengjian.app.submit import Outcome, enter_group
from hengjian.app.wire import Answer, fault_body, read_frame, write_frame
from hengjian.model.issue import Failure, Refused

#: A group waits this long for company, and holds at most this many submissions.
GATHER_S = 0.005
GROUP = 4096

Methods = Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]]
_Queued = tuple[Submission, "Future[Answer]"]
T = TypeVar("T")


class Writer:
    """Serialises all that touches one open desk. Submissions of several clients share one commit."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk = desk
        keep(desk)
        self._methods = methods
        self._mutex = threading.Lock()
        self._door = threading.Lock()
        self._closed = False
        self._apart = 0
        self._none_apart = threading.Condition(self._door)
        self._queue: queue.Queue[_Queued | None] = queue.Queue(maxsize=4 * GROUP)
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def ask(self, method: str, question: Mapping[str, Any]) -> Answer:
        """Answer one question; submissions wait for their group."""
        if method == "submit":
            promise: Future[Answer] = Future()
            submission = Submission.of(question)
            with self._door:
                self._must_be_open()
                self._queue.put((submission, promise))
            return promise.result()
        if method == "recover":
            raise Failure(
                "the space is being served, and recover needs it for itself", "stop the server, then run recover again"
            )
        if method not in self._methods:
            raise Failure(f"this writer knows no question {method!r}", "stop it, and start it with the same version")
        found = self._methods[method]
        if isinstance(found, Apart):
            with self._door:
                self._must_be_open()
                self._apart += 1
            try:
                return found.apart(self._enter, self._soon, question)
            finally:
                self._leave()
        with self._mutex:
            self._must_be_open()
            self._desk.ready()
            return found(self._desk, question)

    def _enter(self, work: Callable[[Desk], T]) -> T:
        """Do something alone with the desk, for a question that works beside it; the writer ends after those."""
        with self._mutex:
            self._desk.ready()
            return work(self._desk)

    def _soon(self, work: Callable[[], None]) -> None:
        """Do something beside the answer that such a question gives now."""

        def done() -> None:
            try:
                work()
            except Exception:
                traceback.print_exc(file=sys.stderr)
            finally:
                self._leave()

        with self._door:
            self._apart += 1
        threading.Thread(target=done, name="soon", daemon=True).start()

    def _leave(self) -> None:
        with self._door:
            self._apart -= 1
            self._none_apart.notify_all()

    def close(self) -> None:
        """Let the queued submissions end, then stop."""
        with self._door:
            self._closed = True
            while self._apart:
                self._none_apart.wait()
        self._queue.put(None)
        self._thread.join()
        with self._mutex:
            pass  # what is being asked ends first: the desk is closed next

    def _must_be_open(self) -> None:
        if self._closed:
            raise Failure("the writer of this space has ended", "ask again")

    def _work(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, ended = self._gather(first)
            with self._mutex:
                answers = self._entered([submission for submission, _ in group])
            for (_, promise), answer in zip(group, answers, strict=True):
                if isinstance(answer, BaseException):
                    promise.set_exception(answer)
                else:
                    promise.set_result(answer)
            self._refresh()
            if ended:
                return

    def _refresh(self) -> None:
        """A mistake of ours here is told, and no more: what was to be refreshed is loaded when it is next asked for."""
        try:
            with self._mutex:
                refresh_kept(self._desk)
                refresh_registers(self._desk)
        except Exception:
            traceback.print_exc(file=sys.stderr)

    def _entered(self, group: list[Submission]) -> list[Outcome] | list[BaseException]:
        try:
            return enter_group(self._desk, group)
        except BaseException as error:  # every waiting client must hear of a mistake of ours
            return [error] * len(group)

    def _gather(self, first: _Queued) -> tuple[list[_Queued], bool]:
        group, until = [first], time.monotonic() + GATHER_S
        while len(group) < GROUP:
            try:
                following = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False


#: What a client causes that goes away, or does not speak our frames.
_NONSENSE = (OSError, EOFError, ValueError, KeyError, TypeError)


class Listener:
    """The writer's socket: answers other processes of the same user until it is closed."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self._folder = folder
        self._writer = writer
        self._path = socket_path(folder)
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            if self._path.parent.stat().st_mode & 0o077:
                raise Failure(f"{self._path.parent} is open to others", f"run: chmod 700 {self._path.parent}")
            self._path.unlink(missing_ok=True)
            self._socket = _bound(self._path)
        except OSError as error:
            raise Failure(
                f"no socket at {self._path}: {error.strerror or error}",
                "set XDG_RUNTIME_DIR to a folder of yours with a short name",
            ) from None
        self._socket.listen(256)
        self._thread = threading.Thread(target=self._accept, name="listener", daemon=True)
        self._thread.start()
        announce(folder, self._path)

    def close(self) -> None:
        """Withdraw the announcement and stop listening."""
        withdraw(self._folder)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        self._socket.close()
        self._thread.join()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        # the client may go away, or not speak our frames; leaving the block flushes, which may tell the same
        with suppress(*_NONSENSE), connection, connection.makefile("rwb") as stream:
            while (body := read_frame(stream)) is not None:
                write_frame(stream, self._reply(body))

    def _reply(self, body: Mapping[str, Any]) -> dict[str, object]:
        try:
            return {"answer": self._writer.ask(body["method"], body["question"])}
        except (Refused, Failure) as error:
            return fault_body(error)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            message = f"the program failed at {body.get('method')!r}: {type(error).__name__}: {error}"
            return fault_body(Failure(message, "this is a mistake of ours; please report it with the server's output"))


def _bound(path: Path) -> socket.socket:
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(str(path))
    except OSError:
        found.close()
        raise
    return found
