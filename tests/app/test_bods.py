"""Statements of BODS through a space's door: filed as one batch, exported at a date, and the same in another space."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import bods_fixtures
import pytest
from homes import asked, at_desk, filed, write_pack

from hengjian.app import main, packs
from hengjian.model.cut import Cut
from hengjian.model.issue import Failure, Refused
from hengjian.panel.holdings import Holdings, load_holdings

sys.path.insert(0, str(Path(__file__).parents[1] / "intake" / "bods"))

from bods_desk import entity, interest, later, person, relation

DAY = date(2024, 6, 1)
HOLDERS = {
    "pack.yaml": "name: holders\nversion: 1.0.0\nlicence: Apache-2.0\nlabel: {zh: 股东, en: Holders}\nrequires: []\n",
    "types.yaml": (
        "natural_person: {label: {zh: 自然人, en: Person}}\nstate_body: {label: {zh: 国家出资人, en: State}}\n"
    ),
}
OWNS = "link,from,to,valid_from,valid_to,share,voting,kind,principal,evidence\n"
ENTITIES = """\
entity,type,name
A,enterprise,甲集团
B,enterprise,乙公司
C,enterprise,丙公司
D,enterprise,丁公司
P,natural_person,张某
Q,natural_person,李某
S,state_body,某市国资委
U,natural_person,匿名自然人（interestedPartyExemptFromDisclosure）
X,enterprise,与此无关
Y,enterprise,也无关
"""
LINKS = f"""{OWNS}\
owns,S,A,,,51%,,,,登记簿
owns,P,A,2020-01-01,,30%,,nominee,Q,代持协议
owns,U,A,,2030-01-01,19%,0.1,,,
owns,A,B,,,0.5,,,,
owns,B,C,,,0.333333333333333333,,,,
owns,C,B,,2020-01-01,0.5,,,,
owns,P,C,,,20%,,concert,A,
owns,Q,C,,,10%,5%,concert,,
owns,C,D,,,,60%,,,
owns,X,Y,,,100%,,,,
owns,D,X,,2024-01-01,0,,,,
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("packs") / "holders", HOLDERS)


def space(folder: Path, pack: Path, name: str = "某市国资委") -> Path:
    packs.init({"space": str(folder), "packs": [str(pack)], "name": name, "actor": "tester"})
    return folder


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Path:
    """A space with a register of many kinds of holdings. To be read only."""
    folder = space(tmp_path_factory.mktemp("register") / "home", pack)
    filed(folder, ENTITIES, form="entities")
    filed(folder, LINKS, form="links")
    return folder


