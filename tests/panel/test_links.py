"""Links as arrays, against the slow reference that paints every day by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from histories import cuts
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Reference
from world import HERE, WORLD, linked, recorded, stated

from hengjian.model.cut import Cut, KnownAt
from hengjian.model.declaration import Attribute, AttributeKind, Label, LinkType
from hengjian.model.filing import LinkRow, Row
from hengjian.panel.links import Edges, load_links
from hengjian.store import Store

NAMES = ("甲", "A", "B", "C", "D")
DAYS = tuple(date(2020, 1, 1) + timedelta(days=step) for step in range(8))
LABEL = Label(zh="持股", en="Owns")
NOW = Cut()
History = list[tuple[list[Row], date | None]]


def link_type(kind: AttributeKind | None = "number") -> LinkType:
    share = {} if kind is None else {"share": Attribute(name="share", label=LABEL, kind=kind, place=HERE)}
    return LinkType(name="owns", label=LABEL, source="enterprise", target="enterprise", attributes=share, place=HERE)


OWNS = link_type()


def keep(history: History) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZoneInfo("Asia/Shanghai"))
    store.register(WORLD)
    for entry, (rows, known_from) in enumerate([([stated(name) for name in NAMES], None), *history]):
        for keeper in (store, reference):
            keeper.stage(entry, recorded(entry), rows, known_from)
    store.commit(len(history) + 1)
    return store, reference


def places(names: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Ordinals of these: they were registered in this order."""
    return np.array(sorted(NAMES.index(name) for name in names), np.int64)


def pairs(edges: Edges, near: Sequence[str], far: Sequence[str]) -> list[tuple[str, str]]:
    ends = zip(places(near)[edges.near], places(far)[edges.far], strict=True)
    return [(NAMES[one], NAMES[other]) for one, other in ends]


def load(store: Store, days: Sequence[date], cut: Cut = NOW, link: LinkType = OWNS, back: bool = False) -> list[object]:
    found = load_links(store, cut, link, back, places(NAMES), places(NAMES), days)
    return [pairs(edges, NAMES, NAMES) for edges in found]


_known = st.none() | st.dates(date(2023, 12, 20), date(2024, 1, 8))
_day = st.none() | st.sampled_from(DAYS)
_row = st.builds(
    lambda source, target, begins, ends, share, known: linked(
        source, target, begins, ends, known_from=known, **({} if share is None else {"share": share})
    ),
    st.sampled_from(NAMES), st.sampled_from(NAMES), _day, _day, st.sampled_from((None, "0", "0.3", "1")), _known,
)  # fmt: skip
_filings: st.SearchStrategy[History] = st.lists(
    st.tuples(st.lists(_row, min_size=1, max_size=6), _known), min_size=1, max_size=6
)
_some = st.lists(st.sampled_from(NAMES), unique=True)


@settings(max_examples=40)
@given(
    _filings, st.lists(cuts, min_size=1, max_size=3), _some, _some, st.lists(st.sampled_from(DAYS)), st.booleans(),
    st.sampled_from(("number", "text", None)),
)  # fmt: skip
def test_links_of_random_histories(
    history: History, questions: list[Cut], near: list[str], far: list[str], days: list[date], back: bool,
    share: AttributeKind | None,
) -> None:  # fmt: skip
    store, reference = keep(history)
    with store:
        for cut in questions:
            found = load_links(store, cut, link_type(share), back, places(near), places(far), days)
            asked = [cut.as_of or day for day in days]
            painted = reference.links(cut, "owns", asked)
            assert [pairs(edges, near, far) for edges in found] == [
                sorted(_held(painted[day], share, back, near, far), key=_order) for day in asked
            ]
            for row in range(1, len(found)):
                same = np.array_equal(found[row - 1].near, found[row].near)
                same &= np.array_equal(found[row - 1].far, found[row].far)
                assert same == (found[row - 1] is found[row])


def _held(
    painted: dict[tuple[str, str], LinkRow], share: str | None, back: bool, near: list[str], far: list[str]
) -> list[tuple[str, str]]:
    held = [ends for ends, row in painted.items() if share == "text" or dict(row.attributes).get("share") != "0"]
    turned = [(target, source) if back else (source, target) for source, target in held]
    return [ends for ends in turned if ends[0] in near and ends[1] in far]


def _order(ends: tuple[str, str]) -> tuple[int, int]:
    return NAMES.index(ends[0]), NAMES.index(ends[1])


def test_an_entity_moves_and_a_correction_is_recorded_later() -> None:
    store, _ = keep([
        ([linked("A", "C", share="1")], None),
        ([linked("A", "C", DAYS[3], share="0"), linked("B", "C", DAYS[3], share="0.6")], None),
        ([linked("B", "C", DAYS[2], DAYS[5], share="0.7")], None),
    ])  # fmt: skip
    with store:
        assert load(store, DAYS[1:4]) == [[("A", "C")], [("A", "C"), ("B", "C")], [("B", "C")]]
        assert load(store, DAYS[1:4], back=True) == [[("C", "A")], [("C", "A"), ("C", "B")], [("C", "B")]]
        earlier = Cut(known_at=KnownAt(entries=3))
        assert load(store, DAYS[1:4], earlier) == [[("A", "C")], [("A", "C")], [("B", "C")]]
        assert load(store, DAYS[1:3], replace(NOW, as_of=DAYS[7])) == [[("B", "C")]] * 2
        assert load(store, DAYS[2:4], Cut(known_at=KnownAt(entries=1))) == [[], []]
        assert load(store, []) == []


def test_days_between_which_nothing_changes_share_one_object() -> None:
    store, _ = keep([([linked("A", "C", DAYS[1], DAYS[4]), linked("A", "C", DAYS[2], DAYS[3], share="0.5")], None)])
    with store:
        found = load_links(store, NOW, OWNS, False, places(NAMES), places(NAMES), DAYS)
        assert [len(edges.near) for edges in found] == [0, 1, 1, 1, 0, 0, 0, 0]
        assert found[1] is found[2] is found[3], "a row that says the same changes nothing"
        assert found[4] is found[7]
