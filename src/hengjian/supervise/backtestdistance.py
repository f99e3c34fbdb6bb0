"""How far a rule's figure is from its line: the score by which a rule is judged at other lines than its own.

A rule fires at a line that is moved by `c` where its score is above `c` (or at it, where its comparison is so). Of a
condition of several parts the first comparison that reads a report is the one that moves. Where the others decide
already, the score is infinite: they fire, or forbid it, wherever the line stands. How often a condition must have held
(`persists`) and what clears it are left out.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.own import reads_of, reported_at
from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.declaration import Rule, part_name
from hengjian.model.missing import Missing
from hengjian.model.unit import Unit
from hengjian.panel.panel import Column
from hengjian.panel.scene import Scene

_UP, _DOWN = frozenset({"greater", "at_least"}), frozenset({"less", "at_most"})
_JOINS = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """What is computed to know how far a rule is from its line: names of formulas of `programme`.

    `value` and `line` are the sides of the comparison; the rule warns of a value above its line, or (`rises` False)
    below it; `strict`: not at it. `otherwise` are the whole condition with the comparison held false and held true.
    `unit` is that in which people read the value.
    """

    rule: str
    programme: Programme
    value: str
    line: str
    otherwise: tuple[str, str]
    rises: bool
    strict: bool
    unit: Unit
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.value, self.line, *self.otherwise)

    def scores(self, columns: Mapping[str, Column]) -> NDArray[np.float64]:
        """How far the value is beyond its line, in base units; NaN where that cannot be told."""
        value, line = columns[self.value].values, columns[self.line].values
        found = value - line if self.rises else line - value
        fires, allows = (columns[name] for name in self.otherwise)
        found = np.where(_holds(fires), np.inf, found)
        found = np.where(_fails(allows), -np.inf, found)
        unknown = ~_fails(allows) & ~_holds(fires) & (allows.reasons != Missing.PRESENT)
        result: NDArray[np.float64] = np.where(unknown, np.nan, found)
        return result


def _holds(column: Column) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (column.reasons == Missing.PRESENT) & (column.values == 1.0)
    return found


def _fails(column: Column) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (column.reasons == Missing.PRESENT) & (column.values == 0.0)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Of each entity of a scene: its score, and the line of its day, both in base units; NaN where there is none."""

    scores: NDArray[np.float64]
    lines: NDArray[np.float64]


def joined(programme: Programme, distances: Sequence[Distance]) -> Programme:
    """The programme with what all of some distances are computed of."""
    parts = {name: one.programme.parts[name] for one in distances for name in one.names}
    return replace(programme, parts={**programme.parts, **parts})


def measured(
    programme: Programme, distances: Sequence[Distance], scene: Scene, *, begun: date | None = None
) -> dict[str, Measured]:
    """By rule, at the latest period for which an entity reported anything that the rule reads: as rules are looked at.

    `programme` is that which `joined` gives; the scene was loaded for it. Later periods than those that began up to the
    day `begun` are left out.
    """
    panel = scene.home
    count = len(panel.periods)
    if begun is not None:
        count = bisect_right(panel.periods, begun, key=lambda period: period.start)
    nothing = np.full(len(panel.entities), np.nan)
    if not count or not panel.entities or not distances:
        return {one.rule: Measured(scores=nothing, lines=nothing) for one in distances}
    columns = evaluate(programme, [name for one in distances for name in one.names], scene).columns
    found = {}
    for one in distances:
        scores, lines = one.scores(columns)[:count], columns[one.line].values[:count]
        own = reads_of(programme, programme.rules[one.rule], scene.frame, through=True).own
        told = (reported_at(scene, own, [Missing.PRESENT]) if own else columns[one.value].reasons == 0)[:count]
        rows, places = count - 1 - np.argmax(told[::-1], axis=0), np.arange(len(panel.entities))
        seen = told.any(axis=0)
        found[one.rule] = Measured(
            scores=np.where(seen, scores[rows, places], np.nan), lines=np.where(seen, lines[rows, places], np.nan)
        )
    return found


def distance(programme: Programme, rule: Rule, level: str) -> Distance | None:
    """What to compute for the condition of one of a rule's levels; None where no comparison of it can be moved."""
    name = dict(rule.levels)[level]
    formula = programme.rules.get(name) or programme.parts[name]
    whole = formula.versions[-1].term
    demands, condition = _parted(rule, whole)
    found = next(_comparisons(condition, False), None)
    if found is None:
        return None
    compared, is_negated = found
    left, right = compared.arguments
    turned = not _reads(left) and _reads(right)
    value, line = (right, left) if turned else (left, right)
    rises = (compared.op in _UP) != turned
    made = {
        "value": value,
        "line": line,
        "open": _with(demands, condition, compared, held=is_negated),
        "shut": _with(demands, condition, compared, held=not is_negated),
    }
    names = {what: part_name(rule.name, what) for what in made}
    parts = {names[what]: _formula(formula, names[what], term) for what, term in made.items()}
    strict = compared.op in ("greater", "less")
    return Distance(
        rule=rule.name, programme=replace(programme, parts={**programme.parts, **parts}), value=names["value"],
        line=names["line"], otherwise=(names["open"], names["shut"]), rises=rises != is_negated,
        strict=strict != is_negated, unit=_unit(programme, value), text=compared.text,
    )  # fmt: skip


def _parted(rule: Rule, whole: Term) -> tuple[Term | None, Term]:
    """What a rule demands besides, and the condition of the level itself, as `Rule.demanded` puts them together."""
    demands, condition = None, whole
    if rule.applies is not None or rule.minimum is not None:
        demands, condition = whole.arguments
    if rule.persists is not None:
        condition = condition.arguments[0].arguments[0]
    return demands, condition


def _comparisons(term: Term, is_negated: bool) -> Iterator[tuple[Term, bool]]:
    """The comparisons of a condition that read a report, and whether each stands under a `not`."""
    if term.op in _UP | _DOWN and any(map(_reads, term.arguments)):
        yield term, is_negated
    elif term.op in _JOINS:
        for argument in term.arguments:
            yield from _comparisons(argument, is_negated != (term.op == "not"))


def _reads(term: Term) -> bool:
    return any(one.op in ("measure", "indicator") for one in term.walk())


def _with(demands: Term | None, condition: Term, compared: Term, *, held: bool) -> Term:
    """The whole condition with one comparison held true or false."""
    constant = replace(compared, op="number", arguments=(), value=float(held), text=str(held).lower())

    def put(term: Term) -> Term:
        if term is compared:
            return constant
        if term.op not in _JOINS:
            return term
        arguments = tuple(put(one) for one in term.arguments)
        return term if all(a is b for a, b in zip(arguments, term.arguments, strict=True)) else replace(
            term, arguments=arguments, text=f"{term.op}({', '.join(one.text for one in arguments)})"
        )  # fmt: skip

    found = put(condition)
    if demands is None:
        return found
    return replace(
        found, op="and", name="", value=None, arguments=(demands, found), text=f"{demands.text} and {found.text}"
    )


def _formula(of: Formula, name: str, term: Term) -> Formula:
    versions = tuple(replace(version, term=term, text=term.text) for version in of.versions[-1:])
    return replace(of, name=name, versions=versions, unit=term.unit, shape=term.shape, digest=f"{of.digest} {name}")


def _unit(programme: Programme, term: Term) -> Unit:
    """The unit of the declaration of what is compared, else the base unit of what is computed."""
    declared = programme.catalogue.indicators.get(term.name) or programme.catalogue.measures.get(term.name)
    return term.unit if declared is None or term.op not in ("measure", "indicator") else declared.unit
