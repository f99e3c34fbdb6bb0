"""What is said when an evaluation cannot be carried out by a cluster. The library itself is not needed here."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from homes import asked

from hengjian import __version__
from hengjian.evaluate import cluster
from hengjian.evaluate.cluster import Cluster, parse_engine
from hengjian.evaluate.distribute import Unreadable
from hengjian.model.issue import Failure, Refused

ADDRESS = "tcp://10.0.0.5:8786"


class Ended(Exception):
    """A task ended several workers."""

    last_worker = SimpleNamespace(address="tcp://10.0.0.7:4000")


class Lost(Exception):
    """The scheduler is gone."""


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def a_cluster(
    *, result: Callable[[], object] = dict, waiting: BaseException | None = None,
    nthreads: Callable[[], dict[str, int]] = dict, versions: dict[str, object] | None = None,
) -> Cluster:  # fmt: skip
    """A cluster of which everything is made up but what we say of it."""

    class Client:
        submit = staticmethod(lambda *_, **__: object())
        gather = staticmethod(lambda *_, **__: result())
        cancel = staticmethod(lambda _: None)
        run = staticmethod(lambda *_, **__: versions or {})

        def as_current(self) -> "Client":
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    Client.nthreads = staticmethod(nthreads)  # type: ignore[attr-defined]
    wait = raising(waiting) if waiting else lambda futures, **_: SimpleNamespace(done=futures)
    faults = cluster._Faults(timeout=(TimeoutError,), killed=(Ended,), lost=(Lost,))
    return Cluster(address=ADDRESS, threads=2, _client=Client(), _wait=wait, _faults=faults)


def message(act: Callable[[], object]) -> str:
    with pytest.raises(Failure) as caught:
        act()
    return f"{caught.value.issue.message} | {caught.value.issue.hint}"


def carried(made: Cluster) -> str:
    return message(lambda: list(made.carry(str, ["task"])))


@pytest.mark.parametrize("text", ["dask", "dask://", "dask://host", "dask://host:0", "dask://host:65536", "ray://h:1"])
def test_no_engine(home: Path, text: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(home, "evaluate", engine=text)
    (issue,) = caught.value.issues
    assert issue.message == f"--engine {text!r} names no engine"
    assert issue.hint == "write local, or a scheduler such as dask://10.0.0.5:8786"


@pytest.mark.parametrize(("text", "address"), [("dask://h:1", "tcp://h:1"), ("dask://[::1]:8786/", "tcp://[::1]:8786")])
def test_an_engine(text: str, address: str) -> None:
    assert parse_engine(text) == address


def test_without_the_library(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert message(lambda: asked(home, "evaluate", engine="dask://h:1")) == (
        "dask.distributed is not installed here | install it with: pip install 'hengjian[cluster]'"
    )


def test_the_last_worker_went(monkeypatch: pytest.MonkeyPatch) -> None:
    assert carried(a_cluster(waiting=TimeoutError())) == (
        f"no worker of {ADDRESS} is left | look at the workers' own output, and start them again"
    )


def test_who_waits_for_a_worker_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that takes long is no fault as long as there are workers."""
    made = a_cluster(waiting=TimeoutError(), nthreads=lambda: {"w": 1})
    assert made._done([]) == []


@pytest.mark.parametrize("made", [
    a_cluster(waiting=Lost()), a_cluster(result=raising(Lost())),
    a_cluster(waiting=TimeoutError(), nthreads=raising(OSError())),
])  # fmt: skip
def test_the_scheduler_went(made: Cluster) -> None:
    assert carried(made) == f"the scheduler at {ADDRESS} went away | start it again, then run the command again"


def test_a_task_that_ends_workers() -> None:
    assert carried(a_cluster(result=raising(Ended()))) == (
        f"workers of {ADDRESS} ended over the same task (tcp://10.0.0.7:4000 last) | had they too little memory? "
        "look at their output; give each more memory, or start more of them"
    )


def test_a_worker_that_cannot_read() -> None:
    assert carried(a_cluster(result=raising(Unreadable("/shared/x: No such file")))) == (
        "a worker cannot read what was written for it: /shared/x: No such file | "
        "name a folder that all workers can read under the same path: --share DIR"
    )


@pytest.mark.parametrize(
    ("theirs", "told"), [("0.0.1", "runs hengjian 0.0.1"), (ModuleNotFoundError(), "has no hengjian")]
)
def test_another_version(theirs: object, told: str) -> None:
    made = a_cluster(versions={"tcp://10.0.0.6:4000": __version__, "tcp://10.0.0.7:4000": theirs})
    assert message(made.check_versions) == (
        f"the worker tcp://10.0.0.7:4000 {told}, this program runs hengjian {__version__} | "
        "install the same versions for all workers as here, and start them again"
    )


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in a test."""
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)


@pytest.mark.cluster
def test_no_scheduler(home: Path, silent: None) -> None:
    pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install 'hengjian[cluster]'")
    assert message(lambda: asked(home, "evaluate", engine="dask://127.0.0.1:9")) == (
        "no scheduler answers at tcp://127.0.0.1:9 | "
        "start one there with: dask scheduler, and workers with: dask worker"
    )
