"""One writer a space: a lock on `run/lock`, shared by readers, and the writer's address in `run/writer.json`."""

import errno
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hengjian.model.issue import Failure

#: Paths of sockets are short: 104 bytes on macOS, 108 on Linux.
_LONGEST_SOCKET = 100


@contextmanager
def held(descriptor: int) -> Iterator[None]:
    """Keep a lock that `try_lock` gave for the length of a block."""
    try:
        yield
    finally:
        os.close(descriptor)


def try_lock(folder: Path, *, exclusive: bool) -> int | None:
    """The space's lock as an open descriptor, or None while another process holds it the other way."""
    descriptor = _open(folder / "run" / "lock", exclusive=exclusive)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _open(path: Path, *, exclusive: bool) -> int:
    try:
        path.parent.mkdir(exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and not exclusive and path.exists():
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        raise Failure(
            f"{path} cannot be opened: {error.strerror}", "the space must lie on a disk that this user may write to"
        ) from None


def socket_path(folder: Path) -> Path:
    """Where the writer of this space listens: the user's run directory, under a short hashed name."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    path = base / f"hengjian-{os.getuid()}" / f"{name}.sock"
    if base.is_dir() and len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    return Path(tempfile.gettempdir()) / f"hengjian-{os.getuid()}" / f"{name}.sock"


def _identity(folder: Path) -> list[int]:
    """Device and inode of the lock: a copied folder is another space, a renamed one the same."""
    stat = (folder / "run" / "lock").stat()
    return [stat.st_dev, stat.st_ino]


def announce(folder: Path, socket: Path) -> None:
    """Write `run/writer.json`: who writes, since when, where it listens."""
    body = {
        "pid": os.getpid(),
        "started": process_start(os.getpid()),
        "socket": str(socket),
        "space": _identity(folder),
    }
    path = folder / "run" / "writer.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(body), encoding="utf-8")
    temporary.replace(path)


def withdraw(folder: Path) -> None:
    """Remove the announcement of a writer that ends."""
    (folder / "run" / "writer.json").unlink(missing_ok=True)


def announced_socket(folder: Path) -> Path | None:
    """The socket of the writer that runs now; None when none is announced or the announced one is gone."""
    try:
        body = json.loads((folder / "run" / "writer.json").read_text(encoding="utf-8"))
        pid, started, socket = int(body["pid"]), body["started"], Path(body["socket"])
        if body["space"] != _identity(folder):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return socket if process_start(pid) == started and started is not None else None


def process_start(pid: int) -> str | None:
    """When a process began, in the system's own count: a pid used again is another process. None when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19]
    except OSError:
        pass
    if Path("/proc/self/stat").exists():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "unknown"
