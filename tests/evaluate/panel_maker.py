"""Terms, programmes and panels by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from hengjian.formula.term import Formula, Programme, Shape, Term, Version
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue, Label, Parameter, ParameterValue
from hengjian.model.issue import Place
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, parse_period
from hengjian.model.unit import RATIO
from hengjian.panel.panel import Column, Panel

HERE = Place(file="by hand")
NAME = Label(zh="名", en="name")

Cell = float | Missing

TRUTHS = frozenset({"equal", "unequal", "less", "at_most", "greater", "at_least", "and", "or", "not"})


def term(op: str, *arguments: Term, name: str = "", value: float | None = None, shape: Shape = "none") -> Term:
    text = name or (str(value) if value is not None else f"{op}({', '.join(argument.text for argument in arguments)})")
    return Term(
        op=op, arguments=arguments, name=name, value=value, unit=RATIO, truth=op in TRUTHS, shape=shape,
        frequency="quarter", text=text,
    )  # fmt: skip


def measure(name: str, shape: Shape = "instant") -> Term:
    return term("measure", name=name, shape=shape)


def number(value: float) -> Term:
    return term("number", value=value)


def indicator(name: str, shape: Shape = "none") -> Term:
    return term("indicator", name=name, shape=shape)


def parameter(name: str) -> Term:
    return term("parameter", name=name)


def prior(argument: Term, count: int = 1) -> Term:
    return term("prior", argument, number(float(count)))


def declare(name: str, *values: tuple[str, Mapping[str, str]], by: tuple[str, ...] = ()) -> Parameter:
    dated = tuple(
        ParameterValue(
            valid_from=date.fromisoformat(start), source=f"Notice of {start}", place=HERE,
            values={key: Decimal(text) for key, text in figures.items()},
        )
        for start, figures in values
    )  # fmt: skip
    return Parameter(name=name, label=NAME, unit=RATIO, by=by, values=dated, pack="hand", place=HERE)


Dated = Sequence[tuple[str | None, Term]]


def formula(
    name: str, versions: Term | Dated, others: Mapping[str, Formula], frequency: Frequency = "quarter"
) -> Formula:
    dated: Dated = [(None, versions)] if isinstance(versions, Term) else versions
    terms = [each for _, version in dated for each in version.walk()]
    inner = [others[each.name] for each in terms if each.op == "indicator"]
    return Formula(
        name=name, type="enterprise", unit=RATIO, shape="none", frequency=frequency, digest=f"digest of {name}",
        versions=tuple(
            Version(
                valid_from=None if start is None else date.fromisoformat(start),
                source=f"Rule of {start}", text=version.text, term=version,
            )
            for start, version in dated
        ),
        measures=frozenset(each.name for each in terms if each.op == "measure").union(*(o.measures for o in inner)),
        parameters=frozenset(each.name for each in terms if each.op == "parameter").union(
            *(o.parameters for o in inner)
        ),
    )  # fmt: skip


def programme(
    indicators: Mapping[str, Term | Dated],
    *,
    parameters: Sequence[Parameter] = (),
    rules: Mapping[str, Term | Dated] | None = None,
    frequency: Frequency = "quarter",
) -> Programme:
    """Indicators in an order in which inputs come first."""
    made: dict[str, Formula] = {}
    for name, versions in indicators.items():
        made[name] = formula(name, versions, made, frequency)
    catalogue = Catalogue(
        packs={}, types={}, links={}, measures={}, indicators={}, rules={}, checks={},
        parameters={declared.name: declared for declared in parameters},
    )  # fmt: skip
    conditions = {name: formula(name, versions, made, frequency) for name, versions in (rules or {}).items()}
    return Programme(catalogue=catalogue, indicators=made, rules=conditions, checks={})


def column(rows: Sequence[Sequence[Cell]]) -> Column:
    shape = (len(rows), len(rows[0]))
    values, reasons = np.full(shape, np.nan), np.zeros(shape, dtype=np.uint8)
    for row, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, Missing):
                reasons[row, place] = cell
            else:
                values[row, place] = cell
    return Column(values=values, reasons=reasons)


def panel(
    start: str | Period,
    columns: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    entities: Sequence[str] = ("E1",),
    attributes: Mapping[str, Sequence[Sequence[str | None]]] | None = None,
) -> Panel:
    """`columns`: per measure, the cells of each period, one an entity."""
    first = start if isinstance(start, Period) else parse_period(start)
    assert first is not None
    made = {name: column(rows) for name, rows in columns.items()}
    count = len(next(iter(columns.values())))
    texts = {name: np.array(rows, dtype=np.object_).reshape(count, -1) for name, rows in (attributes or {}).items()}
    return Panel(
        cut=Cut(), periods=tuple(first.shift(step) for step in range(count)), entities=tuple(entities),
        ordinals=np.arange(len(entities), dtype=np.int64), columns=made,
        basis={name: np.where(each.reasons == 0, np.uint8(1), np.uint8(0)) for name, each in made.items()},
        attributes=texts,
    )  # fmt: skip


def series(start: str, **figures: Sequence[Cell]) -> Panel:
    """A panel of one entity, E1."""
    return panel(start, {name: [[cell] for cell in cells] for name, cells in figures.items()})


def cells(column: Column, entity: int = 0) -> list[Cell]:
    """What one entity's column says, period by period."""
    pairs = zip(column.values[:, entity].tolist(), column.reasons[:, entity].tolist(), strict=True)
    return [Missing(reason) if reason else value for value, reason in pairs]


def later(whole: Panel, first: int) -> Panel:
    """The panel without its first periods."""
    return replace(
        whole, periods=whole.periods[first:],
        columns={name: Column(values=c.values[first:], reasons=c.reasons[first:]) for name, c in whole.columns.items()},
        basis={name: codes[first:] for name, codes in whole.basis.items()},
        attributes={name: texts[first:] for name, texts in whole.attributes.items()},
    )  # fmt: skip
