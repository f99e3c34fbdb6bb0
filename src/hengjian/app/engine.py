"""Where formulas are computed: in this process, or by the workers of a cluster, which read the cut from a folder."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.formula.term import Programme
from hengjian.model.issue import Failure
from hengjian.model.period import Period
from hengjian.panel.scene import Scene

#: Computes some indicators over a scene; only the periods named need an answer (None: all).
Compute = Callable[[Programme, Sequence[str], Scene, tuple[Period, Period] | None], Results]


def here(programme: Programme, names: Sequence[str], scene: Scene, wanted: tuple[Period, Period] | None) -> Results:
    """Compute in this process, all periods."""
    del wanted
    return evaluate(programme, names, scene)


@contextmanager
def engine_of(folder: Path, question: Mapping[str, Any]) -> Iterator[Compute]:
    """What the question's `engine` names; its workers read in the folder `share`, else in the space's own `folder`."""
    engine = question.get("engine") or "local"
    if engine == "local":
        yield here
        return
    from hengjian.evaluate.cluster import connected, parse_engine
    from hengjian.evaluate.distribute import evaluate_by_tasks, work
    from hengjian.panel.parcel import write_parcel

    address = parse_engine(engine)
    base = Path(question.get("share") or folder / "cache")
    with connected(address) as cluster, _temporary(base) as room:
        number = count()

        def compute(
            programme: Programme, names: Sequence[str], scene: Scene, wanted: tuple[Period, Period] | None
        ) -> Results:
            part = room / str(next(number))
            try:
                parcel = write_parcel(scene, part)
            except OSError as error:
                raise unwritable(part, error) from None
            carry = partial(cluster.carry, work)
            threads = cluster.threads
            found = evaluate_by_tasks(programme, names, scene, wanted, parcel=parcel, threads=threads, carry=carry)
            shutil.rmtree(part, ignore_errors=True)  # the next scene may be as large
            return found

        yield compute


@contextmanager
def _temporary(base: Path) -> Iterator[Path]:
    """A folder of one's own inside another, for a time."""
    try:
        base.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="evaluate-", dir=base, ignore_cleanup_errors=True)
    except OSError as error:
        raise unwritable(base, error) from None
    with folder as name:
        yield Path(name)


def unwritable(path: Path, error: OSError) -> Failure:
    """The failure of a file or folder that cannot be written."""
    message = f"{path} cannot be written: {error.strerror or error}"
    return Failure(message, "name a folder that can be written to")
