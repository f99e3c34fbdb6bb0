"""`contagion`: what is told of a network that was filed, to whom, and what a default does there."""

from pathlib import Path
from typing import Any

import pytest
from scenario_homes import TODAY, asked, figures, guarantees, playing

from hengjian.model.issue import Refused

EQUITY = {"A": 100.0, "B": 60.0, "C": 30.0}
#: A holds 60 % of B and stands for it and for C; B and C stand for each other, and C for D, of which nothing is known.
ROWS = ("A B 100 20", "A C 40", "B C 50", "C B 10", "C D 5", "A B 60%")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = figures(**{one: {"2025-Q4": {"equity": value}} for one, value in EQUITY.items()})
    return playing(tmp_path_factory.mktemp("contagion") / "home", given, guarantees(*ROWS))


def by_entity(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["entity"]: one for one in rows}


def test_what_there_is(home: Path) -> None:
    answer = asked(home, "contagion")
    assert (answer["network"], answer["as_of"], answer["unit"], answer["loss_rate"]) == (
        "guarantees",
        TODAY,
        "万元",
        1.0,
    )
    assert (answer["links"], answer["entities"], answer["total"], answer["unknown"]) == (5, 4, 205.0, 0)
    assert answer["rings"] == [{"size": 2, "members": ["B", "C"], "ring": ["B", "C"], "amount": 60.0}]
    assert answer["longest"] == {"depth": 3, "at_least": False, "chain": ["A", "B", "C", "D"]}
    assert answer["concentration"] == {
        "largest": "A", "share": 140 / 205,
        "index": pytest.approx((140 / 205) ** 2 + (50 / 205) ** 2 + (15 / 205) ** 2),
    }  # fmt: skip
    assert answer["guarantors"][0] == {
        "entity": "A", "amount": 140.0, "net": 120.0, "unknown": 0, "share": 140 / 205, "buffer": 100.0,
        "period": "2025-Q4", "to_buffer": 1.4, "debtors": 2, "depth": 3, "at_least": False,
    }  # fmt: skip
    assert [one["entity"] for one in answer["guarantors"]] == ["A", "B", "C"]
    assert answer["debtors"][0] == {
        "entity": "B",
        "amount": 110.0,
        "guarantors": 2,
        "largest": {"entity": "A", "share": 100 / 110},
    }
    assert answer["more"] == {"rings": 0, "guarantors": 0, "debtors": 0, "owners": 0}


def test_an_owner_with_those_whom_it_controls(home: Path) -> None:
    """A stands for 140, B for 50: 190 in full, 140 + 0.6 × 50 by share; 100 of it A stands for B, within the group."""
    assert by_entity(asked(home, "contagion")["owners"])["A"] == {
        "entity": "A", "own": 140.0, "below": 1, "full": 190.0, "weighted": 170.0, "inside": 100.0, "buffer": 100.0,
        "to_buffer": 1.9,
    }  # fmt: skip


def test_what_a_default_does(home: Path) -> None:
    """C falls: B is called for 50 of 60 and stands with 10; A for 40, and bears 0.6 × 50 of B's loss: 30 are left."""
    played = asked(home, "contagion", defaults=["C"])["cascade"]
    assert (played["defaults"], played["fallen"], played["unknown"], played["called"]) == (["C"], 1, 0, 90.0)
    assert by_entity(played["entities"])["A"] == {
        "entity": "A",
        "status": "stands",
        "round": None,
        "called": 40.0,
        "written": 30.0,
        "buffer": 100.0,
        "left": 30.0,
    }
    fallen = asked(home, "contagion", defaults=["B"])["cascade"]
    assert fallen["rounds"] == [{"round": 0, "entities": ["B"]}, {"round": 1, "entities": ["A"]}]
    assert by_entity(fallen["entities"])["A"]["left"] == 100 - 80 - 36, "the counter-guarantee of 20 is not called"


