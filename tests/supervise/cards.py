"""Small scorecards for tests, and the one of 国资发评价〔2006〕157号 with the standards of section TV4."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hengjian.model.declaration import FormulaText, Label
from hengjian.model.issue import Place
from hengjian.model.scorecard import (
    Adjust,
    Band,
    If,
    Item,
    Method,
    Scorecard,
    Step,
    score_name,
)
from hengjian.supervise.scored import Figure, Given, Scored, Standard

PLACE = Place(file="test.yaml")
BANDS = tuple(
    Band(name=name, label=Label(zh=zh, en=name), coefficient=Decimal(coefficient))
    for name, zh, coefficient in (
        ("excellent", "优秀", "1.0"), ("good", "良好", "0.8"), ("average", "平均", "0.6"), ("lower", "较低", "0.4"),
        ("poor", "较差", "0.2"),
    )
)  # fmt: skip


def label(zh: str) -> Label:
    return Label(zh=zh, en=f"[{zh}]")


def formula(text: str) -> FormulaText:
    return FormulaText(valid_from=None, source="test", text=text, place=PLACE)


def item(name: str, method: Method | None = None, **more: Any) -> Item:
    """An item of the card `card`; one with a method has a value of its own name."""
    given: dict[str, Any] = {"label": label(name), "place": PLACE}
    if method is not None:
        given["value"] = formula(name)
    for key in ("weight",):
        if more.get(key) is not None:
            more[key] = Decimal(more[key])
    return Item(name=name, method=method, **(given | more))


def adjust(step: Step, **given: Any) -> Adjust:
    reason = given.pop("reason", None)
    return Adjust(step=step, given=If(**given), reason=reason, place=PLACE)


def card(*items: Item, **more: Any) -> Scorecard:
    """A card named `card` whose whole has these items; `combine` and `adjust` are the whole's."""
    root = Item(
        name="whole", label=label("总分"), place=PLACE, items=items, combine=more.pop("combine", "sum"),
        adjust=tuple(more.pop("adjust", ())),
    )  # fmt: skip
    given = {
        "name": "card", "label": label("考核"), "type": "enterprise", "frequency": "year", "root": root,
        "source": "test", "pack": "test", "place": PLACE, "bands": BANDS,
    }  # fmt: skip
    return Scorecard(**(given | more))


def figures(values: Mapping[str, Any], what: str = "value") -> dict[str, Figure]:
    """Figures of items of `card`; None is missing."""
    return {
        score_name("card", name, what): Figure(value=None, missing="not_reported")
        if value is None
        else Figure(value=Decimal(str(value)))
        for name, value in values.items()
    }


def known(values: Mapping[str, Any] | None = None, **more: Any) -> Given:
    return Given(entity="A", period="2024", figures=figures(values or {}) | more.pop("more", {}), **more)


def standard(*values: str | float) -> Standard:
    """Values from the best band to the worst."""
    return Standard(
        bands={band.name: Decimal(str(value)) for band, value in zip(BANDS, values, strict=True)}, note={"year": 2006}
    )


def found(scored: Scored, name: str) -> Scored:
    """The item of a name, with its own points."""
    return next(one for one in walk(scored) if one.item == name and one.kind in ("item", "modifier", "left_out"))


def walk(scored: Scored) -> list[Scored]:
    return [scored, *(below for one in scored.parts for below in walk(one))]
