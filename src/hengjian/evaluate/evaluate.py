"""The checked formulas of a programme over a panel: each distinct sub-expression is computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.backward import BACKWARD, Look, calendar_of
from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.lookback import needs, reads_before_start
from hengjian.evaluate.missing import NOT_APPLICABLE, PRESENT, shown
from hengjian.evaluate.parameters import Parameters
from hengjian.evaluate.plan import Plan, Step, make_plan
from hengjian.evaluate.reshape import extend, narrow, part, rows_before
from hengjian.formula.term import Programme
from hengjian.model.declaration import Catalogue
from hengjian.model.period import Period
from hengjian.panel.panel import Column, Panel

#: Every operator and function of the language that has a kernel.
KERNELS = frozenset(ELEMENTWISE) | frozenset(BACKWARD)

#: So many cells of a column are computed at a time: a piece of every column then stays in the processor's cache.
PIECE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One column a formula, aligned with the panel that was evaluated; values in base units, truths 1.0 and 0.0."""

    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    columns: Mapping[str, Column]


def evaluate(programme: Programme, names: Sequence[str], panel: Panel) -> Results:
    """The named indicators, rules or checks over the panel.

    The panel holds their measures and attributes (`needs` lists them) and as much history as there is, or `span`
    periods before the first one of interest. Over a selection of entities the answer is the same, bit for bit.
    KeyError for an unknown name, ValueError for a panel of another frequency or with figures that are not finite.
    """
    shape = (len(panel.periods), len(panel.entities))
    answers = {name: Column(values=np.empty(shape), reasons=np.empty(shape, dtype=np.uint8)) for name in names}
    results = Results(periods=panel.periods, entities=panel.entities, columns=answers)
    if not names or not panel.periods:
        return results
    wanted = needs(programme, names)
    if wanted.frequency != panel.periods[0].frequency:
        raise ValueError(f"{names[0]} is by {wanted.frequency}, the panel by {panel.periods[0].frequency}")
    before = rows_before(panel, wanted.span) if reads_before_start(programme, names) else 0
    panel = narrow(panel, wanted.measures)
    days = [period.end for period in extend(part(panel, slice(0)), before).periods]
    plan = make_plan(programme, names, tuple(days))
    width = max(1, PIECE // len(days))
    for start in range(0, len(panel.entities), width):
        piece = slice(start, start + width)
        columns = run(plan, programme.catalogue, extend(part(panel, piece), before), unknown=before)
        for name, root in plan.roots.items():
            answer = shown(columns[root])
            answers[name].values[:, piece] = answer.values[before:]
            answers[name].reasons[:, piece] = answer.reasons[before:]
    return results


def run(plan: Plan, catalogue: Catalogue, panel: Panel, *, unknown: int, keep: bool = False) -> Mapping[int, Column]:
    """The columns of the plan's steps. Unless all are to be kept, each is dropped after its last use.

    `unknown` is the number of periods at the start by which the panel was extended.
    """
    parameters = Parameters(panel=panel, unknown=unknown)
    columns: dict[int, Column] = {}
    with np.errstate(all="ignore"):
        for number, step in enumerate(plan.steps):
            columns[number] = _column(step, columns, catalogue, parameters)
            if not keep:
                for argument in set(step.arguments):
                    if plan.last_use[argument] == number:
                        del columns[argument]
    return columns


def _column(step: Step, columns: Mapping[int, Column], catalogue: Catalogue, parameters: Parameters) -> Column:
    panel = parameters.panel
    shape = (len(panel.periods), len(panel.entities))
    arguments = [columns[number] for number in step.arguments]
    if step.op in ELEMENTWISE:
        return ELEMENTWISE[step.op](*arguments)
    if step.op in BACKWARD:
        calendar = calendar_of(panel.periods)
        if not calendar.per_year and step.op != "prior":
            raise ValueError(f"{step.text}: days have no fixed number a year")
        return BACKWARD[step.op](arguments[0], Look(calendar=calendar, shape=step.shape, count=step.count))
    match step.op:
        case "number":
            present = np.broadcast_to(PRESENT, shape)
            return Column(values=np.broadcast_to(np.float64(step.value or 0.0), shape), reasons=present)
        case "measure":
            return _measure(step.name, panel)
        case "parameter":
            return parameters.column(catalogue.parameters[step.name])
        case "formula":
            return _versions(step, arguments, shape)
    raise ValueError(f"no kernel computes {step.op}: {step.text}")


def _measure(name: str, panel: Panel) -> Column:
    """A panel's own column, of which the kernels rely on one thing: it is finite exactly where it is present."""
    column = panel.columns[name]
    if not np.array_equal(np.isfinite(column.values), column.reasons == PRESENT):
        raise ValueError(f"the panel's column of {name} is finite where it is missing, or the other way round")
    return column


def _versions(step: Step, arguments: Sequence[Column], shape: tuple[int, int]) -> Column:
    """Each period by the version in force at its end; before the first version a formula is NOT_APPLICABLE."""
    if len(arguments) == 1 and -1 not in step.choice:
        return arguments[0]
    choice = np.array(step.choice, dtype=np.intp)[:, np.newaxis]
    values, reasons = np.full(shape, np.nan), np.full(shape, NOT_APPLICABLE)
    for place, argument in enumerate(arguments):
        values = np.where(choice == place, argument.values, values)
        reasons = np.where(choice == place, argument.reasons, reasons)
    return Column(values=values, reasons=reasons)
