"""After any story of filings, corrections, withdrawals and other industries, the alerts that stand are those that a
plain re-reading of the story gives; and looking at everything once more enters nothing."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warned_homes import TITLES, asked, at_desk, copied, filed, size, standing, warned

from hengjian.app.alerts import supervise

QUARTERS = ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2")
MEASURES = ("total_assets", "total_liabilities", "net_profit", "pledged_assets")
LINES = {"2022": {"power": 0.75, "trading": 0.7}, "2023": {"power": 0.72, "trading": 0.65}}


@dataclass
class Told:
    """What a reader of the story notes of one alert."""

    raised: bool = False
    period: str = ""


@dataclass
class Reference:
    """The story re-read: figures by entity, measure and quarter, those withdrawn, and each rule's alert by entity."""

    figures: dict[tuple[str, str, str], float] = field(default_factory=dict)
    withdrawn: set[tuple[str, str, str]] = field(default_factory=set)
    industry: dict[str, str] = field(default_factory=lambda: {"E1": "power", "E2": "trading"})
    alerts: dict[tuple[str, str], Told] = field(default_factory=dict)

    def look(self, entity: str) -> None:
        for rule, reads in RULES.items():
            told = self.alerts.get((rule, entity))
            quarters = [one for one in QUARTERS if any((entity, measure, one) in self.figures for measure in reads)]
            holds = self.holds(rule, entity, quarters[-1]) if quarters else None
            if holds or (holds is False and told is not None and told.raised):
                self.alerts[rule, entity] = Told(raised=holds, period=quarters[-1])
            elif holds is None and told is not None and told.raised and self.is_taken_back(rule, entity, told.period):
                self.alerts[rule, entity] = Told(raised=False, period=told.period)

    def is_taken_back(self, rule: str, entity: str, quarter: str) -> bool:
        """Whether an alert stood on a figure that was withdrawn, and nobody can tell without it."""
        read = {(measure, quarter) for measure in RULES[rule]}
        if rule == "growing_debt" and (place := QUARTERS.index(quarter)):
            read.add(("total_liabilities", QUARTERS[place - 1]))
        is_unknown = self.holds(rule, entity, quarter) is None
        return is_unknown and any((entity, *one) in self.withdrawn for one in read)

    def holds(self, rule: str, entity: str, quarter: str) -> bool | None:
        def at(measure: str, when: str = quarter) -> float | None:
            return self.figures.get((entity, measure, when))

        debt, assets, profit, pledged = (at(name) for name in (MEASURES[1], MEASURES[0], MEASURES[2], MEASURES[3]))
        if rule == "high_debt":
            if debt is None or not assets:
                return None
            return debt / assets > LINES[quarter[:4]][self.industry[entity]]
        if rule == "loss":
            return None if profit is None else profit < 0
        place = QUARTERS.index(quarter)
        before = at("total_liabilities", QUARTERS[place - 1]) if place else None
        halves = (
            None if debt is None or before is None else debt > before,
            None if debt is None or pledged is None else debt > pledged,
        )
        return False if False in halves else None if None in halves else True


RULES = {
    "high_debt": ("total_assets", "total_liabilities"),
    "loss": ("net_profit",),
    "growing_debt": ("total_liabilities", "pledged_assets"),
}
ENTITY = st.sampled_from(["E1", "E2"])
FIGURES = st.dictionaries(
    st.sampled_from(MEASURES), st.one_of(st.sampled_from([-5, 0, 60, 70, 73, 80, 100]), st.just("撤回")),
    min_size=1, max_size=4,
)  # fmt: skip
STEP = st.one_of(
    st.tuples(ENTITY, st.sampled_from(QUARTERS), FIGURES),
    st.tuples(ENTITY, st.sampled_from(["power", "trading"])),
)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warned(tmp_path_factory.mktemp("warned") / "home")


@settings(max_examples=5)
@given(story=st.lists(STEP, min_size=3, max_size=10))
def test_the_alerts_that_stand_are_those_of_the_story(blank: Path, story: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, reference = copied(blank, Path(folder) / "home"), Reference()
        for number, step in enumerate(story):
            tell(home, reference, step, f"step {number}")
        found = {
            pair: Told(raised=one["state"] == "raised", period=one["period"]) for pair, one in standing(home).items()
        }
        assert found == reference.alerts
        before = size(home)
        assert asked(home, "rebuild")["same"] is True
        desk = at_desk(home)
        try:
            desk.store.note_supervised(0)
            assert supervise(desk) == []
        finally:
            desk.close()
        assert size(home) == before


def tell(home: Path, reference: Reference, step: tuple, key: str) -> None:
    """One step, in the space and in the reference. What was never stated cannot be withdrawn."""
    entity = step[0]
    if len(step) == 2:
        text = f"entity,type,name,industry\n{entity},enterprise,甲,{step[1]}\n"
        filed(home, text, form="entities", key=key)
        reference.industry[entity] = step[1]
    else:
        stated = {
            measure: value
            for measure, value in step[2].items()
            if value != "撤回" or (entity, measure, step[1]) in reference.figures
        }
        if not stated:
            return
        filed(
            home, TITLES + "".join(f"{entity},{name},{step[1]},{value}\n" for name, value in stated.items()), key=key
        )  # fmt: skip
        for measure, value in stated.items():
            if value == "撤回":
                del reference.figures[entity, measure, step[1]]
                reference.withdrawn.add((entity, measure, step[1]))
            else:
                reference.withdrawn.discard((entity, measure, step[1]))
                reference.figures[entity, measure, step[1]] = float(value)
    reference.look(entity)
