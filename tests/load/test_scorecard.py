"""Scorecards as read: every method and step becomes what was written, and the programme survives its cache."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from small_card import CARDS
from small_pack import load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.load import json_schema
from hengjian.load.catalogue import assemble
from hengjian.load.scorereference import page
from hengjian.model.scorecard import (
    Awards,
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Efficacy,
    Floor,
    If,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    Rescale,
    Round,
    Row,
    Scorecard,
    Side,
    Standing,
    Steps,
    Table,
    TargetTier,
    Times,
    Veto,
    Where,
    score_name,
)


def programme() -> Programme:
    """The checked small pack with its card."""
    pack, issues = load(CARDS)
    assert pack is not None
    assert not issues
    catalogue, told = assemble([pack])
    assert catalogue is not None
    assert not told
    found, told = check(catalogue)
    assert found is not None, told
    return found


def card() -> Scorecard:
    """The card of the small pack."""
    return programme().catalogue.scorecards["yearly"]


def test_the_card_is_as_written() -> None:
    one = card()
    assert (one.type, one.frequency, one.letter, one.digits) == ("enterprise", "year", True, 2)
    assert (one.workflow, one.published_by, str(one.valid_from), one.confidence) == (
        "yearly", "publish", "2006-10-12", "mem",
    )  # fmt: skip
    assert one.standards is not None
    assert (one.standards.by_class, one.standards.by_size) == ("industry", "size")
    assert [(band.name, band.coefficient) for band in one.bands] == [
        ("excellent", Decimal("1.0")), ("good", Decimal("0.8")),
    ]  # fmt: skip
    assert [(grade.name, grade.at_least, grade.share) for grade in one.grades] == [
        ("A", Decimal(85), Decimal("0.25")), ("B", Decimal(70), None),
    ]  # fmt: skip
    assert one.switches["clamp"].otherwise == "on"
    assert list(one.switches["clamp"].choices) == ["on", "off"]
    assert one.uses[0].linear
    assert one.uses[0].rows == (
        Row(at_least=None, points=Decimal(0)),
        Row(at_least=Decimal(70), points=Decimal(1)),
    )
    assert [item.name for item in one.root.items] == [
        "profitability", "growth", "jobs", "rate", "place", "talk", "minus", "extra", "before",
    ]  # fmt: skip


def test_each_method_is_as_written() -> None:
    one = card()
    methods = {item.name: item.method for item in one.root.walk() if item.method is not None}
    efficacy, steps, table, rating, awards = (methods[name] for name in ("assets", "growth", "rate", "talk", "minus"))
    assert isinstance(efficacy, Efficacy)
    assert efficacy.special[0].amount == 0
    assert efficacy.absent == "left_out"
    assert methods["margin"] == Modification(standard="margin")
    assert isinstance(steps, Steps)
    assert (steps.above, steps.below) == (
        Side(points=Decimal(1), per=Decimal(3), most=Decimal(4)), Side(points=Decimal(1), per=Decimal(3)),
    )  # fmt: skip
    assert steps.tiers == (TargetTier(at_least=Decimal("0.9"), most=Decimal(4)),)
    assert steps.whole_if == ("clamp", "on")
    assert methods["jobs"] == ProRata(least=Decimal(0), most=Decimal("1.2"))
    assert isinstance(table, Table)
    assert table.of == "attainment"
    assert table.rows == (
        Row(at_least=None, points=Decimal(0)),
        Row(at_least=Decimal("0.8"), points=Decimal(4), beyond=True),
    )
    assert methods["place"] == Standing(standard="roa", points={"excellent": Decimal(5)})
    assert isinstance(rating, Rating)
    assert (rating.by, rating.raters, rating.grades[0].share) == (
        "experts",
        5,
        Decimal("0.8"),
    )
    assert isinstance(awards, Awards)
    assert awards.minus
    assert awards.kinds[0].least == Decimal("0.5")
    assert methods["extra"] == Points()
    assert methods["before"] == PastScores(scorecard="yearly", item="growth", years=2, relation="change")


def test_each_step_is_as_written() -> None:
    one = card()
    group = one.item("profitability")
    assert group is not None
    assert group.bounds is not None
    assert group.bounds.setting == ("clamp", "on")
    assert [each.step for each in group.adjust] == [Cap(at=None), Floor(at=Decimal(0)), Couple(others_than=("margin",))]
    assert [each.step for each in one.root.adjust] == [
        Times(), Bonus(items=("extra",), most=Decimal(5), damped_from=Decimal(90), factor=Decimal(2)),
        CapGrade(grade="B"), Veto(grade="B", grounds=("accident",)), Rescale(source=Decimal(120), target=Decimal(100)),
        Round(digits=1, rule="half_even"),
    ]  # fmt: skip
    assert one.root.adjust[0].given == If(unless_coupled=True)
    assert one.root.adjust[2].given == If(where=Where(item="growth", short=True))


def test_formulas_are_checked_in_the_unit_of_their_item() -> None:
    found = programme()
    units = {name: str(formula.unit) for name, formula in found.scored.items()}
    assert units == {
        score_name("yearly", item, what): unit
        for item, what, unit in (
            ("profitability", "when 2", "ratio"), ("assets", "value", "%"), ("assets", "special 1", "ratio"),
            ("margin", "value", "%"), ("growth", "value", "万元"), ("growth", "base", "万元"),
            ("rate", "value", "ratio"),
            ("rate", "applies", "ratio"), ("rate", "target", "ratio"), ("rate", "times 1", "ratio"),
            ("place", "value", "ratio"),
        )
    }  # fmt: skip
    assert set(units) == {name for name, *_ in found.catalogue.scorecards["yearly"].formulas()}
    # what reads a measure is of its frequency; what reads none, of the card's
    assert found.scored[score_name("yearly", "growth", "value")].frequency == "quarter"
    assert found.scored[score_name("yearly", "rate", "target")].frequency == "year"


def test_a_programme_with_a_scorecard_is_kept() -> None:
    found = programme()
    kept = thaw(freeze(found))
    assert kept == replace(found, catalogue=replace(found.catalogue, packs={}))


def test_the_manual_is_made_from_the_tables() -> None:
    stale = "python -c \"from hengjian.load.scorereference import page; print(page(), end='')\""
    written = (Path(__file__).parents[2] / "docs/reference/scorecards.md").read_text(encoding="utf-8")
    assert written == page(), f"run {stale} > docs/reference/scorecards.md"


def test_the_schema_knows_what_the_reader_knows() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = jsonschema.Draft202012Validator(json_schema()["scorecards/*.yaml"])
    document = yaml.load(CARDS["scorecards/yearly.yaml"], Loader=yaml.BaseLoader)
    schema.validate(document)
    deep = document["yearly"]["items"]["profitability"]["items"]["assets"]
    for broken in ({"wieght": "3"}, {"role": "main"}, {"method": {}}, {"method": {"points": {}, "table": {}}}):
        faulty = {"yearly": {**document["yearly"], "items": {"group": {
            "label": deep["label"], "items": {"assets": {**deep, **broken}},
        }}}}  # fmt: skip
        assert not schema.is_valid(faulty)
    assert schema.is_valid({"yearly": {**document["yearly"], "items": {"group": {
        "label": deep["label"], "items": {"assets": deep},
    }}}})  # fmt: skip


def test_the_manual_s_example_is_sound() -> None:
    text = (Path(__file__).parents[2] / "docs/scorecards.md").read_text(encoding="utf-8")
    example = "".join(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    profit = CARDS["measures.yaml"] + re.sub("net_profit|净利润", "total_profit", CARDS["measures.yaml"]).partition(
        "total_profit:\n"
    )[2].join(["total_profit:\n", ""])
    pack, issues = load({**CARDS, "measures.yaml": profit, "scorecards/yearly.yaml": example})
    assert pack is not None
    catalogue, more = assemble([pack])
    assert catalogue is not None
    found, told = check(catalogue)
    assert [str(one) for one in (*issues, *more, *told) if one.severity == "error"] == []
    assert found is not None
    assert set(found.scored) == {score_name("yearly", "profit", "value"), score_name("yearly", "profit", "target")}
