"""Proofs: checked by someone who has nothing but the bundle and the key (CONTRACT section 5)."""

import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from kit import Result, Space, hengjian, observations, parts, rows_in
from tiny_pack import STATEMENT

#: A statement with a figure that must not be seen by him who is shown the debt ratio.
SECRET = "98765432.125"
FILED = STATEMENT + f"E1,net_profit,2019-Q4,{SECRET}\nE2,total_assets,2019-Q4,45678.5\n"


@dataclass(frozen=True)
class Envelope:
    """A folder with a bundle and a key, and nothing else."""

    folder: Path

    def verify(self, content: bytes | None = None, name: str = "bundle.json", key: str = "space.vkey") -> Result:
        """Verify the bundle (or another content) as a stranger would: in this folder, in a process of its own."""
        if content is not None:
            (self.folder / name).write_bytes(content)
        return hengjian("verify", name, "--key", key, plain=True, cwd=self.folder)

    @property
    def bundle(self) -> bytes:
        return (self.folder / "bundle.json").read_bytes()


def envelope(space: Space, folder: Path, *of: str) -> Envelope:
    """The proof of a filing or a number, handed over with the public key."""
    folder.mkdir(parents=True)
    space.run("prove", *of, out=folder / "bundle.json").done()
    shutil.copyfile(space.key(), folder / "space.vkey")
    return Envelope(folder)


@pytest.fixture(scope="module")
def prover(template: Space, tmp_path_factory: pytest.TempPathFactory) -> tuple[Space, dict]:
    space = template.copy(tmp_path_factory.mktemp("prover"))
    return space, space.enter(FILED)


@pytest.fixture
def of_filing(prover: tuple[Space, dict], tmp_path: Path) -> Envelope:
    space, receipt = prover
    return envelope(space, tmp_path / "filing", receipt["filing"])


@pytest.fixture
def of_number(prover: tuple[Space, dict], tmp_path: Path) -> Envelope:
    return envelope(prover[0], tmp_path / "number", "E1", "debt_ratio", "2019-Q4")


def test_a_filing_is_proven_to_a_stranger(of_filing: Envelope) -> None:
    of_filing.verify().done()
    rows = rows_in(of_filing.bundle)
    assert sorted((row["entity"], row["measure"], row["text"]) for row in rows) == [
        ("E1", "net_profit", SECRET),
        ("E1", "total_assets", "200"),
        ("E1", "total_liabilities", "150"),
        ("E2", "total_assets", "45678.5"),
    ]


@pytest.mark.usefixtures("from_nothing")
def test_the_proof_does_not_need_the_space(template: Space, tmp_path: Path) -> None:
    space = template.copy(tmp_path / "home")
    receipt = space.enter(FILED)
    handed = envelope(space, tmp_path / "away", receipt["filing"])
    shutil.rmtree(tmp_path / "home")
    handed.verify().done()


def test_prove_prints_the_same_bundle(prover: tuple[Space, dict], of_filing: Envelope) -> None:
    space, receipt = prover
    page = hengjian("prove", space.path, receipt["filing"], plain=True).done().out
    assert page.strip().encode() == of_filing.bundle.strip()


def test_a_number_discloses_its_cells_and_withholds_the_rest(of_number: Envelope) -> None:
    of_number.verify().done()
    rows = rows_in(of_number.bundle)
    assert sorted((row["measure"], row["text"]) for row in rows) == [
        ("total_assets", "200"),
        ("total_liabilities", "150"),
    ]
    seen = [json.dumps(part) for part in parts(json.loads(of_number.bundle))]
    assert not any(SECRET in text or "45678.5" in text or "net_profit" in text for text in seen)


def test_one_cell_alone(prover: tuple[Space, dict], tmp_path: Path) -> None:
    handed = envelope(prover[0], tmp_path / "cell", "E2", "assets", "2019-Q4")
    handed.verify().done()
    (row,) = rows_in(handed.bundle)
    assert (row["entity"], row["measure"], row["period"], row["value"]) == ("E2", "total_assets", "2019-Q4", 45678.5)


def test_a_number_from_several_filings(template: Space, tmp_path: Path) -> None:
    space = template.copy(tmp_path / "home")
    for period, profit in (("2018-Q2", 25), ("2018-Q4", 70), ("2019-Q2", 30)):
        space.enter(observations(f"E1 net_profit {period} {profit}\nE1 headcount {period} 41"))
    handed = envelope(space, tmp_path / "away", "E1", "profit_ttm", "2019-Q2")
    handed.verify().done()
    assert sorted(row["text"] for row in rows_in(handed.bundle)) == ["25", "30", "70"]


