"""Lists of filings, one in full, its bytes, and what some bytes are when they are held against the ledger."""

import hashlib
import json
from pathlib import Path

import pytest
from filing_homes import figures, formed
from homes import ENTERPRISES, asked, at_desk, copied, filed

from hengjian.app.filings import blob, filing
from hengjian.app.recognise import recognise
from hengjian.model.issue import Refused

FIRST = figures("E1,2026-Q1,200,150,300", "E2,2026-Q1,100,50,")
SECOND = figures("E1,2026-Q1,200,160,300")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Entries: 0 and 1 packs, 2 entities, 3 a filing of both with a warning, 4 a correction of E1, 5 an archive."""
    home = formed(tmp_path_factory.mktemp("filings") / "home", today="2026-05-15")
    filed(home, FIRST, form="short_balance", name="一季度.csv", actor="clerk")
    filed(home, SECOND, form="short_balance", name="更正.csv", entity="E1")
    filed(home, figures("E2,2025-Q4,90,50,"), form="short_balance", known_from="2026-01-20")
    return home


def test_the_newest_first(home: Path) -> None:
    answer = asked(home, "filings")
    assert [one["filing"] for one in answer["filings"]] == ["F000005", "F000004", "F000003", "F000002"]
    assert (answer["count"], answer["next"]) == (4, None)
    third = answer["filings"][2]
    assert third["recorded_at"].endswith("Z")
    assert {name: third[name] for name in third if name != "recorded_at"} == {
        "filing": "F000003", "entry": 3, "form": "short_balance", "subject": None, "actor": "clerk",
        "known_from": None, "file": "一季度.csv", "rows": 5, "warned": 1,
    }  # fmt: skip
    assert answer["filings"][0]["known_from"] == "2026-01-20"
    assert answer["filings"][1]["subject"] == "E1"


def test_of_an_entity_of_a_form_and_in_pages(home: Path) -> None:
    def listed(**question: object) -> list[str]:
        return [one["filing"] for one in asked(home, "filings", **question)["filings"]]

    assert listed(entity="E1") == ["F000004", "F000003", "F000002"]
    assert listed(entity="E2", form="short_balance") == ["F000005", "F000003"]
    assert listed(form="entities") == ["F000002"]
    first = asked(home, "filings", limit=2)
    assert first["next"] == "F000003"
    assert listed(limit=2, **{"from": first["next"]}) == ["F000003", "F000002"]


def test_one_filing_in_full(home: Path) -> None:
    answer = asked(home, "filing", filing="F000003")
    assert (answer["size"], answer["sha256"]) == (len(FIRST.encode()), hashlib.sha256(FIRST.encode()).hexdigest())
    assert len(answer["cells"]) == 5
    assert answer["cells"][0] == {
        "entity": "E1", "measure": "total_assets", "period": "2026-Q1", "scope": "consolidated", "basis": "flash",
        "text": "200", "unit": "元", "value": 200, "file": "一季度.csv", "sheet": None, "cell": "C2",
    } | {"unit": answer["cells"][0]["unit"]}  # fmt: skip
    (warning,) = answer["warnings"]
    assert "受限 300 超过 200" in warning["message"]
    assert (answer["earlier"], answer["later"]) == ([], [{"filing": "F000004", "entry": 4, "cells": 3}])
    assert asked(home, "filing", filing="4")["earlier"] == [{"filing": "F000003", "entry": 3, "cells": 3}]
    assert asked(home, "filing", filing="F000003", limit=2, **{"from": 3})["cells"] == answer["cells"][3:]


def test_the_bytes_as_they_were_filed(home: Path) -> None:
    assert asked(home, "blob", filing="F000003") == {"name": "一季度.csv", "data": FIRST.encode()}


def test_a_file_that_is_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at_desk(home)
    with monkeypatch.context() as patched:
        patched.setattr(desk.log, "evidence", lambda _: None)
        with pytest.raises(Refused) as caught:
            blob(desk, {"filing": "F000003"})
        assert filing(desk, {"filing": "F000003"})["cells"] == []
        assert recognise(desk, {"data": FIRST.encode()})["ok"] is False, "nothing shows that these are the bytes"
    desk.close()
    assert str(caught.value) == ("the file of F000003 is not held any more\n  hint: its entry can still be proven")


@pytest.mark.parametrize("method", ["filing", "blob"])
@pytest.mark.parametrize("name", ["F000099", "F000000", "x", "", "-1"])
def test_what_is_no_filing(home: Path, method: str, name: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(home, method, filing=name)
    assert str(caught.value) == (
        f"no filing is called {name!r}\n  hint: `filings` lists them; other entries of the ledger are none"
    )


def test_a_list_from_nowhere(home: Path) -> None:
    with pytest.raises(Refused, match="no filing is called 'soon'"):
        asked(home, "filings", **{"from": "soon"})


def test_lists_survive_a_rebuild(home: Path, tmp_path: Path) -> None:
    own = copied(home, tmp_path / "own")
    before = asked(own, "filings")
    assert asked(own, "rebuild")["same"] is True
    (own / "store.duckdb").unlink()
    assert asked(own, "filings") == before


# what some bytes are


def test_the_file_of_a_filing(home: Path) -> None:
    answer = asked(home, "recognise", data=FIRST.encode(), name="renamed.csv")
    assert (answer["kind"], answer["ok"]) == ("filing", True)
    (found,) = answer["found"]
    assert (found["filing"], found["actor"], found["file"]) == ("F000003", "clerk", "一季度.csv")
    assert answer["sha256"] == hashlib.sha256(FIRST.encode()).hexdigest()
    assert answer["entries"] == asked(home, "status")["size"]
    assert any("entry 3 is in the log" in message for message in answer["messages"])
    assert any("is the one committed to" in message for message in answer["messages"])


def test_one_byte_more_is_unknown(home: Path) -> None:
    answer = asked(home, "recognise", data=FIRST.encode() + b"\n")
    assert (answer["kind"], answer["ok"], answer["found"]) == ("unknown", False, [])
    assert asked(home, "recognise", data=b"")["kind"] == "unknown"
    assert asked(home, "recognise", data=b"[" * 100_000)["kind"] == "unknown"


def test_the_same_bytes_filed_twice(home: Path, tmp_path: Path) -> None:
    own = copied(home, tmp_path / "own")
    filed(own, FIRST, form="short_balance", actor="other")
    answer = asked(own, "recognise", data=FIRST.encode())
    assert [one["entry"] for one in answer["found"]] == [3, 6]


def test_a_list_of_entities_and_a_pack(home: Path) -> None:
    assert asked(home, "recognise", data=ENTERPRISES.encode())["found"][0]["form"] == "entities"
    desk = at_desk(home)
    archive = desk.shelf.archive(desk.shelf.entries[0])
    answer = recognise(desk, {"data": archive})
    desk.close()
    assert (answer["kind"], answer["ok"]) == ("pack", True)
    assert answer["found"][0]["kind"] == "pack"


def test_a_proof_of_a_filing_and_of_a_number(home: Path) -> None:
    for question, proof in (
        ({"filing": "F000003", "with_file": True}, "hengjian/filing-proof"),
        ({"entity": "E1", "indicator": "debt_ratio", "period": "2026-Q1"}, "hengjian/number-proof"),
    ):
        bundle = asked(home, "prove", **question)["bundle"]
        answer = asked(home, "recognise", data=bundle)
        assert (answer["kind"], answer["ok"], answer["proof"]) == ("bundle", True, proof)
        assert answer["found"]
        assert answer["messages"]


def test_a_changed_proof_is_refused(home: Path) -> None:
    bundle = asked(home, "prove", filing="F000003")["bundle"]
    answer = asked(home, "recognise", data=bundle.replace(b'"value":200', b'"value":201', 1))
    assert (answer["kind"], answer["ok"]) == ("bundle", False)
    assert answer["messages"][-1].startswith("refused: ")


def test_a_proof_of_another_log(home: Path, tmp_path: Path) -> None:
    other = formed(tmp_path / "home")
    answer = asked(home, "recognise", data=asked(other, "prove", filing="F000002")["bundle"])
    assert (answer["kind"], answer["ok"]) == ("bundle", False)


def test_a_sound_proof_of_an_entry_that_the_log_does_not_hold(home: Path, tmp_path: Path) -> None:
    """Another copy of the log, with the same key, has gone its own way: its proofs are sound and are not about ours."""
    own = copied(home, tmp_path / "own")
    filed(own, figures("E2,2025-Q3,1,1,"), form="short_balance")
    bundle = asked(own, "prove", filing="F000006")["bundle"]
    assert asked(own, "recognise", data=bundle)["ok"] is True
    answer = asked(home, "recognise", data=bundle)
    assert (answer["kind"], answer["ok"], answer["found"]) == ("bundle", False, [])


def test_an_earlier_head_is_the_beginning_of_this_log(home: Path, tmp_path: Path) -> None:
    own = copied(home, tmp_path / "own")
    head = asked(own, "ledger")["checkpoint"].encode()
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3"):
        filed(own, figures(f"E2,{quarter},1,1,"), form="short_balance")
    answer = asked(own, "recognise", data=head)
    assert (answer["kind"], answer["ok"], answer["earlier"]) == ("checkpoint", True, 6)
    later = asked(own, "ledger")["checkpoint"].encode()
    assert asked(home, "recognise", data=later)["ok"] is False, "the first copy never grew so far"
    filed(home_two := copied(home, tmp_path / "two"), figures("E2,2024-Q1,9,1,"), form="short_balance")
    assert asked(own, "recognise", data=asked(home_two, "ledger")["checkpoint"].encode())["ok"] is False, "a fork"
    broken = head.replace(b"\n6\n", b"\n5\n")
    answer = asked(own, "recognise", data=broken)
    assert (answer["ok"], answer["messages"]) == (
        False, [f"refused: the signature of {head.decode().splitlines()[0]}+{_key_id(own)} is wrong"]
    )  # fmt: skip


def _key_id(home: Path) -> str:
    return str(asked(home, "ledger")["key"]).split("+")[1]  # the key behind it is base64, which may hold more of them


def test_the_ledger_newest_first(home: Path) -> None:
    answer = asked(home, "ledger")
    assert [one["entry"] for one in answer["entries"]] == [5, 4, 3, 2, 1, 0]
    assert [one["kind"] for one in answer["entries"]][-3:] == ["filing", "pack", "pack"]
    assert answer["key"] == (home / answer["key_file"]).read_text(encoding="utf-8").strip()
    assert answer["checkpoint"] == (home / "log" / "checkpoint").read_text(encoding="utf-8")
    assert [one["entry"] for one in asked(home, "ledger", **{"from": 2})["entries"]] == [2, 1, 0]
    assert json.dumps(answer)
