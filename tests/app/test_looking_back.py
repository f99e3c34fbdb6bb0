"""What looks back over all history says the same whoever else is asked about, and of who reported nothing."""

from collections.abc import Iterator

import pytest
from across_homes import indicator
from group_pack import ENTITIES, GROUP
from homes import at_desk, filed, write_pack

from hengjian.app import packs
from hengjian.app.bulk import _all
from hengjian.app.desk import Desk
from hengjian.app.explain import explain
from hengjian.app.question import show
from hengjian.model.cut import Cut

FORMULAS = {
    "silent": ("ratio", "since(is_missing(assets))"),
    "moved": ("ratio", 'since(industry = "trade" and coalesce(assets, as_unit(1, "CNY")) > 0) * (assets / assets)'),
    "fallen": ("ratio", "since(assets < prior(assets))"),
}
FIGURES = """\
entity,measure,period,value
A,assets,2017-Q1,1
A,assets,2017-Q2,2
D,assets,2019-Q3,1
D,assets,2019-Q4,1
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A reported years before D, which was in trade till the end of March 2019."""
    folder = tmp_path_factory.mktemp("back")
    declared = "".join(indicator(name, "enterprise", unit, text) for name, (unit, text) in FORMULAS.items())
    pack = write_pack(folder / "pack", {**GROUP, "indicators/back.yaml": declared})
    packs.init({"space": str(folder / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(folder / "home", ENTITIES, form="entities")
    filed(folder / "home", FIGURES)
    desk = at_desk(folder / "home")
    yield desk
    desk.close()


def of_all(desk: Desk, name: str, entity: str, period: str) -> float:
    """The figure among those of everybody."""
    for results in _all(desk, desk.programme(), Cut(), None):
        if name in results.columns:
            panel = results.panel
            at = [str(one) for one in panel.periods].index(period), panel.entities.index(entity)
            return float(results.columns[name].values[at])
    raise KeyError(name)


@pytest.mark.parametrize(("name", "value"), [("silent", 2), ("moved", 3)])
def test_one_is_told_what_is_told_of_all(desk: Desk, name: str, value: float) -> None:
    assert of_all(desk, name, "D", "2019-Q4") == value
    assert show(desk, {"entity": "D", "indicators": [name]})["values"][-1]["value"] == value
    assert show(desk, {"entity": "D", "indicators": [name], "period": "2019-Q4"})["values"][0]["value"] == value
    assert explain(desk, {"entity": "D", "indicator": name, "period": "2019-Q4"})["value"] == value


@pytest.mark.parametrize("name", FORMULAS)
def test_a_period_may_be_asked_of_who_reported_nothing(desk: Desk, name: str) -> None:
    answer = show(desk, {"entity": "K", "indicators": [name], "period": "2019-Q4"})["values"]
    assert len(answer) == 1
    assert explain(desk, {"entity": "K", "indicator": name, "period": "2019-Q4"})["value"] == answer[0]["value"]
