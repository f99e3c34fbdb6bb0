"""What refers to a faulty declaration is left out, so that one fault is not told again wherever its name stands."""

import re
from collections.abc import Iterable

from hengjian.model.declaration import Check, Indicator, Rule

#: A key at the beginning of a line.
_KEY = re.compile(r"""^[ \t]*([^\s:#{}\[\]'",&*!|>%@`?-][^:\n{}\[\],]*?)[ \t]*:(?=\s|$)""", re.MULTILINE)


def salvaged(text: str) -> set[str]:
    """What a file that cannot be read seems to declare."""
    return set(_KEY.findall(text))


def _mentions(texts: Iterable[str], broken: re.Pattern[str]) -> bool:
    return any(broken.search(text) for text in texts)


def without_broken(
    broken: frozenset[str], indicators: Iterable[Indicator], rules: Iterable[Rule], checks: Iterable[Check]
) -> tuple[tuple[Indicator, ...], tuple[Rule, ...], tuple[Check, ...], frozenset[str]]:
    """The indicators, rules and checks that do not refer to a broken name, directly or through one another; and all
    broken names. A name is looked for as text: one too many left out costs a second run, one too few a false fault."""
    kept, all_broken = tuple(indicators), set(broken)
    rules, checks = tuple(rules), tuple(checks)
    while all_broken:
        words = "|".join(re.escape(name) for name in sorted(all_broken))
        pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
        spoilt = {one.name for one in kept if _mentions((version.text for version in one.versions), pattern)}
        rules = tuple(rule for rule in rules if not pattern.search(rule.when.text))
        checks = tuple(check for check in checks if not pattern.search(check.holds.text))
        kept = tuple(one for one in kept if one.name not in spoilt)
        if not spoilt:
            break
        all_broken |= spoilt
    return kept, rules, checks, frozenset(all_broken)
