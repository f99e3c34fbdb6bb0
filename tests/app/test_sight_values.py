"""Figures, explanations, proofs and lists as readers of different subtrees see them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from homes import copied
from subtree_homes import (
    ENTITIES,
    FORMULAS,
    SIGHTS,
    YEARS,
    added,
    betrayals,
    enrolled,
    figure,
    opened,
    organisation,
    outsiders,
    put,
)

from hengjian.app.desk import Desk
from hengjian.app.hot import keep
from hengjian.app.kept import TIERS
from hengjian.ledger.canonical import parse
from hengjian.model.filing import filing_id
from hengjian.model.issue import Forbidden, Refused
from hengjian.people import Reach

READERS = tuple(SIGHTS)
FIRMS = [one for one in ENTITIES if ENTITIES[one][1] == "enterprise"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The organisation with its readers. To be read only."""
    return enrolled(organisation(tmp_path_factory.mktemp("sight") / "home"))


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    """The same, open."""
    with opened(home) as desk:
        yield desk


@pytest.fixture
def with_more(home: Path, tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """Opens a copy with one more figure, the last entry."""
    with ExitStack() as stack:
        yield lambda row: stack.enter_context(opened(added(home, tmp_path / "later", row)))


def seen(reader: str) -> list[str]:
    return SIGHTS[reader].split()


def refusal(desk: Desk, method: str, reader: str | None, **question: Any) -> list[tuple[str, str]]:
    """The messages and hints of a question that is refused."""
    with pytest.raises(Refused) as caught:
        put(desk, method, reader, **question)
    return [(issue.message, issue.hint) for issue in caught.value.issues]


def everything(desk: Desk, reader: str | None, entities: list[str]) -> list[dict[str, Any]]:
    """All answers about some entities, and of all lists."""
    found = [
        put(desk, "entities", reader), put(desk, "evaluate", reader), put(desk, "values", reader),
        put(desk, "values", reader, period="2023"), put(desk, "calendar", reader, form="balance"),
        put(desk, "portfolio", reader, type="enterprise", columns=["assets", *FORMULAS]),
    ]  # fmt: skip
    for one in entities:
        found += [put(desk, "show", reader, entity=one), put(desk, "show", reader, entity=one, period="2023")]
        found.append(put(desk, "template", reader, form="balance", entity=one, period="2023"))
        found += [
            put(desk, "explain", reader, entity=one, indicator=name, period="2023") for name in ("assets", *FORMULAS)
        ]
    return found


@pytest.mark.parametrize("reader", READERS)
def test_no_answer_holds_anything_of_those_whom_its_reader_does_not_see(desk: Desk, reader: str) -> None:
    for answer in everything(desk, reader, seen(reader)):
        assert betrayals(reader, {**answer, "data": None}) == []


def test_the_search_finds_what_a_full_answer_holds(desk: Desk) -> None:
    """The check itself: in the operator's answers it finds all whom a reader would not see."""
    found = {word for answer in everything(desk, None, ["zzA"]) for word in betrayals("own", answer)}
    for one in outsiders("own"):
        assert {one, ENTITIES[one][0], str(figure(one, "assets", 2023))} <= found


@pytest.mark.parametrize("reader", READERS)
def test_lists_hold_those_in_sight_and_say_that_they_are_cut(desk: Desk, reader: str) -> None:
    listed = put(desk, "entities", reader)
    assert [one["id"] for one in listed["entities"]] == sorted(seen(reader))
    board = put(desk, "portfolio", reader, type="enterprise", columns=["assets"])
    assert board["entities"] == [one for one in ENTITIES if one in seen(reader)]
    calendar = put(desk, "calendar", reader, form="balance")
    assert [one["entity"] for one in calendar["filers"]] == [one for one in ENTITIES if one in seen(reader)]
    assert sum(calendar["periods"][-1]["counts"].values()) == len(seen(reader))
    assert all(answer["cut"] is True for answer in (listed, board, calendar, put(desk, "evaluate", reader)))


def test_who_sees_the_whole_space_is_answered_like_the_operator(desk: Desk) -> None:
    for ours, theirs in zip(everything(desk, None, FIRMS), everything(desk, "all", FIRMS), strict=True):
        text = json.dumps(ours, default=str)
        assert text == json.dumps(theirs, default=str)
        assert not any(f'"{key}":' in text for key in ("cut", "withheld", "beyond"))


@pytest.mark.parametrize("reader", READERS)
def test_rows_of_all_figures_are_those_of_the_full_answer(desk: Desk, reader: str) -> None:
    for question in ({}, {"period": "2023"}):
        rows = [one for one in _rows(desk, None, **question) if one["entity"] in seen(reader)]
        assert _rows(desk, reader, **question) == rows


def _rows(desk: Desk, reader: str | None, **question: Any) -> list[dict[str, Any]]:
    with pa.ipc.open_stream(put(desk, "values", reader, **question)["arrow"]) as stream:
        rows: list[dict[str, Any]] = stream.read_all().to_pylist()
    return rows


def test_evaluate_counts_and_writes_those_in_sight_alone(desk: Desk, tmp_path: Path) -> None:
    whole = _rows(desk, None)
    answer = put(desk, "evaluate", "own", out=str(tmp_path / "out"))
    rows = [one for one in whole if one["entity"] in seen("own")]
    assert answer["entities"] == len(seen("own"))
    assert answer["values"] == sum(one["missing"] is None for one in rows)
    assert sum(answer["missing"].values()) == len(rows) - answer["values"]
    assert pq.read_table(tmp_path / "out" / "values.parquet").to_pylist() == rows


def test_the_digest_of_a_subtree_does_not_change_with_what_others_report(
    desk: Desk, with_more: Callable[[str], Desk]
) -> None:
    """Nothing of zzQ is computed from zzA2."""
    later = with_more("zzA2,assets,2023,5")
    assert put(later, "evaluate", "stranger")["digest"] == put(desk, "evaluate", "stranger")["digest"]
    assert put(later, "evaluate", None)["digest"] != put(desk, "evaluate", None)["digest"]


@pytest.mark.parametrize("method", ["show", "explain", "prove", "template", "calendar"])
def test_an_outsider_is_refused_as_one_who_is_not_registered(desk: Desk, method: str) -> None:
    """The texts differ by the id alone, and hints name only those in sight."""
    more = {"indicator": "assets", "period": "2023", "form": "balance"}
    ((message, hint),) = refusal(desk, method, "own", entity="zzB1", **more)
    ((nobody, other),) = refusal(desk, method, "own", entity="zzX1", **more)
    assert message.replace("zzB1", "zzX1") == nobody
    assert hint == other == "did you mean zzA1?"
    ((_, full),) = refusal(desk, method, None, entity="zzX1", **more)
    assert "zzB1" in full


def test_spelling_is_forgiven_only_of_those_in_sight(desk: Desk) -> None:
    assert put(desk, "show", "own", entity=" ｚｚA1 ")["entity"] == "zzA1"
    assert refusal(desk, "show", "own", entity=" ｚｚB1 ")[0][0] == "no entity is registered as ' ｚｚB1 '"


def values_of(desk: Desk, reader: str | None, entity: str) -> dict[tuple[str, str], dict[str, Any]]:
    answer = put(desk, "show", reader, entity=entity, period="2023")
    return {(one["indicator"], one["period"]): one for one in answer["values"]}


def test_values_are_those_of_everybody_and_say_where_others_stand_in_them(desk: Desk) -> None:
    marks: dict[str, dict[str, bool]] = {}
    for entity in seen("own"):
        whole, cut = values_of(desk, None, entity), values_of(desk, "own", entity)
        for key, one in cut.items():
            assert (one["value"], one["basis"]) == (whole[key]["value"], whole[key]["basis"])
            marks.setdefault(key[0], {})[entity] = one.get("beyond", False)
    assert {name for name, by in marks.items() if not any(by.values())} == {
        "debt_ratio", "room", "below", "below_all", "last_below", "holds", "through", "ruled", "rest"
    }  # fmt: skip
    assert marks["against"] == marks["worst_gap"] == {"zzA": True, "zzA1": False, "zzA2": False, "zzJ": False}
    assert marks["peer_mean"] == marks["owner_mean"] == marks["first"] == dict.fromkeys(seen("own"), True)


def test_where_nothing_is_reported_no_holdings_are_looked_at(desk: Desk) -> None:
    whole, cut = (put(desk, "show", reader, entity="zzA", scope="parent")["values"] for reader in (None, "own"))
    assert [(one["indicator"], one["value"]) for one in cut] == [(one["indicator"], one["value"]) for one in whole]
    assert betrayals("own", cut) == []


def test_what_lies_below_in_part_says_so(desk: Desk) -> None:
    """B holds 40 % of J, which stands below A."""
    (one,) = put(desk, "show", "sibling", entity="zzB", indicators=["through"], period="2023")["values"]
    assert one["beyond"] is True
    assert one["value"] == sum(figure(*each, 2023) for each in (("zzB", "assets"), ("zzB1", "assets"))) + 0.4 * figure(
        "zzJ", "assets", 2023
    )


def test_the_cause_of_what_is_missing_names_no_outsider(with_more: Callable[[str], Desk]) -> None:
    later = with_more("zzA,assets,2021,5")
    question = {"entity": "zzA", "indicator": "against", "period": "2021"}
    (whole,) = put(later, "show", None, entity="zzA", indicators=["against"], period="2021")["values"]
    (cut,) = put(later, "show", "own", entity="zzA", indicators=["against"], period="2021")["values"]
    assert whole["missing"]["entity"] == "zzD"
    assert cut["missing"] == whole["missing"] | {"entity": None}
    explained = put(later, "explain", "own", **question)
    assert explained["missing"]["entity"] is None
    assert betrayals("own", explained) == []


def explained(desk: Desk, reader: str | None, entity: str, indicator: str) -> dict[str, Any]:
    return put(desk, "explain", reader, entity=entity, indicator=indicator, period="2023")


def test_an_explanation_keeps_the_readers_own_and_counts_the_rest(desk: Desk) -> None:
    whole, cut = explained(desk, None, "zzB", "through"), explained(desk, "sibling", "zzB", "through")
    assert cut["value"] == whole["value"]
    assert [leaf["entity"] for leaf in whole["leaves"]] == ["zzJ", "zzB", "zzB1"]
    assert cut["leaves"] == whole["leaves"][1:]
    assert cut["withheld"] == {"leaves": 1, "holdings": 1, "entities": 1}
    assert [(one["from"], one["to"]) for one in cut["holdings"]] == [("zzB", "zzB1")]
    shares = cut["tree"]["note"]
    assert {one["entity"] for one in shares["shares"]} == {"zzB", "zzB1"}
    assert shares["withheld"] == 1
    assert set(cut["names"]) == {"zzB", "zzB1"}


def test_the_parts_of_others_in_a_tree_stand_once_and_say_nothing(desk: Desk) -> None:
    tree = explained(desk, "own", "zzA", "worst_gap")["tree"]
    own, theirs = tree["children"]
    assert own["op"] == "indicator"
    assert own["value"] is not None
    assert (theirs["op"], theirs["value"], theirs["children"], theirs["text"]) == ("withheld", None, [], "")
    assert tree["value"] is not None


def test_parameters_and_groups_of_others_are_theirs(desk: Desk) -> None:
    """Which line holds for D, and that D is who controls A in the end, are not A's to know."""
    whole, cut = explained(desk, None, "zzA", "worst_gap"), explained(desk, "own", "zzA", "worst_gap")
    assert [one["name"] for one in whole["parameters"]] == ["line"]
    assert cut["parameters"] == []
    (group,) = [one for one in _notes(explained(desk, None, "zzA1", "owner_mean")["tree"]) if "within" in one]
    (known,) = [one for one in _notes(explained(desk, "own", "zzA1", "owner_mean")["tree"]) if "within" in one]
    assert (group["within"], known["within"]) == ({"ultimate_owner": "zzD"}, {"ultimate_owner": None})
    assert [one["entity"] for one in known["members"]] == [one for one in ENTITIES if one in seen("own")]


def _notes(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [node.get("note") or {}, *(note for child in node["children"] for note in _notes(child))]


def test_nothing_is_withheld_where_nothing_of_others_was_read(desk: Desk) -> None:
    for entity, name in (("zzA1", "room"), ("zzA", "through"), ("zzA", "below_all"), ("zzA1", "against")):
        assert explained(desk, "own", entity, name) == explained(desk, None, entity, name)


def test_a_number_is_proven_to_who_sees_all_that_it_rests_on(desk: Desk) -> None:
    question = {"entity": "zzA", "period": "2023"}
    bundle = put(desk, "prove", "own", **question, indicator="through")["bundle"]
    assert betrayals("own", parse(bundle)) == []
    for name in ("against", "state", "owner_mean"):
        with pytest.raises(Forbidden) as caught:
            put(desk, "prove", "own", **question, indicator=name)
        (issue,) = caught.value.issues
        assert issue.message == "this number rests on figures that you may not see"
        assert issue.hint == (
            "ask somebody who sees them all for its proof; a filing that you see can be proven by itself"
        )


FILED = filing_id(6)


@pytest.mark.parametrize("reader", ["own", "sibling", "stranger", "parent"])
def test_the_proof_of_a_filing_discloses_the_rows_in_sight(desk: Desk, reader: str) -> None:
    """Entry 6: a year's figures of everybody in one file."""
    bundle: Any = parse(put(desk, "prove", reader, filing=FILED)["bundle"])
    assert betrayals(reader, bundle) == []
    assert [one["row"]["entity"] for one in bundle["rows"]] == [
        one for one in FIRMS if one in seen(reader) for _ in ("assets", "debts")
    ]


def test_links_are_proven_where_both_ends_are_seen(desk: Desk) -> None:
    register: Any = parse(put(desk, "prove", "own", filing=filing_id(4))["bundle"])
    ends = [(one["row"]["from"], one["row"]["to"]) for one in register["rows"]]
    assert ends == [("zzA", "zzA1"), ("zzA", "zzA2"), ("zzA", "zzJ")]


def test_the_file_of_a_filing_is_for_who_sees_all_its_rows(desk: Desk, with_more: Callable[[str], Desk]) -> None:
    with pytest.raises(Forbidden) as caught:
        put(desk, "prove", "own", filing=FILED, with_file=True)
    (issue,) = caught.value.issues
    assert (issue.message, issue.hint) == (
        f"{FILED} states figures of others too: its file is not handed out",
        "prove it without --with-file: the rows that you see are disclosed",
    )
    later = with_more("zzA1,assets,2021,5")
    entry = later.log.size - 1
    assert b"blob" in put(later, "prove", "own", filing=filing_id(entry), with_file=True)["bundle"]


def test_a_filing_without_a_row_in_sight_is_unknown(with_more: Callable[[str], Desk]) -> None:
    later = with_more("zzB1,assets,2021,5")
    entry = later.log.size - 1
    theirs = refusal(later, "prove", "own", filing=filing_id(entry))
    assert theirs == [
        (f"no filing is called {filing_id(entry)!r}",
         f"`submit` prints the names of filings; the last is {filing_id(entry)}"),
    ]  # fmt: skip
    nowhere = refusal(later, "prove", "own", filing=filing_id(99))
    assert nowhere == [(message.replace(filing_id(entry), filing_id(99)), hint) for message, hint in theirs]
    assert refusal(later, "prove", "nobody", filing=FILED)[0][0] == f"no filing is called {FILED!r}"


def test_who_has_which_role_is_proven_to_nobody_but_the_operator(home: Path, desk: Desk, tmp_path: Path) -> None:
    entry = 7  # a person
    assert put(desk, "prove", None, filing=filing_id(entry))["entries"] == [entry]
    assert (
        refusal(desk, "prove", "parent", filing=filing_id(entry))[0][0] == f"no filing is called {filing_id(entry)!r}"
    )
    assert put(desk, "prove", "own", filing=filing_id(0))["entries"] == [0]  # a pack is everybody's
    with opened(enrolled(copied(home, tmp_path / "all"), {"all": None})) as wider:
        for entry, record in enumerate(wider.log.entries()):
            asked = {"filing": filing_id(entry), "with_file": True}
            assert put(wider, "prove", None, **asked)["entries"] == [entry]
            if record.record().kind in ("pack", "filing"):
                assert put(wider, "prove", "all", **asked)["entries"] == [entry]
            else:
                ((message, _),) = refusal(wider, "prove", "all", **asked)
                assert message == f"no filing is called {filing_id(entry)!r}"


def test_cells_of_others_are_no_cells(desk: Desk) -> None:
    """A1's assets of 2023 stand in D6, B1's in D14."""
    bundle: Any = parse(put(desk, "prove", "own", filing=FILED, cells=["d6"])["bundle"])
    assert [one["row"]["entity"] for one in bundle["rows"]] == ["zzA1"]
    ((message, hint),) = refusal(desk, "prove", "own", filing=FILED, cells=["D14"])
    ((nobody, other),) = refusal(desk, "prove", "own", filing=FILED, cells=["D94"])
    assert message == f"{FILED} has no row from cell 'D14'"
    assert nobody == f"{FILED} has no row from cell 'D94'"
    assert not {"D14", "D12", "D13"} & set(f"{hint} {other}".replace("?", "").split())


def test_the_tree_of_a_portfolio_begins_with_those_in_sight(desk: Desk) -> None:
    board = put(desk, "portfolio", "own", type="enterprise", columns=["assets"])
    above = dict(zip(board["entities"], board["above"], strict=True))
    at = board["entities"].index("zzA")
    assert above == {"zzA": None, "zzA1": at, "zzA2": at, "zzJ": at}
    assert board["columns"][0]["values"] == [figure(one, "assets", 2023) for one in board["entities"]]


def test_columns_of_a_portfolio_say_where_others_stand_in_them(desk: Desk) -> None:
    columns = put(desk, "portfolio", "sibling", type="enterprise", columns=["debt_ratio", "holds", "below"])["columns"]
    assert [one.get("beyond", False) for one in columns] == [False, True, False]


def test_what_most_have_reported_is_of_those_in_sight(with_more: Callable[[str], Desk]) -> None:
    later = with_more("zzQ,assets,2024,5")
    periods = {
        reader: put(later, "portfolio", reader, type="enterprise", columns=["assets"])["columns"][0]["period"]
        for reader in (None, "own", "stranger")
    }
    assert periods == {None: str(YEARS[-1]), "own": str(YEARS[-1]), "stranger": "2024"}


def test_what_is_kept_for_one_reader_is_not_anothers(desk: Desk) -> None:
    question = {"type": "enterprise", "columns": ["assets"]}
    for reader in (*SIGHTS, *SIGHTS):
        answer = put(desk, "portfolio", reader, **question)
        assert answer["entities"] == [one for one in ENTITIES if one in seen(reader)]
        assert betrayals(reader, answer) == []
        whole = put(desk, "portfolio", None, **question)
        assert whole["entities"] == list(ENTITIES)
        assert "cut" not in whole


def test_a_server_that_keeps_what_it_loads_cuts_all_the_same(home: Path, desk: Desk) -> None:
    names = ["debt_ratio", "below", "against"]
    questions = [
        (reader, *one)
        for reader in (*SIGHTS, "own")
        for one in [
            ("portfolio", {"type": "enterprise", "columns": names}), ("values", {}),
            *(("show", {"entity": one, "indicators": names}) for one in seen(reader)),
        ]
    ]  # fmt: skip
    answers = [put(desk, method, reader, **question) for reader, method, question in questions]
    keep(desk)
    try:
        for (reader, method, question), answer in zip(questions, answers, strict=True):
            assert put(desk, method, reader, **question) == answer
        put(desk, "portfolio", None, type="enterprise", columns=[*names, "room"])
        assert put(desk, "portfolio", "own", type="enterprise", columns=[*names, "room"])["entities"] == seen("own")
    finally:
        del TIERS[desk]


def test_a_sight_is_compared_by_whom_it_holds() -> None:
    """Answers are kept by it."""
    assert Reach(frozenset({"zzA", "zzB"})) == Reach(frozenset({"zzB", "zzA"}))
    assert len({Reach(None), Reach(frozenset()), Reach(frozenset({"zzA"})), Reach(frozenset({"zzA"}))}) == 3
