"""A bundle proves what it shows, hides what it withholds, and stands no changed bit."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bundle_maker import QUESTION, explanation
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.log import Log
from hengjian.ledger.note import generate, sign
from hengjian.model.issue import Failure, Refused
from hengjian.trust.bundle import make_bundle, make_number_bundle
from hengjian.trust.verify import verify

ALL_BITS = os.environ.get("HENGJIAN_ALL_BITS") == "1"


def number(log: Log) -> bytes:
    return make_number_bundle(log, QUESTION, explanation(log))


def edited(bundle: bytes, change: Callable[[Any], object]) -> bytes:
    value: Any = parse(bundle)
    change(value)
    return canonical(value)


def refusal(bundle: bytes, vkey: str) -> str:
    verdict = verify(bundle, vkey)
    assert not verdict.ok
    return verdict.messages[-1]


def test_a_whole_filing(log: Log, vkey: str) -> None:
    verdict = verify(make_bundle(log, 0, with_blob=True), vkey)
    assert verdict.ok
    said = "\n".join(verdict.messages)
    assert "entry 0 is in the log example.org/city under its signed head of 7 entries" in said
    assert "3 of 3 rows disclosed" in said
    assert "the file of 19 bytes is the one committed to" in said


def test_one_cell_and_nothing_of_the_rest(log: Log, vkey: str) -> None:
    bundle = make_bundle(log, 0, rows=[1])
    verdict = verify(bundle, vkey)
    assert verdict.ok
    assert "1 of 3 rows disclosed, all under the leaf's rows root" in verdict.messages
    assert b"total_liabilities" in bundle
    assert b"total_assets" not in bundle
    assert b"secret" not in bundle
    evidence = log.evidence(0)
    assert evidence is not None
    assert evidence.secret.hex().encode() not in bundle


def test_the_leaf_alone(log: Log, vkey: str) -> None:
    assert verify(make_bundle(log, 6, rows=[]), vkey).ok


def test_a_number_with_its_filings(log: Log, vkey: str) -> None:
    bundle = number(log)
    verdict = verify(bundle, vkey)
    assert verdict.ok
    assert verdict.messages[-1] == (
        "debt_ratio of E1 in 2019-Q4 = 0.599502487562189 (as known at entry:3, scope consolidated, basis best): "
        "every input is a row of a filing in the log; the number itself is attested, not recomputed"
    )
    assert b"secret" not in bundle


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["filing", "number"])
def test_every_changed_bit_is_refused(log: Log, vkey: str, kind: str) -> None:
    bundle = make_bundle(log, 5, rows=[0], with_blob=True) if kind == "filing" else number(log)
    step = 1 if ALL_BITS or kind == "filing" else 7
    for at in range(0, 8 * len(bundle), step):
        changed = bytearray(bundle)
        changed[at // 8] ^= 1 << at % 8
        assert not verify(bytes(changed), vkey).ok, f"bit {at % 8} of byte {at // 8}: {bytes(changed)!r}"


def test_a_bundle_cut_or_lengthened_is_refused(log: Log, vkey: str) -> None:
    bundle = make_bundle(log, 0)
    assert not any(verify(bundle[:at], vkey).ok for at in range(0, len(bundle), 5))
    for more in (b" ", b"\n", b"{}"):
        assert not verify(bundle + more, vkey).ok
        assert not verify(more + bundle, vkey).ok


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b.update(note="x"), "unused fields: note"),
        (lambda b: b["rows"][0].update(note="x"), "unused fields: note"),
        (lambda b: b.pop("rows"), "lacks rows"),
        (lambda b: b.update(kind="other"), "which this program does not know"),
        (lambda b: b.update(v=2), "version 2"),
        (lambda b: b["rows"].reverse(), "not in ascending order"),
        (lambda b: b["rows"].append(b["rows"][-1]), "not in ascending order"),
        (lambda b: b["rows"][0]["row"].update(value=1), "row 0 is not under the leaf's rows root"),
        (lambda b: b["rows"][1].update(salt=b["rows"][0]["salt"]), "row 1 is not under"),
        (lambda b: b["rows"][1].update(index=9), "rows that the leaf has"),
        (lambda b: b["leaf"].update(actor="local:li"), "the leaf is not at this index"),
        (lambda b: b["leaf"].update(more=1), "the leaf has the keys"),
        (lambda b: b["blob"].update(base64="AAAA"), "the file has 3 bytes, the leaf says 19"),
        (lambda b: b["blob"].update(base64=b["blob"]["base64"][:-4] + "MWE="), "the file has"),
        (lambda b: b["blob"].update(base64=b["blob"]["base64"].replace("=", "")), "not"),
        (lambda b: b.update(proof=b["proof"].replace("index", "extra YQ==\nindex")), "extra data"),
        (lambda b: b.update(proof=b["proof"].replace("index 0", "index 1")), "the leaf is not at this index"),
        (lambda b: b.update(proof=b["proof"].replace("\n7\n", "\n8\n")), "is wrong"),
        (lambda b: b.update(proof=1), "not text"),
        (lambda b: b.update(rows={}), "not an array"),
        (lambda b: b.update(leaf=[]), "not an object"),
    ],
)
def test_what_is_refused_and_why(log: Log, vkey: str, change: Callable[[Any], object], said: str) -> None:
    assert said in refusal(edited(make_bundle(log, 0, with_blob=True), change), vkey)


def test_a_row_of_another_value_in_the_explanation_is_refused(log: Log, vkey: str) -> None:
    """Even the log's own key cannot attest an input that no filing holds."""

    def lie(bundle: Any) -> None:
        from hengjian.trust.form import attested

        bundle["explanation"]["leaves"][0]["value"] = 1.0
        body = {"question": bundle["question"], "explanation": bundle["explanation"]}
        bundle["attestation"] = sign(attested(body), log.signer)

    assert "is not a disclosed row" in refusal(edited(number(log), lie), vkey)
    assert "attests another" in refusal(edited(number(log), lambda b: b["explanation"].update(value=0.1)), vkey)
    assert "attests another" in refusal(edited(number(log), lambda b: b["question"].update(entity="E2")), vkey)
    more = parse(make_bundle(log, 2))
    assert "does not use" in refusal(edited(number(log), lambda b: b["filings"].append(more)), vkey)
    assert "ascending order" in refusal(edited(number(log), lambda b: b["filings"].reverse()), vkey)
    assert "not a disclosed row" in refusal(edited(number(log), lambda b: b["filings"].pop()), vkey)


