"""`alert_board`: the same alerts as `alerts` has, chosen, counted and kept up to date as filings come in."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homes import TITLES, asked, copied, filed
from sighted_homes import NAMES, SIGHTS, district, enrolled
from warned_homes import WARNED, at_desk, debt, set_today

from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.model.issue import Refused

AREAS = "debt: {label: {zh: 债务, en: Debt}}\nprofit: {label: {zh: 效益, en: Profit}}\n"


def pack() -> dict[str, str]:
    """The warned pack with areas and sections."""
    rules = WARNED["rules/debt.yaml"]
    rules = rules.replace("  level: red\n", "  level: red\n  area: debt\n  owner: {zh: 财务监管处, en: Finance}\n")
    rules = rules.replace("  level: blue\n", "  level: blue\n  area: profit\n  owner: {zh: 考核处, en: Appraisal}\n")
    return {**WARNED, "areas.yaml": AREAS, "rules/debt.yaml": rules}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = enrolled(district(tmp_path_factory.mktemp("board") / "home", pack()))
    rows = "".join(debt(one, "2025-Q3", 10) for one in NAMES) + "".join(
        debt(one, "2025-Q4", 40 + 10 * at) + f"{one},net_profit,2025-Q4,{3 - at}\n{one},pledged_assets,2025-Q4,3\n"
        for at, one in enumerate(NAMES)
    )
    filed(home, TITLES + rows, actor="local:tester")
    return home


@pytest.fixture
def desk(base: Path, tmp_path: Path) -> Iterator[Desk]:
    found = at_desk(copied(base, tmp_path / "home"))
    yield found
    found.close()


def board(desk: Desk, **question: Any) -> dict[str, Any]:
    return METHODS["alert_board"](desk, {"actor": "local:tester", **question})


def names(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["rule"], one["entity"]) for one in answer["alerts"]]


def every(desk: Desk, **question: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = METHODS["alerts"](desk, {"actor": "local:tester", **question})["alerts"]
    return found


def test_the_board_has_what_alerts_has(desk: Desk) -> None:
    there = {(one["rule"], one["entity"]): one for one in every(desk)}
    answer = board(desk, state="all")
    assert len(there) > 10
    assert {(one["rule"], one["entity"]) for one in answer["alerts"]} == set(there)
    for one in answer["alerts"]:
        plain = {name: part for name, part in one.items() if name not in ("names", "days")}
        assert plain == there[one["rule"], one["entity"]]


def test_counts_are_of_what_the_other_choices_leave(desk: Desk) -> None:
    there = [one for one in every(desk) if one["state"] == "raised"]
    answer = board(desk, level="red", area="debt")
    matrix = {(one["area"], level): many for one in answer["matrix"] for level, many in one["levels"].items()}
    assert matrix == Counter((one["area"], one["level"]) for one in there)
    assert answer["found"] == matrix["debt", "red"] == len(answer["alerts"])
    assert answer["by_level"] == {"red": matrix["debt", "red"]}
    assert answer["by_state"]["raised"] == len(there)
    assert [one["label"]["zh"] if one["label"] else None for one in answer["matrix"]] == ["债务", "效益", None]
    sections = {one["section"]: one["count"] for one in answer["sections"]}
    assert sections == Counter(one["owner"]["zh"] for one in there if one["owner"])


@pytest.mark.parametrize(
    ("choice", "test"),
    [
        ({"level": "blue"}, lambda one: one["level"] == "blue"),
        ({"area": "profit"}, lambda one: one["area"] == "profit"),
        ({"area": "-"}, lambda one: one["area"] is None),
        ({"section": "财务监管处"}, lambda one: one["owner"] is not None and one["owner"]["zh"] == "财务监管处"),
        ({"rule": "loss"}, lambda one: one["rule"] == "loss"),
        ({"entity": "B2"}, lambda one: one["entity"] == "B2"),
        ({"holder": "A"}, lambda one: one["entity"] in ("A1", "A2", "A3")),
        ({"holder": "D"}, lambda one: one["entity"] not in ("D", "Q")),
        ({"holder": "Z9"}, lambda _: False),
        ({"text": "甲二"}, lambda one: one["entity"] == "A2"),
        ({"text": "NET_PROFIT"}, lambda _: False),
        ({"text": "利润"}, lambda one: one["rule"] == "loss"),
        ({"age": "30"}, lambda _: True),
        ({"age": "90"}, lambda _: False),
    ],
)  # fmt: skip
def test_what_is_chosen(desk: Desk, choice: dict[str, Any], test: Any) -> None:
    wanted = {(one["rule"], one["entity"]) for one in every(desk) if one["state"] == "raised" and test(one)}
    assert set(names(board(desk, **choice))) == wanted


def test_the_gravest_first_then_by_deadline(desk: Desk) -> None:
    answer = board(desk)
    levels = ["red", "orange", "yellow", "blue"]
    ranks = [levels.index(one["level"]) for one in answer["alerts"]]
    assert ranks == sorted(ranks)
    by_name = [one["name"] for one in board(desk, sort="name")["alerts"]]
    assert by_name == sorted(by_name)
    since = [(one["since"], one["alert"]) for one in board(desk, sort="since")["alerts"]]
    assert since == sorted(since, reverse=True)


def test_overdue_cases_and_those_that_wait_for_who_asks(base: Path, tmp_path: Path) -> None:
    home = copied(base, tmp_path / "home")
    asked(home, "give_role", person="own", role="officer", node="A1", tree="parent", actor="local:tester")
    asked(home, "give_role", person="sibling", role="reporter", node="B1", tree="parent", actor="local:tester")
    set_today(home, "2026-05-10")
    desk = at_desk(home)
    try:
        late = board(desk, late=True)
        assert late["found"] == late["late"] == sum(one["rule"] == "high_debt" for one in every(desk))
        assert all(late["cases"][one["case"]]["days_left"] < 0 for one in late["alerts"])
        assert board(desk)["late"] == late["late"]
        assert board(desk, age="90")["found"] == board(desk)["found"]
        mine = board(desk, actor="own", mine=True)
        waiting = [one for one in every(desk) if one["entity"] == "A1" and one["case"] and one["state"] == "raised"]
        assert {one["case"] for one in mine["alerts"]} == {one["case"] for one in waiting} != set()
        other = board(desk, actor="sibling", mine=True)
        assert {one["entity"] for one in other["alerts"]} == {"B1"}
        assert board(desk, actor="parent", mine=True)["found"] == 0
    finally:
        desk.close()


@pytest.mark.parametrize("reader", [*SIGHTS])
def test_everybody_sees_and_counts_what_is_theirs(desk: Desk, reader: str) -> None:
    seen = set(SIGHTS[reader].split())
    answer = board(desk, actor=reader, state="all")
    wanted = {(one["rule"], one["entity"]) for one in every(desk) if one["entity"] in seen}
    assert set(names(answer)) == wanted
    assert answer["count"] == answer["found"] == len(wanted)
    assert sum(many for one in answer["matrix"] for many in one["levels"].values()) == len(wanted)
    assert {one["entity"] for one in answer["holders"]} <= seen
    assert sum(one["count"] for one in answer["rules"]) == len(wanted)
    for other in set(NAMES) - seen:
        assert board(desk, actor=reader, entity=other, state="all")["found"] == 0
        assert board(desk, actor=reader, holder=other, state="all")["found"] == 0
        assert board(desk, actor=reader, text=NAMES[other], state="all")["found"] == 0


def test_what_is_kept_follows_the_ledger(base: Path, tmp_path: Path) -> None:
    """Filings in any order: the desk that stays open and one that is opened anew tell the same."""
    home, rng = copied(base, tmp_path / "home"), random.Random(7)
    asking = at_desk(home)
    try:
        for _ in range(12):
            entity, figure = rng.choice([*NAMES]), rng.choice([5, 50, 90])
            question = {
                "files": [{"name": "f.csv", "data": (TITLES + debt(entity, "2025-Q4", figure)).encode()}],
                "form": "observations", "entity": None, "key": None, "actor": "local:tester", "known_from": None,
            }  # fmt: skip
            METHODS["submit"](asking, question)
            kept = board(asking, state="all")
            plain = {(one["rule"], one["entity"]): one["level"] + one["state"] for one in every(asking)}
            assert {(one["rule"], one["entity"]): one["level"] + one["state"] for one in kept["alerts"]} == plain
    finally:
        asking.close()
    anew = at_desk(home)
    try:
        assert board(anew, state="all")["alerts"] == kept["alerts"]
    finally:
        anew.close()


def test_as_it_was_known(desk: Desk) -> None:
    size = desk.log.size
    question = {
        "files": [{"name": "f.csv", "data": (TITLES + debt("B2", "2025-Q4", 1)).encode()}], "form": "observations",
        "entity": None, "key": None, "actor": "local:tester", "known_from": None,
    }  # fmt: skip
    before = names(board(desk))
    METHODS["submit"](desk, question)
    assert names(board(desk)) != before
    assert names(board(desk, as_known_at=f"entry:{size}")) == before


def test_unknown_words(desk: Desk) -> None:
    for name in ("state", "age", "sort"):
        with pytest.raises(Refused, match=f"no {name} of alerts is called 'blau'"):
            board(desk, **{name: "blau"})


def test_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.app.alertboard.A_PAGE", 4)
    whole = names(board(desk, all=True))
    pages = [board(desk, page=at) for at in range(1, board(desk)["pages"] + 1)]
    assert [name for page in pages for name in names(page)] == whole
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert board(desk, page=999)["page"] == len(pages)


def test_nothing_restricted_is_found_by_looking_for_it(tmp_path: Path) -> None:
    """Whoever may not read a figure does not learn it by which alerts a search for it finds, nor by an attribute."""
    files = pack()
    name = next(name for name, text in files.items() if "total_liabilities:" in text)
    files[name] = files[name].replace("total_liabilities:", 'total_liabilities:\n  restricted: "true"', 1)
    home = enrolled(district(tmp_path / "home", files))
    filed(home, TITLES + debt("A1", "2025-Q4", 87), actor="local:tester")
    desk = at_desk(home)
    try:
        assert board(desk, text="87%")["found"] == 1
        assert board(desk, actor="own")["found"] == 1
        assert board(desk, actor="own")["alerts"][0]["withheld"]
        for text in ("87", "87%", "70%"):
            assert board(desk, actor="own", text=text)["found"] == 0
        assert board(desk, actor="own", text="甲一")["found"] == 1
    finally:
        desk.close()
