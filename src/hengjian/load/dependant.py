"""What refers to a faulty declaration is left out, so that one fault is not told again wherever its name stands."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from hengjian.model.declaration import Check, Indicator, Rule
from hengjian.model.scenario import Shock
from hengjian.model.workflow import Workflow

#: A key at the beginning of a line.
_KEY = re.compile(r"""^[ \t]*([^\s:#{}\[\]'",&*!|>%@`?-][^:\n{}\[\],]*?)[ \t]*:(?=\s|$)""", re.MULTILINE)


def salvaged(text: str) -> set[str]:
    """What a file that cannot be read seems to declare."""
    return set(_KEY.findall(text))


def mentions_of(names: Collection[str]) -> Callable[[str], bool]:
    """Tells of a formula's text whether it names one of these."""
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(names))})(?!\w)")
    return lambda text: pattern.search(text) is not None


def without_guards(is_spoilt: Callable[[str], bool], workflows: Mapping[str, Workflow]) -> dict[str, Workflow]:
    """The workflows, their steps without the guards that refer to what is broken."""
    return {
        name: replace(flow, transitions={
            each: replace(step, guard=None) if step.guard is not None and is_spoilt(step.guard.text) else step
            for each, step in flow.transitions.items()
        })
        for name, flow in workflows.items()
    }  # fmt: skip


def without_shocks(is_spoilt: Callable[[str], bool], shocks: Iterable[Shock]) -> tuple[Shock, ...]:
    """The shocks that neither touch nor read what is broken."""
    return tuple(one for one in shocks if not is_spoilt(one.formula.text) and not is_spoilt(one.measure))


def without_broken(
    broken: frozenset[str], indicators: Iterable[Indicator], rules: Iterable[Rule], checks: Iterable[Check]
) -> tuple[tuple[Indicator, ...], tuple[Rule, ...], tuple[Check, ...], frozenset[str]]:
    """The indicators, rules and checks that do not refer to a broken name, directly or through one another; and all
    broken names. A name is looked for as text: one too many left out costs a second run, one too few a false fault."""
    kept, all_broken = tuple(indicators), set(broken)
    rules, checks = tuple(rules), tuple(checks)
    while all_broken:
        is_spoilt = mentions_of(all_broken)
        spoilt = {one.name for one in kept if any(is_spoilt(version.text) for version in one.versions)}
        rules = tuple(rule for rule in rules if not any(is_spoilt(one.text) for one in rule.texts()))
        checks = tuple(check for check in checks if not is_spoilt(check.holds.text))
        kept = tuple(one for one in kept if one.name not in spoilt)
        if not spoilt:
            break
        all_broken |= spoilt
    return kept, rules, checks, frozenset(all_broken)
