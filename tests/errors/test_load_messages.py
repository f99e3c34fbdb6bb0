"""Every fault of a pack's files: where it stands, what it says, how to mend it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, changed, load

from hengjian.model.issue import Issue

M, P, F = "measures.yaml", "parameters.yaml", "indicators/returns.yaml"
R, C, T = "rules/returns.yaml", "checks.yaml", "tests/cases.yaml"
FORMULA = "formula: ttm(net_profit) / avg(total_assets)"

#: File, what stands there, what is written instead; then place, message and a part of the hint.
SLIPS = [
    # what is no YAML, or YAML that is not read
    (
        M,
        "source: balance sheet",
        "source: % of it",
        "7:11",
        "this is not YAML: found character that cannot start any token",
        "a value that begins with % must stand in quotes",
    ),
    (
        R,
        "when: roa",
        "when: > roa",
        "4:11",
        "this is not YAML: did not find expected comment or line break",
        "begins with >",
    ),
    (R, 'zh: "{roa:%}"', "zh: {roa} x", "7:23", "this is not YAML: did not find expected ',' or '}'", "begins with {"),
    (M, "source: balance sheet", "source: *sheet", "7:11", "the alias *sheet is not read", "'*sheet'"),
    (M, "source: balance sheet", "source: &b sheet", "7:11", "the anchor &b is not read", "'&b'"),
    (M, "source: balance sheet", "source: !!str sheet", "7:11", "the tag !!str is not read", "delete it"),
    (
        M,
        "source: balance sheet",
        "source: a: b",
        "7:12",
        "this is not YAML: mapping values are not allowed in this context",
        "a value that holds ': ' must stand in quotes",
    ),
    (
        M,
        "  unit: CNY",
        "\tunit: CNY",
        "4:1",
        "this is not YAML: found a tab character that violates indentation",
        "not with tabs",
    ),
    (
        M,
        "unit: CNY",
        "unit:CNY",
        "4:3",
        "this is not YAML: could not find expected ':'",
        "put a space after the colon",
    ),
    (
        M,
        "source: income statement\n",
        'source: "income',
        "15:18",
        "this is not YAML: found unexpected end of stream",
        "not closed",
    ),
    (M, "source: balance sheet\n", "source: a\n  <<: b\n", "8:3", "merge keys (<<) are not read", "write the keys out"),
    (
        M,
        "source: balance sheet\n",
        "source: a\n  source: b\n",
        "8:3",
        "the key 'source' stands twice",
        "the first is in line 7",
    ),
    (M, "source: balance sheet\n", "source: a\n  [b]: c\n", "8:3", "a key must be a text", "stands in quotes"),
    (M, "source: balance sheet", "source: bal\x07ance", "7:14", "the character U+0007 cannot be printed", "delete it"),
    (
        M,
        "source: balance sheet",
        'source: "\\0"',
        "7:11",
        "an escape makes U+0000, which cannot be printed",
        "delete it",
    ),
    (M, "net_profit:", "---\nnet_profit:", "8:1", "a second document begins here", "one document"),
    (
        M,
        "total_assets:",
        "%YAML 1.1\n---\ntotal_assets:",
        "1:1",
        "directives (lines that begin with %) are not read",
        "delete the line",
    ),
    # keys and kinds
    (
        M,
        "period_type: instant",
        "perod_type: instant",
        "5:3",
        "measure 'total_assets' has an unknown key 'perod_type'",
        "did you mean period_type?",
    ),
    (
        M,
        "frequency: quarter",
        "colour: red\n  frequency: quarter",
        "6:3",
        "measure 'total_assets' has an unknown key 'colour'",
        "the keys are label, type, unit, period_type, frequency, cumulative, restricted, source",
    ),
    (M, "  unit: CNY\n", "", "2:3", "measure 'total_assets' lacks the key 'unit'", "CNY, 万元"),
    (
        M,
        "{zh: 资产总计, en: Total assets}",
        "{zh: 资产总计}",
        "2:10",
        "label of measure 'total_assets' lacks the key 'en'",
        "English",
    ),
    (
        M,
        "{zh: 资产总计, en: Total assets}",
        '{zh: "", en: A}',
        "2:15",
        "zh of label of measure 'total_assets' is empty",
        "Chinese",
    ),
    (
        M,
        "{zh: 资产总计, en: Total assets}",
        "assets",
        "2:10",
        "label of measure 'total_assets' must be a mapping, not a text",
        "its keys are zh, en",
    ),
    (M, "source: balance sheet", "source:", "7:10", "source of measure 'total_assets' is empty", "document and clause"),
    (
        M,
        "source: balance sheet",
        "source: [a]",
        "7:11",
        "source of measure 'total_assets' must be a text, not a list",
        "quotes",
    ),
    (M, "unit: CNY", "unit: CNYY", "4:9", "unit of measure 'total_assets' is unknown: 'CNYY'", "did you mean CNY?"),
    (
        M,
        "unit: CNY",
        "unit: furlong",
        "4:9",
        "unit of measure 'total_assets' is unknown: 'furlong'",
        "the units are ratio, %",
    ),
    (
        M,
        "frequency: quarter",
        "frequency: minute",
        "6:14",
        "frequency of measure 'total_assets' cannot be 'minute'",
        "the finest is quarter_hour: sum or sample what is finer before it is filed",
    ),
    (
        M,
        "frequency: quarter",
        "frequency: week",
        "6:14",
        "frequency of measure 'total_assets' cannot be 'week'",
        "months are not made of weeks: report by day",
    ),
    (
        M,
        "frequency: quarter",
        "frequency: quater",
        "6:14",
        "frequency of measure 'total_assets' cannot be 'quater'",
        "did you mean quarter",
    ),
    (
        M,
        "cumulative: year",
        "cumulative: no",
        "14:15",
        "cumulative of measure 'net_profit' cannot be 'no'",
        "it is one of year",
    ),
    (
        M,
        "frequency: quarter\n",
        "frequency: quarter\n  cumulative: year\n",
        "7:15",
        "measure 'total_assets' is a balance and cannot be cumulative",
        "delete cumulative",
    ),
    (
        M,
        "frequency: quarter\n  cumulative: year",
        "frequency: day\n  cumulative: year",
        "14:15",
        "measure 'net_profit' is reported by day and cannot be cumulative",
        "declare a duration of half, quarter or month",
    ),
    # names
    (M, "net_profit:", "'a`b':", "8:1", "the name 'a`b' holds a backquote", "in formulas only"),
    (M, "net_profit:", "ＲＯＡ:", "8:1", "the name 'ＲＯＡ' is not in normal form", "write 'ROA'"),
    (M, "net_profit:", "'':", "8:1", "a name in measures.yaml is empty", "a letter or a Han character"),
    (M, "net_profit:", "2024:", "8:1", "the name '2024' reads as a number", "a letter or a Han character"),
    (F, "roa:", "net_profit:", "1:1", "'net_profit' is declared twice", "the first is at small/measures.yaml:8:1"),
    # pack.yaml
    ("pack.yaml", "name: small", "name: Small Pack", "1:7", "name of the pack cannot be 'Small Pack'", "small letters"),
    ("pack.yaml", "version: 1.0.0", "version: newest", "2:10", "version of the pack cannot be 'newest'", "1.0.0"),
    ("pack.yaml", "[base]", "base", "5:11", "requires of the pack must be a list, not a text", "[a, b]"),
    # types
    (
        "types.yaml",
        "kind: text",
        "kind: boolean",
        "4:22",
        "kind of attributes of type 'enterprise' 'industry' cannot be 'boolean'",
        "text, number, date",
    ),
    # parameters
    (P, "65%", "much", "6:50", "value of item 1 of values of parameter 'red_line' is not a number: 'much'", "70%, 0.7"),
    (P, "65%", "0x41", "6:50", "value of item 1 of values of parameter 'red_line' is not a number: '0x41'", "70%, 0.7"),
    (
        P,
        "65%",
        "1e400",
        "6:50",
        "value of item 1 of values of parameter 'red_line' is not a number: '1e400'",
        "70%, 0.7",
    ),
    (P, "65%", "{}", "6:50", "value of item 1 of values of parameter 'red_line' is empty", "a number for each class"),
    (
        P,
        "2023-01-01",
        "2023-02-29",
        "6:14",
        "from of item 1 of values of parameter 'red_line' is not a date: '2023-02-29'",
        "2021-01-31",
    ),
    (P, "2023-01-01", "2021-01-01", "7:7", "parameter 'red_line' has two values from 2021-01-01", "another day"),
    (
        P,
        "unit: ratio",
        "unit: person",
        "7:60",
        "a value of 'red_line' is a percentage, but its unit is person",
        "without %",
    ),
    (P, "  by: [industry]\n", "", "6:72", "parameter 'red_line' has a value for 'power' but no `by`", "add by"),
    (
        P,
        "by: [industry]",
        "by: [industry, size]",
        "7:72",
        "the class 'power' of parameter 'red_line' does not have 2 parts",
        "industry/size",
    ),
    # parameters that are tables
    (P, "65%", "[[0, 1]]", "6:50", "a value of 'red_line' is a list of points, but it has no `points`", "add points:"),
    (
        P,
        "unit: ratio",
        "unit: ratio\n  points: CNY",
        "8:72",
        "a value of 'red_line' is a number, not a list of points",
        "[[0, 1], [10, 2]]",
    ),
    (P, "65%", "[]", "6:50", "value of item 1 of values of parameter 'red_line' has no point", "[[0, 1]]"),
    (
        P,
        "65%",
        "[[0, 1], [2, 1, 3]]",
        "6:59",
        "point 2 of value of item 1 of values of parameter 'red_line' is not a pair",
        "as [x, y]",
    ),
    (P, "65%", "[[0, 1], 2]", "6:59", "point 2 of value of item 1 of values of parameter 'red_line' is not a pair", ""),
    (
        P,
        "unit: ratio\n  by: [industry]\n  values:\n    - {from: 2023-01-01, source: order 2, value: 65%}",
        "unit: ratio\n  points: day\n  values:\n    - {from: 2023-01-01, source: order 2, value: [[3, 1], [2, 4]]}",
        "6:60",
        "the point at 2 of 'red_line' does not come after 3",
        "each x once",
    ),
    # indicators, rules, checks
    (F, f"  {FORMULA}\n", "", "2:3", "indicator 'roa' lacks the key 'formula' or 'versions'", "the formula"),
    (F, FORMULA, "versions: []", "6:13", "indicator 'roa' has no version", "[{from, source, formula}]"),
    (
        F,
        FORMULA,
        f"{FORMULA}\n  versions: []",
        "7:13",
        "indicator 'roa' has both 'formula' and 'versions'",
        "delete one",
    ),
    (F, "  source: textbook\n", "", "2:3", "indicator 'roa' lacks the key 'source'", "document and clause"),
    (
        F,
        "  source: textbook\n",
        "  source: textbook\n  classes: {a: {zh: 一, en: one}}\n",
        "6:13",
        "classes of indicator 'roa' must be whole numbers, not 'a'",
        "write them as 1:",
    ),
    (
        F,
        "  source: textbook\n",
        "  source: textbook\n  frequency: week\n",
        "6:14",
        "frequency of indicator 'roa' cannot be 'week'",
        "report by day",
    ),
    (R, 'zh: "{roa:%}"', 'zh: "{roa"', "7:17", "zh of message of rule 'weak' has '{', which names nothing", "{name:%}"),
    (R, 'zh: "{roa:%}"', 'zh: "{}"', "7:17", "zh of message of rule 'weak' has '{}', which names nothing", "{name:%}"),
    (C, "severity: warning", "severity: fatal", "5:13", "severity of check 'some' cannot be 'fatal'", "error, warning"),
    # cases
    (T, "period: 2024-Q4, ", "", "3:7", "item 1 of given of case 1 lacks the key 'period'", "2025-Q2"),
    (T, "2024-Q4", "2024-Q5", "3:31", "item 1 of given of case 1 has no period: '2024-Q5'", "2025-06"),
    (R, "weak:", "roa:", "1:1", "'roa' is declared twice", "the first is at small/indicators/returns.yaml:1:1"),
    (C, "some:", "weak:", "1:1", "'weak' is declared twice", "the first is at small/rules/returns.yaml:1:1"),
    (
        T,
        "roa: {A: 5%}",
        "roa: 5%",
        "6:10",
        "roa of expect of case 1 must be a mapping of names to figures",
        "{name: 72%}",
    ),
]


def heads(issues: tuple[Issue, ...]) -> list[tuple[str, str]]:
    return [(str(issue.place), issue.message) for issue in issues]


@pytest.mark.parametrize(("file", "old", "new", "place", "message", "hint"), SLIPS)
def test_each_fault_says_where_what_and_how_to_mend(
    file: str, old: str, new: str, place: str, message: str, hint: str
) -> None:
    _, issues = load(changed(file, old, new))
    first = next((issue for issue in issues if issue.severity == "error"), None)
    assert first is not None
    told = {issue.message: issue for issue in issues}
    assert message in told or any(each.startswith(message) for each in told), heads(issues)
    issue = next(told[each] for each in told if each.startswith(message))
    assert (str(issue.place), issue.severity) == (f"small/{file}:{place}", "error")
    assert hint in issue.hint


FORM = """\
statements:
  label: {zh: 表, en: Sheet}
  type: enterprise
  frequency: quarter
  sheets:
    - items:
        title: {zh: 项目, en: Item}
        columns: [{title: {zh: 期末, en: End}}]
        rows: [{measure: total_assets}, {title: {zh: 合, en: Sum}}]
