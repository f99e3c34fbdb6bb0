"""Data of others: the fixtures of PyPI's bods-v04-fixtures, and the standard's own examples and conformance data.

The fixtures are by Stephen Abbott Pugh (MIT). The examples and the conformance data are those of
openownership/data-standard; they stand in the shared folder beside the repository, and are skipped where it is missing.
"""

import csv
import json
from pathlib import Path
from typing import Any

import bods_fixtures
import pytest
from bods_desk import HOLDERS, entities, links, read
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from hengjian.intake.bods import schema
from hengjian.intake.bods.document import read_document
from hengjian.intake.bods.formats import is_date, is_date_time, is_uri
from hengjian.intake.bods.schema import schema_faults
from hengjian.intake.faults import Faults

DATA = Path(__file__).parents[4] / "shared" / "data" / "ownership" / "reference_only" / "bods"
EXAMPLES = sorted(DATA.glob("official_examples/*.json"))
VALID = sorted(DATA.glob("conformance/valid-statements/*.json"))
INVALID = sorted(DATA.glob("conformance/invalid-statements/*.json"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the reference data is not beside the repository")


def _expected() -> list[dict[str, str]]:
    table = DATA / "conformance" / "invalid-statements" / "expected_errors.csv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as file:
        return [{name: text.strip() for name, text in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", bods_fixtures.list_cases())
def test_every_fixture_is_accepted(name: str) -> None:
    rows, issues = read(bods_fixtures.load(name).statements)
    assert rows
    assert all(issue.severity == "warning" for issue in issues)


def test_direct_ownership() -> None:
    """75 % of the shares and of the votes, since 2010 (01-direct-ownership.expected.md)."""
    statements = bods_fixtures.load("core/01-direct-ownership").statements
    assert links(statements) == [
        ("rec-jane-smith-1975", "rec-acme-holdings-ltd", "2010-01-01", None, {"share": "0.75", "voting": "0.75"})
    ]
    assert entities(statements) == [
        ("rec-acme-holdings-ltd", "enterprise", "Acme Holdings Ltd"),
        ("rec-jane-smith-1975", "natural_person", "Jane Smith"),
    ]


def test_circular_ownership_keeps_both_sides() -> None:
    """Two entities that own each other whole; neither side may be dropped (10-circular-ownership.expected.md)."""
    found = links(bods_fixtures.load("edge-cases/10-circular-ownership").statements)
    assert [(source, target, said) for source, target, _, _, said in found] == [
        ("rec-alpha-corp", "rec-beta-corp", {"share": "1"}), ("rec-beta-corp", "rec-alpha-corp", {"share": "1"}),
    ]  # fmt: skip


def test_a_declared_unknown_keeps_its_reason_and_makes_no_person() -> None:
    """The reason is kept verbatim, and no person is made up (11-anonymous-person.expected.md)."""
    statements = bods_fixtures.load("edge-cases/11-anonymous-person").statements
    reason = "subjectUnableToConfirmOrIdentifyBeneficialOwner"
    found = entities(statements)
    assert found[1] == ("rec-rel-opaque-no-ubo:interestedParty", "enterprise", f"未指明的权益方（{reason}）")
    assert not any(kind == "natural_person" for _, kind, _ in found)
    assert links(statements)[0][4] == {}


@needs_data
@pytest.mark.parametrize("path", [*EXAMPLES, *VALID], ids=lambda path: path.stem)
def test_valid_data_is_accepted(path: Path) -> None:
    _, issues = read(path.read_bytes())
    assert [str(issue) for issue in issues if issue.severity == "error"] == []


@needs_data
@pytest.mark.parametrize("row", _expected(), ids=lambda row: row["file"].removesuffix(".json"))
def test_invalid_data_is_refused_with_the_reason(row: dict[str, str]) -> None:
    """The rule and the place that the standard's own list of errors names (expected_errors.csv)."""
    data = (DATA / "conformance" / "invalid-statements" / row["file"]).read_bytes()
    rows, issues = read(data)
    assert rows == ()
    assert issues
    (statement,) = read_document(data, Faults(""))
    found = [(fault.keyword, _json_path(fault.path)) for fault in schema_faults(statement.body)]
    assert (row["rule"], row["json_path"]) in found


@needs_data
def test_the_list_of_errors_is_whole() -> None:
    assert {row["file"] for row in _expected()} == {path.name for path in INVALID}
    assert (len(EXAMPLES), len(VALID), len(INVALID)) == (19, 66, 115)


def _json_path(path: tuple[str | int, ...]) -> str:
    return "$[0]" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


@pytest.fixture(scope="module")
def whole() -> Draft202012Validator:
    """The schema as it stands, all of it, decided by jsonschema alone."""
    folder = Path(schema.__file__).parent / "v0_4"
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    resources: list[Resource[Any]] = [Resource.from_contents(one) for one in schemas]
    formats = FormatChecker(formats=())
    for name, check in (("date", is_date), ("date-time", is_date_time), ("uri", is_uri)):
        formats.checks(name)(check)
    (root,) = [one for one in schemas if one["$id"] == "urn:statement"]
    return Draft202012Validator(root, registry=resources @ Registry(), format_checker=formats)


@needs_data
def test_the_parts_decide_as_the_whole_schema_does(whole: Draft202012Validator) -> None:
    """A statement is validated against its own kind of record; the verdict is that of all conditions together."""
    for path in [*EXAMPLES, *VALID, *INVALID]:
        statements = json.loads(path.read_text(encoding="utf-8"))
        mine = [not list(schema_faults(one)) for one in statements]
        assert mine == [whole.is_valid([one]) for one in statements], path.name


@needs_data
def test_a_history_of_sales() -> None:
    """tecido.json: 100 % until 2021-09-24, then 40 to 60, then 30 to 70; she leaves when the other goes to 80 %.

    The closing statement names no day; the declaration of that day tells one, 2023-03-01.
    """
    found = links((DATA / "official_examples" / "tecido.json").read_bytes())
    shares = [(source[:3], start, end, said["share"]) for source, _, start, end, said in found]
    assert shares == [
        ("018", "2002-03-09", "2021-09-24", "1"), ("018", "2021-09-24", "2022-09-21", "0.4"),
        ("018", "2022-09-21", "2023-03-01", "0.3"), ("018", "2023-03-01", None, "0"),
        ("033", "2021-09-24", "2022-09-21", "0.6"), ("033", "2022-09-21", "2023-03-01", "0.7"),
        ("033", "2023-03-01", None, "0.8"),
    ]  # fmt: skip


@needs_data
def test_confirmations_change_nothing_and_closed_records_end() -> None:
    """fermcat.json: two halves, one handed on in 2021, and all of it with one holder since 2022-01-21."""
    found = links((DATA / "official_examples" / "fermcat.json").read_bytes())
    assert [(source[4:8], start, end, said["share"]) for source, _, start, end, said in found] == [
        ("5faa", "2019-09-11", "2021-04-03", "0.5"), ("5faa", "2021-04-03", None, "0"),
        ("41c0", "2019-09-11", "2022-01-21", "0.5"), ("41c0", "2022-01-21", None, "1"),
        ("e334", "2021-04-03", "2022-01-21", "0.5"), ("e334", "2022-01-21", None, "0"),
    ]  # fmt: skip


@needs_data
def test_only_the_direct_links_of_an_indirect_holding_are_entered() -> None:
    """bods-package-fi-soe.json: the state's 100 % is indirect; 76.5 % and 23.5 % are held directly."""
    data = (DATA / "official_examples" / "bods-package-fi-soe.json").read_bytes()
    assert sorted(said["share"] for *_, said in links(data)) == ["0.235", "0.765", "1"]
    kinds = {kind for _, kind, _ in entities(data, known=HOLDERS)}
    assert kinds == {"enterprise", "state_body"}