def test_the_leaf_is_canonical_and_small(of_filing: Envelope) -> None:
    fields = {
        "v",
        "kind",
        "subject",
        "actor",
        "claimed_time",
        "form",
        "engine",
        "pack_hashes",
        "content",
        "rows",
        "refs",
    }
    leaves = [part for part in parts(json.loads(of_filing.bundle)) if isinstance(part, dict) and set(part) == fields]
    assert leaves
    leaf = leaves[0]
    assert leaf["rows"]["count"] == 4
    assert leaf["content"]["size"] == len(FILED.encode())
    assert len(json.dumps(leaf, ensure_ascii=False).encode()) <= 4096


def test_a_proof_holds_as_the_log_grows(template: Space, tmp_path: Path) -> None:
    space = template.copy(tmp_path / "home")
    receipt = space.enter(FILED)
    old = envelope(space, tmp_path / "old", receipt["filing"])
    for quarter in ("2018-Q1", "2018-Q2", "2018-Q3"):
        space.enter(observations(f"E1 total_assets {quarter} 1"))
    old.verify().done()
    envelope(space, tmp_path / "new", receipt["filing"]).verify().done()


# What must be refused


def refused(result: Result) -> None:
    assert result.code == 1, str(result)
    assert (result.out + result.err).strip(), "and why"


@pytest.mark.parametrize("flips", [30, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
@pytest.mark.parametrize("of", ["filing", "number"])
def test_one_flipped_bit_is_refused_wherever_it_is(of: str, flips: int, request: pytest.FixtureRequest) -> None:
    """At random positions of the bundle, spread over its whole length."""
    handed: Envelope = request.getfixturevalue(f"of_{of}")
    bundle = handed.bundle
    chance = random.Random(f"{of} {flips}")
    step = len(bundle) / flips

    def accepted(number: int) -> str | None:
        at, bit = min(len(bundle) - 1, int((number + chance.random()) * step)), chance.randrange(8)
        spoilt = bytearray(bundle)
        spoilt[at] ^= 1 << bit
        result = handed.verify(bytes(spoilt), f"{number}.json")
        return None if result.code == 1 else f"bit {bit} of byte {at}: {result}"

    with ThreadPoolExecutor(2) as pool:
        assert [said for said in pool.map(accepted, range(flips)) if said] == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda bundle: bundle + b"\n\n", id="lines added"),
        pytest.param(lambda bundle: b" " + bundle, id="a blank before"),
        pytest.param(lambda bundle: json.dumps(json.loads(bundle), indent=1).encode(), id="written in another way"),
        pytest.param(lambda bundle: bundle.rstrip()[:-1] + b',"zz":1}', id="a field added"),
        pytest.param(lambda bundle: bundle[: len(bundle) // 2], id="cut in half"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"[]", id="something else"),
        pytest.param(lambda _: bytes(range(256)), id="no text"),
    ],
)
def test_any_other_bytes_are_refused(spoil, of_number: Envelope) -> None:
    refused(of_number.verify(spoil(of_number.bundle), "other.json"))


def test_a_changed_figure_is_refused(of_number: Envelope) -> None:
    """The forger who changes the text and its value alike has no salt that fits."""
    spoilt = of_number.bundle.replace(b"150", b"120")
    assert spoilt != of_number.bundle, "the disclosed figure stands in the bundle as text"
    refused(of_number.verify(spoilt, "forged.json"))


def test_the_key_of_another_space_is_refused(of_filing: Envelope, tiny: Path, tmp_path: Path) -> None:
    stranger = Space.at(tmp_path / "stranger", tiny)
    shutil.copyfile(stranger.key(), of_filing.folder / "stranger.vkey")
    refused(of_filing.verify(key="stranger.vkey"))


def test_a_key_that_is_none_is_refused(of_filing: Envelope) -> None:
    (of_filing.folder / "broken.vkey").write_text((of_filing.folder / "space.vkey").read_text().strip()[:-8])
    assert of_filing.verify(key="broken.vkey").code in (1, 2)


def test_a_filing_that_was_never_filed(prover: tuple[Space, dict]) -> None:
    assert prover[0].run("prove", "F999999").faults


def test_a_number_that_is_missing_has_no_proof(prover: tuple[Space, dict]) -> None:
    assert prover[0].run("prove", "E1", "debt_ratio", "2001-Q4").faults
