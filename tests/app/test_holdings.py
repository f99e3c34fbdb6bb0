"""Who holds whom, as a server keeps it: after any filing the same to the bit as what would be loaded."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from homes import at_desk, submission
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owning_homes import TITLES, holding, owning, register

from hengjian.app import holdings as kept_holdings
from hengjian.app.desk import Desk
from hengjian.app.holdings import refresh_registers, registers_on, staged_graph
from hengjian.app.hot import keep
from hengjian.app.local import METHODS
from hengjian.app.writer import Writer
from hengjian.model.cut import Cut
from hengjian.model.filing import LinkRow
from hengjian.panel.holdings import Holdings, load_holdings
from hengjian.store import Store

NAMES = "ABCDEF"
DAYS = [date(2024, 6, 30), date(2026, 3, 31)]
FIELDS = ("ordinals", "owner", "owned", "share", "voter", "company", "votes", "pooled")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that keeps what it loads, and knows A to F."""
    desk = at_desk(owning(tmp_path_factory.mktemp("served") / "home", " ".join(NAMES)))
    keep(desk)
    yield desk
    desk.close()


def same(one: Holdings, other: Holdings) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in FIELDS]
    return all(ours.dtype == theirs.dtype and np.array_equal(ours, theirs) for ours, theirs in pairs)


ROWS = st.builds(
    holding, st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["0", "0.05", "0.1", "0.15"]),
    since=st.sampled_from(["", "2024-01-01", "2025-01-01", "2027-01-01"]),
    voting=st.sampled_from(["", "0", "0.2"]), kind=st.sampled_from(["", "", "nominee", "concert"]),
    principal=st.sampled_from(["", *NAMES]),
)  # fmt: skip


def is_fair(row: str) -> bool:
    _, owner, owned, *_, kind, principal = row.strip().split(",")
    return owner != owned and bool(kind) >= bool(principal) and principal not in (owner, owned)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(rows=st.lists(ROWS.filter(is_fair), min_size=1, max_size=3, unique_by=lambda row: tuple(row.split(",")[1:3])))
def test_what_is_kept_is_what_would_be_loaded(served: Desk, rows: list[str]) -> None:
    registers_on(served, Cut(), DAYS)
    METHODS["submit"](served, submission(f"{TITLES}\n{''.join(rows)}", form="links"))
    refresh_registers(served)
    found = registers_on(served, Cut(), DAYS)
    for register_, loaded in zip(found, load_holdings(served.store, Cut(), DAYS), strict=True):
        assert same(register_.graph.holdings, loaded)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that keeps what it loads: A holds B."""
    desk = at_desk(owning(tmp_path / "home", "A B C", "A B 50%"))
    keep(desk)
    yield desk
    desk.close()


def look(desk: Desk, entity: str, **question: object) -> dict[str, float]:
    """What it holds: cash-flow rights by entity."""
    answer = METHODS["look_through"](desk, {"entity": entity, **question})
    return {one["entity"]: one["cash_flow"] for one in answer["holdings"]}


def enter(desk: Desk, text: str, form: str = "links") -> None:
    METHODS["submit"](desk, submission(text, form=form))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many days were loaded whole, each time that any were."""
    counts: list[int] = []

    def counting(store: Store, cut: Cut, days: Sequence[date]) -> tuple[Holdings, ...]:
        if days:
            counts.append(len(days))
        return load_holdings(store, cut, days)

    monkeypatch.setattr(kept_holdings, "load_holdings", counting)
    return counts


def test_a_server_loads_a_day_once(desk: Desk, loaded: list[int]) -> None:
    assert look(desk, "A") == {"B": 0.5}
    enter(desk, f"{TITLES}\n{holding('B', 'C', '20%')}")
    assert look(desk, "A") == {"B": 0.5, "C": 0.1}
    enter(desk, register("D"), form="entities")
    enter(desk, f"{TITLES}\n{holding('C', 'D', '10%')}{holding('A', 'B', 0)}")
    assert (look(desk, "A"), look(desk, "B")) == ({}, {"C": 0.2, "D": pytest.approx(0.02)})
    assert loaded == [1]


def test_what_nothing_is_stated_of_stays_the_very_same(desk: Desk) -> None:
    (before,) = registers_on(desk, Cut(), DAYS[:1])
    enter(desk, f"{TITLES}\n{holding('B', 'C', '20%', since='2025-01-01')}")
    (after,) = registers_on(desk, Cut(), DAYS[:1])
    assert after.graph is before.graph


