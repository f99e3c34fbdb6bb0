"""The kernels and a slow interpreter of single cells agree, bit for bit, in values, reasons, causes and cells read."""

import struct

from hypothesis import given, settings
from panel_maker import later
from random_cases import Case, cases
from scalar_reference import Figure, Gap, Reference

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.explain import examine, explain_cell
from hengjian.evaluate.lookback import needs, span_needed
from hengjian.evaluate.reshape import select
from hengjian.model.missing import Missing
from hengjian.panel.panel import Column

NAMES = ("inner", "outer", "rule")


def bits(value: float) -> bytes:
    return struct.pack(">d", value)


def said(column: Column, row: int, place: int) -> bytes | Missing:
    reason = Missing(int(column.reasons[row, place]))
    return reason or bits(float(column.values[row, place]))


def expected(figure: Figure) -> bytes | Missing:
    return figure.reason if isinstance(figure, Gap) else bits(figure)


def references(case: Case) -> list[Reference]:
    panel, first = case.panel, case.panel.periods[0].index
    rows = range(len(panel.periods))
    return [
        Reference(
            case.programme, case.frequency, first,
            {
                (name, first + row): Missing(int(column.reasons[row, place])) or float(column.values[row, place])
                for name, column in panel.columns.items() for row in rows
            },
            {(name, first + row): texts[row, place] for name, texts in panel.attributes.items() for row in rows},
        )
        for place in range(len(panel.entities))
    ]  # fmt: skip


@settings(max_examples=400)
@given(cases())
def test_values_and_reasons(case: Case) -> None:
    results = evaluate(case.programme, NAMES, case.panel)
    for place, reference in enumerate(references(case)):
        for name in NAMES:
            for row, period in enumerate(case.panel.periods):
                assert said(results.columns[name], row, place) == expected(reference.answer(name, period.index)), (
                    name, str(period), place,
                )  # fmt: skip


@settings(max_examples=150)
@given(cases())
def test_explanations(case: Case) -> None:
    results = evaluate(case.programme, NAMES, case.panel)
    for place, reference in enumerate(references(case)):
        workings = examine(case.programme, NAMES, case.panel, case.panel.entities[place])
        for name in NAMES:
            for row, period in enumerate(case.panel.periods):
                explained = explain_cell(workings, name, period)
                figure = reference.answer(name, period.index)
                assert (explained.missing or bits(explained.value or 0.0)) == said(results.columns[name], row, place)
                assert explained.tree.value == explained.value
                read = [(leaf.measure, leaf.period.index) for leaf in explained.leaves]
                assert read == list(dict.fromkeys(reference.reads))
                for leaf in explained.leaves:
                    cell = reference.cells.get((leaf.measure, leaf.period.index), Missing.BEFORE_FIRST)
                    assert leaf.missing if isinstance(cell, Missing) else leaf.value == cell
                cause = explained.cause
                told = None if cause is None else Gap(cause.reason, cause.input, cause.period.index)
                assert told == (figure if isinstance(figure, Gap) else None)


@settings(max_examples=100)
@given(cases())
def test_a_selection_of_entities_is_the_full_evaluation(case: Case) -> None:
    full = evaluate(case.programme, NAMES, case.panel)
    for place, entity in enumerate(case.panel.entities):
        alone = evaluate(case.programme, NAMES, select(case.panel, [entity]))
        for name in NAMES:
            for row in range(len(case.panel.periods)):
                assert said(alone.columns[name], row, 0) == said(full.columns[name], row, place)


@settings(max_examples=100)
@given(cases())
def test_a_window_of_the_span_needed_suffices(case: Case) -> None:
    """The last period's answer from a panel that holds only the periods that it may read."""
    full = evaluate(case.programme, NAMES, case.panel)
    for name in NAMES:
        span = span_needed(case.programme, name)
        assert span <= needs(case.programme, NAMES).span
        first = max(0, len(case.panel.periods) - 1 - span)
        window = evaluate(case.programme, [name], later(case.panel, first))
        for place in range(len(case.panel.entities)):
            assert said(window.columns[name], -1, place) == said(full.columns[name], -1, place)
