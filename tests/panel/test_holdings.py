"""Who holds whom as arrays, against the slow reference that paints every day by itself and dicts that add it up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from histories import cuts
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Reference
from world import WORLD, linked, recorded, stated

from hengjian.model.cut import Cut, KnownAt
from hengjian.model.filing import LinkRow, Row
from hengjian.panel.holdings import Holdings, holdings_of, load_holdings
from hengjian.store import Store

NAMES = ("甲", "A", "B", "C", "D")
DAYS = tuple(date(2020, 1, 1) + timedelta(days=step) for step in range(8))
NOW = Cut()
History = list[tuple[list[Row], date | None]]
Ends = tuple[str, str]
#: By owner and owned the share; by voter and company the votes, and whether they are pooled.
Held = tuple[dict[Ends, Fraction], dict[Ends, Fraction], set[Ends]]


def keep(history: History) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZoneInfo("Asia/Shanghai"))
    store.register(WORLD)
    for entry, (rows, known_from) in enumerate([([stated(name) for name in NAMES], None), *history]):
        for keeper in (store, reference):
            keeper.stage(entry, recorded(entry), rows, known_from)
    store.commit(len(history) + 1)
    return store, reference


def votes_with(painted: dict[Ends, LinkRow], source: str, target: str) -> str | None:
    """Whom a holder in concert follows in the end, one after the other; None where that comes round."""
    met: list[str] = []
    while source not in met:
        met.append(source)
        said = dict(painted[source, target].attributes) if (source, target) in painted else {}
        if said.get("kind") != "concert" or said.get("principal", "") not in NAMES:
            return source
        source = said["principal"]
    return None


def counted(painted: dict[Ends, LinkRow]) -> Held:
    """What each row that holds gives to whom."""
    shares: dict[Ends, Fraction] = {}
    votes: dict[Ends, Fraction] = {}
    pooled: set[Ends] = set()
    for (source, target), row in painted.items():
        said = dict(row.attributes)
        share = Fraction(said.get("share", "0"))
        cast = Fraction(said["voting"]) if "voting" in said else share
        principal = said.get("principal", "")
        named = principal if principal in NAMES else source
        owner = named if said.get("kind") == "nominee" else source
        in_concert = said.get("kind") == "concert"
        voter = owner if not in_concert else votes_with(painted, source, target) or source
        if share and owner != target:
            shares[owner, target] = shares.get((owner, target), Fraction(0)) + share
        if cast and voter != target:
            votes[voter, target] = votes.get((voter, target), Fraction(0)) + cast
            if in_concert and (principal not in NAMES or votes_with(painted, source, target) is None):
                pooled.add((voter, target))
    return shares, votes, pooled


def told(found: Holdings) -> Held:
    """The same of arrays."""
    ids = [NAMES[one] for one in found.ordinals.tolist()]

    def pairs(near: np.ndarray, far: np.ndarray, weight: np.ndarray) -> Iterator[tuple[Ends, float]]:
        for one, other, each in zip(near.tolist(), far.tolist(), weight.tolist(), strict=True):
            yield (ids[one], ids[other]), each

    return (
        {ends: Fraction(share) for ends, share in pairs(found.owner, found.owned, found.share)},
        {ends: Fraction(votes) for ends, votes in pairs(found.voter, found.company, found.votes)},
        {ends for ends, is_pooled in pairs(found.voter, found.company, found.pooled) if is_pooled},
    )


_known = st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 8))
_day = st.none() | st.sampled_from(DAYS)
#: Shares that add up to the same in any order.
_share = st.sampled_from((None, "0", "0.25", "0.5", "0.125", "1"))


def _row(
    source: str, target: str, begins: date | None, ends: date | None, share: str | None, voting: str | None, kind: str,
    principal: str, known: date | None,
) -> LinkRow:  # fmt: skip
    said = {"share": share, "voting": voting, "kind": kind or None, "principal": principal or None}
    given = {name: each for name, each in said.items() if each is not None}
    return linked(source, target, begins, ends, known_from=known, **given)


_rows = st.builds(
    _row, st.sampled_from(NAMES), st.sampled_from(NAMES), _day, _day, _share, st.none() | _share,
    st.sampled_from(("", "", "direct", "nominee", "concert")), st.sampled_from(("", *NAMES, "nobody known")), _known,
)  # fmt: skip
_filings: st.SearchStrategy[History] = st.lists(
    st.tuples(st.lists(_rows, min_size=1, max_size=6), _known), min_size=1, max_size=6
)


@settings(max_examples=60)
@given(
    _filings, st.lists(cuts, min_size=1, max_size=3), st.lists(st.sampled_from(DAYS)),
    st.none() | st.lists(st.sampled_from(NAMES), unique=True),
)  # fmt: skip
def test_holdings_of_random_histories(
    history: History, questions: list[Cut], days: list[date], companies: list[str] | None
) -> None:
    store, reference = keep(history)
    some = None if companies is None else sorted(NAMES.index(name) for name in companies)
    with store:
        for cut in questions:
            found = load_holdings(store, cut, days, some)
            asked = [cut.as_of or day for day in days]
            painted = reference.links(cut, "owns", asked)
            wanted = [
                counted({ends: row for ends, row in painted[day].items() if companies is None or ends[1] in companies})
                for day in asked
            ]
            assert [told(one) for one in found] == wanted
            for one in found:
                assert_sound(one)


def assert_sound(found: Holdings) -> None:
    """Everybody named is at an end of something; pairs ascend, each stands once; nobody holds itself, or nothing."""
    ends = np.concatenate([found.owner, found.owned, found.voter, found.company])
    assert np.array_equal(np.unique(ends), np.arange(len(found.ordinals)))
    assert (np.diff(found.ordinals) > 0).all()
    for near, far, weight in (
        (found.owner, found.owned, found.share), (found.voter, found.company, found.votes),
    ):  # fmt: skip
        assert (np.diff(near * len(NAMES) + far) > 0).all()
        assert (near != far).all()
        assert (weight > 0).all()
    assert found.pooled.dtype == np.bool_
    assert len(found.pooled) == len(found.votes)
    assert [found.place(one) for one in found.ordinals.tolist()] == list(range(len(found.ordinals)))
    assert found.place(len(NAMES) + 1) is None


def load(store: Store, days: Sequence[date], cut: Cut = NOW) -> list[dict[Ends, Fraction]]:
    return [told(one)[0] for one in load_holdings(store, cut, days)]


def test_a_share_is_corrected_later_and_ends() -> None:
    """One row repaints another from its day on; a share of 0, and one that is not stated, hold nothing."""
    store, _ = keep([
        ([linked("A", "C", share="0.5")], None),
        ([linked("A", "C", DAYS[3], share="0"), linked("B", "C", DAYS[3], share="0.5")], None),
        ([linked("B", "C", DAYS[2], DAYS[5], share="0.75")], None),
        ([linked("B", "C", DAYS[6])], None),
    ])  # fmt: skip
    half, more = Fraction(1, 2), Fraction(3, 4)
    with store:
        assert load(store, DAYS[1:7]) == [
            {("A", "C"): half}, {("A", "C"): half, ("B", "C"): more}, {("B", "C"): more}, {("B", "C"): more},
            {("B", "C"): half}, {},
        ]  # fmt: skip
        earlier = Cut(known_at=KnownAt(entries=3))
        assert load(store, DAYS[1:4], earlier) == [{("A", "C"): half}, {("A", "C"): half}, {("B", "C"): half}]
        assert load(store, DAYS[1:3], replace(NOW, as_of=DAYS[4])) == [{("B", "C"): more}] * 2
        assert load(store, DAYS[2:4], Cut(known_at=KnownAt(entries=1))) == [{}, {}]
        assert load(store, []) == []


def test_days_between_which_nothing_changes_share_one_object() -> None:
    store, _ = keep([([linked("A", "C", DAYS[1], DAYS[4], share="0.5"), linked("B", "C", DAYS[6], share="0.5")], None)])
    with store:
        found = load_holdings(store, NOW, DAYS)
        assert [len(one.share) for one in found] == [0, 1, 1, 1, 0, 0, 1, 1]
        assert found[1] is found[2] is found[3]
        assert found[4] is found[5]
        assert found[6] is found[7]
        assert len({id(one) for one in found}) == 4
        again = load_holdings(store, replace(NOW, as_of=DAYS[2]), DAYS)
        assert len({id(one) for one in again}) == 1


def test_who_holds_for_another() -> None:
    """代持: shares and votes are the principal's, added to what it holds itself; of itself nobody holds anything."""
    store, _ = keep([([
        linked("A", "C", share="0.25", kind="nominee", principal="B"), linked("B", "C", share="0.5"),
        linked("甲", "C", share="0.125", kind="nominee"),
        linked("D", "C", share="0.125", kind="nominee", principal="C"),
    ], None)])  # fmt: skip
    with store:
        (found,) = load_holdings(store, NOW, DAYS[:1])
        held = {("B", "C"): Fraction(3, 4), ("甲", "C"): Fraction(1, 8)}
        assert told(found) == (held, held, set())


