"""Tasks give what one evaluation gives, bit for bit, whichever they are and in whichever order they are carried out."""

import dataclasses
import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import owned_worlds, random_world
from realm import catalogue, checked
from scenes import panel_of, scene_of
from test_against_naive import NAMES, Case, cases
from test_ownership_against_naive import PROGRAMMES

from hengjian.evaluate.digest import digest
from hengjian.evaluate.distribute import Done, Task, Unreadable, evaluate_by_tasks, groups_of, tasks_of, work
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.period import Period
from hengjian.panel.panel import Panel
from hengjian.panel.parcel import Parcel, write_parcel
from hengjian.panel.scene import Frame, Scene

QUARTERS = Frame(type="firm", frequency="quarter", everyone=True)


def full(case: Case) -> Scene:
    """The scene of everyone, with what the formulas reach and nothing more."""
    return scene_of(case.world, needs(case.programme, NAMES, everyone=True, about=case.frame.type))


def elsewhere(tasks: Sequence[Task]) -> Iterator[Done]:
    """As a cluster does: in any order, and everything that travels is packed."""
    shuffled = Random(len(tasks)).sample(tasks, len(tasks))
    for task in shuffled:
        yield pickle.loads(pickle.dumps(work(pickle.loads(pickle.dumps(task)))))


@settings(max_examples=15)
@given(cases(), st.integers(1, 6))
def test_the_same_digest(tmp_path_factory: pytest.TempPathFactory, case: Case, threads: int) -> None:
    scene = full(case)
    parcel = write_parcel(scene, tmp_path_factory.mktemp("parcel") / "0")
    found = evaluate_by_tasks(case.programme, NAMES, scene, None, parcel=parcel, threads=threads, carry=elsewhere)
    assert digest(found) == digest(evaluate(case.programme, NAMES, scene))


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(1, 4))
def test_the_same_digest_through_ownership(
    tmp_path_factory: pytest.TempPathFactory, seed: int, firms: int, threads: int
) -> None:
    programme = PROGRAMMES["firm"]
    names = list(programme.indicators)
    world = owned_worlds(programme.catalogue, seed, firms)
    scene = scene_of(world, needs(programme, names, everyone=True))
    parcel = write_parcel(scene, tmp_path_factory.mktemp("parcel") / "0")
    found = evaluate_by_tasks(programme, names, scene, None, parcel=parcel, threads=threads, carry=elsewhere)
    assert digest(found) == digest(evaluate(programme, names, scene))


INDICATORS = {
    "plain": "cash / debt", "peers": "median(cash / debt, within: industry, at_least: 2)",
    "year": "yoy(staff)", "long": "since(cash > debt)", "alone": "rating * 2",
}  # fmt: skip


@pytest.fixture(scope="module")
def programme() -> Programme:
    """Formulas that read their own period, a year before it, and all that was."""
    return checked(catalogue({name: ("firm", "ratio", text) for name, text in INDICATORS.items()}))


def written(programme: Programme, folder: Path) -> tuple[Scene, Parcel]:
    world = random_world(programme.catalogue, 7, 6, 2, 3)
    wanted = needs(programme, list(INDICATORS), everyone=True)
    scene = Scene(frame=wanted.frame, home=panel_of(world, wanted.frame))
    return scene, write_parcel(scene, folder)


def test_which_tasks(programme: Programme, tmp_path: Path) -> None:
    """Formulas of one period go period by period, those that look back by stretches, those over all time in one."""
    scene, parcel = written(programme, tmp_path / "0")
    first, last = scene.home.periods[0], scene.home.periods[-1]
    tasks = list(tasks_of(programme, list(INDICATORS), parcel, first, last, 12))
    parted = {
        name: sorted((one.first.index, one.last.index) for one in tasks if name in one.names) for name in INDICATORS
    }
    assert len(scene.home.periods) == 12
    for name, stretches in parted.items():
        covered = [index for begin, end in stretches for index in range(begin, end + 1)]
        assert covered == list(range(first.index, last.index + 1)), name
    assert [len(parted[name]) for name in INDICATORS] == [12, 12, 3, 1, 12]
    assert all(set(one.programme.indicators) == set(one.names) for one in tasks)
    assert all(not one.programme.catalogue.measures for one in tasks)


def test_only_the_periods_wanted(programme: Programme, tmp_path: Path) -> None:
    scene, parcel = written(programme, tmp_path / "0")
    whole = evaluate(programme, list(INDICATORS), scene)
    wanted = scene.home.periods[7], scene.home.periods[8]
    asked: list[Period] = []

    def carry(tasks: Sequence[Task]) -> Iterator[Done]:
        asked.extend(period for one in tasks for period in (one.first, one.last))
        return elsewhere(tasks)

    found = evaluate_by_tasks(programme, list(INDICATORS), scene, wanted, parcel=parcel, threads=2, carry=carry)
    assert set(asked) == set(wanted)
    for name in INDICATORS:
        assert np.array_equal(found.columns[name].reasons[7:9], whole.columns[name].reasons[7:9])
        assert np.array_equal(found.columns[name].values[7:9], whole.columns[name].values[7:9], equal_nan=True)
        assert np.isnan(found.columns[name].values[:7]).all()


def test_formulas_that_share_inputs_stand_together(programme: Programme) -> None:
    wants = {name: needs(programme, [name], everyone=True) for name in ("plain", "alone", "peers", "year")}
    assert groups_of(wants, 2) == [("plain", "peers"), ("alone", "year")]
    assert groups_of(wants, 9) == [("plain",), ("peers",), ("alone",), ("year",)]


def test_what_was_written_is_gone(programme: Programme, tmp_path: Path) -> None:
    scene, parcel = written(programme, tmp_path / "0")
    (task, *_) = tasks_of(programme, ["plain"], parcel, scene.home.periods[0], scene.home.periods[0], 1)
    (tmp_path / "0").rename(tmp_path / "1")
    with pytest.raises(Unreadable, match=r"entities\.parquet"):
        work(task)


def test_a_parcel_knows_all_that_a_scene_holds() -> None:
    """Who adds to a scene or a panel sees to its files."""
    assert [one.name for one in dataclasses.fields(Scene)] == [
        "frame", "home", "others", "links", "is_led", "ownership",
    ]  # fmt: skip
    assert [one.name for one in dataclasses.fields(Panel)] == [
        "cut", "periods", "entities", "ordinals", "columns", "basis", "attributes",
    ]  # fmt: skip
