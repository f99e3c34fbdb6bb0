"""Units that packs add: what is measured in them, how they are written, and what is wrong with them."""

from decimal import Decimal

import pytest
from small_pack import FILES, changed, load

from hengjian.formula.check import check
from hengjian.load import assemble
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import Issue
from hengjian.model.unit import parse_unit


def catalogue_of(files: dict[str, str]) -> Catalogue:
    pack, issues = load(files)
    assert issues == ()
    assert pack is not None
    catalogue, more = assemble([pack])
    assert more == ()
    assert catalogue is not None
    return catalogue


@pytest.mark.parametrize(
    ("text", "factors", "scale"),
    [
        ("flight", (("flight", 1),), 1),
        ("架次", (("flight", 1),), 1),
        ("班次", (("flight", 1),), 1),
        ("万架次", (("flight", 1),), 10_000),
        ("亿架次", (("flight", 1),), 10**8),
        ("万亿架次", (("flight", 1),), 10**12),
        ("km", (("m", 1),), 1000),
        ("kilometre", (("m", 1),), 1000),
        ("ｋｍ", (("m", 1),), 1000),
        ("km^2", (("m", 2),), 1_000_000),
        ("人/架次", (("flight", -1), ("person", 1)), 1),
        ("万人/架次", (("flight", -1), ("person", 1)), 10_000),
        ("万元/公里", (("CNY", 1), ("m", -1)), 10),
    ],
)
def test_a_unit_is_written_in_many_ways(text: str, factors: object, scale: int) -> None:
    unit = parse_unit(text, catalogue_of(dict(FILES)).known_units())
    assert unit is not None
    assert (unit.factors, unit.scale) == (factors, Decimal(scale))


@pytest.mark.parametrize("text", ["架", "万flight", "万km", "万%", "百架次", "万万架次", "万", "flights"])
def test_what_only_resembles_a_unit_is_none(text: str) -> None:
    assert parse_unit(text, catalogue_of(dict(FILES)).known_units()) is None


@pytest.mark.parametrize(("text", "scale"), [("万人", 10_000), ("亿股", 10**8), ("万亿元", 10**12)])
def test_numerals_stand_before_shipped_units_too(text: str, scale: int) -> None:
    unit = parse_unit(text)
    assert unit is not None
    assert unit.scale == scale


def test_declarations_are_measured_in_them() -> None:
    files = changed("measures.yaml", "unit: CNY", "unit: 万架次")
    files["parameters.yaml"] = files["parameters.yaml"].replace("unit: ratio", "unit: CNY/flight")
    files["parameters.yaml"] = files["parameters.yaml"].replace("65%", "3").replace("70%", "4")
    files["indicators/returns.yaml"] = (
        files["indicators/returns.yaml"]
        .replace("unit: ratio", "unit: CNY/flight")
        .replace("avg(total_assets)", "total_assets")
    )
    catalogue = catalogue_of(files)
    assert catalogue.measures["total_assets"].unit.scale == 10_000
    programme, issues = check(catalogue)
    assert [issue.message for issue in issues] == ["nothing is measured in the unit km"]
    assert programme is not None
    assert programme.indicators["roa"].unit.factors == (("CNY", 1), ("flight", -1))


def test_unlike_units_do_not_meet() -> None:
    files = changed("measures.yaml", "unit: CNY", "unit: km")
    _, issues = check(catalogue_of({**files, "checks.yaml": FILES["checks.yaml"].replace(">= 0", ">= net_profit")}))
    assert [issue.message for issue in issues if ">=" in issue.message] == ["'>=' joins m with CNY"]


def test_two_packs_may_add_the_same_unit_but_not_two_of_one_name() -> None:
    first, _ = load()
    same, _ = load({**FILES, "pack.yaml": FILES["pack.yaml"].replace("small", "other")})
    unlike, _ = load({
        "pack.yaml": FILES["pack.yaml"].replace("small", "other"),
        "units.yaml": "sortie: {label: {zh: 架次, en: sortie}, source: army}\n",
    })  # fmt: skip
    assert first is not None
    assert same is not None
    assert unlike is not None
    _, issues = assemble([first, same])
    assert not [issue for issue in issues if "unit" in issue.message]
    _, issues = assemble([first, unlike])
    assert [(str(issue.place), issue.message, issue.hint) for issue in issues] == [
        (
            "small/units.yaml:1:1", "the unit '架次' is one thing here and another elsewhere",
            "the first is at small/units.yaml:1:1; rename or change one",
        )
    ]  # fmt: skip


def faults(units: str) -> list[Issue]:
    _, issues = load({**FILES, "units.yaml": units})
    return list(issues)


SLIPS = [
    ("times: 1000", "times: 0", "11:10", "unit 'km' must be a positive number of times", "write it as 1000 or 0.001"),
    ("times: 1000", "times: 5%", "11:10", "unit 'km' must be a positive number of times", "write it as 1000 or 0.001"),
    ("  times: 1000\n", "", "10:7", "unit 'km' says only one of `of` and `times`", "say both, as {of: m, times: 1000}"),
    ("  of: m\n", "", "10:10", "unit 'km' says only one of `of` and `times`", "it is of a kind of its own"),
    ("of: m", "of: mm", "10:7", "of of unit 'km' is unknown: 'mm'", "did you mean m"),
    ("[班次]", "[班/次]", "1:1", "unit 'flight' cannot be written '班/次'", "· * / and ^ join units"),
    ("[班次]", "[元]", "1:1", "'元' of unit 'flight' is a unit already", "spell it otherwise"),
    ("[班次]", "[万人]", "1:1", "'万人' of unit 'flight' is a unit already", "delete it"),
    ("zh: 公里", "zh: 米", "8:1", "'米' of unit 'km' is a unit already", "delete it"),
]


@pytest.mark.parametrize(("old", "new", "at", "message", "hint"), SLIPS)
def test_a_slip_is_told_with_its_place(old: str, new: str, at: str, message: str, hint: str) -> None:
    assert old in FILES["units.yaml"]
    (issue,) = faults(FILES["units.yaml"].replace(old, new, 1))
    assert (str(issue.place), issue.message) == (f"small/units.yaml:{at}", message)
    assert hint in issue.hint


def test_what_is_measured_in_a_faulty_unit_is_not_told_for_it() -> None:
    files = changed("measures.yaml", "unit: CNY", "unit: flight")
    files["units.yaml"] = FILES["units.yaml"].replace("zh: 架次, ", "").replace("flight:", "flight:", 1)
    _, issues = load(files)
    assert [str(issue.place) for issue in issues] == ["small/units.yaml:2:10"]
