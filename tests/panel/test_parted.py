"""Ownership that is written and read back is the same; periods with the same holdings still share one object."""

from pathlib import Path

import numpy as np
import pytest

from hengjian.panel.holdings import Holdings, holdings_of
from hengjian.panel.parted import read_ownership, write_ownership
from hengjian.panel.scene import Ownership

FIELDS = ("ordinals", "owner", "owned", "share", "voter", "company", "votes", "pooled")


def held(share: float) -> Holdings:
    """7 holds a part of 9, whose votes are pooled; 9 one of 12."""
    return holdings_of(
        owner=np.array([7, 9]), owned=np.array([9, 12]), share=np.array([share, 0.1]), voter=np.array([7, 9]),
        votes=np.array([share, 0.3]), pooled=np.array([True, False]),
    )  # fmt: skip


NOBODY = np.empty(0, np.int64)
NOTHING = holdings_of(
    owner=NOBODY, owned=NOBODY, share=np.empty(0), voter=NOBODY, votes=np.empty(0), pooled=np.empty(0, np.bool_)
)


@pytest.fixture
def ownership() -> Ownership:
    one, other = held(1 / 3), held(0.2)
    return Ownership(
        holdings={"quarter": (NOTHING, one, one, other), "year": (one,)}, ids=("甲", "", "B"),
        holders={"person": np.array([3, 7])},
    )  # fmt: skip


def alike(one: Holdings, other: Holdings) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in FIELDS]
    return all(ours.dtype == theirs.dtype and np.array_equal(ours, theirs) for ours, theirs in pairs)


def test_all_of_it(ownership: Ownership, tmp_path: Path) -> None:
    parted = write_ownership(ownership, tmp_path / "own")
    found = read_ownership(parted, {"quarter": slice(None), "year": slice(None)})
    assert found.ids == ownership.ids
    assert found.holders["person"].tolist() == [3, 7]
    for frequency, some in ownership.holdings.items():
        assert len(found.holdings[frequency]) == len(some)
        for one, other in zip(found.holdings[frequency], some, strict=True):
            assert alike(one, other)
    quarters = found.holdings["quarter"]
    assert quarters[1] is quarters[2] is found.holdings["year"][0]
    assert quarters[1] is not quarters[3]


def test_some_periods(ownership: Ownership, tmp_path: Path) -> None:
    parted = write_ownership(ownership, tmp_path / "own")
    found = read_ownership(parted, {"quarter": slice(2, 4)})
    assert set(found.holdings) == {"quarter"}
    assert [one.share.tolist() for one in found.holdings["quarter"]] == [[1 / 3, 0.1], [0.2, 0.1]]


def test_nobody_asks(ownership: Ownership, tmp_path: Path) -> None:
    parted = write_ownership(Ownership(), tmp_path / "own")
    assert not (tmp_path / "own").exists()
    assert read_ownership(parted, {}) == Ownership()
    assert read_ownership(write_ownership(ownership, tmp_path / "own"), {}) == Ownership()


def test_what_was_written_is_gone(ownership: Ownership, tmp_path: Path) -> None:
    parted = write_ownership(ownership, tmp_path / "own")
    (tmp_path / "own").rename(tmp_path / "moved")
    with pytest.raises(OSError, match=r"ids\.parquet"):
        read_ownership(parted, {"quarter": slice(None)})
