"""The leaf: its bytes, its limit, its strict reading; times."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_maker import draft

from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import instant, microseconds, parse_rfc3339, rfc3339
from hengjian.ledger.draft import oversized
from hengjian.ledger.leaf import MAX_LEAF, Leaf, decode
from hengjian.model.issue import Refused

LEAF = Leaf(
    kind="filing", subject="600001", actor="local:wang", claimed_time="2026-01-01T00:00:00.000000Z",
    form="observations", engine="0.1.0", pack_hashes={"finance": "ab"}, content_size=6,
    content_commitment=bytes(range(32)), row_count=2, rows_root=bytes(32), refs={"file": "f.csv"},
)  # fmt: skip


def test_a_leaf_comes_back() -> None:
    assert decode(LEAF.encode()) == LEAF
    assert sorted(LEAF.record()) == sorted(
        "v kind subject actor claimed_time form engine pack_hashes content rows refs".split()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"v": True}, {"v": 1.5}, {"kind": 1}, {"kind": None}, {"actor": None}, {"subject": 3}, {"extra": 1},
        {"content": {"size": 1}}, {"content": {"size": -1, "commitment": "00" * 32}}, {"rows": []},
        {"rows": {"count": 1, "root": "AA" * 32}}, {"rows": {"count": 1, "root": "aa" * 31}},
        {"rows": {"count": True, "root": "aa" * 32}}, {"pack_hashes": {"a": 1}}, {"refs": None},
    ],
)  # fmt: skip
def test_a_wrong_leaf_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(canonical(LEAF.record() | change))


def test_a_leaf_that_lacks_a_key_or_is_not_canonical_is_refused() -> None:
    record = LEAF.record()
    del record["form"]
    with pytest.raises(ValueError, match="keys"):
        decode(canonical(record))
    with pytest.raises(ValueError, match="canonical"):
        decode(LEAF.encode().replace(b",", b", ", 1))


@given(
    st.text(max_size=20),
    st.none() | st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(0, 9) | st.text(max_size=9) | st.none(), max_size=4),
    st.integers(0, 2**53 - 1),
)
def test_the_bytes_are_the_canonical_json_of_the_record(
    actor: str, subject: str | None, packs: dict[str, str], refs: dict[str, object], count: int
) -> None:
    leaf = replace(
        LEAF, actor=actor, subject=subject, form=subject, pack_hashes=packs, refs=refs, row_count=count, kind=actor
    )
    assert leaf.encode() == canonical(leaf.record())
    assert decode(leaf.encode()) == leaf


def test_every_changed_bit_is_another_leaf_or_none() -> None:
    data = LEAF.encode()
    for at in range(len(data)):
        for bit in range(8):
            changed = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            try:
                assert decode(changed) != LEAF
            except ValueError:
                continue


def test_beyond_4_kib_is_refused_with_what_to_do() -> None:
    long = replace(LEAF, subject="x" * MAX_LEAF)
    with pytest.raises(Refused, match=f"would take [0-9]+ bytes, its limit is {MAX_LEAF}\n  hint: shorten"):
        long.encode()
    assert oversized([draft()]) == []
    assert len(oversized([draft(subject="x" * MAX_LEAF), draft(), draft(actor="y" * MAX_LEAF)])) == 2


@given(st.integers(0, 253_402_300_799_999_999))
def test_times_come_back(moment: int) -> None:
    assert parse_rfc3339(rfc3339(moment)) == moment
    assert microseconds(instant(moment)) == moment


def test_a_time_as_it_is_written() -> None:
    assert rfc3339(microseconds(datetime(2026, 11, 22, 1, 2, 3, 45, UTC))) == "2026-11-22T01:02:03.000045Z"


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T01:02:03Z", "2026-11-22T01:02:03.000045+00:00", "2026-11-22 01:02:03.000045Z", "x" * 27, "",
     "2026-11-22T01:02:60.000045Z", "2026-W47-7T01:02:03.0000450Z"],
)  # fmt: skip
def test_times_in_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rfc3339(text)
