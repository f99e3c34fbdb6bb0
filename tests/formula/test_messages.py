"""Messages name what their condition gives; what would stay in braces is told."""

from dataclasses import replace

import pytest
from small_catalogue import catalogue

from hengjian.formula.check import check
from hengjian.model.declaration import Label
from hengjian.model.issue import Place

INDICATORS = {
    "debt_ratio": ("ratio", "total_liabilities / total_assets"),
    "place": ("ratio", "rank(debt_ratio, within: industry)"),
}
SAID = Place(file="rules.yaml", line=7, column=9)


def told(kind: str, condition: str, message: str) -> list[tuple[str, str]]:
    declared = catalogue(INDICATORS, **{f"{kind}s": {"r": condition}})
    records = getattr(declared, f"{kind}s")
    records["r"] = replace(records["r"], message=Label(zh=message, en="said"), message_place=SAID)
    programme, issues = check(declared)
    assert programme is not None, issues
    return [(issue.message, issue.hint) for issue in issues if issue.place == SAID]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("debt_ratio > red_line", "{debt_ratio:%} {red_line:%} {total_assets}"),
        ("place = 1", "{place} {debt_ratio}"),
        ("rank(debt_ratio, within: industry) = 1", "{debt_ratio}"),
        ("total_assets > prior(total_liabilities)", "{total_assets}"),
        ("debt_ratio > 1", "nothing"),
    ],
)
def test_what_a_rule_gives_may_be_named(condition: str, message: str) -> None:
    assert told("rule", condition, message) == []


@pytest.mark.parametrize(
    ("condition", "message", "name", "hint"),
    [
        ("rank(debt_ratio, within: industry) = 1", "{place}", "place",
         "it may name debt_ratio, total_liabilities, total_assets"),
        ("debt_ratio > 1", "{debt_ration:%}", "debt_ration", "did you mean debt_ratio?"),
        ("total_assets > prior(total_liabilities)", "{total_liabilities}", "total_liabilities",
         "it may name total_assets"),
        ("total(total_assets, over: children) > total(total_liabilities, over: children)", "{total_assets}",
         "total_assets", "write the message without figures"),
    ],
)  # fmt: skip
def test_what_it_does_not_give_is_told(condition: str, message: str, name: str, hint: str) -> None:
    said = f"the message of r names {name!r}, which its condition does not give"
    assert told("rule", condition, message) == [(said, hint)]


def test_a_check_names_measures_alone() -> None:
    condition = "debt_ratio <= 1 or total_assets > prior(net_profit)"
    assert told("check", condition, "{total_assets} {total_liabilities} {net_profit}") == []
    assert told("check", condition, "{debt_ratio}")[0][0] == (
        "the message of r names 'debt_ratio', which its condition does not give"
    )