def test_of_whom_nothing_is_known_nothing_is_safe(tmp_path: Path) -> None:
    given = figures(A={"2025-Q4": {"equity": 100.0}})
    home = playing(tmp_path / "home", given, guarantees("A B 50", "B C 10", "C D 5", "D B 1"))
    played = by_entity(asked(home, "contagion", defaults=["D"])["cascade"]["entities"])
    assert {one: row["status"] for one, row in played.items()} == {
        "D": "named", "C": "unknown", "B": "unknown", "A": "stands",
    }  # fmt: skip
    assert played["C"] == {
        "entity": "C",
        "status": "unknown",
        "round": None,
        "called": 5.0,
        "written": 0.0,
        "buffer": None,
        "left": None,
    }


def test_around_one(home: Path) -> None:
    answer = asked(home, "contagion", entity="B")
    around = answer["around"]
    assert [(one["entity"], one["layer"], one["ring"], one["depth"]) for one in around["nodes"]] == [
        ("A", -1, None, 3), ("B", 0, 1, 2), ("C", 1, 1, 1), ("D", 2, None, 0),
    ]  # fmt: skip
    assert [(one["from"], one["to"], one["amount"], one["cover"]) for one in around["edges"]] == [
        ("A", "B", 100.0, 20.0), ("A", "C", 40.0, None), ("B", "C", 50.0, None), ("C", "B", 10.0, None),
        ("C", "D", 5.0, None),
    ]  # fmt: skip
    assert answer["chain"]["chain"] == ["B", "C", "D"]
    assert asked(home, "contagion", entity="B", nodes=2)["around"]["more"] == 2


def test_guarantees_are_dated_and_taken_back(tmp_path: Path) -> None:
    titles = "link,from,to,balance,secured,share,valid_from,valid_to\n"
    rows = "guarantees,A,B,100,,,2025-01-01,2026-01-01\nguarantees,A,C,50,,,2025-07-01,\nguarantees,B,C,7,,,,\n"
    back = f"{titles}guarantees,B,C,,,,,#withdrawn\n"
    home = playing(tmp_path / "home", ("links", titles + rows), ("links", back))
    assert asked(home, "contagion", as_of="2025-12-31")["total"] == 150.0
    assert asked(home, "contagion")["total"] == 50.0
    assert asked(home, "contagion", as_of="2024-12-31")["total"] == 0.0


def test_an_amount_that_is_not_told(tmp_path: Path) -> None:
    home = playing(tmp_path / "home", figures(A={"2025-Q4": {"equity": 9.0}}),
                   ("links", "link,from,to,balance\nguarantees,A,B,\nguarantees,A,C,2\n"))  # fmt: skip
    answer = asked(home, "contagion", defaults=["B"], entity="A")
    assert (answer["total"], answer["unknown"], answer["guarantor"]["unknown"]) == (2.0, 1, 1)
    assert by_entity(answer["cascade"]["entities"])["A"]["status"] == "unknown"
    assert [one["amount"] for one in answer["around"]["edges"]] == [None, 2.0]


@pytest.mark.parametrize(
    ("question", "message", "hint"),
    [
        ({"network": "guarantee"}, "no network is called 'guarantee'", "did you mean guarantees?"),
        (
            {"defaults": ["O"]},
            "O neither stands for anybody in guarantees, nor has a guarantor, owner or holding",
            "its default reaches nobody here; name another one",
        ),
        (
            {"as_of": "2019-12-31"}, "the parameter loss_rate has no value on 2019-12-31",
            "the network guarantees is asked about earlier than its loss rate is declared for",
        ),
    ],
)  # fmt: skip
def test_faults_are_told(home: Path, question: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(home, "contagion", **question)
    assert (refused.value.issues[0].message, refused.value.issues[0].hint) == (message, hint)


def test_without_a_network(tmp_path: Path) -> None:
    home = playing(tmp_path / "home", more={"networks.yaml": ""})
    with pytest.raises(Refused) as refused:
        asked(home, "contagion")
    assert refused.value.issues[0].message == "no pack declares a network"
    assert refused.value.issues[0].hint == "take in a pack with networks.yaml, such as early_warning"
