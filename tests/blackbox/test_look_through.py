"""`look-through` as users of the command meet it: the vectors of supervision.md section 6, filed and looked at."""

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from kit import Server, Space, hengjian, says
from tiny_pack import write_pack

KEYS = ["entity", "cash_flow", "direct", "control", "control_right", "level", "paths", "paths_more"]
METHOD = {"cash_flow": "scc-exact", "control": "threshold", "threshold": 0.5}
TODAY = "2026-03-31"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A space that knows A to F, M, S and X. To be copied."""
    folder = tmp_path_factory.mktemp("known")
    space = Space.at(folder, write_pack(folder / "pack"))
    space.enter("entity,type,name\n" + "".join(f"{one},enterprise,{one}\n" for one in "ABCDEFMSX"), form="entities")
    space.configure("today", TODAY)
    return space


@pytest.fixture
def space(known: Space, tmp_path: Path) -> Space:
    return known.copy(tmp_path)


def own(rows: str, more: str = "") -> str:
    """The form `links`; `rows` hold owner, owned, share and what `more` names."""
    titles = ",".join(["link,from,to,share", *more.split()])
    lines = [row.split() for row in rows.replace(";", "\n").splitlines() if row.strip()]
    return f"{titles}\n" + "".join(f"owns,{','.join('' if cell == '-' else cell for cell in line)}\n" for line in lines)


def below(space: Space, entity: str, *args: str, **flags: object) -> dict[str, dict[str, Any]]:
    """The holdings of an answer whose shape is that of the contract."""
    answer = space.run("look-through", entity, *args, **flags).done().json
    assert list(answer)[:5] == ["entity", "direction", "as_of", "method", "holdings"]
    assert all(list(one) == KEYS for one in answer["holdings"])
    return {one["entity"]: one for one in answer["holdings"]}


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-9)


def test_a_ring_of_two(space: Space) -> None:
    space.enter(own("S A 60%; S B 20%; A B 50%; B A 10%; M A 30%; M B 30%"), form="links")
    answer = space.run("look-through", "S").done().json
    assert {key: answer[key] for key in ("entity", "direction", "as_of", "method")} == {
        "entity": "S", "direction": "down", "as_of": TODAY, "method": METHOD,
    }  # fmt: skip
    assert answer["rings"] == [["A", "B"]]
    rights = {entity: one["cash_flow"] for entity, one in below(space, "S", "--down").items()}
    assert rights == {"A": near(0.62 / 0.95), "B": near(0.5 / 0.95)}
    minority = {entity: one["cash_flow"] for entity, one in below(space, "M").items()}
    assert minority == {"A": near(0.33 / 0.95), "B": near(0.45 / 0.95)}
    above = below(space, "B", "--up")
    assert {owner: one["cash_flow"] for owner, one in above.items()} == {
        "S": near(0.5 / 0.95), "A": near(0.5 / 0.95), "M": near(0.45 / 0.95),
    }  # fmt: skip
    assert [one["via"] for one in above["S"]["paths"]] == [["A"], []]
    assert below(space, "X") == {}


def test_a_ring_of_three(space: Space) -> None:
    space.enter(own("S A .5; S B .3; S C .1; A B .4; B C .5; C A .2; M A .3; M B .3; M C .4"), form="links")
    assert {entity: one["cash_flow"] for entity, one in below(space, "S").items()} == {
        "A": near(0.55 / 0.96), "B": near(0.508 / 0.96), "C": near(0.35 / 0.96),
    }  # fmt: skip
    assert {entity: one["cash_flow"] for entity, one in below(space, "M").items()} == {
        "A": near(0.41 / 0.96), "B": near(0.452 / 0.96), "C": near(0.61 / 0.96),
    }  # fmt: skip


def test_both_rights_of_several_chains(space: Space) -> None:
    space.enter(own("F C 30%; F B 30%; B C 20%"), form="links")
    one = below(space, "F")["C"]
    assert (one["control_right"], one["cash_flow"], one["control"]) == (near(0.5), near(0.36), False)
    assert [(path["via"], path["share"]) for path in one["paths"]] == [([], 0.3), (["B"], near(0.06))]
    space.enter(own("D A 40%; A E 30%; D S 80%; S M 70%; D M 10%"), "more.csv", form="links")
    found = below(space, "D")
    assert (found["E"]["cash_flow"], found["M"]["cash_flow"]) == (near(0.12), near(0.66))
    assert found["M"]["control"] is True


def test_a_closed_ring_is_refused_and_named(space: Space) -> None:
    space.enter(own("A B 100%; B A 100%; S X 40%"), form="links")
    for direction in ("--down", "--up"):
        (fault,) = space.run("look-through", "A", direction).faults
        assert says([fault], "A, B", "cash-flow rights have no value")
        assert "share of 0" in fault["hint"]
    assert list(below(space, "S")) == ["X"], "nobody else is kept from an answer"


def test_both_clocks(space: Space) -> None:
    space.enter(own("F C 40% 2020-01-01", "valid_from"), "1.csv", form="links")
    receipt = space.enter(own("F C 60% 2022-01-01", "valid_from"), "2.csv", form="links")
    space.enter(own("F C 0 2024-01-01", "valid_from"), "3.csv", form="links")
    space.enter(own("F C 45% 2020-01-01 2022-01-01", "valid_from valid_to"), "4.csv", form="links")

    def share(day: str, **flags: object) -> float | None:
        found = below(space, "F", as_of=day, **flags)
        return found["C"]["direct"] if found else None

    assert [share(day) for day in ("2019-12-31", "2021-12-31", "2022-01-01", "2024-01-01")] == [None, 0.45, 0.6, None]
    then = {"as_known_at": receipt["recorded_at"]}
    assert [share(day, **then) for day in ("2021-12-31", "2022-01-01", "2024-01-01")] == [0.4, 0.6, 0.6]
    answer = space.run("look-through", "F", as_of="2022-01-01", since="2021-12-31").done().json
    assert answer["changes"] == [{
        "entity": "C", "change": "changed",
        "before": {"cash_flow": 0.45, "direct": 0.45, "control": False, "level": 1},
        "after": {"cash_flow": 0.6, "direct": 0.6, "control": True, "level": 1},
    }]  # fmt: skip


def test_nominees_and_concert(space: Space) -> None:
    space.enter(own("A C 30% nominee F; B C 25% concert F; F C 5% - -", "kind principal"), form="links")
    assert below(space, "A") == {}
    one = below(space, "F")["C"]
    assert (one["direct"], one["cash_flow"], one["control"], one["control_right"]) == (
        near(0.35), near(0.35), True, near(0.6),
    )  # fmt: skip


def test_another_method_is_named(space: Space) -> None:
    space.enter(own("F A 48%; B A 12%; A B 90%; M A 40%; M B 10%"), form="links")
    answer = space.run("look-through", "F", to="A", method="disposable").done().json
    assert answer["method"] == {**METHOD, "control": "disposable"}
    assert [one["control"] for one in answer["holdings"]] == [True]
    assert below(space, "F")["A"]["control"] is False
    assert below(space, "F", threshold="30%")["A"]["control"] is True
    assert space.run("look-through", "F", method="magic").code == 2
    assert space.run("look-through", "F", "--up", "--down").code == 2


def test_as_people_read_it(space: Space) -> None:
    space.enter(own("S A 60%; S B 20%; A B 50%; B A 10%"), form="links")
    lines = hengjian("look-through", space.path, "S", plain=True).done().out.splitlines()
    more = "by going round in rings"
    assert lines == [
        f"S: what it holds on {TODAY}",
        "  cash flow scc-exact; control threshold, more than 50%",
        "  level  entity  cash flow  direct  control right  controls  paths",
        f"      1  A        65.2632%     60%            70%       yes  60% directly; 2% via B; 3.2632% {more}",
        f"      1  B        52.6316%     20%            70%       yes  30% via A; 20% directly; 2.6316% {more}",
        "  ring: A, B",
    ]
    assert "nothing" in hengjian("look-through", space.path, "X", plain=True).done().out
    assert says(space.run("look-through", "Q").faults, "no entity is registered as 'Q'")


def test_a_server_answers_alike_and_follows_filings(space: Space, tmp_path: Path) -> None:
    space.enter(own("S A 60%; A B 50%"), form="links")
    alone = space.run("look-through", "S").done().json
    with Server(space, tmp_path / "errors") as server:
        assert space.run("look-through", "S").done().json == alone
        space.enter(own("B C 40%"), "more.csv", form="links")
        assert list(below(space, "S")) == ["A", "B", "C"]
        query = urllib.parse.urlencode({"entity": "C", "direction": "up", "to": "S"})
        with urllib.request.urlopen(f"{server.url}api/look-through?{query}") as answer:
            found = json.load(answer)
        assert found == space.run("look-through", "C", "--up", to="S").done().json
        assert found["holdings"][0]["cash_flow"] == near(0.12)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}api/look-through?entity=Q")
        assert says(json.load(refused.value)["faults"], "no entity is registered as 'Q'")
