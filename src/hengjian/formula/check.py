"""Everything that can be known of a catalogue's formulas before any data is read. All faults are found in one run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from hengjian.formula.build import term_of
from hengjian.formula.certain import foregone
from hengjian.formula.cycles import in_order
from hengjian.formula.digest import formula_digest, measure_digest, parameter_digest
from hengjian.formula.gaps import gaps
from hengjian.formula.mentions import mentioned
from hengjian.formula.messages import unnamed
from hengjian.formula.node import Call, Name, Node, parts
from hengjian.formula.parser import parse, spot
from hengjian.formula.reading import EVERY, SHAPES, Reading
from hengjian.formula.resolve import Names
from hengjian.formula.shapes import is_constant
from hengjian.formula.term import Formula, Programme, Shape, Term, Version
from hengjian.formula.unused import unused
from hengjian.model.declaration import Catalogue, FormulaText, Rule, part_name
from hengjian.model.issue import Issue, Place
from hengjian.model.period import FREQUENCIES, Frequency
from hengjian.model.scenario import shock_name
from hengjian.model.scorecard import Item, Times
from hengjian.model.unit import RATIO, Unit
from hengjian.model.workflow import guard_name

Kind = Literal["indicator", "rule", "check", "guard", "part", "shock", "score"]

_IN_A_CIRCLE = "one of them must be computed from measures alone"
_OVER_LINKS = (
    "a figure of linked entities may not rest on itself: to go down every level, total a measure with levels: all, "
    "as total(x, over: children, levels: all)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """One declaration with its parsed formulas; a tree is None where the text is at fault. `unit` None: a condition, or
    with `any_unit` a figure in whatever unit. `frequency` is declared, `otherwise` that of what it stands beside, where
    it reads no measure."""

    kind: Kind
    name: str
    type: str
    unit: Unit | None
    place: Place
    texts: tuple[FormulaText, ...]
    trees: tuple[Node | None, ...]
    mentions: tuple[Name, ...]
    frequency: Frequency | None
    otherwise: Frequency | None = None
    any_unit: bool = False


def check(catalogue: Catalogue) -> tuple[Programme | None, tuple[Issue, ...]]:
    """All formulas checked and in order, and every fault and warning by place. An error leaves no programme."""
    checker = _Checker(catalogue)
    issues = checker.faults
    indicators = checker.indicators()
    rules, rule_parts = checker.rules()
    checks = checker.conditions(checker.drafts("check"))
    guards = checker.conditions(checker.drafts("guard"))
    shocks = checker.conditions(checker.drafts("shock"))
    scored = checker.scored()
    issues += [*_misshapen(catalogue, shocks), *_mixed(catalogue, indicators)]
    issues += checker.unused()
    programme = None
    if all(issue.severity == "warning" for issue in issues):
        programme = Programme(
            catalogue=catalogue,
            indicators=indicators,
            rules=rules,
            checks=checks,
            guards=guards,
            parts=rule_parts,
            shocks=shocks,
            scored=scored,
        )
        issues += [*foregone(programme), *gaps(programme), *unused(programme), *unnamed(programme)]
    return programme, tuple(sorted(issues, key=_by_place))


def _misshapen(catalogue: Catalogue, shocks: Mapping[str, Formula]) -> Iterator[Issue]:
    """Shocks that would make a flow of other months, or a balance, of a measure that is none."""
    for stress in catalogue.stresses.values():
        for shock in stress.shocks:
            formula, measure = shocks.get(shock_name(stress.name, shock.measure)), catalogue.measures.get(shock.measure)
            if formula is None or measure is None:
                continue
            shape: Shape = "instant" if measure.period_type == "instant" else "ytd" if measure.cumulative else "period"
            if formula.shape not in (shape, "none"):
                message = f"{measure.name} is {SHAPES[shape]}, but its shock gives {SHAPES[formula.shape]}"
                hint = "begin with the measure itself, and add to it or scale it"
                yield Issue(place=shock.formula.place, message=message, hint=hint)


def _mixed(catalogue: Catalogue, indicators: Mapping[str, Formula]) -> Iterator[Issue]:
    """Learned scores whose inputs are not of one frequency."""
    for one in catalogue.models.values():
        found: dict[Frequency, str] = {}
        for name in one.inputs:
            if name in indicators:
                found.setdefault(indicators[name].frequency, name)
        if len(found) > 1:
            (often, first), (other, second), *_ = found.items()
            message = f"the inputs of {one.name!r} are not of one frequency: {first} is by {often}, {second} by {other}"
            yield Issue(place=one.place, message=message, hint="a row of one entity and period is what is learned from")


def _by_place(issue: Issue) -> tuple[str, int, int, str]:
    place = issue.place
    if isinstance(place, Place):
        return place.file, place.line, place.column, issue.message
    return "", 0, 0, issue.message


class _Checker:
    """One run over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.names = Names(catalogue)
        self.checked: dict[str, Formula] = {}
        self.faults: list[Issue] = []
        self.mentioned: set[str] = set()
        self.has_unread = False
        self._digests: dict[str, str] = {}

    def drafts(self, kind: Kind) -> list[_Draft]:
        """All declarations of a kind, parsed; faults of grammar are noted."""
        return [self.draft(kind, *declared) for declared in self._declared(kind)]

    def draft(
        self, kind: Kind, name: str, type_name: str, unit: Unit | None, place: Place, texts: Sequence[FormulaText],
        frequency: Frequency | None,
    ) -> _Draft:  # fmt: skip
        """One declaration, parsed; faults of grammar are noted."""
        trees = []
        for text in texts:
            tree, faults = parse(text.text, text.place)
            self.faults += faults
            self.has_unread |= tree is None
            trees.append(tree)
        mentions = tuple(node for tree in trees if tree is not None for node in mentioned(tree))
        self.mentioned.update(node.name for node in mentions)
        return _Draft(
            kind=kind, name=name, type=type_name, unit=unit, place=place, texts=tuple(texts), trees=tuple(trees),
            mentions=mentions, frequency=frequency,
        )  # fmt: skip

    def _declared(
        self, kind: Kind
    ) -> Iterator[tuple[str, str, Unit | None, Place, Sequence[FormulaText], Frequency | None]]:
        match kind:
            case "indicator":
                for each in self.catalogue.indicators.values():
                    yield each.name, each.type, each.unit, each.place, each.versions, each.frequency
            case "check":
                for one in self.catalogue.checks.values():
                    yield one.name, one.type, None, one.place, [one.holds], one.frequency
            case "guard":
                for flow in self.catalogue.workflows.values():
                    for step in flow.transitions.values():
                        if step.guard is not None and flow.type is not None:
                            name = guard_name(flow.name, step.name)
                            yield name, flow.type, None, step.place, [step.guard], step.frequency
            case "shock":
                for stress in self.catalogue.stresses.values():
                    for shock in stress.shocks:
                        touched = self.catalogue.measures.get(shock.measure)
                        if touched is not None:
                            name = shock_name(stress.name, shock.measure)
                            at, often = shock.formula.place, touched.frequency
                            yield name, touched.type, touched.unit, at, [shock.formula], often
            case "rule" | "part" | "score":  # `rules` puts them together, `scored` goes by items
                return

    def indicators(self) -> dict[str, Formula]:
        """The sound indicators, inputs first."""
        drafts = {draft.name: draft for draft in self.drafts("indicator")}
        mentions = {name: self.names.indicators_among(draft.mentions) for name, draft in drafts.items()}
        order, circles = in_order({name: list(found) for name, found in mentions.items()})
        for circle in circles:
            self.faults.append(self._circle(circle, drafts[circle[0]]))
        in_circles = {name for circle in circles for name in circle}
        for name in order:
            formula = self.formula(drafts[name])
            if formula is not None and name not in in_circles:
                self.checked[name] = formula
        return self.checked

    def conditions(self, drafts: Iterable[_Draft]) -> dict[str, Formula]:
        """The sound rules or checks."""
        found = ((draft.name, self.formula(draft)) for draft in drafts)
        return {name: formula for name, formula in found if formula is not None}

    def rules(self) -> tuple[dict[str, Formula], dict[str, Formula]]:
        """The sound rules, and what parts they have of their own."""
        found: dict[str, Formula] = {}
        parts_found: dict[str, Formula] = {}
        for rule in self.catalogue.rules.values():
            pieces = self._pieces(rule)
            if pieces is None:
                continue
            known = len(self.faults)
            made = {rule.name: self._condition("rule", rule, rule.name, rule.when)}
            for tier in rule.tiers if len(rule.tiers) > 1 else ():
                name, whole = part_name(rule.name, tier.level), replace(tier.when, text=rule.demanded(tier.when.text))
                made[name] = self._condition("part", rule, name, whole)
            if pieces:  # what is put together stands nowhere: its faults are told where the rule begins
                told = (one for one in self.faults[known:] if one.severity == "error")
                self.faults[known:] = dict.fromkeys(replace(one, place=rule.when.place) for one in told)
            sound = {name: formula for name, formula in made.items() if formula is not None}
            if len(sound) == len(made):
                found[rule.name] = sound.pop(rule.name)
                cleared = pieces.get(rule.clearing or "")
                parts_found |= sound | ({} if cleared is None else {cleared.name: cleared})
        return found, parts_found

    def _pieces(self, rule: Rule) -> dict[str, Formula] | None:
        """What is written of a rule that is put together, each piece at its place; none of a rule that is written as
        one. None where a piece is at fault."""
        demands = {"applies": rule.applies, "minimum": rule.minimum, "clear": rule.clear}
        if len(rule.tiers) == 1 and rule.persists is None and not any(demands.values()):
            return {}
        made: dict[str, Formula | None] = {}
        frequency: Frequency | None = None
        for what, text in [*((tier.level, tier.when) for tier in rule.tiers), *demands.items()]:
            if text is not None:
                name = part_name(rule.name, what)
                formula = self._condition("part", rule, name, text, frequency)
                frequency = frequency or (None if formula is None else formula.frequency)
                made[name] = formula
        sound = {name: formula for name, formula in made.items() if formula is not None}
        return sound if len(sound) == len(made) else None

    def _condition(
        self, kind: Kind, rule: Rule, name: str, text: FormulaText, otherwise: Frequency | None = None
    ) -> Formula | None:
        draft = self.draft(kind, name, rule.type, None, rule.place, [text], rule.frequency)
        return self.formula(replace(draft, otherwise=otherwise))

    def scored(self) -> dict[str, Formula]:
        """The sound formulas of scorecards. Value, target and base of an item are of one unit: the one that it says,
        else that of what its value is."""
        found: dict[str, Formula] = {}
        for card in self.catalogue.scorecards.values():
            units: dict[str, Unit | None] = {}
            for name, text, is_condition, item in card.formulas():
                is_figure = not is_condition and text not in _factors(item)
                unit = units.setdefault(item.name, item.unit) if is_figure else None if is_condition else RATIO
                any_unit = is_figure and unit is None
                draft = self.draft("score", name, card.type, unit, text.place, [text], None)
                formula = self.formula(replace(draft, otherwise=card.frequency, any_unit=any_unit))
                if formula is None:
                    continue
                if FREQUENCIES.index(formula.frequency) < FREQUENCIES.index(card.frequency):
                    message = f"{name} is {EVERY[formula.frequency]}, but the scorecard {EVERY[card.frequency]}"
                    hint = "a scorecard reads what is reported as often as it is made, or oftener"
                    self.faults.append(Issue(place=text.place, message=message, hint=hint))
                if any_unit:
                    units[item.name] = formula.unit
                found[name] = formula
        return found

    def _circle(self, circle: tuple[str, ...], draft: _Draft) -> Issue:
        """Placed where the first member mentions the next one."""
        place = draft.place
        for text, tree in zip(draft.texts, draft.trees, strict=True):
            among = self.names.indicators_among(mentioned(tree)) if tree is not None else {}
            if circle[1] in among:
                place = spot(text.text, text.place, among[circle[1]].span[0])
                break
        message = f"indicators form a circle: {' -> '.join(circle)}"
        return Issue(place=place, message=message, hint=_OVER_LINKS if self._is_linked(draft) else _IN_A_CIRCLE)

    def _is_linked(self, draft: _Draft) -> bool:
        """Whether a formula reads along links."""
        waiting: list[Node] = [tree for tree in draft.trees if tree is not None]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Call) and any(keyword.name == "over" for keyword in node.keywords):
                return True
            waiting.extend(parts(node))
        return False

    def formula(self, draft: _Draft) -> Formula | None:
        """The checked declaration; None where it, or what it refers to, is at fault."""
        reading = Reading(draft.type, self.checked)
        self._check_dates(draft)
        versions: list[Version] = []
        for text, tree in zip(draft.texts, draft.trees, strict=True):
            reading.source = text
            term = None if tree is None else term_of(tree, self.names, reading)
            if term is None:
                continue
            may_stand = draft.kind == "score" or not is_constant(term)
            if term.frequency is None and ((draft.frequency or draft.otherwise) is None or not may_stand):
                hint = "a constant is declared as a parameter"
                if not is_constant(term):
                    hint = "say how often it is asked: frequency: year, half, quarter or month"
                reading.fault((0, 0), f"the formula of {draft.name} reads no measure", hint)
            elif self._gives_what_is_declared(draft, term.truth, term.unit, reading):
                versions.append(Version(valid_from=text.valid_from, source=text.source, text=text.text, term=term))
        if draft.frequency is not None and reading.frequency is not None and draft.frequency != reading.frequency[1]:
            message = f"{draft.name} declares frequency {draft.frequency}, but {reading.frequency[0]} is"
            reading.fault((0, 0), f"{message} {EVERY[reading.frequency[1]]}", "leave frequency out")
        self._check_shapes(draft, versions, reading)
        self.faults += reading.faults
        is_sound = all(fault.severity == "warning" for fault in reading.faults)
        frequency = draft.frequency or draft.otherwise if reading.frequency is None else reading.frequency[1]
        if not is_sound or frequency is None or not versions or len(versions) < len(draft.texts):
            return None
        return self._finished(draft, tuple(versions), frequency)

    def _check_dates(self, draft: _Draft) -> None:
        for before, text in pairwise(draft.texts):
            if text.valid_from is not None and (before.valid_from is None or before.valid_from < text.valid_from):
                continue
            day = text.valid_from.isoformat() if text.valid_from else "without a date"
            if before.valid_from == text.valid_from:
                message = f"two versions of {draft.name} begin {f'on {day}' if text.valid_from else day}"
                hint = "each version has its own `from`; only the first may stand without one"
            else:
                message = (
                    f"the version of {draft.name} {f'from {day}' if text.valid_from else day} stands after a later one"
                )
                hint = "write versions in the order of their `from`, one without it first"
            self.faults.append(Issue(place=text.place, message=message, hint=hint))

    def _gives_what_is_declared(self, draft: _Draft, truth: bool, unit: Unit, reading: Reading) -> bool:
        whole = (0, 0)
        if draft.any_unit:
            if truth:
                message = f"{draft.name} needs a figure, but its formula gives a truth"
                reading.fault(whole, message, "write if(condition, 1, 0) for a figure")
            return not truth
        if draft.unit is None:
            if not truth:
                message = f"{draft.name} needs a condition, but its formula gives a figure"
                reading.fault(whole, message, "compare it, as in debt_ratio > 70%")
            return truth
        if truth:
            message = f"the formula gives a truth, but {draft.name} declares unit {draft.unit}"
            reading.fault(whole, message, "write if(condition, 1, 0) for a figure, or declare a rule")
            return False
        if not unit.measures_the_same_as(draft.unit):
            message = f"the formula gives {unit}, but {draft.name} declares unit {draft.unit}"
            reading.fault(whole, message, f"declare unit {unit}, or mend the formula")
            return False
        return True

    def _check_shapes(self, draft: _Draft, versions: Sequence[Version], reading: Reading) -> None:
        for before, version in pairwise(versions):
            one, other = before.term.shape, version.term.shape
            if one != other:
                reading.source = next(text for text in draft.texts if text.valid_from == version.valid_from)
                message = f"versions of {draft.name} differ in kind: {SHAPES[one]}, then {SHAPES[other]}"
                reading.fault((0, 0), message, "declare a second indicator for the other kind")

    def _finished(self, draft: _Draft, versions: tuple[Version, ...], frequency: Frequency) -> Formula:
        measures: set[str] = set()
        parameters: set[str] = set()
        refers: dict[str, str] = {}
        for version in versions:
            for leaf in version.term.walk():
                match leaf.op:
                    case "measure":
                        measures.add(leaf.name)
                    case "parameter" | "interpolate" | "band" | "lookup":
                        parameters.add(leaf.name)
                    case "indicator":
                        inner = self.checked[leaf.name]
                        measures |= inner.measures
                        parameters |= inner.parameters
                    case _:
                        continue
                refers[leaf.name] = self._digest(leaf.op, leaf.name)
        unit = draft.unit or (self._unit_of(versions[0].term) if draft.any_unit else RATIO)
        return Formula(
            name=draft.name, type=draft.type, unit=unit, shape=versions[0].term.shape,
            frequency=frequency, versions=versions,
            measures=frozenset(measures), parameters=frozenset(parameters),
            digest=formula_digest(draft.kind, draft.name, draft.type, unit, versions, refers),
        )  # fmt: skip

    def _unit_of(self, term: Term) -> Unit:
        """The unit that people write it in: of one figure its own, as %, else the one in which it is computed."""
        return self.catalogue.unit_of(term.name) if term.op in ("indicator", "measure", "parameter") else term.unit

    def _digest(self, op: str, name: str) -> str:
        if op == "indicator":
            return self.checked[name].digest
        if name not in self._digests:
            if op == "measure":
                self._digests[name] = measure_digest(self.catalogue.measures[name])
            else:
                self._digests[name] = parameter_digest(self.catalogue.parameters[name])
        return self._digests[name]

    def unused(self) -> list[Issue]:
        """A warning for each parameter that no formula mentions; none while some formulas cannot be read."""
        if self.has_unread:
            return []
        used = {one.loss for one in self.catalogue.networks.values()}
        used |= {self.names.declared.get(name, ("", ""))[1] for name in self.mentioned}
        return [
            Issue(
                place=parameter.place, message=f"no formula uses the parameter {parameter.name}",
                hint="remove it, or use it in a formula", severity="warning",
            )
            for parameter in self.catalogue.parameters.values()
            if parameter.name not in used
        ]  # fmt: skip


def _factors(item: Item) -> list[FormulaText]:
    """The formulas that points are multiplied by: figures without a unit."""
    return [one.step.formula for one in item.adjust if isinstance(one.step, Times) and one.step.formula is not None]
