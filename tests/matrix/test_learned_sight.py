"""Learned scores to who sees a part: nothing is counted or told of others, and that they stand in it is said."""

from typing import Any

import pytest
from desk_of_web import Asking
from organisation import NAMES, TARGET

from hengjian.model.issue import Forbidden, Refused


def asked(asking: Asking, method: str, person: str | None, **question: object) -> dict[str, Any]:
    who = {"actor": "local:test" if person is None else person}
    return asking(method, {**question, **who})


def test_a_version_to_who_sees_a_part(asking: Asking) -> None:
    (whole,) = asked(asking, "models", None)["models"]
    (cut,) = asked(asking, "models", "viewer.own")["models"]
    (version,), (seen,) = whole["versions"], cut["versions"]
    assert version["data"]["entities"] == len(NAMES)
    assert "beyond" not in version
    assert seen["beyond"] is True
    assert not {"rows", "entities", "events", "failed"} & {*seen["data"]}
    assert "bins" not in seen["tried"]
    assert set(seen["labels"]) == {"sha256"}
    assert seen["data"]["sha256"] == version["data"]["sha256"]


def test_scores_of_those_in_sight(asking: Asking) -> None:
    every = {one["entity"]: one for one in asked(asking, "model_score", None, model="failure")["scores"]}
    assert {*every} == {*NAMES}
    found = asked(asking, "model_score", "viewer.own", model="failure")
    assert {one["entity"] for one in found["scores"]} == {"A", "A1", "A2", "A3"}
    assert (found["beyond"], found["cut"]) == (True, True)
    assert all(one == every[one["entity"]] for one in found["scores"])
    with pytest.raises(Refused, match="no entity is registered as 'B1'"):
        asked(asking, "model_score", "viewer.own", model="failure", entities=["B1"])


def test_who_may_train(asking: Asking) -> None:
    labels = {"name": "labels.csv", "data": b"entity,outcome\nA,1\n"}
    for person in ("viewer.space", "administrator.space", "analyst.parent", "officer.own"):
        with pytest.raises(Forbidden, match="may not train"):
            asked(asking, "train_model", person, model="failure", labels=labels, cross_section=True)
    with pytest.raises(Refused, match="5 are the least"):
        asked(asking, "train_model", "analyst.space", model="failure", labels=labels, cross_section=True)


def test_an_entity_taken_apart_for_who_sees_it(asking: Asking) -> None:
    (one,) = asked(asking, "model_score", "viewer.own", model="failure", entities=[TARGET], sources=True)["scores"]
    assert {leaf["entity"] for part in one["inputs"] for leaf in part["sources"]} == {TARGET}
