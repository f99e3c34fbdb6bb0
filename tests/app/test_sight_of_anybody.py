"""Random organisations, holdings, filings and readers: no answer holds anything of those whom the reader does not see.

Each entity has an id, a name and figures that stand nowhere else, so that a text tells whose it is. What a reader may
see is told apart from the program: by walking the parents, and row by row of what was filed.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from homes import TITLES, at_desk, copied, made, submission, write_pack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owning_homes import TITLES as LINKS
from owning_homes import holding
from sighted_homes import enter_persons, texts
from warned_homes import TODAY, WARNED, debt, set_today

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.model.issue import Forbidden, Refused

NUMBER = re.compile(r"[0-9]+")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("anybody")
    home = made(folder / "home", write_pack(folder / "pack", WARNED))
    set_today(home, TODAY)
    return home


def named(at: int) -> str:
    return f"单位X{at:02d}Y"


@dataclass(kw_only=True)
class World:
    """What is filed. `above`: the parent of each, a lower number; `rows` of each file: whom each row names."""

    above: list[int | None]
    files: list[tuple[str, list[frozenset[int]]]] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    def below(self, node: int) -> set[int]:
        found = {node}
        for at, parent in enumerate(self.above):
            if parent in found:
                found.add(at)
        return found


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, list[tuple[str, str, str]], list[int]]:
    """A world, its files (form, name, text) and the nodes of some readers."""
    count = draw(st.integers(4, 8))
    ids = range(count)
    world = World(above=[None, *(draw(st.none() | st.integers(0, at - 1)) for at in range(1, count))])
    files = []
    for number in range(draw(st.integers(1, 4))):
        whose = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
        lines = ""
        for one in whose:
            assets, debts = 1_000_000 + 10_007 * (number * 50 + one), 2_000_000 + 10_007 * (number * 50 + one)
            assets -= draw(st.sampled_from([0, -9_000_000]))
            world.figures |= {str(assets): one, str(debts): one}
            lines += debt(named(one), f"2025-Q{number + 1}", debts, assets)
        name = draw(st.sampled_from(["figures.csv", *(f"{named(one)}.csv" for one in whose)]))
        files.append(("observations", name, TITLES + lines))
        world.files.append((name, [frozenset({one}) for one in whose for _ in range(2)]))
    pairs = draw(st.lists(st.tuples(*[st.sampled_from(ids)] * 2).filter(lambda pair: pair[0] != pair[1]), unique=True))
    lines, rows = "", []
    for owner, owned in pairs[:14]:
        principal = draw(st.none() | st.sampled_from([one for one in ids if one not in (owner, owned)]))
        kind = "" if principal is None else draw(st.sampled_from(["nominee", "concert"]))
        told = "" if principal is None else named(principal)
        lines += holding(named(owner), named(owned), f"{draw(st.integers(1, 10))}%", kind=kind, principal=told)
        rows.append(frozenset({owner, owned, *(() if principal is None else (principal,))}))
    if rows:
        files.append(("links", "holdings.csv", f"{LINKS}\n{lines}"))
        world.files.append(("holdings.csv", rows))
    return world, files, draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True))


def asked(desk: Desk, reader: str | None, method: str, **question: object) -> dict[str, Any]:
    return METHODS[method](desk, {**question, "actor": reader})


def refused(desk: Desk, reader: str, method: str, **question: object) -> str:
    """What is said to a question about something that is not there to the reader, without its name."""
    with pytest.raises(Refused) as caught:
        asked(desk, reader, method, **question)
    assert not isinstance(caught.value, Forbidden)
    (name,) = question.values()
    return caught.value.issues[0].message.replace(str(name), "it")


def answers(desk: Desk, reader: str, seen: set[int]) -> Iterator[object]:
    """Every answer of the questions about filings, holdings, alerts and cases."""
    for method in ("filings", "ledger", "export_bods", "ownership_tops", "holding_faults"):
        yield asked(desk, reader, method)
    for one in sorted(seen):
        entity = named(one)
        yield asked(desk, reader, "filings", entity=entity)
        for method in ("relations", "ownership_chart", "export_bods"):
            yield asked(desk, reader, method, entity=entity)
        for direction in ("up", "down"):
            yield asked(desk, reader, "look_through", entity=entity, direction=direction)
        yield from (
            asked(desk, reader, "look_through", entity=entity, to=named(other)) for other in seen if other != one
        )
    for method in ("alert", "case"):
        listed = asked(desk, reader, f"{method}s", owners=True)
        yield listed
        for one in asked(desk, None, f"{method}s")[f"{method}s"]:
            question: dict[str, object] = {method: one[method]}
            if int(one["entity"][3:5]) in seen:
                yield asked(desk, reader, method, owners=True, **question)
            else:
                assert refused(desk, reader, method, **question) == refused(
                    desk, reader, method, **{method: f"{one[method][0]}000999"}
                )


def filings(desk: Desk, reader: str, filed: dict[str, list[frozenset[int]]], seen: set[int]) -> Iterator[object]:
    """Every filing that states something of who is seen; the others are not there."""
    entries = []
    for filing, rows in filed.items():
        told = sum(names <= seen for names in rows)
        if not told:
            assert refused(desk, reader, "filing", filing=filing) == refused(desk, reader, "filing", filing="F000999")
            assert refused(desk, reader, "blob", filing=filing) == refused(desk, reader, "blob", filing="F000999")
            continue
        entries.append(filing)
        one = asked(desk, reader, "filing", filing=filing)
        assert (one["rows"], len(one["cells"]), one.get("withheld", 0)) == (told, told, len(rows) - told)
        yield one
        if told == len(rows):
            assert (
                asked(desk, reader, "blob", filing=filing)["data"] == asked(desk, None, "blob", filing=filing)["data"]
            )
            yield asked(desk, reader, "blob", filing=filing)
        else:
            with pytest.raises(Forbidden):
                asked(desk, reader, "blob", filing=filing)
    listed = asked(desk, reader, "filings")
    assert [one["filing"] for one in listed["filings"]] == entries[::-1]
    assert listed["count"] == len(entries)
    held = [one["filing"] for one in asked(desk, reader, "ledger")["entries"] if one["kind"] == "filing"]
    assert held == entries[::-1]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=worlds())
def test_nothing_of_others_stands_in_any_answer(
    empty: Path, made: tuple[World, list[tuple[str, str, str]], list[int]]
) -> None:
    world, files, nodes = made
    with tempfile.TemporaryDirectory() as folder:
        desk = at_desk(copied(empty, Path(folder) / "home"))
        try:
            filed = _file(desk, world, files, nodes)
            for reader, node in [*((f"r{one}", one) for one in nodes), ("nobody", None)]:
                _look(desk, world, filed, reader, set() if node is None else world.below(node))
        finally:
            desk.close()


def _file(
    desk: Desk, world: World, files: list[tuple[str, str, str]], nodes: list[int]
) -> dict[str, list[frozenset[int]]]:
    """Files all; whom each row of each filing names."""
    ids = range(len(world.above))
    units = "".join(f"{named(one)},enterprise,名称{named(one)}公司\n" for one in ids)
    parents = {one: up for one, up in enumerate(world.above) if up is not None}
    lines = "".join(f"parent,{named(one)},{named(up)}\n" for one, up in parents.items())
    given = [
        (submission(f"entity,type,name\n{units}", form="entities"), [frozenset({one}) for one in ids]),
        (
            submission(f"link,from,to\n{lines}parent,E1,E2\n", form="links"),
            [*(frozenset(pair) for pair in parents.items()), frozenset({99})],
        ),
        *(
            (submission(text, form=form, name=name), rows)
            for (form, name, text), (_, rows) in zip(files, world.files, strict=True)
        ),
    ]
    filed = {METHODS["submit"](desk, question)["filing"]: rows for question, rows in given}
    enter_persons(desk, {f"r{one}": named(one) for one in nodes})
    return filed


def _look(desk: Desk, world: World, filed: dict[str, list[frozenset[int]]], reader: str, seen: set[int]) -> None:
    size = desk.log.size
    others = [one for one in range(len(world.above)) if one not in seen]
    for answer in [*filings(desk, reader, filed, seen), *answers(desk, reader, seen)]:
        for text in texts(answer):
            assert not any(named(one) in text for one in others), text
            assert all(world.figures.get(number, -1) not in others for number in NUMBER.findall(text)), text
    assert desk.log.size == size, "who reads enters nothing"
