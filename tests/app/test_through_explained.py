"""What `explain` says of figures that look through ownership: who counts by which share, and the rows that say so."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import at_desk
from through_homes import BEFORE, SENT, through
from through_pack import FORMULAS

from hengjian.app.desk import Desk
from hengjian.app.evidence import prove
from hengjian.app.explain import explain
from hengjian.app.question import show
from hengjian.ledger.canonical import canonical, parse
from hengjian.trust.verify import verify

#: One of each kind: above a chain, below one, above a ring, above a closed ring, one that lacks a figure, one alone.
SOME = ("P", "SS", "X", "Q", "E", "Z", "V")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be read, never changed."""
    return through(tmp_path_factory.mktemp("through") / "home")


@pytest.fixture(scope="module")
def desk(space: Path) -> Iterator[Desk]:
    """The open space."""
    desk = at_desk(space)
    yield desk
    desk.close()


def told(desk: Desk, entity: str, indicator: str, period: str = "2023", **more: object) -> dict[str, Any]:
    return explain(desk, {"entity": entity, "indicator": indicator, "period": period, **more})


def note(answer: dict[str, Any]) -> dict[str, Any]:
    return dict(answer["tree"]["note"])


def shares(answer: dict[str, Any]) -> dict[str, float]:
    return {one["entity"]: one["share"] for one in note(answer)["shares"]}


@pytest.mark.parametrize("indicator", FORMULAS)
def test_it_explains_what_show_says(desk: Desk, indicator: str) -> None:
    for entity in SOME:
        answer = show(desk, {"entity": entity, "indicators": [indicator], "period": "2023"})
        for value in answer["values"]:
            found = told(desk, entity, indicator, value["period"])
            assert (found["value"], found["missing"]) == (value["value"], value["missing"]), (entity, value)


@pytest.mark.parametrize("indicator", ["through", "full", "others"])
def test_what_counts_adds_up_to_the_figure(desk: Desk, indicator: str) -> None:
    found = [told(desk, entity, indicator) for entity in SOME]
    whole = [one for one in found if one["value"] is not None]
    assert len(whole) >= 4
    for one in whole:
        parts = [share["part"] for share in note(one)["shares"]]
        assert sum(parts) == pytest.approx(one["value"], rel=1e-12, abs=1e-12), one["entity"]
        assert all(share["part"] == share["share"] * share["value"] for share in note(one)["shares"])


@pytest.mark.parametrize("indicator", ["state", "direct", "losing"])
def test_the_shares_of_those_who_meet_it_add_up(desk: Desk, indicator: str) -> None:
    found = [told(desk, entity, indicator) for entity in SOME]
    assert any(one["value"] for one in found)
    for one in found:
        if one["value"] is not None:
            met = [share["share"] for share in note(one)["shares"] if share["meets"]]
            assert (sum(met), len(met)) == (pytest.approx(one["value"], rel=1e-12), note(one)["met"]), one["entity"]


def test_effective_shares_stand_beside_the_figures(desk: Desk) -> None:
    found = told(desk, "P", "through")
    assert {name: note(found)[name] for name in ("method", "day", "count")} == {
        "method": "scc-exact", "day": "2023-12-31", "count": 4,
    }  # fmt: skip
    assert [one["entity"] for one in note(found)["shares"]] == ["SS", "V", "S", "P"], "the greatest part first"
    # 80 % of S, of SS 80 % of 60 %, of V the nominee's 30 % and 15 % of its own
    assert shares(found) == pytest.approx({"P": 1, "S": 0.8, "SS": 0.48, "V": 0.45}, rel=1e-15)
    assert found["value"] == pytest.approx(-0.8 * 10 + 0.48 * 100 + 0.45 * 40, rel=1e-15)


def test_effective_shares_through_a_ring(desk: Desk) -> None:
    """Supervision of groups: X holds 60 % of A and 20 % of B, A 50 % of B, B 10 % of A: 62/95 and 50/95."""
    found = told(desk, "X", "through")
    assert shares(found) == pytest.approx({"A": 62 / 95, "B": 50 / 95}, abs=1e-12)
    assert note(found)["left_out"] == "not_reported", "X has not reported, and its own figure does not count"
    assert [child["entity"] for child in found["tree"]["children"]] == ["A", "B"]
    assert shares(told(desk, "A", "through")) == pytest.approx({"A": 100 / 95, "B": 50 / 95}, abs=1e-12)


def test_all_of_those_controlled_and_what_is_not_the_holders(desk: Desk) -> None:
    assert shares(told(desk, "P", "full")) == {"P": 1, "S": 1, "SS": 1, "V": 1}
    others = told(desk, "P", "others")
    assert shares(others) == pytest.approx({"S": 0.2, "SS": 0.52, "V": 0.55}, rel=1e-15)
    assert note(others)["method"] == "threshold"


