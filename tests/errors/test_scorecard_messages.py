"""Every fault of a scorecard: told at its place, with what mends it; all of them in one run, none twice."""

import random
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_card import CARD, CARDS
from small_pack import load

from hengjian.formula.check import check
from hengjian.load.catalogue import assemble
from hengjian.model.issue import Issue

NAME = "scorecards/yearly.yaml"


def told(changes: Iterable[tuple[str, str]], file: str = NAME) -> list[Issue]:
    """All issues of the pack with these texts of one file changed."""
    text = CARDS[file]
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    pack, issues = load({**CARDS, file: text})
    assert pack is not None
    catalogue, more = assemble([pack])
    assert catalogue is not None
    _, found = check(catalogue)
    return [*issues, *more, *found]


def line_of(changes: Iterable[tuple[str, str]], text: str) -> int:
    """The line in which a text stands, once the changes are made."""
    whole = CARD
    for old, new in changes:
        whole = whole.replace(old, new, 1)
    return whole[: whole.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "message", "hint"),
    [
        # single values
        ("weight: 20\n", "weight: 20%\n", "weight: 20%", "weight of item 'growth' is not a part of anything: '20%'",
         "without %"),
        ("weight: 20\n", "weight: lots\n", "weight: lots", "weight of item 'growth' is not a number: 'lots'",
         "0.5 or 12000"),
        ("raters: 5", "raters: 0", "rating: {by", "raters of rating of method of item 'talk' cannot be '0'",
         "from 1 to 99"),
        ("share: 25%", "share: 0%", "    A: ", "the share of grade 'A' is no part", "25%"),
        ("share: 25%", "share: 25%, count: 3", "    A: ", "grade 'A' has both a share and a count", "delete one"),
        ("setting: {clamp: on}}\n      adjust", "setting: {clamp: on, other: on}}\n      adjust", "bounds:",
         "setting must name one switch", "{clamp: on}"),
        ("digits: 1, rule: half_even", "digits: 1, rule: half_odd", "half_odd",
         "rule of round of item 6 of adjust of scorecard 'yearly' cannot be 'half_odd'", "half_"),
        ("from: 2006-10-12", "from: 2006-10-12\n  until: 2005-01-01", "until:",
         "scorecard 'yearly' ends on 2005-01-01, before it begins", "it begins on 2006-10-12"),
        ("  workflow: yearly\n", "", "published_by", "scorecard 'yearly' has a step, but no workflow", "add workflow"),
        # methods
        ("rows: [{points: 0}, {at_least: 70, points: 1}]", "rows: []", "pay:", "use 'pay' has no row", "write rows"),
        ("{at_least: 70, points: 1}]}", "{at_least: 70%, points: 1}]}", "pay:",
         "row 2 of use 'pay' is written in percent", "the number alone"),
        ("{points: 0}, {at_least: 80%, beyond: true, points: 4}",
         "{at_least: 80%, beyond: true, points: 4}, {points: 0}", "of: attainment",
         "row 2 of table of 'rate' does not begin above the row before it", "rows ascend"),
        ("above: {points: 1, per: 3, most: 4}", "above: {points: -1, per: 3, most: 4}", "above:",
         "points of above of steps of 'growth' is negative", "without the sign"),
        ("above: {points: 1, per: 3, most: 4}", "above: {points: 1, per: 0, most: 4}", "above:",
         "above of steps of 'growth' has steps of 0", "more than 0"),
        ("          above: {points: 1, per: 3, most: 4}\n          below: {points: 1, per: 3}\n", "", "base: prior",
         "steps of 'growth' adds nothing and takes nothing away", "add above"),
        ("least: 0, most: 120%", "least: 2, most: 120%", "pro_rata", "pro_rata of 'jobs' lies between 2 and 1.2",
         "the lesser"),
        ("points: {excellent: 5}", "points: {}", "standing:", "points of standing of 'place' is empty", "excellent: 5"),
        ("share: 0.8}}", "share: 80}}", "rating:", "the word 'good' of rating of 'talk' gives 80 of the weight",
         "between 0 and 1"),
        ("least: 0.5, most: 3", "least: -3, most: -0.5", "kinds:",
         "the ground 'accident' gives between -3 and -0.5 points", "positive"),
        ("{item: growth, short: true}", "{item: growth}", "cap_grade",
         "where names 'growth', but not how it must stand", "add target"),
        ("{points: {}}", "{points: {}, past: {scorecard: yearly}}", "{points: {}, past",
         "method of item 'extra' has both 'points' and 'past'", "delete one"),
        # the tree
        ("    before:\n", "    growth_before:\n      label: {zh: 空, en: Empty}\n      items: {}\n    before:\n",
         "items: {}", "'growth_before' has no item", "write items"),
        ("    before:\n", "    assets:\n", "    assets:\n      label: {zh: 上年",
         "the item 'assets' stands twice in scorecard 'yearly'", "rename one"),
        ("at_least: 70}", "at_least: 90}", "    A: ", "the grade 'B' does not begin below 'A', which stands before it",
         "best grade first"),
        ("coefficient: 80%", "coefficient: 1.0", "    excellent: {label",
         "the coefficient of the band 'good' is not less than that of 'excellent' before it", "best band first"),
        ("otherwise: on", "otherwise: no", "    clamp:", "switch 'clamp' knows no choice 'no'", "on"),
        ("{cap: {}, setting: {clamp: on}", "{cap: {}, setting: {clam: on}", "{cap: {}",
         "adjust of 'profitability' knows no switch 'clam'", "did you mean clamp?"),
        ("{cap: {}, setting: {clamp: on}", "{cap: {}, setting: {clamp: offf}", "{cap: {}",
         "adjust of 'profitability': switch 'clamp' knows no choice 'offf'", "did you mean off?"),
        ("{item: growth, short: true}", "{item: grow, short: true}", "cap_grade",
         "adjust of 'yearly' knows no item 'grow'", "did you mean growth?"),
        ("others_than: [margin]", "others_than: [growth]", "{couple:",
         "adjust of 'profitability' knows no item below 'growth'", "there are assets, margin"),
        ("{bonus: {items: [extra]", "{bonus: {items: [growth]", "{bonus:",
         "adjust of 'yearly' knows no bonus item 'growth'", "there are extra"),
        ("{cap_grade: {grade: B}", "{cap_grade: {grade: C}", "{cap_grade:", "adjust of 'yearly' knows no grade 'C'",
         "there are A, B"),
        ("{veto: {grade: B, grounds: [accident]}}", "{veto: {grade: F, grounds: [accident]}}", "{veto:",
         "adjust of 'yearly' knows no grade 'F'", "there are A, B"),
        ("{veto: {grade: B, grounds: [accident]}}", "{veto: {grade: B, grounds: [acident]}}", "{veto:",
         "adjust of 'yearly' knows no ground 'acident'", "did you mean accident?"),
        ("{veto: {grade: B, grounds: [accident]}}", "{veto: {grade: B}}", "{veto:",
         "adjust of 'yearly' has a veto that names no ground and no condition", "add grounds"),
        ("{times: {formula: 2}}", "{times: {formula: 2, by: 3}}", "{times: {formula",
         "adjust of 'rate' multiplies by a number and by a formula", "delete one"),
        ("{cap: {}, setting", "{cap: {at: 3}, setting", "", "", ""),
        ("combine: modified\n      bounds", "combine: sum\n      bounds", "bounds:",
         "'profitability' bounds a coefficient, but combines as sum", "combine: modified"),
        ("most: 1.3, setting: {clamp: on}", "most: 1.3, setting: {clam: on}", "bounds:",
         "bounds of 'profitability' knows no switch 'clam'", "did you mean clamp?"),
        ("most: 1.3, setting: {clamp: on}", "most: 1.3, setting: {clamp: offf}", "bounds:",
         "bounds of 'profitability': switch 'clamp' knows no choice 'offf'", "did you mean off?"),
        ("{rescale: {from: 120", "{rescale: {from: 0", "{rescale:",
         "adjust of 'yearly' rescales from a scale of 0 points", "more than 0"),
        ("least: 0.7, most: 1.3", "least: 1.7, most: 1.3", "bounds:", "the bounds of 'profitability' are 1.7 and 1.3",
         "the lesser"),
        ("          weight: 34\n          role: basic", "          weight: 30\n          role: basic",
         "        assets:", "the weights of the basic items of 'profitability' add up to 30, not to 34",
         "mend a weight"),
        ("          weight: 34\n          role: modifying", "          weight: 35\n          role: modifying",
         "        assets:", "the weights of the modifying items of 'profitability' add up to 35, not to 34",
         "mend a weight"),
        ("role: basic", "role: scored", "        assets:",
         "'assets' stands in 'profitability', which combines as modified, and has no role there", "role: basic"),
        ("role: basic", "role: scored", "        assets:",
         "'profitability' combines as modified, and has no basic item", "role: basic"),
        ("    growth:\n", "    growth:\n      role: basic\n", "role: basic\n      label",
         "'growth' is basic, but 'yearly' combines as sum", "combine: modified there"),
        ("weight: 20\n", "weight: -20\n", "weight: -20", "the weight of 'growth' is negative", "minus: true"),
        ("combine: modified\n      bounds", "combine: modified\n      many: true\n      bounds", "many: true",
         "the group 'profitability' cannot stand for lines of a letter", "the item within it"),
        ("{modification: {standard: margin}}", "{efficacy: {standard: margin}}", "method: {efficacy",
         "'margin' is modifying, and its method is not modification", "role: modifying has the method"),
        ("method: {points: {}}", "method: {modification: {standard: x}}", "method: {modification: {standard: x}}",
         "'extra' is bonus, and its method is modification", "role: modifying has the method"),
        ("  standards: {book: performance, class: industry, size: size}\n", "", "method: {standing",
         "the method of 'place' goes by a standard, but the card by no book of standards", "add standards"),
        (("  bands:\n    excellent: {label: {zh: 优秀, en: Excellent}, coefficient: 1.0}\n"
         "    good: {label: {zh: 良好, en: Good}, coefficient: 80%}\n"), "", "method: {standing",
         "the method of 'place' goes by bands, and the card has none", "add bands"),
        ("points: {excellent: 5}", "points: {excelent: 5}", "method: {standing",
         "the method of 'place' knows no band 'excelent'", "did you mean excellent?"),
        ("whole_if: {clamp: on}", "whole_if: {clasp: on}", "        steps:",
         "the method of 'growth' knows no switch 'clasp'", "did you mean clamp?"),
        ("      weight: 10\n      method: {rating", "      value: roa\n      weight: 10\n      method: {rating",
         "value: roa\n      weight: 10", "the method of 'talk' reads no value, but 'talk' has one", "delete value"),
        ("      value: roa\n      method: {standing", "      method: {standing", "    place:",
         "the method of 'place' needs a value", "add value"),
        # what packs declare
        ("type: enterprise", "type: entreprise", "type: entreprise", "no entity type is called 'entreprise'",
         "did you mean enterprise?"),
        ("class: industry,", "class: industy,", "class: industy", "no attribute of enterprise is called 'industy'",
         "did you mean industry?"),
        ("  workflow: yearly", "  workflow: yearli", "workflow: yearli", "no workflow is called 'yearli'",
         "did you mean yearly?"),
        ("published_by: publish", "published_by: publis", "published_by: publis",
         "no step of the workflow yearly is called 'publis'", "did you mean publish?"),
        ("{past: {scorecard: yearly", "{past: {scorecard: yearl", "method: {past", "no scorecard is called 'yearl'",
         "did you mean yearly?"),
        ("item: growth, years: 2", "item: growt, years: 2", "method: {past", "no item of yearly is called 'growt'",
         "did you mean growth?"),
        # formulas
        ("value: net_profit / total_assets", "value: net_profit", "value: net_profit\n          method: {mod",
         "the formula gives CNY, but `margin value` of yearly declares unit %", "mend the formula"),
        ("      value: roa\n      method: {standing", "      value: roa > 1\n      method: {standing",
         "value: roa > 1", "`place value` of yearly needs a figure, but its formula gives a truth",
         "if(condition, 1, 0)"),
        ("when: net_profit > 0", "when: net_profit", "{floor:",
         "`profitability when 2` of yearly needs a condition, but its formula gives a figure", "compare it"),
        ("when: net_profit > 0", "when: net_proft > 0", "{floor:", "'net_proft'", "did you mean net_profit?"),
        ("target: red_line", "target: total_assets", "of: attainment",
         "the formula gives CNY, but `rate target` of yearly declares unit ratio", ""),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_place(old: str, new: str, at: str, message: str, hint: str) -> None:
    issues = [one for one in told([(old, new)]) if one.severity == "error"]
    if not message:
        assert not issues
        return
    found = [one for one in issues if message in one.message]
    assert len(found) == 1, [str(one) for one in issues]
    assert hint in found[0].hint
    line = int(str(found[0].place).split(":")[1])
    assert str(found[0].place).startswith(f"small/{NAME}:")
    assert line == line_of([(old, new)], at)


LETTERLESS = [
    ("  letter: true\n", ""), ("    - {bonus: {items: [extra], most: 5, damped_from: 90, factor: 2}}\n", ""),
    ("      weight: 10\n", ""), ("      weight: 34\n      combine: modified", "      combine: modified"),
]  # fmt: skip


def test_a_card_without_letters_needs_what_a_letter_would_give() -> None:
    found = {one.message: one.hint for one in told(LETTERLESS) if one.severity == "error"}
    assert found == {
        "adjust of 'yearly' multiplies by the factor of the letter, but the card goes by no letter":
        "write times: {by: 1.1}, or letter: true of the card",
        "adjust of 'profitability' caps at the weight, but 'profitability' has none":
        "write cap: {at: 100}, or give it a weight",
        "'jobs' stands for lines of a letter, but the card goes by no letter": "write letter: true of the card",
        "the method of 'growth' needs a target": "add target: FORMULA to the method, or letter: true to the card",
        "the method of 'jobs' needs a target": "add target: FORMULA to the method, or letter: true to the card",
        "the method of 'jobs' needs a weight": "add weight: 20",
        "the method of 'talk' needs a weight": "add weight: 20",
    }  # fmt: skip


def test_weights_of_a_weighted_group_add_up_to_100() -> None:
    changes = [("  adjust:\n    - {times", "  combine: weighted\n  adjust:\n    - {times"), ("  letter: true\n", "")]
    found = [one.message for one in told(changes) if one.severity == "error"]
    for name in ("jobs", "rate", "place", "minus", "before"):
        assert f"'{name}' has no weight among the items of 'yearly'" in found
    assert "'extra' has no weight among the items of 'yearly'" not in found  # a bonus is added beside
    weights = [("    jobs:\n", "    jobs:\n      weight: 20\n"), ("    rate:\n", "    rate:\n      weight: 5\n"),
               ("    place:\n", "    place:\n      weight: 5\n"), ("    minus:\n", "    minus:\n      weight: 1\n"),
               ("    before:\n", "    before:\n      weight: 1\n")]  # fmt: skip
    issues = [one for one in told([changes[0], *weights]) if one.severity == "error"]
    assert [one.message for one in issues] == ["the weights of the items of 'yearly' add up to 96, not to 100"]


def test_faults_are_told_all_at_once_and_none_twice() -> None:
    """An item that cannot be read takes its name and the sums of its group out of question; a broken indicator what
    reads it."""
    changes = [
        ("weight: 20\n", "weight: lots\n"), ("otherwise: on", "otherwise: no"), ("years: 2", "years: 0"),
        ("{cap_grade: {grade: B}", "{cap_grade: {grade: C}"),
    ]  # fmt: skip
    found = [(str(one.place).split(":")[1], one.message) for one in told(changes) if one.severity == "error"]
    assert sorted(found) == [
        ("113", "years of past of method of item 'before' cannot be '0'"),
        ("20", "switch 'clamp' knows no choice 'no'"), ("31", "adjust of 'yearly' knows no grade 'C'"),
        ("67", "weight of item 'growth' is not a number: 'lots'"),
    ]  # fmt: skip
    broken = told([("unit: ratio\n  source: textbook", "unit: ration\n  source: textbook")], "indicators/returns.yaml")
    assert len([one for one in broken if one.severity == "error"]) == 1


def test_a_scorecard_reads_nothing_that_is_reported_more_rarely() -> None:
    issues = [one for one in told([("frequency: year", "frequency: month")]) if one.severity == "error"]
    assert "`growth value` of yearly is quarterly, but the scorecard monthly" in [one.message for one in issues]
    assert {one.hint for one in issues} == {"a scorecard reads what is reported as often as it is made, or oftener"}


def test_workflow_and_earlier_scores_are_of_its_type() -> None:
    district = "district:\n  label: {zh: 区, en: District}\n"
    files = {**CARDS, "types.yaml": CARDS["types.yaml"] + district}
    other = CARD.replace("yearly:", "other:").replace("type: enterprise", "type: district")
    small = other[: other.index("  letter")] + (
        "  items:\n    one: {label: {zh: 一, en: One}, method: {past: {scorecard: yearly}}}\n  workflow: yearly\n"
    )
    pack, issues = load({**files, "scorecards/other.yaml": small})
    assert pack is not None
    _, more = assemble([pack])
    assert [(one.message, one.hint) for one in (*issues, *more)] == [
        ("scorecard 'other' is about district, but the workflow yearly about enterprise", "name another workflow"),
        ("scorecard 'other' is about district, but yearly about enterprise", "name a card of the same type"),
    ]


def test_what_a_scorecard_uses_is_used() -> None:
    """Neither the parameter nor the unit nor the workflow that only a card names is told as of no use."""
    assert not [str(one) for one in told([]) if "red_line" in one.message or "workflow" in one.message]
    flows = told([("  workflow: yearly\n  published_by: publish\n", "")])
    assert "no rule opens a case of the workflow yearly" in [one.message for one in flows]
    lines = told([("      many: true\n", "      value: roa\n      weight: 5\n")])
    assert "nothing is measured in the unit flight" in [one.message for one in lines]  # a line of a letter could be
    assert "nothing is measured in the unit flight" not in [one.message for one in told([])]


WORDS = re.compile(r"[\w.%]+|[{}\[\]:,-]")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_mistyped_is_told_and_nothing_breaks(seed: int) -> None:
    """Words put in the place of others, lines left out or shifted: each issue has a place and a mend, and without an
    error there is a programme."""
    chance = random.Random(seed)
    tokens = sorted({*WORDS.findall(CARD), "~", "-1", "1e99"})
    for _ in range(10):
        text = CARD
        for _ in range(chance.choice((1, 2, 3))):
            lines = text.split("\n")
            at = chance.randrange(len(lines))
            match chance.randrange(4):
                case 0:
                    text = "\n".join([*lines[:at], *lines[at + 1 :]])
                case 1:
                    text = "\n".join([*lines[:at], lines[at][2:], *lines[at + 1 :]])
                case _:
                    start, end = chance.choice([one.span() for one in WORDS.finditer(text)])
                    text = text[:start] + chance.choice(tokens) + text[end:]
        pack, issues = load({**CARDS, NAME: text})
        assert pack is not None
        catalogue, more = assemble([pack])
        programme, found = check(catalogue) if catalogue is not None else (None, ())
        every = [*issues, *more, *found]
        assert all(one.place is not None and one.hint for one in every), text
        assert programme is not None or any(one.severity == "error" for one in every), text
