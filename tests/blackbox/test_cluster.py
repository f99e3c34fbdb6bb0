"""`evaluate --engine dask://…` on two real workers: the same answer as here, and clear words where there is none."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import group_pack
import pyarrow.parquet as pq
import pytest
from kit import Space
from tiny_pack import write_pack
from workers import Workers, at_work

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install 'hengjian[cluster]'")

from hengjian.evaluate import cluster
from hengjian.evaluate.cluster import connected
from hengjian.evaluate.distribute import work
from hengjian.model.issue import Failure

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    with at_work(2) as workers:
        yield workers


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A space with formulas of finer periods, peers, links, other cuts and tables. Only to be read."""
    folder = tmp_path_factory.mktemp("group")
    space = Space.at(folder, write_pack(folder / "group", group_pack.GROUP))
    space.enter(group_pack.ENTITIES, "entities.csv", form="entities")
    space.enter(group_pack.LINKS, "links.csv", form="links")
    for name, text in (("a", group_pack.COURSE), ("b", group_pack.OTHERS), ("c", group_pack.MONTHS)):
        space.enter(text, f"{name}.csv", form="wide")
    space.enter(group_pack.CUTS, "cuts.csv")
    space.enter(group_pack.OUTPUT, "output.csv")
    return space


@pytest.mark.parametrize("more", [{}, {"period": "2019-Q3..2019-Q4"}])
def test_the_same_answer(group: Space, two: Workers, more: dict[str, str]) -> None:
    here = group.run("evaluate", **more).done().json
    assert here["values"] > 5
    assert group.run("evaluate", engine=two.engine, **more).done().json == here
    assert not [path for path in (group.path / "cache").iterdir() if path.is_dir()], "what workers read is removed"


def test_the_same_file(group: Space, two: Workers, tmp_path: Path) -> None:
    group.run("evaluate", out=tmp_path / "here").done()
    group.run("evaluate", out=tmp_path / "there", engine=two.engine, share=tmp_path / "shared").done()
    here, there = (pq.read_table(tmp_path / name / "values.parquet") for name in ("here", "there"))
    assert here.num_rows > 100
    assert there.equals(here)
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_folder_that_cannot_be_written(group: Space, two: Workers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = group.run("evaluate", engine=two.engine, share=tmp_path / "file")
    assert told.code == 3
    (fault,) = told.json["faults"]
    assert "cannot be written:" in fault["message"]


def test_workers_that_die() -> None:
    """The tasks of one are done by the other and by the one that takes its place; a task that kills again is told."""
    with at_work(2) as workers, connected(workers.address) as found:
        done = found.carry(time.sleep, [0.2] * 12)
        assert next(done) is None
        os.kill(workers.pids[0], signal.SIGKILL)
        assert len(list(done)) == 11
        with pytest.raises(Failure, match="ended over the same task"):
            list(found.carry(os._exit, [1]))


def test_what_a_worker_raises(two: Workers) -> None:
    with connected(two.address) as found, pytest.raises(AttributeError):
        list(found.carry(work, ["no task"]))  # type: ignore[list-item]


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 1.0)
    with (
        at_work(0) as workers,
        pytest.raises(Failure, match=r"the scheduler at .* has no worker\n.*dask worker tcp://"),
        connected(workers.address),
    ):
        pass


def test_workers_of_another_version(two: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numpy.__version__", "0.9")
    with (
        pytest.raises(Failure, match=r"the worker tcp://\S+ runs NumPy \d\S+, this program runs NumPy 0\.9"),
        connected(two.address),
    ):
        pass
