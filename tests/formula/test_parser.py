"""Formulas as written: what binds to what, and where each node stands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.formula.mentions import mentioned
from hengjian.formula.names import KEYWORDS, canonical
from hengjian.formula.node import Call, Keyword, Name, Node, Number, Operation, Text, depth
from hengjian.formula.operators import OPERATORS
from hengjian.formula.parser import DEEPEST, parse
from hengjian.formula.printer import write
from hengjian.model.issue import Place

START = Place(file="indicators.yaml", line=3, column=12)


def tree(text: str) -> Node:
    node, issues = parse(text, START)
    assert node is not None, issues
    assert not issues
    return node


@pytest.mark.parametrize(
    ("loose", "tight"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("-a * b", "(-a) * b"),
        ("a * -b", "a * (-b)"),
        ("--a", "-(-a)"),
        ("a + b < c * d", "(a + b) < (c * d)"),
        ("a < b and c < d", "(a < b) and (c < d)"),
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a < b", "not (a < b)"),
        ("not not a", "not (not a)"),
        ("a and not b", "a and (not b)"),
        ("12% * x", "(12%) * x"),
        ("12 % * x", "12% * x"),
        ("-12%", "-(12%)"),
        ("ａ＋ｂ×２".replace("×", "＊"), "a + b * 2"),
        ("ttm（净利润）／avg（资产总计，负债合计）", "ttm(净利润) / avg(资产总计, 负债合计)"),
        ("a　>=　１２％", "a >= 12%"),
        ("`total assets` + `and`", "(`total assets`) + (`and`)"),
        ("a\n  + b\n", "a + b"),
    ],
)
def test_what_binds_to_what(loose: str, tight: str) -> None:
    assert tree(loose) == tree(tight)


def test_percent_is_part_of_the_number() -> None:
    """`12% * revenue` is 0.12 times revenue, not a remainder and not an alias."""
    assert tree("12% * revenue") == Operation("multiply", (Number(Decimal(12), True), Name("revenue")))


def test_names_are_compared_after_nfkc() -> None:
    assert tree("ｔｏｔａｌ＿ａｓｓｅｔｓ") == Name("total_assets")
    assert tree("e\u0301tat") == tree("\u00e9tat")
    assert tree("`资产（合计）`") == Name("资产(合计)")
    assert tree("〇年期") == Name("〇年期")


def test_spans_are_code_points() -> None:
    node = tree("资产负债率 / 总资产")
    assert [name.span for name in mentioned(node)] == [(0, 5), (8, 11)]
    assert isinstance(node, Operation)
    assert node.mark == (6, 7)
    assert node.span == (0, 11)


def test_options_of_a_call() -> None:
    condition = Operation("greater", (Name("a"), Number(Decimal(1))))
    assert tree("total(x, over: children, where: a > 1)") == Call(
        "total", (Name("x"),), (Keyword("over", (Name("children"),)), Keyword("where", (condition,)))
    )
    assert tree("rank(x, within: industry, size, at_least: 3)") == Call(
        "rank", (Name("x"),),
        (Keyword("within", (Name("industry"), Name("size"))), Keyword("at_least", (Number(Decimal(3)),))),
    )  # fmt: skip


def test_in_takes_texts() -> None:
    assert tree('industry in ("coal", "power")') == Operation("one_of", (Name("industry"), Text("coal"), Text("power")))
    assert tree('not a in ("x") and b') == tree('(not (a in ("x"))) and b')
    assert write(tree('a  in("x","y")')) == 'a in ("x", "y")'
    assert tree("`in` + a") == Operation("add", (Name("in"), Name("a")))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a ++", (3, 15)),
        ("资产 资产", (3, 15)),
        ("a +\n)", (4, 12)),
        ("a\n + b\n + * c", (5, 15)),
        ("", (3, 12)),
    ],
)
def test_a_fault_stands_at_its_line_and_column(text: str, place: tuple[int, int]) -> None:
    """Further lines are indented as the first one is: so YAML's block texts are."""
    _, (issue,) = parse(text, START)
    assert isinstance(issue.place, Place)
    assert (issue.place.line, issue.place.column) == place


@pytest.mark.parametrize(
    "text", ["(" * 5_000, "-" * 5_000 + "a", "not " * 5_000 + "a", "f(" * 5_000, "a" + "+a" * 5_000]
)
def test_no_depth_is_too_deep_to_refuse(text: str) -> None:
    node, issues = parse(text, START)
    assert node is None
    assert "deeper than 100 levels" in issues[0].message


def test_depth_up_to_the_limit() -> None:
    assert depth(tree("a" + "+a" * (DEEPEST - 1))) == DEEPEST
    assert tree("(" * (DEEPEST - 1) + "a" + ")" * (DEEPEST - 1)) == Name("a")


# Any tree that can be written, and its text.
NUMBERS = st.builds(Number, st.decimals(0, 10**9, allow_nan=False, places=4).map(abs), st.booleans())
PLAIN = st.from_regex(r"[a-z\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]{0,7}", fullmatch=True)
NAMES = st.one_of(PLAIN, st.sampled_from(["and", "not", "in", "a b", "1x", "`", "资产（合计）"]), st.text(max_size=8))
WRITABLE = NAMES.map(canonical).filter(lambda name: name != "" and "\n" not in name).map(Name)
TEXTS = st.builds(Text, st.sampled_from(["CNY", "万元", 'a "b"', ""]))
LABELS = PLAIN.filter(lambda name: name not in KEYWORDS)


def combined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    prefix = [op for op, operator in OPERATORS.items() if operator.is_prefix]
    infix = [op for op, operator in OPERATORS.items() if not operator.is_prefix and op != "one_of"]
    choices = st.lists(TEXTS, min_size=1, max_size=3)
    keywords = st.lists(st.builds(Keyword, LABELS, st.lists(inner, min_size=1, max_size=2).map(tuple)), max_size=2).map(
        tuple
    )
    return st.one_of(
        st.builds(Operation, st.sampled_from(prefix), st.tuples(inner)),
        st.builds(Operation, st.sampled_from(infix), st.tuples(inner, inner)),
        st.builds(lambda left, texts: Operation("one_of", (left, *texts)), inner, choices),
        st.builds(Call, LABELS, st.lists(inner, max_size=3).map(tuple), keywords),
    )


TREES: st.SearchStrategy[Node] = st.recursive(st.one_of(NUMBERS, WRITABLE, TEXTS), combined, max_leaves=20)


@given(TREES)
def test_a_printed_tree_parses_to_the_same_tree(node: Node) -> None:
    printed = write(node)
    assert tree(printed) == node
    assert write(tree(printed)) == printed


PIECES = st.sampled_from(
    [
        *"()+-*/%<>=!,.:\"'`#&|^~@$\n ",
        "and",
        "or",
        "not",
        "if(",
        "a",
        "b",
        "资产",
        "12",
        "12%",
        "0.5",
        "1,000",
        "==",
        "<=",
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=15).map("".join)))
def test_any_text_is_a_tree_or_faults(text: str) -> None:
    """Never an exception; each fault has a place within the text, a message and a hint."""
    node, issues = parse(text, START)
    assert (node is None) == bool(issues)
    for issue in issues:
        assert isinstance(issue.place, Place)
        assert START.line <= issue.place.line <= START.line + text.count("\n")
        assert START.column <= issue.place.column <= START.column + len(text)
        assert issue.message
        assert issue.hint
