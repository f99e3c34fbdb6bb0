"""Work on a cluster of `dask.distributed`: the only module that knows it, loaded only by who names a scheduler.

Functions travel by their names and run in the workers' own installations, so that these must be of one version. The
library gives no types here: what it returns is looked at once, and goes on with a type.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, TypeVar

from hengjian.evaluate.distribute import Unreadable
from hengjian.model.issue import Failure, Refused, refuse

#: Seconds in which a scheduler answers, and in which a cluster that has lost its last worker has another.
PATIENCE_S = 10.0

#: What must be the same everywhere: the formulas' meaning, and the last bit of a logarithm or a power.
ALIKE = (("hengjian", "hengjian"), ("NumPy", "numpy"))

_ADDRESS = re.compile(r"dask://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:]+):(?P<port>[0-9]{1,5})/?")

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Workers behind a scheduler. `threads`: how many tasks they work on at a time."""

    address: str
    threads: int
    _client: Any
    _wait: Any
    _faults: "_Faults"

    def carry(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """What `function` gives for each task, in any order. A worker that dies is made up for by the others.

        Failure where none is left, where one task ended several workers, or a task cannot read its files.
        """
        waiting = {self._client.submit(function, task, pure=False): None for task in tasks}
        try:
            while waiting:
                for future in self._done(list(waiting)):
                    del waiting[future]
                    yield self._result(future)
        finally:
            self._client.cancel(list(waiting))

    def _done(self, waiting: list[Any]) -> list[Any]:
        """Those of some futures that ended; none where it takes longer than a while."""
        try:
            with self._client.as_current():
                found = self._wait(waiting, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
        except self._faults.timeout:
            if not self._threads_now():
                raise Failure(
                    f"no worker of {self.address} is left", "look at the workers' own output, and start them again"
                ) from None
            return []
        except self._faults.lost as error:
            raise self._gone() from error
        return list(found.done)

    def _threads_now(self) -> int:
        try:
            return _threads(self._client)
        except OSError as error:
            raise self._gone() from error

    def _result(self, future: Any) -> Any:
        try:
            return self._client.gather(future, direct=True)  # not through the scheduler, where that can be
        except self._faults.killed as error:
            raise Failure(
                f"workers of {self.address} ended over the same task ({_last_worker(error)} last)",
                "had they too little memory? look at their output; give each more memory, or start more of them",
            ) from error
        except Unreadable as error:
            raise Failure(
                f"a worker cannot read what was written for it: {error}",
                "name a folder that all workers can read under the same path: --share DIR",
            ) from None
        except (Refused, Failure):
            raise
        except self._faults.lost as error:
            raise self._gone() from error

    def _gone(self) -> Failure:
        return Failure(f"the scheduler at {self.address} went away", "start it again, then run the command again")

    def check_versions(self) -> None:
        """Failure where a worker runs other versions than this process: figures might differ."""
        for called, module in ALIKE:
            ours = resolve_name(f"{module}:__version__")
            found = self._client.run(resolve_name, f"{module}:__version__", on_error="return")
            for worker, theirs in sorted(found.items()):
                hint = "install the same versions for all workers as here, and start them again"
                if isinstance(theirs, BaseException):
                    raise Failure(f"the worker {worker} has no {called}, this program runs {called} {ours}", hint)
                if theirs != ours:
                    raise Failure(
                        f"the worker {worker} runs {called} {theirs}, this program runs {called} {ours}", hint
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faults:
    """The library's exceptions: for waiting in vain, a task that ended workers, a scheduler that is gone."""

    timeout: tuple[type[BaseException], ...]
    killed: tuple[type[BaseException], ...]
    lost: tuple[type[BaseException], ...]


def _last_worker(error: Any) -> str:
    return str(error.last_worker.address)


def parse_engine(text: str) -> str:
    """The scheduler's address that `--engine` names, as the library writes it. Refused: a text that names none."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match["port"]) < 65_536:
        raise refuse(f"--engine {text!r} names no engine", "write local, or a scheduler such as dask://10.0.0.5:8786")
    return f"tcp://{match['host']}:{match['port']}"


def _threads(client: Any) -> int:
    """How many threads all workers have."""
    count = 0
    for threads in client.nthreads().values():
        count += threads
    return count


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The workers of the scheduler at an address such as tcp://10.0.0.5:8786.

    Failure without the library, or where no scheduler answers, it has no worker, or one of another version.
    """
    try:
        from distributed import CancelledError, Client, KilledWorker, wait
        from distributed.comm import CommClosedError
    except ImportError:
        raise Failure(
            "dask.distributed is not installed here", "install it with: pip install 'hengjian[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # faults are told below, once and with a hint
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Failure(
            f"no scheduler answers at {address}", "start one there with: dask scheduler, and workers with: dask worker"
        ) from error
    faults = _Faults(timeout=(TimeoutError,), killed=(KilledWorker,), lost=(CancelledError, CommClosedError))
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError:
            hint = f"start some, on one or more machines, with: dask worker {address}"
            raise Failure(f"the scheduler at {address} has no worker", hint) from None
        cluster = Cluster(address=address, threads=_threads(client), _client=client, _wait=wait, _faults=faults)
        cluster.check_versions()
        yield cluster
