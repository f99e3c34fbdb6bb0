"""What is declared and can have no effect: units in which nothing is measured, workflows that nothing opens."""

from collections.abc import Iterator

from hengjian.formula.term import Programme
from hengjian.model.declaration import Catalogue, Indicator, Measure, Parameter
from hengjian.model.issue import Issue


def unused(programme: Programme) -> list[Issue]:
    """A warning for each. Only what is certain is told: a measure may be filed though no formula reads it, attributes
    are shown and filtered by, links are walked on pages."""
    return [*_units(programme.catalogue), *_workflows(programme.catalogue)]


def _units(catalogue: Catalogue) -> Iterator[Issue]:
    """A unit is of use where anything of its kind is measured, be it in another one: filings may be in either."""
    declared: list[Measure | Indicator | Parameter] = [
        *catalogue.measures.values(), *catalogue.indicators.values(), *catalogue.parameters.values(),
    ]  # fmt: skip
    used = {symbol for one in declared for symbol, _ in one.unit.factors}
    used |= {symbol for one in catalogue.parameters.values() if one.points for symbol, _ in one.points.factors}
    texts = [version.text for one in catalogue.indicators.values() for version in one.versions]
    texts += [one.text for rule in catalogue.rules.values() for one in rule.texts()]
    texts += [check.holds.text for check in catalogue.checks.values()]
    texts += [
        step.guard.text for flow in catalogue.workflows.values() for step in flow.transitions.values() if step.guard
    ]
    texts += [shock.formula.text for stress in catalogue.stresses.values() for shock in stress.shocks]
    items = [one for card in catalogue.scorecards.values() for one in card.root.walk()]
    texts += [text.text for one in items for _, text, _ in one.formulas()]
    used |= {symbol for one in items if one.unit for symbol, _ in one.unit.factors}
    used |= {symbol for one in catalogue.networks.values() for symbol, _ in one.unit.factors}
    if any(one.many for one in items):  # lines of a letter are in whatever units are known
        return
    for unit in catalogue.units.values():
        is_named = any(spelling in text for spelling in unit.spellings() for text in texts)
        if not is_named and not {symbol for symbol, _ in unit.unit.factors} <= used:
            message = f"nothing is measured in the unit {unit.name}"
            hint = "delete it, or declare a measure in it"
            yield Issue(place=unit.place, message=message, hint=hint, severity="warning")


def _workflows(catalogue: Catalogue) -> Iterator[Issue]:
    opened = {rule.opens for rule in catalogue.rules.values()}
    opened |= {card.workflow for card in catalogue.scorecards.values()}
    for name, workflow in catalogue.workflows.items():
        if name not in opened and workflow.opening is None:
            message = f"no rule opens a case of the workflow {name}"
            hint = f"add opens: {name} to a rule, or opened_by: to the workflow, or delete it"
            yield Issue(place=workflow.place, message=message, hint=hint, severity="warning")