def test_signature_lines_of_unknown_keys(log: Log, vkey: str) -> None:
    def cosigned(bundle: Any) -> None:
        bundle["proof"] += sign("x\n", generate("witness.example")).split("\n\n")[1]

    bundle = edited(make_bundle(log, 0), cosigned)
    assert "signature lines of unknown keys: witness.example+" in refusal(bundle, vkey)
    allowed = verify(bundle, vkey, allow_unknown=True)
    assert allowed.ok
    assert any(message.startswith("not checked: — witness.example ") for message in allowed.messages)


def test_another_key_refuses(log: Log) -> None:
    bundle = make_bundle(log, 0)
    assert "no signature of a known key" in refusal(bundle, generate("example.org/city").verifier.text())
    assert "no signature of a known key" in refusal(bundle, generate("example.org/other").verifier.text())
    assert "the verifier key cannot be read" in refusal(bundle, "nonsense")


def test_a_repeated_signature_line_is_refused(log: Log, vkey: str) -> None:
    def twice(bundle: Any) -> None:
        bundle["proof"] += bundle["proof"].split("\n\n")[2]

    assert "not in their one form" in refusal(edited(make_bundle(log, 0), twice), vkey)


def test_what_cannot_be_bundled(log: Log) -> None:
    with pytest.raises(Refused, match="entry 0 has 3 rows"):
        make_bundle(log, 0, rows=[3])
    with pytest.raises(Failure, match="the log has no entry 7"):
        make_bundle(log, 7)
    wrong = explanation(log)
    wrong["leaves"][0]["value"] = 1.0
    with pytest.raises(Failure, match="entry 1 has no row for total_liabilities of E1 in 2019-Q4 at D2"):
        make_number_bundle(log, QUESTION, wrong)


@given(st.binary(max_size=100))
def test_random_bytes_are_refused(data: bytes) -> None:
    verdict = verify(data, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert not verdict.ok


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["hengjian/filing-proof", "x"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["v", "kind", "leaf", "rows", "proof", "blob"]), inner, max_size=6)
        ),
    )
)
def test_random_values_are_refused(value: object) -> None:
    verdict = verify(canonical(value), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert not verdict.ok


def test_verification_elsewhere_needs_the_bundle_and_the_key_alone(log: Log, vkey: str, tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_bytes(number(log))
    (tmp_path / "city.vkey").write_text(vkey + "\n")
    code = """
import json, sys
from pathlib import Path
from hengjian.trust.verify import verify
verdict = verify(Path("bundle.json").read_bytes(), Path("city.vkey").read_text())
heavy = sorted({"sqlite3", "duckdb", "numpy", "yaml", "pyarrow", "hengjian.ledger.log"} & set(sys.modules))
print(json.dumps([verdict.ok, heavy]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, []]
