"""Checks whose formulas reach beyond the filed cell: finer periods, another cut, peers; and checks of a sub-type."""

from pathlib import Path

import pytest
from group_pack import ENTITIES, GROUP, LINKS
from homes import filed, write_pack

from hengjian.app import packs

TITLES = "entity,measure,period,value,basis\n"


def check(name: str, holds: str, kind: str = "enterprise") -> str:
    return (
        f"{name}:\n  label: {{zh: {name}, en: {name}}}\n  type: {kind}\n  holds: '{holds}'\n  severity: warning\n"
        "  source: by hand\n  message: {zh: 不符, en: broken}\n"
    )


CHECKS = "".join(
    (
        check("by_month", 'sum(sales, per: quarter, at_least: 1) <= as_unit(100, "CNY")'),
        check("audited", "on(assets, basis: audited) <= 2 * on(assets, basis: flash)"),
        check("place", "rank(debt_ratio, within: all, at_least: 1) > 1"),
        check("group", "spent >= total(spent, over: children)"),
        check("works", "abroad <= convert(abroad, cny_per_usd) / cny_per_usd - abroad", "waterworks"),
    )
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The realm with these checks, and nothing reported yet."""
    folder = tmp_path_factory.mktemp("checks")
    pack = write_pack(folder / "pack", {**GROUP, "checks.yaml": CHECKS})
    packs.init({"space": str(folder / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(folder / "home", ENTITIES, form="entities")
    filed(folder / "home", LINKS, form="links")
    return folder / "home"


def broken(home: Path, *lines: str) -> list[str]:
    """The names of the checks that some lines break, each with the row that is told."""
    receipt = filed(home, TITLES + "".join(f"{line}\n" for line in lines))
    return sorted(f"{one['hint'].split(':')[0]} {one['row']}" for one in receipt["warnings"])


def test_a_month_is_checked_with_its_quarter(home: Path) -> None:
    assert broken(home, "A,sales,2019-10,60,") == []
    assert broken(home, "A,sales,2019-09,60,", "A,sales,2019-12,60,") == ["by_month 3"]


def test_what_is_read_on_another_basis_is_checked_when_that_is_filed(home: Path) -> None:
    assert broken(home, "A,assets,2019-Q4,100,flash") == []
    assert broken(home, "A,assets,2019-Q4,900,audited") == ["audited 2"]
    assert broken(home, "A,assets,2019-Q4,901,assessed") == []


def test_ones_own_place_among_peers_is_checked(home: Path) -> None:
    assert broken(home, "B,assets,2018-Q4,100,", "B,debts,2018-Q4,50,") == ["place 2"]
    assert broken(home, "C,assets,2018-Q4,100,", "C,debts,2018-Q4,40,") == []


def test_a_total_is_checked_with_the_figure_of_who_owns_it(home: Path) -> None:
    assert broken(home, "W,spent,2018-Q4,100,") == []
    assert broken(home, "A,spent,2018-Q4,50,") == ["group 2"]


def test_a_check_of_a_sub_type_is_not_asked_of_others(home: Path) -> None:
    assert broken(home, "A,abroad,2018-Q4,5,", "W,abroad,2018-Q4,5,") == ["works 3"]
