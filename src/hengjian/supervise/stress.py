"""A declared stress played through: measures become what its shocks say, and all formulas run over that as they are.

From the start of the asked period's year on the stressed figures stand; the years before stand as filed. So what runs
from the year's start stays whole: the quarter out of two stressed year-to-date figures is a stressed quarter, twelve
months are last year's rest and this year's stress, growth compares with the unstressed year before, and an average of
opening and closing balance takes the opening one as filed.

A shock reads the filed figures alone, so that the order of shocks does not matter. Where a figure that it reads is
missing, the measure is missing under stress, and so is what rests on it: what cannot be told is not taken as unharmed.
A shock whose parameters are all 0 does not touch its measure at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Formula, Programme
from hengjian.model.declaration import ParameterValue, Rule
from hengjian.model.period import Period
from hengjian.model.scenario import Stress, shock_name
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, Needs, Scene

#: Loads what shocks read: their needs, the frame, the panel that is to be stressed, and the first period stressed.
Load = Callable[[Needs, Frame, Panel, Period], Scene]


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A stress with its values. In `programme` its parameters have them, and its shocks are indicators; `shocks` are
    those that touch their measure, by measure."""

    programme: Programme
    shocks: Mapping[str, str]


def play_of(programme: Programme, stress: Stress, values: Mapping[str, Decimal]) -> Play:
    """A stress with a value, in base units, of each of its parameters."""
    named = {shock.measure: shock_name(stress.name, shock.measure) for shock in stress.shocks}
    parameters = dict(programme.catalogue.parameters)
    for name in stress.parameters:
        declared = parameters[name]
        value = ParameterValue(
            valid_from=date.min, source=stress.source, values={"default": values[name]}, place=declared.place
        )
        parameters[name] = replace(declared, values=(value,))
    shocks = {name: programme.shocks[name] for name in named.values()}
    played = replace(
        programme, catalogue=replace(programme.catalogue, parameters=parameters),
        indicators={**programme.indicators, **shocks},
    )  # fmt: skip
    return Play(programme=played, shocks={
        measure: name for measure, name in named.items() if _bites(shocks[name], stress, values)
    })  # fmt: skip


def _bites(shock: Formula, stress: Stress, values: Mapping[str, Decimal]) -> bool:
    """Whether a shock does anything: it has no size of its own, or one that is not 0."""
    sizes = [values[name] for name in stress.parameters if name in shock.parameters]
    return not sizes or any(size != 0 for size in sizes)


def touched(play: Play, formulas: Mapping[str, Formula]) -> list[str]:
    """The formulas that read a stressed measure, of whomever."""
    return [name for name, formula in formulas.items() if not formula.measures.isdisjoint(play.shocks)]


def levels_at(rule: Rule, columns: Mapping[str, Column], row: int) -> list[int]:
    """Of each entity at one row: 0 no level holds, -1 it cannot be told, else 1 + the place in `rule.levels` of the
    gravest that holds."""
    conditions = [columns[formula] for _, formula in rule.levels]
    size = conditions[0].values.shape[1]
    found, unknown = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    for number, one in reversed(list(enumerate(conditions, 1))):
        found = np.where((one.reasons[row] == 0) & (one.values[row] == 1.0), number, found)
        unknown |= one.reasons[row] != 0
    told: list[int] = np.where((found == 0) & unknown, -1, found).tolist()
    return told


def stressed(scene: Scene, play: Play, since: date, load: Load) -> Scene:
    """The scene with stressed measures in each of its panels, in periods that begin on the day `since` or later."""
    panels = {
        frame: _panel(frame, scene.panel(frame), play, since, load) for frame in (scene.frame, *scene.others)
    }  # fmt: skip
    return replace(scene, home=panels.pop(scene.frame), others=panels)


def _panel(frame: Frame, panel: Panel, play: Play, since: date, load: Load) -> Panel:
    measures = play.programme.catalogue.measures
    names = [
        name for name in panel.columns if name in play.shocks and measures[name].frequency == frame.frequency
    ]  # fmt: skip
    row = next((row for row, period in enumerate(panel.periods) if period.start >= since), None)
    if not names or row is None or not panel.entities:
        return panel
    shocks = [play.shocks[name] for name in names]
    wanted = needs(play.programme, shocks, everyone=frame.everyone, about=frame.type)
    around = load(wanted, frame, panel, panel.periods[row])
    if around.home.entities != panel.entities:
        raise RuntimeError(f"what shocks read of {frame.type} and the panel do not join")
    found = evaluate(play.programme, shocks, around)
    at = {period: place for place, period in enumerate(found.periods)}
    rows = [at[period] for period in panel.periods[row:]]
    columns = {
        name: _joined(panel.columns[name], found.columns[shock], row, rows)
        for name, shock in zip(names, shocks, strict=True)
    }
    return replace(panel, columns={**panel.columns, **columns})


def _joined(filed: Column, shocked: Column, row: int, rows: Iterable[int]) -> Column:
    """The filed figures up to a row, the stressed ones from there on."""
    picked = list(rows)
    values, reasons = filed.values.copy(), filed.reasons.copy()
    values[row:], reasons[row:] = shocked.values[picked], shocked.reasons[picked]
    return Column(values=values, reasons=reasons)