def test_holders_and_whether_they_meet_the_condition(desk: Desk) -> None:
    found = note(told(desk, "SS", "state"))
    assert [(one["entity"], one["meets"]) for one in found["shares"]] == [("G", True), ("S", False), ("P", False)]
    assert (found["count"], found["met"], found["method"]) == (3, 1, "scc-exact")
    direct = note(told(desk, "P", "direct"))
    assert (direct["method"], direct["shares"]) == ("direct", [{"entity": "G", "share": 1, "meets": True}])
    unknown = note(told(desk, "B", "first"))["shares"]
    assert [(one["entity"], one["meets"]) for one in unknown] == [("M", True), ("X", None), ("A", False)]


def test_the_ultimate_owner_and_through_whom(desk: Desk) -> None:
    found = note(told(desk, "SS", "depth"))
    assert found == {
        "method": "threshold", "day": "2023-12-31", "owner": "G", "via": ["P", "S"],
        "votes": [{"entity": "S", "votes": 0.6}],
    }  # fmt: skip
    together = note(told(desk, "B", "depth"))
    assert (together["owner"], together["votes"]) == (
        "X", [{"entity": "A", "votes": 0.5}, {"entity": "X", "votes": 0.2}],
    )  # fmt: skip
    condition = told(desk, "SS", "ours")["tree"]["children"][0]
    assert (condition["leaf"], condition["note"]["owner"]) == ("ultimate_owner", "G")
    alone = note(told(desk, "Z", "depth"))
    assert (alone["owner"], alone["via"], alone["votes"]) == ("Z", [], [])


def test_whom_it_controls_and_who_controls_it(desk: Desk) -> None:
    below, above = note(told(desk, "P", "below")), note(told(desk, "SS", "above"))
    assert (below["direction"], below["count"], below["entities"]) == ("forward", 3, ["S", "SS", "V"])
    assert (above["direction"], above["count"], above["entities"]) == ("back", 2, ["P", "S"])


@pytest.mark.parametrize(
    ("entity", "indicator", "cause"),
    [
        ("E", "through", "not_reported profit L"),
        ("E", "full", "not_reported profit L"),
        ("E", "others", "not_reported profit L"),
        ("L", "through", "not_reported profit L"),
        ("Z", "through", "not_reported profit Z"),
        ("Z", "full", "not_reported profit Z"),
        ("Q", "through", "not_applicable look_through(profit) R"),
        ("T", "through", "not_applicable look_through(profit) T"),
        ("R", "others", "not_applicable minority(profit) R"),
        ("L", "losing", "not_reported profit E"),
        ("B", "first", "not_reported profit X"),
        ("Z", "others", ""),
        ("Z", "losing", ""),
        ("X", "through", ""),
    ],
)
def test_a_missing_figure_leads_to_who_lacks_it(desk: Desk, entity: str, indicator: str, cause: str) -> None:
    missing = told(desk, entity, indicator)["missing"]
    assert cause == ("" if missing is None else f"{missing['reason']} {missing['input']} {missing['entity']}")


def test_a_closed_ring_is_named(desk: Desk) -> None:
    for entity, indicator in (("Q", "through"), ("R", "through"), ("R", "others")):
        assert note(told(desk, entity, indicator))["ring"] == ["R", "T"], (entity, indicator)
    (member,) = told(desk, "Q", "through")["tree"]["children"]
    assert (member["entity"], member["note"]["ring"]) == ("R", ["R", "T"])


def rows_of(desk: Desk, entity: str, indicator: str, **more: object) -> list[tuple[str, str, object]]:
    return [(one["from"], one["to"], one["share"]) for one in told(desk, entity, indicator, **more)["holdings"]]


def test_every_share_leads_to_the_row_that_states_it(desk: Desk) -> None:
    texts = {name: [["", *row] for row in csv.reader(text.splitlines())] for name, text in SENT.items()}
    for indicator in set(FORMULAS) - {"plain"}:
        for entity in SOME:
            for one in told(desk, entity, indicator)["holdings"]:
                said = texts[one["file"]][one["row"] - 1]
                assert said[1:4] == ["owns", one["from"], one["to"]], one
                assert float(said[4].removesuffix("%")) / 100 == pytest.approx(one["share"], rel=1e-12)
                assert (one["filing"], one["cell"]) == (f"F{one['entry']:06d}", f"A{one['row']}")