def file(folder: Path, *statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return filed(folder, json.dumps(statements), form="bods", name="a.json", **more)


def held(folder: Path, day: date = DAY) -> dict[str, Any]:
    """Shares and votes by the ids of their ends."""
    desk = at_desk(folder)
    try:
        (holdings,) = load_holdings(desk.store, Cut(), [day])
        ids = {state.ordinal: state.id for state in desk.store.entities(Cut(), day)}
        return _by_id(holdings, ids)
    finally:
        desk.close()


def _by_id(holdings: Holdings, ids: dict[int, str]) -> dict[str, Any]:
    name = [ids[int(ordinal)] for ordinal in holdings.ordinals]
    pairs = {
        "shares": (holdings.owner, holdings.owned, holdings.share),
        "votes": (holdings.voter, holdings.company, holdings.votes),
        "pooled": (holdings.voter, holdings.company, holdings.pooled),
    }  # fmt: skip
    return {
        what: {(name[near], name[far]): float(weight) for near, far, weight in zip(*columns, strict=True)}
        for what, columns in pairs.items()
    }


def exported(folder: Path, **question: Any) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(asked(folder, "export_bods", **question)["data"])
    return statements


def test_a_file_of_statements_is_one_filing(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    receipt = file(home, *bods_fixtures.load("core/01-direct-ownership").statements)
    assert receipt["observations"] == 3
    answer = asked(home, "relations", entity="rec-acme-holdings-ltd", as_of="2024-01-01")
    (link,) = answer["links"]
    assert (link["entity"], link["attributes"]["share"], link["valid_from"]) == (
        "rec-jane-smith-1975",
        "0.75",
        "2010-01-01",
    )


def test_a_ring_of_whole_holdings_is_accepted(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    file(home, *bods_fixtures.load("edge-cases/10-circular-ownership").statements)
    shares = held(home, date(2026, 6, 1))["shares"]
    assert shares == {("rec-alpha-corp", "rec-beta-corp"): 1.0, ("rec-beta-corp", "rec-alpha-corp"): 1.0}


def test_a_refused_file_leaves_nothing(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    with pytest.raises(Refused) as refused:
        file(home, entity("a"), relation("r", "b", "a", interest(share=130)), entity("b"))
    assert [issue.place.row for issue in refused.value.issues if issue.place] == [2]
    assert asked(home, "entities")["entities"] == []


def test_warnings_stand_in_the_receipt_and_in_the_trial(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    statements = [entity("a"), relation("r", "x", "a", interest(share=5))]
    words = "the record 'x' is stated nowhere: the relationship is not entered"
    question = {"files": [{"name": "a.json", "data": json.dumps(statements).encode()}], "form": "bods", "actor": "t"}
    tried = asked(home, "trial", **question)
    (warning,) = file(home, *statements)["warnings"]
    assert words in warning["message"]
    assert [words in one["message"] for one in tried["warnings"]] == [True]


def test_nothing_but_declarations_that_lead_to_no_row(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    assert file(home, relation("r", "x", "a"))["observations"] == 0


def test_a_record_goes_on_in_a_later_file(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    one = relation("r", "p", "a", interest(share=60, startDate="2020-01-01"))
    file(home, entity("a"), person("p"), one)
    two = relation("r", "p", "a", interest(share=40, startDate="2020-01-01"))
    file(home, later(two, "2024-05-20"))
    assert held(home, date(2024, 5, 19))["shares"] == {("p", "a"): 0.6}
    assert held(home)["shares"] == {("p", "a"): 0.4}
    file(home, later(two, "2024-07-01", "closed"))
    assert held(home)["shares"] == {("p", "a"): 0.4}
    assert held(home, date(2024, 7, 1))["shares"] == {}


def test_a_package_makes_the_same_holdings_in_another_space(register: Path, tmp_path: Path, pack: Path) -> None:
    other = space(tmp_path / "home", pack)
    data = asked(register, "export_bods", as_of=DAY.isoformat())["data"]
    receipt = filed(other, data, form="bods", name="a.json")
    assert not [one for one in receipt["warnings"] if "statement" in one["message"].partition(" ")[0]]
    assert held(other) == held(register)
    assert held(other, date(2031, 1, 1)) == held(register, date(2031, 1, 1))
    names = {one["id"]: (one["type"], one["name"]) for one in asked(other, "entities")["entities"]}
    known = {one["id"]: (one["type"], one["name"]) for one in asked(register, "entities")["entities"]}
    assert names == known


def test_a_package_names_the_space_and_the_day(register: Path) -> None:
    answer = asked(register, "export_bods", as_of="2024-06-01")
    statements = json.loads(answer["data"])
    assert {one["publicationDetails"]["publisher"]["name"] for one in statements} == {"某市国资委"}
    assert {one["statementDate"] for one in statements} == {"2024-06-01"}
    assert (answer["statements"], answer["entities"], answer["holdings"]) == (len(statements), 10, 9)
    assert answer["data"] == asked(register, "export_bods", as_of="2024-06-01")["data"]


def test_what_is_above_and_below_one_entity(register: Path) -> None:
    def about(identity: str) -> set[str]:
        kinds = ("entity", "person")
        found = exported(register, entity=identity, as_of="2024-06-01")
        assert {one["declarationSubject"] for one in found} <= {identity}
        return {one["recordId"] for one in found if one["recordType"] in kinds and len(one["recordId"]) == 1}

    assert about("B") == {"A", "B", "C", "D", "P", "Q", "S", "U"}
    assert about("Q") == {"A", "B", "C", "D", "P", "Q"}, "what a nominee holds for its principal is below that one"
    assert about("X") == {"X", "Y"}


def test_holdings_of_another_day(register: Path) -> None:
    before = exported(register, as_of="2019-06-01")
    after = exported(register, as_of="2024-06-01")
    pairs = [
        {(one["recordDetails"]["interestedParty"], one["recordDetails"]["subject"])
         for one in found if one["recordType"] == "relationship"}
        for found in (before, after)
    ]  # fmt: skip
    assert ("C", "B") in pairs[0] - pairs[1]
    assert ("S", "A") in pairs[0] & pairs[1]


def test_a_space_without_holdings(tmp_path: Path, pack: Path) -> None:
    home = space(tmp_path / "home", pack)
    assert asked(home, "export_bods")["data"] == b"[]\n"


def test_a_package_that_fails_its_check_is_not_handed_out(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengjian.intake.bods.write._FORMS", {"enterprise": "company"})
    with pytest.raises(Failure) as failure:
        asked(register, "export_bods", as_of="2024-06-01")
    assert failure.value.issue.message.startswith("the package is not valid by the standard: ")
    assert failure.value.issue.hint == "this is a mistake of ours; please report it"


def test_an_entity_that_nobody_registered(register: Path) -> None:
    with pytest.raises(Refused, match="no entity is registered as 'nobody'"):
        asked(register, "export_bods", entity="nobody")


def test_the_command(register: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    target = tmp_path / "out.json"
    words = ["export-bods", str(register), "X", "--as-of", "2024-06-01"]
    assert main(words) == 0
    printed = capfdbinary.readouterr().out
    assert main([*words, "--out", str(target)]) == 0
    told = capfdbinary.readouterr().out.decode()
    assert told == f"{target}: 3 statements of 2 entities and 1 holdings on 2024-06-01\n"
    assert target.read_bytes() == printed
    assert main([*words, "--out", str(target), "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out) == {
        "file": str(target), "bytes": len(printed), "statements": 3, "entities": 2, "holdings": 1,
        "as_of": "2024-06-01",
    }  # fmt: skip
    assert main([*words, "--out", str(tmp_path)]) == 3
    assert b"cannot be written: Is a directory" in capfdbinary.readouterr().err
