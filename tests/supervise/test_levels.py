"""Rules with levels, demands, persistence, validity, hysteresis and missing data: each fires on its case and not on the
near miss, and all of them as a plain re-reading of their declaration says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_maker import Cell, panel, series
from rule_maker import declared

from hengjian.evaluate.explain import examine
from hengjian.formula.term import Programme
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.panel.panel import Panel
from hengjian.supervise import Evidence, Finding, evidence, findings, looked
from hengjian.supervise.rules import formulas_of

NONE, GONE = Missing.NOT_REPORTED, Missing.WITHDRAWN
LINES = "levels: {red: a > 9, orange: a > 7, yellow: a > 5}\n"


def told(made: Programme, table: Panel, begun: date | None = None) -> list[Finding]:
    """What the rule x says of everyone, as if an alert of each stood."""
    return list(findings(made, ["x"], table, begun=begun, standing=[("x", one) for one in table.entities]))


def said(keys: str, start: str = "2021-Q1", **figures: Sequence[Cell]) -> tuple[str | None, bool, str] | None:
    """Level, whether it clears, and why it cannot be told, of the one entity."""
    found = told(declared(keys), series(start, **figures))
    return None if not found else (found[0].level, found[0].clears, found[0].missing.word if found[0].missing else "")


def seen(keys: str, **figures: Sequence[Cell]) -> Evidence:
    made, table = declared(keys), series("2021-Q1", **figures)
    (finding,) = told(made, table)
    names = list(dict.fromkeys(["x", *formulas_of(made, ["x"])]))
    return evidence(made, finding, examine(made, names, table, "E1"))


@pytest.mark.parametrize(
    ("a", "level"), [(9.1, "red"), (9.0, "orange"), (7.1, "orange"), (7.0, "yellow"), (5.1, "yellow"), (5.0, None)]
)
def test_the_gravest_level_that_holds(a: float, level: str | None) -> None:
    assert said(LINES, a=[a]) == (level, level is None, "")


def test_a_level_that_is_known_stands_though_a_graver_one_is_not() -> None:
    keys = "levels: {red: b > 1, yellow: a > 5}\n"
    assert said(keys, a=[6.0], b=[NONE]) == ("yellow", False, "")
    assert said(keys, a=[5.0], b=[NONE]) is None, "nobody can tell"
    assert said(keys, a=[5.0], b=[1.0]) == (None, True, "")


def test_whom_it_applies_to_and_from_what_amount_on() -> None:
    keys = LINES + "applies: s >= 100\nminimum: b >= 10\n"
    assert said(keys, a=[8.0], s=[100.0], b=[10.0]) == ("orange", False, "")
    assert said(keys, a=[8.0], s=[99.9], b=[10.0]) == (None, True, "")
    assert said(keys, a=[8.0], s=[100.0], b=[9.9]) == (None, True, "")
    assert said(keys, a=[8.0], s=[99.9], b=[NONE]) == (None, True, ""), "it does not apply, whatever the amount"


def test_a_condition_that_persists() -> None:
    keys = LINES + "persists: {in: 2, of: 3}\n"
    assert said(keys, a=[6.0, 6.0, 1.0]) == ("yellow", False, "")
    assert said(keys, a=[6.0, 1.0, 1.0]) == (None, True, "")
    assert said(keys, a=[9.5, 6.0, 6.0]) == ("yellow", False, ""), "red in one of three only"
    assert said(keys, a=[6.0, 6.0]) is None, "a third period is not known"


def test_what_clears_late() -> None:
    keys = LINES + "clear: a < 4\n"
    assert said(keys, a=[4.5]) == (None, False, "")
    assert said(keys, a=[3.9]) == (None, True, "")
    assert said(keys, a=[6.0]) == ("yellow", False, "")
    assert said("levels: {red: b > 1}\nclear: a < 4\n", a=[3.0], b=[NONE]) is None, "the rule names b alone"
    keys = "levels: {red: b > 1 and a > 4}\nclear: s < 1\n"
    assert said(keys, a=[5.0], b=[NONE], s=[0.0]) == (None, True, "not_reported"), "what clears it is known to hold"


def test_where_it_cannot_be_told_for_want_of_an_input() -> None:
    keys = "levels: {red: a > 9 * b, yellow: a > 5 * b}\nunknown: blue\n"
    assert said(keys, a=[6.0], b=[NONE]) == (None, False, "not_reported")
    assert said(keys, a=[GONE], b=[1.0]) == (None, False, "withdrawn")
    assert said(keys, a=[NONE], b=[NONE]) is None, "nothing at all was reported"
    made = declared(keys)
    assert len(list(findings(made, ["x"], series("2021-Q1", a=[6.0], b=[NONE])))) == 1, "also where no alert stands"
    assert said("levels: {red: a / b > 1}\nunknown: blue\n", a=[6.0], b=[0.0]) is None, "a base of 0 is no gap"
    assert said("levels: {red: a > prior(a)}\nunknown: blue\n", a=[6.0]) is None, "nobody owes what was before"
    assert said("levels: {red: a > prior(a)}\nunknown: blue\n", a=[1.0, NONE, 6.0]) == (None, False, "not_reported")


@pytest.mark.parametrize(
    ("start", "told_of"),
    [
        ("2020-Q4", (None, True, "")),
        ("2021-Q1", ("yellow", False, "")),
        ("2021-Q4", ("yellow", False, "")),
        ("2022-Q1", (None, True, "")),
    ],
)
def test_its_validity(start: str, told_of: tuple[str | None, bool, str]) -> None:
    assert said(LINES + "from: 2021-03-31\nuntil: 2022-03-30\n", start, a=[6.0]) == told_of


def test_the_whole_is_over_where_the_rule_is() -> None:
    keys = "levels: {red: a > 9 * b}\nunknown: blue\nuntil: 2020-12-31\n"
    assert said(keys, a=[6.0], b=[NONE]) == (None, True, ""), "it can be told that nothing is warned of"


def test_the_comparison_told_is_the_levels_own() -> None:
    keys = LINES + "applies: s >= 100\n"
    found = seen(keys, a=[8.0], s=[200.0])
    assert (found.value, found.threshold, found.formula) == (8.0, 7.0, "(s >= 100) and (a > 7)")
    below = seen(keys, a=[5.0], s=[200.0])
    assert (below.value, below.threshold) == (5.0, 5.0), "the nearest line, the mildest one's"
    outside = seen(keys, a=[8.0], s=[20.0])
    assert (outside.value, outside.threshold) == (20.0, 100.0), "it is not the line that lets it go"


def test_the_comparison_of_what_persists_is_that_of_a_period() -> None:
    keys = "levels: {red: a > 9, yellow: a > 5}\npersists: {in: 2, of: 3}\n"
    found = seen(keys, a=[6.0, 6.5, 1.0])
    assert (found.value, found.threshold) == (6.5, 5.0), "the latest at which it held"
    assert (seen(keys, a=[6.0, 1.0, 8.0]).value, seen(keys, a=[6.0, 1.0, 2.0]).value) == (8.0, 2.0)


def test_what_cannot_be_told_says_why() -> None:
    found = seen("levels: {red: a > 9 * b}\nunknown: blue\n", a=[6.0], b=[NONE])
    assert found.missing == {"reason": "not_reported", "input": "b", "entity": "E1", "period": "2021-Q1"}
    assert [(leaf.measure, leaf.value) for leaf in found.inputs] == [("a", 6.0), ("b", None)]


def test_a_message_tells_the_figures_of_the_other_levels_too() -> None:
    made = declared("levels: {red: b > 9, yellow: s > 5}\n")
    rule = made.catalogue.rules["x"]
    assert (rule.message.zh, rule.levels[1][0]) == ("{a}", "yellow")
    found = seen("levels: {red: a > 9, yellow: s > 5}\n", a=[7.0], s=[6.0])
    assert (found.value, found.message.zh) == (6.0, "7"), "{a} stands in the other level"


def test_arrays_tell_of_those_alone_of_whom_there_is_anything_to_say() -> None:
    made = declared(LINES, "when: b > 1\nlevel: blue")
    table = panel("2021-Q1", {"a": [[9.5, 1.0, 6.0, NONE]], "b": [[2.0, NONE, 1.0, 2.0]]}, entities=list("ABCD"))
    found = {one.rule: one for one in looked(made, ["x", "y"], table)}
    assert (found["x"].places.tolist(), found["x"].levels.tolist()) == ([0, 2], [1, 3])
    assert (found["y"].places.tolist(), found["y"].levels.tolist()) == ([0, 3], [1, 1])
    standing = {"x": np.array([1, 3])}
    found = {one.rule: one for one in looked(made, ["x", "y"], table, standing=standing)}
    assert found["x"].places.tolist() == [0, 1, 2], "of D nothing can be told"
    assert (found["x"].levels.tolist(), found["x"].clears.tolist()) == ([1, 0, 3], [False, True, False])


# --- a plain re-reading of random declarations --------------------------------------------------------------------

Truth = bool | Missing


@dataclass(frozen=True)
class Declared:
    """A rule as its author thinks of it; lines are of a."""

    lines: Mapping[str, int]
    applies: int | None
    minimum: int | None
    persists: tuple[int, int] | None
    clear: int | None
    unknown: str | None
    begins: date | None
    until: date | None

    @property
    def keys(self) -> str:
        told = [
            ("applies", "s >= {}", self.applies),
            ("minimum", "b >= {}", self.minimum),
            ("clear", "a < {}", self.clear),
        ]
        lines = [f"levels: {{{', '.join(f'{level}: a > {line}' for level, line in self.lines.items())}}}"]
        lines += [f"{key}: {text.format(line)}" for key, text, line in told if line is not None]
        lines += [] if self.persists is None else [f"persists: {{in: {self.persists[0]}, of: {self.persists[1]}}}"]
        lines += [] if self.unknown is None else [f"unknown: {self.unknown}"]
        lines += [] if self.begins is None else [f"from: {self.begins}"]
        lines += [] if self.until is None else [f"until: {self.until}"]
        return "\n".join(lines)

    def tell(self, cells: Mapping[str, Sequence[Cell]], periods: Sequence[Period]) -> Finding | None:
        """What it says of E1, if anything can be said."""
        read = ["a", *(["s"] if self.applies is not None else []), *(["b"] if self.minimum is not None else [])]
        rows = [row for row in range(len(periods)) if any(not isinstance(cells[name][row], Missing) for name in read)]
        if not rows:
            return None
        row = rows[-1]
        over = Finding(rule="x", entity="E1", period=periods[row], level=None, clears=True)
        if (self.begins and periods[row].end < self.begins) or (self.until and periods[row].end > self.until):
            return over
        truths = {level: self.demanded(cells, row, line) for level, line in self.lines.items()}
        level = next((level for level, truth in truths.items() if truth is True), None)
        why = next((truth for truth in truths.values() if isinstance(truth, Missing)), Missing.PRESENT)
        why = Missing.PRESENT if level is not None else why
        clears = level is None and (why is Missing.PRESENT if self.clear is None else
                                    at_least(cells["a"][row], self.clear) is False)  # fmt: skip
        is_raised = self.unknown is not None and why in (Missing.NOT_REPORTED, Missing.WITHDRAWN)
        if why is not Missing.PRESENT and not clears and not is_raised:
            return None
        return Finding(rule="x", entity="E1", period=periods[row], level=level, clears=clears, missing=why)

    def demanded(self, cells: Mapping[str, Sequence[Cell]], row: int, line: int) -> Truth:
        parts: list[Truth] = []
        if self.applies is not None:
            parts.append(at_least(cells["s"][row], self.applies))
        if self.minimum is not None:
            parts.append(at_least(cells["b"][row], self.minimum))
        parts.append(self.persisted(cells["a"], row, line))
        if any(one is False for one in parts):
            return False
        return next((one for one in parts if isinstance(one, Missing)), True)

    def persisted(self, a: Sequence[Cell], row: int, line: int) -> Truth:
        if self.persists is None:
            cell = a[row]
            return cell if isinstance(cell, Missing) else cell > line
        wanted, of = self.persists
        past = [a[at] if at >= 0 else Missing.NO_HISTORY for at in range(row - of + 1, row + 1)]
        gap = next((cell for cell in past if isinstance(cell, Missing)), None)
        if gap is not None:
            return gap
        held = [cell for cell in past if not isinstance(cell, Missing) and cell > line]
        return len(held) >= wanted


def at_least(cell: Cell, line: int) -> Truth:
    return cell if isinstance(cell, Missing) else cell >= line


FIGURE = st.one_of(st.integers(0, 10).map(float), st.just(NONE), st.just(GONE))


@st.composite
def rules(draw: st.DrawFn) -> Declared:
    lines = sorted(draw(st.sets(st.integers(3, 9), min_size=1, max_size=3)), reverse=True)
    levels = draw(st.permutations(["red", "orange", "yellow", "blue"]))[: len(lines)]
    ordered = [level for level in ("red", "orange", "yellow", "blue") if level in levels]
    persists = draw(st.sampled_from([None, None, (1, 2), (2, 2), (2, 3)]))
    maybe = st.one_of(st.none(), st.integers(2, 8))
    return Declared(
        lines=dict(zip(ordered, lines, strict=True)), applies=draw(maybe), minimum=draw(maybe), persists=persists,
        clear=draw(st.one_of(st.none(), st.integers(1, min(lines)))),
        # of what persists there is more than one reason why it cannot be told
        unknown=None if persists else draw(st.sampled_from([None, "blue", "red"])),
        begins=draw(st.sampled_from([None, date(2021, 6, 30)])), until=draw(st.sampled_from([None, date(2021, 9, 30)])),
    )  # fmt: skip


@given(rule=rules(), data=st.data())
def test_any_rule_says_what_its_declaration_says(rule: Declared, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    cells = {name: data.draw(st.lists(FIGURE, min_size=count, max_size=count)) for name in ("a", "b", "s")}
    table = series("2021-Q1", **cells)
    expected = rule.tell(cells, table.periods)
    made = declared(rule.keys)
    found = told(made, table)
    if rule.persists is not None:  # but not why
        found = [Finding(rule=one.rule, entity=one.entity, period=one.period, level=one.level, clears=one.clears)
                 for one in found]  # fmt: skip
        expected = expected and Finding(
            rule="x", entity="E1", period=expected.period, level=expected.level, clears=expected.clears
        )
    assert found == ([] if expected is None else [expected])
    gap = expected is not None and rule.unknown is not None and expected.missing in (NONE, GONE)
    is_told = expected is not None and (expected.level is not None or gap)
    assert list(findings(made, ["x"], table)) == (found if is_told else []), "where no alert stands"


@given(data=st.data())
def test_together_and_in_pieces_as_one_by_one(data: st.DataObject) -> None:
    """Many entities and rules at once, in pieces of two or three entities, say what each says by itself."""
    some = [data.draw(rules()) for _ in range(3)]
    rows, width = data.draw(st.integers(1, 3)), 7
    column = st.lists(st.lists(FIGURE, min_size=width, max_size=width), min_size=rows, max_size=rows)
    cells = {name: data.draw(column) for name in ("a", "b", "s")}
    table = panel("2021-Q1", cells, entities=[f"E{one}" for one in range(width)])
    made = declared(*(rule.keys for rule in some))
    standing = [(rule, entity) for rule in "xyz" for entity in table.entities]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hengjian.evaluate.engine.PIECE", 2 * rows + 1)
        found = {(one.rule, one.entity): one for one in findings(made, list("xyz"), table, standing=standing)}
    alone = {}
    for place, entity in enumerate(table.entities):
        one = panel(
            "2021-Q1", {name: [[row[place]] for row in part] for name, part in cells.items()}, entities=[entity]
        )
        for rule in "xyz":
            alone |= {(each.rule, entity): each for each in findings(made, [rule], one, standing=[(rule, entity)])}
    assert found == alone
