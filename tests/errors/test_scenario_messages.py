"""Networks and stresses of a pack: what they mean once read, and every fault of theirs."""

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.load.catalogue import assemble
from hengjian.model.issue import Issue
from hengjian.model.scenario import shock_name

TYPES = FILES["types.yaml"] + (
    "guarantees:\n  label: {zh: 担保, en: Guarantees}\n  from: enterprise\n  to: enterprise\n  attributes:\n"
    "    balance: {kind: number, label: {zh: 余额, en: Balance}}\n    note: {kind: text, label: {zh: 说明, en: Note}}\n"
)
PARAMETERS = FILES["parameters.yaml"] + (
    "lost: {label: {zh: 损失率, en: lost}, unit: '%', values: [{from: 2021-01-01, source: own, value: 100}]}\n"
)
NETWORK = """\
guarantees:
  label: {zh: 担保, en: Guarantees}
  link: guarantees
  amount: balance
  unit: 万元
  buffer: total_assets
  loss: lost
  source: own
"""
STRESS = """\
worse:
  label: {zh: 变差, en: Worse}
  parameters:
    fall: {label: {zh: 降幅, en: fall}, unit: '%', value: 10}
    season: {label: {zh: 月份, en: month}, unit: ratio, by_month: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}
  measures:
    net_profit: net_profit * (1 - fall) - total_assets * fall * season
  source: own
"""
FULL = {**FILES, "types.yaml": TYPES, "parameters.yaml": PARAMETERS, "networks.yaml": NETWORK, "stresses.yaml": STRESS}


def own(issues: Iterable[Issue]) -> list[tuple[str, str, str | None]]:
    """What is told of networks and stresses; of the small pack's units nothing is new."""
    return [
        (str(one.place), one.message, one.hint) for one in issues
        if "in the unit" not in one.message and "as_unit" not in one.message
    ]  # fmt: skip


def faults(changes: Mapping[str, str]) -> list[tuple[str, str, str | None]]:
    """All that is wrong with a pack."""
    pack, issues = load({**FULL, **changes})
    if pack is None or issues:
        return own(issues)
    catalogue, issues = assemble([pack])
    if catalogue is None or issues:
        return own(issues)
    return own(check(catalogue)[1])


def test_what_is_declared_is_kept() -> None:
    pack, issues = load(FULL)
    assert pack is not None
    assert not issues
    catalogue, issues = assemble([pack])
    assert catalogue is not None
    assert not issues
    network, stress = catalogue.networks["guarantees"], catalogue.stresses["worse"]
    assert (network.link, network.amount, network.cover, network.buffer, network.loss, network.scope) == (
        "guarantees", "balance", None, "total_assets", "lost", "consolidated",
    )  # fmt: skip
    assert stress.parameters == ("fall",), "what recurs by month is not asked for"
    season = catalogue.parameters["season"].values
    march = next(one for one in season if one.valid_from == date(2025, 3, 1))
    assert float(march.values["default"]) == 3
    programme, issues = check(catalogue)
    assert programme is not None
    assert own(issues) == [], "what a stress or a network reads is of use"
    assert programme.shocks[shock_name("worse", "net_profit")].measures == {"net_profit", "total_assets"}
    assert freeze(thaw(freeze(programme))) == freeze(programme)


@pytest.mark.parametrize(
    ("file", "old", "new", "message", "hint"),
    [
        ("networks.yaml", "link: guarantees", "link: guarantee", "no link is called 'guarantee'",
         "did you mean guarantees?"),
        ("networks.yaml", "amount: balance", "amount: balances", "no attribute of guarantees is called 'balances'",
         "did you mean balance?"),
        ("networks.yaml", "amount: balance", "amount: note",
         "the attribute 'note' of guarantees is a text, not a number",
         "name a number attribute of the link"),
        ("networks.yaml", "unit: 万元", "unit: person",
         "the amounts of 'guarantees' are in person, its buffer total_assets in CNY",
         "name a figure that measures the same"),
        ("networks.yaml", "loss: lost", "loss: red_line", "the parameter 'red_line' is no part of an amount",
         "name one in % or ratio, without `by` and `points`"),
        ("networks.yaml", "loss: lost", "loss: lots", "no parameter is called 'lots'", "did you mean lost?"),
        ("networks.yaml", "buffer: total_assets", "buffer: assets", "no indicator or measure is called 'assets'",
         "did you mean total_assets?"),
        ("stresses.yaml", "    net_profit: net", "    profits: net", "no measure is called 'profits'", None),
        ("stresses.yaml", "(1 - fall)", "(1 - fell)", "no measure, indicator or parameter is called 'fell'",
         "did you mean fall?"),
        ("stresses.yaml", "net_profit * (1 - fall) - total_assets * fall * season",
         "ttm(net_profit) * (1 - fall * season)",
         "net_profit is a flow of the year to date, but its shock gives a flow of twelve months",
         "begin with the measure itself, and add to it or scale it"),
        ("stresses.yaml", ", 12]", "]", "by_month of 'season' has 11 values", "write twelve: from January to December"),
        ("stresses.yaml", "unit: '%', value: 10", "unit: '%'", "'fall' lacks the key 'value' or 'by_month'", None),
        ("stresses.yaml", "    fall:", "    lost:", "'lost' is declared twice", None),
        ("stresses.yaml", "  measures:\n    net_profit: net_profit * (1 - fall) - total_assets * fall * season\n",
         "  measures: {}\n", "stress 'worse' touches no measure", None),
    ],
)  # fmt: skip
def test_faults_of_networks_and_stresses(file: str, old: str, new: str, message: str, hint: str | None) -> None:
    assert old in FULL[file]
    found = faults({file: FULL[file].replace(old, new, 1)})
    told = [one for one in found if message in one[1]]
    assert told, found
    assert told[0][0].startswith(f"small/{file}")
    assert hint is None or told[0][2] == hint


def test_a_stress_touches_nothing_that_is_metered() -> None:
    metered = FILES["measures.yaml"] + (
        "power: {label: {zh: 电量, en: Power}, type: enterprise, unit: kWh, period_type: duration, frequency: hour,"
        " source: meter}\n"
    )
    stress = STRESS.replace("  source: own", "    power: power * (1 - fall)\n  source: own")
    found = faults({"measures.yaml": metered, "stresses.yaml": stress})
    assert [(message, hint) for _, message, hint in found] == [
        (
            "stress 'worse' touches power, which is reported by hour",
            "stresses touch what is reported by month or coarser",
        )
    ]


def test_what_reads_a_broken_name_is_not_told_twice() -> None:
    """A measure that is at fault takes the shocks that read it with it."""
    found = faults({"measures.yaml": FILES["measures.yaml"].replace("unit: 万元", "unit: nonsense", 1)})
    assert [one for one in found if one[0].startswith("small/stresses.yaml")] == []
