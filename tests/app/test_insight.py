"""Which filed rows a reader may see."""

from hengjian.app.insight import rows_seen, sees_row
from hengjian.ledger.canonical import canonical
from hengjian.people import EVERYTHING, NOTHING, Reach

FIGURE = {"entity": "A1", "measure": "assets", "period": "2024"}
ENTITY = {"entity": "B1", "type": "enterprise", "name": "乙", "attributes": {}}
LINK = {"link": "owns", "from": "A", "to": "A1", "attributes": {"share": "0.6"}}
OURS = Reach(frozenset({"A", "A1"}))


def test_a_figure_and_a_description_are_seen_by_who_sees_the_entity() -> None:
    assert sees_row(OURS, FIGURE)
    assert not sees_row(OURS, ENTITY)
    assert sees_row(Reach(frozenset({"B1"})), ENTITY)


def test_a_link_needs_both_ends() -> None:
    assert sees_row(OURS, LINK)
    assert not sees_row(Reach(frozenset({"A"})), LINK)
    assert not sees_row(Reach(frozenset({"A1"})), LINK)


def test_a_holding_for_another_needs_that_other() -> None:
    nominee = LINK | {"attributes": {"kind": "nominee", "principal": "B"}}
    assert not sees_row(OURS, nominee)
    assert sees_row(Reach(frozenset({"A", "A1", "B"})), nominee)


def test_rows_by_their_places() -> None:
    rows = [canonical(one) for one in (ENTITY, FIGURE, LINK)]
    assert rows_seen(OURS, rows) == [1, 2]
    assert rows_seen(EVERYTHING, rows) == [0, 1, 2]
    assert rows_seen(NOTHING, rows) == []
