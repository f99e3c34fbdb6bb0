"""All that scoring is given of some entities for one period: figures, standards, letters, registers, past scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengjian.app.desk import Desk
from hengjian.app.scorefigures import formula_named
from hengjian.app.scoreregisters import Registers
from hengjian.app.scorevalues import Filed, figure_of, filed_figures
from hengjian.formula.term import Formula, Programme
from hengjian.model.cut import Cut
from hengjian.model.period import Period
from hengjian.model.scorecard import Awards, Item, PastScores, Rating, Scorecard, score_name
from hengjian.model.unit import Unit, parse_unit
from hengjian.supervise.scored import Figure, Given, LetterLine, line_name

if TYPE_CHECKING:
    from hengjian.app.letters import Letter

#: Other formulas of an item than its value are what they are, whatever its channels.
_ACTUAL = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A scorecard for one period: by which programme and cut, with which switches chosen in the question itself, and,
    on trial, which letter in the place of the one that is filed. `nested`: the cards whose past scores lead to it."""

    programme: Programme
    card: Scorecard
    period: Period
    cut: Cut
    settings: Mapping[str, str] = field(default_factory=dict)
    trial: "Letter | None" = None
    nested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is given of each entity, in their order, made when it is asked for; where past scores come from, by entity;
    and in whose figures others may stand whom the reader does not see."""

    givens: Iterable[Given]
    past: Mapping[str, Sequence[Mapping[str, Any]]]
    beyond: frozenset[str]


def gather(
    desk: Desk, asked: Asked, registers: Registers, entities: Sequence[str], *, everyone: bool = False,
    why: bool = False,
) -> Gathered:  # fmt: skip
    """What is given of each entity. `everyone`: these are all of their type, which is read faster. `why`: a figure that
    is missing tells which input is its cause."""
    card, programme = asked.card, asked.programme
    lines = [line for letter in registers.letters.values() for line in letter.lines]
    named = _indicators(programme, lines)
    scored = {name: programme.scored[name] for name, *_ in card.formulas()}
    filed = filed_figures(
        desk, programme, asked.cut, scored | named, _channelled(card, scored, lines, named),
        None if everyone else list(entities), card.type, asked.period, card.digits,
    )  # fmt: skip
    table = _Table(
        desk=desk, asked=asked, registers=registers, filed=filed, named=named, why=why,
        slots=tuple(_slot(card, item) for item in card.root.walk()),
    )  # fmt: skip
    past = _past(desk, asked, entities)
    return Gathered(
        givens=(table.given(one, past.scores.get(one, {})) for one in entities), past=past.told,
        beyond=filed.main.beyond(desk, entities),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """By entity its scores of earlier periods, as `Given.scores`; and of each where it comes from: published, with its
    entry, or computed now."""

    scores: Mapping[str, Mapping[tuple[str, str | None], tuple[Decimal | None, ...]]] = field(default_factory=dict)
    told: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def _past(desk: Desk, asked: Asked, entities: Sequence[str]) -> Past:
    if not any(isinstance(item.method, PastScores) for item in asked.card.root.walk()):
        return Past()
    from hengjian.app.scorepast import past_scores  # most cards look back at none

    return past_scores(desk, asked, entities)


def _indicators(programme: Programme, lines: Iterable[LetterLine]) -> dict[str, Formula]:
    """The indicators and measures that lines of letters name, as formulas."""
    names = sorted({line.indicator for line in lines if line.indicator is not None})
    found = {name: formula_named(programme, name) for name in names}
    return {name: formula for name, formula in found.items() if formula is not None}


def _channelled(
    card: Scorecard, scored: Mapping[str, Formula], lines: Iterable[LetterLine], named: Mapping[str, Formula]
) -> dict[str, Formula]:
    """The formulas whose figures are asked for by channel."""
    items = {item.name for item in card.root.walk() if item.channels}
    own = [score_name(card.name, item, _ACTUAL) for item in items]
    of_lines = {line.indicator for line in lines if line.item in items}
    return {name: scored[name] for name in own if name in scored} | {
        name: formula for name, formula in named.items() if name in of_lines
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """An item with the names of its formulas: conditions, others than its value with their units, and under which its
    actual figure stands, if it has one."""

    item: Item
    conditions: tuple[str, ...]
    others: tuple[tuple[str, Unit | None], ...]
    value: str | None


def _slot(card: Scorecard, item: Item) -> _Slot:
    def name(what: str) -> str:
        return score_name(card.name, item.name, what)

    formulas = list(item.formulas())
    has_value = item.method is not None and not isinstance(item.method, Rating | Awards | PastScores)
    return _Slot(
        item=item, conditions=tuple(name(what) for what, _, is_condition in formulas if is_condition),
        others=tuple(
            (name(what), item.unit if what in ("target", "base") else None)
            for what, _, is_condition in formulas if not is_condition and what != _ACTUAL
        ),
        value=name(_ACTUAL) if has_value and not item.many else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Makes what is given of one entity after the other."""

    desk: Desk
    asked: Asked
    registers: Registers
    filed: Filed
    named: Mapping[str, Formula]
    why: bool
    slots: tuple[_Slot, ...]

    def given(self, entity: str, past: Mapping[Any, Any]) -> Given:
        """What is given of an entity."""
        registers, letter = self.registers, self.registers.letters.get(entity)
        lines = () if letter is None else letter.lines
        figures: dict[str, Figure] = {}
        truths: dict[str, bool | None] = {}
        for slot in self.slots:
            self._fill(slot, entity, lines, figures, truths)
        return Given(
            entity=entity, period=str(self.asked.period), figures=figures, truths=truths,
            standards=registers.standards.get(entity, {}), lines=lines,
            factor=None if letter is None else letter.factor, ratings=registers.ratings.get(entity, {}),
            open_panels=registers.open_panels, awards=registers.awards.get(entity, {}), scores=past,
            settings={**registers.settings, **self.asked.settings},
        )  # fmt: skip

    def _fill(
        self, slot: _Slot, entity: str, lines: Sequence[LetterLine], figures: dict[str, Figure],
        truths: dict[str, bool | None],
    ) -> None:  # fmt: skip
        main, item = self.filed.main, slot.item
        for name in slot.conditions:
            value = main.cell(name, entity).value
            truths[name] = None if value is None else value != 0
        for name, unit in slot.others:
            figure = figure_of(self.filed, (), name, self._formula(name), unit, entity, None)
            figures[name] = self._told(name, figure, entity)
        if slot.value is not None:
            figures[slot.value] = self._value(item, slot.value, lines, entity)
        elif item.many:
            for line in lines:
                if line.item == item.name:
                    figures[line_name(line.key)] = self._line(item, line, entity)

    def _value(self, item: Item, own: str, lines: Sequence[LetterLine], entity: str) -> Figure:
        """The actual figure of an item: by its formula, else by the indicator that the letter names for it."""
        name: str | None = own
        if item.value is None:
            mine = (line.indicator for line in lines if line.item == item.name)
            name = next((indicator for indicator in mine if indicator in self.named), None)
        formula = None if name is None else self._formula(name)
        confirmed = self.registers.confirmed.get((entity, item.name))
        figure = figure_of(self.filed, item.channels, name or "", formula, item.unit, entity, confirmed)
        return self._told(name, figure, entity)

    def _line(self, item: Item, line: LetterLine, entity: str) -> Figure:
        """The actual figure of a letter's line, in the line's unit."""
        formula = None if line.indicator is None else self.named.get(line.indicator)
        unit = self._unit(line, item, formula)
        confirmed = self.registers.confirmed.get((entity, line.key))
        name = line.indicator or ""
        return self._told(
            line.indicator, figure_of(self.filed, item.channels, name, formula, unit, entity, confirmed), entity
        )

    def _unit(self, line: LetterLine, item: Item, formula: Formula | None) -> Unit | None:
        known = self.asked.programme.catalogue.known_units()
        unit = item.unit if line.unit is None else parse_unit(line.unit, known)
        if unit is None or formula is None or unit.measures_the_same_as(formula.unit):
            return unit
        return formula.unit

    def _formula(self, name: str) -> Formula | None:
        return self.asked.programme.scored.get(name) or self.named.get(name)

    def _told(self, name: str | None, figure: Figure, entity: str) -> Figure:
        """The figure; where it is missing and the one entity is asked about, with its cause."""
        if not self.why or figure.value is not None or name is None:
            return figure
        cause = self.filed.main.cause(name, entity)
        if cause is None:
            return figure
        if cause["entity"] not in self.desk.sight:
            cause = cause | {"entity": None}
        return Figure(value=None, missing=figure.missing, note={**figure.note, "cause": cause})