"""
ROA = "  source: textbook\n  formula: ttm(net_profit) / avg(total_assets)\n"
VERSIONS = "  versions:\n    - {from: 2020-01-01, formula: net_profit / total_assets}\n"
FORM_FILE = "forms/one.yaml"
#: File, what stands there, what is written instead; then place, message and hint.
WHOLE = [
    (T, "  expect:\n    roa: {A: 5%}\n    alerts: {weak: [A]}\n", "  expect: [roa]\n", "5:11",
     "expect of case 1 must be a mapping of indicators", "write debt_ratio: {Port Trading: 72%}"),
    (T, "alerts: {weak: [A]}", "alerts: [weak]", "7:13", "alerts of expect of case 1 must be a mapping of rules",
     "write {high_leverage: [Port Trading]}"),
    (F, ROA, VERSIONS, "6:7", "a version of indicator 'roa' lacks the key 'source'",
     "the document and clause that says so"),
    (F, ROA, "  source: textbook\n" + VERSIONS + "    - {from: 2020-01-01, formula: roa}\n", "8:14",
     "indicator 'roa' has two versions from 2020-01-01", "delete one, or give it another day"),
    (FORM_FILE, "[{title: {zh: 期末, en: End}}]", "[]", "8:18", "a sheet of form 'statements' has no column of figures",
     "write [{title: {zh: 期末余额, en: Closing balance}}]"),
    (FORM_FILE, "{measure: total_assets}", "{measure: total_assets, aliases: [a]}", "9:49",
     "a line with aliases lacks the key 'title'", "what stands in the title cell: {zh: …, en: …}"),
    (FORM_FILE, "{title: {zh: 合, en: Sum}}", "{title: {zh: 合, en: Sum}, unit: 万元}", "9:73",
     "a line that holds no measure has a unit", "delete it"),
    (M, "total_assets:", "total\u200bassets:", "1:1",
     "the name 'total\\u200bassets' holds characters that cannot be printed", "delete them"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "place", "message", "hint"), WHOLE, ids=[each[4] for each in WHOLE])
def test_the_only_fault(file: str, old: str, new: str, place: str, message: str, hint: str) -> None:
    text = {**FILES, FORM_FILE: FORM}[file]
    assert old in text
    _, issues = load({**FILES, file: text.replace(old, new, 1)})
    told = [(str(issue.place), issue.message, issue.hint) for issue in issues if issue.severity == "error"]
    assert told == [(f"small/{file}:{place}", message, hint)]


@pytest.mark.parametrize(
    ("data", "place", "message", "hint"),
    [
        ("a: 资产\n".encode("gb18030"), "1:4", "the byte 0xD7 is not UTF-8", "save it as UTF-8"),
        ("a: b\n# 资产".encode("utf-16"), "1:1", "the byte 0xFF is not UTF-8", "UTF-16"),
        ("键: 值\n键2: ".encode() + b"\xff", "2:5", "the byte 0xFF is not UTF-8", "save it as UTF-8"),
        (b"#" * 1_048_577, "1:1", "the file has 1,048,577 bytes, more than 1,048,576", "split it"),
        (b"[[[[[[[[[[[[[[[[[a", "1:17", "nested deeper than 16 levels", "six at most"),
        (b"- a\n", "1:1", "the file must be a mapping from the name of each measure", "name: {label"),
        (b"a\n", "1:1", "the file must be a mapping from the name of each measure", "name: {label"),
        (b"a: b\n", "1:4", "measure 'a' must be a mapping, not a text", "its keys are label"),
    ],
)
def test_files_that_are_no_declarations(data: bytes, place: str, message: str, hint: str) -> None:
    _, issues = load({**FILES, M: data})
    issue = next(issue for issue in issues if str(issue.place) == f"small/{M}:{place}")
    assert issue.message == message
    assert hint in issue.hint


@pytest.mark.parametrize(
    ("name", "severity", "message", "hint"),
    [
        ("functions.py", "error", "the pack contains code, which this version does not run", "say it in formulas"),
        ("plans/a.yaml", "warning", "plans are not read by this version", "no effect yet"),
        ("measure.yaml", "warning", "the file is not read", "did you mean measures.yaml"),
        ("indicators/deep/a.yaml", "warning", "the file is not read", "did you mean indicators/a.yaml"),
        ("figures.xlsx", "warning", "the file is not read", ""),
    ],
)
def test_files_that_are_not_read(name: str, severity: str, message: str, hint: str) -> None:
    _, (issue,) = load({**FILES, name: ""})
    assert (str(issue.place), issue.severity, issue.message) == (f"small/{name}:1:1", severity, message)
    assert hint in issue.hint


def test_a_pack_without_a_name_is_no_pack() -> None:
    without = {name: text for name, text in FILES.items() if name != "pack.yaml"}
    for files, message in (
        (without, "the pack has no pack.yaml"),
        ({**without, "pack.yaml": ""}, "the file is empty"),
        ({**without, "pack.yaml": FILES["pack.yaml"].replace("name: small\n", "")}, "the pack lacks the key 'name'"),
    ):
        pack, issues = load(files)
        assert pack is None
        assert heads(issues) == [("small/pack.yaml:1:1", message)]


def test_texts_of_pages_stand_in_both_languages() -> None:
    pack, issues = load({**FILES, "strings/zh.yaml": "title: 题\nnote: 注\n", "strings/en.yaml": "title: Title\n"})
    assert pack is not None
    assert pack.strings == {"zh": {"title": "题", "note": "注"}, "en": {"title": "Title"}}
    assert [(str(issue.place), issue.severity, issue.message) for issue in issues] == [
        ("small/strings/zh.yaml:2:1", "warning", "the text 'note' is missing in strings/en.yaml")
    ]


def test_all_faults_come_in_one_run() -> None:
    files = dict(FILES)
    for file, old, new, *_ in SLIPS[17:18] + SLIPS[24:25] + SLIPS[38:40] + SLIPS[43:44] + SLIPS[-1:]:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)
    _, issues = load(files)
    assert len({issue.place.file for issue in issues if issue.place}) >= 4
    assert len(issues) >= 6
