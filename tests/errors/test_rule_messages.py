"""Rules with levels and what else they demand: what they mean once read, and every fault of theirs."""

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.load.catalogue import assemble
from hengjian.model.declaration import Persistence, part_name
from hengjian.model.issue import Issue

R = "rules/returns.yaml"
LEVELLED = """\
weak:
  label: {zh: 回报低, en: Weak return}
  type: enterprise
  area: returns
  owner: {zh: 考核处, en: Assessment}
  document: 某发〔2021〕1号
  confidence: mem
  from: 2021-01-01
  until: 2030-12-31
  scope: parent
  applies: not (industry = "power")
  minimum: total_assets >= as_unit(1000000, "CNY")
  levels:
    yellow: roa < red_line
    red: roa < red_line - 10%
  persists: {in: 2, of: 3}
  clear: roa > red_line + 5%
  unknown: blue
  depth: 4
  source: order 1
  message: {zh: "{roa:%}", en: "{roa:%} under {red_line}"}
"""
FULL = {**FILES, R: LEVELLED, "areas.yaml": "returns: {label: {zh: 回报, en: Returns}}\n"}


def told(issues: Iterable[Issue]) -> list[Issue]:
    """Without what the small pack is warned of anyway: units that nothing uses, and what its author answers for."""
    return [one for one in issues if "as_unit" not in one.message and "in the unit" not in one.message]


def whole(files: Mapping[str, str]) -> Programme:
    pack, issues = load(files)
    assert pack is not None
    assert not issues
    catalogue, issues = assemble([pack])
    assert catalogue is not None
    assert not issues
    programme, issues = check(catalogue)
    assert programme is not None, issues
    assert not told(issues)
    return programme


def faults(old: str, new: str) -> list[Issue]:
    assert old in LEVELLED
    pack, issues = load({**FULL, R: LEVELLED.replace(old, new, 1)})
    if pack is None or issues:
        return list(issues)
    catalogue, issues = assemble([pack])
    if catalogue is None or issues:
        return list(issues)
    return told(check(catalogue)[1])


def test_the_levels_stand_the_gravest_first_each_with_its_whole_condition() -> None:
    programme = whole(FULL)
    rule = programme.catalogue.rules["weak"]
    assert [tier.level for tier in rule.tiers] == ["red", "yellow"]
    assert (rule.level, rule.unknown, rule.depth, rule.scope) == ("red", "blue", 4, "parent")
    assert (rule.area, rule.document, rule.confidence) == ("returns", "某发〔2021〕1号", "mem")
    assert (rule.until, rule.persists) == (date(2030, 12, 31), Persistence(periods=2, of=3))
    assert rule.levels == (("red", part_name("weak", "red")), ("yellow", part_name("weak", "yellow")))
    demanded = 'not industry = "power" and total_assets >= as_unit(1000000, "CNY")'
    red = f"{demanded} and count_true(roa < red_line - 10%, 3) >= 2"
    yellow = f"{demanded} and count_true(roa < red_line, 3) >= 2"
    (version,) = programme.parts[part_name("weak", "red")].versions
    assert (version.term.text, version.valid_from) == (red, date(2021, 1, 1))
    assert programme.rules["weak"].versions[0].term.text == f"{red} or {yellow}"
    assert rule.clearing is not None
    assert programme.parts[rule.clearing].versions[0].term.text == "roa > red_line + 5%"
    assert programme.parts.keys() == {rule.clearing, *(name for _, name in rule.levels)}
    assert thaw(freeze(programme)).parts == programme.parts


def test_a_rule_of_one_level_is_its_own_condition() -> None:
    rule = whole(FILES).catalogue.rules["weak"]
    assert rule.levels == (("high", "weak"),)
    assert rule.clearing is None
    assert [one.text for one in rule.texts()] == ["roa < red_line"]
    one = whole({**FILES, R: FILES[R] + '  applies: industry = "power"\n  clear: roa > red_line + 5%\n'})
    assert one.rules["weak"].versions[0].term.text == 'industry = "power" and roa < red_line'
    assert list(one.parts) == [part_name("weak", "clear")]