def test_a_principal_that_is_registered_later_is_found(desk: Desk, loaded: list[int]) -> None:
    desk.store.stage(
        desk.log.size, datetime(2026, 1, 1, tzinfo=UTC),
        [LinkRow(
            link="owns", source="A", target="C", valid_from=None, valid_to=None, file="f", sheet=None, cell="A2",
            attributes=(("share", "0.3"), ("kind", "nominee"), ("principal", "Z")),
        )],
    )  # fmt: skip
    desk.store.commit(desk.log.size)
    assert look(desk, "A") == {"B": 0.5, "C": 0.3}, "nobody is registered as Z"
    enter(desk, register("Z"), form="entities")
    assert (look(desk, "A"), look(desk, "Z")) == ({"B": 0.5}, {"C": 0.3})
    assert loaded == [1]


def test_very_much_at_once_is_loaded_anew(desk: Desk, loaded: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(desk, "A") == {"B": 0.5}
    monkeypatch.setattr(kept_holdings, "MANY", 0)
    enter(desk, f"{TITLES}\n{holding('B', 'C', '20%')}")
    assert look(desk, "A") == {"B": 0.5, "C": 0.1}
    assert loaded == [1, 1]


def test_a_past_moment_is_loaded_anew_after_a_filing(desk: Desk, loaded: list[int]) -> None:
    """A filing from an archive may claim to have been known then."""
    moment = {"as_known_at": f"entry:{desk.log.size}"}
    enter(desk, f"{TITLES}\n{holding('B', 'C', '20%')}")
    assert [look(desk, "A", **moment), look(desk, "A", **moment)] == [{"B": 0.5}, {"B": 0.5}]
    assert loaded == [1]
    enter(desk, f"{TITLES}\n{holding('A', 'C', '5%')}")
    assert look(desk, "A", **moment) == {"B": 0.5}
    assert loaded == [1, 1]


def test_only_some_days_are_kept(desk: Desk, loaded: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_holdings, "KEPT", 2)
    days = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-02", "2026-01-01"]
    assert [look(desk, "A", as_of=day) for day in days] == [{"B": 0.5}] * 5
    assert loaded == [1, 1, 1, 1], "the one but last was still there"


def test_rebuilt_tables_are_read_again(desk: Desk) -> None:
    assert look(desk, "A") == {"B": 0.5}
    METHODS["rebuild"](desk, {})
    enter(desk, f"{TITLES}\n{holding('B', 'C', '20%')}")
    assert look(desk, "A") == {"B": 0.5, "C": 0.1}


def test_the_writer_brings_it_up_after_each_group(desk: Desk, loaded: list[int]) -> None:
    writer = Writer(desk, METHODS)
    assert writer.ask("look_through", {"entity": "A"})["holdings"][0]["entity"] == "B"
    (register_,) = registers_on(desk, Cut(), [date(2026, 3, 31)])
    writer.ask("submit", submission(f"{TITLES}\n{holding('B', 'C', '20%')}", form="links"))
    writer.close()
    (after,) = registers_on(desk, Cut(), [date(2026, 3, 31)])
    assert after.graph is not register_.graph
    assert loaded == [1]


def test_what_is_only_staged_is_not_kept(desk: Desk, loaded: list[int]) -> None:
    """A trial stages rows and gives them up."""
    row = LinkRow(
        link="owns", source="B", target="C", valid_from=None, valid_to=None, file="f", sheet=None, cell="A2",
        attributes=(("share", "0.2"),),
    )  # fmt: skip
    companies = [desk.store.ordinals(["C"])["C"]]
    day = date(2026, 3, 31)

    def stage() -> None:
        desk.store.stage(desk.log.size, datetime(2026, 1, 1, tzinfo=UTC), [row])

    stage()
    assert look(desk, "A") == {"B": 0.5, "C": 0.1}
    assert len(staged_graph(desk, day, companies).holdings.share) == 2
    desk.discard()
    assert look(desk, "A") == {"B": 0.5}
    assert loaded == [1, 1, 1]
    stage()
    assert len(staged_graph(desk, day, companies).holdings.share) == 2
    desk.discard()
    assert (look(desk, "A"), loaded) == ({"B": 0.5}, [1, 1, 1]), "made of what is kept, and not kept itself"
