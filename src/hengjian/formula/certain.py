"""Rules that can never fire or always do, checks that nothing can meet or everything does: warnings, all certain."""

from collections.abc import Iterator
from itertools import combinations

from hengjian.formula.possible import Goal, possible, together
from hengjian.formula.ranges import ANY, Ranges
from hengjian.formula.term import Programme, Term
from hengjian.model.declaration import FormulaText, part_name
from hengjian.model.issue import Issue

_NEVER = "mend the condition: a limit may stand on the wrong side, or `and` where `or` is meant"
_ALWAYS = "mend the condition: a limit may stand on the wrong side, or `or` where `and` is meant"


def foregone(programme: Programme) -> list[Issue]:
    """A warning for each rule and check whose outcome is the same whatever is filed, at its formula, saying why.

    What is missing leaves a condition open; here it is asked what it gives where it can be computed.
    """
    ranges = Ranges(programme)
    found: list[Issue] = []
    for name, formula in programme.rules.items():
        rule = programme.catalogue.rules[name]
        found += _told(formula.versions[-1].term, rule.when, ranges, f"the rule {name} can never fire",
                       f"the rule {name} fires whatever is filed")  # fmt: skip
        for tier in rule.tiers if len(rule.tiers) > 1 else ():
            level = programme.parts[part_name(name, tier.level)].versions[-1].term
            found += _told(level, tier.when, ranges, f"the level {tier.level} of the rule {name} can never fire", None)
    for name, formula in programme.checks.items():
        check = programme.catalogue.checks[name]
        found += _told(formula.versions[-1].term, check.holds, ranges, f"the check {name} can never be met",
                       f"the check {name} is met whatever is filed")  # fmt: skip
    return found


def _told(term: Term, text: FormulaText, ranges: Ranges, never: str, always: str | None) -> Iterator[Issue]:
    for wanted, head, hint in ((True, never, _NEVER), (False, always, _ALWAYS)):
        if head is not None and not possible([(term, wanted)], ranges):
            message = f"{head}: {_why((term, wanted), ranges)}"
            yield Issue(place=text.place, message=message, hint=hint, severity="warning")
            return


def _why(goal: Goal, ranges: Ranges) -> str:
    """The first part that alone cannot be as wanted; else the first two that exclude one another."""
    goals = list(together(goal))
    for part, wanted in goals:
        if not possible([(part, wanted)], ranges):
            if part.op in ("and", "or"):
                return _why((part.arguments[0], wanted), ranges)
            return f"{part.text} {'never' if wanted else 'always'} holds{_bounds(part, ranges)}"
    for one, other in combinations(goals, 2):
        if not possible([one, other], ranges):
            clash = "exclude one another" if one[1] and other[1] else "leave nothing out between them"
            return f"{one[0].text} and {other[0].text} {clash}"
    return f"{goal[0].text} {'contradicts itself' if goal[1] else 'leaves nothing out'}"


def _bounds(part: Term, ranges: Ranges) -> str:
    """What is known of the two sides of a comparison; nothing of numbers, which stand there."""
    said = [
        f"{side.text} is {found}"
        for side in part.arguments
        if part.op != "is_missing" and side.op != "number" and (found := ranges.of(side)) != ANY
    ]
    return f", for {' and '.join(said)}" if said else ""
