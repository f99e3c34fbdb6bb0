"""The engine and a naive reader of the formulas agree in every cell: values bit for bit, reasons, causes, leaves."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from naive.figure import Figure, Gap
from naive.reader import Reader
from naive.world import World
from panel_maker import later
from random_formulas import formulas, formulas_alone, measures_of
from random_worlds import random_world
from realm import catalogue, checked
from scenes import panel_of, read, scene_of

from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.explain import examine, explain_cell
from hengjian.evaluate.lookback import needs, span_needed
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Programme
from hengjian.model.missing import Missing
from hengjian.model.period import PER_YEAR, Frequency
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, Scene

NAMES = ("one", "two", "rule")
HOMES: tuple[tuple[str, Frequency], ...] = (
    ("firm", "quarter"), ("firm", "quarter"), ("firm", "month"), ("firm", "year"), ("branch", "quarter"),
    ("plant", "quarter"), ("plant", "month"), ("plant", "year"), ("person", "quarter"),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    programme: Programme
    world: World
    frame: Frame
    given: Scene | Panel
    #: Whether the engine looks at the time before what is given: where nothing else was loaded with it.
    endless: bool

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """What hypothesis prints of a failure: the formulas."""
        declared = self.programme.catalogue
        said = {name: [text.text for text in one.versions] for name, one in declared.indicators.items()}
        printer.text(f"{said}, rule: {declared.rules['rule'].when.text}, {self.frame}, {dict(self.world.entities)}")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Formulas that reach everywhere, over a scene of some of the entities."""
    about, frequency = draw(st.sampled_from(HOMES))
    declared = catalogue(*draw(formulas(about, frequency)))
    world = random_world(
        declared, draw(st.integers(0, 2**32)), draw(st.integers(1, 8)), draw(st.integers(0, 4)), draw(st.integers(1, 3))
    )
    frame = Frame(type=about, frequency=frequency)
    everyone = world.of_type(about)
    some = [entity for entity in everyone if draw(st.integers(0, 3))] if len(everyone) > 3 else everyone
    programme = checked(declared)
    wanted = needs(programme, NAMES, about=about)
    return Case(programme, world, frame, scene_of(world, wanted, some), endless=not wanted.reaches)


@st.composite
def cases_alone(draw: st.DrawFn) -> Case:
    """Formulas of one frequency and type, over a panel alone that starts somewhere in a year."""
    frequency = draw(st.sampled_from([*PER_YEAR]))
    declared = catalogue(*draw(formulas_alone(frequency)), measures=measures_of(frequency))
    world = random_world(declared, draw(st.integers(0, 2**32)), draw(st.integers(1, 6)), 0, draw(st.integers(1, 3)))
    start = draw(st.integers(0, min(3, world.ends(frequency) - world.begins(frequency))))
    first = panel_of(world, Frame(type="firm", frequency=frequency)).periods[start].start
    world = replace(world, first=first, cells={
        key: cell for key, cell in world.cells.items() if key[2] >= world.begins(frequency) + start
    })  # fmt: skip
    frame = Frame(type="firm", frequency=frequency, everyone=True)
    return Case(checked(declared), world, frame, panel_of(world, frame), endless=True)


def bits(figure: float) -> bytes:
    return struct.pack(">d", figure)


def said(column: Column, row: int, place: int) -> bytes | str:
    reason = Missing(int(column.reasons[row, place]))
    return reason.name if reason else bits(float(column.values[row, place]))


def expected(figure: Figure) -> bytes | str:
    return figure.reason.name if isinstance(figure, Gap) else bits(figure)


def is_close(column: Column, row: int, place: int, figure: Figure, sizes: Sequence[float]) -> bool:
    """Whether both are missing for one reason, or differ in the last digits only; of `sizes` in all are the terms of
    sums that may be added in any order: where these come near 1.8e308, either may be beyond it."""
    size = max(sizes, default=0.0)
    if size > 1e300 and said(column, row, place) in ("NOT_APPLICABLE", expected(figure)):
        return True
    if isinstance(figure, Gap) or column.reasons[row, place]:
        return said(column, row, place) == expected(figure)
    near = 1e-9 if sizes else 1e-12
    return isclose(float(column.values[row, place]), figure, rel_tol=near, abs_tol=max(1e-12, near * size))


#: Of which formulas the last digits may differ.
ANY_ORDER = ("log(", "exp(", "cagr(", "look_through(", "minority(", "held(")
Difference = tuple[str, str, str, bytes | str, Figure]


def differences(
    programme: Programme, results: Results, reader: Reader, frame: Frame, first: int = 0
) -> Iterator[Difference]:
    """Every cell, from the row `first` on, in which the engine and the naive reader differ."""
    for name, column in results.columns.items():
        versions = [version.text for version in formula_of(programme, name).versions]
        may_differ = any(text.startswith(ANY_ORDER) for text in versions)
        for place, entity in enumerate(results.entities):
            for row, period in list(enumerate(results.periods))[first:]:
                figure, told = read(reader, name, frame, entity, period), said(column, row, place)
                if told != expected(figure) and not (may_differ and is_close(column, row, place, figure, reader.sizes)):
                    yield name, entity, str(period), told, figure


def disagreements(case: Case) -> Iterator[Difference]:
    results = evaluate(case.programme, NAMES, case.given)
    return differences(case.programme, results, Reader(case.world, endless=case.endless), case.frame)


@settings(max_examples=180)
@given(cases())
def test_over_scenes(case: Case) -> None:
    assert next(disagreements(case), None) is None


@settings(max_examples=120)
@given(cases_alone())
def test_over_a_panel_alone(case: Case) -> None:
    assert next(disagreements(case), None) is None


@settings(max_examples=50)
@given(cases_alone())
def test_explanations(case: Case) -> None:
    assert isinstance(case.given, Panel)
    results = evaluate(case.programme, NAMES, case.given)
    reader = Reader(case.world, keeps=False, endless=True)
    for place, entity in enumerate(results.entities[:2]):
        workings = examine(case.programme, NAMES, case.given, entity)
        for name in NAMES:
            for row, period in enumerate(results.periods):
                figure = read(reader, name, case.frame, entity, period)
                explained = explain_cell(workings, name, period)
                assert (explained.missing.name if explained.missing else bits(explained.value or 0.0)) == said(
                    results.columns[name], row, place
                )
                assert explained.tree.value == explained.value
                leaves = [(leaf.measure, leaf.entity, leaf.period.index) for leaf in explained.leaves]
                assert leaves == list(dict.fromkeys((measure, at.entity, at.index) for measure, at in reader.reads))
                for leaf in explained.leaves:
                    cell, _ = case.world.cell(leaf.entity, leaf.measure, leaf.period.index, "consolidated", "best")
                    assert leaf.missing if isinstance(cell, Missing) else leaf.value == cell
                cause = explained.cause
                told = None if cause is None else Gap(cause.reason, cause.input, cause.period.index, cause.entity)
                assert told == (figure if isinstance(figure, Gap) else None)


@settings(max_examples=40)
@given(cases_alone())
def test_a_window_of_the_span_needed_suffices(case: Case) -> None:
    """The last period's answer from a panel that holds only the periods that it may read."""
    assert isinstance(case.given, Panel)
    full = evaluate(case.programme, NAMES, case.given)
    for name in NAMES:
        span = span_needed(case.programme, name)
        assert span <= needs(case.programme, NAMES).span
        first = max(0, len(case.given.periods) - 1 - span)
        window = evaluate(case.programme, [name], later(case.given, first))
        for place in range(len(case.given.entities)):
            assert said(window.columns[name], -1, place) == said(full.columns[name], -1, place)
