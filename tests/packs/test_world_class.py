"""The pack `world_class`: what is published of its systems stands there as published, what is its own says so."""

from decimal import Decimal

import pytest
from test_shipped import shipped

from hengjian.load import LoadedPack
from hengjian.model.scorecard import Efficacy, Item, PastScores, ProRata, Rating, Scorecard

#: Names of the published system (China Enterprise Confederation, 2024-09 and 2025-01), by supervision notes, section 3.
PUBLISHED = {
    "竞争力": "规模实力 效益效率 产品服务 管理水平", "创新力": "创新布局 创新投入 创新产出 创新保障",
    "控制力": "治理现代 资源布局 国资带动", "影响力": "功能发挥 国际影响 品牌卓著 ESG治理 资本市场影响",
    "抗风险能力": "风险管控 可持续发展 依法合规 体系支撑",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return shipped("world_class")


def card(pack: LoadedPack, name: str) -> Scorecard:
    return next(one for one in pack.scorecards if one.name == name)


def leaves(item: Item) -> list[Item]:
    return [one for one in item.walk() if one.method is not None]


def test_five_dimensions_have_their_twenty_parts(pack: LoadedPack) -> None:
    root = card(pack, "world_class_five").root
    found = {one.label.zh.split("（")[0]: " ".join(part.label.zh for part in one.items) for one in root.items}
    assert found == PUBLISHED
    assert sum(len(one.items) for one in root.items) == 20


def test_sixteen_characters_are_four_groups(pack: LoadedPack) -> None:
    root = card(pack, "world_class_sixteen").root
    assert [one.label.zh for one in root.items] == ["产品卓越", "品牌卓著", "创新领先", "治理现代"]


@pytest.mark.parametrize("name", ["world_class_five", "world_class_sixteen"])
def test_weights_add_up_to_a_hundred_at_every_level_and_are_own(pack: LoadedPack, name: str) -> None:
    found = card(pack, name)
    assert sum(one.weight or Decimal(0) for one in found.root.items) == 100
    for one in found.root.walk():
        if one.items and one is not found.root:
            assert one.weight == sum(part.weight or Decimal(0) for part in one.items), one.name
        if one is not found.root:
            assert one.confidence == "own", one.name
    assert found.confidence == "own"


@pytest.mark.parametrize("name", ["world_class_five", "world_class_sixteen"])
def test_nothing_is_made_up_where_a_figure_or_its_bands_lack(pack: LoadedPack, name: str) -> None:
    for one in leaves(card(pack, name).root):
        assert one.missing == "left_out", one.name
        match one.method:
            case Efficacy(standard=standard, absent=absent):
                assert absent == "left_out"
                assert one.value is not None
                assert standard == one.value.text
            case Rating(grades=grades, raters=raters):
                assert [grade.share for grade in grades] == [Decimal(one) for one in ("1", "0.8", "0.6", "0.4", "0.2")]
                assert all("：" in grade.label.zh for grade in grades), "each grade is described"
                assert raters == 5
            case method:
                raise AssertionError(f"{one.name}: {method}")


def test_two_layers_weigh_sixty_and_forty_and_the_letter_names_the_second(pack: LoadedPack) -> None:
    found = card(pack, "world_class_group")
    common, own = found.root.items
    assert found.letter
    assert (found.root.combine, common.weight, own.weight) == ("weighted", 60, 40)
    assert common.method == PastScores(scorecard="world_class_sixteen")
    (features,) = own.items
    assert features.many
    assert isinstance(features.method, ProRata)


def test_the_task_keeps_what_a_benchmark_fills_in(pack: LoadedPack) -> None:
    (flow,) = pack.workflows
    assert flow.opening is not None
    assert {"indicator", "peer_set", "period", "value_then", "median_then"} <= flow.opening.fields.keys()
