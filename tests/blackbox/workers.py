"""A scheduler with workers in processes of their own, for the time of a `with`.

As a program: `python workers.py WORKERS` prints {"address", "pids"} and runs until its standard input is closed.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Workers:
    """`address` as the library writes it (tcp://…), `engine` as the command takes it; `pids` of the workers."""

    address: str
    pids: tuple[int, ...]

    @property
    def engine(self) -> str:
        return self.address.replace("tcp://", "dask://")


@contextmanager
def at_work(count: int) -> Iterator[Workers]:
    """So many workers of one thread each; one that dies is started again, and a task that ended two is given up."""
    with subprocess.Popen(
        [sys.executable, __file__, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Workers(address=told["address"], pids=tuple(told["pids"]))
        finally:
            process.stdin.close()
            process.wait(timeout=60)


def main() -> None:
    """See above."""
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(json.dumps({"address": cluster.scheduler_address, "pids": pids}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
