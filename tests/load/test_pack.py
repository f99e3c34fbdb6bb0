"""Files become declarations, with their places."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pack import FILES, changed, load

from hengjian.formula.check import check
from hengjian.load import assemble, load_pack
from hengjian.model.issue import Place


def test_a_sound_pack_has_no_issue() -> None:
    pack, issues = load()
    assert issues == ()
    assert pack is not None
    assert (pack.name, pack.version, pack.licence, pack.label.zh, pack.requires) == (
        "small",
        "1.0.0",
        "MIT",
        "小",
        ("base",),
    )
    assets, profit = pack.measures
    assert (assets.period_type, assets.cumulative, assets.place) == ("instant", None, Place(file="small/measures.yaml"))
    assert (profit.unit.symbol, profit.unit.scale, profit.cumulative) == ("万元", Decimal(10_000), "year")
    catalogue, more = assemble([pack])
    assert more == ()
    assert catalogue is not None
    programme, faults = check(catalogue)
    assert [fault.message for fault in faults] == [
        f"nothing is measured in the unit {name}" for name in ("flight", "km")
    ]
    assert programme is not None


def test_values_are_dated_and_in_base_units() -> None:
    pack, _ = load()
    assert pack is not None
    first, second = pack.parameters[0].values
    assert (first.valid_from, dict(first.values)) == (
        date(2021, 1, 1), {"default": Decimal("0.70"), "power": Decimal("0.75")},
    )  # fmt: skip
    assert (second.valid_from, dict(second.values), second.place.line) == (
        date(2023, 1, 1),
        {"default": Decimal("0.65")},
        6,
    )
    files = changed("parameters.yaml", "unit: ratio\n  by: [industry]", "unit: 万元")
    files["parameters.yaml"] = (
        files["parameters.yaml"].replace("65%", "3").replace("{default: 70%, power: 0.75}", "1e-1")
    )
    pack, issues = load(files)
    assert issues == ()
    assert pack is not None
    assert [value.values["default"] for value in pack.parameters[0].values] == [Decimal(1000), Decimal(30_000)]


def test_formula_texts_know_their_first_character() -> None:
    pack, _ = load()
    assert pack is not None
    assert pack.indicators[0].versions[0].place == Place(file="small/indicators/returns.yaml", line=6, column=12)
    assert pack.rules[0].when.place == Place(file="small/rules/returns.yaml", line=4, column=9)


def test_versions_ascend() -> None:
    files = changed(
        "indicators/returns.yaml",
        "source: textbook\n  formula: ttm(net_profit) / avg(total_assets)",
        "versions:\n    - {from: 2024-01-01, source: b, formula: net_profit / total_assets}\n"
        "    - {from: 2010-01-01, source: a, formula: ttm(net_profit) / total_assets}",
    )
    pack, issues = load(files)
    assert issues == ()
    assert pack is not None
    assert [(version.valid_from, version.source) for version in pack.indicators[0].versions] == [
        (date(2010, 1, 1), "a"), (date(2024, 1, 1), "b"),
    ]  # fmt: skip


def test_cases_are_rows_and_expectations() -> None:
    pack, _ = load()
    assert pack is not None
    (case,) = pack.cases
    assert case.given == (
        {"enterprise": "A", "period": "2023-Q4", "total_assets": "300"},
        {"enterprise": "A", "period": "2024-Q4", "net_profit": "10", "total_assets": "100"},
    )
    assert dict(case.expect) == {"roa": {"A": "5%"}, "alerts weak": ("A",)}


def test_what_refers_to_a_lost_declaration_is_not_told_again() -> None:
    """The unit of total_assets cannot be guessed: roa, and weak through roa, fall silent; the fault is told once."""
    pack, issues = load(changed("measures.yaml", "unit: CNY\n", "unit: §\n"))
    assert len(issues) == 1
    assert pack is not None
    assert (pack.indicators, pack.rules, pack.checks) == ((), (), ())
    catalogue, more = assemble([pack])
    assert more == ()
    assert catalogue is not None
    assert not [issue for issue in check(catalogue)[1] if issue.severity == "error"]


@pytest.mark.parametrize("file", ["types.yaml", "measures.yaml", "parameters.yaml", "indicators/returns.yaml"])
def test_what_a_file_declares_that_cannot_be_read_is_not_told_as_unknown(file: str) -> None:
    pack, issues = load({**FILES, file: FILES[file] + "a: [\n"})
    assert len(issues) == 1
    assert pack is not None
    catalogue, more = assemble([pack])
    assert more == ()
    assert catalogue is not None
    assert not [issue for issue in check(catalogue)[1] if issue.severity == "error"]


def test_after_a_slip_the_rest_is_still_checked() -> None:
    """Slips in a key, a unit, a type and an attribute, and a wrong name in the formula that reads them: five faults."""
    files = dict(FILES)
    for file, old, new in [
        ("measures.yaml", "period_type: instant", "perod_type: instant"),
        ("measures.yaml", "unit: 万元", "unit: 万元元"),
        ("measures.yaml", "type: enterprise", "type: enterprize"),
        ("parameters.yaml", "[industry]", "[industri]"),
        ("indicators/returns.yaml", "avg(total_assets)", "avg(total_asets)"),
    ]:
        files[file] = files[file].replace(old, new, 1)
    pack, issues = load(files)
    assert pack is not None
    catalogue, more = assemble([pack])
    assert catalogue is not None
    told = [issue.message for issue in (*issues, *more, *check(catalogue)[1]) if issue.severity == "error"]
    assert len(told) == 5
    assert all(
        any(word in message for message in told)
        for word in ("perod_type", "万元元", "enterprize", "industri", "total_asets")
    )


def test_names_may_be_of_any_script_and_need_quotes_only_in_formulas() -> None:
    pack, issues = load({**FILES, "measures.yaml": FILES["measures.yaml"].replace("net_profit:", "1001_现金 (合计):")})
    assert [issue.message for issue in issues] == []
    assert pack is not None
    assert pack.measures[1].name == "1001_现金 (合计)"


@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.binary(max_size=200)))
def test_random_files_never_raise(files: dict[str, bytes]) -> None:
    pack, _ = load_pack({**{name: text.encode() for name, text in FILES.items()}, **files}, "small")
    if pack is not None:
        assemble([pack])


_WORDS = st.sampled_from(
    ["label", "zh", "type", "unit", "CNY", "from", "to", "values", "value", "by", "formula", "versions", "{}", "[]",
     "x", "%", "2021-01-01", "default", "given", "expect", "period", "alerts", "name", "''", "70%", "/"]
)  # fmt: skip


def _lines(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(_WORDS, inner), min_size=1, max_size=5).map(
        lambda pairs: "{" + ", ".join(f'"{key}": {value}' for key, value in pairs) + "}"
    ) | st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")


_LIKELY = st.recursive(_WORDS.map(lambda word: f'"{word}"'), _lines, max_leaves=30)


@given(st.dictionaries(st.sampled_from(sorted(FILES)), _LIKELY, min_size=1))
def test_wrong_shapes_never_raise_and_always_have_place_and_hint(files: dict[str, str]) -> None:
    pack, issues = load({**FILES, **files})
    more = assemble([pack])[1] if pack is not None else ()
    for issue in (*issues, *more):
        assert isinstance(issue.place, Place)
        assert issue.message
        assert issue.hint
