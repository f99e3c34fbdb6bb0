"""Runs the walks of every shipped pack (tests/*.yaml): each case goes through its workflow as they say."""

from dataclasses import replace

import pytest

from hengjian.casework.walk import walked
from hengjian.load import find_pack, load_pack, shipped_names
from hengjian.model.declaration import Pack
from hengjian.model.workflow import Walk, Workflow


def shipped(name: str) -> Pack:
    pack, issues = load_pack(find_pack(name), name)
    assert issues == ()
    assert pack is not None
    return pack


WALKS = [(name, walk) for name in shipped_names() for walk in shipped(name).walks]


def flow_of(pack: str, walk: Walk) -> Workflow:
    return next(one for one in shipped(pack).workflows if one.name == walk.workflow)


@pytest.mark.parametrize(("pack", "walk"), WALKS, ids=[f"{pack}: {walk.name}" for pack, walk in WALKS])
def test_a_case_goes_as_the_pack_says(pack: str, walk: Walk) -> None:
    assert walked(flow_of(pack, walk), walk) == []


@pytest.mark.parametrize("pack", ["safety_hazards", "listing"])
def test_the_walks_take_nearly_every_step(pack: str) -> None:
    for flow in shipped(pack).workflows:
        walks = [walk for name, walk in WALKS if name == pack and walk.workflow == flow.name]
        taken = {one.step for walk in walks for one in walk.steps if one.refused is None}
        assert flow.transitions.keys() - taken <= {"dismiss", "report"}


@pytest.mark.parametrize(("pack", "walk"), WALKS, ids=[f"{pack}: {walk.name}" for pack, walk in WALKS])
def test_a_walk_that_says_otherwise_is_told(pack: str, walk: Walk) -> None:
    flow = flow_of(pack, walk)
    for at, one in enumerate(walk.steps):
        other = None if one.refused else "anything"
        steps = (*walk.steps[:at], replace(one, refused=other), *walk.steps[at + 1 :])
        assert walked(flow, replace(walk, steps=steps)), f"step {at + 1}"
    assert walked(flow, replace(walk, expect={"state": "elsewhere"}))[-1].endswith("not elsewhere")
    assert walked(flow, replace(walk, expect={"stat": "x"})) == ["a case has no stat: did you mean state or at?"]
    assert walked(flow, replace(walk, steps=())) == ["no case was opened"]
