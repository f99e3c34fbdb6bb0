"""The declaration hash of a scorecard changes with what decides its points, and with nothing else."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_card import CARDS
from small_pack import load

from hengjian.formula.check import check
from hengjian.load.catalogue import assemble
from hengjian.supervise.carddigest import card_digest

NAME = "scorecards/yearly.yaml"


def digest_of(old: str = "", new: str = "", file: str = NAME) -> str:
    """The hash of the card where one text stands for another."""
    assert old in CARDS[file]
    pack, _ = load({**CARDS, file: CARDS[file].replace(old, new, 1) if old else CARDS[file]})
    assert pack is not None
    catalogue, _ = assemble([pack])
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    return card_digest(catalogue.scorecards["yearly"], programme)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight: 20\n", "weight: 21\n"), ("{points: 1, per: 3, most: 4}", "{points: 1, per: 2, most: 4}"),
        ("value: net_profit / total_assets", "value: 2 * net_profit / total_assets"),
        ("digits: 1, rule: half_even", "digits: 1"), ("otherwise: on", "otherwise: off"),
        ("{floor: {at: 0}", "{cap: {at: 0}"), ("unit: 万元\n      value", "unit: CNY\n      value"),
        ("share: 25%", "share: 30%"), ("coefficient: 80%", "coefficient: 0.7"),
    ],
)  # fmt: skip
def test_what_decides_points_changes_it(old: str, new: str) -> None:
    assert digest_of(old, new) != digest_of()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{zh: 年度评价, en: Yearly}", "{zh: 年评, en: Year}"), ("confidence: mem", "confidence: own"),
        ("coefficient: 80%", "coefficient: 0.80"), ("  published_by: publish\n", ""), ("财务处", "考核处"),
        ("value: net_profit / total_assets", "value: net_profit   /   total_assets"),
    ],
)  # fmt: skip
def test_what_people_read_does_not(old: str, new: str) -> None:
    assert digest_of(old, new) == digest_of()


def test_it_goes_through_the_indicators_that_are_read() -> None:
    assert digest_of("ttm(net_profit)", "2 * ttm(net_profit)", "indicators/returns.yaml") != digest_of()
