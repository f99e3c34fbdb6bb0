"""Walks in a pack's tests: read beside worked cases, their faults told."""

import pytest
from small_pack import FILES, load

T = "tests/cases.yaml"
WALK = """\
- name: it is closed
  walk: mending
  linked: {owned_by: [X1]}
  steps:
    - {by: a, on: 2026-03-31, fields: {place: quay}, files: {before: [a.jpg]}}
    - {by: b, on: 2026-04-01, step: close, at: X1, note: done, refused: another person}
  expect: {state: closed}
"""


def test_a_walk_stands_beside_worked_cases() -> None:
    pack, issues = load({**FILES, T: FILES[T] + WALK})
    assert not issues
    assert pack is not None
    assert [one.name for one in pack.cases] == ["one"]
    (walk,) = pack.walks
    assert (walk.workflow, dict(walk.linked), dict(walk.expect)) == (
        "mending", {"owned_by": ("X1",)}, {"state": "closed"},
    )  # fmt: skip
    opening, close = walk.steps
    assert (opening.actor, opening.step, dict(opening.fields), dict(opening.files)) == (
        "a", None, {"place": "quay"}, {"before": ("a.jpg",)},
    )  # fmt: skip
    assert (close.step, close.at, close.note, close.refused) == ("close", "X1", "done", "another person")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("on: 2026-04-01", "on: soon", "on of item 2 of steps of walk 1"),
        ("step: close", "stp: close", "item 2 of steps of walk 1 has an unknown key 'stp'"),
        ("  expect: {state: closed}\n", "", "walk 1 lacks the key 'expect'"),
        ("files: {before: [a.jpg]}", "files: {before: a.jpg}", "files of item 1 of steps of walk 1 'before'"),
    ],
)
def test_each_fault_of_a_walk(old: str, new: str, message: str) -> None:
    assert old in WALK
    _, issues = load({**FILES, T: FILES[T] + WALK.replace(old, new)})
    assert any(one.message.startswith(message) for one in issues), issues