def test_a_piece_that_reads_no_measure_goes_by_the_frequency_of_the_others() -> None:
    assert faults('applies: not (industry = "power")', 'applies: industry = "power" or industry = "port"') == []
    (issue,) = faults('not (industry = "power")', "1 > 0")
    assert str(issue.place) == "small/rules/returns.yaml:11:12"
    assert issue.message == "the formula of `applies` of weak reads no measure"


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("    red: roa < red_line - 10%", "    rad: roa < 1%", "15:5",
         "levels of rule 'weak' has no level 'rad'", "red"),
        ("  levels:\n    yellow: roa < red_line\n    red: roa < red_line - 10%\n", "  when: roa < red_line\n", "13:9",
         "rule 'weak' lacks the key 'level'", "how grave"),
        ("  levels:\n", "  level: red\n  levels:\n", "13:10",
         "rule 'weak' has both 'level' and 'levels'", "each level"),
        ("  levels:\n    yellow: roa < red_line\n    red: roa < red_line - 10%\n", "  levels: {}\n", "13:11",
         "rule 'weak' has no level", "key_line"),
        ("  levels:\n", "  when: roa < red_line\n  levels:\n", "15:5", "rule 'weak' has both 'when' and 'levels'",
         "delete one"),
        ("{in: 2, of: 3}", "{in: 4, of: 3}", "16:13", "rule 'weak' cannot persist in 4 of 3 periods", "at least 2"),
        ("{in: 2, of: 3}", "{in: 1, of: 1}", "16:13", "rule 'weak' cannot persist in 1 of 1 periods", "at most 120"),
        ("{in: 2, of: 3}", "{in: 2, of: 121}", "16:13",
         "rule 'weak' cannot persist in 2 of 121 periods", "at most 120"),
        ("until: 2030-12-31", "until: 2020-12-31", "9:10",
         "rule 'weak' ends on 2020-12-31, before it begins", "2021-01-01"),
        ("area: returns", "area: return", "4:9", "no area is called 'return'", "returns"),
        ("confidence: mem", "confidence: sure", "7:15", "confidence of rule 'weak' cannot be 'sure'", "source"),
        ("scope: parent", "scope: group", "10:10", "scope of rule 'weak' cannot be 'group'", "consolidated"),
        ("unknown: blue", "unknown: grey", "18:12", "unknown of rule 'weak' cannot be 'grey'", "red"),
        ("roa < red_line - 10%", "rao < red_line - 10%", "15:10",
         "no measure, indicator or parameter is called 'rao'", "roa"),
        ("roa > red_line + 5%", "roa + 5%", "17:10",
         "`clear` of weak needs a condition, but its formula gives a figure", "compare"),
        ("total_assets >= as_unit(1000000, \"CNY\")", "total_assets >= 5", "12:25", "'>=' joins CNY with ratio", "CNY"),
    ],
)  # fmt: skip
def test_faults(old: str, new: str, place: str, message: str, hint: str) -> None:
    issues = faults(old, new)
    (issue, *others) = [one for one in issues if one.message == message] or issues
    assert (str(issue.place), issue.message) == (f"small/rules/returns.yaml:{place}", message)
    assert hint in (issue.hint or "")
    assert all(one.severity == "warning" for one in others)


def test_what_is_put_together_is_told_of_at_its_beginning() -> None:
    """Pieces of two frequencies are sound alone; only together they are none."""
    measures = FILES["measures.yaml"].replace(
        "net_profit:", "staff:\n  label: {zh: 人数, en: Staff}\n  type: enterprise\n  unit: person\n"
        "  period_type: instant\n  frequency: month\n  source: report\nnet_profit:",
    )  # fmt: skip
    text = LEVELLED.replace("    red: roa < red_line - 10%", '    red: staff > as_unit(5, "person")')
    pack, _ = load({**FULL, R: text, "measures.yaml": measures})
    assert pack is not None
    catalogue, _ = assemble([pack])
    assert catalogue is not None
    errors = [one for one in check(catalogue)[1] if one.severity == "error"]
    assert {str(one.place) for one in errors} == {"small/rules/returns.yaml:15:10"}
    assert errors


def test_a_level_that_can_never_hold() -> None:
    old = "    red: roa < red_line - 10%\n  persists: {in: 2, of: 3}\n"
    (issue,) = faults(old, "    red: roa < red_line and roa > red_line\n")
    assert issue.message.startswith("the level red of the rule weak can never fire: ")
    assert (str(issue.place), issue.severity) == ("small/rules/returns.yaml:15:10", "warning")
