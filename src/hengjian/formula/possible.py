"""Whether a condition can hold, or fail, for any figures at all. What is told is certain; what is not told may be too.

A condition is split at `and`, `or` and `not` into comparisons and tests of attributes; those that must hold together
bound the figures that they name, alike figures having alike canonical texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hengjian.formula.ranges import Range, Ranges
from hengjian.formula.term import Term, words

#: How two figures may stand to one another where an operator holds: below (-1), equal (0), above (1).
_SIGNS = {
    "less": frozenset({-1}), "at_most": frozenset({-1, 0}), "greater": frozenset({1}), "at_least": frozenset({0, 1}),
    "equal": frozenset({0}), "unequal": frozenset({-1, 1}),
}  # fmt: skip
_ALL = frozenset({-1, 0, 1})
#: So many ways in which a condition may hold are looked at; of more, one is taken to be possible.
_MOST_WAYS = 512
#: So often are bounds handed on between figures that are compared with one another.
_ROUNDS = 4

#: A condition, and whether it is to hold.
Goal = tuple[Term, bool]


def possible(goals: Sequence[Goal], ranges: Ranges) -> bool:
    """Whether all these can be so at once. False is certain."""
    try:
        return any(_Facts(ranges).agree(way) for way in _ways(goals))
    except _TooMany:
        return True


def together(goal: Goal) -> Iterator[Goal]:
    """The conditions that must all be so for a goal; one that leaves a choice stays whole."""
    term, wanted = goal
    if term.op == "not" and term.arguments[0].op in ("and", "or", "not"):
        yield from together((term.arguments[0], not wanted))
    elif term.op in ("and", "or") and (term.op == "and") is wanted:
        for argument in term.arguments:
            yield from together((argument, wanted))
    else:
        yield goal


class _TooMany(Exception):
    """More ways than are looked at."""


def _ways(goals: Sequence[Goal]) -> Iterator[list[Goal]]:
    """The sets of comparisons and tests of which each would do."""
    waiting: list[tuple[list[Goal], list[Goal]]] = [(list(goals), [])]
    seen = 0
    while waiting:
        todo, way = waiting.pop()
        if not todo:
            yield way
            continue
        seen += 1
        if seen > _MOST_WAYS:
            raise _TooMany
        (term, wanted), rest = todo[0], todo[1:]
        match term.op:
            case "not":
                waiting.append(([(term.arguments[0], not wanted), *rest], way))
            case "and" | "or" if (term.op == "and") is wanted:
                waiting.append(([*((one, wanted) for one in term.arguments), *rest], way))
            case "and" | "or":
                waiting.extend(([(one, wanted), *rest], way) for one in reversed(term.arguments))
            case _:
                waiting.append((rest, [*way, (term, wanted)]))


@dataclass(slots=True)
class _Facts:
    """What must be so for some comparisons and tests to come out as wanted."""

    ranges: Ranges
    bounds: dict[str, Range] = field(default_factory=dict)
    signs: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)
    barred: dict[str, frozenset[str]] = field(default_factory=dict)
    present: dict[str, bool] = field(default_factory=dict)

    def agree(self, way: Iterable[Goal]) -> bool:
        """Whether nothing among them contradicts the rest."""
        compared: list[tuple[str, str, frozenset[int]]] = []
        for term, wanted in way:
            if term.op in _SIGNS:
                compared.append(self._compared(term, wanted))
            elif term.op == "one_of":
                self._named(term.name, frozenset(words(term.options, "texts")), wanted)
            elif term.op == "is_missing" and not self._is(term.arguments[0].text, not wanted):
                return False
        if not all(self._is(text, True) for left, right, _ in compared for text in (left, right)):
            return False
        if any(kept and kept <= self.barred.get(name, frozenset()) for name, kept in self.allowed.items()):
            return False
        return all(self.allowed.values()) and all(self.signs.values()) and self._bounded(compared)

    def _is(self, text: str, is_present: bool) -> bool:
        return self.present.setdefault(text, is_present) is is_present

    def _named(self, attribute: str, texts: frozenset[str], wanted: bool) -> None:
        if wanted:
            self.allowed[attribute] = self.allowed.get(attribute, texts) & texts
        else:
            self.barred[attribute] = self.barred.get(attribute, frozenset()) | texts

    def _compared(self, term: Term, wanted: bool) -> tuple[str, str, frozenset[int]]:
        signs = _SIGNS[term.op] if wanted else _ALL - _SIGNS[term.op]
        left, right = term.arguments
        for one in (left, right):
            self.bounds.setdefault(one.text, self.ranges.of(one))
        known = frozenset({0}) if left.text == right.text else _ALL
        key, turned = ((left.text, right.text), 1) if left.text <= right.text else ((right.text, left.text), -1)
        self.signs[key] = self.signs.get(key, _ALL) & frozenset(sign * turned for sign in signs & known)
        return left.text, right.text, signs

    def _bounded(self, compared: Sequence[tuple[str, str, frozenset[int]]]) -> bool:
        """Hand bounds on from figure to figure; False once one has no room left."""
        for _ in range(_ROUNDS):
            for left, right, signs in compared:
                one, other = self.bounds[left], self.bounds[right]
                if 1 not in signs:
                    one, other = _below(one, other, strict=0 not in signs)
                if -1 not in signs:
                    other, one = _below(other, one, strict=0 not in signs)
                self.bounds[left], self.bounds[right] = one, other
                if one.is_empty or other.is_empty:
                    return False
                if 0 not in signs and one.is_point and other.is_point and one.low == other.low:
                    return False
        return True


def _below(one: Range, other: Range, *, strict: bool) -> tuple[Range, Range]:
    """What is left of two ranges where a figure of the first is at most, or strictly below, one of the second."""
    return (
        one.meet(Range(high=other.high, high_open=other.high_open or strict)),
        other.meet(Range(low=one.low, low_open=one.low_open or strict)),
    )
