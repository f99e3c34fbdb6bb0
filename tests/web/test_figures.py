"""Figures for the eye, addresses, lines and words."""

import json
import re
import string
from importlib.resources import files
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.web.explanation import steps
from hengjian.web.figures import Figures
from hengjian.web.names import Names
from hengjian.web.spark import HEIGHT, WIDTH, spark
from hengjian.web.view import part_of, segment, view_of
from hengjian.web.words import Language, words_of


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.705783, "ratio", "70.58%"),
        (70.5783, "%", "70.58%"),
        (-0.13744, "ratio", "-13.74%"),
        (1.5, "pp", "1.50 个百分点"),
        (91_050_000.0, "CNY", "9,105.00 万元"),
        (91.05, "亿元", "910,500.00 万元"),
        (12.0, "person", "12 人"),
        (12.5, "person", "12.50 人"),
        (1234.5, "kWh", "1,234.50 kWh"),
        (8.25, "CNY/kWh", "8.25 元/kWh"),
        (1.0, "CNY", "0.0001 万元"),
        (-1e-9, "ratio", "-1e-07%"),
        (0.0, "CNY", "0.00 万元"),
        (-0.0, "CNY", "0.00 万元"),
        (1e300, "ratio", "1e+302%"),
        (2.5, "times", "2.50 倍"),
        (3, "furlong", "3 furlong"),
        (True, "ratio", "是"),
        (None, "ratio", "–"),
    ],
)
def test_figures(value: object, unit: str, shown: str) -> None:
    view = view_of({}, {})
    assert str(Figures(view, words_of("zh")).figure(value, unit)) == shown


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("flight", "架次", "flights"),
        ("架次", "架次", "flights"),
        ("person/flight", "人/架次", "person/flight"),
        ("CNY/flight", "元/架次", "CNY/flight"),
        ("元/架次", "元/架次", "元/flights"),
        ("万架次", "万架次", "万架次"),
        ("1/flight", "1/架次", "1/flight"),
        ("/", "/", "/"),
        ("furlong·flight", "furlong·架次", "furlong·flight"),
    ],
)
def test_units_that_packs_add_are_in_the_readers_words(unit: str, zh: str, en: str) -> None:
    label = {"label": {"zh": "架次", "en": "flights"}}
    units = {"flight": label, "架次": label}
    for language, named in (("zh", zh), ("en", en)):
        words = words_of("zh" if language == "zh" else "en")
        assert str(Figures(view_of({}, {}), words, units).figure(12, unit)) == f"12 {named}"


@pytest.mark.parametrize(
    ("value", "unit", "language", "exact"),
    [
        (0.21542647580740565, "ratio", "zh", "0.21542647580740565"),
        (910500000.0, "CNY", "zh", "910500000.0 元"),
        (910500000.0, "CNY", "en", "910500000.0 CNY"),
        (3, "furlong", "zh", "3 furlong"),
    ],
)
def test_unrounded_figures_are_in_the_readers_words_too(
    value: float, unit: str, language: Language, exact: str
) -> None:
    assert Figures(view_of({}, {}), words_of(language)).figure(value, unit).exact == exact


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_id_is_one_segment_that_browsers_leave_alone(text: str) -> None:
    quoted = segment(text)
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", quoted)
    assert quoted.strip(".")
    assert quoted.lower().replace("%2e", ".").strip("."), "browsers take %2e for a dot"
    once = unquote(quoted)
    assert "/" not in once
    assert unquote(once) == once, "a proxy may undo the quoting once more"
    assert part_of(once) == text


values = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.none() | values, max_size=40))
def test_lines_stay_in_their_box(course: list[float | None]) -> None:
    line = spark(course)
    present = [value for value in course if value is not None]
    assert (line is None) == (len(present) < 2)
    if line is not None:
        points = re.findall(r"[ML]([0-9.e-]+) ([0-9.e-]+)", line.path)
        assert len(points) == len(present)
        assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
        assert (line.x, line.y) == (float(points[-1][0]), float(points[-1][1]))
        gaps = sum(value is not None and (not place or course[place - 1] is None) for place, value in enumerate(course))
        assert line.path.count("M") == gaps


def test_a_line_rises_with_its_values() -> None:
    line = spark([1, 2, None, 3])
    assert line is not None
    assert line.path == "M2 18L32.7 10M94 2h0.01"


def read_once(text: str) -> dict[str, str]:
    """A file of texts, no key of which stands twice: the first would be lost unseen."""
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), sorted(key for key in set(keys) if keys.count(key) > 1)
    return dict(pairs)


def test_both_languages_say_the_same_things() -> None:
    folder = files("hengjian.web").joinpath("strings")
    pages = sorted(file.name for file in folder.joinpath("zh").iterdir())
    assert pages == sorted(file.name for file in folder.joinpath("en").iterdir())
    seen: set[str] = set()
    for page in pages:
        texts = {name: read_once(folder.joinpath(name, page).read_text("utf-8")) for name in ("zh", "en")}
        assert list(texts["zh"]) == list(texts["en"]), page
        assert not seen & set(texts["zh"]), page
        seen |= set(texts["zh"])
        for key, text in texts["zh"].items():
            parts = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert parts == {name for _, name, _, _ in string.Formatter().parse(texts["en"][key]) if name}, key


@pytest.mark.parametrize(
    ("text", "said"),
    [("prior(net_profit, 1)", "上期"), ("prior(net_profit, 4)", "4 期前"), ("ttm(net_profit)", "近十二个月")],
)
def test_a_step_says_how_far_back_it_looks(text: str, said: str) -> None:
    words = words_of("zh")
    tree = {
        "op": text.partition("(")[0],
        "text": text,
        "value": 1.0,
        "unit": "CNY",
        "period": "2020-Q1",
        "children": [],
    }
    (step,) = steps({"period": "2020-Q1", "tree": tree}, Names({}, words), Figures(view_of({}, {}), words), words)
    assert [piece.text for piece in step.pieces] == [said]


def test_formulas_in_the_readers_words() -> None:
    declared = {
        "measures": {
            "net_profit": {"label": {"zh": "净利润", "en": "Net profit"}},
            "资产(合计)": {"label": {"zh": "资产", "en": "Assets"}},
        }
    }
    names = Names(declared, words_of("zh"))
    assert (
        "".join(piece.text for piece in names.pieces("ttm(net_profit) / avg(`资产(合计)`) > 12%"))
        == "近十二个月(净利润) / 平均(资产) > 12%"
    )
    assert [piece.name for piece in names.pieces("net_profit + other")] == ["net_profit", None]
