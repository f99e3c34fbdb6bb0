"""Every message about a bundle: why it cannot be made, and why a stranger refuses it."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

from bundle_maker import QUESTION, explanation, make_log

from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.log import Log
from hengjian.ledger.note import generate, sign
from hengjian.model.issue import Failure, Refused
from hengjian.trust.bundle import make_bundle, make_number_bundle
from hengjian.trust.form import attested
from hengjian.trust.verify import verify


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """A log of statements; nothing is changed in it."""
    with make_log(tmp_path_factory.mktemp("trust") / "space") as log:
        yield log


def verdict(bundle: bytes, log: Log, **more: bool) -> str:
    return verify(bundle, log.verifier.text(), **more).messages[-1]


def edited(bundle: bytes, change: Callable[[Any], object]) -> bytes:
    value: Any = parse(bundle)
    change(value)
    return canonical(value)


def number(log: Log) -> bytes:
    return make_number_bundle(log, QUESTION, explanation(log))


def attest(log: Log, value: Any) -> None:
    """Sign a changed number again, as the log's owner could."""
    body = {"question": value["question"], "explanation": value["explanation"]}
    value["attestation"] = sign(attested(body), log.signer)


OTHER = "QUJDQUJDQUJDQUJDQUJDQUJDQQ=="
FILING: list[tuple[Callable[[Any], object], str]] = [
    (lambda b: b.update(v=2), "the bundle is of version 2, known is 1"),
    (lambda b: b.update(v=True), "the bundle is of version True, known is 1"),
    (lambda b: b.update(kind="other"), "the bundle is of the kind 'other', which this program does not know"),
    (lambda b: b.update(more=1), "the bundle has unused fields: more"),
    (lambda b: b.pop("rows"), "the bundle lacks rows"),
    (lambda b: b.update(rows={}), "a part of the bundle is not an array"),
    (lambda b: b.update(rows=[1]), "a part of the bundle is not an object"),
    (lambda b: b.update(proof=1), "a part of the bundle is not text"),
    (lambda b: b["rows"].reverse(), "the disclosed rows are not in ascending order of rows that the leaf has"),
    (lambda b: b["rows"][0].update(index=1), "row 1 is not under the leaf's rows root"),
    (lambda b: b["rows"][0]["row"].update(value=1), "row 0 is not under the leaf's rows root"),
    (lambda b: b["leaf"].update(actor="me"), "the leaf is not at this index under the signed head"),
    (lambda b: b["blob"].update(base64="QUJD"), "the file has 3 bytes, the leaf says 19"),
    (lambda b: b["blob"].update(base64="QUJDQUJDQUJDQUJDQUJDQQ=="), "the file has 16 bytes, the leaf says 19"),
    (lambda b: b["blob"].update(base64=OTHER), "the file is not the one that the leaf commits to"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), FILING, ids=[message for _, message in FILING])
def test_a_filing_is_refused(log: Log, change: Callable[[Any], object], message: str) -> None:
    assert verdict(edited(make_bundle(log, 0, with_blob=True), change), log) == f"refused: {message}"


def test_a_proof_under_other_notes(log: Log) -> None:
    bundle = make_bundle(log, 0)
    proof = json.loads(bundle)["proof"]
    head, _, checkpoint = proof.partition("\n\n")

    def told(proof: str, **more: bool) -> str:
        return verdict(edited(bundle, lambda b: b.update(proof=proof)), log, **more)

    assert told(proof.replace("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nextra QUJD\n")) == (
        "refused: the tlog-proof carries extra data, which nothing binds"
    )
    other = sign(checkpoint.split("\n\n")[0].replace("city", "town") + "\n", log.signer)
    assert told(f"{head}\n\n{other}") == (
        "refused: the checkpoint is of 'example.org/town', the key of 'example.org/city'"
    )
    witness = generate("witness.org/w")
    line = sign(checkpoint.split("\n\n")[0] + "\n", witness).split("\n\n")[1]
    name = f"witness.org/w+{witness.verifier.key_id.hex()}"
    assert told(proof + line) == (
        f"refused: signature lines of unknown keys: {name} (--allow-unknown prints them and goes on)"
    )
    assert any("not checked: — witness.org/w" in said for said in verify(
        edited(bundle, lambda b: b.update(proof=proof + line)), log.verifier.text(), allow_unknown=True
    ).messages)  # fmt: skip
    signature = checkpoint.split("\n\n")[1]
    assert told(proof + signature) == "refused: the signature lines are not in their one form"