@pytest.mark.parametrize(
    ("entity", "indicator", "rows"),
    [
        ("P", "through", "P-S N-V P-V S-SS"),
        ("X", "through", "A-B B-A X-A X-B"),
        ("P", "full", "P-S N-V P-V S-SS"),
        ("P", "others", "P-S N-V P-V S-SS"),
        ("SS", "state", "S-SS P-S G-P"),
        ("SS", "direct", "S-SS"),
        ("B", "first", "A-B M-B X-B"),
        ("SS", "losing", "S-SS"),
        ("SS", "depth", "S-SS P-S G-P"),
        ("SS", "ours", "S-SS P-S G-P"),
        ("P", "below", "P-S N-V P-V S-SS"),
        ("S", "above", "P-S G-P"),
        ("Z", "through", ""),
        ("Q", "through", "T-R Q-R R-T"),
    ],
)
def test_the_holdings_relied_on_the_nearest_first(desk: Desk, entity: str, indicator: str, rows: str) -> None:
    assert " ".join(f"{owner}-{owned}" for owner, owned, _ in rows_of(desk, entity, indicator)) == rows


def test_a_nominee_names_its_principal(desk: Desk) -> None:
    held = {one["from"]: one for one in told(desk, "P", "through")["holdings"] if one["to"] == "V"}
    assert (held["N"]["kind"], held["N"]["principal"], held["N"]["voting"]) == ("nominee", "P", None)
    assert (held["P"]["kind"], held["P"]["principal"], held["P"]["voting"]) == ("direct", None, 0.35)


def test_an_old_figure_rests_on_the_holdings_known_then(desk: Desk) -> None:
    then, now = told(desk, "P", "through", as_known_at=BEFORE), told(desk, "P", "through")
    assert (then["value"], now["value"]) == (pytest.approx(66), pytest.approx(58))
    assert shares(then)["SS"] == pytest.approx(0.56)
    (old,), (new,) = ([one for one in answer["holdings"] if one["to"] == "SS"] for answer in (then, now))
    assert (old["share"], old["file"], old["entry"]) == (0.7, "register.csv", 3)
    assert (new["share"], new["file"], new["entry"]) == (0.6, "corrected.csv", 5)


def test_holdings_are_those_of_the_day_of_each_period(desk: Desk) -> None:
    before = told(desk, "P", "before")
    assert before["tree"]["children"][0]["note"]["day"] == "2022-12-31"
    assert {day for one in before["holdings"] for day in one["days"]} == {"2022-12-31"}
    (office,) = told(desk, "P", "state")["holdings"]
    assert (office["from"], office["valid_from"], office["days"]) == ("G", "2020-01-01", ["2023-12-31"])


def test_so_many_holdings_are_named_and_the_others_counted(desk: Desk) -> None:
    found = explain(desk, {"entity": "P", "indicator": "through", "period": "2023"}, 2)
    assert [(one["from"], one["to"]) for one in found["holdings"]] == [("P", "S"), ("N", "V"), ("P", "V")]
    assert found["holdings_more"] == 1
    assert told(desk, "P", "through")["holdings_more"] == 0


def test_everybody_who_is_spoken_of_has_a_name(desk: Desk) -> None:
    assert told(desk, "P", "through")["names"].keys() == {"P", "S", "SS", "V", "N"}
    assert told(desk, "SS", "depth")["names"]["G"] == "示例国资委"
    assert told(desk, "Q", "through")["names"].keys() == {"Q", "R", "T"}


def test_who_asks_for_no_ownership_is_told_of_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("links were asked for")

    monkeypatch.setattr(desk.store, "links_into", asked)
    assert not {"holdings", "holdings_more"} & told(desk, "P", "plain").keys()
    with pytest.raises(AssertionError, match="links were asked for"):
        told(desk, "P", "through")


def proven(desk: Desk, entity: str, indicator: str) -> dict[str, Any]:
    bundle: Any = parse(prove(desk, {"entity": entity, "indicator": indicator, "period": "2023"})["bundle"])
    return dict(bundle)


def test_a_proof_discloses_the_holdings_relied_on_and_no_others(desk: Desk, space: Path) -> None:
    (key,) = space.glob("*.vkey")
    bundle = proven(desk, "P", "through")
    rows = [one["row"] for part in bundle["filings"] for one in part["rows"]]
    assert {(row["from"], row["to"]) for row in rows if "link" in row} == {
        ("P", "S"), ("N", "V"), ("P", "V"), ("S", "SS"),
    }  # fmt: skip
    assert {row["entity"] for row in rows if "measure" in row} == {"P", "S", "SS", "V"}
    verdict = verify(canonical(bundle), key.read_text())
    assert verdict.ok, verdict.messages
    assert "it rests on 4 holdings that are rows of filings in the log" in verdict.messages


def test_a_proof_without_one_of_its_holdings_is_refused(desk: Desk, space: Path) -> None:
    (key,) = space.glob("*.vkey")
    bundle = proven(desk, "SS", "depth")
    (register,) = [part for part in bundle["filings"] if len(part["rows"]) == 2]
    register["rows"].pop()
    verdict = verify(canonical(bundle), key.read_text())
    assert not verdict.ok
    assert verdict.messages[-1] == "refused: the holding of P in S of entry 3 is not a disclosed row"
