"""A catalogue as a whole: order, versions, what each formula reads, and its hash."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_catalogue import MEASURES, MORE_PARAMETERS, PARAMETERS, catalogue, label, measure, parameter, said

from hengjian.formula.check import check
from hengjian.formula.cycles import in_order
from hengjian.formula.functions import BY_NAME, FUNCTIONS
from hengjian.formula.node import Call, Keyword, Name, Node, Number, Operation, Text
from hengjian.formula.operators import OPERATORS
from hengjian.formula.printer import write
from hengjian.formula.term import Formula, Programme
from hengjian.model.declaration import Catalogue, Parameter
from hengjian.model.issue import Place
from hengjian.model.unit import parse_unit

RATIOS = {
    "margin_gap": ("pp", "margin - prior(margin, 4)"),
    "margin": ("ratio", "net_profit / operating_income"),
    "debt_ratio": ("%", "total_liabilities / total_assets"),
    "room": ("ratio", "red_line - debt_ratio"),
}


def programme_of(declared: Catalogue) -> Programme:
    programme, issues = check(declared)
    assert programme is not None, issues
    return programme


def test_inputs_come_first() -> None:
    programme = programme_of(catalogue(RATIOS, rules={"high": "room < 0"}, checks={"sound": "debt_ratio <= 1"}))
    assert list(programme.indicators) == ["margin", "margin_gap", "debt_ratio", "room"]
    assert list(programme.rules) == ["high"]
    assert list(programme.checks) == ["sound"]


def test_a_formula_knows_all_that_it_reads() -> None:
    programme = programme_of(catalogue(RATIOS, rules={"high": "room < 0"}))
    high = programme.rules["high"]
    assert high.measures == {"total_liabilities", "total_assets"}
    assert high.parameters == {"red_line"}
    assert (high.frequency, high.type, str(high.unit)) == ("quarter", "enterprise", "ratio")
    assert str(programme.indicators["debt_ratio"].unit) == "%"
    assert [leaf.op for leaf in high.versions[0].term.walk()] == ["less", "indicator", "number"]


def test_versions_in_force() -> None:
    dated = [(None, "rating"), (date(2019, 1, 1), "2 * rating"), (date(2024, 1, 1), "3 * rating")]
    formula = programme_of(catalogue({"x": ("ratio", dated)})).indicators["x"]

    def text(day: date) -> str:
        version = formula.version_at(day)
        assert version is not None
        return version.text

    assert [text(date(2018, 12, 31)), text(date(2019, 1, 1)), text(date(2030, 1, 1))] == [
        "rating", "2 * rating", "3 * rating",
    ]  # fmt: skip


def test_faults_are_sorted_by_place_and_all_there() -> None:
    declared = catalogue(
        {
            "a": ("ratio", "total_asets / (1 +"),
            "b": ("ratio", "total_asets / total_liabilites + tmm(cash)"),
            "c": ("CNY", "total_assets + headcount"),
        },
        rules={"r": "total_assets"},
        checks={"k": "cash > headcount"},
    )
    programme, issues = check(declared)
    assert programme is None
    assert [place for place, _, _ in said(issues)] == ["1:28", "2:10", "2:24", "2:43", "3:23", "4:10", "5:15"]


def test_a_fault_is_told_once_and_not_by_those_that_refer_to_it() -> None:
    declared = catalogue(
        {"bad": ("CNY", "total_asets"), "next": ("CNY", "bad + 1 * total_assets"), "after": ("ratio", "next / bad")},
        rules={"r": "after > 1"},
    )
    assert [message for _, message, _ in said(check(declared)[1])] == [
        "no measure, indicator or parameter is called 'total_asets'"
    ]


def test_but_they_tell_their_own() -> None:
    declared = catalogue({"bad": ("CNY", "total_asets"), "next": ("CNY", "max(bad, total_assets, headcount) + cach")})
    assert [place for place, _, _ in said(check(declared)[1])] == ["1:10", "2:33", "2:46"]


def test_circles_through_any_version() -> None:
    dated = [(None, "rating"), (date(2020, 1, 1), "b")]
    declared = catalogue({"a": ("ratio", dated), "b": ("ratio", "prior(c)"), "c": ("ratio", "2 * a")})
    assert said(check(declared)[1]) == [
        ("2:10", "indicators form a circle: a -> b -> c -> a", "one of them must be computed from measures alone")
    ]


def test_each_circle_once_and_itself_the_smallest() -> None:
    declared = catalogue(
        {"z": ("ratio", "z"), "d": ("ratio", "e + z"), "e": ("ratio", "d"), "free": ("ratio", "rating + d")}
    )
    assert [(place, message) for place, message, _ in said(check(declared)[1])] == [
        ("1:10", "indicators form a circle: z -> z"),
        ("2:10", "indicators form a circle: d -> e -> d"),
    ]


def test_long_chains_are_no_circle() -> None:
    count = 3_000
    chain = {f"i{index}": ("ratio", f"i{index + 1} + 1") for index in range(count)}
    programme = programme_of(catalogue({**chain, f"i{count}": ("ratio", "rating")}))
    assert next(iter(programme.indicators)) == f"i{count}"
    assert programme.indicators["i0"].measures == {"rating"}


@given(
    st.integers(1, 8).flatmap(
        lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=3, unique=True), min_size=size, max_size=size)
    )
)
def test_order_and_circles_of_any_graph(graph: list[list[int]]) -> None:
    references = {str(index): [str(other) for other in others] for index, others in enumerate(graph)}
    order, circles = in_order(references)
    assert sorted(order) == sorted(references)
    for circle in circles:
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert all(after in references[before] for before, after in pairwise(circle))
    at = {name: index for index, name in enumerate(order)}
    backward = [(name, other) for name, others in references.items() for other in others if at[other] >= at[name]]
    assert bool(circles) == bool(backward)


def test_a_name_may_be_declared_in_another_form() -> None:
    measures = (measure("ｔｏｔａｌ", balance=True), measure("资产（合计）", balance=True))
    formula = programme_of(
        catalogue({"x": ("ratio", "total / `资产(合计)`")}, measures=measures, parameters=())
    ).indicators["x"]
    assert formula.measures == {"ｔｏｔａｌ", "资产（合计）"}


def test_parameters_that_nothing_uses() -> None:
    programme, issues = check(catalogue({"x": ("ratio", "red_line * rating")}, parameters=PARAMETERS))
    assert programme is not None
    assert [(issue.severity, issue.message) for issue in issues] == [
        ("warning", "no formula uses the parameter floor"),
        ("warning", "no formula uses the parameter green_line"),
    ]


# Formulas of all kinds, sound or not, over the names of the catalogue.
NAMES = st.sampled_from([*(each.name for each in MEASURES), "red_line", "floor", "inner", "industry", "staff_grade",
                         "parent", "founded", "leverage_score", "limit", "cny_per_usd", "std", "nothing"])  # fmt: skip
#: The nodes that carry a name.
NAMED = (
    "measure",
    "parameter",
    "indicator",
    "attribute",
    "one_of",
    "days_until",
    "age",
    "interpolate",
    "band",
    "lookup",
)
LITERALS = st.sampled_from([Number(Decimal(0)), Number(Decimal(4)), Number(Decimal("0.5")), Text("CNY"), Text("万元")])
CALLED = st.sampled_from(sorted(BY_NAME))
WORDS = st.sampled_from([
    ("per", "quarter"), ("per", "year"), ("within", "industry"), ("within", "all"), ("over", "children"),
    ("over", "runs"), ("levels", "all"), ("basis", "flash"), ("per", "nothing"),
]).map(lambda pair: Keyword(pair[0], (Name(pair[1]),)))  # fmt: skip
TESTS = st.builds(Operation, st.sampled_from(["one_of", "equal"]), st.just((Name("industry"), Text("power"))))


def composed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    unary, binary = (
        st.sampled_from(["negate", "not"]),
        [op for op in OPERATORS if op not in ("negate", "not", "one_of")],
    )
    where = st.builds(lambda node: Keyword("where", (node,)), inner)
    counts = st.builds(lambda number: Keyword("at_least", (Number(Decimal(number)),)), st.integers(0, 5))
    options = st.lists(st.one_of(WORDS, WORDS, where, counts), max_size=2).map(tuple)
    return st.one_of(
        st.builds(Operation, unary, st.tuples(inner)),
        st.builds(Operation, st.sampled_from(binary), st.tuples(inner, inner)),
        st.builds(Call, CALLED, st.lists(inner, max_size=3).map(tuple), options),
        TESTS,
    )


@given(st.recursive(st.one_of(NAMES.map(Name), LITERALS), composed, max_leaves=8), st.sampled_from(["CNY", "ratio"]))
def test_any_formula_is_sound_or_has_faults(node: Node, unit: str) -> None:
    text = write(node)
    declared = catalogue({"inner": ("CNY", "net_profit - operating_income"), "x": (unit, text)}, rules={"r": text})
    programme, issues = check(declared)
    assert (programme is None) == any(issue.severity == "error" for issue in issues)
    assert all(issue.message and issue.hint and issue.place for issue in issues)
    assert programme is None, "a figure and a condition at once"


@given(st.recursive(NAMES.map(Name), composed, max_leaves=8))
def test_sound_terms_carry_base_units_and_one_frequency(node: Node) -> None:
    programme, _ = check(catalogue(rules={"r": f"({write(node)}) > 0"}))
    if programme is not None:
        rule = programme.rules["r"]
        for term in rule.versions[0].term.walk():
            assert term.unit.scale == 1
            assert term.frequency in (None, rule.frequency) or any(
                outer.frequency == rule.frequency and FUNCTIONS[outer.op].reach == "periods" and term in outer.walk()
                for outer in rule.versions[0].term.walk()
                if outer.op in FUNCTIONS
            )
            assert (term.shape == "none") or term.frequency
            assert bool(term.name) == (term.op in NAMED)
            assert (term.value is not None) == (term.op == "number")


# The declaration hash.


def hash_of(name: str, declared: Catalogue) -> str:
    programme = programme_of(declared)
    formula: Formula = {**programme.indicators, **programme.rules}[name]
    return formula.digest


def with_measure(name: str, **changes: object) -> Catalogue:
    changed = tuple(replace(each, **changes) if each.name == name else each for each in MEASURES)  # type: ignore[arg-type]
    return catalogue(RATIOS, measures=changed)


def test_layout_and_labels_do_not_change_the_hash() -> None:
    spaced = {**RATIOS, "room": ("ratio", "（red_line）   -debt_ratio")}
    assert hash_of("room", catalogue(spaced)) == hash_of("room", catalogue(RATIOS))
    other_place = with_measure("total_assets", source="elsewhere", place=Place(file="x.yaml"))
    assert hash_of("room", other_place) == hash_of("room", catalogue(RATIOS))


def test_all_that_is_referred_to_changes_the_hash() -> None:
    before = hash_of("room", catalogue(RATIOS))
    stricter = tuple(parameter("red_line", value="0.65", by=["industry"]) if each.name == "red_line" else each
                     for each in PARAMETERS)  # fmt: skip
    assert hash_of("room", catalogue(RATIOS, parameters=stricter)) != before
    method = {**RATIOS, "debt_ratio": ("%", "total_liabilities / total_equity")}
    assert hash_of("room", catalogue(method)) != before
    assert hash_of("room", with_measure("total_assets", unit=parse_unit("万元"))) != before
    assert hash_of("room", catalogue({**RATIOS, "room": ("%", RATIOS["room"][1])})) != before
    dated = {**RATIOS, "room": ("ratio", [(date(2020, 1, 1), RATIOS["room"][1])])}
    assert hash_of("room", catalogue(dated)) != before


def test_tables_classes_and_options_change_the_hash() -> None:
    def hashed(text: str, *parameters: Parameter) -> str:
        return hash_of("case", catalogue({"case": ("ratio", text)}, parameters=parameters or MORE_PARAMETERS))

    points = [("0.5", "100"), ("0.7", "60")]
    score, other = (parameter("score", points="ratio", table=[*points, ("0.9", last)]) for last in ("0", "1"))
    before = hashed("band(rating, score)", score)
    assert hashed("band(rating, score)", other) != before
    assert hashed("band(rating, score)", replace(score, label=label("another"))) == before
    assert hashed("interpolate(rating, score)", score) != before
    assert hashed("band(rating, score)", replace(score, points=parse_unit("%"))) != before
    lookup = 'rating * lookup(limit, "power")'
    limit, stricter = (parameter("limit", by=["industry"], classes={"power": value}) for value in ("0.75", "0.7"))
    assert hashed(lookup, limit) != hashed(lookup, stricter)
    texts = [
        "rank(cash, within: industry)", "rank(cash, within: region)", "rank(cash, within: industry, region)",
        "rank(cash, within: industry, at_least: 3)", "percentile(cash, within: industry)",
        "total(rating, over: children)", "total(rating, over: parent)", "total(rating, over: children, levels: all)",
        "total(rating, over: children, where: cash > 0)", "on(rating, basis: flash)", "on(rating, basis: audited)",
        "rolling(rating, 4, mean)", "rolling(rating, 4, max)", "rolling(rating, 5, mean)",
        'rating * lookup(limit, "power")', "rating * lookup(limit, industry)",
    ]  # fmt: skip
    assert len({hashed(text) for text in texts}) == len(texts)
    assert hashed("rank( cash,within:industry )") == hashed(texts[0])


def test_nothing_else_changes_it() -> None:
    before = hash_of("room", catalogue(RATIOS))
    assert hash_of("room", catalogue({**RATIOS, "other": ("ratio", "rating")})) == before
    looser = tuple(
        replace(each, values=tuple(replace(value, values={"default": Decimal("0.70")}) for value in each.values))
        for each in PARAMETERS
    )
    same = catalogue(RATIOS, parameters=tuple(each for each in looser if each.name == "red_line"))
    assert hash_of("room", same) == before


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_is_the_same_in_every_process(seed: str) -> None:
    script = "from test_check import *; print(hash_of('room', catalogue(RATIOS)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parent, env={"PYTHONHASHSEED": seed}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == hash_of("room", catalogue(RATIOS))
