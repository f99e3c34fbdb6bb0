"""Strict YAML: texts with their places, and nothing else."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hengjian.load import strict
from hengjian.load.strict import MAX_BYTES, MAX_DEPTH, Mapping, Node, Scalar, Sequence, read_yaml


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}
        case Sequence():
            return [plain(item) for item in node.items]
        case _:
            return None


def read(text: str | bytes) -> object:
    node, desk = read_yaml(text if isinstance(text, bytes) else text.encode(), "f.yaml")
    assert desk.issues == []
    return plain(node)


def faults(text: str | bytes) -> list[tuple[int, int, str]]:
    _, desk = read_yaml(text if isinstance(text, bytes) else text.encode(), "f.yaml")
    return [(issue.place.line, issue.place.column, issue.message) for issue in desk.issues]  # type: ignore[union-attr]


@pytest.fixture(params=["libyaml", "pure"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """libyaml, and the parser that stands in for it where it is absent."""
    if request.param == "pure":
        monkeypatch.setattr(strict, "_LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML has no libyaml here")


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "null", "~", "010", "0x1F", "1_000", "2021-01-01", ".inf", "12:30"]
)
def test_a_text_stays_text(word: str, either_parser: None) -> None:
    assert read(f"a: {word}\n{word}: b\n") == {"a": word, word: "b"}


def test_places_count_code_points(either_parser: None) -> None:
    node, _ = read_yaml('总资产😀: {中文😀: 值, b: "x"}\n𠀀: 𠀀𠀀\n'.encode(), "f.yaml")
    assert isinstance(node, Mapping)
    key, inner = node.entries[0]
    assert isinstance(inner, Mapping)
    places = [(one.line, one.column) for pair in inner.entries for one in pair]
    assert (key.line, key.column) == (1, 1)
    assert places == [(1, 8), (1, 13), (1, 16), (1, 19)]
    assert (node.entries[1][1].line, node.entries[1][1].column) == (2, 4)


@pytest.mark.parametrize(
    ("text", "body", "line", "column"),
    [
        ("f: a / b\n", "a / b", 1, 4),
        ("f: 'a / b'\n", "a / b", 1, 5),
        ("f: |\n    a /\n      b\n", "a /\n  b", 2, 5),
        ("f: >-\n\n  a /\n  b\n", "a /\nb", 3, 3),
        ("f: a\n      / b\n", "a\n   / b", 1, 4),
        ("f:\n  a\n  / b\n", "a\n/ b", 2, 3),
    ],
)
def test_the_body_of_a_formula_begins_where_it_says(text: str, body: str, line: int, column: int) -> None:
    node, desk = read_yaml(text.encode(), "f.yaml")
    assert isinstance(node, Mapping)
    value = node.entries[0][1]
    assert isinstance(value, Scalar)
    found, place = desk.body(value)
    assert (found, place.line, place.column) == (body, line, column)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_holds_nothing(text: str) -> None:
    assert read(text) is None


def test_a_byte_order_mark_is_no_fault_and_no_column() -> None:
    node, desk = read_yaml(b"\xef\xbb\xbfa: b\n", "f.yaml")
    assert desk.issues == []
    assert isinstance(node, Mapping)
    assert node.entries[0][1].column == 4


def test_depth_size_and_count_have_limits(either_parser: None) -> None:
    assert "nested deeper" in faults("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0][2]
    assert "nested deeper" in faults("[" * 100_000)[0][2]
    assert "bytes" in faults(b"a" * (MAX_BYTES + 1))[0][2]


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict, "MAX_NODES", 10)
    assert "more than 10 values" in faults("[" + "a, " * 20 + "]")[0][2]


def test_a_billion_laughs_are_not_laughed() -> None:
    """https://en.wikipedia.org/wiki/Billion_laughs_attack, in YAML."""
    text = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    found = faults(text)
    assert sum("alias" in message for *_, message in found) == 16


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    read_yaml(data, "f.yaml")


_YAMLISH = st.text(st.sampled_from("ab:-[]{}&*!|>%@`'\"#?, \n\t\\x0uU~<=.\ufeff\u2028中😀"), max_size=120)


@given(_YAMLISH)
def test_random_yaml_never_raises_and_is_in_the_file(text: str) -> None:
    node, desk = read_yaml(text.encode(), "f.yaml")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for issue in desk.issues:
        assert issue.hint
        assert 1 <= issue.place.line <= len(lines) + 1  # type: ignore[union-attr]
        assert issue.place.column >= 1  # type: ignore[union-attr]
    assert node is not None or desk.issues or not plain(node)


@given(
    st.recursive(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"),
            max_size=8,
        ),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc中", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    """The oracle is PyYAML's own writer; everything is quoted, so that all of it is text."""
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    if value == "":
        assert read(text) == ""
    else:
        node, desk = read_yaml(text.encode(), "f.yaml")
        assert [issue for issue in desk.issues if "tag" not in issue.message] == []
        assert plain(node) == value
