"""Whatever the organisation, the filings and the roles: no answer holds anything of one whom its reader cannot see."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from homes import copied, filed
from hypothesis import given, settings
from hypothesis import strategies as st
from subtree_homes import ENTITIES, FORMULAS, MEASURES, YEARS, betrayed, figure, opened, put, registered

from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.ledger.canonical import parse
from hengjian.model.filing import filing_id
from hengjian.model.issue import Refused
from hengjian.people import Grant, Person

IDS = tuple(ENTITIES)


@st.composite
def trees(draw: st.DrawFn) -> Mapping[str, str]:
    """Who stands above whom: the first ones above the later ones."""
    above: dict[str, str] = {}
    for place in range(1, len(IDS)):
        at = draw(st.integers(-1, place - 1))
        if at >= 0:
            above[IDS[place]] = IDS[at]
    return above


pairs = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda ends: ends[0] != ends[1])
registers = st.dictionaries(pairs, st.sampled_from([20, 40]), max_size=8)
principals = st.dictionaries(pairs, st.sampled_from(IDS), max_size=2)
nodes = st.tuples(st.sampled_from(IDS), st.sampled_from(["parent", "owns"]))
files = st.permutations([(one, measure, year) for one in IDS for measure in MEASURES for year in YEARS])
_numbers = count()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return registered(tmp_path_factory.mktemp("property") / "home")


ANY = given(above=trees(), held=registers, for_others=principals, granted=st.lists(nodes, max_size=2), rows=files)


def no_answer_holds_anything_of_an_outsider(
    template: Path, above: Mapping[str, str], held: Mapping[tuple[str, str], int],
    for_others: Mapping[tuple[str, str], str], granted: Sequence[tuple[str, Any]],
    rows: Sequence[tuple[str, str, int]],
) -> None:  # fmt: skip
    home = copied(template, template.parent / f"home-{next(_numbers)}")
    tree = "".join(f"parent,{one},{over}\n" for one, over in above.items())
    if tree:
        filed(home, f"link,from,to\n{tree}", form="links", name="tree.csv")
    _file_register(home, held, for_others)
    for part in (rows[:20], rows[20:]):
        lines = "".join(f"{one},{measure},{year},{figure(one, measure, year)}\n" for one, measure, year in sorted(part))
        filed(home, f"entity,measure,period,value\n{lines}", name="figures.csv")
    with opened(home) as desk:
        _grant(desk, granted)
        seen = [one["id"] for one in put(desk, "entities", "own")["entities"]]
        outside = [one for one in IDS if one not in seen]
        assert {node for node, _ in granted} <= set(seen)
        for question, answer in _answers(desk, seen):
            assert betrayed(answer, outside) == [], question


test_no_answer_holds_anything_of_an_outsider = settings(max_examples=3)(ANY(no_answer_holds_anything_of_an_outsider))
test_no_answer_holds_anything_of_an_outsider_at_length = pytest.mark.slow(
    settings(max_examples=40)(ANY(no_answer_holds_anything_of_an_outsider))
)


def _file_register(home: Path, held: Mapping[tuple[str, str], int], for_others: Mapping[tuple[str, str], str]) -> None:
    """Who holds whom, and for whom; rows that a register refuses are left out of it."""
    for (owner, owned), share in {**held, **dict.fromkeys(for_others, 20)}.items():
        principal = for_others.get((owner, owned), "")
        kind = "nominee" if principal else ""
        try:
            filed(
                home, f"link,from,to,share,kind,principal\nowns,{owner},{owned},{share}%,{kind},{principal}\n",
                form="links", name="register.csv",
            )  # fmt: skip
        except Refused:
            continue


def _grant(desk: Desk, granted: Sequence[tuple[str, Any]]) -> None:
    person = Person(person="own", name="own").record()
    drafts = [event_draft(desk, "person", person, topic="own", subject="", actor="t")]
    for at, (node, tree) in enumerate(granted, start=desk.log.size + 1):
        grant = Grant(
            grant=f"R{at:06d}", person="own", role="viewer", tree=tree, node=node, since=date(2020, 1, 1)
        ).record()  # fmt: skip
        drafts.append(event_draft(desk, "role", grant, topic=str(grant["grant"]), subject="", actor="t"))
    enter_events(desk, drafts)


def _answers(desk: Desk, seen: Sequence[str]) -> Iterator[tuple[str, object]]:
    """Every answer that the reader gets, refusals as their texts."""
    names = ["assets", *FORMULAS]
    for method, question in (
        ("evaluate", {}), ("values", {}), ("calendar", {"form": "balance"}),
        ("portfolio", {"type": "enterprise", "columns": names}),
        *(("show", {"entity": one}) for one in seen),
        *(("explain", {"entity": one, "indicator": name, "period": "2023"}) for one in seen for name in names),
        *(("prove", {"entity": one, "indicator": name, "period": "2023"}) for one in seen[:2] for name in names),
        *(("prove", {"filing": filing_id(entry)}) for entry in range(desk.log.size)),
        *(("prove", {"filing": filing_id(entry), "cells": ["D2"]}) for entry in range(desk.log.size)),
    ):  # fmt: skip
        try:
            answer: object = put(desk, method, "own", **question)
        except Refused as refused:
            answer = [(issue.message, issue.hint) for issue in refused.issues]
        if isinstance(answer, dict) and "bundle" in answer:
            answer = parse(answer["bundle"])
        yield f"{method} {question}", answer
