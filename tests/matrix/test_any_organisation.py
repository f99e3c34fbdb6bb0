"""A property: whatever the organisation and the roles, no answer of any route or command holds a row of somebody whom
the reader does not see. The routes and commands are those of the matrix, each asked about those out of sight."""

import contextlib
import io
import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from desk_of_web import Asking
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from organisation import FIGURES, ROLES, found_for, organised, session_of
from sighted_homes import ABOVE, NAMES
from test_each_command import RULES as COMMANDS
from test_each_route import RULES as ROUTES
from test_each_route import filled

from hengjian.cli.main import main
from hengjian.web import Entrance, build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

IDS = tuple(NAMES)
#: Who stands directly below whom: each below one before it in the list, or below nobody.
TREES = st.tuples(*(st.sampled_from([None, *IDS[:at]]) for at in range(len(IDS)))).map(
    lambda above: {one: over for one, over in zip(IDS, above, strict=True) if over is not None}
)
GRANTS = st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(IDS)), min_size=1, max_size=2)
#: Of those out of sight so many are asked about.
FEW = 3
CLOSED = {"/static/{digest}/{name}", "/sign-in", "/sign-out"}


def below(node: str, above: Mapping[str, str]) -> set[str]:
    """A node and all below it; by following each one up."""

    def lies_below(one: str | None) -> bool:
        while one is not None and one != node:
            one = above.get(one)
        return one == node

    return {one for one in IDS if lies_below(one)}


def silent(asking: Asking, seen: set[str]) -> None:
    """Nothing that the reader is answered holds a name or a figure of those out of sight."""
    hidden = [text for one in IDS if one not in seen for text in (NAMES[one], str(FIGURES[one]), f"{FIGURES[one]:,}")]
    told = seen_texts(asking, [one for one in IDS if one not in seen][:FEW] or [IDS[0]])
    assert told
    for where, text in told:
        for word in hidden:  # a figure as a whole: its digits may stand in a ratio of somebody else's
            assert not re.search(rf"(?<![0-9.]){re.escape(word)}(?![0-9])", text), f"{where} holds {word}"


def seen_texts(asking: Asking, whom: Sequence[str]) -> list[tuple[str, str]]:
    """What every route and command answers the reader about some of them."""
    client = TestClient(
        build(asking, entrance=Entrance()), base_url="http://127.0.0.1", raise_server_exceptions=False,
        follow_redirects=False,
    )  # fmt: skip
    client.cookies.set("session", session_of(asking, "reader"))
    every = {one: found_for(asking, one) for one in whom}
    found = []
    for (method, path), need in ROUTES.items():
        if method == "GET" and path not in CLOSED:
            about = whom if need.about in ("entity", "person") else whom[:1]
            for one in about:
                address = filled(path, every[one]) + need.query.replace("A1", one)
                answer = client.get(address)
                assert answer.status_code < 500, address
                found.append((address, answer.text))
    return found + commanded(asking, every)


def commanded(asking: Asking, every: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What the commands that change nothing print."""

    def ask(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return asking(method, {key: part for key, part in question.items() if key != "space"})

    found = []
    with tempfile.TemporaryDirectory() as folder:
        labels, outcomes = Path(folder) / "labels.csv", Path(folder) / "outcomes.csv"
        for name, needs in COMMANDS.items():
            for need in needs:
                if need.about == "folder" or need.action not in ("see", "trace"):
                    continue
                for one in every if need.about == "entity" else list(every)[:1]:
                    labels.write_text(f"entity,date\n{one},2025-12-31\n", encoding="utf-8")
                    outcomes.write_text(f"entity,outcome\n{one},1\n", encoding="utf-8")
                    given = {"out": f"{folder}/{one}", "file": "", "labels": labels, "outcomes": outcomes}
                    words = need.words.format_map({**every[one], **given}).split()
                    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "oe")
                    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                        main([name, "SPACE", *words, "--as", "reader", "--json"], ask)
                    printed = b"".join(one.buffer.getvalue() for one in (out, err))
                    found.append((f"{name} {' '.join(words)}", printed.decode("utf-8", "replace")))
    return found


def walked(above: Mapping[str, str], grants: list[tuple[Any, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asking = Asking(organised(Path(folder) / "home", above, {"reader": grants}))
        try:
            silent(asking, set().union(*(below(node, above) for _, node in grants)))
        finally:
            asking.close()


@example(above=ABOVE, grants=[("officer", "A")])
@settings(phases=[Phase.explicit], deadline=None, suppress_health_check=list(HealthCheck))
@given(above=TREES, grants=GRANTS)
def test_no_route_and_no_command_tells_of_whom_one_does_not_see(
    above: Mapping[str, str], grants: list[tuple[Any, str]]
) -> None:
    walked(above, grants)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(above=TREES, grants=GRANTS)
def test_nor_in_many_organisations(above: Mapping[str, str], grants: list[tuple[Any, str]]) -> None:
    walked(above, grants)


def test_the_walk_would_find_somebody(asking: Asking) -> None:
    """Who sees everybody is told of everybody, by pages and by commands."""
    client = TestClient(build(asking, entrance=Entrance()), base_url="http://127.0.0.1")
    client.cookies.set("session", session_of(asking, "officer.space"))
    assert all(name in client.get("/entities").text for name in NAMES.values())