def test_who_votes_together() -> None:
    """一致行动: the share stays, the votes go to the one who is named; where nobody is, they are pooled."""
    store, _ = keep([([
        linked("A", "C", share="0.25", kind="concert", principal="B"), linked("B", "C", share="0.25"),
        linked("甲", "C", share="0.25", kind="concert"), linked("D", "C", share="0.25", voting="0.125", kind="concert"),
    ], None)])  # fmt: skip
    quarter, half, eighth = Fraction(1, 4), Fraction(1, 2), Fraction(1, 8)
    with store:
        (found,) = load_holdings(store, NOW, DAYS[:1])
        assert told(found) == (
            {("A", "C"): quarter, ("B", "C"): quarter, ("甲", "C"): quarter, ("D", "C"): quarter},
            {("B", "C"): half, ("甲", "C"): quarter, ("D", "C"): eighth},
            {("甲", "C"), ("D", "C")},
        )


def test_agreements_are_followed_to_their_end() -> None:
    """互为一致行动人 pool their votes; who follows a follower votes with the last."""
    third, half = Fraction(1, 4), Fraction(1, 2)
    store, _ = keep([([
        linked("A", "C", share="0.25", kind="concert", principal="B"),
        linked("B", "C", share="0.25", kind="concert", principal="A"), linked("D", "C", share="0.5"),
    ], None)])  # fmt: skip
    with store:
        (found,) = load_holdings(store, NOW, DAYS[:1])
        assert told(found)[1:] == (
            {("A", "C"): third, ("B", "C"): third, ("D", "C"): half}, {("A", "C"), ("B", "C")}
        )  # fmt: skip
    store, _ = keep([([
        linked("A", "C", share="0.25", kind="concert", principal="B"),
        linked("B", "C", share="0.25", kind="concert", principal="D"), linked("D", "C", share="0.5"),
    ], None)])  # fmt: skip
    with store:
        (found,) = load_holdings(store, NOW, DAYS[:1])
        assert told(found)[1:] == ({("D", "C"): Fraction(1)}, set())


def test_votes_without_a_share() -> None:
    """表决权委托: who votes and holds nothing is there all the same."""
    store, _ = keep([([linked("A", "C", voting="0.5"), linked("B", "C", share="0.5", voting="0")], None)])
    with store:
        (found,) = load_holdings(store, NOW, DAYS[:1])
        assert told(found) == ({("B", "C"): Fraction(1, 2)}, {("A", "C"): Fraction(1, 2)}, set())


def test_rows_of_one_pair_are_added_in_their_order() -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1: who adds otherwise gets other last digits."""
    ones = np.ones(3, np.int64)
    found = holdings_of(
        owner=ones, owned=ones * 2, share=np.array([0.1, 0.2, 0.3]), voter=ones, votes=np.array([0.3, 0.2, 0.1]),
        pooled=np.array([False, True, False]),
    )  # fmt: skip
    assert found.share.tolist() == [0.1 + 0.2 + 0.3]
    assert found.votes.tolist() == [0.3 + 0.2 + 0.1]
    assert found.share.tolist() != found.votes.tolist()
    assert found.pooled.tolist() == [True]
