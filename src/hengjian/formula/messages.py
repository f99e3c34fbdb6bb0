"""Messages of rules and checks that name figures which their condition does not give."""

from collections.abc import Iterator

from hengjian.formula.functions import FUNCTIONS
from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.declaration import Check, Rule
from hengjian.model.issue import Issue, nearest
from hengjian.model.message import slots

#: What has a name, and so can stand in a message.
_FIGURES = frozenset({"measure", "indicator", "parameter"})
#: Functions whose arguments are of the same entity and period, and of those the ones that read nothing else.
_HERE = frozenset(
    name
    for name, row in FUNCTIONS.items()
    if name not in ("prior", "opening") and row.reach in ("", "peers", "cut")
)  # fmt: skip
_PLAIN = frozenset(name for name, row in FUNCTIONS.items() if not row.reach)


def unnamed(programme: Programme) -> Iterator[Issue]:
    """A warning, at the message, for each figure that would stay in braces there.

    A rule's message holds figures of its own entity and period, a check's the measures that it reads.
    """
    catalogue = programme.catalogue
    for name, formula in programme.rules.items():
        given = [term.name for term in _reached(programme, formula, _HERE) if term.op in _FIGURES]
        yield from _told(catalogue.rules[name], given)
    for name, formula in programme.checks.items():
        given = [term.name for term in _reached(programme, formula, _PLAIN) if term.op == "measure"]
        yield from _told(catalogue.checks[name], given)


def _told(declared: Rule | Check, given: list[str]) -> Iterator[Issue]:
    known = list(dict.fromkeys(given))
    for slot in dict.fromkeys([*slots(declared.message.zh), *slots(declared.message.en)]):
        if slot not in known:
            message = f"the message of {declared.name} names {slot!r}, which its condition does not give"
            otherwise = f"it may name {', '.join(known)}" if known else "write the message without figures"
            hint = nearest(slot, known, otherwise=otherwise)
            yield Issue(place=declared.message_place or declared.place, message=message, hint=hint, severity="warning")


def _reached(programme: Programme, formula: Formula, entered: frozenset[str]) -> Iterator[Term]:
    """What a formula reads through the functions `entered`, and through indicators, in formula order."""
    opened: set[str] = set()
    stack = [version.term for version in reversed(formula.versions)]
    while stack:
        term = stack.pop()
        yield term
        if term.op == "indicator" and term.name not in opened:
            opened.add(term.name)
            stack += [version.term for version in reversed(programme.indicators[term.name].versions)]
        elif term.op in entered:
            stack += reversed(term.arguments)
