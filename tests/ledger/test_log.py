"""The log as its users see it: append, publish, look up, prove, open again."""

from datetime import timedelta
from pathlib import Path

import pytest
from log_maker import ORIGIN, START, Ticking, draft, fill, row

from hengjian.ledger.audit import audit
from hengjian.ledger.canonical import parse
from hengjian.ledger.clock import instant
from hengjian.ledger.draft import Submission
from hengjian.ledger.log import Log
from hengjian.ledger.merkle import leaf_hash
from hengjian.ledger.note import open_checkpoint
from hengjian.ledger.proof import parse_proof
from hengjian.model.issue import Failure, Refused


def test_a_new_log_is_empty_and_signed(log: Log) -> None:
    assert log.size == 0
    assert open_checkpoint(log.space.read_checkpoint() or "", log.verifier).size == 0
    assert log.space.key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in log.space.folder.glob("*.vkey")] == ["test.vkey"]
    assert audit(log.space.folder).ok


def test_an_entry_holds_what_was_drafted(log: Log) -> None:
    (receipt,) = log.append([draft(7, key="k", refs={"known_from": "2020-01-01"}, file="a" * 300)])
    entry = log.entry(0)
    leaf = entry.record()
    assert (receipt.index, receipt.leaf_hash, receipt.recorded_at) == (0, leaf_hash(entry.leaf), entry.recorded_at)
    assert leaf.claimed_time == "2026-01-01T00:00:00.000000Z"
    assert (leaf.kind, leaf.subject, leaf.actor, leaf.form, leaf.engine) == (
        "filing", "600001", "local:wang", "observations", "0.1.0",
    )  # fmt: skip
    assert (leaf.content_size, leaf.row_count) == (6, 3)
    assert dict(leaf.refs) == {
        "known_from": "2020-01-01",
        "file": "a" * 200,
        "key": "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a",  # echo -n k | sha256sum
    }
    evidence = log.evidence(0)
    assert evidence is not None
    assert (evidence.blob, evidence.rows) == (b"file 7", (row(0), row(1), row(2)))
    assert log.evidence(1) is None


def test_several_files_are_one_batch_under_one_key(log: Log) -> None:
    log.append([draft()])
    both = Submission(key="both", base="b", latest=0, receipt=lambda given: b"%d" % len(given))
    receipts = log.append([draft(), draft(submission=both), draft(submission=both), draft(key="other")])
    assert [receipt.index for receipt in receipts] == [1, 2, 3, 4]
    assert [log.entry(at).record().refs.get("batch") for at in range(5)] == [
        None, None, {"first": 2, "count": 2}, {"first": 2, "count": 2}, None,
    ]  # fmt: skip
    stored = log.submission("both")
    assert stored is not None
    assert (stored.first, stored.count, stored.base, stored.latest, stored.receipt) == (2, 2, "b", 0, b"2")
    assert [getattr(log.submission_of(at), "key", None) for at in range(6)] == [
        None,
        None,
        "both",
        "both",
        "other",
        None,
    ]
    assert log.submission("none") is None


def test_a_key_is_entered_once(log: Log) -> None:
    log.append([draft(key="k")])
    with pytest.raises(Failure, match="UNIQUE"):
        log.append([draft(), draft(key="k")])
    assert log.size == 1
    log.append([draft()])
    log.publish()
    assert audit(log.space.folder).ok


def test_nothing_is_entered_when_one_leaf_is_too_long(log: Log) -> None:
    with pytest.raises(Refused, match="its limit is 4096"):
        log.append([draft(), draft(subject="x" * 5000)])
    assert log.size == 0
    assert log.append([]) == []


def test_recorded_times_never_go_back(log: Log, clock: Ticking) -> None:
    log.append([draft(), draft()])
    clock.now = START - 3_600_000_000
    log.append([draft(), draft()])
    clock.now = START + 1_000_000
    log.append([draft()])
    assert [entry.recorded_at - instant(START) for entry in log.entries()] == [
        timedelta(microseconds=moment) for moment in (0, 1, 2, 3, 1_000_000)
    ]
    log.publish()
    assert audit(log.space.folder).ok


def test_a_clock_set_back_before_opening_changes_nothing(log: Log, clock: Ticking) -> None:
    log.append([draft()])
    log.publish()
    log.close()
    clock.now -= 3_600_000_000
    with Log.open(log.space.folder, write=True, clock=clock) as again:
        assert again.append([draft()])[0].recorded == START + 1