def test_a_bundle_or_key_that_is_none(log: Log) -> None:
    assert verdict(b"{}", log) == "refused: the bundle is of version None, known is 1"
    assert verdict(b"[]", log) == "refused: a part of the bundle is not an object"
    assert verdict(b'{"v": 1}', log).startswith("refused: ")
    assert verify(b"{}", "no key").messages == (
        "the verifier key cannot be read: a verifier key has the form name+id+key",
    )


NUMBER: list[tuple[Callable[[Any], object], str]] = [
    (lambda b: b["filings"].reverse(), "the filings are not in ascending order of their entries"),
    (lambda b: b["filings"][0].update(kind="other"), "a part of the bundle is not a filing's proof"),
    (lambda b: b["filings"].pop(), "the input 'total_liabilities' of entry 1 is not a disclosed row"),
]


@pytest.mark.parametrize(("change", "message"), NUMBER, ids=[message for _, message in NUMBER])
def test_a_number_is_refused(log: Log, change: Callable[[Any], object], message: str) -> None:
    assert verdict(edited(number(log), change), log) == f"refused: {message}"


def test_an_attestation_of_something_else(log: Log) -> None:
    def changed(value: Any) -> None:
        value["explanation"]["value"] = 0.7

    def another(value: Any) -> None:
        value["explanation"]["period"] = "2020-Q4"
        attest(log, value)

    def fewer(value: Any) -> None:
        value["explanation"]["leaves"].pop()
        attest(log, value)

    assert verdict(edited(number(log), changed), log) == (
        "refused: the log's key attests another question or explanation"
    )
    assert verdict(edited(number(log), another), log) == "refused: the explanation answers another question"
    assert verdict(edited(number(log), fewer), log) == (
        "refused: the bundle discloses rows that the explanation does not use"
    )


# making one


def test_rows_that_an_entry_does_not_have(log: Log) -> None:
    for rows in ([3], [-1, 0]):
        with pytest.raises(Refused) as caught:
            make_bundle(log, 0, rows=rows)
        assert str(caught.value) == "entry 0 has 3 rows, counted from 0\n  hint: name rows that it has"


def test_a_leaf_that_its_entry_does_not_state(log: Log) -> None:
    told = explanation(log)
    told["leaves"][0]["cell"] = "D9"
    with pytest.raises(Failure) as caught:
        make_number_bundle(log, QUESTION, told)
    assert str(caught.value) == (
        "entry 1 has no row for total_liabilities of E1 in 2019-Q4 at D9\n"
        "  hint: the tables differ from the ledger: run `rebuild`"
    )


def test_a_holding_that_its_entry_does_not_state(log: Log) -> None:
    told = explanation(log)
    told["holdings"] = [{"from": "P", "to": "S", "share": 0.7, "cell": "A3", "entry": 1}]
    with pytest.raises(Failure) as caught:
        make_number_bundle(log, QUESTION, told)
    assert str(caught.value) == (
        "entry 1 has no row for the holding of P in S at A3\n  hint: the tables differ from the ledger: run `rebuild`"
    )


def test_evidence_that_is_lost(tmp_path: Path) -> None:
    with make_log(tmp_path / "space") as log:
        told = explanation(log)
        with closing(sqlite3.connect(tmp_path / "space" / "journal.db")) as db:
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER {name}")
            db.execute("DELETE FROM evidence WHERE idx = 1")
            db.commit()
        lost = "what was filed as entry 1 is not held any more\n  hint: "
        with pytest.raises(Failure) as caught:
            make_bundle(log, 1, with_blob=True)
        assert str(caught.value) == f"{lost}the leaf alone can still be proven"
        with pytest.raises(Failure) as caught:
            make_number_bundle(log, QUESTION, told)
        assert str(caught.value) == f"{lost}the number cannot be proven"
        assert verify(make_bundle(log, 1), log.verifier.text()).ok
