"""Who holds whom, for readers who do not see everybody.

D holds A and B whole. A holds 60 % of A1, B the other 40 %; A holds 50 % of A2 and B1 10 % of it; A1 and B2 hold each
other in a ring. A3 is held by A for B2 (a nominee), and B1 votes in A3 with A in concert. B1 holds 30 % of Q.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from owning_homes import TITLES as LINKS
from owning_homes import holding
from sighted_homes import NAMES, NODES, SIGHTS, asked, district, enrolled, filed, outsiders, texts

from hengjian.model.issue import Refused

ROWS = (
    holding("D", "A", "100%") + holding("D", "B", "100%") + holding("A", "A1", "60%") + holding("B", "A1", "40%")
    + holding("A", "A2", "50%") + holding("B1", "A2", "10%") + holding("A1", "B2", "20%") + holding("B2", "A2", "5%")
    + holding("B", "B1", "80%") + holding("A", "A3", "30%", kind="nominee", principal="B2")
    + holding("A2", "A3", "25%") + holding("B1", "A3", "15%", kind="concert", principal="A") + holding("B1", "Q", "30%")
    + holding("A3", "A2", "7%")
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = district(tmp_path_factory.mktemp("ownership") / "home")
    filed(found, f"{LINKS}\n{ROWS}", form="links", name="holdings.csv")
    return enrolled(found)


def seen(home: Path, entity: str, reader: str | None, direction: str = "down") -> dict[str, dict[str, Any]]:
    answer = asked(home, "look_through", entity=entity, direction=direction, actor=reader)
    return {one["entity"]: one for one in answer["holdings"]}


def test_relations_to_others_are_counted(home: Path) -> None:
    answer = asked(home, "relations", entity="A1", actor="own")
    assert sorted((one["link"], one["entity"]) for one in answer["links"]) == [("owns", "A"), ("parent", "A")]
    assert answer["withheld"] == 2, "B holds A1, which holds B2"
    nominee = asked(home, "relations", entity="A3", actor="own")
    assert nominee["withheld"] == 2, "what A holds for B2, and B1 in concert"
    assert "withheld" not in asked(home, "relations", entity="A3")


def test_holdings_count_everybody_and_tell_of_those_who_are_seen(home: Path) -> None:
    everyone, ours = seen(home, "A", None), seen(home, "A", "own")
    assert ours.keys() == {"A1", "A2", "A3"}
    assert everyone.keys() - ours.keys() == {"B2"}
    for entity, one in ours.items():
        figures = ("cash_flow", "direct", "control", "control_right", "level")
        assert [one[name] for name in figures] == [everyone[entity][name] for name in figures]
        assert all(set(path["via"]) <= {"A1", "A2", "A3"} for path in one["paths"])
        told = sum(path["share"] for path in one["paths"]) + one["paths_more"]["share"]
        assert told == pytest.approx(one["cash_flow"])
    assert [entity for entity, one in ours.items() if one.get("beyond")] == ["A2", "A3"]
    assert not any("beyond" in one for one in everyone.values())
    more = [found["A2"]["paths_more"]["count_at_least"] for found in (ours, everyone)]
    assert more == [2, 0], "through A1 and B2, and from there through A3"
    answer = asked(home, "look_through", entity="A", actor="own")
    assert answer["withheld"] == 1
    assert "withheld" not in asked(home, "look_through", entity="A")


def test_owners_who_are_not_seen_are_counted(home: Path) -> None:
    answer = asked(home, "look_through", entity="A2", direction="up", actor="own")
    assert [one["entity"] for one in answer["holdings"]] == ["A", "A3", "A1"]
    assert answer["withheld"] == 4, "D, B, B1 and B2"
    between = asked(home, "look_through", entity="A", to="A2", actor="own")
    assert {one["entity"] for one in between["between"]} <= {"A1", "A3"}
    assert between["withheld"] == 1


def test_those_who_are_not_seen_are_as_not_registered(home: Path) -> None:
    for method in ("relations", "look_through", "ownership_chart", "export_bods"):
        for reader in NODES:
            for one in outsiders(reader):
                said = []
                for name in (one, "E9"):
                    with pytest.raises(Refused) as caught:
                        asked(home, method, entity=name, actor=reader)
                    said.append(str(caught.value).replace(repr(name), "it"))
                assert said[0].splitlines()[0] == said[1].splitlines()[0]


QUESTIONS: list[tuple[str, dict[str, object]]] = [
    ("ownership_tops", {}), ("export_bods", {}), ("holding_faults", {}),
]  # fmt: skip
EACH: list[tuple[str, dict[str, object]]] = [
    ("relations", {}), ("look_through", {}), ("look_through", {"direction": "up"}), ("ownership_chart", {}),
    ("export_bods", {}), ("look_through", {"since": "2020-01-01"}),
]  # fmt: skip


@pytest.mark.parametrize("reader", SIGHTS)
def test_no_answer_names_an_outsider(home: Path, reader: str) -> None:
    answers = [asked(home, method, actor=reader, **question) for method, question in QUESTIONS]
    for one in SIGHTS[reader].split():
        answers += [asked(home, method, entity=one, actor=reader, **question) for method, question in EACH]
    for text in (text for answer in answers for text in texts(answer)):
        for one in outsiders(reader):
            assert text != one
            assert NAMES[one] not in text


def test_what_is_exported_is_of_those_who_are_seen(home: Path) -> None:
    answer = asked(home, "export_bods", actor="own")
    assert (answer["entities"], answer["holdings"]) == (4, 4)
    everyone = asked(home, "export_bods")
    assert (everyone["entities"], everyone["holdings"]) == (9, 14)
    assert answer["withheld"] == 7
    assert json.loads(asked(home, "export_bods", actor="nobody")["data"]) == []


def test_a_chart_of_those_who_are_seen(home: Path) -> None:
    everyone, ours = asked(home, "ownership_chart", entity="A"), asked(home, "ownership_chart", entity="A", actor="own")
    assert [node["entity"] for node in ours["nodes"]] == ["A", "A1", "A2", "A3"]
    assert ours["nodes"] == [node for node in everyone["nodes"] if node["entity"] in SIGHTS["own"].split()]
    assert ours["withheld"] == {"above": 1, "below": 1}
    assert {(one["from"], one["to"]) for one in ours["edges"]} == {("A", "A1"), ("A", "A2"), ("A2", "A3"), ("A3", "A2")}
    assert "withheld" not in everyone
    few = asked(home, "ownership_chart", entity="A", actor="own", most=2)
    assert ([node["entity"] for node in few["nodes"]], few["more"]) == (["A", "A1"], 2)


def test_tops_among_those_who_are_seen(home: Path) -> None:
    def tops(reader: str | None) -> list[tuple[str, int, int]]:
        answer = asked(home, "ownership_tops", actor=reader)
        return [(one["entity"], one["direct"], one["below"]) for one in answer["tops"]]

    assert tops(None) == [("D", 2, 8)]
    assert tops("parent") == [("D", 2, 7)]
    assert tops("own") == [("A", 2, 3)]
    assert tops("sibling") == [("B", 1, 1)]
    assert tops("stranger") == tops("nobody") == []


def test_faults_of_those_who_are_seen(home: Path) -> None:
    everyone = asked(home, "holding_faults")["faults"]
    ours = asked(home, "holding_faults", actor="own")
    assert [one["message"] for one in ours["faults"]] == [
        "the shares of 'A2' come to 72% at all times: the owners of 28% are not stated",
        "A2, A3 hold one another in a ring",
    ]
    assert ours["withheld"] == 2, "A3, of which B1 holds a part, and B2, of which A1 does"
    assert all(one in everyone for one in ours["faults"])
    assert (ours["faults"][0]["file"], ours["faults"][0]["line"]) == ("F000005 holdings.csv", 15)
