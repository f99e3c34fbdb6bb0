"""Types that extend others: what they inherit, what applies to them, and what is told."""

import pytest
from test_catalogue import MEASURE, pack_of, told

from hengjian.load import LoadedPack, assemble
from hengjian.model.declaration import Catalogue

TYPES = """\
enterprise:
  label: {zh: 企业, en: E}
  attributes: {industry: {kind: text, label: {zh: 行业, en: Industry}}}
utility:
  label: {zh: 公用事业企业, en: Utility}
  extends: enterprise
  attributes: {rating: {kind: number, label: {zh: 评级, en: Rating}}}
water:
  label: {zh: 水务企业, en: Water works}
  extends: utility
park:
  label: {zh: 园区, en: Park}
"""


def catalogue_of(*packs: LoadedPack) -> Catalogue:
    catalogue, issues = assemble(packs)
    assert issues == ()
    assert catalogue is not None
    return catalogue


def test_a_type_has_its_line_its_family_and_all_their_attributes() -> None:
    found = catalogue_of(pack_of("a", types=TYPES))
    assert found.lineage("water") == ("water", "utility", "enterprise")
    assert found.lineage("park") == ("park",)
    assert found.lineage("of an older pack") == ("of an older pack",)
    assert found.family("enterprise") == {"enterprise", "utility", "water"}
    assert found.family("water") == {"water"}
    assert found.descends("water", "enterprise")
    assert not found.descends("enterprise", "water")
    assert not found.descends("park", "enterprise")
    assert list(found.attributes_of("water")) == ["industry", "rating"]
    assert list(found.attributes_of("enterprise")) == ["industry"]


def test_another_pack_may_add_to_a_type_and_need_not_say_again_what_it_extends() -> None:
    more = "utility: {label: {zh: 公, en: U}, attributes: {grid: {kind: text, label: {zh: 网, en: Grid}}}}"
    found = catalogue_of(pack_of("a", types=TYPES), pack_of("b", types=more))
    assert found.types["utility"].extends == "enterprise"
    assert list(found.attributes_of("water")) == ["industry", "rating", "grid"]
    later = "park: {label: {zh: 园区, en: Park}, extends: enterprise}"
    assert catalogue_of(pack_of("a", types=TYPES), pack_of("b", types=later)).descends("park", "enterprise")


def test_a_form_and_a_page_of_a_type_hold_what_belongs_to_the_type_it_extends() -> None:
    measures = f"x: {MEASURE}\ny: {MEASURE.replace('enterprise', 'utility').replace('甲, en: a', '乙, en: b')}"
    form = "f: {label: {zh: 表, en: F}, type: TYPE, frequency: year, sheets: [{wide: [{measure: x}, {measure: y}]}]}"
    page = "p: {label: {zh: 页, en: P}, type: TYPE, columns: [x, y]}"

    def issues(of: str) -> list[str]:
        files = {"types": TYPES, "measures": measures}
        pack = pack_of("a", **files, **{"forms/f": form.replace("TYPE", of), "pages/p": page.replace("TYPE", of)})
        return [issue.message for issue in told(pack)]

    assert issues("utility") == issues("water") == []
    assert issues("enterprise") == [
        "the measure 'y' belongs to utility, the form 'f' to enterprise",
        "the column 'y' belongs to utility, the page 'p' to enterprise",
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("extends: enterprise", "extends: enterprize", "6:12", "no entity type is called 'enterprize'", "did you mean"),
        ("extends: enterprise", "extends: water", "4:1",
         "entity types extend one another in a circle: utility -> water -> utility", "take one `extends` out"),
        ("extends: enterprise", "extends: utility", "4:1",
         "entity types extend one another in a circle: utility -> utility", "take one `extends` out"),
        ("rating: {kind: number", "industry: {kind: number", "7:16",
         "attribute 'industry' of utility is number here and text elsewhere", "the first is at a/types.yaml:3:16"),
    ],
)  # fmt: skip
def test_faults_of_lines(old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in TYPES
    (issue,) = told(pack_of("a", types=TYPES.replace(old, new, 1)))
    assert (str(issue.place), issue.message) == (f"a/types.yaml:{place}", message)
    assert hint in issue.hint


def test_two_packs_that_extend_one_type_in_two_ways() -> None:
    other = "water: {label: {zh: 水, en: W}, extends: park}"
    (issue,) = told(pack_of("a", types=TYPES), pack_of("b", types=other))
    assert str(issue.place) == "b/types.yaml:1:1"
    assert issue.message == "the type 'water' extends park here and utility elsewhere"
    assert issue.hint == "the first is at a/types.yaml:8:1; delete one"


def test_what_is_declared_for_a_lost_type_is_not_told_in_its_turn() -> None:
    lost = TYPES.replace("extends: enterprise", "extends: qqq")
    pack = pack_of("a", types=lost, measures=f"x: {MEASURE.replace('enterprise', 'water')}")
    assert [issue.message for issue in told(pack)] == ["no entity type is called 'qqq'"]
