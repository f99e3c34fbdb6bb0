"""Frames between processes: what is sent is what arrives, and half a frame is never taken for a whole one."""

import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.app.wire import fault_body, raise_fault, read_frame, write_frame
from hengjian.model.issue import CellPlace, Failure, Issue, Place, Refused

BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$part", "$", "$$part"]), inner),
    max_leaves=20,
)  # fmt: skip
TEXTS = st.text(max_size=20)
PLACES = (
    st.none()
    | st.builds(Place, file=TEXTS, line=st.integers(1), column=st.integers(1))
    | st.builds(
        CellPlace, file=TEXTS, sheet=st.none() | TEXTS, cell=st.none() | TEXTS, row=st.none() | st.integers(1),
        column=st.none() | st.integers(1),
    )
)  # fmt: skip
ISSUES = st.builds(Issue, place=PLACES, message=TEXTS, hint=TEXTS, severity=st.sampled_from(["error", "warning"]))


def frame(body: object) -> bytes:
    stream = io.BytesIO()
    write_frame(stream, body)
    return stream.getvalue()


@given(BODIES)
def test_a_body_arrives_as_it_was_sent(body: object) -> None:
    assert read_frame(io.BytesIO(frame(body))) == body


@given(st.lists(BODIES, max_size=4))
def test_frames_follow_one_another_until_the_other_side_closes(bodies: list[object]) -> None:
    stream = io.BytesIO(b"".join(map(frame, bodies)))
    assert [read_frame(stream) for _ in bodies] == bodies
    assert read_frame(stream) is None


def test_tuples_arrive_as_lists_and_keys_as_text() -> None:
    assert read_frame(io.BytesIO(frame({1: ("a", b"b")}))) == {"1": ["a", b"b"]}


def test_a_frame_that_ends_early_is_no_frame() -> None:
    whole = frame({"files": [{"name": "财务.csv", "data": b"\x00" * 40}, {"data": b"end"}]})
    for size in range(1, len(whole)):
        with pytest.raises(EOFError):
            read_frame(io.BytesIO(whole[:size]))


def test_bytes_travel_beside_the_head() -> None:
    """A file of 200 MiB must not be blown up into text."""
    data = bytes(range(256))
    assert frame({"data": data}).endswith(data)
    (size,) = struct.unpack("!I", frame({"data": data})[:4])
    assert json.loads(frame({"data": data})[4 : 4 + size]) == {"body": {"data": {"$part": 0}}, "parts": [256]}


@given(st.lists(ISSUES, max_size=3))
def test_a_refusal_arrives_with_every_issue(issues: list[Issue]) -> None:
    with pytest.raises(Refused) as caught:
        raise_fault(read_frame(io.BytesIO(frame(fault_body(Refused(issues))))))
    assert list(caught.value.issues) == issues


@given(TEXTS, TEXTS, PLACES)
def test_a_failure_arrives_with_its_place(message: str, hint: str, place: Place | CellPlace | None) -> None:
    with pytest.raises(Failure) as caught:
        raise_fault(read_frame(io.BytesIO(frame(fault_body(Failure(message, hint, place))))))
    assert caught.value.issue == Issue(place=place, message=message, hint=hint)


def test_an_answer_is_no_fault() -> None:
    raise_fault({"answer": {"refused": []}})
