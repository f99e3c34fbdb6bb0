"""Whether a log goes on from a head that was seen earlier."""

from itertools import pairwise
from pathlib import Path

from log_maker import draft

from hengjian.ledger.log import Log
from hengjian.ledger.note import Checkpoint, open_checkpoint


def grown(folder: Path, count: int) -> list[Checkpoint]:
    """The heads of a log after each of `count` entries."""
    with Log.create(folder, "example.org/log") as log:
        heads = [log.head()]
        for number in range(count):
            log.append([draft(number)])
            heads.append(log.head())
        assert open_checkpoint(log.checkpoint(), log.verifier) == heads[-1]
    return heads


def test_every_earlier_head_is_a_beginning(tmp_path: Path) -> None:
    heads = grown(tmp_path / "log", 20)
    with Log.open(tmp_path / "log", write=False) as log:
        assert all(log.extends(head) for head in heads)


def test_no_other_head_is(tmp_path: Path) -> None:
    heads = grown(tmp_path / "log", 9)
    others = grown(tmp_path / "other", 12)
    with Log.open(tmp_path / "log", write=False) as log:
        assert not any(log.extends(head) for head in others[1:]), "another log"
        assert log.extends(others[0]), "all logs begin with nothing"
        wrong = [Checkpoint(origin=one.origin, size=one.size, root=other.root) for one, other in pairwise(heads)]
        assert not any(log.extends(head) for head in wrong)
        assert not log.extends(Checkpoint(origin="example.org/log", size=10, root=heads[9].root)), "longer than the log"
