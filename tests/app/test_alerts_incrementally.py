"""In any world of owners, after any story of filings, corrections, withdrawals and links: a space that is kept open and
looks only at what was touched tells, step by step, what one tells that looks at everything anew; and each cause is what
a slow recursive definition says."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owning_homes import TITLES as LINKS
from owning_homes import holding, register
from warned_homes import TITLES, WARNED, at_desk, copied, debt, filed, standing, warned

from hengjian.app.alerts import supervise
from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.hot import keep
from hengjian.app.submission import Submission
from hengjian.app.submit import enter_group

RULES = """\
lines:
  label: {zh: 负债率, en: Debt}
  type: enterprise
  levels: {red: debt_ratio > 90%, yellow: debt_ratio > 70%}
  clear: debt_ratio < 60%
  unknown: blue
  depth: 3
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
loss:
  label: {zh: 亏损, en: Loss}
  type: enterprise
  when: net_profit < 0
  level: blue
  source: by hand
  message: {zh: "{net_profit}", en: "{net_profit}"}
below:
  label: {zh: 所持亏损, en: Losses below}
  type: enterprise
  when: "total(net_profit, over: owns) < 0"
  level: orange
  source: by hand
  message: {zh: 亏损, en: Losses}
worst:
  label: {zh: 行业最差, en: The worst of its industry}
  type: enterprise
  when: "rank(debt_ratio, within: industry, at_least: 2) <= 1 and debt_ratio > 50%"
  level: yellow
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
"""
PEOPLE = "PQRST"
QUARTERS = ("2022-Q4", "2023-Q1")
#: Who holds whom before the story begins: three layers, and T beside them.
BEGUN = {("P", "Q"): 60, ("Q", "R"): 60, ("R", "S"): 100, ("P", "T"): 40, ("Q", "T"): 30}
#: For the losses of those that are held nobody's own is reported.
DEEP = {"lines": 3, "loss": None, "below": None, "worst": None}
GRAVITY = ["red", "orange", "yellow", "blue"]

DEBT = st.sampled_from([40, 65, 75, 80, 95])
FIGURES = st.one_of(
    DEBT.map(lambda debt: {"total_assets": 100, "total_liabilities": debt}),
    st.sampled_from([-8, 5, "撤回"]).map(lambda profit: {"net_profit": profit}),
    st.dictionaries(
        st.sampled_from(["total_liabilities", "total_assets"]), st.one_of(DEBT, st.just("撤回")), min_size=1, max_size=2
    ),
)
PERSON = st.sampled_from(PEOPLE)
FILED = st.tuples(PERSON, st.sampled_from(QUARTERS), FIGURES)
STEP = st.one_of(
    st.tuples(st.just("figures"), st.lists(FILED, min_size=1, max_size=4)),
    st.tuples(st.just("link"), st.tuples(PERSON, PERSON, st.sampled_from([0, 30, 60, 100]))),
    st.tuples(st.just("industry"), st.tuples(PERSON, st.sampled_from(["power", "trading"]))),
)  # fmt: skip


@dataclass
class World:
    """What was stated so far, so that what is filed next is sound."""

    stated: set[tuple[str, str, str]] = field(
        default_factory=lambda: {
            (one, measure, "2022-Q4") for one in PEOPLE for measure in ("total_assets", "total_liabilities")
        }
    )
    shares: dict[tuple[str, str], int] = field(default_factory=lambda: dict(BEGUN))

    def text(self, step: tuple[str, Any]) -> tuple[str, str] | None:
        """Form and text of a step; None where there is nothing sound to file."""
        kind, said = step
        if kind == "industry":
            return "entities", f"entity,type,name,industry\n{said[0]},enterprise,{said[0]} Ltd,{said[1]}\n"
        if kind == "link":
            owner, owned, share = said
            others = [held for (one, two), held in self.shares.items() if two == owned and one != owner]
            if owner == owned or share + sum(others) > 100:
                return None
            self.shares[owner, owned] = share
            return "links", f"{LINKS}\n{holding(owner, owned, f'{share}%')}"
        cells = {(person, measure, quarter): value for person, quarter, part in said for measure, value in part.items()}
        cells = {cell: value for cell, value in cells.items() if value != "撤回" or cell in self.stated}
        self.stated |= {cell for cell, value in cells.items() if value != "撤回"}
        self.stated -= {cell for cell, value in cells.items() if value == "撤回"}
        rows = "".join(f"{one},{measure},{quarter},{value}\n" for (one, measure, quarter), value in cells.items())
        return ("observations", TITLES + rows) if rows else None

    def controlled(self, owner: str) -> set[str]:
        """Of whom an owner and those that it controls have more than half: found round by round."""
        found: set[str] = set()
        while True:
            mine = {owner, *found}
            more = {
                held for held in PEOPLE
                if held not in mine and sum(self.shares.get((one, held), 0) for one in mine) > 50
            }  # fmt: skip
            if not more:
                return found
            found |= more

    def way(self, path: list[str], raised: dict[str, dict[str, Any]], steps: int | None) -> list[str]:
        """The way down from the last of a path: to the gravest, farthest, first child, and on from there."""
        here = path[-1]
        under = [one for one in self.controlled(here) if self.shares.get((here, one), 0) > 0]
        under = sorted(one for one in under if one in raised and one not in path)
        if not under or steps == 0:
            return path
        best = under[0]
        for one in under[1:]:
            if weight(raised[one]) < weight(raised[best]):
                best = one
        return self.way([*path, best], raised, None if steps is None else steps - 1)


def weight(alert: dict[str, Any]) -> tuple[int, float]:
    value, line = alert["value"], alert["threshold"]
    far = float("-inf")
    if value is not None and line is not None and alert["missing"] is None:
        far = abs(value - line) / (abs(line) if line else 1.0) * (-1 if alert["held"] else 1)
    return GRAVITY.index(alert["level"]), -far


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = warned(tmp_path_factory.mktemp("world") / "home", {**WARNED, "rules/debt.yaml": RULES})
    filed(home, register(*PEOPLE), form="entities", name="people.csv")
    rows = "".join(holding(owner, owned, f"{share}%") for (owner, owned), share in BEGUN.items())
    filed(home, f"{LINKS}\n{rows}", form="links", name="held.csv")
    filed(home, TITLES + "".join(debt(one, "2022-Q4", 40) for one in PEOPLE), name="debts.csv")
    return home


def entered(desk: Desk, form: str, text: str, key: str) -> None:
    question = {"files": [{"name": "f.csv", "data": text.encode()}], "form": form, "actor": "tester", "key": key}
    (outcome,) = enter_group(desk, [Submission.of(question)])
    assert isinstance(outcome, dict), outcome


def told(desk: Desk, since: int) -> set[tuple[Any, ...]]:
    """What the events of alerts after an entry say, but for their names and where they stand."""
    names = (
        "rule", "entity", "event", "state", "level", "level_before", "period", "value", "threshold", "missing", "held",
        "path", "cause", "filing",
    )  # fmt: skip
    events = [event for _, event in desk.store.newest_events(("alert",), limit=10_000) if event.entry >= since]
    return {tuple(str(record_of(event)[name]) for name in names) for event in events}


def anew(desk: Desk) -> None:
    """Look at everything as if it had just been filed."""
    desk.store.note_supervised(0)
    supervise(desk)


@settings(max_examples=4)
@given(story=st.lists(STEP, min_size=4, max_size=14))
def test_what_is_looked_at_in_part_is_told_as_in_whole(blank: Path, story: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World()
        homes = [copied(blank, Path(folder) / name) for name in ("kept", "whole")]
        kept = at_desk(homes[0])
        try:
            keep(kept)
            for number, step in enumerate(story):
                sound = world.text(step)
                if sound is None:
                    continue
                whole = at_desk(homes[1])
                try:
                    starts = kept.log.size, whole.log.size
                    entered(kept, *sound, f"step {number}")
                    entered(whole, *sound, f"step {number}")
                    first = told(whole, starts[1])
                    anew(whole)
                    assert told(whole, starts[1]) == first, "looking at all again tells nothing more"
                    assert told(kept, starts[0]) == first
                finally:
                    whole.close()
            anew_kept = kept.log.size
            anew(kept)
            assert kept.log.size == anew_kept
        finally:
            kept.close()
        by_rule: dict[str, dict[str, dict[str, Any]]] = {rule: {} for rule in DEEP}
        for (rule, entity), one in standing(homes[0], state="raised").items():
            by_rule[rule][entity] = one
        for rule, raised in by_rule.items():
            for entity, one in raised.items():
                assert one["path"] == world.way([entity], raised, DEEP[rule])
                assert one["cause"] == one["path"][-1]