def test_which_entries_were_recorded_when(log: Log, clock: Ticking) -> None:
    for second in (0, 1, 2, 3):
        clock.now = START + second * 1_000_000
        log.append([draft(), draft()])
    moment = instant(START)
    assert [log.size_at(moment + timedelta(seconds=s)) for s in (-1, 0, 0.5, 1.5, 3, 99)] == [0, 1, 2, 4, 7, 8]
    assert [log.entry_at_time(moment + timedelta(seconds=s)) for s in (-1, 0, 99)] == [None, 0, 7]


def test_every_entry_is_proven(log: Log) -> None:
    fill(log, 300)
    for index in range(300):
        proof = parse_proof(log.inclusion(index))
        assert proof.leads_from(log.entry(index).leaf_hash)
    with pytest.raises(Failure, match="the log has no entry 300, it has 300"):
        log.inclusion(300)


def test_a_proof_does_not_trust_a_damaged_tile(log: Log) -> None:
    fill(log, 300)
    for path in (log.space.log / "tile").rglob("*"):
        if path.is_file() and "entries" not in str(path):
            path.write_bytes(bytes(path.stat().st_size))
    with Log(log.space, log._journal, write=False) as reader:
        assert parse_proof(reader.inclusion(17)).leads_from(reader.entry(17).leaf_hash)


def test_a_reader_follows_a_writer(log: Log) -> None:
    log.append([draft()])
    log.publish()
    with Log.open(log.space.folder, write=False) as reader:
        log.append([draft()])
        log.publish()
        assert (reader.size, reader.refresh()) == (1, 2)
        assert [entry.index for entry in reader.entries(1)] == [1]
        with pytest.raises(Failure, match="reading only"):
            reader.append([draft()])


def test_a_second_writer_cannot_fork_the_log(log: Log) -> None:
    other = Log.open(log.space.folder, write=True)
    log.append([draft(1)])
    with pytest.raises(Failure, match="another process wrote to the ledger: it has 1 entries, 0 were expected"):
        other.append([draft(2)])
    assert other.append([draft(2)])[0].index == 1  # after the refusal it has caught up
    other.publish()
    other.close()
    assert audit(log.space.folder).ok


def test_appended_but_not_published_is_shown_on_opening(log: Log) -> None:
    fill(log, 30)
    log.append([draft(at) for at in range(300)])
    log.close()
    assert "\n30\n" in (log.space.read_checkpoint() or "")
    with Log.open(log.space.folder, write=False) as reader:  # a reader may look, and mends nothing
        assert reader.size == 330
        assert "\n30\n" in (log.space.read_checkpoint() or "")
    with Log.open(log.space.folder, write=True) as again:
        assert "\n330\n" in (again.space.read_checkpoint() or "")
    assert audit(log.space.folder).ok


def test_missing_tiles_are_written_on_opening(log: Log) -> None:
    fill(log, 600)
    log.close()
    (log.space.log / "tile").rename(log.space.folder / "gone")
    Log.open(log.space.folder, write=True).close()
    assert audit(log.space.folder).ok


def test_the_secret_key_must_fit(log: Log, tmp_path: Path) -> None:
    with Log.create(tmp_path / "other", ORIGIN) as other:
        key = other.space.key.read_text()
    log.close()
    log.space.key.write_text(key)
    with pytest.raises(Failure, match="does not belong to the public key"):
        Log.open(log.space.folder, write=True)
    log.space.key.unlink()
    with pytest.raises(Failure, match="cannot be used"):
        Log.open(log.space.folder, write=True)
    with Log.open(log.space.folder, write=False) as reader:
        assert reader.head().size == 0


def test_a_folder_that_is_no_space(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"holds 0 \*\.vkey files"):
        Log.open(tmp_path, write=False)


@pytest.mark.parametrize("origin", ["", "with space", "a+b"])
def test_an_origin_that_will_not_do(tmp_path: Path, origin: str) -> None:
    with pytest.raises(Refused, match="the origin will not do"):
        Log.create(tmp_path / "space", origin)
    assert not (tmp_path / "space" / "journal.db").exists()


def test_a_log_is_not_made_twice(log: Log) -> None:
    with pytest.raises(Failure, match="is there already"):
        Log.create(log.space.folder, ORIGIN)


def test_the_receipt_is_what_a_repeat_is_answered_with(log: Log) -> None:
    log.append([draft(), draft(key="k")])
    stored = log.submission("k")
    assert stored is not None
    assert parse(stored.receipt) == 1
